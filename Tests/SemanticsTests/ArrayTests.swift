import Semantics
import Testing

/// Arrays and `ref`: values, the storage they have, and what code makes of it.
struct ArrayTests {
    private static let declarations = """
        @a3 = array_type(3, @u16) @a0 = array_type(0, @u8) @z2 = array_type_sentinel(2, 0, @u8)
        @t2 = array_type(2, @type) @p = single_const_ptr_type(@u32) @p2 = array_type(2, @p)
        @aa = array_type(2, @a3) @c2 = array_type(2, @comptime_int) @slice = const_slice_type(@u8)
        @numbers = array_init(@a3, [1, 0x203, 65535])
        @pair = array_init(@z2, [104, 105]) @none = array_init(@a0, []) @kinds = array_init(@t2, [@u8, @bool])
        @big = array_init(@c2, [5, 18446744073709551616])
        @nested = array_init(@aa, [@numbers, @numbers])
        @five = as(@u32, 5) @six = as(@u32, 6) @fiveptr = declref("five") @sixptr = declref("six")
        @pointers = array_init(@p2, [@fiveptr, @sixptr])
        @hello = str("hello ") @world = str("world") @greeting = array_cat(@hello, @world)
        @rest = elemptr(@world, 2) @unset = as(@a3, undefined)
        @numbersptr = declref("numbers") @kindsptr = declref("kinds") @nestedptr = declref("nested")
        @refnumber = ref(@five) @refint = ref(5) @refarray = ref(@numbers) @reftypes = ref(@kinds) @refstr = ref(@hello)
        @same = as(@a3, @numbers) @sameptr = declref("same")
        @tripled = array_mul(@pair, 3) @nothing = str("") @empty = array_mul(@nothing, 1000)
        @twice = array_cat(@pointers, @pointers)
        @a1 = array_type(1, @u8) @seven = array_init(@a1, [7])
        @second = elemptr(@numbersptr, 1) @row = elemptr(@nestedptr, 1)
        @bytes = as(@slice, @greeting)
        """

    private static func program(_ instruction: String) -> MemoryProgram {
        MemoryProgram(withTypes("@x = \(instruction)\n\(declarations)"))
    }

