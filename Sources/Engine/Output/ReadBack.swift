import Cache
import CodeGen
import ELF
import Glibc
import Semantics
import ZIR

/// Reads an executable back that is not known by its identity: is it, byte for byte, what zbuild wrote last?
///
/// A copied, moved or restored tree has other inodes and times and the same content; then the cache is as good as it was.
/// So has an update that was killed and finished by this run.
/// It is trusted if the cache accounts for every byte: headers and build id, the hash of each block's code, each field,
/// slot and position, each symbol, and what free bytes are.
///
/// Only for a build that had no errors: after one that had, the cache is ahead of the executable.
struct ReadBack {
    let project: Project
    let store: CacheStore
    let meta: MetaRow
    /// Reads the sources.
    let reader: SourceReader

    /// An executable that is trusted again.
    struct Trusted {
        /// As it is now.
        var identity: FileIdentity
        /// Files whose text is not the one that was compiled: the places of instructions that panics name could not be
        /// compared with it.
        var changedFiles: Set<FileNumber> = []
    }

    /// What may be trusted; nil if the file at the output's path is something else.
    func run() throws(UpdateStop) -> Trusted? {
        let found = try UpdateStop.system { () throws(SystemError) in try read() }
        guard let (bytes, identity) = found else { return nil }
        return try trust(bytes, identity)
    }

    /// What may be trusted of a file of this content; nil if it is not what the cache says.
    func trust(_ bytes: [UInt8], _ identity: FileIdentity) throws(UpdateStop) -> Trusted? {
        guard meta.mayBeReadBack else { return nil }
        var snapshot = try UpdateStop.cache { () throws(CacheError) in try ProgramSnapshot(project, store) }
        guard snapshot.faults.isEmpty else { return nil }
        snapshot.executable = bytes
        snapshot.meta.output = identity
        var differences = Differences(project)
        ExecutableChecks(built: snapshot).run(&differences)
        guard differences.isEmpty, snapshot.declarations.allSatisfy({ hasItsCode($0, snapshot) }) else { return nil }
        var trusted = Trusted(identity: identity)
        return comparePositions(snapshot, &trusted) ? trusted : nil
    }

    /// The file and its identity; nil if it is not as long as what was written, or if somebody writes to it.
    private func read() throws(SystemError) -> ([UInt8], FileIdentity)? {
        let file = try FileDescriptor.open(project.absolute(project.outputPath), O_RDONLY | O_NONBLOCK)
        let status = try file.status()
        guard status.isRegular, let size = meta.output?.size, status.identity.size == size else { return nil }
        let bytes = try file.read(count: Int(size), at: 0)
        guard bytes.count == Int(size), try file.status() == status else { return nil }
        return (bytes, status.identity)
    }

    // MARK: - Code

    /// Whether the block of a declaration holds the code that was generated for it.
    private func hasItsCode(_ known: ProgramSnapshot.Known, _ snapshot: ProgramSnapshot) -> Bool {
        guard let link = known.state.link else { return true }
        guard let section = link.sectionID else { return false }
        var code = MachineCode(bytes: [], zeros: 0, alignment: 1, relocations: [])
        if section == .bss {
            code.zeros = link.size
        } else {
            guard let bytes = snapshot.bytes(section, link.offset, link.size) else { return false }
            code.bytes = Array(bytes)
            FieldMask.clear(&code.bytes, link.relocations, includingPositions: true)
        }
        // The hash includes the alignment, which is not kept: it is one of those that the address has.
        return (0..<min(32, link.address.trailingZeroBitCount + 1)).contains { shift in
            code.alignment = 1 << UInt32(shift)
            return Update.codeHash(code, link.relocations, section) == link.codeHash
        }
    }

    // MARK: - Positions inside of code

    /// Compares the fields that hold positions of instructions, which the hash of the code leaves out, with the sources.
    private func comparePositions(_ snapshot: ProgramSnapshot, _ trusted: inout Trusted) -> Bool {
        let declarations = snapshot.declarations.filter { $0.state.link?.positionFields.isEmpty == false }
        for (number, known) in Dictionary(grouping: declarations, by: \.file) {
            guard let file = snapshot.file(number) else { return false }
            guard case .content(let text, _, _) = reader.read(project.absolute(file.path)),
                SourceText.digest(ofModule: text) == file.digest
            else {
                trusted.changedFiles.insert(number)
                continue
            }
            guard known.allSatisfy({ hasItsPositions($0, text, snapshot) }) else { return false }
        }
        return true
    }

    private func hasItsPositions(
        _ known: ProgramSnapshot.Known, _ text: [UInt8], _ snapshot: ProgramSnapshot
    ) -> Bool {
        guard let link = known.state.link, let section = link.sectionID,
            let start = Int(exactly: known.offset), start >= 0, start <= text.count,
            Int(known.text.length) <= text.count - start
        else { return false }
        let syntax = text.withUnsafeBytes {
            Parser.parse(UnsafeRawBufferPointer(rebasing: $0[start..<start + Int(known.text.length)])).syntax
        }
        return link.positionFields.allSatisfy { field in
            let held = snapshot.number(section, link.offset &+ UInt64(field.offset), bytes: 4)
            return held == Update.positionField(field, syntax).map(UInt64.init)
        }
    }
}

extension Update {
    /// Goes on with an executable that was read back. Positions that could not be compared are written anew.
    func adopt(_ trusted: ReadBack.Trusted) {
        meta.output = trusted.identity
        isOutputAdopted = true
        for number in trusted.changedFiles.sorted() {
            repositioned += presentDeclarations(of: number).filter {
                graph[state: $0].link?.positionFields.isEmpty == false
            }
        }
    }
}

extension MetaRow {
    /// Whether the executable is what the cache says: after a build with errors the cache is ahead of it.
    var mayBeReadBack: Bool { errorCount == 0 && pendingCount == 0 }
}

extension LinkRecord {
    /// Fields of code that hold parts of positions of instructions.
    fileprivate var positionFields: [RelocationRecord] {
        relocations.filter { Relocation.Kind(rawValue: $0.kind)?.isPosition ?? false }
    }
}
