"""Mutates projects step by step, and keeps what goes wrong."""

import collections
import random
import re

from testing.fuzzing.building import Bench, entries
from testing.fuzzing.mutations import mutated, with_other_files
from testing.fuzzing.shrinking import Shrinker

MODES = ["debug", "debug", "fast", "safe"]


class Hunt:
    """One series of mutations, given by its seed.

    A *session* begins with a valid project in an empty folder, changes it some ten times, and ends with the project as
    it was: each state is built on what the one before left. Mutations that bring an error nobody saw before are mutated
    further in later sessions.
    """

    def __init__(self, zbuild, folder, library, seed, share_compared=0.3, compares_modes=False):
        self.dice = random.Random(seed)
        self.library = library
        self.benches = {mode: Bench(zbuild, folder, mode) for mode in MODES}
        self.share_compared = share_compared
        for bench in self.benches.values():
            bench.compares_modes = compares_modes
        self.interesting = []
        self.seen = set()
        self.counts = collections.Counter()

    @property
    def builds(self):
        return sum(bench.builds for bench in self.benches.values())

    @property
    def runs(self):
        return sum(bench.runs for bench in self.benches.values())

    def session(self):
        """The states, the bench and the problem if one was found, else None."""
        bench = self.benches[self.dice.choice(MODES)]
        bench.reset()
        is_known_to_fail = self.interesting and self.dice.random() < 0.25
        first = self.dice.choice(self.interesting if is_known_to_fail else self.library.projects)
        states = []
        for state in self.states_from(first, bench):
            states.append(state)
            compares = len(states) == 1 or state == first or self.dice.random() < self.share_compared
            problem = bench.step(state, compares, runs=compares)
            self.counts["inputs"] += 1
            if problem:
                return states, bench, problem
            self.learn(state, bench.last)
        return None

    def states_from(self, first, bench):
        """What builds is mostly mutated further; an error mostly hides what is mutated behind it."""
        state = first
        yield first
        for _ in range(self.dice.choice([2, 5, 10, 15])):
            goes_on = self.dice.random() < (0.7 if bench.last.status == 0 else 0.2)
            state = self.changed(state if goes_on else first)
            yield state
            if self.dice.random() < 0.1:
                yield first
        yield first

    def changed(self, state):
        """The project with one of its files mutated, or with other files."""
        if self.dice.random() < 0.12:
            return with_other_files(state, self.dice, self.library)
        path = self.dice.choice(sorted(state))
        if path.endswith(".toml") and self.dice.random() < 0.8:
            path = self.dice.choice(sorted(state))
        return {**state, path: mutated(state[path], self.dice, self.library)}

    def learn(self, state, outcome):
        """Counts what the build came to, and keeps the state if it failed with an error of a new kind."""
        self.counts[f"status {outcome.status}"] += 1
        kinds = {re.sub(rb"'[^']*'|[0-9]+", b"X", entry.message) for entry in entries(outcome.errors)}
        if kinds - self.seen:
            self.seen |= kinds
            if len(self.interesting) < 500 and sum(map(len, state.values())) < 20000:
                self.interesting.append(state)


def shrunk(states, bench, problem):
    """The states made small; as they are if the problem does not show again."""
    again = bench.problem(states)
    if again is None or again.kind != problem.kind:
        return None
    return Shrinker(bench, problem).shrunk(states)
