import Semantics
import ZIR

/// Casts and compares.
extension Lowering {
    /// The result is the operand, extended to 64 bits already; or the same bits, read with another sign.
    func lowerCopy(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        if let value = inst.a.instIndex, liveness.roots[Int(value)] == liveness.roots[index] { return }
        let target = target(index)
        try load(target, inst.a, inst.position)
        if !function.isCopy(inst) { extend(target, target, inst.type) }
        store(target, asResultOf: index)
    }

    func lowerIntCast(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        let target = target(index)
        let source = function.type(of: inst.a)
        if source.fits(in: inst.type) {
            try load(target, inst.a, inst.position)
        } else {
            let value = try register(inst.a, scratch: .rax, inst.position)
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

    func lowerCompare(_ index: Int, _ inst: IRInst) throws(DiagnosticError) {
        if let condition = try emitCompare(inst) { assembler.setIf(condition, .rax) }
        let target = target(index)
        assembler.moveZeroExtended(target, .register(.rax), from: .byte)
        store(target, asResultOf: index)
    }

    /// A compare, and the branch behind it that is the only one to use it. Returns the number of the next instruction.
    func lowerCompareAndBranch(_ index: Int) throws(DiagnosticError) -> Int {
        if let condition = try emitCompare(function.insts[index]) {
            return emitBranch(index + 1, unless: condition)
        }
        assembler.test(.rax, .rax, .byte)
        return emitBranch(index + 1, unless: .notEqual)
    }

    /// Compares the mathematical values of the operands: the condition that holds where the compare does, or nil where
    /// `al` is the answer.
    private func emitCompare(_ inst: IRInst) throws(DiagnosticError) -> Condition? {
        guard inst.data <= UInt32(UInt8.max), let op = CompareOperator(rawValue: UInt8(inst.data)) else {
            unreachable("no such compare operator")
        }
        let (a, b) = (range(of: inst.a), range(of: inst.b))
        if a.isSigned64 && b.isSigned64 || a.isUnsigned64 && b.isUnsigned64 {
            let isUnsigned = a.isUnsigned64 && b.isUnsigned64
            // A number is an immediate, and so comes second.
            if number(inst.a) == nil {
                try emitCompare(inst.a, inst.b, isUnsigned: isUnsigned, inst.position)
                return op.condition(isSigned: !isUnsigned)
            }
            try emitCompare(inst.b, inst.a, isUnsigned: isUnsigned, inst.position)
            return op.swapped.condition(isSigned: !isUnsigned)
        }
        if a.isSigned64 {
            try emitMixedCompare(signed: inst.a, op, unsigned: inst.b, inst.position)
        } else {
            try emitMixedCompare(signed: inst.b, op.swapped, unsigned: inst.a, inst.position)
        }
        return nil
    }

    /// Sets the flags as `left - right` does.
    private func emitCompare(
        _ left: IRRef, _ right: IRRef, isUnsigned: Bool, _ position: Position
    ) throws(DiagnosticError) {
        let width: Width = isUnsigned && fitsInLong(left) && fitsInLong(right) ? .long : .quad
        let value = try register(left, scratch: .rax, position)
        if number(right) == 0 {
            assembler.test(value, value, width)
        } else {
            try arithmetic(.cmp, value, right, width, scratch: .rcx, position)
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
        signed: IRRef, _ op: CompareOperator, unsigned: IRRef, _ position: Position
    ) throws(DiagnosticError) {
        try load(.rax, signed, position)
        try load(.rcx, unsigned, position)
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
