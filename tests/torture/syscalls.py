"""A writer's every system call on an SQLite file: killed there, or told that it failed.

The writer makes the tables and does ten acts. A call of the system fails once, with no room left or
with a broken disk; the writer repeats what was refused and must come to the end. Or the writer is
killed there, and another one goes on.
"""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from signal import SIGKILL

from databases import SQLiteFile
from microloan import MicroloanError, StorageDamaged, StorageFull
from microloan.store import create_all
from torture.acts import perform
from torture.kill import in_a_child
from torture.states import States, disposing, engine_on, unsound
from torture.tracing import traced
from torture.trial import met

CALLS = ("pwrite64", "fsync", "fdatasync", "unlink", "ftruncate")
FAULTS = ("signal=KILL", "error=ENOSPC", "error=EIO")
ACTS = 10
ATTEMPTS = 3
NAMED = (StorageFull.__name__, StorageDamaged.__name__)


@dataclass(slots=True)
class Points:
    """What happened where a call was made to fail, or the writer killed."""

    points: int = 0
    killed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    unharmed: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """The counts to print."""
        told = tuple(self.refused.items())
        return (("calls", self.points), ("killed", self.killed), *told, ("unharmed", self.unharmed))


def at_the_calls(
    states: States,
    make: Callable[[], SQLiteFile],
    journal: str,
    *,
    most: int,
) -> Points:
    """Let some calls of a writer fail, all if there are no more than ``most``."""
    calls = counted(make(), journal)
    every = [
        (fault, call, number)
        for fault, call in product(FAULTS, CALLS)
        for number in range(1, calls[call] + 1)
    ]
    random = Random(journal)
    chosen = sorted(random.sample(every, min(most, len(every))))
    points = Points()
    for fault, call, number in chosen:
        at_one_call(points, states, make(), journal, (fault, call, number))
        if len(points.faults) > 10:
            break
    return points


def counted(file: SQLiteFile, journal: str) -> Counter[str]:
    """Return how often an undisturbed writer makes each of the calls."""
    log = file.path.with_suffix(".log")
    run_traced(file, journal, f"trace={','.join(CALLS)}", log=log)
    return Counter(line.split("(")[0] for line in log.read_text().splitlines())


def at_one_call(
    points: Points, states: States, file: SQLiteFile, journal: str, at: tuple[str, str, int]
) -> None:
    """Let one call fail, and look at what the writer said and left."""
    fault, call, number = at
    inject = f"inject={call}:{fault}:when={number}"
    heard, status = run_traced(file, journal, f"trace={call}", inject)
    where = f"{journal}, {call} {number}, {fault}"
    points.points += 1
    done = sum(isinstance(one, int) for one in heard)
    wrong: list[str] = []
    if status == -SIGKILL:
        points.killed += 1
        if seen := met(lambda: wrong.extend(taken_over(states, file, journal, done))):
            wrong.append(f"taken over, raised {type(seen).__name__}: {seen}")
    elif status != 0 or done != ACTS:
        wrong.append(f"the writer ended with status {status} after {done} acts")
    else:
        refused = [name for name in heard if isinstance(name, str)]
        points.refused.update(refused)
        points.unharmed += not refused
        wrong += [f"raised {name}" for name in refused if name not in NAMED]
        if (held := states.held(file)) != ACTS:
            wrong.append(f"{held} acts are stored instead of {ACTS}")
        wrong += unsound(file)
    points.faults += [f"{where}: {one}" for one in wrong]
    for path in file.path.parent.glob(f"{file.path.name}*"):
        path.unlink()


def taken_over(states: States, file: SQLiteFile, journal: str, done: int) -> Iterator[str]:
    """Let another writer go on after one was killed."""
    yield from unsound(file)
    with disposing(engine_on(file, journal)) as engine:
        create_all(engine)
        yield from states.left(file, done=done)
        yield from states.repeated(file, engine, done=done, last=ACTS)


def without_a_journal(states: States, make: Callable[[], SQLiteFile]) -> str:
    """Kill a writer that keeps no journal, the control; say how often it left a half."""
    points, wrote = Points(), counted(make(), "OFF")["pwrite64"]
    for tries, number in enumerate(range(wrote // 2, wrote, 7), start=1):
        at_one_call(points, states, make(), "OFF", ("signal=KILL", "pwrite64", number))
        if points.faults:
            return f"without a journal a half after {tries} kills"
    return ""


def run_traced(
    file: SQLiteFile, journal: str, *expressions: str, log: Path = Path("/dev/null")
) -> tuple[list[object], int]:
    """Let a writer work under strace; return what it told, and its status."""
    here, there = multiprocessing.Pipe()
    process = in_a_child(partial(work, file, journal), there)
    here.recv()
    heard: list[object] = []
    with here, traced(process.pid or 0, *expressions, log=log):
        here.send("go")
        with suppress(EOFError, ConnectionResetError):
            while True:
                heard.append(here.recv())
        process.join()
    return heard, process.exitcode or 0


def work(file: SQLiteFile, journal: str, told: Connection) -> None:
    """Make the tables and do the acts; repeat what is refused."""
    told.send("ready")
    told.recv()
    engine = engine_on(file, journal)
    attempt(partial(create_all, engine), told)
    for number in range(ACTS):
        if attempt(partial(perform, engine, number), told):
            told.send(number)


def attempt(do: Callable[[], None], told: Connection) -> bool:
    """Do something until it is not refused; tell the name of every refusal."""
    for _ in range(ATTEMPTS):
        try:
            do()
        except MicroloanError as refusal:
            told.send(type(refusal).__name__)
        except Exception as fault:  # noqa: BLE001 — what is not ours is looked for
            told.send(f"{type(fault).__name__}: {str(fault).splitlines()[0]}")
        else:
            return True
    return False
