/// `Syntax` while it is being built, in memory that is used again for the next declaration.
struct SyntaxBuilder: ~Copyable {
    private(set) var insts = ScratchBuffer<PackedInst>()
    private(set) var operands = ScratchBuffer<PackedOperand>()
    /// Those that are too large for the list of the others.
    private(set) var wideInsts = ScratchBuffer<Inst>()
    private(set) var wideOperands = ScratchBuffer<Operand>()
    /// As in `Syntax`.
    var bodies = ScratchBuffer<InstIndex>()
    /// As in `Syntax`.
    var bytes = ScratchBuffer<UInt8>()
    /// As in `Syntax`.
    var references = ScratchBuffer<SyntaxRange>()

    /// Forgets everything.
    mutating func reset() {
        keepBytes()
        bytes.truncate(to: 0)
    }

    /// Forgets all but the bytes.
    mutating func keepBytes() {
        insts.truncate(to: 0)
        operands.truncate(to: 0)
        wideInsts.truncate(to: 0)
        wideOperands.truncate(to: 0)
        bodies.truncate(to: 0)
        references.truncate(to: 0)
    }
}

// Names of declarations.
extension SyntaxBuilder {
    /// Adds a reference to the declaration `name`. Gives where the name stands.
    mutating func addReference(_ name: Name) -> SyntaxRange {
        let count = UInt32(truncatingIfNeeded: name.count)
        for place in max(references.count - Syntax.distinctReferences, 0)..<references.count
        where references[place].count == count && name.hasBytes(at: bytes.elements, Int(references[place].first)) {
            return references[place]
        }
        let range = SyntaxRange(first: UInt32(truncatingIfNeeded: bytes.count), count: count)
        bytes.append(name)
        references.append(range)
        return range
    }
}

// Instructions.
extension SyntaxBuilder {
    /// The instruction at `index`.
    func inst(_ index: InstIndex) -> Inst {
        let packed = insts[Int(index.rawValue)]
        return packed.wideIndex.map { wideInsts[$0] } ?? packed.inst
    }

    /// What the instruction at `index` does.
    func opcode(of index: InstIndex) -> Opcode { insts[Int(index.rawValue)].opcode }

    @inline(__always)
    mutating func append(_ inst: Inst) {
        insts.append(PackedInst.fits(inst) ? PackedInst(inst) : wide(inst))
    }

    /// Has another stand in the place of the instruction at `index`.
    mutating func replace(_ index: InstIndex, with inst: Inst) {
        insts[Int(index.rawValue)] = PackedInst.fits(inst) ? PackedInst(inst) : wide(inst)
    }

    @inline(never)
    private mutating func wide(_ inst: Inst) -> PackedInst {
        wideInsts.append(inst)
        return PackedInst(wide: wideInsts.count - 1, inst.opcode)
    }
}

// Operands.
extension SyntaxBuilder {
    /// The operand at `place`, which must have been set.
    func operand(_ place: Int) -> Operand {
        let packed = operands[place]
        return packed.wideIndex.map { wideOperands[$0] } ?? packed.operand
    }

    /// Adds `count` operands, of which each is to be set, and returns the place of the first.
    @inline(__always)
    mutating func appendOperands(_ count: Int) -> Int { operands.appendRoom(count) }

    @inline(__always)
    mutating func append(_ operand: Operand) {
        let place = appendOperands(1)
        set(operand, at: place)
    }

    @inline(__always)
    mutating func set(_ operand: Operand, at place: Int) {
        operands[place] = PackedOperand.fits(operand) ? PackedOperand(operand) : wide(operand)
    }

    @inline(never)
    private mutating func wide(_ operand: Operand) -> PackedOperand {
        wideOperands.append(operand)
        return PackedOperand(wide: wideOperands.count - 1)
    }

    /// Forgets the operands from `count` on.
    mutating func truncateOperands(to count: Int) { operands.truncate(to: count) }
}
