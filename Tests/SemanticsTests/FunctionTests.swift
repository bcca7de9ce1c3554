import Semantics
import Testing

/// Parameters and results: the words that they are, and what is refused.
struct FunctionTests {
    private static func program(_ body: String, parameters: String, result: String = "@void") -> MemoryProgram {
        MemoryProgram(
            withTypes(
                """
                @f = fn(@t, {
                \(body)
                })
                @t = fntype([\(parameters)], \(result))
                @slice = const_slice_type(@u8) @arr = array_type(3, @u16) @values = array_init(@arr, [1, 2, 3])
                @text = str("abc") @nothing = primitive(void_value)
                @naked = fntype([@u8], @void, cc=Naked) @n = fn(@naked, {%a = arg("a")})
                """))
    }

    private static func code(_ body: String, parameters: String, result: String = "@void") throws -> [String] {
        let program = program(body, parameters: parameters, result: result)
        #expect(program.error(of: "f") == nil)
        return try program.code("f")
    }

    @Test(
        arguments: [
            ("%a = arg(\"a\")\n%b = arg(\"b\")", "@u8, @bool", ["%0 = argument.u8 0", "%1 = argument.u1 1", "ret -"]),
            ("%a = arg(\"a\")", "@u8, @bool", ["%0 = argument.u8 0", "ret -"]),
            (
                "%a = arg(\"a\") %b = arg(\"b\") %c = arg(\"c\")", "@slice, @void, @i8",
                ["%0 = argument.u64 0", "%1 = argument.u64 1", "%2 = argument.i8 2", "ret -"]
            ),
            (
                "%a = arg(\"a\") %l = fieldval(%a, \"len\") %m = add(%l, 1)", "@slice",
                ["%0 = argument.u64 0", "%1 = argument.u64 1", "%2 = add.u64 %1 1 checked", "ret -"]
            ),
        ] as [(String, String, [String])])
    func parameters(_ body: String, _ parameters: String, _ expected: [String]) throws {
        #expect(try Self.code(body, parameters: parameters) == expected)
    }

    @Test(
        arguments: [
            (
                "%a = arg(\"a\") %r = return(%a)", "@slice", "@slice",
                ["%0 = argument.u64 0", "%1 = argument.u64 1", "ret.u64 %0 %1"]
            ),
            ("%r = return(@text)", "", "@slice", ["ret.u64 @text 3"]),
            (
                "%a = arg(\"a\") %r = return(%a)", "@arr", "@arr",
                ["%0 = argument.u64 0", "%1 = argument.u64 1", "copy %0 = %1 * 6", "ret -"]
            ),
            ("%r = return(undefined)", "", "@arr", ["%0 = argument.u64 0", "ret -"]),
            (
                "%a = call(@f, []) %r = return(%a)", "", "@arr",
                ["%0 = argument.u64 0", "%1 = stack 6 aligned 2", "%2 = call @f(%1)", "copy %0 = %1 * 6", "ret -"]
            ),
            (
                "%a = call(@f, [@text, true]) %r = return(%a)", "@slice, @bool", "@slice",
                ["%0 = call.u64 @f(@text, 3, 1)", "%1 = second of %0", "ret.u64 %0 %1"]
            ),
            (
                "%a = call(@f, [@values]) %r = return(1)", "@arr", "@u8",
                ["%0 = call.u8 @f(@values)", "ret.u8 1"]
            ),
            (
                "%a = call(@f, [undefined]) %r = return(1)", "@arr", "@u8",
                ["%0 = stack 6 aligned 2", "%1 = call.u8 @f(%0)", "ret.u8 1"]
            ),
        ] as [(String, String, String, [String])])
    func results(_ body: String, _ parameters: String, _ result: String, _ expected: [String]) throws {
        #expect(try Self.code(body, parameters: parameters, result: result) == expected)
    }

    @Test(arguments: [
        ("%a = arg(\"a\")", "", "3:6: expected 0 arguments, found 1"),
        ("%a = arg(\"a\")\n%b = arg(\"b\")", "@u8", "4:6: expected 1 arguments, found 2"),
        ("%x = int(1)\n%a = arg(\"a\")", "@u8", "4:6: 'arg' must stand before everything else in the function's body"),
        (
            "%x = block({%a = arg(\"a\")})", "@u8",
            "3:18: 'arg' must stand before everything else in the function's body"
        ),
        ("%a = arg(%a)", "@u8", "3:10: use of undeclared identifier '%a'"),
    ])
    func errors(_ body: String, _ parameters: String, _ error: String) {
        #expect(Self.program(body, parameters: parameters).error(of: "f") == error)
    }

    @Test func nakedFunctionsHaveNoArguments() {
        #expect(Self.program("", parameters: "").error(of: "n")?.hasSuffix("'arg' needs a stack frame") == true)
    }

    @Test(arguments: [
        (
            "fntype([@slice], @void, cc=C)",
            "2:14: parameter of type '[]const u8' not allowed in function with calling convention 'C'"
        ),
        (
            "fntype([@u8, @arr], @void, cc=C)",
            "2:19: parameter of type '[3]u16' not allowed in function with calling convention 'C'"
        ),
        ("fntype([], @arr, cc=C)", "2:17: return type '[3]u16' not allowed in function with calling convention 'C'"),
        ("fntype([@comptime_int], @void)", "2:14: type 'comptime_int' is not available at run time"),
    ])
    func refusedTypes(_ type: String, _ error: String) {
        let text = withTypes("@x = \(type) @slice = const_slice_type(@u8) @arr = array_type(3, @u16)")
        #expect(MemoryProgram(text).error(of: "x") == error)
    }
}
