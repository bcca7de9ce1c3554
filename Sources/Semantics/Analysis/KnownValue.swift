import ZIR

/// A comptime-known value while its declaration is analysed: a `Value` as plain data of a few bytes, so that passing it
/// around counts no references and copies no memory.
///
/// What takes more room stands in the analysis' `storedValues`.
enum KnownValue: BitwiseCopyable {
    /// The only value of `void`.
    case void
    /// A bool.
    case bool(Bool)
    /// An integer that fits in 64 signed bits.
    case integer(Int64)
    /// A type.
    case type(TypeIndex)
    /// `null`.
    case null
    /// Unspecified content of any type.
    case undefined
    /// The address of a declaration: a function, or a pointer to what a declaration holds.
    case declaration(DeclIndex)
    /// A pointer to the value of a declaration that has no storage.
    case reference(DeclIndex)
    /// A pointer to a length that has no storage.
    case lengthPointer(UInt64)
    /// Any other.
    case stored(StoredIndex)
}

extension KnownValue {
    /// `value`, if it takes no more room.
    init?(_ value: Value) {
        switch value {
        case .void: self = .void
        case .bool(let isTrue): self = .bool(isTrue)
        case .integer(let number):
            guard let small = number.int64 else { return nil }
            self = .integer(small)
        case .type(let type): self = .type(type)
        case .null: self = .null
        case .undefined: self = .undefined
        case .reference(let target): self = .reference(target)
        case .lengthPointer(let length): self = .lengthPointer(length)
        case .place(let place):
            guard case .declaration(let target) = place.base, place.offset == 0, place.field == .none else {
                return nil
            }
            self = .declaration(target)
        case .slice, .array, .pointee: return nil
        }
    }
}

/// Index of a value in `storedValues`.
struct StoredIndex: BitwiseCopyable {
    fileprivate var rawValue: UInt32
}

// From values to plain data and back.
extension Analysis {
    /// `value`, one of `type`, as plain data.
    func known(_ value: Value, _ type: TypeIndex) -> TypedValue { .known(plain(value), type) }

    /// `number`, one of `type`, as plain data.
    func known(_ number: Integer, _ type: TypeIndex) -> TypedValue {
        if let small = number.int64 { return .known(.integer(small), type) }
        return .known(.stored(store(.integer(number))), type)
    }

    private func plain(_ value: Value) -> KnownValue { KnownValue(value) ?? .stored(store(value)) }

    private func store(_ value: Value) -> StoredIndex {
        storedValues.append(value)
        return StoredIndex(rawValue: UInt32(storedValues.count - 1))
    }

    func stored(_ index: StoredIndex) -> Value { storedValues[Int(index.rawValue)] }

    /// The value that `known` stands for.
    func expanded(_ known: KnownValue) -> Value {
        switch known {
        case .void: .void
        case .bool(let isTrue): .bool(isTrue)
        case .integer(let number): .integer(Integer(number))
        case .type(let type): .type(type)
        case .null: .null
        case .undefined: .undefined
        case .declaration(let target): .place(Place(base: .declaration(target)))
        case .reference(let target): .reference(target)
        case .lengthPointer(let length): .lengthPointer(length)
        case .stored(let index): stored(index)
        }
    }

    /// What `value` is; nil if only run time knows.
    func knownValue(_ value: TypedValue) -> Value? {
        guard case .known(let known) = value.content else { return nil }
        return expanded(known)
    }

    /// The number that `known` is; nil if it is none.
    func integer(_ known: KnownValue) -> Integer? {
        switch known {
        case .integer(let number): return Integer(number)
        case .stored(let index):
            guard case .integer(let number) = stored(index) else { return nil }
            return number
        default: return nil
        }
    }

    /// The number that `value` is known to be; nil if it is none.
    func integer(_ value: TypedValue) -> Integer? {
        guard case .known(let known) = value.content else { return nil }
        return integer(known)
    }

    /// The same, if it is one below 2^64.
    func number(_ value: TypedValue) -> UInt64? { integer(value)?.uint64 }
}
