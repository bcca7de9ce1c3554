"""Edits the workload, builds it with each chain in turn, and keeps what each took."""

import dataclasses
import os
import shutil
import time

from .failure import Failure
from .workload import Program, Shape

# Files are this old, in seconds, when a build begins: a person needs longer from saving to building. Build tools look
# twice at a file that is as new as its reading.
AGE = 0.025
# Runs of a kind, at least.
FEWEST_RUNS = 3


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of build that is measured."""
    name: str
    # Of Program: makes the edit.
    edit: str = "edit_nothing"
    is_clean: bool = False
    is_half_dead: bool = False
    # How many declarations zbuild should compile, by program; None where that is not known beforehand.
    compiled: object = None


NOTHING = Kind("nothing changed", compiled=lambda program: 0)
BODY = Kind("one body edited", "edit_body", compiled=lambda program: 1)
# The function, its type, its caller.
TYPE = Kind("one type edited, and its caller", "edit_type", compiled=lambda program: 3)
CONSTANT = Kind("a constant edited, used by 1 %", "edit_constant", compiled=lambda program: program.constant_uses + 1)
CLEAN = Kind("clean build", is_clean=True)
HALF_DEAD = Kind("clean build, half of it dead", is_clean=True, is_half_dead=True)
KINDS = [NOTHING, BODY, TYPE, CONSTANT, CLEAN, HALF_DEAD]


@dataclasses.dataclass
class Measurement:
    """What each chain took for builds of one kind, run by run: value number n of each belongs to the same edit."""
    kind: Kind
    shape: Shape
    # Declarations that zbuild compiled.
    compiled: int
    # By name of the chain.
    usages: dict
    # Whether time is that of the processors.
    is_processor_time: bool = False

    def seconds(self, chain):
        return [usage.processor if self.is_processor_time else usage.seconds for usage in self.usages[chain]]

    def memory(self, chain):
        return max(usage.memory for usage in self.usages[chain])

    def ratios(self, chain):
        """The chain's times by zbuild's, pair by pair."""
        return [theirs / own for own, theirs in zip(self.seconds("zbuild"), self.seconds(chain))]


class Bench:
    """The workload in one shape, and what builds it."""

    def __init__(self, shape, chains, launcher, place):
        self.program = Program(shape)
        self.launcher = launcher
        self.place = place
        folders = {chain.language: os.path.join(place, chain.language.__name__) for chain in chains}
        self.sources = [language(self.program, folder) for language, folder in folders.items()]
        self.chains = [chain(folders[chain.language]) for chain in chains]

    def prepare(self):
        for sources in self.sources:
            sources.write()
            for chain in self.chains:
                if isinstance(sources, chain.language):
                    chain.configure(sources)
        os.sync()

    def remove(self):
        for sources in self.sources:
            shutil.rmtree(sources.folder, ignore_errors=True)

    def measure(self, kind, options):
        """Up to `runs` builds of a kind; fewer if they take longer than `seconds` together."""
        compiled = self._rehearse(kind)
        usages = {chain.name: [] for chain in self.chains}
        end = time.monotonic() + options.seconds
        for run in range(options.runs):
            if run >= FEWEST_RUNS and time.monotonic() > end:
                break
            self._edit(kind)
            # What one leaves for the next, such as what is in the caches, is the same for all.
            first = run % len(self.chains)
            for chain in self.chains[first:] + self.chains[:first]:
                usages[chain.name].append(chain.build(self.launcher))
            self._check_programs()
        return Measurement(kind, self.program.shape, compiled, usages, options.processor)

    def _edit(self, kind):
        for file in getattr(self.program, kind.edit)():
            for sources in self.sources:
                sources.rewrite(file)
        if kind.is_clean:
            for chain in self.chains:
                chain.clean()
        time.sleep(AGE)

    def _rehearse(self, kind):
        """Builds once without measuring, so that all begin alike, and checks that each does what is to be measured.
        Gives how many declarations zbuild compiles."""
        if not kind.is_clean:
            for chain in self.chains:
                chain.rehearse()
        self._edit(kind)
        answers = {chain.name: chain.rehearse() for chain in self.chains}
        self._check_programs()
        report = answers["zbuild"]
        compiled = report["declarations"]["analysed"]
        if kind.compiled and (compiled != kind.compiled(self.program) or report["fallback"]):
            raise Failure(f"{kind.name}: zbuild reports {report}")
        if kind == NOTHING and answers.get("ninja + tcc") is False:
            raise Failure("ninja has something to do where nothing changed")
        return compiled

    def _check_programs(self):
        expected = self.program.exit_value()
        for chain in self.chains:
            value = chain.exit_value()
            if value != expected:
                raise Failure(f"the program of {chain.name} exits with {value}, and should with {expected}")


def measurements(shape, kinds, chains, launcher, place, options):
    """Measures `kinds` of builds of the workload, one after the other, in a folder of its own."""
    for is_half_dead in (False, True):
        chosen = [kind for kind in kinds if kind.is_half_dead == is_half_dead]
        if not chosen:
            continue
        bench = Bench(dataclasses.replace(shape, is_half_dead=is_half_dead), chains, launcher, place)
        try:
            bench.prepare()
            # Others build on what a clean build left.
            for kind in sorted(chosen, key=lambda kind: not kind.is_clean):
                yield bench.measure(kind, options)
        finally:
            bench.remove()
