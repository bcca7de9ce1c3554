"""What the testers of reliability share: small projects, runs under strace, and the state that a run leaves.

zbuild is $ZBUILD, else the release build of this folder.
"""

import dataclasses
import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from testing.corruption.rows import KINDS, key_of, kind_of, tokens

TOOLS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ZBUILD = os.path.abspath(os.environ.get("ZBUILD") or os.path.join(TOOLS, "..", ".build", "bin", "zbuild"))

NAME = "hello"
OUTPUT = f"zbuild-out/bin/{NAME}"
CACHE = ".zbuild/x86_64-linux-debug.sqlite"
STOP_TEXT = "zbuild was interrupted while patching this program; run zbuild again"

# What is in a project's folder when all is well. SQLite's journal stays, empty.
KNOWN_FILES = {"main.zir", ".zbuild/lock", CACHE, CACHE + "-journal", OUTPUT}

# A program that writes `message` and, with `extra`, a second line through a function of its own.
PROGRAM = """\
@void = primitive(void)
@noreturn = primitive(noreturn)
@usize = primitive(usize)

@start_type = fntype([], @noreturn, cc=Naked)
@start = fn(@start_type, {
  %greeted = call(@greet, [])
%EXTRA_CALL%
  %exited = call(@exit, [])
})

@greet_type = fntype([], @void)
@greet = fn(@greet_type, {
  %message = str("%MESSAGE%")
  %address = ptrtoint(%message)
  %length_pointer = fieldptr(%message, "len")
  %length = deref(%length_pointer)
  %written = asm("syscall", @usize, volatile=1, output="={rax}",
    inputs=["{rax}", "{rdi}", "{rsi}", "{rdx}"],
    clobbers=[rcx, r11, memory],
    args=[1, 1, %address, %length])
  %end = returnvoid()
})
%EXTRA%
@exit_type = fntype([], @noreturn)
@exit = fn(@exit_type, {
  %exited = asm("syscall", @usize, volatile=1, output="={rax}",
    inputs=["{rax}", "{rdi}"],
    clobbers=[rcx, r11, memory],
    args=[231, 0])
  %end = unreachable()
})

@entry = export("_start", @start)
"""

EXTRA = """
@extra_text = str("and goodbye\\n")
@extra = fn(@greet_type, {
  %address = ptrtoint(@extra_text)
  %length_pointer = fieldptr(@extra_text, "len")
  %length = deref(%length_pointer)
  %written = asm("syscall", @usize, volatile=1, output="={rax}",
    inputs=["{rax}", "{rdi}", "{rsi}", "{rdx}"],
    clobbers=[rcx, r11, memory],
    args=[1, 1, %address, %length])
  %end = returnvoid()
})
"""


class Failure(Exception):
    """An expectation that does not hold."""


def expect(condition, message):
    if not condition:
        raise Failure(message)


def source(message, extra=False):
    """The program that prints `message`, a line without its end."""
    call = "  %parted = call(@extra, [])" if extra else ""
    text = PROGRAM.replace("%MESSAGE%", message + "\\n").replace("%EXTRA_CALL%", call)
    return text.replace("%EXTRA%", EXTRA if extra else "")


def printed(message, extra=False):
    """What that program prints."""
    return (message + "\n" + ("and goodbye\n" if extra else "")).encode()


# What a program is, once somebody tried to start it.
@dataclasses.dataclass(frozen=True)
class Program:
    kind: str  # "none", "runs", "stopped" or "broken"
    text: bytes = b""


NOTHING = Program("none")
STOPPED = Program("stopped")


def runs(text):
    return Program("runs", text)


def let_times_settle():
    """Waits two ticks of the clock that stamps files: what was written before is not too close to its reading then."""
    time.sleep(0.025)


