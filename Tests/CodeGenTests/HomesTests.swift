import Semantics
import Testing
import ZIR

@testable import CodeGen

/// Who gets which register, and who goes to the frame.
struct HomesTests {
    /// The homes of `function` on x86-64.
    static func homes(_ function: IRFunction) -> Homes {
        let function = Body(function)
        let (values, bound) = function.valuesWithSharedHomes()
        let registers = function.convention == .Naked ? HomeRegisters.naked : .framed
        registers.addWishes(function, values, bound, [])
        let homes = Homes()
        homes.assign(function, function.loops(), values, registers, registers.clobbers(function, bound, []))
        return homes
    }

    @Test func sharesHomes() {
        var body = BodyBuilder()
        let a = body.stored(1, .usize)
        let b = body.stored(2, .usize)
        let c = body.emit(.add, .usize, a, b)
        let d = body.stored(3, .usize)
        body.emit(.ret, .void, body.emit(.add, .usize, c, d))
        let homes = Self.homes(body.function)
        #expect(homes.usedRegisters.count == 2)
        #expect(homes.home(ofRoot: 0) != homes.home(ofRoot: 1))
        #expect(homes.home(ofRoot: 0) == homes.home(ofRoot: 2), "the sum is where its first operand was")
        #expect(homes.home(ofRoot: 2) != homes.home(ofRoot: 3))
    }

    /// Of more values than registers, those go to the frame that are used least; they share words too.
    @Test func keepsWhatLoopsUse() {
        var body = BodyBuilder()
        let start = body.label()
        let rare = (0..<11).map { body.stored($0, .usize) }
        let often = body.emit(.variable, .usize, data: 1)
        body.emit(.label, data: start)
        body.emit(.assign, .void, often, body.emit(.add, .usize, often, body.number(1)))
        body.emit(.jumpIfFalse, .void, body.compare(often, .gt, body.number(9)), data: start)
        body.emit(.ret, .void, rare.reduce(often) { body.emit(.add, .usize, $0, $1) })
        let homes = Self.homes(body.function)
        #expect(homes.wordCount == 1)
        #expect(homes.firstSpill == 11)
        #expect(homes.registers[11] != nil)
    }

    /// What lives across a call is in a register that the callee preserves.
    @Test func avoidsWhatCallsChange() {
        var body = BodyBuilder()
        let (kept, passed) = (body.stored(1, .usize), body.stored(2, .usize))
        body.call(body.address(Machine.other), [passed])
        body.emit(.ret, .void, kept)
        let homes = Self.homes(body.function)
        #expect(homes.registers[0].map(SystemV.calleeSaved.contains) == true)
        #expect(homes.registers[1] == .rdi)
    }

    /// The answer of every stretch is the union of what its inner instructions change.
    @Test(arguments: [0, 1, 2, 3, 7, 8, 9, 33])
    func answersStretches(_ count: Int) {
        var dice = SplitMix(seed: UInt64(count))
        let masks = (0..<count).map { _ in dice.next() % 3 == 0 ? UInt32(1) << UInt32(dice.next() % 12) : 0 }
        let arena = Arena.forever()
        let clobbers = Clobbers(arena.table(count, Int32.init), in: arena) { masks[$0] }
        for start in 0..<count {
            for end in start..<count {
                let expected = masks[min(start + 1, end)..<end].reduce(0, |)
                #expect(clobbers.between(start, end) == expected)
            }
        }
    }
}

/// Numbers that look random, the same each time (Steele, Lea, Flood: Fast splittable pseudorandom number generators).
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
