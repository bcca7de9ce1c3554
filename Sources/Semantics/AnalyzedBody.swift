import ZIR

/// What a declaration puts into the program, before machine code is made of it.
public enum AnalyzedBody: Equatable, Sendable {
    /// Nothing: it is a comptime value.
    case none
    /// Initialised storage.
    case data(Content)
    /// Code.
    case function(IRFunction)
}

/// What an `export` asks of the linker.
public struct ExportRequest: Equatable, Sendable {
    /// The name of the symbol; neither empty nor with a NUL in it.
    public var symbol: [UInt8]
    /// What it stands for: a function or a global.
    public var target: DeclIndex
    /// Strong, Weak or Internal.
    public var linkage: Linkage
    /// Where the symbol's name stands.
    public var symbolPosition: Position

    /// A request.
    public init(symbol: [UInt8], target: DeclIndex, linkage: Linkage, symbolPosition: Position) {
        self.symbol = symbol
        self.target = target
        self.linkage = linkage
        self.symbolPosition = symbolPosition
    }
}
