"""Where things are, and what every benchmark is told on the command line."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lib.client import Request
from lib.server import ServerFailed, ServerSpec

ROOT = Path(__file__).resolve().parents[2]
BODY = b"Hello, World!"  # what floor and examples/hello answer


@dataclass(frozen=True)
class Workspace:
    binaries: Path
    scratch: Path  # logs and counts; kept for a look afterwards

    @staticmethod
    def of(options: argparse.Namespace) -> Workspace:
        binaries = Path(getattr(options, "bin", ROOT / "build/release/bin"))
        return Workspace(binaries, Path(tempfile.mkdtemp(prefix="hyperlane-bench-")))

    def servers(self, options: argparse.Namespace) -> list[ServerSpec]:
        """The servers asked for, or floor and hello, which must be there."""
        specs = [ServerSpec.parse(text, self.binaries) for text in options.server or ("floor", "hello")]
        if len({spec.name for spec in specs}) < len(specs):
            raise RuntimeError("two servers have the same name; give one another: --server 'other=PATH --port {port}'")
        for spec in specs:
            if "/" in spec.command[0] and not spec.executable.exists():
                raise ServerFailed(f"{spec.executable} is not there; build it with: ./dev build release")
        return specs

    def subjects(self, options: argparse.Namespace) -> list[ServerSpec]:
        """The same without the floor, for what says nothing about it; a floor that is asked for by name stays."""
        return [spec for spec in self.servers(options) if options.server or spec.name != "floor"]


def add_server_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--server",
        action="append",
        metavar="NAME",
        help="what to measure, repeatable: an executable in --bin, a path, or 'NAME=COMMAND --port {port}'; "
        "the first one is the base of ratios (default: floor and hello)",
    )


def add_request_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--path", default="/", help="request target (default: /)")
    parser.add_argument("--header", action="append", default=[], metavar="'NAME: VALUE'", help="added to each request")
    parser.add_argument("--any-body", action="store_true", help="accept any body with status 200, not only the hello's")


def request_of(options: argparse.Namespace, close: bool = False) -> Request:
    return Request(options.path, tuple(options.header), close)


def expected_body(options: argparse.Namespace) -> bytes | None:
    return None if options.any_body or options.path != "/" else BODY
