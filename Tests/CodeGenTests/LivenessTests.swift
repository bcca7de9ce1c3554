import Semantics
import Testing
import ZIR

@testable import CodeGen

/// Which results are needed, how long, and which share a home.
struct LivenessTests {
    @Test func dropsUnusedChains() {
        var body = BodyBuilder()
        let loaded = body.stored(1, .usize)
        let sum = body.emit(.add, .usize, loaded, loaded)
        let cast = body.emit(.extend, .usize, sum)
        _ = body.compare(cast, .eq, sum)
        body.emit(.ret)
        let function = Body(body.function)
        let values = function.values()
        #expect((0..<5).map { values.isDropped($0, function) } == [true, true, true, true, false])
        #expect(HomesTests.homes(body.function).usedRegisters == [])
    }

    @Test func keepsWhatHasEffects() {
        var body = BodyBuilder()
        let loaded = body.stored(1, .usize)
        body.emit(.add, .usize, loaded, loaded, data: 1)
        body.emit(.intCast, IRType(bits: 8), loaded, data: 1)
        body.call(loaded)
        body.assembly("nop", .usize, output: "rax", isVolatile: true)
        body.assembly("nop")
        body.assembly("nop", .usize, output: "rax", isVolatile: false)
        body.emit(.ret)
        let function = Body(body.function)
        let values = function.values()
        let dropped = function.insts.indices.filter { values.isDropped($0, function) }
        #expect(dropped == [6])
        #expect(values[0].useCount == 4)
    }

    /// A jump back makes what stands between live to its end, and so does one that overlaps.
    @Test func extendsThroughOverlappingLoops() {
        var body = BodyBuilder()
        let (first, second) = (body.label(), body.label())
        let value = body.stored(1, .bool)
        body.emit(.label, data: first)
        body.emit(.jumpIfFalse, .void, value, data: first)
        body.emit(.label, data: second)
        body.emit(.jumpIfFalse, .void, body.number(0, .bool), data: first)
        body.emit(.breakpoint)
        body.emit(.jumpIfFalse, .void, body.number(0, .bool), data: second)
        body.emit(.ret)
        #expect(Body(body.function).values()[0].end == 6)
    }

    /// What is made in the outer loop and used in the inner one lives to the end of the inner one; what is made before
    /// both, to the end of the outer.
    @Test func extendsThroughTheLoopsAroundTheUse() {
        var body = BodyBuilder()
        let (outer, inner) = (body.label(), body.label())
        let before = body.stored(1, .bool)
        body.emit(.label, data: outer)
        let between = body.stored(1, .bool)
        body.emit(.label, data: inner)
        let both = body.emit(.and, .bool, before, between)
        body.emit(.jumpIfFalse, .void, both, data: inner)
        body.emit(.breakpoint)
        body.emit(.jump, data: outer)
        let values = Body(body.function).values()
        #expect(values[0].end == 7)
        #expect(values[2].end == 5)
        #expect(values[4].end == 5)
    }

    @Test func fusesOnlyTheNextBranch() {
        var body = BodyBuilder()
        let label = body.label()
        let fused = body.compare(body.number(1), .eq, body.number(2))
        body.emit(.jumpIfFalse, .void, fused, data: label)
        let apart = body.compare(body.number(1), .eq, body.number(2))
        body.emit(.breakpoint)
        body.emit(.jumpIfFalse, .void, apart, data: label)
        body.emit(.label, data: label)
        body.emit(.ret)
        let function = Body(body.function)
        let values = function.values()
        let isFused = function.insts.indices.filter {
            function.isFusedWithBranch($0, useCount: values[$0].useCount)
        }
        #expect(isFused == [0])
        #expect(HomesTests.homes(body.function).usedRegisters.count == 1)
    }

    /// An address that only loads and stores use is a part of them, unless they stand in another loop.
    @Test func foldsAddresses() {
        var body = BodyBuilder()
        let start = body.label()
        let (base, index) = (body.stored(1, .pointer), body.stored(2, .usize))
        let folded = body.elementPointer(base, index, scale: 4)
        body.emit(.store, IRType(bits: 32), folded, body.emit(.load, IRType(bits: 32), folded))
        let odd = body.elementPointer(base, index, scale: 3)
        body.emit(.store, .bool, odd, body.number(0, .bool))
        let stored = body.elementPointer(base, index, scale: 8)
        body.emit(.store, .pointer, stored, stored)
        let distant = body.elementPointer(base, index, scale: 8)
        body.emit(.label, data: start)
        body.emit(.store, .bool, distant, body.number(1, .bool))
        body.emit(.jump, data: start)
        let function = Body(body.function)
        let values = function.values()
        #expect(function.insts.indices.filter { values[$0].isFolded } == [2])
        // The parts live up to the last use of the address.
        #expect(Body(body.function).values()[1].end == 9)
    }

    /// A copy is where its source is, as long as that does not change.
    @Test func sharesHomesOfCopies() {
        var body = BodyBuilder()
        let variable = body.emit(.variable, .usize)
        body.emit(.assign, .void, variable, body.number(1))
        let current = body.emit(.extend, .usize, variable)
        body.emit(.assign, .void, variable, body.emit(.add, .usize, current, body.number(1)))
        let old = body.emit(.extend, .usize, variable)
        body.emit(.assign, .void, variable, body.number(7))
        let signed = body.emit(.bitCast, IRType(bits: 64, isSigned: true), old)
        body.emit(.ret, .void, body.emit(.add, .usize, signed, variable))
        let roots = Body(body.function).valuesWithSharedHomes().values.map(\.root)
        #expect(roots[2] == 0)
        #expect(roots[3] == 0, "the sum is computed in the variable")
        #expect(roots[5] == 5, "the variable changes while this lives")
        #expect(roots[7] == 5)
    }

    /// A stack slot is a variable unless its address is needed: what is left out needs nothing.
    @Test func promotesSlotsWhoseAddressIsNotNeeded() {
        func operations(isAddressNeeded: Bool) -> [IRInst.Op] {
            var body = BodyBuilder()
            body.extra = [8, 8]
            let slot = body.emit(.stackSlot, .pointer)
            body.emit(.store, .usize, slot, body.number(1))
            let address = body.emit(.bitCast, .usize, slot)
            let loaded = body.emit(.load, .usize, slot)
            body.emit(.ret, .void, isAddressNeeded ? body.emit(.add, .usize, loaded, address) : loaded)
            let function = Body(body.function)
            _ = function.valuesWithSharedHomes()
            return [0, 1, 3].map { function.insts[$0].op }
        }
        #expect(operations(isAddressNeeded: false) == [.variable, .assign, .extend])
        #expect(operations(isAddressNeeded: true) == [.stackSlot, .store, .load])
    }
}
