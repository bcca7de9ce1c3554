"""Sources that mutations do not come upon: very deep, very long, very large, and circular ones.

Each function of `CASES` gives a project under its own name. What it must come to is not said: it must not break zbuild.
"""

from testing.fuzzing.sources import MAIN

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


def with_constant(used, *declarations):
    """A program that asks for the constant `used`."""
    return program(*declarations, f"@f = fn(@plain, {{ %used = ref({used}) }})")


def with_address(used, *declarations):
    """A program that asks for the address of the global `used`."""
    return program(*declarations, f"@f = fn(@plain, {{ %address = ptrtoint({used}) }})")


def times(count, template):
    """The template again and again with {0} the index and {1} the next one."""
    return [template.format(index, index + 1) for index in range(count)]


def listed(values):
    return "[" + ", ".join(map(str, values)) + "]"


# Deep


@case
def deep_list():
    return with_constant("@x", "@x = fntype(" + "[" * 100_000 + "]" * 100_000 + ", @void)")


@case
def deep_list_left_open():
    return with_constant("@x", "@x = array_init(@u8, " + "[" * 200_000)


@case
def deep_instructions():
    return with_constant("@x", "@x = " + "add(" * 100_000 + "1" + ", 1)" * 100_000)


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
    pointers = times(5_000, "@t{0} = single_const_ptr_type(@t{1})")
    return with_constant("@x", *pointers, "@t5000 = fntype([], @u8)", "@x = as(@u8, @t0)")


@case
def deep_array_value():
    return with_constant(
        "@v3000", "@t0 = array_type(1, @u8) @v0 = array_init(@t0, [1])",
        *times(3_000, "@t{1} = array_type(1, @t{0}) @v{1} = array_init(@t{1}, [@v{0}])"))


def exponential_type():
    """A type whose name is 3 to the power of 60 times as long as its declarations."""
    return ["@t0 = fntype([], @u8)", *times(60, "@t{1} = fntype([@t{0}, @t{0}], @t{0})")]


@case
def exponential_type_in_an_error():
    return with_constant("@x", *exponential_type(), "@x = as(@t60, 1)")


@case
def exponential_type_in_a_signature():
    return with_address("@g", *exponential_type(), "@g_type = fntype([@t60], @void)", "@g = fn(@g_type, {})")


# Long


@case
def chain_of_constants():
    return with_constant("@c0", *times(20_000, "@c{0} = add(@c{1}, 1)"), "@c20000 = int(1)")


@case
def chain_of_calls():
    functions = times(10_000, "@f{0} = fn(@plain, {{ %c = call(@f{1}, []) }})")
    return program("@f = fn(@plain, { %c = call(@f0, []) })", *functions, "@f10000 = fn(@plain, {})")


@case
def long_loop_of_constants():
    return with_constant("@c0", *times(10_000, "@c{0} = add(@c{1}, 1)"), "@c10000 = add(@c0, 1)")


@case
def chain_of_contents():
    return with_constant(
        "@c1000", "@two = array_type(2, @u8)", "@empty = array_type(0, @u8)", "@none = array_init(@empty, [])",
        "@c0 = array_init(@two, [1, 2])", *times(1_000, "@c{1} = array_cat(@c{0}, @none)"))


@case
def long_body():
    return with_body(
        '%v0 = asm("nop", @u32, output="={rax}")', *times(50_000, "%v{1} = add(%v{0}, {0})"))


@case
def many_blocks():
    return with_body(*times(20_000, "%b{0} = block({{ %x{0} = breakvoid(%b{0}) }})"))


@case
def many_breaks():
    breaks = times(10_000, "%i{0} = condbr(%d, {{ %x{0} = break(%b, {0}) }}, {{}})")
    return with_body(
        '%c = asm("nop", @u32, output="=r")', "%d = cmp_eq(%c, 1)", "%b = block({", *breaks, "%last = break(%b, %c)",
        "})")


@case
def many_values_at_once():
    """As many values live at a time as there are instructions."""
    values = times(3_000, '%v{0} = asm("nop", @u32, volatile=1, output="=r")')
    return with_body(*values, "%s0 = add(%v0, 0)", *times(2_999, "%s{1} = addwrap(%s{0}, %v{1})"))


@case
def many_slots():
    return with_body(*times(20_000, "%s{0} = alloc(@u32) %w{0} = store(%s{0}, {0})"))


@case
def many_parameters():
    return program(
        f"@wide = fntype({listed(['@u32'] * 5_000)}, @void)", "@g = fn(@wide, {", *times(5_000, '%p{0} = arg("p{0}")'),
        "})", f"@f = fn(@plain, {{ %c = call(@g, {listed(range(5_000))}) }})")


@case
def many_elements():
    return with_constant(
        "@x", "@t = array_type(200000, @u32)", f"@x = array_init(@t, {listed(range(200_000))})")


