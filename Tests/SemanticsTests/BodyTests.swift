import Semantics
import Testing

/// Bodies of functions: the code that is left to run time, and what is refused.
struct BodyTests {
    /// `u32`, `u8`, `i8` and so on as results of `asm`: values that nobody knows before run time.
    private static let declarations = """
        @text = str("abc")
        @none = fntype([], @void) @never = fntype([], @noreturn) @number = fntype([], @u32)
        @takes = fntype([@u8, @void, @i64], @u32, cc=C) @naked = fntype([], @void, cc=Naked)
        @many = fntype([@u8], @void, cc=C, varargs=1) @zero = fntype([], @void)
        @g = fn(@none, {}) @stop = fn(@never, {}) @get = fn(@number, {}) @put = fn(@takes, {}) @n = fn(@naked, {})
        @vararg = as(@many, undefined)
        @big = as(@u64, 18446744073709551615)
        @word = as(@u32, 7) @wordptr = declref("word") @gptr = declref("g")
        @unset = as(@bool, undefined) @nofn = as(@none, undefined)
        """

    private static func runTime(_ name: String, _ type: String) -> String {
        "%\(name) = asm(\"nop\", @\(type), output=\"={rax}\")"
    }

    /// Six lines of unknown values, so a test's own text starts at line 9, and the code for them.
    private static let values =
        [
            runTime("b", "bool"), runTime("u8", "u8"), runTime("i8", "i8"), runTime("u32", "u32"),
            runTime("u64", "u64"),
            runTime("i64", "i64"),
        ].joined(separator: "\n")

    private static func program(
        _ body: String, result: String = "@void", mode: OptimizeMode = .debug
    ) -> MemoryProgram {
        MemoryProgram(
            withBody("\(values)\n\(body)", result: result, declarations), options: AnalysisOptions(mode: mode))
    }

    /// The code behind that of `values`.
    private static func code(
        _ body: String, result: String = "@void", mode: OptimizeMode = .debug
    ) throws -> [String] {
        let program = program(body, result: result, mode: mode)
        #expect(program.error(of: "f") == nil)
        return Array(try program.code("f").dropFirst(6))
    }

    @Test(
        arguments: [
            // Comptime-known instructions leave no code.
            ("%0 = add(1, 2)\n%1 = as(@u8, %0)\n%2 = cmp(%1, eq, 3)", ["ret -"]),
            // Arithmetic.
            ("%0 = add(%u8, 1)", ["%6 = add.u8 %1 1 checked", "ret -"]),
            ("%0 = add(1, %i8)", ["%6 = add.i8 1 %2 checked", "ret -"]),
            ("%0 = add(%u8, %u32)", ["%6 = extend.u32 %1", "%7 = add.u32 %6 %3 checked", "ret -"]),
            ("%0 = add(%u64, 18446744073709551615)", ["%6 = add.u64 %4 18446744073709551615 checked", "ret -"]),
            // Comparison of mathematical values.
            ("%0 = cmp(%u8, lt, %i8)", ["%6 = %1 lt %2", "ret -"]),
            ("%0 = cmp(%u8, gte, -1)", ["%6 = %1 gte -1", "ret -"]),
            ("%0 = cmp(300, eq, %i8)", ["%6 = 300 eq %2", "ret -"]),
            ("%0 = cmp(%b, neq, true)", ["%6 = %0 neq 1", "ret -"]),
            ("%0 = cmp(%u64, lt, 18446744073709551616)", ["ret -"]),
            // Casts.
            ("%0 = as(@u32, %u8)", ["%6 = extend.u32 %1", "ret -"]),
            ("%0 = as(@i64, %u32)", ["%6 = extend.i64 %3", "ret -"]),
            ("%0 = as(@usize, %u64)", ["ret -"]),
            ("%0 = intcast(@u8, %u32)", ["%6 = intCast.u8 %3 checked", "ret -"]),
            ("%0 = intcast(@i64, %u64)", ["%6 = intCast.i64 %4 checked", "ret -"]),
            ("%0 = intcast(@u64, %u8)", ["%6 = extend.u64 %1", "ret -"]),
            ("%0 = bitcast(@i8, %u8)", ["%6 = bitCast.i8 %1", "ret -"]),
            ("%0 = bitcast(@usize, %u64)", ["ret -"]),
            // Pointers.
            ("%0 = ptrtoint(@text)\n%1 = add(%0, 1)", ["%6 = add.u64 @text 1 checked", "ret -"]),
            ("%0 = ptrtoint(@g)\n%1 = cmp(%0, eq, 0)", ["%6 = @g eq 0", "ret -"]),
            (
                "%0 = elemptr(@text, %u32)\n%1 = deref(%0)",
                [
                    "%6 = extend.u64 %3", "%7 = element @text %6 * 1 < 4", "%8 = load.u8 %7", "ret -",
                ]
            ),
            ("%0 = elemptr(@text, 1)\n%1 = deref(%0)\n%2 = add(%1, %u8)", ["%6 = add.u8 98 %1 checked", "ret -"]),
            (
                "%0 = str(\"xy\")\n%1 = elemptr(%0, 1)\n%2 = ptrtoint(%1)\n%3 = add(%2, 1)",
                [
                    "%6 = add.u64 local0+1 1 checked", "ret -",
                ]
            ),
            (
                "%0 = fieldptr(@text, \"len\")\n%1 = ptrtoint(%0)\n%2 = add(%1, 1)",
                [
                    "%6 = add.u64 local0 1 checked", "ret -",
                ]
            ),
            ("%0 = bitcast(@none, @text)\n%1 = call(%0, [])", ["%6 = call @text()", "ret -"]),
            // Calls.
            ("%0 = call(@g, [])", ["%6 = call @g()", "ret -"]),
            ("%0 = call(@gptr, [])", ["%6 = call @g()", "ret -"]),
            ("%0 = call(@get, [])\n%1 = add(%0, 1)", ["%6 = call.u32 @get()", "%7 = add.u32 %6 1 checked", "ret -"]),
            ("%0 = call(@stop, [])\n%1 = sub(1, 2)", ["%6 = call @stop()", "unreachable"]),
            (
                "%v = primitive(void_value)\n%0 = call(@put, [%u8, %v, %i8])",
                [
                    "%6 = extend.i64 %2", "%7 = call.u32 @put(%1, %6)", "ret -",
                ]
            ),
            ("%0 = asm(\"nop\", @void)", ["%6 = asm 6()", "ret -"]),
            // Ends.
            ("%0 = unreachable()", ["unreachable checked"]),
            ("%0 = breakpoint()", ["breakpoint", "ret -"]),
            ("%0 = returnvoid()", ["ret -"]), ("%0 = return()", ["ret -"]),
            ("%0 = asm(\"hlt\", @noreturn)\n%1 = sub(1, 2)", ["%6 = asm 6()", "unreachable checked"]),
        ] as [(String, [String])])
    func codeOfBodies(_ body: String, _ expected: [String]) throws {
        #expect(try Self.code(body) == expected)
    }

