"""Sources that mutations do not come upon: very deep, very long, very large, and circular ones.

Each function of `CASES` gives a project under its own name. What it must come to is not said: it must not break zbuild.
"""

from fuzzing.sources import MAIN

START = """\
@void = primitive(void)
@noreturn = primitive(noreturn)
@u8 = primitive(u8)
@u32 = primitive(u32)
@usize = primitive(usize)
@type = primitive(type)
@plain = fntype([], @void)
@start_type = fntype([], @noreturn)
@start = fn(@start_type, { %used = call(@f, []) %end = unreachable() })
@entry = export("_start", @start)
"""

CASES = {}


def case(function):
    CASES[function.__name__.replace("_", "-")] = function
    return function


def program(*declarations):
    return {MAIN: (START + "\n".join(declarations) + "\n").encode()}


def with_body(*instructions):
    """A program whose function @f has this body."""
    return program("@f = fn(@plain, {", *instructions, "})")


def with_constants(*declarations, used="@x"):
    """A program that asks for a constant."""
    return program(*declarations, "@f = fn(@plain, { %%used = ref(%s) })" % used)


def times(count, template):
    """The template again and again with {0} the index and {1} the next one."""
    return [template.format(index, index + 1) for index in range(count)]


# Deep


@case
def deep_list():
    return with_constants("@x = fntype(" + "[" * 100_000 + "]" * 100_000 + ", @void)")


@case
def deep_list_left_open():
    return with_constants("@x = array_init(@u8, " + "[" * 200_000)


@case
def deep_instructions():
    return with_constants("@x = " + "add(" * 100_000 + "1" + ", 1)" * 100_000)


def nested(depth, opening, closing):
    return with_body(*times(depth, opening), closing * depth)


@case
def bodies_256_deep():
    return nested(254, "%b{0} = block({{", "})")


@case
def blocks_too_deep():
    return nested(20_000, "%b{0} = block({{", "})")


@case
def loops_too_deep():
    return nested(20_000, "%b{0} = loop({{", "})")


@case
def branches_too_deep():
    return nested(20_000, "%b{0} = condbr(true, {{", "}, {})")


@case
def bodies_left_open():
    return with_body(*times(50_000, "%b{0} = block({{"))


@case
def deep_pointer_type():
    return with_constants(*times(5_000, "@t{0} = single_const_ptr_type(@t{1})"), "@t5000 = fntype([], @u8)", "@x = as(@u8, @t0)")


@case
def deep_array_value():
    return with_constants("@t0 = array_type(1, @u8) @v0 = array_init(@t0, [1])",
                          *times(3_000, "@t{1} = array_type(1, @t{0}) @v{1} = array_init(@t{1}, [@v{0}])"), used="@v3000")


@case
def type_name_of_exponential_length():
    return with_constants("@t0 = fntype([], @u8)", *times(60, "@t{1} = fntype([@t{0}, @t{0}], @t{0})"), "@x = as(@u8, @t60)")


@case
def exponential_type_in_a_signature():
    return program("@t0 = fntype([], @u8)", *times(60, "@t{1} = fntype([@t{0}, @t{0}], @t{0})"),
                   "@g_type = fntype([@t60], @void)", "@g = fn(@g_type, {})", "@f = fn(@plain, { %p = ptrtoint(@g) })")


# Long


@case
def chain_of_constants():
    return with_constants(*times(20_000, "@c{0} = add(@c{1}, 1)"), "@c20000 = int(1)", used="@c0")


@case
def chain_of_calls():
    return program("@f = fn(@plain, { %c = call(@f0, []) })", *times(10_000, "@f{0} = fn(@plain, {{ %c = call(@f{1}, []) }})"),
                   "@f10000 = fn(@plain, {})")


@case
def long_loop_of_constants():
    return with_constants(*times(10_000, "@c{0} = add(@c{1}, 1)"), "@c10000 = add(@c0, 1)", used="@c0")


@case
def long_body():
    return with_body("%v0 = asm(\"nop\", @u32, output=\"={rax}\")", *times(50_000, "%v{1} = add(%v{0}, {0})"))


