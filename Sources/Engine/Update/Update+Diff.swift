import BLAKE3
import Cache
import Semantics
import ZIR

/// Diff: which declarations of a file are new, gone, changed, or only elsewhere.
extension Update {
    /// Compares the declarations of `file` with those of its text before; there is no text of a file that is gone.
    func diff(_ file: FileNumber, _ bytes: [UInt8], _ text: SourceText?, found: inout [FileNumber]) {
        let scan = text?.scan ?? ScanResult()
        var seen = FileDiff(file: file, before: presentDeclarations(of: file))
        fileErrors.set(file, scan.diagnostics.map { fileError(file, $0.position, $0.message) })
        let table = nameTable(file, expected: scan.declarations.count)
        var parses = Parses(known: text?.parsed ?? [])
        bytes.withUnsafeBytes { buffer in
            for (index, span) in scan.declarations.enumerated() {
                let name = UnsafeRawBufferPointer(
                    rebasing: buffer[Int(span.name.lowerBound)..<Int(span.name.upperBound)])
                let text = UnsafeRawBufferPointer(rebasing: buffer[span.range])
                let key = NameTable.Key(name)
                let declaration = table.find(key) ?? addDeclaration(key, to: file, table)
                if seen.isPresent.insert(declaration) {
                    compare(declaration, span, text, index, &parses, &seen, &found)
                } else {
                    reportDuplicate(declaration, span, text, in: file)
                }
            }
        }
        for declaration in seen.before where !seen.isPresent.contains(declaration) { vanish(declaration) }
        settlePositions(file, seen.places.elements)
        setImports(of: file, seen.imports)
        files[source: file].runs = runs(bytes, scan, seen.places.elements)
        let count = UInt32(seen.isPresent.count)
        meta.totalCount = meta.totalCount &- files[source: file].declarationCount &+ count
        files[source: file].declarationCount = count
        changedFiles.insert(file)
    }

    /// A page for new names of `file`. The number of one that went with its file is taken before a new one.
    private func addPage(to file: FileNumber) -> PageNumber {
        // Mostly there are none, and then nobody is asked.
        if freePages == nil { freePages = meta.pageCount + 1 < graph.pageCount ? files.freePages : [] }
        let page = graph.addPage(file: file, reusing: freePages?.popLast())
        meta.nextPage = graph.pageCount
        meta.pageCount &+= 1
        let base = PageBase(page: page, line: 0, offset: 0)
        files[source: file].pages.append(base)
        files.setBase(base)
        changedFiles.insert(file)
        return page
    }

    /// What is collected about one file.
    private struct FileDiff: ~Copyable {
        var file: FileNumber
        var before: [DeclIndex]
        var isPresent = DeclSet()
        /// Every declaration with its absolute place, in the order of the text.
        let places = FlatTable<PlacedDeclaration>()
        var imports = ImportList()
    }

    /// The declarations in the text of `file` as the cache knows them, by page.
    func presentDeclarations(of file: FileNumber) -> [DeclIndex] {
        files[source: file].pages.flatMap { base in
            (0..<declarationsPerPage).map { DeclIndex(page: base.page, place: $0) }
                .filter { graph[text: $0].isPresent }
        }
    }

    /// Whether the names of `file` have been gathered.
    func hasNames(of file: FileNumber) -> Bool { Int(file) < names.count && names[Int(file)] != nil }

    /// The names of `file`, those included that are only looked up, with room for the `expected` number of them.
    func nameTable(_ file: FileNumber, expected: Int = 0) -> NameTable {
        if Int(file) < names.count, let table = names[Int(file)] { return table }
        let pages = files[source: file].pages
        let table = NameTable(of: graph, capacity: max(pages.count * declarationsPerPage, expected))
        for base in pages {
            for place in 0..<declarationsPerPage {
                let declaration = DeclIndex(page: base.page, place: place)
                if graph[text: declaration].isUsed {
                    table.insert(NameTable.Key(graph[text: declaration].name), declaration)
                } else if declaration != .none {
                    table.free.append(declaration)
                }
            }
        }
        table.free.reverse()
        names += repeatElement(nil, count: max(Int(file) + 1 - names.count, 0))
        names[Int(file)] = table
        return table
    }

    /// Gives a name that nobody had in `file` a number.
    func addDeclaration(_ name: NameTable.Key, to file: FileNumber, _ table: NameTable) -> DeclIndex {
        if table.free.isEmpty {
            let page = addPage(to: file)
            table.free = (0..<declarationsPerPage).reversed().map { DeclIndex(page: page, place: $0) }
        }
        let declaration = table.free.removeLast()
        let text = graph.textToChange(declaration)
        text.pointee.isUsed = true
        text.pointee.name = name.name
        table.insert(name, declaration)
        return declaration
    }

