"""Builds states of a project one after another, and says what zbuild did wrong."""

import dataclasses
import json
import os
import re
import shutil
import signal

from testing.fuzzing import programs
from testing.fuzzing.running import MEMORY, SECONDS, Runner

HEAD = re.compile(rb"(.*?):([0-9]+):([0-9]+): (error|note): (.*)")
CARET = re.compile(rb"[ \t]*\^")
NOTICE = re.compile(rb"zbuild: everything is made anew: ([^\n]*)\n")
# Why a source may bring it about that everything is made anew.
REASONS = [
    b"the project's root file or output path changed", b"the executable has no room for the change",
    b"most of the executable or of the cache is unused",
]
NO_ROOM = b": error: no room in section '"
SUMMARY = re.compile(rb"(?:compiled|nothing to do)[^\n]*\xe2\x86\x92 ([^\n]*)\n")

# An exported function that does nothing, on one line.
FUNCTION = (b'@%(name)s_void = primitive(void) @%(name)s_type = fntype([], @%(name)s_void) '
            b'@%(name)s = fn(@%(name)s_type, { %%end = returnvoid() }) @%(name)s_export = export("%(name)s", @%(name)s) ')


@dataclasses.dataclass
class Problem:
    """Something that zbuild did wrong. Two of one kind are taken for the same fault."""

    kind: str
    details: str = ""

    def __str__(self):
        return f"{self.kind}: {self.details}" if self.details else self.kind


class Found(Exception):
    """Carries a problem."""

    def __init__(self, kind, details=""):
        super().__init__(kind)
        self.problem = Problem(kind, details)


def require(condition, kind, details=""):
    if not condition:
        raise Found(kind, details)


