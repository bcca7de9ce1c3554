"""Integers and bools in a function's body."""

from .folding import COMPARISONS
from .program import Number
from .types import BOOL, COMPTIME, U0, U1, Integer, Pointer
from .types import Function as FunctionType

CHECKED_OPERATIONS = ["add", "sub", "mul", "div", "rem", "mod"]


class Arithmetic:
    STATEMENTS = [
        ("add_arithmetic", 30), ("add_comparison", 8), ("add_bool", 4), ("add_cast", 8), ("add_comptime", 3),
        ("add_wide", 1), ("add_chain", 3), ("add_edge", 3), ("add_sweep", 2.5),
    ]

    def add_arithmetic(self):
        type = self.integer_type()
        a = self.typed(type)
        kind = self.random.randrange(10)
        if kind < 4:
            op = self.random.choice(["add", "sub", "mul"])
            self.binary(op if self.chance(self.risk) else f"{op}wrap", type, a)
        elif kind < 6:
            self.binary(self.random.choice(["bitand", "bitor", "xor"]), type, a)
        elif kind == 6:
            self.division(type, a)
        elif kind < 9:
            self.shift(type, a)
        else:
            self.unary(type, a)

    def binary(self, op, type, a):
        operands = [a, self.partner(type)]
        if self.chance(0.4):
            operands.reverse()
        return self.arithmetic(op, peer(*operands), *operands)

    def partner(self, type):
        """Another operand of an operation at `type`, or at a narrower type of its sign."""
        operand = self.operand(type)
        is_other = isinstance(operand.type, Integer) and operand.type.signed != type.signed
        return self.typed(type) if is_other else operand

    def division(self, type, a):
        op = self.random.choice(["div", "rem", "mod"] if type.signed else ["div", "rem", "mod", "mod_rem"])
        b = self.partner(type)
        if b.known is None and not self.chance(self.risk):
            if b.type.signed and b.type.bits == 1:
                return
            if b.type.signed:
                b = self.arithmetic("bitand", b.type, b, Number(b.type.maximum))
            b = self.arithmetic("bitor", b.type, b, Number(1))
        if a.known is not None and b.type == type and self.chance(0.5):
            a = Number(a.known)
        self.arithmetic(op, peer(a, b), a, b)

    def shift(self, type, a):
        op = self.random.choice(["shl", "shr"])
        if self.chance(0.5):
            self.arithmetic(op, type, a, Number(self.random.randrange(type.bits)))
            return
        unsigned = self.random.choice(self.program.unsigned)
        count = self.typed(unsigned)
        if not self.chance(self.risk) and unsigned.maximum >= type.bits:
            count = self.arithmetic("rem", unsigned, count, Number(type.bits))
        self.arithmetic(op, type, a, count)

    def unary(self, type, a):
        if type.signed and self.chance(0.6):
            self.arithmetic("negate" if self.chance(self.risk) else "negatewrap", type, a)
        else:
            self.arithmetic("bitnot", type, a)

    def add_edge(self):
        """An operation of numbers at the ends of their type, which only run time knows."""
        type = self.integer_type()
        self.edge_operation(type, self.edge(type), self.edge(type))

    def add_sweep(self):
        """The same for all pairs of such numbers."""
        if self.loops or self.depth > 3:
            return
        type = self.integer_type()
        table, other = self.program.edges(type), self.program.edges(type if self.chance(0.8) else self.integer_type())
        operations = self.random.randint(1, 3)

        def inner(i):
            a = self.edge_at(table, i)
            self.loop(lambda j: outcome(a, self.edge_at(other, j)), rounds=other.type.child.length)

        def outcome(a, b):
            first = len(self.scope)
            if a.type == b.type:
                for _ in range(operations):
                    self.edge_operation(type, a, b)
            self.unmixed.append(self.compared(self.random.choice(list(COMPARISONS)), a, b))
            self.unmixed += self.scope[first:-1]

        self.loops += 1
        self.loop(inner, rounds=table.type.child.length)
        self.loops -= 1

    def edge(self, type):
        table = self.program.edges(type)
        return self.edge_at(table, self.index_below(table.type.child.length, 0, literal=0))

    def edge_at(self, table, index):
        type = table.type.child.child
        return self.emit("elemval", [table, index], type, type=type, other=self.program.global_of(type))

    def edge_operation(self, type, a, b):
        match self.random.randrange(10 if self.chance(self.risk + 0.3) else 4):
            case 0 | 1:
                self.arithmetic(self.random.choice(["addwrap", "subwrap", "mulwrap"]), type, a, b)
            case 2:
                self.arithmetic(self.random.choice(["bitand", "bitor", "xor"]), type, a, b)
            case 3:
                self.compared(self.random.choice(list(COMPARISONS)), a, b)
            case 4 | 5:
                self.arithmetic(self.random.choice(["add", "sub", "mul"]), type, a, b)
            case 6 | 7:
                self.arithmetic(self.random.choice(["div", "rem", "mod"]), type, a, b)
            case 8 if type.signed:
                self.arithmetic("negate", type, a)
            case _:
                target = self.integer_type()
                self.emit("intcast", [target, a], target)

    def add_chain(self):
        """A long expression of which each step has one use, like those that front ends write."""
        type = self.integer_type()
        value = self.typed(type)
        for _ in range(self.random.randint(2, 8)):
            op = self.random.choice(["addwrap", "subwrap", "mulwrap", "bitand", "bitor", "xor"])
            operands = [value, self.typed(type) if self.chance(0.6) else self.literal(type)]
            if self.chance(0.4):
                operands.reverse()
            value = self.arithmetic(op, type, *operands, hidden=True)
        self.scope.append(value)

    # Bools.

    def add_comparison(self):
        self.comparison()

    def comparison(self):
        op = self.random.choice(list(COMPARISONS))
        if self.chance(0.1):
            found = self.compared_addresses()
            if found:
                return found
        a = self.typed(self.integer_type())
        b = self.operand(a.type) if self.chance(0.7) else self.typed(self.integer_type())
        if self.chance(0.05):
            b = Number(self.random.choice([-1, 1]) * self.random.getrandbits(70))
        if self.chance(0.3):
            a, b = b, a
        return self.compared(op, a, b)

    def compared(self, op, a, b):
        known = None
        if a.known is not None and b.known is not None:
            known = COMPARISONS[op](int(a.known), int(b.known))
        if self.chance(0.3):
            return self.emit("cmp", [a, op, b], BOOL, known)
        return self.emit(f"cmp_{op}", [a, b], BOOL, known)

    def compared_addresses(self):
        """Of variables, which are not merged as constants could be, and of functions."""
        def is_good(value):
            type = value.type
            is_variable = isinstance(type, Pointer) and not (type.is_const or type.many)
            return value.known is None and (is_variable or isinstance(type, FunctionType))
        a = self.pick(is_good)
        if a is None:
            return None
        b = self.typed(a.type)
        operands = [a, b] if self.chance(0.5) else [b, a]
        return self.emit(self.random.choice(["cmp_eq", "cmp_neq"]), operands, BOOL)

    def add_bool(self):
        a = self.typed(BOOL)
        match self.random.randrange(5):
            case 0:
                self.emit("boolnot", [a], BOOL, None if a.known is None else not a.known)
            case 1 | 2:
                self.bool_pair(a, self.operand(BOOL), self.random.choice(["booland", "boolor"]))
            case 3:
                self.compared(self.random.choice(["eq", "neq"]), a, self.operand(BOOL))
            case _:
                self.bits_of_bool(a)

    def bool_pair(self, a, b, op):
        known = None
        if a.known is not None and b.known is not None:
            known = a.known and b.known if op == "booland" else a.known or b.known
        self.emit(op, [a, b], BOOL, known)

    def bits_of_bool(self, a):
        if self.chance(0.1):
            a = self.literal(BOOL)
        known = None if a.known is None else int(a.known)
        if self.chance(0.5):
            bit = self.emit("booltoint", [a], U1, known)
            self.converted(bit, self.integer_type())
            return
        bit = Integer(self.chance(0.5), 1)
        value = self.emit("bitcast", [bit, a], bit, None if known is None else bit.wrapped(known))
        self.emit("bitcast", [BOOL, value], BOOL, a.known)

    # Casts.

    def add_cast(self):
        source = self.typed(self.integer_type())
        self.converted(source, self.integer_type())
        if self.chance(0.05) and not source.type.signed and source.known is None:
            # All that it does is its check.
            if not self.chance(self.risk):
                source = self.arithmetic("bitand", source.type, source, Number(0))
            self.emit("intcast", [U0, source], U0, 0, hidden=True)

    def converted(self, source, type):
        """An integer as one of another type, in a way that does not fail, or may."""
        if type.holds_all_of(source.type) and self.chance(0.7):
            op = self.random.choice(["as", "intcast"])
            return self.emit(op, [self.type_operand(type), source], type, source.known)
        if self.chance(self.risk) and (source.known is None or type.holds(source.known)):
            return self.emit("intcast", [self.type_operand(type), source], type, source.known)
        middle = Integer(source.type.signed, type.bits)
        if source.type.bits < type.bits:
            source = self.emit("as", [middle, source], middle, source.known)
        elif source.type.bits > type.bits or self.chance(0.1):
            known = None if source.known is None else middle.wrapped(source.known)
            source = self.emit("truncate", [middle, source], middle, known)
        if source.type == type:
            return source
        return self.bits(source, type)

    def bits(self, source, type):
        known = None if source.known is None else type.wrapped(source.known)
        return self.emit("bitcast", [type, source], type, known)

    # What analysis computes.

    def add_comptime(self):
        """A comptime_int, computed in a few steps, as an operand."""
        a = self.emit("int", [Number(self.program.number(self.integer_type()))], COMPTIME, hidden=True)
        a.known = self.body[-1].operands[0].known
        for _ in range(self.random.randint(1, 4)):
            op = self.random.choice(["bitand", "bitor", "xor", "shl", "shr", *CHECKED_OPERATIONS])
            b = Number(self.random.randint(-20, 40))
            a = self.arithmetic(op, COMPTIME, a, b, hidden=True) or a
        self.use_number(a, self.integer_type())

    def add_wide(self):
        """Numbers of a type that is wider than those of run time."""
        wide = Integer(self.chance(0.5), self.random.choice([65, 80, 127, 128, 200]))
        literal = Number(self.program.number(wide))
        a = self.emit("as", [wide, literal], wide, literal.known, hidden=True)
        for _ in range(self.random.randint(1, 5)):
            op = self.random.choice(
                ["addwrap", "mulwrap", "subwrap", "bitand", "bitor", "xor", "shl", "shr", *CHECKED_OPERATIONS])
            count = self.random.randrange(wide.bits) if op in ("shl", "shr") else self.program.number(wide)
            a = self.arithmetic(op, wide, a, Number(count), hidden=True) or a
        type = self.integer_type()
        narrow = Integer(wide.signed, type.bits)
        number = self.emit("truncate", [narrow, a], narrow, narrow.wrapped(a.known), hidden=True)
        if narrow == type:
            self.use_number(number, type)

    def use_number(self, number, type):
        if not type.holds(number.known):
            return
        operands = [number, self.typed(type)]
        self.random.shuffle(operands)
        self.arithmetic(self.random.choice(["addwrap", "xor", "mulwrap", "subwrap", "bitand"]), type, *operands)


def peer(a, b):
    """The type at which an operation of integers works."""
    if COMPTIME in (a.type, b.type):
        return a.type if b.type == COMPTIME else b.type
    return a.type if a.type.bits >= b.type.bits else b.type
