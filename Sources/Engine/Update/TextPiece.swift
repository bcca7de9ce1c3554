import BLAKE3
import ELF

/// A piece of the text of a program, and the entries whose blocks stand in it, at least in part.
struct TextPiece: Sendable {
    /// From 0 on.
    let number: Int
    let range: Range<Int>
    let isLast: Bool
    /// Those of other sections are among them.
    private(set) var entries: Range<Int>

    /// The pieces of a text of so many bytes, of which `entries` are in the order of their blocks: all but the last are a
    /// subtree of its hash.
    static func pieces(of size: UInt64, _ entries: [ImageEntry]) -> [TextPiece] {
        let (size, pieceSize) = (Int(size), BLAKE3Subtree.byteCount)
        var pieces = stride(from: 0, to: size, by: pieceSize).enumerated().map { number, start in
            let end = min(start + pieceSize, size)
            return TextPiece(number: number, range: start..<end, isLast: end == size, entries: 0..<0)
        }
        for place in entries.indices where entries[place].section == .text && entries[place].size > 0 {
            for number in entries[place].start / pieceSize...(entries[place].end - 1) / pieceSize {
                let first = pieces[number].entries.isEmpty ? place : pieces[number].entries.lowerBound
                pieces[number].entries = first..<place + 1
            }
        }
        return pieces
    }
}

extension ImageEntry {
    /// Where its bytes begin and end in their section.
    var start: Int { Int(block.offset) }
    var end: Int { start + Int(size) }
}
