import Cache
import ELF

@testable import Engine

/// All that a build left: what the cache knows, by qualified name, and the bytes of the executable.
struct ProgramSnapshot {
    var meta: MetaRow
    var files: [FileNumber: FileRow] = [:]
    var declarations: [DeclNumber: Known] = [:]
    var exports: [ExportRow]
    var holes: [HoleRow]
    var sections: [UInt8: SectionRow] = [:]
    var pending: [PendingRow]
    var diagnostics: [DiagnosticRow]
    /// Empty if there is no executable.
    var executable: [UInt8]

    /// One number that is in use.
    struct Known {
        var number: DeclNumber
        var path: String
        var name: String
        var text: TextRecord
        var state: StateRecord
        /// Those in rows of their own included.
        var users: [DeclNumber]
        /// One-based.
        var line: UInt32
        /// One-based.
        var column: UInt32
    }

    /// Reads the cache at `cachePath`.
    init(cachePath: String, packageRoot: String, executable: [UInt8]) throws {
        guard case .opened(let store) = try CacheStore.open(cachePath), let meta = try store.meta() else {
            throw SnapshotError.unreadable(cachePath)
        }
        self.meta = meta
        self.executable = executable
        exports = try store.exports()
        holes = try store.holes()
        pending = try store.pending()
        diagnostics = try store.diagnostics()
        for section in try store.sections() { sections[section.number] = section }
        for file in try store.files() {
            files[file.number] = file
            for base in file.pages { try read(base, of: file, packageRoot, store) }
        }
    }

    private mutating func read(
        _ base: PageBase, of file: FileRow, _ packageRoot: String, _ store: CacheStore
    ) throws {
        guard let texts = try store.textPage(base.page), let states = try store.statePage(base.page) else {
            throw SnapshotError.unreadable("page \(base.page)")
        }
        let module = file.path.dropFirst(packageRoot.count).dropLast(4).split(separator: "/").joined(separator: ".")
        for (place, text) in texts.records.enumerated() where text.isUsed {
            let number = base.page * UInt32(declarationsPerPage) + UInt32(place)
            let state = states.records[place]
            let rows = state.hasUserRows ? try store.userRows(number) : []
            let line = Int64(base.line) + Int64(text.line) + 1
            declarations[number] = Known(
                number: number, path: file.path, name: "\(module).\(String(decoding: text.name, as: UTF8.self))",
                text: text, state: state, users: state.users + rows.flatMap(\.users),
                line: UInt32(truncatingIfNeeded: line), column: text.column + 1)
        }
    }

    /// What a list of differences calls a declaration.
    func name(_ number: DeclNumber) -> String {
        number == 0 ? "nobody" : declarations[number]?.name ?? "unknown \(number)"
    }

    var live: [Known] {
        declarations.values.filter(\.state.isLive).sorted { $0.name < $1.name }
    }

    /// Bytes of a section of the executable; nil where it has not as many.
    func bytes(_ section: SectionID, _ offset: UInt64, _ count: UInt64) -> [UInt8]? {
        guard let row = sections[section.rawValue] else { return nil }
        let start = row.fileOffset + offset
        guard offset + count <= row.size, start + count <= UInt64(executable.count) else { return nil }
        return Array(executable[Int(start)..<Int(start + count)])
    }

    /// A little-endian number in a section of the executable.
    func number(_ section: SectionID, _ offset: UInt64, bytes count: UInt64) -> UInt64? {
        bytes(section, offset, count)?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The string at a virtual address in the section of names.
    func string(at address: UInt64) -> String? {
        guard address >= SectionID.names.address, let row = sections[SectionID.names.rawValue],
            let rest = bytes(
                .names, address - SectionID.names.address,
                row.size - min(row.size, address - SectionID.names.address))
        else { return nil }
        return String(decoding: rest.prefix { $0 != 0 }, as: UTF8.self)
    }
}

enum SnapshotError: Error {
    case unreadable(String)
}

/// The fields of machine code, as the cache numbers their kinds.
enum FieldKind {
    static let slotPC32: UInt8 = 0
    static let absolute64: UInt8 = 1
    static let ownSlot32: UInt8 = 2
    static let panicSlotPC32: UInt8 = 3

    static func size(_ kind: UInt8) -> Int { kind == absolute64 ? 8 : 4 }
    /// Whether what it holds depends on addresses.
    static func isAddress(_ kind: UInt8) -> Bool { kind <= panicSlotPC32 }
}
