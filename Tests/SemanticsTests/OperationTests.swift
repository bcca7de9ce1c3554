import Semantics
import Testing

/// Arithmetic as instructions: what is folded, what is refused.
struct OperationTests {
    private static let declarations = """
        @byte = as(@u8, 255) @three = as(@u8, 3) @small = as(@i8, -128) @one = as(@i8, -1) @minus = as(@i32, -7)
        @large = as(@u64, 18446744073709551615) @unset = as(@u8, undefined) @text = str("abc")
        @u3 = inttype(false, 3) @i3 = inttype(true, 3) @u0 = inttype(0, 0) @six = as(@u3, 6) @low = as(@i3, -4)
        @nothing = as(@u0, 0)
        """

    private static func program(_ instruction: String) -> MemoryProgram {
        MemoryProgram(withTypes("@x = \(instruction)\n\(declarations)"))
    }

    @Test(arguments: [
        ("sub(5, 7)", "comptime_int -2"), ("mul(-3, 4)", "comptime_int -12"), ("sub(@byte, @three)", "u8 252"),
        ("mul(@large, 1)", "u64 18446744073709551615"),
        ("mul(18446744073709551616, 18446744073709551616)", "comptime_int 340282366920938463463374607431768211456"),
        ("addwrap(@byte, 2)", "u8 1"), ("subwrap(@three, 4)", "u8 255"), ("mulwrap(@byte, @byte)", "u8 1"),
        ("addwrap(@small, -1)", "i8 127"), ("mulwrap(@small, -1)", "i8 -128"), ("mulwrap(@six, @six)", "u3 4"),
        ("addwrap(@low, @low)", "i3 0"), ("subwrap(1, 2)", "comptime_int -1"),
        ("div(7, 2)", "comptime_int 3"), ("div(-7, 2)", "comptime_int -3"), ("rem(-7, 2)", "comptime_int -1"),
        ("mod(-7, 2)", "comptime_int 1"), ("mod(7, -2)", "comptime_int -1"), ("rem(@small, -1)", "i8 0"),
        ("mod(@small, -1)", "i8 0"), ("div(@byte, @three)", "u8 85"), ("mod_rem(7, 2)", "comptime_int 1"),
        ("mod_rem(-8, 2)", "comptime_int 0"), ("mod_rem(@byte, 2)", "u8 1"), ("mod_rem(-7, -2)", "comptime_int -1"),
        ("bitand(-1, 255)", "comptime_int 255"), ("bitor(-256, 1)", "comptime_int -255"),
        ("xor(-1, 5)", "comptime_int -6"), ("bitand(@byte, 15)", "u8 15"), ("bitor(@small, 1)", "i8 -127"),
        ("xor(@byte, @three)", "u8 252"), ("bitnot(@three)", "u8 252"), ("bitnot(@small)", "i8 127"),
        ("bitnot(@six)", "u3 1"), ("bitnot(@low)", "i3 3"), ("bitnot(@nothing)", "u0 0"),
        ("boolnot(true)", "bool false"), ("booland(true, false)", "bool false"), ("boolor(true, false)", "bool true"),
        ("shl(1, 100)", "comptime_int 1267650600228229401496703205376"), ("shl(@three, 7)", "u8 128"),
        ("shl(@one, 7)", "i8 -128"), ("shl(@three, @three)", "u8 24"), ("shl(-1, 2)", "comptime_int -4"),
        ("shl(0, 99999999999999999999)", "comptime_int 0"), ("shr(-5, 1)", "comptime_int -3"),
        ("shr(-5, 99999999999999999999)", "comptime_int -1"), ("shr(@small, 7)", "i8 -1"), ("shr(@byte, 7)", "u8 1"),
        ("shr(@large, 63)", "u64 1"), ("negate(5)", "comptime_int -5"), ("negate(@minus)", "i32 7"),
        ("negatewrap(@small)", "i8 -128"), ("negatewrap(@one)", "i8 1"),
        ("cmp(@u8, eq, @byte_type)", "bool true"), ("cmp(true, neq, false)", "bool true"),
        ("cmp(@text, eq, @text)", "bool true"), ("cmp_lt(@small, @large)", "bool true"),
    ])
    func folds(_ instruction: String, _ result: String) throws {
        let program = MemoryProgram(
            withTypes("@x = \(instruction)\n\(Self.declarations)\n@byte_type = inttype(false, 8)"))
        #expect(program.error(of: "x") == nil)
        #expect(try program.constant("x") == result)
    }

