"""Every way a host holds its transaction: the library commits nothing that is the host's.

Engines × hosts × what the host does after us, on both databases, also asynchronous; the long form
does it once more with the oldest SQLAlchemy that is supported.
"""

import json
import os
import subprocess
import sysconfig
import tempfile
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from shutil import rmtree
from typing import Any
from unittest.mock import patch

import sqlalchemy
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from host_styles import (
    ASYNC_HOSTS,
    ENGINES,
    HOSTS,
    Ending,
    EngineStyle,
    HostBase,
    lead,
    write_a_book,
)
from microloan.store import create_all
from postgres_server import drop_database, fresh_database
from torture.tally import Tally

KEPT = {"fund": 1, "loan": 1, "loan_entry": 2, "closing": 1}
OLDER = "sqlalchemy==2.0.40"
ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".venv" / "older"
PRINT = """
import json
from torture.hosts import matrix
for tally in matrix(short=False):
    line = [tally.counts, tally.faults, tally.database, tally.control]
    print(json.dumps(line), flush=True)
"""
_BOOKS = count(1)
CHOSEN = ("default driver", "read committed")


def run(*, short: bool) -> Iterator[Tally]:
    """Try all combinations, or in the short form those of the engines that matter most."""
    yield from matrix(short=short)
    if not short:
        yield from _with_older()


def matrix(*, short: bool) -> Iterator[Tally]:
    """Try the combinations on this SQLAlchemy."""
    for database, place in (("sqlite", _file), ("postgresql", _server)):
        styles = [one for one in ENGINES if one.database == database]
        if short:
            styles = [one for one in styles if one.name in CHOSEN]
        with place() as url:
            yield _tally(database, url, styles)


def _tally(database: str, url: str, styles: list[EngineStyle]) -> Tally:
    done, faults = 0, list[str]()
    for style in styles:
        for host in (*HOSTS, *ASYNC_HOSTS):
            for ending in Ending:
                found = one(host, style, url, write_a_book, ending)
                faults += [
                    f"{style.name}, {host.__name__}, {ending.name}: {what}" for what in found
                ]
                done += 1
    name = f"{database}, SQLAlchemy {sqlalchemy.__version__}"
    counts = (("combinations", done), ("engines", len(styles)))
    return Tally(
        programme="hosts",
        database=name,
        counts=counts,
        faults=tuple(faults),
        control=control(url, styles[0]),
    )


def one(
    host: Any, style: EngineStyle, url: str, work: Callable[..., object], ending: Ending
) -> list[str]:
    """Run one combination on a book of its own and return what should not be."""
    owner, book = create_engine(url, poolclass=NullPool), f"book-{next(_BOOKS)}"
    with owner.begin() as connection:
        connection.execute(text("DELETE FROM host_note"))
    done_by_us = lead(host, style, url, partial(work, book=book), ending)
    found = [f"the library did: {what}" for what in done_by_us]
    stored = {table: _count(owner, table, book) for table in KEPT}
    wanted = KEPT if ending is Ending.COMMIT else dict.fromkeys(KEPT, 0)
    if stored != wanted:
        found.append(f"stored {stored}, wanted {wanted}")
    return found


def control(url: str, style: EngineStyle) -> str:
    """Show that what must not be is seen: a library that commits, one that begins nothing."""
    seen = []
    if one(HOSTS[0], style, url, _commit_for_the_host, Ending.ROLL_BACK):
        seen.append("a library that commits is seen")
    if style.database == "sqlite":
        with patch("microloan.store.binds.is_begun", lambda _: True):
            if one(HOSTS[0], style, url, write_a_book, Ending.ROLL_BACK):
                seen.append("one that leaves it to the driver to begin outlives the rollback")
    return ", ".join(seen) if len(seen) == 1 + (style.database == "sqlite") else ""


def _commit_for_the_host(bind: Any, book: str) -> None:
    write_a_book(bind, book)
    bind.commit()


# ---- another SQLAlchemy


def _with_older() -> Iterator[Tally]:
    """Run the matrix in an environment that differs in its SQLAlchemy alone."""
    python = CACHE / "bin" / "python"
    if not python.exists() and (why := _install(python)):
        yield Tally(
            programme="hosts",
            database=OLDER,
            counts=(("combinations", 0),),
            control=f"NOT RUN, {OLDER} could not be installed: {why}",
        )
        return
    paths = [str(ROOT / "src"), str(ROOT / "tests")]
    told = subprocess.run(
        [str(python), "-c", PRINT],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
    ).stdout
    for line in told.splitlines():
        counts, faults, database, shown = json.loads(line)
        yield Tally(
            programme="hosts",
            database=database,
            counts=tuple(map(tuple, counts)),
            faults=tuple(faults),
            control=shown,
        )


def _install(python: Path) -> str:
    """Make the environment: one package of its own, all others those of this one."""
    venv.create(CACHE, with_pip=True, clear=True)
    [site] = (CACHE / "lib").glob("python*/site-packages")
    command = [python, "-m", "pip", "install", "--quiet", "--no-deps", OLDER]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        rmtree(CACHE)
        return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "pip failed"
    site.joinpath("others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return ""


# ---- a database with a host's table beside ours


@contextmanager
def _file() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="ml-") as folder:
        url = f"sqlite:///{Path(folder, 'host.db')}"
        _create(url)
        yield url


@contextmanager
def _server() -> Iterator[str]:
    url = fresh_database(fsync=False)
    _create(url)
    yield url
    drop_database(url)


def _create(url: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    create_all(engine)
    HostBase.metadata.create_all(engine)


def _count(owner: Engine, table: str, book: str) -> int:
    query = text(f"SELECT count(*) FROM microloan_{table} WHERE book_id = :book")
    with owner.connect() as connection:
        return int(connection.scalar(query, {"book": book}) or 0)
