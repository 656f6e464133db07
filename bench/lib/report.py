"""Medians with their spread, tables for people, JSON for programs, and the bars that this repository must hold."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

CONFIDENCE = 0.93  # five values bear it out, from the lowest to the highest


@dataclass(frozen=True)
class Summary:
    """Several measurements of one thing: the median counts, the range says how far to trust it."""

    median: float
    low: float
    high: float

    @staticmethod
    def of(values: Iterable[float]) -> Summary:
        numbers = list(values)
        return Summary(statistics.median(numbers), min(numbers), max(numbers))

    @staticmethod
    def of_median(values: Iterable[float]) -> Summary:
        """The narrowest range by order statistics that holds the true median with CONFIDENCE, whatever the distribution.

        Unlike that from the lowest to the highest it becomes narrower with more values: of 11 it goes from the third
        to the ninth.
        """
        numbers = sorted(values)
        cut = 0
        while _confidence(len(numbers), cut + 1) >= CONFIDENCE:
            cut += 1
        return Summary(statistics.median(numbers), numbers[cut], numbers[-1 - cut])

    def text(self, form: Callable[[float], str] = lambda value: f"{value:,.2f}") -> str:
        if self.low == self.high:
            return form(self.median)
        return f"{form(self.median)} ({form(self.low)}..{form(self.high)})"

    def json(self) -> dict[str, float]:
        return {"median": self.median, "min": self.low, "max": self.high}


def _confidence(count: int, cut: int) -> float:
    """That the median lies among what is left of `count` values when `cut` are dropped at either end."""
    return 1 - 2 * sum(math.comb(count, below) for below in range(cut + 1)) / 2**count


def whole(value: float) -> str:
    return f"{value:,.0f}"


def one_digit(value: float) -> str:
    return f"{value:,.1f}"


def ratio(value: float) -> str:
    return f"{value:.3f}"


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.2f}"


def microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:.2f}"


def megabytes(count: float) -> str:
    return f"{count / 1e6:.2f}"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell: the first to the left, the others to the right."""
    lines = [list(headings), *[list(row) for row in rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]

    def render(line: Sequence[str]) -> str:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        return "  ".join(cells).rstrip()

    return "\n".join([render(lines[0]), "  ".join("-" * width for width in widths), *map(render, lines[1:])])


@dataclass(frozen=True)
class Bar:
    """A limit that examples/hello must hold."""

    what: str
    measured: float
    limit: float

    @property
    def held(self) -> bool:
        return self.measured <= self.limit

    def text(self) -> str:
        return f"{'holds' if self.held else 'OVER '}  {self.what}: {self.measured:,.4g} of at most {self.limit:,.4g}"


@dataclass
class Report:
    """What one benchmark found."""

    title: str
    tables: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    failed: bool = False  # the run itself went wrong, such as errors under load

    def text(self) -> str:
        parts = [f"== {self.title}", *self.tables, *self.notes, *(bar.text() for bar in self.bars)]
        return "\n".join(parts) + "\n"

    def json(self) -> dict[str, Any]:
        bars = [{"what": bar.what, "measured": bar.measured, "limit": bar.limit, "held": bar.held} for bar in self.bars]
        return {**self.data, "bars": bars}
