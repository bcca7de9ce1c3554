import Semantics
import Testing
import ZIR

@testable import CodeGen

/// Programs as text, from the parser to the processor: functions, control flow, memory and globals together.
struct ProgramTests {
    /// `@f` of `body` with `result`, and `declarations` beside it.
    private static func run(
        _ body: String, _ result: String = "u64", _ declarations: String = ""
    ) throws -> Machine.Outcome {
        let text = "@ft = fntype([], @\(result))\n@f = fn(@ft, {\n\(body)\n})\n\(declarations)\n"
        let outcome = try TextProgram(text).run()
        // What passes its checks is the same without them.
        if case .returned = outcome { #expect(try TextProgram(text, mode: .fast).run() == outcome) }
        return outcome
    }

    /// The message of the panic that `body` ends with; nil if it returns.
    private static func panic(_ body: String, _ declarations: String = "") throws -> PanicMessage? {
        guard case .panicked(let panic) = try run("\(body) %end = return(0)", "u64", declarations) else { return nil }
        return panic.message
    }

    /// Something that analysis does not know: `%NAME` of type `@TYPE`.
    private static func unknown(_ name: String, _ type: String, _ value: String) -> String {
        "%\(name)_slot = alloc(@\(type)) %\(name)_set = store(%\(name)_slot, \(value)) %\(name) = deref(%\(name)_slot)\n"
    }

    // MARK: - Functions

    /// Parameters of all kinds, the last ones on the stack; those without bytes take no room.
    @Test func passesParametersOfAllKinds() throws {
        let declarations = """
            @slice = const_slice_type(@u8) @text = str("abc") @nothing = primitive(void_value)
            @three = array_type(3, @u16) @words = array_init(@three, [1000, 2000, 3000])
            @gt = fntype([@i8, @slice, @void, @bool, @u64, @three, @i16, @u8, @u32], @i64)
            @g = fn(@gt, {
              %a = arg("a") %s = arg("s") %v = arg("v") %b = arg("b") %c = arg("c") %d = arg("d") %e = arg("e")
              %h = arg("h")
              %last = elemval(%s, 2) %length = fieldval(%s, "len") %second = elemval(%d, 1)
              %wide_last = as(@i64, %last) %wide_length = intcast(@i64, %length) %wide_c = intcast(@i64, %c)
              %wide_second = as(@i64, %second) %wide_e = as(@i64, %e) %wide_h = as(@i64, %h) %bit = booltoint(%b)
              %x0 = add(%wide_last, %wide_length) %x1 = add(%x0, %wide_c) %x2 = add(%x1, %wide_second)
              %x3 = add(%x2, %wide_e) %x4 = add(%x3, %wide_h) %x5 = add(%x4, %a) %wide_bit = as(@i64, %bit)
              %x6 = add(%x5, %wide_bit)
              %r = return(%x6)
            })
            """
        let known = "%r = call(@g, [-5, @text, @nothing, true, 7, @words, -300, 200, 9]) %x = return(%r)"
        #expect(try Self.run(known, "i64", declarations) == .value(99 + 3 + 7 + 2000 - 300 + 200 - 5 + 1))
        let loaded = """
            \(Self.unknown("a", "i8", "-5"))\(Self.unknown("s", "slice", "@text"))\(Self.unknown("b", "bool", "true"))
            \(Self.unknown("d", "three", "@words"))\(Self.unknown("e", "i16", "-300"))\(Self.unknown("h", "u8", "200"))
            %r = call(@g, [%a, %s, @nothing, %b, 7, %d, %e, %h, 9]) %x = return(%r)
            """
        #expect(try Self.run(loaded, "i64", declarations) == .value(2005))
    }

    @Test(arguments: ["Unspecified", "C"])
    func recurses(_ convention: String) throws {
        let declarations = """
            @gt = fntype([@u64], @u64, cc=\(convention))
            @g = fn(@gt, {
              %n = arg("n") %small = cmp_lt(%n, 2)
              %0 = condbr(%small, {%1 = return(%n)}, {})
              %a = sub(%n, 1) %b = sub(%n, 2) %x = call(@g, [%a]) %y = call(@g, [%b]) %s = add(%x, %y)
              %r = return(%s)
            })
            """
        #expect(try Self.run("%x = call(@g, [15]) %r = return(%x)", "u64", declarations) == .value(610))
    }

    /// A slice and an array come back as what they were.
    @Test func returnsAggregates() throws {
        let declarations = """
            @slice = mut_slice_type(@u8) @arr = array_type(5, @u8) @values = array_init(@arr, [1, 2, 3, 4, 5])
            @st = fntype([@slice], @slice)
            @rest = fn(@st, {%s = arg("s") %r = slice(%s, 2) %x = return(%r)})
            @at = fntype([@u8, @arr], @arr)
            @with = fn(@at, {
              %first = arg("first") %a = arg("a") %copy = alloc(@arr) %0 = store(%copy, %a)
              %p = elemptr(%copy, 0) %1 = store(%p, %first) %r = deref(%copy) %x = return(%r)
            })
            """
        let body = """
            %a = call(@with, [9, @values]) %slot = alloc(@arr) %0 = store(%slot, %a) %all = as(@slice, %slot)
            %s = call(@rest, [%all]) %length = fieldval(%s, "len") %third = elemval(%s, 0)
            %b = call(@with, [7, %a]) %nine = elemval(%a, 0) %seven = elemval(%b, 0)
            %x0 = as(@u64, %third) %x1 = mul(%x0, 10) %x2 = add(%x1, %length) %x3 = mul(%x2, 10) %x4 = add(%x3, %nine)
            %x5 = mul(%x4, 10) %x6 = add(%x5, %seven) %r = return(%x6)
            """
        #expect(try Self.run(body, "u64", declarations) == .value(3397))
    }

    /// Functions as values: stored, compared, passed, and called.
    @Test func passesFunctions() throws {
        let declarations = """
            @gt = fntype([@u64], @u64) @ht = fntype([@gt, @u64], @u64) @gp = single_const_ptr_type(@gt)
            @twice = fn(@gt, {%n = arg("n") %x = add(%n, %n) %r = return(%x)})
            @next = fn(@gt, {%n = arg("n") %x = add(%n, 1) %r = return(%x)})
            @apply = fn(@ht, {%g = arg("g") %n = arg("n") %x = call(%g, [%n]) %r = return(%x)})
            """
        let body = """
            \(Self.unknown("g", "gt", "@twice"))
            %a = call(@apply, [%g, 20]) %b = call(@apply, [@next, %a]) %c = call(%g_slot, [%b])
            %same = cmp_eq(%g, @twice) %0 = condbr(%same, {}, {%1 = return(0)}) %r = return(%c)
            """
        #expect(try Self.run(body, "u64", declarations) == .value(82))
    }

    // MARK: - Control flow

    @Test(arguments: [(0, 5), (1, 300), (2, 77)] as [(Int, Int128)])
    func joinsScalars(_ choice: Int, _ expected: Int128) throws {
        let body = """
            \(Self.unknown("n", "u8", "\(choice)"))\(Self.unknown("narrow", "u8", "5"))\(Self.unknown("wide", "u32", "300"))
            %v = block({
              %is0 = cmp_eq(%n, 0) %0 = condbr(%is0, {%1 = break(%v, %narrow)}, {})
              %is1 = cmp_eq(%n, 1) %2 = condbr(%is1, {%3 = break("v", %wide)}, {%4 = break(%v, 77)})
            })
            %sum = add(%v, 0) %r = return(%sum)
            """
        #expect(try Self.run(body, "u32") == .value(expected))
    }

    /// Slices, arrays and functions leave a block as whole values.
    @Test(arguments: [("true", 3 * 100 + 30 + 1), ("false", 2 * 100 + 50 + 2)] as [(String, Int128)])
    func joinsAggregates(_ condition: String, _ expected: Int128) throws {
        let declarations = """
            @slice = const_slice_type(@u8) @x = str("abc") @y = str("de") @one = as(@slice, @x) @two = as(@slice, @y)
            @arr = array_type(2, @u8) @a = array_init(@arr, [10, 30]) @b = array_init(@arr, [20, 50])
            @gt = fntype([], @u8) @g = fn(@gt, {%r = return(1)}) @h = fn(@gt, {%r = return(2)})
            """
        let body = """
            \(Self.unknown("c", "bool", condition))\(Self.unknown("other", "arr", "@b"))
            %s = block({%0 = condbr(%c, {%1 = break(%s, @one)}, {}) %2 = break(%s, @two)})
            %t = block({%3 = condbr(%c, {%4 = break(%t, @a)}, {}) %5 = break(%t, %other)})
            %g = block({%6 = condbr(%c, {%7 = break(%g, @g)}, {}) %8 = break(%g, @h)})
            %length = fieldval(%s, "len") %second = elemval(%t, 1) %called = call(%g, [])
            %x0 = mul(%length, 100) %x1 = add(%x0, %second) %x2 = add(%x1, %called) %r = return(%x2)
            """
        #expect(try Self.run(body, "usize", declarations) == .value(expected))
    }

    /// The sum of the odd numbers below ten: a loop that is left by a break with a value, and continued by one.
    @Test func loops() throws {
        let body = """
            %i = alloc(@u64) %0 = store(%i, 0) %sum = alloc(@u64) %1 = store(%sum, 0) \(Self.unknown("one", "u64", "1"))
            %total = block({
              %again = loop({
                %continue = block({
                  %n = deref(%i) %next = add(%n, %one) %2 = store(%i, %next)
                  %end = cmp_gte(%n, 10) %3 = condbr(%end, {%t = deref(%sum) %4 = break(%total, %t)}, {})
                  %bit = bitand(%n, 1) %even = cmp_eq(%bit, 0) %5 = condbr(%even, {%6 = breakvoid(%continue)}, {})
                  %before = deref(%sum) %after = add(%before, %n) %7 = store(%sum, %after)
                })
              })
            })
            %x = add(%total, %one) %r = return(%x)
            """
        #expect(try Self.run(body) == .value(26))
    }

    /// A block inside a loop gives another value in each round, beside values from before the loop.
    @Test func joinsInsideLoops() throws {
        let body = """
            \(Self.unknown("ten", "u64", "10"))\(Self.unknown("hundred", "u64", "100"))
            %i = alloc(@u64) %0 = store(%i, 0) %sum = alloc(@u64) %1 = store(%sum, 0)
            %done = block({%again = loop({
              %n = deref(%i) %end = cmp_gte(%n, 4) %2 = condbr(%end, {%3 = breakvoid(%done)}, {})
              %low = cmp_lt(%n, 2)
              %v = block({%4 = condbr(%low, {%5 = break(%v, %ten)}, {%6 = break(%v, %hundred)})})
              %before = deref(%sum) %after = add(%before, %v) %7 = store(%sum, %after)
              %next = add(%n, 1) %8 = store(%i, %next)
            })})
            %x = deref(%sum) %r = return(%x)
            """
        #expect(try Self.run(body) == .value(220))
    }

    // MARK: - Memory

    /// An array that was read does not change when its memory does.
    @Test func copiesArrays() throws {
        let declarations = "@arr = array_type(20, @u32) @part = array_type(19, @u32)"
        let body = """
            %a = alloc(@arr) %p = elemptr(%a, 3) %0 = store(%p, 5) %before = deref(%a) %1 = store(%p, 6)
            %after = deref(%a) %b = alloc(@arr) %2 = store(%b, %before) %q = elemptr(%b, 3) %x = deref(%q)
            %y = elemval(%before, 3) %z = elemval(%after, 3) %kept = ref(%before) %k = elemptr(%kept, 3) %w = deref(%k)
            %s0 = mul(%x, 1000) %s1 = mul(%y, 100) %s2 = mul(%z, 10) %t0 = add(%s0, %s1) %t1 = add(%t0, %s2)
            %t2 = add(%t1, %w) %r = return(%t2)
            """
        #expect(try Self.run(body, "u32", declarations) == .value(5565))
    }

    @Test func storesSlices() throws {
        let declarations = "@slice = const_slice_type(@u8) @text = str(\"hello\")"
        let body = """
            %place = alloc(@slice) %0 = store(%place, @text) %s = deref(%place) %end = slice(%s, 1, end=4)
            %1 = store(%place, %end) %lp = fieldptr(%place, "len") %pp = fieldptr(%place, "ptr") %l = deref(%lp)
            %p = deref(%pp) %second = elemptr(%p, 1) %c = deref(%second) %wide = as(@u64, %c) %x = mul(%wide, 10)
            %y = add(%x, %l) %r = return(%y)
            """
        #expect(try Self.run(body, "u64", declarations) == .value(1083))
    }

    @Test func refersToValues() throws {
        let body =
            "\(Self.unknown("n", "u16", "777")) %p = ref(%n) %0 = store(%n_slot, 1) %x = deref(%p) %r = return(%x)"
        #expect(try Self.run(body, "u16") == .value(777))
    }

    @Test(
        arguments: [
            ("%p = elemptr(@text, %n)", 5, nil), ("%p = elemptr(@text, %n)", 6, .indexOutOfBounds),
            ("%p = elemptr(%s, %n)", 4, nil), ("%p = elemptr(%s, %n)", 5, .indexOutOfBounds),
            ("%p = elemptr(%s, 5)", 0, .indexOutOfBounds), ("%p = elemval(%s, %n)", 5, .indexOutOfBounds),
            ("%p = slice(%s, %n)", 5, nil), ("%p = slice(%s, %n)", 6, .indexOutOfBounds),
            ("%p = slice(@text, %n)", 5, nil), ("%p = slice(@text, %n)", 6, .indexOutOfBounds),
            ("%p = slice(%s, 0, end=%n)", 5, nil), ("%p = slice(%s, 0, end=%n)", 6, .indexOutOfBounds),
            ("%p = slice(%s, 3, end=%n)", 3, nil), ("%p = slice(%s, 3, end=%n)", 2, .indexOutOfBounds),
            ("%p = slice(%s, 5, end=6)", 0, .indexOutOfBounds), ("%p = slice(%m, 3, end=%n)", 2, .indexOutOfBounds),
            ("%p = slice(%m, 3, end=%n)", 1000, nil), ("%p = slice(%m, %n)", 1000, nil),
        ] as [(String, Int, PanicMessage?)])
    func checksBounds(_ instruction: String, _ n: Int, _ expected: PanicMessage?) throws {
        let declarations = """
            @slice = const_slice_type(@u8) @text = str("hello") @many = many_const_ptr_type(@u8)
            """
        let values = """
            \(Self.unknown("n", "usize", "\(n)"))\(Self.unknown("s", "slice", "@text"))\(Self.unknown("m", "many", "@text"))
            """
        #expect(try Self.panic(values + instruction, declarations) == expected)
    }

    // MARK: - Globals

    @Test func usesGlobals() throws {
        let declarations = """
            @count = global(@u32, 40, mutable=1) @zeros = global(@arr, undefined, mutable=1) @arr = array_type(100, @u64)
            @bump_type = fntype([], @void) @limit = global(@u64, 9)
            @bump = fn(@bump_type, {
              %n = deref(@count) %m = add(%n, 1) %0 = store(@count, %m) %p = elemptr(@zeros, 99) %x = deref(%p)
              %y = add(%x, 100) %1 = store(%p, %y)
            })
            """
        let body = """
            %0 = call(@bump, []) %1 = call(@bump, []) %n = deref(@count) %p = elemptr(@zeros, 99) %z = deref(%p)
            %limit = deref(@limit) %x = add(%z, %n) %y = add(%x, %limit) %r = return(%y)
            """
        #expect(try Self.run(body, "u64", declarations) == .value(251))
    }

    /// Functions are called through a table whose index only run time knows, and through pointers between globals.
    @Test(arguments: [(0, 11), (1, 22)] as [(Int, Int128)])
    func callsThroughTables(_ index: Int, _ expected: Int128) throws {
        let declarations = """
            @gt = fntype([], @u64) @g = fn(@gt, {%r = return(11)}) @h = fn(@gt, {%r = return(22)})
            @arr = array_type(2, @gt) @list = array_init(@arr, [@g, @h]) @table = global(@arr, @list)
            @pt = single_const_ptr_type(@arr) @pointer = global(@pt, @table, mutable=1)
            """
        let body = """
            \(Self.unknown("i", "usize", "\(index)")) %t = deref(@pointer) %p = elemptr(%t, %i) %g = deref(%p)
            %x = call(%g, []) %r = return(%x)
            """
        #expect(try Self.run(body, "u64", declarations) == .value(expected))
    }

    /// Globals that point at each other are no loop.
    @Test func pointsInCycles() throws {
        let declarations = """
            @pp = single_mut_ptr_type(@usize) @a = global(@pp, @number, mutable=1) @number = bitcast(@pp, @b)
            @b = global(@app, @a, mutable=1) @app = single_mut_ptr_type(@pp)
            """
        let body = """
            %a = deref(@a) %b = deref(@b) %x = ptrtoint(%a) %y = ptrtoint(@b) %z = ptrtoint(%b) %w = ptrtoint(@a)
            %0 = cmp_eq(%x, %y) %1 = cmp_eq(%z, %w) %2 = booland(%0, %1) %r = return(%2)
            """
        #expect(try Self.run(body, "bool", declarations) == .value(1))
    }
}
