"""Run the properties with fresh seeds until the time is over; a line for each seed that fails.

`python3 dev.py seek [MINUTES] [PYTEST_ARGUMENT ...]` runs it: ten minutes, all properties. What
pytest is told narrows it down; `--hypothesis-seed=SEED` repeats one seed in the foreground, once:

    python3 dev.py seek 60 tests/properties/test_fund_properties.py
    python3 dev.py seek --hypothesis-seed=123 tests/properties/test_fund_properties.py

All that pytest said of a failing seed is kept in .hypothesis/seek/SEED.txt. What is found becomes
an `@example` of its test (decision 048). Exits with 1 where a seed failed.
"""

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import SystemRandom
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
KEPT: Final = ROOT / ".hypothesis" / "seek"
MINUTES: Final = 10
PATIENCE: Final = 20  # seconds
FIXED: Final = "--hypothesis-seed"
PYTEST: Final = (
    sys.executable,
    "-m",
    "pytest",
    "-m",
    "hypothesis and not slow",
    "--tb=short",
    "-q",
)
FAILED: Final = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def main(words: list[str]) -> int:
    """Search until the time is over, or repeat the one seed that was asked for."""
    os.chdir(ROOT)
    os.environ["MICROLOAN_HYPOTHESIS_PROFILE"] = "seek"
    if any(word.startswith(FIXED) for word in words):
        return subprocess.run([*PYTEST, *words], check=False).returncode
    minutes, chosen = (words[0], words[1:]) if words and words[0].isdecimal() else (MINUTES, words)
    end = time.monotonic() + int(minutes) * 60
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        searches = [pool.submit(search, end, chosen) for _ in range(os.cpu_count() or 1)]
    tried, failed = (
        sum(numbers) for numbers in zip(*(each.result() for each in searches), strict=True)
    )
    print(f"seek: {tried} seeds in {minutes} minutes, {failed} of them failed")
    return 1 if failed or not tried else 0


def search(end: float, chosen: list[str]) -> tuple[int, int]:
    """Try one seed after the other; return how many were tried and how many failed."""
    tried = failed = 0
    while (left := end - time.monotonic()) > 0:
        seed = SystemRandom().randrange(2**32)
        said = what_pytest_says(seed, chosen, left)
        if said is None:  # the time was over before the tests were
            break
        tried += 1
        failed += bool(said)
        if said:
            print(line_of(seed, said), flush=True)
    return tried, failed


def what_pytest_says(seed: int, chosen: list[str], seconds: float) -> str | None:
    """Run the properties once; return nothing in words where all hold, ``None`` if time ran out."""
    command = [*PYTEST, f"{FIXED}={seed}", "-p", "no:cacheprovider", *chosen]
    running = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    try:
        said, _ = running.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        said = stopped(running)
        return said if FAILED.search(said) else None
    return said if running.returncode else ""


def stopped(running: "subprocess.Popen[str]") -> str:
    """Stop pytest, gently so that it stops the servers that it started; return what it said."""
    for signaled in (signal.SIGTERM if os.name == "nt" else signal.SIGINT, signal.SIGTERM):
        running.send_signal(signaled)
        try:
            return running.communicate(timeout=PATIENCE)[0]
        except subprocess.TimeoutExpired:
            continue
    running.kill()
    return running.communicate()[0]


def line_of(seed: int, said: str) -> str:
    """Keep what was said; return the line that tells which tests failed and how to see it again."""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"{seed}.txt"
    kept.write_text(said, encoding="utf-8")
    tests = " ".join(dict.fromkeys(FAILED.findall(said))) or "pytest itself"
    return f"seek: {FIXED}={seed} fails: {tests} ({kept.relative_to(ROOT)})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
