"""Measures whole processes: time from start to end, and peak memory."""

import dataclasses
import os
import shutil
import subprocess

from .failure import Failure

FOLDER = os.path.dirname(os.path.abspath(__file__))

# What the launcher is compiled with: the first that is there. Swift brings clang.
COMPILERS = ["tcc", "cc", "clang"]

# What is started to measure what starting itself takes.
EMPTY_PROGRAM = """
void _start(void) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(231L), "D"(0L));
}
"""


@dataclasses.dataclass
class Usage:
    """What a process took."""
    seconds: float
    # Of all processors together.
    processor: float
    # Bytes; of a process that starts others, those of the largest.
    memory: int


class Launcher:
    """A running launcher.c, made in the folder `place`. Use it in a `with`."""

    def __init__(self, place):
        self.place = place
        self.errors = os.path.join(place, "launcher.errors")
        compiler = next((path for path in map(shutil.which, COMPILERS) if path), None)
        if not compiler:
            raise Failure(f"there is no C compiler: none of {', '.join(COMPILERS)}")
        self.compiler = compiler

    def __enter__(self):
        program = self._compile("launcher", os.path.join(FOLDER, "launcher.c"))
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, bufsize=1)
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def _compile(self, name, source, *options):
        output = os.path.join(self.place, name)
        done = subprocess.run([self.compiler, *options, "-o", output, source], stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise Failure(f"{self.compiler} does not compile {source}:\n{done.stderr}")
        return output

    def run(self, folder, command):
        """Runs a command, which must succeed, in a folder. Its first word is a path."""
        self.process.stdin.write("\x1f".join([folder, *command]) + "\n")
        answer = self.process.stdout.readline().split()
        if len(answer) != 4 or answer[0] != "0":
            raise Failure(f"'{' '.join(command)}' ended with {answer[0] if answer else 'nothing'}:\n{self._messages()}")
        return Usage(int(answer[1]) / 1e9, int(answer[2]) / 1e9, int(answer[3]) * 1024)

    def _messages(self):
        with open(self.errors, errors="replace") as file:
            return file.read()[-2000:]

    def empty_process(self, runs):
        """What a program takes that does nothing."""
        source = os.path.join(self.place, "empty.c")
        with open(source, "w") as file:
            file.write(EMPTY_PROGRAM)
        program = self._compile("empty", source, "-nostdlib", "-static")
        return [self.run(self.place, [program]) for _ in range(runs)]
