"""Rows that zbuild did not write, with the checksums that it would have given them."""

import os
import struct

from . import blake3
from .rows import FILES_PER_PART, Malformed, Token, counted, packed, tokens, varint, zigzag

# Where numbers of any width end, and what is one beyond.
EXTREMES = [
    0, 1, 2, 63, 64, 255, 256, 4095, 4096, 65535, 65536, 2**24, 2**26 - 1, 2**26, 2**31 - 1, 2**31, 2**32 - 64,
    2**32 - 1, 2**32, 2**40, 2**47, 2**48, 2**53, 2**62, 2**63 - 1,
]
PATHS = [
    b"", b".", b"..", b"/", b"../victim/file.txt", b"%ROOT%/victim/file.txt", b"main.zir/", b"sys", b"a" * 5000,
    b"../" * 2000, b"\0", b"\xff\xfe", b"x.zir",
]


def forge(cache, dice, root):
    """Puts one hostile row or a few into the cache, and says which. `root` is the folder around the project."""
    if dice.random() < 0.25:
        forgery = dice.choice(NAMED)
        return forgery(cache, dice, root) or forge(cache, dice, root)
    return "; ".join(forge_field(cache, dice, root) for _ in range(dice.choice([1, 1, 1, 2, 4])))


def forge_field(cache, dice, root):
    """Changes one field of one record; or the record is gone, or has another number."""
    kind = dice.choice([name for name in KINDS_TO_FORGE if cache.rows(name)])
    row = dice.choice(cache.rows(kind))
    if dice.random() < 0.05:
        cache.remove(kind, row)
        return f"a record of {kind} is gone"
    if dice.random() < 0.05:
        return put_wrong_type(cache, kind, row, dice)
    if dice.random() < 0.1:
        before, row[0] = row[0], another_number(row[0], dice)
        how = f"number {before} is {row[0]}"
    else:
        row[1], how = another_content(kind, row[1], dice, root)
    try:
        cache.put(kind, row)
    except Exception as error:  # SQLite refuses what no database can hold: NULL where there must be a value.
        return f"nothing: {error}"
    return f"{kind}: {how}"


def another_number(value, dice):
    """Within the 64 bits, signed, that SQLite has."""
    number = dice.choice([*EXTREMES, value + 1, value - 1, value * 2, dice.randrange(200)])
    if dice.random() < 0.2:
        number = -number
    return max(-(2**63), min(2**63 - 1, number))


def another_content(kind, value, dice, root):
    if not isinstance(value, bytes):
        return b"", "no bytes"
    try:
        fields = tokens(kind, value)
    except Malformed:
        fields = None
    if fields and dice.random() < 0.85:
        return change_fields(fields, dice, root)
    if dice.random() < 0.05:
        return bytes(1 << 17), "128 KiB of zeros"
    data = bytearray(value)
    if data:
        place = dice.randrange(len(data))
        data[place:place + dice.choice([0, 1, 4])] = dice.choice([b"", dice.randbytes(4), varint(2**64 - 1)])
    return bytes(data), "other bytes"


def change_fields(fields, dice, root):
    """Changes one packed field; of those of a kind that are there once and a hundred times, each kind as often."""
    name = dice.choice(sorted({field.name for field in fields}))
    field = dice.choice([field for field in fields if field.name == name])
    before = field.value
    if field.kind == "byte":
        field.value = dice.randrange(256)
    elif field.kind in ["varint", "word"]:
        # As it is written: half of these fields are zigzagged, some are distances.
        field.value = dice.choice([*EXTREMES, 2**64 - 1, before + 1, before + 2, before ^ 1, dice.randrange(400)])
        field.value = max(field.value, 0) & (2**64 - 1)
    elif field.kind == "hash":
        field.value = dice.choice([bytes(8), dice.randbytes(8)])
    else:
        path = dice.choice(PATHS).replace(b"%ROOT%", root.encode())
        field.value = dice.choice([b"", dice.randbytes(5), before[:-1], before + b"x", b"y" * 40000, path])
    shown = field.value if isinstance(field.value, int) else f"{len(field.value)} bytes"
    return packed(fields), f"{name} is {shown}"


def put_wrong_type(cache, kind, row, dice):
    """A table that is strict holds what its columns' types forbid: SQLite checks that as it writes, not as it reads."""
    before, row[1] = row[1], dice.choice([1.5, "text", 7, None, b"\xff" * 100, -(2**63)])
    try:
        cache.put_with_wrong_type(kind, row)
    except Exception as error:
        cache.relax("", " STRICT")
        return f"nothing: {error}"
    return f"{kind}: {str(row[1])[:30]} in the place of {str(before)[:30]}"


