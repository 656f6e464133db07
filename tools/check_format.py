#!/usr/bin/env python3
"""clang-format over every C++ file: check_format.py [--fix]"""

import subprocess
import sys

import repo


def main():
    mode = ["-i"] if "--fix" in sys.argv[1:] else ["--dry-run", "-Werror"]
    sources = [str(p) for p in repo.files(suffixes=repo.CPP_SUFFIXES)]

    def check(path):
        done = subprocess.run(["clang-format-19", *mode, path], cwd=repo.ROOT, capture_output=True, text=True)
        return None if done.returncode == 0 else f"{path}: not formatted (./dev check --fix format)\n{first_lines(done.stderr)}"

    def first_lines(text):
        return "\n".join(text.splitlines()[:6])

    return repo.report([p for p in repo.run_parallel(check, sources) if p])


if __name__ == "__main__":
    sys.exit(main())
