import Semantics
import ZIR

/// Casts and compares.
extension Lowering {
    /// The result is the operand, extended to 64 bits already; or the same bits, read with another sign.
    func lowerCopy(_ index: Int) {
        let inst = function.insts[index]
        if let value = inst.a.instIndex, values[Int(value)].root == values[index].root { return }
        let target = target(index)
        load(target, inst.a)
        if !function.isCopy(inst) { extend(target, target, inst.type) }
        store(target, asResultOf: index)
    }

    func lowerIntCast(_ index: Int) {
        let inst = function.insts[index]
        let target = target(index)
        let source = function.type(of: inst.a)
        if source.fits(in: inst.type) {
            load(target, inst.a)
        } else {
            let value = register(inst.a, scratch: .rax)
            if inst.data == 1 {
                emitCastCheck(value, source, inst)
                if target != value { assembler.move(target, value) }
            } else {
                extend(target, value, inst.type)
            }
        }
        store(target, asResultOf: index)
    }

    /// Panics unless `value`, which has the shape `source`, fits in the type of `inst`. Changes `rcx`.
    ///
    /// It does if extending its low bits to 64 changes nothing. From unsigned to signed the sign bit is no room; from
    /// signed to 64 bits unsigned it is only the sign that matters.
    private func emitCastCheck(_ value: Register, _ source: IRType, _ inst: IRInst) {
        var type = inst.type
        if type.isSigned && !source.isSigned { type = IRType(bits: type.bits - 1) }
        let label = panicLabel(.integerCastTruncatedBits, inst.source)
        if type.bits == 64 {
            assembler.test(value, value)
            assembler.jumpIf(.sign, label)
        } else if type.bits == 0 {
            assembler.test(value, value)
            assembler.jumpIf(.notEqual, label)
        } else {
            emitFitCheck(value, type, scratch: .rcx, label)
        }
    }

    /// A compare, alone or with the branch behind it. Returns the number of the next instruction.
    func lowerCompare(_ index: Int) -> Int {
        if function.isFusedWithBranch(index, useCount: values[index].useCount) { return lowerCompareAndBranch(index) }
        if let condition = emitCompare(index) { assembler.setIf(condition, .rax) }
        let target = target(index)
        assembler.moveZeroExtended(target, .register(.rax), from: .byte)
        store(target, asResultOf: index)
        return index + 1
    }

    /// A compare, and the branch behind it that is the only one to use it. Returns the number of the next instruction.
    private func lowerCompareAndBranch(_ index: Int) -> Int {
        if let condition = emitCompare(index) {
            return emitBranch(index + 1, unless: condition)
        }
        assembler.test(.rax, .rax, .byte)
        return emitBranch(index + 1, unless: .notEqual)
    }

    /// Compares the mathematical values of the operands: the condition that holds where the compare does, or nil where
    /// `al` is the answer.
    private func emitCompare(_ index: Int) -> Condition? {
        let inst = function.insts[index]
        guard inst.data <= UInt32(UInt8.max), let op = CompareOperator(rawValue: UInt8(inst.data)) else {
            unreachable("no such compare operator")
        }
        let (a, b) = (range(of: inst.a), range(of: inst.b))
        if a.isSigned64 && b.isSigned64 || a.isUnsigned64 && b.isUnsigned64 {
            let isUnsigned = a.isUnsigned64 && b.isUnsigned64
            // A number is an immediate, and so comes second.
            if number(inst.a) == nil {
                emitCompare(inst.a, inst.b, isUnsigned: isUnsigned)
                return op.condition(isSigned: !isUnsigned)
            }
            emitCompare(inst.b, inst.a, isUnsigned: isUnsigned)
            return op.swapped.condition(isSigned: !isUnsigned)
        }
        if a.isSigned64 {
            emitMixedCompare(signed: inst.a, op, unsigned: inst.b)
        } else {
            emitMixedCompare(signed: inst.b, op.swapped, unsigned: inst.a)
        }
        return nil
    }

    /// Sets the flags as `left - right` does.
    private func emitCompare(
        _ left: IRRef, _ right: IRRef, isUnsigned: Bool
    ) {
        let width: Width = isUnsigned && fitsInLong(left) && fitsInLong(right) ? .long : .quad
        let value = register(left, scratch: .rax)
        let right = source(right)
        if case .number(0) = right {
            assembler.test(value, value, width)
        } else {
            arithmetic(.cmp, value, right, width, scratch: .rcx)
        }
    }

    /// Whether the lower 32 bits of `value`, which has no sign, are all of it.
    private func fitsInLong(_ value: IRRef) -> Bool {
        if let number = number(value) { return number <= UInt64(UInt32.max) }
        return function.type(of: value).bits <= 32
    }

    /// Compares a signed value with one that may need all 64 bits unsigned: what the unsigned compare says holds unless
    /// the signed value is negative, and then it is the smaller one.
    private func emitMixedCompare(
        signed: IRRef, _ op: CompareOperator, unsigned: IRRef
    ) {
        load(.rax, signed)
        load(.rcx, unsigned)
        assembler.arithmetic(.cmp, .rax, .rcx)
        assembler.setIf(op.condition(isSigned: false), .rcx)
        assembler.test(.rax, .rax)
        let holdsForSmaller = op == .lt || op == .lte || op == .neq
        assembler.setIf(holdsForSmaller ? .sign : .notSign, .rax)
        assembler.arithmetic(holdsForSmaller ? .or : .and, .rax, .rcx, .byte)
    }

    /// Which 64-bit integers hold every value that `value` can have.
    private func range(of value: IRRef) -> (isSigned64: Bool, isUnsigned64: Bool) {
        if let number = number(value), number <= UInt64(Int64.max) { return (true, true) }
        let type = function.type(of: value)
        return (type.isSigned || type.bits < 64, !type.isSigned)
    }
}

extension IRType {
    /// Whether `type` holds every value of this one.
    func fits(in type: IRType) -> Bool {
        isSigned == type.isSigned ? bits <= type.bits : !isSigned && bits < type.bits
    }
}

extension CompareOperator {
    /// The flags that say so after a compare instruction.
    func condition(isSigned: Bool) -> Condition {
        switch self {
        case .eq: .equal
        case .neq: .notEqual
        case .lt: isSigned ? .less : .below
        case .lte: isSigned ? .lessOrEqual : .belowOrEqual
        case .gt: isSigned ? .greater : .above
        case .gte: isSigned ? .greaterOrEqual : .aboveOrEqual
        }
    }

    /// The operator that says the same with the operands swapped.
    var swapped: CompareOperator {
        switch self {
        case .eq, .neq: self
        case .lt: .gt
        case .lte: .gte
        case .gt: .lt
        case .gte: .lte
        }
    }
}
