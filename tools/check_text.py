#!/usr/bin/env python3
"""What may not be in the repository: files too long to read, machine paths, build output, unfinished business."""

import pathlib
import re
import sys

import repo

LONGEST = 500  # lines of a source file
WIDEST = 120  # columns of a C++ line
EXCUSES = "tools/long_files.txt"  # lines `path: reason`
LARGEST_BYTES = 512 * 1024
CODE = {".cpp", ".hpp", ".py", ".sh", ".cmake", ""}
BUILD_OUTPUT = re.compile(r"(^|/)(build|CMakeFiles|__pycache__|_deps)/|\.(o|a|so|pyc|gcda|gcno|profraw|d)$|CMakeCache\.txt$")
MACHINE_PATH = re.compile(r"(?<![\w.$}/-])/(home|Users|root|work|mnt)/\w+")
COMMENT = re.compile(r"^(\s*(?:///?<?|#) +)(\S.*)$")
COLUMNS = re.compile(r"^\S+(?: \S+)*  +\S")  # "errors   what goes wrong": a table, whose lines stand alone
FULL = 100  # columns from which a line of text looks full
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def excused_files(text):
    return {line.split(":")[0].strip() for line in text.splitlines() if ":" in line and not line.startswith("#")}


def broken_comments(text):
    """Numbers of the lines that somebody's editor broke off: short, after a full one and before the rest of a sentence."""
    lines = text.split("\n")
    for number, (before, line, after) in enumerate(zip(lines, lines[1:], lines[2:]), 2):
        parts = [COMMENT.match(each) for each in (before, line, after)]
        if not all(parts) or len({part[1] for part in parts}) != 1 or len(before) < FULL:
            continue
        rest = parts[2][2]
        if any(COLUMNS.match(part[2]) for part in parts[1:]) or not re.match(r"[a-z(`]", rest):
            continue
        if len(line) + 1 + len(rest.split()[0]) <= FULL - 15 and line[-1] not in ".:;!?":
            yield number


def problems_in_text(path, text, excused):
    """[(line, problem)] of a text file."""
    length = text.count("\n")
    if path.suffix in repo.CPP_SUFFIXES + (".py",) and length > LONGEST and str(path) not in excused:
        yield 1, f"{length} lines: split it, or say in {EXCUSES} why it is one piece"
    for number, line in enumerate(text.split("\n"), 1):
        if "\r" in line or line != line.rstrip() and path.suffix != ".md":
            yield number, "trailing white space"
        if path.suffix in repo.CPP_SUFFIXES and len(line) > WIDEST:
            yield number, f"{len(line)} columns, {WIDEST} fit"
        if MACHINE_PATH.search(line):
            yield number, "path of somebody's machine"
        if path.suffix in CODE and path != pathlib.Path("tools/check_text.py") and UNFINISHED.search(line):
            yield number, "unfinished: do it, or file an issue and say what holds today"
    if path.suffix in repo.CPP_SUFFIXES:
        yield from ((number, "a comment broken off: fill the line") for number in broken_comments(text))
    if text and not text.endswith("\n"):
        yield length + 1, "no newline at the end"


def is_binary(data):
    return b"\0" in data[:8192]


def main():
    excused = excused_files(repo.read(EXCUSES))
    problems = [f"{EXCUSES}: {p} does not exist" for p in sorted(excused) if not (repo.ROOT / p).exists()]
    for path in repo.files():
        data = (repo.ROOT / path).read_bytes()
        if BUILD_OUTPUT.search(str(path)) or data.startswith(b"\x7fELF"):
            problems.append(f"{path}: build output")
        elif len(data) > LARGEST_BYTES:
            problems.append(f"{path}: {len(data)} bytes is too large")
        elif not is_binary(data) and "corpus" not in path.parts and "testdata" not in path.parts:
            text = data.decode("utf-8", errors="replace")
            problems += [f"{path}:{line}: {problem}" for line, problem in problems_in_text(path, text, excused)]
    return repo.report(problems)


if __name__ == "__main__":
    sys.exit(main())
