#!/usr/bin/env python3
"""Every unit of the library has a test: tests/<room>/<unit>_test.cpp, or the one that docs/rooms.md names for it.

The table there has rows `| \\`room/test\\` | unit unit ... |`: the test file without `_test.cpp`, and the units of the same
room (or room/unit) that it covers.
"""

import pathlib
import re
import sys

import repo

PAGE = "docs/rooms.md"


def table_of_tests(page):
    """{unit: test} from the rows below the heading "Tests"."""
    section = page.partition("\n## Tests\n")[2].partition("\n## ")[0]
    covered = {}
    for test, units in re.findall(r"^\| *`([\w/]+)` *\| *([^|]*?) *\|", section, re.MULTILINE):
        room = str(pathlib.PurePath(test).parent)
        for unit in units.split():
            covered[unit if "/" in unit else f"{room}/{unit}"] = test
    return covered


def problems_of(units, tests, covered):
    """units, tests: names like "web/context"."""
    for unit in sorted(units - tests - set(covered)):
        yield f"src/{unit}.cpp: no tests/{unit}_test.cpp, and {PAGE} names no other test that covers it"
    for unit, test in sorted(covered.items()):
        if unit not in units:
            yield f"{PAGE}: the unit {unit} does not exist"
        if unit in tests:
            yield f"{PAGE}: the unit {unit} has a test of its own"
        if test not in tests:
            yield f"{PAGE}: tests/{test}_test.cpp does not exist"


def main():
    units = {str(path.relative_to("src").with_suffix("")) for path in repo.files("src", suffixes=(".cpp",))}
    tests = {str(path.relative_to("tests"))[: -len("_test.cpp")]
             for path in repo.files("tests", suffixes=(".cpp",)) if path.name.endswith("_test.cpp")}
    return repo.report(list(problems_of(units, tests, table_of_tests(repo.read(PAGE)))))


if __name__ == "__main__":
    sys.exit(main())