@case
def many_blocks():
    return with_body(*times(20_000, "%b{0} = block({{ %x{0} = breakvoid(%b{0}) }})"))


@case
def many_breaks():
    return with_body("%c = asm(\"nop\", @u32, output=\"=r\")", "%d = cmp_eq(%c, 1)", "%b = block({",
                     *times(10_000, "%i{0} = condbr(%d, {{ %x{0} = break(%b, {0}) }}, {{}})"), "%last = break(%b, %c)", "})")


@case
def many_slots():
    return with_body(*times(20_000, "%s{0} = alloc(@u32) %w{0} = store(%s{0}, {0})"))


@case
def many_parameters():
    names = ", ".join(["@u32"] * 5_000)
    return program(f"@wide = fntype([{names}], @void)", "@g = fn(@wide, {", *times(5_000, '%p{0} = arg("p{0}")'), "})",
                   "@f = fn(@plain, { %c = call(@g, [" + ", ".join(map(str, range(5_000))) + "]) })")


@case
def many_elements():
    return with_constants("@t = array_type(200000, @u32)", "@x = array_init(@t, [" + ", ".join(map(str, range(200_000))) + "])")


@case
def many_pointers():
    return with_constants("@p = single_const_ptr_type(@plain)", "@fp = typeof(@f)", "@t = array_type(50000, @plain)",
                          "@x = array_init(@t, [" + ", ".join(["@f"] * 50_000) + "])")


@case
def many_errors():
    return program(*times(10_000, "@e{0} = add(1)"))


@case
def many_equal_exports():
    return program("@f = fn(@plain, {})", *times(10_000, '@e{0} = export("same", @f)'))


@case
def many_equal_names():
    return program("@f = fn(@plain, {})", *times(20_000, "@same = int({0})"))


@case
def one_line():
    return {MAIN: program("@f = fn(@plain, {})", *times(10_000, "@e{0} = int({0})"))[MAIN].replace(b"\n", b" ")}


@case
def long_comment():
    return program("@f = fn(@plain, {}) ;" + "x" * 2_000_000)


@case
def long_name():
    name = "@" + "n" * 300_000
    return program(f"{name} = fn(@plain, {{}})", f"@f = fn(@plain, {{ %c = call({name}, []) }})", f'@e = export("{name}", {name})')


@case
def undeclared_long_name():
    return with_constants("@x = add(@" + "n" * 300_000 + ", 1)")


@case
def long_string():
    return with_constants('@x = str("' + "\\u{1F600}" * 100_000 + '")')


@case
def long_assembly():
    return with_body('%a = asm("' + "nop; " * 50_000 + '", @void, volatile=1)')


@case
def long_message():
    return with_constants('@x = as(@u8, "y")', '@y = int(1)', 'z = 1', '@w = fn(@plain, { %e = compileerror("' + "m" * 500_000 + '") })',
                          used="@w")


# Large


@case
def number_of_many_digits():
    return with_constants("@x = int(" + "9" * 100_000 + ")")


@case
def number_at_the_limit():
    return with_constants("@x = int(0x" + "f" * 16_384 + ")", "@y = add(@x, 1)", used="@y")


@case
def squares_of_squares():
    return with_constants("@c0 = int(3)", *times(40, "@c{1} = mul(@c{0}, @c{0})"), used="@c40")


@case
def arithmetic_on_large_numbers():
    return with_constants("@c0 = int(0x7" + "f" * 16_000 + ")", *times(500, "@c{1} = sub(@c{0}, {0})"),
                          "@d = div(@c500, 12345678901234567890123)", "@x = rem(@c500, @d)")


@case
def shift_by_a_large_amount():
    return with_constants("@x = shl(1, 18446744073709551616)", "@y = shl(1, 65535)", "@z = shl(1, 65536)", used="@y")


def global_of(length, initial="undefined", more=""):
    return program(f"@t = array_type({length}, @u8)", f"@g = global(@t, {initial}, mutable=1{more})",
                   "@f = fn(@plain, { %p = ptrtoint(@g) })")


