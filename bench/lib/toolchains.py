"""Builds a peer below build/peers with the tools that are there, and says what came out: command, version, weight."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from lib.peers import KIB, Peer
from lib.workspace import BODY, ROOT

BUILD = ROOT / "build/peers"
# What any C or C++ program links, so that it says nothing about a server.
BASE_LIBRARIES = re.compile(r"^(linux-vdso|ld-linux\S*|libc|libm|libpthread|libdl|librt|libgcc_s|libstdc\+\+)\.so")


class CannotBuild(RuntimeError):
    """The reason is listed beside the figures of the others."""


@dataclass(frozen=True)
class Built:
    command: tuple[str, ...]  # with {port} and {folder}
    folder: Path
    version: str
    dependencies: int
    weigh: tuple[Path, ...]  # what is deployed
    environment: dict[str, str] = field(default_factory=dict)
    templates: tuple[Path, ...] = ()  # files in which {port} and {folder} are filled in at each start

    def size(self) -> int:
        files = [each for path in self.weigh for each in (path.rglob("*") if path.is_dir() else [path])]
        return sum(each.stat().st_size for each in files if each.is_file() and not each.is_symlink())


def build(peer: Peer, binaries: Path, jobs: int) -> Built:
    """errors  CannotBuild"""
    makers = {"cmake": _cmake, "cargo": _cargo, "go": _go, "npm": _npm, "maven": _maven, "gcc": _gcc, "debian": _debian}
    folder = BUILD / peer.name
    folder.mkdir(parents=True, exist_ok=True)
    return makers[peer.toolchain](Job(peer, folder, binaries, jobs))


@dataclass(frozen=True)
class Job:
    peer: Peer
    folder: Path
    binaries: Path
    jobs: int

    def run(self, *command: str, environment: dict[str, str] | None = None, cwd: Path | None = None) -> str:
        """Its standard output; everything goes to build.log as well."""
        done = subprocess.run(
            ["nice", "-n", "10", *command],
            cwd=cwd or self.peer.folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            check=False,
        )
        with (self.folder / "build.log").open("a") as log:
            log.write(f"$ {' '.join(command)}\n{done.stdout}{done.stderr}")
        if done.returncode != 0:
            raise CannotBuild(f"{command[0]} failed: {failure_line(done.stderr or done.stdout)}")
        return done.stdout

    def need(self, *tools: str) -> None:
        for tool in tools:
            if shutil.which(tool) is None:
                raise CannotBuild(f"{tool} is not installed")

    def need_packages(self) -> None:
        for package in self.peer.details.get("packages", []):
            if not package_version(package):
                raise CannotBuild(f"the Debian package {package} is not installed")


def failure_line(output: str) -> str:
    """The last line that names an error, or else the last one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if re.search(r"\berror\b", line, re.I)]
    return (errors or lines or ["no output"])[-1][:200]


def package_version(package: str) -> str:
    command = ["dpkg-query", "-W", "-f=${db:Status-Status} ${Version}", package]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return found.removeprefix("installed ") if found.startswith("installed ") else ""


def first_line(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).partition("\n")[0].strip()


def shared_libraries(program: Path) -> int:
    text = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=False).stdout
    names = [line.split()[0].rpartition("/")[2] for line in text.splitlines() if line.strip()]
    return sum(BASE_LIBRARIES.match(name) is None for name in names if ".so" in name)


def _cmake(job: Job) -> Built:
    program = job.binaries / job.peer.details["program"]
    if not program.exists():
        raise CannotBuild(f"{program} is not there; build it with: ./dev build release")
    command = (str(program), "--host", "127.0.0.1", "--port", "{port}", "--workers", "1")
    version = first_line("git", "-C", str(ROOT), "describe", "--always", "--dirty") or "unknown"
    dependencies = shared_libraries(program) + job.peer.details.get("headers", 0)
    return Built(command, job.folder, version, dependencies, (program,))


