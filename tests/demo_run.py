"""The demo, run as its users run it: a first time to build the book, and again."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parent.parent


def seconds_of_children() -> float:
    """Return the processor time of the programs that were run: other work makes it no longer."""
    spent = os.times()
    return spent.children_user + spent.children_system


def run(path: Path) -> tuple[str, float]:
    """Run the demo on a file; return what it printed and the processor time it took.

    Its compiled modules are kept beside the file: an installed library has them too.
    """
    started = seconds_of_children()
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(path.parent / "compiled")}
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "shuangliao.py"), str(path)],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1"} | compiled,
        check=True,
    )
    return done.stdout, seconds_of_children() - started


def first_run(folder: Path) -> tuple[Path, str]:
    """Return the book of a first run and what it printed; a folder that has them keeps them.

    ``dev.py`` names a folder for all its steps, so that they build the book once.
    """
    folder = Path(os.environ.get("MICROLOAN_DEMO_FOLDER", folder))
    path, said = folder / "双辽.db", folder / "first-run.txt"
    if not said.exists():
        said.write_text(run(path)[0], encoding="utf-8")
    return path, said.read_text(encoding="utf-8")


def query(path: Path, statement: str) -> list[tuple]:
    """Return the rows of a statement."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def hashes(path: Path) -> dict[str, str]:
    """Return a hash over every row of each table."""
    tables = [
        name for (name,) in query(path, "SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    rows = {table: sorted(query(path, f"SELECT * FROM {table}"), key=repr) for table in tables}
    return {table: sha256(repr(listed).encode()).hexdigest() for table, listed in rows.items()}
