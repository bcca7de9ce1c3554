import Semantics
import Testing

/// `alloc`, `store`, `slice` and their like at run time, and globals.
struct StorageTests {
    private static let declarations = """
        @slice = const_slice_type(@u8) @words = mut_slice_type(@u16) @text = str("abc") @arr = array_type(4, @u16)
        @many = many_mut_ptr_type(@u8) @list = array_init(@arr, [1, 2, 3, 4]) @part = slice(@text, 1)
        @count = global(@u32, 7, mutable=1) @limit = global(@u32, 9) @room = global(@arr, undefined, mutable=1)
        @gt = fntype([], @void) @g = fn(@gt, {}) @hook = global(@gt, @g) @nullptr = as(@many, undefined)
        """

    private static func program(_ body: String) -> MemoryProgram { MemoryProgram(withBody(body, declarations)) }

    private static func code(_ body: String) throws -> [String] {
        let program = program(body)
        #expect(program.error(of: "f") == nil)
        return try program.code("f")
    }

    @Test(
        arguments: [
            (
                "%p = alloc(@u32) %0 = store(%p, 5) %x = deref(%p)",
                ["%0 = stack 4 aligned 4", "store.u32 %0 = 5", "%2 = load.u32 %0", "ret -"]
            ),
            ("%p = alloc(@u32) %0 = store(%p, undefined)", ["%0 = stack 4 aligned 4", "ret -"]),
            ("%p = alloc(@void) %0 = store(%p, undefined)", ["%0 = stack 0 aligned 1", "ret -"]),
            (
                "%p = alloc(@slice) %0 = store(%p, @text) %x = deref(%p)",
                [
                    "%0 = stack 16 aligned 8", "store.u64 %0 = @text", "store.u64 %0+8 = 3", "%3 = load.u64 %0",
                    "%4 = load.u64 %0+8", "ret -",
                ]
            ),
            (
                "%p = alloc(@arr) %0 = store(%p, @list) %x = deref(%p)",
                [
                    "%0 = stack 8 aligned 2", "copy %0 = @list * 8", "%2 = stack 8 aligned 2", "copy %2 = %0 * 8",
                    "ret -",
                ]
            ),
            ("%p = alloc(@arr) %s = as(@words, %p) %l = fieldval(%s, \"len\")", ["%0 = stack 8 aligned 2", "ret -"]),
            // Globals: constants are read in analysis, variables at run time.
            ("%x = deref(@limit) %y = add(%x, 1)", ["ret -"]),
            ("%x = deref(@count) %y = add(%x, 1)", ["%0 = load.u32 @count", "%1 = add.u32 %0 1 checked", "ret -"]),
            ("%0 = store(@count, 3)", ["store.u32 @count = 3", "ret -"]),
            ("%p = elemptr(@room, 2) %0 = store(%p, 3)", ["store.u16 @room+4 = 3", "ret -"]),
            ("%x = deref(@hook) %0 = call(%x, [])", ["%0 = call @g()", "ret -"]),
            // Slices that are known leave no code.
            ("%s = slice(@text, 1, end=3) %c = elemval(%s, 1) %l = fieldval(%s, \"len\") %x = add(%l, %c)", ["ret -"]),
            ("%c = elemval(@part, 0) %x = add(%c, 1)", ["ret -"]),
        ] as [(String, [String])])
    func code(_ body: String, _ expected: [String]) throws {
        #expect(try Self.code(body) == expected)
    }

    @Test(arguments: [
        ("%p = alloc(@comptime_int)", "3:12: type 'comptime_int' is not available at run time"),
        ("%p = alloc(@type)", "3:12: type 'type' is not available at run time"),
        ("%p = alloc(@noreturn)", "3:12: type 'noreturn' is not available at run time"),
        ("%p = alloc(5)", "3:12: expected type 'type', found 'comptime_int'"),
        ("%p = store(@limit, 5)", "3:12: cannot assign through constant pointer '*const u32'"),
        ("%q = elemptr(@text, 0)\n%p = store(%q, 5)", "4:12: cannot assign through constant pointer '*const u8'"),
        ("%p = store(5, 5)", "3:12: expected pointer, found 'comptime_int'"),
        ("%p = store(@count, true)", "3:20: expected type 'u32', found 'bool'"),
        ("%p = store(@count, 4294967296)", "3:20: type 'u32' cannot represent integer value '4294967296'"),
        ("%p = store(@part, 5)", "3:12: expected pointer, found '[]const u8'"),
        ("%p = store(@nullptr, 5)", "3:12: use of undefined value here causes undefined behavior"),
        ("%s = slice(@text, 4)", "3:19: index 4 outside array of length 3"),
        ("%s = slice(@text, 1, end=4)", "3:26: index 4 outside array of length 3"),
        ("%s = slice(@text, 2, end=1)", "3:19: start index 2 is larger than end index 1"),
        ("%s = slice(@part, 3)", "3:19: index 3 outside array of length 2"),
        ("%s = slice(@count, 0)", "3:12: type '*u32' does not support indexing"),
        ("%s = slice(5, 0)", "3:12: expected pointer, found 'comptime_int'"),
        ("%s = slice(@text, -1)", "3:19: type 'usize' cannot represent integer value '-1'"),
        ("%s = fieldval(@count, \"len\")", "3:15: type '*u32' does not support field access"),
        ("%s = fieldval(@part, \"size\")", "3:22: no member named 'size' in '[]const u8'"),
        ("%s = elemval(@part, 2)", "3:21: index 2 outside array of length 2"),
        ("%s = elemval(@list, 4)", "3:21: index 4 outside array of length 4"),
        ("%0 = global(@u8, 1)", "3:6: instruction illegal inside function body"),
    ])
    func errors(_ body: String, _ error: String) {
        #expect(Self.program(body).error(of: "f") == error)
    }

