#!/usr/bin/env python3
"""clang-tidy (with .clang-tidy) over src/ and what it includes: check_tidy.py [--since REF]

A file is not looked at again until it, something of ours that it includes, or .clang-tidy has changed.
"""

import argparse
import re
import subprocess
import sys

import repo

FLAGS = ["-std=c++23", "-Iinclude", "-Isrc", "-DFMT_HEADER_ONLY=1", "-DSPDLOG_FMT_EXTERNAL=1"]


def tidy(job):
    memory, source = job
    if memory.is_clean(source):
        return []
    done = subprocess.run(["clang-tidy-19", "--quiet", "--warnings-as-errors=*", str(source), "--", *FLAGS],
                          cwd=repo.ROOT, capture_output=True, text=True)
    if done.returncode == 0:
        memory.remember(source)
        return []
    return diagnostics(done.stdout.replace(f"{repo.ROOT}/", "")) or [done.stderr.rstrip()]


def diagnostics(output):
    """The output in pieces, one for each warning or error with its notes."""
    return [p.rstrip() for p in re.split(r"^(?=\S+:\d+:\d+: (?:warning|error): )", output, flags=re.MULTILINE) if p.strip()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--since", metavar="REF")
    since = parser.parse_args().since
    sources = repo.files("src", suffixes=(".cpp",))
    if since:
        changed = repo.changed_since(since)
        sources = [s for s in sources if changed & set(repo.closure_of(s))]
    memory = repo.CleanMemory("tidy", repo.read(".clang-tidy"), *FLAGS)
    found = repo.run_parallel(tidy, [(memory, s) for s in sources])
    # A problem in a header shows up once for each file that includes it.
    return repo.report(dict.fromkeys(problem for problems in found for problem in problems))


if __name__ == "__main__":
    sys.exit(main())
