"""ZIR text cut into tokens, declarations and instructions, well enough to be mutated: nothing here has to be valid."""

import dataclasses
import re

TOKEN = re.compile(
    rb'[ \t\r\n]+|;[^\n]*|"(?:[^"\\\n]|\\[^\n])*"?|[@%]?[^\x00-\x20\x7f,()\[\]{}=;"]+|.', re.DOTALL)

OPENING = {b"(": b")", b"[": b"]", b"{": b"}"}
CLOSING = set(OPENING.values())


def tokens(text):
    """The tokens, white space and comments among them: joined they are the text."""
    return TOKEN.findall(text)


def is_blank(token):
    return token[:1] in b" \t\r\n;"


def is_name(token):
    return len(token) > 1 and token[:1] in b"@%"


def is_number(token):
    return re.fullmatch(rb"-?[0-9][0-9A-Za-z_]*", token) is not None


def is_word(token):
    return re.fullmatch(rb"[A-Za-z_][A-Za-z0-9_]*", token) is not None


def kind(token):
    """Tokens of one kind may stand where each other stand."""
    for name, test in [("blank", is_blank), ("name", is_name), ("number", is_number), ("word", is_word)]:
        if test(token):
            return name
    return "string" if token[:1] == b'"' else "mark"


def following(parts, index):
    """The index of the next token behind `index` that is not blank; the number of tokens if there is none."""
    index += 1
    while index < len(parts) and is_blank(parts[index]):
        index += 1
    return index


def closing(parts, index):
    """The index behind the bracket that closes the one at `index`."""
    depth = 0
    for place in range(index, len(parts)):
        depth += (parts[place] in OPENING) - (parts[place] in CLOSING)
        if depth == 0:
            return place + 1
    return len(parts)


def token_at(parts, index):
    return parts[index] if index < len(parts) else b""


def declarations(text):
    """The text cut before each declaration. The first piece, before the first of them, may be empty."""
    pieces = [[]]
    parts = tokens(text)
    for index, token in enumerate(parts):
        if token[:1] == b"@" and token_at(parts, following(parts, index)) == b"=":
            pieces.append([])
        pieces[-1].append(token)
    return [b"".join(piece) for piece in pieces]


def declared_name(declaration):
    """`@name` of a piece that `declarations` gave."""
    return next(iter(tokens(declaration)), b"")


def mnemonic(declaration):
    """The instruction of a piece that `declarations` gave."""
    parts = tokens(declaration)
    return token_at(parts, following(parts, following(parts, 0)))


@dataclasses.dataclass
class Instruction:
    """`%name = word(...)` in a body, as a range of tokens; `scope` are the names that it may use."""

    start: int
    end: int
    scope: list


def instructions(parts):
    """All instructions of bodies in these tokens, outer ones before those of their own bodies."""
    found = []
    scopes = [[]]
    for index, token in enumerate(parts):
        if token == b"{":
            scopes.append([])
        elif token == b"}" and len(scopes) > 1:
            scopes.pop()
        elif token[:1] == b"%" and token_at(parts, following(parts, index)) == b"=":
            opening = following(parts, following(parts, following(parts, index)))
            found.append(Instruction(index, closing(parts, opening), [name for scope in scopes for name in scope]))
            scopes[-1].append(token)
    return found