# Forgeries of which each has a name


def forge_meta(name):
    def forge_number(cache, dice, root):
        value = dice.choice([2**26 - 1, 2**26, 2**31, 2**32 - 1])
        change_meta(cache, name, value)
        return f"{name} of meta is {value}"

    return forge_number


def change_meta(cache, name, value):
    """Gives the meta record another number of that name."""
    row = cache.rows("meta")[0]
    fields = tokens("meta", row[1])
    for field in fields:
        if field.name == name:
            field.value = value
    row[1] = packed(fields)
    cache.put("meta", row)


def forge_last_page(cache, dice, root):
    """A page of the highest number there is, so that `next_page` fits."""
    number = dice.choice([2**26 - 1, 2**26, 2**32 - 2])
    change_meta(cache, "next_page", number + 1)
    for table in ["text", "state"]:
        row = cache.rows(table)[0]
        row[0] = number
        cache.put(table, row)
    return f"page {number}"


def forge_keepers(cache, dice, root):
    """Everybody is kept by a neighbour: cycles, and chains that end nowhere."""
    change = dice.choice([0, 1, 2, 3, 5])
    return change_states(cache, lambda field: field.name == "keeper", lambda field: change, "keeper")


def forge_ranks(cache, dice, root):
    rank = zigzag(dice.choice([2**63 - 1, 2**63 - 2, -(2**63), 0]))
    return change_states(cache, lambda field: field.name == "rank", lambda field: rank, "rank")


def forge_users(cache, dice, root):
    """No declaration has users any more, whoever uses it."""

    def forget(fields):
        kept, skipped = [], 0
        for field in fields:
            if field.name == "number of users":
                skipped = field.value
                kept.append(Token("varint", 0, field.name))
            elif field.name != "user" or skipped == 0:
                kept.append(field)
        return kept

    return change_pages(cache, forget, "users")


def forge_places(cache, dice, root):
    """All blocks are at one place, or beyond everything."""
    name = dice.choice(["offset of a block", "room of a block", "size of a block", "symbol", "offset of a relocation"])
    value = dice.choice([0, 16, 4096, 2**31, 2**32 - 16, 2**63, 2**64 - 16])
    return change_states(cache, lambda field: field.name == name, lambda field: value, name)


def change_states(cache, matches, value, what):
    def change(fields):
        for field in fields:
            if matches(field):
                field.value = value(field)
        return fields

    return change_pages(cache, change, what)


def change_pages(cache, change, what):
    for row in cache.rows("state"):
        row[1] = packed(change(tokens("state", row[1])))
        cache.put("state", row)
    return f"another {what} of all declarations"


def forge_holes(cache, dice, root):
    """The whole of a section is free, and what lies behind it."""
    for section in range(12):
        put_hole(cache, section, dice.choice([0, 16, 4096]), dice.choice([16, 4096, 2**31, 2**62]))
    return "holes everywhere"


def put_hole(cache, section, offset, size):
    """A hole, found by its place and by its size."""
    content = varint(offset) + varint(size)
    cache.put("hole", [section << 48 | offset, content])
    cache.put("holeBySize", [section << 48 | min(size, 2**18 - 1) << 30 | offset, content])


def forge_sections(cache, dice, root):
    """All sections stand at one place of the file."""
    offset = dice.choice([0, 4096, 8192])
    for row in cache.rows("section"):
        fields = tokens("section", row[1])
        fields[0].value = offset
        cache.put("section", [row[0], packed(fields)])
    return f"all sections at {offset}"


def forge_redo(cache, dice, root):
    """An update that was never begun is to be finished: it writes far away, copies for ever, or renames another file."""
    fields = {field.name: field.value for field in tokens("meta", cache.rows("meta")[0][1])}
    if not fields["flags"] & 1:
        return None
    change_meta(cache, "flags", fields["flags"] | 2)
    identity = b"".join(varint(fields[name]) for name in IDENTITY)
    size = fields["size"] // 2  # a zigzag varint of what is not negative
    new_size = dice.choice([0, 1, size, size + 4096, 2**31, 2**40, 2**62, 2**63, 2**64 - 1])
    steps = [redo_step(dice, size) for _ in range(dice.choice([0, 1, 3]))]
    record = b"\0" + identity + varint(new_size) + varint(len(steps)) + b"".join(steps)
    if dice.random() < 0.3:
        path = dice.choice(["../victim/file.txt", f"{root}/victim/file.txt", "main.zir", "zbuild-out"])
        record = b"\1" + counted(path.encode()) + varint(inode_of(root)) + varint(fields["device"])
    cache.put("redo", [0, varint(fields["generation"]) + record])
    return f"redo of {record[:1]}, new size {new_size}, {len(steps)} steps"


