"""A book lives through anything, and answers every question as a model in plain Python does.

A Hypothesis machine does acts to a book in a database and to :mod:`model_book`, through the same
words. The results, the refusals and, after each step, every answer of the two must be the same.
How a host holds its database, and how its transaction ends, is drawn as well.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, auto
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RULE_MARKER,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from histories import RULES, a_loan
from microloan import (
    EntryKind,
    Guarantee,
    GuaranteeFund,
    HalfYear,
    InterestQuarter,
    MicroloanError,
    Prepayment,
    Repricing,
    change_rate,
    cny,
    disburse,
    extend,
    from_fen,
    pay_claim,
    percent,
    receive_recovery,
    recover,
    reverse_both,
    write_off,
)
from microloan.assignment import AssignedTo, Assignment
from microloan.commitment import release_commitment, with_commitment
from microloan.fund_decision import raise_cap
from microloan.fund_ledger import FundEntryKind
from microloan.fund_outflow import with_withdrawal
from microloan.quotient import Quotient
from microloan.reminder import Channel, Contact, Outcome
from microloan.store import UnitOfWork
from microloan.store.fund_sums import FundSums
from microloan.store.repositories import Loans
from microloan.store.transaction import Transaction
from microloan.visit import BusinessState, FollowUpVisit
from model_book import ModelBook
from requesting import asks, lent

FIRST = date(2024, 1, 10)
FUNDS, NAMES, BANK = ("F-01", "F-02"), ("HT-1", "HT-2", "HT-3", "HT-4", "HT-5"), "BANK-1"
MOST_LOANS = 7

picks = st.integers(0, 11)
days_back = st.sampled_from([0, 0, 0, 0, 1, 12, 45, 200])
sums = st.sampled_from([100, 5_000, 20_000, 60_000])
halves = st.sampled_from([HalfYear(2024, 1), HalfYear(2024, 2), HalfYear(2025, 1)])


class Style(Enum):
    """How the host holds its database."""

    ENGINE = auto()
    CONNECTION = auto()
    SESSION = auto()


class Ending(Enum):
    """How an act ends; only COMMIT keeps it."""

    COMMIT = auto()
    LEFT = auto()
    ERROR = auto()
    SAVEPOINT_ROLLED_BACK = auto()
    ROLLED_BACK = auto()


ENDINGS = [
    (style, ending)
    for style in Style
    for ending in Ending
    if style is not Style.ENGINE or ending in (Ending.COMMIT, Ending.LEFT, Ending.ERROR)
]


def guaranteed(loan):
    return loan.guarantee is not None and loan.payout is None


def paid_for(loan):
    return loan.payout is not None


def written_off(loan):
    return loan.entries[-1].kind in (EntryKind.WRITE_OFF, EntryKind.RECOVERY)


def holds(chosen):
    """The rule is for a book with a loan of some sort."""
    return precondition(lambda machine: any(map(chosen, machine.model.held_loans.values())))


class HostError(Exception):
    """The host fails."""


@dataclass
class Plan:
    """How the next act is done."""

    style: Style = Style.ENGINE
    ending: Ending = Ending.COMMIT
    times: int = 1


def outcome(act, book):
    """What an act returns, or the kind of its refusal."""
    try:
        return act(book)
    except MicroloanError as refusal:
        return type(refusal).__name__


class BookMachine(RuleBasedStateMachine):
    """Does the same to a book in a database and to a book in dictionaries."""

    def __init__(self, database, book):
        super().__init__()
        self.database, self.book = database, book
        self.engine = database.engine
        self.model, self.plan = ModelBook(), Plan()
        self.today, self.vouchers = FIRST, 0
        self.acts, self.views, self.anchors = [], [], []
        self.to_compare = False

    # ---- doing

    def do(self, act):
        """Do an act to both books, as planned."""
        plan, self.plan, self.to_compare = self.plan, Plan(), True
        after = self.model.copy()
        expected = [outcome(act, after) for _ in range(plan.times)]
        end = outcome(ModelBook.commit, after)

        def check(uow):
            assert [outcome(act, uow) for _ in range(plan.times)] == expected
            assert bool(uow.written) == (after != self.model)
            if plan.ending is not Ending.COMMIT:
                compare(uow, after)
            if plan.ending is Ending.ERROR:
                raise HostError
            if plan.ending is not Ending.LEFT:
                assert outcome(UnitOfWork.commit, uow) == end

        self._in_the_hands_of(plan, check)
        if plan.ending is Ending.COMMIT and end is None:
            self._remember(act, after)

    def _remember(self, act, after):
        held = [*after.held_loans.values(), *after.held_funds.values()]
        known = {*map(id, self.model.held_loans.values()), *map(id, self.model.held_funds.values())}
        self.views += [one for one in held if id(one) not in known]
        self.model = after
        self.acts.append(act)

    def _in_the_hands_of(self, plan, check):
        if plan.style is Style.ENGINE:
            self._work(self.engine, check)
            return
        holding = Session(self.engine) if plan.style is Style.SESSION else self.engine.connect()
        with holding as host:
            point = host.begin_nested() if plan.ending is Ending.SAVEPOINT_ROLLED_BACK else None
            self._work(host, check)
            if point is not None:
                point.rollback()
            if plan.ending is Ending.ROLLED_BACK:
                host.rollback()
            else:
                host.commit()

    def _work(self, bind, check):
        try:
            with UnitOfWork(bind, book=self.book) as uow:
                check(uow)
        except HostError:
            pass

    @invariant()
    def every_question_has_the_answer_of_the_model(self):
        if not self.to_compare:
            return
        self.to_compare = False
        with UnitOfWork(self.engine, book=self.book) as uow:
            compare(uow, self.model, anchor=self.anchors[-1] if self.anchors else None)

    def teardown(self):
        """Whatever was closed is as it was, and every anchor that was kept still holds."""
        with UnitOfWork(self.engine, book=self.book) as uow:
            for words, ask in _of_closings(self.model.kept):
                assert (words, outcome(ask, uow)) == (words, outcome(ask, self.model))
            for half, version in self.model.kept:
                kept = uow.half_years.anchor(half, version=version)
                assert kept.digest == uow.half_years.closing(half, version=version).anchor
                self.anchors.append(kept)
            for anchor in self.anchors:
                assert uow.verify(anchor=anchor) == ()

    # ---- naming

    def voucher(self):
        self.vouchers += 1
        return f"V{self.vouchers}"

    def day(self, back):
        """A day, and whether it is booked late."""
        return max(self.today - timedelta(days=back), FIRST)

    def loan(self, pick):
        names = sorted(self.model.held_loans)
        return names[pick % len(names)]

    def new_name(self, pick):
        """Mostly a contract number that is free, the same one until it is used."""
        held = len(self.model.held_loans)
        return f"HT-{held + 1}" if pick < 9 and held < MOST_LOANS else NAMES[pick % len(NAMES)]

    def approvals(self):
        """The approvals that were made, by fund and voucher."""
        return [
            (fund.id, line.ref)
            for fund in self.model.held_funds.values()
            for line in fund.standing
            if line.kind is FundEntryKind.COMMITMENT
        ]

    def among(self, chosen, pick):
        """One of the loans of a sort, mostly; once in a while any."""
        names = [name for name, loan in sorted(self.model.held_loans.items()) if chosen(loan)]
        return names[pick % len(names)] if names and pick else self.loan(pick)

    def fund(self, pick):
        names = sorted(self.model.held_funds)
        return names[pick % len(names)]

    def on_loan(self, name, verb, back=0, *, late=True, enter="save"):
        """Do something to a loan as it stands."""
        on, ref = self.day(back), self.voucher()
        doing = {"on": on, "ref": ref, "booked_on": self.today if late else on}

        def act(book):
            loan = verb(book.loans.get(name), doing)
            if enter == "admit":
                book.admit(loan, under=RULES, on=doing["booked_on"])
            else:
                book.save(loan)

        self.do(act)

    def on_fund(self, name, verb):
        self.do(lambda book: book.save(verb(book.funds.get(name))))

    def on_both(self, name, verb):
        """Do what fund and loan share."""

        def act(book):
            loan = book.loans.get(name)
            fund = book.funds.get(loan.guarantee.fund_id if loan.guarantee else FUNDS[0])
            book.save(*verb(fund, loan))

        self.do(act)

    def new_loan(self, name, fund, kind, *, part=False, back=0, amount=120_000):
        """A loan of one of three kinds, behind which a fund stands or none."""
        promise = None
        if fund is not None:
            promise = Guarantee(fund_id=fund, coverage=percent("80"), claimable_after_days=30)
        on = self.day(back)
        if kind == 0:
            return lent(name, amount=amount, on=on, guarantee=promise)
        first = amount // 2 if part else None
        return a_loan(
            name,
            guarantee=promise,
            disbursed_on=on,
            principal=cny(amount),
            annual_rate=percent("4.95"),
            disbursed=first,
            booked_on=self.today,
            repricing=Repricing.FLOATING,
        )

    has_loans = holds(lambda loan: True)
    has_funds = precondition(lambda self: self.model.held_funds)

    # ---- funds

    @initialize(money=st.sampled_from([70_000, 100_000, 200_000]))
    def begin(self, money):
        """A fund, a loan behind which it stands, and two behind which nobody does."""
        fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
        fund = fund.deposit(cny(money), on=date(2024, 1, 2), ref="财1")
        first = self.new_loan("HT-1", "F-01", 1, part=True, amount=60_000)
        others = self.new_loan("HT-2", None, 2), self.new_loan("HT-3", None, 0)

        def act(book):
            book.save(fund, *others)
            book.admit(first, under=RULES, on=FIRST)

        self.do(act)
        self.today += timedelta(days=100)

    @rule(name=st.sampled_from(FUNDS), money=sums, title=st.sampled_from(["甲基金", "乙基金"]))
    def open_fund(self, name, money, title):
        fund = GuaranteeFund(id=name, name=title)
        fund = fund.deposit(cny(money), on=self.today, ref=self.voucher())
        self.do(lambda book: book.save(fund))

    @has_funds
    @rule(pick=picks, money=sums, back=days_back)
    def deposit(self, pick, money, back):
        on, ref = self.day(back), self.voucher()
        booked_on = self.today
        self.on_fund(
            self.fund(pick),
            lambda fund: fund.deposit(cny(money), on=on, ref=ref, booked_on=booked_on),
        )

    @has_funds
    @rule(pick=picks, money=sums, back=days_back)
    def withdraw(self, pick, money, back):
        name, on, ref = self.fund(pick), self.day(back), self.voucher()
        self.do(lambda book: book.funds.withdraw(name, cny(money), under=RULES, on=on, ref=ref))

    @has_funds
    @rule(pick=picks, which=picks, money=sums, days=st.sampled_from([1, 30, 200]))
    def approve(self, pick, which, money, days):
        fund_id, on, ref = self.fund(pick), self.today, self.voucher()
        name = self.new_name(which)
        promise = {"lender": BANK, "lapses_on": on + timedelta(days=days), "on": on, "ref": ref}
        self.do(
            lambda book: book.funds.approve(fund_id, name, cny(2 * money), under=RULES, **promise)
        )

    @precondition(lambda self: self.approvals())
    @rule(which=picks)
    def release(self, which):
        on, ref = self.today, self.voucher()
        name, against = self.approvals()[which % len(self.approvals())]
        self.on_fund(name, lambda fund: release_commitment(fund, against, on=on, ref=ref))

    @has_funds
    @rule(pick=picks, back=st.integers(0, 3))
    def undo_an_entry_of_a_fund(self, pick, back):
        name, on, ref = self.fund(pick), self.today, self.voucher()
        number = max(len(self.model.held_funds[name].entries) - back, 1)
        self.do(lambda book: book.funds.reverse(name, number, under=RULES, on=on, ref=ref))

    @has_funds
    @rule(pick=picks)
    def raise_the_cap(self, pick):
        on, ref, rate = self.today, self.voucher(), Quotient(name="还款率", part=99, whole=100)
        deciding = {"to": 10, "repayment_rate": rate, "under": RULES, "on": on, "ref": ref}
        self.on_fund(self.fund(pick), lambda fund: raise_cap(fund, **deciding))

    @has_funds
    @rule(pick=picks, name=st.sampled_from(NAMES), money=sums, promises=st.booleans())
    def save_what_has_to_be_tested(self, pick, name, money, promises):
        on, ref = self.today, self.voucher()
        promise = {"lender": BANK, "lapses_on": on + timedelta(days=9), "on": on, "ref": ref}

        def verb(fund):
            if promises:
                return with_commitment(fund, name, cny(money), **promise)
            return with_withdrawal(fund, cny(money), on=on, ref=ref)

        self.on_fund(self.fund(pick), verb)

    # ---- lending

    @rule(
        which=picks,
        pick=picks,
        kind=st.integers(0, 2),
        part=st.booleans(),
        back=days_back,
        amount=st.sampled_from([40_000, 120_000, 120_000, 240_000]),
    )
    def admit(self, which, pick, kind, part, back, amount):  # noqa: PLR0917 — a rule draws each
        name, fund = self.new_name(which), self.fund(pick) if pick else "F-00"
        loan, on = self.new_loan(name, fund, kind, part=part, back=back, amount=amount), self.today
        self.do(lambda book: book.admit(loan, under=RULES, on=on))

    @rule(
        some=st.lists(st.tuples(st.integers(0, 3), picks), max_size=4),
        kind=st.integers(0, 2),
        amount=st.sampled_from([20_000, 80_000]),
    )
    def admit_many(self, some, kind, amount):
        held = len(self.model.held_loans)
        loans = [
            self.new_loan(f"HT-{held + number}", self.fund(pick), kind, amount=amount)
            for number, pick in some
        ]
        on = self.today
        self.do(lambda book: book.admit_all(loans, under=RULES, on=on))

    @rule(which=picks, kind=st.integers(0, 2), back=days_back, twice=st.booleans())
    def lend_without_a_guarantee(self, which, kind, back, twice):
        loan = self.new_loan(self.new_name(which), None, kind, back=back)
        self.do(lambda book: book.save(loan, loan) if twice else book.save(loan))

    @rule(which=picks, kind=st.integers(0, 2), guaranteed=st.booleans())
    def enter_by_the_wrong_way(self, which, kind, guaranteed):
        name = self.new_name(which)
        loan, on = self.new_loan(name, "F-01" if guaranteed else None, kind), self.today
        if guaranteed:
            self.do(lambda book: book.save(loan))
        else:
            self.do(lambda book: book.admit(loan, under=RULES, on=on))

    @has_loans
    @rule(pick=picks, amount=sums, enter=st.sampled_from(["admit", "admit", "save"]))
    def pay_out_more(self, pick, amount, enter):
        self.on_loan(
            self.loan(pick), lambda loan, doing: disburse(loan, cny(amount), **doing), enter=enter
        )

    # ---- loans

    @has_loans
    @rule(pick=picks, back=days_back, share=st.sampled_from([1, 1, 2, -1]), late=st.booleans())
    def repay(self, pick, back, share, late):
        """What is owed, half of it, or a fen too much."""

        def verb(loan, doing):
            owed = loan.position(as_of=doing["on"]).arrears_fen
            amount = owed + 1 if share < 0 else owed // share
            return loan.repay(from_fen(max(amount, 1)), **doing)

        self.on_loan(self.loan(pick), verb, back, late=late)

    @has_loans
    @rule(pick=picks, back=days_back, whole=st.booleans(), then=st.sampled_from(Prepayment))
    def repay_early(self, pick, back, whole, then):
        def verb(loan, doing):
            owed = loan.payoff(on=doing["on"]).total_fen
            return loan.prepay(from_fen(max(owed if whole else owed // 2, 1)), **doing, then=then)

        self.on_loan(self.loan(pick), verb, back)

    @has_loans
    @rule(pick=picks, back=st.integers(0, 3))
    def undo_an_entry(self, pick, back):
        name, on, ref = self.loan(pick), self.today, self.voucher()
        number = max(len(self.model.held_loans[name].entries) - back, 1)
        self.do(lambda book: book.save(book.loans.get(name).reverse(number, on=on, ref=ref)))

    @has_loans
    @rule(pick=picks, back=days_back, rate=st.sampled_from(["4", "7.2"]))
    def change_the_rate(self, pick, back, rate):
        self.on_loan(
            self.loan(pick), lambda loan, doing: change_rate(loan, percent(rate), **doing), back
        )

    @has_loans
    @rule(pick=picks, back=days_back, months=st.sampled_from([3, 6]))
    def extend(self, pick, back, months):
        self.on_loan(
            self.loan(pick), lambda loan, doing: extend(loan, months=months, **doing), back
        )

    @has_loans
    @rule(pick=picks, back=days_back)
    def write_off(self, pick, back):
        self.on_loan(self.loan(pick), lambda loan, doing: write_off(loan, **doing), back)

    @holds(written_off)
    @rule(pick=picks, amount=sums)
    def recover_what_was_written_off(self, pick, amount):
        self.on_loan(
            self.among(written_off, pick), lambda loan, doing: recover(loan, cny(amount), **doing)
        )

    # ---- what fund and loan share

    @holds(guaranteed)
    @rule(pick=picks, back=days_back)
    def pay_a_claim(self, pick, back):
        doing = {"on": self.day(back), "ref": self.voucher(), "booked_on": self.today}
        self.on_both(
            self.among(guaranteed, pick), lambda fund, loan: pay_claim(fund, loan, **doing)
        )

    @holds(paid_for)
    @rule(pick=picks, amount=sums)
    def recover_after_a_payout(self, pick, amount):
        doing = {"on": self.today, "ref": self.voucher()}
        self.on_both(
            self.among(paid_for, pick),
            lambda fund, loan: receive_recovery(fund, loan, cny(amount), **doing),
        )

    @holds(paid_for)
    @rule(pick=picks, back=st.integers(0, 2))
    def undo_on_both(self, pick, back):
        name, doing = self.among(paid_for, pick), {"on": self.today, "ref": self.voucher()}
        number = max(len(self.model.held_loans[name].entries) - back, 1)
        self.on_both(name, lambda fund, loan: reverse_both(fund, loan, number, **doing))

    @holds(guaranteed)
    @rule(pick=picks, of_fund=st.booleans())
    def save_one_side_only(self, pick, of_fund):
        name, doing = self.among(guaranteed, pick), {"on": self.today, "ref": self.voucher()}

        def verb(fund, loan):
            paid = pay_claim(fund, loan, **doing)
            return paid[:1] if of_fund else paid[1:]

        self.on_both(name, verb)

    # ---- again, and too late

    @precondition(lambda self: self.views)
    @rule(which=st.integers(0, 60), new=st.booleans())
    def save_an_old_view(self, which, new):
        """What was read some time ago, as it was or with something new."""
        view, on, ref = self.views[which % len(self.views)], self.today, self.voucher()

        def act(book):
            if not new:
                book.save(view)
            elif isinstance(view, GuaranteeFund):
                book.save(view.deposit(cny(100), on=on, ref=ref))
            else:
                owed = view.position(as_of=on).arrears_fen
                book.save(view.repay(from_fen(max(owed, 1)), on=on, ref=ref))

        self.do(act)

    @precondition(lambda self: self.acts)
    @rule(which=st.integers(0, 60))
    def repeat_an_earlier_act(self, which):
        self.do(self.acts[which % len(self.acts)])

    @has_loans
    @rule(pick=picks, which=picks, cents=st.integers(1, 99))
    def use_a_voucher_for_something_else(self, pick, which, cents):
        name = self.loan(pick)
        entries = self.model.held_loans[name].entries
        entry = entries[which % len(entries)]
        amount = from_fen(entry.received_fen + cents)
        doing = {"on": entry.on, "ref": entry.ref, "booked_on": entry.booked_on}
        self.do(lambda book: book.save(book.loans.get(name).repay(amount, **doing)))

    # ---- half-years

    @rule(half=halves, days=st.sampled_from([0, 0, 0, 1, -400]))
    def close(self, half, days):
        on = self.today + timedelta(days=days)

        def act(book):
            closing = book.close(half, on=on)
            return closing.half, closing.version, closing.closed_on

        self.do(act)

    @rule(days=st.sampled_from([0, 0, -400]))
    def close_the_next_one(self, days):
        closed = self.model.half_years.closed()
        half = closed[-1].next if closed else HalfYear(2024, 1)
        self.today = max(self.today, half.last_day + timedelta(days=2))
        self.close(half=half, days=days)

    @rule(half=halves, reason=st.sampled_from(["更正", "补记"]))
    def reopen(self, half, reason):
        on, closed = self.today, self.model.half_years.closed()
        wanted = closed[-1] if closed and reason == "更正" else half
        self.do(lambda book: _reopened(book.reopen(wanted, on=on, reason=reason)))

    # ---- records

    @has_loans
    @rule(more=st.sampled_from([0, 0, 0, 1]), days=st.sampled_from([3, 3, 3, 0]))
    def request(self, more, days):
        """The request for the quarter that is over, or the one after it."""
        before = [one.quarter for one in self.model.requests.of(BANK)]
        quarter = _next(before[-1]) if before else InterestQuarter(2024, 3)
        quarter = _next(quarter) if more else quarter
        on = max(self.today, quarter.last_day + timedelta(days=days))

        def act(book):
            request = asks(
                *book.loans.all(), quarter=quarter, on=on, earlier=book.requests.of(BANK)
            )
            book.requests.save(request)
            return request

        self.do(act)

    @precondition(lambda self: self.model.asked)
    @rule(which=picks, days=st.integers(0, 2))
    def repeat_a_request(self, which, days):
        asked = self.model.asked[which % len(self.model.asked)]
        again = replace(asked, on=asked.on + timedelta(days=days))
        self.do(lambda book: book.requests.save(again))

    @rule(
        name=st.sampled_from(NAMES),
        what=st.sampled_from([AssignedTo.OFFICER, AssignedTo.DISTRICT]),
        value=st.sampled_from(["O-1", "O-2"]),
        back=days_back,
        twice=st.booleans(),
    )
    def assign(self, name, what, value, back, twice):
        on, ref = self.day(back), "管1"
        made = Assignment(loan_id=name, what=what, value=value, on=on, ref=ref)
        self.do(lambda book: book.assignments.record(*[made] * (1 + twice)))

    def _visit(self, name, back, ref):
        return FollowUpVisit(
            loan_id=name,
            on=self.day(back),
            ref=ref,
            visitors=("O-1",),
            state=BusinessState.NORMAL,
            on_site=False,
            booked_on=self.today,
        )

    def _contact(self, name, back, ref):
        return Contact(
            loan_id=name,
            due_on=self.day(back),
            days=0,
            on=self.day(back),
            channel=Channel.PHONE,
            officer="O-1",
            outcome=Outcome.NOT_REACHED,
            ref=ref,
        )

    @rule(name=st.sampled_from(NAMES), back=days_back, ref=st.sampled_from(["访1", "访2"]))
    def visit(self, name, back, ref):
        made = self._visit(name, back, ref)
        self.do(lambda book: book.follow_up.record(made))

    @rule(name=st.sampled_from(NAMES), back=days_back, ref=st.sampled_from(["访1", "访2"]))
    def contact(self, name, back, ref):
        made = self._contact(name, back, ref)
        self.do(lambda book: book.follow_up.record(made))

    @has_loans
    @rule(pick=picks, name=st.sampled_from(NAMES), back=days_back)
    def record_several(self, pick, name, back):
        """All or none; one may be of a loan that the book does not hold."""
        ref = self.voucher()
        made = [self._visit(self.loan(pick), 0, ref), self._contact(self.loan(pick), 0, ref)]
        made += [self._visit(self.loan(pick), 0, ref), self._contact(name, back, f"{ref}b")]
        self.do(lambda book: book.follow_up.record(*made))

    # ---- hosts and time

    @rule(plan=st.sampled_from(ENDINGS))
    def let_the_next_act_be_a_hosts(self, plan):
        self.plan = replace(self.plan, style=plan[0], ending=plan[1])

    @rule()
    def do_the_next_act_twice(self):
        self.plan = replace(self.plan, times=2)

    @rule()
    def start_the_program_anew(self):
        self.engine.dispose()
        self.engine = self.database.new_engine()
        self.to_compare = True

    @rule()
    def keep_an_anchor(self):
        with UnitOfWork(self.engine, book=self.book) as uow:
            anchor = uow.anchor()
        self.anchors.append(type(anchor).from_json(anchor.to_json()))
        self.to_compare = True

    @rule(days=st.sampled_from([1, 20, 35, 100]))
    def let_time_pass(self, days):
        self.today += timedelta(days=days)


# ---- the questions


def compare(book, model, *, anchor=None):
    """Ask both books everything."""
    for words, ask in questions(model, anchor):
        assert (words, outcome(ask, book)) == (words, outcome(ask, model))


def questions(model, anchor):
    """Everything that can be asked, by words."""
    yield "the loan numbers", lambda book: list(book.loans.ids())
    yield "the loans", lambda book: list(book.loans.all())
    for name in ("HT-0", *sorted(model.held_loans)[-1:]):
        yield f"the loan {name}", lambda book, of=name: book.loans.get(of)
        yield f"assigned of {name}", lambda book, of=name: book.assignments.of(of)
        yield f"visits of {name}", lambda book, of=name: book.follow_up.visits([of])
    yield "the funds", lambda book: list(book.funds.ids())
    for name in ("F-00", *sorted(model.held_funds)):
        yield f"the fund {name}", lambda book, of=name: book.funds.get(of)
        yield f"loans of {name}", lambda book, of=name: list(book.loans.guaranteed_by(of))
        yield f"leverage of {name}", partial(_leverage, name, model.days_of(name))
        yield f"path of {name}", partial(_path, name, model.days_of(name))
    yield from _of_half_years(model)
    yield from _of_records(model)
    yield "what is broken", lambda book: {one.code for one in book.verify(anchor=anchor)}
    yield "the length of each chain", lambda book: _lengths(book.anchor())


def _of_half_years(model):
    yield "closed", lambda book: book.half_years.closed()
    yield "opened again", lambda book: [_reopened(one) for one in book.half_years.reopenings()]
    standing = [(half, None) for half in model.half_years.closed()[-1:]]
    yield from _of_closings([*standing, *list(model.kept)[-2:], (HalfYear(2030, 1), None)])


def _of_closings(wanted):
    for half, version in wanted:
        of = {"half": half, "version": version}
        yield f"ledger {half} {version}", lambda book, of=of: book.half_years.get(**of)
        yield f"frozen {half} {version}", lambda book, of=of: book.half_years.frozen(**of)
        yield f"closing {half} {version}", lambda book, of=of: _closing(book, of)
        yield f"heads {half} {version}", lambda book, of=of: _lengths(book.half_years.anchor(**of))
        yield f"late {half} {version}", lambda book, of=of: book.half_years.learned_since(**of)


def _of_records(model):
    asked, assigned = len(model.asked), len(model.assigned)
    yield "requests", lambda book: book.requests.all()
    yield "requests known", lambda book: book.requests.known()
    yield "requests of a bank", lambda book: book.requests.of(BANK)
    for number in {0, asked // 2, asked}:
        yield f"requests at {number}", lambda book, at=number: book.requests.known_at(at)
    yield "assignments", lambda book: book.assignments.all()
    for number in {assigned // 2, assigned}:
        yield f"assignments at {number}", lambda book, at=number: book.assignments.known_at(at)
    yield "visits", lambda book: book.follow_up.visits()
    yield "contacts", lambda book: book.follow_up.contacts()


def _figures(point):
    sums = point.exposure_fen, point.covered_fen, point.balance_fen, point.committed_fen
    return (*sums, point.cap.value)


def _leverage(name, days, book):
    return _figures(book.leverage(name, under=RULES, as_of=days[len(days) // 2]))


def _path(name, days, book):
    path = book.leverage_path(name, under=RULES, since=days[0], until=days[-1])
    return {day: _figures(path.at(day)) for day in days}


def _closing(book, of):
    made = book.half_years.closing(**of)
    return made.half, made.version, made.closed_on, replace(made.control, anchor="")


def _reopened(made):
    return made.half, made.version, made.on, made.reason


def _lengths(anchor):
    """How many entries each chain has; acts and register are named by the book."""
    named = ("fund", "loan")
    kinds = [(getattr(one.kind, "value", one.kind), one.of, one.entries) for one in anchor.heads]
    return sorted((kind, of if kind in named else "", entries) for kind, of, entries in kinds)


def _next(quarter):
    last = quarter.quarter == 4
    return InterestQuarter(quarter.year + last, 1 if last else quarter.quarter + 1)


# ---- the tests

QUICK = {"sqlite": (14, 25), "postgresql": (6, 25), "partitioned": (3, 25)}
LONG = {"sqlite": (300, 50), "postgresql": (30, 50), "partitioned": (10, 50)}
NOT_SHORTENED = (Phase.explicit, Phase.reuse, Phase.generate)
"""To shorten what fails takes minutes; the long run does it, with what the short one found."""


def run(held, new_book, size, **more):
    """Let so many books live for so many steps."""
    examples, steps = size
    wanted = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        **more,
    )
    run_state_machine_as_test(lambda: BookMachine(held, new_book()), settings=wanted)


def test_a_book_answers_as_the_model_does(shared_database, backend, new_book):
    run(shared_database, new_book, QUICK[backend], phases=NOT_SHORTENED)


@pytest.mark.slow
def test_many_books_answer_as_the_model_does(shared_database, backend, new_book):
    run(shared_database, new_book, LONG[backend])


def test_there_are_enough_rules():
    rules = [one for one in vars(BookMachine).values() if hasattr(one, RULE_MARKER)]

    assert len(rules) >= 36


def forgets_the_newest_entry(monkeypatch):
    whole = Loans.some

    def some(loans, loan_ids):
        for loan in whole(loans, loan_ids):
            yield replace(loan, entries=loan.entries[:-1] or loan.entries)

    monkeypatch.setattr(Loans, "some", some)


def skips_the_cap(monkeypatch):
    def stand_behind(sums, changes, **_):
        sums.add(changes)

    monkeypatch.setattr(FundSums, "stand_behind", stand_behind)


def keeps_what_was_left(monkeypatch):
    leave = Transaction.leave

    def kept(transaction, *given, **named):
        if transaction._owned is not None and transaction._begun:
            transaction._owned.commit()
        leave(transaction, *given, **named)

    monkeypatch.setattr(Transaction, "leave", kept)


def books_where_it_is_closed(monkeypatch):
    monkeypatch.setattr("microloan.store.writer.require_open", lambda *_: None)


@pytest.mark.only("sqlite", "whether the machine sees a fault does not depend on the database")
@pytest.mark.parametrize(
    "plant",
    [
        forgets_the_newest_entry,
        skips_the_cap,
        keeps_what_was_left,
        books_where_it_is_closed,
    ],
)
def test_a_store_with_a_planted_fault_is_caught(shared_database, new_book, monkeypatch, plant):
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        run(
            shared_database,
            new_book,
            (100, 25),
            phases=(Phase.generate,),
            derandomize=True,
            database=None,
        )
