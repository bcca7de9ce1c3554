"""Programs as ZIR.

A check that is known to fail is mended if the caller says so: another form of its instruction stands there, which has a
result in any case. Where the check does not fail, the result is the same.
"""

import os

from .program import Body, Constant, Declaration, Function, Global, Keyword, Number, Quoted, Value
from .types import BOOL, U8, U64, USIZE, VOID, Array, Bool, Integer, Pointer, Slice, Type, needed

RUNTIME = """\
@noreturn = primitive(noreturn)
@main_type = fntype([], @noreturn)
@report_type = fntype([@u64, @u64], @void)
@report_digit_type = fntype([@u64], @u8)
@report_buffer_type = array_type(64, @u8)
@report_digit = fn(@report_digit_type, {
  %number = arg("number")
  %low = bitand(%number, 15)
  %digit = block({
    %small = cmp_lt(%low, 10)
    %choice = condbr(%small, { %a = addwrap(%low, 48) %b = break(%digit, %a) }, {})
    %c = addwrap(%low, 87)
    %d = break(%digit, %c)
  })
  %short = truncate(@u8, %digit)
  %result = return(%short)
})
@report = fn(@report_type, {
  %number = arg("number")
  %sum = arg("sum")
  %buffer = alloc(@report_buffer_type)
  %position = alloc(@u64)
  %start = store(%position, 63)
  %last = elemptr(%buffer, 63)
  %newline = store(%last, 10)
  %rest = alloc(@u64)
  %all = store(%rest, %sum)
  %sixteen = block({ %again = loop({
    %now = deref(%rest)
    %digit = call(@report_digit, [%now])
    %at = deref(%position)
    %before = subwrap(%at, 1)
    %move = store(%position, %before)
    %place = elemptr(%buffer, %before)
    %put = store(%place, %digit)
    %less = shr(%now, 4)
    %shift = store(%rest, %less)
    %done = cmp_eq(%before, 47)
    %check = condbr(%done, { %out = breakvoid(%sixteen) }, {})
  }) })
  %colon_place = elemptr(%buffer, 46)
  %colon = store(%colon_place, 58)
  %move_on = store(%position, 46)
  %name = store(%rest, %number)
  %named = block({ %again2 = loop({
    %now2 = deref(%rest)
    %digit2 = call(@report_digit, [%now2])
    %at2 = deref(%position)
    %before2 = subwrap(%at2, 1)
    %move2 = store(%position, %before2)
    %place2 = elemptr(%buffer, %before2)
    %put2 = store(%place2, %digit2)
    %less2 = shr(%now2, 4)
    %shift2 = store(%rest, %less2)
    %done2 = cmp_eq(%less2, 0)
    %check2 = condbr(%done2, { %out2 = breakvoid(%named) }, {})
  }) })
  %first = deref(%position)
  %line = slice(%buffer, %first)
  %text = fieldval(%line, "ptr")
  %length = fieldval(%line, "len")
  %written = asm("syscall", @usize, volatile=1, output="={rax}",
    inputs=["{rax}", "{rdi}", "{rsi}", "{rdx}"], clobbers=[rcx, r11, memory], args=[1, 1, %text, %length])
})
@stop_type = fntype([@u8], @noreturn)
@stop = fn(@stop_type, {
  %status = arg("status")
  %exited = asm("syscall", @usize, volatile=1, output="={rax}",
    inputs=["{rax}", "{rdi}"], clobbers=[rcx, r11, memory], args=[231, %status])
  %end = unreachable()
})
@start = fn(@main_type, {
  %ran = call(@all, [])
  %end = call(@stop, [0])
})
@entry = export("_start", @start)
"""


class Writer:
    """Makes the text of each file of a program, and remembers in `places` where each check stands.

    `mended` has the numbers of the checks whose instructions are to be mended.
    """

    def __init__(self, program, mended=()):
        self.places, self.files = {}, {}
        for number, name in enumerate(program.modules):
            module = ModuleWriter(program, number, set(mended), self.places)
            self.files[f"{name}.zir"] = module.text()

    @property
    def text(self):
        """All files."""
        return "\n".join(f"; {name}\n{text}" for name, text in self.files.items())


