"""Random programs of core ZIR.

Whatever is known in analysis is computed here too, exactly, so that no program has an error: what is folded never fails.
What only run time knows may fail; see `zir.MENDED` for how a program without that is made.
"""

import random

from .program import Body, Constant, End, Function, Global, Instruction, Number, Program, Value
from .types import BOOL, COMPTIME, U32, U64, USIZE, VOID, Array, Bool, Integer, Pointer, Slice
from .types import Function as FunctionType

WIDTHS = [8, 16, 32, 64, 8, 16, 32, 64, 1, 2, 3, 7, 9, 13, 15, 17, 24, 31, 33, 40, 48, 63]

FUEL = 2000  # what all calls of a program cost together
CALL = 20  # what one costs


def make(seed):
    return Generator(random.Random(seed)).program()


class Generator:
    """Makes one program."""

    def __init__(self, random):
        self.random = random
        self.globals, self.functions = [], []
        self.names = {}
        integers = [self.integer() for _ in range(random.randint(2, 6))]
        self.integers = [*dict.fromkeys([*integers, U64, random.choice([U32, USIZE])])]
        self.types = [*self.integers, BOOL]
        for _ in range(random.randint(1, 4)):
            self.types.append(self.composed(random.choice(self.types)))
        self.types = [*dict.fromkeys(self.types)]

    def integer(self):
        width = self.random.choice(WIDTHS) if self.random.random() < 0.8 else self.random.randint(1, 64)
        return Integer(self.random.random() < 0.5, width)

    def composed(self, child):
        """A type that has `child` as a part."""
        match self.random.randrange(3):
            case 0:
                return Pointer(child, is_const=self.random.random() < 0.2)
            case _:
                return Array(self.random.choice([1, 2, 3, 4, 5, 7, 8, 16]), child)

    # Globals.

    def global_of(self, type):
        """A mutable global of `type`, the same each time."""
        if type not in self.names:
            self.names[type] = self.new_global(f"g_{type.name}", type, True)
        return self.names[type]

    def new_global(self, name, type, is_mutable):
        item = Global(name, Pointer(type, is_const=not is_mutable), self.constant(type))
        self.globals.append(item)
        return item

    def constant(self, type):
        """A random comptime-known value."""
        match type:
            case Integer():
                return Constant(type, self.number(type))
            case Bool():
                return Constant(type, self.random.random() < 0.5)
            case Array():
                return Constant(type, [self.constant(type.child) for _ in range(type.length)])
            case Slice():
                return Constant(type, self.global_of(Array(3, type.child)))
            case Pointer():
                return Constant(type, self.global_of(type.child))
        raise TypeError(type)

    def number(self, type):
        """Small ones and those at the ends are most likely to matter."""
        match self.random.randrange(6):
            case 0 | 1:
                number = self.random.randint(0, 10)
            case 2:
                number = -self.random.randint(1, 10)
            case 3:
                number = self.random.choice([type.minimum, type.maximum]) + self.random.choice([-1, 0, 0, 1])
            case 4:
                number = 1 << self.random.randrange(type.bits)
            case _:
                number = self.random.getrandbits(type.bits)
        return number if type.holds(number) else type.wrapped(number)

    # The program.

    def program(self):
        self.fuel = self.new_global("fuel", U32, True)
        self.fuel.initial = Constant(U32, FUEL)
        self.sum = self.new_global("sum", U64, True)
        self.report = Function("report", FunctionType((U64, U64), VOID))
        main = Function("all", FunctionType((), VOID))
        self.functions = [main]
        for number in range(self.random.randint(1, 5)):
            self.functions.append(self.function(number + 1))
        for function in self.functions[1:]:
            FunctionGenerator(self, function).generate()
        MainGenerator(self, main).generate()
        return Program(self.globals, self.functions)

    def function(self, number):
        most = self.random.choice([0, 1, 2, 3, 6, 7, 8, 12, 30])
        parameters = tuple(self.random.choice(self.types) for _ in range(self.random.randint(0, most)))
        result = self.random.choice([VOID, U64, *self.types])
        convention = "Unspecified"
        scalars = all(not isinstance(type, (Array, Slice)) for type in (*parameters, result))
        if scalars and self.random.random() < 0.3:
            convention = "C"
        return Function(f"f{number}", FunctionType(parameters, result, convention))


