"""Rows of a cache as a forger sees them: their checksums, and what is packed in their BLOBs (schema/README.md)."""

import dataclasses
import sqlite3
import struct

from . import blake3

MASK = (1 << 64) - 1


class Malformed(Exception):
    """A packed value that does not have its layout."""


# Numbers


def varint(value):
    """Seven bits a byte, the lowest first."""
    value &= MASK
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def zigzag(value):
    """Signed numbers as unsigned ones: small ones stay small."""
    return (value << 1 ^ value >> 63) & MASK


def counted(data):
    return varint(len(data)) + data


# Checksums


def checksum(table, values):
    """Of a row of `table`: of all its columns in order but the last, which it is. A row with a REAL has none."""
    if any(isinstance(value, float) for value in values):
        return 0
    sealed = bytearray(counted(table.encode()))
    for value in values:
        if value is None:
            sealed += b"\0"
        elif isinstance(value, int):
            sealed += b"\1" + varint(zigzag(value))
        else:
            sealed += b"\2" + counted(value.encode() if isinstance(value, str) else value)
    return struct.unpack("<q", blake3.digest(bytes(sealed))[:8])[0]


# Kinds of records in table `record`, by their numbers there (schema/README.md).
KINDS = [
    "package", "section", "build", "meta", "redo", "cause", "file", "pending", "source", "user", "text", "state",
    "export", "exportList", "diagnostic", "hole", "holeBySize", "freeRoom",
]
NUMBER_BITS = 56


def key_of(kind, number):
    """The key of the record of a kind that has this number."""
    return (KINDS.index(kind) + 1) << NUMBER_BITS | number & (1 << NUMBER_BITS) - 1


def kind_of(key):
    """The kind that a key is of, as far as it is one."""
    number = key >> NUMBER_BITS
    return KINDS[number - 1] if 0 < number <= len(KINDS) else "none"


class CacheFile:
    """A cache that no zbuild has open, to be forged. What is put into it has the right checksums."""

    def __init__(self, path):
        self.path = path
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA synchronous=OFF")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.database.close()

    def is_sound(self):
        """Whether SQLite and the checksums find nothing wrong."""
        if self.database.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
            return False
        return all(
            checksum(kind_of(row[0]), row[:-1]) == row[-1] for row in self.database.execute("SELECT * FROM record"))

    def rows(self, kind):
        """The number and the content of all records of a kind."""
        bounds = [key_of(kind, 0), key_of(kind, -1)]
        found = self.database.execute("SELECT key, content FROM record WHERE key BETWEEN ? AND ?", bounds)
        return [[key & (1 << NUMBER_BITS) - 1, content] for key, content in found]

    def put(self, kind, row):
        """Puts a record in the place of the one with its number."""
        key = key_of(kind, row[0]) if isinstance(row[0], int) else row[0]
        values = [key, row[1], checksum(kind, [key, row[1]])]
        self.database.execute("REPLACE INTO record VALUES (?, ?, ?)", values)

    def remove(self, kind, row):
        """Removes a record, found by its number."""
        self.database.execute("DELETE FROM record WHERE key = ?", [key_of(kind, row[0])])

    def put_with_wrong_type(self, kind, row):
        """As `put`, where a column may hold what its type forbids: the table is not strict for a moment."""
        self.relax(" STRICT", "")
        self.put(kind, row)
        self.relax("", " STRICT")

    def relax(self, before, after):
        """Puts `after` in the place of `before` at the end of the table's statement, if that ends so."""
        (sql,) = self.database.execute("SELECT sql FROM sqlite_schema").fetchone()
        if not sql.endswith(")" + before):
            return
        self.database.execute("PRAGMA writable_schema=ON")
        self.database.execute("UPDATE sqlite_schema SET sql = ?", [sql.removesuffix(before) + after])
        self.database.close()
        self.__init__(self.path)


# Packed values


@dataclasses.dataclass
class Token:
    """One field of a packed value: a `byte`, a `varint`, a `word` or a `hash` of 8 bytes, or `bytes` that are counted."""

    kind: str
    value: object
    # What it stands for, for those who want to change one of a kind.
    name: str

    def encoded(self):
        if self.kind == "byte":
            return bytes([self.value & 0xFF])
        if self.kind == "varint":
            return varint(self.value)
        if self.kind == "word":
            return struct.pack("<Q", self.value & MASK)
        return self.value if self.kind == "hash" else counted(self.value)


