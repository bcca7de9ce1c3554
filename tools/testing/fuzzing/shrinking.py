"""Makes the states that show a problem as small as they get while they still show a problem of its kind."""

from testing.fuzzing.texts import declarations, tokens


class Shrinker:
    """Tries at most `budget` builds of all states."""

    def __init__(self, bench, problem, budget=1500):
        self.bench = bench
        self.kind = problem.kind
        self.budget = budget

    def shows(self, states):
        if self.budget <= 0 or not states:
            return False
        self.budget -= 1
        problem = self.bench.problem(states)
        return problem is not None and problem.kind == self.kind

    def shrunk(self, states):
        """The smallest states found. What the problem needs besides them, it may not come back: then all of them."""
        states = self.without(states, lambda fewer: fewer)
        for cut in [declarations, lines, tokens, single_bytes]:
            states = self.by_pieces(states, cut)
        return states

    def by_pieces(self, states, cut):
        """First the same pieces out of the files of all states, then pieces of single files."""
        for path in sorted({path for state in states for path in state}):
            common = [piece for piece in cut(states[0].get(path, b"")) if piece.strip()]
            for piece in common if len(states) > 1 else []:
                fewer = [replaced(state, path, state[path].replace(piece, b"", 1)) for state in states if path in state]
                if len(fewer) == len(states) and self.shows(fewer):
                    states = fewer
            for index, state in enumerate(states):
                if path in state:
                    states = self.without(
                        cut(state[path]),
                        lambda pieces, all=states, at=index: [
                            replaced(each, path, b"".join(pieces)) if place == at else each
                            for place, each in enumerate(all)],
                        otherwise=states)
        return states

    def without(self, pieces, states_with, otherwise=None):
        """`states_with` as few of the pieces as possible: halves are left out first, then ever smaller parts."""
        best = pieces
        size = max(len(best) // 2, 1)
        while size:
            start = 0
            while start < len(best):
                fewer = best[:start] + best[start + size:]
                if self.shows(states_with(fewer)):
                    best = fewer
                else:
                    start += size
            size //= 2
        return states_with(best) if best is not pieces or otherwise is None else otherwise


def replaced(state, path, text):
    return {**state, path: text}


def lines(text):
    return text.splitlines(keepends=True)


def single_bytes(text):
    return [text[index:index + 1] for index in range(len(text))] if len(text) < 400 else [text]
