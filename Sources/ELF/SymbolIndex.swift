/// Number of an entry in the table of symbols.
public struct SymbolIndex: Hashable, Comparable, Sendable {
    /// The number; 0 is no symbol.
    public var rawValue: UInt32

    /// The symbol numbered `rawValue`.
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// No symbol.
    public static let none = SymbolIndex(0)

    /// Orders by number.
    public static func < (a: SymbolIndex, b: SymbolIndex) -> Bool { a.rawValue < b.rawValue }

    /// Bytes from the start of the table.
    func offset(_ format: ELFFormat) -> UInt64 { UInt64(rawValue) * UInt64(Symbol.size(format)) }
}

/// A symbol that another one drove from its entry; whoever keeps its number keeps the new one from now on.
public struct SymbolMove: Equatable, Sendable {
    /// Where it was.
    public var from: SymbolIndex
    /// Where it is.
    public var to: SymbolIndex
}
