import Semantics
import Testing

/// `block`, `loop` and breaks: types, the code of joins, and which ends are reachable.
struct BlockTests {
    private static let values = """
        %c = asm("nop", @bool, output="=r") %u8 = asm("nop", @u8, output="=r") %u32 = asm("nop", @u32, output="=r")
        """
    private static let declarations = """
        @slice = const_slice_type(@u8) @text = str("abc") @other = str("de") @one = as(@slice, @text)
        @two = as(@slice, @other) @arr = array_type(2, @u8) @list = array_init(@arr, [1, 2]) @never = fntype([], @noreturn)
        @stop = fn(@never, {}) @arr3 = array_type(3, @u8) @more = array_init(@arr, [3, 4])
        """

    private static func program(_ body: String, result: String = "@void") -> MemoryProgram {
        MemoryProgram(withBody("\(values)\n\(body)", result: result, declarations))
    }

    /// The code behind that of `values`, without what was kept free in vain.
    private static func code(_ body: String, result: String = "@void") throws -> [String] {
        let program = program(body, result: result)
        #expect(program.error(of: "f") == nil)
        return try program.code("f").dropFirst(3).filter { $0 != "nothing" }
    }

    private static func choice(_ first: String, _ second: String) -> String {
        "%b = block({%0 = condbr(%c, {%1 = break(%b, \(first))}, {%2 = break(%b, \(second))})})"
    }

    /// A value with one way out is that value, known or not.
    @Test(
        arguments: [
            (
                "%b = block({%0 = break(%b, 5)}) %x = add(%b, %u8)",
                ["jump L0", "L0:", "%8 = add.u8 5 %1 checked", "ret -"]
            ),
            (
                "%b = block({%0 = break(\"b\", %u8)}) %x = add(%b, 1)",
                ["jump L0", "L0:", "%8 = add.u8 %1 1 checked", "ret -"]
            ),
            (
                "%b = block({%0 = condbr(true, {%1 = break(%b, 5)}, {%2 = break(%b, false)})}) %x = add(%b, 1)",
                ["jump L0", "L0:", "ret -"]
            ),
            ("%b = block({})", ["L0:", "ret -"]),
            ("%b = block({%0 = breakvoid(%b)})", ["jump L0", "L0:", "ret -"]),
            (
                "%b = block({%0 = condbr(%c, {%1 = breakvoid(%b)}, {})})",
                ["unless %0 jump L1", "jump L0", "L1:", "L0:", "ret -"]
            ),
        ] as [(String, [String])])
    func singleWays(_ body: String, _ expected: [String]) throws {
        #expect(try Self.code(body) == expected)
    }

    @Test(
        arguments: [
            ("%u8", "1", "variable.u8", "u8"), ("1", "%u8", "variable.u8", "u8"),
            ("%u8", "%u32", "variable.u32", "u32"),
            ("undefined", "%u8", "variable.u8", "u8"), ("true", "%c", "variable.u1", "bool"),
            ("@text", "@text", "variable.u64", "*const [3:0]u8"), ("@stop", "@stop", "variable.u64", "fn() noreturn"),
            ("@one", "@two", "variable.u64", "[]const u8"), ("@list", "@more", "stack 2 aligned 1", "[2]u8"),
        ])
    func joinedTypes(_ first: String, _ second: String, _ home: String, _ type: String) throws {
        let code = try Self.code(Self.choice(first, second))
        #expect(code.contains { $0.hasSuffix("= \(home)") })
        let error = Self.program(Self.choice(first, second) + " %bad = as(@arr3, %b)").error(of: "f")
        #expect(error?.hasSuffix("expected type '[3]u8', found '\(type)'") == true)
    }