@case
def many_pointers():
    return with_constant(
        "@x", "@t = array_type(50000, @plain)", "@g = fn(@plain, {})",
        f"@x = array_init(@t, {listed(['@g'] * 50_000)})")


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
    return {path: text.replace(b"\n", b" ") for path, text in chain_of_constants().items()}


@case
def long_comment():
    return program("@f = fn(@plain, {}) ;" + "x" * 2_000_000)


@case
def long_name():
    name = "@" + "n" * 300_000
    return program(
        f"{name} = fn(@plain, {{}})", f"@f = fn(@plain, {{ %c = call({name}, []) }})", f'@e = export("{name}", {name})')


@case
def undeclared_long_name():
    return with_constant("@x", "@x = add(@" + "n" * 300_000 + ", 1)")


@case
def long_string():
    return with_constant("@x", '@x = str("' + "\\u{1F600}" * 100_000 + '")')


@case
def long_assembly():
    return with_body('%a = asm("' + "nop; " * 50_000 + '", @void, volatile=1)')


@case
def long_message():
    return with_body('%e = compileerror("' + "m" * 500_000 + '")')


# Large


@case
def number_of_many_digits():
    return with_constant("@x", "@x = int(" + "9" * 100_000 + ")")


@case
def number_at_the_limit():
    return with_constant("@y", "@x = int(0x" + "f" * 16_384 + ")", "@y = add(@x, 1)")


@case
def squares_of_squares():
    return with_constant("@c40", "@c0 = int(3)", *times(40, "@c{1} = mul(@c{0}, @c{0})"))


@case
def arithmetic_on_large_numbers():
    return with_constant(
        "@x", "@c0 = int(0x7" + "f" * 16_000 + ")", *times(500, "@c{1} = sub(@c{0}, {0})"),
        "@d = div(@c500, 12345678901234567890123)", "@x = rem(@c500, @d)")


@case
def shift_by_a_large_amount():
    return with_constant("@x", "@y = shl(1, 65535)", "@z = shr(@y, 65535)", "@x = shl(@z, 18446744073709551616)")


def global_of(type_of_it):
    return with_address("@g", f"@t = {type_of_it}", "@g = global(@t, undefined, mutable=1)")


@case
def global_below_the_limit():
    return global_of("array_type(2147483647, @u8)")


@case
def global_beyond_the_limit():
    return global_of("array_type(2147483649, @u8)")


@case
def global_that_fills_its_section():
    return global_of("array_type(268435392, @u8)")


@case
def array_length_of_64_bits():
    return global_of("array_type(18446744073709551615, @u8)")


@case
def array_length_beyond_64_bits():
    return global_of("array_type(18446744073709551616, @u8)")


@case
def sentinel_behind_the_longest_array():
    return global_of("array_type_sentinel(18446744073709551615, 0, @u8)")


@case
def array_of_nothing():
    return global_of("array_type(18446744073709551615, @void)")


@case
def many_large_globals():
    return program(
        "@t = array_type(200000000, @u8)", *times(20, "@g{0} = global(@t, undefined, mutable=1)"),
        "@f = fn(@plain, {", *times(20, "%p{0} = ptrtoint(@g{0})"), "})")


@case
def array_of_arrays():
    return with_address(
        "@g", "@t0 = array_type(65536, @u8)", *times(8, "@t{1} = array_type(65536, @t{0})"),
        "@g = global(@t8, undefined, mutable=1)")


@case
def large_stack_slot():
    return program("@t = array_type(2147483647, @u8)", "@f = fn(@plain, { %s = alloc(@t) %e = elemptr(%s, 5) })")


@case
def many_large_stack_slots():
    slots = times(20, "%s{0} = alloc(@t) %p{0} = elemptr(%s{0}, 1) %w{0} = store(%p{0}, 1)")
    return program("@t = array_type(2000000000, @u8)", "@f = fn(@plain, {", *slots, "})")


@case
def large_parameter():
    return with_address(
        "@g", "@t = array_type(1000000000, @u8)", "@g_type = fntype([@t, @t, @t], @t)",
        '@g = fn(@g_type, { %a = arg("a") %r = return(%a) })')


SEVEN = "@t = array_type(1, @u8) @seven = array_init(@t, [7])"


@case
def repeated_array():
    return with_constant("@x", SEVEN, "@x = array_mul(@seven, 2147483647)")


@case
def repeated_array_beyond_the_limit():
    return with_constant("@x", SEVEN, "@x = array_mul(@seven, 18446744073709551616)")


@case
def array_doubled_again_and_again():
    return with_constant("@c70", SEVEN, "@c0 = array_mul(@seven, 1)", *times(70, "@c{1} = array_cat(@c{0}, @c{0})"))


@case
def repeated_empty_array():
    return with_constant(
        "@x", "@t = array_type(0, @u8) @none = array_init(@t, [])", "@x = array_mul(@none, 18446744073709551615)")


