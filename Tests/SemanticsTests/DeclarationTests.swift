import Semantics
import Testing

/// Constants, types and other declarations: their values, and what is refused.
struct DeclarationTests {
    private static let declarations = """
        @text = str("abc")
        @name = str("len")
        @nothing = fntype([], @void)
        @function = fn(@nothing, {})
        @word = as(@u32, 2)
        @five = int(5)
        @module = import("a.zir")
        @exported = export("s", @function)
        @length = fieldptr(@text, "len")
        @unset = as(@u8, undefined)
        """

    private static func program(_ instruction: String) -> MemoryProgram {
        MemoryProgram(withTypes("@x = \(instruction)\n\(declarations)"))
    }

    @Test(arguments: [
        ("int(5)", "comptime_int 5"), ("int(-0x10)", "comptime_int -16"),
        ("int(36893488147419103232)", "comptime_int 36893488147419103232"),
        ("str(\"\")", "*const [0:0]u8 @x"), ("str(\"a\\n\")", "*const [2:0]u8 @x"),
        ("primitive(u8)", "type u8"), ("primitive(true)", "bool true"), ("primitive(null)", "@TypeOf(null) null"),
        ("primitive(undefined)", "@TypeOf(undefined) undefined"), ("primitive(void_value)", "void void"),
        ("fntype([], @void)", "type fn() void"),
        ("fntype([@u8, @bool], @noreturn, cc=C, varargs=1)", "type fn(u8, bool, ...) callconv(.C) noreturn"),
        ("declval(\"word\")", "u32 2"), ("declref(\"word\")", "*const u32 &word"),
        ("declref(\"text\")", "*const *const [3:0]u8 &text"), ("declref(\"u8\")", "*const type &u8"),
        ("declref(\"five\")", "*const comptime_int &five"),
        ("deref(@pointer)", "u32 2"), ("deref(@length)", "usize 3"),
        ("fieldptr(@text, \"len\")", "*const usize &3"), ("fieldptr(@text, @name)", "*const usize &3"),
        ("elemptr(@text, 0)", "*const u8 @text"), ("elemptr(@text, 2)", "*const u8 @text+2"),
        ("elemptr(@text, 3)", "*const u8 @text+3"), ("elemptr(@text, @word)", "*const u8 @text+2"),
        ("intcast(@u8, @word)", "u8 2"), ("intcast(@comptime_int, @word)", "comptime_int 2"),
        ("intcast(@i8, 5)", "i8 5"),
        ("bitcast(@i8, @byte)", "i8 -2"), ("bitcast(@u32, @word)", "u32 2"),
        ("add(1, 2)", "comptime_int 3"), ("add(@word, 2)", "u32 4"), ("add(2, @word)", "u32 4"),
        ("add(@byte, @word)", "u32 256"), ("add(9223372036854775807, 1)", "comptime_int 9223372036854775808"),
        ("cmp(1, lt, 2)", "bool true"), ("cmp(@byte, gt, 254)", "bool false"), ("cmp(@byte, gte, 254)", "bool true"),
        ("cmp(@byte, lt, 36893488147419103232)", "bool true"), ("cmp(-1, lt, @byte)", "bool true"),
        ("cmp_neq(@byte, @word)", "bool true"), ("cmp(@u8, eq, @u8)", "bool true"), ("cmp(@u8, eq, @i8)", "bool false"),
        ("cmp(@text, eq, @text)", "bool true"), ("cmp(@function, eq, @function)", "bool true"),
        ("cmp(true, neq, false)", "bool true"), ("cmp(@length, eq, @length)", "bool true"),
    ])
    func constants(_ instruction: String, _ result: String) throws {
        let more = "@pointer = declref(\"word\") @byte = as(@u8, 254)"
        let program = MemoryProgram(withTypes("@x = \(instruction)\n\(Self.declarations)\n\(more)"))
        #expect(program.error(of: "x") == nil)
        #expect(try program.constant("x") == result)
    }

