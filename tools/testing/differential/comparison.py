"""One program in both languages: built, run, compared."""

import dataclasses
import os
import random
import re
import shutil
import signal
import subprocess

from ..projects import ZBUILD
from . import c, zir

MODES = {"debug": "zbuild-out/bin", "fast": "zbuild-out/x86_64-linux-fast/bin"}

RUN_SECONDS = 10
BUILD_SECONDS = 60

PANICS = 2  # compared of one program at most

# tcc compiles faster, gcc is another opinion of what C means.
TCC = ["tcc", "-w"]
GCC = ["gcc", "-w", "-O1", "-fwrapv", "-fno-strict-aliasing", "-std=gnu11"]


@dataclasses.dataclass
class Failure(Exception):
    """What differs: `kind` is the same for what may have the same cause."""
    kind: str
    detail: str

    def __str__(self):
        return f"{self.kind}: {self.detail}"


@dataclasses.dataclass
class Outcome:
    """How a process ended and what it wrote."""
    status: int
    output: str
    errors: str


def run(command, folder, seconds):
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return Outcome(None, "", f"still running after {seconds} seconds")
    return Outcome(done.returncode, done.stdout.decode("latin-1"), done.stderr.decode("latin-1"))


class Comparison:
    """Compares programs in a folder of its own."""

    def __init__(self, folder, modes, seconds=RUN_SECONDS):
        self.folder, self.modes, self.seconds = folder, modes, seconds
        self.files = []
        os.makedirs(folder, exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def copy_files(self, target):
        """Copies what was compared last."""
        for name in self.files:
            os.makedirs(os.path.dirname(os.path.join(target, name)), exist_ok=True)
            shutil.copy(self.path(name), os.path.join(target, name))

    def compare(self, program, seed, compiler):
        """Raises a `Failure` if they differ; returns how many programs that were.

        The program is compared with all failing checks mended, and in debug mode also with one that fails, for some of
        these.
        """
        self.clean()
        expected, failing = self.run_c(program, compiler)
        writer = zir.Writer(program, failing)
        for mode in self.modes:
            self.expect(mode, expected, self.run_zir(mode, writer))
        if "debug" not in self.modes:
            return len(self.modes)
        checks = random.Random(seed).sample(failing, min(PANICS, len(failing)))
        for check in checks:
            self.compare_panic(program, check, [place for place in failing if place != check])
        return len(self.modes) + len(checks)

    def compare_panic(self, program, check, mended):
        """Of the checks that fail, all but one are mended. To the program before, this one is an edit."""
        expected = self.run_c_until(check)
        writer = zir.Writer(program, mended)
        expected.errors = f"panic: {expected.errors.strip()} at {writer.places[check]}\n"
        actual = self.run_zir("debug", writer)
        if actual != expected:
            self.clean()
            self.expect("debug", expected, self.run_zir("debug", writer))
            raise Failure("debug: an update, not a clean build", f"{actual} instead of {expected}")

    def clean(self):
        for name in (".zbuild", "zbuild-out"):
            shutil.rmtree(self.path(name), ignore_errors=True)

    def run_c(self, program, compiler):
        with open(self.path("program.c"), "w", encoding="ascii") as file:
            file.write(c.text(program))
        done = run([*compiler, "-o", "program", "program.c"], self.folder, BUILD_SECONDS)
        if done.status != 0:
            raise Failure("C is not compiled", done.errors)
        done = run(["./program"], self.folder, self.seconds)
        *failing, end = done.errors.split() or [""]
        if end != "end":
            raise Failure("C ends badly", f"{done.status} {done.errors}")
        return Outcome(done.status, done.output, ""), [int(word) for word in failing]

    def run_c_until(self, check):
        done = run(["./program", str(check)], self.folder, self.seconds)
        if done.status != -signal.SIGABRT:
            raise Failure("C ends badly", f"{done.status} {done.errors}")
        return done

    def run_zir(self, mode, writer):
        self.files = [*writer.files, "program.c"]
        for name, text in writer.files.items():
            os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
            with open(self.path(name), "w", encoding="ascii") as file:
                file.write(text)
        done = run([ZBUILD, "--quiet", "--optimize", mode], self.folder, BUILD_SECONDS)
        if done.status == 1:
            raise Failure(f"{mode}: refused, {gist(done.errors)}", done.errors)
        if done.status != 0:
            raise Failure(f"{mode}: zbuild fails", f"{done.status} {done.errors}")
        return run([f"{MODES[mode]}/{os.path.basename(self.folder)}"], self.folder, self.seconds)

    @staticmethod
    def expect(mode, expected, actual):
        if actual == expected:
            return
        kind = "panics" if expected.errors else "runs"
        if actual.status != expected.status:
            raise Failure(f"{mode}: {kind}, another status",
                          f"{actual.status} instead of {expected.status}: {actual.errors}")
        if actual.errors != expected.errors:
            raise Failure(f"{mode}: another panic", f"{actual.errors!r} instead of {expected.errors!r}")
        raise Failure(f"{mode}: {kind}, another output", difference(expected.output, actual.output))


def gist(errors):
    """The first error without what is another in each program."""
    message = errors.partition("\n")[0].partition("error: ")[2]
    return re.sub(r"\d+", "N", message)


def difference(expected, actual):
    """The first line that is another."""
    a, b = expected.splitlines(), actual.splitlines()
    for number, (x, y) in enumerate(zip(a, b)):
        if x != y:
            return f"line {number + 1}: {y} instead of {x}"
    return f"{len(b)} lines instead of {len(a)}"
