import Semantics
import Testing
import ZIR

@testable import CodeGen

/// Which results are needed, how long, and how they share homes.
struct LivenessTests {
    @Test func dropsUnusedChains() {
        var body = BodyBuilder()
        let loaded = body.stored(1, .usize)
        let sum = body.emit(.add, .usize, loaded, loaded)
        let cast = body.emit(.extend, .usize, sum)
        _ = body.compare(cast, .eq, sum)
        body.emit(.ret)
        let liveness = Liveness(body.function)
        #expect((0..<5).map { liveness.isDropped($0, body.function) } == [true, true, true, true, false])
        #expect(Homes(body.function, liveness).count == 0)
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
        let liveness = Liveness(body.function)
        let dropped = body.function.insts.indices.filter { liveness.isDropped($0, body.function) }
        #expect(dropped == [6])
        #expect(liveness.useCounts[0] == 4)
    }

    @Test func sharesHomes() {
        var body = BodyBuilder()
        let a = body.stored(1, .usize)
        let b = body.stored(2, .usize)
        let c = body.emit(.add, .usize, a, b)
        let d = body.stored(3, .usize)
        body.emit(.ret, .void, body.emit(.add, .usize, c, d))
        let homes = Homes(body.function, Liveness(body.function))
        #expect(homes.count == 2)
        #expect(homes.home(of: 0) != homes.home(of: 1))
        #expect(homes.home(of: 2) != homes.home(of: 3))
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
        let liveness = Liveness(body.function)
        #expect(liveness.ends[0] == 6)
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
        let liveness = Liveness(body.function)
        let isFused = body.function.insts.indices.filter {
            body.function.isFusedWithBranch($0, useCount: liveness.useCounts[$0])
        }
        #expect(isFused == [0])
        #expect(Homes(body.function, liveness).count == 1)
    }
}
