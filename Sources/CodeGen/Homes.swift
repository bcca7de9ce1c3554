import Semantics

/// Gives each value that must be kept a home: a register, or a word of the stack frame.
///
/// A linear scan over the body. A value keeps its home for all its life. When no register is left, the value that is
/// used least for the time that it would hold one goes to the frame, be it the new one or one that has a register
/// already. Values whose lifetimes do not meet share homes. Here registers are numbers from 0 on in the order in which they
/// are preferred; the target says what they stand for, and which of them a value is best in.
///
/// An object that takes up one body after the other.
final class Homes {
    /// Where a value is.
    enum Home: Equatable {
        /// In this register.
        case register(Register)
        /// In the word of the frame numbered so.
        case word(Int)
    }

    /// For each instruction the register that its result is in; nil if it is in none.
    private(set) var registers = Table<Register?>.empty
    /// For each root its word of the frame, `none` if it is in none; empty while there are no words.
    private var words = Table<Int32>.empty
    /// How many words of the frame are needed.
    private(set) var wordCount = 0
    /// The registers that are homes.
    private(set) var usedRegisters: RegisterSet = []
    /// The first instruction that would have needed one more register; nil if there was none.
    private(set) var firstSpill: Int?

    /// The value that is in each register that is not free; of others nothing is known.
    private var occupants = Table<Int32>.empty
    private var free: UInt32 = 0
    /// How much each value is used; nil until a register is missing.
    private var weights: Weights?
    /// What the numbers stand for.
    private var target = HomeRegisters.framed
    /// The values that go to the frame: so many rows of a table that is empty while there are none.
    private var spilled = Table<Int32>.empty
    private var spilledCount = 0

    private static let none: Int32 = -1

    /// No homes.
    init() {}

    /// Gives homes to the `values` of `function` in the registers of `target`; `clobbers` says what instructions change of
    /// them.
    func assign(
        _ function: Body, _ loops: LoopNest, _ values: Table<IRValue>, _ target: HomeRegisters, _ clobbers: Clobbers
    ) {
        (wordCount, usedRegisters, firstSpill, weights) = (0, [], nil, nil)
        (spilled, spilledCount) = (.empty, 0)
        registers = function.arena.table(values.count, of: nil)
        occupants = function.arena.list(target.registers.count)
        self.target = target
        free = target.all
        for index in values.indices {
            if let value = Homes.valueStarting(at: index, function, values) {
                if free != target.all { release(before: index, values) }
                place(value, at: index, function, loops, values, clobbers)
            }
            // The home of a root is taken before that of others who are in it.
            registers[index] = registers[Int(values[index].root)]
        }
        words = .empty
        if spilledCount > 0 { placeInFrame(function, values) }
    }

    /// The root whose home is taken at instruction `index`.
    @inline(__always)
    private static func valueStarting(at index: Int, _ function: Body, _ values: Table<IRValue>) -> Int? {
        let inst = function.insts[index]
        let value = inst.op == .assign ? inst.a.instIndex.map(Int.init) ?? index : Int(values[index].root)
        guard values[value].start == index, values[value].useCount > 0, !values[value].isFolded else { return nil }
        return value
    }

    /// The home of the result of instruction `index`, whose home is its own; nil if nobody needs it.
    func home(ofRoot index: Int) -> Home? {
        if let register = registers[index] { return .register(register) }
        if words.isEmpty || words[index] == Homes.none { return nil }
        return .word(Int(words[index]))
    }
}

// MARK: - Registers

extension Homes {
    /// Frees the registers of values that end at instruction `index`: it reads them before it writes its result.
    @inline(__always)
    private func release(before index: Int, _ values: Table<IRValue>) {
        var taken = target.all & ~free
        while taken != 0 {
            let register = taken.trailingZeroBitCount
            taken &= taken &- 1
            if values[Int(occupants[register])].end <= index { free |= 1 &<< UInt32(register) }
        }
    }