    @Test(arguments: [
        ("alloc(@u8)", "2:6: instruction illegal outside function body"),
        ("store(@count, 1)", "2:6: instruction illegal outside function body"),
        ("loop({})", "2:6: instruction illegal outside function body"),
        ("block({})", "2:6: instruction illegal outside function body"),
        ("arg(\"a\")", "2:6: instruction illegal outside function body"),
        ("deref(@count)", "2:6: unable to resolve comptime value"),
        ("global(@comptime_int, 1)", "2:13: type 'comptime_int' is not available at run time"),
        ("global(@u8, 256)", "2:18: type 'u8' cannot represent integer value '256'"),
        ("global(@u8, 1, align=3)", "2:27: alignment 3 is not a power of two from 1 to 2097152"),
        ("global(@u8, 1, align=0)", "2:27: alignment 0 is not a power of two from 1 to 2097152"),
        ("global(@u8, 1, section=\".text\")", "2:29: section '.text' is not supported"),
        ("global(@u8, 1, section=\".data\")", "2:29: section '.data' cannot hold a constant global"),
        ("global(@u8, 1, mutable=1, section=\".rodata\")", "2:40: section '.rodata' cannot hold a mutable global"),
        ("global(@u8, 1, mutable=1, section=\".bss\")", "2:40: section '.bss' holds zeros only"),
    ])
    func errorsInDeclarations(_ instruction: String, _ error: String) {
        let text = withTypes("@x = \(instruction)\n@count = global(@u32, 7, mutable=1)")
        #expect(MemoryProgram(text).error(of: "x") == error)
    }

    @Test(arguments: [
        ("@u32, 258", Content(bytes: [2, 1, 0, 0], alignment: 4)),
        ("@i16, -2, align=16", Content(bytes: [0xfe, 0xff], alignment: 16)),
        ("@bool, true", Content(bytes: [1])),
        // A constant keeps its zeros: storage without bytes may be written to.
        ("@u32, 0", Content(bytes: [0, 0, 0, 0], alignment: 4)),
        ("@u32, 0, mutable=1", Content(bytes: [], zeros: 4, alignment: 4)),
        ("@big, undefined, mutable=1", Content(bytes: [], zeros: 1 << 30, alignment: 1)),
        ("@u16, 0, mutable=1, section=\".data\"", Content(bytes: [0, 0], alignment: 2)),
        ("@u16, undefined, mutable=1, section=\".bss\"", Content(bytes: [], zeros: 2, alignment: 2)),
        ("@pair, @list", Content(bytes: [1, 0, 2, 0], alignment: 2)),
        ("@void, @nothing", Content(bytes: [])),
        // What is read of storage without bytes is zero.
        ("@pair, @zeros, mutable=1", Content(bytes: [], zeros: 4, alignment: 2)),
        ("@u16, @zero", Content(bytes: [0, 0], alignment: 2)),
    ])
    func contents(_ operands: String, _ expected: Content) throws {
        let text = withTypes(
            """
            @x = global(\(operands)) @big = array_type(1073741824, @u8) @pair = array_type(2, @u16)
            @list = array_init(@pair, [1, 2]) @nothing = primitive(void_value)
            @empty = global(@pair, undefined) @zeros = deref(@empty) @zero = elemval(@zeros, 1)
            """)
        let program = MemoryProgram(text)
        #expect(program.error(of: "x") == nil)
        #expect(try program.body(of: program["x"]) == .data(expected))
    }

    /// Addresses of functions, of globals and of parts of them.
    @Test func contentsWithAddresses() throws {
        let text = withTypes(
            """
            @slice = mut_slice_type(@u8) @x = global(@slice, @tail) @tail = slice(@room, 2, end=5)
            @arr = array_type(8, @u8) @room = global(@arr, undefined, mutable=1)
            @gt = fntype([], @void) @g = fn(@gt, {}) @hook = global(@gt, @g)
            """)
        let program = MemoryProgram(text)
        #expect(program.error(of: "x") == nil)
        let tail = Content.Address(offset: 0, place: Place(base: .declaration(program["room"]), offset: 2))
        let bytes: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]
        #expect(
            try program.body(of: program["x"]) == .data(Content(bytes: bytes, addresses: [tail], alignment: 8)))
        let hook = Content.Address(offset: 0, place: Place(base: .declaration(program["g"])))
        let word = Content(bytes: Array(repeating: 0, count: 8), addresses: [hook], alignment: 8)
        #expect(try program.body(of: program["hook"]) == .data(word))
    }

    /// Others see type and mutability, and not what is in it.
    @Test(arguments: [("@u8, 1", "*const u8 @x"), ("@u8, 1, mutable=1", "*u8 @x")])
    func interfaces(_ operands: String, _ expected: String) throws {
        #expect(try MemoryProgram(withTypes("@x = global(\(operands))")).constant("x") == expected)
    }
}
