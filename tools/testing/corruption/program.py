"""A project that is edited again and again, and what its program writes at each time.

It has what a cache has rows for: two files of one package and one of another, a function that more use than fit into
its own record, static data that holds an address, code that depends on a constant, exports, errors that wait to be
mended, code that waits for them, and blocks that grow, shrink, come and go.
"""

import os

HEAD = """\
@void = primitive(void)
@noreturn = primitive(noreturn)
@usize = primitive(usize)
@sys = import("sys")
@rest = import("rest.zir")
@action = fntype([], @void)
@start_type = fntype([], @noreturn, cc=Naked)
@start = fn(@start_type, {
%CALLS%
  %exited = call(@sys.exit, [0])
  %end = unreachable()
})
@entry = export("_start", @start)
@shown = export("shown", @digit)
@tail = int(%TAIL%)
@number = global(@usize, %NUMBER%)
@number_reference = declref("number")
@number_pointer = single_const_ptr_type(@usize)
@pointer = global(@number_pointer, @number_reference)
@digit = fn(@action, {
  %where = deref(@pointer)
  %address = ptrtoint(%where)
  %written = call(@sys.write, [%address, 1])
  %end = returnvoid()
})
"""

REST = """\
@void = primitive(void)
@sys = import("sys")
@main = import("main.zir")
@action = fntype([], @void)
"""

FUNCTION = """
@%NAME% = fn(@action, {
  %text = str("%TEXT%")
  %address = ptrtoint(%text)
  %length_pointer = fieldptr(%text, "len")
  %length = deref(%length_pointer)
  %written = call(%WRITE%, [%address, %LENGTH%])
  %end = returnvoid()
})
"""

SYSTEM = """\
@void = primitive(void)
@noreturn = primitive(noreturn)
@usize = primitive(usize)
@exit_type = fntype([@usize], @noreturn)
@exit = fn(@exit_type, {
  %status = arg("status")
  %exited = asm("syscall", @usize, volatile=1, output="={rax}", inputs=["{rax}", "{rdi}"], args=[231, %status])
  %end = unreachable()
})
@write_type = fntype([@usize, @usize], @void)
@write = fn(@write_type, {
  %address = arg("address")
  %length = arg("length")
  %written = asm("syscall", @usize, volatile=1, output="={rax}",
    inputs=["{rax}", "{rdi}", "{rsi}", "{rdx}"],
    clobbers=[rcx, r11, memory],
    args=[1, 1, %address, %length])
  %end = returnvoid()
})
"""

MANIFEST = '[package]\nname = "hello"\nroot = "main.zir"\n\n[dependencies]\nsys = { path = "sys" }\n'
LIBRARY = '[package]\nname = "sys"\nroot = "sys.zir"\n'

# A function is used by more than can stand in one record of the cache (`inlineUsers` in Graph+Users.swift: 32).
FUNCTIONS = 40


class Writer:
    """A function that writes a text, or of a long one what `tail` says."""

    def __init__(self, number, text, is_cut):
        self.number = number
        self.text = text
        self.is_cut = is_cut
        self.is_broken = False

    @property
    def name(self):
        return f"write_{self.number}"

    @property
    def is_apart(self):
        """Whether it stands in the other file."""
        return self.number % 4 == 0

    def source(self):
        text = FUNCTION.replace("%NAME%", self.name).replace("%TEXT%", self.text)
        text = text.replace("%WRITE%", "@missing" if self.is_broken else "@sys.write")
        tail = "@main.tail" if self.is_apart else "@tail"
        return text.replace("%LENGTH%", tail if self.is_cut else "%length")


class RandomProgram:
    """The project's sources, and what the program prints."""

    def __init__(self, dice):
        self.dice = dice
        self.next = 0
        self.tail = 3
        self.number = 65
        self.comment = ""
        self.writers = []
        for _ in range(FUNCTIONS):
            self.add()

    def add(self):
        letter = chr(97 + self.next % 26)
        self.writers.append(Writer(self.next, letter * self.dice.choice([4, 9, 30]), self.dice.random() < 0.3))
        self.next += 1

    @property
    def is_right(self):
        return not any(writer.is_broken for writer in self.writers)

    def printed(self):
        texts = [writer.text[:self.tail] if writer.is_cut else writer.text for writer in self.writers]
        return ("".join(texts) + chr(self.number)).encode()

    def files(self):
        calls = [f"  %c{w.number} = call(@{'rest.' if w.is_apart else ''}{w.name}, [])" for w in self.writers]
        calls.append("  %last = call(@digit, [])")
        head = HEAD.replace("%CALLS%", "\n".join(calls)).replace("%TAIL%", str(self.tail))
        head = head.replace("%NUMBER%", str(self.number))
        return {
            "zbuild.toml": MANIFEST,
            "sys/zbuild.toml": LIBRARY,
            "sys/sys.zir": SYSTEM,
            "main.zir": self.comment + head + "".join(w.source() for w in self.writers if not w.is_apart),
            "rest.zir": REST + "".join(w.source() for w in self.writers if w.is_apart),
        }

    # Edits

    def edit(self):
        """Changes something, and says what."""
        if not self.is_right and self.dice.random() < 0.6:
            for writer in self.writers:
                writer.is_broken = False
            return "mended"
        edits = [self.edit_text, self.grow, self.replace, self.edit_constant, self.edit_number, self.move, self.damage]
        return self.dice.choice(edits)()

    def edit_text(self):
        writer = self.dice.choice(self.writers)
        writer.text = chr(97 + self.dice.randrange(26)) * len(writer.text)
        return f"another text in {writer.name}"

    def grow(self):
        writer = self.dice.choice(self.writers)
        writer.text = chr(97 + self.dice.randrange(26)) * self.dice.choice([4, 20, 100, 700, 3000])
        return f"a text of {len(writer.text)} bytes in {writer.name}"

    def replace(self):
        gone = self.writers.pop(self.dice.randrange(len(self.writers)))
        self.add()
        return f"{self.writers[-1].name} in the place of {gone.name}"

    def edit_constant(self):
        self.tail = self.dice.choice([n for n in [1, 2, 3, 4] if n != self.tail])
        return f"@tail is {self.tail}"

    def edit_number(self):
        self.number = self.dice.choice([n for n in range(65, 91) if n != self.number])
        return f"@number is {self.number}"

    def move(self):
        self.comment = "; a comment\n" * self.dice.randrange(1, 30)
        return "lines above"

    def damage(self):
        writer = self.dice.choice(self.writers)
        writer.is_broken = True
        return f"an error in {writer.name}"


class Sources:
    """Writes a program's files, each change with a time of its own, long ago: then zbuild need not wait for the clock
    to tell what changed (`isRacy`)."""

    def __init__(self, folder):
        self.folder = folder
        self.written = {}
        self.time = 1_000_000_000

    def write(self, files):
        for name, text in files.items():
            if self.written.get(name) == text:
                continue
            path = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)
            self.time += 1
            os.utime(path, ns=(self.time * 10**9 + 5, self.time * 10**9 + 5))
        self.written = files