def _cargo(job: Job) -> Built:
    job.need("cargo")
    # One folder for all of them: what they have in common is compiled once.
    target = BUILD / "cargo"
    job.run("cargo", "build", "--release", "--locked", f"-j{job.jobs}", environment={"CARGO_TARGET_DIR": str(target)})
    tree = job.run("cargo", "tree", "--locked", "--edges", "normal,build", "--prefix", "none", "--no-dedupe")
    packages = {" ".join(line.split()[:2]) for line in tree.splitlines() if line.strip()}
    version = cargo_version((job.peer.folder / "Cargo.lock").read_text(), job.peer.package)
    program = target / "release" / job.peer.name
    version = version or first_line("rustc", "--version")
    return Built((str(program), "{port}"), job.folder, version, len(packages) - 1, (program,))


def cargo_version(lock: str, package: str) -> str:
    """Of a package that has a source: the program itself may have the same name."""
    found = re.search(rf'^name = "{re.escape(package)}"\nversion = "([^"]+)"\nsource', lock, re.M)
    return found[1] if found else ""


def _go(job: Job) -> Built:
    job.need("go")
    program = job.folder / job.peer.name
    job.run("go", "build", f"-p={job.jobs}", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", str(program), ".")
    listed = job.run("go", "version", "-m", str(program))
    modules = dict(re.findall(r"^\tdep\t(\S+)\t(\S+)", listed, re.M))
    version = modules.get(job.peer.package, "") or listed.partition("\n")[0].split()[-1]
    environment = {"GOMAXPROCS": "1"}
    return Built((str(program), "{port}"), job.folder, version, len(modules), (program,), environment)


def _npm(job: Job) -> Built:
    job.need("node", "npm")
    files = [path for path in job.peer.folder.iterdir() if path.suffix in (".js", ".json") and path.name != "peer.json"]
    for path in files:
        shutil.copy(path, job.folder)
    packages: dict[str, dict[str, str]] = {}
    modules = job.folder / "node_modules"
    if (job.folder / "package-lock.json").exists():
        options = ("--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund")
        job.run("npm", "ci", *options, cwd=job.folder)
        packages = json.loads((modules / ".package-lock.json").read_text())["packages"]
    installed = packages.get(f"node_modules/{job.peer.package}", {})
    runtime = str(job.folder / job.peer.details["runtime"]) if "runtime" in job.peer.details else "node"
    version = installed.get("version", "") or first_line("node", "--version")
    weigh = (*(job.folder / path.name for path in files), modules)
    command = (runtime, str(job.folder / "server.js"), "{port}")
    return Built(command, job.folder, version, len(packages), weigh, {"NODE_ENV": "production"})


def _maven(job: Job) -> Built:
    job.need("java", "javac", "mvn")
    job.run("mvn", "-q", "-B", f"-Dpeer.build={job.folder}", "package")
    jars = len(list(job.folder.glob("lib/*.jar")))
    with zipfile.ZipFile(job.folder / "server.jar") as archive:
        jars += sum(name.endswith(".jar") for name in archive.namelist())
    pom = (job.peer.folder / "pom.xml").read_text()
    found = re.search(rf"<artifactId>{re.escape(job.peer.package)}</artifactId>\s*<version>([^<]+)<", pom)
    weigh = tuple(job.folder / name for name in job.peer.details["weigh"])
    command = ("java", *job.peer.details["run"])
    return Built(command, job.folder, found[1] if found else "", jars, weigh)


def _gcc(job: Job) -> Built:
    source = next(job.peer.folder.glob("main.c*"))
    compiler = "gcc" if source.suffix == ".c" else "g++"
    job.need(compiler)
    job.need_packages()
    program = job.folder / job.peer.name
    job.run(compiler, "-O3", "-DNDEBUG", "-flto", str(source), "-o", str(program), *job.peer.details["flags"])
    dependencies = shared_libraries(program) + job.peer.details.get("headers", 0)
    return Built((str(program), "{port}"), job.folder, package_version(job.peer.package), dependencies, (program,))


def _debian(job: Job) -> Built:
    job.need_packages()
    command = tuple(job.peer.details["run"])
    job.need(command[0])
    files = job.folder / "www"
    files.mkdir(exist_ok=True)
    for name, body in (("index.txt", BODY), ("1k", KIB), ("1m", KIB * 1024)):
        (files / name).write_bytes(body)
    program = Path(shutil.which(command[0]) or "")
    templates = tuple(job.peer.folder.glob("*.conf"))
    version = package_version(job.peer.package)
    return Built(command, job.folder, version, shared_libraries(program), (program,), templates=templates)
