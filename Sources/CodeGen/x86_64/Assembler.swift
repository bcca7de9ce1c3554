import Semantics

/// Encodes x86-64 instructions into one run of bytes.
///
/// It knows encodings and nothing of what the code is for. Encodings are those of the Intel Software Developer's
/// Manual ("SDM"), volume 2; each method names the form that it emits. The length of an instruction never depends on an
/// address: jumps and operands relative to the instruction pointer always have 32 bits.
///
/// An object, so that it may be used again for the next function with the memory that it has.
///
/// Guarantee: after `finish` every use of a bound label is filled in, every other field that depends on an address is
/// zero and has a relocation.
final class Assembler {
    /// What has been emitted.
    private var buffer = CodeBuffer()
    /// Fields that the linker fills.
    private let relocationTable = FlatTable<Relocation>()
    /// Where each label stands, `unbound` if nowhere yet.
    private let labelOffsets = FlatTable<UInt32>()
    /// Fields that hold the distance to a label.
    private let fixups = FlatTable<Fixup>()

    private static let unbound = UInt32.max

    /// A 32-bit field: the distance from its own end to `label` plus `addend`.
    private struct Fixup: BitwiseCopyable {
        var offset: UInt32
        var label: Label
        var addend: Int32
    }

    /// The offset of the next instruction.
    var offset: UInt32 { UInt32(truncatingIfNeeded: buffer.count) }

    /// What has been emitted so far; good until more is.
    var code: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(buffer.bytes) }

    /// The fields that the linker fills; good until more is emitted.
    var fields: UnsafeBufferPointer<Relocation> { relocationTable.elements }

    /// A copy of what has been emitted so far.
    var bytes: [UInt8] { Array(code) }

    /// A copy of the fields that the linker fills.
    var relocations: [Relocation] { Array(fields) }

    /// Forgets everything.
    func reset() {
        buffer.removeAll()
        relocationTable.removeAll()
        labelOffsets.removeAll()
        fixups.removeAll()
    }
}

// MARK: - Labels

extension Assembler {
    /// A new label, not bound yet.
    func makeLabel() -> Label {
        labelOffsets.append(Assembler.unbound)
        return Label(UInt32(labelOffsets.count - 1))
    }

    /// `count` new labels with consecutive numbers; the first of them.
    @discardableResult func makeLabels(_ count: Int) -> Label {
        let first = Label(UInt32(labelOffsets.count))
        if count > 0 { labelOffsets.append(repeating: Assembler.unbound, count: count) }
        return first
    }

    /// Makes `label` the place of the next instruction.
    func bind(_ label: Label) {
        labelOffsets[Int(label.rawValue)] = offset
    }

    /// Where `label` stands; nil if it is not bound.
    func offset(of label: Label) -> UInt32? {
        let offset = labelOffsets[Int(label.rawValue)]
        return offset == Assembler.unbound ? nil : offset
    }

    /// Fills every field that holds a distance to a label. Labels must be bound.
    func finish() {
        for index in 0..<fixups.count {
            let fixup = fixups[index]
            guard let target = offset(of: fixup.label) else { unreachable("label \(fixup.label) is not bound") }
            let distance = Int64(target) + Int64(fixup.addend) - Int64(fixup.offset) - 4
            set32(UInt32(truncatingIfNeeded: distance), at: Int(fixup.offset))
        }
        fixups.removeAll()
    }
}

// MARK: - Data

extension Assembler {
    /// Appends bytes.
    func emit(contentsOf more: [UInt8]) { buffer.append(contentsOf: more) }

    /// Appends `filler` up to a multiple of `alignment`, a power of two.
    func align(to alignment: UInt32, filler: UInt8) {
        while offset & (alignment - 1) != 0 { begin(filler) }
    }

    /// Notes that the linker fills a field.
    func add(_ relocation: Relocation) { relocationTable.append(relocation) }

    /// The 32 bits at `index`, low byte first.
    private func set32(_ value: UInt32, at index: Int) {
        for k in 0..<4 { buffer.bytes[index + k] = UInt8(truncatingIfNeeded: value >> UInt32(8 * k)) }
    }
}

// MARK: - Parts of an instruction

/// What is put belongs to an instruction that was begun.
extension Assembler {
    /// Begins an instruction with its first byte.
    @inline(__always)
    func begin(_ byte: UInt8) { buffer.begin(UInt64(byte), count: 1) }

    /// Begins an instruction with its first two bytes.
    @inline(__always)
    func begin(_ first: UInt8, _ second: UInt8) { buffer.begin(UInt64(first) | UInt64(second) << 8, count: 2) }

    /// Begins an instruction with `count` bytes.
    @inline(__always)
    func begin(bytes: UInt64, count: Int) { buffer.begin(bytes, count: count) }

    /// More of an opcode, or a number of one byte.
    @inline(__always)
    func put(_ byte: UInt8) { buffer.put(byte) }

    /// A number of 16 bits.
    @inline(__always)
    func put16(_ number: UInt16) { buffer.put(littleEndian: number) }

    /// A number of 32 bits.
    @inline(__always)
    func put32(_ number: UInt32) { buffer.put(littleEndian: number) }

    /// A number of 64 bits.
    @inline(__always)
    func put64(_ number: UInt64) { buffer.put(littleEndian: number) }

    /// A 32-bit field that the linker fills.
    func putRelocated(_ kind: Relocation.Kind, _ target: DeclIndex, addend: Int64) {
        add(Relocation(offset: offset, kind: kind, target: target, addend: addend))
        put32(0)
    }

