#!/usr/bin/env python3
"""shellcheck over every shell script."""

import subprocess
import sys

import repo


def is_shell(path):
    if path.suffix == ".sh":
        return True
    with open(repo.ROOT / path, "rb") as file:
        first = file.readline(80)
    return first.startswith(b"#!") and first.rstrip().endswith(b"sh")


def main():
    scripts = [str(p) for p in repo.files() if p.suffix in ("", ".sh") and is_shell(p)]
    return subprocess.run(["shellcheck", "--external-sources", *scripts], cwd=repo.ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