    @Test(arguments: [
        ("%0 = return(5)", "@u8", ["ret.u8 5"]), ("%0 = return(%u8)", "@u32", ["%6 = extend.u32 %1", "ret.u32 %6"]),
        ("%0 = return(undefined)", "@u32", ["ret.u32 undefined"]), ("%0 = return(true)", "@bool", ["ret.u1 1"]),
        ("%0 = return(@g)", "@none", ["ret.u64 @g"]),
        ("%0 = unreachable()", "@u8", ["unreachable checked"]),
        ("%0 = call(@stop, [])", "@noreturn", ["%6 = call @stop()", "unreachable"]),
    ])
    func results(_ body: String, _ result: String, _ expected: [String]) throws {
        #expect(try Self.code(body, result: result) == expected)
    }

    @Test(arguments: [OptimizeMode.fast, .small])
    func uncheckedModes(_ mode: OptimizeMode) throws {
        let body = "%0 = add(%u8, 1)\n%1 = intcast(@u8, %u32)\n%2 = elemptr(@text, %u64)\n%3 = unreachable()"
        let expected = ["%6 = add.u8 %1 1", "%7 = intCast.u8 %3", "%8 = element @text %4 * 1 < -", "unreachable"]
        let code = try Self.code(body.replacing("%u64", with: "%s"), mode: mode, valuesOf: "s")
        #expect(code == expected)
    }

    /// As `code`, with one more unknown value: a `usize` in place of the `u64`.
    private static func code(_ body: String, mode: OptimizeMode, valuesOf name: String) throws -> [String] {
        let usize = values.replacing(runTime("u64", "u64"), with: runTime(name, "usize"))
        let program = MemoryProgram(
            withBody("\(usize)\n\(body)", declarations), options: AnalysisOptions(mode: mode))
        #expect(program.error(of: "f") == nil)
        return Array(try program.code("f").dropFirst(6))
    }

