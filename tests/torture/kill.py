"""A writer killed at a random moment: what it was told is stored, nothing is half, all is repeated.

The writer goes through a year of an office, a few acts a round. It is killed with signal 9 in each;
then the database must stand after exactly as many acts as were acknowledged, or one more, and the
acts nobody heard of are done again: each once, whether it was stored or not.
"""

import multiprocessing
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path
from random import Random
from signal import SIGKILL, pause
from tempfile import TemporaryDirectory
from time import sleep

from databases import PostgreSQLDatabase, SQLiteFile
from microloan.store import create_all
from postgres_server import fresh_database
from torture.acts import SCRIPT, perform
from torture.states import (
    A_ROUND,
    Database,
    States,
    discard,
    disposing,
    engine_on,
    findings,
    recorded,
)
from torture.tally import Tally

ROUNDS, SHORT_ROUNDS = 200, 15
MOST_CONTROLS, ENOUGH = 60, 3
"""How many writers do it wrong at most, and how many faults are enough to stop."""
HALF_WRITING = ("synchronous = OFF", "cache_size = 1", "cache_spill = 1")
"""Without a journal a transaction that does not fit the memory stands in the file at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a writer works: on SQLite with a journal; its two ways to do it wrong."""

    name: str
    journal: str = ""
    pragmas: tuple[str, ...] = ()
    tells_too_early: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a writer is killed: so many seconds after so many acts were heard of."""

    hear: int
    later: float


@dataclass(slots=True)
class Seen:
    """What the rounds of writers with one setting have shown."""

    states: States
    setting: Setting
    rounds: int = 0
    acknowledged: int = 0
    unheard: int = 0
    recovered: int = 0
    faults: list[str] = field(default_factory=list)


def run(*, short: bool) -> Iterator[Tally]:
    """Kill writers on SQLite with both journals, and on PostgreSQL."""
    rounds = SHORT_ROUNDS if short else ROUNDS
    with TemporaryDirectory() as folder:
        in_files = partial(new_file, Path(folder), iter(range(100_000)))
        states = recorded(in_files())
        control = controls(in_files, states)
        for journal in ("DELETE", "WAL"):
            setting = Setting(name=f"SQLite {journal}", journal=journal)
            yield tally(setting, killed(in_files, states, setting, rounds), control)
    states = recorded(database := new_database())
    discard(database)
    setting = Setting(name="PostgreSQL")
    early = Setting(name="", tells_too_early=True)
    control = failing(new_database, states, early, "told before the commit", ("lost",))
    yield tally(setting, killed(new_database, states, setting, rounds), control)


def new_file(folder: Path, numbers: Iterator[int]) -> SQLiteFile:
    """Make a file that is not there yet."""
    return SQLiteFile(folder / f"{next(numbers)}.db")


def new_database() -> PostgreSQLDatabase:
    """Make an empty database on the tests' own server."""
    return PostgreSQLDatabase(fresh_database())


def tally(setting: Setting, seen: Seen, control: str) -> Tally:
    """Say what was seen."""
    counts = (
        ("killed", seen.rounds),
        ("acts acknowledged", seen.acknowledged),
        ("stored unheard", seen.unheard),
        ("journals left", seen.recovered),
    )
    shown = counts if setting.journal else counts[:3]
    return Tally(
        programme="kill",
        database=setting.name,
        counts=shown,
        faults=tuple(seen.faults),
        control=control,
    )


def killed(make: Callable[[], Database], states: States, setting: Setting, rounds: int) -> Seen:
    """Go through the script again and again, a few acts a round, until that many were killed."""
    seen, random = Seen(states, setting), Random(setting.name)
    while seen.rounds < rounds and len(seen.faults) < ENOUGH:
        database = make()
        with disposing(engine_on(database, setting.journal, setting.pragmas)) as engine:
            create_all(engine)
        first, before = 0, len(seen.faults)
        while first < len(SCRIPT) and seen.rounds < rounds and len(seen.faults) == before:
            last = min(first + A_ROUND, len(SCRIPT))
            hear = random.randrange(last - first)
            due = states.pace[first + hear]
            moment = Moment(hear=hear, later=random.triangular(0, 1.3 * due, due))
            one_round(seen, database, range(first, last), moment)
            first = last
        discard(database)
    return seen