    @Test(arguments: [
        // Operands.
        ("as(@u8, @x)", "needs x first"),
        ("add(@exported, 1)", "2:10: expected value, found export"),
        ("ptrtoint(@module)", "2:15: expected value, found module"),
        ("declref(\"module\")", "2:14: expected value, found module"),
        ("declref(\"nobody\")", "2:14: use of undeclared identifier '@nobody'"),
        ("declval(\"a.b\")", "2:14: use of undeclared identifier '@a.b'"),
        // Types.
        ("fntype([5], @void)", "2:14: expected type 'type', found 'comptime_int'"),
        ("fntype([@comptime_int], @void)", "2:14: type 'comptime_int' is not available at run time"),
        ("fntype([], @type)", "2:17: type 'type' is not available at run time"),
        ("fntype([@noreturn], @void)", "2:14: type 'noreturn' is not available at run time"),
        (
            "fntype([], @void, cc=Stdcall)",
            "2:27: calling convention 'Stdcall' is not supported on x86_64-linux"
        ),
        ("fn(@u8, {})", "2:9: expected function type, found 'u8'"),
        ("fn(@module, {})", "2:9: expected type 'type', found module"),
        ("fn(@nothing, {}, section=\".text\")", "2:31: 'section' is not built yet"),
        // Casts.
        ("intcast(@bool, 1)", "2:14: expected integer type, found 'bool'"),
        ("intcast(@u8, true)", "2:19: expected integer type, found 'bool'"),
        ("intcast(@u8, 256)", "2:19: type 'u8' cannot represent integer value '256'"),
        ("intcast(@u8, @unset)", "2:19: use of undefined value here causes undefined behavior"),
        ("bitcast(@u8, @word)", "2:6: unable to cast the bits of 'u32' to 'u8'"),
        ("bitcast(@u8, undefined)", "2:19: use of undefined value here causes undefined behavior"),
        ("bitcast(@usize, @text)", "2:6: unable to cast the bits of '*const [3:0]u8' to 'usize'"),
        ("ptrtoint(@text)", "2:6: unable to resolve comptime value"),
        ("ptrtoint(5)", "2:15: expected pointer, found 'comptime_int'"),
        // Arithmetic.
        ("add(@byte, 1)", "2:6: overflow of integer type 'u8' with value '256'"),
        ("add(@byte, 256)", "2:17: type 'u8' cannot represent integer value '256'"),
        ("add(@byte, @signed)", "2:6: incompatible types: 'u8' and 'i8'"),
        ("add(true, 1)", "2:10: expected integer type, found 'bool'"),
        ("add(1, @text)", "2:13: expected integer type, found '*const [3:0]u8'"),
        ("add(@unset, 1)", "2:10: use of undefined value here causes undefined behavior"),
        ("add(1, undefined)", "2:13: use of undefined value here causes undefined behavior"),
        ("cmp(true, lt, false)", "2:6: operator 'lt' not allowed for type 'bool'"),
        ("cmp(@u8, gte, @u8)", "2:6: operator 'gte' not allowed for type 'type'"),
        ("cmp(null, eq, null)", "2:6: operator 'eq' not allowed for type '@TypeOf(null)'"),
        ("cmp(@text, lte, @text)", "2:6: operator 'lte' not allowed for type '*const [3:0]u8'"),
        ("cmp(1, eq, true)", "2:6: incompatible types: 'comptime_int' and 'bool'"),
        ("cmp(@unset, eq, 1)", "2:10: use of undefined value here causes undefined behavior"),
        // Pointers.
        ("deref(5)", "2:12: expected pointer, found 'comptime_int'"),
        ("elemptr(@text, 4)", "2:21: index 4 outside array of length 3"),
        ("elemptr(@text, -1)", "2:21: type 'usize' cannot represent integer value '-1'"),
        ("elemptr(@text, true)", "2:21: expected type 'usize', found 'bool'"),
        ("elemptr(@text, undefined)", "2:21: use of undefined value here causes undefined behavior"),
        ("elemptr(@length, 0)", "2:14: type '*const usize' does not support indexing"),
        ("elemptr(@five, 0)", "2:14: expected pointer, found 'comptime_int'"),
        ("fieldptr(@text, \"ptr\")", "2:22: no member named 'ptr' in '[3:0]u8'"),
        ("fieldptr(@length, \"len\")", "2:15: type 'usize' does not support field access"),
        ("fieldptr(@five, \"len\")", "2:15: expected pointer, found 'comptime_int'"),
        ("fieldptr(@text, @five)", "2:22: expected 'f' operand"),
        // What needs a body.
        ("call(@function, [])", "2:6: instruction illegal outside function body"),
        ("asm(\"nop\", @void)", "2:6: instruction illegal outside function body"),
        ("condbr(true, {}, {})", "2:6: instruction illegal outside function body"),
        ("return(1)", "2:6: instruction illegal outside function body"),
        ("return()", "2:6: instruction illegal outside function body"),
        ("unreachable()", "2:6: instruction illegal outside function body"),
        ("breakpoint()", "2:6: instruction illegal outside function body"),
        ("compileerror(\"no good\")", "2:6: no good"), ("compileerror(@name)", "2:6: len"),
        // Not yet.
        ("optional_type(@u8)", "2:6: instruction 'optional_type' is not built yet"),
        ("extern(\"puts\", @nothing)", "2:6: instruction 'extern' is not built yet"),
        // Exports.
        ("export(\"s\", @five)", "2:18: unable to export type 'comptime_int'"),
        ("export(\"s\", \"text\")", "2:18: unable to export type '*const [3:0]u8'"),
        ("export(\"s\", @module)", "2:18: expected function or global, found module"),
        ("export(\"s\", @exported)", "2:18: expected function or global, found export"),
        ("export(\"s\", @nobody)", "2:18: use of undeclared identifier '@nobody'"),
        ("export(\"\", @function)", "2:13: symbol has no name"),
        ("export(\"a\\x00b\", @function)", "2:13: symbol has a NUL in its name"),
        ("export(@five, @function)", "2:13: expected 'symbol' operand"),
        ("export(\"s\", @function, linkage=LinkOnce)", "2:37: linkage 'LinkOnce' is not supported"),
    ])
    func errors(_ instruction: String, _ error: String) {
        let text = withTypes(
            "@x = \(instruction)\n\(Self.declarations)\n@byte = as(@u8, 255) @signed = as(@i8, 1)")
        #expect(MemoryProgram(text).error(of: "x") == error)
    }

