/// The eight operations of one encoding pattern: the number is bits 3 to 5 of the opcode, or the digit after 80, 81
/// and 83 (SDM volume 2, entries ADD, OR, ADC, SBB, AND, SUB, XOR, CMP).
enum Arithmetic: UInt8, CaseIterable, Sendable {
    case add, or, adc, sbb, and, sub, xor, cmp
}

/// A shift: the digit after C1 and D3.
enum Shift: UInt8, CaseIterable, Sendable {
    case left = 4
    case logicalRight = 5
    case arithmeticRight = 7
}

/// Instructions that compute and set flags.
extension Assembler {
    /// `OP r/m, r`: opcode 01 with the operation in bits 3 to 5 (00 for bytes).
    func arithmetic(
        _ operation: Arithmetic, _ destination: Register, _ source: Register, _ width: Width = .quad
    ) {
        let forceREX = width == .byte && (destination.needsREXAsByte || source.needsREXAsByte)
        instruction(
            opcode(operation, width, form: 0x01), width, reg: source.rawValue, destination,
            forceREX: forceREX)
    }

    /// `OP r, r/m`: opcode 03 with the operation in bits 3 to 5 (02 for bytes).
    func arithmetic(
        _ operation: Arithmetic, _ destination: Register, _ source: Memory, _ width: Width = .quad
    ) {
        let forceREX = width == .byte && destination.needsREXAsByte
        instruction(
            opcode(operation, width, form: 0x03), width, reg: destination.rawValue, source, forceREX: forceREX)
    }

    /// `OP r/m, imm`, 32 or 64 bits wide: 83 /digit ib where the number fits in a byte, else 81 /digit id; both extend
    /// the sign.
    @inline(__always)
    func arithmetic(
        _ operation: Arithmetic, _ destination: Register, immediate: Int32, _ width: Width = .quad
    ) {
        let isSmall = Int8(exactly: immediate) != nil
        instruction(
            isSmall ? 0x83 : 0x81, width, reg: operation.rawValue, destination,
            immediate: UInt32(bitPattern: immediate), immediateCount: isSmall ? 1 : 4)
    }

    private func opcode(_ operation: Arithmetic, _ width: Width, form: UInt16) -> UInt16 {
        UInt16(operation.rawValue) << 3 | (width == .byte ? form & ~1 : form)
    }

    /// `test r/m, r`: 85 /r (84 for bytes).
    func test(_ a: Register, _ b: Register, _ width: Width = .quad) {
        let forceREX = width == .byte && (a.needsREXAsByte || b.needsREXAsByte)
        instruction(width == .byte ? 0x84 : 0x85, width, reg: b.rawValue, a, forceREX: forceREX)
    }

    /// `imul r, r/m`, not of bytes: 0F AF /r.
    func multiply(_ destination: Register, _ source: Operand, _ width: Width = .quad) {
        instruction(0x0faf, width, reg: destination.rawValue, source)
    }

    /// `imul r, r/m, imm`, 32 or 64 bits wide: 6B /r ib where the number fits in a byte, else 69 /r id.
    @inline(__always)
    func multiply(
        _ destination: Register, _ source: Register, immediate: Int32, _ width: Width = .quad
    ) {
        let isSmall = Int8(exactly: immediate) != nil
        instruction(
            isSmall ? 0x6b : 0x69, width, reg: destination.rawValue, source, immediate: UInt32(bitPattern: immediate),
            immediateCount: isSmall ? 1 : 4)
    }

    /// `mul r/m`: REX.W F7 /4, `rax` times the operand: the product in `rdx:rax`; carry and overflow are set where the
    /// upper half is not zero.
    func multiplyUnsigned(_ factor: Register) {
        instruction(0xf7, .quad, reg: 4, factor)
    }

    /// `neg r/m`: REX.W F7 /3.
    func negate(_ destination: Register) {
        instruction(0xf7, .quad, reg: 3, destination)
    }

    /// `idiv r/m`: REX.W F7 /7, `rdx:rax` by the operand, signed: quotient in `rax`, remainder in `rdx`.
    func divideSigned(_ divisor: Register) {
        instruction(0xf7, .quad, reg: 7, divisor)
    }

    /// `div r/m`, 32 or 64 bits wide: F7 /6, `rdx:rax` by the operand: quotient in `rax`, remainder in `rdx`.
    func divideUnsigned(_ divisor: Register, _ width: Width = .quad) {
        instruction(0xf7, width, reg: 6, divisor)
    }

    /// A shift by a number: C1 /digit ib.
    func shift(_ kind: Shift, _ destination: Register, by count: UInt8, _ width: Width = .quad) {
        instruction(0xc1, width, reg: kind.rawValue, destination)
        put(count)
    }

    /// A shift by `cl`: D3 /digit.
    func shiftByCL(_ kind: Shift, _ destination: Register, _ width: Width = .quad) {
        instruction(0xd3, width, reg: kind.rawValue, destination)
    }
}