class Bench:
    """Two copies of a project, one always built on what was built before, one always from nothing."""

    def __init__(self, zbuild, folder, mode="debug"):
        self.zbuild = zbuild
        self.mode = mode
        # Whether what a program does is compared with what it does in the other mode.
        self.compares_modes = False
        self.runner = Runner(folder)
        self.updated = Copy(os.path.join(folder, "updated"))
        self.clean = Copy(os.path.join(folder, "clean"))
        self.builds = self.runs = 0

    def reset(self):
        self.updated.reset()

    def problem(self, states):
        """What goes wrong when the states are built one after another; None if nothing does."""
        self.reset()
        for state in states:
            problem = self.step(state, compares=True, runs=True)
            if problem:
                return problem
        return None

    def step(self, state, compares=False, runs=False):
        """Builds one state on the one before."""
        try:
            return self.checked_step(state, compares, runs)
        except Found as found:
            return found.problem

    def checked_step(self, state, compares, runs):
        self.updated.write(state)
        before = self.updated.stamp()
        outcome = self.build(self.updated, state)
        if outcome.status == 1:
            require(self.updated.stamp() == before, "a failed build changed the executable")
        program = self.read_program(self.updated) if outcome.status == 0 else None
        if compares:
            self.compare(state, outcome, program)
            self.check(outcome)
        if runs and program and compares:
            is_fixed = self.run_both(state)
            if is_fixed and self.compares_modes:
                self.run_modes(state)
        self.last = outcome
        return None

    def build(self, copy, state):
        self.builds += 1
        outcome = self.runner.zbuild(self.zbuild, copy.folder, "--optimize", self.mode)
        notice = NOTICE.match(outcome.errors)
        if notice:
            require(notice[1] in REASONS, "made anew without a reason", notice[1].decode())
            outcome.errors = outcome.errors[notice.end():]
        check_end(outcome, state)
        check_output(outcome, state)
        if outcome.status == 0:
            copy.path = os.path.join(copy.folder, SUMMARY.search(outcome.output)[1].decode())
        return outcome

    def read_program(self, copy):
        try:
            return programs.Program(copy.executable())
        except programs.Unsound as problem:
            raise Found("unsound executable", str(problem)) from None

    def compare(self, state, outcome, program):
        """An update leaves what a clean build makes."""
        self.clean.reset()
        self.clean.write(state)
        clean = self.build(self.clean, state)
        require(clean.status == outcome.status, "another status than a clean build",
                f"{outcome.status}, clean {clean.status}: {first_line(outcome.errors or clean.errors)}")
        require(clean.errors == outcome.errors, "other errors than a clean build",
                difference(outcome.errors, clean.errors))
        if program:
            different = programs.differences(program, self.read_program(self.clean))
            require(not different, "another program than a clean build", "; ".join(different)[:300])

    def check(self, outcome):
        """`zbuild check` finds nothing either. It needs a manifest that is right."""
        if outcome.status == 2:
            return
        checked = self.runner.zbuild(self.zbuild, self.updated.folder, "check", "--json", "--optimize", self.mode)
        require(checked.status in (0, 1, 2), f"check ends with {checked.status}", first_line(checked.errors))
        try:
            report = json.loads(checked.output)
        except ValueError as error:
            raise Found("check prints no JSON", str(error)) from None
        # Nothing is kept of a program without room.
        if NO_ROOM in outcome.errors:
            return
        expected = {0: "same", 1: "failed"}[outcome.status]
        require(report["result"] == expected and not report["differences"], "check finds differences",
                f"{report['result']} {report['reason']} {report['differences'][:3]}")

    def run_both(self, state):
        """Both programs do the same. Returns whether that is also what the program always does: what depends on
        addresses or on time does not count."""
        updated = self.run(self.updated)
        if not updated:
            return False
        clean = self.run(self.clean)
        if clean in (None, updated):
            return clean is not None
        if self.run(self.clean) != clean or self.run(self.updated) != updated:
            return False
        if self.depends_on_addresses(state, clean):
            return False
        raise Found("runs otherwise than a clean build", f"{updated}, clean {clean}")

    def run_modes(self, state):
        """A program that ends by itself in debug mode does the same in fast mode, unless it uses what nobody stored."""
        if any(b"zbuild_panic" in text for text in state.values()):
            return
        debug = self.run(self.clean)
        if self.mode == "fast" or debug is None or debug[0] < 0:
            return
        outcome = self.runner.zbuild(self.zbuild, self.clean.folder, "--optimize", "fast")
        require(outcome.status == 0, "fast mode refuses what debug mode takes", first_line(outcome.errors))
        path = self.clean.path
        self.clean.path = os.path.join(self.clean.folder, SUMMARY.search(outcome.output)[1].decode())
        fast = self.run(self.clean)
        self.clean.path = path
        if fast not in (None, debug) and not self.depends_on_addresses(state, debug):
            raise Found("runs otherwise in fast mode", f"{fast}, debug {debug}"[:300])

    def depends_on_addresses(self, state, outcome):
        """Whether a program does something else where its functions stand elsewhere, as they do after an update and in
        another mode. Makes another program of the clean copy."""
        for count in range(1, 4):
            self.clean.reset()
            self.clean.write(moved(state, count))
            built = self.runner.zbuild(self.zbuild, self.clean.folder, "--optimize", self.mode)
            if built.status == 0:
                self.clean.path = os.path.join(self.clean.folder, SUMMARY.search(built.output)[1].decode())
                if self.run(self.clean) != outcome:
                    return True
        return False

    def run(self, copy):
        """How the program ended and what it wrote; None if it did not end in time."""
        self.runs += 1
        outcome = self.runner.program(copy.path)
        if outcome.status in (-signal.SIGPROF, -signal.SIGKILL):
            return None
        return outcome.status, outcome.output[:2000], outcome.errors[:2000]


