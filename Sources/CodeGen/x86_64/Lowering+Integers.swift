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
        if values[index].isFolded { return lowerCompareAndBranch(index) }
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
        let (a, b) = (comparedValue(inst.a), comparedValue(inst.b))
        if a.isSigned64 && b.isSigned64 || a.isUnsigned64 && b.isUnsigned64 {
            let isUnsigned = a.isUnsigned64 && b.isUnsigned64
            // A number is an immediate, and so comes second.
            if a.source.isNumber {
                emitCompare(b, a, isUnsigned: isUnsigned)
                return op.swapped.condition(isSigned: !isUnsigned)
            }
            emitCompare(a, b, isUnsigned: isUnsigned)
            return op.condition(isSigned: !isUnsigned)
        }
        if a.isSigned64 {
            emitMixedCompare(signed: inst.a, op, unsigned: inst.b)
        } else {
            emitMixedCompare(signed: inst.b, op.swapped, unsigned: inst.a)
        }
        return nil
    }

    /// An operand of a compare, and what can hold all that it may be.
    private struct ComparedValue {
        var source: Source
        /// Whether 64 bits with a sign do, or without one, or 32 without one.
        var isSigned64: Bool
        var isUnsigned64: Bool
        var isUnsigned32: Bool
    }

    @inline(__always)
    private func comparedValue(_ value: IRRef) -> ComparedValue {
        let (source, type) = (source(value), function.type(of: value))
        guard case .number(let number) = source else {
            return ComparedValue(
                source: source, isSigned64: type.isSigned || type.bits < 64, isUnsigned64: !type.isSigned,
                isUnsigned32: type.bits <= 32)
        }
        let isEither = number <= UInt64(Int64.max)
        return ComparedValue(
            source: source, isSigned64: isEither || type.isSigned || type.bits < 64,
            isUnsigned64: isEither || !type.isSigned, isUnsigned32: number <= UInt64(UInt32.max))
    }

    /// Sets the flags as `left - right` does.
    @inline(__always)
    private func emitCompare(_ left: ComparedValue, _ right: ComparedValue, isUnsigned: Bool) {
        let width: Width = isUnsigned && left.isUnsigned32 && right.isUnsigned32 ? .long : .quad
        let value = register(left.source, scratch: .rax)
        if case .number(0) = right.source {
            assembler.test(value, value, width)
        } else {
            arithmetic(.cmp, value, right.source, width, scratch: .rcx)
        }
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
