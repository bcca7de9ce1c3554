"""Changes of ZIR text, from single bytes to whole declarations, and of the files of a project.

A mutation is a function of (text, dice, library): `dice` is a `random.Random`, `library` has texts to take pieces from.
It gives the changed text, or the same where the text has nothing of what it changes.
"""

from testing.fuzzing.texts import (
    declarations, declared_name, following, instructions, is_blank, is_name, is_number, is_word, kind, mnemonic,
    token_at, tokens)

BYTES = [
    b"\0", b"\xff", b"\xc3", b"\xe2\x80", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"\r", b"\r\n", b"\n", b"\t", b"\x0b",
    b"\x1b", b"\x7f", b"\xc2\x85", b"\xe2\x80\xae", b"\xef\xbb\xbf",
    *[bytes([byte]) for byte in b"\"\\';@%=()[]{},.:/-_09"]]

NUMBERS = [
    *[b"%d" % number for bits in [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 32, 63, 64]
      for number in [2**bits - 1, 2**bits, 2**bits + 1, -2**bits, -2**bits - 1]],
    b"65535", b"0xffffffffffffffffffffffffffffffff", b"-0x8000_0000_0000_0000", b"0b1", b"0o7", b"0x", b"1__0", b"00",
    b"1.5", b"1e9", b"9" * 400]

WORDS = b"""
    true false null undefined C Naked Unspecified eq lt Strong Weak Internal u1 u8 i8 u16 u32 i32 u64 i64 usize isize
    bool void noreturn type comptime_int c_int anyerror f64 c_void memory rcx mutable align end section
""".split()
VALUES = WORDS[:4]

TYPES = [
    *[b"primitive(%s)" % word for word in b"u8 i64 bool void noreturn comptime_int type usize".split()],
    *[b"inttype(%s)" % words for words in [b"0, 0", b"1, 1", b"0, 7", b"1, 33", b"1, 63", b"0, 65", b"0, 65535"]]]

# What may be made of one type.
COMPOSED = [
    b"const_slice_type(%s)", b"single_mut_ptr_type(%s)", b"array_type(3, %s)", b"fntype([%s], %s)",
    b"many_mut_ptr_type(%s)", b"array_type_sentinel(2, 0, %s)", b"mut_slice_type(%s)"]


# Bytes


def replace_byte(text, dice, _):
    place = dice.randrange(len(text) + 1)
    return text[:place] + dice.choice(BYTES) + text[place + 1:]


def insert_bytes(text, dice, _):
    place = dice.randrange(len(text) + 1)
    return text[:place] + dice.choice(BYTES) * dice.choice([1, 1, 2, 9]) + text[place:]


def flip_bit(text, dice, _):
    if not text:
        return text
    place = dice.randrange(len(text))
    return text[:place] + bytes([text[place] ^ 1 << dice.randrange(8)]) + text[place + 1:]


def remove_bytes(text, dice, _):
    start = dice.randrange(len(text) + 1)
    return text[:start] + text[start + dice.choice([1, 1, 2, 5, 40]):]


def cut_off(text, dice, _):
    return text[:dice.randrange(len(text) + 1)]


def repeat_bytes(text, dice, _):
    start = dice.randrange(len(text) + 1)
    end = start + dice.choice([1, 3, 20, 100])
    return text[:end] + text[start:end] * dice.choice([1, 1, 3, 50]) + text[end:]


# Tokens


def with_token(change):
    """A mutation that gives `change` the tokens, the index of one that is not blank, the dice and the library."""
    def mutation(text, dice, library):
        parts = tokens(text)
        places = [index for index, token in enumerate(parts) if not is_blank(token)]
        if not places:
            return text
        change(parts, dice.choice(places), dice, library)
        return b"".join(parts)
    mutation.__name__ = change.__name__
    return mutation


@with_token
def remove_token(parts, place, dice, library):
    del parts[place]


@with_token
def double_token(parts, place, dice, library):
    parts.insert(place, parts[place] + b" ")


@with_token
def swap_with_next(parts, place, dice, library):
    other = following(parts, place)
    if other < len(parts):
        parts[place], parts[other] = parts[other], parts[place]


