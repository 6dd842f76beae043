"""Clerks at the same moment with acts of which only one may come true, or of which none is lost."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from random import Random

from sqlalchemy import Engine

from histories import RULES, a_loan
from microloan import EntryKind, GuaranteeFund, HalfYear, MicroloanError, cny, fen, pay_claim
from microloan.store import UnitOfWork
from requesting import Q3, Q4, asks, lent
from torture.clerk import persist
from torture.places import Place
from torture.race_judge import findings
from torture.race_plan import FUND, LENT, TIMES
from torture.together import at_once

H1, GRANTED, DUE = HalfYear(2024, 1), date(2024, 1, 15), date(2024, 2, 15)
CLAIMED = date(2024, 6, 3)
DONE = "done"

Side = Callable[[Engine, str], str]
"""What one clerk does in a book; it tells what came of it."""


@dataclass(frozen=True, slots=True)
class Duel:
    """Sides that act at the same moment upon a book, and what must be true afterwards.

    Args:
        name: what it is called.
        set_up: opens the book.
        sides: what the clerks do.
        judge: yields what went wrong, from what the sides told and what the book holds.
    """

    name: str
    set_up: Callable[[UnitOfWork], None]
    sides: tuple[Side, ...]
    judge: Callable[[UnitOfWork, tuple[str, ...]], Iterator[str]]


def run(place: Place, *, rounds: int) -> tuple[int, tuple[str, ...]]:
    """Fight every duel in books of its own; return how many there were, and what went wrong."""
    engine, faults = place.engine(), list[str]()
    for duel in DUELS:
        books = [f"{duel.name} {number}" for number in range(rounds)]
        for book in books:
            with UnitOfWork(engine, book=book) as uow:
                duel.set_up(uow)
                uow.commit()
        engine.dispose()
        told = at_once([partial(_fight, place, side, books) for side in duel.sides])
        for book, outcome in zip(books, zip(*told, strict=True), strict=True):
            with UnitOfWork(engine, book=book) as uow:
                faults += [f"{book}: {fault}" for fault in duel.judge(uow, outcome)]
            faults += [f"{book}: verify: {one.sentence}" for one in findings(engine, book)]
    engine.dispose()
    return len(DUELS) * rounds, tuple(faults)


def _fight(place: Place, side: Side, books: list[str], ready: Callable[[], None]) -> list[str]:
    engine, told = place.engine(), []
    luck = Random(time.monotonic_ns())
    for book in books:
        ready()
        time.sleep(luck.random() * 0.01)
        told.append(side(engine, book))
    engine.dispose()
    return told


def side(do: Callable[[UnitOfWork], None]) -> Side:
    """Do one act until it is kept or refused, and tell which."""

    def act(engine: Engine, book: str) -> str:
        try:
            persist(engine, do, book=book)
        except MicroloanError as refusal:
            return refusal.code
        return DONE

    return act


def one_of(*refusals: str) -> Callable[[tuple[str, ...]], Iterator[str]]:
    """Judge that one side came through and the other was refused by name."""

    def judge(told: tuple[str, ...]) -> Iterator[str]:
        if told.count(DONE) != 1 or not {*told} - {DONE} <= {*refusals}:
            yield f"told {told}, expected one that is done and one of {refusals}"

    return judge


def some_fund(uow: UnitOfWork, *loans: str, money: int = 1_000_000) -> None:
    """Open a fund with loans behind which it stands; nothing happened before the half-year."""
    fund = GuaranteeFund(id=FUND, name="示例县创业担保基金")
    uow.save(fund.deposit(cny(money), on=GRANTED, ref="财预1"))
    for loan_id in loans:
        uow.admit(a_loan(loan_id), under=RULES, on=GRANTED)


# --- a loan that takes the last room, against money that leaves


def _withdraw(uow: UnitOfWork) -> None:
    uow.funds.withdraw(FUND, cny(24_000), under=RULES, on=GRANTED, ref="减1")


def _room(uow: UnitOfWork, told: tuple[str, ...]) -> Iterator[str]:
    yield from one_of("fund.leverage_exceeded")(told)
    money, loans = fen(uow.funds.get(FUND).balance(as_of=GRANTED)), uow.loans.ids()
    if len(loans) * LENT > TIMES * money:
        yield f"overshot: {len(loans)} loans behind {money} fen"


# --- a half-year that is closed, against payments booked in it


def _pays(loan_id: str) -> Side:
    """Pay again and again until the half-year is closed; tell how often."""

    def act(engine: Engine, book: str) -> str:
        for number in range(1, 9):

            def pay(uow: UnitOfWork, ref: str = f"回单{number}") -> None:
                uow.save(uow.loans.get(loan_id).repay(cny(100), on=DUE, ref=ref))

            told = side(pay)(engine, book)
            if told != DONE:
                return f"{number - 1} {told}"
        return f"8 {DONE}"

    return act


def _sheet(uow: UnitOfWork, told: tuple[str, ...]) -> Iterator[str]:
    closed, *paid = told
    if closed != DONE:
        yield f"the closing was refused: {closed}"
        return
    frozen = {line.loan_id: line.account for line in uow.half_years.frozen(H1).lines}
    for loan_id, words in zip(("HT-1", "HT-2"), paid, strict=True):
        often, why = words.split()
        if why not in {DONE, "halfyear.closed"}:
            yield f"{loan_id}: a payment was refused: {why}"
        entries = uow.loans.get(loan_id).entries
        if not len(entries) == 1 + int(often) == frozen[loan_id].through:
            through = frozen[loan_id].through
            yield f"{loan_id}: {often} told, {len(entries) - 1} stored, closed with {through - 1}"
    yield from (f"verify {H1}: {one.sentence}" for one in uow.half_years.verify(H1))


# --- two payouts on one guarantee


def _claims(ref: str) -> Side:
    def claim(uow: UnitOfWork) -> None:
        uow.save(*pay_claim(uow.funds.get(FUND), uow.loans.get("HT-1"), on=CLAIMED, ref=ref))

    return side(claim)


def _paid_once(uow: UnitOfWork, told: tuple[str, ...]) -> Iterator[str]:
    yield from one_of("guarantee.already_claimed")(told)
    kind = EntryKind.CLAIM_PAYOUT.value
    of_loan = [one.ref for one in uow.loans.get("HT-1").entries if one.kind.value == kind]
    of_fund = [one.ref for one in uow.funds.get(FUND).entries if one.kind.value == kind]
    if len(of_loan) != 1 or of_loan != of_fund:
        yield f"paid by the fund: {of_fund}, received for the loan: {of_loan}"


# --- two requests of one line


def _asked_once(uow: UnitOfWork, told: tuple[str, ...]) -> Iterator[str]:
    yield from one_of("request.already_requested")(told)
    lines = [(one.loan_id, one.due_on) for made in uow.requests.all() for one in made.lines]
    if len(lines) != len(set(lines)):
        yield f"requested twice: {lines}"


# --- one voucher twice


def _pays_once(yuan: int) -> Side:
    def pay(uow: UnitOfWork) -> None:
        uow.save(uow.loans.get("HT-1").repay(cny(yuan), on=DUE, ref="回单1"))

    return side(pay)


def _stored_once(uow: UnitOfWork, told: tuple[str, ...]) -> Iterator[str]:
    yield from one_of("ledger.ref_conflict")(told)
    paid = [entry.received_fen for entry in uow.loans.get("HT-1").entries[1:]]
    wanted = [fen_ for fen_, words in zip((100_00, 200_00), told, strict=True) if words == DONE]
    if paid != wanted:
        yield f"stored {paid}, acknowledged {wanted}"


# --- the same loans in opposite orders


def _pays_both(*loan_ids: str) -> Side:
    def pay(uow: UnitOfWork) -> None:
        paid = [
            uow.loans.get(loan_id).repay(cny(100), on=DUE, ref=f"先{loan_ids[0]}")
            for loan_id in loan_ids
        ]
        for loan in paid:
            uow.save(loan)

    return side(pay)


def _all_stored(uow: UnitOfWork, told: tuple[str, ...]) -> Iterator[str]:
    entries = [len(uow.loans.get(loan_id).entries) for loan_id in ("HT-1", "HT-2")]
    if told != (DONE, DONE) or entries != [3, 3]:
        yield f"told {told}, entries {entries}"


DUELS = (
    Duel(
        "the last room",
        lambda uow: some_fund(uow, "HT-0", money=48_000),
        (
            side(lambda uow: uow.admit(a_loan(), under=RULES, on=GRANTED)),
            side(_withdraw),
        ),
        _room,
    ),
    Duel(
        "closing or posting",
        lambda uow: some_fund(uow, "HT-1", "HT-2"),
        (
            side(lambda uow: uow.close(H1, on=date(2024, 7, 5))),
            _pays("HT-1"),
            _pays("HT-2"),
        ),
        _sheet,
    ),
    Duel(
        "two payouts",
        lambda uow: some_fund(uow, "HT-1"),
        (_claims("代偿甲"), _claims("代偿乙")),
        _paid_once,
    ),
    Duel(
        "two requests",
        lambda uow: uow.save(lent(guarantee=None)),
        (
            side(lambda uow: uow.requests.save(asks(lent(guarantee=None), quarter=Q3))),
            side(lambda uow: uow.requests.save(asks(lent(guarantee=None), quarter=Q4, since=Q3))),
        ),
        _asked_once,
    ),
    Duel(
        "one voucher",
        lambda uow: some_fund(uow, "HT-1"),
        (_pays_once(100), _pays_once(200)),
        _stored_once,
    ),
    Duel(
        "opposite orders",
        lambda uow: some_fund(uow, "HT-1", "HT-2"),
        (_pays_both("HT-1", "HT-2"), _pays_both("HT-2", "HT-1")),
        _all_stored,
    ),
)
