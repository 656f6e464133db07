#!/usr/bin/env python3
"""Every C++ block in README.md, CONTRIBUTING.md and docs/ is code that is compiled: check_docs.py [--fix]

A block ```cpp is preceded by a comment that says where it comes from, and is identical to it:

    <!-- code: examples/hello.cpp -->            a whole file
    <!-- code: examples/chat.cpp#room -->        what stands between `// [room]` and `// [/room]` in a file,
                                                 shifted left to the margin

Files are in examples/, apps/ or tests/. --fix writes what is in the files into the blocks. Relative links between the
pages are checked as well.
"""

import pathlib
import re
import sys
import textwrap

import repo

BLOCK = re.compile(r"(?P<before>[^\n]*\n)?\n?^(?P<fence>```)cpp[^\n]*\n(?P<body>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
SOURCE = re.compile(r"<!-- code: (?P<file>[^\s#]+)(?:#(?P<region>[\w-]+))? -->")
LINK = re.compile(r"\[[^\]]*\]\((?!\w+:)(?P<target>[^)#\s]+)(?:#[^)]*)?\)")
COMPILED = ("examples/", "apps/", "tests/")


def region_of(text, region):
    """The lines of a region, or None when it is not there exactly once."""
    lines = text.split("\n")
    begin = [i for i, line in enumerate(lines) if line.strip() == f"// [{region}]"]
    end = [i for i, line in enumerate(lines) if line.strip() == f"// [/{region}]"]
    if len(begin) != 1 or len(end) != 1 or end[0] <= begin[0]:
        return None
    return textwrap.dedent("\n".join(lines[begin[0] + 1:end[0]])) + "\n"


def wanted_code(source):
    """(code, problem) for a `<!-- code: -->` comment."""
    file, region = source["file"], source["region"]
    if not file.startswith(COMPILED):
        return None, f"{file} is not in {', '.join(COMPILED)}: it is not compiled"
    if not (repo.ROOT / file).is_file():
        return None, f"{file} does not exist"
    text = repo.read(file)
    if region is None:
        return re.sub(r"^[ \t]*// \[/?[\w-]+\]\n", "", text, flags=re.MULTILINE), None
    code = region_of(text, region)
    return code, None if code is not None else f"{file} has no region [{region}], or more than one"


def check_page(page, text):
    """(text with refreshed blocks, [problems])"""
    problems = []

    def refresh(match):
        line = text.count("\n", 0, match.start("fence")) + 1
        source = SOURCE.fullmatch((match["before"] or "").strip())
        if source is None:
            problems.append(f"{page}:{line}: C++ block without a `<!-- code: FILE -->` comment above it")
            return match[0]
        code, problem = wanted_code(source)
        if problem:
            problems.append(f"{page}:{line}: {problem}")
            return match[0]
        if code != match["body"]:
            problems.append(f"{page}:{line}: differs from {source[0][10:-4]} (./dev check --fix docs copies it)")
        begin, end = match.start("body") - match.start(), match.end("body") - match.start()
        return match[0][:begin] + code + match[0][end:]

    return BLOCK.sub(refresh, text), problems


def link_problems(page, text):
    outside_code = re.sub(r"^```.*?^```", lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.MULTILINE | re.DOTALL)
    for match in LINK.finditer(re.sub(r"`[^`\n]*`", lambda m: " " * len(m[0]), outside_code)):
        if not (repo.ROOT / page.parent / match["target"]).exists():
            yield f"{page}:{text.count(chr(10), 0, match.start()) + 1}: link to {match['target']}, which does not exist"


def main():
    fix = "--fix" in sys.argv[1:]
    problems = []
    pages = [p for p in repo.files(suffixes=(".md",)) if len(p.parts) == 1 or p.parts[0] == "docs"]
    for page in pages:
        text = repo.read(page)
        refreshed, found = check_page(page, text)
        if fix and refreshed != text:
            (repo.ROOT / page).write_text(refreshed, encoding="utf-8")
            _, found = check_page(page, refreshed)
        problems += found + list(link_problems(pathlib.PurePath(page), text))
    return repo.report(problems)


if __name__ == "__main__":
    sys.exit(main())
