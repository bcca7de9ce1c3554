"""The reference workload: many small functions, the same in ZIR and in C.

Function number i adds, xors, compares and branches, keeps a local in memory, calls the next function, multiplies and
adds. One in a hundred xors with a constant that stands in a file of its own instead of a number. With half of the
functions dead, a function calls the next but one.

The C is what a fast build of it would be written as: functions stand before their callers, so that only those of another
file are declared; and it is as free-standing as the ZIR: no C library.
"""

import dataclasses
import os
import random

FUNCTIONS_PER_FILE = 100
# One function in so many uses the constant.
CONSTANT_EVERY = 100
ARGUMENT = 1
# What a function with a second parameter gets for it.
SECOND_ARGUMENT = 5
WORD = 2**32


@dataclasses.dataclass(frozen=True)
class Shape:
    """How many functions there are, and how they stand in files."""
    count: int
    is_one_file: bool = False
    is_half_dead: bool = False

    @property
    def functions_per_file(self):
        return self.count if self.is_one_file else FUNCTIONS_PER_FILE

    @property
    def step(self):
        return 2 if self.is_half_dead else 1

    @property
    def file_count(self):
        return -(-self.count // self.functions_per_file)

    def file_of(self, function):
        return function // self.functions_per_file

    def functions_of(self, file):
        first = file * self.functions_per_file
        return range(first, min(first + self.functions_per_file, self.count))


class Program:
    """What the functions compute, and what edits have changed of it. Edits are the same in each run."""

    def __init__(self, shape):
        self.shape = shape
        self.constant = 12345
        self.constant_uses = sum(self.uses_constant(function) for function in range(shape.count))
        self._random = random.Random(shape.count)
        # By function, where it is not its number + 1.
        self._addends = {}
        # Functions with a second parameter.
        self._wide = set()

    def addend(self, function):
        return self._addends.get(function, function + 1)

    def is_wide(self, function):
        return function in self._wide

    def uses_constant(self, function):
        return function % CONSTANT_EVERY == CONSTANT_EVERY // 2

    def callee(self, function):
        """The function that it calls, or None."""
        following = function + self.shape.step
        return following if following < self.shape.count else None

    # Edits: each gives the numbers of the files that are others now.

    def edit_nothing(self):
        return []

    def edit_body(self):
        function = self._random.randrange(self.shape.count)
        self._addends[function] = self.addend(function) + 1
        return [self.shape.file_of(function)]

    def edit_type(self):
        """A function gets one more parameter, and its caller one more argument."""
        while True:
            function = self._random.randrange(self.shape.step, self.shape.count)
            if function not in self._wide:
                break
        self._wide.add(function)
        caller = function - self.shape.step
        return sorted({self.shape.file_of(caller), self.shape.file_of(function)})

    def edit_constant(self):
        self.constant += 1
        return [COMMON]

    def exit_value(self):
        """What the program exits with."""
        value, function = ARGUMENT, 0
        chain = 0
        while True:
            value += self.addend(function) + (SECOND_ARGUMENT if function in self._wide else 0)
            value = value % WORD ^ (self.constant if self.uses_constant(function) else 12345)
            if value < 100:
                value += 3
            chain += 1
            following = self.callee(function)
            if following is None:
                break
            function = following
        value += 1
        for _ in range(chain):
            value = (value * 3 + 7) % WORD
        return value & 127


# In place of a file's number: the file with the constant.
COMMON = -1


class Sources:
    """The program as text in a folder. A language says what stands in its files."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder

    def write(self):
        os.makedirs(self.folder)
        self._write(*self.entry())
        for file in [COMMON, *range(self.program.shape.file_count)]:
            self.rewrite(file)

    def rewrite(self, file):
        if file == COMMON:
            return self._write(*self.common())
        functions = self.in_order(self.program.shape.functions_of(file))
        text = self.head(file) + "".join(map(self.function, functions))
        self._write(self.name(file), text)

    def _write(self, name, text):
        with open(os.path.join(self.folder, name), "w") as output:
            output.write(text)

    def called_elsewhere(self, file):
        """Functions that this file calls and that stand in another, which is the next."""
        shape = self.program.shape
        last = shape.functions_of(file).stop
        return range(last, min(last + shape.step, shape.count))


class ZIRSources(Sources):
    def name(self, file):
        return f"part{file}.zir"

    def in_order(self, functions):
        return functions

    def entry(self):
        return "main.zir", f"""\
@noreturn = primitive(noreturn)
@usize = primitive(usize)
@functions = import("{self.name(0)}")
@start_type = fntype([], @noreturn)
@start = fn(@start_type, {{
  %result = call(@functions.f0, [{ARGUMENT}])
  %status = bitand(%result, 127)
  %exit = asm("syscall", @usize, volatile=1, output="={{rax}}", inputs=["{{rax}}", "{{rdi}}"], args=[231, %status])
  %end = unreachable()
}})
@entry = export("_start", @start)
"""

    def common(self):
        return "common.zir", f"@u32 = primitive(u32)\n@constant = as(@u32, {self.program.constant})\n"

    def head(self, file):
        text = '@u32 = primitive(u32)\n@type = fntype([@u32], @u32)\n@common = import("common.zir")\n'
        if self.called_elsewhere(file):
            text += f'@next = import("{self.name(file + 1)}")\n'
        return text

    def function(self, function):
        program = self.program
        type_name, type_text, sum_text = "type", "", f"  %s = addwrap(%a, {program.addend(function)})\n"
        if program.is_wide(function):
            type_name = f"f{function}_type"
            type_text = f"@{type_name} = fntype([@u32, @u32], @u32)\n"
            sum_text = f'  %b = arg("b")\n  %t = addwrap(%a, %b)\n  %s = addwrap(%t, {program.addend(function)})\n'
        return f"""\
{type_text}@f{function} = fn(@{type_name}, {{
  %a = arg("a")
{sum_text}  %x = xor(%s, {"@common.constant" if program.uses_constant(function) else 12345})
  %slot = alloc(@u32)
  %st = store(%slot, %x)
  %c = cmp_lt(%x, 100)
  %br = condbr(%c, {{
    %y = addwrap(%x, 3)
    %st2 = store(%slot, %y)
  }}, {{}})
  %v = deref(%slot)
  %r = {self.call(function)}
  %m = mulwrap(%r, 3)
  %z = addwrap(%m, 7)
  %ret = return(%z)
}})
"""

    def call(self, function):
        program, callee = self.program, self.program.callee(function)
        if callee is None:
            return "addwrap(%v, 1)"
        is_here = program.shape.file_of(callee) == program.shape.file_of(function)
        arguments = f"%v, {SECOND_ARGUMENT}" if program.is_wide(callee) else "%v"
        return f"call(@{'' if is_here else 'next.'}f{callee}, [{arguments}])"


class CSources(Sources):
    def name(self, file):
        return f"part{file}.c"

    def in_order(self, functions):
        return reversed(functions)

    def entry(self):
        return "main.c", f"""\
{self.declaration(0)}
void _start(void) {{
  long status = f0({ARGUMENT}) & 127;
  __asm__ volatile("syscall" : "=a"(status) : "a"(231), "D"(status));
}}
"""

    def common(self):
        return "common.h", f"enum {{ constant = {self.program.constant} }};\n"

    def head(self, file):
        lines = ['#include "common.h"', *map(self.declaration, self.called_elsewhere(file))]
        return "\n".join(lines) + "\n"

    def declaration(self, function):
        return f"unsigned f{function}({self.parameters(function)});"

    def parameters(self, function):
        return "unsigned a, unsigned b" if self.program.is_wide(function) else "unsigned a"

    def function(self, function):
        program = self.program
        second = " + b" if program.is_wide(function) else ""
        return f"""\
unsigned f{function}({self.parameters(function)}) {{
  unsigned x = (a{second} + {program.addend(function)}) ^ {"constant" if program.uses_constant(function) else 12345};
  unsigned slot = x;
  if (x < 100) slot = x + 3;
  return ({self.call(function)}) * 3 + 7;
}}
"""

    def call(self, function):
        callee = self.program.callee(function)
        if callee is None:
            return "slot + 1"
        return f"f{callee}(slot{f', {SECOND_ARGUMENT}' if self.program.is_wide(callee) else ''})"
