"""Heap calls of a running server, counted by a small library that is preloaded into it."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lib.machine import require
from lib.server import Server, ServerSpec, running

SOURCE = Path(__file__).with_name("count_malloc.cpp")


@dataclass(frozen=True)
class HeapCalls:
    allocations: int
    reallocations: int
    frees: int
    bytes: int

    def __sub__(self, earlier: HeapCalls) -> HeapCalls:
        return HeapCalls(
            self.allocations - earlier.allocations,
            self.reallocations - earlier.reallocations,
            self.frees - earlier.frees,
            self.bytes - earlier.bytes,
        )


@dataclass(frozen=True)
class CountedServer:
    server: Server
    file: Path

    def heap_calls(self) -> HeapCalls:
        data = self.file.read_bytes()
        if len(data) < 32:
            raise RuntimeError(f"{self.server.spec.name} does not count: is it linked to glibc dynamically?")
        counts = HeapCalls(*struct.unpack_from("=4Q", data))
        if counts.allocations == 0:
            raise RuntimeError(f"{self.server.spec.name} counts nothing: is its malloc its own?")
        return counts


def build_counter(folder: Path) -> Path:
    """Compiles the library, unless the one that is there is newer than its source."""
    library = folder / "libcount_malloc.so"
    if library.exists() and library.stat().st_mtime > SOURCE.stat().st_mtime:
        return library
    require("g++")
    folder.mkdir(parents=True, exist_ok=True)
    command = ["g++", "-std=c++23", "-O2", "-shared", "-fPIC", "-fno-builtin", str(SOURCE), "-o", str(library)]
    subprocess.run(command, check=True)
    return library


@contextmanager
def counted(spec: ServerSpec, library: Path, scratch: Path) -> Iterator[CountedServer]:
    """A running server whose heap calls are counted."""
    file = scratch / f"{spec.name}.heap"
    file.write_bytes(b"")
    environment = {"LD_PRELOAD": str(library), "COUNT_MALLOC_FILE": str(file)}
    with running(spec, scratch, environment=environment) as server:
        yield CountedServer(server, file)
