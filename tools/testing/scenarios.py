"""The runs of zbuild that check-kills and check-faults disturb: how each begins, and what it leaves when nobody does.

A scenario is prepared by really running zbuild in an empty folder: a copied tree would have other inodes and times.
"""

import argparse
import concurrent.futures
import dataclasses
import functools
import json
import os
import shutil
import sys
import tempfile
import threading
import typing

from testing.projects import (
    CACHE, NAME, NOTHING, OUTPUT, STOPPED, Failure, Program, Project, expect, following, inject, printed,
    require_strace, require_zbuild, runs, source, trace, was_killed, words)

SHORT = "Hello, world!"
EQUAL = "Jello, world?"
LONG = "Hello again, with a message that no longer fits into the block where the first one was. " * 4
# Longer than the room that the section has in the file: it moves to the end, and the file grows.
LARGE = "A message of many bytes. " * 2000
# Its patch is longer than a redo record may be: the executable is copied.
HUGE = "A message of very many bytes. " * 40000
BROKEN = source(SHORT).replace("call(@greet, [])", "call(@missing, [])")


@dataclasses.dataclass
class Scenario:
    name: str
    # Brings an empty folder to where the run that is killed begins.
    prepare: typing.Callable[[Project], None]
    before: Program
    after: Program
    # Of the run that is killed, and of the one after it.
    status: int = 0
    arguments: tuple = ()
    # Why everything is made anew, by the killed run and, unless it was decided, by the one after it.
    fallback: typing.Optional[str] = None
    # Tables of the cache that may be others after a kill: one that reads the executable back parses more, say.
    may_differ: frozenset = frozenset()
    # Whether the run only has to finish one that was killed after its decision.
    begins_decided: bool = False
    # Whether `zbuild clean` comes first after a killed `zbuild clean`.
    cleans_again: bool = False

    @property
    def is_cleaning(self):
        return self.arguments == ("clean",)


def built(project, message=SHORT, extra=False):
    project.write(source(message, extra))
    project.zbuild()


def edited(message, extra=False, first=SHORT, first_extra=False):
    """A project that was built and then edited."""

    def prepare(project):
        built(project, first, first_extra)
        project.write(source(message, extra))

    return prepare


def fresh(project):
    project.write(source(SHORT))


def broken(project):
    built(project)
    project.write(BROKEN)


def mended(message):
    """A project whose last build had an error, which an edit mends."""

    def prepare(project):
        broken(project)
        project.zbuild(status=1)
        project.write(source(message))

    return prepare


def lost(project):
    built(project)
    os.remove(project.path(OUTPUT))


def copied(project):
    """An executable under another identity, which is read back, and an edit."""
    built(project)
    shutil.copy2(project.path(OUTPUT), project.path("copy"))
    os.replace(project.path("copy"), project.path(OUTPUT))
    project.write(source(EQUAL))


def damaged(project):
    built(project)
    with open(project.path(CACHE), "r+b") as file:
        file.write(b"no database")
    project.write(source(EQUAL))


def interrupted(prepare, after, is_left):
    """A project whose last update was killed right after its first call for which `after` holds, so that `is_left`.

    Which thread makes a call differs from run to run, and with it how many of its name a thread has made before: where
    the kill came at another one, all begins again."""

    def prepare_interrupted(project):
        for attempt in range(10):
            call = interruption(prepare, after, project.folder, attempt)
            prepare(project)
            if was_killed(inject(project, call, "signal=KILL")) and is_left(project):
                return
            Project(project.folder)
        raise Failure("the run that is to be interrupted is never killed where it should be")

    return prepare_interrupted


@functools.lru_cache(maxsize=None)
def interruption(prepare, after, folder, attempt):
    """The call to be killed at, by the `attempt`-th look at a run that is left alone."""
    project = Project(folder)
    prepare(project)
    calls, _ = trace(project)
    place = next(index for index, call in enumerate(calls) if after(call))
    Project(folder)
    return following(calls, place)


def wrote_stop_script(call):
    return "#!/bin/sh" in call.line


def committed(call):
    """The end of a transaction: the journal is emptied."""
    return call.name == "ftruncate" and ", 0)" in call.line


def took_new_cache(call):
    return call.name == "rename" and CACHE + ".new" in call.line


def is_stopped(project):
    return project.program() == STOPPED


