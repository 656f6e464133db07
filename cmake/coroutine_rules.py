#!/usr/bin/env python3
"""coroutine_rules.py FILE...: finds coroutines that a compiler takes and that still go wrong.

Two families of rules:

  --miscompiled  What g++ 12 accepts and compiles wrongly: a temporary in a statement that awaits is destroyed twice when it is
                 an aggregate (a lambda with captures is one) or a branch of a conditional, and the frame of a coroutine that
                 awaits in a condition and has no variable is laid out wrongly. Newer compilers are right.
  --lifetime     What is wrong with every compiler: a coroutine that looks at memory of a caller who may be gone when it goes
                 on, by a parameter or by what a lambda captures. Where that is the point, say so there or on the line above:
                     // borrows: why the memory outlives the coroutine

Without either: both. Headers of the project that the files include are read too (--include, --within). Prints
`file:line: error: what is wrong; what to write`. The package of the library brings this file: it needs Python 3 and nothing else.
"""

import argparse
import pathlib
import re
import sys

CLOSING = {"(": ")", "[": "]", "{": "}"}
OPENING = {close: opened for opened, close in CLOSING.items()}
BORROWS = re.compile(r"//\s*borrows:\s*\S")


# Text of C++

def strip_code(text):
    """C++ text of the same shape with comments, strings, characters and directives blanked out."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"([^()\\ ]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"'
        r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'|^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.DOTALL | re.MULTILINE)

    def blank(match):
        word = match[0]
        if word.startswith("/") or word.lstrip().startswith("#"):
            return re.sub(r"[^\n]", " ", word)
        return word[0] + re.sub(r"[^\n]", "_", word[1:-1]) + word[-1]

    return pattern.sub(blank, text)


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


def opening_of(code, position, start=0):
    """Where the bracket that closes at `position` opens, or -1."""
    depth = 0
    for at in range(position, start - 1, -1):
        if code[at] in OPENING:
            depth += 1
        elif code[at] in CLOSING:
            depth -= 1
            if depth == 0:
                return at
    return -1


def split_arguments(text):
    """[(offset, argument)] at the top level of an argument or parameter list."""
    found, depth, angles, start = [], 0, 0, 0
    for at, c in enumerate(text):
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c == "<" and re.search(r"[\w:]$", text[:at]):
            angles += 1
        elif c == ">" and text[at - 1:at] != "-" and angles > 0:
            angles -= 1
        elif c == "," and depth == 0 and angles == 0:
            found.append((start, text[start:at]))
            start = at + 1
    return [*found, (start, text[start:])] if text.strip() else []


# Statements

SPECIFIERS = re.compile(r"\b(?:mutable|noexcept|constexpr|static|const|override|final)\s*$")
TRAILING_TYPE = re.compile(r"->\s*[\w:<>,\s*&()]+$")


def lambda_introducer(code, start, brace):
    """The position of the `[` of the lambda whose body begins at `brace`, or -1."""
    head = code[start:brace].rstrip()
    trailing = TRAILING_TYPE.search(head)
    if trailing:
        head = head[:trailing.start()].rstrip()
    while found := SPECIFIERS.search(head):
        head = head[:found.start()].rstrip()
    if head.endswith(")"):
        opened = opening_of(head, len(head) - 1)
        if opened < 0:
            return -1
        head = re.sub(r"<[^<>]*>\s*$", "", head[:opened].rstrip()).rstrip()
    if not head.endswith("]"):
        return -1
    opened = opening_of(head, len(head) - 1)
    before = head[:opened].rstrip()
    # After a name, a call or a subscript it would be a subscript.
    if opened < 0 or (re.search(r"[\w)\]]$", before) and not re.search(r"\b(return|co_return|co_await|co_yield)$", before)):
        return -1
    return start + opened


def begins_block(code, start, brace):
    """Is the `{` at `brace`, in the statement from `start` on, a block rather than an initialiser?"""
    head = code[start:brace].strip()
    if not head or head.endswith((")", ":", ";", "else", "do", "try", "mutable", "noexcept", "const", "override", "final")):
        return True
    if re.match(r"(?:template\s*<[^{}]*>\s*)?(?:inline\s+)?(?:namespace|struct|class|union|enum|concept|extern)\b", head):
        return not re.search(r"[=(,]\s*$", head)
    return bool(TRAILING_TYPE.search(head)) and head.rfind("->") > head.rfind("=")


class Statement:
    """A statement, or the head of one that has a block. Bodies of lambdas in it are blanked out."""

    def __init__(self, code, start, end, blanks):
        text = list(code[start:end])
        for first, last in blanks:
            text[first - start:last - start] = re.sub(r"[^\n]", " ", code[first:last])
        self.text, self.start = "".join(text), start

    def awaits(self):
        return re.search(r"(?<!operator )\bco_(?:await|yield)\b", self.text)


def statements_of(code, at, end, found):
    """Appends all statements between two positions to `found`, those of nested blocks and lambdas included."""
    start, depth, blanks = at, 0, []
    while at < end:
        c = code[at]
        if c in "([":
            depth += 1
        elif c in ")]":
            depth -= 1
        elif c == "{":
            close = min(matching(code, at), end)
            is_lambda = lambda_introducer(code, start, at) >= 0
            if is_lambda or (depth == 0 and begins_block(code, start, at)):
                statements_of(code, at + 1, close, found)
                if is_lambda:
                    blanks.append((at + 1, close))
                else:
                    found.append(Statement(code, start, at, blanks))
                    start, blanks = close + 1, []
                at = close
            else:
                depth += 1
        elif c == "}":
            depth -= 1
        elif c == ";" and depth <= 0:
            found.append(Statement(code, start, at + 1, blanks))
            start, depth, blanks = at + 1, 0, []
        at += 1
    found.append(Statement(code, start, end, blanks))
    return found


# What g++ 12 compiles wrongly

ELSEWHERE = "or compile with clang or g++ 13"


def lambdas_in(text):
    """(position, [captures]) of the lambdas in a statement."""
    for match in re.finditer(r"\[", text):
        before = text[:match.start()].rstrip()
        is_subscript = re.search(r"[\w)\]]$", before) and not re.search(r"\b(return|co_return|co_await|co_yield)$", before)
        close = matching(text, match.start())
        is_binding = re.search(r"\bauto\s*&{0,2}$", before)
        if not is_subscript and not is_binding and text[match.start():match.start() + 2] != "[[" and re.match(
                r"\s*[<({]|\s*mutable", text[close + 1:]):
            yield match.start(), [capture.strip() for _, capture in split_arguments(text[match.start() + 1:close])]


def is_held(capture):
    """Does a closure hold it, rather than refer to it?"""
    return capture != "this" and not re.match(r"&", capture)


def capture_problems(text):
    for at, captures in lambdas_in(text):
        if any(map(is_held, captures)):
            yield at, ("g++ 12 destroys the captures of a lambda twice when the statement awaits; give the lambda a name in a statement "
                       f"of its own, `const auto work = [x] …;`, {ELSEWHERE}")


def brace_problems(text):
    for match in re.finditer(r"\{", text):
        before = text[:match.start()].rstrip()
        # The body of a lambda, blanked out, is not an initialiser.
        if lambda_introducer(text, 0, match.start()) >= 0:
            continue
        if re.search(r"\bstd::(?:string|string_view)$", before):
            continue
        yield match.start(), ("g++ 12 destroys an object made in braces twice when the statement awaits; name the object, or what is awaited, "
                              f"in a statement of its own, {ELSEWHERE}")


def is_simple(branch):
    """A branch that makes no temporary: names, numbers, members."""
    return re.fullmatch(r"[\s\w.:*&!']*", branch.strip()) and "co_await" not in branch


def conditional_problems(text):
    for match in re.finditer(r"\?", text):
        # To the end of the argument or statement that the conditional is in.
        depth, colon, at = 0, None, match.end()
        while at < len(text):
            c = text[at]
            if c in CLOSING:
                at = matching(text, at)
            elif c in ")]},;":
                break
            elif c == ":" and text[at + 1:at + 2] != ":" and text[at - 1:at] != ":" and colon is None:
                colon = at
            at += 1
        if colon is None or not (is_simple(text[match.end():colon]) and is_simple(text[colon + 1:at])):
            yield match.start(), ("g++ 12 destroys a branch of `?:` twice when the statement awaits; name the result in a statement of its own, "
                                  f"or use if and else, {ELSEWHERE}")


def keyword_problems(text):
    for match in re.finditer(r"\b(new|throw)\b[^;]*\bco_await\b", text):
        yield match.start(), f"g++ 12 miscompiles an await in what `{match[1]}` makes; name the result first, {ELSEWHERE}"


def call_problems(text, aggregates, defaults):
    for match in re.finditer(r"\b(\w+)\s*\(", text):
        name, close = match[1], matching(text, match.end() - 1)
        arguments = len(split_arguments(text[match.end():close]))
        if name in aggregates and arguments > 0:
            yield match.start(), (f"g++ 12 destroys a `{name}` twice when it is made in a statement that awaits; name the object first, {ELSEWHERE}")
        if name in defaults and arguments < defaults[name]:
            yield match.start(), (f"g++ 12 destroys the default argument of `{name}` twice, an object made in braces, when the statement awaits; "
                                  f"name what `{name}` returns or give the argument by name, {ELSEWHERE}")


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


FUNCTION = re.compile(
    r"\b(?:Task\s*<[^;(){}]*?>|Detached)\s+(?P<name>[\w:~]+(?:<[\w:, ]*>)?(?:::\w+)*)\s*\(", re.DOTALL)
TRAILING = re.compile(r"\)\s*(?:mutable\s*)?(?:noexcept\s*)?->\s*(?:hyperlane::)?(?:io::)?(?:Task\s*<|Detached\b)")


def parameter_lists(code):
    """(position of the opening bracket, position of the closing one) for each function that returns a Task."""
    for match in FUNCTION.finditer(code):
        start = match.end() - 1
        yield start, matching(code, start)
    for match in TRAILING.finditer(code):
        opened = opening_of(code, match.start())
        if opened >= 0:
            yield opened, match.start()


def body_of(code, close):
    """(begin, end) of the body that follows the parameter list ending at `close`, or None."""
    after = re.compile(r"[^;{}]*").match(code, close + 1)
    if after.end() < len(code) and code[after.end()] == "{":
        return after.end() + 1, matching(code, after.end())
    return None


def is_plain_function(code, close):
    """True when there is a body, and it has no coroutine keyword."""
    body = body_of(code, close)
    return body is not None and not re.search(r"\bco_(await|return|yield)\b", code[slice(*body)])


def frame_problems(code):
    for _, close in parameter_lists(code):
        where = body_of(code, close)
        if where is None:
            continue
        start, body = where[0], code[slice(*where)]
        if any(DECLARATION.match(statement) for statement in top_level_statements(body)):
            continue
        for match in CONDITION.finditer(body):
            condition = body[match.end():matching(body, match.end() - 1)]
            declares = match[1] != "for" and re.match(r"\s*(?:const\s+)?auto\b", condition)
            if not declares and re.search(r"\bco_await\b", condition):
                yield start + match.start(), (
                    "g++ 12 lays the frame of a coroutine out wrongly that awaits in a condition and declares no variable at the top level "
                    f"of its body (bug 106188); name the result, `const auto sent = co_await …;`, {ELSEWHERE}")


# Types that have constructors or nothing to destroy: made in braces they are no aggregates.
HARMLESS_DEFAULT = re.compile(
    r"\b(?:std::)?(?:string|string_view|vector|optional|span|map|chrono::\w+|size_t|u?int\d+_t|initializer_list|shared_ptr|unique_ptr|function)\b"
    r"|\b(?:int|bool|char|double|float|long|unsigned|Duration|TimePoint)\b|[*&]\s*\w*\s*$")


def braced_defaults(code):
    """{name: how many arguments leave no braced default out} of the functions that a text declares."""
    found = {}
    for match in re.finditer(r"\b([A-Za-z_]\w*)\s*\(", code):
        close = matching(code, match.end() - 1)
        parameters = [p for _, p in split_arguments(code[match.end():close])]
        for index, parameter in enumerate(parameters):
            kind, equals, default = parameter.partition("=")
            # `const T&` as well: the temporary is made by the caller.
            type_and_name = re.sub(r"&", "", kind) if re.match(r"\s*const\b", kind) else kind
            is_braced = re.fullmatch(r"\s*[\w:<>, ]*\{.*\}\s*", default, re.DOTALL)
            if equals and re.match(r"\s*[\w:<>, &*]+\s+[&*]?\w*\s*$", kind) and is_braced and not HARMLESS_DEFAULT.search(type_and_name):
                found[match[1]] = max(found.get(match[1], 0), index + 1)
    return found


def aggregates_in(code):
    """Names of the structs in a text that have no constructor and hold what has to be destroyed (or might)."""
    found = set()
    for match in re.finditer(r"\bstruct\s+(\w+)\s*(?:final\s*)?\{", code):
        body = code[match.end():matching(code, match.end() - 1)]
        if not re.search(rf"(?:^|[;{{}}\s]){match[1]}\s*\(", body):
            found.add(match[1])
    return found


def miscompiled_problems(code, aggregates, defaults):
    for statement in statements_of(code, 0, len(code), []):
        if statement.awaits():
            text = statement.text
            for at, problem in [*capture_problems(text), *brace_problems(text), *conditional_problems(text), *keyword_problems(text),
                                *call_problems(text, aggregates, defaults)]:
                yield statement.start + at, problem
    yield from frame_problems(code)


# What is wrong with every compiler

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


def parameter_problems(code):
    for start, close in parameter_lists(code):
        if is_plain_function(code, close):
            continue
        for offset, parameter in split_arguments(code[start + 1:close]):
            if what := borrowed(parameter):
                lead = len(parameter) - len(parameter.lstrip())
                yield start + 1 + offset + lead, (f"coroutine parameter `{' '.join(parameter.split())}` is {what}, which may be gone when the coroutine "
                                                  "goes on; take it by value, or say `// borrows: why`")


KEPT = re.compile(r"(?<![\w.>])(get|post|put|patch|del|head|options|any|all|use|spawn|request_middleware|response_middleware|method|route)\s*\(")


def kept_lambda_problems(code):
    """Lambdas that are coroutines, refer to locals, and are handed to what keeps them: a route, middleware, spawn()."""
    for match in TRAILING.finditer(code):
        opened = opening_of(code, match.start())
        close = code.rfind("]", 0, max(opened, 0))
        if opened < 0 or close < 0 or not re.fullmatch(r"\s*(?:<[^<>]*>)?\s*", code[close + 1:opened]):
            continue
        begin = opening_of(code, close)
        captures = [capture.strip() for _, capture in split_arguments(code[begin + 1:close])]
        referring = [capture for capture in captures if capture.startswith("&")]
        holder = re.search(r"(\.|->|\b)(\w+)\s*\(\s*$", code[:begin])
        # A Scope is awaited, or ends its tasks, where it was made.
        if referring and holder and KEPT.match(holder[2] + "(") and not (holder[2] == "spawn" and holder[1]):
            yield begin, (f"the coroutine keeps `[{', '.join(captures)}]` for as long as {holder[2]}() keeps it, and what that refers to may be gone; "
                          "capture by value, use server.data(), or say `// borrows: why`")


def lifetime_problems(code):
    yield from parameter_problems(code)
    yield from kept_lambda_problems(code)


# Files

def problems_in(text, miscompiled=True, lifetime=True, aggregates=frozenset(), defaults=None):
    """[(line, problem)] of one file's text; aggregates and defaults are those of other files that it includes."""
    code, lines = strip_code(text), text.split("\n")
    found = set()
    if miscompiled:
        known = {**(defaults or {}), **braced_defaults(code)}
        found |= {(line_at(code, at), problem) for at, problem in miscompiled_problems(code, aggregates | aggregates_in(code), known)}
    if lifetime:
        for at, problem in lifetime_problems(code):
            line = line_at(code, at)
            if not any(BORROWS.search(lines[n - 1]) for n in (line, line - 1) if n >= 1):
                found.add((line, problem))
    return sorted(found)


INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def project_files(files, folders, within):
    """The files and the project's own headers that they include, each with its text."""
    texts, todo = {}, [pathlib.Path(f).resolve() for f in files]
    while todo:
        path = todo.pop()
        if path in texts or not path.is_file():
            continue
        texts[path] = path.read_text(encoding="utf-8", errors="replace")
        for name in INCLUDE.findall(texts[path]):
            for folder in (path.parent, *folders):
                target = (folder / name).resolve()
                if target.is_file() and any(target.is_relative_to(w) for w in within):
                    todo.append(target)
                    break
    return texts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--miscompiled", action="store_true", help="only what g++ 12 compiles wrongly")
    parser.add_argument("--lifetime", action="store_true", help="only what is wrong with every compiler")
    parser.add_argument("--include", action="append", default=[], type=pathlib.Path, metavar="DIR", help="where headers are looked for")
    parser.add_argument("--within", action="append", default=[], type=pathlib.Path, metavar="DIR", help="what is the project's, and is read too")
    parser.add_argument("--stamp", type=pathlib.Path, help="touched when nothing is wrong")
    parser.add_argument("--depfile", type=pathlib.Path, help="for make and ninja: what was read")
    parser.add_argument("files", nargs="*", metavar="FILE")
    options = parser.parse_args()
    both = options.miscompiled == options.lifetime
    texts = project_files(options.files, options.include, [w.resolve() for w in options.within])
    codes = {path: strip_code(text) for path, text in texts.items()}
    aggregates, defaults = set(), {}
    for code in codes.values():
        aggregates |= aggregates_in(code)
        defaults |= braced_defaults(code)
    problems = [f"{path}:{line}: error: {problem}" for path, text in sorted(texts.items())
                for line, problem in problems_in(text, both or options.miscompiled, both or options.lifetime, aggregates, defaults)]
    print("\n".join(problems), end="\n" if problems else "")
    if options.depfile and options.stamp:
        names = " ".join(re.sub(r"([ #])", r"\\\1", str(path)) for path in sorted(texts))
        options.depfile.write_text(f"{options.stamp}: {names}\n")
    if options.stamp and not problems:
        options.stamp.touch()
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
