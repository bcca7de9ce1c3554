import Semantics
import Testing

/// Instructions that make types, ask for one, or cast.
struct TypeInstructionTests {
    private static let declarations = """
        @byte = as(@u8, 200) @signed = as(@i8, -56) @word = as(@u32, 7) @text = str("abc") @unset = as(@u8, undefined)
        @u1 = inttype(false, 1) @i1 = inttype(true, 1) @u0 = inttype(false, 0) @i7 = inttype(1, 7)
        @ft = fntype([@u8, @bool], @void) @fun = fn(@ft, {}) @nothing = fntype([], @void) @fp = declref("fun")
        @ptr = single_mut_ptr_type(@u8) @cptr = single_const_ptr_type(@u32) @many = many_mut_ptr_type(@u8)
        @fixed = inttoptr(@ptr, 0xb8000) @slice = const_slice_type(@u8) @types = single_const_ptr_type(@type)
        @bytes = as(@slice, @text) @textptr = bitcast(@ptr, @text)
        """

    private static func program(_ instruction: String) -> MemoryProgram {
        MemoryProgram(withTypes("@x = \(instruction)\n\(declarations)"))
    }

    @Test(arguments: [
        ("inttype(true, 17)", "type i17"), ("inttype(false, 65535)", "type u65535"), ("inttype(0, 8)", "type u8"),
        ("inttype(1, 0)", "type i0"),
        ("array_type(4, @u8)", "type [4]u8"), ("array_type(@word, @i7)", "type [7]i7"),
        ("array_type(2, @type)", "type [2]type"), ("array_type_sentinel(4, 0, @u8)", "type [4:0]u8"),
        ("array_type_sentinel(0, true, @bool)", "type [0:true]bool"),
        ("single_const_ptr_type(@u8)", "type *const u8"), ("single_mut_ptr_type(@ptr)", "type **u8"),
        ("many_const_ptr_type(@u8)", "type [*]const u8"), ("many_mut_ptr_type(@u8)", "type [*]u8"),
        ("const_slice_type(@u8)", "type []const u8"), ("mut_slice_type(@u8)", "type []u8"),
        ("param_type(@fun, 0)", "type u8"), ("param_type(@fp, 1)", "type bool"), ("param_type(@ft, 1)", "type bool"),
        ("typeof(5)", "type comptime_int"), ("typeof(@text)", "type *const [3:0]u8"), ("typeof(@u8)", "type type"),
        ("typeof(undefined)", "type @TypeOf(undefined)"), ("typeof(@fun)", "type fn(u8, bool) void"),
        // Casts.
        ("truncate(@u8, 511)", "u8 255"), ("truncate(@i8, 200)", "i8 -56"), ("truncate(@u1, @byte)", "u1 0"),
        ("truncate(@i7, @signed)", "i7 -56"), ("truncate(@u0, @byte)", "u0 0"), ("truncate(@u8, @byte)", "u8 200"),
        ("truncate(@u8, -1)", "u8 255"),
        ("booltoint(true)", "u1 1"), ("booltoint(false)", "u1 0"), ("bitcast(@u1, true)", "u1 1"),
        ("bitcast(@i1, true)", "i1 -1"), ("bitcast(@i8, @byte)", "i8 -56"), ("bitcast(@u8, @signed)", "u8 200"),
        ("bitcast(@many, @fixed)", "[*]u8 753664"), ("bitcast(@nothing, @fun)", "fn() void @fun"),
        ("inttoptr(@ptr, 4096)", "*u8 4096"), ("inttoptr(@nothing, 4096)", "fn() void 4096"),
        ("ptrtoint(@fixed)", "usize 753664"), ("elemptr(@manyfixed, 3)", "*u8 753667"),
        ("cmp(@fixed, eq, @fixed)", "bool true"),
        ("fieldval(@bytes, \"len\")", "usize 3"), ("fieldval(@bytes, \"ptr\")", "[*]const u8 @text"),
        ("fieldval(@text, \"len\")", "usize 3"), ("fieldval(@text, \"ptr\")", "[*]const u8 @text"),
        ("elemval(@text, 3)", "u8 0"), ("elemval(@bytes, 1)", "u8 98"),
    ])
    func results(_ instruction: String, _ result: String) throws {
        let program = MemoryProgram(
            withTypes("@x = \(instruction)\n\(Self.declarations)\n@manyfixed = bitcast(@many, @fixed)"))
        #expect(program.error(of: "x") == nil)
        #expect(try program.constant("x") == result)
    }

