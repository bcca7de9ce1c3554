"""A program as a tree, from which its text in ZIR and in C is made."""

import dataclasses

from .types import COMPTIME, VOID, Type


class Operand:
    """Whatever stands in an instruction and has a value.

    `known` is that value where analysis knows it, else None. `level` says how long what it points at is there: 0 as
    long as the program runs, 1 as long as the function's caller, 2 as long as the function.
    """
    type = None
    known = None
    level = 0


class Value(Operand):
    """The result of an instruction, or an argument."""

    def __init__(self, number, type, known=None, level=0):
        self.number, self.type, self.known, self.level = number, type, known, level
        self.extent = None  # for a [*]T: how many elements there are at least


class Number(Operand):
    """A number that stands for itself: a `comptime_int` until something wants it to be of another type."""
    type = COMPTIME

    def __init__(self, number):
        self.known = number


class Constant(Operand):
    """A comptime-known value of a type: a number, a bool, a list of the elements of an array, or a place: a `Global`
    for a pointer to it, or a slice of it if it is an array."""

    def __init__(self, type, value):
        self.type, self.value = type, value
        self.known = value if isinstance(value, int) else self


class Global(Operand):
    """A `global`, whose value is the pointer to its storage."""

    def __init__(self, name, pointer, initial):
        self.name, self.type, self.initial = name, pointer, initial
        self.known = self


@dataclasses.dataclass
class End:
    """The keyword operand of `slice`."""
    value: Operand


@dataclasses.dataclass
class Instruction:
    """`%result = op(operands)`. An operand may be an `Operand`, a `Type`, a list of operands, a `Body`, or a text that
    stands as it is; `type` is the type that the operation works at."""
    op: str
    operands: list
    result: Value
    type: Type = None
    place: int = None  # the number of its check in the program
    other: Operand = None  # where an index outside leads to in the mended form

    def bodies(self):
        return [operand for operand in self.operands if isinstance(operand, Body)]

    def uses(self):
        """The operands and the members of operands that are lists."""
        for operand in self.operands:
            if isinstance(operand, list) and not isinstance(operand, Body):
                yield from operand
            elif isinstance(operand, Operand):
                yield operand
            elif isinstance(operand, End):
                yield operand.value


class Body(list):
    """The instructions between two braces."""


class Function(Operand):
    def __init__(self, name, type, module="main"):
        self.name, self.type, self.module = name, type, module
        self.known = self
        self.parameters = []
        self.body = Body()


@dataclasses.dataclass
class Program:
    globals: list
    functions: list

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


# What an instruction may say when a check fails.
CHECKED = {"add", "sub", "mul", "negate", "div", "rem", "mod", "shl", "shr", "intcast", "elemptr", "elemval", "slice",
           "unreachable"}


def number_checks(program):
    """Gives each check its number; returns how many there are."""
    count = 0
    for function in program.functions:
        for instruction in walk(function.body):
            if instruction.op in CHECKED:
                instruction.place = count
                count += 1
    return count


def has_value(type):
    return type is not None and type not in (VOID, COMPTIME)