@with_token
def any_token(parts, place, dice, library):
    parts[place] = dice.choice(parts + NUMBERS + WORDS)


@with_token
def token_of_its_kind(parts, place, dice, library):
    same = [token for token in parts if kind(token) == kind(parts[place])]
    parts[place] = dice.choice(same + {"number": NUMBERS, "word": WORDS}.get(kind(parts[place]), []))


@with_token
def nest(parts, place, dice, library):
    opening, end = dice.choice([(b"(", b")"), (b"[", b"]"), (b"{", b"}"), (b"add(", b",1)"), (b"[1, ", b"]")])
    depth = dice.choice([1, 2, 300])
    parts[place] = opening * depth + parts[place] + end * depth


def of_kind(test, replacements):
    """Replaces one token that `test` accepts."""
    def mutation(text, dice, library):
        parts = tokens(text)
        places = [index for index, token in enumerate(parts) if test(token)]
        if not places:
            return text
        place = dice.choice(places)
        parts[place] = replacements(parts, place, dice)
        return b"".join(parts)
    return mutation


boundary_number = of_kind(is_number, lambda parts, place, dice: dice.choice(NUMBERS))
other_word = of_kind(
    is_word, lambda parts, place, dice: dice.choice([token for token in parts if is_word(token)] + WORDS))
other_name = of_kind(is_name, lambda parts, place, dice: dice.choice([token for token in parts if is_name(token)]))
value_for_name = of_kind(is_name, lambda parts, place, dice: dice.choice(NUMBERS + VALUES))
odd_name = of_kind(is_name, lambda parts, place, dice: parts[place] + dice.choice(
    [b".", b".ptr", b"..x", b"\xc3\xa9", b"\xff", b":", b"'", b"/..", b"x" * 300]))


# Instructions


def with_instruction(change):
    """A mutation that gives `change` the tokens, all instructions, one of them, the dice and the library."""
    def mutation(text, dice, library):
        parts = tokens(text)
        found = instructions(parts)
        if not found:
            return text
        change(parts, found, dice.choice(found), dice, library)
        return b"".join(parts)
    mutation.__name__ = change.__name__
    return mutation


@with_instruction
def remove_instruction(parts, found, chosen, dice, library):
    del parts[chosen.start:chosen.end]


@with_instruction
def move_instruction(parts, found, chosen, dice, library):
    moved = parts[chosen.start:chosen.end]
    target = dice.choice(found).start
    if not chosen.start <= target < chosen.end:
        del parts[chosen.start:chosen.end]
        target -= len(moved) if target > chosen.start else 0
        parts[target:target] = [*moved, b"\n"]


@with_instruction
def double_instruction(parts, found, chosen, dice, library):
    copy = parts[chosen.start:chosen.end]
    parts[chosen.end:chosen.end] = [b"\n", renamed(b"".join(copy), dice)]


@with_instruction
def other_operand(parts, found, chosen, dice, library):
    inside = range(chosen.start + 1, chosen.end)
    places = [place for place in inside if is_name(parts[place]) or is_number(parts[place])]
    if places:
        parts[dice.choice(places)] = operand(parts, chosen.scope, dice)


@with_instruction
def other_mnemonic(parts, found, chosen, dice, library):
    place = following(parts, following(parts, chosen.start))
    if place < len(parts):
        parts[place] = dice.choice(library.mnemonics)


@with_instruction
def foreign_instruction(parts, found, chosen, dice, library):
    """Takes an instruction from another text, and gives it operands that are in scope here."""
    there = tokens(dice.choice(library.texts))
    candidates = instructions(there)
    if candidates:
        taken = dice.choice(candidates)
        new = there[taken.start:taken.end]
        for place in range(1, len(new)):
            if is_name(new[place]) and token_at(new, following(new, place)) != b"=" and dice.random() < 0.8:
                new[place] = operand(parts, chosen.scope, dice)
        parts[chosen.start:chosen.start] = [renamed(b"".join(new), dice), b"\n  "]