    @Test(arguments: [
        // Values of arrays that have a form in memory are known by the place of their content.
        ("array_init(@a3, [1, 2, 3])", "[3]u16 @x"), ("array_init(@a0, [])", "[0]u8 {}"),
        ("array_init(@t2, [@u8, @bool])", "[2]type {u8, bool}"), ("as(@a3, @numbers)", "[3]u16 @numbers"),
        ("as(@a3, undefined)", "[3]u16 undefined"), ("typeof(@numbers)", "type [3]u16"),
        ("array_cat(@numbers, @numbers)", "[6]u16 @x"), ("array_cat(@hello, @world)", "*const [11:0]u8 @x"),
        ("array_cat(@pair, @world)", "[7:0]u8 @x"), ("array_cat(@kinds, @kinds)", "[4]type {u8, bool, u8, bool}"),
        ("array_mul(@hello, 2)", "*const [12:0]u8 @x"), ("array_mul(@numbers, 0)", "[0]u16 {}"),
        ("array_mul(@hello, 0)", "*const [0:0]u8 @x"), ("array_mul(@numbers, 100000)", "[300000]u16 @x"),
        ("array_cat(@none, @none)", "[0]u8 {}"), ("array_cat(@none, @pair)", "[2:0]u8 @x"),
        ("array_mul(@big, 2)", "[4]comptime_int {5, 18446744073709551616, 5, 18446744073709551616}"),
        ("ref(@five)", "*const u32 @x"), ("ref(5)", "*const comptime_int &(5)"),
        ("ref(@u8)", "*const type &(u8)"), ("ref(@hello)", "*const *const [6:0]u8 @x"),
        // Elements and fields.
        ("elemval(@numbers, 1)", "u16 515"), ("elemval(@pair, 2)", "u8 0"), ("elemval(@kinds, 1)", "type bool"),
        ("elemval(@big, 1)", "comptime_int 18446744073709551616"), ("elemval(@unset, 1)", "u16 undefined"),
        ("elemval(@nested, 1)", "[3]u16 @nested+6"), ("elemval(@row, 2)", "u16 65535"),
        ("elemval(@bytes, 10)", "u8 100"),
        ("elemval(@pointers, 1)", "*const u32 @pointers+20"), ("fieldval(@numbers, \"len\")", "usize 3"),
        ("fieldval(@kinds, \"len\")", "usize 2"), ("fieldval(@none, \"len\")", "usize 0"),
        // Pointers to them.
        ("declref(\"numbers\")", "*const [3]u16 @numbers"), ("declref(\"kinds\")", "*const [2]type &kinds"),
        ("elemptr(@sameptr, 1)", "*const u16 @numbers+2"), ("elemptr(@numbersptr, 2)", "*const u16 @numbers+4"),
        ("deref(@second)", "u16 515"),
        ("elemptr(@kindsptr, 1)", "*const type &(bool)"), ("elemptr(@reftypes, 0)", "*const type &(u8)"),
        ("deref(@numbersptr)", "[3]u16 @numbers"), ("deref(@hello)", "[6:0]u8 @hello"),
        ("deref(@refint)", "comptime_int 5"),
        ("deref(@refnumber)", "u32 5"), ("deref(@refstr)", "*const [6:0]u8 @hello"), ("deref(@fiveptr)", "u32 5"),
        ("elemval(@refarray, 1)", "u16 515"), ("elemval(@reftypes, 1)", "type bool"),
        ("elemval(@greeting, 6)", "u8 119"),
    ])
    func values(_ instruction: String, _ result: String) throws {
        let program = Self.program(instruction)
        #expect(program.error(of: "x") == nil)
        #expect(try program.constant("x") == result)
    }

    @Test(arguments: [
        ("array_init(@u8, [])", "2:17: expected array type, found 'u8'"),
        ("array_init(@a3, [1, 2])", "2:22: expected 3 array elements, found 2"),
        ("array_init(@a3, [1, 2, 65536])", "2:29: type 'u16' cannot represent integer value '65536'"),
        ("array_cat(@numbers, @pair)", "2:6: incompatible types: 'u16' and 'u8'"),
        ("array_cat(@five, @pair)", "2:16: expected array, found 'u32'"),
        ("array_cat(@pair, undefined)", "2:23: expected array, found '@TypeOf(undefined)'"),
        ("array_mul(@pair, -1)", "2:23: type 'usize' cannot represent integer value '-1'"),
        ("array_mul(@kinds, 524289)", "2:6: array has more than 1048576 elements, too many at comptime"),
        ("array_mul(@pair, 9223372036854775809)", "2:6: object has more than 2 GiB"),
        ("array_mul(@pair, 1073741824)", "2:6: object has more than 2 GiB"),
        ("array_mul(@pair, 67108865)", "2:6: constants have more than 128 MiB"),
        ("array_mul(@pointers, 2000000)", "2:6: constants have more than 128 MiB"),
        ("elemval(@numbers, 3)", "2:24: index 3 outside array of length 3"),
        ("elemval(@pair, 3)", "2:21: index 3 outside array of length 2"),
        ("elemval(@numbers, undefined)", "2:24: use of undefined value here causes undefined behavior"),
        ("fieldval(@numbers, \"ptr\")", "2:25: no member named 'ptr' in '[3]u16'"),
        ("cmp(@numbers, eq, @numbers)", "2:6: operator 'eq' not allowed for type '[3]u16'"),
        ("export(\"s\", @numbers)", "2:18: unable to export type '[3]u16'"),
    ])
    func refused(_ instruction: String, _ error: String) {
        #expect(Self.program(instruction).error(of: "x") == error)
    }

