import Cache
import Semantics
import ZIR

/// Texts that errors are known by.
enum ErrorText {
    static let loop = "dependency loop detected"
    static let exportedTwice = "is exported twice"
}

/// The errors that stand after analysis, old and new.
extension Update {
    /// Whether no row is gone of the tables that are searched, which would not miss one.
    func checkCounts() throws(UpdateStop) {
        let exports = try UpdateStop.cache { () throws(CacheError) in try store.exportCount() }
        guard exports == meta.exportCount else { throw .cache(.damaged(.export, .count)) }
        guard hadErrors else { return }
        let rows = try diagnosticRows()
        guard rows.count == meta.diagnosticCount else { throw .cache(.damaged(.diagnostic, .count)) }
    }

    /// Has errors found anew that stand at the first or the second of several declarations, where text that moved may
    /// have changed which one that is.
    func recheckOrder() throws(UpdateStop) {
        guard hadErrors else { return }
        for row in try diagnosticRows()
        where !row.isFromParsing && graph[state: DeclIndex(row.declaration)].isLive {
            if row.message == ErrorText.loop {
                let members = row.notes.map { DeclIndex($0.declaration) }
                if members.sorted(by: isBefore) != members { members.forEach(enqueue) }
            } else if row.message.hasSuffix(ErrorText.exportedTwice) {
                touchExport(of: DeclIndex(row.declaration))
            }
        }
    }