@with_instruction
def wrap_instruction(parts, found, chosen, dice, library):
    """Puts an instruction into a body of its own."""
    name = b"%%wrapped%d = " % dice.randrange(1000)
    before, after = dice.choice([
        (b"block({", b"})"), (b"loop({", b"})"), (b"condbr(true, {", b"}, {})"), (b"condbr(false, {}, {", b"})"),
        (b"condbr(" + operand(parts, chosen.scope, dice) + b", {", b"}, {})"), (b"block({ %w = loop({", b"}) })")])
    parts[chosen.end:chosen.end] = [after]
    parts[chosen.start:chosen.start] = [name, before]


def operand(parts, scope, dice):
    """Something that may stand as an operand: mostly a name in scope."""
    globally = [token for token in parts if token[:1] == b"@"]
    choices = [scope[-6:] or globally, scope or globally, globally or scope, NUMBERS, VALUES]
    return dice.choice(dice.choices(choices, [5, 3, 4, 2, 1])[0] or NUMBERS)


def renamed(instruction, dice):
    """The instruction with other names for what it and its bodies bind."""
    parts = tokens(instruction)
    number = b"%d" % dice.randrange(10000)
    bound = {token for place, token in enumerate(parts)
             if token[:1] == b"%" and token_at(parts, following(parts, place)) == b"="}
    return b"".join(token + number if token in bound else token for token in parts)


# Declarations


def with_declaration(change):
    """A mutation that gives `change` the pieces of the text, the index of a declaration, the dice and the library."""
    def mutation(text, dice, library):
        pieces = declarations(text)
        if len(pieces) < 2:
            return text
        change(pieces, dice.randrange(1, len(pieces)), dice, library)
        return b"".join(pieces)
    mutation.__name__ = change.__name__
    return mutation


@with_declaration
def remove_declaration(pieces, place, dice, library):
    del pieces[place]


@with_declaration
def double_declaration(pieces, place, dice, library):
    copy = pieces[place]
    if dice.random() < 0.7:
        copy = copy.replace(declared_name(copy), declared_name(copy) + b"2", 1)
    pieces.append(b"\n" + copy)


@with_declaration
def move_declaration(pieces, place, dice, library):
    moved = pieces.pop(place)
    pieces.insert(dice.randrange(1, len(pieces) + 1), moved + b"\n")


@with_declaration
def rename_declaration(pieces, place, dice, library):
    name = declared_name(pieces[place])
    others = [declared_name(piece) for piece in pieces[1:]]
    new = dice.choice([name + b"x", dice.choice(others), b"@x" * 200, b"@\xc3\xa9", b"@1", b"@"])
    if dice.random() < 0.5:
        pieces[:] = [piece.replace(name, new) for piece in pieces]
    else:
        pieces[place] = pieces[place].replace(name, new, 1)


@with_declaration
def swap_bodies(pieces, place, dice, library):
    """Exchanges what two declarations are."""
    other = dice.randrange(1, len(pieces))
    first, second = declared_name(pieces[place]), declared_name(pieces[other])
    pieces[place] = pieces[place].replace(first, second, 1)
    if other != place:
        pieces[other] = pieces[other].replace(second, first, 1)


@with_declaration
def other_type(pieces, place, dice, library):
    """Makes one declaration that is a type another type."""
    types = [index for index, piece in enumerate(pieces) if b"type(" in mnemonic(piece) + b"(" or b"primitive" in piece]
    if types:
        place = dice.choice(types)
        name = declared_name(pieces[place])
        names = [declared_name(piece) for piece in pieces[1:]]
        made = dice.choice(COMPOSED).replace(b"%s", dice.choice(names))
        pieces[place] = name + b" = " + dice.choice(TYPES + [made] * 5) + b"\n"


@with_declaration
def foreign_declaration(pieces, place, dice, library):
    """Takes a declaration from another text, under its own name or that of one that is here."""
    there = declarations(dice.choice(library.texts))
    if len(there) > 1:
        taken = dice.choice(there[1:])
        if dice.random() < 0.6:
            taken = taken.replace(declared_name(taken), declared_name(pieces[place]), 1)
            pieces[place] = taken + b"\n"
        else:
            pieces.append(b"\n" + taken)


