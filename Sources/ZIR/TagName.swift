/// Names one of the sets of bare words, so that the table of operands can point at it.
public enum TagName: UInt8, CaseIterable, Sendable {
    case primitive, callingConvention, compareOperator, linkage, callModifier
    case pointerSize, structLayout, atomicOrder, atomicOperation

    /// What messages call the set.
    public var setName: String { words.setName }

    /// The word of the case whose raw value is `rawValue`; nil if the set has no such case.
    public func spelling(_ rawValue: UInt8) -> String? {
        guard Int(rawValue) < words.spellings.count else { return nil }
        return String(decoding: words.spellings[Int(rawValue)], as: UTF8.self)
    }

    /// The raw value of the case that is spelled `word`.
    func find(_ word: UnsafeBufferPointer<UInt8>) -> UInt8? {
        for (rawValue, spelling) in words.spellings.enumerated() where spelling.elementsEqual(word) {
            return UInt8(truncatingIfNeeded: rawValue)
        }
        return nil
    }

    private var words: TagWords {
        switch self {
        case .primitive: TagWords.primitive
        case .callingConvention: TagWords.callingConvention
        case .compareOperator: TagWords.compareOperator
        case .linkage: TagWords.linkage
        case .callModifier: TagWords.callModifier
        case .pointerSize: TagWords.pointerSize
        case .structLayout: TagWords.structLayout
        case .atomicOrder: TagWords.atomicOrder
        case .atomicOperation: TagWords.atomicOperation
        }
    }
}

/// The spellings of one set by raw value. Made when the set is first asked for.
private struct TagWords: Sendable {
    let setName: String
    let spellings: [[UInt8]]

    init<Tag: TagSet>(_ set: Tag.Type) {
        setName = Tag.setName
        spellings = Tag.words.utf8.split(separator: UInt8(ascii: " ")).map { Array($0) }
    }

    static let primitive = TagWords(PrimitiveTag.self)
    static let callingConvention = TagWords(CallingConvention.self)
    static let compareOperator = TagWords(CompareOperator.self)
    static let linkage = TagWords(Linkage.self)
    static let callModifier = TagWords(CallModifier.self)
    static let pointerSize = TagWords(PointerSize.self)
    static let structLayout = TagWords(StructLayout.self)
    static let atomicOrder = TagWords(AtomicOrder.self)
    static let atomicOperation = TagWords(AtomicOperation.self)
}
