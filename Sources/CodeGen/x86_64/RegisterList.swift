/// Up to 16 registers in order, four bits each: plain data, where an array would count references.
struct RegisterList: BitwiseCopyable, Hashable, Sendable {
    private var bits: UInt64 = 0
    /// How many there are.
    private(set) var count = 0

    /// No registers.
    @inline(__always)
    init() {}

    /// The list of `registers`.
    init(_ registers: [Register]) {
        for register in registers { append(register) }
    }

    /// These, and `register` at the end.
    @inline(__always)
    func adding(_ register: Register) -> RegisterList {
        var list = self
        list.append(register)
        return list
    }

    /// Adds `register` at the end.
    @inline(__always)
    mutating func append(_ register: Register) {
        guard count < 16 else { unreachable("a list of more registers than there are") }
        bits |= UInt64(register.rawValue) << UInt64(4 * count)
        count += 1
    }
}

extension RegisterList: RandomAccessCollection {
    var startIndex: Int { 0 }
    var endIndex: Int { count }

    @inline(__always)
    subscript(index: Int) -> Register {
        assert(index >= 0 && index < count)
        // Four bits: each of their values is a register.
        return unsafeBitCast(UInt8(truncatingIfNeeded: bits &>> UInt64(4 * index)) & 15, to: Register.self)
    }
}