@case
def global_below_the_limit():
    return global_of(2**31 - 1)


@case
def global_at_the_limit():
    return global_of(2**31)


@case
def global_that_fills_its_section():
    return global_of(2**28 - 64)


@case
def many_large_globals():
    return program("@t = array_type(200000000, @u8)", *times(20, "@g{0} = global(@t, undefined, mutable=1)"), "@f = fn(@plain, {",
                   *times(20, "%p{0} = ptrtoint(@g{0})"), "})")


@case
def array_of_arrays():
    return program("@t0 = array_type(65536, @u8)", *times(8, "@t{1} = array_type(65536, @t{0})"),
                   "@g = global(@t8, undefined, mutable=1)", "@f = fn(@plain, { %p = ptrtoint(@g) })")


@case
def array_length_of_64_bits():
    return global_of(2**64 - 1)


@case
def array_length_beyond_64_bits():
    return global_of(2**64)


@case
def sentinel_behind_the_longest_array():
    return program("@t = array_type_sentinel(18446744073709551615, 0, @u8)", "@g = global(@t, undefined, mutable=1)",
                   "@f = fn(@plain, { %p = ptrtoint(@g) })")


@case
def large_stack_slot():
    return program("@t = array_type(2147483647, @u8)", "@f = fn(@plain, { %s = alloc(@t) %e = elemptr(%s, 5) %w = store(%e, 1) })")


@case
def many_large_stack_slots():
    return program("@t = array_type(2000000000, @u8)", "@f = fn(@plain, {", *times(20, "%s{0} = alloc(@t) %p{0} = ptrtoint(%s{0})"), "})")


@case
def large_parameter():
    return program("@t = array_type(1000000000, @u8)", "@g_type = fntype([@t, @t, @t], @t)",
                   '@g = fn(@g_type, { %a = arg("a") %r = return(%a) })', "@f = fn(@plain, { %p = ptrtoint(@g) })")


@case
def repeated_array():
    return with_constants("@t = array_type(1, @u8) @one = array_init(@t, [7])", "@x = array_mul(@one, 2147483647)")


@case
def repeated_array_beyond_the_limit():
    return with_constants("@t = array_type(1, @u8) @one = array_init(@t, [7])", "@x = array_mul(@one, 18446744073709551616)")


@case
def array_doubled_again_and_again():
    return with_constants("@t = array_type(2, @u8) @c0 = array_init(@t, [1, 2])", *times(70, "@c{1} = array_cat(@c{0}, @c{0})"), used="@c70")


@case
def repeated_empty_array():
    return with_constants("@t = array_type(0, @u8) @none = array_init(@t, [])", "@x = array_mul(@none, 18446744073709551615)")


@case
def array_of_nothing():
    return with_constants("@u0 = inttype(0, 0)", "@t = array_type(18446744073709551615, @u0)", "@g = global(@t, undefined, mutable=1)",
                          "@x = fieldval(@g, \"len\")")


@case
def alignments():
    numbers = [0, 1, 3, 4096, 2**29, 2**31, 2**32, 2**63, 2**64, -1]
    return program(*[f"@g{index} = global(@u8, 1, mutable=1, align={number})" for index, number in enumerate(numbers)],
                   "@f = fn(@plain, {})", *[f'@e{index} = export("g{index}", @g{index})' for index in range(len(numbers))])


@case
def large_alignments():
    return program(*times(30, "@g{0} = global(@u8, 1, mutable=1, align=268435456)"), "@f = fn(@plain, {})",
                   *times(30, '@e{0} = export("g{0}", @g{0})'))


@case
def widths():
    return program(*[f"@t{bits} = inttype({sign}, {bits})\n@g{bits} = global(@t{bits}, 0, mutable=1)\n"
                     f'@e{bits} = export("g{bits}", @g{bits})'
                     for bits in [0, 1, 2, 7, 63, 64, 65, 127, 128, 129, 65535, 65536, 4294967296] for sign in [1]],
                   "@f = fn(@plain, {})")


# Circular


