"""A book without a database: what the store has to answer, in dictionaries and whole numbers.

It is asked and told in the same words as a unit of work. What is kept are the loans, funds and
records that were handed in; what was frozen is what the domain drew up on the day of the closing.
Money, exposure and room are reckoned anew for each question, by brute force over all loans: see
:mod:`oracle_fund`. Nothing of the store is imported.
"""

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from microloan.commitment import with_commitment
from microloan.control import control_lines
from microloan.errors import (
    AlreadyRequested,
    ConcurrentUpdate,
    InvalidDate,
    LeverageExceeded,
    MicroloanError,
    NotAdmitted,
    NotFound,
    NotGuaranteed,
    NotLastClosed,
    PeriodClosed,
    PeriodNotOver,
    PreviousPeriodOpen,
    RefConflict,
    UnpairedEntry,
    VisitTooEarly,
    WrongLender,
)
from microloan.frozen_line import FrozenLedger, freeze_line
from microloan.fund import GuaranteeFund
from microloan.fund_outflow import with_withdrawal
from microloan.halfyear import draw_up
from microloan.late_fact import late_facts
from microloan.ledger import EntryKind
from microloan.ledger_notes import note_all
from microloan.loan import Loan
from microloan.periods import HalfYear
from microloan.visit import FollowUpVisit
from oracle_fund import entered, payouts_of, reckon, recoveries_of, standing

DAY = timedelta(days=1)


def no(refusal):
    """A refusal; only its kind is compared."""
    return refusal("the model says no", zh="模型拒绝", value=None, limit=None)


@dataclass
class Done:
    """A half-year that was closed or opened again."""

    half: HalfYear
    version: int
    on: Any
    reason: str | None = None


@dataclass
class Kept:
    """What a closing keeps."""

    half: HalfYear
    version: int
    closed_on: Any
    frozen: FrozenLedger
    ledger: Any
    previous: dict[str, int]
    heads: tuple


