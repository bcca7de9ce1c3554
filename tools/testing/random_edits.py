"""Random programs of a few functions in a few files, and random edits of them, for which is known what they print."""

MAIN = "main.zir"
FILES = [MAIN, "a.zir", "b.zir"]

HEAD = """\
@void = primitive(void)
@noreturn = primitive(noreturn)
@usize = primitive(usize)
@action = fntype([], @void)
"""

START = """\
@a = import("a.zir")
@b = import("b.zir")
@start_type = fntype([], @noreturn, cc=Naked)
@start = fn(@start_type, {
%CALLS%
  %exited = asm("syscall", @usize, volatile=1, output="={rax}", inputs=["{rax}", "{rdi}"], args=[231, 0])
  %end = unreachable()
})
@entry = export("_start", @start)
"""

FUNCTION = """\
@%NAME%_text = str("%TEXT%\\n")
@%NAME% = fn(@action, {
  %address = ptrtoint(@%NAME%_text)
  %length_pointer = fieldptr(@%NAME%_text, "len")
  %length = deref(%length_pointer)
  %sum = add(%length, 0)
  %written = asm("syscall", @usize, volatile=1, output="={rax}",
    inputs=["{rax}", "{rdi}", "{rsi}", "{rdx}"],
    clobbers=[rcx, r11, memory],
    args=[1, 1, %address, %sum])
  %end = returnvoid()
})
"""


class RandomProgram:
    """A program whose functions each print a line; `edit` changes something."""

    def __init__(self, dice):
        self.dice = dice
        self.names = 0
        # What is broken: the name of a function that there is not.
        self.missing = None
        # Lines of comment above each file.
        self.comments = {file: 0 for file in FILES}
        # In the order in which they are called: name, file, line.
        self.functions = []
        # By file, in the order in which they stand there.
        self.order = {file: [] for file in FILES}
        for _ in range(dice.randint(1, 12)):
            self.add()

    def sources(self):
        return {file: self.source(file) for file in FILES}

    def source(self, file):
        parts = ["; a comment\n" * self.comments[file], HEAD]
        if file == MAIN:
            parts.append(START.replace("%CALLS%", self.calls()))
        lines = {name: line for name, _, line in self.functions}
        parts += [FUNCTION.replace("%NAME%", name).replace("%TEXT%", lines[name]) for name in self.order[file]]
        return "".join(parts)

    def calls(self):
        names = [name if file == MAIN else f"{file[0]}.{name}" for name, file, _ in self.functions]
        names += [self.missing] if self.missing else []
        return "\n".join(f"  %call{number} = call(@{name}, [])" for number, name in enumerate(names))

    def printed(self):
        """What it prints; None if it has an error."""
        return None if self.missing else "".join(line + "\n" for _, _, line in self.functions).encode()

    def edit(self):
        """Changes one or several things, and says which."""
        edits = [self.add, self.remove, self.change, self.change, self.rename, self.move, self.reorder, self.comment,
                 self.breaks]
        chosen = [self.mends] if self.missing and self.dice.random() < 0.7 else self.dice.choices(
            edits, k=self.dice.choice([1, 1, 1, 2, 4]))
        return ", ".join(edit() for edit in chosen)

    def new_name(self):
        self.names += 1
        return f"f{self.names}" + "x" * self.dice.choice([0, 0, 0, 30, 200])

    def new_line(self):
        word = self.dice.choice(["one ", "two ", "three "])
        return word * self.dice.choice([1, 1, 2, 3, 10, 40, 3000, 30000 if self.dice.random() < 0.2 else 1])

    def add(self):
        name, file = self.new_name(), self.dice.choice(FILES)
        self.functions.insert(self.dice.randint(0, len(self.functions)), (name, file, self.new_line()))
        self.order[file].insert(self.dice.randint(0, len(self.order[file])), name)
        return f"added {name}"

    def remove(self):
        if not self.functions:
            return self.add()
        name, file, _ = self.functions.pop(self.dice.randrange(len(self.functions)))
        self.order[file].remove(name)
        return f"removed {name}"

    def replace(self, number, name, file, line):
        old, old_file, _ = self.functions[number]
        place = self.order[old_file].index(old)
        self.order[old_file].remove(old)
        self.order[file].insert(place if file == old_file else 0, name)
        self.functions[number] = (name, file, line)

    def pick(self):
        return self.dice.randrange(len(self.functions)) if self.functions else None

    def change(self):
        number = self.pick()
        if number is None:
            return self.add()
        name, file, _ = self.functions[number]
        self.replace(number, name, file, self.new_line())
        return f"changed {name}"

    def rename(self):
        number = self.pick()
        if number is None:
            return self.add()
        name, file, line = self.functions[number]
        self.replace(number, self.new_name(), file, line)
        return f"renamed {name}"

    def move(self):
        number = self.pick()
        if number is None:
            return self.add()
        name, _, line = self.functions[number]
        self.replace(number, name, self.dice.choice(FILES), line)
        return f"moved {name}"

    def reorder(self):
        self.dice.shuffle(self.functions)
        self.dice.shuffle(self.order[self.dice.choice(FILES)])
        return "reordered"

    def comment(self):
        file = self.dice.choice(FILES)
        self.comments[file] = self.dice.randint(0, 5)
        return f"moved the text of {file}"

    def breaks(self):
        self.missing = "nobody"
        return "broke"

    def mends(self):
        self.missing = None
        return "mended"
