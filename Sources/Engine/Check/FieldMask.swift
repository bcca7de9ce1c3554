import Cache
import CodeGen

/// The fields of machine code that the linker fills.
enum FieldMask {
    /// Bytes of a field; nil for a kind that there is not.
    static func size(_ relocation: RelocationRecord) -> Int? {
        Relocation.Kind(rawValue: relocation.kind).map { $0 == .absolute64 ? 8 : 4 }
    }

    /// Makes fields zero. Those that hold parts of positions depend on no address, and are part of the comparison.
    static func clear(_ bytes: inout [UInt8], _ relocations: [RelocationRecord], includingPositions: Bool) {
        for relocation in relocations {
            guard let kind = Relocation.Kind(rawValue: relocation.kind), let size = size(relocation),
                includingPositions || !kind.isPosition
            else { continue }
            let start = Int(relocation.offset)
            guard start + size <= bytes.count else { continue }
            for index in start..<(start + size) { bytes[index] = 0 }
        }
    }
}
