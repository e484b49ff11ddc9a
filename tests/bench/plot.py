"""A plot with logarithmic axes as SVG, readable on light and on dark pages."""

import math
from dataclasses import dataclass
from itertools import cycle
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 860, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 330, 20, 50  # the margins; at the right stand the lines' names
COLOURS = ("#4477aa", "#ee6677", "#228833", "#aa3377", "#cc8811", "#3399bb")
STYLE = """
    .page { fill: #ffffff } text { fill: #222222 } .grid { stroke: #dddddd }
    @media (prefers-color-scheme: dark) {
      .page { fill: #16181d } text { fill: #dddddd } .grid { stroke: #3a3d44 }
    }
    text { font: 12px sans-serif } .line { fill: none; stroke-width: 2 } .floor { stroke-dasharray: 5 4 }
"""


@dataclass
class Line:
    name: str
    points: list       # of (x, y)
    of: str = ""       # the line whose floor it is: drawn in its colour, broken


class Axis:
    """From one power of ten to another, over so many pixels from `begin`."""

    def __init__(self, values, begin, end):
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)
        self.begin, self.end = begin, end

    def at(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self.begin + share * (self.end - self.begin), 1)

    def powers(self):
        return [10.0 ** power for power in range(self.low, self.high + 1)]


def svg(x_title, y_title, lines):
    points = [point for line in lines for point in line.points]
    x = Axis([point[0] for point in points], LEFT, WIDTH - RIGHT)
    y = Axis([point[1] for point in points], HEIGHT - BOTTOM, TOP)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
             f'width="{WIDTH}" height="{HEIGHT}">',
             f"  <style>{STYLE}  </style>",
             f'  <rect class="page" width="{WIDTH}" height="{HEIGHT}"/>',
             *grid(x, y, x_title, y_title), *drawn(x, y, lines), "</svg>"]
    return "\n".join(parts) + "\n"


def text(x, y, words, anchor="start", more=""):
    return f'  <text x="{x}" y="{y}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def grid(x, y, x_title, y_title):
    for value in x.powers():
        at = x.at(value)
        yield f'  <line class="grid" x1="{at}" x2="{at}" y1="{y.end}" y2="{y.begin}"/>'
        yield text(at, y.begin + 18, f"{value:,.0f}", "middle")
    for value in y.powers():
        at = y.at(value)
        yield f'  <line class="grid" x1="{x.begin}" x2="{x.end}" y1="{at}" y2="{at}"/>'
        yield text(x.begin - 8, at + 4, f"{value:g}", "end")
    yield text((x.begin + x.end) / 2, HEIGHT - 12, x_title, "middle")
    middle = (y.begin + y.end) / 2
    yield text(16, middle, y_title, "middle", f' transform="rotate(-90 16 {middle})"')


def drawn(x, y, lines):
    colours = dict(zip((line.name for line in lines if not line.of), cycle(COLOURS)))
    for line, label in zip(lines, labels(y, lines)):
        colour = colours[line.of or line.name]
        places = [(x.at(a), y.at(b)) for a, b in line.points]
        path = " ".join(f"{a},{b}" for a, b in places)
        kind = "line floor" if line.of else "line"
        yield f'  <polyline class="{kind}" stroke="{colour}" points="{path}"/>'
        if not line.of:
            yield from (f'  <circle cx="{a}" cy="{b}" r="3" fill="{colour}"/>' for a, b in places)
        end = places[-1]
        yield (f'  <line stroke="{colour}" stroke-width="0.5" x1="{end[0]}" y1="{end[1]}" '
               f'x2="{x.end + 14}" y2="{label}"/>')
        yield text(x.end + 18, label + 4, line.name)


def labels(y, lines):
    """Where each name stands: beside its line's end, 16 pixels from the next."""
    order = sorted(range(len(lines)), key=lambda i: y.at(lines[i].points[-1][1]))
    places, last = {}, TOP - 16
    for i in order:
        last = places[i] = max(y.at(lines[i].points[-1][1]), last + 16)
    return [places[i] for i in range(len(lines))]
