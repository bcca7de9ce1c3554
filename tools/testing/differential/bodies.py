"""What making a function's body begins with: instructions, the values that are visible, and finding operands."""

from . import folding
from .program import MANY, Body, Instruction, Number, Value
from .types import BOOL, TYPE, VOID, Array, Bool, Integer, Pointer, Slice
from .types import Function as FunctionType


class BodyGenerator:
    """Makes instructions in `body`. `scope` has the values that are visible there, `unmixed` those that nothing has
    shown yet.

    The style of a function is random: how large it is, how long its values live, how many of its operations may fail,
    how much of it analysis knows.
    """

    def __init__(self, program, function):
        self.program, self.function, self.random = program, function, program.random
        self.count = 0
        self.scope, self.unmixed, self.body = [], [], function.body
        self.depth = self.loops = 0
        self.left = self.random.choice([5, 10, 20, 40, 40, 80]) if self.chance(0.99) else 800
        self.mixes_late = self.random.choice([0.0, 0.5, 0.9, 1.0])
        self.risk = self.random.choice([0.0, 0.2, 0.5])
        self.comptime = self.random.choice([0.0, 0.1, 0.3])

    def chance(self, probability):
        return self.random.random() < probability

    # Instructions.

    def value(self, type, known=None, level=0):
        self.count += 1
        return Value(self.count, type, known, level)

    def emit(self, op, operands, result=VOID, known=None, type=None, level=0, other=None, hidden=False):
        """Appends an instruction; its value becomes visible, unless it is hidden."""
        value = self.value(result, known, level)
        self.body.append(Instruction(op, operands, value, type or result, other))
        if result != VOID and not hidden:
            self.scope.append(value)
        return value

    def arithmetic(self, op, type, *operands, hidden=False):
        """An operation of integers at `type`; None if analysis would refuse it."""
        known = [operand.known for operand in operands]
        result = None
        if None not in known:
            result = folding.fold(op, type, *known)
            if result is None:
                return None
        elif len(known) == 2 and folding.is_refused(op, type, *known):
            return None
        return self.emit(op, list(operands), type, result, type, hidden=hidden)

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

    # Operands.

    def pick(self, accepts):
        """A visible value that is accepted, a late one more likely; None if there is none."""
        found = [value for value in self.scope if accepts(value)]
        if not found:
            return None
        if self.chance(0.4):
            return found[-1 - min(int(self.random.expovariate(0.5)), len(found) - 1)]
        return self.random.choice(found)

    def typed(self, type, level=2):
        """An operand of exactly this type, one of run time in most cases, made if there is none. What it points at is
        there for at least as long as `level` says."""
        def is_good(value):
            return value.type == type and value.level <= level and (value.known is None or self.chance(0.3))
        if self.chance(0.05) and isinstance(type, (Integer, Bool)):
            literal = self.literal(type)
            return self.emit("as", [self.type_operand(type), literal], type, literal.known)
        return self.pick(is_good) or self.fresh(type, level)

    def operand(self, type, level=2):
        """Something that coerces to `type`."""
        match type:
            case Integer() | Bool() if type.size == 0 or self.chance(self.comptime + 0.15):
                return self.literal(type)
            case Integer() if self.chance(0.05):
                found = self.program.declaration(type)
            case Integer() if self.chance(0.1):
                found = self.pick(lambda v: isinstance(v.type, Integer) and type.holds_all_of(v.type))
            case Array() | FunctionType() | Pointer() | Slice() if self.chance(0.1):
                return self.program.constant(type)
            case Slice() | Pointer() if self.chance(0.4):
                found = self.pick(lambda value: value.level <= level and coerces(value.type, type))
            case _:
                found = None
        return found or self.typed(type, level)

    def literal(self, type):
        """A number or bool that stands for itself."""
        constant = self.program.constant(type)
        return constant if isinstance(type, Bool) else Number(constant.known)

    def fresh(self, type, level=2):
        """A new value, mostly one that only run time knows."""
        if isinstance(type, Integer) and self.chance(0.5):
            source = self.pick(lambda value: isinstance(value.type, Integer) and value.known is None)
            if source:
                return self.converted(source, type)
        if isinstance(type, Bool) and self.chance(0.7):
            return self.comparison()
        if type.holds_pointers and self.chance(0.6):
            made = self.fresh_pointer(type, level)
            if made:
                return made
        return self.emit("deref", [self.program.global_of(type)], type)

    def type_operand(self, type):
        """The type, by its name or as what an instruction gives."""
        if self.chance(0.95):
            return type
        parameters = [(function, number) for function in self.program.functions
                      for number, parameter in enumerate(function.type.parameters) if parameter == type]
        value = self.pick(lambda value: value.type == type)
        if self.function.type.result == type and self.chance(0.3):
            return self.emit("ret_type", [], TYPE, type, hidden=True)
        if parameters and self.chance(0.5):
            function, number = self.random.choice(parameters)
            return self.emit("param_type", [function, Number(number)], TYPE, type, hidden=True)
        return self.emit("typeof", [value], TYPE, type, hidden=True) if value else type

    def integer_type(self):
        return self.random.choice(self.program.integers)

    def run_time_bool(self):
        """A condition that analysis does not know."""
        for _ in range(4):
            condition = self.typed(BOOL) if self.chance(0.3) else self.comparison()
            if condition.known is None:
                return condition
        return self.emit("deref", [self.program.global_of(BOOL)], BOOL)

    # Statements.

    def statements(self, count):
        names, weights = zip(*self.STATEMENTS)
        for name in self.random.choices(names, weights, k=count):
            if self.left <= 0:
                return
            self.left -= 1
            first = len(self.scope)
            getattr(self, name)()
            self.unmixed += self.scope[first:]
            if not self.chance(self.mixes_late):
                self.mix_all()


def coerces(source, target):
    """Whether pointers and slices of one type are also of the other, or can be made so."""
    match target:
        case Slice():
            child = source.child if isinstance(source, Slice) else array_behind(source)
        case Pointer(many=True):
            child = source.child if isinstance(source, Pointer) and source.many else array_behind(source, least=MANY)
        case _:
            child = source.child if isinstance(source, Pointer) and not source.many else None
    return child == target.child and (target.is_const or not source.is_const)


def array_behind(pointer, least=0):
    """The type of the elements of what is pointed at, None if that is no array of at least so many."""
    if isinstance(pointer, Pointer) and not pointer.many and isinstance(pointer.child, Array):
        return pointer.child.child if pointer.child.length >= least else None
    return None
