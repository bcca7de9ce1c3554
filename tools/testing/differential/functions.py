"""The bodies of functions as a whole: what they begin with, what they call, what they show of their values."""

from .aggregates import Aggregates
from .arithmetic import Arithmetic
from .bodies import BodyGenerator
from .control import Control
from .memory import Memory
from .program import Body, Function, Global, Keyword, Number, Place, Quoted, constant_of
from .types import BOOL, U1, U32, U64, VOID, Array, Bool, Integer, Pointer, Slice
from .types import Function as FunctionType

FUEL = 2000  # what the calls below one of `all` cost together
CALL = 20  # what one costs

REGISTERS = "rax rbx rcx rdx rsi rdi r8 r9 r10 r11 r12 r13 r14 r15".split()


class Calls:
    """Calls, and `asm`, which moves values like one."""

    STATEMENTS = [
        ("add_call", 7), ("add_call_of_pointer", 3), ("add_rotation", 0.5), ("add_named", 1), ("add_assembly", 1),
    ]

    def add_call(self):
        callee = self.random.choice(self.program.functions)
        self.call(callee, [self.operand(type) for type in callee.type.parameters])

    def add_call_of_pointer(self):
        callee = self.pick(lambda value: isinstance(value.type, FunctionType))
        if callee is None:
            types = [type for type in self.program.types if isinstance(type, FunctionType)]
            if not types:
                return
            callee = self.typed(self.random.choice(types))
        arguments = [self.operand(type) for type in callee.type.parameters]
        if self.chance(0.1):
            callee = self.emit("ref", [callee], Pointer(callee.type, True), None, callee.type, 2, hidden=True)
        self.call(callee, arguments)

    def add_named(self):
        """A declaration by its name: its value, or a pointer to it."""
        item = self.random.choice([*self.program.functions, self.program.declaration(self.integer_type())])
        if item is None:
            return
        if self.chance(0.4):
            value = self.emit("declval", [Quoted(item)], item.type, item.known)
        else:
            pointer = Pointer(item.type, True)
            known = Place(Global(None, pointer, constant_of(item.type, item.known)), 0)
            value = self.emit("declref", [Quoted(item)], pointer, known, item.type)
        if isinstance(item, Function):
            self.call(value, [self.operand(type) for type in item.type.parameters])

    def call(self, callee, arguments):
        type = callee.type.child if isinstance(callee.type, Pointer) else callee.type
        result = type.result
        # The result may point at what any argument points at.
        level = max([argument.level for argument in arguments], default=0) if result.holds_pointers else 0
        self.emit("call", [callee, arguments], result, level=level)

    def add_rotation(self):
        """The function calls itself with its own parameters in other places."""
        parameters = self.function.parameters
        if len(parameters) < len(self.function.type.parameters):
            return
        arguments = list(parameters)
        for type in dict.fromkeys(self.function.type.parameters):
            places = [number for number, parameter in enumerate(parameters) if parameter.type == type]
            others = self.random.sample(places, len(places))
            for place, other in zip(places, others):
                arguments[place] = parameters[other]
        self.call(self.function, arguments)

    def rotate_for_good(self):
        """The same with nothing of the parameters needed behind it."""
        parameters = list(self.scope)
        if self.chance(0.5):
            self.mix(parameters)
        self.add_rotation()
        self.scope = [value for value in self.scope if value not in parameters]

    def add_assembly(self):
        """Values in given registers; the instruction itself does nothing."""
        registers = self.random.sample(REGISTERS, self.random.randint(1, 6))
        values = [self.typed(self.integer_type()) for _ in registers]
        clobbers = [name for name in REGISTERS if name not in registers and self.chance(0.3)]
        type = self.integer_type()
        inputs = [f'"{{{name}}}"' for name in registers]
        self.emit("asm", ['"nop"', type, Keyword("volatile", "1"), Keyword("output", inputs[0].replace("{", "={")),
                          Keyword("inputs", inputs), Keyword("clobbers", clobbers), Keyword("args", values)], type)


