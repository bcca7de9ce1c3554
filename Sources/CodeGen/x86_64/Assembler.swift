import Semantics

/// Encodes x86-64 instructions into one array of bytes.
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
    private let code = FlatTable<UInt8>()
    /// Fields that the linker fills.
    private let fields = FlatTable<Relocation>()
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
    var offset: UInt32 { UInt32(truncatingIfNeeded: code.count) }

    /// What has been emitted so far.
    var bytes: [UInt8] { code.copy() }

    /// The fields that the linker fills.
    var relocations: [Relocation] { fields.copy() }

    /// All of it, to be placed at a multiple of `alignment`.
    func machineCode(alignment: UInt32) -> MachineCode {
        MachineCode(bytes: bytes, alignment: alignment, relocations: relocations)
    }

    /// Forgets everything.
    func reset() {
        code.removeAll()
        fields.removeAll()
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
    func makeLabels(_ count: Int) -> Label {
        let first = Label(UInt32(labelOffsets.count))
        labelOffsets.append(repeating: Assembler.unbound, count: count)
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
            put32(UInt32(truncatingIfNeeded: distance), at: Int(fixup.offset))
        }
        fixups.removeAll()
    }
}

// MARK: - Data

extension Assembler {
    /// Appends one byte.
    func emit(_ byte: UInt8) { code.append(byte) }

    /// Appends bytes.
    func emit(contentsOf more: [UInt8]) { code.append(contentsOf: more) }

    /// Appends 32 bits, low byte first.
    func emit32(_ value: UInt32) {
        code.append(UInt8(truncatingIfNeeded: value))
        code.append(UInt8(truncatingIfNeeded: value >> 8))
        code.append(UInt8(truncatingIfNeeded: value >> 16))
        code.append(UInt8(truncatingIfNeeded: value >> 24))
    }

    /// Appends 64 bits, low byte first.
    func emit64(_ value: UInt64) {
        emit32(UInt32(truncatingIfNeeded: value))
        emit32(UInt32(truncatingIfNeeded: value >> 32))
    }

    /// Appends `filler` up to a multiple of `alignment`, a power of two.
    func align(to alignment: UInt32, filler: UInt8) {
        while offset & (alignment - 1) != 0 { code.append(filler) }
    }

    /// Notes that the linker fills a field.
    func add(_ relocation: Relocation) { fields.append(relocation) }

    /// A 32-bit field that the linker fills.
    func emitRelocated(_ kind: Relocation.Kind, _ target: DeclIndex, addend: Int64) {
        add(Relocation(offset: offset, kind: kind, target: target, addend: addend))
        emit32(0)
    }

    private func put32(_ value: UInt32, at index: Int) {
        for k in 0..<4 { code[index + k] = UInt8(truncatingIfNeeded: value >> UInt32(8 * k)) }
    }
}

// MARK: - The common form

extension Assembler {
    /// Emits prefixes, opcode, ModRM, SIB and displacement (SDM 2.1, 2.2.1).
    ///
    /// `opcode` is one byte, or 0x0Fxx. `reg` is a register's number or the digit that extends the opcode. `forceREX`
    /// is for byte registers that need a REX prefix without a bit set.
    func instruction(
        _ opcode: UInt16, _ width: Width, reg: UInt8, _ rm: Operand, forceREX: Bool = false
    ) {
        if width == .word { code.append(0x66) }
        var rex: UInt8 = width == .quad ? 0x48 : 0
        if forceREX { rex |= 0x40 }
        if reg >= 8 { rex |= 0x44 }
        rex |= extensionBits(of: rm)
        if rex != 0 { code.append(rex) }
        if opcode > 0xff { code.append(UInt8(truncatingIfNeeded: opcode >> 8)) }
        code.append(UInt8(truncatingIfNeeded: opcode))
        switch rm {
        case .register(let register): code.append(0xc0 | (reg & 7) << 3 | register.low)
        case .memory(let memory): emitMemory(memory, reg: (reg & 7) << 3)
        }
    }

    /// Bits B and X of the REX prefix, with its fixed bits if any is set.
    private func extensionBits(of rm: Operand) -> UInt8 {
        switch rm {
        case .register(let register), .memory(.base(let register, _)):
            return register.isExtended ? 0x41 : 0
        case .memory(.indexed(let base, let index, _, _)):
            return (base.isExtended ? 0x41 : 0) | (index.isExtended ? 0x42 : 0)
        case .memory: return 0
        }
    }

    /// ModRM, SIB and displacement of an operand in memory (SDM tables 2-2 and 2-3).
    private func emitMemory(_ memory: Memory, reg: UInt8) {
        switch memory {
        case .base(let base, let displacement):
            let mode = displacementMode(displacement, base)
            code.append(mode | reg | base.low)
            if base.low == Register.rsp.rawValue { code.append(0x24) }
            emitDisplacement(displacement, mode)
        case .indexed(let base, let index, let scale, let displacement):
            let mode = displacementMode(displacement, base)
            code.append(mode | reg | 4)
            code.append(UInt8(scale.trailingZeroBitCount) << 6 | index.low << 3 | base.low)
            emitDisplacement(displacement, mode)
        case .label(let label, let addend):
            code.append(reg | 5)
            emitDistance(to: label, addend: addend)
        case .slot(let declaration):
            emitSlotOperand(reg, .slotPC32, declaration, slotOffset: 0)
        case .panicSlot:
            emitSlotOperand(reg, .panicSlotPC32, .none, slotOffset: 0)
        case .sinkSlot:
            emitSlotOperand(reg, .panicSlotPC32, .none, slotOffset: 8)
        }
    }

    /// An operand in the offset table, relative to the instruction pointer. A slot has eight bytes.
    private func emitSlotOperand(
        _ reg: UInt8, _ kind: Relocation.Kind, _ target: DeclIndex, slotOffset: Int64
    ) {
        code.append(reg | 5)
        emitRelocated(kind, target, addend: slotOffset - 4)
    }

    /// A 32-bit field with the distance from its end to `label` plus `addend`.
    func emitDistance(to label: Label, addend: Int32 = 0) {
        fixups.append(Fixup(offset: offset, label: label, addend: addend))
        emit32(0)
    }

    /// The mode bits of ModRM. Mode 0 with `rbp` or `r13` as base means something else, so these always have a byte.
    private func displacementMode(_ displacement: Int32, _ base: Register) -> UInt8 {
        if displacement == 0 && base.low != Register.rbp.rawValue { return 0x00 }
        return Int8(exactly: displacement) != nil ? 0x40 : 0x80
    }

    private func emitDisplacement(_ displacement: Int32, _ mode: UInt8) {
        if mode == 0x40 { code.append(UInt8(truncatingIfNeeded: displacement)) }
        if mode == 0x80 { emit32(UInt32(bitPattern: displacement)) }
    }
}
