import Semantics

/// Gives each value that must be kept a home: a register, or a word of the stack frame.
///
/// A linear scan over the body. A value keeps its home for all its life. When no register is left, the value that is
/// used least for the time that it would hold one goes to the frame, be it the new one or one that has a register
/// already. Values whose lifetimes do not meet share homes. Registers are numbers from 0 on in the order in which they
/// are preferred; the target knows what they stand for.
struct Homes {
    /// Where a value is.
    enum Home: Equatable {
        /// In the register numbered so.
        case register(Int)
        /// In the word of the frame numbered so.
        case word(Int)
    }

    /// What the target says of its registers.
    struct Registers {
        /// How many there are, 32 at most.
        var count: Int
        /// What each instruction changes.
        var clobbers: Clobbers
        /// For each instruction the register in which its result is best, -1 where there is no such wish.
        var hints: Table<Int8>
    }

    /// For each instruction the home of its result: a register, a word counted from `firstWord` on, or none.
    private let numbers: Table<Int32>
    /// How many words of the frame are needed.
    private(set) var wordCount = 0
    /// The registers that are homes.
    private(set) var usedRegisters: UInt32 = 0
    /// The first instruction that would have needed one more register; nil if there was none.
    private(set) var firstSpill: Int?

    /// The value that is in each register that is not free.
    private let occupants: Table<Int32>
    private var free: UInt32
    /// All registers.
    private let all: UInt32
    /// The values that go to the frame.
    private var spilled: [Int32] = []

    private static let none: Int32 = -1
    private static let firstWord: Int32 = 32

    /// Gives homes to the values of `function`.
    init(_ function: Body, _ uses: Uses, _ liveness: Liveness, _ registers: Registers) {
        numbers = function.arena.table(function.insts.count, of: Homes.none)
        occupants = function.arena.table(registers.count, of: Homes.none)
        all = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(registers.count)) - 1)
        free = all
        for index in function.insts.indices {
            guard let value = Homes.valueStarting(at: index, function, uses, liveness) else { continue }
            release(before: index, liveness)
            let inst = function.insts[index]
            let operand = register(of: inst.op == .assign ? inst.b : inst.a, liveness)
            let wishes = (Int(registers.hints[value]), operand)
            place(value, at: index, wishes, liveness, registers.clobbers)
        }
        placeInFrame(function, liveness)
    }

    /// The root whose home is taken at instruction `index`.
    private static func valueStarting(
        at index: Int, _ function: Body, _ uses: Uses, _ liveness: Liveness
    ) -> Int? {
        let inst = function.insts[index]
        let value = inst.op == .assign ? inst.a.instIndex.map(Int.init) ?? index : Int(liveness.roots[index])
        guard liveness.starts[value] == index, uses.counts[value] > 0, function.needsHome(value, uses) else {
            return nil
        }
        return value
    }

    /// The home of the result of instruction `index`, whose home is its own; nil if nobody needs it.
    func home(ofRoot index: Int) -> Home? {
        let number = numbers[index]
        if number < 0 { return nil }
        return number < Homes.firstWord ? .register(Int(number)) : .word(Int(number - Homes.firstWord))
    }
}

// MARK: - Registers

extension Homes {
    /// Frees the registers of values that end at instruction `index`: it reads them before it writes its result.
    private mutating func release(before index: Int, _ liveness: Liveness) {
        var taken = all & ~free
        while taken != 0 {
            let register = taken.trailingZeroBitCount
            taken &= taken - 1
            if liveness.ends[Int(occupants[register])] <= index { free |= 1 << UInt32(register) }
        }
    }

    /// The register of an operand, -1 if it has none: the result is best where the operand was.
    private func register(of operand: IRRef, _ liveness: Liveness) -> Int {
        guard let index = operand.instIndex else { return -1 }
        let number = Int(numbers[Int(liveness.roots[Int(index)])])
        return number < Homes.firstWord ? number : -1
    }

    /// Finds a home for `value` from instruction `index` on, in one of the registers `wishes` if it is free.
    private mutating func place(
        _ value: Int, at index: Int, _ wishes: (Int, Int), _ liveness: Liveness, _ clobbers: Clobbers
    ) {
        let changed = clobbers.between(index, Int(liveness.ends[value]))
        let candidates = free & ~changed
        if candidates != 0 {
            func isCandidate(_ wish: Int) -> Bool { wish >= 0 && candidates >> UInt32(wish) & 1 == 1 }
            if isCandidate(wishes.0) { return put(value, in: wishes.0) }
            return put(value, in: isCandidate(wishes.1) ? wishes.1 : candidates.trailingZeroBitCount)
        }
        if firstSpill == nil { firstSpill = index }
        var cheapest = (register: -1, density: liveness.density(of: value))
        for register in occupants.indices where (changed | free) >> UInt32(register) & 1 == 0 {
            let density = liveness.density(of: Int(occupants[register]))
            if density < cheapest.density { cheapest = (register, density) }
        }
        guard cheapest.register >= 0 else { return spilled.append(Int32(value)) }
        spilled.append(occupants[cheapest.register])
        put(value, in: cheapest.register)
    }

    private mutating func put(_ value: Int, in register: Int) {
        numbers[value] = Int32(register)
        occupants[register] = Int32(value)
        free &= ~(1 << UInt32(register))
        usedRegisters |= 1 << UInt32(register)
    }
}

// MARK: - The frame

extension Homes {
    /// Gives the spilled values words, by their starts; a word is free again when its value ends.
    private mutating func placeInFrame(_ function: Body, _ liveness: Liveness) {
        if spilled.isEmpty { return }
        spilled.sort { liveness.starts[Int($0)] < liveness.starts[Int($1)] }
        var free: [Int32] = []
        // The values that end at an instruction are a list: its head stands at the instruction, its links at the values.
        let ending = function.arena.table(numbers.count, of: Homes.none)
        let next = function.arena.table(numbers.count, of: Homes.none)
        var released = 0
        for value in spilled.map(Int.init) {
            while released <= liveness.starts[value] {
                var ended = ending[released]
                while ended != Homes.none {
                    free.append(numbers[Int(ended)])
                    ended = next[Int(ended)]
                }
                released += 1
            }
            numbers[value] = free.popLast() ?? addWord()
            let end = Int(liveness.ends[value])
            next[value] = ending[end]
            ending[end] = Int32(value)
        }
    }

    private mutating func addWord() -> Int32 {
        wordCount += 1
        return Homes.firstWord + Int32(wordCount) - 1
    }
}

extension Liveness {
    /// How often the home of root `index` is used for the time that it is taken.
    fileprivate func density(of index: Int) -> Float { weights[index] / Float(ends[index] - starts[index] + 1) }
}

extension Body {
    /// Whether the result of instruction `index` must be kept anywhere. The address of a stack slot is known wherever it
    /// is used.
    fileprivate func needsHome(_ index: Int, _ uses: Uses) -> Bool {
        insts[index].op != .stackSlot && !uses.isFolded[index]
            && !isFusedWithBranch(index, useCount: uses.counts[index])
    }
}
