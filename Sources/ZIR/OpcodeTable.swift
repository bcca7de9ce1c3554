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

    /// Sets of operands of an instruction: each is a bit, the first the lowest.
    struct OperandSets: BitwiseCopyable {
        /// Those that the text gives by position; while it is parsed, those that are still to come.
        var asked: UInt8 = 0
        /// Those of them that are values or types, which most are; none behind a keyword.
        var plain: UInt8 = 0
        /// Keywords and tags, which may be written in more than one way, and so are hashed behind the others.
        var late: UInt8 = 0
        /// While it is parsed, the keywords given so far.
        var given: UInt8 = 0
    }

    /// A word in the place of a mnemonic, with all that the parser has to know of the instruction.
    struct Entry: BitwiseCopyable {
        /// As in `Name`.
        fileprivate let key: UInt64
        /// Bytes of the word; 0 of a slot that has none.
        let count: UInt8
        let opcode: Opcode
        /// Of `cmp_lt` and the like, the operator; nil of every other word.
        let compare: CompareOperator?
        let operandCount: UInt8
        let operands: OperandSets
        /// There are operands that the text does not give by position, or it may stand as a declaration only.
        let isSpecial: Bool
    }

    private let rows: UnsafePointer<Row>
    let specs: UnsafePointer<OperandSpec>
    /// Words: those of the opcodes by raw value, then the shorthands of `cmp`.
    private let words: UnsafePointer<Name>
    private let opcodeCount: Int
    /// Open addressing. At most a third is used.
    private let slots: UnsafePointer<Entry>

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
        let words = Self.split(Opcode.spellings) + Self.split(Opcode.compareShorthands)
        opcodeCount = rows.count
        self.rows = Self.keep(rows)
        self.specs = Self.keep(specs)
        self.words = Self.keep(words)
        slots = Self.keep(Self.hashTable(of: words))
    }

    /// A copy of `elements` that stays for the rest of the process.
    private static func keep<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
        let copy = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = copy.initialize(from: elements)
        return UnsafePointer(copy.baseAddress.unsafelyUnwrapped)
    }

    func row(_ opcode: Opcode) -> Row { rows[Int(opcode.rawValue)] }

    func spelling(of opcode: Opcode) -> UnsafeBufferPointer<UInt8> { words[Int(opcode.rawValue)].bytes }

    /// The entry of `word`; nil if it is no mnemonic.
    func find(_ word: Name) -> UnsafePointer<Entry>? {
        guard let entry = find(key: word.key), entry.pointee.count == word.count else { return nil }
        return self.word(of: entry.pointee) == word ? entry : nil
    }

    private func word(of entry: Entry) -> Name {
        words[entry.compare.map { opcodeCount + Int($0.rawValue) } ?? Int(entry.opcode.rawValue)]
    }

    /// The entry of the word that has this key, if it is the key of a short name; of a longer one its bytes too must be
    /// compared.
    @inline(__always)
    func find(key: UInt64) -> UnsafePointer<Entry>? {
        var slot = Self.slot(key)
        while slots[slot].key != key {
            if slots[slot].count == 0 { return nil }
            slot = (slot &+ 1) & (Self.size - 1)
        }
        return slots + slot
    }

    /// Two to the ninth.
    private static let size = 512

    @inline(__always)
    private static func slot(_ key: UInt64) -> Int { Int(truncatingIfNeeded: Name.hash(key) &>> (64 - 9)) }

    private static func hashTable(of words: [Name]) -> [Entry] {
        let entries =
            zip(words, Opcode.allCases).map { Entry($0, $1, compare: nil) }
            + zip(words.dropFirst(Opcode.allCases.count), CompareOperator.allCases).map { Entry($0, .cmp, compare: $1) }
        var slots = [Entry](repeating: Entry.none, count: size)
        for entry in entries {
            var slot = slot(entry.key)
            while slots[slot].count != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = entry
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

extension OpcodeTable.Entry {
    /// What stands in a slot without a word: it has a key that no short name has.
    fileprivate static var none: Self {
        Self(
            key: 1 << 63, count: 0, opcode: .int, compare: nil, operandCount: 0, operands: OpcodeTable.OperandSets(),
            isSpecial: false)
    }

    fileprivate init(_ word: Name, _ opcode: Opcode, compare: CompareOperator?) {
        let operands = opcode.operands
        var sets = OpcodeTable.OperandSets()
        for (place, spec) in operands.enumerated() {
            let bit: UInt8 = 1 << UInt8(place)
            // The second operand of `cmp`, its operator, may be in the word.
            if !spec.isKeyword && (compare == nil || place != 1) { sets.asked |= bit }
            if !spec.isKeyword && spec.isPlain { sets.plain |= bit }
            if spec.isKeyword || spec.isTag { sets.late |= bit }
        }
        self.init(
            key: word.key, count: UInt8(truncatingIfNeeded: word.count), opcode: opcode, compare: compare,
            operandCount: UInt8(truncatingIfNeeded: operands.count), operands: sets,
            isSpecial: sets.asked.nonzeroBitCount != operands.count || opcode.isDeclarationOnly)
    }
}
