import Cache
import Semantics
import ZIR

/// Diff of a large file: only of the runs that changed, so that an edit costs what it changed and not the file.
///
/// That is enough for what people do most of the time to a file of a hundred thousand declarations: they change some. Where
/// the rest of the file may be concerned (a line more or less, a name that comes or goes, an import) all of it is compared.
extension Update {
    /// Compares what changed of `file` with what stood there. False if that is not enough; then nothing has been done.
    func diff(_ file: FileNumber, _ bytes: [UInt8], _ change: TextChange) -> Bool {
        guard change.runs.upperBound <= files[source: file].runs.count else { return false }
        let end = files[source: file].runs[change.runs].reduce(change.line) { $0 &+ $1.lineCount }
        guard change.scan.lineCount == end, let zone = zone(of: change, in: file),
            let declarations = compare(zone, bytes, change)
        else { return false }
        fileErrors.set(file, [])
        for declaration in declarations {
            guard let result = declaration.result else { continue }
            report.declarations.parsed += 1
            record(result, of: declaration.placed.declaration, declaration.span)
        }
        let places = (declarations.map(\.placed) + zone.others).sorted { $0.offset < $1.offset }
        places.withUnsafeBufferPointer { settlePositions(file, $0) }
        shift(zone.behind, of: file, by: change.shift)
        let starts = declarations.map { TextRuns.Start($0.placed) }
        let runs = TextRuns.cut(bytes, change.bytes, lines: change.line..<end, starts, options.runs)
        files[source: file].runs.replaceSubrange(change.runs, with: runs)
        changedFiles.insert(file)
        return true
    }

    /// Where a change of a file stands among its pages.
    private struct Zone {
        /// The declarations that stood in the runs that changed.
        var changed: [DeclIndex] = []
        /// The others in their pages, and in pages that stand on both sides of the change: where they stand now.
        var others: [PlacedDeclaration] = []
        /// The pages that stand behind the change as a whole.
        var behind: Set<PageNumber> = []
    }

    /// Nil if the runs name pages that are not those of `file`.
    private func zone(of change: TextChange, in file: FileNumber) -> Zone? {
        let runs = files[source: file].runs
        var pages = Set(runs[change.runs].flatMap(\.pages))
        var zone = Zone()
        if change.shift != 0 {
            zone.behind = Set(runs[change.runs.upperBound...].flatMap(\.pages))
            pages.formUnion(zone.behind.intersection(runs[..<change.runs.lowerBound].flatMap(\.pages)))
            zone.behind.subtract(pages)
        }
        guard pages.union(zone.behind).isSubset(of: files[source: file].pages.map(\.page)) else { return nil }
        for page in pages.sorted() {
            for place in 0..<declarationsPerPage {
                let declaration = DeclIndex(page: page, place: place)
                guard graph[text: declaration].isPresent else { continue }
                let offset = Int(files.base(of: Int(page), in: file).offset) + Int(graph[text: declaration].offset)
                if change.before.contains(offset) {
                    zone.changed.append(declaration)
                } else {
                    let now = offset < change.before.lowerBound ? offset : offset + change.shift
                    zone.others.append(
                        PlacedDeclaration(
                            declaration: declaration, position: position(of: declaration),
                            offset: UInt32(truncatingIfNeeded: now)))
                }
            }
        }
        return zone
    }

    /// A declaration in runs that changed.
    private struct Compared {
        var placed: PlacedDeclaration
        var span: DeclSpan
        /// Its parsed form, if its text is another.
        var result: ParseResult?
    }

    /// What stands in the place of the declarations of `zone`, in the order of the text. Nil unless they have the same
    /// names, and none was or is an import.
    private func compare(_ zone: Zone, _ bytes: [UInt8], _ change: TextChange) -> [Compared]? {
        let isImport = Opcode.import.rawValue
        guard zone.changed.count == change.scan.declarations.count,
            zone.changed.allSatisfy({ graph[text: $0].opcode != isImport })
        else { return nil }
        let table = NameTable(of: graph, capacity: zone.changed.count)
        for declaration in zone.changed {
            table.insert(NameTable.Key(graph[text: declaration].name), declaration)
        }
        var parser = Parser()
        var seen = DeclSet()
        return bytes.withUnsafeBytes { buffer in
            var compared: [Compared] = []
            for span in change.scan.declarations {
                let name = Int(span.name.lowerBound)..<Int(span.name.upperBound)
                guard let declaration = table.find(UnsafeRawBufferPointer(rebasing: buffer[name])),
                    seen.insert(declaration)
                else { return nil }
                let placed = PlacedDeclaration(declaration: declaration, position: span.position, offset: span.offset)
                var result: ParseResult?
                if graph[text: declaration].contentHash != span.contentHash {
                    result = parser.parse(UnsafeRawBufferPointer(rebasing: buffer[span.range]))
                    if result?.syntax.rootOpcode == .import { return nil }
                }
                compared.append(Compared(placed: placed, span: span, result: result))
            }
            return compared
        }
    }

    /// Moves all declarations of `pages` at once, by so many bytes: what stands in a page is relative to where it begins.
    private func shift(_ pages: Set<PageNumber>, of file: FileNumber, by shift: Int) {
        guard !pages.isEmpty else { return }
        for (place, base) in files[source: file].pages.enumerated() where pages.contains(base.page) {
            var base = base
            base.offset = UInt32(truncatingIfNeeded: Int(base.offset) + shift)
            files[source: file].pages[place] = base
            files.setBase(base)
        }
    }

    /// The runs of a file all of which was compared.
    func runs(_ bytes: [UInt8], _ scan: ScanResult, _ places: UnsafeBufferPointer<PlacedDeclaration>) -> [TextRun] {
        let isWhole = scan.diagnostics.isEmpty && places.count == scan.declarations.count
        guard isWhole, !bytes.isEmpty, bytes.count >= options.runs.fileSize,
            scan.declarations.allSatisfy(\.isComplete)
        else { return [] }
        return TextRuns.cut(
            bytes, 0..<bytes.count, lines: 0..<scan.lineCount, places.map(TextRuns.Start.init), options.runs)
    }
}

extension TextRuns.Start {
    fileprivate init(_ placed: PlacedDeclaration) {
        self.init(offset: placed.offset, position: placed.position, page: PageNumber(placed.declaration.page))
    }
}
