"""Programs as C. Every instruction becomes a call of a function of runtime.h, or a plain statement."""

import os

from .program import Constant, Declaration, Function, Global, Keyword, Number, Value, has_value, number_checks, walk
from .types import VOID, Array, Bool, Integer, Pointer, Slice, needed

with open(os.path.join(os.path.dirname(__file__), "runtime.h"), encoding="ascii") as file:
    RUNTIME = file.read()


LEN = '"len"'
UNDEFINED = "undefined"


def text(program):
    """The program in C. Started with a number, it ends as its check of that number does; else it writes the numbers of
    those that fail to standard error."""
    checks = number_checks(program)
    lines = [f"#define FAILURES {checks}", RUNTIME]
    for type in needed(program.types()):
        if isinstance(type, Array):
            lines.append(f"struct {type.name} {{ {type.child.memory_in_c} e[{type.stored_length}]; }};")
    lines += [f"{prototype(function)};" for function in program.functions]
    for item in program.globals:
        lines.append(f"static {item.type.child.memory_in_c} {item.name};")
    for item in program.globals:
        lines.append(f"static {item.type.child.memory_in_c} {item.name} = {initial(item.initial)};")
    for function in program.functions:
        lines += FunctionText(function).lines
    lines += ["int main(int count, char **words)", "{",
              "    if (count > 1) panics_at = atol(words[1]);",
              f"    {program.functions[0].name}();", "    stop(0);", "    return 0;", "}"]
    return "\n".join(lines) + "\n"


def prototype(function):
    parameters = ", ".join(f"{p.type.value_in_c} v{p.number}" for p in function.parameters) or "void"
    rest = [f"{type.value_in_c} unused{number}" for number, type in enumerate(function.type.parameters)]
    rest = rest[len(function.parameters):]
    if rest:
        parameters = ", ".join(([] if parameters == "void" else [parameters]) + rest)
    return f"static {function.type.result.value_in_c} {function.name}({parameters})"


def number_text(number, type=None):
    """An integer constant; one of no type is of the smallest that holds it."""
    if isinstance(number, bool):
        return str(int(number))
    if number < 0:
        return f"(-{-number - 1}LL - 1)"
    return f"{number}LL" if number < 1 << 63 and not (isinstance(type, Integer) and not type.signed) else f"{number}ULL"


def initial(constant):
    """What initialises a static variable."""
    match constant.type:
        case Array():
            elements = [initial(element) for element in constant.value]
            if constant.type.sentinel is not None:
                elements.append(str(constant.type.sentinel))
            return "{{" + ", ".join(elements) + "}}"
        case Slice():
            return f"{{(P)&{constant.value.name}, {constant.value.type.child.length}}}"
    return operand_text(constant)


def operand_text(operand):
    match operand:
        case Value():
            if isinstance(operand.type, Integer) and operand.type.is_comptime:
                # Only `truncate` takes it.
                return number_text(operand.known & (1 << 64) - 1)
            return number_text(operand.known) if operand.type.is_comptime else f"v{operand.number}"
        case Number():
            return number_text(operand.known)
        case Declaration():
            return number_text(operand.known, operand.type)
        case Global():
            return f"(P)&{operand.name}"
        case Function():
            return f"(P){operand.name}"
        case Constant():
            return constant_text(operand)
        case Keyword():
            return operand_text(operand.value)
    raise TypeError(operand)


def constant_text(constant):
    match constant.type:
        case Integer() | Bool():
            return number_text(constant.value, constant.type)
        case Array():
            return f"(struct {constant.type.name}){initial(constant)}"
        case Slice():
            return f"slice_of((P)&{constant.value.name}, {constant.value.type.child.length})"
    return f"(P){'' if isinstance(constant.value, Function) else '&'}{constant.value.name}"


