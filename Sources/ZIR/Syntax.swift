/// The parsed form of one declaration: its instructions and operands in flat lists, no node of its own on the heap.
///
/// Instruction 0 is the declaration's own. The operands of an instruction stand together in a fixed order, that of the
/// instruction's row in the table of `Opcode`: first the positional ones, then every keyword in the order of the
/// language's reference, `.absent` where the text does not give it. So operand k of an opcode always means the same thing.
///
/// It never changes once it is made, and its lists stand in one piece of memory, which it shares with its neighbours in the
/// text: who passes it on passes two words and one reference, and who walks over it counts none.
public struct Syntax: @unchecked Sendable {
    /// What the lists stand in, with those of others maybe.
    private let block: SyntaxBlock
    // An index into a list is checked at every use; what the lists hold is what the parser wrote there.
    @usableFromInline let head: UnsafePointer<SyntaxHead>

    @inlinable var instBase: UnsafePointer<PackedInst> { list(at: head.pointee.instOffset) }
    @inlinable var operandBase: UnsafePointer<PackedOperand> { list(at: head.pointee.operandOffset) }
    @inlinable var bodyBase: UnsafePointer<InstIndex> { list(at: head.pointee.bodyOffset) }
    @inlinable var byteBase: UnsafePointer<UInt8> {
        list(at: SyntaxHead.byteCount + head.pointee.referenceTotal * SyntaxHead.bytesOfReference)
    }
    private var referenceBase: UnsafePointer<SyntaxRange> { list(at: SyntaxHead.byteCount) }
    // Those that are too large for the other lists stand before the head, the first last.
    @usableFromInline var wideOperandEnd: UnsafePointer<Operand> {
        UnsafeRawPointer(head).assumingMemoryBound(to: Operand.self)
    }
    @usableFromInline var wideInstEnd: UnsafePointer<Inst> {
        UnsafeRawPointer(wideOperandEnd - Int(head.pointee.wideOperandTotal)).assumingMemoryBound(to: Inst.self)
    }

    /// What stands so many bytes behind the start of the head.
    @inlinable @inline(__always)
    func list<Element: BitwiseCopyable>(at offset: UInt32) -> UnsafePointer<Element> {
        (UnsafeRawPointer(head) + Int(offset)).assumingMemoryBound(to: Element.self)
    }

    /// A copy of what was built, in `memory`.
    init(_ built: borrowing SyntaxBuilder, in memory: inout SyntaxMemory) {
        let made = SyntaxHead(built)
        let start: UnsafeMutableRawPointer
        let wideSize = built.wideOperands.byteCount + SyntaxMemory.rounded(built.wideInsts.byteCount)
        (block, start) = memory.take(wideSize + Int(made.bodyOffset) + built.bodies.byteCount)
        let place = start + wideSize
        place.initializeMemory(as: SyntaxHead.self, to: made)
        head = UnsafePointer(place.assumingMemoryBound(to: SyntaxHead.self))
        for (index, operand) in built.wideOperands.elements.enumerated() {
            (place - (index + 1) * MemoryLayout<Operand>.stride).initializeMemory(as: Operand.self, to: operand)
        }
        for (index, inst) in built.wideInsts.elements.enumerated() {
            let end = place - built.wideOperands.byteCount
            (end - (index + 1) * MemoryLayout<Inst>.stride).initializeMemory(as: Inst.self, to: inst)
        }
        Self.copy(built.references, to: UnsafeMutableRawPointer(mutating: referenceBase))
        Self.copy(built.bytes, to: UnsafeMutableRawPointer(mutating: byteBase))
        Self.copy(built.operands, to: UnsafeMutableRawPointer(mutating: operandBase))
        Self.copy(built.insts, to: UnsafeMutableRawPointer(mutating: instBase))
        Self.copy(built.bodies, to: UnsafeMutableRawPointer(mutating: bodyBase))
    }

    private static func copy<Element: BitwiseCopyable>(
        _ elements: borrowing ScratchBuffer<Element>, to place: UnsafeMutableRawPointer
    ) {
        guard elements.count > 0, let first = elements.elements.baseAddress else { return }
        place.initializeMemory(as: Element.self, from: first, count: elements.count)
    }

    /// A parsed form of these lists, whoever made them.
    public init(
        insts: [Inst] = [], operands: [Operand] = [], bodies: [InstIndex] = [], bytes: [UInt8] = []
    ) {
        var builder = SyntaxBuilder()
        for inst in insts { builder.append(inst) }
        for operand in operands { builder.append(operand) }
        for inst in bodies { builder.bodies.append(inst) }
        for byte in bytes { builder.bytes.append(byte) }
        for operand in operands where operand.kind == .decl { builder.references.append(operand.range) }
        var memory = SyntaxMemory()
        self.init(builder, in: &memory)
    }
}

// Single elements.
extension Syntax {
    /// Instruction `index`, which must be one of its own.
    @inlinable @inline(__always)
    public func inst(_ index: InstIndex) -> Inst {
        precondition(index.rawValue < head.pointee.instTotal)
        let packed = instBase[Int(index.rawValue)]
        if let place = packed.wideIndex { return wideInstEnd[-1 - place] }
        return packed.inst
    }

    /// Number of instructions.
    @inlinable public var instCount: Int { Int(head.pointee.instTotal) }

    /// The declaration's own instruction; nil if there is none, as where the text is broken.
    public var root: Inst? { instCount == 0 ? nil : inst(.root) }

