import CSQLite
import Glibc
import Schema

/// The database that `zbuild cache export` makes: the tables of export.sql, filled row by row.
///
/// It is made for people and other programs. zbuild never reads one, but for the mark that tells it from a file which
/// is not to be overwritten.
public final class ExportFile {
    /// `application_id` of an export: "zbex".
    static let applicationID: Int32 = 0x7A62_6578

    /// `user_version` of an export. Rises with every change to export.sql.
    static let version: Int32 = 1

    private let database: Database
    private var insertions: [ExportTable: Insertion] = [:]

    /// Keeps a statement; dictionaries hold nothing that cannot be copied.
    private final class Insertion {
        var statement: Statement

        init(_ sql: StaticString) { statement = Statement(sql) }
    }

    /// Makes an empty one at `path`, where nothing may be.
    ///
    /// Without a journal: if it does not come to `finish`, the file is to be thrown away.
    public init(path: String) throws(SQLiteError) {
        database = try Database(path: path, creating: true)
        try database.execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN IMMEDIATE")
        try database.execute("PRAGMA application_id=\(Self.applicationID); PRAGMA user_version=\(Self.version)")
        try database.execute(Schema.exportSQL)
    }

    /// Adds a row: the values of the table's columns in order.
    public func add(_ table: ExportTable, _ values: [ExportValue]) throws(SQLiteError) {
        let insertion = insertions[table] ?? Insertion(table.insertion)
        insertions[table] = insertion
        defer { insertion.statement.reset() }
        try insertion.statement.start(in: database, list: values.map(\.value))
        while try insertion.statement.step() {}
    }

    /// Keeps what was added.
    public func finish() throws(SQLiteError) { try database.execute("COMMIT") }

    /// Whether the first bytes of a file, 100 of them, are those of an export. They stand where SQLite's file format
    /// has its magic and the application's id.
    public static func isExport(header: [UInt8]) -> Bool {
        guard header.count >= 100, header.starts(with: Array("SQLite format 3".utf8) + [0]) else { return false }
        let id = header[68..<72].reduce(0) { $0 << 8 | Int32($1) }
        return id == applicationID
    }
}

/// A value of a column.
public enum ExportValue: Sendable {
    /// `NULL`.
    case null
    /// `INTEGER`.
    case integer(Int64)
    /// `TEXT`.
    case text(String)
    /// `BLOB`.
    case bytes([UInt8])

    /// An integer of any type; of `UInt64` the bit pattern.
    public static func number(_ value: some BinaryInteger) -> ExportValue { .integer(Int64(truncatingIfNeeded: value)) }

    /// A number that is `NULL` where it is 0, which then means that there is none.
    public static func reference(_ value: some BinaryInteger) -> ExportValue { value == 0 ? .null : .number(value) }

    /// 0 or 1.
    public static func flag(_ value: Bool) -> ExportValue { .integer(value ? 1 : 0) }

    /// Text, or `NULL`.
    public static func optional(_ value: String?) -> ExportValue { value.map { .text($0) } ?? .null }

    fileprivate var value: SQLValue {
        switch self {
        case .null: .null
        case .integer(let number): .integer(number)
        case .text(let text): .text(text)
        case .bytes(let bytes): .blob(bytes)
        }
    }
}

/// The tables of an export, by their names in export.sql.
public enum ExportTable: String, Sendable, CaseIterable {
    case meta, package, dependency, file, `import`
    case packageImport = "package_import"
    case declaration, edge, user, section, block, relocation, hole, export, pending
    case pendingRelocation = "pending_relocation"
    case diagnostic, note, build, cause, redo
    case redoStep = "redo_step"

    fileprivate var insertion: StaticString {
        switch self {
        case .meta: "INSERT INTO meta VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
        case .package: "INSERT INTO package VALUES (?,?,?,?)"
        case .dependency: "INSERT INTO dependency VALUES (?,?,?)"
        case .file: "INSERT INTO file VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
        case .import: "INSERT INTO import VALUES (?,?,?)"
        case .packageImport: "INSERT INTO package_import VALUES (?,?)"
        case .declaration:
            "INSERT INTO declaration VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
        case .edge: "INSERT INTO edge VALUES (?,?,?,?,?,?,?)"
        case .user: "INSERT INTO user VALUES (?,?)"
        case .section: "INSERT INTO section VALUES (?,?,?,?,?,?)"
        case .block: "INSERT INTO block VALUES (?,?,?,?,?,?,?,?,?,?)"
        case .relocation: "INSERT INTO relocation VALUES (?,?,?,?,?,?)"
        case .hole: "INSERT INTO hole VALUES (?,?,?,?)"
        case .export: "INSERT INTO export VALUES (?,?,?,?,?)"
        case .pending: "INSERT INTO pending VALUES (?,?,?,?,?)"
        case .pendingRelocation: "INSERT INTO pending_relocation VALUES (?,?,?,?,?,?)"
        case .diagnostic: "INSERT INTO diagnostic VALUES (?,?,?,?,?,?,?)"
        case .note: "INSERT INTO note VALUES (?,?,?,?,?,?)"
        case .build: "INSERT INTO build VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
        case .cause: "INSERT INTO cause VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
        case .redo: "INSERT INTO redo VALUES (?,?,?,?,?,?,?)"
        case .redoStep: "INSERT INTO redo_step VALUES (?,?,?,?,?,?)"
        }
    }
}
