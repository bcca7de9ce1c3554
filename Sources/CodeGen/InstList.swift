import Semantics

/// The numbers of some instructions of a body, so that passes which are about these need not look at others. They are
/// found from the last one to the first.
struct InstList: BitwiseCopyable {
    /// Those from `first` on are filled.
    private let numbers: Table<Int32>
    private var first: Int

    /// None yet; `room` is as long as the body.
    init(room: Table<Int32>) {
        numbers = room
        first = room.count
    }

    /// Adds instruction `index`, which stands before those that it has.
    @inline(__always)
    mutating func add(_ index: Int) {
        first &-= 1
        numbers[first] = Int32(truncatingIfNeeded: index)
    }

    /// All of them, in order.
    var inOrder: Table<Int32> { numbers.part(first..<numbers.count) }
}