def exported(*values):
    """A program with all these globals or functions, each exported."""
    return program(
        "@f = fn(@plain, {})", *[f'@g{index} = {value}\n@e{index} = export("g{index}", @g{index})'
                                 for index, value in enumerate(values)])


@case
def alignments():
    numbers = [0, 1, 3, 4096, 2**29, 2**31, 2**32, 2**63, 2**64, -1]
    return exported(*[f"global(@u8, 1, mutable=1, align={number})" for number in numbers])


@case
def large_alignments():
    return exported(*["global(@u8, 1, mutable=1, align=2097152)"] * 30)


@case
def widths():
    widths = [0, 1, 2, 7, 63, 64, 65, 127, 128, 129, 65535, 65536, 4294967296]
    return program(
        "@f = fn(@plain, {})", *[f"@t{bits} = inttype(true, {bits})" for bits in widths],
        *[f'@g{bits} = global(@t{bits}, 0, mutable=1)\n@e{bits} = export("g{bits}", @g{bits})' for bits in widths])


# Circular


def circular(declarations):
    """A program that asks for the type of each declaration, together and one by one."""
    lines = declarations.strip().split("\n")
    names = [line.split()[0] for line in lines]
    return program(
        *lines, "@f = fn(@plain, {", *[f"  %v{index} = typeof({name})" for index, name in enumerate(names)], "})",
        *[f'@f{index} = fn(@plain, {{ %v = ref({name}) }})\n@e{index} = export("f{index}", @f{index})'
          for index, name in enumerate(names)])


@case
def types_of_themselves():
    return circular("""
@a = array_type(2, @a)
@b = fntype([@b], @b)
@c = single_const_ptr_type(@c)
@d = typeof(@d)
@e = array_type(@e, @u8)
@g = const_slice_type(@h)
@h = fntype([@g], @void)
""")


@case
def globals_of_each_other():
    return circular("""
@p = typeof(@q)
@q = global(@p, @q)
@r = global(@s, 0)
@s = typeof(@r)
@t = global(@u8, @v)
@v = deref(@t)
@pointer = single_const_ptr_type(@usize)
@w = global(@pointer, @x)
@x = global(@pointer, @w)
""")


@case
def functions_of_their_own_type():
    return circular("""
@a_type = typeof(@a)
@a = fn(@a_type, {})
@b = fn(@b, {})
@c = fn(@c_type, { %c = call(@c, []) })
@c_type = ret_type()
@d = param_type(@d, 0)
""")


@case
def exports_of_themselves():
    return program("""
@f = fn(@plain, {})
@a = export("a", @a)
@b = export("b", @c)
@c = export("c", @b)
@d = export(@e, @f)
@e = typeof(@d)
@g = export("g", "g")
@h = import("main.zir")
@i = export("i", @h)
@j = export("j", @h.f)
@k = export("k", @h.h.h.f)
@l = export("l", @h.l)
""")


@case
def names_through_a_circle_of_imports():
    there = b'@m = import("a.zir") @f = fn(@plain, { %c = call(@m' + b".m" * 30_000 + b".f, []) })\n"
    return {MAIN: START.encode() + there, "app/a.zir": b'@m = import("main.zir")\n'}


@case
def circle_of_many_files():
    files = times(300, '@next = import("m{1}.zir")\n@x = add(@next.x, 1)\n')
    files[-1] = files[-1].replace("m300", "m0")
    return {**with_constant("@m.x", '@m = import("m0.zir")'),
            **{f"app/m{index}.zir": text.encode() for index, text in enumerate(files)}}


PATHS = [
    "", ".", "..", "/", "main.zir", "./main.zir", "x/../main.zir", "../main.zir", "/etc/passwd", "a.zir/", "a.b.zir",
    "a:b.zir", "\\x00.zir", "\\xff.zir", "\\n.zir", "x" * 300 + ".zir", "d/" * 3000 + "x.zir", ".zir", "zbuild.toml",
    "core", "\\u{202e}.zir"]


@case
def paths_of_imports():
    return program(
        *[f'@i{index} = import("{path}")' for index, path in enumerate(PATHS)], "@f = fn(@plain, {})",
        *[f'@f{index} = fn(@plain, {{ %x = call(@i{index}.f, []) }})\n@e{index} = export("f{index}", @f{index})'
          for index in range(len(PATHS))])


NAMES = [
    "", " ", "\\x00", "a\\x00b", "\\xff\\xfe", "\\n", "main.f", "zbuild:runtime", "_start2", "s" * 70_000, "\\u{1F600}"]


@case
def names_of_symbols():
    return program("@f = fn(@plain, {})", *[f'@e{index} = export("{name}", @f)' for index, name in enumerate(NAMES)])


@case
def names_of_sections():
    return exported(*[f'global(@u8, 1, section="{name}")' for name in NAMES])


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
