"""A book tells of any history of a fund and its loans what the two tell themselves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracle_fund as oracle
from fund_strategies import (
    A_FUND,
    BANKS,
    FUND,
    GROUPS,
    NUMBERS,
    OTHER,
    new_loans,
    stored_stories,
)
from histories import RULES, a_fund, a_loan
from microloan import (
    FundEntryKind,
    LeverageExceeded,
    MicroloanError,
    advance_subsidy,
    approve_loan,
    leverage_path,
    measure_leverage,
    withdraw,
)
from microloan.money import cny, fen, from_fen

TESTED = {FundEntryKind.WITHDRAWAL, FundEntryKind.ADVANCE, FundEntryKind.COMMITMENT}
DAYS = """
    SELECT effective_on, balance_fen, exposure_fen, covered_fen, committed_fen
    FROM microloan_fund_day WHERE book_id = ? AND fund_id = ? ORDER BY effective_on
"""
ROW = """
    SELECT balance_fen, exposure_fen, covered_fen FROM microloan_fund
    WHERE book_id = ? AND fund_id = ?
"""


class Keeper:
    """Writes a story into a book of its own; what lowers the room by the act that tests it."""

    def __init__(self, database, book, rules):
        self.database, self.book, self.rules = database, book, rules
        self.kept = None

    def work(self):
        """A transaction over the book."""
        return self.database.work(self.book)

    def sql(self, query):
        """What raw SQL says of the fund."""
        return self.database.sql(query, self.book, FUND)

    def write(self, story, draw):
        """All states of a story, at times several of them at once."""
        first, *others = story.states
        money = from_fen(10**14)
        other = replace(A_FUND, id=OTHER).deposit(money, on=first.fund.entries[0].on, ref="财预0")
        self.database.keep(first.fund, other, book=self.book)
        self.kept = before = first
        for office in others:
            new = office.fund.entries[len(before.fund.entries) :]
            if any(self.tested(office.fund, entry) for entry in new):
                self.flush(before)
                self.enter(office, *new)
            elif draw(st.booleans()):
                self.flush(office)
            before = office
        self.flush(before)

    def tested(self, fund, entry):
        """Whether an entry lowers the room, such as one that undoes a release."""
        undone = fund.entries[entry.undoes - 1].kind if entry.undoes else None
        return entry.kind in TESTED or undone is FundEntryKind.RELEASE

    def flush(self, office):
        """What is new of fund and loans, in one transaction."""
        known = {loan.id: loan for loan in self.kept.loans}
        changed = [loan for loan in office.loans if known.get(loan.id) != loan]
        with self.work() as uow:
            for loan in changed:
                if loan.guarantee is not None:
                    uow.admit(loan, under=self.rules, on=loan.terms.disbursed_on)
            uow.save(office.fund, *changed)
            uow.commit()
        self.kept = office

    def enter(self, office, entry):
        """An act that is tested under the fund's lock."""
        doing = {"under": self.rules, "on": entry.on, "booked_on": entry.booked_on}
        with self.work() as uow:
            desk, act = uow.funds, {"ref": entry.ref, **doing}
            if entry.undoes:
                fund = desk.reverse(FUND, entry.undoes, **act)
            elif entry.kind is FundEntryKind.COMMITMENT:
                act |= {"lender": entry.lender, "groups": entry.groups, "lapses_on": entry.until}
                fund = desk.approve(FUND, entry.loan_id, entry.amount, **act)
            else:
                act |= {"account": entry.account, "level": entry.level}
                leaves = entry.kind is FundEntryKind.WITHDRAWAL
                verb = desk.withdraw if leaves else desk.advance_subsidy
                fund = verb(FUND, entry.amount, **act)
            uow.commit()
        assert fund == office.fund
        self.kept = office


@pytest.fixture(scope="module")
def new_keeper(shared_database, new_book, any_leverage):
    """Make keepers, each with a book that nobody has used."""
    return lambda: Keeper(shared_database, new_book(), any_leverage)


def keeps_it_all(new_keeper, story, data):
    keeper, office = new_keeper(), story.end
    keeper.write(story, data.draw)

    with keeper.work() as uow:
        assert uow.funds.get(FUND) == office.fund
        assert {loan.id: uow.loans.get(loan.id) for loan in office.loans} == {
            loan.id: loan for loan in office.loans
        }
        for rules in (RULES, keeper.rules):
            kept = uow.leverage_path(FUND, under=rules)
            assert kept == leverage_path(office.fund, office.loans, under=rules)
    reckoned = oracle.reckon(office.fund, office.loans)
    rows = {date.fromisoformat(on): sums for on, *sums in keeper.sql(DAYS)}
    moved = {on: sums for on, sums in rows.items() if any(sums)}  # what was undone leaves zeros
    days, sums = reckoned.days(office.days[0], reckoned.last_change), [0, 0, 0, 0]
    assert set(moved) <= {day.on for day in days}
    for day in days:
        sums = [one + more for one, more in zip(sums, moved.get(day.on, [0] * 4), strict=True)]
        assert sums == [day.balance, day.exposure, day.covered, day.committed], day
    assert keeper.sql(ROW) == [(*sums[:3],)]


