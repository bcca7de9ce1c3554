/// An `Interface` whose value takes few bytes, as plain data: handing it around counts no references.
public struct PlainInterface: BitwiseCopyable {
    /// As in `Interface`.
    public let category: Interface.Category
    /// As in `Interface`.
    public let type: TypeIndex
    private(set) var value: KnownValue

    /// `interface`, if its value is one of those: all but large integers, slices, arrays and what lies inside of storage.
    public init?(_ interface: Interface) {
        guard let value = KnownValue(interface.value) else { return nil }
        (category, type) = (interface.category, interface.type)
        self.value = value
    }

    /// The same of `declaration`, whose value is its own address.
    public func at(_ declaration: DeclIndex) -> PlainInterface {
        var interface = self
        interface.value = .declaration(declaration)
        return interface
    }
}
