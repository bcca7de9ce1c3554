import Semantics
import ZIR

/// Quotients and remainders. The processor divides `rdx:rax`, and leaves the quotient in `rax` and the remainder in `rdx`.
extension Lowering {
    func lowerDivision(_ index: Int) {
        let inst = function.insts[index]
        if !inst.type.isSigned, let divisor = number(inst.b), divisor.nonzeroBitCount == 1 {
            return lowerDivision(byPowerOfTwo: divisor, index)
        }
        let divisor = register(inst.b, scratch: .rcx)
        let known = number(inst.b)
        if inst.data == 1 && (known ?? 0) == 0 {
            assembler.test(divisor, divisor)
            assembler.jumpIf(.equal, panicLabel(.divisionByZero, inst.source))
        }
        load(.rax, inst.a)
        if inst.type.isSigned {
            emitSignedDivision(by: divisor, mayBeMinusOne: known == nil || known == .max, inst)
        } else {
            assembler.arithmetic(.xor, .rdx, .rdx, .long)
            assembler.divideUnsigned(divisor, inst.type.bits <= 32 ? .long : .quad)
        }
        guard inst.op == .div else { return store(.rdx, asResultOf: index) }
        // Only the least number by minus one leaves the type; of 64 bits, that is seen to before.
        if inst.type.isSigned && inst.type.bits < 64 {
            finish(.rax, index)
        } else {
            store(.rax, asResultOf: index)
        }
    }

    /// Of numbers without sign the low bits are the remainder, and the others the quotient.
    private func lowerDivision(byPowerOfTwo divisor: UInt64, _ index: Int) {
        let inst = function.insts[index]
        let target = target(index)
        load(target, inst.a)
        if inst.op == .div {
            if divisor > 1 { assembler.shift(.logicalRight, target, by: UInt8(divisor.trailingZeroBitCount)) }
        } else if let mask = Int32(exactly: divisor - 1) {
            assembler.arithmetic(.and, target, immediate: mask, .long)
        } else {
            assembler.moveImmediate(.rcx, divisor - 1)
            assembler.arithmetic(.and, target, .rcx)
        }
        store(target, asResultOf: index)
    }

    /// The processor traps where 64 bits do not hold the quotient, so at this width a division by minus one is none.
    private func emitSignedDivision(by divisor: Register, mayBeMinusOne: Bool, _ inst: IRInst) {
        let done = assembler.makeLabel()
        if inst.type.bits == 64 && mayBeMinusOne {
            let divide = assembler.makeLabel()
            assembler.arithmetic(.cmp, divisor, immediate: -1)
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

    private func emitDivisionByMinusOne(_ inst: IRInst) {
        guard inst.op == .div else { return assembler.arithmetic(.xor, .rdx, .rdx, .long) }
        assembler.negate(.rax)
        if inst.data == 1 { assembler.jumpIf(.overflow, panicLabel(.integerOverflow, inst.source)) }
    }

    /// The remainder in `rdx` is the modulus unless it has the other sign than the divisor: then one divisor is missing.
    private func emitModuloCorrection(_ divisor: Register, _ done: Label) {
        assembler.test(.rdx, .rdx)
        assembler.jumpIf(.equal, done)
        assembler.move(.rax, .rdx)
        assembler.arithmetic(.xor, .rax, divisor)
        assembler.jumpIf(.notSign, done)
        assembler.arithmetic(.add, .rdx, divisor)
    }
}
