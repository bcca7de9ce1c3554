"""Measurements as Markdown."""

import os
import platform
import statistics
import subprocess


def row(cells):
    return "| " + " | ".join(cells) + " |"


def spread(values):
    """How far the half of the values in the middle is around the median, in percent of it."""
    if len(values) < 3:
        return None
    low, _, high = statistics.quantiles(values, n=4)
    return 100 * (high - low) / 2 / statistics.median(values)


def duration(seconds):
    """Three digits that say something."""
    milliseconds = seconds * 1000
    if milliseconds < 99.95:
        return f"{milliseconds:.{1 if milliseconds >= 9.995 else 2}f} ms"
    return f"{milliseconds:,.0f} ms"


def time_cell(values):
    around = spread(values)
    return duration(statistics.median(values)) + (f" ± {around:.0f} %" if around is not None else "")


def ratio_cell(values):
    """The median of the ratios, and the half of them in the middle."""
    middle = statistics.median(values)
    digits = 2 if middle < 9.995 else 1
    if len(values) < 3:
        return f"{middle:.{digits}f}"
    low, _, high = statistics.quantiles(values, n=4)
    return f"**{middle:.{digits}f}** ({low:.{digits}f}–{high:.{digits}f})"


def megabytes(size):
    return f"{size / 1e6:,.{1 if size < 9.95e6 else 0}f}"


class Table:
    """Prints a row for each measurement; `chains` are the names of what built it, zbuild first."""

    def __init__(self, chains):
        self.chains = chains
        self.peers = chains[1:]

    def head(self):
        titles = ["functions", "compiled", *self.chains, *(f"{peer} : zbuild" for peer in self.peers), "memory, MB"]
        return [row(["build", *titles]), row(["---", *["--:"] * len(titles)])]

    def row(self, measurement):
        cells = [measurement.kind.name, f"{measurement.shape.count:,}", f"{measurement.compiled:,}"]
        cells += [time_cell(measurement.seconds(chain)) for chain in self.chains]
        cells += [ratio_cell(measurement.ratios(peer)) for peer in self.peers]
        cells += [" / ".join(megabytes(measurement.memory(chain)) for chain in self.chains)]
        return row(cells)


def layout(is_one_file):
    return "All functions in one file" if is_one_file else "100 functions a file"


# MARK: The machine


def machine(versions):
    """What was measured where."""
    return (f"{processor()}, {os.cpu_count()} processors, Linux {platform.release()}; "
            + ", ".join(f"{name} {version}" for name, version in versions.items()))


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.machine()


def version(command):
    """The first number with a point in what a program says of its version."""
    words = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout.split()
    return next((word for word in words if word[:1].isdigit() and "." in word), "?")
