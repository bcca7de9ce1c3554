import Cache
import Semantics

/// A set of declarations that are mostly neighbours: a bit for each, 64 of a page in a word.
struct DeclSet {
    private var words: [Int: UInt64] = [:]
    /// The page that was asked for last, whose word stands here and not in `words`.
    private var page = -1
    private var word: UInt64 = 0
    private(set) var count = 0

    /// Adds a declaration; false if it was there.
    mutating func insert(_ declaration: DeclIndex) -> Bool {
        if declaration.page != page {
            if page >= 0 { words[page] = word }
            page = declaration.page
            word = words[page] ?? 0
        }
        let bit: UInt64 = 1 << UInt64(declaration.place)
        guard word & bit == 0 else { return false }
        word |= bit
        count += 1
        return true
    }

    func contains(_ declaration: DeclIndex) -> Bool {
        let word = declaration.page == page ? word : words[declaration.page] ?? 0
        return word & 1 << UInt64(declaration.place) != 0
    }
}
