"""Variables and pointers in a function's body."""

from . import folding
from .aggregates import array_of
from .program import MANY, Body, Global, KnownSlice, Number, Place, Value, constant_of, is_object_pointer
from .types import BOOL, U8, USIZE, Array, Bool, Integer, Pointer, Slice


class Memory:
    STATEMENTS = [
        ("add_variable", 7), ("add_late_variable", 2), ("add_kept_variable", 2), ("add_store", 12), ("add_load", 10),
        ("add_update", 6), ("add_reference", 3), ("add_bytes", 2), ("add_distance", 1),
    ]

    def add_variable(self):
        self.variable(self.random.choice(self.program.types))

    def variable(self, type, level=2):
        """A pointer to a new variable."""
        value = self.operand(type, level)
        pointer = self.emit("alloc", [type], Pointer(type), type=type, level=2, hidden=True)
        if self.chance(0.05):
            self.emit("store", [pointer, "undefined"])
        self.emit("store", [pointer, value])
        pointer.is_variable = True
        self.scope.append(pointer)
        return pointer

    def add_late_variable(self):
        """A variable that gets its first value later: in either of two branches, or in a loop."""
        type = self.random.choice(self.program.types)
        pointer = self.emit("alloc", [type], Pointer(type), type=type, level=2, hidden=True)

        def assign():
            self.statements(self.random.randint(0, 3))
            self.emit("store", [pointer, self.operand(type, 0)])
            self.mix_all()

        if self.loops < 2 and self.chance(0.5):
            self.loop(lambda _: assign(), rounds=self.random.randint(1, 4))
        else:
            self.emit("condbr", [self.run_time_bool(), self.inner(assign), self.inner(assign)])
        self.statements(self.random.randint(0, 3))
        self.load(pointer)
        self.scope.append(pointer)

    def add_kept_variable(self):
        """A variable in a loop, which has in each round what the last one left there."""
        if self.loops > 1:
            return
        type = self.random.choice(self.program.types)

        def round(number):
            pointer = self.emit("alloc", [type], Pointer(type), type=type, level=2, hidden=True)
            is_first = self.emit("cmp_eq", [number, Number(0)], BOOL)
            first = self.inner(lambda: self.emit("store", [pointer, self.operand(type, 0)]))
            self.emit("condbr", [is_first, first, Body()])
            self.unmixed.append(self.load(pointer))
            self.statements(self.random.randint(0, 3))
            if self.chance(0.7):
                self.emit("store", [pointer, self.operand(type, 0)])

        self.loop(round, rounds=self.random.randint(2, 5))

    def place(self):
        """A mutable pointer to something."""
        if self.chance(0.2):
            return self.program.global_of(self.random.choice(self.program.types))
        return self.pick(lambda value: is_object_pointer(value.type) and not value.type.is_const) \
            or self.variable(self.random.choice(self.program.types))

    def stored_level(self, place):
        """How long what is stored there must be there: others may find it there later, unless it is a variable of this
        function for sure."""
        return 2 if isinstance(place, Value) and place.is_variable else 0

    def add_store(self):
        place = self.place()
        self.emit("store", [place, self.operand(place.type.child, self.stored_level(place))])

    def add_load(self):
        pointer = self.pick(lambda value: is_object_pointer(value.type)) or self.place()
        self.load(pointer)

    def load(self, pointer):
        type = pointer.type.child
        known = folding.read(type, pointer.known) if isinstance(pointer.known, Place) else None
        return self.emit("deref", [pointer], type, known, level=pointer.level)

    def add_update(self):
        """Reads a variable, computes, writes it back."""
        def is_good(value):
            return is_object_pointer(value.type) and not value.type.is_const and isinstance(value.type.child, Integer)
        place = self.pick(is_good) or self.program.global_of(self.integer_type())
        type = place.type.child
        before = self.load(place)
        operands = [before, self.literal(type) if self.chance(0.4) else self.typed(type)]
        if self.chance(0.3):
            operands.reverse()
        op = self.random.choice(["addwrap", "subwrap", "xor", "mulwrap", "bitor", "bitand"])
        self.emit("store", [place, self.arithmetic(op, type, *operands)])

    def add_reference(self):
        """A pointer to the value of an instruction."""
        value = self.pick(lambda value: True)
        if value is None:
            return
        known = None
        if value.known is not None:
            constant = constant_of(value.type, value.known)
            if constant is None:
                return
            known = Place(Global(None, Pointer(value.type, True), constant), 0)
        self.emit("ref", [value], Pointer(value.type, True), known, value.type, 2)

    def add_bytes(self):
        """Reads an integer as its bytes, or bytes as an integer."""
        def is_good(value):
            type = value.type
            is_number = is_object_pointer(type) and isinstance(type.child, (Integer, Bool))
            return is_number or isinstance(array_of(type), Integer)
        pointer = self.pick(is_good)
        if pointer is None:
            return
        size = pointer.type.child.size
        others = [type for type in self.program.integers if type.size <= size and type.bits == type.size * 8]
        type = Array(size, U8)
        if others and self.chance(0.5):
            type = self.random.choice(others)
        # Bytes may be written where all that they can be is a value.
        is_const = pointer.type.is_const or self.chance(0.5) or not has_only_values(pointer.type.child)
        other = self.emit("bitcast", [Pointer(type, is_const), pointer], Pointer(type, is_const), pointer.known,
                          level=pointer.level)
        if isinstance(type, Array):
            self.element(other)
        else:
            self.load(other)
        self.load(pointer)

    def add_distance(self):
        """How far two elements are apart; addresses themselves are another in each program."""
        base = self.pick(lambda value: array_of(value.type) is not None)
        if base is None:
            return
        child, length = base.type.child.child, base.type.child.length
        type = Pointer(child, base.type.is_const)
        addresses = []
        for _ in range(2):
            pointer = self.emit("elemptr", [base, self.index_below(length, 0)], type, None, child, base.level,
                                self.program.global_of(child), hidden=True)
            addresses.append(self.emit("ptrtoint", [pointer], USIZE, hidden=True))
        if self.chance(0.3):
            self.load(self.emit("inttoptr", [type, addresses[0]], type, level=base.level))
        self.emit("subwrap", addresses, USIZE, type=USIZE)

    # Pointers of run time.

    def fresh_pointer(self, type, level):
        """A new pointer, slice or array of them; None if there is nothing to make it of."""
        match type:
            case Array():
                elements = [self.operand(type.child, level) for _ in range(type.length)]
                if all(element.known is not None for element in elements):
                    return None
                return self.emit("array_init", [type, elements], type, level=max(e.level for e in elements))
            case Slice():
                base = self.array_for(type, level)
                known = base.known and KnownSlice(base.known, base.type.child.length)
                return self.emit("as", [type, base], type, known, level=base.level)
            case Pointer(many=True):
                return self.fresh_many(type, self.array_for(type, level))
            case Pointer() if level == 2 and not type.is_const:
                return self.variable(type.child)
        return None

    def array_for(self, type, level):
        """An array that a pointer or slice of `type` may lead to."""
        array = Array(self.random.choice([4, 5, 8]), type.child)
        return self.variable(array) if level == 2 and self.chance(0.5) else self.program.global_of(array)

    def fresh_many(self, type, base):
        many = self.emit("as", [type, base], type, base.known, level=base.level)
        if base.type.child.length < 2 * MANY or self.chance(0.5):
            return many
        # Enough are left behind any of these.
        start = self.index_below(MANY, 0)
        known = None
        if many.known and start.known is not None:
            known = folding.element_of(many.known, start.known, type.child.size)
        return self.emit("slice", [many, start], type, known, type.child, level=many.level)


def has_only_values(type):
    """Whether any bytes are a value of the type."""
    if isinstance(type, Array):
        return has_only_values(type.child)
    return isinstance(type, Integer) and type.bits == type.size * 8
