"""Executables of zbuild's: whether one is sound, and whether two are the same program laid out differently."""

import dataclasses
import struct

LOAD, SYMTAB, NOBITS = 1, 2, 8
EXECUTE, WRITE = 1, 2


class Unsound(Exception):
    """What is wrong with an executable."""


def require(condition, message):
    if not condition:
        raise Unsound(message)


@dataclasses.dataclass
class Segment:
    flags: int
    offset: int
    address: int
    file_size: int
    size: int

    @property
    def end(self):
        return self.address + self.size


@dataclasses.dataclass
class Section:
    name: int
    type: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    alignment: int
    entry_size: int


@dataclasses.dataclass
class Block:
    """What a symbol names."""

    name: bytes
    address: int
    size: int
    content: bytes


class Program:
    """An ELF executable, read in full and checked on the way."""

    def __init__(self, data):
        self.data = data
        require(data[:7] == b"\x7fELF\2\1\1", "no ELF file of 64 bits")
        require(len(data) >= 64, "no header")
        header = struct.unpack_from("<HHIQQQIHHHHHH", data, 16)
        self.entry = header[3]
        require(header[0] in (2, 3) and header[1] == 62, "no executable for x86-64")
        self.segments = [Segment(segment[1], segment[2], segment[3], segment[5], segment[6])
                         for segment in self.table("<IIQQQQQQ", header[4], header[9]) if segment[0] == LOAD]
        self.sections = [Section(*section) for section in self.table("<IIQQQQIIQQ", header[5], header[11])]
        self.check_segments()
        self.check_sections()
        self.blocks = self.read_symbols()
        self.blocks_by_page = {}
        self.check_entry()

    def table(self, form, offset, count):
        size = struct.calcsize(form)
        require(offset + size * count <= len(self.data), "a table of headers ends outside the file")
        return [struct.unpack_from(form, self.data, offset + size * index) for index in range(count)]

    def check_segments(self):
        require(self.segments, "no segment")
        last = None
        for segment in self.segments:
            require(segment.offset + segment.file_size <= len(self.data), "a segment ends outside the file")
            require(segment.file_size <= segment.size, "a segment larger in the file than in memory")
            require(segment.offset % 4096 == segment.address % 4096, "a segment that cannot be mapped")
            require(segment.flags & 3 != 3, "a segment that is writable and executable")
            require(last is None or last.end <= segment.address, "segments that overlap, or are not in order")
            require(segment.end <= 1 << 31, "a segment above 2 GiB")
            last = segment

    def check_sections(self):
        for section in self.sections:
            if section.type not in (0, NOBITS):
                require(section.offset + section.size <= len(self.data), "a section ends outside the file")
            if section.type and section.flags & 2 and section.size:
                segment = self.segment(section.address, section.size)
                require(segment is not None, f"a section at {section.address:#x} outside all segments")

    def segment(self, address, size=1):
        return next((each for each in self.segments if each.address <= address and address + size <= each.end), None)

    def check_entry(self):
        segment = self.segment(self.entry)
        require(segment is not None and segment.flags & EXECUTE, "the entry point is not in code")

    def bytes(self, address, size):
        """What is in memory there at the start; None if it is outside."""
        segment = self.segment(address, size)
        if segment is None:
            return None
        start = address - segment.address
        found = self.data[segment.offset + start:segment.offset + min(start + size, segment.file_size)]
        return found if size > ZERO_LIMIT else found.ljust(size, b"\0")

    def read_symbols(self):
        table = next((section for section in self.sections if section.type == SYMTAB), None)
        require(table is not None, "no symbols")
        require(table.link < len(self.sections) and table.entry_size == 24, "symbols without names")
        names = self.sections[table.link]
        strings = self.data[names.offset:names.offset + names.size]
        blocks = []
        seen_global = False
        for name, info, _, section, address, size in self.table("<IBBHQQ", table.offset, table.size // 24):
            require(name < max(len(strings), 1), "a symbol's name is outside the table of names")
            seen_global = seen_global or info >> 4 != 0
            require(not seen_global or info >> 4 != 0, "a local symbol behind a global one")
            if 0 < section < 0xff00:
                content = self.bytes(address, size)
                require(content is not None, f"a symbol at {address:#x} is outside all segments")
                blocks.append(Block(strings[name:strings.find(b"\0", name)], address, size, content))
        self.check_overlaps(blocks)
        return blocks

    def check_overlaps(self, blocks):
        """Symbols may stand for the same block, and not for parts of each other's."""
        end = 0
        for start, last in sorted({(block.address, block.address + block.size) for block in blocks if block.size}):
            require(start >= end, f"two blocks overlap at {start:#x}")
            end = last

    # What an address means

    def meaning(self, address):
        """The name of the block that the address is in or directly behind, and the offset; also through its slot."""
        slot = self.slot_content(address)
        if slot is not None:
            return ("slot", *self.place(slot))
        return self.place(address)

    def place(self, address):
        for block in self.blocks:
            if block.address <= address < block.address + max(block.size, 1):
                return (block.name, address - block.address)
        return None, address

    def slot_content(self, address):
        if self.slots.address <= address < self.slots.address + self.slots.size:
            content = self.bytes(address & ~7, 8)
            return int.from_bytes(content, "little") if content else None
        return None

    @property
    def slots(self):
        return self.named_section(b".zbuild.slots")

    def named_section(self, name):
        strings = next(section for section in reversed(self.sections) if section.type == 3)
        for section in self.sections:
            start = strings.offset + section.name
            if self.data[start:start + len(name) + 1] == name + b"\0":
                return section
        return Section(*[0] * 10)


# Of blocks larger than this only what the file has of them is looked at.
ZERO_LIMIT = 1 << 20


def differences(updated, clean):
    """What differs between two executables of the same program, but for addresses."""
    ours, theirs = by_name(updated), by_name(clean)
    found = [f"{name!r} is only in one" for name in sorted(set(ours) ^ set(theirs))]
    for name in sorted(set(ours) & set(theirs)):
        for mine, other in zip(ours[name], theirs[name]):
            found += block_differences(updated, mine, clean, other)
        if len(ours[name]) != len(theirs[name]):
            found.append(f"{name!r} is there {len(ours[name])} times, and {len(theirs[name])} times")
    if updated.place(updated.entry) != clean.place(clean.entry):
        found.append("the entry points differ")
    return found


def by_name(program):
    names = {}
    for block in program.blocks:
        names.setdefault(block.name, []).append(block)
    return names


def block_differences(updated, mine, clean, other):
    if mine.size != other.size:
        return [f"{mine.name!r} has {mine.size} bytes, and {other.size} bytes"]
    index = 0
    while index < len(mine.content) and mine.content != other.content:
        if mine.content[index] != other.content[index]:
            end = field_end(updated, mine, clean, other, index)
            if end is None:
                return [f"{mine.name!r} differs at byte {index}"]
            index = end
        else:
            index += 1
    return []


def field_end(updated, mine, clean, other, index):
    """The end of the field of an address around a byte that differs; None if it is in none with the same meaning."""
    for size, reads in [(4, (relative, slot_number, absolute)), (8, (absolute,))]:
        for start in range(max(0, index - size + 1), index + 1):
            for read in reads:
                first, second = read(updated, mine, start, size), read(clean, other, start, size)
                if first is not None and first == second:
                    return start + size
    return None


def relative(program, block, start, size):
    """What a displacement from the end of its field means. An instruction may end up to four bytes behind it."""
    distance = int.from_bytes(block.content[start:start + size], "little", signed=True)
    name, *rest = program.meaning(block.address + start + size + distance)
    return (name, *rest) if name is not None else None


def absolute(program, block, start, size):
    name, *rest = program.meaning(int.from_bytes(block.content[start:start + size], "little"))
    return (name, *rest) if name is not None else None


def slot_number(program, block, start, size):
    """What the number of a slot means."""
    slots = program.slots
    number = int.from_bytes(block.content[start:start + size], "little")
    return program.meaning(slots.address + number * 8) if number * 8 < slots.size else None