    /// Parsed forms of the declarations of a file.
    private struct Parses: ~Copyable {
        /// Of all of them, or of none.
        let known: [ParseResult]
        var parser = Parser()

        init(known: [ParseResult]) { self.known = known }

        /// The parsed form of the declaration at `index`, whose text is `text`.
        mutating func parse(_ index: Int, _ text: UnsafeRawBufferPointer) -> ParseResult {
            known.isEmpty ? parser.parse(text) : known[index]
        }
    }

    private func compare(
        _ declaration: DeclIndex, _ span: DeclSpan, _ text: UnsafeRawBufferPointer, _ index: Int,
        _ parses: inout Parses, _ seen: inout FileDiff, _ found: inout [FileNumber]
    ) {
        seen.places.append(.init(declaration: declaration, position: span.position, offset: span.offset))
        let known = graph.text(declaration)
        if !known.pointee.isPresent || known.pointee.contentHash != span.contentHash {
            report.declarations.parsed += 1
            record(parses.parse(index, text), of: declaration, span)
        }
        if known.pointee.opcode == Opcode.import.rawValue {
            let syntax = syntaxes[declaration] ?? parses.parse(index, text).syntax
            noteImport(syntax, in: seen.file, &seen.imports, found: &found)
        }
    }

    /// Takes over a declaration whose text changed.
    func record(_ result: ParseResult, of declaration: DeclIndex, _ span: DeclSpan) {
        let text = graph.textToChange(declaration)
        let oldOpcode = text.pointee.isPresent ? text.pointee.opcode : nil
        let (wasBroken, oldHash) = (text.pointee.isBroken, text.pointee.structureHash)
        text.pointee.take(result, span)
        let isBroken = text.pointee.isBroken
        if isBroken || wasBroken { parseErrors[declaration] = result.diagnostics }
        syntaxes[declaration] = result.syntax
        let isSame = oldOpcode != nil && !wasBroken && !isBroken && oldHash == result.structureHash
        if isSame && !hasFailed(declaration) {
            repositioned.append(declaration)
            explanation.noteText(declaration, .layout)
        } else {
            noteChange(declaration, from: oldOpcode, to: text.pointee.opcode)
            if !isFromNothing { explanation.noteText(declaration, oldOpcode != nil ? .changed : .added) }
        }
    }

    /// Whether an error stands in `declaration`, whose place in the text is known to its analysis only.
    private func hasFailed(_ declaration: DeclIndex) -> Bool {
        graph[state: declaration].interfaceState == .failed || graph[state: declaration].bodyState == .failed
    }

    private func vanish(_ declaration: DeclIndex) {
        let old = graph[text: declaration]
        graph[text: declaration].isPresent = false
        graph[text: declaration].isBroken = false
        graph[text: declaration].opcode = 255
        parseErrors[declaration] = []
        semanticErrors[declaration] = []
        syntaxes[declaration] = nil
        noteChange(declaration, from: old.opcode, to: 255)
        explanation.noteText(declaration, .removed)
        maybeUnused.append(declaration)
    }

    /// The file that an `import` names has come or gone, or is another.
    func noteImportChange(_ declaration: DeclIndex) {
        let opcode = Opcode.import.rawValue
        noteChange(declaration, from: opcode, to: opcode)
    }

    /// An `export` keeps what it exports alive, and is kept by its being there.
    private func noteChange(_ declaration: DeclIndex, from old: UInt8?, to new: UInt8) {
        if !isFromNothing {
            changed.append(declaration)
            graph[state: declaration].isStale = true
        }
        if old == Opcode.import.rawValue { explanation.noteTarget(importedFile(declaration), of: declaration) }
        let export = Opcode.export.rawValue
        if new == export {
            liveness.root(declaration, in: graph)
        } else if old == export {
            liveness.loseKeeper(declaration)
            forgetExport(declaration)
        }
    }

    /// Positions are kept relative to where their page's first declaration stands, so that what moves as one changes
    /// the file's row and no page.
    ///
    /// `places` are those of all declarations of the pages that they are in, in the order of the text.
    func settlePositions(_ file: FileNumber, _ places: UnsafeBufferPointer<PlacedDeclaration>) {
        let first = SparseTable(repeating: PageBase(page: 0, line: 0, offset: 0))
        var last: PageNumber = 0
        // Neighbours mostly have one page.
        for placed in places where placed.declaration.page != Int(last) {
            last = PageNumber(placed.declaration.page)
            if first[Int(last)].page == 0 {
                first[Int(last)] = PageBase(page: last, line: placed.position.line, offset: placed.offset)
            }
        }
        for (place, before) in files[source: file].pages.enumerated() {
            let base = first[Int(before.page)]
            if base.page != 0 { files[source: file].pages[place] = base }
        }
        var base = PageBase(page: 0, line: 0, offset: 0)
        var before = base
        for placed in places {
            let page = placed.declaration.page
            if page != Int(base.page) {
                before = files.base(of: page, in: file)
                base = first[page].page != 0 ? first[page] : before
            }
            setPosition(placed, base: base, before: before)
        }
        for base in files[source: file].pages { files.setBase(base) }
    }

