"""PostgreSQL is stopped without a chance to tidy up, under clerks at one fund and an office's year.

What was acknowledged must be there, nothing may be half done, and what was not acknowledged is
repeated by its key. The control lets the server acknowledge before it has written.
"""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from threading import Event

import psycopg
from sqlalchemy import Engine, create_engine

from microloan import CommitOutcomeUnknown, ConnectionLost, MicroloanError
from postgres_server import Server, plain
from torture.acts import SCRIPT
from torture.clerk import Diary, Told, persist
from torture.cut import digest, perform
from torture.places import Place, with_tables
from torture.proxy import Proxy
from torture.race_judge import judge, keys
from torture.race_plan import Plan, Posting
from torture.tally import Tally

CLERKS = 4
SETTINGS = {"synchronous_commit": "on", "full_page_writes": "on", "wal_writer_delay": "10000"}
"""What is acknowledged was handed to the machine; it stays up, so nobody waits for its disk.

What the server acknowledges too early it would hand over by itself after ten seconds.
"""
LATENCY = 0.03
"""Seconds that an answer takes to the clerks: time for an act to be kept without their knowing."""
_TOGETHER = 10
"""How many crashes one database goes through."""
CUT_OFF = (ConnectionLost, CommitOutcomeUnknown)


def run(*, short: bool) -> Iterator[Tally]:
    """Crash a server five times, or a hundred times."""
    yield of_a_server(rounds=5 if short else 100)


def of_a_server(*, rounds: int) -> Tally:
    """Start a server, crash it again and again, and remove it."""
    server = Server(fsync=False, **SETTINGS)
    try:
        return crash(server, rounds=rounds)
    finally:
        server.close()


def crash(server: Server, *, rounds: int) -> Tally:
    """Crash a server under its clerks, and judge what is left each time."""
    counts: Counter[str] = Counter()
    faults: list[str] = []
    reference = _undisturbed(server)
    for start in range(0, rounds, _TOGETHER):
        office = Office(server, f"office{start}", Random(start))
        faults += office.crashes(min(_TOGETHER, rounds - start), counts)
        faults += office.judged()
        faults += _years(server, reference, f"year{start}", min(_TOGETHER, rounds - start), counts)
    return Tally(
        programme="crash",
        database="PostgreSQL",
        counts=tuple((what, counts[what]) for what in _COUNTED),
        faults=tuple(faults),
        control=_careless(server),
    )


_COUNTED = (
    *("crashes", "acknowledged", "cut off", "cut off but kept"),
    *("years crashed", "acts acknowledged", "acts cut off but kept"),
)


@dataclass(slots=True)
class Clerk:
    """One who works through his postings until the server is gone.

    Args:
        engine: his connections.
        postings: what is still to be done; the first may be done already, without his knowing.
        diary: what came of it.
        lost: what he was told that is none of our words for a server that is gone.
    """

    engine: Engine
    postings: list[Posting]
    diary: Diary = field(default_factory=Diary)
    lost: list[str] = field(default_factory=list)

    def work(self, gone: Event) -> None:
        """Post until the server is gone, or all is done."""
        while self.postings and not gone.is_set():
            try:
                self.next()
            except CUT_OFF:
                return
            except Exception as other:  # noqa: BLE001 — whatever else is raised is a fault here
                self.lost.append(f"raised {type(other).__name__} when the server went")
                return

    def next(self) -> None:
        """Do the next posting, and take it off the list once its outcome is known."""
        posting, begun = self.postings[0], time.monotonic()
        try:
            self.diary.repeats += persist(self.engine, posting.do)
        except CUT_OFF:
            raise
        except MicroloanError as refusal:
            self.diary.refused.append(refusal.code)
        else:
            self.diary.told.append(Told(posting, begun, time.monotonic()))
        self.postings.pop(0)


