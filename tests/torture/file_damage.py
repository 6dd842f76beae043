"""A file that was cut off, changed by a bit, or lost what stood beside it: it is noticed, or whole.

What is read of a damaged file is refused by one of our names, or a check finds the damage; only
where no cell has changed may nothing be found. Nothing else than a refusal may be raised.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from shutil import copyfile

from sqlalchemy import Engine

from databases import SQLiteFile
from microloan import MicroloanError
from microloan.store import UnitOfWork, create_all, doctor
from torture.acts import BOOK, perform
from torture.kill import Moment, Setting, write, writer_killed
from torture.states import (
    States,
    disposing,
    engine_on,
    findings,
    picture,
    unsound,
)
from torture.trial import met


@dataclass(slots=True)
class Damage:
    """How damaged files were noticed."""

    usual: frozenset[str] = frozenset()
    refused: int = 0
    found: int = 0
    found_by_sqlite: int = 0
    harmless: int = 0
    silent_for_sql: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How often each was the way."""
        return (
            ("damages found by verify or doctor", self.found),
            ("refused", self.refused),
            ("by integrity_check alone", self.found_by_sqlite),
            ("changed no cell", self.harmless),
        )

    @property
    def control(self) -> str:
        """How often raw SQL read changed cells as if nothing were."""
        if not self.silent_for_sql:
            return ""
        return f"raw SQL read {self.silent_for_sql} changed files without a word"


def cut_and_flipped(whole: SQLiteFile, make: Callable[[], SQLiteFile], *, times: int) -> Damage:
    """Cut a book's file off, and flip bits in it, at random places."""
    with disposing(engine_on(whole)) as engine:
        usual = frozenset(noticed(engine, frozenset()))
    damage, random = Damage(usual), Random("damage")
    content, before = whole.path.read_bytes(), picture(whole)
    for turn in range(times):
        file = make()
        if turn % 4 == 0:
            length = random.randrange(1, len(content))
            file.path.write_bytes(content[:length])
            what = f"cut off after {length} bytes"
        else:
            place, bit = random.randrange(len(content)), random.randrange(8)
            flipped = content[place] ^ (1 << bit)
            file.path.write_bytes(content[:place] + bytes([flipped]) + content[place + 1 :])
            what = f"bit {bit} of byte {place}"
        judge(damage, file, before, what)
        file.path.unlink()
    return damage


def judge(damage: Damage, file: SQLiteFile, before: str, what: str) -> None:
    """Verify a damaged file and read all of it through the library; say how it was noticed."""
    raw = met(lambda: picture(file))
    changed = raw is not None or picture(file) != before
    damage.silent_for_sql += changed and raw is None
    found: list[str] = []
    with disposing(engine_on(file)) as engine:
        refusals = [
            met(lambda: found.extend(noticed(engine, damage.usual))),
            met(lambda: read_all(engine)),
        ]
    for seen in refusals:
        if seen is not None and not isinstance(seen, MicroloanError):
            damage.faults.append(f"{what}: raised {type(seen).__name__}: {seen}")
    if found:
        damage.found += 1
    elif any(refusals):
        damage.refused += 1
    elif list(unsound(file)):
        damage.found_by_sqlite += 1
    elif changed:
        damage.faults.append(f"{what}: cells have changed and nothing was noticed")
    else:
        damage.harmless += 1


def noticed(engine: Engine, usual: frozenset[str]) -> list[str]:
    """Return what verify finds, and what doctor finds that it does not find of a sound file."""
    told = [*findings(engine), *doctor(engine)]
    return sorted({one.code for one in told} - usual)


def read_all(engine: Engine) -> None:
    """Read every record of the book."""
    with UnitOfWork(engine, book=BOOK) as uow:
        list(uow.loans.all())
        for name in uow.funds.ids():
            uow.funds.get(name)
        uow.requests.all()
        uow.assignments.all()
        uow.follow_up.visits()
        uow.follow_up.contacts()
        for half in uow.half_years.closed():
            uow.half_years.frozen(half)


def log_removed(states: States, make: Callable[[], SQLiteFile]) -> list[str]:
    """Take its write-ahead log from a file: an earlier state shows, and a kept anchor tells.

    Returns:
        What went wrong.
    """
    file, behind = make(), make()
    setting = Setting(name="", journal="WAL")
    with disposing(engine_on(file, "WAL")) as engine:
        create_all(engine)
        perform(engine, 0)
    last = 5
    writer_killed(partial(write, file, setting, range(1, last)), Moment(hear=last - 1, later=0.0))
    copyfile(file.path, behind.path)
    with disposing(engine_on(file)) as engine, UnitOfWork(engine, book=BOOK) as uow:
        anchor = uow.anchor()
    held = states.held(behind)
    with disposing(engine_on(behind)) as engine, UnitOfWork(engine, book=BOOK) as uow:
        alone, beside = uow.verify(), uow.verify(anchor=anchor)
    wrong = []
    if not 0 <= held < last:
        wrong.append(f"without its log the file stands after {held} of {last} acts")
    if alone or not beside:
        wrong.append(f"without its log: verify finds {alone}, beside the anchor {beside}")
    return wrong
