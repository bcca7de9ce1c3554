/// What a word in the place of a mnemonic means.
struct Mnemonic: BitwiseCopyable {
    var opcode: Opcode
    /// Of `cmp_lt` and the like, the operator; nil of every other word.
    var compare: CompareOperator?
}

/// The table of instructions laid out for the parser: all operand specifications in one list, and a hash table from
/// words to opcodes.
///
/// Made once for a process, in some microseconds; the memory is never changed and never freed.
struct OpcodeTable: @unchecked Sendable {
    /// Where an opcode's operands stand in `specs`.
    struct Row: BitwiseCopyable {
        var first: Int32
        var positional: Int32
        var count: Int32
    }

    private let rows: UnsafeBufferPointer<Row>
    let specs: UnsafeBufferPointer<OperandSpec>
    /// The forms of `specs`, apart since they alone are asked for at every operand.
    let forms: UnsafeBufferPointer<OperandSpec.Form>
    /// Words: those of the opcodes by raw value, then the shorthands of `cmp`.
    private let words: UnsafeBufferPointer<Name>
    /// What each word means.
    private let mnemonics: UnsafeBufferPointer<Mnemonic>
    /// Open addressing: index into `words`, `Self.free` where empty. At most a third is used.
    private let slots: UnsafeBufferPointer<UInt8>

    static let shared = OpcodeTable()

    private init() {
        var rows: [Row] = []
        var specs: [OperandSpec] = []
        rows.reserveCapacity(Opcode.allCases.count)
        specs.reserveCapacity(4 * Opcode.allCases.count)
        for opcode in Opcode.allCases {
            let operands = opcode.operands
            let positional = operands.prefix { !$0.isKeyword }.count
            rows.append(
                Row(first: Int32(specs.count), positional: Int32(positional), count: Int32(operands.count)))
            specs.append(contentsOf: operands)
        }
        self.rows = Self.keep(rows)
        self.specs = Self.keep(specs)
        forms = Self.keep(specs.map(\.form))
        let words = Self.split(Opcode.spellings) + Self.split(Opcode.compareShorthands)
        self.words = Self.keep(words)
        slots = Self.keep(Self.hashTable(of: words))
        mnemonics = Self.keep(
            Opcode.allCases.map { Mnemonic(opcode: $0, compare: nil) }
                + CompareOperator.allCases.map { Mnemonic(opcode: .cmp, compare: $0) })
    }

    /// A copy of `elements` that stays for the rest of the process.
    private static func keep<Element>(_ elements: [Element]) -> UnsafeBufferPointer<Element> {
        let copy = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = copy.initialize(from: elements)
        return UnsafeBufferPointer(copy)
    }

    @inline(__always)
    func row(_ opcode: Opcode) -> Row { rows[Int(opcode.rawValue)] }

    func spelling(of opcode: Opcode) -> UnsafeBufferPointer<UInt8> { words[Int(opcode.rawValue)].bytes }

    /// The instruction that is spelled `word`.
    @inline(__always)
    func find(_ word: Name) -> Mnemonic? {
        var slot = Self.slot(word)
        while slots[slot] != Self.free {
            let index = Int(slots[slot])
            if words[index] == word { return mnemonics[index] }
            slot = (slot &+ 1) & (Self.size - 1)
        }
        return nil
    }

    /// Two to the ninth.
    private static let size = 512
    private static let free: UInt8 = .max

    @inline(__always)
    private static func slot(_ word: Name) -> Int { Int(truncatingIfNeeded: word.hash &>> (64 - 9)) }

    private static func hashTable(of words: [Name]) -> [UInt8] {
        var slots = [UInt8](repeating: free, count: size)
        for (index, word) in words.enumerated() {
            var slot = slot(word)
            while slots[slot] != free { slot = (slot + 1) & (size - 1) }
            slots[slot] = UInt8(truncatingIfNeeded: index)
        }
        return slots
    }

    /// The words of `text`, which lives as long as the process.
    private static func split(_ text: StaticString) -> [Name] {
        let all = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        var words: [Name] = []
        words.reserveCapacity(2 * Opcode.allCases.count)
        var start = 0
        for index in 0...all.count where index == all.count || all[index] == UInt8(ascii: " ") {
            if index > start { words.append(Name(UnsafeBufferPointer(rebasing: all[start..<index]))) }
            start = index + 1
        }
        return words
    }
}
