import CodeGen
import Semantics

/// Blocks of machine code in a piece of memory at a known address, behind an offset table: a linker in small.
///
/// The number of a declaration is that of its slot. The first bytes are free for an ELF header.
struct TestImage {
    /// Address of the first byte.
    let base: UInt64
    /// The memory, from `base` on.
    private(set) var bytes: [UInt8]
    private var unresolved: [(block: UInt64, relocation: Relocation)] = []
    private var addresses: [DeclIndex: UInt64] = [:]

    static let slotCount = 128
    static let handler = DeclIndex(1)
    static let sink = DeclIndex(2)
    private static let slots: UInt64 = 256

    init(base: UInt64) {
        self.base = base
        bytes = Array(repeating: 0, count: Int(TestImage.slots) + 8 * TestImage.slotCount)
    }

    /// Address of the slot of `declaration`.
    func slot(_ declaration: DeclIndex) -> UInt64 { base + TestImage.slots + 8 * UInt64(declaration.rawValue) }

    /// Where the next block of `alignment` will stand.
    mutating func reserve(alignment: UInt32) -> UInt64 {
        while bytes.count % Int(alignment) != 0 { bytes.append(0xcc) }
        return base + UInt64(bytes.count)
    }

    /// Appends `code`; its address.
    @discardableResult
    mutating func place(_ code: MachineCode, as declaration: DeclIndex = .none) -> UInt64 {
        let address = reserve(alignment: code.alignment)
        bytes += code.bytes
        unresolved += code.relocations.map { (address, $0) }
        if declaration != .none { point(declaration, to: address) }
        return address
    }

    /// Appends plain bytes; their address.
    mutating func place(bytes more: [UInt8]) -> UInt64 {
        place(MachineCode(bytes: more, alignment: 8, relocations: []))
    }

    /// Makes the slot of `declaration` hold `address`.
    mutating func point(_ declaration: DeclIndex, to address: UInt64) {
        addresses[declaration] = address
        put(address, count: 8, at: slot(declaration))
    }

    /// Overwrites bytes from `address` on.
    mutating func put(_ value: UInt64, count: Int, at address: UInt64) {
        let start = Int(address - base)
        for k in 0..<count { bytes[start + k] = UInt8(truncatingIfNeeded: value >> UInt64(8 * k)) }
    }

    /// Fills all relocated fields.
    mutating func link() {
        for (block, relocation) in unresolved {
            let field = block + UInt64(relocation.offset)
            let (target, addend) = (relocation.target, UInt64(bitPattern: relocation.addend))
            switch relocation.kind {
            case .slotPC32: put(slot(target) &+ addend &- field, count: 4, at: field)
            case .panicSlotPC32: put(slot(TestImage.handler) &+ addend &- field, count: 4, at: field)
            case .ownSlot32: put(UInt64(target.rawValue) &+ addend, count: 4, at: field)
            case .absolute64: put((addresses[target] ?? 0) &+ addend, count: 8, at: field)
            // A body made by hand has no text: the number of an instruction holds its line and column.
            case .positionLine32: put(addend >> 16, count: 4, at: field)
            case .positionColumn32: put(addend & 0xffff, count: 4, at: field)
            }
        }
        unresolved.removeAll()
    }
}