    /// Finds a home for `value` from instruction `index` on: in the register where it is best or where an operand was, if
    /// one of these is free.
    @inline(__always)
    private func place(
        _ value: Int, at index: Int, _ function: Body, _ loops: LoopNest, _ values: Table<IRValue>, _ clobbers: Clobbers
    ) {
        let changed = clobbers.between(index, Int(values[value].end))
        let candidates = free & ~changed
        if candidates == 0 { return makeRoom(for: value, at: index, changed, function, loops, values) }
        let wish = Int(values[value].wish)
        if isOne(of: candidates, wish) { return put(value, in: wish) }
        let inst = function.insts[index]
        let operand = register(of: inst.op == .assign ? inst.b : inst.a, values)
        put(value, in: isOne(of: candidates, operand) ? operand : candidates.trailingZeroBitCount)
    }

    private func isOne(of candidates: UInt32, _ register: Int) -> Bool {
        register >= 0 && candidates &>> UInt32(register) & 1 == 1
    }

    /// The number of the register of an operand, -1 if it has none.
    private func register(of operand: IRRef, _ values: Table<IRValue>) -> Int {
        guard let index = operand.instIndex, let register = registers[Int(values[Int(index)].root)] else { return -1 }
        return Int(target.number(of: register))
    }

    /// No register is left for `value`: the value that is used least for the time that it would hold one goes to the
    /// frame. Those in `changed` are of no use to it.
    private func makeRoom(
        for value: Int, at index: Int, _ changed: UInt32, _ function: Body, _ loops: LoopNest, _ values: Table<IRValue>
    ) {
        if firstSpill == nil { firstSpill = index }
        let weights = weights ?? Weights.find(in: function, loops, values)
        self.weights = weights
        var cheapest = (register: -1, density: weights.density(of: value))
        for register in occupants.indices where (changed | free) >> UInt32(register) & 1 == 0 {
            let density = weights.density(of: Int(occupants[register]))
            if density < cheapest.density { cheapest = (register, density) }
        }
        guard cheapest.register >= 0 else { return spill(Int32(value), function) }
        spill(occupants[cheapest.register], function)
        put(value, in: cheapest.register)
    }

    private func spill(_ value: Int32, _ function: Body) {
        if spilled.isEmpty { spilled = function.arena.list(registers.count) }
        spilled[spilledCount] = value
        spilledCount += 1
    }

    @inline(__always)
    private func put(_ value: Int, in register: Int) {
        let home = target.registers[register]
        registers[value] = home
        usedRegisters.insert(home)
        occupants[register] = Int32(truncatingIfNeeded: value)
        free &= ~(1 &<< UInt32(register))
    }
}

// MARK: - The frame

extension Homes {
    /// Gives the spilled values words, by their starts; a word is free again when its value ends.
    private func placeInFrame(_ function: Body, _ values: Table<IRValue>) {
        let byStart = spilled.part(0..<spilledCount).sorted { values[Int($0)].start < values[Int($1)].start }
        var free: [Int32] = []
        // The values that end at an instruction are a list: its head stands at the instruction, its links at the values.
        let ending = function.arena.table(values.count, of: Homes.none)
        let next = function.arena.table(values.count, of: Homes.none)
        words = function.arena.table(values.count, of: Homes.none)
        var released = 0
        for value in byStart.map(Int.init) {
            while released <= values[value].start {
                var ended = ending[released]
                while ended != Homes.none {
                    free.append(words[Int(ended)])
                    ended = next[Int(ended)]
                }
                released += 1
            }
            words[value] = free.popLast() ?? addWord()
            let end = Int(values[value].end)
            next[value] = ending[end]
            ending[end] = Int32(value)
        }
        for index in values.indices where words[Int(values[index].root)] != Homes.none { registers[index] = nil }
    }

    private func addWord() -> Int32 {
        wordCount += 1
        return Int32(wordCount) - 1
    }
}
