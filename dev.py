"""The front door for people who work on microloan; needs Python >= 3.11 and pip, nothing else.

python3 dev.py demo [ARGUMENT ...]         run the worked example
python3 dev.py test                        format, lint, types, floors, tests and docs, coverage
python3 dev.py test [PYTEST_ARGUMENT ...]  only pytest, with these arguments
python3 dev.py test --all                  also slow tests, more examples and mutation testing
python3 dev.py bench [ARGUMENT ...]        measure plans and positions beside other libraries
python3 dev.py policies                    write docs/policies.md from the policy files

Everything is installed into .venv beside this file, once. Delete that folder to start afresh.
"""

import sys

if sys.version_info < (3, 11):  # nothing in this file may be newer than the syntax of Python 3.6
    version = ".".join(map(str, sys.version_info[:3]))
    sys.stderr.write(f"dev.py: microloan needs Python 3.11 or newer, this is {version}\n")
    sys.exit(2)

import hashlib
import importlib.util
import os
import subprocess
import tempfile
import time
import tomllib
import venv
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN, EXE = (VENV / "Scripts", ".exe") if os.name == "nt" else (VENV / "bin", "")
PYTHON = BIN / f"python{EXE}"
STAMP = VENV / "dev.stamp"
LEVELS = ("core", "test", "all", "bench")  # what is installed; each contains the ones before
GROUPS = {"core": (), "test": (), "all": ("dev",), "bench": ("dev", "bench")}

STORE = "src/microloan/store/*"
DOMAIN = ("--include=src/microloan/*", f"--omit={STORE}", "--fail-under=100")
UNGATED = "coverage of the store, no gate"
BESIDE = (  # untraced, on another core: what needs many examples or a whole book
    *("tests/properties", "tests/test_shuangliao.py"),
    *("tests/store/test_audit.py", "tests/store/test_closing_speed.py"),
)
START = time.perf_counter()


def main(arguments: list[str]) -> int:
    """Do what the command line asks for and return the exit status."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    os.environ["PYTHONUTF8"] = "1"
    if command == "demo":
        prepare("core")
        return run(PYTHON, ROOT / "examples" / "shuangliao.py", *rest)
    if command == "test":
        everything = "--all" in rest
        prepare("all" if everything else "test")
        return test([word for word in rest if word != "--all"], everything=everything)
    if command == "bench":
        prepare("bench")
        return run(PYTHON, ROOT / "tools" / "performance.py", *rest)
    if command == "policies":
        prepare("core")
        return run(PYTHON, ROOT / "tools" / "policies.py")
    sys.stderr.write(__doc__)
    return 2


def test(pytest_arguments: list[str], *, everything: bool) -> int:
    """Run every check, or pytest alone when it was given arguments."""
    os.chdir(ROOT)
    if everything:
        os.environ.setdefault("MICROLOAN_HYPOTHESIS_PROFILE", "thorough")
    pytest = ["pytest"] if everything else ["pytest", "-m", "not slow"]
    if pytest_arguments:
        return run(PYTHON, "-m", *pytest, *pytest_arguments)
    beside = start(PYTHON, "-m", *pytest, *BESIDE)
    steps = {
        "format": ("ruff", "format", "--check"),
        "lint": ("ruff", "check"),
        "types": ("mypy",),
        "floors": ("lint-imports", "--no-logo"),
        "tests and docs": (
            *("coverage", "run", "-m", *pytest),
            *(f"--ignore={part}" for part in BESIDE),
        ),
        "coverage": ("coverage", "report", *DOMAIN),
        UNGATED: ("coverage", "report", f"--include={STORE}"),
    }
    if everything:
        steps["mutation"] = ("python", "tools/mutation.py")
    results = {name: timed(name, command) for name, command in steps.items()}
    name = "properties and whole books"
    return report(results | {name: finished(name, *beside)})


def timed(name: str, command: tuple[str, ...]) -> tuple[bool, float]:
    """Run one step under a heading; say whether it succeeded and how long it took."""
    start = time.perf_counter()
    print(f"\n--- {name}, {start - START:.1f} s after the start", flush=True)
    status = run(BIN / f"{command[0]}{EXE}", *command[1:])
    return status == 0 or name == UNGATED, time.perf_counter() - start


def start(*command: "str | Path") -> "tuple[subprocess.Popen[bytes], IO[bytes]]":
    """Start a step beside the others; what it prints is kept until they are done."""
    output = tempfile.TemporaryFile()  # noqa: SIM115 — finished closes it
    process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    return process, output


def finished(
    name: str, process: "subprocess.Popen[bytes]", output: "IO[bytes]"
) -> tuple[bool, float]:
    """Wait for a step that was started beside the others, and print what it said."""
    begun = time.perf_counter()
    status = process.wait()
    print(f"\n--- {name}, beside the others", flush=True)
    with output:
        output.seek(0)
        sys.stdout.write(output.read().decode("utf-8", "replace"))
    return status == 0, time.perf_counter() - begun


def report(results: dict[str, tuple[bool, float]]) -> int:
    """Print the summary table and return the exit status it stands for."""
    print()
    for name, (succeeded, seconds) in results.items():
        print(f"{'ok' if succeeded else 'FAILED':6}  {name:30}  {seconds:6.1f} s")
    return 0 if all(succeeded for succeeded, _ in results.values()) else 1


def run(*command: "str | Path") -> int:
    """Run a program in the foreground and return its exit status as a shell would."""
    status = subprocess.run(command, check=False).returncode
    return status if status >= 0 else 128 - status


def prepare(level: str) -> None:
    """Make .venv contain this level of the project, unless it does already."""
    project = (ROOT / "pyproject.toml").read_bytes()
    wanted = hashlib.sha256(project + (ROOT / "constraints.txt").read_bytes()).hexdigest()
    home = hashlib.sha256(sys.version.encode() + os.fsencode(ROOT)).hexdigest()
    stamped = STAMP.read_text("utf-8").split() if PYTHON.exists() and STAMP.exists() else []
    if stamped in ([home, wanted, enough] for enough in LEVELS[LEVELS.index(level) :]):
        return
    if importlib.util.find_spec("pip") is None:
        stop(f"{sys.executable} has no pip; install python3-pip, or leave its virtual environment")
    print(f"dev.py: installing into {VENV.name}, this takes a while the first time", flush=True)
    STAMP.unlink(missing_ok=True)  # without its stamp an environment is unfinished
    venv.create(VENV, with_pip=False, clear=home not in stamped, symlinks=os.name != "nt")
    pip = (sys.executable, "-m", "pip", "--python", PYTHON, "--disable-pip-version-check")
    packages = ["-e", "." if level == "core" else ".[test]"]
    groups = tomllib.loads(project.decode())["dependency-groups"]
    for group in GROUPS[level]:
        packages += [tool for tool in groups[group] if not tool.startswith("microloan[")]
    done = subprocess.run(
        [*pip, "install", "-q", "-c", "constraints.txt", *packages],
        check=False,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout)
        stop("pip could not install what is needed; what it said stands above", done.returncode)
    STAMP.write_text(f"{home} {wanted} {level}\n", "utf-8")


def stop(reason: str, status: int = 2) -> None:
    """Say in one line why it cannot go on, and leave."""
    sys.stderr.write(f"dev.py: {reason}\n")
    sys.exit(status)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
