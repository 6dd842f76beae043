"""Run the torture programmes and print one line for each database; see docs/reliability.md.

python tools/torture.py [--short] [NAME ...]

Names: hosts, race, kill, cut, crash, faults, attack, tamper; all of them without a name. The exit
status is 1 where anything went wrong, or where a control did not fail.
"""

import argparse
import importlib
import logging
import os
import sys
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests"
NAMES = ("hosts", "race", "kill", "cut", "crash", "faults", "attack", "tamper")


def main(arguments: list[str]) -> int:
    """Run the programmes that the command line names."""
    parser = argparse.ArgumentParser(prog="torture", description="Try to lose or double money.")
    parser.add_argument("--short", action="store_true", help="all of them in under three minutes")
    parser.add_argument("name", nargs="*", help=", ".join(NAMES))
    given = parser.parse_args(arguments)
    if unknown := [name for name in given.name if name not in NAMES]:
        parser.error(f"no programme of this name: {', '.join(unknown)}")
    results = [run(name, short=given.short) for name in given.name or NAMES]
    return 0 if all(results) else 1


def run(name: str, *, short: bool) -> bool:
    """Run one programme; tell whether nothing went wrong and every control failed."""
    begun, sound, lines = time.perf_counter(), True, 0
    for tally in importlib.import_module(f"torture.{name}").run(short=short):
        print(tally.line(), flush=True)
        sound, lines = sound and tally.sound, lines + 1
    if not lines:
        print(f"{name:7} printed nothing, so nothing is proved", flush=True)
    print(f"{name:7} took {time.perf_counter() - begun:.1f} s", flush=True)
    return sound and lines > 0


if __name__ == "__main__":
    # This file bears the name of the programmes' folder, so its own folder must not be searched.
    sys.path[0] = str(TESTS)
    # What the driver says of a connection that we cut is no news.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    os.environ["PYTHONPATH"] = os.pathsep.join(
        [str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    sys.exit(main(sys.argv[1:]))