@dataclass
class ModelBook:
    """The whole book; two are equal where every question has the same answer."""

    held_loans: dict[str, Loan] = field(default_factory=dict)
    held_funds: dict[str, GuaranteeFund] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)
    kept: dict[Any, Kept] = field(default_factory=dict)
    asked: list = field(default_factory=list)
    assigned: list = field(default_factory=list)
    followed: dict = field(default_factory=dict)

    def copy(self):
        """The same book, which goes on by itself."""
        return ModelBook(**{one.name: getattr(self, one.name).copy() for one in fields(self)})

    @contextmanager
    def whole(self):
        """One act, whole or not at all."""
        before = self.copy()
        try:
            yield
        except MicroloanError:
            vars(self).update(vars(before))
            raise

    # ---- loans and funds

    @property
    def loans(self):
        """What may be asked about loans."""
        own = self.held_loans
        return SimpleNamespace(
            get=lambda name: _one(own, name),
            ids=lambda: sorted(own),
            all=lambda: [own[name] for name in sorted(own)],
            some=lambda names: [own[name] for name in sorted(set(names)) if name in own],
            guaranteed_by=lambda fund_id: [
                own[name] for name in sorted(own) if guarantor(own[name]) == fund_id
            ],
        )

    @property
    def funds(self):
        """What may be asked about funds, and done with one if its cap allows."""
        return SimpleNamespace(
            get=lambda name: _one(self.held_funds, name),
            ids=lambda: sorted(self.held_funds),
            withdraw=self._withdraw,
            approve=self._approve,
            reverse=self._reverse,
        )

    def save(self, *aggregates):
        """Keep new entries: of funds, then of loans; what is given twice, once more after that."""
        with self.whole():
            rest = list(aggregates)
            while rest:
                once = {(type(one), one.id): one for one in reversed(rest)}
                for one in once.values():
                    if isinstance(one, GuaranteeFund):
                        self._save_fund(one)
                self._save_loans([one for one in once.values() if isinstance(one, Loan)])
                rest = [one for one in rest if once[type(one), one.id] is not one]

    def _save_fund(self, fund):
        stored = self.held_funds.get(fund.id)
        after = self._new_entries(fund, stored)
        for line in fund.entries[after:]:
            act = fund.entries[line.undoes - 1] if line.undoes else line
            gives = line.kind.value in ("withdrawal", "advance") and stored is not None
            again = line.undoes > 0 and act.kind.value == "release"
            if gives or again or line.kind.value == "commitment":
                raise no(NotAdmitted)
        self._keep_fund(fund)

    def _save_loans(self, loans):
        after = {one.id: self._new_entries(one, self.held_loans.get(one.id)) for one in loans}
        for loan in loans:
            if loan.guarantee is not None and lent_on(loan, after[loan.id]):
                raise no(NotAdmitted)
        for loan in loans:
            self._keep_loan(loan)

    def _keep_fund(self, fund):
        if len(fund.entries) >= len(getattr(self.held_funds.get(fund.id), "entries", ())):
            self.held_funds[fund.id] = fund

    def _keep_loan(self, loan):
        if len(loan.entries) >= len(getattr(self.held_loans.get(loan.id), "entries", ())):
            self.held_loans[loan.id] = loan

    def _new_entries(self, one, stored):
        """How many entries are kept already; the rest must follow them in open half-years."""
        after = 0
        if stored is not None:
            names = [name for name in type(one).__slots__ if name != "entries"]
            if any(getattr(one, name) != getattr(stored, name) for name in names):
                raise no(RefConflict)
            after = min(len(one.entries), len(stored.entries))
            if one.entries[:after] != stored.entries[:after]:
                raise no(ConcurrentUpdate)
        for entry in one.entries[after:]:
            self._require_open(entry.booked_on)
        return after

    def admit(self, loan, *, under, on):
        """Let a guaranteed loan in, or what is new of it."""
        if loan.guarantee is None:
            raise no(NotGuaranteed)
        after = self._new_entries(loan, self.held_loans.get(loan.id))
        if loan.id in self.held_loans and after == len(loan.entries):
            return
        if loan.guarantee.fund_id not in self.held_funds:
            raise no(NotFound)
        fund = self.held_funds[loan.guarantee.fund_id]
        days = lent_on(loan, after)
        if days and self._beyond(fund, loan, after, on):
            others = [one for one in self.loans.all() if one.id != loan.id]
            require_room(fund, [*others, loan], on, days)
        self._keep_loan(loan)

    def admit_all(self, loans, *, under, on):
        """Let many in, one after the other, or none."""
        with self.whole():
            if any(loan.guarantee is None for loan in loans):
                raise no(NotGuaranteed)
            for loan in loans:
                self.admit(loan, under=under, on=on)

    def _beyond(self, fund, loan, after, on):
        """Whether more is lent than an approval of the loan, which holds on the day, promised."""
        new = [act for act in standing(loan.entries[after:]) if act.kind is EntryKind.DISBURSEMENT]
        released = {act.against for act in standing(fund.entries) if act.kind.value == "release"}
        for act in standing(fund.entries):
            mine = act.kind.value == "commitment" and act.loan_id == loan.id
            if not mine or act.lender != loan.lender or act.ref in released:
                continue
            back = [
                line.on
                for line in fund.entries
                if line.undoes and fund.entries[line.undoes - 1].against == act.ref
            ]
            if max([act.on, *back]) <= on < act.until:
                before = _lent(self.held_loans.get(loan.id), act.on)
                within = [one for one in new if act.on <= one.on < act.until]
                room = max(act.amount_fen - before, 0)
                return sum(one.principal_fen for one in new) > min(
                    room, sum(one.principal_fen for one in within)
                )
        return bool(new)

    def _withdraw(self, fund_id, amount, *, under, on, ref):
        with self.whole():
            less = with_withdrawal(_one(self.held_funds, fund_id), amount, on=on, ref=ref)
            self._keep_tested(less, on)
        return less

    def _approve(self, fund_id, loan_id, amount, *, lender, lapses_on, under, on, ref):
        with self.whole():
            fund = _one(self.held_funds, fund_id)
            promise = {"lender": lender, "lapses_on": lapses_on, "on": on, "ref": ref}
            more = with_commitment(fund, loan_id, amount, **promise)
            if more is not fund:
                self._promise(more, loan_id, on, on)
        return more

    def _reverse(self, fund_id, number, *, under, on, ref):
        with self.whole():
            fund = _one(self.held_funds, fund_id)
            less = fund.reverse(number, on=on, ref=ref)
            undone = less.entries[number - 1]
            if less is not fund and undone.kind.value == "release":
                acts = [act for act in standing(less.entries) if act.kind.value == "commitment"]
                [approval] = [act for act in acts if act.ref == undone.against]
                self._promise(less, approval.loan_id, approval.on, on)
            else:
                self._save_fund(less)
        return less

    def _promise(self, fund, loan_id, since, on):
        """Keep an approval that holds from a day on, if the loan may still be approved."""
        for loan in self.loans.some([loan_id]):
            if loan.guarantee is not None and loan.guarantee.fund_id != fund.id:
                raise no(NotGuaranteed)
            if loan.guarantee is None or loan.terms.disbursed_on < since:
                raise no(RefConflict)
        self._keep_tested(fund, on)

    def _keep_tested(self, fund, on):
        if self._new_entries(fund, self.held_funds[fund.id]) < len(fund.entries):
            require_room(fund, self.loans.all(), on, [on])
        self._keep_fund(fund)

    def commit(self):
        """What fund and loan share must stand on both sides."""
        for name, fund in self.held_funds.items():
            paid = entered(fund, "claim_payout") == payouts_of(self.held_loans.values(), name)
            back = entered(fund, "recovery") == recoveries_of(self.held_loans.values(), name)
            if not paid or not back:
                raise no(UnpairedEntry)

    # ---- leverage

    def days_of(self, fund_id):
        """The days around which something of a fund may change, in order."""
        known = {DAY_ONE}
        if fund_id in self.held_funds:
            known |= marks(self.held_funds[fund_id], self.loans.all())
        return sorted(known)

    def leverage(self, fund_id, *, under, as_of):
        """What a fund has and stands behind at the end of a day."""
        return _figures(_one(self.held_funds, fund_id), self.loans.all(), as_of)

    def leverage_path(self, fund_id, *, under, since, until):
        """The same, for any day."""
        fund, loans = _one(self.held_funds, fund_id), self.loans.all()
        return SimpleNamespace(at=lambda day: _figures(fund, loans, day))

    # ---- half-years

    @property
    def standing_closings(self):
        """The half-years that are closed, with the version that stands."""
        found = {}
        for act in self.done:
            if act.reason is None:
                found[act.half] = act.version
            else:
                del found[act.half]
        return found

    def _require_open(self, booked_on):
        through = [half.last_day for half in self.standing_closings]
        if through and booked_on <= max(through):
            raise no(PeriodClosed)

    def close(self, half, *, on):
        """Freeze a half-year."""
        closed = self.standing_closings
        if half not in closed:
            if closed and half < max(closed):
                raise no(PeriodClosed)
            if on <= half.last_day:
                raise no(PeriodNotOver)
            if (first := self._open_since()) is not None and first < half:
                raise no(PreviousPeriodOpen)
            self._require_order(on)
            self._freeze(half, on)
        return self.half_years.closing(half)

    def _open_since(self):
        if closed := self.standing_closings:
            return max(closed).next
        held = [*self.held_loans.values(), *self.held_funds.values()]
        booked = [entry.booked_on for one in held for entry in one.entries]
        return HalfYear.of(min(booked)) if booked else None

    def _require_order(self, on):
        if self.done and on < self.done[-1].on:
            raise no(InvalidDate)

    def _freeze(self, half, on):
        closed = self.standing_closings
        version = 1 + max([act.version for act in self.done if act.half == half], default=0)
        visits = [one for one in self.followed.values() if isinstance(one, FollowUpVisit)]
        notes = note_all(visits=visits)
        lines = [freeze_line(loan, half, notes=notes) for loan in self.loans.all()]
        previous = {}
        if half.previous in closed:
            before = self.kept[half.previous, closed[half.previous]].frozen
            previous = {line.loan_id: line.account.closing_fen for line in before.lines}
        frozen = FrozenLedger(half=half, lines=tuple(one for one in lines if not one.account.idle))
        ledger = draw_up(self.loans.all(), half, assignments=self.assigned, visits=visits)
        heads = self._heads()
        self.kept[half, version] = Kept(half, version, on, frozen, ledger, previous, heads)
        self.done.append(Done(half, version, on))

    def reopen(self, half, *, on, reason):
        """Open the half-year again that was closed last."""
        version = max([act.version for act in self.done if act.half == half], default=0)
        again = Done(half, version, on, reason)
        if again not in self.done:
            if list(self.standing_closings)[-1:] != [half]:
                raise no(NotLastClosed)
            self._require_order(on)
            self.done.append(again)
        return again

    @property
    def half_years(self):
        """What may be asked about closed half-years."""
        return SimpleNamespace(
            closed=lambda: tuple(self.standing_closings),
            closing=self._closing,
            get=lambda half, version=None: self._kept(half, version).ledger,
            frozen=lambda half, version=None: self._kept(half, version).frozen,
            anchor=lambda half, version=None: SimpleNamespace(
                heads=self._kept(half, version).heads
            ),
            learned_since=self._learned_since,
            reopenings=lambda: tuple(
                sorted(
                    (act for act in self.done if act.reason is not None),
                    key=lambda act: (act.half, act.version),
                )
            ),
        )

    def _kept(self, half, version):
        return _one(
            self.kept, (half, self.standing_closings.get(half) if version is None else version)
        )

    def _closing(self, half, version=None):
        kept = self._kept(half, version)
        lines = kept.frozen.lines
        control = control_lines(half, lines, previous=kept.previous, anchor="")
        return SimpleNamespace(
            half=half, version=kept.version, closed_on=kept.closed_on, control=control
        )

    def _learned_since(self, half, version=None):
        known = {
            one.of: one.entries for one in self._kept(half, version).heads if one.kind == "loan"
        }
        return late_facts(self.loans.all(), half, known=known)

    # ---- chains

    def _heads(self):
        held = [("fund", self.held_funds), ("loan", self.held_loans)]
        return tuple(
            SimpleNamespace(kind=kind, of=name, entries=len(own[name].entries))
            for kind, own in held
            for name in sorted(own)
        )

    def anchor(self):
        """How many entries each chain has."""
        records = len(self.asked) + len(self.assigned) + len(self.followed)
        more = [("acts", len(self.done)), ("register", records)]
        heads = [SimpleNamespace(kind=kind, of=None, entries=entries) for kind, entries in more]
        return SimpleNamespace(heads=(*self._heads(), *heads))

    def verify(self, *, anchor=None):
        """Nothing was ever changed; what stands on one side only is seen before it is refused."""
        try:
            self.commit()
        except UnpairedEntry:
            return (SimpleNamespace(code="audit.k15_unpaired"),)
        return ()

    # ---- requests, assignments, visits and contacts

    @property
    def requests(self):
        """Requests for a subsidy."""

        def known_at(number):
            return tuple(sorted(self.asked[:number], key=lambda one: (one.lender, one.quarter)))

        return SimpleNamespace(
            save=self._ask,
            all=lambda: known_at(len(self.asked)),
            of=lambda lender: tuple(
                one for one in known_at(len(self.asked)) if one.lender == lender
            ),
            known=lambda: len(self.asked),
            known_at=known_at,
        )

    def _ask(self, request):
        if request in self.asked:
            return
        parts = (*request.lines, *request.corrections, *request.waiting)
        for name in sorted({part.loan_id for part in parts}):
            if _one(self.held_loans, name).lender != request.lender:
                raise no(WrongLender)
        earlier = [one for one in self.asked if one.lender == request.lender]
        if any(request.quarter <= one.quarter for one in earlier):
            raise no(AlreadyRequested)
        asked = Counter(line.key for one in (*earlier, request) for line in one.lines)
        if max(asked.values(), default=0) > 1:
            raise no(AlreadyRequested)
        self.asked.append(request)

    @property
    def assignments(self):
        """Whose the loans are."""
        return SimpleNamespace(
            record=self._assign,
            all=lambda: tuple(self.assigned),
            known_at=lambda number: tuple(self.assigned[:number]),
            of=lambda name: tuple(one for one in self.assigned if one.loan_id == name),
        )

    def _assign(self, *given):
        with self.whole():
            for new in given:
                same = [one for one in self.assigned if one.key == new.key]
                if same and same != [new]:
                    raise no(RefConflict)
                if not same:
                    _one(self.held_loans, new.loan_id)
                    self._require_open(new.on)
                    self.assigned.append(new)

    @property
    def follow_up(self):
        """Visits and contacts."""

        def of(visits, names):
            found = [
                one
                for one in self.followed.values()
                if isinstance(one, FollowUpVisit) is visits
                and (names is None or one.loan_id in names)
            ]
            return tuple(sorted(found, key=lambda one: (one.loan_id, one.on, one.ref)))

        return SimpleNamespace(
            record=self._follow_up,
            visits=lambda names=None: of(True, names),
            contacts=lambda names=None: of(False, names),
        )

    def _follow_up(self, *given):
        with self.whole():
            for new in given:
                key = (type(new), new.loan_id, new.ref)
                if self.followed.get(key, new) != new:
                    raise no(RefConflict)
                if key not in self.followed:
                    if new.on < _one(self.held_loans, new.loan_id).terms.disbursed_on:
                        raise no(VisitTooEarly)
                    self._require_open(new.booked_day)
                    self.followed[key] = new


