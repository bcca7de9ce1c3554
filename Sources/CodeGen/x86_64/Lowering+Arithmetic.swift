import Semantics
import ZIR

/// Casts and compares.
extension Lowering {
    /// The result is the operand as it stands, which is extended to 64 bits already.
    mutating func lowerCopy(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let (value, _, _) = Lowering.scratch
        try load(value, inst.a, inst.position)
        store(value, asResultOf: index)
    }

    /// The same bits, read with another sign.
    mutating func lowerBitCast(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let (value, _, _) = Lowering.scratch
        try load(value, inst.a, inst.position)
        if function.type(of: inst.a).isSigned != inst.type.isSigned && inst.type.bits < 64 {
            extend(value, value, inst.type)
        }
        store(value, asResultOf: index)
    }

    mutating func lowerIntCast(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let (value, scratch, _) = Lowering.scratch
        try load(value, inst.a, inst.position)
        let source = function.type(of: inst.a)
        if source.fits(in: inst.type) {
            store(value, asResultOf: index)
            return
        }
        if inst.data == 1 {
            emitFitCheck(value, source, inst, scratch: scratch)
        } else {
            extend(value, value, inst.type)
        }
        store(value, asResultOf: index)
    }

    /// Panics unless `value`, which has the shape `source`, fits in the type of `inst`.
    ///
    /// It does if extending its low bits to 64 changes nothing. From unsigned to signed the sign bit is no room; from
    /// signed to 64 bits unsigned it is only the sign that matters.
    private mutating func emitFitCheck(_ value: Register, _ source: IRType, _ inst: IRInst, scratch: Register) {
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
            extend(scratch, value, type)
            assembler.arithmetic(.cmp, scratch, value)
            assembler.jumpIf(.notEqual, label)
        }
    }

    mutating func lowerCompare(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let (result, _, _) = Lowering.scratch
        if let condition = try emitCompare(inst) { assembler.setIf(condition, result) }
        assembler.moveZeroExtended(result, .register(result), from: .byte)
        store(result, asResultOf: index)
    }

    /// A compare, and the branch behind it that is the only one to use it.
    mutating func lowerCompareAndBranch(_ index: Int) throws(DiagnosticError) {
        let target = Label(function.insts[index + 1].data)
        if let condition = try emitCompare(function.insts[index]) {
            assembler.jumpIf(condition.inverted, target)
        } else {
            let (result, _, _) = Lowering.scratch
            assembler.test(result, result, .byte)
            assembler.jumpIf(.equal, target)
        }
    }

    /// Compares the mathematical values of the operands: the condition that holds where the compare does, or nil where
    /// the low byte of the first scratch register is the answer.
    private mutating func emitCompare(_ inst: IRInst) throws(DiagnosticError) -> Condition? {
        guard inst.data <= UInt32(UInt8.max), let op = CompareOperator(rawValue: UInt8(inst.data)) else {
            unreachable("no such compare operator")
        }
        let (a, b) = (range(of: inst.a), range(of: inst.b))
        if a.isSigned64 && b.isSigned64 || a.isUnsigned64 && b.isUnsigned64 {
            let (left, scratch, _) = Lowering.scratch
            try load(left, inst.a, inst.position)
            try arithmetic(.cmp, left, inst.b, scratch: scratch, inst.position)
            return op.condition(isSigned: !(a.isUnsigned64 && b.isUnsigned64))
        }
        if a.isSigned64 {
            try emitMixedCompare(signed: inst.a, op, unsigned: inst.b, inst.position)
        } else {
            try emitMixedCompare(signed: inst.b, op.swapped, unsigned: inst.a, inst.position)
        }
        return nil
    }

    /// Compares a signed value with one that may need all 64 bits unsigned: what the unsigned compare says holds unless
    /// the signed value is negative, and then it is the smaller one.
    private mutating func emitMixedCompare(
        signed: IRRef, _ op: CompareOperator, unsigned: IRRef, _ position: Position
    ) throws(DiagnosticError) {
        let (left, right, _) = Lowering.scratch
        try load(left, signed, position)
        try load(right, unsigned, position)
        assembler.arithmetic(.cmp, left, right)
        assembler.setIf(op.condition(isSigned: false), right)
        assembler.test(left, left)
        let holdsForSmaller = op == .lt || op == .lte || op == .neq
        assembler.setIf(holdsForSmaller ? .sign : .notSign, left)
        assembler.arithmetic(holdsForSmaller ? .or : .and, left, right, .byte)
    }

    /// Which 64-bit integers hold every value that `value` can have.
    private func range(of value: IRRef) -> (isSigned64: Bool, isUnsigned64: Bool) {
        if case .number(let number) = source(value), number <= UInt64(Int64.max) { return (true, true) }
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