    /// Checks what only all exports together can show: one entry point, and no symbol twice.
    func checkExports() throws(UpdateStop) {
        for symbol in touchedSymbols.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let rows = try UpdateStop.cache { () throws(CacheError) in try store.exports(ofSymbol: symbol) }
            checkConflicts(rows.filter(isInEffect))
        }
        let start = try exports(of: .entryPoint).first { $0.linkage == Linkage.Strong.rawValue }
        entry = start?.target ?? 0
        if entry == 0 { try checkExportIndex() }
        panicSink = try winners(exports(of: .panicSink)).first?.target ?? 0
    }

    /// The exports of a symbol that zbuild knows: those in effect that are no local symbols.
    private func exports(of symbol: KnownSymbol) throws(UpdateStop) -> [ExportRow] {
        let name = Array(symbol.rawValue.utf8)
        return try UpdateStop.cache { () throws(CacheError) in try store.exports(ofSymbol: name) }
            .filter { $0.linkage != Linkage.Internal.rawValue && isInEffect($0) }
    }

    /// The program has no entry point: that is to be so in all rows, and not in an index alone, which has no checksums.
    private func checkExportIndex() throws(UpdateStop) {
        let name = Array(KnownSymbol.entryPoint.rawValue.utf8)
        let rows = try UpdateStop.cache { () throws(CacheError) in try store.exports() }
        let indexed = try UpdateStop.cache { () throws(CacheError) in try store.exports(ofSymbol: name) }
        guard rows.filter({ $0.symbol == name }).count == indexed.count else {
            throw .cache(.damaged(.export, .order))
        }
    }

    /// One strong export of a symbol may override weak ones; any other second export is an error. Local symbols do not
    /// count.
    private func checkConflicts(_ rows: [ExportRow]) {
        let rows = rows.filter { $0.linkage != Linkage.Internal.rawValue }
        for row in rows { forgetConflict(DeclIndex(row.declaration)) }
        let strong = rows.filter { $0.linkage == Linkage.Strong.rawValue }
        let rivals = (strong.isEmpty ? rows : strong).map { DeclIndex($0.declaration) }.sorted(by: isBefore)
        guard let first = rivals.first, let symbol = rows.first?.symbol else { return }
        for declaration in rivals.dropFirst() {
            let note = Diagnostic.Note(
                declaration: first.rawValue, position: .start, message: "first export is here")
            let text = "symbol '\(String(decoding: symbol, as: UTF8.self))' \(ErrorText.exportedTwice)"
            semanticErrors[declaration] = [Diagnostic(exportPosition(declaration), text, notes: [note])]
        }
    }

    /// What else is wrong with an export stays.
    private func forgetConflict(_ declaration: DeclIndex) {
        let errors = semanticErrors[declaration]
        if errors?.allSatisfy({ $0.message.hasSuffix(ErrorText.exportedTwice) }) ?? true {
            semanticErrors[declaration] = []
        }
    }

    private func exportPosition(_ declaration: DeclIndex) -> Position {
        (try? syntax(of: declaration))?.root?.position ?? .start
    }

    /// Brings the table of errors up to date and gives those that count: all that parsing found, and of the others
    /// those of live declarations.
    func standingErrors() throws(UpdateStop) -> [DiagnosticRow] {
        var rows: [DiagnosticRow] = []
        if meta.errorCount > 0 || hasErrorChanges {
            try storeErrors()
            rows = try diagnosticRows()
        }
        let count = rows.count
        meta.diagnosticCount = UInt32(clamping: count)
        rows = rows.filter { row in
            row.isFromParsing || row.declaration == 0 || graph[state: DeclIndex(row.declaration)].isLive
        }
        // Where something else is wrong, it may be why there is no entry point.
        let rootErrors = rows.isEmpty ? rootErrors() : []
        meta.errorCount = UInt32(clamping: count + rootErrors.count)
        return rows + rootErrors
    }

    /// The table of errors. Places in it lead to files.
    private func diagnosticRows() throws(UpdateStop) -> [DiagnosticRow] {
        let rows = try UpdateStop.cache { () throws(CacheError) in try store.diagnostics() }
        guard rows.allSatisfy({ $0.file < files.count }) else { throw .cache(.damaged(.diagnostic, .number)) }
        return rows
    }

    private var hasErrorChanges: Bool {
        semanticErrors.contains { !$0.isEmpty } || parseErrors.contains { !$0.isEmpty }
            || fileErrors.files.contains { !(fileErrors[$0] ?? []).isEmpty }
    }

    private func storeErrors() throws(UpdateStop) {
        for file in fileErrors.files { try replace(file, 0, isFromParsing: true, fileErrors[file] ?? []) }
        try store(parseErrors, isFromParsing: true)
        try store(semanticErrors, isFromParsing: false)
    }

    private func store(_ errors: borrowing DeclTable<[Diagnostic]>, isFromParsing: Bool) throws(UpdateStop) {
        for (declaration, diagnostics) in errors.entries {
            let file = graph.file(of: declaration)
            let rows = diagnostics.map { diagnostic in
                DiagnosticRow(
                    file: file, declaration: declaration.rawValue, isFromParsing: isFromParsing,
                    line: diagnostic.position.line, column: diagnostic.position.column, message: diagnostic.message,
                    notes: diagnostic.notes.map { note in
                        NoteRow(
                            declaration: note.declaration ?? declaration.rawValue, line: note.position.line,
                            column: note.position.column, message: note.message)
                    })
            }
            try replace(file, declaration.rawValue, isFromParsing: isFromParsing, rows)
        }
    }

    private func replace(
        _ file: FileNumber, _ declaration: DeclNumber, isFromParsing: Bool, _ rows: [DiagnosticRow]
    ) throws(UpdateStop) {
        try UpdateStop.cache { () throws(CacheError) in
            try store.replaceDiagnostics(
                file: file, declaration: declaration, isFromParsing: isFromParsing, with: rows)
        }
    }

    /// A build without errors leaves none, not even those of what nothing reaches any more.
    func removeErrors() throws(UpdateStop) {
        guard meta.errorCount > 0 else { return }
        for row in try diagnosticRows() {
            try replace(row.file, row.declaration, isFromParsing: row.isFromParsing, [])
        }
        meta.errorCount = 0
        meta.diagnosticCount = 0
    }

    /// Errors of the root file that belong to no text: it cannot be read, or nothing is exported as entry point. They
    /// are found anew in each build.
    private func rootErrors() -> [DiagnosticRow] {
        guard let root = rootFile else { return [] }
        func error(_ message: String) -> [DiagnosticRow] {
            [
                DiagnosticRow(
                    file: root, declaration: 0, isFromParsing: false, line: 0, column: 0, message: message, notes: [])
            ]
        }
        guard files[root].isPresent else {
            return error("unable to open '\(project.rootPath)'\(rootFailure(root).map { ": \($0)" } ?? "")")
        }
        return entry == 0 ? error("no entry point found") : []
    }

    /// Why the root file cannot be read. If it could not be in the last build either, nobody has tried in this one.
    private func rootFailure(_ root: FileNumber) -> String? {
        if let reason = readFailures[root] { return reason }
        guard case .failure(let reason) = reader.read(project.absolute(project.rootPath)) else { return nil }
        return reason
    }

    // MARK: - For people

    /// `rows` with their places in files and source lines, in the order of path and position, each once.
    func render(_ rows: [DiagnosticRow]) -> [RenderedDiagnostic] {
        var rendered = rows.map { row in
            var error = place(row.file, DeclIndex(row.declaration), row.line, row.column, row.message, .error)
            error.notes = row.notes.map { note in
                let declaration = DeclIndex(note.declaration)
                return place(graph.file(of: declaration), declaration, note.line, note.column, note.message, .note)
            }
            return error
        }
        rendered.sort { a, b in
            a.path != b.path
                ? a.path < b.path
                : a.position != b.position
                    ? a.position < b.position
                    : a.message < b.message
        }
        var result: [RenderedDiagnostic] = []
        for error in rendered where error != result.last { result.append(error) }
        return result
    }

    private func place(
        _ file: FileNumber, _ declaration: DeclIndex, _ line: UInt32, _ column: UInt32, _ message: String,
        _ severity: RenderedDiagnostic.Severity
    ) -> RenderedDiagnostic {
        let relative = Position(line: line, column: column)
        let position =
            declaration == .none
            ? FilePosition(line: line, column: column) : self.position(of: declaration).adding(relative)
        let path = file < files.count ? files.path(file) : ""
        return RenderedDiagnostic(
            path: path, position: position, severity: severity, message: message,
            line: sourceLine(position.line, of: file), notes: [])
    }

    private func sourceLine(_ line: UInt32, of file: FileNumber) -> ArraySlice<UInt8>? {
        guard file < files.count, files[file].isPresent else { return nil }
        if let lines = sourceLines[file] { return lines[line] }
        guard let bytes = try? content(of: file) else { return nil }
        let lines = SourceLines(bytes)
        sourceLines[file] = lines
        return lines[line]
    }
}
