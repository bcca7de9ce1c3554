import Semantics
import Testing

/// Functions without a frame: what they may hold, and what they may not.
struct NakedTests {
    private static let values = "%s = asm(\"nop\", @usize, output=\"={rsp}\") %b = asm(\"nop\", @bool, output=\"=r\")"
    private static let declarations = "@g = fn(@gt, {}) @gt = fntype([@usize], @void) @text = str(\"abc\")"

    private static func program(_ body: String, result: String) -> MemoryProgram {
        MemoryProgram(withBody("\(values)\n\(body)", result: result, convention: "Naked", declarations))
    }

    @Test(arguments: [
        ("%0 = add(1, 2) %1 = unreachable()", ["unreachable checked"]),
        ("%0 = call(@g, [%s]) %1 = unreachable()", ["%2 = call @g(%0)", "unreachable checked"]),
        (
            "%0 = ptrtoint(@text) %1 = asm(\"nop\", @noreturn, inputs=[\"r\", \"r\"], args=[%0, %s])",
            [
                "%2 = asm 2(@text, %0)", "unreachable checked",
            ]
        ),
        ("%0 = breakpoint() %1 = unreachable()", ["breakpoint", "unreachable checked"]),
    ])
    func allowed(_ body: String, _ expected: [String]) throws {
        let program = Self.program(body, result: "@noreturn")
        #expect(program.error(of: "f") == nil)
        #expect(Array(try program.code("f").dropFirst(2)) == expected)
    }

    @Test(arguments: [
        ("%0 = add(%s, 1)", "4:6: 'add' needs a stack frame"),
        ("%0 = cmp(%s, eq, 1)", "4:6: 'cmp' needs a stack frame"),
        ("%0 = intcast(@u8, %s)", "4:6: 'intcast' needs a stack frame"),
        ("%0 = elemptr(@text, %s)", "4:6: 'elemptr' needs a stack frame"),
        ("%0 = returnvoid()", "4:6: 'returnvoid' needs a stack frame"),
        ("%0 = return(1)", "4:6: 'return' needs a stack frame"),
    ])
    func refused(_ body: String, _ error: String) {
        #expect(Self.program(body, result: "@void").error(of: "f") == error)
    }

    /// There is nowhere to return to.
    @Test func endOfANakedFunction() throws {
        let program = Self.program("", result: "@void")
        #expect(try program.code("f").last == "unreachable checked")
    }
}
