import ELF
import Foundation

/// The symbols of an executable that zbuild wrote, those of its runtime apart.
struct ExecutableSymbols {
    /// One symbol, as far as it is the same wherever its bytes are placed.
    struct Entry: Hashable, Comparable, CustomStringConvertible {
        var name: String
        var size: UInt64
        var info: UInt8

        var description: String { "\(name) (\(size) bytes)" }

        static func < (a: Entry, b: Entry) -> Bool { (a.name, a.size, a.info) < (b.name, b.size, b.info) }
    }

    /// In the order of their names.
    let entries: [Entry]

    init(_ path: String) throws {
        let reader = try ELFReader([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
        var entries: [Entry] = []
        for symbol in try reader.symbols().dropFirst() where !symbol.isFiller {
            let name = try reader.name(of: symbol)
            guard !name.hasPrefix("zbuild:") else { continue }
            entries.append(Entry(name: name, size: symbol.size, info: symbol.info))
        }
        self.entries = entries.sorted()
    }

    var names: [String] { entries.map(\.name) }
}
