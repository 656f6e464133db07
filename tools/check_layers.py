#!/usr/bin/env python3
"""Rooms include only what the table in docs/rooms.md allows, and public headers stay cheap.

Looks at every #include in include/ and src/. What stands directly in include/hyperlane/ (hyperlane.hpp) is the face of
all rooms: no room includes it, except version.hpp. tests/, examples/, apps/, bench/ and fuzz/ may include anything, and
nothing includes them. The rooms in src/CMakeLists.txt have to agree with the table as well.
"""

import pathlib
import re
import sys

import repo

PAGE = "docs/rooms.md"
FACE = "(face)"

# The standard library has no '/' and no '.h'; these of its headers cost too much to put into every program.
EXPENSIVE = {"regex", "iostream", "fstream", "sstream", "iomanip", "locale", "filesystem", "future", "mutex", "thread",
             "condition_variable"}
# These have a header of ours with the part that is needed, which alone may look inside libstdc++.
STAND_INS = {"functional": "base/function.hpp", "memory": "base/pointers.hpp", "chrono": "base/clock.hpp"}
STANDARD = re.compile(r"^[a-z_0-9]+$")


def table_of_rooms(page):
    """{room: set of rooms it may include}, from the rows `| \\`room\\` | rooms | ... |`."""
    rooms = {}
    page = page.partition("\n## Tests\n")[0]  # the table of check_tests.py has the same shape
    for match in re.finditer(r"^\| *`([\w/]+)` *\| *([^|]*?) *\|", page, re.MULTILINE):
        rooms[match[1]] = set() if match[2] == "-" else set(match[2].split())
    return rooms


def room_of(path, rooms):
    """The room that a file below include/hyperlane/ or src/ belongs to: the innermost folder that has a row."""
    parts = pathlib.PurePath(path).parts
    folders = parts[2:-1] if parts[0] == "include" else parts[1:-1]
    if not folders:
        return FACE
    names = ["/".join(folders[:depth]) for depth in range(len(folders), 0, -1)]
    return next((name for name in names if name in rooms), folders[0])


def layer_problem(path, target, rooms):
    """Why `path` may not include `target` (both of ours), or None."""
    if target.parts[0] not in ("include", "src"):
        return f"includes {target}: nothing includes {target.parts[0]}/"
    source, used = room_of(path, rooms), room_of(target, rooms)
    if path.parts[0] == "include" and target.parts[0] == "src":
        return f"is public and includes the private {target}"
    if source == FACE or source == used or target.name == "version.hpp":
        return None
    if used == FACE:
        return f"includes {target}, which includes every room"
    if used not in rooms.get(source, set()):
        return f"is in room {source}, which may not include room {used} ({target})"
    return None


def header_problem(name, path=""):
    """Why the public header `path` may not include a header that is not ours, or None."""
    if name in STAND_INS:
        stand_in = STAND_INS[name]
        if str(path).endswith(stand_in):
            return None
        return f"is public and includes <{name}>, which is expensive to compile: include <hyperlane/{stand_in}>"
    if name.startswith("bits/") and any(str(path).endswith(stand_in) for stand_in in STAND_INS.values()):
        return None
    if not STANDARD.match(name):
        return f"is public and includes <{name}>: no operating system or third-party header in include/"
    if name in EXPENSIVE:
        return f"is public and includes <{name}>, which is expensive to compile"
    return None


def problems_in_file(path, includes, rooms):
    room = room_of(path, rooms)
    if room not in rooms and room != FACE:
        yield f"{path}: no room {room} in {PAGE}"
        return
    for line, name, target in includes:
        problem = None
        if target is not None:
            problem = layer_problem(path, target, rooms)
        elif name.startswith("hyperlane/"):
            problem = f"includes {name}, which does not exist"
        elif path.parts[0] == "include":
            problem = header_problem(name, path)
        if problem:
            yield f"{path}:{line}: {problem}"


def problems_in_cmake(text, rooms):
    declared = {}
    for match in re.finditer(r"^hyperlane_room\(([\w/]+)([^)]*)\)", text, re.MULTILINE):
        uses = re.search(r"USES((?:\s+[a-z][\w/]*)*)", match[2])
        declared[match[1]] = set(uses[1].split()) if uses else set()
    for room in sorted(set(declared) | set(rooms)):
        if declared.get(room) != rooms.get(room):
            yield f"src/CMakeLists.txt: room {room} differs from its row in {PAGE}"


def main():
    rooms = table_of_rooms(repo.read(PAGE))
    problems = [] if rooms else [f"{PAGE}: no table of rooms found"]
    problems += problems_in_cmake(repo.read("src/CMakeLists.txt"), rooms)
    for path in repo.files("include", "src", suffixes=repo.CPP_SUFFIXES):
        problems += problems_in_file(path, repo.includes_of(path), rooms)
    return repo.report(problems)


if __name__ == "__main__":
    sys.exit(main())
