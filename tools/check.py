#!/usr/bin/env python3
"""`./dev check [--fix] [--since REF] [STEP...]`: runs every check, or the named ones, and sums up."""

import argparse
import pathlib
import subprocess
import sys
import time

TOOLS = pathlib.Path(__file__).resolve().parent
STEPS = ["format", "layers", "cycles", "tests", "coroutines", "text", "docs", "shell", "tidy"]


def run_step(step, options):
    command = [sys.executable, "-B", str(TOOLS / f"check_{step}.py")]
    if options.fix and step in ("format", "docs"):
        command.append("--fix")
    if options.since and step == "tidy":
        command += ["--since", options.since]
    started = time.monotonic()
    status = subprocess.run(command, stdin=subprocess.DEVNULL).returncode
    print(f"{'ok    ' if status == 0 else 'FAILED'}  {step:<12}{time.monotonic() - started:6.1f} s", flush=True)
    return status == 0


def main():
    parser = argparse.ArgumentParser(prog="./dev check")
    parser.add_argument("--fix", action="store_true", help="format the code, refresh code blocks in documents")
    parser.add_argument("--since", metavar="REF", help="lint only what differs from REF")
    parser.add_argument("steps", metavar="STEP", nargs="*", help=" ".join(STEPS))
    options = parser.parse_args()
    unknown = set(options.steps) - set(STEPS)
    if unknown:
        parser.error(f"no such step: {', '.join(sorted(unknown))}")
    passed = [run_step(step, options) for step in options.steps or STEPS]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
