/// The parsed form of one declaration: its instructions and operands in flat lists, no node of its own on the heap.
///
/// Instruction 0 is the declaration's own. The operands of an instruction stand together in a fixed order, that of the
/// instruction's row in the table of `Opcode`: first the positional ones, then every keyword in the order of the
/// language's reference, `.absent` where the text does not give it. So operand k of an opcode always means the same thing.
///
/// It never changes once it is made, and its lists stand in one piece of memory that it keeps: who passes it on passes one
/// reference, and who walks over it counts none.
public final class Syntax: @unchecked Sendable {
    // An index into a list is checked at every use; what the lists hold is what the parser wrote there.
    @usableFromInline let instBase: UnsafePointer<PackedInst>
    @usableFromInline let operandBase: UnsafePointer<PackedOperand>
    @usableFromInline let wideInstBase: UnsafePointer<Inst>
    @usableFromInline let wideOperandBase: UnsafePointer<Operand>
    @usableFromInline let bodyBase: UnsafePointer<InstIndex>
    @usableFromInline let byteBase: UnsafePointer<UInt8>
    // Of a text that has less than 4 GiB.
    @usableFromInline let instTotal: UInt32
    @usableFromInline let operandTotal: UInt32
    @usableFromInline let bodyTotal: UInt32
    @usableFromInline let byteTotal: UInt32
    /// What the lists stand in, with those of others maybe.
    private let block: SyntaxBlock

    /// A copy of what was built, in `memory`.
    init(_ built: borrowing SyntaxBuilder, in memory: inout SyntaxMemory) {
        instTotal = UInt32(truncatingIfNeeded: built.insts.count)
        operandTotal = UInt32(truncatingIfNeeded: built.operands.count)
        bodyTotal = UInt32(truncatingIfNeeded: built.bodies.count)
        byteTotal = UInt32(truncatingIfNeeded: built.bytes.count)
        // Those with the largest alignment first: every other list ends where the next may begin.
        let operandOffset = built.wideOperands.byteCount
        let wideInstOffset = operandOffset + built.operands.byteCount
        let instOffset = wideInstOffset + built.wideInsts.byteCount
        let bodyOffset = instOffset + built.insts.byteCount
        let byteOffset = bodyOffset + built.bodies.byteCount
        let start: UnsafeMutableRawPointer
        (block, start) = memory.take(byteOffset + built.bytes.byteCount)
        wideOperandBase = Self.copy(built.wideOperands, to: start)
        operandBase = Self.copy(built.operands, to: start + operandOffset)
        wideInstBase = Self.copy(built.wideInsts, to: start + wideInstOffset)
        instBase = Self.copy(built.insts, to: start + instOffset)
        bodyBase = Self.copy(built.bodies, to: start + bodyOffset)
        byteBase = Self.copy(built.bytes, to: start + byteOffset)
    }

    private static func copy<Element: BitwiseCopyable>(
        _ elements: borrowing ScratchBuffer<Element>, to place: UnsafeMutableRawPointer
    ) -> UnsafePointer<Element> {
        let target = place.bindMemory(to: Element.self, capacity: elements.count)
        if elements.count > 0, let first = elements.elements.baseAddress {
            target.initialize(from: first, count: elements.count)
        }
        return UnsafePointer(target)
    }

    /// A parsed form of these lists, whoever made them.
    public convenience init(
        insts: [Inst] = [], operands: [Operand] = [], bodies: [InstIndex] = [], bytes: [UInt8] = []
    ) {
        var builder = SyntaxBuilder()
        for inst in insts { builder.append(inst) }
        for operand in operands { builder.append(operand) }
        for inst in bodies { builder.bodies.append(inst) }
        for byte in bytes { builder.bytes.append(byte) }
        var memory = SyntaxMemory()
        self.init(builder, in: &memory)
    }
}

// Single elements.
extension Syntax {
    /// Instruction `index`, which must be one of its own.
    @inlinable @inline(__always)
    public func inst(_ index: InstIndex) -> Inst {
        precondition(index.rawValue < instTotal)
        let packed = instBase[Int(index.rawValue)]
        if let place = packed.wideIndex { return wideInstBase[place] }
        return packed.inst
    }

    /// Number of instructions.
    @inlinable public var instCount: Int { Int(instTotal) }

    /// The declaration's own instruction; nil if there is none, as where the text is broken.
    public var root: Inst? { instCount == 0 ? nil : inst(.root) }

    /// The operands of `inst`.
    @inlinable @inline(__always)
    public func operands(of inst: Inst) -> OperandRow { row(inst.operands) }

    /// The elements of a list.
    @inlinable @inline(__always)
    public func row(_ range: SyntaxRange) -> OperandRow {
        precondition(Int(range.first) + Int(range.count) <= Int(operandTotal))
        return OperandRow(base: operandBase + Int(range.first), wide: wideOperandBase, count: Int(range.count))
    }

