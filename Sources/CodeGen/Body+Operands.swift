import Semantics

extension Body {
    /// Calls `visit` with every value that instruction `index` reads.
    @inline(__always)
    func forEachOperand(of index: Int, _ visit: (IRRef) -> Void) {
        let inst = insts[index]
        switch inst.op {
        case .assembly:
            for argument in assemblyArguments(inst) { visit(IRRef(rawValue: argument)) }
        case .call:
            visit(inst.a)
            for argument in callArguments(inst) { visit(IRRef(rawValue: argument)) }
        case .elementPointer:
            visit(inst.a)
            visit(inst.b)
            visit(IRRef(rawValue: extra[Int(inst.data) + 1]))
        case .sliceLength:
            visit(inst.a)
            visit(inst.b)
            if inst.data != .max { visit(IRRef(rawValue: extra[Int(inst.data)])) }
        case .add, .sub, .mul, .div, .rem, .mod, .and, .or, .xor, .shiftLeft, .shiftRight, .compare, .extend, .intCast,
            .bitCast, .load, .store, .copy, .stackSlot, .argument, .secondResult, .ret, .unreachable, .breakpoint,
            .label, .jump, .jumpIfFalse, .variable, .assign, .nothing:
            visit(inst.a)
            visit(inst.b)
        }
    }

    /// The raw `IRRef`s of the arguments of `inst`, a call.
    @inline(__always)
    func callArguments(_ inst: IRInst) -> Table<UInt32> {
        let first = Int(inst.data) + 1
        return extra.part(first..<first + Int(extra[first - 1]))
    }

    /// The raw `IRRef`s of the arguments of `inst`, an `asm`.
    func assemblyArguments(_ inst: IRInst) -> Table<UInt32> {
        let first = Int(inst.a.rawValue)
        return extra.part(first..<first + assemblies[Int(inst.data)].inputCount)
    }

    /// The shape of `value`.
    @inline(__always)
    func type(of value: IRRef) -> IRType {
        if let index = value.instIndex { return insts[Int(index)].type }
        guard let index = value.constantIndex else { return .void }
        switch constants[Int(index)] {
        case .integer(_, let type), .undefined(let type): return type
        case .place: return .pointer
        }
    }

    /// Whether instruction `index` does nothing besides its result: unused, it may go.
    func isPure(_ index: Int) -> Bool {
        let inst = insts[index]
        switch inst.op {
        case .and, .or, .xor, .compare, .extend, .bitCast, .load, .stackSlot, .argument, .secondResult, .variable,
            .nothing:
            return true
        case .sliceLength: return inst.data == .max
        case .add, .sub, .mul, .shiftLeft, .shiftRight, .div, .rem, .mod, .intCast: return inst.data == 0
        case .elementPointer: return IRRef(rawValue: extra[Int(inst.data) + 1]) == .none
        case .assembly: return assemblies[Int(inst.data)].isPure
        case .store, .copy, .call, .ret, .unreachable, .breakpoint, .label, .jump, .jumpIfFalse, .assign: return false
        }
    }

    /// Whether instruction `index` is a compare whose only use is the branch right behind it, given the number of its
    /// uses: then both become one compare and one conditional jump.
    @inline(__always)
    func isFusedWithBranch(_ index: Int, useCount: UInt32) -> Bool {
        guard insts[index].op == .compare, useCount == 1, index + 1 < insts.count else { return false }
        let next = insts[index + 1]
        return next.op == .jumpIfFalse && next.a == .inst(UInt32(index))
    }
}
