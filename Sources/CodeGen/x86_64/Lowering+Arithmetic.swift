import Semantics
import ZIR

/// Sums, products, bits and shifts.
///
/// Operands are extended to 64 bits, so whatever 64 bits hold of a result is the mathematical one, and it fits its type
/// if extending its low bits changes nothing. Of an unsigned type of 32 bits the processor clears the upper half itself.
extension Lowering {
    /// Result `index` = `a` OP `b`, not extended: the register that holds it, the home of the result or `rax`.
    private func emitOperation(
        _ operation: Arithmetic, _ index: Int, _ a: IRRef, _ b: IRRef, _ width: Width
    ) -> Register {
        let target = target(index)
        if a.instIndex != nil, let immediate = immediate(b, width) {
            load(target, a)
            assembler.arithmetic(operation, target, immediate: immediate, width)
            return target
        }
        var (a, b) = (source(a), source(b))
        if operation.isCommutative && (b.isIn(target) || a.isNumber) { swap(&a, &b) }
        // What is computed first must not destroy the other operand.
        let work = b.isIn(target) && !a.isIn(target) ? .rax : target
        load(work, a)
        arithmetic(operation, work, b, width, scratch: .rcx)
        return work
    }

    /// Result `index` = `a` OP `b`, where the result needs no extension.
    func emitBinary(_ operation: Arithmetic, _ index: Int, _ a: IRRef, _ b: IRRef, _ width: Width) {
        store(emitOperation(operation, index, a, b, width), asResultOf: index)
    }

    /// Up to 63 bits a 64-bit sum is exact. At 32 and 64 bits the processor's own flags say whether it fits.
    func lowerSum(_ operation: Arithmetic, _ index: Int) {
        let inst = function.insts[index]
        let type = inst.type
        let isChecked = inst.data == 1
        if !isChecked, type.bits == 64, emitAddressSum(operation, index) { return }
        let width: Width = type.bits == 32 ? .long : .quad
        let sum = emitOperation(operation, index, inst.a, inst.b, width)
        guard type.bits == 32 || type.bits == 64 else { return finish(sum, index) }
        if isChecked {
            assembler.jumpIf(type.isSigned ? .overflow : .below, panicLabel(.integerOverflow, inst.source))
        }
        if type.bits == 32 && type.isSigned { extend(sum, sum, type) }
        store(sum, asResultOf: index)
    }

    /// A sum into another register than those of its operands, by `lea`; false if it is not of that kind.
    private func emitAddressSum(_ operation: Arithmetic, _ index: Int) -> Bool {
        let inst = function.insts[index]
        guard case .register(let a) = source(inst.a), a != target(index) else { return false }
        let memory: Memory
        switch source(inst.b) {
        case .register(let b) where operation == .add && b != target(index): memory = .indexed(a, b, scale: 1)
        case .number(let number):
            let distance = operation == .add ? number : 0 &- number
            guard let distance = Lowering.immediate(distance, .quad) else { return false }
            memory = .base(a, distance)
        default: return false
        }
        let target = target(index)
        assembler.loadAddress(target, memory)
        store(target, asResultOf: index)
        return true
    }

    /// Up to 32 bits a 64-bit product is exact; of wider ones the flags say whether 64 bits hold it.
    func lowerProduct(_ index: Int) {
        let inst = function.insts[index]
        let type = inst.type
        let isChecked = inst.data == 1
        let width: Width = !isChecked && type.bits <= 32 ? .long : .quad
        var product = Register.rax
        if isChecked && type.bits > 32 && !type.isSigned {
            let factor = register(inst.b, scratch: .rcx)
            load(.rax, inst.a)
            assembler.multiplyUnsigned(factor)
        } else {
            product = emitProduct(index, width)
        }
        if isChecked && type.bits > 32 {
            assembler.jumpIf(.overflow, panicLabel(.integerOverflow, inst.source))
        }
        if type.bits == 64 || width == .long && type.bits == 32 && !type.isSigned {
            store(product, asResultOf: index)
        } else {
            finish(product, index)
        }
    }

    /// A signed multiplication, whose low bits are those of an unsigned one; a shift where that does the same.
    private func emitProduct(_ index: Int, _ width: Width) -> Register {
        let inst = function.insts[index]
        let target = target(index)
        var (a, b) = (source(inst.a), source(inst.b))
        if b.isIn(target) || a.isNumber { swap(&a, &b) }
        if case .number(let factor) = b {
            if inst.data == 0, factor.nonzeroBitCount == 1 {
                load(target, a)
                if factor > 1 { assembler.shift(.left, target, by: UInt8(factor.trailingZeroBitCount), width) }
                return target
            }
            if let immediate = Lowering.immediate(factor, width) {
                let factor = register(a, scratch: .rcx)
                assembler.multiply(target, factor, immediate: immediate, width)
                return target
            }
        }
        let work = b.isIn(target) && !a.isIn(target) ? .rax : target
        load(work, a)
        if case .word(let offset) = b {
            assembler.multiply(work, .memory(.base(.rbp, offset)), width)
        } else {
            assembler.multiply(work, .register(register(b, scratch: .rcx)), width)
        }
        return work
    }

    /// Makes `value`, whose low bits are right, the result; where the instruction is checked it panics if the rest is not.
    /// Changes `rcx`.
    func finish(_ value: Register, _ index: Int) {
        let inst = function.insts[index]
        if inst.data == 1 {
            emitFitCheck(value, inst.type, scratch: .rcx, panicLabel(.integerOverflow, inst.source))
            store(value, asResultOf: index)
        } else {
            let target = target(index)
            extend(target, value, inst.type)
            store(target, asResultOf: index)
        }
    }

    /// Goes to `label` unless `value` is extended as `type` says.
    func emitFitCheck(_ value: Register, _ type: IRType, scratch: Register, _ label: Label) {
        if type.bits == 64 { return }
        extend(scratch, value, type)
        assembler.arithmetic(.cmp, scratch, value)
        assembler.jumpIf(.notEqual, label)
    }

    /// Of extended operands the result is extended. Numbers of up to 32 bits without sign need only the lower half.
    func lowerBits(_ operation: Arithmetic, _ index: Int) {
        let inst = function.insts[index]
        let width: Width = inst.type.bits <= 32 && !inst.type.isSigned ? .long : .quad
        emitBinary(operation, index, inst.a, inst.b, width)
    }

    func lowerShift(_ kind: Shift, _ index: Int) {
        let inst = function.insts[index]
        let type = inst.type
        // At this width the bits that are moved out are lost at once.
        let width: Width = type.bits == 32 && !type.isSigned ? .long : .quad
        let target = target(index)
        if let amount = number(inst.b), amount < UInt64(type.bits) {
            load(target, inst.a)
            if amount > 0 { assembler.shift(kind, target, by: UInt8(amount), width) }
        } else {
            load(.rcx, inst.b)
            if inst.data == 1 {
                assembler.arithmetic(.cmp, .rcx, immediate: Int32(type.bits))
                assembler.jumpIf(.aboveOrEqual, panicLabel(.shiftAmountOverflow, inst.source))
            }
            load(target, inst.a)
            assembler.shiftByCL(kind, target, width)
        }
        // Moved down, an extended value stays extended.
        if kind == .left && type.bits < 64 && width == .quad { extend(target, target, type) }
        store(target, asResultOf: index)
    }
}

extension Arithmetic {
    /// Whether the operands may change places.
    @inline(__always)
    var isCommutative: Bool { self == .add || self == .and || self == .or || self == .xor }
}
