import Semantics
import ZIR

/// Sums, products, bits and shifts.
///
/// Operands are extended to 64 bits, so whatever 64 bits hold of a result is the mathematical one, and it fits its type
/// if extending its low bits changes nothing. Of an unsigned type of 32 bits the processor clears the upper half itself.
extension Lowering {
    /// Result `index` = `a` OP `b`, not extended: the register that holds it, the home of the result or `rax`.
    private func emitOperation(
        _ operation: Arithmetic, _ index: Int, _ a: IRRef, _ b: IRRef, _ width: Width, _ position: Position
    ) throws(DiagnosticError) -> Register {
        let target = target(index)
        var (a, b) = (a, b)
        if operation.isCommutative && (isIn(target, b) || number(a) != nil) { swap(&a, &b) }
        // What is computed first must not destroy the other operand.
        let work = isIn(target, b) && !isIn(target, a) ? .rax : target
        try load(work, a, position)
        try arithmetic(operation, work, b, width, scratch: .rcx, position)
        return work
    }

    /// Result `index` = `a` OP `b`, where the result needs no extension.
    func emitBinary(
        _ operation: Arithmetic, _ index: Int, _ a: IRRef, _ b: IRRef, _ width: Width, _ position: Position
    ) throws(DiagnosticError) {
        store(try emitOperation(operation, index, a, b, width, position), asResultOf: index)
    }

    /// Up to 63 bits a 64-bit sum is exact. At 32 and 64 bits the processor's own flags say whether it fits.
    func lowerSum(_ operation: Arithmetic, _ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let type = inst.type
        let isChecked = inst.data == 1
        if !isChecked, type.bits == 64, try emitAddressSum(operation, index, inst) { return }
        let width: Width = type.bits == 32 ? .long : .quad
        let sum = try emitOperation(operation, index, inst.a, inst.b, width, inst.position)
        guard type.bits == 32 || type.bits == 64 else { return finish(sum, index, inst) }
        if isChecked {
            assembler.jumpIf(type.isSigned ? .overflow : .below, panicLabel(.integerOverflow, inst.source))
        }
        if type.bits == 32 && type.isSigned { extend(sum, sum, type) }
        store(sum, asResultOf: index)
    }

    /// A sum into another register than those of its operands, by `lea`; false if it is not of that kind.
    private func emitAddressSum(
        _ operation: Arithmetic, _ index: Int, _ inst: IRInst
    ) throws(DiagnosticError) -> Bool {
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
    func lowerProduct(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let type = inst.type
        let isChecked = inst.data == 1
        let width: Width = !isChecked && type.bits <= 32 ? .long : .quad
        var product = Register.rax
        if isChecked && type.bits > 32 && !type.isSigned {
            let factor = try register(inst.b, scratch: .rcx, inst.position)
            try load(.rax, inst.a, inst.position)
            assembler.multiplyUnsigned(factor)
        } else {
            product = try emitProduct(index, inst, width)
        }
        if isChecked && type.bits > 32 {
            assembler.jumpIf(.overflow, panicLabel(.integerOverflow, inst.source))
        }
        if type.bits == 64 || width == .long && type.bits == 32 && !type.isSigned {
            store(product, asResultOf: index)
        } else {
            finish(product, index, inst)
        }
    }

    /// A signed multiplication, whose low bits are those of an unsigned one; a shift where that does the same.
    private func emitProduct(
        _ index: Int, _ inst: IRInst, _ width: Width
    ) throws(DiagnosticError) -> Register {
        let target = target(index)
        var (a, b) = (inst.a, inst.b)
        if isIn(target, b) || number(a) != nil { swap(&a, &b) }
        if inst.data == 0, let factor = number(b), factor.nonzeroBitCount == 1 {
            try load(target, a, inst.position)
            if factor > 1 { assembler.shift(.left, target, by: UInt8(factor.trailingZeroBitCount), width) }
            return target
        }
        if let immediate = immediate(b, width) {
            let factor = try register(a, scratch: .rcx, inst.position)
            assembler.multiply(target, .register(factor), immediate: immediate, width)
            return target
        }
        let work = isIn(target, b) && !isIn(target, a) ? .rax : target
        try load(work, a, inst.position)
        if case .word(let home) = source(b) {
            assembler.multiply(work, .memory(home), width)
        } else {
            assembler.multiply(work, .register(try register(b, scratch: .rcx, inst.position)), width)
        }
        return work
    }

    /// Makes `value`, whose low bits are right, the result; where `inst` is checked it panics if the rest is not. Changes
    /// `rcx`.
    func finish(_ value: Register, _ index: Int, _ inst: IRInst) {
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
    func lowerBits(_ operation: Arithmetic, _ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let width: Width = inst.type.bits <= 32 && !inst.type.isSigned ? .long : .quad
        try emitBinary(operation, index, inst.a, inst.b, width, inst.position)
    }

    func lowerShift(_ kind: Shift, _ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let type = inst.type
        // At this width the bits that are moved out are lost at once.
        let width: Width = type.bits == 32 && !type.isSigned ? .long : .quad
        let target = target(index)
        if let amount = number(inst.b), amount < UInt64(type.bits) {
            try load(target, inst.a, inst.position)
            if amount > 0 { assembler.shift(kind, target, by: UInt8(amount), width) }
        } else {
            try load(.rcx, inst.b, inst.position)
            if inst.data == 1 {
                assembler.arithmetic(.cmp, .register(.rcx), immediate: Int32(type.bits))
                assembler.jumpIf(.aboveOrEqual, panicLabel(.shiftAmountOverflow, inst.source))
            }
            try load(target, inst.a, inst.position)
            assembler.shiftByCL(kind, target, width)
        }
        // Moved down, an extended value stays extended.
        if kind == .left && type.bits < 64 && width == .quad { extend(target, target, type) }
        store(target, asResultOf: index)
    }
}

extension Arithmetic {
    /// Whether the operands may change places.
    var isCommutative: Bool { self == .add || self == .and || self == .or || self == .xor }
}
