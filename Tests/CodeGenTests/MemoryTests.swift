import Semantics
import Testing
import ZIR

@testable import CodeGen

/// Storage, addresses, loads and element pointers.
struct MemoryTests {
    private static let element: [UInt8] = [0x80, 0x91, 0xa2, 0xb3, 0xc4, 0xd5, 0xe6, 0xf7]

    /// A load of each width, from storage of the body, from another declaration, and through a pointer.
    @Test(arguments: [
        (IRType(bits: 8), 0x80), (IRType(bits: 8, isSigned: true), -0x80),
        (IRType(bits: 16), 0x9180), (IRType(bits: 16, isSigned: true), -0x6e80),
        (IRType(bits: 32), 0xb3a2_9180), (IRType(bits: 32, isSigned: true), -0x4c5d_6e80),
        (IRType(bits: 64, isSigned: true), -0x0819_2a3b_4c5d_6e80),
    ])
    func loads(_ type: IRType, _ expected: Int) throws {
        let machine = try Machine()
        for offset in [Int64(0), 3, 200, -16] {
            let filler = Array(repeating: UInt8(0xee), count: Int(max(offset, 0)))
            let content = Content(bytes: filler + MemoryTests.element)
            var direct = BodyBuilder()
            var address = direct.address(Machine.other, offset: offset)
            direct.emit(.ret, .void, direct.emit(.load, type, address))
            var indirect = BodyBuilder()
            address = indirect.emit(.extend, .pointer, indirect.address(Machine.other, offset: offset))
            indirect.emit(.ret, .void, indirect.emit(.load, type, address))
            for function in [direct.function, indirect.function] {
                let outcome = try machine.run(function) { image in
                    let start = image.place(CodeGen.generate(content: content))
                    image.point(Machine.other, to: start &- UInt64(bitPattern: min(offset, 0)))
                }
                #expect(outcome == .value(Int128(expected)))
            }
            guard offset >= 0 else { continue }
            var own = BodyBuilder()
            own.emit(.ret, .void, own.emit(.load, type, own.storage(content, offset: offset)))
            #expect(try machine.run(own.function) == .value(Int128(expected)))
        }
    }

    /// Storage stands behind the code, padded with traps, each constant as it asks for.
    @Test func placesStorage() throws {
        var body = BodyBuilder()
        _ = body.storage(Content(bytes: [1, 2, 3]))
        _ = body.storage(Content(bytes: [4], alignment: 64))
        _ = body.storage(Content(bytes: []))
        body.emit(.ret)
        let code = try generate(body.function, declaration: .none)
        #expect(code.alignment == 64)
        let ret = try #require(code.bytes.firstIndex(of: 0xc3))
        let first = (ret + 8) & ~7
        #expect(code.bytes[(ret + 1)..<first].allSatisfy { $0 == 0xcc })
        #expect(Array(code.bytes[first..<first + 3]) == [1, 2, 3])
        #expect(code.bytes[64] == 4)
        #expect(code.relocations.isEmpty)
    }

    /// Constants that hold addresses: of one another, of themselves, and of other declarations.
    @Test func relocatesStorage() throws {
        var body = BodyBuilder()
        _ = body.storage(Content(bytes: Array("text".utf8)))
        let pointer = Content.Address(offset: 8, place: Place(base: .local(0), offset: 2))
        let other = Content.Address(offset: 16, place: Place(base: .declaration(Machine.other), offset: 5))
        let table = body.storage(
            Content(bytes: Array(repeating: 0, count: 24), addresses: [pointer, other], alignment: 8), offset: 8)
        let loaded = body.emit(.load, .pointer, table)
        body.emit(.ret, .void, body.emit(.load, IRType(bits: 8), loaded))
        let code = try generate(body.function, declaration: Machine.function)
        let last = code.relocations.suffix(2)
        #expect(last.map(\.kind) == [.absolute64, .absolute64])
        #expect(last.map(\.target) == [Machine.function, Machine.other])
        #expect(last.last?.addend == 5)
        #expect(try Machine().run(code) == .value(Int128(UInt8(ascii: "x"))))
    }

    @Test func generatesContent() {
        let places = [
            Content.Address(offset: 0, place: Place(base: .declaration(Machine.other), offset: -8)),
            Content.Address(offset: 12, place: Place(base: .local(0), offset: 4)),
        ]
        let content = Content(bytes: Array(repeating: 0, count: 20), addresses: places, alignment: 4)
        let code = generate(content: content, declaration: Machine.function)
        #expect(code.bytes == content.bytes)
        #expect(code.alignment == 4)
        #expect(
            code.relocations == [
                Relocation(offset: 0, kind: .absolute64, target: Machine.other, addend: -8),
                Relocation(offset: 12, kind: .absolute64, target: Machine.function, addend: 4),
            ])
    }

    @Test(arguments: [UInt32(0), 1, 2, 3, 4, 8, 12, 100, 1 << 20, 0x7fff_ffff, 0x8000_0000])
    func computesElements(_ scale: UInt32) throws {
        let machine = try Machine()
        for index in [Int128(0), 1, 7, 1 << 30] {
            for given in [ArithmeticTests.Given.loaded, .constant] {
                var body = BodyBuilder()
                let base = body.operand(1 << 40, .pointer, given)
                let element = body.operand(index, .usize, given)
                body.emit(.ret, .void, body.elementPointer(base, element, scale: scale))
                #expect(try machine.run(body.function) == .value((1 << 40) + index * Int128(scale)))
            }
        }
    }

    @Test(arguments: [0, 1, 5, 1 << 31, 1 << 63, (1 << 64) - 1] as [Int128])
    func checksIndices(_ length: Int128) throws {
        let machine = try Machine()
        for index in [Int128(0), 1, length - 1, length, length + 1] where IRType.usize.range.contains(index) {
            for given in [ArithmeticTests.Given.loaded, .constant] {
                var body = BodyBuilder()
                let element = body.stored(index, .usize)
                let bound = body.operand(length, .usize, given)
                body.emit(.ret, .void, body.elementPointer(body.number(0), element, scale: 1, length: bound))
                let expected: Machine.Outcome = index < length ? .value(index) : .panic(.indexOutOfBounds)
                #expect(try machine.run(body.function) == expected, "\(index) of \(length)")
            }
        }
    }

    /// An index that nobody uses is checked all the same.
    @Test func checksUnusedIndices() throws {
        var body = BodyBuilder()
        _ = body.elementPointer(body.number(0), body.number(4), scale: 1, length: body.number(4))
        body.emit(.ret)
        #expect(try Machine().run(body.function) == .panic(.indexOutOfBounds))
    }

    @Test(arguments: [Int64(1) << 31, -(1 << 31) - 1, .max, .min])
    func refusesAddressesOutOfReach(_ offset: Int64) {
        var body = BodyBuilder()
        body.emit(.ret, .void, body.address(Machine.other, offset: offset))
        let error = DiagnosticError(body.position, "address is \(offset) bytes from its object, out of reach")
        #expect(throws: error) { try generate(body.function, declaration: .none) }
    }

    /// The address of a function is what its slot holds.
    @Test func loadsFunctionAddresses() throws {
        var body = BodyBuilder()
        body.emit(.ret, .void, body.address(Machine.other))
        let outcome = try Machine().run(body.function) { $0.point(Machine.other, to: 0x1234_5678_9abc) }
        #expect(outcome == .returned(0x1234_5678_9abc))
    }
}
