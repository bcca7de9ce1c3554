import Semantics
import Testing
import ZIR

struct SerializationTests {
    private static func identity(_ declaration: DeclIndex) -> [UInt8] {
        [UInt8(truncatingIfNeeded: declaration.rawValue), UInt8(truncatingIfNeeded: declaration.rawValue >> 8)]
    }

    private static func declaration(_ identity: ArraySlice<UInt8>) -> DeclIndex? {
        identity.count == 2 ? DeclIndex(identity.reversed().reduce(0) { $0 << 8 | UInt32($1) }) : nil
    }

    /// One interface of each form, made in `types`.
    private static func samples(_ types: TypeTable) throws -> [Interface] {
        func make(_ type: Type) throws -> TypeIndex { try #require(types.index(of: type)) }
        let end = types.sentinel(.integer(Integer(Int64(0))), type: .u8)
        let array = try make(.array(ArrayType(length: 13, child: .u8, sentinel: end)))
        let text = try make(.pointer(PointerType(size: .one, isConst: true, child: array)))
        let slice = try make(.pointer(PointerType(size: .slice, isConst: true, child: .u8)))
        let count = try make(.pointer(PointerType(size: .one, isConst: true, child: .usize)))
        let odd = try make(.integer(IntegerShape(isSigned: true, bits: 65)))
        let function = try make(
            .function(
                FunctionType(
                    parameters: types.parameterList([text, slice, text, odd]), result: text, convention: .C,
                    isVariadic: true)))
        let place = Place(base: .declaration(DeclIndex(300)), offset: -7)
        let big = try #require(Integer(decimal: Array("-36893488147419103232".utf8)[...]))
        return [
            Interface(category: .function, type: function, value: .place(Place(base: .declaration(DeclIndex(7))))),
            Interface(category: .constantStorage, type: text, value: .place(place)),
            Interface(category: .constant, type: slice, value: .slice(place, length: 1 << 40)),
            Interface(category: .constant, type: count, value: .lengthPointer(.max)),
            Interface(category: .constant, type: count, value: .reference(DeclIndex(65535))),
            Interface(category: .constant, type: .comptimeInt, value: .integer(big)),
            Interface(category: .constant, type: odd, value: .integer(Integer(Int64.min))),
            Interface(category: .constant, type: .type, value: .type(function)),
            Interface(category: .constant, type: .bool, value: .bool(true)),
            Interface(category: .constant, type: .null, value: .null),
            Interface(category: .constant, type: odd, value: .undefined),
            Interface(category: .module, type: .void, value: .void),
            Interface(category: .export, type: .void, value: .void),
        ]
    }

    @Test func thereAndBack() throws {
        let types = TypeTable()
        for interface in try Self.samples(types) {
            let bytes = types.serialize(interface, identity: Self.identity)
            #expect(try types.deserialize(bytes[...], declaration: Self.declaration) == interface)
        }
    }

    /// A table that met other types before gives the same bytes.
    @Test func canonical() throws {
        let first = TypeTable()
        let second = TypeTable()
        for bits in UInt16(100)...140 { _ = second.index(of: .integer(IntegerShape(isSigned: true, bits: bits))) }
        _ = second.parameterList([.bool, .bool])
        _ = second.sentinel(.bool(true), type: .bool)
        let expected = try Self.samples(first).map { first.serialize($0, identity: Self.identity) }
        #expect(try Self.samples(second).map { second.serialize($0, identity: Self.identity) } == expected)
        #expect(Set(expected).count == expected.count, "different interfaces have different bytes")
        // And a table that learns the types from the bytes.
        let third = TypeTable()
        for bytes in expected.reversed() {
            let interface = try third.deserialize(bytes[...], declaration: Self.declaration)
            #expect(third.serialize(interface, identity: Self.identity) == bytes)
        }
    }

    /// Nothing that the database may hold crashes; what is accepted is well formed and written back.
    @Test func everyMutationIsRefusedOrWellFormed() throws {
        let types = TypeTable()
        for interface in try Self.samples(types) {
            let bytes = types.serialize(interface, identity: Self.identity)
            for count in 0..<bytes.count {
                #expect(throws: MalformedBytes.self) {
                    try types.deserialize(bytes[..<count], declaration: Self.declaration)
                }
            }
            for position in bytes.indices {
                for value in UInt8.min...UInt8.max where value != bytes[position] {
                    var changed = bytes
                    changed[position] = value
                    Self.read(changed, types)
                }
            }
            #expect(throws: MalformedBytes.self) {
                try types.deserialize((bytes + [0])[...], declaration: Self.declaration)
            }
        }
    }

    private static func read(_ bytes: [UInt8], _ types: TypeTable) {
        guard let interface = try? types.deserialize(bytes[...], declaration: declaration) else { return }
        _ = types.name(of: interface.type)
        _ = types.layout(of: interface.type)
        let again = types.serialize(interface, identity: identity)
        #expect((try? types.deserialize(again[...], declaration: declaration)) == interface)
    }

    /// A pointer to a pointer to a pointer, and so on: read without end it would overflow the stack.
    @Test(arguments: [[3, 0, 0], [4, 1]] as [[UInt8]])
    func nestingIsBounded(_ prefix: [UInt8]) {
        let bytes = [0] + Array(repeatElement(prefix, count: 100_000).joined())
        #expect(throws: MalformedBytes.self) {
            try TypeTable().deserialize(bytes[...], declaration: Self.declaration)
        }
    }

    /// A type that holds another twice, a hundred times over, takes a few bytes for each level.
    @Test func sharedTypesAreWrittenOnce() throws {
        let types = TypeTable()
        var type = TypeIndex.void
        for _ in 0..<100 {
            let function = FunctionType(parameters: types.parameterList([type, type]), result: type)
            type = try #require(types.index(of: .function(function)))
        }
        let interface = Interface(category: .constant, type: .type, value: .type(type))
        let bytes = types.serialize(interface, identity: Self.identity)
        #expect(bytes.count < 2_000)
        #expect(try types.deserialize(bytes[...], declaration: Self.declaration) == interface)
    }

    @Test func contentBytesTellContentsApart() {
        let types = TypeTable()
        let contents = [
            Content(bytes: [1, 2]), Content(bytes: [1, 2, 0]), Content(bytes: [1, 2], alignment: 2),
            Content(bytes: [0], addresses: [.init(offset: 0, place: Place(base: .declaration(DeclIndex(1))))]),
            Content(bytes: [0], addresses: [.init(offset: 0, place: Place(base: .declaration(DeclIndex(2))))]),
            Content(bytes: [0], addresses: [.init(offset: 0, place: Place(base: .local(1)))]),
            Content(bytes: [0], addresses: [.init(offset: 0, place: Place(base: .local(1), offset: 1))]),
        ]
        #expect(Set(contents.map { types.serialize($0, identity: Self.identity) }).count == contents.count)
    }
}
