"""The wire to PostgreSQL is cut in each act of an office's year; each is repeated by its keys."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from random import Random

from sqlalchemy import Connection, Engine, create_engine, select, text
from sqlalchemy.pool import NullPool

from histories import a_loan
from microloan import CommitOutcomeUnknown, ConnectionLost, cny
from microloan.store import UnitOfWork, tables
from microloan.store.columns import metadata
from torture.acts import BOOK, SCRIPT
from torture.duels import DUE
from torture.places import postgresql
from torture.proxy import Cut, Proxy
from torture.tally import Tally

WAYS = tuple(cut for cut in Cut if cut is not Cut.NOWHERE)
KEPT = {Cut.BEFORE_REPLY: True, Cut.BEFORE_COMMIT: False, Cut.IN_A_STATEMENT: False}
"""Whether the act is in the book after the cut, where that is known."""


def run(*, short: bool) -> Iterator[Tally]:
    """Cut every act of two years, or of twenty."""
    yield cut(years=2 if short else 20)


def cut(*, years: int) -> Tally:
    """Cut every act of some years."""
    with postgresql() as place, Proxy(place.url) as proxy:
        undisturbed = Year(place.engine(poolclass=NullPool), proxy)
        undisturbed.play()
    with postgresql() as place, Proxy(place.url) as proxy:
        doubled = _repeat_without_keys(place.engine(poolclass=NullPool), proxy)
    counts: Counter[str] = Counter()
    faults: list[str] = []
    for number in range(years):
        with postgresql() as place, Proxy(place.url) as proxy:
            year = Year(place.engine(poolclass=NullPool), proxy)
            faults += year.cut(undisturbed, Random(number), counts)
    control = f"repeating under new vouchers doubled {doubled} of 4 payments" if doubled else ""
    return Tally(
        programme="cut",
        database="PostgreSQL",
        counts=tuple((what, counts[what]) for what in _COUNTED),
        faults=tuple(faults),
        control=control,
    )


_COUNTED = ("cuts", "lost connections", "unknown outcomes", "kept before the repetition")
_LAST_WORDS = 100
"""More bytes than a COMMIT and a farewell."""


class Year:
    """An office's year over a wire, and the book after each act.

    Args:
        straight: reaches the database by another way.
        proxy: the wire.
    """

    def __init__(self, straight: Engine, proxy: Proxy) -> None:
        self.straight, self.proxy = straight, proxy
        self.wired = create_engine(proxy.url, poolclass=NullPool)
        with self.wired.connect():  # what SQLAlchemy asks once belongs to no act
            pass
        self.books = [digest(straight)]
        self.keys = [keys(straight)]
        self.said: list[int] = []

    def play(self) -> None:
        """Do every act, and keep what the book held after each."""
        for act in SCRIPT:
            perform(self.wired, act.do)
            self.said.append(self.proxy.heard)
            self.books.append(digest(self.straight))
            self.keys.append(keys(self.straight))

    def cut(self, undisturbed: "Year", luck: Random, counts: Counter[str]) -> Iterator[str]:
        """Cut every act, repeat it, and yield what is not as if nothing had been cut."""
        ways = [WAYS[number % len(WAYS)] for number in range(len(SCRIPT))]
        luck.shuffle(ways)
        for number, (act, way) in enumerate(zip(SCRIPT, ways, strict=True)):
            before, after = undisturbed.books[number : number + 2]
            new = undisturbed.keys[number + 1] - undisturbed.keys[number]
            named = f"{act.name}, cut {way.name.lower()}"
            self.proxy.arm(way, at=luck.randrange(1, undisturbed.said[number] - _LAST_WORDS))
            told = self._told(act.do, way)
            counts["cuts"] += 1
            counts["lost connections"] += isinstance(told, ConnectionLost)
            counts["unknown outcomes"] += isinstance(told, CommitOutcomeUnknown)
            yield from (f"{named}: {fault}" for fault in wrongly_told(told, way, new))
            left = settled(self.straight)
            counts["kept before the repetition"] += left == after
            if left not in {before, after}:
                yield f"{named}: half of it is left"
            elif way in KEPT and (left == after) is not KEPT[way]:
                yield f"{named}: kept is {left == after}"
            perform(self.straight, act.do)
            if digest(self.straight) != after:
                yield f"{named}: repeated, it is not as if it had been done once"
                return

    def _told(self, do: Callable[[UnitOfWork], None], way: Cut) -> Exception | None:
        """Do an act over the wire and return what was raised."""
        ending = partial(terminate_all, self.straight) if way is Cut.TERMINATED else None
        try:
            perform(self.wired, do, last=ending)
        except Exception as raised:  # noqa: BLE001 — what it is, is judged
            return raised
        return None


def wrongly_told(told: Exception | None, way: Cut, new: set[tuple[str, str, str]]) -> Iterator[str]:
    """Yield what is wrong with what was raised after a cut.

    Args:
        told: what was raised.
        way: where the wire was cut.
        new: the keys of the act.
    """
    match told:
        case ConnectionLost():
            if way not in {Cut.IN_A_STATEMENT, Cut.TERMINATED}:
                yield "told that nothing was kept, which nobody can know"
        case CommitOutcomeUnknown():
            named = {(key.of, key.kind, key.ref) for key in told.value}
            if missing := new - named:
                yield f"keys that are not named: {sorted(missing)}"
            if way is Cut.IN_A_STATEMENT:
                yield "an unknown outcome, though nothing was committed"
        case None:
            if way is not Cut.WITH_COMMIT:  # the answer may have been faster than the cut
                yield "was not interrupted"
        case other:
            yield f"raised {type(other).__name__}, which is none of ours for it"


def perform(
    engine: Engine, do: Callable[[UnitOfWork], None], *, last: Callable[[], object] | None = None
) -> None:
    """Do an act and keep it; ``last`` happens just before."""
    with UnitOfWork(engine, book=BOOK) as uow:
        do(uow)
        if last is not None:
            last()
        uow.commit()


def digest(engine: Engine) -> str:
    """Return one hash over every cell of every table."""
    with engine.connect() as connection:
        cells = [_rows(connection, one) for one in metadata.sorted_tables]
    return sha256(repr(cells).encode()).hexdigest()


def _rows(connection: Connection, table) -> list[tuple]:
    query = select(table).order_by(*table.primary_key.columns)
    return [tuple(row) for row in connection.execute(query)]


def keys(engine: Engine) -> set[tuple[str, str, str]]:
    """Return aggregate, kind and voucher of every entry of loans and funds."""
    found: set[tuple[str, str, str]] = set()
    with engine.connect() as connection:
        for table in (tables.loan_entry, tables.fund_entry):
            of = table.primary_key.columns.values()[1]
            query = select(of, table.c.kind, table.c.ref)
            found |= {tuple(row) for row in connection.execute(query)}
    return found


_OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def settled(engine: Engine) -> str:
    """Return the digest once the server has done with whoever was cut off."""
    with engine.connect() as connection:
        while connection.scalar(text(f"SELECT count(*) {_OTHERS}")):
            connection.rollback()
    return digest(engine)


def terminate_all(engine: Engine) -> None:
    """End every other connection to the database, and wait until they are gone."""
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend(pid, 5000) {_OTHERS}"))


def _repeat_without_keys(straight: Engine, proxy: Proxy) -> int:
    """Return how many of four payments come twice where a lost answer is met with a new voucher."""
    wired = create_engine(proxy.url, poolclass=NullPool)
    perform(straight, lambda uow: uow.save(a_loan("HT-C", guarantee=None)))

    def pay(ref: str) -> Callable[[UnitOfWork], None]:
        return lambda uow: uow.save(uow.loans.get("HT-C").repay(cny(100), on=DUE, ref=ref))

    for number in range(4):
        proxy.arm(Cut.BEFORE_REPLY)
        try:
            perform(wired, pay(f"{number}"))
        except Exception:  # noqa: BLE001 — this clerk asks for no names
            perform(straight, pay(f"{number} again"))
    with straight.connect() as connection:
        stored = connection.scalar(
            text("SELECT count(*) FROM microloan_loan_entry WHERE loan_id = 'HT-C' AND number > 1")
        )
    return stored - 4