class Mixing:
    """What is shown of the values: each is mixed into a sum of the function, sooner or later."""

    STATEMENTS = [("mix_all", 5)]

    def mix_all(self):
        values, self.unmixed = self.unmixed, []
        self.mix([value for value in values if value in self.scope])

    def mix(self, values):
        visible = len(self.scope)
        words = [word for value in values if (word := self.word(value)) is not None]
        if words:
            sum = self.emit("deref", [self.accumulator], U64)
            for number, word in enumerate(words):
                if number % 4 == 0:
                    sum = self.arithmetic("mulwrap", U64, sum, Number(0x100000001b3))
                sum = self.arithmetic("addwrap" if number % 2 else "xor", U64, sum, word)
            self.emit("store", [self.accumulator, sum])
        del self.scope[visible:]

    def word(self, value):
        """An unsigned integer for a value, None if it has none that is the same in both languages."""
        match value.type:
            case Integer(signed=True):
                return self.bits(value, Integer(False, value.type.bits))
            case Integer(bits=64):
                return value
            case Integer():
                return self.emit("as", [U64, value], U64, value.known) if self.chance(0.5) else value
            case Bool():
                return self.emit("booltoint", [value], U1, None if value.known is None else int(value.known))
            case Array():
                last = value.type.length - 1
                index = Number(last if self.chance(0.4) else self.random.randint(0, last))
                return self.word(self.element_value(value, value.type.child, index, value.level))
            case Slice():
                return self.emit("fieldval", [value, '"len"'], U64, value.known.length if value.known else None)
            case Pointer(many=True):
                child = value.type.child
                return self.word(self.element_value(value, child, Number(self.random.randrange(4)), value.level))
            case Pointer():
                return self.word(self.load(value))
        return None


class FunctionGenerator(Arithmetic, Control, Memory, Aggregates, Calls, Mixing, BodyGenerator):
    """Makes the body of one function."""

    STATEMENTS = [
        statement for part in (Arithmetic, Control, Memory, Aggregates, Calls, Mixing) for statement in part.STATEMENTS]

    def generate(self):
        self.parameters()
        self.accumulator = self.emit("alloc", [U64], Pointer(U64), type=U64, level=2, hidden=True)
        self.emit("store", [self.accumulator, Number(self.random.getrandbits(60))])
        self.pay()
        if self.chance(0.2):
            self.rotate_for_good()
        for _ in range(self.random.choice([0, 2, 5, 25])):
            self.fresh(self.random.choice(self.program.types))
        while self.left > 0:
            self.statements(self.left)
        # Some values are shown again: they live long.
        again = self.random.sample(self.scope, self.random.randint(0, min(len(self.scope), 20)))
        self.unmixed = list(dict.fromkeys([*self.unmixed, *again]))
        if self.chance(0.5):
            self.random.shuffle(self.unmixed)
        self.finish()

    def parameters(self):
        parameters = self.function.type.parameters
        count = len(parameters) if self.chance(0.9) else self.random.randint(0, len(parameters))
        for type in parameters[:count]:
            self.function.parameters.append(self.value(type, level=1 if type.holds_pointers else 0))
        self.scope += [value for value in self.function.parameters if value.type.size]

    def pay(self):
        """Returns when there is no fuel left, else takes some of it: so recursion ends."""
        fuel = self.emit("deref", [self.program.fuel], U32, hidden=True)
        is_empty = self.emit("cmp_lt", [fuel, Number(CALL)], BOOL, hidden=True)
        self.emit("condbr", [is_empty, self.inner(self.give_up), Body()])
        rest = self.emit("subwrap", [fuel, Number(CALL)], U32, hidden=True)
        self.emit("store", [self.program.fuel, rest])

    def give_up(self):
        if self.function.type.result == VOID:
            self.emit("returnvoid", [])
        else:
            self.emit("return", [self.program.constant(self.function.type.result)])

    def finish(self):
        """Mixes what is left, shows the sum, and returns."""
        self.mix_all()
        sum = self.emit("deref", [self.accumulator], U64)
        if self.chance(0.3):
            self.emit("call", [self.program.report, [Number(int(self.function.name[1:])), sum]])
        before = self.emit("deref", [self.program.sum], U64)
        mixed = self.arithmetic("xor", U64, self.arithmetic("mulwrap", U64, before, Number(31)), sum)
        self.emit("store", [self.program.sum, mixed])
        result = self.function.type.result
        if result == VOID:
            self.emit("returnvoid", [])
        else:
            self.emit("return", [self.operand(result, level=1)])


class MainGenerator(FunctionGenerator):
    """Calls every function, and shows the sum behind each call."""

    def generate(self):
        for number, function in enumerate(self.program.functions):
            for _ in range(self.random.randint(1, 3)):
                self.emit("store", [self.program.fuel, Number(FUEL)])
                arguments = [self.program.constant(type) for type in function.type.parameters]
                self.emit("call", [function, arguments], function.type.result)
                sum = self.emit("deref", [self.program.sum], U64)
                self.emit("call", [self.program.report, [Number(number + 0x100), sum]])
        self.emit("returnvoid", [])
