/// What a word in the place of a mnemonic means.
struct Mnemonic {
    var opcode: Opcode
    /// Of `cmp_lt` and the like, the operator; nil of every other word.
    var compare: CompareOperator?
}

/// The table of instructions laid out for the parser: all operand specifications in one array, and a hash table from
/// words to opcodes. Made once for a process, in some microseconds.
struct OpcodeTable: Sendable {
    /// Where an opcode's operands stand in `specs`.
    struct Row {
        var first: Int32
        var positional: Int32
        var count: Int32
    }

    let rows: [Row]
    let specs: [OperandSpec]
    /// Words: those of the opcodes by raw value, then the shorthands of `cmp`.
    private let words: [Word]
    /// Open addressing: index into `words`, `Self.free` where empty. At most a third is used.
    private let slots: [UInt8]

    static let shared = OpcodeTable()

    private init() {
        var rows: [Row] = []
        var specs: [OperandSpec] = []
        for opcode in Opcode.allCases {
            let operands = opcode.operands
            let positional = operands.prefix { !$0.isKeyword }.count
            rows.append(
                Row(first: Int32(specs.count), positional: Int32(positional), count: Int32(operands.count)))
            specs.append(contentsOf: operands)
        }
        self.rows = rows
        self.specs = specs
        words = Word.split(Opcode.spellings) + Word.split(Opcode.compareShorthands)
        slots = Self.hashTable(of: words)
    }

    func row(_ opcode: Opcode) -> Row { rows[Int(opcode.rawValue)] }

    func spelling(of opcode: Opcode) -> UnsafeBufferPointer<UInt8> { words[Int(opcode.rawValue)].bytes }

    /// The instruction that is spelled `word`.
    func find(_ word: UnsafeBufferPointer<UInt8>) -> Mnemonic? {
        var slot = Self.hash(word)
        while slots[slot] != Self.free {
            let index = slots[slot]
            if words[Int(index)].equals(word) { return mnemonic(index) }
            slot = (slot &+ 1) & (Self.size - 1)
        }
        return nil
    }

    private func mnemonic(_ index: UInt8) -> Mnemonic? {
        if let opcode = Opcode(rawValue: index) { return Mnemonic(opcode: opcode, compare: nil) }
        return Mnemonic(opcode: .cmp, compare: CompareOperator(rawValue: index &- UInt8(Opcode.allCases.count)))
    }

    private static let size = 512
    private static let free: UInt8 = .max

    private static func hashTable(of words: [Word]) -> [UInt8] {
        var slots = [UInt8](repeating: free, count: size)
        for (index, word) in words.enumerated() {
            var slot = hash(word.bytes)
            while slots[slot] != free { slot = (slot + 1) & (size - 1) }
            slots[slot] = UInt8(truncatingIfNeeded: index)
        }
        return slots
    }

    /// Length, both ends and the middle tell the mnemonics apart well; a word is never empty.
    @inline(__always)
    private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> Int {
        guard let base = word.baseAddress, word.count > 0 else { return 0 }
        let count = word.count
        let ends = UInt32(base[0]) | UInt32(base[count - 1]) << 8
        let inner = UInt32(base[count >> 1]) << 16 | UInt32(base[count >> 2]) << 24
        let mixed = ((ends | inner) ^ UInt32(truncatingIfNeeded: count)) &* 0x9E37_79B1
        return Int(mixed >> 23)
    }

    /// A piece of a `StaticString`, which lives as long as the process.
    private struct Word: @unchecked Sendable {
        let bytes: UnsafeBufferPointer<UInt8>

        static func split(_ text: StaticString) -> [Word] {
            let all = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
            return all.split(separator: UInt8(ascii: " ")).map { Word(bytes: UnsafeBufferPointer(rebasing: $0)) }
        }

        @inline(__always)
        func equals(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
            guard bytes.count == other.count else { return false }
            for index in 0..<bytes.count where bytes[index] != other[index] { return false }
            return true
        }
    }
}
