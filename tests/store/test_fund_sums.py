"""The sums kept for a fund are what its entries and loans come to, on every day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from histories import ACTS, RULES, WITHOUT_DISBURSING, Moment, a_fund, a_loan, contracts
from microloan import (
    Amortization,
    GuaranteeFund,
    MicroloanError,
    cny,
    fen,
    from_fen,
    measure_leverage,
    pay_claim,
)
from strategies import guarantees

SUMS = "balance_fen, exposure_fen, covered_fen"
BALANCE = """
    SELECT coalesce(sum(CASE kind WHEN 'claim_payout' THEN -amount_fen ELSE amount_fen END), 0)
    FROM microloan_fund_entry AS entry
    WHERE book_id = ? AND undoes = 0 AND effective_on <= ? AND number NOT IN (
        SELECT undoes FROM microloan_fund_entry WHERE book_id = entry.book_id
    )
"""


def stated(terms):
    """Terms as the arguments they were made of."""
    return {name: getattr(terms, name) for name in terms.__slots__}


def part_of(principal, percent):
    """So many hundredths of an amount, a fen at least, as a plain number; all of it for None."""
    return None if percent is None else max(fen(principal) * percent // 100, 1) / Decimal(100)


@st.composite
def busy_funds(draw):
    """A fund with up to three loans and what happens to them, state after state."""
    names = ["HT-1", "HT-2", "HT-3"][: draw(st.integers(1, 3))]
    rich = draw(st.booleans())  # so that no payout leaves it without money for further parts
    some_parts = st.none() | st.integers(1, 99) if rich else st.none()
    agreed = {name: draw(contracts(longest=18)) for name in names}
    loans = {
        name: a_loan(
            name,
            guarantee=draw(guarantees()),
            disbursed=part_of(agreed[name].principal, draw(some_parts)),
            **stated(agreed[name]),
        )
        for name in names
    }
    first = min(loan.terms.disbursed_on for loan in loans.values())
    fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
    money = draw(st.integers(1, 10**12)) + (10**14 if rich else 0)
    fund = fund.deposit(from_fen(money), on=first, ref="财预1")
    states = [(fund, loans)]
    for number in range(draw(st.integers(0, 12))):
        act, name = (
            draw(st.sampled_from(list(ACTS) if rich else WITHOUT_DISBURSING)),
            draw(st.sampled_from(list(loans))),
        )
        try:
            fund, loan = ACTS[act](draw, Moment(fund, loans[name]), f"V{number}")
        except MicroloanError:
            continue
        loans = loans | {name: loan}
        states.append((fund, loans))
    return states


@given(states=busy_funds(), data=st.data())
def test_after_any_history_the_sums_are_those_of_the_entries(
    shared_database, new_book, any_leverage, states, data
):
    book, (fund, loans) = new_book(), states[0]
    shared_database.keep(fund, book=book)
    shared_database.admit(*loans.values(), under=any_leverage, book=book)
    for fund, loans in (*states[1:-1], states[-1]):
        if data.draw(st.booleans()) or (fund, loans) == states[-1]:
            with shared_database.work(book) as uow:
                uow.save(fund)
                for loan in loans.values():
                    uow.admit(loan, under=any_leverage, on=loan.terms.disbursed_on)
                uow.commit()

    days = {entry.on for loan in loans.values() for entry in loan.entries}
    days |= {entry.on for entry in fund.entries}
    days |= {day + timedelta(days=step) for day in days for step in (-1, 1)} | {date(2100, 12, 31)}
    with shared_database.work(book) as uow:
        for day in sorted(days):
            kept = uow.leverage("F-01", under=any_leverage, as_of=day)
            assert kept == measure_leverage(fund, loans.values(), under=any_leverage, as_of=day)
            assert kept.balance_fen == shared_database.one(BALANCE, book, str(day))
    on_row = shared_database.sql(f"SELECT {SUMS} FROM microloan_fund WHERE book_id = ?", book)
    of_days = ", ".join(f"sum({name})" for name in SUMS.split(", "))
    assert on_row == shared_database.sql(
        f"SELECT {of_days} FROM microloan_fund_day WHERE book_id = ?", book
    )
    assert on_row == [(kept.balance_fen, kept.exposure_fen, kept.covered_fen)]


@pytest.fixture
def stretched(database):
    """A fund of 200,000 that stands behind eight loans of 120,000."""
    fund = a_fund(200_000)
    loans = [
        a_loan(f"HT-{number}", amortization=Amortization.BULLET, months=6) for number in range(1, 9)
    ]
    database.keep(fund)
    database.admit(*loans, under=RULES)
    return fund, loans


def test_a_payout_that_takes_the_fund_over_its_cap_is_stored_and_shows_what_is_lacking(
    database, stretched
):
    fund, (loan, *others) = stretched
    claimed = date(2024, 11, 1)
    fund, loan = pay_claim(fund, loan, on=claimed, ref="代偿1")
    database.keep(fund, loan)
    with database.work() as uow:
        before = uow.leverage("F-01", under=RULES, as_of=date(2024, 10, 31))
        after = uow.leverage("F-01", under=RULES, as_of=claimed)
    assert (before.exposure, before.limit, before.top_up) == (cny(960_000), cny(1_000_000), cny(0))
    assert (after.balance, after.exposure) == (cny(104_000), cny(840_000))
    assert (after.within_cap, after.headroom, after.top_up) == (False, cny(0), cny(64_000))
    assert after == measure_leverage(fund, [loan, *others], under=RULES, as_of=claimed)


def test_a_deposit_meets_the_top_up_duty(database, stretched):
    fund, (loan, *_) = stretched
    claimed = date(2024, 11, 1)
    fund, loan = pay_claim(fund, loan, on=claimed, ref="代偿1")
    fund = fund.deposit(cny(64_000), on=claimed, ref="补足1")
    database.keep(fund, loan)
    with database.work() as uow:
        leverage = uow.leverage("F-01", under=RULES, as_of=claimed)
    assert (leverage.within_cap, leverage.headroom, leverage.top_up) == (True, cny(0), cny(0))


def test_before_anything_happened_the_sums_are_nothing(database):
    database.keep(a_fund(0))
    with database.work() as uow:
        leverage = uow.leverage("F-01", under=RULES, as_of=date(2024, 1, 1))
    assert (leverage.balance, leverage.exposure, leverage.covered_exposure) == (cny(0),) * 3
    assert database.sql(f"SELECT {SUMS} FROM microloan_fund") == [(0, 0, 0)]
    assert database.count("fund_day") == 0


def test_the_sums_of_a_day_are_moved_and_not_written_anew(database):
    fund, day = a_fund(0), date(2024, 1, 15)
    for number in range(1, 4):
        fund = fund.deposit(cny(100_000), on=day, ref=f"财预{number}")
        database.keep(fund)
    database.admit(a_loan(), under=RULES)
    assert database.sql(f"SELECT effective_on, {SUMS} FROM microloan_fund_day") == [
        ("2024-01-15", 30_000_000, 12_000_000, 9_600_000)
    ]


def test_every_stored_amount_is_a_whole_number_of_fen(database, stretched):
    fund, (loan, *_) = stretched
    database.keep(*pay_claim(fund, loan, on=date(2024, 11, 1), ref="代偿1"))
    with database.work() as uow:
        uow.save(a_loan("HT-9", guarantee=None, principal=cny("0.01")))
        uow.commit()
    seen = 0
    for table in database.tables():
        for column in (name for name in database.columns(table) if name.endswith("_fen")):
            kinds = database.kinds(table, column)
            assert kinds <= {"integer"}, (table, column)
            seen += len(kinds)
    assert seen == 18  # an entry of a fund holds two parts of a ratio, a day its commitments
