"""Draws time against the size of the project, as SVG: a panel for each kind of build, a line for each chain."""

import math
import statistics

COLORS = ["#d9480f", "#1971c2", "#868e96"]
PANEL = (270, 250)
GAP = 64
LEFT, TOP, BOTTOM = 64, 72, 52


class Scale:
    """A logarithmic axis: from whole powers of ten to whole powers of ten."""

    def __init__(self, values, start, end):
        self.low = math.floor(math.log10(min(values)) + 1e-9)
        self.high = max(math.ceil(math.log10(max(values)) - 1e-9), self.low + 1)
        self.start, self.end = start, end

    def place(self, value):
        return self.start + (math.log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self):
        return [10.0 ** power for power in range(self.low, self.high + 1)]


def element(name, content="", **attributes):
    words = " ".join(f'{key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f"<{name} {words}>{content}</{name}>" if content else f"<{name} {words}/>"


def text(x, y, words, **attributes):
    escaped = words.replace("&", "&amp;").replace("<", "&lt;")
    return element("text", escaped, x=f"{x:.1f}", y=f"{y:.1f}", **attributes)


def line(x1, y1, x2, y2, **attributes):
    return element("line", x1=f"{x1:.1f}", y1=f"{y1:.1f}", x2=f"{x2:.1f}", y2=f"{y2:.1f}", **attributes)


def duration(seconds):
    return f"{seconds:g} s" if seconds >= 1 else f"{seconds * 1000:g} ms"


class Panel:
    """One kind of build. `series` is a list of (chain, [(functions, seconds)])."""

    def __init__(self, left, title, series, across, seconds):
        self.left, self.title, self.series = left, title, series
        self.x = Scale(across, left, left + PANEL[0])
        self.y = Scale(seconds, TOP + PANEL[1], TOP)

    def parts(self):
        return [text(self.left, TOP - 14, self.title, font_weight="bold"), *self.grid(), *self.lines()]

    def grid(self):
        bottom, right = TOP + PANEL[1], self.left + PANEL[0]
        for value in self.y.ticks():
            y = self.y.place(value)
            yield line(self.left, y, right, y, stroke="#dee2e6")
            yield text(self.left - 8, y + 4, duration(value), text_anchor="end", fill="#495057")
        for value in self.x.ticks():
            x = self.x.place(value)
            yield line(x, TOP, x, bottom, stroke="#dee2e6")
            yield text(x, bottom + 18, f"{value:,.0f}", text_anchor="middle", fill="#495057")
        yield text(self.left + PANEL[0] / 2, bottom + 38, "functions", text_anchor="middle", fill="#495057")

    def lines(self):
        for color, (_, points) in zip(COLORS, self.series):
            places = [(self.x.place(count), self.y.place(seconds)) for count, seconds in points]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            yield element("polyline", points=path, fill="none", stroke=color, stroke_width=2)
            for x, y in places:
                yield element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=3.5, fill=color)


def legend(chains):
    x = LEFT
    for color, chain in zip(COLORS, chains):
        yield line(x, 24, x + 22, 24, stroke=color, stroke_width=3)
        yield text(x + 28, 28, chain)
        x += 60 + 8 * len(chain)


def draw(measurements, kinds, chains):
    """The plot of those `measurements` that are of `kinds`; None if they are of one size only. All panels have the same
    axes, so that heights compare across them."""
    chosen = [measurement for measurement in measurements if measurement.kind in kinds]
    sizes = sorted({measurement.shape.count for measurement in chosen})
    if len(sizes) < 2:
        return None
    medians = {
        (measurement.kind, chain, measurement.shape.count): statistics.median(measurement.seconds(chain))
        for measurement in chosen for chain in chains}
    panels = []
    shown = [kind for kind in kinds if any(measurement.kind == kind for measurement in chosen)]
    for number, kind in enumerate(shown):
        left = LEFT + number * (PANEL[0] + GAP)
        series = [
            (chain, [(size, medians[kind, chain, size]) for size in sizes if (kind, chain, size) in medians])
            for chain in chains]
        panels.append(Panel(left, kind.name, series, sizes, medians.values()))
    width, height = LEFT + len(shown) * (PANEL[0] + GAP), TOP + PANEL[1] + BOTTOM
    parts = [element("rect", width=width, height=height, fill="#ffffff"), *legend(chains)]
    for panel in panels:
        parts += panel.parts()
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">')
    return "\n".join([head, *parts, "</svg>\n"])