    /// What `name` has in its storage, where `@x` is `instruction`.
    private static func content(_ name: String, _ instruction: String = "int(1)") throws -> Content? {
        let program = program(instruction)
        #expect(program.error(of: name) == nil)
        guard case .data(let content) = try program.body(of: program[name]) else { return nil }
        return content
    }

    @Test(
        arguments: [
            ("numbers", [1, 0, 3, 2, 0xff, 0xff], 2), ("pair", [104, 105, 0], 1), ("refnumber", [5, 0, 0, 0], 4),
            ("nested", [1, 0, 3, 2, 0xff, 0xff, 1, 0, 3, 2, 0xff, 0xff], 2),
            ("greeting", Array("hello world\0".utf8), 1),
            ("tripled", [104, 105, 104, 105, 104, 105, 0], 1), ("empty", [0], 1),
            ("refarray", [1, 0, 3, 2, 0xff, 0xff], 2),
        ] as [(String, [UInt8], UInt32)])
    func contents(_ name: String, _ bytes: [UInt8], _ alignment: UInt32) throws {
        #expect(try Self.content(name) == Content(bytes: bytes, alignment: alignment))
    }

    /// What is repeated stands there to the last element, whatever the size of one and of the pages that it is made in.
    @Test(arguments: [1, 682, 683, 5000])
    func repeated(_ count: Int) throws {
        let content = try #require(try Self.content("x", "array_mul(@numbers, \(count))"))
        #expect(content.bytes == Array(repeatElement([1, 0, 3, 2, 0xff, 0xff], count: count).joined()))
    }

    /// Each repeated address stands in a word of its own.
    @Test func repeatedAddresses() throws {
        let content = try #require(try Self.content("x", "array_mul(@pointers, 1000)"))
        #expect(content.bytes.count >= 16000)
        #expect(content.addresses.map(\.offset) == (0..<2000).map { 8 * $0 })
        #expect(Set(content.addresses.map(\.place.offset)) == [16, 20])
    }

    /// Of 64 MiB, as one table of a program may be; what it is joined from counts too.
    @Test func largestContent() throws {
        let content = try #require(try Self.content("x", "array_mul(@seven, 67108864)"))
        #expect(content.bytes.count == 1 << 26 && content.bytes.last == 7)
    }

    @Test(arguments: ["none", "kinds", "big", "five", "unset", "refint", "reftypes", "same"])
    func withoutStorage(_ name: String) throws {
        #expect(try Self.content(name) == nil)
    }