class ModuleWriter:
    """Makes the text of one file."""

    def __init__(self, program, number, mended, places):
        self.program, self.number, self.mended, self.places = program, number, mended, places
        self.parts, self.line, self.column = [], 1, 1
        self.constants = {}  # text → name, in the order in which they were needed
        self.used = [U8, U64, USIZE, BOOL, VOID]
        self.function = None

    def text(self):
        for function in self.program.functions:
            if function.module == self.number:
                self.function_declaration(function)
        for item in self.program.globals:
            if item.module == self.number:
                self.global_declaration(item)
        for item in self.program.declarations:
            if item.module == self.number:
                operands = ", ".join(self.operand(operand) for operand in item.operands)
                self.write(f"@{item.name} = {item.op}({operands})\n")
        for text, name in self.constants.items():
            self.write(f"@{name} = {text}\n")
        for number, name in enumerate(self.program.modules):
            if number != self.number:
                folder = os.path.dirname(self.program.modules[self.number])
                self.write(f'@m{number} = import("{os.path.relpath(name, folder or ".")}.zir")\n')
        for type in needed([*self.program.types(), *self.used]):
            self.write(f"@{type.name} = {type.declaration}\n")
        if self.number == 0:
            self.write(RUNTIME)
        return "".join(self.parts)

    def write(self, text):
        self.parts.append(text)
        lines = text.count("\n")
        self.line += lines
        self.column = len(text) - text.rfind("\n") if lines else self.column + len(text)

    def global_declaration(self, item):
        initial = self.operand(item.initial)
        mutable = "" if item.is_constant else ", mutable=1"
        alignment = f", align={item.alignment}" if item.alignment else ""
        self.write(f"@{item.name} = global({self.type(item.type.child)}, {initial}{mutable}{alignment})\n")

    def function_declaration(self, function):
        self.function = function
        self.write(f"@{function.name} = fn({self.type(function.type)}, {{\n")
        for parameter in function.parameters:
            self.write(f'  %v{parameter.number} = arg("p{parameter.number}")\n')
        self.body(function.body, 1)
        self.write("})\n")

    def body(self, body, depth):
        for instruction in body:
            if instruction.place is not None and instruction.place in self.mended:
                for line in MENDED[instruction.op](Mending(self, instruction)):
                    self.write(f"{'  ' * depth if self.column == 1 else ' '}{line}\n")
            else:
                self.instruction(instruction, depth)

    def instruction(self, instruction, depth):
        # Some share a line: a position has a column too.
        self.write(f"{'  ' * depth if self.column == 1 else ' '}%v{instruction.result.number} = ")
        if instruction.place is not None:
            module = self.program.modules[self.number]
            self.places[instruction.place] = (
                f"{module}.zir:{self.line}:{self.column} in {module.replace('/', '.')}.{self.function.name}")
        self.write(f"{instruction.op}(")
        for number, operand in enumerate(instruction.operands):
            if number:
                self.write(", ")
            if isinstance(operand, Body):
                self.write("{\n" if operand else "{")
                self.body(operand, depth + 1)
                self.write("  " * depth + "}" if self.column == 1 else " }")
            else:
                self.write(self.operand(operand))
        self.write(")" if instruction.result.number % 8 == 7 and not instruction.bodies() else ")\n")

    def operand(self, operand):
        match operand:
            case Type():
                return self.type(operand)
            case str():
                return operand
            case list():
                return f"[{', '.join(self.operand(item) for item in operand)}]"
            case Value():
                return f"%v{operand.number}"
            case Number():
                return str(operand.known)
            case Global() | Function() | Declaration():
                return self.reference(operand)
            case Constant():
                return self.constant(operand)
            case Quoted():
                return f'"{self.reference(operand.item)[1:]}"'
            case Keyword():
                return f"{operand.name}={self.operand(operand.value)}"
        raise TypeError(operand)

    def type(self, type):
        self.used.append(type)
        return f"@{type.name}"

    def constant(self, constant):
        """The text of a comptime-known value where its type is expected."""
        match constant.type:
            case Integer():
                return str(constant.value)
            case Bool():
                return "true" if constant.value else "false"
            case Array():
                elements = ", ".join(self.constant(element) for element in constant.value)
                return self.declared(f"array_init({self.type(constant.type)}, [{elements}])")
        return self.reference(constant.value)

    def reference(self, item):
        return f"@{item.name}" if item.module == self.number else f"@m{item.module}.{item.name}"

    def declared(self, text):
        return "@" + self.constants.setdefault(text, f"c{len(self.constants)}")