class Project:
    """A project in a folder of its own, which is emptied first."""

    def __init__(self, folder):
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, text):
        """Writes the source, and waits until a file stamped now would have another time (see `isRacy`)."""
        with open(self.path("main.zir"), "w") as file:
            file.write(text)
        let_times_settle()

    def zbuild(self, *arguments, status=0):
        """Runs zbuild to its end, and gives its report where it prints one."""
        done = self.start(*arguments)
        expect(done.returncode == status, f"zbuild ended with {done.returncode}, not {status}: {words(done)}")
        return json.loads(done.stdout) if done.stdout.startswith(b"{") else None

    def start(self, *arguments, prefix=(), **options):
        """Runs zbuild, whatever comes of it; after `prefix` if that is given."""
        arguments = arguments or ("--json",)
        return subprocess.run(
            [*prefix, ZBUILD, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=60, **options)

    # What is there

    def program(self):
        """What is at the output's path, started in each of the ways in which people start programs.

        The same file does the same: it is started once, and not in each of thousands of runs.
        """
        path = self.path(OUTPUT)
        if not os.path.lexists(path):
            return NOTHING
        key = (hashlib.sha256(self.bytes()).digest(), os.lstat(path).st_mode)
        if key not in STARTED:
            found = {name: self.run_program(command) for name, command in STARTS.items()}
            kinds = set(found.values())
            expect(len(kinds) == 1, f"the program depends on who starts it: {found}")
            STARTED[key] = kinds.pop()
        return STARTED[key]

    def run_program(self, command):
        try:
            done = subprocess.run(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                timeout=20)
        except OSError as error:
            return Program("broken", str(error).encode())
        # make says with 2 that its command failed, and with which status.
        stopped = done.returncode == 126 or command[0] == "make" and b"126" in done.stderr
        if stopped and STOP_TEXT.encode() in done.stderr and not done.stdout:
            return STOPPED
        if done.returncode == 0:
            return runs(done.stdout)
        return Program("broken", words(done).encode())

    def bytes(self):
        """The executable."""
        return read_file(self.path(OUTPUT))

    def files(self):
        """All files of the project, relative to its folder."""
        found = set()
        for folder, _, names in os.walk(self.folder):
            found |= {os.path.relpath(os.path.join(folder, name), self.folder) for name in names}
        return found

    def stamps(self):
        """Identity and times of all files and folders: equal if nothing was written."""
        stamps = {}
        for folder, folders, names in os.walk(self.folder):
            for name in [".", *names]:
                status = os.lstat(os.path.join(folder, name))
                key = os.path.relpath(os.path.join(folder, name), self.folder)
                stamps[key] = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        return stamps

    def expect_only_known_files(self, sources=frozenset()):
        left = self.files() - KNOWN_FILES - sources
        expect(not left, f"left over: {sorted(left)}")
        journal = self.path(CACHE + "-journal")
        expect(not os.path.exists(journal) or os.path.getsize(journal) == 0, "the cache's journal is not empty")

    # The cache, looked at through a copy, so that looking changes nothing

    def decision(self):
        """Names the update that the cache was brought to last; None if there is no cache."""
        rows = self.query(f"SELECT content FROM record WHERE key = {key_of('meta', 0)}")
        if not rows:
            return None
        (generation,) = [field.value for field in tokens("meta", rows[0][0]) if field.name == "generation"]
        return (os.stat(self.path(CACHE)).st_ino, generation)

    def query(self, sql):
        with CacheCopy(self) as database:
            return database.execute(sql).fetchall() if database else None

    def cache(self):
        """All that the cache says but for times and numbers of files."""
        with CacheCopy(self) as database:
            return cache_content(database) if database else None


class CacheCopy:
    """A copy of a project's cache and journal, open. A journal that a killed run left is played back there."""

    def __init__(self, project):
        self.project = project

    def __enter__(self):
        self.folder = tempfile.mkdtemp(dir=os.path.dirname(self.project.folder))
        copy = os.path.join(self.folder, "cache")
        self.database = None
        for suffix in ["", "-journal"]:
            if os.path.exists(self.project.path(CACHE + suffix)):
                shutil.copy(self.project.path(CACHE + suffix), copy + suffix)
        if os.path.exists(copy):
            self.database = sqlite3.connect(copy)
            try:
                self.database.execute("SELECT key FROM record")
            except sqlite3.DatabaseError:
                self.database.close()
                self.database = None
        return self.database

    def __exit__(self, *_):
        if self.database:
            self.database.close()
        shutil.rmtree(self.folder)


# Fields that no two runs have alike. Why a build began from nothing depends on what was left: a report says it, and
# is looked at by itself.
VOLATILE = {"fingerprint", "read_time", "time", "has fallback", "fallback", "modified", "changed", "inode", "device"}


def cache_content(database):
    """The records of each kind."""
    content = {kind: [] for kind in KINDS}
    for key, packed in database.execute("SELECT key, content FROM record ORDER BY key"):
        # An empty redo record says as much as none.
        if kind_of(key) != "redo" or packed:
            content[kind_of(key)].append((key, packed))
    for kind in ["file", "source", "meta", "build"]:
        content[kind] = [(key, steady_fields(kind, packed)) for key, packed in content[kind]]
    return content


def steady_fields(kind, packed):
    """What a record says, but for what no two runs have alike."""
    # The upper flags of a file say which of these fields need not be written.
    return [
        (field.name, field.value & 31 if field.name == "flags" else field.value)
        for field in tokens(kind, packed)
        if field.name not in VOLATILE
    ]


def differences(expected, found):
    """The kinds of records in which two caches differ."""
    if expected is None or found is None:
        return [] if expected == found else ["all"]
    return [kind for kind in expected if expected[kind] != found.get(kind)]


# What files of these bytes and rights were when they were started.
STARTED = {}

STARTS = {
    "execve": [f"./{OUTPUT}"],
    "sh": ["sh", "-c", f"./{OUTPUT}"],
    "env": ["env", f"./{OUTPUT}"],
}
if shutil.which("make"):
    STARTS["make"] = ["make", "-s", "-f", "/dev/null", "--eval", f"run:;@./{OUTPUT}", "run"]


def words(done):
    """What a process said, on one line."""
    said = done.stderr + done.stdout
    return " | ".join(said.decode(errors="replace").split("\n"))[:400]


def read_file(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


# strace


@dataclasses.dataclass(frozen=True)
class Call:
    """One system call of a run: the `occurrence`-th `name` of its thread."""

    name: str
    occurrence: int
    thread: str
    line: str

    @property
    def succeeded(self):
        return re.search(r"= -1 [A-Z]+|= \?", self.line) is None

    @property
    def changes_disk(self):
        """Whether the files may be others after it."""
        if not self.succeeded:
            return False
        return "O_CREAT" in self.line or self.name in CHANGING


CHANGING = {
    "pwrite64", "pwritev", "pwritev2", "ftruncate", "fallocate", "rename", "renameat", "renameat2", "unlink",
    "unlinkat", "mkdir", "mkdirat", "rmdir", "fchmod", "fchmodat", "link", "linkat", "copy_file_range", "utimensat",
}


def trace(project, *arguments):
    """Runs zbuild undisturbed, and gives its system calls in order and what came of it."""
    log = project.folder + ".trace"
    done = project.start(*arguments, prefix=["strace", "-f", "-qq", "-o", log])
    seen = {}
    calls = []
    with open(log, errors="replace") as file:
        for line in file:
            match = re.match(r"(\d+) +(\w+)\(", line)
            if match:
                key = match.groups()
                seen[key] = seen.get(key, 0) + 1
                calls.append(Call(key[1], seen[key], key[0], line.rstrip()))
    return calls, done


def following(calls, place):
    """The call after that at `place` in the same thread, None at its end: what others do meanwhile differs from run to
    run."""
    return next((call for call in calls[place + 1:] if call.thread == calls[place].thread), None)


def inject(project, call, what, *arguments):
    """Runs zbuild with something done to it at one system call: `signal=KILL`, `error=EIO`."""
    return project.start(
        *arguments,
        prefix=[
            "strace", "-f", "-qq", "-o", project.folder + ".trace", "-e", f"trace={call.name}", "-e",
            f"inject={call.name}:{what}:when={call.occurrence}",
        ])


def was_killed(done):
    return done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)


def require_strace():
    """Ends the tester where no process may be traced. That is no failure of zbuild's."""
    if not shutil.which("strace") or not shutil.which("make"):
        subprocess.run([os.path.join(TOOLS, "prepare"), "strace", "make"], check=False)
    if not can_trace():
        print("skipped: nothing was tested, for strace is missing or may not trace processes on this machine")
        sys.exit(0)


def can_trace():
    """Whether strace is there, and the kernel lets it do what `inject` asks for."""
    if not shutil.which("strace"):
        return False
    return was_killed(subprocess.run(
        ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=exit_group:signal=KILL", "true"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


def require_zbuild():
    if not os.access(ZBUILD, os.X_OK):
        print(f"missing: {ZBUILD}. Set ZBUILD, or build it: tools/build-release")
        sys.exit(1)
