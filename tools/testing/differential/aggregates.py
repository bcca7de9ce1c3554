"""Arrays and slices in a function's body: their elements, parts and fields, and constants made of others."""

from . import folding
from .program import MANY, Body, Constant, Global, KnownSlice, Keyword, Number, Operand, Place, is_object_pointer
from .types import BOOL, U8, USIZE, Array, Pointer, Slice


class Aggregates:
    STATEMENTS = [
        ("add_element", 14), ("add_slice", 6), ("add_field", 3), ("add_array", 4), ("add_table", 2), ("add_content", 2),
    ]

    # Elements.

    def add_element(self):
        base = self.pick(lambda value: indexed(value.type) is not None)
        if base is None:
            return
        self.element(base)

    def element(self, base):
        child, level = indexed(base.type), base.level
        if isinstance(base.type, Array) or self.chance(0.25):
            self.element_value(base, child, self.index(base), level)
            return
        index = self.index(base)
        known = None
        if isinstance(index.known, int) and self.start_of(base):
            known = folding.element_of(self.start_of(base), index.known, child.size)
        pointer = self.emit("elemptr", [base, index], Pointer(child, base.type.is_const), known, child, level,
                            self.program.global_of(child))
        match self.random.randrange(4):
            case 0 | 1:
                self.load(pointer)
            case 2 if not base.type.is_const:
                self.emit("store", [pointer, self.operand(child, self.stored_level(pointer))])

    def start_of(self, base):
        """The place of the first element, if it is known."""
        if isinstance(base.known, KnownSlice):
            return base.known.place
        return base.known if isinstance(base.known, Place) else None

    def element_value(self, base, child, index, level):
        known = None
        if isinstance(index.known, int):
            if isinstance(base.known, list):
                known = (base.known + [base.type.sentinel])[index.known]
                known = known.known if isinstance(known, Operand) else known
            elif self.start_of(base):
                known = folding.read(child, folding.element_of(self.start_of(base), index.known, child.size))
        return self.emit("elemval", [base, index], child, known, child, level, self.program.global_of(child))

    def length_of(self, base):
        """How many elements may be indexed for sure, and a number where analysis knows how many there are."""
        match base.type:
            case Array():
                return base.type.stored_length, base.type.stored_length
            case Slice():
                if isinstance(base.known, KnownSlice):
                    return base.known.length, base.known.length
                return 0, None
            case Pointer(many=True):
                return MANY, None
        return base.type.child.stored_length, base.type.child.stored_length

    def index(self, base):
        """An index that is there in most cases, and in any case where nobody checks it."""
        sure, known = self.length_of(base)
        if isinstance(base.type, Slice):
            return self.slice_index(base, known)
        risk = 0 if isinstance(base.type, Pointer) and base.type.many else self.risk * 0.3
        return self.index_below(sure, risk)

    def index_below(self, length, risk, literal=0.4):
        if self.chance(literal):
            return Number(self.random.randrange(length))
        type = self.random.choice([type for type in self.program.unsigned if USIZE.holds_all_of(type)])
        value = self.run_time(type)
        if type.maximum < length or self.chance(risk):
            return value
        if length & length - 1 == 0:
            return self.arithmetic("bitand", type, value, Number(length - 1), hidden=True)
        return self.arithmetic("rem", type, value, Number(length), hidden=True)

    def slice_index(self, base, known):
        if known is not None and known > 0:
            return self.index_below(known, self.risk * 0.3)
        if known is None and self.chance(0.3):
            return Number(self.random.randrange(3))
        if known is None and self.chance(0.5):
            length = self.emit("fieldval", [base, '"len"'], USIZE)
            length = self.arithmetic("bitor", USIZE, length, Number(1))
            return self.arithmetic("rem", USIZE, self.typed(USIZE), length) or Number(0)
        return self.run_time(self.random.choice([type for type in self.program.unsigned if USIZE.holds_all_of(type)]))

    def run_time(self, type):
        """A value that analysis does not know."""
        return self.pick(lambda value: value.type == type and value.known is None) \
            or self.emit("deref", [self.program.global_of(type)], type)

    # Slices.

    def add_slice(self):
        base = self.pick(lambda value: indexed(value.type) is not None and not isinstance(value.type, Array))
        if base is not None:
            self.part(base)

    def part(self, base):
        """A part of what has elements."""
        child, is_const = indexed(base.type), base.type.is_const
        if isinstance(base.type, Pointer) and base.type.many:
            start = Number(self.random.randint(0, MANY))
            end = Number(self.random.randint(start.known, MANY))
        else:
            length = self.length_of(base)[1]
            if not isinstance(base.type, Slice):
                length = base.type.child.length
            start, end = self.bounds(length)
        operands = [base, start] + ([Keyword("end", end)] if end else [])
        known = None
        first = self.start_of(base)
        if first and isinstance(start.known, int):
            last = end.known if end else length
            if isinstance(last, int):
                known = KnownSlice(folding.element_of(first, start.known, child.size), last - start.known)
        return self.emit("slice", operands, Slice(child, is_const), known, child, base.level)

    def bounds(self, length):
        """Start and end of a part, the end may be None. What is known is in order and inside."""
        most = 3 if length is None else length
        start = Number(self.random.randint(0, most if length is not None else 1)) if self.chance(0.6) else None
        end = None
        if self.chance(0.6):
            end = Number(self.random.randint(start.known if start else 0, most))
            if self.chance(0.4):
                end = self.bound(most)
        if start is None:
            start = self.bound(end.known if end and end.known is not None else most)
        return start, end

    def bound(self, most):
        """A run-time number, at most `most` in most cases."""
        type = self.random.choice([type for type in self.program.unsigned if USIZE.holds_all_of(type)])
        value = self.run_time(type)
        if type.maximum <= most or self.chance(self.risk * 0.3):
            return value
        return self.arithmetic("rem", type, value, Number(most + 1), hidden=True)

    def add_field(self):
        base = self.pick(lambda value: isinstance(value.type, (Slice, Array)) or array_of(value.type))
        if base is None:
            return
        if isinstance(base.type, Slice):
            known = base.known.length if base.known else None
            length = self.emit("fieldval", [base, '"len"'], USIZE, known)
            if self.chance(0.3):
                self.read_field(base)
            return length
        array = base.type if isinstance(base.type, Array) else base.type.child
        if isinstance(base.type, Array) or self.chance(0.7):
            self.emit("fieldval", [base, '"len"'], USIZE, array.length)
            return
        known = Place(Global(None, Pointer(USIZE, True), Constant(USIZE, array.length)), 0)
        self.load(self.emit("fieldptr", [base, '"len"'], Pointer(USIZE, True), known, USIZE, hidden=True))

    def read_field(self, slice):
        """Reads a slice's length, or its first element, through a pointer to the slice."""
        if self.chance(0.2):
            holder = self.program.global_of(slice.type)
            known = Place(holder, 8)
            self.load(self.emit("fieldptr", [holder, '"len"'], Pointer(USIZE), known, USIZE, hidden=True))
            return
        holder = self.emit("alloc", [slice.type], Pointer(slice.type), type=slice.type, level=2, hidden=True)
        self.emit("store", [holder, slice])
        pointer = self.emit("fieldptr", [holder, '"len"'], Pointer(USIZE), level=2, hidden=True)
        length = self.load(pointer)
        has_some = self.emit("cmp_gt", [length, Number(0)], BOOL)

        def read():
            many = Pointer(slice.type.child, slice.type.is_const, many=True)
            field = self.emit("fieldptr", [holder, '"ptr"'], Pointer(many), level=2, hidden=True)
            start = self.emit("deref", [field], many, level=slice.level, hidden=True)
            child = slice.type.child
            value = self.emit("elemval", [start, Number(0)], child, None, child, slice.level,
                              self.program.global_of(child))
            self.mix([value])

        self.emit("condbr", [has_some, self.inner(read), Body()])

    # Arrays.

    def add_array(self):
        arrays = [type for type in self.program.types if isinstance(type, Array)]
        if not arrays:
            return
        type = self.random.choice(arrays)
        if self.chance(0.5):
            elements = [self.operand(type.child) for _ in range(type.length)]
            known = elements if all(element.known is not None for element in elements) else None
            level = max(element.level for element in elements)
            array = self.emit("array_init", [type, elements], type, known, level=level)
            if known:
                self.element(array)
        else:
            self.element(self.typed(type))

    def add_table(self):
        """Reads a constant, with an index that analysis knows, or does not."""
        table = self.program.table()
        if isinstance(table.type.child, Array):
            self.element(table)
        else:
            self.load(table)

    def add_content(self):
        """A constant that analysis makes: a text, or the elements of others. Reads it."""
        if self.chance(0.4):
            letters = self.random.choices(["a", "Z", " ", "\\n", "\\x7f", "\\xff"], k=self.random.randint(1, 9))
            text = "".join(letters)
            elements = [Constant(U8, ord(letter), ord(letter)) for letter in text.encode().decode("unicode_escape")]
            self.made("str", [f'"{text}"'], Constant(Array(len(elements), U8, sentinel=0), elements))
            return
        tables = [table for table in self.program.tables if isinstance(table.type.child, Array)]
        table = self.random.choice([*tables, self.program.edges(self.integer_type())])
        array, times = table.type.child, self.random.randint(1, 3)
        elements = table.initial.value * times
        content = Constant(Array(len(elements), array.child, array.sentinel), elements, elements)
        if content.type.size > 512:
            return
        is_value = self.chance(0.4)
        if is_value:
            table = self.load(table)
        if times == 2 and self.chance(0.5):
            self.made("array_cat", [table, table], content, is_value)
        else:
            self.made("array_mul", [table, Number(times)], content, is_value)

    def made(self, op, operands, content, is_value=False):
        pointer = Pointer(content.type, True)
        known = Place(Global(None, pointer, content), 0)
        self.element(self.emit(op, operands, content.type if is_value else pointer, known, content.type))


def array_of(type):
    """The type of the elements of the array that is pointed at."""
    return type.child.child if is_object_pointer(type) and isinstance(type.child, Array) else None


def indexed(type):
    """The type of the elements of what may be indexed."""
    match type:
        case Array() | Slice() | Pointer(many=True):
            return type.child
    return array_of(type)
