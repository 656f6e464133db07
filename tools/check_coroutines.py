#!/usr/bin/env python3
"""The rules for coroutines that a compiler does not check.

1. No lambda, braces or structured binding in a co_await expression: g++ 12 destroys such temporaries twice.
2. A coroutine takes its parameters by value, and none that only looks at memory of its caller (reference, pointer to
   char, string_view, span): the caller's memory may be gone when the coroutine goes on. Tests, benchmarks and fuzzers
   are free in this: they outlive what they start.

3. A coroutine that awaits in a condition, `if (!co_await f())`, declares a variable at the top level of its body: without
   one, g++ 12 lays out its frame wrongly and it crashes (GCC bug 106188). `const bool sent = co_await f();` is enough.

A function that returns Task<...> or Detached counts as a coroutine, unless its body is there to see and has no co_await, co_return
or co_yield. Where looking at the caller's memory is the point, say so on the same line or the one above:
    // borrows: why the memory outlives the coroutine
"""

import re
import sys

import repo

BY_VALUE_FOLDERS = ["include", "src", "examples", "apps"]
FOLDERS = [*BY_VALUE_FOLDERS, "tests", "bench", "fuzz"]
CLOSING = {"(": ")", "[": "]", "{": "}"}
BORROWS = re.compile(r"//\s*borrows:\s*\S")


def line_at(code, position):
    return code.count("\n", 0, position) + 1


def matching(code, position):
    """Where the bracket at `position` closes (the end of the text if it does not)."""
    stack = []
    for at in range(position, len(code)):
        c = code[at]
        if c in CLOSING:
            stack.append(CLOSING[c])
        elif stack and c == stack[-1]:
            stack.pop()
            if not stack:
                return at
    return len(code)


def await_operand(code, start):
    """The text that belongs to a co_await: up to the ; or , or unmatched bracket that ends it."""
    at = start
    while at < len(code):
        c = code[at]
        if c in "([":
            at = matching(code, at)
        elif c == "{":
            at = matching(code, at)  # braces of the expression; a block cannot follow without a ; or )
        elif c in ";,)]}":
            break
        at += 1
    return code[start:at]


def await_problems(code):
    for match in re.finditer(r"(?<!operator )\bco_await\b", code):
        operand = await_operand(code, match.end())
        line = line_at(code, match.start())
        statement = code[max(code.rfind(c, 0, match.start()) for c in ";{}") + 1:match.start()]
        # A '[' starts a lambda unless it subscripts something: a name, a call, another subscript.
        if re.search(r"(?:^|[^\w\])\s])\s*\[(?!\[)", operand):
            yield line, "lambda in a co_await expression: give it a name first"
        elif "{" in operand:
            yield line, "braces in a co_await expression: give the object a name first"
        if re.search(r"\bauto\s*(?:const\s*)?&{0,2}\s*\[[^\]]*\]\s*=\s*[^;]*$", statement):
            yield line, "structured binding of a co_await expression: give the result a name first"


def split_parameters(text):
    """Parameters at the top level of a parameter list."""
    depth, start = 0, 0
    for at, c in enumerate(text):
        if c in "(<[{":
            depth += 1
        elif c in ")>]}" and text[at - 1:at + 1] != "->":
            depth -= 1
        elif c == "," and depth == 0:
            yield start, text[start:at]
            start = at + 1
    yield start, text[start:]


def borrowed(parameter):
    """What a parameter borrows, or None."""
    without_default = parameter.split("=")[0]
    outside = re.sub(r"<[^<>]*>", "", re.sub(r"<[^<>]*>", "", without_default))
    if re.search(r"\b(string_view|span)\b", outside):
        return "a view"
    if re.search(r"\bchar\s*\*", outside):
        return "a pointer to characters"
    if "&" in outside and "&&..." not in outside.replace(" ", ""):
        return "a reference"
    return None


FUNCTION = re.compile(
    r"\b(?:Task\s*<[^;(){}]*?>|Detached)\s+(?P<name>[\w:~]+(?:<[\w:, ]*>)?(?:::\w+)*)\s*\(", re.DOTALL)
