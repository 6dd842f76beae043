"""Mutation testing: does some test fail when the code is changed a little?

    python tools/mutation.py                    the guards of the store, and a sample of the domain
    python tools/mutation.py store              guards, chains and keys of acts, every mutant
    python tools/mutation.py arithmetic         what pyproject.toml names under [tool.mutmut]; hours
    python tools/mutation.py domain --sample 500 --seed 7
    python tools/mutation.py domain --only checks.sums risk --tests tests/unit/test_checks.py

A sample is drawn at random from all mutants, the same one for the same seed; its share stands for
the whole within the error that is printed. Exits with 1 when fewer mutants are killed than the
floor of the part, for a sample when they are fewer beyond that error. What was judged stays in
`mutants/<part>`; there `mutmut show <name>` prints a survivor as a diff.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parent.parent
MUTMUT = Path(sys.executable).with_name("mutmut")
KILLED = {"killed", "timeout"}
SURE: Final = 1.96  # standard errors: 95 of 100 samples lie within
SECTION: Final = re.compile(r"^\[tool\.mutmut\]\n.*?(?=^\[)", re.MULTILINE | re.DOTALL)
UNIT: Final = ("tests/unit", "tests/cases")  # the figures from paper judge


@dataclass(frozen=True)
class Part:
    """What is mutated, which tests judge it, and how many percent they have to kill.

    No `only`: what pyproject.toml says of all of it.
    """

    name: str
    floor: int
    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    tests: tuple[str, ...] = UNIT
    marked: str = "not slow"

    def settings(self) -> str:
        """Return the section for mutmut."""
        given = {
            "source_paths": ["src"],
            "only_mutate": self.only,
            "do_not_mutate": self.but,
            "do_not_mutate_patterns": [r"assert_never\("],  # nothing ever gets there
            "pytest_add_cli_args": ["-m", self.marked, "-p", "no:cacheprovider"],
            "pytest_add_cli_args_test_selection": self.tests,
        }
        lines = (f"{name} = {json.dumps(value)}" for name, value in given.items())
        return "\n".join(("[tool.mutmut]", *lines, "", ""))


def sources(*names: str) -> tuple[str, ...]:
    """Return the files of modules: `store.chain`, `microloan.risk`."""
    paths = (name.removeprefix("microloan.").replace(".", "/") for name in names)
    return tuple(f"src/microloan/{path}.py" for path in paths)


OUTSIDE: Final = ("store", "laws", "strategies", "charts", "excel", "command")
STORE: Final = sources(
    *("store.chain", "store.seals", "store.register", "store.register_verifying"),
    *("store.written", "store.act_key", "store.anchor", "store.kept_anchor", "store.guards"),
    *("store.guard_rules", "store.guards_sqlite", "store.guards_postgresql"),
)
JUDGES: Final = ("guard_texts", "links", "anchor_words", "register_findings")
PARTS: Final = {
    part.name: part
    for part in (
        Part("arithmetic", 90),
        Part(
            "domain",
            90,
            only=("src/microloan/*.py",),
            but=(*(f"src/microloan/{name}/*" for name in OUTSIDE), "src/microloan/__*__.py"),
        ),
        Part(
            "store",
            95,
            only=STORE,
            tests=tuple(f"tests/store/test_{name}.py" for name in JUDGES),
            marked="not slow and not on_a_server",
        ),
    )
}
SAMPLE: Final = 400  # mutants of the domain when nothing else is asked for: ± 3 percent


def main() -> int:
    """Judge what the command line asks for."""
    asked = command_line().parse_args()
    os.environ["MICROLOAN_HYPOTHESIS_PROFILE"] = "mutation"
    if asked.part is None:
        return judge(PARTS["store"]) or judge(PARTS["domain"], sample=SAMPLE)
    part = PARTS[asked.part]
    if asked.only:
        part = replace(part, only=sources(*asked.only))
    if asked.tests:
        part = replace(part, tests=tuple(asked.tests))
    if asked.floor is not None:
        part = replace(part, floor=asked.floor)
    return judge(part, sample=asked.sample, seed=asked.seed, workers=asked.workers)


def command_line() -> argparse.ArgumentParser:
    """Return what may be asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("--only", nargs="+", default=(), metavar="MODULE")
    parser.add_argument("--tests", nargs="+", default=(), metavar="PATH")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="0: every mutant")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--floor", type=int, metavar="PERCENT")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser


def judge(part: Part, *, sample: int = 0, seed: int = 1, workers: int = os.cpu_count() or 1) -> int:
    """Mutate a part, run its tests on every mutant or on a sample, and hold it to the floor."""
    folder = workshop(part)
    chosen: list[str] = []
    if sample:
        # mutmut has no command that only makes mutants: asked for one that is not there it makes
        # all, learns which test reaches which of them, and stops.
        mutmut(folder, "run", "none", "--max-children", str(workers))
        names = sorted(verdicts_in(folder))
        chosen = random.Random(seed).sample(names, min(sample, len(names)))  # noqa: S311 — luck
    done = mutmut(folder, "run", *chosen, "--max-children", str(workers))
    verdicts = verdicts_in(folder)
    if done.returncode != 0 or not verdicts:
        print(done.stdout or "no mutants")
        return done.returncode or 1
    judged = {name: verdicts[name] for name in chosen} if chosen else verdicts
    return tell(part, judged, total=len(verdicts), seed=seed if chosen else None)


def workshop(part: Part) -> Path:
    """Return a fresh folder with the sources, the tests and the settings of a part."""
    folder = ROOT / "mutants" / part.name
    shutil.rmtree(folder, ignore_errors=True)  # mutmut keeps old verdicts on survivors
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    if part.only:
        project = SECTION.sub(lambda _: part.settings(), project)
    (folder / "pyproject.toml").write_text(project, encoding="utf-8")
    return folder


def mutmut(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run mutmut; its spinner is shown only to somebody who watches."""
    watched = sys.stdout.isatty() and arguments[0] == "run"
    return subprocess.run(
        [MUTMUT, *arguments],
        cwd=folder,
        check=False,
        stdout=None if watched else subprocess.PIPE,
        stderr=None if watched else subprocess.STDOUT,
        encoding="utf-8",
    )


def verdicts_in(folder: Path) -> dict[str, str]:
    """Return what became of every mutant, by its name."""
    listing = mutmut(folder, "results", "--all", "true").stdout
    pairs = (line.strip().split(": ", 1) for line in listing.splitlines() if ": " in line)
    return {name: verdict for name, verdict in pairs if "__mutmut_" in name}


def tell(part: Part, judged: dict[str, str], *, total: int, seed: int | None) -> int:
    """Print the survivors, each module and the share; return 1 below the floor."""
    of = Counter(name.rsplit(".", 1)[0] for name in judged)
    killed = Counter(
        name.rsplit(".", 1)[0] for name, verdict in judged.items() if verdict in KILLED
    )
    for name, verdict in sorted(judged.items()):
        if verdict not in KILLED:
            print(f"{verdict}: {name}")
    for module in sorted(of):
        print(f"mutation: {module}: {score(killed[module], of[module])}")
    error = 0.0 if seed is None else error_of(killed.total(), len(judged), total)
    drawn = "" if seed is None else f" ± {error:.1f}, a sample of {total} drawn with seed {seed}"
    print(f"mutation: {part.name}: {score(killed.total(), len(judged))}{drawn}")
    return 0 if 100 * killed.total() / len(judged) + error >= part.floor else 1


def error_of(killed: int, judged: int, total: int) -> float:
    """Return by how many percent the share of a sample may lie beside that of the whole."""
    share = (killed + 2) / (judged + 4)  # which is no nought where all were killed
    unseen = (total - judged) / max(total - 1, 1)
    return 100 * SURE * sqrt(share * (1 - share) / (judged + 4) * unseen)


def score(killed: int, total: int) -> str:
    """Say how many of the mutants were killed, rounding in their favour never."""
    return f"{killed} killed of {total} ({1000 * killed // total / 10 if total else 0} %)"


if __name__ == "__main__":
    sys.exit(main())