    @Test(arguments: [
        (choice("%u8", "%c"), "4:68: incompatible types: 'u8' and 'bool'"),
        ("%b = block({%0 = condbr(%c, {%1 = break(%b, %u8)}, {})})", "4:6: incompatible types: 'u8' and 'void'"),
        (
            "%b = block({%0 = condbr(%c, {%1 = break(%b, 1)}, {})\n%2 = breakvoid(%b)})",
            "5:6: incompatible types: 'comptime_int' and 'void'"
        ),
        (choice("1", "2"), "4:6: type 'comptime_int' is not available at run time"),
        (choice("@u8", "@u32"), "4:6: type 'type' is not available at run time"),
        (choice("undefined", "undefined"), "4:6: type '@TypeOf(undefined)' is not available at run time"),
        (choice("%u8", "256"), "4:68: type 'u8' cannot represent integer value '256'"),
        // Parse errors.
        ("%b = block({}) %0 = break(%b, 1)", "4:27: '%b' is not an enclosing block"),
        ("%b = block({}) %0 = breakvoid(\"b\")", "4:31: '%b' is not an enclosing block"),
        ("%l = loop({%0 = breakvoid(%l)})", "4:27: '%l' is not an enclosing block"),
        // Ends.
        ("%b = block({%0 = breakvoid(%b)\n%1 = breakpoint()})", "5:6: unreachable code"),
        ("%l = loop({})\n%1 = breakpoint()", "5:6: unreachable code"),
        ("%l = loop({%0 = returnvoid()})\n%1 = breakpoint()", "5:6: unreachable code"),
        ("%b = block({%l = loop({%0 = breakvoid(%b)})\n%1 = breakpoint()})", "5:6: unreachable code"),
    ])
    func errors(_ body: String, _ error: String) {
        #expect(Self.program(body).error(of: "f") == error)
    }

    /// A block that nothing leaves never ends: what stands behind it is not analysed.
    @Test(arguments: [
        "%b = block({%0 = returnvoid()})", "%b = block({%0 = loop({})})", "%b = block({%0 = call(@stop, [])})",
        "%b = block({%0 = condbr(%c, {%1 = returnvoid()}, {%2 = unreachable()})})",
        "%b = block({%0 = condbr(false, {%1 = breakvoid(%b)}, {%2 = unreachable()})})",
    ])
    func endlessBlocks(_ body: String) {
        #expect(Self.program("\(body) %bad = add(@nobody, 1)", result: "@void").error(of: "f") == nil)
    }

    @Test func loopsJumpBack() throws {
        let body = "%b = block({%l = loop({%0 = condbr(%c, {%1 = breakvoid(%b)}, {})})}) %x = breakpoint()"
        let expected = ["L1:", "unless %0 jump L2", "jump L0", "L2:", "jump L1", "L0:", "breakpoint", "ret -"]
        #expect(try Self.code(body) == expected)
    }

    /// An endless function needs no return.
    @Test func endlessFunctions() {
        #expect(Self.program("%l = loop({})", result: "@u8").error(of: "f") == nil)
        #expect(Self.program("%l = loop({})", result: "@noreturn").error(of: "f") == nil)
        #expect(
            Self.program("%b = block({%l = loop({%0 = breakvoid(%b)})})", result: "@u8").error(of: "f")
                == "2:6: function with non-void return type 'u8' implicitly returns")
    }

    @Test func nakedFunctionsHaveNoVariables() {
        let body = "\(Self.values)\n\(Self.choice("%u8", "1"))"
        let program = MemoryProgram(withBody(body, convention: "Naked", Self.declarations))
        #expect(program.error(of: "f") == "4:6: 'block' needs a stack frame")
        let plain = MemoryProgram(withBody("%b = block({%0 = breakvoid(%b)})", convention: "Naked", Self.declarations))
        #expect(plain.error(of: "f") == nil)
    }

    /// As deep as the parser allows: the stack of the thread must not grow with it.
    @Test(arguments: ["block", "loop"])
    func deepNesting(_ instruction: String) throws {
        var body = "%x = returnvoid()"
        for level in 0..<250 { body = "%n\(level) = \(instruction)({\(body)})" }
        #expect(try Self.code(body).contains("ret -"))
    }
}