    /// What a declaration without storage is pointed at by has a copy of its value.
    @Test func pointersToConstants() throws {
        let program = Self.program("int(1)")
        let content = try #require(try Self.content("pointers"))
        #expect(content.bytes == Array(repeating: 0, count: 16) + [5, 0, 0, 0, 6, 0, 0, 0])
        let own = Place.Base.declaration(program["pointers"])
        #expect(
            content.addresses == [
                Content.Address(offset: 0, place: Place(base: own, offset: 16)),
                Content.Address(offset: 8, place: Place(base: own, offset: 20)),
            ])
        let string = try #require(try Self.content("refstr"))
        #expect(string.addresses == [Content.Address(offset: 0, place: Place(base: .declaration(program["hello"])))])
    }

    /// Pointers go where the elements go.
    @Test func joinedPointers() throws {
        let program = Self.program("int(1)")
        let content = try #require(try Self.content("twice"))
        let first = Place(base: .declaration(program["pointers"]), offset: 16)
        let second = Place(base: .declaration(program["pointers"]), offset: 20)
        #expect(content.bytes == Array(repeating: 0, count: 32))
        #expect(content.addresses.map(\.place) == [first, second, first, second])
        #expect(content.addresses.map(\.offset) == [0, 8, 16, 24])
    }

    private static func function(_ body: String) throws -> (code: [String], function: IRFunction) {
        let program = MemoryProgram(
            withBody("%w = asm(\"nop\", @usize, output=\"={rax}\")\n" + body, declarations))
        #expect(program.error(of: "f") == nil)
        guard case .function(let function) = try program.body(of: program["f"]) else { return ([], IRFunction()) }
        return (Array(try program.code("f").dropFirst().dropLast()), function)
    }

    @Test(arguments: [
        ("%0 = elemval(@numbers, %w)", ["%1 = element @numbers %0 * 2 < 3", "%2 = load.u16 %1"]),
        (
            "%0 = array_init(@a3, [1, 2, undefined])\n%1 = intcast(@u16, %w)\n%2 = array_init(@a3, [%1, 7, undefined])",
            [
                "%1 = intCast.u16 %0 checked", "%2 = stack 6 aligned 2", "store.u16 %2 = %1",
                "%4 = element %2 1 * 2 < -", "store.u16 %4 = 7",
            ]
        ),
        ("%0 = elemval(@pair, %w)", ["%1 = element @pair %0 * 1 < 3", "%2 = load.u8 %1"]),
        ("%0 = elemptr(@numbersptr, %w)\n%1 = deref(%0)", ["%1 = element @numbers %0 * 2 < 3", "%2 = load.u16 %1"]),
        (
            "%0 = array_init(@a3, [1, 2, 3])\n%1 = elemval(%0, %w)",
            ["%1 = element local0 %0 * 2 < 3", "%2 = load.u16 %1"]
        ),
        ("%0 = array_init(@a3, [1, 2, 3])\n%1 = elemval(%0, 1)\n%2 = add(%w, %1)", ["%1 = add.u64 %0 2 checked"]),
        ("%0 = array_cat(@hello, @world)\n%1 = ptrtoint(%0)\n%2 = add(%1, 1)", ["%1 = add.u64 local0 1 checked"]),
        ("%0 = ref(@five)\n%1 = deref(%0)\n%2 = add(%w, %1)", ["%1 = add.u64 %0 5 checked"]),
        (
            "%0 = ptrtoint(@fiveptr)\n%1 = ptrtoint(@fiveptr)\n%2 = cmp(%0, eq, %1)",
            ["%1 = local0 eq local0"]
        ),
        ("%0 = deref(@pointers2)\n%1 = cmp(%w, eq, 1)", ["%1 = %0 eq 1"]),
    ])
    func code(_ body: String, _ expected: [String]) throws {
        #expect(try Self.function(body.replacing("@pointers2", with: "@refnumber")).code == expected)
    }

    /// A constant that points at others takes them along, in the order in which they are found.
    @Test func storageOfConstants() throws {
        let (_, function) = try Self.function(
            """
            %0 = ref(@five) %1 = ref(%0) %2 = ref(%1) %3 = ref(@six)
            %4 = ptrtoint(%2) %5 = add(%4, 1)
            """)
        func pointer(to index: UInt32) -> Content {
            let address = Content.Address(offset: 0, place: Place(base: .local(index)))
            return Content(bytes: Array(repeating: 0, count: 8), addresses: [address], alignment: 8)
        }
        #expect(function.storage == [pointer(to: 1), pointer(to: 2), Content(bytes: [5, 0, 0, 0], alignment: 4)])
    }

    /// Values go into the cache and come back.
    @Test(arguments: ["kinds", "big", "none", "refint", "reftypes", "numbers", "refnumber", "nested"])
    func serialized(_ name: String) throws {
        let program = Self.program("int(1)")
        let interface = try program.interface(of: program[name])
        let bytes = program.types.serialize(interface) { Array(program.name(of: $0).utf8) }
        let copy = try TypeTable.init().deserialize(bytes[...]) { program[String(decoding: $0, as: UTF8.self)] }
        #expect(copy.category == interface.category)
        let same = try program.types.deserialize(bytes[...]) { program[String(decoding: $0, as: UTF8.self)] }
        #expect(same == interface)
    }
}
