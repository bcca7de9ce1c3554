import Semantics
import Testing
import ZIR

@testable import CodeGen

/// Stack slots, stores, copies and the lengths of slices.
struct StackTests {
    private static func slot(_ body: inout BodyBuilder, size: UInt32, alignment: UInt32 = 1) -> IRRef {
        body.extra += [size, alignment]
        return body.emit(.stackSlot, .pointer, data: UInt32(body.extra.count - 2))
    }

    private static func length(
        _ body: inout BodyBuilder, _ start: IRRef, _ end: IRRef, limit: IRRef = .none
    ) -> IRRef {
        body.extra.append(limit.rawValue)
        return body.emit(.sliceLength, .usize, start, end, data: UInt32(body.extra.count - 1))
    }

    /// Each shape comes back as it was stored, and the bytes beside it stay.
    @Test(arguments: IRType.samples)
    func stores(_ type: IRType) throws {
        let machine = try Machine()
        for value in type.samples {
            for given in [ArithmeticTests.Given.loaded, .constant] {
                var body = BodyBuilder()
                let slot = Self.slot(&body, size: 24, alignment: 8)
                for offset in [UInt32(0), 8, 16] { body.emit(.store, .usize, slot, body.number(-1), data: offset) }
                body.emit(.store, type, slot, body.operand(value, type, given), data: 8)
                let loaded = body.emit(.load, type, slot, data: 8)
                let before = body.emit(.load, IRType(bits: 64, isSigned: true), slot)
                let behind = body.emit(.load, IRType(bits: 8, isSigned: true), slot, data: 8 + UInt32(type.bytes))
                let rest = body.emit(.add, IRType(bits: 64, isSigned: true), before, behind)
                let sum = body.emit(.add, IRType(bits: 64, isSigned: true), loaded, rest)
                body.emit(.ret, .void, sum)
                #expect(try machine.run(body.function) == .value(value - 2))
            }
        }
    }

    /// Through an address that only run time knows, and into another declaration.
    @Test func storesThroughPointers() throws {
        var body = BodyBuilder()
        let address = body.emit(.extend, .pointer, body.address(Machine.other))
        body.emit(.store, IRType(bits: 16), address, body.number(0x1234), data: 2)
        body.emit(.store, IRType(bits: 8), body.address(Machine.other, offset: 1), body.number(0x56))
        body.emit(.ret, .void, body.emit(.load, .usize, address))
        let outcome = try Machine().run(body.function) { image in
            image.point(Machine.other, to: image.place(bytes: [1, 2, 3, 4, 5, 6, 7, 8]))
        }
        #expect(outcome == .value(0x0807_0605_1234_5601))
    }

    @Test(arguments: [0, 1, 2, 3, 4, 7, 8, 15, 16, 63, 64, 65, 1000] as [UInt32])
    func copies(_ size: UInt32) throws {
        let machine = try Machine()
        let bytes = (0..<1002).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 3) }
        for probe in [0, size / 2, size, size + 1] {
            var body = BodyBuilder()
            let source = body.storage(Content(bytes: bytes, alignment: 1), offset: 1)
            let slot = Self.slot(&body, size: 1008, alignment: 8)
            body.emit(.store, IRType(bits: 8), slot, body.number(0xee), data: probe)
            body.emit(.copy, .void, slot, source, data: size)
            body.emit(.ret, .void, body.emit(.load, IRType(bits: 8), slot, data: probe))
            let expected = probe < size ? Int128(bytes[Int(probe) + 1]) : 0xee
            #expect(try machine.run(body.function) == .value(expected))
        }
    }

    /// Slots do not overlap each other or any home, and are aligned as they ask for.
    @Test func keepsSlotsApart() throws {
        var body = BodyBuilder()
        let values = (0..<5).map { body.stored(Int128($0), .usize) }
        let slots = [(1, 1), (3, 1), (8, 8), (5, 1), (16, 16)].map { size, alignment in
            (Self.slot(&body, size: UInt32(size), alignment: UInt32(alignment)), size, alignment)
        }
        var misplaced = body.number(0)
        for (slot, size, alignment) in slots {
            for offset in 0..<size { body.emit(.store, IRType(bits: 8), slot, body.number(1), data: UInt32(offset)) }
            let address = body.emit(.bitCast, .usize, slot)
            let low = body.emit(.and, .usize, address, body.number(Int128(alignment - 1)))
            misplaced = body.emit(.add, .usize, misplaced, low)
        }
        var sum = body.emit(.mul, .usize, misplaced, body.number(1000))
        for (slot, size, _) in slots {
            for offset in 0..<size {
                sum = body.emit(.add, .usize, sum, body.emit(.load, IRType(bits: 8), slot, data: UInt32(offset)))
            }
        }
        sum = values.reduce(sum) { body.emit(.add, .usize, $0, $1) }
        body.emit(.ret, .void, sum)
        #expect(try Machine().run(body.function) == .value(33 + 10))
    }

    @Test func refusesHugeFrames() {
        var body = BodyBuilder()
        let slot = Self.slot(&body, size: 9 << 20)
        body.emit(.ret, .void, slot)
        let error = DiagnosticError(body.position, "function needs more than 8388608 bytes of stack")
        #expect(throws: error) { try generate(body.function, declaration: .none) }
    }

    @Test(arguments: [(0, 0), (0, 5), (2, 5), (5, 5), (3, 2), (0, 6), (6, 7), (-1, 3)] as [(Int128, Int128)])
    func measuresSlices(_ start: Int128, _ end: Int128) throws {
        let machine = try Machine()
        for given in [ArithmeticTests.Given.loaded, .constant] {
            let start = IRType.usize.wrapping(start)
            var body = BodyBuilder()
            let (from, to) = (body.stored(start, .usize), body.operand(end, .usize, given))
            body.emit(.ret, .void, Self.length(&body, from, to, limit: body.operand(5, .usize, given)))
            let isInside = start <= end && end <= 5
            #expect(try machine.run(body.function) == (isInside ? .value(end - start) : .panic(.indexOutOfBounds)))

            var unlimited = BodyBuilder()
            let first = unlimited.stored(start, .usize)
            let last = unlimited.operand(end, .usize, given)
            unlimited.emit(.ret, .void, Self.length(&unlimited, first, last))
            let isOrdered = start <= end
            #expect(
                try machine.run(unlimited.function) == (isOrdered ? .value(end - start) : .panic(.indexOutOfBounds)))
        }
    }
}
