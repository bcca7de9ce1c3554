import Semantics

/// Instructions that move data and compute addresses.
extension Assembler {
    /// `mov` of all 64 bits: REX.W 89 /r, MOV r/m, r.
    func move(_ destination: Register, _ source: Register) {
        instruction(0x89, .quad, reg: source.rawValue, destination)
    }

    /// `mov`: 89 /r, MOV r/m, r (88 for bytes).
    func move(_ destination: Register, _ source: Register, _ width: Width) {
        let forceREX = width == .byte && (destination.needsREXAsByte || source.needsREXAsByte)
        instruction(
            width == .byte ? 0x88 : 0x89, width, reg: source.rawValue, destination, forceREX: forceREX)
    }

    /// `mov` from memory: 8B /r, MOV r, r/m (8A for bytes).
    func load(_ destination: Register, _ source: Memory, _ width: Width = .quad) {
        let forceREX = width == .byte && destination.needsREXAsByte
        instruction(
            width == .byte ? 0x8a : 0x8b, width, reg: destination.rawValue, source, forceREX: forceREX)
    }

    /// `mov` to memory: 89 /r, MOV r/m, r (88 for bytes).
    func store(_ destination: Memory, _ source: Register, _ width: Width = .quad) {
        let forceREX = width == .byte && source.needsREXAsByte
        instruction(
            width == .byte ? 0x88 : 0x89, width, reg: source.rawValue, destination, forceREX: forceREX)
    }

    /// `mov` of a number to memory: C7 /0 id (iw for words), which extends the sign, C6 /0 ib for bytes.
    func store(_ destination: Memory, immediate: Int32, _ width: Width) {
        let size = Int32(min(width.rawValue, 4))
        var destination = destination
        // A distance to a label counts from the end of the instruction, and there the number comes behind it.
        if case .label = destination { destination = destination.moved(by: -size) }
        instruction(width == .byte ? 0xc6 : 0xc7, width, reg: 0, destination)
        switch width {
        case .byte: put(UInt8(truncatingIfNeeded: immediate))
        case .word: put16(UInt16(truncatingIfNeeded: immediate))
        case .long, .quad: put32(UInt32(bitPattern: immediate))
        }
    }

    /// The shortest `mov` that leaves all 64 bits equal to `value`: B8+rd id, MOV r32, imm32, which clears the upper
    /// half; REX.W C7 /0 id, which extends the sign; REX.W B8+rd io.
    func moveImmediate(_ destination: Register, _ value: UInt64) {
        if let small = UInt32(exactly: value) {
            emitMoveOpcode(destination, rex: 0)
            put32(small)
        } else if let signed = Int32(exactly: Int64(bitPattern: value)) {
            instruction(0xc7, .quad, reg: 0, destination)
            put32(UInt32(bitPattern: signed))
        } else {
            moveImmediate64(destination, value)
        }
    }

    /// `movabs`: REX.W B8+rd io, for a number whose size must not decide the instruction's length.
    func moveImmediate64(_ destination: Register, _ value: UInt64) {
        emitMoveOpcode(destination, rex: 0x48)
        put64(value)
    }

    /// `mov $n, %r32` where n is a 32-bit number that the linker knows: B8+rd id.
    func moveRelocated(
        _ destination: Register, _ kind: Relocation.Kind, _ target: DeclIndex, addend: Int64 = 0
    ) {
        emitMoveOpcode(destination, rex: 0)
        putRelocated(kind, target, addend: addend)
    }

    private func emitMoveOpcode(_ destination: Register, rex: UInt8) {
        let rex = destination.isExtended ? rex | 0x41 : rex
        if rex == 0 { begin(0xb8 | destination.low) } else { begin(rex, 0xb8 | destination.low) }
    }

    /// Moves `width` bytes and extends them to 64 bits with zeros: 0F B6 /r and 0F B7 /r, MOVZX r32, r/m; a 32-bit
    /// MOV clears the upper half by itself.
    func moveZeroExtended(_ destination: Register, _ source: Operand, from width: Width) {
        switch width {
        case .byte:
            instruction(0x0fb6, .long, reg: destination.rawValue, source, forceREX: needsREX(asByte: source))
        case .word: instruction(0x0fb7, .long, reg: destination.rawValue, source)
        case .long: instruction(0x8b, .long, reg: destination.rawValue, source)
        case .quad: instruction(0x8b, .quad, reg: destination.rawValue, source)
        }
    }

    /// Moves `width` bytes and extends them to 64 bits with the sign: REX.W 0F BE /r and 0F BF /r, MOVSX r64, r/m;
    /// REX.W 63 /r, MOVSXD r64, r/m32.
    func moveSignExtended(_ destination: Register, _ source: Operand, from width: Width) {
        switch width {
        case .byte: instruction(0x0fbe, .quad, reg: destination.rawValue, source)
        case .word: instruction(0x0fbf, .quad, reg: destination.rawValue, source)
        case .long: instruction(0x63, .quad, reg: destination.rawValue, source)
        case .quad: instruction(0x8b, .quad, reg: destination.rawValue, source)
        }
    }

    private func needsREX(asByte operand: Operand) -> Bool {
        guard case .register(let register) = operand else { return false }
        return register.needsREXAsByte
    }

    /// `lea`: REX.W 8D /r.
    func loadAddress(_ destination: Register, _ source: Memory) {
        instruction(0x8d, .quad, reg: destination.rawValue, source)
    }

    /// `xchg`: REX.W 87 /r.
    func exchange(_ a: Register, _ b: Register) {
        instruction(0x87, .quad, reg: b.rawValue, a)
    }

    /// `setcc` of the low byte: 0F 90+cc.
    func setIf(_ condition: Condition, _ destination: Register) {
        instruction(
            0x0f90 | UInt16(condition.rawValue), .byte, reg: 0, destination,
            forceREX: destination.needsREXAsByte)
    }

    /// `push`: 50+rd.
    func push(_ source: Register) {
        if source.isExtended { begin(0x41, 0x50 | source.low) } else { begin(0x50 | source.low) }
    }

    /// `push` of 8 bytes in memory: FF /6.
    func push(_ source: Memory) {
        instruction(0xff, .long, reg: 6, source)
    }

    /// `push` of a number: 6A ib, which extends the sign.
    func push(_ value: Int8) {
        begin(0x6a, UInt8(bitPattern: value))
    }

    /// `pop`: 58+rd.
    func pop(_ destination: Register) {
        if destination.isExtended { begin(0x41, 0x58 | destination.low) } else { begin(0x58 | destination.low) }
    }
}