    @Test(arguments: [
        // Bodies and their ends.
        ("%0 = return(1)", "9:13: expected type 'void', found 'comptime_int'"),
        ("%0 = unreachable()\n%1 = breakpoint()", "10:6: unreachable code"),
        ("%0 = returnvoid()\n%1 = sub(1, 2)", "10:6: unreachable code"),
        ("%0 = compileerror(\"stop\")\n%1 = breakpoint()", "9:6: stop"),
        // Calls.
        ("%0 = call(5, [])", "9:11: type 'comptime_int' not a function"),
        ("%0 = call(@text, [])", "9:11: type '*const [3:0]u8' not a function"),
        ("%0 = call(@wordptr, [])", "9:11: type '*const u32' not a function"),
        ("%0 = call(@n, [])", "9:11: unable to call function with naked calling convention"),
        ("%0 = call(@nofn, [])", "9:11: use of undefined value here causes undefined behavior"),
        ("%0 = call(@g, [1])", "9:6: expected 0 arguments, found 1"),
        ("%0 = call(@put, [])", "9:6: expected 3 arguments, found 0"),
        ("%0 = call(@vararg, [])", "9:11: use of undefined value here causes undefined behavior"),
        ("%0 = bitcast(@many, @g)\n%1 = call(%0, [])", "10:6: expected at least 1 arguments, found 0"),
        ("%0 = bitcast(@many, @g)\n%1 = call(%0, [1])", "10:6: a call with varargs is not built yet"),
        ("%0 = call(@put, [256, 1, 1])", "9:18: type 'u8' cannot represent integer value '256'"),
        ("%0 = call(@put, [1, 1, 1])", "9:21: expected type 'void', found 'comptime_int'"),
        ("%0 = call(@g, [], modifier=compile_time)", "9:28: call modifier 'compile_time' is not built yet"),
        // Comptime-only values.
        (
            "%0 = add(%u64, 18446744073709551616)",
            "9:16: type 'u64' cannot represent integer value '18446744073709551616'"
        ),
        ("%0 = intcast(@comptime_int, %u8)", "9:6: type 'comptime_int' is not available at run time"),
        ("%0 = as(@comptime_int, %u8)", "9:24: expected type 'comptime_int', found 'u8'"),
        ("%0 = declref(\"u8\")\n%1 = ptrtoint(%0)", "10:15: type '*const type' is not available at run time"),
        // Conditions.
        ("%0 = condbr(1, {}, {})", "9:13: expected type 'bool', found 'comptime_int'"),
        ("%0 = condbr(@unset, {}, {})", "9:13: use of undefined value here causes undefined behavior"),
        // Assembly.
        ("%0 = asm(@word, @void)", "9:10: expected 'source' operand"),
        ("%0 = asm(\"nop\", @u8, output=\"rax\")", "9:29: unknown constraint 'rax'"),
        ("%0 = asm(\"nop\", @u8, output=\"={}\")", "9:29: unknown constraint '={}'"),
        ("%0 = asm(\"nop\", @void, inputs=[\"=r\"], args=[1])", "9:32: unknown constraint '=r'"),
        ("%0 = asm(\"nop\", @void, inputs=[\"r\"])", "9:6: expected 1 arguments, found 0"),
        ("%0 = asm(\"nop\", @void, args=[1])", "9:6: expected 0 arguments, found 1"),
        ("%0 = asm(\"nop\", @void, output=\"=r\")", "9:17: type 'void' cannot be an output"),
        ("%0 = asm(\"nop\", @comptime_int, output=\"=r\")", "9:17: type 'comptime_int' is not available at run time"),
        (
            "%0 = asm(\"nop\", @void, inputs=[\"r\"], args=[-1])",
            "9:44: type 'usize' cannot represent integer value '-1'"
        ),
        (
            "%0 = asm(\"nop\", @void, inputs=[\"r\"], args=[null])",
            "9:44: type '@TypeOf(null)' is not available at run time"
        ),
        (
            "%v = primitive(void_value)\n%0 = asm(\"nop\", @void, inputs=[\"r\"], args=[%v])",
            "10:44: expected integer, bool, pointer or function, found 'void'"
        ),
        // Elements.
        ("%0 = elemptr(%u8, 0)", "9:14: expected pointer, found 'u8'"),
        ("%0 = elemptr(@text, %b)", "9:21: expected type 'usize', found 'bool'"),
        ("%0 = elemptr(@text, 4)", "9:21: index 4 outside array of length 3"),
    ])
    func errors(_ body: String, _ error: String) {
        #expect(Self.program(body).error(of: "f") == error)
    }

    @Test func implicitReturns() {
        #expect(
            Self.program("", result: "@u8").error(of: "f")
                == "2:6: function with non-void return type 'u8' implicitly returns")
        #expect(
            Self.program("%0 = condbr(%b, {}, {%1 = return(1)})", result: "@u8").error(of: "f")
                == "2:6: function with non-void return type 'u8' implicitly returns")
        #expect(
            Self.program("", result: "@noreturn").error(of: "f")
                == "2:6: function with non-void return type 'noreturn' implicitly returns")
        #expect(Self.program("%0 = return()", result: "@u8").error(of: "f") == "9:6: expected type 'u8', found 'void'")
        #expect(
            Self.program("%0 = return(256)", result: "@u8").error(of: "f")
                == "9:13: type 'u8' cannot represent integer value '256'")
        #expect(Self.program("%0 = return(1)", result: "@u8").error(of: "f") == nil)
    }

    /// A string that only analysis reads leaves no bytes; one whose address is taken twice is there once.
    @Test func storageOfStrings() throws {
        let body = """
            %0 = str("unused") %1 = str("used") %2 = str("used")
            %3 = asm("nop", @void, inputs=["r", "r", "r"], args=[%2, %1, %2])
            """
        let program = Self.program(body)
        guard case .function(let function) = try program.body(of: program["f"]) else {
            Issue.record("no function")
            return
        }
        let used = Content(bytes: Array("used\0".utf8))
        #expect(function.storage == [used, used], "two constants of one text are not merged")
        let places = Array(function.constants.suffix(3))
        #expect(places == [0, 1, 0].map { IRConstant.place(Place(base: .local($0))) })
    }
}