    /// What the declaration's own instruction does; nil if there is none.
    public var rootOpcode: Opcode? { instCount == 0 ? nil : head.pointee.rootOpcode }

    /// The operands of `inst`.
    @inlinable @inline(__always)
    public func operands(of inst: Inst) -> OperandRow { row(inst.operands) }

    /// The elements of a list.
    @inlinable @inline(__always)
    public func row(_ range: SyntaxRange) -> OperandRow {
        precondition(Int(range.first) + Int(range.count) <= Int(head.pointee.operandTotal))
        return OperandRow(base: operandBase + Int(range.first), wideEnd: wideOperandEnd, count: Int(range.count))
    }

    /// The operands of all instructions.
    @inlinable public var allOperands: OperandRow {
        OperandRow(base: operandBase, wideEnd: wideOperandEnd, count: Int(head.pointee.operandTotal))
    }

    /// None of `references` is like one of so many before it. Most declarations name fewer.
    public static var distinctReferences: Int { 4 }

    /// The names of declarations among the operands, in `bytes`.
    public var references: UnsafeBufferPointer<SyntaxRange> {
        UnsafeBufferPointer(start: referenceBase, count: Int(head.pointee.referenceTotal))
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
        precondition(place < Int(head.pointee.bodyTotal))
        return bodyBase[place]
    }
}

/// What a parsed form begins with: how many elements its lists have, and where they begin, in bytes from here.
///
/// Behind it stand the names of declarations, all bytes, operands, instructions, bodies: first what is looked at before the
/// declaration is analysed. Numbers are those of a text that has less than 4 GiB.
@usableFromInline
struct SyntaxHead: BitwiseCopyable {
    @usableFromInline let instTotal, operandTotal, bodyTotal, referenceTotal, byteTotal, wideOperandTotal: UInt32
    @usableFromInline let operandOffset, instOffset, bodyOffset: UInt32
    /// Anything if there is no instruction.
    @usableFromInline let rootOpcode: Opcode

    /// Bytes of it; where the list begins that follows.
    @inlinable static var byteCount: UInt32 { 40 }
    /// Bytes of an element of that list.
    @inlinable static var bytesOfReference: UInt32 { 8 }

    /// That of `built`.
    init(_ built: borrowing SyntaxBuilder) {
        assert(MemoryLayout<Self>.size <= Self.byteCount)
        assert(MemoryLayout<SyntaxRange>.stride == Self.bytesOfReference)
        instTotal = UInt32(truncatingIfNeeded: built.insts.count)
        operandTotal = UInt32(truncatingIfNeeded: built.operands.count)
        bodyTotal = UInt32(truncatingIfNeeded: built.bodies.count)
        referenceTotal = UInt32(truncatingIfNeeded: built.references.count)
        byteTotal = UInt32(truncatingIfNeeded: built.bytes.count)
        wideOperandTotal = UInt32(truncatingIfNeeded: built.wideOperands.count)
        let byteEnd = Int(Self.byteCount) + built.references.byteCount + built.bytes.byteCount
        operandOffset = UInt32(truncatingIfNeeded: SyntaxMemory.rounded(byteEnd))
        instOffset = operandOffset &+ UInt32(truncatingIfNeeded: built.operands.byteCount)
        bodyOffset = instOffset &+ UInt32(truncatingIfNeeded: built.insts.byteCount)
        rootOpcode = built.insts.count == 0 ? .fn : built.insts[0].opcode
    }
}

/// The operands of one instruction, where they stand: good as long as the syntax lives, which who keeps it sees to.
public struct OperandRow: BitwiseCopyable {
    @usableFromInline let base: UnsafePointer<PackedOperand>
    /// Behind the first of those that are too large for the other list.
    @usableFromInline let wideEnd: UnsafePointer<Operand>
    /// Number of operands.
    public let count: Int

    @inlinable @inline(__always)
    init(base: UnsafePointer<PackedOperand>, wideEnd: UnsafePointer<Operand>, count: Int) {
        self.base = base
        self.wideEnd = wideEnd
        self.count = count
    }

    /// Operand `k`.
    @inlinable @inline(__always)
    public subscript(k: Int) -> Operand {
        precondition(k >= 0 && k < count)
        if let place = base[k].wideIndex { return wideEnd[-1 - place] }
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
    public var insts: [Inst] { (0..<head.pointee.instTotal).map { inst(InstIndex($0)) } }

    /// Operands of all instructions and elements of all lists; `Inst.operands` and `Operand.range` point in here.
    public var operands: [Operand] { allOperands.elements }

    /// Instructions of the bodies: each body is a range of this.
    public var bodies: SyntaxList<InstIndex> { SyntaxList(self, bodyBase, Int(head.pointee.bodyTotal)) }

    /// Decoded strings, digits of large numbers and names, one after the other.
    public var bytes: SyntaxList<UInt8> { SyntaxList(self, byteBase, Int(head.pointee.byteTotal)) }

    /// The bytes of a string, name or number.
    public func bytes(_ range: SyntaxRange) -> SyntaxList<UInt8> { bytes.part(range) }

    /// Lends the bytes of a string, name or number.
    @inlinable @inline(__always)
    public func withUnsafeBytes<Result, Failure: Error>(
        of range: SyntaxRange, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(Int(range.first) + Int(range.count) <= Int(head.pointee.byteTotal))
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
