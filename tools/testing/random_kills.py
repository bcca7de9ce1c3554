"""Kills zbuild at random moments of updates of random programs.

What a fixed scenario cannot have: edits while an update that was killed is not finished, one kill after another, sources
that break and are mended in between, and projects with a history.
"""

import concurrent.futures
import os
import random
import signal
import subprocess
import threading
import time

from testing import projects
from testing.projects import CACHE, NOTHING, STOPPED, Failure, Project, expect, runs, was_killed
from testing.random_edits import FILES, RandomProgram

# What ends zbuild, most often what nobody can catch.
SIGNALS = [signal.SIGKILL] * 4 + [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
# Calls that change files, and what comes between them.
CALLS = ["pwrite64"] * 6 + [
    "ftruncate", "rename", "unlink", "fallocate", "openat", "copy_file_range", "fstat", "pread64", "fcntl", "close"]
# Edits of one project before another begins.
EDITS_OF_A_PROJECT = 25


class Life:
    """One project from its first build on."""

    def __init__(self, folder, seed):
        self.dice = random.Random(seed)
        self.seed = seed
        self.project = Project(folder)
        self.program = RandomProgram(self.dice)
        self.history = []
        self.kills = 0
        # What was at the output's path when all was well last.
        self.good = NOTHING
        # How long a run takes.
        self.seconds = 0.01

    def run(self):
        self.write()
        for _ in range(EDITS_OF_A_PROJECT):
            self.update()
            self.history.append(self.program.edit())
            self.write()

    def write(self):
        for name, text in self.program.sources().items():
            path = self.project.path(name)
            if projects.read_file(path) != text.encode():
                with open(path, "w") as file:
                    file.write(text)
        projects.let_times_settle()

    def update(self):
        """An update that is killed several times, with edits in between, and then left alone."""
        possible = {self.good, STOPPED, self.expected()}
        is_decided = False
        for _ in range(self.dice.choice([1, 2, 3, 5])):
            before = self.project.decision()
            was_decided = is_decided
            if not self.kill():
                is_decided = False
                continue
            is_decided = self.project.decision() not in (None, before) or was_decided
            found = self.project.program()
            expect(found in possible, f"after a kill: {found}")
            if self.dice.random() < 0.25:
                self.history.append(self.program.edit() + ", unfinished")
                self.write()
                possible.add(self.expected())
                is_decided = False
        self.finish(possible, is_decided)

    def expected(self):
        """What there is after a run that is left alone."""
        printed = self.program.printed()
        return self.good if printed is None else runs(printed)

    def kill(self):
        """Whether the run was killed before its end."""
        done = self.kill_at_call() if self.dice.random() < 0.5 else self.kill_at_time()
        self.kills += done
        if not done and self.program.printed() is not None:
            self.good = self.expected()
        return done

    def kill_at_call(self):
        name, number = self.dice.choice(CALLS), int(self.dice.expovariate(0.08)) + 1
        call = projects.Call(name, number, thread="", line="")
        self.history.append(f"killed at {name} number {number}")
        return was_killed(projects.inject(self.project, call, "signal=KILL"))

    def kill_at_time(self):
        number, delay = self.dice.choice(SIGNALS), self.dice.uniform(0, 1.2 * self.seconds)
        self.history.append(f"{number.name} after {delay * 1000:.2f} ms")
        process = subprocess.Popen(
            [projects.ZBUILD, "--json"], cwd=self.project.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(delay)
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
        ended = process.returncode == -number
        expect(ended or process.returncode in (0, 1), f"{number.name} gave {process.returncode}: {errors}")
        return ended

    def finish(self, possible, is_decided):
        status = 0 if self.program.printed() is not None else 1
        started = time.monotonic()
        report = self.project.zbuild(status=status)
        self.seconds = (self.seconds + time.monotonic() - started) / 2
        # What moved and shrank by turns may be worth making anew, as without kills.
        fallback = report["fallback"]
        expect(not fallback or fallback["name"] == "wasted-room", f"everything was made anew: {fallback}")
        if is_decided:
            analysed = report["declarations"]["analysed"]
            expect(analysed == 0, f"the update was decided, and {analysed} declarations were compiled again")
        found = self.project.program()
        # If a killed run was decided, an error in the sources came too late for it.
        right = {self.expected()} if status == 0 else possible - {STOPPED}
        expect(found in right, f"after the next run: {found}")
        self.good = found
        self.project.expect_only_known_files(set(FILES))
        check = self.project.start("check", "--json")
        expect(b'"differences":[]' in check.stdout, f"zbuild check: {projects.words(check)}")
        stamps = self.project.stamps()
        self.project.zbuild(status=status)
        expect(stamps == self.project.stamps(), "a run with nothing to do wrote something")


def main(count, seed, folder):
    """Kills until there are `count`; gives how many, and what failed."""
    lock = threading.Lock()
    seeds = iter(range(seed, seed + 1_000_000))
    total, failures = [0], []

    def work(place):
        while True:
            with lock:
                if total[0] >= count or failures:
                    return
                life = Life(os.path.join(folder, place, projects.NAME), next(seeds))
            try:
                life.run()
            except Failure as failure:
                steps = "\n        ".join(life.history[-12:])
                failures.append(f"seed {life.seed}: {failure}\n    after\n        {steps}")
            with lock:
                total[0] += life.kills

    places = [f"r{number:03}" for number in range(os.cpu_count() or 1)]
    with concurrent.futures.ThreadPoolExecutor(len(places)) as pool:
        list(pool.map(work, places))
    return total[0], failures