class Copy:
    """A project on the disk."""

    def __init__(self, folder):
        self.root = folder
        self.folder = os.path.join(folder, "app")
        self.reset()

    def reset(self):
        """Back to nothing."""
        shutil.rmtree(self.root, ignore_errors=True)
        os.makedirs(self.folder)
        self.state = {}
        # Of the executable; unknown until the first one is made.
        self.path = os.path.join(self.folder, "none")

    def write(self, state):
        for path in self.state.keys() - state.keys():
            os.remove(os.path.join(self.root, path))
        for path, text in state.items():
            if self.state.get(path) != text:
                place = os.path.join(self.root, path)
                os.makedirs(os.path.dirname(place), exist_ok=True)
                with open(place, "wb") as file:
                    file.write(text)
        self.state = dict(state)

    def executable(self):
        try:
            with open(self.path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            raise Found("no executable", "after a build that succeeded") from None

    def stamp(self):
        try:
            status = os.stat(self.path)
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_size, status.st_mtime_ns


def moved(state, count):
    """The same project, with `count` exported functions before those of each file; no line has another number."""
    result = {}
    for place, (path, text) in enumerate(sorted(state.items())):
        before = b"".join(FUNCTION % {b"name": b"moved_%d_%d" % (place, number)} for number in range(count))
        result[path] = before + text if path.endswith(".zir") else text
    return result


# How it ended, and what it said


def check_end(outcome, state):
    """Only 0 and 1 are ends that a source may bring about; 2 is for the manifest."""
    if outcome.status < 0:
        raise Found(f"ended by {signal.Signals(-outcome.status).name}", first_line(outcome.errors))
    is_manifest = outcome.status == 2 and b"zbuild.toml" in outcome.errors
    require(outcome.status in (0, 1) or is_manifest, f"status {outcome.status}", first_line(outcome.errors))
    size = sum(map(len, state.values()))
    require(outcome.seconds < SECONDS + size / 1e5, "slow", f"{outcome.seconds:.1f} s for {size} bytes")
    require(outcome.memory < MEMORY + size * 1000, "large", f"{outcome.memory >> 20} MiB for {size} bytes")


def check_output(outcome, state):
    if outcome.status == 0:
        require(SUMMARY.search(outcome.output), "no summary", first_line(outcome.output))
        require(b"error:" not in outcome.errors, "an error in a build that succeeded", first_line(outcome.errors))
    if outcome.status == 1:
        check_errors(outcome.errors, state)


@dataclasses.dataclass(frozen=True)
class Entry:
    """An error or a note, as it was printed."""

    head: str
    path: str
    line: int
    column: int
    is_error: bool
    message: bytes
    # The source line and the caret below it.
    excerpt: tuple


def entries(errors):
    """All errors and notes. A source line may look like one, so lines are taken in order."""
    lines = errors.split(b"\n")
    found = []
    index = 0
    while index < len(lines):
        match = HEAD.fullmatch(lines[index])
        has_excerpt = CARET.fullmatch(lines[index + 2]) if index + 2 < len(lines) else None
        if match:
            excerpt = tuple(lines[index + 1:index + 3]) if has_excerpt else ()
            path, line, column, kind, message = match.groups()
            is_error = kind == b"error"
            found.append(Entry(match[0].decode(), path.decode(), int(line), int(column), is_error, message, excerpt))
        index += 3 if match and has_excerpt else 1
    return found


def check_errors(errors, state):
    """Errors stand in the files, in order, each once, each with its line and a caret."""
    try:
        errors.decode()
    except UnicodeDecodeError as error:
        raise Found("errors that are not UTF-8", str(error)) from None
    found = entries(errors)
    require(any(entry.is_error for entry in found), "status 1 without an error", first_line(errors))
    texts = {path: text.split(b"\n") for path, text in state.items()}
    for entry in found:
        check_position(entry, texts)
    places = [(entry.path.encode(), entry.line, entry.column) for entry in found if entry.is_error]
    require(places == sorted(places), "errors out of order", first_line(errors))
    check_repetition(found)


def check_repetition(found):
    """No error comes twice with the same notes."""
    seen = set()
    for index, entry in enumerate(found):
        if entry.is_error:
            end = next((place for place in range(index + 1, len(found)) if found[place].is_error), len(found))
            whole = tuple(found[index:end])
            require(whole not in seen, "an error twice", entry.head)
            seen.add(whole)


def check_position(entry, texts):
    """The position is in a file, and the source line and a caret are shown with it."""
    text = texts.get(os.path.normpath(os.path.join("app", entry.path)))
    if text is None and (entry.line, entry.column) == (1, 1):
        return
    require(text is not None, "an error in no file", entry.head)
    require(1 <= entry.line <= len(text), "an error behind the end of the file", entry.head)
    require(1 <= entry.column <= len(text[entry.line - 1]) + 1, "an error behind the end of its line", entry.head)
    shown = text[entry.line - 1].removesuffix(b"\r")
    if re.fullmatch(rb"[\x20-\x7e]{1,119}", shown):
        caret = b" " * min(entry.column - 1, len(shown)) + b"^"
        require(entry.excerpt == (shown, caret), "another source line than that of the error", entry.head)


def first_line(text):
    return text.split(b"\n")[0].decode(errors="replace")[:300]


def difference(mine, other):
    mine, other = ({entry.head for entry in entries(text)} for text in (mine, other))
    return f"only {sorted(mine - other)[:3]}, clean only {sorted(other - mine)[:3]}"