def circular(*declarations):
    names = [declaration.split(" ")[0] for declaration in declarations]
    return program(*declarations, "@f = fn(@plain, {", *[f"  %v{index} = typeof({name})" for index, name in enumerate(names)], "})",
                   *[f"@f{index} = fn(@plain, {{ %v = ref({name}) }})\n@e{index} = export(\"f{index}\", @f{index})"
                     for index, name in enumerate(names)])


@case
def types_of_themselves():
    return circular("@a = array_type(2, @a)", "@b = fntype([@b], @b)", "@c = single_const_ptr_type(@c)", "@d = typeof(@d)",
                    "@e = array_type(@e, @u8)", "@g = const_slice_type(@h)", "@h = fntype([@g], @void)")


@case
def globals_of_each_other():
    return circular("@p = typeof(@q)", "@q = global(@p, @q)", "@r = global(@s, 0)", "@s = typeof(@r)", "@t = global(@u8, @v)", "@v = deref(@t)",
                    "@w = single_const_ptr_type(@usize)", "@x = global(@w, @y)", "@y = global(@w, @x)")


@case
def functions_of_their_own_type():
    return circular("@a_type = typeof(@a)", "@a = fn(@a_type, {})", "@b = fn(@b, {})", "@c = fn(@c_type, { %c = call(@c, []) })",
                    "@c_type = ret_type()", "@d = param_type(@d, 0)")


@case
def exports_of_themselves():
    return program("@f = fn(@plain, {})", '@a = export("a", @a)', '@b = export("b", @c)', '@c = export("c", @b)', '@d = export(@e, @f)',
                   "@e = typeof(@d)", '@g = export("g", "g")', "@h = import(\"main.zir\")", '@i = export("i", @h)', '@j = export("j", @h.f)',
                   '@k = export("k", @h.h.h.f)', '@l = export("l", @h.l)')


@case
def names_through_a_circle_of_imports():
    return {MAIN: START.encode() + b'@m = import("a.zir") @f = fn(@plain, { %c = call(@m' + b".m" * 30_000 + b".f, []) })\n",
            "app/a.zir": b'@m = import("main.zir")\n'}


@case
def circle_of_many_files():
    files = {f"app/m{index}.zir": f'@n = import("m{(index + 1) % 300}.zir")\n@x = add(@n.x, 1)\n'.encode() for index in range(300)}
    return {**files, **with_constants('@m = import("m0.zir")', used="@m.x")}


@case
def paths_of_imports():
    paths = ["", ".", "..", "/", "main.zir", "./main.zir", "x/../main.zir", "../main.zir", "/etc/passwd", "a.zir/", "a.b.zir", "a:b.zir",
             "\\x00.zir", "\\xff.zir", "\\n.zir", "x" * 300 + ".zir", "d/" * 3000 + "x.zir", ".zir", "zbuild.toml", "core", "\\u{202e}.zir"]
    return program(*[f'@i{index} = import("{path}")' for index, path in enumerate(paths)], "@f = fn(@plain, {})",
                   *[f'@f{index} = fn(@plain, {{ %x = call(@i{index}.f, []) }})\n@e{index} = export("f{index}", @f{index})'
                     for index in range(len(paths))])


@case
def names_of_symbols():
    names = ["", " ", "\\x00", "a\\x00b", "\\xff\\xfe", "\\n", "main.f", "zbuild:runtime", "_start2", "s" * 70_000, "\\u{1F600}"]
    return program("@f = fn(@plain, {})", *[f'@e{index} = export("{name}", @f)' for index, name in enumerate(names)],
                   *[f'@g{index} = global(@u8, 1, section="{name}")\n@h{index} = export("g{index}", @g{index})'
                     for index, name in enumerate(names)])


@case
def nothing():
    return {MAIN: b""}


@case
def zeros():
    return {MAIN: bytes(100_000)}


@case
def every_byte():
    return {MAIN: bytes(range(256)) * 100}


@case
def at_signs():
    return {MAIN: b"@" * 100_000 + b"@ = @=" * 10_000}