    @Test(arguments: [("Strong", 0), ("Weak", 1), ("Internal", 2)])
    func linkages(_ word: String, _ rawValue: UInt8) throws {
        let program = Self.program("export(@name, \"function\", linkage=\(word))")
        let request = try program.export("x")
        #expect(request?.linkage.rawValue == rawValue)
        #expect(request?.symbol == Array("len".utf8))
        #expect(request?.target == program["function"])
    }

    @Test func numbersHaveALimit() {
        let digits = String(repeating: "9", count: 19_728)
        #expect(Self.program("add(\(digits), 1)").error(of: "x") == nil)
        #expect(Self.program("int(9\(digits))").error(of: "x")?.hasPrefix("2:10: ") == true)
    }

    /// The largest number has 65,536 bits; one more is refused where it arises.
    @Test func sumsHaveALimit() {
        let largest = "0x" + String(repeating: "f", count: 16_384)
        #expect(Self.program("int(\(largest))").error(of: "x") == nil)
        #expect(Self.program("add(\(largest), 1)").error(of: "x") == "2:6: integer has more than 65536 bits")
    }

    @Test func typesHaveALimit() {
        var text = "@t0 = primitive(u8)\n"
        for level in 1...300 { text += "@t\(level) = fntype([@t\(level - 1)], @t0)\n" }
        #expect(MemoryProgram(text).error(of: "t200") == nil)
        #expect(MemoryProgram(text).error(of: "t201") == "202:9: type is nested more than 200 deep")
    }

    @Test func questionPositionIsThatOfTheOperand() {
        let program = MemoryProgram(withTypes("@x = add(1, @x)"))
        #expect(program.error(of: "x") == "needs x first")
        #expect(program.analyzer.questionPosition.column == 12)
    }

    /// Analysis asks for a type of a function, never for its body.
    @Test func valuesOfFunctionsAreShallow() throws {
        let program = MemoryProgram(withTypes("@x = as(@t, @f) @t = fntype([], @void) @f = fn(@t, { %0 = sub(1, 2) })"))
        #expect(try program.constant("x") == "fn() void @f")
    }
}
