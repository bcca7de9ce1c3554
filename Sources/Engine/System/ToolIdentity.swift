import BLAKE3
import CSystem
import Glibc

/// What tells this zbuild from another: the build id that the linker gave the running executable, else the identity
/// of its file. A cache belongs to the zbuild that wrote it.
enum ToolIdentity {
    static func current() -> [UInt8] {
        if let id = buildID() { return id }
        guard let status = try? FileSystem.status("/proc/self/exe") else { return [] }
        var hasher = BLAKE3Hasher()
        hasher.update(integer: status.identity.size)
        hasher.update(integer: status.identity.modified)
        hasher.update(integer: status.identity.inode)
        return hasher.digest().bytes
    }

    /// The GNU build-id note among the program headers that the kernel mapped for us (System V gABI, "Note Section").
    private static func buildID() -> [UInt8]? {
        let address = zbuild_auxiliary_value(UInt(AT_PHDR))
        let count = Int(zbuild_auxiliary_value(UInt(AT_PHNUM)))
        guard let headers = UnsafeRawPointer(bitPattern: address) else { return nil }
        func header(_ index: Int) -> Elf64_Phdr {
            headers.loadUnaligned(fromByteOffset: index * MemoryLayout<Elf64_Phdr>.stride, as: Elf64_Phdr.self)
        }
        let own = (0..<count).first { header($0).p_type == UInt32(PT_PHDR) }
        let base = own.map { address &- UInt(header($0).p_vaddr) } ?? 0
        for header in (0..<count).lazy.map(header) where header.p_type == UInt32(PT_NOTE) {
            guard let notes = UnsafeRawPointer(bitPattern: base &+ UInt(header.p_vaddr)) else { continue }
            let bytes = UnsafeRawBufferPointer(start: notes, count: Int(header.p_memsz))
            if let id = buildID(inNotes: bytes) { return id }
        }
        return nil
    }

    private static func buildID(inNotes bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        var offset = 0
        while offset + 12 <= bytes.count {
            let nameSize = Int(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            let size = Int(bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
            let type = bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self)
            let start = offset + 12 + (nameSize + 3) & ~3
            guard start + size <= bytes.count else { return nil }
            if type == 3 && nameSize == 4 { return Array(bytes[start..<start + size]) }
            offset = start + (size + 3) & ~3
        }
        return nil
    }
}
