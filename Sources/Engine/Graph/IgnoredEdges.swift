import Cache

/// Kinds of edges that an update acts as if it had not recorded: no change concerns anybody because of them, while they go
/// on keeping alive what they name.
///
/// For tests of the tests: whoever looks for stale results must find those that come of each kind.
struct IgnoredEdges: OptionSet, Sendable {
    let rawValue: UInt8

    /// The kinds that the cache tells apart.
    init(_ kind: EdgeKind) { rawValue = 1 << kind.rawValue }

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Whether the file that an import names is there.
    static let importedFile = IgnoredEdges(rawValue: 1 << 4)
    /// Where an entry of a `zbuild.toml` leads.
    static let packageEntry = IgnoredEdges(rawValue: 1 << 5)
    /// Who else exports a symbol.
    static let exportedSymbol = IgnoredEdges(rawValue: 1 << 6)
    /// Whose address the bytes hold that nobody asked about: not even kept alive.
    static let address = IgnoredEdges(rawValue: 1 << 7)

    func contains(_ kind: EdgeKind) -> Bool { contains(IgnoredEdges(kind)) }
}
