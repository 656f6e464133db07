#!/usr/bin/env python3
"""compile_fail.py COMPILER FILE: passes when FILE does not compile, for the reasons that it names.

Each `// error: TEXT` in FILE has to appear in what the compiler prints, so that misuse is answered with a message that
says what to do, and not just with any error. `// one error: TEXT` says that nothing else is wrong: the message is not lost
among what follows from it.
"""

import re
import subprocess
import sys


def main():
    compiler, file = sys.argv[1:]
    with open(file, encoding="utf-8") as source:
        written = source.read()
    wanted = re.findall(r"// (?:one )?error: (.*\S)", written)
    if not wanted:
        sys.exit(f"{file} has no line `// error: TEXT`")
    done = subprocess.run([compiler, "-std=c++23", "-fsyntax-only", "-Iinclude", "-fdiagnostics-color=never", file],
                          capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
    if done.returncode == 0:
        sys.exit(f"{file} compiles")
    if "// one error: " in written and len(re.findall(r" error: ", done.stderr)) != 1:
        sys.exit(f"{file}: the compiler says more than one thing:\n{done.stderr}")
    for text in wanted:
        if text not in done.stderr:
            sys.exit(f"{file}: the compiler does not say `{text}`, but:\n{done.stderr}")


if __name__ == "__main__":
    main()
