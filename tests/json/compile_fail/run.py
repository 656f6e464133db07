#!/usr/bin/env python3
"""Checks that wrong programs do not compile, and that the compiler says why in the expected words.

usage: run.py COMPILER INCLUDE_DIR

Each *.cpp beside this script starts with a line `// expect: TEXT`. A program passes when the compiler fails and prints
TEXT in a line that reports an error. Exits with 1 if a program does not pass.
"""

import pathlib
import subprocess
import sys


def check(compiler, include_dir, source):
    first_line = source.read_text().splitlines()[0]
    marker = "// expect: "
    if not first_line.startswith(marker):
        return f"the first line must be `{marker}TEXT`"
    expected = first_line[len(marker):]
    command = [compiler, "-std=c++23", "-fsyntax-only", "-I", include_dir, str(source)]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode == 0:
        return "compiles, which it should not"
    errors = [line for line in run.stderr.splitlines() if "error:" in line]
    if not any(expected in line for line in errors):
        return "the errors are others:\n    " + "\n    ".join(errors[:5])
    return None


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sources = sorted(pathlib.Path(__file__).parent.glob("*.cpp"))
    failed = 0
    for source in sources:
        problem = check(sys.argv[1], sys.argv[2], source)
        print(f"{'ok  ' if problem is None else 'FAIL'} {source.name}{'' if problem is None else ': ' + problem}")
        failed += problem is not None
    print(f"{len(sources) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not sources else 0)


if __name__ == "__main__":
    main()