class Office:
    """Clerks at one fund, in a database of their own.

    Args:
        server: the server.
        name: the database.
        luck: when the server goes.
    """

    def __init__(self, server: Server, name: str, luck: Random) -> None:
        self.server, self.luck = server, luck
        place = _database(server, name)
        self.engine, self.wire = place.engine(), Proxy(place.url, latency=LATENCY)
        plan = Plan(CLERKS, 150, seed=luck.randrange(1000))
        plan.set_up(self.engine)
        self.before = keys(self.engine)
        wired = [create_engine(self.wire.url) for _ in range(CLERKS)]
        self.clerks = [Clerk(engine, plan.of(one)) for one, engine in enumerate(wired)]

    def crashes(self, rounds: int, counts: Counter[str]) -> Iterator[str]:
        """Crash again and again; yield what was acknowledged and is not there."""
        for _ in range(rounds):
            self.crash()
            told = {one.posting.key for clerk in self.clerks for one in clerk.diary.told}
            stored = keys(self.engine)
            yield from (f"lost: {key}" for key in told - stored)
            for clerk in self.clerks:
                counts["cut off"] += 1
                counts["cut off but kept"] += clerk.postings[0].key in stored - told
                clerk.next()
                yield from clerk.lost
                clerk.lost.clear()
            counts["crashes"] += 1
        counts["acknowledged"] += sum(len(clerk.diary.told) for clerk in self.clerks)

    def crash(self) -> None:
        """Let the clerks work, stop the server under their hands, and start it again."""
        gone = Event()
        with ThreadPoolExecutor(CLERKS) as pool:
            working = [pool.submit(clerk.work, gone) for clerk in self.clerks]
            _stop(self.server, self.luck, gone, working, wire=self.wire)
        self.wire.down = False
        self.leave()
        self.server.start()

    def judged(self) -> Iterator[str]:
        """Judge the book at the end, and go home."""
        diary = Diary()
        for clerk in self.clerks:
            diary.add(clerk.diary)
        yield from judge(self.engine, diary, before=self.before)
        self.close()

    def close(self) -> None:
        """Leave for good."""
        self.leave()
        self.wire.close()

    def leave(self) -> None:
        """Close every connection; the next act opens new ones."""
        for engine in (self.engine, *(clerk.engine for clerk in self.clerks)):
            engine.dispose()


def _stop(
    server: Server,
    luck: Random,
    gone: Event,
    working: list[Future[None]],
    *,
    wire: Proxy | None = None,
) -> None:
    """Stop server and wire after a moment, as a power cut would, and wait for those who work."""
    time.sleep(0.1 + luck.random() * 0.4)
    if wire is not None:
        wire.down = True
    server.stop("immediate")
    gone.set()
    for one in working:
        one.result()


def _database(server: Server, name: str) -> Place:
    with psycopg.connect(plain(server.url()), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")  # type: ignore[arg-type]
    place = Place("PostgreSQL", server.url(name))
    with_tables(place)
    return place


def _undisturbed(server: Server) -> list[str]:
    """Return what a book holds after each act of a year without crashes."""
    engine = _database(server, "undisturbed").engine()
    books = [digest(engine)]
    for act in SCRIPT:
        perform(engine, act.do)
        books.append(digest(engine))
    engine.dispose()
    return books


def _years(
    server: Server, reference: list[str], name: str, rounds: int, counts: Counter[str]
) -> Iterator[str]:
    """Crash under offices' years; yield what is neither before nor after the act cut off."""
    luck, done, engine = Random(name), len(SCRIPT), None
    for number in range(rounds):
        if engine is None or done == len(SCRIPT):
            engine, done = _database(server, f"{name}_{number}").engine(), 0
        begun = done
        done, other = _year_until_the_crash(server, engine, done, luck)
        counts["acts acknowledged"] += done - begun
        counts["years crashed"] += 1
        yield from other
        left = digest(engine)
        if left not in reference[done : done + 2]:
            yield f"after {done} acts: neither as before the next act nor as after it"
        if done < len(SCRIPT):
            counts["acts cut off but kept"] += left == reference[done + 1]
            perform(engine, SCRIPT[done].do)
            done += 1
            if digest(engine) != reference[done]:
                yield f"{SCRIPT[done - 1].name}: repeated, it is not as if it had been done once"
        engine.dispose()


def _year_until_the_crash(
    server: Server, engine: Engine, done: int, luck: Random
) -> tuple[int, list[str]]:
    """Do act after act until the server goes; return how many are done."""
    acts, other = [done], list[str]()

    def work() -> None:
        try:
            for act in SCRIPT[done:]:
                perform(engine, act.do)
                acts[0] += 1
        except CUT_OFF:
            pass
        except Exception as raised:  # noqa: BLE001 — whatever else is raised is a fault here
            other.append(f"year: raised {type(raised).__name__} when the server went")

    with ThreadPoolExecutor(1) as pool:
        _stop(server, luck, Event(), [pool.submit(work)])
    engine.dispose()
    server.start()
    return acts[0], other


def _careless(server: Server) -> str:
    """Return how many acknowledged acts are lost where the server acknowledges too early."""
    office = Office(server, "careless", Random(0))
    with psycopg.connect(plain(server.url()), autocommit=True) as connection:
        connection.execute("ALTER DATABASE careless SET synchronous_commit = off")
    lost, told, tries = 0, set(), 0
    while not lost and tries < _TOGETHER:
        office.leave()
        office.crash()
        told = {one.posting.key for clerk in office.clerks for one in clerk.diary.told}
        lost, tries = len(told - keys(office.engine)), tries + 1
    office.close()
    return f"synchronous_commit=off lost {lost} of {len(told)} in {tries} crashes" if lost else ""
