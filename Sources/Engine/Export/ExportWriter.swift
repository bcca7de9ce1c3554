import Cache
import CodeGen
import ELF
import Semantics
import ZIR

/// Writes a snapshot of a cache, and what of the cache is in no snapshot, into the tables of an export.
struct ExportWriter {
    let snapshot: ProgramSnapshot
    let store: CacheStore
    let file: ExportFile

    func write() throws(ExportFailure) {
        try writeMeta()
        try writePackages()
        for row in snapshot.files { try writeFile(row) }
        let interfaces = InterfaceReader(snapshot)
        for known in snapshot.declarations {
            try writeDeclaration(known, interfaces)
            try writeGraph(known)
            try writeBlock(known)
        }
        try writeSections()
        try writeExports()
        try writePending()
        try writeDiagnostics()
        try writeBuilds()
        try writeRedo()
        try finish()
    }

    // MARK: - Rows

    func add(_ table: ExportTable, _ values: [ExportValue]) throws(ExportFailure) {
        do throws(SQLiteError) { try file.add(table, values) } catch { throw .file(error) }
    }

    private func finish() throws(ExportFailure) {
        do throws(SQLiteError) { try file.finish() } catch { throw .file(error) }
    }

    func read<Result>(_ work: () throws(CacheError) -> Result) throws(ExportFailure) -> Result {
        do throws(CacheError) { return try work() } catch { throw .cache(error) }
    }