class Reader:
    """Takes a packed value apart into tokens."""

    def __init__(self, data):
        self.data = data
        self.place = 0
        self.tokens = []

    def take(self, count):
        if count > len(self.data) - self.place:
            raise Malformed
        self.place += count
        return self.data[self.place - count:self.place]

    def keep(self, kind, value, name):
        self.tokens.append(Token(kind, value, name))
        return value

    def byte(self, name):
        return self.keep("byte", self.take(1)[0], name)

    def raw_varint(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def varint(self, name):
        return self.keep("varint", self.raw_varint(), name)

    def word(self, name):
        return self.keep("word", struct.unpack("<Q", self.take(8))[0], name)

    def hash(self, name):
        return self.keep("hash", self.take(8), name)

    def bytes(self, name):
        return self.keep("bytes", self.take(self.raw_varint()), name)


def identity(reader):
    for name in ["size", "modified", "changed", "inode", "device"]:
        reader.varint(name)


def meta_record(reader):
    flags = reader.byte("flags")
    reader.varint("generation")
    for name in ["tool", "boot_id", "options", "root_path", "output_path"]:
        reader.bytes(name)
    for name in [
        "next_page", "next_file", "live_count", "total_count", "error_count", "diagnostic_count", "pending_count",
        "export_count", "file_count", "page_count",
    ]:
        reader.varint(name)
    if flags & 1:
        identity(reader)
    reader.bytes("build_id")
    for name in ["entry", "entry_address", "first_global"]:
        reader.varint(name)


FILES_PER_PART = 256


def file_records(reader):
    while reader.place < len(reader.data):
        reader.byte("place of a file")
        reader.byte("flags")
        reader.varint("package")
        reader.bytes("path")
        reader.byte("end of the path")
        reader.word("fingerprint")


def source_record(reader):
    for _ in range(2):
        reader.hash("digest")
    imports(reader)
    pages(reader)
    runs(reader)
    reader.varint("declarations")
    reader.varint("path name")
    reader.varint("read_time")
    if reader.byte("has identity"):
        identity(reader)


def section_record(reader):
    for name in ["file_offset", "file_room", "size"]:
        reader.varint(name)


def text_records(reader):
    reader.varint("file")
    for _ in range(64):
        if reader.byte("flags"):
            reader.byte("opcode")
            reader.bytes("name")
            for _ in range(4):
                reader.hash("hash of the text")
            for name in ["line", "column", "offset", "length", "slot"]:
                reader.varint(name)


def state_records(reader):
    for _ in range(64):
        flags = reader.byte("flags")
        if flags:
            state_record(reader, flags)


def state_record(reader, flags):
    states = reader.byte("states")
    reader.varint("keeper")
    reader.varint("rank")
    for bit in [16, 32, 64]:
        if states & bit:
            listed_hash(reader, "hash of an answer")
    if states & 128:
        reader.hash("hash of code that was analysed")
    if not flags & 64:
        reader.bytes("interface")
    count = reader.varint("number of edges")
    reader.varint("edges in effect")
    for _ in range(count):
        if reader.varint("edge") & 8:
            listed_hash(reader, "answer seen")
    numbers(reader)
    if flags & 16:
        reader.varint("rows of users")
    reader.varint("passing users")
    if flags & 32:
        reader.byte("section")
        for name in ["offset of a block", "room of a block", "size of a block"]:
            reader.varint(name)
        if not flags & 128:
            reader.hash("hash of code")
        reader.varint("symbol")
        relocations(reader)
    reader.varint("compiled at")
    if reader.byte("compiled for"):
        reader.varint("compiled after")


def listed_hash(reader, name):
    if not reader.byte("number of a hash"):
        reader.hash(name)


def numbers(reader):
    for _ in range(reader.varint("number of users")):
        reader.varint("user")


def relocations(reader):
    for _ in range(reader.varint("number of relocations")):
        reader.varint("offset of a relocation")
        reader.byte("kind of relocation")
        reader.varint("target of a relocation")
        reader.varint("addend")


def imports(reader):
    for _ in range(reader.varint("number of imports")):
        reader.varint("file that is imported")
        reader.varint("times that it is imported")
    for _ in range(reader.varint("number of packages")):
        reader.bytes("package that is imported")


def pages(reader):
    for _ in range(reader.varint("number of pages")):
        for name in ["page", "line of a page", "offset of a page"]:
            reader.varint(name)


def runs(reader):
    for _ in range(reader.varint("number of runs")):
        reader.varint("bytes of a run")
        reader.varint("lines of a run")
        reader.hash("hash of a run")
        for _ in range(reader.varint("number of a run's pages")):
            reader.varint("page of a run")


def package_record(reader):
    for name in ["folder", "name", "root_path"]:
        reader.bytes(name)
    for _ in range(reader.varint("number of dependencies")):
        reader.bytes("name of a dependency")
        reader.bytes("folder of a dependency")


def pending_record(reader):
    reader.byte("flags")
    reader.byte("section")
    reader.varint("alignment")
    reader.bytes("bytes")
    relocations(reader)


def export_record(reader):
    reader.bytes("symbol")
    reader.varint("what is exported")
    reader.byte("linkage")
    reader.varint("index of the symbol")


def export_lists(reader):
    """The first part alone begins with the number of all exports; there are not so many that it is not the only one."""
    reader.varint("number of exports")
    for _ in range(reader.varint("number of lists")):
        reader.varint("key of a list")
        for _ in range(reader.varint("number of exports in a list")):
            reader.varint("export in a list")


def hole_record(reader):
    reader.varint("offset of a hole")
    reader.varint("size of a hole")


def free_room(reader):
    reader.varint("free room")


def diagnostic_record(reader):
    reader.varint("file of errors")
    for _ in range(reader.varint("number of errors")):
        reader.varint("line")
        reader.varint("column")
        reader.bytes("message")
        for _ in range(reader.varint("number of notes")):
            for name in ["declaration of a note", "line of a note", "column of a note"]:
                reader.varint(name)
            reader.bytes("note")


def build_record(reader):
    has_fallback = reader.byte("has fallback")
    reader.varint("time")
    reader.byte("result")
    if has_fallback & 1:
        reader.byte("fallback")
    for name in [
        "file_count", "read_count", "live_count", "parsed_count", "analysed_count", "generated_count", "removed_count",
        "position_count", "written_count", "moved_count", "freed_count", "error_count", "unlisted_count",
    ]:
        reader.varint(name)


def cause_record(reader):
    for _ in range(reader.varint("number of causes")):
        flags = reader.byte("flags")
        if flags & 1:
            reader.varint("parent")
        reader.varint("declaration")
        reader.bytes("name")
        reader.bytes("path")
        reader.varint("line")
        reader.varint("column")
        reader.byte("kind")
        reader.byte("outcome")
        reader.bytes("change")
        if flags & 2:
            for name in ["old_size", "new_size", "old_address", "new_address", "old_room"]:
                reader.varint(name)


def redo_record(reader):
    if not reader.data:
        return
    reader.varint("generation")
    if reader.byte("kind of redo"):
        reader.bytes("path")
        reader.varint("inode")
        reader.varint("device")
        return
    for name in ["size", "modified", "changed", "inode", "device", "new size"]:
        reader.varint(name)
    for _ in range(reader.varint("number of steps")):
        if reader.byte("kind of step"):
            for name in ["source of a copy", "destination of a copy", "bytes of a copy"]:
                reader.varint(name)
        else:
            reader.varint("offset of a write")
            reader.bytes("what is written")


LAYOUTS = {
    "meta": meta_record,
    "text": text_records,
    "state": state_records,
    "user": numbers,
    "file": file_records,
    "source": source_record,
    "package": package_record,
    "section": section_record,
    "pending": pending_record,
    "export": export_record,
    "exportList": export_lists,
    "diagnostic": diagnostic_record,
    "hole": hole_record,
    "holeBySize": hole_record,
    "freeRoom": free_room,
    "build": build_record,
    "cause": cause_record,
    "redo": redo_record,
}


def tokens(kind, data):
    """The fields of the content of a record."""
    reader = Reader(data)
    LAYOUTS[kind](reader)
    if reader.place != len(data):
        raise Malformed
    return reader.tokens


def packed(fields):
    return b"".join(field.encoded() for field in fields)
