import Testing

@testable import Semantics

/// What goes where a type is expected, as `as` shows it.
struct CoercionTests {
    /// Types and values of each kind.
    private static let declarations = """
        @odd = fntype([], @void)
        @other = fntype([@u8], @void)
        @text = str("abc")
        @function = fn(@odd, {})
        @word = as(@u32, 7)
        @signed = as(@i32, -7)
        @five = int(5)
        @pointer = declref("word")
        @f32 = primitive(f32)
        """

    @Test(arguments: [
        ("as(@u8, 0)", "u8 0"), ("as(@u8, 255)", "u8 255"), ("as(@i8, -128)", "i8 -128"),
        ("as(@u64, 18446744073709551615)", "u64 18446744073709551615"),
        ("as(@comptime_int, 300)", "comptime_int 300"), ("as(@u64, @word)", "u64 7"), ("as(@i64, @word)", "i64 7"),
        ("as(@i64, @signed)", "i64 -7"), ("as(@c_int, @signed)", "c_int -7"), ("as(@usize, @word)", "usize 7"),
        ("as(@u8, undefined)", "u8 undefined"), ("as(@type, undefined)", "type undefined"),
        ("as(@bool, true)", "bool true"), ("as(@type, @u8)", "type u8"), ("as(@odd, @function)", "fn() void @function"),
        ("as(@void, @nothing)", "void void"),
    ])
    func allowed(_ instruction: String, _ result: String) throws {
        let program = MemoryProgram(
            withTypes("@x = \(instruction)\n\(Self.declarations)\n@nothing = primitive(void_value)"))
        #expect(program.error(of: "x") == nil)
        #expect(try program.constant("x") == result)
    }

    @Test(arguments: [
        ("as(@u8, 256)", "2:14: type 'u8' cannot represent integer value '256'"),
        ("as(@u8, -1)", "2:14: type 'u8' cannot represent integer value '-1'"),
        ("as(@i8, 128)", "2:14: type 'i8' cannot represent integer value '128'"),
        (
            "as(@u64, 18446744073709551616)",
            "2:15: type 'u64' cannot represent integer value '18446744073709551616'"
        ),
        ("as(@u8, @word)", "2:14: expected type 'u8', found 'u32'"),
        ("as(@i32, @word)", "2:15: expected type 'i32', found 'u32'"),
        ("as(@u64, @signed)", "2:15: expected type 'u64', found 'i32'"),
        ("as(@comptime_int, @word)", "2:24: expected type 'comptime_int', found 'u32'"),
        ("as(@bool, 1)", "2:16: expected type 'bool', found 'comptime_int'"),
        ("as(@u8, true)", "2:14: expected type 'u8', found 'bool'"),
        ("as(@u8, null)", "2:14: expected type 'u8', found '@TypeOf(null)'"),
        ("as(@type, 5)", "2:16: expected type 'type', found 'comptime_int'"),
        ("as(5, 5)", "2:9: expected type 'type', found 'comptime_int'"),
        ("as(undefined, 5)", "2:9: use of undefined value here causes undefined behavior"),
        ("as(@noreturn, undefined)", "2:20: expected type 'noreturn', found '@TypeOf(undefined)'"),
        ("as(@other, @function)", "2:17: expected type 'fn(u8) void', found 'fn() void'"),
        ("as(@u8, @text)", "2:14: expected type 'u8', found '*const [3:0]u8'"),
        ("as(@u8, @missing)", "2:14: use of undeclared identifier '@missing'"),
        ("as(@u8, @missing.too)", "2:14: use of undeclared identifier '@missing.too'"),
        ("as(@u8, @module)", "2:14: expected type 'u8', found module"),
        ("as(@module, 1)", "2:9: expected type 'type', found module"),
        ("as(@f32, 1)", "2:15: conversion to 'f32' is not built yet"),
    ])
    func refused(_ instruction: String, _ error: String) {
        let text = withTypes("@x = \(instruction)\n\(Self.declarations)\n@module = import(\"a.zir\")")
        #expect(MemoryProgram(text).error(of: "x") == error)
    }

    /// Pointer types have no instruction yet, so this asks the analysis itself.
    @Test(arguments: [
        ("*u8", "*const u8", true), ("*const u8", "*u8", false), ("[*]u8", "[*]const u8", true),
        ("[]u8", "[]const u8", true), ("[]const u8", "[]u8", false), ("[*]const u8", "[*]u8", false),
        ("*const [3:0]u8", "[*]const u8", true), ("*const [3:0]u8", "[*]u8", false), ("*[3:0]u8", "[*]u8", true),
        ("*[3]u8", "[*]const u8", true), ("*[3]u8", "*[3:0]u8", false), ("*u8", "[*]u8", false),
        ("[*]u8", "*u8", false), ("*[3]u8", "[*]bool", false),
    ])
    func pointers(_ from: String, _ to: String, _ isAllowed: Bool) throws {
        let program = MemoryProgram("@text = str(\"abc\")")
        let analysis = program.emptyAnalysis()
        let place = Value.place(Place(base: .declaration(program["text"])))
        let source = try program.types.type(named: from)
        let target = try program.types.type(named: to)
        let result = try? analysis.coerce(analysis.known(place, source), to: target, at: .start)
        let isSlice = from.hasPrefix("[]")
        #expect((result != nil) == isAllowed)
        if isAllowed {
            #expect(result?.type == target)
            #expect(isSlice || result.flatMap(analysis.knownValue) == place)
        }
    }

    @Test(arguments: [
        ("*const [3:0]u8", "[]const u8", true), ("*[3]u8", "[]u8", true), ("*const [3]u8", "[]u8", false),
    ])
    func slices(_ from: String, _ to: String, _ isAllowed: Bool) throws {
        let program = MemoryProgram("@text = str(\"abc\")")
        let analysis = program.emptyAnalysis()
        let place = Place(base: .declaration(program["text"]))
        let source = try program.types.type(named: from)
        let target = try program.types.type(named: to)
        let result = try? analysis.coerce(analysis.known(.place(place), source), to: target, at: .start)
        #expect(result.flatMap(analysis.knownValue) == (isAllowed ? .slice(place, length: 3) : nil))
    }
}
