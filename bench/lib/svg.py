"""Bar charts as SVG, for people with light and with dark screens. One colour per part of a bar, one row per name."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

COLOURS = ("#4477aa", "#ee8866", "#aa3377")
INK = "#777777"
FAR_BEYOND = 6
WIDTH, LEFT, RIGHT, ROW, TOP = 860, 220, 120, 22, 58


@dataclass(frozen=True)
class Bar:
    """`parts` are stacked; `low` and `high` draw a whisker."""

    label: str
    parts: tuple[float, ...]
    low: float | None = None
    high: float | None = None
    strong: bool = False  # ours

    @property
    def total(self) -> float:
        return sum(self.parts)


def stacked(title: str, legend: Sequence[str], bars: Sequence[Bar], form: Callable[[float], str]) -> str:
    most = _longest(bars)
    scale = (WIDTH - LEFT - RIGHT) / most
    lines = []
    for row, bar in enumerate(bars):
        middle = TOP + row * ROW + ROW / 2
        at = float(LEFT)
        lines.append(_label(bar.label, middle, bar.strong))
        for part, colour in zip(bar.parts, COLOURS, strict=False):
            width = min(part * scale, WIDTH - RIGHT - at)
            lines.append(_rectangle(at, middle - 7, width, 14, colour, "1" if bar.strong else "0.75"))
            at += width
        if bar.total > most:
            lines.append(_text(WIDTH - RIGHT + 6, middle + 4, f"… {form(bar.total)}"))
            continue
        if bar.low is not None and bar.high is not None and bar.high > bar.low:
            lines.append(_line(LEFT + bar.low * scale, middle, LEFT + bar.high * scale, middle))
            ends = (LEFT + bar.low * scale, LEFT + bar.high * scale)
            lines += [_line(end, middle - 4, end, middle + 4) for end in ends]
        right = LEFT + max(bar.total, bar.high or 0.0) * scale
        lines.append(_text(right + 6, middle + 4, form(bar.total)))
    return _document(title, legend, lines, len(bars))


def _longest(bars: Sequence[Bar]) -> float:
    """What fills the width. A few that lie far beyond the others are cut, or nothing could be told of the others."""
    totals = [bar.total for bar in bars if bar.total > 0]
    limit = FAR_BEYOND * statistics.median(totals) if totals else 0.0
    return max([max(bar.total, bar.high or 0.0) for bar in bars if bar.total <= limit], default=1.0)


def dots(title: str, legend: Sequence[str], bars: Sequence[Bar], form: Callable[[float], str]) -> str:
    """A dot for each part, on a logarithmic scale, for values that lie far apart."""
    values = [part for bar in bars for part in bar.parts if part > 0]
    low, high = math.floor(math.log10(min(values, default=1))), math.ceil(math.log10(max(values, default=1)))
    scale = (WIDTH - LEFT - RIGHT) / max(high - low, 1)
    bottom = TOP + len(bars) * ROW
    lines = []
    for power in range(low, high + 1):
        at = LEFT + (power - low) * scale
        lines.append(_line(at, TOP, at, bottom, faint=True))
        lines.append(_text(at, bottom + 14, form(10.0**power), "middle"))
    for row, bar in enumerate(bars):
        middle = TOP + row * ROW + ROW / 2
        lines.append(_label(bar.label, middle, bar.strong))
        for part, colour in zip(bar.parts, COLOURS, strict=False):
            if part > 0:
                at = LEFT + (math.log10(part) - low) * scale
                lines.append(f'<circle cx="{at:.1f}" cy="{middle:.1f}" r="5" fill="{colour}"/>')
    return _document(title, legend, lines, len(bars), 20)


def _document(title: str, legend: Sequence[str], lines: list[str], rows: int, extra: int = 0) -> str:
    height = TOP + rows * ROW + 12 + extra
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        f'<text x="8" y="20" font-size="15" font-weight="bold" fill="{INK}">{escape(title)}</text>',
    ]
    at = float(LEFT)
    for name, colour in zip(legend, COLOURS, strict=False):
        head += [_rectangle(at, 32, 12, 12, colour, "1"), _text(at + 18, 42, name)]
        at += 40 + 7 * len(name)
    return "\n".join([*head, *lines, "</svg>"]) + "\n"


def _rectangle(x: float, y: float, width: float, height: float, colour: str, opacity: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}" opacity="{opacity}"/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, faint: bool = False) -> str:
    opacity = "0.3" if faint else "1"
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{INK}" stroke-opacity="{opacity}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{INK}" text-anchor="{anchor}">{escape(text)}</text>'


def _label(text: str, middle: float, strong: bool) -> str:
    weight = ' font-weight="bold"' if strong else ""
    return f'<text x="{LEFT - 8}" y="{middle + 4:.1f}" fill="{INK}" text-anchor="end"{weight}>{escape(text)}</text>'