@with_declaration
def reach_everything(pieces, place, dice, library):
    """Exports all functions, and asks for the value of everything else in a function of its own."""
    names = [declared_name(piece)[1:] for piece in pieces[1:]]
    functions = {name for name, piece in zip(names, pieces[1:]) if mnemonic(piece) == b"fn"}
    hidden = {name for name, piece in zip(names, pieces[1:]) if mnemonic(piece) in (b"export", b"import")}
    others = [name for name in names if name not in functions | hidden]
    lines = [b'@reach_%d = export("reach_%d", @%s)' % (index, index, name)
             for index, name in enumerate(sorted(functions))]
    lines.append(b"@reach = fn(@reach_type, {")
    lines += [b"  %%r%d = typeof(@%s)" % (index, name) for index, name in enumerate(others)]
    lines += [b"})", b"@reach_type = fntype([], @reach_void)", b"@reach_void = primitive(void)"]
    lines.append(b'@reached = export("reach", @reach)')
    pieces.append(b"\n" + b"\n".join(lines) + b"\n")


# Which, and how often

WEIGHTS = [
    (replace_byte, 1), (insert_bytes, 1.5), (flip_bit, 1), (remove_bytes, 1), (cut_off, 0.3), (repeat_bytes, 0.7),
    (remove_token, 1.5), (double_token, 1), (swap_with_next, 1), (any_token, 1.5), (token_of_its_kind, 4), (nest, 0.7),
    (boundary_number, 5), (other_word, 2), (other_name, 5), (value_for_name, 2), (odd_name, 0.5),
    (remove_instruction, 2), (move_instruction, 2), (double_instruction, 2), (other_operand, 6), (other_mnemonic, 3),
    (foreign_instruction, 5), (wrap_instruction, 3),
    (remove_declaration, 1.5), (double_declaration, 1), (move_declaration, 1.5), (rename_declaration, 1.5),
    (swap_bodies, 1.5), (other_type, 3), (foreign_declaration, 3), (reach_everything, 2),
]
MUTATIONS = [mutation for mutation, _ in WEIGHTS]
SHARES = [share for _, share in WEIGHTS]


def mutated(text, dice, library):
    """The text after one mutation or several."""
    for mutation in dice.choices(MUTATIONS, SHARES, k=dice.choice([1, 1, 1, 1, 1, 2, 2, 5])):
        text = mutation(text, dice, library)[:LONGEST]
    return text


# Repeated bytes of repeated bytes would grow without end.
LONGEST = 200_000


# Files


def remove_file(state, dice, library):
    path = dice.choice(sorted(state))
    return {other: text for other, text in state.items() if other != path or len(state) == 1}


def add_file(state, dice, library):
    """A text of another project under the name of a file that is here, or of one that an import may name."""
    folder, _, name = dice.choice(sorted(state)).rpartition("/")
    return {**state, f"{folder}/{dice.choice([name, 'lib.zir', 'print.zir', 'io.zir'])}": dice.choice(library.texts)}


def swap_files(state, dice, library):
    first, second = dice.choice(sorted(state)), dice.choice(sorted(state))
    return {**state, first: state[second], second: state[first]}


def split_file(state, dice, library):
    """Some declarations go to another file, and maybe under the names that they had."""
    path = dice.choice(sorted(state))
    pieces = declarations(state[path])
    moved = {place for place in range(1, len(pieces)) if dice.random() < 0.3}
    here = b"".join(piece for place, piece in enumerate(pieces) if place not in moved)
    there = b"".join(piece for place, piece in enumerate(pieces) if place in moved or dice.random() < 0.3)
    for place in moved:
        if dice.random() < 0.9:
            name = declared_name(pieces[place])
            here = here.replace(name, b"@split." + name[1:])
    folder = path.rpartition("/")[0]
    return {**state, path: here + b'\n@split = import("split.zir")\n', f"{folder}/split.zir": there}


def other_project(state, dice, library):
    return dice.choice(library.projects)


def with_other_files(state, dice, library):
    """The project after one change of which files it has."""
    return dice.choice([remove_file, add_file, swap_files, split_file, split_file, other_project])(state, dice, library)
