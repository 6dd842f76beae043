"""Mutation testing of the arithmetic: does some test fail when the code is changed a little?

Which modules are mutated and which tests judge them stands in pyproject.toml under [tool.mutmut].
Exits with 1 when fewer than 90 % of the mutants are killed. `mutmut show <name>` prints a survivor
as a diff.
"""

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUTMUT = Path(sys.executable).with_name("mutmut")
FLOOR = 90  # percent
KILLED = {"killed", "timeout"}


def main() -> int:
    """Run mutmut from scratch and hold its result against the floor."""
    os.environ["MICROLOAN_HYPOTHESIS_PROFILE"] = "mutation"
    shutil.rmtree(ROOT / "mutants", ignore_errors=True)  # mutmut keeps old verdicts on survivors
    done = mutmut("run", watched=sys.stdout.isatty())
    if done.returncode != 0:
        print(done.stdout or "")
        return done.returncode
    listing = mutmut("results", "--all", "true").stdout
    verdicts = [line.strip().split(": ", 1) for line in listing.splitlines() if ": " in line]
    total = Counter(mutant.rsplit(".", 1)[0] for mutant, _ in verdicts)
    killed = Counter(mutant.rsplit(".", 1)[0] for mutant, verdict in verdicts if verdict in KILLED)
    for mutant, verdict in verdicts:
        if verdict not in KILLED:
            print(f"{verdict}: {mutant}")
    for module in sorted(total):
        print(f"mutation: {module}: {score(killed[module], total[module])}")
    print(f"mutation: {score(killed.total(), total.total())}")
    return 0 if killed.total() * 100 >= total.total() * FLOOR > 0 else 1


def mutmut(*arguments: str, watched: bool = False) -> subprocess.CompletedProcess[str]:
    """Run mutmut; its spinner is shown only to somebody who watches."""
    return subprocess.run(
        [MUTMUT, *arguments],
        cwd=ROOT,
        check=False,
        stdout=None if watched else subprocess.PIPE,
        encoding="utf-8",
    )


def score(killed: int, total: int) -> str:
    """Say how many of the mutants were killed, rounding in their favour never."""
    return f"{killed} killed of {total} ({100 * killed // total if total else 0} %)"


if __name__ == "__main__":
    sys.exit(main())
