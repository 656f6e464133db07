"""User instructions per request: the difference of two callgrind runs, so that starting and stopping cancel out."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lib import client
from lib.client import Connection, Request
from lib.machine import require
from lib.server import ServerSpec, running


@dataclass(frozen=True)
class Counts:
    """Instructions per request, and the functions that spend at least one of them ("file:function [object]")."""

    per_request: float
    functions: list[tuple[str, float]]


def instructions_per_request(
    spec: ServerSpec, request: Request, depth: int, counts: tuple[int, int], scratch: Path, profile: bool = False
) -> Counts:
    """Counts two runs, of `counts` requests each on one connection, in batches of `depth`."""
    require("valgrind", *(["callgrind_annotate"] if profile else []))
    few, many = (_run(spec, request, depth, count, scratch) for count in counts)
    more = counts[1] - counts[0]
    per_request = (_total(many) - _total(few)) / more
    if not profile:
        return Counts(per_request, [])
    spent = _functions(many)
    spent.subtract(_functions(few))
    return Counts(per_request, [(name, cost / more) for name, cost in spent.most_common(40) if cost >= more])


def _run(spec: ServerSpec, request: Request, depth: int, count: int, scratch: Path) -> list[Path]:
    pattern = f"callgrind.{spec.name}.{depth}.{count}."
    for old in scratch.glob(pattern + "*"):
        old.unlink()
    wrapper = ("valgrind", "--tool=callgrind", "--trace-children=yes", f"--callgrind-out-file={scratch / pattern}%p")
    with running(spec, scratch, wrapper=wrapper) as server, Connection(server.port) as connection:
        client.run_requests(connection, request, count, depth)
    written = list(scratch.glob(pattern + "*"))
    if not written:
        raise RuntimeError(f"callgrind wrote no counts for {spec.name}:\n{server.output()}")
    return written


def _total(files: list[Path]) -> int:
    return sum(parse_total(file.read_text(errors="replace")) for file in files)


def parse_total(text: str) -> int:
    found = re.findall(r"^(?:summary|totals): (\d+)", text, re.M)
    if not found:
        raise RuntimeError("no total in callgrind's output")
    return int(found[-1])


def _functions(files: list[Path]) -> Counter[str]:
    spent: Counter[str] = Counter()
    for file in files:
        command = ["callgrind_annotate", "--auto=no", "--threshold=100", str(file)]
        text = subprocess.run(command, capture_output=True, text=True, errors="replace", check=True).stdout
        spent.update(parse_functions(text))
    return spent


def parse_functions(annotated: str) -> Counter[str]:
    """Lines such as `1,234 (5.6%)  file.cpp:function(int) [/path/to/object]`."""
    spent: Counter[str] = Counter()
    for line in annotated.splitlines():
        found = re.match(r"^\s*([\d,]+) \([^)]*%\)\s+(.+)$", line)
        if found is None or found[2].startswith("PROGRAM TOTALS"):
            continue
        spent[_short_name(found[2])] += int(found[1].replace(",", ""))
    return spent


def _short_name(where: str) -> str:
    """Without folders and the tails of long names: a profile is read in a terminal."""
    name, _, thing = where.partition(" [")
    file, _, function = name.partition(":")
    thing = f" [{Path(thing.rstrip(']')).name}]" if thing else ""
    return f"{Path(file).name}:{function[:80]}{thing}"
