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
    /// All of it; good for as long as the function is there.
    public let code: IRCode
    private let memory: UnsafeMutableRawPointer

    /// A copy of `code`.
    public init(_ code: IRCode) {
        // Constants first: they have the largest alignment, and the others have all the same.
        let instOffset = code.constants.count * MemoryLayout<IRConstant>.stride
        let extraOffset = instOffset + code.insts.count * MemoryLayout<IRInst>.stride
        memory = .allocate(
            byteCount: extraOffset + code.extra.count * MemoryLayout<UInt32>.stride,
            alignment: MemoryLayout<IRConstant>.alignment)
        self.code = IRCode(
            insts: Self.copy(code.insts, to: memory + instOffset),
            extra: Self.copy(code.extra, to: memory + extraOffset), constants: Self.copy(code.constants, to: memory),
            storage: Self.copy(code.storage), assemblies: Self.copy(code.assemblies), labels: code.labels,
            mayLoop: code.mayLoop, convention: code.convention)
    }

    deinit {
        memory.deallocate()
        UnsafeMutableBufferPointer(mutating: code.storage).deinitialize().deallocate()
        UnsafeMutableBufferPointer(mutating: code.assemblies).deinitialize().deallocate()
    }

    private static func copy<Element: BitwiseCopyable>(
        _ elements: UnsafeBufferPointer<Element>, to place: UnsafeMutableRawPointer
    ) -> UnsafeBufferPointer<Element> {
        let target = place.bindMemory(to: Element.self, capacity: elements.count)
        if let first = elements.baseAddress { target.initialize(from: first, count: elements.count) }
        return UnsafeBufferPointer(start: target, count: elements.count)
    }

    /// Of what holds references, and is not there most often.
    private static func copy<Element>(_ elements: UnsafeBufferPointer<Element>) -> UnsafeBufferPointer<Element> {
        if elements.isEmpty { return UnsafeBufferPointer(start: nil, count: 0) }
        let copy = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = copy.initialize(from: elements)
        return UnsafeBufferPointer(copy)
    }
}

extension IRFunction {
    /// A body of these lists, whoever made them.
    public convenience init(
        insts: [IRInst] = [], extra: [UInt32] = [], constants: [IRConstant] = [], storage: [Content] = [],
        assemblies: [IRAssembly] = [], labels: UInt32 = 0, convention: CallingConvention = .Unspecified
    ) {
        var builder = CodeBuilder()
        for inst in insts { builder.insts.append(inst) }
        for word in extra { builder.extra.append(word) }
        for constant in constants { builder.constants.append(constant) }
        for content in storage { builder.storage.append(content) }
        for assembly in assemblies { builder.assemblies.append(assembly) }
        (builder.labels, builder.mayLoop, builder.convention) = (labels, labels > 0, convention)
        self.init(builder.finished)
    }

    /// As in `IRCode`.
    public var insts: IRList<IRInst> { IRList(self, code.insts) }
    /// As in `IRCode`.
    public var extra: IRList<UInt32> { IRList(self, code.extra) }
    /// As in `IRCode`.
    public var constants: IRList<IRConstant> { IRList(self, code.constants) }
    /// As in `IRCode`.
    public var storage: [Content] { Array(code.storage) }
    /// As in `IRCode`.
    public var assemblies: [IRAssembly] { Array(code.assemblies) }
    /// As in `IRCode`.
    public var labels: UInt32 { code.labels }
    /// As in `IRCode`.
    public var convention: CallingConvention { code.convention }
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
    private let owner: IRFunction
    private let elements: UnsafeBufferPointer<Element>

    init(_ owner: IRFunction, _ elements: UnsafeBufferPointer<Element>) {
        self.owner = owner
        self.elements = elements
    }

    /// Number of elements.
    public var count: Int { elements.count }
    /// The first index.
    public var startIndex: Int { 0 }
    /// The index behind the last.
    public var endIndex: Int { count }

    /// The element at `index`.
    public subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count)
        return withExtendedLifetime(owner) { elements[index] }
    }
}