def _one(held, key):
    """What is held under a key."""
    if key not in held:
        raise no(NotFound)
    return held[key]


def guarantor(loan):
    """The fund behind a loan, if there is one."""
    return None if loan.guarantee is None else loan.guarantee.fund_id


def lent_on(loan, after):
    """The days on which entries after a number pay out more."""
    return [one.on for one in loan.entries[after:] if one.kind is EntryKind.DISBURSEMENT]


def _lent(loan, since):
    """What stands as lent of a loan from a day on."""
    acts = standing(loan.entries) if loan is not None else ()
    lent = [act for act in acts if act.kind is EntryKind.DISBURSEMENT and act.on >= since]
    return sum(act.principal_fen for act in lent)


# ---- by brute force

DAY_ONE = HalfYear(2023, 2).last_day
"""Before anything happens."""


def marks(fund, loans):
    """The days on which a fund's figures may change: of entries, lapses, decisions that end."""
    days = {DAY_ONE}
    for entry in fund.entries:
        days |= {entry.on} | ({entry.until, entry.until + DAY} if entry.until else set())
    for loan in loans:
        if guarantor(loan) == fund.id:
            days |= {entry.on for entry in loan.entries}
    return days


def require_room(fund, loans, on, starts):
    """Refuse an act of a day that leaves too little room on some later one.

    What is approved and may be lent on the day of the act does not lapse; what was taken on under a
    raised cap may stay when that falls back.
    """
    known = reckon(fund, loans)
    for start in {max(on, day) for day in starts}:
        for day in {start, *(one for one in marks(fund, loans) if one >= start)}:
            fell_back = known.decided(start) and not known.decided(day)
            cap = known.cap(start if fell_back else day)
            exposure, _ = known.stood_behind(day)
            if exposure + known.committed(day, on) > cap * known.balance(day):
                raise no(LeverageExceeded)


def _figures(fund, loans, day):
    known = reckon(fund, loans).day(day)
    return SimpleNamespace(
        exposure_fen=known.exposure,
        covered_fen=known.covered,
        balance_fen=known.balance,
        committed_fen=known.committed,
        cap=SimpleNamespace(value=known.cap),
    )
