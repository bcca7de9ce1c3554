import Semantics
import Testing

/// `condbr`: which body is analysed, where code goes, and which ends are reachable.
struct BranchTests {
    private static let condition = "%c = asm(\"nop\", @bool, output=\"=r\")"
    private static let declarations = "@never = fntype([], @noreturn) @stop = fn(@never, {})"

    private static func program(_ body: String, result: String = "@void") -> MemoryProgram {
        MemoryProgram(withBody("\(condition)\n\(body)", result: result, declarations))
    }

    private static func code(_ body: String, result: String = "@void") throws -> [String] {
        let program = program(body, result: result)
        #expect(program.error(of: "f") == nil)
        return Array(try program.code("f").dropFirst())
    }

    @Test func bothBodies() throws {
        let code = try Self.code("%0 = condbr(%c, {%1 = breakpoint()}, {%2 = breakpoint() %3 = breakpoint()})")
        #expect(
            code == [
                "unless %0 jump L0", "breakpoint", "jump L1", "L0:", "breakpoint", "breakpoint", "L1:", "ret -",
            ])
    }

    @Test func oneBodyLeaves() throws {
        #expect(
            try Self.code("%0 = condbr(%c, {%1 = returnvoid()}, {}) %2 = breakpoint()") == [
                "unless %0 jump L0", "ret -", "L0:", "breakpoint", "ret -",
            ])
        #expect(
            try Self.code("%0 = condbr(%c, {}, {%1 = returnvoid()}) %2 = breakpoint()") == [
                "unless %0 jump L0", "jump L1", "L0:", "ret -", "L1:", "breakpoint", "ret -",
            ])
    }

    /// Behind it nothing is analysed: `sub` would be an error.
    @Test func bothBodiesLeave() throws {
        let body = "%0 = condbr(%c, {%1 = return(1)}, {%2 = call(@stop, [])}) %3 = sub(1, 2)"
        #expect(
            try Self.code(body, result: "@u8") == [
                "unless %0 jump L0", "ret.u8 1", "L0:", "%4 = call @stop()", "unreachable",
            ])
    }

    @Test(arguments: [
        ("true", ["breakpoint", "ret -"]), ("false", ["ret -"]),
    ])
    func knownCondition(_ condition: String, _ expected: [String]) throws {
        let body = "%0 = condbr(\(condition), {%1 = breakpoint()}, {})"
        #expect(try Self.code(body) == expected)
    }

    @Test func onlyTheChosenBodyIsAnalysed() throws {
        let bad = "%1 = compileerror(\"wrong\") %2 = add(@nobody, 1)"
        #expect(try Self.code("%0 = condbr(true, {}, {\(bad)})") == ["ret -"])
        #expect(try Self.code("%0 = condbr(false, {\(bad)}, {})") == ["ret -"])
        #expect(Self.program("%0 = condbr(true, {\(bad)}, {})").error(of: "f") == "4:25: wrong")
        let program = Self.program("%0 = condbr(true, {}, {%1 = call(@stop, [])})")
        #expect(program.error(of: "f") == nil)
        #expect(!program.interfaceQuestions.contains("stop"), "what is not analysed makes no edge")
    }

    @Test func chosenBodyThatLeavesEndsTheOuterOne() throws {
        let body = "%0 = condbr(true, {%1 = condbr(false, {}, {%2 = return(1)})}, {}) %3 = sub(1, 2)"
        #expect(try Self.code(body, result: "@u8") == ["ret.u8 1"])
    }

    @Test func unreachableCodeInsideABody() {
        #expect(
            Self.program("%0 = condbr(%c, {%1 = returnvoid() %2 = breakpoint()}, {})").error(of: "f")
                == "4:41: unreachable code")
    }

    @Test func valuesFromOutsideAreVisibleInside() throws {
        let body = """
            %n = asm("nop", @u8, output="=r")
            %0 = condbr(%c, {%1 = add(%n, 1) %2 = return(%1)}, {%3 = return(%n)})
            """
        #expect(
            try Self.code(body, result: "@u8") == [
                "%1 = asm.u8 1()", "unless %0 jump L0", "%3 = add.u8 %1 1 checked", "ret.u8 %3", "L0:", "ret.u8 %1",
            ])
    }

    /// As deep as the parser allows: the stack of the thread must not grow with it.
    @Test(arguments: [("%c", true), ("true", false)])
    func deepNesting(_ condition: String, _ isRunTime: Bool) throws {
        var body = "%x = breakpoint()"
        for level in 0..<255 { body = "%n\(level) = condbr(\(condition), {\(body)}, {})" }
        let code = try Self.code(body)
        #expect(code.count == (isRunTime ? 255 * 2 + 2 : 2))
    }
}