    /// The operands of all instructions.
    @inlinable public var allOperands: OperandRow {
        OperandRow(base: operandBase, wide: wideOperandBase, count: Int(operandTotal))
    }

    /// Where the first operand from `place` on stands that names a declaration; the number of all operands if none does.
    public func firstReference(from place: Int) -> Int {
        precondition(place >= 0)
        let operands = allOperands
        var place = place
        while place < operands.count, !operandBase[place].mayNameDeclaration || operands[place].kind != .decl {
            place += 1
        }
        return place
    }

    /// Operand `k` of `inst`, which has that many, in the order of the opcode's table row.
    @inlinable @inline(__always)
    public func operand(_ k: Int, of inst: Inst) -> Operand { operands(of: inst)[k] }

    /// Operand `k` of the instruction at `index`.
    public func operand(_ k: Int, of index: InstIndex) -> Operand { operand(k, of: inst(index)) }

    /// Instruction `k` of the body that is `range`.
    @inlinable @inline(__always)
    public func inst(_ k: UInt32, ofBody range: SyntaxRange) -> InstIndex {
        let place = Int(range.first) + Int(k)
        precondition(place < Int(bodyTotal))
        return bodyBase[place]
    }
}

/// The operands of one instruction, where they stand: good as long as the syntax lives, which who keeps it sees to.
public struct OperandRow: BitwiseCopyable {
    @usableFromInline let base: UnsafePointer<PackedOperand>
    @usableFromInline let wide: UnsafePointer<Operand>
    /// Number of operands.
    public let count: Int

    @inlinable @inline(__always)
    init(base: UnsafePointer<PackedOperand>, wide: UnsafePointer<Operand>, count: Int) {
        self.base = base
        self.wide = wide
        self.count = count
    }

    /// Operand `k`.
    @inlinable @inline(__always)
    public subscript(k: Int) -> Operand {
        precondition(k >= 0 && k < count)
        if let place = base[k].wideIndex { return wide[place] }
        return base[k].operand
    }

    /// The number of the instruction that operand `k` refers to. Nil if it is something else, if there are not so many, and
    /// if its numbers are large: this is to be quick.
    @inlinable @inline(__always)
    public func local(_ k: Int) -> Int? {
        precondition(k >= 0)
        return k < count ? base[k].local : nil
    }

    /// A copy of all of them.
    var elements: [Operand] { (0..<count).map { self[$0] } }
}

// Lists.
extension Syntax {
    /// The declaration's instruction, then those of its bodies in the order of the text.
    public var insts: [Inst] { (0..<instTotal).map { inst(InstIndex($0)) } }

    /// Operands of all instructions and elements of all lists; `Inst.operands` and `Operand.range` point in here.
    public var operands: [Operand] { allOperands.elements }

    /// Instructions of the bodies: each body is a range of this.
    public var bodies: SyntaxList<InstIndex> { SyntaxList(self, bodyBase, Int(bodyTotal)) }

    /// Decoded strings, digits of large numbers and names, one after the other.
    public var bytes: SyntaxList<UInt8> { SyntaxList(self, byteBase, Int(byteTotal)) }

    /// The bytes of a string, name or number.
    public func bytes(_ range: SyntaxRange) -> SyntaxList<UInt8> { bytes.part(range) }

    /// Lends the bytes of a string, name or number.
    @inlinable @inline(__always)
    public func withUnsafeBytes<Result, Failure: Error>(
        of range: SyntaxRange, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(Int(range.first) + Int(range.count) <= Int(byteTotal))
        return try body(UnsafeRawBufferPointer(start: byteBase + Int(range.first), count: Int(range.count)))
    }

    /// The elements of a list.
    public func elements(_ range: SyntaxRange) -> [Operand] { row(range).elements }

    /// The instructions of a body.
    public func body(_ range: SyntaxRange) -> SyntaxList<InstIndex> { bodies.part(range) }
}

/// A list of a `Syntax`, or a part of one. It keeps the syntax alive.
public struct SyntaxList<Element: BitwiseCopyable>: RandomAccessCollection {
    @usableFromInline let owner: Syntax
    @usableFromInline let base: UnsafePointer<Element>
    /// Number of elements.
    public let count: Int

    init(_ owner: Syntax, _ base: UnsafePointer<Element>, _ count: Int) {
        self.owner = owner
        self.base = base
        self.count = count
    }

    /// The elements that `range` says, counted from the first; a part of all of them.
    func part(_ range: SyntaxRange) -> SyntaxList {
        precondition(Int(range.first) + Int(range.count) <= count)
        return SyntaxList(owner, base + Int(range.first), Int(range.count))
    }

    /// The first index.
    @inlinable public var startIndex: Int { 0 }
    /// The index behind the last.
    @inlinable public var endIndex: Int { count }

    /// The element at `index`.
    @inlinable
    public subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count)
        return withExtendedLifetime(owner) { base[index] }
    }
}
