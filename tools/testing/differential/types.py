"""The types of core ZIR, each with its spelling in both languages.

In C an integer is an `I` or a `U` of 64 bits, whatever its type: it holds the mathematical value. Memory has the layout
of ZIR, so pointers to it may be cast.
"""

import dataclasses
import zlib


@dataclasses.dataclass(frozen=True)
class Type:
    """A type; `name` is that of its declaration in ZIR, `declaration` what stands there."""

    is_comptime = False  # whether run time has no values of it

    def parts(self):
        """The types that its declaration names."""
        return []

    @property
    def holds_pointers(self):
        return any(part.holds_pointers for part in self.parts())


@dataclasses.dataclass(frozen=True)
class Integer(Type):
    signed: bool
    bits: int
    spelling: str = None  # usize and its like, which are types of their own

    @property
    def name(self):
        return self.spelling or f"{'i' if self.signed else 'u'}{self.bits}"

    @property
    def declaration(self):
        if self.spelling or self.bits in (8, 16, 32, 64):
            return f"primitive({self.name})"
        return f"inttype({'true' if self.signed else 'false'}, {self.bits})"

    @property
    def is_comptime(self):
        return self.bits > 64

    @property
    def size(self):
        return next(size for size in (0, 1, 2, 4, 8) if self.bits <= size * 8)

    @property
    def minimum(self):
        return -(1 << self.bits - 1) if self.signed else 0

    @property
    def maximum(self):
        return (1 << self.bits - self.signed) - 1

    def holds(self, number):
        return self.minimum <= number <= self.maximum

    def holds_all_of(self, other):
        """Whether a value of the integer type `other` coerces to this."""
        if self.signed == other.signed:
            return self.bits >= other.bits
        return self.signed and self.bits > other.bits

    def wrapped(self, number):
        number &= (1 << self.bits) - 1
        return number - (1 << self.bits) if self.signed and number > self.maximum else number

    value_in_c = property(lambda self: "I" if self.signed else "U")
    memory_in_c = property(lambda self: f"{'' if self.signed else 'u'}int{self.size * 8}_t")


@dataclasses.dataclass(frozen=True)
class Bool(Type):
    name = "bool"
    declaration = "primitive(bool)"
    size = 1
    value_in_c = "U"
    memory_in_c = "uint8_t"


@dataclasses.dataclass(frozen=True)
class Void(Type):
    """The result of a function that has none."""
    name = "void"
    declaration = "primitive(void)"
    value_in_c = "void"


@dataclasses.dataclass(frozen=True)
class Comptime(Type):
    """comptime_int: the type of a number that stands for itself."""
    is_comptime = True
    name = "comptime_int"
    declaration = "primitive(comptime_int)"


@dataclasses.dataclass(frozen=True)
class TypeOfTypes(Type):
    is_comptime = True
    name = "type"
    declaration = "primitive(type)"


@dataclasses.dataclass(frozen=True)
class Pointer(Type):
    child: Type
    is_const: bool = False
    many: bool = False
    size = 8
    holds_pointers = True
    value_in_c = "P"
    memory_in_c = "P"

    @property
    def name(self):
        return f"{'many' if self.many else 'p'}{'c' if self.is_const else ''}_{self.child.name}"

    @property
    def declaration(self):
        size = "many" if self.many else "single"
        return f"{size}_{'const' if self.is_const else 'mut'}_ptr_type(@{self.child.name})"

    def parts(self):
        return [self.child]


@dataclasses.dataclass(frozen=True)
class Slice(Type):
    child: Type
    is_const: bool = False
    size = 16
    holds_pointers = True
    value_in_c = "S"
    memory_in_c = "S"

    @property
    def name(self):
        return f"s{'c' if self.is_const else ''}_{self.child.name}"

    @property
    def declaration(self):
        return f"{'const' if self.is_const else 'mut'}_slice_type(@{self.child.name})"

    def parts(self):
        return [self.child]


@dataclasses.dataclass(frozen=True)
class Array(Type):
    length: int
    child: Type
    sentinel: int = None

    @property
    def name(self):
        return f"a{self.length}{'' if self.sentinel is None else f's{self.sentinel}'}_{self.child.name}"

    @property
    def declaration(self):
        if self.sentinel is None:
            return f"array_type({self.length}, @{self.child.name})"
        return f"array_type_sentinel({self.length}, {self.sentinel}, @{self.child.name})"

    @property
    def stored_length(self):
        """The number of elements with the sentinel."""
        return self.length + (self.sentinel is not None)

    @property
    def size(self):
        return self.stored_length * self.child.size

    @property
    def value_in_c(self):
        return f"struct {self.name}"

    memory_in_c = value_in_c

    def parts(self):
        return [self.child]


@dataclasses.dataclass(frozen=True)
class Function(Type):
    parameters: tuple
    result: Type
    convention: str = "Unspecified"
    size = 8
    holds_pointers = False
    value_in_c = "P"
    memory_in_c = "P"

    @property
    def name(self):
        parts = "_".join([*(p.name for p in self.parameters), self.result.name])
        if len(parts) > 40:
            parts = f"{zlib.crc32(parts.encode()):08x}"
        return f"fn{'c' if self.convention == 'C' else ''}{len(self.parameters)}_{parts}"

    @property
    def declaration(self):
        convention = "" if self.convention == "Unspecified" else f", cc={self.convention}"
        return f"fntype([{', '.join('@' + p.name for p in self.parameters)}], @{self.result.name}{convention})"

    def parts(self):
        return [*self.parameters, self.result]

    @property
    def cast_in_c(self):
        return f"{self.result.value_in_c} (*)({', '.join(p.value_in_c for p in self.parameters) or 'void'})"


BOOL = Bool()
VOID = Void()
COMPTIME = Comptime()
TYPE = TypeOfTypes()
U0 = Integer(False, 0)
U1 = Integer(False, 1)
U8 = Integer(False, 8)
I32 = Integer(True, 32)
I64 = Integer(True, 64)
U32 = Integer(False, 32)
U64 = Integer(False, 64)
USIZE = Integer(False, 64, "usize")

# Types of their own that are like others: spelling, sign and width.
NAMED = [Integer(signed, bits, spelling) for spelling, signed, bits in [
    ("usize", False, 64), ("isize", True, 64), ("c_short", True, 16), ("c_ushort", False, 16), ("c_int", True, 32),
    ("c_uint", False, 32), ("c_long", True, 64), ("c_ulonglong", False, 64)]]


def needed(types):
    """`types` and all that their declarations name, each once, parts first."""
    found = {}

    def add(type):
        if type not in found:
            for part in type.parts():
                add(part)
            found[type] = None

    # Most are the same object again and again, and to compare types takes longer.
    for type in {id(type): type for type in types}.values():
        add(type)
    return list(found)