    @Test(arguments: [
        ("inttype(2, 8)", "2:14: expected type 'bool', found 'comptime_int'"),
        ("inttype(true, 65536)", "2:20: type 'u16' cannot represent integer value '65536'"),
        ("inttype(true, -1)", "2:20: type 'u16' cannot represent integer value '-1'"),
        ("inttype(undefined, 1)", "2:14: use of undefined value here causes undefined behavior"),
        ("array_type(-1, @u8)", "2:17: type 'usize' cannot represent integer value '-1'"),
        ("array_type(2147483649, @u8)", "2:17: object has more than 2 GiB"),
        ("array_type(18446744073709551615, @type)", "2:17: object has more than 2 GiB"),
        ("array_type_sentinel(18446744073709551615, 0, @u8)", "2:26: object has more than 2 GiB"),
        ("array_type(1, 5)", "2:20: expected type 'type', found 'comptime_int'"),
        ("array_type(1, @noreturn)", "2:20: type 'noreturn' cannot be an element"),
        ("array_type_sentinel(1, 256, @u8)", "2:29: type 'u8' cannot represent integer value '256'"),
        ("array_type_sentinel(1, undefined, @u8)", "2:29: use of undefined value here causes undefined behavior"),
        ("array_type_sentinel(1, @fun, @ft)", "2:29: sentinel of type 'fn(u8, bool) void' is not supported"),
        ("single_mut_ptr_type(@noreturn)", "2:26: type 'noreturn' cannot be an element"),
        ("const_slice_type(1)", "2:23: expected type 'type', found 'comptime_int'"),
        ("param_type(@fun, 2)", "2:23: arg index 2 out of bounds; 'fn(u8, bool) void' has 2 argument(s)"),
        ("param_type(@u8, 0)", "2:17: type 'u8' not a function"),
        ("param_type(5, 0)", "2:17: type 'comptime_int' not a function"),
        ("ret_type()", "2:6: instruction illegal outside function body"),
        ("dbg_stmt()", "2:6: instruction illegal outside function body"),
        ("unreach_nocheck()", "2:6: instruction illegal outside function body"),
        ("truncate(@comptime_int, 1)", "2:15: expected integer type, found 'comptime_int'"),
        ("truncate(@u8, true)", "2:20: expected integer type, found 'bool'"),
        ("truncate(@i7, @byte)", "2:20: expected signed integer type, found 'u8'"),
        ("truncate(@u8, @signed)", "2:20: expected unsigned integer type, found 'i8'"),
        ("truncate(@u64, @byte)", "2:21: type 'u8' has fewer bits than destination type 'u64'"),
        ("truncate(@u8, @unset)", "2:20: use of undefined value here causes undefined behavior"),
        ("booltoint(1)", "2:16: expected type 'bool', found 'comptime_int'"),
        ("inttoptr(@u8, 1)", "2:15: expected pointer type, found 'u8'"),
        ("inttoptr(@slice, 1)", "2:15: expected pointer type, found '[]const u8'"),
        ("inttoptr(@ptr, 0)", "2:21: pointer type '*u8' does not allow address zero"),
        ("inttoptr(@types, 1)", "2:15: type '*const type' is not available at run time"),
        ("bitcast(@ptr, 5)", "2:6: unable to cast the bits of 'comptime_int' to '*u8'"),
        ("bitcast(@slice, @text)", "2:6: unable to cast the bits of '*const [3:0]u8' to '[]const u8'"),
        ("cmp(@textptr, eq, @fixed)", "2:6: unable to resolve comptime value"),
        ("deref(@fixed)", "2:6: unable to resolve comptime value"),
        ("isnull(@byte)", "2:13: expected optional type, found 'u8'"),
        ("isnonnull(1)", "2:16: expected optional type, found 'comptime_int'"),
        ("unwrap_optional_safe(@fixed)", "2:27: expected optional type, found '*u8'"),
        ("iserr(@byte)", "2:12: expected error union type, found 'u8'"),
        ("unwrap_err_code(@byte)", "2:22: expected error union type, found 'u8'"),
        ("fieldval(@byte, \"len\")", "2:15: type 'u8' does not support field access"),
        ("fieldval(@bytes, \"end\")", "2:23: no member named 'end' in '[]const u8'"),
        ("elemval(@text, 4)", "2:21: index 4 outside array of length 3"),
        ("elemval(@bytes, 3)", "2:22: index 3 outside array of length 3"),
        ("elemval(@byte, 0)", "2:14: expected pointer, found 'u8'"),
    ])
    func refused(_ instruction: String, _ error: String) {
        #expect(Self.program(instruction).error(of: "x") == error)
    }

    private static func code(_ body: String, result: String = "@void") throws -> [String] {
        let values = [("a", "u8"), ("s", "i8"), ("t", "bool"), ("w", "usize"), ("n", "i64")].map {
            "%\($0.0) = asm(\"nop\", @\($0.1), output=\"={rax}\")"
        }
        let program = MemoryProgram(
            withBody(values.joined(separator: "\n") + "\n" + body, result: result, declarations))
        if let error = program.error(of: "f") { return [error] }
        return Array(try program.code("f").dropFirst(values.count))
    }

    @Test(arguments: [
        ("%0 = truncate(@u1, %a)", ["%5 = intCast.u1 %0", "ret -"]),
        ("%0 = truncate(@u0, %a)", ["ret -"]), ("%0 = truncate(@u8, %a)", ["ret -"]),
        ("%0 = intcast(@u0, %a)", ["%5 = intCast %0 checked", "ret -"]),
        ("%0 = booltoint(%t)\n%1 = add(%0, 1)", ["%5 = add.u1 %2 1 checked", "ret -"]),
        ("%0 = booltoint(%t)\n%1 = bitcast(@bool, %0)\n%2 = boolnot(%1)", ["%5 = xor.u1 %2 1", "ret -"]),
        ("%0 = inttoptr(@ptr, %w)\n%1 = deref(%0)", ["%5 = load.u8 %3", "ret -"]),
        ("%0 = deref(@fixed)", ["%5 = load.u8 753664", "ret -"]),
        ("%0 = typeof(%n)\n%1 = as(%0, 5)\n%2 = add(%n, %1)", ["%5 = add.i64 %4 5 checked", "ret -"]),
        ("%0 = dbg_stmt()", ["ret -"]), ("%0 = unreach_nocheck()", ["unreachable"]),
        ("%0 = unreach_nocheck()\n%1 = dbg_stmt()", ["9:6: unreachable code"]),
        ("%0 = ret_type()\n%1 = primitive(void_value)\n%2 = as(%0, %1)", ["ret -"]),
        ("%0 = elemval(@text, %w)", ["%5 = element @text %3 * 1 < 4", "%6 = load.u8 %5", "ret -"]),
        ("%0 = isnull(%a)", ["8:13: expected optional type, found 'u8'"]),
    ])
    func bodies(_ body: String, _ expected: [String]) throws {
        #expect(try Self.code(body) == expected)
    }
}
