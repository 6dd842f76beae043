"""What a fund has, stands behind and may still take on, reckoned a second time: day by day.

It imports input types only. What each kind of entry does to the money, the caps and the decisions
that raise them are typed in by hand; every day is looked at by itself, from the first entry on, and
nothing is carried over from the day before. Amounts are in fen, multiples exact fractions.

What a loan still owes is the loan's own answer, which is proven apart: see :mod:`oracles_history`
and :mod:`oracle_contract`.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from microloan.ledger import EntryKind
from oracles_history import nearest, standing

ONE_DAY = timedelta(days=1)
CAP_SINCE, CAP = date(2002, 12, 24), 5
"""五倍: 银发〔2002〕394号 as the local rules quote it."""
RAISED_SINCE, RAISED = date(2020, 4, 15), 10
"""至十倍: 财金〔2020〕21号, by a decision of the fund."""

MONEY_IN = ("deposit", "top_up", "advance_return", "recovery", "upper_share")
MONEY_OUT = ("withdrawal", "advance", "claim_payout", "upper_return")
EARNED = ("interest", "reward", "fee")
SPENT = ("expense",)
ENDING = (EntryKind.CLAIM_PAYOUT, EntryKind.DISCHARGE)
TURNED = "capitalization"
"""Interest that becomes capital: it stays in the accounts where it lies."""


@dataclass(frozen=True)
class Day:
    """A day of a fund, in fen."""

    on: date
    balance: int
    exposure: int
    covered: int
    committed: int
    cap: int

    @property
    def room(self):
        """What may still be taken on; below 0 where it is too much already."""
        return self.cap * self.balance - self.exposure - self.committed

    @property
    def multiple(self):
        """How large it is, so that no money is more than any multiple: a pair that compares."""
        if not self.exposure:
            return (0, Fraction(0))
        if self.balance <= 0:
            return (1, Fraction(0))
        return (0, Fraction(self.exposure, self.balance))


@dataclass(frozen=True)
class Reckoned:
    """A fund and loans as the facts that stand of them."""

    fund_id: str
    entries: tuple
    loans: tuple

    @cached_property
    def acts(self):
        """What stands of the fund's entries."""
        return standing(self.entries)

    @cached_property
    def promised(self):
        """Each loan that the fund guarantees, with what stands of its entries."""
        return [
            (loan, standing(loan.entries))
            for loan in self.loans
            if loan.guarantee is not None and loan.guarantee.fund_id == self.fund_id
        ]

    @cached_property
    def _owed(self):
        return {}

    def of_kind(self, day, *kinds):
        """The standing entries of some kinds, up to a day."""
        return [act for act in self.acts if act.on <= day and act.kind.value in kinds]

    def moved(self, day, *kinds):
        """The sum of the standing entries of some kinds, up to a day."""
        return sum(act.amount_fen for act in self.of_kind(day, *kinds))

    def balance(self, day):
        """基金余额: capital in less capital out."""
        return self.moved(day, *MONEY_IN, TURNED) - self.moved(day, *MONEY_OUT)

    def income(self, day):
        """收益: what was earned less what was spent or became capital."""
        return self.moved(day, *EARNED) - self.moved(day, *SPENT, TURNED)

    def interest_left(self, day):
        """The interest that may become capital: earned, not capital yet, and not spent.

        Spent is the most by which expenses ever exceeded the rewards and fees of the time.
        """
        days = {act.on for act in self.acts if act.on <= day}
        lacked = [self.moved(one, *SPENT) - self.moved(one, "reward", "fee") for one in days]
        earned = self.moved(day, "interest") - self.moved(day, TURNED)
        return earned - max([0, *lacked])

    def in_account(self, account, day):
        """Money of both sorts in one deposit account; the main one has no name."""
        total = 0
        for act in self.acts:
            if act.on > day:
                continue
            kind, amount = act.kind.value, act.amount_fen
            if kind == "transfer":
                total += amount * ((act.to_account == account) - (act.account == account))
            elif act.account == account:
                total += amount * (kind in (*MONEY_IN, *EARNED))
                total -= amount * (kind in (*MONEY_OUT, *SPENT))
        return total

    def accounts(self):
        """The main account and those that were opened."""
        return {"", *(act.account for act in self.acts)}

    def owed(self, loan, day):
        """What a loan owes on a day: as on the last day on which anything happened to it."""
        happened = [act.on for act in standing(loan.entries) if act.on <= day]
        if not happened:
            return 0
        key = (loan.id, max(happened))
        if key not in self._owed:
            self._owed[key] = loan.position(as_of=max(happened)).outstanding_fen
        return self._owed[key]

    def exposed(self, day):
        """What is owed on a day of each loan whose guarantee neither was paid nor has ended."""
        return [
            (loan, self.owed(loan, day))
            for loan, acts in self.promised
            if not any(act.kind in ENDING and act.on <= day for act in acts)
        ]

    def stood_behind(self, day):
        """The principal outstanding of the loans, and the covered share of each together."""
        exposed = self.exposed(day)
        shares = [nearest(owed * Fraction(loan.guarantee.coverage)) for loan, owed in exposed]
        return sum(owed for _, owed in exposed), sum(shares)

    def paid_out(self, loan_id, first, last):
        """What was lent in some days under a contract number that this fund guarantees."""
        return sum(
            act.principal_fen
            for loan, acts in self.promised
            for act in acts
            if loan.id == loan_id and act.kind is EntryKind.DISBURSEMENT and first <= act.on <= last
        )

    def approved(self, day, tested_on=None):
        """已批未放: each approval by a day with what of it still takes room.

        Nothing does once it was released, has lapsed, or all of it was paid out since. Where an act
        of some day is tested, what is to be lent on that day is lent, so it does not lapse.
        """
        released = {act.against for act in self.of_kind(day, "release")}
        ever = {act.against for act in self.of_kind(date.max, "release")}
        found = []
        for act in self.of_kind(day, "commitment"):
            to_be_lent = tested_on is not None and act.on <= tested_on < act.until
            holds = day < act.until or (to_be_lent and act.ref not in ever)
            left = max(act.amount_fen - self.paid_out(act.loan_id, act.on, day), 0)
            found.append((act, left if holds and act.ref not in released else 0))
        return found

    def committed(self, day, tested_on=None):
        """What all approvals still take."""
        return sum(left for _, left in self.approved(day, tested_on))

    def decided(self, day):
        """The decision that raises the cap on a day, if there is one."""
        held = [act for act in self.of_kind(day, "cap_decision") if day <= act.until]
        return held[-1] if held and day >= RAISED_SINCE else None

    def cap(self, day):
        """How many times its money the fund may stand behind: five, or what it decided."""
        assert day >= CAP_SINCE
        decision = self.decided(day)
        return CAP if decision is None else min(decision.multiple, RAISED)

    def first_day_over(self, since):
        """The first day from another on with too much for its cap.

        What was taken on under a raised cap stays when that falls back to five.
        """
        for day in self.days(since, max(since, self.last_change)):
            fell_back = self.decided(since) and not self.decided(day.on)
            tested = replace(day, committed=self.committed(day.on, since))
            tested = replace(tested, cap=self.cap(since)) if fell_back else tested
            if tested.room < 0:
                return tested
        return None

    def of_loan(self, loan_id, day, *kinds):
        """The sums of some kinds of entries for one loan, up to a day."""
        return [
            sum(act.amount_fen for act in self.of_kind(day, kind) if act.loan_id == loan_id)
            for kind in kinds
        ]

    def stands_in_the_way(self, loan_id, on, lapses_on):
        """Why a loan is not approved whatever the caps: it was, was lent, or is another fund's."""
        if lapses_on <= on:
            return "InvalidDate"
        for act in self.of_kind(date.max, "commitment"):
            releases = [
                one.on for one in self.of_kind(date.max, "release") if one.against == act.ref
            ]
            end = min([act.until, *releases])
            if act.loan_id == loan_id and act.on < lapses_on and on < end:
                return "RefConflict"
        given = [loan.guarantee for loan in self.loans if loan.id == loan_id]
        if None in given:
            return "RefConflict"
        if any(guarantee.fund_id != self.fund_id for guarantee in given):
            return "NotGuaranteed"
        lent = [acts[0].on for loan, acts in self.promised if loan.id == loan_id]
        return "RefConflict" if lent and lent[0] < on else None

    def suspended(self, day):
        """The banks whose last decision by a day was to suspend them."""
        last = {act.lender: act for act in self.of_kind(day, "suspension", "lifting")}
        return {bank for bank, act in last.items() if act.kind.value == "suspension"}

    def limits(self, day):
        """The limits that hold: the last of each bank, group and period, by their days."""
        last = {}
        for act in self.of_kind(day, "sublimit"):
            last[act.lender, act.groups, act.until and (act.on, act.until)] = act
        return {act for act in last.values() if act.until is None or day <= act.until}

    def used(self, limit, day, tested_on=None):
        """How much of a limit is used: of a period what is lent in it, repaid or not."""
        through = limit.until or date.max
        total = 0
        for loan, owed in self.exposed(day):
            if concerns(limit, loan.lender, loan.category.groups) and limit.until is None:
                total += owed
        for loan, _ in self.promised:
            if concerns(limit, loan.lender, loan.category.groups) and limit.until is not None:
                total += self.paid_out(loan.id, limit.on, min(day, through))
        for act, left in self.approved(day, tested_on):
            within = limit.until is None or limit.on <= act.on <= through
            if concerns(limit, act.lender, act.groups) and within:
                total += left
        return total

    def first_limit_over(self, lender, groups, since):
        """The first day from another on with too much for a limit of a bank and some groups."""
        last = max(since, self.last_change)
        for on in (since + ONE_DAY * gone for gone in range((last - since).days + 1)):
            for limit in self.limits(on):
                used = self.used(limit, on, since)
                if concerns(limit, lender, groups) and used > limit.amount_fen:
                    return on
        return None

    @cached_property
    def last_change(self):
        """A day after which nothing changes: acts, lapses and the ends of decisions are over."""
        ends = [act.until + ONE_DAY for act in self.acts if act.until]
        happened = [act.on for act in self.acts]
        happened += [act.on for _, acts in self.promised for act in acts]
        return max([CAP_SINCE, *ends, *happened])

    def day(self, on):
        """Everything of one day."""
        exposure, covered = self.stood_behind(on)
        return Day(
            on=on,
            balance=self.balance(on),
            exposure=exposure,
            covered=covered,
            committed=self.committed(on),
            cap=self.cap(on),
        )

    def days(self, first, last):
        """Every day from one to another."""
        return [self.day(first + ONE_DAY * gone) for gone in range((last - first).days + 1)]