    @Test(arguments: [
        ("sub(@three, @byte)", "2:6: overflow of integer type 'u8' with value '-252'"),
        ("mul(@byte, 2)", "2:6: overflow of integer type 'u8' with value '510'"),
        ("div(@small, -1)", "2:6: overflow of integer type 'i8' with value '128'"),
        ("negate(@small)", "2:6: overflow of integer type 'i8' with value '128'"),
        ("div(@byte, 0)", "2:17: division by zero"), ("rem(1, 0)", "2:13: division by zero"),
        ("mod(1, 0)", "2:13: division by zero"), ("mod_rem(1, 0)", "2:17: division by zero"),
        (
            "mod_rem(-7, 2)",
            "2:6: remainder division with 'comptime_int' and 'comptime_int': signed integers must use rem or mod"
        ),
        ("bitnot(5)", "2:13: unable to perform binary not operation on type 'comptime_int'"),
        ("bitnot(true)", "2:13: expected integer type, found 'bool'"),
        ("bitand(true, 1)", "2:13: expected integer type, found 'bool'"),
        ("bitand(@byte, @small)", "2:6: incompatible types: 'u8' and 'i8'"),
        ("bitor(@byte, -1)", "2:19: type 'u8' cannot represent integer value '-1'"),
        ("boolnot(1)", "2:14: expected type 'bool', found 'comptime_int'"),
        ("booland(true, @unset)", "2:20: expected type 'bool', found 'u8'"),
        ("boolor(undefined, true)", "2:13: use of undefined value here causes undefined behavior"),
        ("shl(@three, 8)", "2:18: shift amount overflow"), ("shr(@byte, @byte)", "2:17: shift amount overflow"),
        ("shl(@nothing, 0)", "2:20: shift amount overflow"),
        ("shl(1, @one)", "2:13: expected unsigned integer type, found 'i8'"),
        ("shl(1, -1)", "2:13: shift by negative value '-1'"),
        ("shl(1, 65536)", "2:6: integer has more than 65536 bits"),
        ("shl(1, 99999999999999999999)", "2:6: integer has more than 65536 bits"),
        ("shl(@text, 1)", "2:10: expected integer type, found '*const [3:0]u8'"),
        ("negate(@byte)", "2:13: negation of type 'u8'"),
        ("negatewrap(@byte)", "2:17: negation of type 'u8'"),
        ("sub(@unset, 1)", "2:10: use of undefined value here causes undefined behavior"),
    ])
    func refuses(_ instruction: String, _ error: String) {
        #expect(Self.program(instruction).error(of: "x") == error)
    }

    /// `%a` and `%b` are bytes, `%s` a signed one, `%t` a bool that nobody knows before run time.
    private static func code(_ body: String, mode: OptimizeMode = .debug) throws -> [String] {
        let values = [("a", "u8"), ("b", "u8"), ("s", "i8"), ("t", "bool"), ("w", "u64")].map {
            "%\($0.0) = asm(\"nop\", @\($0.1), output=\"={rax}\")"
        }
        let program = MemoryProgram(
            withBody(values.joined(separator: "\n") + "\n" + body, declarations), options: AnalysisOptions(mode: mode))
        if let error = program.error(of: "f") { return [error] }
        return Array(try program.code("f").dropFirst(values.count).dropLast())
    }

    @Test(arguments: [
        ("sub(%a, %b)", "sub.u8 %0 %1 checked", "sub.u8 %0 %1"), ("mul(%s, 2)", "mul.i8 %2 2 checked", "mul.i8 %2 2"),
        ("addwrap(%a, 1)", "add.u8 %0 1", "add.u8 %0 1"), ("subwrap(1, %a)", "sub.u8 1 %0", "sub.u8 1 %0"),
        ("mulwrap(%a, %b)", "mul.u8 %0 %1", "mul.u8 %0 %1"),
        ("div(%a, %b)", "div.u8 %0 %1 checked", "div.u8 %0 %1"), ("rem(%s, 3)", "rem.i8 %2 3 checked", "rem.i8 %2 3"),
        ("mod(3, %s)", "mod.i8 3 %2 checked", "mod.i8 3 %2"), ("mod_rem(%a, 2)", "rem.u8 %0 2 checked", "rem.u8 %0 2"),
        ("bitand(%a, 7)", "and.u8 %0 7", "and.u8 %0 7"), ("bitor(%a, %b)", "or.u8 %0 %1", "or.u8 %0 %1"),
        ("xor(%s, -1)", "xor.i8 %2 -1", "xor.i8 %2 -1"), ("bitnot(%a)", "xor.u8 %0 255", "xor.u8 %0 255"),
        ("bitnot(%s)", "xor.i8 %2 -1", "xor.i8 %2 -1"), ("boolnot(%t)", "xor.u1 %3 1", "xor.u1 %3 1"),
        ("booland(%t, true)", "and.u1 %3 1", "and.u1 %3 1"), ("boolor(false, %t)", "or.u1 0 %3", "or.u1 0 %3"),
        ("shl(%a, %w)", "shiftLeft.u8 %0 %4 checked", "shiftLeft.u8 %0 %4"),
        ("shr(%s, 7)", "shiftRight.i8 %2 7 checked", "shiftRight.i8 %2 7"),
        ("shl(@byte, %b)", "shiftLeft.u8 255 %1 checked", "shiftLeft.u8 255 %1"),
        ("negate(%s)", "sub.i8 0 %2 checked", "sub.i8 0 %2"), ("negatewrap(%s)", "sub.i8 0 %2", "sub.i8 0 %2"),
    ])
    func emits(_ instruction: String, _ checked: String, _ unchecked: String) throws {
        #expect(try Self.code("%0 = \(instruction)") == ["%5 = \(checked)"])
        #expect(try Self.code("%0 = \(instruction)", mode: .fast) == ["%5 = \(unchecked)"])
    }

    @Test(arguments: [
        ("div(%a, 0)", "8:14: division by zero"), ("rem(%s, 0)", "8:14: division by zero"),
        ("mod_rem(%s, 2)", "8:6: remainder division with 'i8' and 'i8': signed integers must use rem or mod"),
        ("shl(%a, 8)", "8:14: shift amount overflow"),
        ("shr(%a, %s)", "8:14: expected unsigned integer type, found 'i8'"),
        ("shl(1, %a)", "8:10: type 'comptime_int' is not available at run time"),
        ("shl(@nothing, %a)", "8:20: shift amount overflow"), ("negate(%a)", "8:13: negation of type 'u8'"),
    ])
    func refusesInBodies(_ instruction: String, _ error: String) throws {
        #expect(try Self.code("%0 = \(instruction)") == [error])
    }
}
