"""What is left of a race, held against what was acknowledged: sums by hand, raw SQL, and verify."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import Engine, text

from microloan.finding import Finding
from microloan.store import UnitOfWork
from microloan.store.book_verifying import verify_book
from torture.clerk import Diary, Told
from torture.race_plan import BOOK, FUND, LENT, TIMES, TODAY

_INTEREST = 385_000
"""Fen of interest that fell due of a loan by the day of the race: 600 + 550 + … + 100 yuan."""
_LOANS = """
    SELECT loan_id, kind, ref, CASE kind WHEN 'repayment' THEN received_fen ELSE principal_fen END,
        number FROM microloan_loan_entry ORDER BY loan_id, number
"""
_FUNDS = """
    SELECT fund_id, kind, ref, amount_fen, number FROM microloan_fund_entry
    ORDER BY fund_id, number
"""


def judge(engine: Engine, diary: Diary, *, before: set[tuple[str, str, str]]) -> Iterator[str]:
    """Yield what went wrong in a race.

    Args:
        engine: the database.
        diary: what all clerks were told.
        before: the keys that the book held when the race began.
    """
    rows = [*_rows(engine, _LOANS), *_rows(engine, _FUNDS)]
    stored = {(of, kind, ref): fen for of, kind, ref, fen, _ in rows}
    yield from _kept(rows, diary, before)
    yield from _sums(engine, stored)
    yield from _in_order(rows, diary.told)
    yield from _verified(engine)


def keys(engine: Engine) -> set[tuple[str, str, str]]:
    """Return the keys of all acts that the book holds."""
    return {(of, kind, ref) for sql in (_LOANS, _FUNDS) for of, kind, ref, *_ in _rows(engine, sql)}


def exposure_by_hand(stored: dict[tuple[str, str, str], int]) -> int:
    """Return what the fund stands behind at the end, from amounts alone.

    A payment goes to the interest that fell due first, then to principal; a loan of the day itself
    is owed whole.
    """
    paid: Counter[str] = Counter()
    for (of, kind, _), fen in stored.items():
        paid[of] += fen if kind == "repayment" else 0
    lent = [of for of, kind, _ in stored if kind == "disbursement"]
    return sum(LENT - max(paid[of] - _INTEREST, 0) for of in lent)


def _rows(engine: Engine, sql: str) -> list[tuple]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def _kept(rows: list[tuple], diary: Diary, before: set[tuple[str, str, str]]) -> Iterator[str]:
    """Hold what is stored against what was acknowledged: nothing lost, doubled, or unasked."""
    counted = Counter((of, kind, ref) for of, kind, ref, *_ in rows)
    stored = {(of, kind, ref): fen for of, kind, ref, fen, _ in rows}
    yield from (f"doubled: {key}" for key, times in counted.items() if times > 1)
    told = {one.posting.key: one.posting.fen for one in diary.told}
    for key, fen in told.items():
        if stored.get(key) != fen:
            yield f"lost: {key} was acknowledged with {fen} fen, stored is {stored.get(key)}"
    for key in stored.keys() - told.keys() - before:
        yield f"stored without being acknowledged: {key}"


def _sums(engine: Engine, stored: dict[tuple[str, str, str], int]) -> Iterator[str]:
    """Hold the fund's sums against what comes out by hand, and that against the cap."""
    signs = {"deposit": 1, "withdrawal": -1}
    money = sum(signs.get(kind, 0) * fen for (_, kind, _), fen in stored.items())
    exposure = exposure_by_hand(stored)
    committed = sum(fen for (_, kind, _), fen in stored.items() if kind == "commitment")
    by_hand = (money, exposure, 0)
    [row] = _rows(engine, "SELECT balance_fen, exposure_fen FROM microloan_fund")
    sums = "SELECT sum(balance_fen), sum(exposure_fen), sum(committed_fen) FROM microloan_fund_day"
    [days] = [tuple(map(int, one)) for one in _rows(engine, sums)]
    if (*row, 0) != by_hand:
        yield f"the fund's row holds {row}, by hand it is {by_hand[:2]}"
    if days != by_hand:
        yield f"the fund's days come to {days}, by hand it is {by_hand}"
    if exposure + committed > TIMES * money:
        yield f"overshot: {exposure} + {committed} fen behind {TIMES} × {money} fen"
    with UnitOfWork(engine, book=BOOK) as uow:
        fund = uow.funds.get(FUND)
        known = sum(one.exposure_fen for loan in uow.loans.all() for one in loan.exposure_steps())
        last = fund.balance(as_of=TODAY).amount * 100
    if (last, known) != by_hand[:2]:
        yield f"the objects come to {(last, known)}, by hand it is {by_hand[:2]}"


def _in_order(rows: list[tuple], told: Iterable[Told]) -> Iterator[str]:
    """Find acts on one aggregate of which the later came before the earlier.

    An act that was acknowledged before another began must have the smaller number. Whoever repeats
    an act is told as well, so it happened before the first acknowledgment and after the first try.
    """
    begun: dict[tuple, float] = {}
    ended: dict[tuple, float] = {}
    for one in told:
        key = one.posting.key
        begun[key] = min(begun.get(key, one.begun), one.begun)
        ended[key] = min(ended.get(key, one.ended), one.ended)
    latest: dict[str, float] = defaultdict(float)
    for of, kind, ref, _, number in rows:
        key = (of, kind, ref)
        if key in ended:
            if ended[key] < latest[of]:
                yield f"out of order: {key} is entry {number}, but was done before an earlier one"
            latest[of] = max(latest[of], begun[key])


def _verified(engine: Engine) -> Iterator[str]:
    """Read the whole book again, and verify it; heads must count what is there."""
    for what in ("loan", "fund"):
        sql = f"""
            SELECT h.{what}_id, h.entries, count(*), max(e.number) FROM microloan_{what} h
            JOIN microloan_{what}_entry e ON e.book_id = h.book_id AND e.{what}_id = h.{what}_id
            GROUP BY h.{what}_id, h.entries
            HAVING h.entries <> count(*) OR h.entries <> max(e.number)
        """
        yield from (f"{row[0]} counts {row[1]} entries of {row[2:]}" for row in _rows(engine, sql))
    yield from (f"verify: {finding.sentence}" for finding in findings(engine, BOOK))


def findings(engine: Engine, book: str) -> tuple[Finding, ...]:
    """Return what verifying a book finds."""
    with engine.begin() as connection:
        return verify_book(connection, book)
