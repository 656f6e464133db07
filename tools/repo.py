"""What the check scripts share: the files of the repository, a parallel map, and a memory of what was clean before."""

import concurrent.futures
import hashlib
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
CPP_SUFFIXES = (".cpp", ".hpp")


def files(*folders, suffixes=None):
    """The repository's files (tracked, or new and not ignored), as sorted paths relative to ROOT."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *folders]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = sorted({pathlib.Path(name) for name in listed.split("\0") if name})
    return [p for p in paths if (suffixes is None or p.suffix in suffixes) and (ROOT / p).is_file()]


def changed_since(reference):
    """Paths that differ from the point where the work left `reference`, new files included."""
    base = subprocess.run(["git", "merge-base", reference, "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True)
    diff = subprocess.run(["git", "diff", "--name-only", "-z", base.stdout.strip()],
                          cwd=ROOT, check=True, capture_output=True, text=True).stdout
    new = subprocess.run(["git", "ls-files", "-z", "--others", "--exclude-standard"],
                         cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {pathlib.Path(name) for name in (diff + new).split("\0") if name}


def read(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def run_parallel(function, items):
    """function(item) for each item on all cores; the results in order."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(function, items))


_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes_of(path, text=None):
    """[(line number, spelled name, file in this repository or None)] of a C++ file."""
    text = read(path) if text is None else text
    found = []
    for match in _INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        name = match[2]
        candidates = [pathlib.Path("include") / name, pathlib.Path("src") / name]
        if match[1] == '"':
            candidates.insert(0, pathlib.Path(os.path.normpath(pathlib.Path(path).parent / name)))
        target = next((c for c in candidates if (ROOT / c).is_file()), None)
        found.append((line, name, target))
    return found


def closure_of(path):
    """The file and everything of ours that it includes, directly or not."""
    seen, todo = set(), [pathlib.Path(path)]
    while todo:
        current = todo.pop()
        if current not in seen:
            seen.add(current)
            todo += [target for _, _, target in includes_of(current) if target is not None]
    return sorted(seen)


class CleanMemory:
    """Remembers, in build/check/, for which contents of a file and its includes a slow check found nothing."""

    def __init__(self, name, *settings):
        self._folder = ROOT / "build" / "check" / name
        self._folder.mkdir(parents=True, exist_ok=True)
        self._settings = "\0".join(settings)

    def _stamp(self, path):
        digest = hashlib.sha256(self._settings.encode())
        for part in closure_of(path):
            digest.update(str(part).encode() + b"\0" + (ROOT / part).read_bytes())
        return self._folder / digest.hexdigest()

    def is_clean(self, path):
        return self._stamp(path).exists()

    def remember(self, path):
        self._stamp(path).touch()


def strip_code(text):
    """C++ text of the same shape with comments, strings and characters blanked out, so that words can be looked for."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"([^()\\ ]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"'
        r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'", re.DOTALL)

    def blank(match):
        word = match[0]
        if word.startswith("/"):
            return re.sub(r"[^\n]", " ", word)
        return word[0] + re.sub(r"[^\n]", "_", word[1:-1]) + word[-1]

    return pattern.sub(blank, text)


def report(problems):
    """Prints the problems; the exit status for them."""
    for problem in problems:
        print(problem)
    return 1 if problems else 0