def has_decided_second(project):
    """Its second update is decided, and the program is still that of the first."""
    decision = project.decision()
    return decision is not None and decision[1] == 2 and project.program() == runs(printed(SHORT))


def has_decided_first(project):
    return project.decision() is not None and project.program() == NOTHING


def has_unnamed_cache(project):
    """A complete cache that has not its name yet."""
    journal = project.path(CACHE + ".new-journal")
    return (
        os.path.exists(project.path(CACHE + ".new")) and not os.path.exists(project.path(CACHE))
        and (not os.path.exists(journal) or os.path.getsize(journal) == 0))


edit_equal = edited(EQUAL)
edit_large = edited(LARGE)
edit_huge = edited(HUGE)

SCENARIOS = [
    Scenario("clean build", fresh, NOTHING, runs(printed(SHORT))),
    Scenario("edit in place", edit_equal, runs(printed(SHORT)), runs(printed(EQUAL))),
    Scenario("edit that moves a block", edited(LONG), runs(printed(SHORT)), runs(printed(LONG))),
    Scenario(
        "edit that moves a section", edit_large, runs(printed(SHORT)), runs(printed(LARGE)),
        may_differ=frozenset({"build"})),
    Scenario("nothing to do", built, runs(printed(SHORT)), runs(printed(SHORT))),
    Scenario("sources with an error", broken, runs(printed(SHORT)), runs(printed(SHORT)), status=1),
    Scenario("error mended", mended(EQUAL), runs(printed(SHORT)), runs(printed(EQUAL))),
    Scenario(
        "error mended, and grown", mended(LARGE), runs(printed(SHORT)), runs(printed(LARGE))),
    Scenario(
        "declaration removed", edited(SHORT, first_extra=True), runs(printed(SHORT, True)), runs(printed(SHORT))),
    Scenario("clean", built, runs(printed(SHORT)), NOTHING, arguments=("clean",)),
    Scenario(
        "clean, cleaned again", built, runs(printed(SHORT)), NOTHING, arguments=("clean",), cleans_again=True),
    Scenario("copy for a large patch", edit_huge, runs(printed(SHORT)), runs(printed(HUGE))),
    Scenario("executable lost", lost, NOTHING, runs(printed(SHORT)), fallback="missing-executable"),
    Scenario("executable copied", copied, runs(printed(SHORT)), runs(printed(EQUAL))),
    Scenario("cache damaged", damaged, runs(printed(SHORT)), runs(printed(EQUAL)), fallback="foreign-cache"),
    Scenario(
        "patch finished", interrupted(edit_equal, wrote_stop_script, is_stopped), STOPPED, runs(printed(EQUAL)),
        begins_decided=True),
    Scenario(
        "growing patch finished", interrupted(edit_large, wrote_stop_script, is_stopped), STOPPED,
        runs(printed(LARGE)), begins_decided=True),
    Scenario(
        "copy finished", interrupted(edit_huge, committed, has_decided_second), runs(printed(SHORT)),
        runs(printed(HUGE)), begins_decided=True),
    Scenario(
        "clean build finished", interrupted(fresh, took_new_cache, has_decided_first), NOTHING,
        runs(printed(SHORT)), begins_decided=True),
    Scenario(
        "clean build begun again", interrupted(fresh, committed, has_unnamed_cache), NOTHING,
        runs(printed(SHORT))),
]


def fallback_name(report):
    return report["fallback"]["name"] if report["fallback"] else None


class Undisturbed:
    """A scenario's run when nobody kills it: what the others are compared with."""

    def __init__(self, scenario, project):
        scenario.prepare(project)
        expect(project.program() == scenario.before, f"prepared: {project.program()}")
        self.decision = project.decision()
        self.calls, done = trace(project, *scenario.arguments)
        expect(done.returncode == scenario.status, f"undisturbed: {done.returncode}, {words(done)}")
        if not scenario.arguments:
            fallback = fallback_name(json.loads(done.stdout))
            expect(fallback == scenario.fallback, f"undisturbed: everything was made anew: {fallback}")
        expect(project.program() == scenario.after, f"undisturbed: {project.program()}")
        if not scenario.arguments:
            project.expect_only_known_files()
        self.bytes = project.bytes()
        self.cache = project.cache()


