/// Number of a slot in the offset table.
public struct SlotIndex: Hashable, Comparable, Sendable {
    /// The number; 0 is no slot.
    public var rawValue: UInt32

    /// The slot numbered `rawValue`.
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// No slot.
    public static let none = SlotIndex(0)
    /// The panic handler's.
    public static let panicHandler = SlotIndex(1)
    /// That of what the panic handler writes its text through.
    public static let panicSink = SlotIndex(2)
    /// Slots that every image has; others follow.
    public static let reservedCount: UInt32 = 3

    /// Orders by number.
    public static func < (a: SlotIndex, b: SlotIndex) -> Bool { a.rawValue < b.rawValue }

    /// Address of the slot itself, through which code reaches what it holds.
    public var address: UInt64 { SectionID.slots.address + offset }

    /// Bytes from the start of the offset table.
    var offset: UInt64 { UInt64(rawValue) * SectionID.slots.unit }
    /// Bytes from the start of the table of positions.
    var positionOffset: UInt64 { UInt64(rawValue) * SectionID.positions.unit }
}

/// An entry of the table of positions: where the declaration that has the slot of this number stands in the sources.
public struct SlotPosition: Equatable, Sendable {
    /// Address of the file's path, a NUL at its end; 0: none.
    public var path: UInt32
    /// Address of the declaration's full name, a NUL at its end; 0: none.
    public var name: UInt32
    /// One-based.
    public var line: UInt32
    /// One-based, in bytes.
    public var column: UInt32

    /// A position.
    public init(path: UInt32, name: UInt32, line: UInt32, column: UInt32) {
        self.path = path
        self.name = name
        self.line = line
        self.column = column
    }
}