    /// A 32-bit field with the distance from its end to `label` plus `addend`.
    func putDistance(to label: Label, addend: Int32 = 0) {
        fixups.append(Fixup(offset: offset, label: label, addend: addend))
        put32(0)
    }
}

// MARK: - The common form

extension Assembler {
    /// Begins an instruction with prefixes, opcode, ModRM, SIB and displacement (SDM 2.1, 2.2.1).
    ///
    /// `opcode` is one byte, or 0x0Fxx. `reg` is a register's number or the digit that extends the opcode. `forceREX`
    /// is for byte registers that need a REX prefix without a bit set.
    func instruction(
        _ opcode: UInt16, _ width: Width, reg: UInt8, _ rm: Operand, forceREX: Bool = false
    ) {
        switch rm {
        case .register(let register): instruction(opcode, width, reg: reg, register, forceREX: forceREX)
        case .memory(let memory): instruction(opcode, width, reg: reg, memory, forceREX: forceREX)
        }
    }

    /// The same where `rm` is known to be in memory.
    func instruction(
        _ opcode: UInt16, _ width: Width, reg: UInt8, _ rm: Memory, forceREX: Bool = false
    ) {
        putOpcode(opcode, width, reg: reg, extending: Assembler.extensionBits(of: rm), forceREX)
        putMemory(rm, reg: (reg & 7) << 3)
    }

    /// The same where `rm` is known to be a register. `immediate` are the `immediateCount` bytes behind it, 4 at most.
    @inline(__always)
    func instruction(
        _ opcode: UInt16, _ width: Width, reg: UInt8, _ rm: Register, forceREX: Bool = false, immediate: UInt32 = 0,
        immediateCount: Int = 0
    ) {
        let modRM = 0xc0 | (reg & 7) << 3 | rm.low
        putOpcode(
            opcode, width, reg: reg, extending: rm.rawValue >> 3, forceREX,
            behind: UInt64(modRM) | UInt64(immediate) << 8, count: 1 + immediateCount)
    }

    /// Prefixes and opcode, and `count` bytes behind these: at once, since byte by byte takes twice as long. `extending`
    /// has bits B and X of the REX prefix.
    @inline(__always)
    private func putOpcode(
        _ opcode: UInt16, _ width: Width, reg: UInt8, extending bits: UInt8, _ forceREX: Bool, behind: UInt64 = 0,
        count: Int = 0
    ) {
        if width == .word { putWordPrefix() }
        var (bytes, count) = (behind, count)
        func prepend(_ byte: UInt8) {
            bytes = bytes << 8 | UInt64(byte)
            count &+= 1
        }
        prepend(UInt8(truncatingIfNeeded: opcode))
        if opcode > 0xff { prepend(UInt8(truncatingIfNeeded: opcode >> 8)) }
        let rex = (width == .quad ? 0x08 : 0) | (reg & 8) >> 1 | bits
        if rex != 0 || forceREX { prepend(0x40 | rex) }
        buffer.begin(bytes, count: count)
    }

    /// Few instructions have it: the others take a way on which nothing asks what it adds.
    @inline(never)
    private func putWordPrefix() { begin(0x66) }

    /// Bits B and X of the REX prefix.
    private static func extensionBits(of memory: Memory) -> UInt8 {
        switch memory {
        case .base(let base, _): base.rawValue >> 3
        case .indexed(let base, let index, _, _): base.rawValue >> 3 | (index.rawValue >> 3) << 1
        case .label, .slot, .panicSlot, .sinkSlot: 0
        }
    }

    /// ModRM, SIB and displacement of an operand in memory (SDM tables 2-2 and 2-3).
    private func putMemory(_ memory: Memory, reg: UInt8) {
        switch memory {
        case .base(let base, let displacement):
            let mode = displacementMode(displacement, base)
            put(mode | reg | base.low)
            if base.low == Register.rsp.rawValue { put(0x24) }
            putDisplacement(displacement, mode)
        case .indexed(let base, let index, let scale, let displacement):
            let mode = displacementMode(displacement, base)
            put(mode | reg | 4)
            put(UInt8(scale.trailingZeroBitCount) << 6 | index.low << 3 | base.low)
            putDisplacement(displacement, mode)
        case .label(let label, let addend):
            put(reg | 5)
            putDistance(to: label, addend: addend)
        case .slot(let declaration):
            putSlot(reg, .slotPC32, declaration, slotOffset: 0)
        case .panicSlot:
            putSlot(reg, .panicSlotPC32, .none, slotOffset: 0)
        case .sinkSlot:
            putSlot(reg, .panicSlotPC32, .none, slotOffset: 8)
        }
    }

    /// An operand in the offset table, relative to the instruction pointer. A slot has eight bytes.
    private func putSlot(_ reg: UInt8, _ kind: Relocation.Kind, _ target: DeclIndex, slotOffset: Int64) {
        put(reg | 5)
        putRelocated(kind, target, addend: slotOffset - 4)
    }

    /// The mode bits of ModRM. Mode 0 with `rbp` or `r13` as base means something else, so these always have a byte.
    private func displacementMode(_ displacement: Int32, _ base: Register) -> UInt8 {
        if displacement == 0 && base.low != Register.rbp.rawValue { return 0x00 }
        return Int8(exactly: displacement) != nil ? 0x40 : 0x80
    }

    private func putDisplacement(_ displacement: Int32, _ mode: UInt8) {
        if mode == 0x40 { put(UInt8(truncatingIfNeeded: displacement)) }
        if mode == 0x80 { put32(UInt32(bitPattern: displacement)) }
    }
}