def concerns(limit, lender, groups):
    """Whether a limit is for a bank and borrowers of some groups."""
    return limit.lender in ("", lender) and limit.groups <= groups


def reckon(fund, loans):
    """A fund and its loans, ready to be asked about any day."""
    return Reckoned(fund.id, fund.entries, tuple(loans))


def worst(days):
    """The day of the highest multiple; of several, the first."""
    highest = max(day.multiple for day in days)
    return next(day for day in days if day.multiple == highest)


def best(days):
    """The day of the lowest multiple; of several, the first."""
    lowest = min(day.multiple for day in days)
    return next(day for day in days if day.multiple == lowest)


def tightest(days):
    """The day with the least room; of several, the first."""
    least = min(day.room for day in days)
    return next(day for day in days if day.room == least)


def entered(fund, kind):
    """The standing entries of one kind of a fund, as (loan, voucher, day, booking, amount)."""
    return {
        (act.loan_id, act.ref, act.on, act.booked_on, act.amount_fen)
        for act in standing(fund.entries)
        if act.kind.value == kind
    }


def payouts_of(loans, fund_id):
    """What the loans of a fund say was paid for them, as in :func:`entered`."""
    return {
        (loan.id, act.ref, act.on, act.booked_on, act.principal_fen + act.interest_fen)
        for loan in loans
        if loan.guarantee is not None and loan.guarantee.fund_id == fund_id
        for act in standing(loan.entries)
        if act.kind is EntryKind.CLAIM_PAYOUT
    }


