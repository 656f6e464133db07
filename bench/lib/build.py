"""Which compiler built what is measured, and building another preset for measuring."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("floor", "hello", "typed", "load_client")


def build_preset(preset: str) -> Path:
    """Builds what the suites measure into build/bench-PRESET, and returns the folder of the executables.

    Presets that only test compile callers of the library without optimisation: users do not.
    """
    folder = ROOT / "build" / f"bench-{preset}"
    switches = ("-DHYPERLANE_CALLER_FLAGS=", "-DHYPERLANE_BENCH=ON", "-DHYPERLANE_TESTS=OFF")
    _run("cmake", "--preset", preset, "-B", str(folder), *switches)
    _run("cmake", "--build", str(folder), "--target", *PROGRAMS)
    return folder / "bin"


def compiler_of(binaries: Path) -> str:
    """The compilers of a build folder, in their own words: one, or one of the library and another of the programs.

    "unknown compiler" where CMake did not build there.
    """
    try:
        cache = (binaries.parent / "CMakeCache.txt").read_text()
    except OSError:
        return "unknown compiler"
    library, programs = (_version(cache, name) for name in ("CMAKE_CXX_COMPILER", "HYPERLANE_PROGRAM_COMPILER"))
    if programs and programs != library:
        return f"{library} (library) and {programs} (programs)"
    return library or "unknown compiler"


def _version(cache: str, name: str) -> str:
    found = re.search(rf"^{name}:[A-Z]+=(.+)$", cache, re.M)
    if found is None or found[1].endswith("-NOTFOUND"):
        return ""
    said = subprocess.run([found[1], "--version"], capture_output=True, text=True, check=False).stdout
    return said.partition("\n")[0]


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-4000:]}")
