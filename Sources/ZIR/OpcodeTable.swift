/// The table of instructions laid out for the parser: what it needs of each in a few bytes, and a hash table from words to
/// these.
///
/// Made once for a process, in some microseconds; the memory is never changed and never freed.
struct OpcodeTable: @unchecked Sendable {
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
        /// Operands that are no keywords. They are the first.
        let positionalCount: UInt8
        let operands: OperandSets
        /// There are operands that the text does not give by position, or it may stand as a declaration only.
        let isSpecial: Bool
    }

    /// Those of the opcodes by raw value, then those of the shorthands of `cmp`, then one of no word.
    private let entries: UnsafePointer<Entry>
    /// Open addressing: the number of an entry. At most a third is used.
    private let slots: UnsafePointer<UInt8>

    static let shared = OpcodeTable()

    private init() {
        let entries = UnsafeMutablePointer<Entry>.allocate(capacity: Self.wordCount + 1)
        let slots = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.size)
        (entries + Self.wordCount).initialize(to: .none)
        slots.initialize(repeating: UInt8(Self.wordCount), count: Self.size)
        for number in 0..<Self.wordCount {
            let entry = Entry(Name(Self.word(number)), Self.opcode(number), compare: Self.compare(number))
            (entries + number).initialize(to: entry)
            var slot = Self.slot(entry.key)
            while slots[slot] != Self.wordCount { slot = (slot + 1) & (Self.size - 1) }
            slots[slot] = UInt8(number)
        }
        self.entries = UnsafePointer(entries)
        self.slots = UnsafePointer(slots)
    }

    private static let wordCount = Opcode.table.count + Opcode.compareShorthands.count

    /// The word of an entry.
    private static func word(_ number: Int) -> StaticString {
        number < Opcode.table.count
            ? Opcode.table[number].mnemonic : Opcode.compareShorthands[number - Opcode.table.count]
    }

    private static func opcode(_ number: Int) -> Opcode {
        number < Opcode.table.count ? Opcode(rawValue: UInt8(number)) ?? .cmp : .cmp
    }

    private static func compare(_ number: Int) -> CompareOperator? {
        number < Opcode.table.count ? nil : CompareOperator(rawValue: UInt8(number - Opcode.table.count))
    }

    /// What is known of the instruction by its own mnemonic.
    func entry(_ opcode: Opcode) -> Entry { entries[Int(opcode.rawValue)] }

    /// The entry of `word`; nil if it is no mnemonic.
    func find(_ word: Name) -> UnsafePointer<Entry>? {
        guard let entry = find(key: word.key), entry.pointee.count == word.count else { return nil }
        return Name(Self.word(entry - entries)) == word ? entry : nil
    }

    /// The entry of the word that has this key, if it is the key of a short name; of a longer one its bytes too must be
    /// compared.
    @inline(__always)
    func find(key: UInt64) -> UnsafePointer<Entry>? {
        var slot = Self.slot(key)
        var entry = entries + Int(slots[slot])
        while entry.pointee.key != key {
            if entry.pointee.count == 0 { return nil }
            slot = (slot &+ 1) & (Self.size - 1)
            entry = entries + Int(slots[slot])
        }
        return entry
    }

    /// Two to the ninth.
    private static let size = 512

    @inline(__always)
    private static func slot(_ key: UInt64) -> Int { Int(truncatingIfNeeded: Name.hash(key) &>> (64 - 9)) }
}

extension OpcodeTable.Entry {
    /// What stands for no word: it has a key that no short name has.
    fileprivate static var none: Self {
        Self(
            key: 1 << 63, count: 0, opcode: .int, compare: nil, operandCount: 0, positionalCount: 0,
            operands: OpcodeTable.OperandSets(), isSpecial: false)
    }

    fileprivate init(_ word: Name, _ opcode: Opcode, compare: CompareOperator?) {
        var sets = OpcodeTable.OperandSets()
        var (count, positionalCount) = (0, 0)
        for place in 0..<OpcodeRow.operandLimit {
            let spec = opcode.operand(place)
            guard spec.isPresent else { break }
            let bit: UInt8 = 1 << UInt8(place)
            // The second operand of `cmp`, its operator, may be in the word.
            if !spec.isKeyword && (compare == nil || place != 1) { sets.asked |= bit }
            if !spec.isKeyword && spec.isPlain { sets.plain |= bit }
            if spec.isKeyword || spec.isTag { sets.late |= bit }
            if !spec.isKeyword { positionalCount += 1 }
            count += 1
        }
        self.init(
            key: word.key, count: UInt8(truncatingIfNeeded: word.count), opcode: opcode, compare: compare,
            operandCount: UInt8(count), positionalCount: UInt8(positionalCount), operands: sets,
            isSpecial: sets.asked.nonzeroBitCount != count || opcode.isDeclarationOnly)
    }
}