def one_round(seen: Seen, database: Database, acts: range, moment: Moment) -> None:
    """Let a writer begin some acts, kill it at a moment, and look at what it left."""
    states, setting = seen.states, seen.setting
    done = acts.start + writer_killed(partial(write, database, setting, acts), moment)
    seen.rounds += 1
    seen.acknowledged += done - acts.start
    if isinstance(database, SQLiteFile):
        seen.recovered += journal_left(database)
    else:
        forgotten(database)
    wrong = list(states.left(database, done=done))
    if not wrong:
        seen.unheard += states.held(database) - done
        with disposing(engine_on(database, setting.journal, setting.pragmas)) as engine:
            wrong += [f"verify: {found}" for found in findings(engine)]
            wrong += states.repeated(database, engine, done=done, last=acts.stop)
    seen.faults += [f"{setting.name}, round {seen.rounds}: {fault}" for fault in wrong]


def write(database: Database, setting: Setting, acts: range, told: Connection) -> None:
    """Do acts one after the other and tell of each; then wait for the end."""
    engine = engine_on(database, setting.journal, setting.pragmas)
    engine.connect().close()
    told.send("ready")
    for number in acts:
        if setting.tells_too_early:
            told.send(number)
        perform(engine, number)
        if not setting.tells_too_early:
            told.send(number)
    pause()


def writer_killed(work: Callable[[Connection], None], moment: Moment) -> int:
    """Start a writer and kill it at a moment; return of how many acts it had told."""
    reader, told = multiprocessing.Pipe(duplex=False)
    process = in_a_child(work, told)
    with suppress(EOFError):  # of a writer that ended by itself; its status says so below
        for _ in range(1 + moment.hear):
            reader.recv()
        sleep(moment.later)
    process.kill()
    process.join()
    if process.exitcode != -SIGKILL:
        message = f"the writer ended by itself, with status {process.exitcode}"
        raise RuntimeError(message)
    heard = moment.hear
    with reader, suppress(EOFError):
        while True:
            reader.recv()
            heard += 1
    return heard


def in_a_child(work: Callable[[Connection], None], told: Connection) -> ForkProcess:
    """Start a writer in a process of its own; it alone keeps the end it tells through."""
    process = multiprocessing.get_context("fork").Process(target=work, args=(told,))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # no thread of ours is needed there
        process.start()
    told.close()
    return process


def journal_left(file: SQLiteFile) -> bool:
    """Tell whether the next reader has to undo, or to take over, what the writer left."""
    beside = [file.path.with_name(file.path.name + end) for end in ("-journal", "-wal")]
    return any(one.exists() and one.stat().st_size for one in beside)


def forgotten(database: PostgreSQLDatabase) -> None:
    """Wait until the server has noticed that the writer is gone."""
    others = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    while database.sql(others) != [(0,)]:
        sleep(0.01)


def controls(make: Callable[[], Database], states: States) -> str:
    """Do it wrong in two ways; both must be seen."""
    half = Setting(name="control", journal="OFF", pragmas=HALF_WRITING)
    early = Setting(name="control", journal="DELETE", tells_too_early=True)
    seen = (
        failing(make, states, half, "without a journal", ("half", "integrity")),
        failing(make, states, early, "told before the commit", ("lost",)),
    )
    return "; ".join(seen) if all(seen) else ""


def failing(
    make: Callable[[], Database],
    states: States,
    setting: Setting,
    said: str,
    sought: tuple[str, ...],
) -> str:
    """Kill writers that do it wrong; say how often that was seen, nothing if it never was."""
    seen = killed(make, states, setting, MOST_CONTROLS)
    caught = [fault for fault in seen.faults if any(word in fault for word in sought)]
    return f"{said} {len(caught)} of {seen.rounds} {sought[0]}" if caught else ""