@settings(max_examples=20)
@given(story=stored_stories, data=st.data())
def test_a_book_keeps_any_history_and_its_sums_are_those_of_every_day(new_keeper, story, data):
    keeps_it_all(new_keeper, story, data)


@pytest.mark.slow
@settings(max_examples=300)
@given(story=stored_stories, data=st.data())
def test_a_book_keeps_three_hundred_histories_and_their_sums(new_keeper, story, data):
    keeps_it_all(new_keeper, story, data)


# ---- under a real cap


@settings(max_examples=15)
@given(story=stored_stories, data=st.data())
def test_under_a_lock_the_same_is_refused_as_by_the_fund_and_its_loans(new_keeper, story, data):
    keeper, office = new_keeper(), story.end
    keeper.write(story, data.draw)
    on = data.draw(st.sampled_from(office.days)) + timedelta(days=data.draw(st.integers(-1, 1)))
    # The fund is so rich that only amounts near all it has are too much.
    free = fen(office.fund.balance(as_of=on))
    amount = from_fen(max(data.draw(st.sampled_from([1, free, free + 1, 5 * free])), 1))
    doing = {"under": RULES, "on": on, "ref": "新1"}
    lent = doing | {
        "lender": data.draw(st.sampled_from(BANKS)),
        "groups": data.draw(st.frozensets(st.sampled_from(GROUPS))),
        "lapses_on": on + timedelta(days=data.draw(st.integers(0, 40))),
    }
    name = data.draw(st.sampled_from(NUMBERS))
    acts = [
        (
            lambda: withdraw(office.fund, office.loans, amount, **doing),
            lambda desk: desk.withdraw(FUND, amount, **doing),
        ),
        (
            lambda: advance_subsidy(office.fund, office.loans, amount, **doing),
            lambda desk: desk.advance_subsidy(FUND, amount, **doing),
        ),
        (
            lambda: approve_loan(office.fund, office.loans, name, amount, **lent),
            lambda desk: desk.approve(FUND, name, amount, **lent),
        ),
    ]
    plain, stored = data.draw(st.sampled_from(acts))
    with keeper.work() as uow:
        assert told(lambda: stored(uow.funds)) == told(plain)
        assert uow.funds.get(FUND) == (office.fund if is_refused(plain) else plain())


def told(act):
    """What an act returns, or what its refusal says."""
    try:
        return act()
    except MicroloanError as refusal:
        return type(refusal), str(refusal), refusal.value, refusal.limit


def is_refused(act):
    """Whether an act is refused."""
    try:
        act()
    except MicroloanError:
        return True
    return False


@settings(max_examples=15)
@given(story=stored_stories, loan=new_loans(), data=st.data())
def test_a_loan_is_admitted_exactly_where_every_day_from_then_on_bears_it(
    new_keeper, story, loan, data
):
    keeper, office = new_keeper(), story.end
    keeper.write(story, data.draw)
    on = data.draw(st.sampled_from([loan.terms.disbursed_on, office.today]))
    over = oracle.reckon(office.fund, [*office.loans, loan]).first_day_over(on)
    with keeper.work() as uow:
        if over is None:
            uow.admit(loan, under=RULES, on=on)
            assert uow.loans.get(loan.id) == loan
            return
        with pytest.raises(LeverageExceeded):
            uow.admit(loan, under=RULES, on=on)
        assert uow.loans.ids() == sorted(one.id for one in office.loans)


def test_an_approval_is_not_used_up_by_a_loan_of_its_number_that_the_fund_does_not_guarantee(
    database,
):
    # 60,000 are approved for HT-1; the HT-1 of 50,000 in the book has no guarantee at all.
    loan = a_loan("HT-1", guarantee=None, principal=cny(50_000), disbursed_on=date(2024, 6, 1))
    database.keep(a_fund())
    with database.work() as uow:
        fund = uow.funds.approve(
            FUND,
            "HT-1",
            cny(60_000),
            lender="BANK-1",
            lapses_on=date(2024, 12, 1),
            under=RULES,
            on=date(2024, 5, 1),
            ref="批1",
        )
        uow.save(loan)
        uow.commit()
    with database.work() as uow:
        kept = uow.leverage(FUND, under=RULES, as_of=date(2024, 7, 1))
    assert kept.committed == cny(60_000)
    assert kept == measure_leverage(fund, [loan], under=RULES, as_of=date(2024, 7, 1))
