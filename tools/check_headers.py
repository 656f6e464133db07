#!/usr/bin/env python3
"""Every header in include/ compiles alone, with g++ and with clang, without warnings."""

import subprocess
import sys

import repo

COMPILERS = ["g++", "clang++-19"]
FLAGS = ["-std=c++23", "-fsyntax-only", "-Iinclude", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror"]


def compile_alone(job):
    compiler, memory, header = job
    if memory.is_clean(header):
        return None
    name = header.relative_to("include")
    # Included rather than compiled itself: `#pragma once` in a main file is a warning.
    source = f"#include <{name}>\n#include <{name}>\n"
    done = subprocess.run([compiler, *FLAGS, "-x", "c++", "-"], cwd=repo.ROOT, input=source, text=True,
                          capture_output=True)
    if done.returncode == 0:
        memory.remember(header)
        return None
    return f"{header}: does not compile alone with {compiler}\n{done.stderr.rstrip()}"


def main():
    headers = repo.files("include", suffixes=(".hpp",))
    memories = {c: repo.CleanMemory("headers", c, *FLAGS) for c in COMPILERS}
    jobs = [(compiler, memories[compiler], header) for header in headers for compiler in COMPILERS]
    return repo.report([p for p in repo.run_parallel(compile_alone, jobs) if p])


if __name__ == "__main__":
    sys.exit(main())
