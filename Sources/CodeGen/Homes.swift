import Semantics

/// Gives each value that must be kept a home: a number, which the target makes a stack slot or a register of.
///
/// Values whose lifetimes do not meet share a home; the free home used last is taken first, so that few are needed. The
/// address of a stack slot needs none: it is known wherever it is used.
/// This is all there is of register allocation, and the only place that knows: the target asks for the home of a value.
struct Homes {
    /// For each instruction the home of its result, `none` if it needs none.
    private var numbers: [Int32]
    /// How many homes there are.
    private(set) var count: Int32 = 0
    /// The instruction that first needed each home.
    private(set) var firstUsers: [Int] = []

    private static let none: Int32 = -1

    /// Gives homes to the values of `function`.
    init(_ function: IRFunction, _ liveness: Liveness) {
        numbers = Array(repeating: Homes.none, count: function.insts.count)
        var free: [Int32] = []
        // The values that end at an instruction are a list: its head stands at the instruction, its links at the values.
        var ending = Array(repeating: Homes.none, count: function.insts.count)
        var next = ending
        for index in function.insts.indices {
            var value = ending[index]
            while value != Homes.none {
                free.append(numbers[Int(value)])
                value = next[Int(value)]
            }
            let useCount = liveness.useCounts[index]
            if useCount == 0 || function.insts[index].op == .stackSlot { continue }
            if function.isFusedWithBranch(index, useCount: useCount) { continue }
            numbers[index] = free.popLast() ?? add(for: index)
            let end = Int(liveness.ends[index])
            next[index] = ending[end]
            ending[end] = Int32(index)
        }
    }

    private mutating func add(for index: Int) -> Int32 {
        firstUsers.append(index)
        count += 1
        return count - 1
    }

    /// The home of the result of instruction `index`; nil if nobody needs it.
    func home(of index: Int) -> Int32? {
        numbers[index] == Homes.none ? nil : numbers[index]
    }
}