TRAILING = re.compile(r"\)\s*(?:mutable\s*)?(?:noexcept\s*)?->\s*(?:hyperlane::)?(?:io::)?(?:Task\s*<|Detached\b)")


def is_plain_function(code, close):
    """True when a body follows the parameter list that ends at `close`, and it has no coroutine keyword."""
    after = re.compile(r"[^;{}]*").match(code, close + 1)
    if after.end() >= len(code) or code[after.end()] != "{":
        return False
    body = code[after.end():matching(code, after.end())]
    return not re.search(r"\bco_(await|return|yield)\b", body)


def parameter_lists(code):
    """(position of the opening bracket, position of the closing one) for each function that returns a Task."""
    for match in FUNCTION.finditer(code):
        start = match.end() - 1
        yield start, matching(code, start)
    for match in TRAILING.finditer(code):
        depth = 0
        for at in range(match.start(), -1, -1):
            depth += {")": 1, "(": -1}.get(code[at], 0)
            if depth == 0:
                yield at, match.start()
                break


def parameter_problems(code, lines):
    for start, close in parameter_lists(code):
        if is_plain_function(code, close):
            continue
        for offset, parameter in split_parameters(code[start + 1:close]):
            what = borrowed(parameter)
            lead = len(parameter) - len(parameter.lstrip())
            line = line_at(code, start + 1 + offset + lead)
            excused = any(BORROWS.search(lines[n - 1]) for n in {line, line - 1, line_at(code, start) - 1} if n >= 1)
            if what and not excused:
                yield line, f"coroutine parameter `{' '.join(parameter.split())}` is {what}: take it by value, or say `// borrows: why`"


CONDITION = re.compile(r"\b(if|while|switch|for)\s*(?:constexpr\s*)?\(")
# A statement at the top level of a body that declares something: a type, a name, and what begins its initialiser.
DECLARATION = re.compile(r"(?!(?:co_\w+|return|else|delete|throw|using|goto|case|new)\b)(?:(?:const|constexpr|static)\s+)*[\w:]+(?:\s*<[^;=]*>)?(?:::\w+)*[\s&*]+(?:const\s+)?(?:\w+|\[[\w\s,]+\])\s*(?:[={(;,]|$)")


def top_level_statements(body):
    """The statements of a body, each up to its first bracket: enough to see what a declaration begins with."""
    at = start = 0
    while at < len(body):
        c = body[at]
        if c in "([{":
            close = matching(body, at)
            if c == "{":
                yield body[start:at + 1].strip()
                start = close + 1
            at = close
        elif c == ";":
            yield body[start:at + 1].strip()
            start = at + 1
        at += 1


def bodies(code):
    for _, close in parameter_lists(code):
        after = re.compile(r"[^;{}]*").match(code, close + 1)
        if after.end() < len(code) and code[after.end()] == "{" and not is_plain_function(code, close):
            yield after.end() + 1, code[after.end() + 1:matching(code, after.end())]


def frame_problems(code):
    for start, body in bodies(code):
        if any(DECLARATION.match(statement) for statement in top_level_statements(body)):
            continue
        for match in CONDITION.finditer(body):
            condition = body[match.end():matching(body, match.end() - 1)]
            declares = match[1] != "for" and re.match(r"\s*(?:const\s+)?auto\b", condition)
            if not declares and re.search(r"\bco_await\b", condition):
                yield line_at(code, start + match.start()), (
                    "co_await in a condition of a coroutine that declares no variable at its top level: "
                    "g++ 12 miscompiles that; name the result first")


def problems_in(text, by_value=True):
    """[(line, problem)] of one file's text."""
    code = repo.strip_code(text)
    return sorted([*await_problems(code), *frame_problems(code), *(parameter_problems(code, text.split("\n")) if by_value else [])])


def main():
    problems = []
    for path in repo.files(*FOLDERS, suffixes=repo.CPP_SUFFIXES):
        found = problems_in(repo.read(path), path.parts[0] in BY_VALUE_FOLDERS)
        problems += [f"{path}:{line}: {problem}" for line, problem in found]
    return repo.report(problems)


if __name__ == "__main__":
    sys.exit(main())
