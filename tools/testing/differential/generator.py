"""Random programs of core ZIR.

What analysis knows is computed here too, exactly, so that no program has an error: what is folded never fails. What
only run time knows may fail; `zir.MENDED` makes a program without that.
"""

import random

from . import folding
from .functions import FUEL, FunctionGenerator, MainGenerator
from .program import MANY, Constant, Declaration, Function, Global, Number, Program
from .types import BOOL, I32, I64, NAMED, U0, U8, U32, U64, USIZE, VOID, Array, Bool, Integer, Pointer, Slice
from .types import Function as FunctionType

# The widths of machines, and those next to a border of one.
WIDTHS = [8, 16, 32, 64]
ODD_WIDTHS = [1, 2, 3, 7, 9, 13, 15, 17, 24, 31, 33, 40, 48, 63]
LENGTHS = [1, 2, 3, 4, 5, 7, 8, 16]


def make(seed):
    """The program of a seed."""
    return Generator(random.Random(seed)).program()


class Generator:
    """Makes one program: its types, its globals, and what its functions are called with. `FunctionGenerator` makes
    their bodies."""

    def __init__(self, random):
        self.random = random
        self.globals, self.functions, self.declarations, self.tables = [], [], [], []
        self.mutable, self.edge_tables = {}, {}  # by type
        self.modules = random.choice([["main"]] * 4 + [["main", "lib"], ["main", "lib/deep", "other"]])
        self.choose_types()

    def chance(self, probability):
        return self.random.random() < probability

    def module(self):
        return self.random.randrange(len(self.modules))

    # Types.

    def choose_types(self):
        """A few types, so that there are many values of each."""
        integers = [self.integer() for _ in range(self.random.randint(1, 5))]
        integers += [U64, self.random.choice([U8, U32, USIZE]), self.random.choice([I32, I64])]
        self.integers = [*dict.fromkeys(integers)]
        self.unsigned = [type for type in self.integers if not type.signed]
        self.types = [*self.integers, BOOL]
        for _ in range(self.random.choice([0, 1, 3, 5, 8])):
            self.add_type(self.composed(self.random.choice(self.types)))

    def add_type(self, type):
        if type not in self.types and type.size <= 512:
            self.types.append(type)

    def integer(self):
        if self.chance(0.1):
            return self.random.choice(NAMED)
        width = self.random.choice(WIDTHS if self.chance(0.55) else ODD_WIDTHS)
        if self.chance(0.1):
            width = self.random.randint(1, 64)
        return Integer(self.chance(0.5), width)

    def composed(self, child):
        """A type that has `child` as a part."""
        is_const = self.chance(0.3)
        match self.random.randrange(8):
            case 0 | 1:
                return Pointer(child, is_const)
            case 2:
                return Pointer(child, is_const, many=True)
            case 3 | 4:
                return Slice(child, is_const)
            case 5 if isinstance(child, Integer):
                return Array(self.random.choice(LENGTHS), child, sentinel=self.random.choice([0, child.maximum]))
        return Array(self.random.choice(LENGTHS), child)

    # Globals and constants.

    def global_of(self, type):
        """A mutable global of `type`, mostly the same each time."""
        found = self.mutable.setdefault(type, [])
        if not found or len(found) < 3 and self.chance(0.1):
            found.append(self.new_global(f"g{len(found)}_{type.name}", type, is_constant=False))
        return self.random.choice(found)

    def new_global(self, name, type, is_constant, initial=None):
        item = Global(name, Pointer(type, is_constant), initial, self.module())
        if initial is None:
            # What it points at may be itself.
            self.mutable.setdefault(type, [] if is_constant else [item])
            item.initial = self.constant(type)
        if self.chance(0.1):
            item.alignment = self.random.choice([1, 8, 16, 64])
        self.globals.append(item)
        return item

    def table(self):
        """A constant one."""
        if len(self.tables) < 3 or self.chance(0.1):
            type = self.random.choice(self.types)
            self.tables.append(self.new_global(f"k{len(self.tables)}_{type.name}", type, is_constant=True))
        return self.random.choice(self.tables)

    def edges(self, type):
        """A constant table of the numbers at the ends of an integer type."""
        if type not in self.edge_tables:
            numbers = [type.minimum, type.maximum, 0, 1, type.maximum - 1, type.minimum + 1]
            if type.signed:
                numbers.append(-1)
            numbers = [number for number in numbers if type.holds(number)]
            array = Array(len(numbers), type)
            initial = Constant(array, [Constant(type, number, number) for number in numbers])
            self.edge_tables[type] = self.new_global(f"edges_{type.name}", array, True, initial)
        return self.edge_tables[type]

    def constant(self, type):
        """A random comptime-known value."""
        value = self.constant_value(type)
        constant = Constant(type, value)
        if not isinstance(type, Array):
            constant.known = folding.known_of(constant)
        else:
            # An array of its own has no place that the rest of the program could know.
            constant.known = value
        return constant

    def constant_value(self, type):
        match type:
            case Integer():
                return self.number(type)
            case Bool():
                return self.chance(0.5)
            case Array():
                return [self.constant(type.child) for _ in range(type.length)]
            case Slice():
                return self.global_of(Array(self.random.choice(LENGTHS), type.child))
            case Pointer(many=True):
                return self.global_of(Array(self.random.choice([n for n in LENGTHS if n >= MANY]), type.child))
            case Pointer():
                return self.global_of(type.child)
        return self.random.choice([function for function in self.functions if function.type == type])

    def declaration(self, type):
        """A named number of an integer type, computed from a literal and others."""
        if not self.declarations or self.chance(0.3):
            self.declare("as", type, [type, Number(self.number(type))])
        others = [item for item in self.declarations if item.type == type]
        if others and self.chance(0.5):
            op = self.random.choice(
                ["add", "mul", "addwrap", "mulwrap", "subwrap", "xor", "bitand", "shr", "rem", "div"])
            number = Number(self.random.randint(0, min(9, type.maximum)))
            self.declare(op, type, [self.random.choice(others), number])
        others = [item for item in self.declarations if item.type == type]
        return self.random.choice(others) if others else None

    def declare(self, op, type, operands):
        known = operands[1].known if op == "as" else folding.fold(op, type, *(operand.known for operand in operands))
        if known is not None:
            name = f"d{len(self.declarations)}"
            self.declarations.append(Declaration(name, type, known, op, operands, self.module()))

    def number(self, type):
        """Small ones and those at the ends are most likely to matter."""
        match self.random.randrange(8):
            case 0 | 1:
                number = self.random.randint(0, 10)
            case 2:
                number = -self.random.randint(1, 10)
            case 3:
                number = self.random.choice([type.minimum, type.maximum]) + self.random.choice([-1, 0, 0, 1])
            case 4:
                number = 1 << self.random.randrange(max(type.bits, 1))
            case _:
                number = self.random.getrandbits(type.bits)
        return number if type.holds(number) else type.wrapped(number)

    # The program.

    def program(self):
        self.fuel = self.new_global("fuel", U32, False, Constant(U32, FUEL))
        self.sum = self.new_global("sum", U64, False, Constant(U64, 1))
        self.report = Function("report", FunctionType((U64, U64), VOID))
        self.stop = Function("stop", FunctionType((U8,), VOID))
        main = Function("all", FunctionType((), VOID))
        for number in range(self.random.randint(1, 5)):
            function = self.function(number + 1)
            self.functions.append(function)
            if self.chance(0.4):
                self.add_type(function.type)
        for function in self.functions:
            FunctionGenerator(self, function).generate()
        MainGenerator(self, main).generate()
        return Program(self.modules, self.globals, [main, *self.functions], self.declarations)

    def function(self, number):
        most = self.random.choice([0, 1, 2, 3, 6, 7, 8, 12, 30])
        if self.chance(0.01):
            most = 150
        scalars = self.chance(0.4)
        types = [type for type in self.types if not scalars or not isinstance(type, (Array, Slice))]
        parameters = [self.random.choice(types) for _ in range(self.random.randint(most // 2, most))]
        if self.chance(0.05):
            parameters.insert(self.random.randint(0, len(parameters)), U0)
        result = self.random.choice([VOID, U64, *types])
        convention = "C" if scalars and self.chance(0.6) else "Unspecified"
        return Function(f"f{number}", FunctionType(tuple(parameters), result, convention), self.module())