def recoveries_of(loans, fund_id):
    """What the loans of a fund say came back to it, as in :func:`entered`."""
    return {
        (loan.id, act.ref, act.on, act.booked_on, act.subrogated_fen)
        for loan in loans
        if loan.guarantee is not None and loan.guarantee.fund_id == fund_id
        for act in standing(loan.entries)
        if act.kind is EntryKind.RECOVERY and act.subrogated_fen
    }


def principal_at_payout(loan):
    """The principal that was outstanding when the fund paid."""
    payout = loan.payout
    return (
        replace(loan, entries=loan.entries[: payout.number - 1])
        .position(as_of=payout.on)
        .outstanding_fen
    )


def lender_principal(loan):
    """The lender's part of the lost principal that did not come back, written off or not."""
    back = sum(act.principal_fen for act in standing(loan.entries) if act.kind is RECOVERY)
    return principal_at_payout(loan) - loan.payout.principal_fen - back


def planned_after(loan, as_of, last):
    """The principal that falls due after a day, by what had happened to the loan by another."""
    known = [act for act in standing(loan.entries) if act.on <= as_of]
    if not known or any(act.kind in ENDING for act in known):
        return 0
    in_order = sorted(known, key=lambda act: act.number)
    numbered = tuple(replace(act, number=place) for place, act in enumerate(in_order, start=1))
    at = replace(loan, entries=numbered).position(as_of=last)
    return at.outstanding_fen - at.arrears_principal_fen


RECOVERY = EntryKind.RECOVERY
