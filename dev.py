"""The front door for people who work on microloan; needs Python >= 3.11 and pip, nothing else.

python3 dev.py demo [ARGUMENT ...]         run the worked example
python3 dev.py chart [ARGUMENT ...]        draw the leverage of the demo's fund as a page
python3 dev.py test                        format, lint, types, floors, tests and docs, coverage
python3 dev.py test [PYTEST_ARGUMENT ...]  only pytest, with these arguments
python3 dev.py test --all                  also slow tests, more examples, torture, mutation testing
python3 dev.py seek [MINUTES] [ARGUMENT ..] try the properties with new examples, ten minutes
python3 dev.py torture [--short] [NAME ..] try to lose or double money; a line for each programme
python3 dev.py bench [ARGUMENT ...]        measure beside other libraries and bare SQL
python3 dev.py docs [ARGUMENT ...]         build the documentation as a site
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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN, EXE = (VENV / "Scripts", ".exe") if os.name == "nt" else (VENV / "bin", "")
PYTHON = BIN / f"python{EXE}"
STAMP = VENV / "dev.stamp"
LEVELS = ("core", "chart", "test", "docs", "all", "bench")  # each contains the ones before
EXTRAS = {"core": "", "chart": "[charts]"}  # of the others: all that the tests run
GROUPS = {"docs": ("docs",), "all": ("docs", "dev"), "bench": ("docs", "dev", "bench")}
PROGRAMS = {  # a command: what has to be installed, and what is run
    "demo": ("core", "examples/shuangliao.py"),
    "chart": ("chart", "examples/leverage.py"),
    "seek": ("test", "tools/seek.py"),
    "torture": ("test", "tools/torture.py"),
    "docs": ("docs", "tools/site.py"),
    "policies": ("core", "tools/policies.py"),
}

STORE = "src/microloan/store/*"
OUTER = ("charts/*", "command/*", "excel/*", "laws/*", "strategies/*", "hypothesis_entry.py")
OUTSIDE = ",".join((STORE, *map("src/microloan/{}".format, (*OUTER, "__main__.py"))))
DOMAIN = ("--include=src/microloan/*", f"--omit={OUTSIDE}", "--fail-under=100")
UNGATED = "coverage of the rest, no gate"
TRACED = "units and cases"  # they alone reach every line of the domain
PARTS = {  # side by side, the longest first; what stands in none of them is a part of its own
    "store on a server": ("tests/store",),
    "store on files": ("tests/store",),
    "properties": ("tests/properties",),
    TRACED: ("tests/unit", "tests/cases", "tests/conformance"),
    "histories": (
        "tests/properties/test_history_properties.py",
        "tests/properties/test_contract_properties.py",
    ),
    "outer": ("tests/outer",),
    "whole books": (  # the first two read the demo's book
        "tests/test_shuangliao.py",
        "tests/outer/test_notebook.py",
        "tests/store/test_audit.py",
    ),
    "docs and house rules": (),
}
HALVES = {"store on a server": "on_a_server", "store on files": "not on_a_server"}  # by marks
SPEED = "test_*_speed.py"  # these measure time, so that nothing runs beside them
START = time.perf_counter()


def main(arguments: list[str]) -> int:
    """Do what the command line asks for and return the exit status."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    os.environ["PYTHONUTF8"] = "1"
    if command in PROGRAMS:
        level, program = PROGRAMS[command]
        prepare(level)
        return run(PYTHON, ROOT / program, *rest)
    if command == "test":
        everything = "--all" in rest
        prepare("all" if everything else "test")
        return test([word for word in rest if word != "--all"], everything=everything)
    if command == "bench":
        prepare("bench")
        plans = run(PYTHON, ROOT / "tools" / "performance.py", *rest)
        return plans or run(PYTHON, ROOT / "tools" / "strength.py")
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
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # many tests start programs of ours
        os.environ["COVERAGE_FILE"] = str(Path(folder) / "coverage")
        os.environ["MICROLOAN_DEMO_FOLDER"] = folder  # the demo's book is built once for all steps
        results = side_by_side(steps_of(everything=everything))
        for name, command in last_steps(pytest, everything=everything).items():
            results[name] = timed(name, command)
    return report(results)


def steps_of(*, everything: bool) -> dict[str, tuple[str, ...]]:
    """Return what can be done side by side: all tests but those of speed, lint and types."""
    known = dict.fromkeys(path for paths in PARTS.values() for path in paths)
    steps = {}
    for name, paths in PARTS.items():
        traced = ("coverage", "run", "-p") if everything or name == TRACED else ("python",)
        inside = (path for path in known if path.startswith(paths or "") and path not in paths)
        ignored = map("--ignore={}".format, inside)
        marked = [HALVES[name]] if name in HALVES else []
        marked += [] if everything else ["not slow"]
        chosen = ("-m", " and ".join(marked)) if marked else ()
        rest = (*paths, *ignored, f"--ignore-glob=*/{SPEED}")
        steps[name] = (*traced, "-m", "pytest", *chosen, *rest)
    return steps | {
        "types": ("mypy",),
        "lint": ("ruff", "check"),
        "format": ("ruff", "format", "--check"),
        "floors": ("lint-imports", "--no-logo"),
    }


def last_steps(pytest: list[str], *, everything: bool) -> dict[str, tuple[str, ...]]:
    """Return what is done when nothing else runs: speed, coverage, torture, mutation."""
    steps = {
        "speed": ("python", "-m", *pytest, *map(str, sorted(ROOT.glob(f"tests/**/{SPEED}")))),
        "traces": ("coverage", "combine", "-q"),
        "coverage": ("coverage", "report", *DOMAIN),
    }
    if everything:
        steps[UNGATED] = ("coverage", "report", f"--include={OUTSIDE}")
        steps["site"] = ("python", "tools/site.py")
        steps["torture"] = ("python", "tools/torture.py", "--short")
        steps["mutation"] = ("python", "tools/mutation.py")
    return steps


def side_by_side(steps: dict[str, tuple[str, ...]]) -> dict[str, tuple[bool, float]]:
    """Run steps on all cores, in their order; each prints what it has to say when it is done."""
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        done = pool.map(lambda name: timed(name, steps[name], beside=True), steps)
        return dict(zip(steps, done, strict=True))
    finally:
        pool.shutdown(cancel_futures=True)


def timed(name: str, command: tuple[str, ...], *, beside: bool = False) -> tuple[bool, float]:
    """Run one step under a heading; say whether it succeeded and how long it took."""
    start = time.perf_counter()
    heading = f"\n--- {name}, {start - START:.1f} s after the start\n"
    words = (str(BIN / f"{command[0]}{EXE}"), *command[1:])
    if beside:
        said = subprocess.run(words, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        status = said.returncode
        sys.stdout.write(heading + said.stdout.decode("utf-8", "replace"))
        sys.stdout.flush()
    else:
        print(heading, end="", flush=True)
        status = run(*words)
    return status == 0 or name == UNGATED, time.perf_counter() - start


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
    packages = ["-e", f".{EXTRAS.get(level, '[test]')}"]
    groups = tomllib.loads(project.decode())["dependency-groups"]
    for group in GROUPS.get(level, ()):
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