def fold(op, type, numbers):
    """The exact result of an operation on known integers; None where it fails."""
    a, b = numbers if len(numbers) == 2 else (numbers[0], None)
    wraps = op.endswith("wrap") and type != COMPTIME
    match op.removesuffix("wrap"):
        case "add":
            number = a + b
        case "sub":
            number = a - b
        case "mul":
            number = a * b
        case "negate":
            number = -a
        case "div" | "rem" | "mod":
            if b == 0:
                return None
            quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
            number = {"div": quotient, "rem": a - quotient * b, "mod": a % b}[op]
        case "bitand":
            number = a & b
        case "bitor":
            number = a | b
        case "xor":
            number = a ^ b
        case "bitnot":
            number = type.wrapped(~a)
        case "shl":
            if type != COMPTIME and b >= type.bits or b > 200:
                return None
            number = type.wrapped(a << b) if type != COMPTIME else a << b
        case "shr":
            if type != COMPTIME and b >= type.bits or b > 200:
                return None
            number = a >> b
    if wraps:
        return type.wrapped(number)
    if type == COMPTIME:
        return number if number.bit_length() < 200 else None
    return number if type.holds(number) else None


class FunctionGenerator:
    """Makes the body of one function. `scope` has the values that are visible where it works."""

    def __init__(self, program, function):
        self.program, self.function = program, function
        self.random = program.random
        self.count = 0
        self.scope = []
        self.body = function.body
        self.depth = 0
        self.loops = 0
        self.left = self.random.choice([5, 15, 30, 60, 60, 120])
        self.mixes_late = self.random.choice([0.0, 0.3, 0.8, 1.0])
        self.risk = self.random.choice([0.0, 0.2, 0.5])
        self.comptime = self.random.choice([0.0, 0.1, 0.3])
        self.unmixed = []
        self.known_sum = None

    def chance(self, probability):
        return self.random.random() < probability

    # Instructions.

    def value(self, type, known=None, level=0):
        self.count += 1
        return Value(self.count, type, known, level)

    def emit(self, op, operands, result=VOID, known=None, type=None, level=0, other=None):
        """Appends an instruction; its value becomes visible."""
        value = self.value(result, known, level)
        self.body.append(Instruction(op, operands, value, type, other=other))
        if result != VOID:
            self.scope.append(value)
        return value

    def arithmetic(self, op, type, *operands):
        """An operation of integers at `type`; None if it would be folded and fail."""
        known = [operand.known for operand in operands]
        if op in ("div", "rem", "mod", "shl", "shr"):
            last = known[-1]
            if op in ("shl", "shr"):
                if last is not None and (last < 0 or type != COMPTIME and last >= type.bits):
                    return None
            elif last == 0:
                return None
        result = None
        if None not in known:
            result = fold(op, type, known)
            if result is None:
                return None
        return self.emit(op, list(operands), type, result, type)

    # Finding operands.

    def pick(self, accepts):
        """A visible value that is accepted, a late one more likely; None if there is none."""
        found = [value for value in self.scope if accepts(value)]
        if not found:
            return None
        if self.chance(0.4):
            return found[-1 - min(int(self.random.expovariate(0.5)), len(found) - 1)]
        return self.random.choice(found)

    def typed(self, type):
        """A value of exactly this type, made if there is none."""
        if self.chance(0.05) and isinstance(type, (Integer, Bool)):
            return self.emit("as", [type, self.literal(type)], type, self.last_literal, type)
        return self.pick(lambda value: value.type == type and (value.known is None or self.chance(0.3))) \
            or self.fresh(type)

    def literal(self, type):
        constant = self.program.constant(type)
        self.last_literal = constant.known
        return constant if isinstance(type, Bool) else Number(constant.known)

    def fresh(self, type):
        """A new run-time value."""
        if isinstance(type, Integer) and self.chance(0.5):
            source = self.pick(lambda value: isinstance(value.type, Integer) and value.known is None)
            if source:
                return self.converted(source, type)
        if isinstance(type, Bool) and self.chance(0.7):
            return self.comparison()
        place = self.program.global_of(type)
        return self.emit("deref", [place], type, type=type)

    def converted(self, source, type):
        """An integer as one of another type, in a way that need not fail."""
        if type.holds_all_of(source.type) and self.chance(0.7):
            return self.emit(self.random.choice(["as", "intcast"]), [type, source], type, source.known, type)
        if self.chance(self.risk) and (source.known is None or type.holds(source.known)):
            return self.emit("intcast", [type, source], type, source.known, type)
        if source.type.bits < type.bits:
            middle = Integer(source.type.signed, type.bits)
            source = self.emit("as", [middle, source], middle, source.known, middle)
        elif source.type.bits > type.bits or self.chance(0.1):
            middle = Integer(source.type.signed, type.bits)
            known = None if source.known is None else middle.wrapped(source.known)
            source = self.emit("truncate", [middle, source], middle, known, middle)
        if source.type == type:
            return source
        known = None if source.known is None else type.wrapped(source.known)
        return self.emit("bitcast", [type, source], type, known, type)

    def operand(self, type):
        """Something that coerces to `type`: a number, a value of it, or one of a narrower type."""
        if isinstance(type, (Integer, Bool)) and self.chance(self.comptime + 0.15):
            return self.literal(type)
        if isinstance(type, Integer) and self.chance(0.1):
            value = self.pick(lambda v: isinstance(v.type, Integer) and type.holds_all_of(v.type))
            if value:
                return value
        if isinstance(type, Array) and self.chance(0.1):
            return self.program.constant(type)
        return self.typed(type)

    def partner(self, type):
        """Another operand of an operation at `type`, or at a narrower type of its sign."""
        operand = self.operand(type)
        is_narrower = isinstance(operand.type, Integer) and operand.type.signed != type.signed
        return self.typed(type) if is_narrower else operand

    def integer_type(self):
        return self.random.choice(self.program.integers)

    def index(self, length):
        """An index for `length` elements, below it in most cases."""
        if self.chance(0.4):
            return Number(self.random.randrange(length))
        type = self.random.choice([t for t in self.program.integers if not t.signed and USIZE.holds_all_of(t)])
        value = self.typed(type)
        if value.known is not None:
            return Number(self.random.randrange(length))
        if self.chance(self.risk * 0.3) or type.maximum < length:
            return value
        if length & length - 1 == 0:
            return self.arithmetic("bitand", type, value, Number(length - 1))
        return self.arithmetic("rem", type, value, Number(length))

    # Statements.

    STATEMENTS = [
        ("add_arithmetic", 30), ("add_comparison", 8), ("add_bool", 4), ("add_cast", 8), ("add_alloc", 6), ("add_store", 12),
        ("add_load", 10), ("add_element", 10), ("add_branch", 8), ("add_choice", 6), ("add_loop", 5), ("add_call", 6),
        ("add_mix", 5), ("add_array", 2), ("add_comptime", 3), ("add_early_end", 1), ("add_many", 2),
    ]

    def statements(self, count):
        names, weights = zip(*self.STATEMENTS)
        for name in self.random.choices(names, weights, k=count):
            if self.left <= 0:
                return
            self.left -= 1
            first = len(self.scope)
            getattr(self, name)()
            for value in self.scope[first:]:
                self.unmixed.append(value)
            if not self.chance(self.mixes_late):
                self.add_mix()

    def inner(self, generate):
        """A body that `generate` fills, whose values are visible in it only."""
        outer, visible, unmixed = self.body, len(self.scope), self.unmixed
        self.body, self.unmixed = Body(), []
        self.depth += 1
        generate()
        body = self.body
        self.depth -= 1
        self.body, self.unmixed = outer, unmixed
        del self.scope[visible:]
        return body

    def add_arithmetic(self):
        type = self.integer_type()
        a = self.typed(type)
        kind = self.random.randrange(10)
        if kind < 5:
            op = self.random.choice(["add", "sub", "mul"])
            if not self.chance(self.risk) or type.bits < 4:
                op += "wrap"
            self.binary(op, type, a)
        elif kind < 7:
            self.binary(self.random.choice(["bitand", "bitor", "xor"]), type, a)
        elif kind == 7:
            self.division(type, a)
        elif kind == 8:
            self.shift(type, a)
        else:
            self.unary(type, a)

    def binary(self, op, type, a):
        operands = [a, self.partner(type)]
        if self.chance(0.4):
            operands.reverse()
        self.arithmetic(op, self.peer(*operands), *operands)

    def peer(self, a, b):
        if COMPTIME in (a.type, b.type):
            return a.type if b.type == COMPTIME else b.type
        return a.type if a.type.bits >= b.type.bits else b.type

    def division(self, type, a):
        op = self.random.choice(["div", "rem", "mod"])
        b = self.partner(type)
        if b.known is None and not self.chance(self.risk):
            if b.type.signed and b.type.bits == 1:
                return
            if b.type.signed:
                b = self.arithmetic("bitand", b.type, b, Number(b.type.maximum))
            b = self.arithmetic("bitor", b.type, b, Number(1))
        if a.known is not None and self.chance(0.5):
            a = Number(a.known)
        self.arithmetic(op, self.peer(a, b), a, b)

    def shift(self, type, a):
        op = self.random.choice(["shl", "shr"])
        if self.chance(0.5):
            self.arithmetic(op, type, a, Number(self.random.randrange(type.bits)))
            return
        unsigned = self.random.choice([t for t in self.program.integers if not t.signed])
        count = self.typed(unsigned)
        if not self.chance(self.risk) and unsigned.maximum >= type.bits:
            count = self.arithmetic("rem", unsigned, count, Number(type.bits))
        if count is not None:
            self.arithmetic(op, type, a, count)

    def unary(self, type, a):
        if type.signed and self.chance(0.6):
            self.arithmetic("negate" if self.chance(self.risk) else "negatewrap", type, a)
        else:
            self.arithmetic("bitnot", type, a)

    def comparison(self):
        names = ["lt", "lte", "eq", "gte", "gt", "neq"]
        op = self.random.choice(names)
        a = self.typed(self.integer_type())
        b = self.operand(a.type) if self.chance(0.7) else self.typed(self.integer_type())
        if self.chance(0.05):
            b = Number(self.random.choice([-1, 1]) * self.random.getrandbits(70))
        if self.chance(0.3):
            a, b = b, a
        known = None
        if a.known is not None and b.known is not None:
            known = {"lt": a.known < b.known, "lte": a.known <= b.known, "eq": a.known == b.known,
                     "gte": a.known >= b.known, "gt": a.known > b.known, "neq": a.known != b.known}[op]
        if self.chance(0.3):
            return self.emit("cmp", [a, op, b], BOOL, known)
        return self.emit(f"cmp_{op}", [a, b], BOOL, known)

    def add_comparison(self):
        self.comparison()

    def add_bool(self):
        a = self.typed(BOOL)
        match self.random.randrange(5):
            case 0:
                self.emit("boolnot", [a], BOOL, None if a.known is None else not a.known)
            case 1 | 2:
                b = self.operand(BOOL)
                op = self.random.choice(["booland", "boolor"])
                known = None
                if a.known is not None and b.known is not None:
                    known = a.known and b.known if op == "booland" else a.known or b.known
                self.emit(op, [a, b], BOOL, known)
            case 3:
                b = self.typed(BOOL)
                op = self.random.choice(["eq", "neq"])
                known = None if a.known is None or b.known is None else (a.known == b.known) == (op == "eq")
                self.emit(f"cmp_{op}", [a, b], BOOL, known)
            case _:
                bit = Integer(False, 1)
                value = self.emit("booltoint", [a], bit, None if a.known is None else int(a.known), bit)
                self.converted(value, self.integer_type())

    def add_cast(self):
        self.converted(self.typed(self.integer_type()), self.integer_type())

    def add_alloc(self):
        type = self.random.choice(self.program.types)
        value = self.operand(type)
        pointer = self.emit("alloc", [type], Pointer(type), type=type, level=2)
        self.scope.remove(pointer)
        self.emit("store", [pointer, value])
        self.scope.append(pointer)

    def place(self):
        """A mutable pointer whose target holds no pointers."""
        def is_good(value):
            type = value.type
            return isinstance(type, Pointer) and not (type.is_const or type.many or type.child.holds_pointers)
        return (self.pick(is_good) if self.chance(0.8) else None) \
            or self.program.global_of(self.random.choice([t for t in self.program.types if not t.holds_pointers]))

    def add_store(self):
        place = self.place()
        self.emit("store", [place, self.operand(place.type.child)])

    def add_load(self):
        pointer = self.pick(lambda value: isinstance(value.type, Pointer) and not value.type.many) or self.place()
        type = pointer.type.child
        self.emit("deref", [pointer], type, type=type, level=pointer.level)

    def add_element(self):
        def has_elements(value):
            type = value.type
            return isinstance(type, Pointer) and not type.many and isinstance(type.child, Array)
        base = self.pick(has_elements)
        if base is None:
            return
        child = base.type.child.child
        index = self.index(base.type.child.length)
        other = self.program.global_of(child)
        if self.chance(0.25):
            self.emit("elemval", [base, index], child, type=child, other=other, level=base.level)
            return
        pointer = self.emit("elemptr", [base, index], Pointer(child, base.type.is_const), type=child, other=other,
                            level=base.level)
        if base in self.program.globals and index.known is not None:
            pointer.known = pointer
        if self.chance(0.7):
            if base.type.is_const or child.holds_pointers or self.chance(0.5):
                self.emit("deref", [pointer], child, type=child, level=pointer.level)
            else:
                self.emit("store", [pointer, self.operand(child)])

    def add_many(self):
        """Pointer arithmetic on an array."""
        base = self.pick(lambda v: isinstance(v.type, Pointer) and isinstance(v.type.child, Array) and not v.type.many)
        if base is None:
            return
        array = base.type.child
        type = Pointer(array.child, base.type.is_const, many=True)
        many = self.emit("as", [type, base], type, type=type, level=base.level)
        self.scope.remove(many)
        index = self.index_inside(array.length)
        pointer = self.emit("elemptr", [many, index], Pointer(array.child, base.type.is_const), type=array.child,
                            level=base.level)
        self.emit("deref", [pointer], array.child, type=array.child, level=base.level)

    def index_inside(self, length):
        """An index that is below `length` for sure."""
        type = self.random.choice([t for t in self.program.integers if not t.signed])
        if self.chance(0.5) or type.maximum < length:
            return Number(self.random.randrange(length))
        value = self.typed(type)
        if value.known is not None:
            return Number(self.random.randrange(length))
        return self.arithmetic("rem", type, value, Number(length))

    def add_array(self):
        arrays = [type for type in self.program.types if isinstance(type, Array)]
        if not arrays:
            return
        type = self.random.choice(arrays)
        if self.chance(0.5):
            if type.holds_pointers:
                return
            elements = [self.operand(type.child) for _ in range(type.length)]
            if all(element.known is not None for element in elements):
                return
            self.emit("array_init", [type, elements], type, type=type)
        else:
            array = self.typed(type)
            child = type.child
            self.emit("elemval", [array, self.index(type.length)], child, type=child, level=array.level,
                      other=self.program.global_of(child))

    def add_comptime(self):
        a = self.emit("int", [Number(self.program.number(self.integer_type()))], COMPTIME)
        a.known = self.body[-1].operands[0].known
        op = self.random.choice(["add", "mul", "bitand", "sub", "shl", "shr", "rem", "mod", "div"])
        b = Number(self.random.randint(1, 40))
        result = self.arithmetic(op, COMPTIME, a, b)
        for value in (a, result):
            if value in self.scope:
                self.scope.remove(value)
        type = self.integer_type()
        if result is None or not type.holds(result.known):
            return
        self.binary_with(type, result)

    def binary_with(self, type, number):
        operands = [number, self.typed(type)]
        self.random.shuffle(operands)
        self.arithmetic(self.random.choice(["addwrap", "xor", "mulwrap", "subwrap", "bitand"]), type, *operands)

    def add_branch(self):
        if self.depth > 6:
            return
        condition = self.typed(BOOL) if self.chance(0.5) else self.comparison()
        then = self.inner(lambda: self.branch_body())
        otherwise = Body() if self.chance(0.4) else self.inner(lambda: self.branch_body())
        self.emit("condbr", [condition, then, otherwise])

    def branch_body(self):
        self.statements(self.random.randint(0, 6))
        self.mix_all()
        if self.chance(self.risk * 0.1):
            self.emit("unreachable", [])

    def add_choice(self):
        """A block whose value is one of several."""
        if self.depth > 6:
            return
        type = self.random.choice(self.program.types)
        target = self.value(type)
        levels = [0]

        def leave():
            value = self.typed(type)
            levels.append(value.level)
            self.emit("break", [target, value])

        def one_way():
            self.statements(self.random.randint(0, 4))
            leave()

        def body():
            for _ in range(self.random.randint(1, 3)):
                self.statements(self.random.randint(0, 3))
                condition = self.unknown_bool()
                then = self.inner(one_way)
                otherwise = self.inner(one_way) if self.chance(0.2) else Body()
                self.emit("condbr", [condition, then, otherwise])
                if otherwise:
                    return
            leave()

        block = self.inner(body)
        target.level = max(levels)
        self.body.append(Instruction("block", [block], target))
        self.scope.append(target)

    def unknown_bool(self):
        while True:
            condition = self.typed(BOOL) if self.chance(0.3) else self.comparison()
            if condition.known is None:
                return condition

    def add_loop(self):
        if self.depth > 5 or self.loops >= 3:
            return
        type = self.random.choice([type for type in self.program.integers if type.bits > 3])
        counter = self.emit("alloc", [type], Pointer(type), type=type, level=2)
        self.scope.remove(counter)
        self.emit("store", [counter, Number(0)])
        limit = Number(self.random.randint(0, 6))
        if self.chance(0.4):
            limit = self.arithmetic("bitand", type, self.typed(type), Number(self.random.choice([3, 7])))
        end = self.value(VOID)
        self.loops += 1

        def leave():
            self.emit("breakvoid", [end])

        def body():
            now = self.emit("deref", [counter], type, type=type)
            done = self.emit(self.random.choice(["cmp_gte", "cmp_eq"]), [now, limit], BOOL)
            self.emit("condbr", [done, self.inner(leave), Body()])
            following = self.arithmetic(self.random.choice(["add", "addwrap"]), type, now, Number(1))
            moves_late = self.chance(0.5)
            if not moves_late:
                self.emit("store", [counter, following])
            self.statements(self.random.randint(1, 8))
            if self.chance(0.3):
                self.emit("condbr", [self.unknown_bool(), self.inner(leave), Body()])
            if moves_late:
                self.emit("store", [counter, following])
            self.mix_all()

        loop = self.inner(lambda: self.emit("loop", [self.inner(body)]))
        self.loops -= 1
        self.body.append(Instruction("block", [loop], end))

    def add_call(self):
        function = self.random.choice(self.program.functions[1:])
        arguments = [self.operand(type) for type in function.type.parameters]
        level = max([argument.level for argument in arguments], default=0)
        self.emit("call", [function, arguments], function.type.result, type=function.type.result, level=level)

    def add_early_end(self):
        if self.depth == 0 or self.loops:
            return
        self.emit("condbr", [self.unknown_bool(), self.inner(self.finish), Body()])

    # What is shown of the values.

    def add_mix(self):
        values, self.unmixed = self.unmixed, []
        self.mix([value for value in values if value in self.scope])

    def mix_all(self):
        self.add_mix()

    def mix(self, values):
        words = [word for value in values if (word := self.word(value)) is not None]
        if not words:
            return
        kept = len(self.scope)
        sum = self.emit("deref", [self.accumulator], U64, type=U64)
        for word in words:
            sum = self.arithmetic("mulwrap", U64, sum, Number(0x100000001b3))
            sum = self.arithmetic("xor", U64, sum, word)
        self.emit("store", [self.accumulator, sum])
        del self.scope[kept:]

    def word(self, value):
        """An unsigned integer for a value, None if it has none that is the same in each run."""
        kept = len(self.scope)
        match value.type:
            case Integer():
                if value.type.signed:
                    value = self.converted_bits(value)
                if value.type != U64 and self.chance(0.5):
                    value = self.emit("as", [U64, value], U64, value.known, U64)
            case Bool():
                bit = Integer(False, 1)
                value = self.emit("booltoint", [value], bit, None if value.known is None else int(value.known), bit)
            case Array():
                child = value.type.child
                value = self.emit("elemval", [value, Number(self.random.randrange(value.type.length))], child,
                                  type=child, other=self.program.global_of(child))
                value = self.word(value)
            case Pointer(many=False):
                child = value.type.child
                value = self.word(self.emit("deref", [value], child, type=child))
            case _:
                return None
        del self.scope[kept:]
        return value

    def converted_bits(self, value):
        type = Integer(False, value.type.bits)
        known = None if value.known is None else type.wrapped(value.known)
        return self.emit("bitcast", [type, value], type, known, type)

    # The function.

    def generate(self):
        self.parameters()
        self.accumulator = self.emit("alloc", [U64], Pointer(U64), type=U64, level=2)
        self.scope.remove(self.accumulator)
        self.emit("store", [self.accumulator, Number(self.random.getrandbits(60))])
        self.pay()
        self.unmixed = list(self.scope)
        for _ in range(self.random.choice([0, 2, 5, 25])):
            self.fresh(self.random.choice(self.program.types))
        while self.left > 0:
            self.statements(self.left)
        self.unmixed = list(dict.fromkeys([*self.unmixed, *self.scope]))
        if self.chance(0.5):
            self.random.shuffle(self.unmixed)
        self.finish()

    def parameters(self):
        parameters = self.function.type.parameters
        count = len(parameters) if self.chance(0.9) else self.random.randint(0, len(parameters))
        for type in parameters[:count]:
            self.function.parameters.append(self.value(type, level=1))
        self.scope += self.function.parameters

    def pay(self):
        """Returns when there is no fuel left, else takes some of it."""
        fuel = self.emit("deref", [self.program.fuel], U32, type=U32)
        self.scope.remove(fuel)
        is_empty = self.emit("cmp_lt", [fuel, Number(CALL)], BOOL)
        self.scope.remove(is_empty)
        self.emit("condbr", [is_empty, self.inner(self.give_up), Body()])
        rest = self.emit("sub", [fuel, Number(CALL)], U32, type=U32)
        self.scope.remove(rest)
        self.emit("store", [self.program.fuel, rest])

    def give_up(self):
        result = self.function.type.result
        if result == VOID:
            self.emit("returnvoid", [])
        else:
            self.emit("return", [self.program.constant(result)])

    def finish(self):
        """Mixes what is left, shows the sum, and returns."""
        self.mix_all()
        sum = self.emit("deref", [self.accumulator], U64, type=U64)
        if self.chance(0.3):
            self.emit("call", [self.program.report, [Number(int(self.function.name[1:])), sum]])
        before = self.emit("deref", [self.program.sum], U64, type=U64)
        mixed = self.arithmetic("xor", U64, self.arithmetic("mulwrap", U64, before, Number(31)), sum)
        self.emit("store", [self.program.sum, mixed])
        result = self.function.type.result
        if result == VOID:
            self.emit("returnvoid", [])
            return
        value = self.pick(lambda value: value.type == result and value.level < 2) or self.program.constant(result)
        self.emit("return", [value])


class MainGenerator(FunctionGenerator):
    """Calls every function, and shows the sum behind each call."""

    def generate(self):
        for number, function in enumerate(self.program.functions[1:]):
            for _ in range(self.random.randint(1, 3)):
                self.emit("store", [self.program.fuel, Number(FUEL)])
                arguments = [self.program.constant(type) for type in function.type.parameters]
                self.emit("call", [function, arguments], function.type.result, type=function.type.result)
                sum = self.emit("deref", [self.program.sum], U64, type=U64)
                self.emit("call", [self.program.report, [Number(number + 0x100), sum]])
        self.emit("returnvoid", [])
