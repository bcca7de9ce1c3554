"""Starts processes: zbuild under limits, and what zbuild made with next to no rights.

A program made of a mutated source may ask the kernel for anything. So it runs under a filter that lets it read, write,
exit and abort; every other call fails.
"""

import ctypes
import dataclasses
import os
import resource
import select
import signal
import struct

# What zbuild may take for a small input. The kernel's limits are looser: who is killed by one cannot say why.
SECONDS = 5
MEMORY = 1 << 30

# How long a program may run that zbuild made.
PROGRAM_SECONDS = 0.1


@dataclasses.dataclass
class Outcome:
    """How a process ended: its exit status, or the negative number of the signal that ended it."""

    status: int
    seconds: float
    memory: int
    output: bytes
    errors: bytes


class Runner:
    """Runs processes one after another; what they print goes through two files in `folder`."""

    def __init__(self, folder):
        self.output = os.path.join(folder, "output")
        self.errors = os.path.join(folder, "errors")

    def zbuild(self, zbuild, folder, *arguments):
        """Runs zbuild in `folder`."""
        os.chdir(folder)
        actions = [(os.POSIX_SPAWN_OPEN, *file) for file in self.files()]
        child = os.posix_spawn(zbuild, ["zbuild", *arguments], {}, file_actions=actions)
        # Soon enough: what is too slow or too large takes longer than this.
        resource.prlimit(child, resource.RLIMIT_CPU, (2 * SECONDS, 2 * SECONDS))
        resource.prlimit(child, resource.RLIMIT_AS, (2 * MEMORY, 2 * MEMORY))
        return self.wait(child, 20 * SECONDS)

    def program(self, path):
        """Runs a program under the filter. It is ended by SIGPROF after `PROGRAM_SECONDS` of processor time."""
        child = os.fork()
        if child == 0:
            try:
                self.become(path)
            finally:
                os._exit(127)
        return self.wait(child, 20)

    def become(self, path):
        for number, name, flags, mode in self.files():
            os.dup2(os.open(name, flags, mode), number)
        signal.setitimer(signal.ITIMER_PROF, PROGRAM_SECONDS)
        for limit, value in [("CPU", 1), ("FSIZE", 1 << 16), ("AS", 3 * MEMORY), ("CORE", 0)]:
            resource.setrlimit(getattr(resource, "RLIMIT_" + limit), (value, value))
        filter_system_calls()
        os.execve(path, ["program"], {})

    def files(self):
        writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        return [(0, "/dev/null", os.O_RDONLY, 0), (1, self.output, writing, 0o600), (2, self.errors, writing, 0o600)]

    def wait(self, child, seconds):
        """Waits for the child's end, which comes by a signal if it does not come within `seconds`."""
        descriptor = os.pidfd_open(child)
        try:
            if not select.select([descriptor], [], [], seconds)[0]:
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            _, status, usage = os.wait4(child, 0)
        finally:
            os.close(descriptor)
        return Outcome(
            os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024,
            read(self.output), read(self.errors))


def read(path):
    with open(path, "rb") as file:
        return file.read()


# Numbers of <linux/seccomp.h>, <linux/filter.h>, <sys/prctl.h>

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
RETURN_ALLOW, RETURN_ERRNO, EPERM = 0x7FFF0000, 0x00050000, 1
LOAD_WORD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
# read, write, execve, getpid, gettid, exit, exit_group, tgkill
ALLOWED = [0, 1, 59, 39, 186, 60, 231, 234]


def filter_system_calls():
    """Lets this process and what it becomes make the calls of `ALLOWED` only."""
    steps = [(LOAD_WORD, 0, 0, 0)]
    for index, number in enumerate(ALLOWED):
        steps.append((JUMP_IF_EQUAL, len(ALLOWED) - index, 0, number))
    steps += [(RETURN, 0, 0, RETURN_ERRNO | EPERM), (RETURN, 0, 0, RETURN_ALLOW)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *step) for step in steps))
    header = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", len(steps), ctypes.addressof(program)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0):
        raise OSError(ctypes.get_errno(), "no filter of system calls")