def redo_step(dice, size):
    places = [0, 1, 4096, size - 1, size, 2**31, 2**40, 2**62, 2**63 - 1, 2**63, 2**64 - 1]
    if dice.random() < 0.5:
        return b"\0" + varint(dice.choice(places)) + counted(dice.randbytes(dice.choice([0, 1, 5000])))
    return b"\1" + b"".join(varint(dice.choice(places)) for _ in range(3))


def inode_of(root):
    return os.stat(os.path.join(root, "victim", "file.txt")).st_ino


def forge_imports(cache, dice, root):
    """A file of a number that there is none of, in all imports; a module that is another file's."""
    for row in cache.rows("source"):
        fields = tokens("source", row[1])
        for field in fields:
            if field.name == "file that is imported":
                field.value = dice.choice(EXTREMES)
        row[1] = packed(fields)
        cache.put("source", row)
    return "other imports in all files"


def forge_runs(cache, dice, root):
    """Texts in a few runs, as only large ones have them: hashes are right, but of lines and pages only some are."""
    project = os.path.dirname(os.path.dirname(cache.path))
    paths = paths_of(cache)
    for row in cache.rows("source"):
        fields = []
        path = paths.get(row[0], b"")
        for field in tokens("source", row[1]):
            if field.name == "number of runs" and field.value == 0:
                try:
                    with open(os.path.join(os.fsencode(project), path), "rb") as file:
                        fields += forged_runs(file.read(), dice)
                except (OSError, ValueError):
                    fields.append(field)
            else:
                fields.append(field)
        row[1] = packed(fields)
        cache.put("source", row)
    return "texts in runs"


def paths_of(cache):
    """The paths of files by their numbers."""
    paths = {}
    for part, records in cache.rows("file"):
        place = 0
        for field in tokens("file", records):
            if field.name == "place of a file":
                place = field.value
            elif field.name == "path":
                paths[part * FILES_PER_PART + place] = field.value
    return paths


def forged_runs(text, dice):
    lines = text.splitlines(keepends=True)
    ends = sorted({dice.randrange(len(lines)) for _ in range(dice.randrange(1, 6))} | {len(lines)}) if lines else []
    fields = [Token("varint", len([end for end in ends if end > 0]), "number of runs")]
    start = 0
    for end in ends:
        run = b"".join(lines[start:end])
        if run:
            count = dice.choice([end - start, end - start, *EXTREMES])
            pages = [dice.choice([2, 4, 1, 3, 0, *EXTREMES]) for _ in range(dice.randrange(4))]
            fields += [
                Token("varint", dice.choice([len(run)] * 9 + [2**32 - 1, 1]), "bytes of a run"),
                Token("varint", min(count, 2**32 - 1), "lines of a run"),
                Token("hash", blake3.digest(run)[:8], "hash of a run"),
                Token("varint", len(pages), "number of a run's pages"),
                *[Token("varint", page, "page of a run") for page in pages],
            ]
        start = end
    return fields


def forge_interface(cache, dice, root):
    """Interfaces are of a module that is no module's, or random bytes."""
    bytes_ = dice.choice([b"\xff" + struct.pack("<I", dice.choice([0, 1, 9, 2**32 - 1])), dice.randbytes(6), b""])
    return change_states(cache, lambda field: field.name == "interface", lambda field: bytes_, "interface")


def forge_huge_rows(cache, dice, root):
    """A row for each of many names of nothing."""
    for number in range(300):
        put_hole(cache, 4, number * 64, 16)
        cache.put("export", [number + 1, counted(b"symbol") + varint(number) + bytes([number % 3]) + varint(number)])
    return "300 holes and exports"


IDENTITY = ["size", "modified", "changed", "inode", "device"]
KINDS_TO_FORGE = [
    "meta", "meta", "package", "file", "file", "source", "source", "text", "text", "state", "state", "state", "state",
    "user", "section", "hole", "holeBySize", "freeRoom", "export", "exportList", "exportList", "pending", "diagnostic",
    "build", "cause",
]
NAMED = [
    forge_meta("next_page"), forge_meta("next_file"), forge_meta("entry"), forge_meta("first_global"),
    forge_meta("pending_count"), forge_meta("generation"), forge_last_page, forge_keepers, forge_ranks, forge_users,
    forge_places, forge_places, forge_holes, forge_sections, forge_redo, forge_redo, forge_redo, forge_imports,
    forge_interface, forge_huge_rows, forge_runs, forge_runs,
]
