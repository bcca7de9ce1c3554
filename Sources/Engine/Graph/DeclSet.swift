import Semantics

/// A set of declarations that are mostly neighbours: a bit for each, 64 of a page in a word.
struct DeclSet: ~Copyable {
    private let words = SparseTable<UInt64>(repeating: 0)
    private(set) var count = 0

    /// Adds a declaration; false if it was there.
    mutating func insert(_ declaration: DeclIndex) -> Bool {
        let word = words.element(declaration.page)
        let bit: UInt64 = 1 << UInt64(declaration.place)
        guard word.pointee & bit == 0 else { return false }
        word.pointee |= bit
        count += 1
        return true
    }

    func contains(_ declaration: DeclIndex) -> Bool { words[declaration.page] & 1 << UInt64(declaration.place) != 0 }
}
