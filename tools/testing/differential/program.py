"""A program as a tree, from which its text in ZIR and in C is made."""

import dataclasses

from .types import COMPTIME, VOID, Array, Pointer, Type


class Operand:
    """Whatever stands in an instruction and has a value.

    `known` is what analysis knows of it, None at run time: a number, a bool, a `Place` that it points to or, of an
    array, stands at, a `KnownSlice`, a `Function`, a list of elements. `level` says how long what it points at is
    there: 0 as long as the program runs, 1 as long as the function's caller, 2 as long as the function.
    """
    type = None
    known = None
    level = 0


class Value(Operand):
    """The result of an instruction, or an argument."""

    def __init__(self, number, type, known=None, level=0):
        self.number, self.type, self.known, self.level = number, type, known, level
        self.is_variable = False  # whether it points at a variable of its function for sure


class Number(Operand):
    """A number that stands for itself: a `comptime_int` until something wants it to be of another type."""
    type = COMPTIME

    def __init__(self, number):
        self.known = number


class Constant(Operand):
    """A comptime-known value where its type is expected: a number, a bool, a list of the elements of an array, a
    `Function`, or a `Global` for a pointer to it, or to its first element, or a slice of it."""

    def __init__(self, type, value, known=None):
        self.type, self.value, self.known = type, value, known


class Global(Operand):
    """A `global`, whose value is the pointer to its storage. One without a name is the constant of a `ref`."""

    def __init__(self, name, pointer, initial, module=0):
        self.name, self.type, self.initial, self.module = name, pointer, initial, module
        self.known = Place(self, 0)
        self.alignment = None

    @property
    def is_constant(self):
        return self.type.is_const

    def leaves(self):
        """The parts of a constant that are no arrays, each with its offset."""
        found = []

        def add(offset, constant):
            if isinstance(constant.type, Array):
                for index, element in enumerate(constant.value):
                    add(offset + index * constant.type.child.size, element)
                if constant.type.sentinel is not None:
                    end = offset + constant.type.length * constant.type.child.size
                    found.append((end, Constant(constant.type.child, constant.type.sentinel)))
            else:
                found.append((offset, constant))

        add(0, self.initial)
        return found


class Declaration(Operand):
    """A constant with a name: `@name = op(operands)`, of numbers and other such constants of any module."""

    def __init__(self, name, type, known, op, operands, module):
        self.name, self.type, self.known, self.op, self.operands, self.module = name, type, known, op, operands, module


class Place:
    """Bytes from `offset` on of the storage of a global."""

    def __init__(self, base, offset):
        self.base, self.offset = base, offset


class KnownSlice:
    def __init__(self, place, length):
        self.place, self.length = place, length


class Function(Operand):
    """A function of module `module`; its body begins with what it does with `parameters`, which may be fewer than its
    type has."""

    def __init__(self, name, type, module=0):
        self.name, self.type, self.module = name, type, module
        self.known = self
        self.parameters = []
        self.body = Body()


@dataclasses.dataclass
class Quoted:
    """The name of a global, function or declaration as a text."""
    item: Operand


@dataclasses.dataclass
class Keyword:
    """An operand with a name: an operand, a text, or a list of these."""
    name: str
    value: object


class Body(list):
    """The instructions between two braces."""


@dataclasses.dataclass
class Instruction:
    """`%result = op(operands)`.

    An operand may be an `Operand`, a `Type`, a list of operands, a `Body`, a `Keyword`, or a text that stands as it is.
    `type` is the type that the operation works at, `other` where an index outside leads to in the mended form.
    """
    op: str
    operands: list
    result: Value
    type: Type = None
    other: Operand = None
    place: int = None  # the number of its check in the program

    def bodies(self):
        return [operand for operand in self.operands if isinstance(operand, Body)]

    def uses(self):
        """The operands, also those in lists."""
        for operand in self.operands:
            value = operand.value if isinstance(operand, Keyword) else operand
            value = value.item if isinstance(value, Quoted) else value
            if isinstance(value, Operand):
                yield value
            elif isinstance(value, list) and not isinstance(value, Body):
                yield from (member for member in value if isinstance(member, Operand))


@dataclasses.dataclass
class Program:
    """`modules` are the names of the files without `.zir`; whatever has a name has the number of its module."""
    modules: list
    globals: list
    functions: list
    declarations: list

    def types(self):
        """All types that appear."""
        for item in self.globals:
            yield item.type
            yield item.initial.type
        for function in self.functions:
            yield function.type
            for instruction in walk(function.body):
                yield from types_in(instruction)


def types_in(instruction):
    for operand in instruction.operands:
        if isinstance(operand, Type):
            yield operand
    for use in instruction.uses():
        yield use.type
    yield instruction.result.type
    if instruction.type:
        yield instruction.type


def walk(body):
    """All instructions in the order of the text, those of inner bodies behind the one that has them."""
    for instruction in body:
        yield instruction
        for inner in instruction.bodies():
            yield from walk(inner)


# A pointer to many elements always has at least so many behind it.
MANY = 4

# What may fail a check.
CHECKED = {"add", "sub", "mul", "negate", "div", "rem", "mod", "mod_rem", "shl", "shr", "intcast", "elemptr", "elemval",
           "slice", "unreachable"}


def number_checks(program):
    """Gives each check its number; returns how many there are."""
    count = 0
    for function in program.functions:
        for instruction in walk(function.body):
            if instruction.op in CHECKED:
                instruction.place = count
                count += 1
    return count


def constant_of(type, known):
    """What analysis knows of a value as a `Constant`; None if that cannot be written so."""
    match known:
        case int() | Function():
            return Constant(type, known, known)
        case Place() if isinstance(type, Pointer) and not type.many and known.offset == 0 and known.base.name:
            return Constant(type, known.base, known) if known.base.type.child == type.child else None
        case Place() if isinstance(type, Array) and known.offset == 0 and known.base.initial.type == type:
            return known.base.initial
        case list():
            elements = [constant_of(type.child, element.known) for element in known]
            return None if None in elements else Constant(type, elements, elements)
    return None


def has_value(type):
    """Whether C has a variable for it."""
    return type is not None and type != VOID and not type.is_comptime


def is_object_pointer(type):
    """Whether it points at one thing."""
    return isinstance(type, Pointer) and not type.many