    private func hash(_ hash: UInt64) -> ExportValue {
        hash == 0 ? .null : .text(ExportWriter.hexadecimal(hash))
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private func hexadecimal(_ bytes: [UInt8]) -> ExportValue { .text(bytes.map(hexadecimalByte).joined()) }

    private func identity(_ identity: FileIdentity?) -> [ExportValue] {
        guard let identity else { return Array(repeating: .null, count: 5) }
        return [
            .integer(identity.size), .integer(identity.modified), .integer(identity.changed), .number(identity.inode),
            .number(identity.device),
        ]
    }

    // MARK: - Project and files

    private func writeMeta() throws(ExportFailure) {
        let meta = snapshot.meta
        let counts = [
            meta.nextPage, meta.nextFile, meta.liveCount, meta.totalCount, meta.errorCount, meta.pendingCount,
        ]
        var values: [ExportValue] = [
            hexadecimal(meta.tool), .text(meta.bootID), .text(meta.options), .text(meta.rootPath),
            .text(meta.outputPath), .number(meta.generation),
        ]
        values += counts.map { .number($0) } + identity(meta.output)
        values += [
            hexadecimal(meta.buildID), .reference(meta.entry), .reference(meta.entryAddress),
            .number(meta.firstGlobal), .flag(meta.hasRedo),
        ]
        try add(.meta, values)
    }

    private func writePackages() throws(ExportFailure) {
        for row in snapshot.packages.values.map(\.row).sorted(by: { $0.number < $1.number }) {
            try add(.package, [.number(row.number), .text(row.folder), .text(row.name), .text(row.rootPath)])
            for dependency in row.dependencies {
                try add(.dependency, [.number(row.number), .text(dependency.name), .text(dependency.folder)])
            }
        }
    }

    private func writeFile(_ row: FileRow) throws(ExportFailure) {
        var values: [ExportValue] = [
            .number(row.number), .reference(row.package), .text(row.path), .flag(row.isPresent),
        ]
        values += identity(row.identity)
        values += [
            .integer(row.readTime), hexadecimal(row.digest.bytes), .number(row.declarationCount),
            .flag(row.arePositionsPending), .reference(row.pathName),
        ]
        try add(.file, values)
        for imported in row.imports {
            try add(.import, [.number(row.number), .number(imported.file), .number(imported.count)])
        }
        for name in row.packageNames { try add(.packageImport, [.number(row.number), .text(name)]) }
    }

    // MARK: - Declarations

    private func writeDeclaration(
        _ known: ProgramSnapshot.Known, _ interfaces: InterfaceReader
    ) throws(ExportFailure) {
        let (text, state) = (known.text, known.state)
        let interface = interfaces.words(known)
        var values: [ExportValue] = [
            .number(known.number), .text(known.name), hexadecimal(known.key.bytes),
            .number(known.file), .number(known.line), .number(known.column), .integer(known.offset),
            .number(text.length), .optional(Opcode(rawValue: text.opcode)?.spelling),
        ]
        values += [text.isPresent, text.isBroken, state.isLive, state.isDormant, state.isStale].map { .flag($0) }
        values += [
            .text("\(state.interfaceState)"), .text("\(state.bodyState)"), .reference(state.keeper),
            .integer(state.rank), .optional(interface?.type), .optional(interface?.value),
            hexadecimal(text.contentHash.bytes), hexadecimal(text.structureHash.bytes),
        ]
        values += [state.typeHash, state.valueHash, state.bodyHash, state.codeHash].map(hash)
        values += [
            .number(state.passingUserCount), .reference(state.compiledAt),
        ]
        try add(.declaration, values)
    }

    private func writeGraph(_ known: ProgramSnapshot.Known) throws(ExportFailure) {
        for (ordinal, edge) in known.state.edges.enumerated() {
            let isInEffect = ordinal < Int(known.state.edgesInEffect)
            try add(
                .edge,
                [
                    .number(known.number), .number(ordinal), .number(edge.target), .text("\(edge.kind)"),
                    .flag(edge.isFromInterface), .flag(isInEffect), seen(edge),
                ])
        }
        for user in Set(known.users).sorted() { try add(.user, [.number(known.number), .number(user)]) }
    }

    /// Answers that are no hashes are said in words.
    private func seen(_ edge: EdgeRecord) -> ExportValue {
        switch edge.seen {
        case 0: .null
        case Answer.found: .text("found")
        case Answer.notFound: .text("not found")
        default: .text(ExportWriter.hexadecimal(edge.seen))
        }
    }

    // MARK: - The executable

    private func writeBlock(_ known: ProgramSnapshot.Known) throws(ExportFailure) {
        guard let link = known.state.link else { return }
        try add(
            .block,
            [
                .number(known.number), .text(sectionName(link.section)), .number(link.offset), .number(link.address),
                .number(link.size), .number(link.room), .number(known.text.slot),
                .number(SlotIndex(known.text.slot).address), .number(link.symbol),
                .text(ExportWriter.hexadecimal(link.codeHash)),
            ])
        try writeRelocations(.relocation, known.number, link.relocations)
    }

    private func writeRelocations(
        _ table: ExportTable, _ declaration: DeclNumber, _ relocations: [RelocationRecord]
    ) throws(ExportFailure) {
        for (ordinal, relocation) in relocations.enumerated() {
            let kind = Relocation.Kind(rawValue: relocation.kind).map { "\($0)" } ?? "kind \(relocation.kind)"
            try add(
                table,
                [
                    .number(declaration), .number(ordinal), .number(relocation.offset), .text(kind),
                    .reference(relocation.target), .integer(relocation.addend),
                ])
        }
    }

    /// The table of section headers is no section, and has no name.
    private func sectionName(_ number: UInt8) -> String {
        guard let section = SectionID(rawValue: number) else { return "section \(number)" }
        return section == .sectionHeaders ? "section headers" : section.name
    }

    private func writeSections() throws(ExportFailure) {
        for row in snapshot.sections {
            try add(
                .section,
                [
                    .text(sectionName(row.number)), .number(row.number),
                    .reference(SectionID(rawValue: row.number)?.address ?? 0), .number(row.fileOffset),
                    .number(row.fileRoom), .number(row.size),
                ])
        }
        for hole in snapshot.holes {
            let address = SectionID(rawValue: hole.section)?.address ?? 0
            try add(
                .hole,
                [
                    .text(sectionName(hole.section)), .number(hole.offset),
                    address == 0 ? .null : .number(address &+ hole.offset), .number(hole.size),
                ])
        }
    }

    private func writeExports() throws(ExportFailure) {
        for row in snapshot.exports {
            try add(
                .export,
                [
                    .number(row.declaration), .text(String(decoding: row.symbol, as: UTF8.self)),
                    .reference(row.target),
                    .text(Linkage(rawValue: row.linkage).map { "\($0)" } ?? "linkage \(row.linkage)"),
                    .reference(row.symbolIndex),
                ])
        }
    }

    private func writePending() throws(ExportFailure) {
        for row in snapshot.pending {
            try add(
                .pending,
                [
                    .number(row.declaration), row.section == 0 ? .null : .text(sectionName(row.section)),
                    .number(row.alignment), .bytes(row.bytes), .flag(row.arePositionsChanged),
                ])
            try writeRelocations(.pendingRelocation, row.declaration, row.relocations)
        }
    }
}