class Mending:
    """What the mended form of an instruction is made of."""

    def __init__(self, writer, instruction):
        self.writer, self.instruction = writer, instruction
        self.name = f"%v{instruction.result.number}"
        self.operands = [writer.operand(operand) for operand in instruction.operands if not isinstance(operand, Body)]
        self.plain = f"{instruction.op}({', '.join(self.operands)})"

    def unless(self, setup, failing, other):
        """The lines of a block that is the plain instruction, or what `other` ends with where `failing` is true.

        `setup` and `other` are lists of instructions `(suffix, text)`; `%` in a text stands for the block's name.
        """
        name = self.name
        lines = [f"{name} = block({{"]
        lines += [f"  {name}{suffix} = {text}" for suffix, text in setup]
        lines.append(f"  {name}_if = condbr({failing}, {{")
        lines += [f"    {name}{suffix} = {text}" for suffix, text in other]
        lines += [f"    {name}_no = break({name}, {name}{other[-1][0]})", "  }, {})"]
        lines += [f"  {name}_yes = {self.plain}", f"  {name}_out = break({name}, {name}_yes)", "})"]
        return [line.replace("%_", f"{name}_") for line in lines]

    def length(self, stored):
        """How many elements the first operand has, with its sentinel if `stored`: instructions, and the operand that
        says so, None where nobody knows."""
        type = self.instruction.operands[0].type
        if isinstance(type, Slice):
            return [("_len", f'fieldval({self.operands[0]}, "len")')], "%_len"
        if isinstance(type, Pointer) and type.many:
            return [], None
        array = type if isinstance(type, Array) else type.child
        return [], array.stored_length if stored else array.length


def wrapping(mending):
    return [f"{mending.name} = {mending.instruction.op}wrap({', '.join(mending.operands)})"]


def dividing(mending):
    a, b = mending.operands
    type = mending.instruction.type
    setup = [("_zero", f"cmp_eq({b}, 0)")]
    failing = "%_zero"
    if type.signed and mending.instruction.op == "div":
        setup += [("_least", f"cmp_eq({a}, {type.minimum})"), ("_minus", f"cmp_eq({b}, -1)"),
                  ("_both", "booland(%_least, %_minus)"), ("_fails", "boolor(%_zero, %_both)")]
        failing = "%_fails"
    return mending.unless(setup, failing, [("_a", f"as({mending.writer.type(type)}, {a})")])


def shifting(mending):
    a, count = mending.operands
    name, instruction = mending.name, mending.instruction
    return [f"{name}_n = rem({count}, {instruction.type.bits})", f"{name} = {instruction.op}({a}, {name}_n)"]


def casting(mending):
    source, target = mending.instruction.operands[1].type, mending.instruction.type
    middle = mending.writer.type(Integer(source.signed, target.bits))
    op = "truncate" if target.bits <= source.bits else "as"
    return [f"{mending.name}_m = {op}({middle}, {mending.operands[1]})",
            f"{mending.name} = bitcast({mending.operands[0]}, {mending.name}_m)"]


def indexing(mending):
    """An index outside leads to `other` of the instruction."""
    setup, length = mending.length(stored=True)
    setup.append(("_fails", f"cmp_gte({mending.operands[1]}, {length})"))
    other = mending.writer.operand(mending.instruction.other)
    if mending.instruction.op == "elemptr":
        return mending.unless(
            setup, "%_fails", [("_o", f"as({mending.writer.type(mending.instruction.result.type)}, {other})")])
    return mending.unless(setup, "%_fails", [("_o", f"deref({other})")])


def slicing(mending):
    """A part that is not there is the empty one at the start."""
    setup, length = mending.length(stored=False)
    base, start, *end = mending.operands
    end = end[0].removeprefix("end=") if end else length
    setup.append(("_order", f"cmp_gt({start}, {end})"))
    failing = "%_order"
    if length is not None:
        setup += [("_long", f"cmp_gt({end}, {length})"), ("_fails", "boolor(%_order, %_long)")]
        failing = "%_fails"
    return mending.unless(setup, failing, [("_o", f"slice({base}, 0, end=0)")])


def leaving_out(mending):
    return []


MENDED = {
    "add": wrapping, "sub": wrapping, "mul": wrapping, "negate": wrapping,
    "div": dividing, "rem": dividing, "mod": dividing, "mod_rem": dividing, "shl": shifting, "shr": shifting,
    "intcast": casting, "elemptr": indexing, "elemval": indexing, "slice": slicing, "unreachable": leaving_out,
}