def coerced_text(operand, type):
    """The operand as one of `type`, to which it coerces."""
    text = operand_text(operand)
    if isinstance(type, Slice) and isinstance(operand, (Value, Global)) and isinstance(operand.type, Pointer):
        return f"slice_of({text}, {operand.type.child.length})"
    return text


def sign(operand):
    """How C holds an integer: the suffix of the functions for it."""
    if isinstance(operand.type, Integer) and not operand.type.is_comptime:
        return "s" if operand.type.signed else "u"
    return "u" if operand.known >= 1 << 63 else "s"


def order_beyond(a, b):
    """1 or -1 if one of the operands is a number beyond those that C has, else 0."""
    for operand, side in ((a, 1), (b, -1)):
        if operand.type.is_comptime and not -1 << 63 <= operand.known < 1 << 64:
            return side if operand.known > 0 else -side
    return 0


# Operations that are operators of C, whatever the type.
PLAIN = {"bitand": "&", "bitor": "|", "xor": "^", "booland": "&", "boolor": "|"}
COMPARISONS = {"lt": "<", "lte": "<=", "eq": "==", "gte": ">=", "gt": ">", "neq": "!="}


class FunctionText:
    """The lines of one function."""

    def __init__(self, function):
        self.function, self.depth = function, 1
        self.lines = [prototype(function), "{"]
        for instruction in walk(function.body):
            self.variables(instruction)
        self.body(function.body, 1)
        self.lines.append("}")

    def variables(self, instruction):
        """What the instruction needs: storage, and its value."""
        number = instruction.result.number
        if instruction.op == "fieldptr":
            self.line(f"U length{number};")
        if instruction.op in ("str", "array_cat", "array_mul", "declref"):
            content = instruction.result.known.base.initial
            self.line(f"static {content.type.memory_in_c} slot{number} = {initial(content)};")
        if instruction.op in ("alloc", "ref"):
            self.line(f"{instruction.type.memory_in_c} slot{number};")
        if has_value(instruction.result.type):
            self.line(f"{instruction.result.type.value_in_c} v{number};")

    def body(self, body, depth):
        for instruction in body:
            self.depth = depth
            getattr(self, instruction.op, self.default)(instruction, *instruction.operands)

    def line(self, text, depth=None):
        self.lines.append("    " * (depth or self.depth) + text)

    def set(self, instruction, text):
        if has_value(instruction.result.type):
            self.line(f"v{instruction.result.number} = {text};")

    def default(self, instruction, *operands):
        """Arithmetic: a function named for the operation and the sign, with the width."""
        type = instruction.type
        if type.is_comptime:
            return
        words = [operand_text(operand) for operand in operands] + [str(type.bits)]
        if instruction.place is not None:
            words.append(str(instruction.place))
        self.set(instruction, f"{instruction.op}_{'s' if type.signed else 'u'}({', '.join(words)})")

    def plain(self, instruction, a, b):
        self.set(instruction, f"{operand_text(a)} {PLAIN[instruction.op]} {operand_text(b)}")

    def bitnot(self, instruction, a):
        type = instruction.type
        self.set(instruction, f"wrap_{'s' if type.signed else 'u'}(~(U){operand_text(a)}, {type.bits})")

    def boolnot(self, instruction, a):
        self.set(instruction, f"!{operand_text(a)}")

    def booltoint(self, instruction, a):
        self.set(instruction, operand_text(a))

    def int(self, instruction, number):
        pass

    def cmp(self, instruction, a, op, b):
        self.compare(instruction, a, COMPARISONS[op], b)

    def shorthand(self, instruction, a, b):
        self.compare(instruction, a, COMPARISONS[instruction.op.removeprefix("cmp_")], b)

    def compare(self, instruction, a, op, b):
        if isinstance(a.type, Integer) or isinstance(b.type, Integer):
            order = order_beyond(a, b) or f"order_{sign(a)}{sign(b)}({operand_text(a)}, {operand_text(b)})"
        elif a.type.is_comptime:
            order = (a.known > b.known) - (a.known < b.known)
        else:
            # Only whether they are equal is asked for.
            order = f"({operand_text(a)} != {operand_text(b)})"
        self.set(instruction, f"{order} {op} 0")

    def intcast(self, instruction, _, value):
        type = instruction.type
        self.set(instruction, f"cast_{sign(value)}{'s' if type.signed else 'u'}({operand_text(value)}, {type.bits}, "
                              f"{instruction.place})")

    def truncate(self, instruction, _, value):
        self.wrapped(instruction, value)

    def bitcast(self, instruction, _, value):
        self.wrapped(instruction, value)

    def wrapped(self, instruction, value):
        type = instruction.type
        if isinstance(type, Integer):
            self.set(instruction, f"wrap_{'s' if type.signed else 'u'}((U){operand_text(value)}, {type.bits})")
        elif isinstance(type, Bool):
            self.set(instruction, f"(U){operand_text(value)} & 1")
        else:
            self.set(instruction, operand_text(value))

    # `as` is a keyword of Python.
    def coerced(self, instruction, _, value):
        if not instruction.type.is_comptime:
            self.set(instruction, coerced_text(value, instruction.type))

    def ptrtoint(self, instruction, value):
        self.set(instruction, f"(U){operand_text(value)}")

    def alloc(self, instruction, _):
        self.set(instruction, f"(P)&slot{instruction.result.number}")

    def content(self, instruction, *_):
        """What analysis made, or a pointer to it."""
        slot = f"slot{instruction.result.number}"
        self.set(instruction, slot if isinstance(instruction.result.type, Array) else f"(P)&{slot}")

    str = array_cat = array_mul = declref = content

    def declval(self, instruction, quoted):
        self.set(instruction, operand_text(quoted.item))

    def type_of(self, instruction, *_):
        """A type; C has none as values."""

    typeof = ret_type = param_type = type_of

    def ref(self, instruction, value):
        self.line(f"slot{instruction.result.number} = {operand_text(value)};")
        self.set(instruction, f"(P)&slot{instruction.result.number}")

    def store(self, instruction, pointer, value):
        type = pointer.type.child
        if value == UNDEFINED:
            return
        self.line(f"*({type.memory_in_c} *)({operand_text(pointer)}) = {coerced_text(value, type)};")

    def deref(self, instruction, pointer):
        type = instruction.result.type
        self.set(instruction, f"*({type.memory_in_c} *)({operand_text(pointer)})")

    def elements(self, base):
        """Address of the first element and number of elements."""
        word = operand_text(base)
        match base.type:
            case Slice():
                return f"({word}).p", f"({word}).n"
            case Array():
                return f"(P)&({word})", base.type.length
            case Pointer(many=True):
                return word, None
        return word, base.type.child.length

    def stored_count(self, base, count):
        """How many elements may be indexed."""
        type = base.type.child if isinstance(base.type, Pointer) else base.type
        return type.stored_length if isinstance(type, Array) and count is not None else count

    def elemptr(self, instruction, base, index):
        self.set(instruction, self.element(instruction, base, index))

    def element(self, instruction, base, index):
        type = instruction.type
        start, count = self.elements(base)
        if count is None:
            return f"({start} + ({operand_text(index)}) * {type.size})"
        count = self.stored_count(base, count)
        other = operand_text(instruction.other)
        return f"element({start}, {operand_text(index)}, {count}, {type.size}, {instruction.place}, {other})"

    def elemval(self, instruction, base, index):
        self.set(instruction, f"*({instruction.type.memory_in_c} *){self.element(instruction, base, index)}")

    def slice(self, instruction, base, start, end=None):
        type = instruction.type
        first, count = self.elements(base)
        if end is None and count is None:
            self.set(instruction, f"{first} + ({operand_text(start)}) * {type.size}")
            return
        last = count if end is None else operand_text(end)
        self.set(instruction, f"part({first}, {last if count is None else count}, {operand_text(start)}, {last}, "
                              f"{type.size}, {instruction.place})")

    def fieldval(self, instruction, base, field):
        start, count = self.elements(base)
        self.set(instruction, count if field == LEN else start)

    def fieldptr(self, instruction, base, field):
        if isinstance(base.type.child, Array):
            self.line(f"length{instruction.result.number} = {base.type.child.length};")
            self.set(instruction, f"(P)&length{instruction.result.number}")
        else:
            self.set(instruction, f"{operand_text(base)} + {8 if field == LEN else 0}")

    def ptrdiff(self, instruction, a, b):
        self.set(instruction, f"{operand_text(a)} - {operand_text(b)}")

    def inttoptr(self, instruction, type, value):
        self.set(instruction, f"(P){operand_text(value)}")

    def dbg_stmt(self, instruction):
        pass

    def compileerror(self, instruction, message):
        """Stands where nothing is analysed."""

    def asm(self, instruction, source, type, *keywords):
        """The instruction does nothing: the result is what was put into its register."""
        words = {keyword.name: keyword.value for keyword in keywords}
        value = words["args"][words["inputs"].index(words["output"].replace("=", ""))]
        text = operand_text(value)
        self.set(instruction, f"wrap_{'s' if type.signed else 'u'}((U){text}, {type.bits})")

    def array_init(self, instruction, type, elements):
        self.line("{")
        elements = [coerced_text(element, type.child) for element in elements]
        if type.sentinel is not None:
            elements.append(str(type.sentinel))
        self.line(f"    struct {type.name} made = {{{{{', '.join(elements)}}}}};")
        self.line(f"    v{instruction.result.number} = made;")
        self.line("}")

    def call(self, instruction, callee, arguments):
        type = callee.type.child if isinstance(callee.type, Pointer) else callee.type
        words = [coerced_text(argument, parameter) for argument, parameter in zip(arguments, type.parameters)]
        address = f"*(P *){operand_text(callee)}" if isinstance(callee.type, Pointer) else operand_text(callee)
        name = callee.name if isinstance(callee, Function) else f"(({type.cast_in_c})({address}))"
        text = f"{name}({', '.join(words)})"
        if type.result == VOID:
            self.line(f"{text};")
        else:
            self.set(instruction, text)

    def condbr(self, instruction, condition, then, otherwise):
        depth = self.depth
        self.line(f"if ({operand_text(condition)}) {{")
        self.body(then, depth + 1)
        self.line("} else {", depth)
        self.body(otherwise, depth + 1)
        self.line("}", depth)
        self.depth = depth

    def block(self, instruction, body):
        depth = self.depth
        self.line("{")
        self.body(body, depth + 1)
        self.line("}", depth)
        self.line(f"end{instruction.result.number}: ;", depth)
        self.depth = depth

    def loop(self, instruction, body):
        depth = self.depth
        self.line("for (;;) {")
        self.body(body, depth + 1)
        self.line("}", depth)
        self.depth = depth

    def leave(self, target, value):
        if has_value(target.type) and value is not None:
            self.line(f"v{target.number} = {coerced_text(value, target.type)};")
        self.line(f"goto end{target.number};")

    def breakvoid(self, instruction, target):
        self.leave(target, None)

    def unreachable(self, instruction):
        self.line(f'fail({instruction.place}, "reached unreachable code");')

    def returnvoid(self, instruction):
        self.line("return;")

    def returned(self, instruction, value):
        self.line(f"return {coerced_text(value, self.function.type.result)};")


for name, method in (("as", FunctionText.coerced), ("return", FunctionText.returned)):
    setattr(FunctionText, name, method)
for name in PLAIN:
    setattr(FunctionText, name, FunctionText.plain)
for name in COMPARISONS:
    setattr(FunctionText, f"cmp_{name}", FunctionText.shorthand)
setattr(FunctionText, "break", lambda self, instruction, target, value: self.leave(target, value))