def check_idle(scenario, project):
    stamps = project.stamps()
    report = project.zbuild(status=scenario.status)
    expected = "failed" if scenario.status else "unchanged"
    expect(report["result"] == expected, f"a run with nothing to do: {report['result']}")
    expect(report["declarations"]["analysed"] == 0, "a run with nothing to do compiled something")
    changed = [name for name, stamp in project.stamps().items() if stamps.get(name) != stamp]
    expect(not changed, f"a run with nothing to do wrote {changed}")


def check_cleaning(scenario, project):
    """After a killed `zbuild clean`: a build works; so does cleaning again, which leaves only the lock file."""
    if scenario.cleans_again:
        project.zbuild("clean")
        left = project.files() - {"main.zir", ".zbuild/lock"}
        expect(not left, f"left over by clean: {sorted(left)}")
    project.zbuild()
    expect(project.program() == runs(printed(SHORT)), f"after the next run: {project.program()}")
    project.expect_only_known_files()
    report = project.zbuild()
    expect(report["result"] == "unchanged", "a run with nothing to do did something")


# A third of the time goes by in waiting for the next time stamp and for starting processes.
WORKERS = (os.cpu_count() or 1) * 3 // 2


class Tester:
    """Runs what a tester does at each of many system calls, on all cores, and counts.

    A tester says `points(calls, options)`, where to disturb the run with these system calls, and
    `disturb(scenario, undisturbed, point, folder)`, which gives a word for what happened or throws `Failure`.
    """

    def __init__(self, name, points, disturb, describe, more=None):
        self.name = name
        # What else is disturbed: given the options and a folder, it gives how many runs, and what failed.
        self.more = more
        self.points = points
        self.disturb = disturb
        self.describe = describe
        self.failures = 0
        self.thread = threading.local()
        self.places = iter(range(1000))

    def main(self, explanation, options_of_points):
        parser = argparse.ArgumentParser(prog=self.name, description=explanation)
        for flags, details in options_of_points:
            parser.add_argument(flags, **details)
        parser.add_argument("--scenario", metavar="NAME", help="only scenarios whose name contains NAME")
        parser.add_argument("--keep", action="store_true", help="keep the folders of the projects")
        self.options = parser.parse_args()
        require_zbuild()
        require_strace()
        self.folder = tempfile.mkdtemp(prefix=f"zbuild-{self.name}.")
        chosen = [scenario for scenario in SCENARIOS if (self.options.scenario or "") in scenario.name]
        try:
            total = sum(self.run(scenario) for scenario in chosen)
            total += self.run_more() if self.more else 0
        finally:
            if self.options.keep:
                print(f"kept: {self.folder}")
            else:
                shutil.rmtree(self.folder, ignore_errors=True)
        print(f"{self.name}: {len(chosen)} scenarios, {total} runs disturbed, {self.failures} failures")
        sys.exit(1 if self.failures or total == 0 else 0)

    def run_more(self):
        count, failures = self.more(self.options, self.folder)
        self.failures += len(failures)
        for failure in failures:
            print(f"FAILED {failure}", flush=True)
        return count

    def run(self, scenario):
        """How many runs of the scenario were disturbed."""
        try:
            undisturbed = Undisturbed(scenario, Project(self.place()))
        except Failure as failure:
            self.fail(scenario, "", failure)
            return 0
        points = self.points(undisturbed.calls, self.options)
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            found = list(pool.map(lambda point: self.attempt(scenario, undisturbed, point), points))
        counts = {word: found.count(word) for word in sorted(set(found))}
        said = ", ".join(f"{count} {word}" for word, count in counts.items())
        print(f"{scenario.name}: {len(undisturbed.calls)} system calls; {said}", flush=True)
        return len(found) - counts.get(NOT_REACHED, 0)

    def attempt(self, scenario, undisturbed, point):
        try:
            return self.disturb(scenario, undisturbed, point, self.place())
        except Failure as failure:
            self.fail(scenario, self.describe(point), failure)
            return "failed"

    def place(self):
        """A folder for this thread, whose path is as long as every other's."""
        if not hasattr(self.thread, "path"):
            self.thread.path = os.path.join(self.folder, f"w{next(self.places):03}", NAME)
        return self.thread.path

    def fail(self, scenario, where, failure):
        self.failures += 1
        print(f"FAILED {scenario.name}: {where}\n    {failure}", flush=True)


# What `disturb` gives for a run that ended before the system call was reached.
NOT_REACHED = "not reached"
