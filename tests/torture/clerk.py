"""A clerk who does acts one by one, repeats what came second, and writes down what was told."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import Engine

from microloan import ConcurrentUpdate, MicroloanError
from microloan.store import UnitOfWork
from torture.race_plan import BOOK, Posting

_PATIENCE = 500


@dataclass(frozen=True, slots=True)
class Told:
    """A posting that was acknowledged, between two moments of the clock that all processes share.

    Args:
        posting: the posting.
        begun: when the attempt began that was acknowledged.
        ended: when it was acknowledged.
    """

    posting: Posting
    begun: float
    ended: float


@dataclass(slots=True)
class Diary:
    """What came of the acts of one clerk, or of several."""

    told: list[Told] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    repeats: int = 0

    def add(self, other: "Diary") -> None:
        """Take over what another clerk wrote."""
        self.told += other.told
        self.refused += other.refused
        self.repeats += other.repeats


def persist(engine: Engine, do: Callable[[UnitOfWork], None], *, book: str = BOOK) -> int:
    """Do an act in units of work of its own until it is kept; return how often it was repeated.

    Only what says that another writer came first is repeated; any other refusal is raised.
    """
    luck = Random(time.monotonic_ns())
    for attempt in range(_PATIENCE):
        try:
            with UnitOfWork(engine, book=book) as uow:
                do(uow)
                uow.commit()
        except ConcurrentUpdate:
            time.sleep(luck.random() * 0.01)
        else:
            return attempt
    message = f"an act came second {_PATIENCE} times"
    raise RuntimeError(message)


def post_all(engine: Engine, postings: list[Posting]) -> Diary:
    """Do all postings, one after the other."""
    diary = Diary()
    for posting in postings:
        began = [0.0]

        def do(uow: UnitOfWork, posting: Posting = posting, began: list[float] = began) -> None:
            began[0] = time.monotonic()
            posting.do(uow)

        try:
            diary.repeats += persist(engine, do)
        except MicroloanError as refusal:
            diary.refused.append(refusal.code)
        else:
            diary.told.append(Told(posting, began[0], time.monotonic()))
    return diary
