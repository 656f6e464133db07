"""Ranks that the measurements bear out: one server is ahead of another only where their spreads do not overlap."""

from __future__ import annotations

from lib.report import Summary

FEWEST_ROUNDS = 5  # a spread of fewer says little, so nothing is claimed


def ahead(one: Summary, other: Summary, high_is_good: bool) -> bool:
    """The worst of `one` is better than the best of `other`."""
    return one.low > other.high if high_is_good else one.high < other.low


def ranks(summaries: dict[str, Summary], high_is_good: bool) -> dict[str, tuple[int, int]]:
    """The first and the last place that each may hold; the same number twice is a rank that is claimed."""
    found = {}
    for name, one in summaries.items():
        better = sum(ahead(other, one, high_is_good) for other in summaries.values())
        worse = sum(ahead(one, other, high_is_good) for other in summaries.values())
        found[name] = (better + 1, len(summaries) - worse)
    return found


def rank_text(places: tuple[int, int], rounds: int) -> str:
    if rounds < FEWEST_ROUNDS:
        return "–"
    first, last = places
    return str(first) if first == last else f"{first}–{last}"
