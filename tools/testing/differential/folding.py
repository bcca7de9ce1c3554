"""What analysis knows of a program: the results of arithmetic on known numbers, and the content of constant storage."""

from .program import KnownSlice, Place
from .types import COMPTIME, Array, Bool, Integer, Pointer, Slice

LIMIT = 1 << 200  # of comptime_int in these programs

DIVISIONS = ("div", "rem", "mod", "mod_rem")


def fold(op, type, a, b=None):
    """The exact result of an operation at `type`; None where it fails, or is too large to be worth it."""
    if op in DIVISIONS and b == 0:
        return None
    if op in ("shl", "shr") and b is not None and not 0 <= b < (200 if type == COMPTIME else type.bits):
        return None
    number = exact(op.removesuffix("wrap"), a, b)
    if type == COMPTIME:
        return number if abs(number) < LIMIT else None
    if op.endswith("wrap") or op in ("shl", "bitnot"):
        return type.wrapped(number)
    return number if type.holds(number) else None


def is_refused(op, type, a, b):
    """Whether analysis refuses the operation, although it knows one of the operands only."""
    if op in DIVISIONS:
        return b == 0
    return op in ("shl", "shr") and b is not None and not 0 <= b < type.bits


def exact(op, a, b):
    match op:
        case "add":
            return a + b
        case "sub":
            return a - b
        case "mul":
            return a * b
        case "negate":
            return -a
        case "div":
            return quotient(a, b)
        case "rem" | "mod_rem":
            return a - quotient(a, b) * b
        case "mod":
            return a % b
        case "bitand":
            return a & b
        case "bitor":
            return a | b
        case "xor":
            return a ^ b
        case "bitnot":
            return ~a
        case "shl":
            return a << b
        case "shr":
            return a >> b
    raise ValueError(op)


def quotient(a, b):
    """Rounded towards zero."""
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


COMPARISONS = {
    "lt": int.__lt__, "lte": int.__le__, "eq": int.__eq__, "gte": int.__ge__, "gt": int.__gt__, "neq": int.__ne__,
}


def known_of(constant):
    """What analysis knows of a `Constant`, which may stand as it is in the program."""
    value = constant.value
    match constant.type:
        case Integer() | Bool():
            return value
        case Slice():
            return KnownSlice(Place(value, 0), value.type.child.length)
        case Pointer():
            return Place(value, 0)
    return value


def element_of(place, index, size):
    return Place(place.base, place.offset + index * size)


def read(type, place):
    """What is known to stand at a place; None if it may change, or is no value that analysis reads."""
    if not place.base.is_constant:
        return None
    if isinstance(type, Array):
        return place
    leaves = place.base.leaves()
    if isinstance(type, (Integer, Bool)):
        found = bytearray(type.size)
        for offset, leaf in leaves:
            inside = range(max(offset, place.offset), min(offset + leaf.type.size, place.offset + type.size))
            if inside and not isinstance(leaf.type, (Integer, Bool)):
                return None
            written = (int(leaf.value) & (1 << 64) - 1).to_bytes(8, "little") if inside else b""
            for byte in inside:
                found[byte - place.offset] = written[byte - offset]
        number = int.from_bytes(found, "little")
        return bool(number & 1) if isinstance(type, Bool) else type.wrapped(number)
    return next((known_of(leaf) for offset, leaf in leaves if offset == place.offset and leaf.type == type), None)