    private func setPosition(_ placed: PlacedDeclaration, base: PageBase, before: PageBase) {
        let old = graph.text(placed.declaration)
        let line = Int32(truncatingIfNeeded: Int64(placed.position.line) - Int64(base.line))
        let offset = Int64(placed.offset) - Int64(base.offset)
        let isMoved =
            Int64(before.line) + Int64(old.pointee.line) != Int64(placed.position.line)
            || old.pointee.column != placed.position.column
        if old.pointee.slot != 0 && isMoved { moved.append(placed.declaration) }
        guard
            old.pointee.line != line || old.pointee.column != placed.position.column || old.pointee.offset != offset
        else { return }
        let text = graph.textToChange(placed.declaration)
        text.pointee.line = line
        text.pointee.column = placed.position.column
        text.pointee.offset = offset
    }

    private func reportDuplicate(
        _ first: DeclIndex, _ span: DeclSpan, _ text: UnsafeRawBufferPointer, in file: FileNumber
    ) {
        let name = String(decoding: graph[text: first].name, as: UTF8.self)
        var error = fileError(file, span.position, Messages.redefinition("@\(name)"))
        error.notes = [
            NoteRow(declaration: first.rawValue, line: 0, column: 0, message: "first definition is here")
        ]
        fileErrors.element(file, orNew: []).pointee.append(error)
        report.declarations.parsed += 1
        for diagnostic in Parser.parse(text).diagnostics {
            let position = span.position.adding(diagnostic.position)
            fileErrors.element(file, orNew: []).pointee.append(fileError(file, position, diagnostic.message))
        }
    }

    func fileError(_ file: FileNumber, _ position: FilePosition, _ message: String) -> DiagnosticRow {
        DiagnosticRow(
            file: file, declaration: 0, isFromParsing: true, line: position.line, column: position.column,
            message: message, notes: [])
    }

    /// Where `declaration` stands in its file.
    func position(of declaration: DeclIndex) -> FilePosition {
        let base = files.base(of: declaration.page, in: graph.file(of: declaration)).line
        return FilePosition(
            line: base &+ UInt32(bitPattern: graph[text: declaration].line), column: graph[text: declaration].column)
    }

    /// The parsed form of `declaration`, from its file if it was not parsed in this run.
    func syntax(of declaration: DeclIndex) throws(UpdateStop) -> Syntax {
        if let syntax = syntaxes[declaration] { return syntax }
        let file = graph.file(of: declaration)
        let bytes = try content(of: file)
        let record = graph[text: declaration]
        let start = Int64(files.base(of: declaration.page, in: file).offset) + record.offset
        guard start >= 0, start + Int64(record.length) <= bytes.count else {
            throw .sourceChanged(path: files.path(file))
        }
        let syntax = bytes.withUnsafeBytes { buffer -> Syntax? in
            let text = UnsafeRawBufferPointer(rebasing: buffer[Int(start)..<Int(start) + Int(record.length)])
            return Digest.hash(text) == record.contentHash ? Parser.parse(text).syntax : nil
        }
        guard let syntax else { throw .sourceChanged(path: files.path(file)) }
        report.declarations.parsed += 1
        syntaxes[declaration] = syntax
        return syntax
    }

    /// The content of a file of the build.
    func content(of file: FileNumber) throws(UpdateStop) -> [UInt8] {
        if let bytes = contents[file] { return bytes }
        guard file < files.count else { throw .cache(.damaged(.file, .number)) }
        let path = files.path(file)
        guard case .content(let bytes, _, _) = reader.read(project.absolute(path)) else {
            throw .sourceChanged(path: path)
        }
        // One that was read before is counted already, though its content was not kept.
        if !queuedFiles.contains(file) { report.files.read += 1 }
        contents.set(file, bytes)
        return bytes
    }
}

extension TextRecord {
    /// Takes over what a declaration is by its text, but for where that stands.
    fileprivate mutating func take(_ result: ParseResult, _ span: DeclSpan) {
        isPresent = true
        isBroken = !result.diagnostics.isEmpty
        opcode = isBroken ? 255 : result.syntax.rootOpcode?.rawValue ?? 255
        contentHash = span.contentHash
        structureHash = result.structureHash
        length = span.length
    }
}

/// Where a declaration stands in the text of its file.
struct PlacedDeclaration {
    var declaration: DeclIndex
    var position: FilePosition
    var offset: UInt32
}
