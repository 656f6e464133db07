#!/usr/bin/env python3
"""No two units of the library need each other.

A unit is a public header with its source file: include/hyperlane/web/x.hpp and src/web/x.cpp. A header in src/ belongs to
whoever includes it, so what it includes counts as theirs. Layers keep rooms apart; this keeps apart what lies in one.
"""

import collections
import pathlib
import sys

import repo

KNOWN = "tools/circles.txt"  # lines `unit unit ...: what has to move for the circle to open`


def unit_of(path):
    """"web/context" for a file below include/hyperlane/ or src/."""
    parts = pathlib.PurePath(path).parts
    return str(pathlib.PurePath(*(parts[2:] if parts[0] == "include" else parts[1:])).with_suffix(""))


def needs_of_units(includes):
    """{unit: units that its files include}, from {file: files of ours that it includes}."""
    needs = collections.defaultdict(set)
    for path, targets in includes.items():
        needs[unit_of(path)] |= {unit_of(target) for target in targets} - {unit_of(path)}
    return needs


def seen_through(needs, public):
    """`needs` among the public units alone: what a private one needs is needed by whoever includes it."""
    found = {}
    for start in public:
        reached, ahead = set(), [start]
        passed = set()
        while ahead:
            for unit in needs.get(ahead.pop(), ()):
                if unit in public:
                    reached.add(unit)
                elif unit not in passed:
                    passed.add(unit)
                    ahead.append(unit)
        found[start] = reached - {start}
    return found


def cycle_from(start, needs):
    """The shortest way from `start` back to it, or None."""
    before = {}
    ahead = collections.deque([start])
    while ahead:
        unit = ahead.popleft()
        for used in sorted(needs.get(unit, ())):
            if used == start:
                way = [unit]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return [*reversed(way), start]
            if used not in before:
                before[used] = unit
                ahead.append(used)
    return None


def cycles(needs):
    """A shortest cycle for every unit that lies on one, each set of units once."""
    seen = set()
    for start in sorted(needs):
        way = cycle_from(start, needs)
        if way is not None and frozenset(way) not in seen:
            seen.add(frozenset(way))
            yield way


def known_circles(text):
    return {frozenset(line.split(":")[0].split()) for line in text.splitlines() if ":" in line and not line.startswith("#")}


def main():
    known = known_circles(repo.read(KNOWN))
    paths = repo.files("include", "src", suffixes=repo.CPP_SUFFIXES)
    includes = {path: [target for _, _, target in repo.includes_of(path)
                       if target is not None and target.parts[0] in ("include", "src")] for path in paths}
    public = {unit_of(path) for path in paths if path.parts[0] == "include"}
    needs = seen_through(needs_of_units(includes), public)
    found = list(cycles(needs))
    problems = ["units in a circle: " + " -> ".join(way) for way in found if frozenset(way) not in known]
    open_by_now = known - {frozenset(way) for way in found}
    problems += [f"{KNOWN}: no circle of {' '.join(sorted(units))} any more" for units in open_by_now]
    return repo.report(sorted(problems))


if __name__ == "__main__":
    sys.exit(main())
