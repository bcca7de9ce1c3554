import BLAKE3

/// Which declarations export a symbol, a target, or have the symbol of an index: what finds exports by something else
/// than their own number.
///
/// The lists are divided into parts by a hash, so that a question reads one small record and never all. Parts have
/// numbers without gaps, so one that is gone is noticed.
struct ExportLists {
    /// What is asked for: its lowest two bits say what it is, the rest which.
    struct Key: Hashable, Comparable {
        let word: UInt64

        /// The exports of a symbol; some others may share its list.
        static func symbol(_ bytes: [UInt8]) -> Key {
            Key(word: bytes.withUnsafeBytes { Digest.hash($0).low } << 2)
        }

        /// The exports of a declaration.
        static func target(_ declaration: DeclNumber) -> Key { Key(word: UInt64(declaration) << 2 | 1) }

        /// The exports whose symbol has that index.
        static func index(_ index: UInt32) -> Key { Key(word: UInt64(index) << 2 | 2) }

        static func < (a: Key, b: Key) -> Bool { a.word < b.word }
    }

    /// Exports of a part, at most, where they are spread evenly.
    private static let exportsPerPart = 64

    private var lists: [Key: [DeclNumber]] = [:]
    private var loadedParts: Set<UInt64> = []
    private var changedLists: Set<Key> = []
    /// Whether there is nothing to be read.
    var isWhole = false
    /// How many exports there are.
    private(set) var exportCount = 0
    private var savedCount = 0
    /// How many parts there are, a power of two.
    private(set) var partCount: UInt64 = 1

    /// As many parts as there should be.
    var partCountForCount: UInt64 {
        let fullParts = UInt64(exportCount) / UInt64(ExportLists.exportsPerPart)
        return fullParts == 0 ? 1 : 1 << UInt64(UInt64.bitWidth - fullParts.leadingZeroBitCount)
    }

    /// The part that a list is in.
    func part(of list: Key) -> UInt64 {
        // Neighbouring numbers go to different parts, and so do those that differ in their high bits.
        (list.word &* 0x9E37_79B9_7F4A_7C15) >> 32 & (partCount - 1)
    }

    /// Whether a part was read.
    func isLoaded(_ part: UInt64) -> Bool { isWhole || loadedParts.contains(part) }

    /// The declarations of a list that was loaded.
    subscript(list: Key) -> [DeclNumber] { lists[list] ?? [] }

    mutating func add(_ declaration: DeclNumber, to list: Key) {
        changedLists.insert(list)
        let place = place(of: declaration, in: list)
        lists[list, default: []].insert(declaration, at: place)
    }

    mutating func remove(_ declaration: DeclNumber, from list: Key) {
        changedLists.insert(list)
        let place = place(of: declaration, in: list)
        guard let declarations = lists[list], place < declarations.count, declarations[place] == declaration else {
            return
        }
        lists[list]?.remove(at: place)
    }

    /// Where a declaration stands in a list, or would.
    private func place(of declaration: DeclNumber, in list: Key) -> Int {
        guard let declarations = lists[list] else { return 0 }
        var range = 0..<declarations.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range =
                declarations[middle] < declaration ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }

    /// Of a number that is not right, less than none may be left.
    mutating func changeCount(by difference: Int) { exportCount = max(exportCount + difference, 0) }

    // MARK: Keeping them

    /// Whether something is not as it was read.
    var isOther: Bool { !changedLists.isEmpty || exportCount != savedCount }

    /// Divides them into as many parts as there should be. All must be loaded.
    mutating func divideAnew() {
        isWhole = true
        partCount = partCountForCount
    }

    /// The parts that are to be written, and their lists in order.
    func changedParts(all: Bool) -> [(part: UInt64, lists: [Key])] {
        var parts: [UInt64: [Key]] = [:]
        if all { for part in 0..<partCount { parts[part] = [] } }
        if exportCount != savedCount { parts[0] = [] }
        for list in changedLists { parts[part(of: list)] = [] }
        for (list, declarations) in lists where !declarations.isEmpty { parts[part(of: list)]?.append(list) }
        return parts.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
    }

    /// What was changed is what is kept.
    mutating func noteSaved() {
        changedLists = []
        savedCount = exportCount
    }

    func encode(_ part: UInt64, _ keys: [Key], into writer: inout ByteWriter) {
        if part == 0 { writer.append(varint: UInt64(exportCount)) }
        writer.append(varint: UInt64(keys.count))
        for key in keys {
            writer.append(varint: key.word)
            let declarations = self[key]
            writer.append(varint: UInt64(declarations.count))
            for declaration in declarations { writer.append(varint: declaration) }
        }
    }

    mutating func load(_ part: UInt64, _ bytes: UnsafeRawBufferPointer) throws(Malformed) {
        var reader = ByteReader(bytes)
        if part == 0 {
            exportCount = Int(try reader.varint32())
            savedCount = exportCount
            partCount = partCountForCount
        }
        for _ in 0..<(try reader.count()) {
            let key = Key(word: try reader.varint())
            let declarations = try reader.list { (reader) throws(Malformed) in try reader.varint32() }
            guard self.part(of: key) == part, zip(declarations, declarations.dropFirst()).allSatisfy({ $0 < $1 }),
                lists.updateValue(declarations, forKey: key) == nil
            else { throw .order }
        }
        try reader.finish()
        loadedParts.insert(part)
    }

    /// Whether the same exports are in the same lists, however they are divided.
    func hasSameLists(as other: ExportLists) -> Bool {
        exportCount == other.exportCount
            && lists.filter { !$0.value.isEmpty } == other.lists.filter { !$0.value.isEmpty }
    }
}
