import Semantics

/// Sums, products, quotients, bits and shifts.
///
/// Operands are extended to 64 bits, so whatever 64 bits hold of a result is the mathematical one, and it fits its type
/// if extending its low bits changes nothing.
extension Lowering {
    /// Up to 63 bits a 64-bit sum is exact. At 32 and 64 bits the processor's own flags say whether it fits.
    mutating func lowerSum(_ operation: Arithmetic, _ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let (sum, scratch, _) = Lowering.scratch
        let type = inst.type
        try load(sum, inst.a, inst.position)
        try arithmetic(operation, sum, inst.b, type.bits == 32 ? .long : .quad, scratch: scratch, inst.position)
        guard type.bits == 32 || type.bits == 64 else { return finish(sum, index, inst, isChecked: inst.data == 1) }
        if inst.data == 1 {
            assembler.jumpIf(type.isSigned ? .overflow : .below, panicLabel(.integerOverflow, inst.source))
        }
        if type.bits == 32 && type.isSigned { extend(sum, sum, type) }
        store(sum, asResultOf: index)
    }

    /// Up to 32 bits a 64-bit product is exact; of wider ones the flags say whether 64 bits hold it.
    mutating func lowerProduct(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let (product, factor, _) = Lowering.scratch
        let type = inst.type
        try load(product, inst.a, inst.position)
        try load(factor, inst.b, inst.position)
        let isChecked = inst.data == 1
        if isChecked && type.bits > 32 && !type.isSigned {
            assembler.multiplyUnsigned(factor)
        } else {
            assembler.multiply(product, .register(factor))
        }
        if isChecked && type.bits > 32 {
            assembler.jumpIf(.overflow, panicLabel(.integerOverflow, inst.source))
        }
        finish(product, index, inst, isChecked: isChecked)
    }

    /// Makes `value`, whose low bits are right, the result; with `isChecked` it panics where the rest is not.
    private mutating func finish(_ value: Register, _ index: Int, _ inst: IRInst, isChecked: Bool) {
        if inst.type.bits < 64 {
            let (_, scratch, _) = Lowering.scratch
            if isChecked {
                extend(scratch, value, inst.type)
                assembler.arithmetic(.cmp, scratch, value)
                assembler.jumpIf(.notEqual, panicLabel(.integerOverflow, inst.source))
            } else {
                extend(value, value, inst.type)
            }
        }
        store(value, asResultOf: index)
    }

    /// Of extended operands the result is extended.
    mutating func lowerBits(_ operation: Arithmetic, _ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let (value, scratch, _) = Lowering.scratch
        try load(value, inst.a, inst.position)
        try arithmetic(operation, value, inst.b, scratch: scratch, inst.position)
        store(value, asResultOf: index)
    }

    mutating func lowerShift(_ kind: Shift, _ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let value = Register.rax
        let width = UInt64(inst.type.bits)
        try load(value, inst.a, inst.position)
        if case .number(let amount) = source(inst.b), amount < width {
            assembler.shift(kind, value, by: UInt8(amount))
        } else {
            try load(.rcx, inst.b, inst.position)
            if inst.data == 1 {
                assembler.arithmetic(.cmp, .register(.rcx), immediate: Int32(width))
                assembler.jumpIf(.aboveOrEqual, panicLabel(.shiftAmountOverflow, inst.source))
            }
            assembler.shiftByCL(kind, value)
        }
        // Moved down, an extended value stays extended.
        if kind == .left && width < 64 { extend(value, value, inst.type) }
        store(value, asResultOf: index)
    }
}

// MARK: - Division

extension Lowering {
    /// The processor divides `rdx:rax`, and leaves the quotient in `rax` and the remainder in `rdx`.
    mutating func lowerDivision(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let divisor = Register.rcx
        try load(.rax, inst.a, inst.position)
        try load(divisor, inst.b, inst.position)
        var known: UInt64?
        if case .number(let number) = source(inst.b) { known = number }
        if inst.data == 1 && (known ?? 0) == 0 {
            assembler.test(divisor, divisor)
            assembler.jumpIf(.equal, panicLabel(.divisionByZero, inst.source))
        }
        if inst.type.isSigned {
            emitSignedDivision(by: divisor, mayBeMinusOne: known == nil || known == .max, inst)
        } else {
            assembler.arithmetic(.xor, .rdx, .rdx)
            assembler.divideUnsigned(divisor)
        }
        guard inst.op == .div else { return store(.rdx, asResultOf: index) }
        // Only the least number by minus one leaves the type; of 64 bits, that is seen to before.
        if inst.type.isSigned && inst.type.bits < 64 {
            finish(.rax, index, inst, isChecked: inst.data == 1)
        } else {
            store(.rax, asResultOf: index)
        }
    }

    /// The processor traps where 64 bits do not hold the quotient, so at this width a division by minus one is none.
    private mutating func emitSignedDivision(by divisor: Register, mayBeMinusOne: Bool, _ inst: IRInst) {
        let done = assembler.makeLabel()
        if inst.type.bits == 64 && mayBeMinusOne {
            let divide = assembler.makeLabel()
            assembler.arithmetic(.cmp, .register(divisor), immediate: -1)
            assembler.jumpIf(.notEqual, divide)
            emitDivisionByMinusOne(inst)
            assembler.jump(done)
            assembler.bind(divide)
        }
        assembler.plain(.cqto)
        assembler.divideSigned(divisor)
        if inst.op == .mod { emitModuloCorrection(divisor, done) }
        assembler.bind(done)
    }

    private mutating func emitDivisionByMinusOne(_ inst: IRInst) {
        guard inst.op == .div else { return assembler.arithmetic(.xor, .rdx, .rdx) }
        assembler.negate(.rax)
        if inst.data == 1 { assembler.jumpIf(.overflow, panicLabel(.integerOverflow, inst.source)) }
    }

    /// The remainder in `rdx` is the modulus unless it has the other sign than the divisor: then one divisor is missing.
    private mutating func emitModuloCorrection(_ divisor: Register, _ done: Label) {
        assembler.test(.rdx, .rdx)
        assembler.jumpIf(.equal, done)
        assembler.move(.rax, .rdx)
        assembler.arithmetic(.xor, .rax, divisor)
        assembler.jumpIf(.notSign, done)
        assembler.arithmetic(.add, .rdx, divisor)
    }
}
