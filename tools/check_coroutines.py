#!/usr/bin/env python3
"""The rules for coroutines that a compiler does not check, over our own code.

What the rules are, and how they are found, is in cmake/coroutine_rules.py, which programs that use the library are checked
with too. Here they hold for everything that is compiled with g++ 12 as well; tests, benchmarks and fuzzers, which outlive what
they start, may borrow. tests/coroutines has what g++ 12 gets wrong on purpose.

One rule is for our headers alone: nothing that a statement with an await may call has a default argument that is made in braces
and has to be destroyed, since g++ 12 would destroy it twice. Two overloads do the same.
"""

import pathlib
import re
import sys

import repo

sys.path.insert(0, str(repo.ROOT / "cmake"))
import coroutine_rules as rules  # noqa: E402

BY_VALUE_FOLDERS = ["include", "src", "examples", "apps"]
FOLDERS = [*BY_VALUE_FOLDERS, "tests", "bench", "fuzz"]
# Peers are compiled by whatever their own build says; the others are there to be wrong.
EXEMPT = [pathlib.Path("tests/coroutines"), pathlib.Path("tests/package/refused"), pathlib.Path("bench/peers")]

# Made while a server is put together or in a test, where nothing awaits.
BEFORE_ANYTHING_AWAITS = {"Middleware", "Route", "TestClient", "TestWebSocket", "StaticFiles", "ThreadPool", "EventStream"}
HELD_MEMBER = re.compile(
    r"\b(?:std::)?(?:string|vector|map|set|function|shared_ptr|unique_ptr|deque|list|any|exception_ptr)\b|\b(?:Shared|Small)?Function\s*<|\bCookie\b|\bValue\b")


def structs_to_destroy(codes):
    """Names of the structs that hold something with a destructor, directly or in a member that is such a struct."""
    bodies = {}
    for code in codes:
        for match in re.finditer(r"\bstruct\s+(\w+)\s*(?:final\s*)?\{", code):
            bodies[match[1]] = code[match.end():rules.matching(code, match.end() - 1)]
    held = {name for name, body in bodies.items() if HELD_MEMBER.search(body)}
    while more := {name for name, body in bodies.items()
                   if name not in held and re.search(rf"\b(?:{'|'.join(map(re.escape, held)) or '-'})\s+\w+\s*[;={{]", body)}:
        held |= more
    return held


def default_problems(code, held):
    """(position, problem) of each function with a default argument that g++ 12 would destroy twice in a statement that awaits."""
    for match in re.finditer(r"([\w:>&*]+)\s+(?:\w+::)*(\w+)\s*\(|\b(?:explicit\s+)?(\w+)\s*\(", code):
        returned, name = match[1] or "", match[2] or match[3]
        if returned.rpartition("::")[2] in BEFORE_ANYTHING_AWAITS or name in BEFORE_ANYTHING_AWAITS:
            continue
        parameters = code[match.end():rules.matching(code, match.end() - 1)]
        for offset, parameter in rules.split_arguments(parameters):
            kind, equals, default = parameter.partition("=")
            of_type = {word for word in re.findall(r"\w+", kind)} & held
            if equals and of_type and re.fullmatch(r"\s*[\w:<>]*\s*(?:\{.*\}|\(\s*\))\s*", default, re.DOTALL):
                lead = len(parameter) - len(parameter.lstrip())
                yield match.end() + offset + lead, (f"the default argument `{' '.join(parameter.split())}` of `{name}` has a destructor, which g++ 12 runs "
                                                    "twice in a statement that awaits; write a second overload")


def problems_in_headers(texts):
    """[(path, line, problem)] of {path: text}."""
    codes = {path: rules.strip_code(text) for path, text in texts.items()}
    held = structs_to_destroy(codes.values())
    return [(path, rules.line_at(code, at), problem) for path, code in codes.items() for at, problem in sorted(set(default_problems(code, held)))]


def main():
    texts = {path: repo.read(path) for path in repo.files(*FOLDERS, suffixes=repo.CPP_SUFFIXES)
             if not any(path.is_relative_to(folder) for folder in EXEMPT)}
    problems = [(path, line, problem) for path, text in texts.items()
                for line, problem in rules.problems_in(text, lifetime=path.parts[0] in BY_VALUE_FOLDERS)]
    problems += problems_in_headers({path: text for path, text in texts.items() if path.parts[0] == "include"})
    return repo.report([f"{path}:{line}: {problem}" for path, line, problem in problems])


if __name__ == "__main__":
    sys.exit(main())
