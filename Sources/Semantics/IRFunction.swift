import ZIR

/// One function body in typed form: what `Analyzer` makes and the code generator reads.
///
/// Linear code in `insts` with labels; every instruction that has a result is its own value. Values are in SSA form: one
/// definition, before all uses in the order of `insts`, in a block that dominates them; only a `variable` gets its value
/// later, from `assign`s. All values are integers of up to 64 bits, bool, pointers and functions: a slice is two of
/// them, an array is an address of memory. Comptime work is already done: what is here must be executed.
///
/// Its lists are in one piece of memory, which never changes: it is made once and handed from one thread to another.
public final class IRFunction: @unchecked Sendable {
    @usableFromInline let instBase: UnsafePointer<IRInst>
    @usableFromInline let extraBase: UnsafePointer<UInt32>
    @usableFromInline let constantBase: UnsafePointer<IRConstant>
    @usableFromInline let instCount: Int
    @usableFromInline let extraCount: Int
    @usableFromInline let constantCount: Int
    private let memory: UnsafeMutableRawPointer
    /// Storage that the body owns: strings and the like, behind the code in the same block.
    public let storage: [Content]
    /// Source and constraint texts of `asm`.
    public let assemblies: [IRAssembly]
    /// Number of labels; `label`, `jump` and the branches name them by 0..<labels.
    public let labels: UInt32
    /// How it is entered.
    public let convention: CallingConvention

    /// A body of copies of these lists.
    public init(
        insts: UnsafeBufferPointer<IRInst>, extra: UnsafeBufferPointer<UInt32>,
        constants: UnsafeBufferPointer<IRConstant>, storage: [Content], assemblies: [IRAssembly], labels: UInt32,
        convention: CallingConvention
    ) {
        (instCount, extraCount, constantCount) = (insts.count, extra.count, constants.count)
        // Constants first: they have the largest alignment, and the others have all the same.
        let instOffset = constants.count * MemoryLayout<IRConstant>.stride
        let extraOffset = instOffset + insts.count * MemoryLayout<IRInst>.stride
        memory = .allocate(
            byteCount: extraOffset + extra.count * MemoryLayout<UInt32>.stride,
            alignment: MemoryLayout<IRConstant>.alignment)
        constantBase = Self.copy(constants, to: memory)
        instBase = Self.copy(insts, to: memory + instOffset)
        extraBase = Self.copy(extra, to: memory + extraOffset)
        self.storage = storage
        self.assemblies = assemblies
        self.labels = labels
        self.convention = convention
    }

    deinit { memory.deallocate() }

    private static func copy<Element: BitwiseCopyable>(
        _ elements: UnsafeBufferPointer<Element>, to place: UnsafeMutableRawPointer
    ) -> UnsafePointer<Element> {
        let target = place.bindMemory(to: Element.self, capacity: elements.count)
        if let first = elements.baseAddress { target.initialize(from: first, count: elements.count) }
        return UnsafePointer(target)
    }
}

extension IRFunction {
    /// A body of these lists, whoever made them.
    public convenience init(
        insts: [IRInst] = [], extra: [UInt32] = [], constants: [IRConstant] = [], storage: [Content] = [],
        assemblies: [IRAssembly] = [], labels: UInt32 = 0, convention: CallingConvention = .Unspecified
    ) {
        let code = CodeBuilder()
        for inst in insts { code.insts.append(inst) }
        for word in extra { code.extra.append(word) }
        for constant in constants { code.constants.append(constant) }
        self.init(
            insts: code.insts.elements, extra: code.extra.elements, constants: code.constants.elements,
            storage: storage, assemblies: assemblies, labels: labels, convention: convention)
    }

    /// The instructions in order.
    @inlinable public var insts: IRList<IRInst> { IRList(self, instBase, instCount) }
    /// Operand lists of `call` and `asm`, and numbers that an instruction has no room for.
    @inlinable public var extra: IRList<UInt32> { IRList(self, extraBase, extraCount) }
    /// Comptime-known operands.
    @inlinable public var constants: IRList<IRConstant> { IRList(self, constantBase, constantCount) }
}

extension IRFunction: Equatable {
    /// Whether both hold the same.
    public static func == (a: IRFunction, b: IRFunction) -> Bool {
        a.insts.elementsEqual(b.insts) && a.extra.elementsEqual(b.extra) && a.constants.elementsEqual(b.constants)
            && a.storage == b.storage && a.assemblies == b.assemblies && a.labels == b.labels
            && a.convention == b.convention
    }
}

/// A list of an `IRFunction`. It keeps the function alive.
public struct IRList<Element: BitwiseCopyable>: RandomAccessCollection {
    @usableFromInline let owner: IRFunction
    @usableFromInline let base: UnsafePointer<Element>
    /// Number of elements.
    public let count: Int

    @inlinable init(_ owner: IRFunction, _ base: UnsafePointer<Element>, _ count: Int) {
        self.owner = owner
        self.base = base
        self.count = count
    }

    /// The first index.
    @inlinable public var startIndex: Int { 0 }
    /// The index behind the last.
    @inlinable public var endIndex: Int { count }

    /// The element at `index`.
    @inlinable public subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count)
        return withExtendedLifetime(owner) { base[index] }
    }

    /// The elements where they are: good for as long as the function is there.
    @inlinable public var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }
}
