"""Faults of the storage: each becomes its refusal, leaves nothing half, and the work goes on."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from databases import SQLiteFile
from microloan.store import create_all
from torture import file_faults, server_faults
from torture.file_damage import cut_and_flipped, log_removed
from torture.kill import new_database, new_file
from torture.states import Database, States, discard, engine_on, recorded
from torture.syscalls import at_the_calls, without_a_journal
from torture.tally import Tally
from torture.tracing import hindrance
from torture.trial import Trials, careless, halves


def run(*, short: bool) -> Iterator[Tally]:
    """Meet the faults of SQLite's files and of PostgreSQL's transactions."""
    with TemporaryDirectory() as folder:
        files = partial(new_file, Path(folder), iter(range(100_000)))
        states = recorded(files())
        yield while_writing(states, files, short=short)
        yield damaged(states, files, times=40 if short else 2_000)
        for journal in ("DELETE", "WAL"):
            yield at_calls(states, files, journal, most=12 if short else sys.maxsize)
    yield on_the_server(short=short)


def while_writing(states: States, files: Callable[[], SQLiteFile], *, short: bool) -> Tally:
    """What keeps a writer of a file from writing."""
    trials = Trials(states)
    trials.through_the_script(file_faults.FAULTS, files, short=short)
    return tally("SQLite", trials, control_on(states, files()))


def damaged(states: States, files: Callable[[], SQLiteFile], *, times: int) -> Tally:
    """What happens to a file when nobody looks."""
    whole = files()
    recorded(whole)
    damage = cut_and_flipped(whole, files, times=times)
    return Tally(
        programme="faults",
        database="SQLite, damaged",
        counts=damage.counts,
        faults=(*damage.faults, *log_removed(states, files)),
        control=damage.control,
    )


def at_calls(states: States, files: Callable[[], SQLiteFile], journal: str, *, most: int) -> Tally:
    """Every call of the system's that a writer makes, or some of them."""
    database = f"SQLite {journal}, calls"
    if reason := hindrance():
        counts = ((f"calls made to fail: {reason}", 0),)
        return Tally(programme="faults", database=database, counts=counts, control="not run")
    points = at_the_calls(states, files, journal, most=most)
    return Tally(
        programme="faults",
        database=database,
        counts=points.counts,
        faults=tuple(points.faults),
        control=without_a_journal(states, files),
    )


def on_the_server(*, short: bool) -> Tally:
    """What keeps a writer on PostgreSQL from writing."""
    states = recorded(first := new_database())
    discard(first)
    trials = Trials(states)
    if reason := server_faults.hindered():
        trials.refused[f"disk full ({reason})"] = 0
    trials.through_the_script(server_faults.faults(), new_database, short=short)
    return tally("PostgreSQL", trials, control_on(states, new_database()))


def control_on(states: States, database: Database) -> str:
    """Let a careless driver leave half of an act."""
    engine = engine_on(database)
    create_all(engine)
    said = halves(states, database, careless(engine))
    discard(database)
    return said


def tally(database: str, trials: Trials, control: str) -> Tally:
    """Say what the trials came to."""
    return Tally(
        programme="faults",
        database=database,
        counts=trials.counts,
        faults=tuple(trials.faults),
        control=control,
    )
