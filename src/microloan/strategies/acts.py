"""What may happen to a loan and its fund: steps that mean the same whatever was drawn before.

A step holds plain numbers, and where it falls is computed from the loan as it stands. So Hypothesis
may drop any step of a history while it looks for the simplest one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from microloan.amendment import change_rate, extend
from microloan.claim import pay_claim, receive_recovery, reverse_both
from microloan.clauses import Amortization, Prepayment
from microloan.default import accelerate, charge_costs, recover, write_off
from microloan.fund import GuaranteeFund
from microloan.history import standing
from microloan.ledger import EntryKind
from microloan.loan import Loan
from microloan.money import Money, fen, from_fen
from microloan.position import Position

_WHOLE = 100
_YEAR = 12


class Act(Enum):
    """What happens in a step."""

    REPAY = "repay"
    """还款: money for what is due next, on its day or late; after a payout, as RECOVER."""
    PREPAY = "prepay"
    """提前还款: a part of the principal, or all of it."""
    EXTEND = "extend"
    """展期, with the guarantor's consent."""
    CHANGE_RATE = "change_rate"
    """利率调整: a floating rate goes down."""
    CHARGE_COSTS = "charge_costs"
    """费用: what a lawsuit cost."""
    ACCELERATE = "accelerate"
    """提前到期: the lender calls the loan in."""
    CLAIM = "claim"
    """代偿: the fund pays as soon as the loan is late enough, or later."""
    RECOVER = "recover"
    """追偿: money after the payout; before one, as REPAY."""
    WRITE_OFF = "write_off"
    """核销: the lender stops carrying the loan."""
    REVERSE = "reverse"
    """冲正: the last act is undone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a history: what, how many days after it could first be, and for how much.

    Args:
        act: what happens.
        days_late: days after the day on which it could first happen.
        percentage: how much of what it could be for.
        booked_late: days from its day to that of its booking.
    """

    act: Act
    days_late: int = 0
    percentage: int = _WHOLE
    booked_late: int = 0

    def part_of(self, most: int) -> Money:
        """Return the part of so many fen that the step is for, a fen at least."""
        return from_fen(max(most * self.percentage // _WHOLE, 1))

    def from_day(self, first: date) -> "Timing":
        """Return the day of the step and that of its booking, from the first possible day on."""
        on = first + timedelta(days=self.days_late)
        return Timing(on=on, booked_on=on + timedelta(days=self.booked_late))


@dataclass(frozen=True, slots=True)
class Timing:
    """The day of an act and that of its booking."""

    on: date
    booked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A fund and one of its loans between two acts."""

    fund: GuaranteeFund
    loan: Loan


def perform(moment: Moment, step: Step, *, ref: str) -> Moment:
    """Return fund and loan after a step.

    Args:
        moment: both before it.
        step: the step.
        ref: the voucher.

    Raises:
        MicroloanError: the step does not fit; nothing has changed.
    """
    return _PERFORMED[step.act](moment, step, ref)


def _on_loan(
    act: Callable[[Loan, Step, Timing, str], Loan],
) -> Callable[[Moment, Step, str], Moment]:
    """Return an act upon the loan alone, which comes after all that has happened."""

    def performed(moment: Moment, step: Step, ref: str) -> Moment:
        timing = step.from_day(_today(moment.loan))
        return Moment(fund=moment.fund, loan=act(moment.loan, step, timing, ref))

    return performed


def _today(loan: Loan) -> date:
    return max(entry.on for entry in loan.entries)


def _repay(moment: Moment, step: Step, ref: str) -> Moment:
    """Receive money for what is due next; after a payout or a write-off, it is a recovery."""
    if moment.loan.payout is not None:
        return _recover(moment, step, ref)
    if any(entry.kind is EntryKind.WRITE_OFF for entry in standing(moment.loan.entries)):
        return _regained(moment, step, ref)
    loan, today = moment.loan, _today(moment.loan)
    late = loan.position(as_of=today).arrears_fen
    ahead = (line.due_on for line in loan.schedule if line.due_on > today)
    timing = step.from_day(today if late else min(ahead, default=today))
    owed = loan.position(as_of=timing.on)
    money = step.part_of(owed.arrears_fen + owed.charges_fen)
    paid = loan.repay(money, on=timing.on, ref=ref, booked_on=timing.booked_on)
    return Moment(fund=moment.fund, loan=paid)


def _prepay(loan: Loan, step: Step, timing: Timing, ref: str) -> Loan:
    quote = loan.payoff(on=timing.on)
    least = quote.total_fen - quote.principal_fen
    money = from_fen(least + fen(step.part_of(quote.principal_fen)))
    then = Prepayment.SHORTEN if step.percentage % 2 else Prepayment.LOWER
    return loan.prepay(money, on=timing.on, ref=ref, then=then, booked_on=timing.booked_on)


def _extend(moment: Moment, step: Step, ref: str) -> Moment:
    """Extend on the day of maturity, or by so many days earlier."""
    loan, today = moment.loan, _today(moment.loan)
    held = loan.terms_in_force(on=today)
    on = max(held.matures_on - timedelta(days=step.days_late), today)
    free = held.settlement is not None or held.amortization is Amortization.BULLET
    every = 1 if free else held.interval_months
    months = every * max(_YEAR * step.percentage // _WHOLE // every, 1)
    booked_on = on + timedelta(days=step.booked_late)
    longer = extend(loan, months=months, on=on, ref=ref, booked_on=booked_on)
    return Moment(fund=moment.fund, loan=longer)


def _change_rate(loan: Loan, step: Step, timing: Timing, ref: str) -> Loan:
    held = loan.terms_in_force(on=timing.on).annual_rate
    rate = held * (2 * _WHOLE - step.percentage) / (2 * _WHOLE)  # at most half of it is taken off
    return change_rate(loan, rate, on=timing.on, ref=ref, booked_on=timing.booked_on)


def _charge_costs(loan: Loan, step: Step, timing: Timing, ref: str) -> Loan:
    money = from_fen(step.percentage * _WHOLE)  # a yuan for each hundredth
    return charge_costs(loan, money, on=timing.on, ref=ref, booked_on=timing.booked_on)


def _accelerate(loan: Loan, _: Step, timing: Timing, ref: str) -> Loan:
    return accelerate(loan, on=timing.on, ref=ref, booked_on=timing.booked_on)


def _write_off(loan: Loan, _: Step, timing: Timing, ref: str) -> Loan:
    return write_off(loan, on=timing.on, ref=ref, booked_on=timing.booked_on)


def _claim(moment: Moment, step: Step, ref: str) -> Moment:
    loan, today = moment.loan, _today(moment.loan)
    promise = loan.promise(moment.fund.id)
    late_since = loan.position(as_of=date.max).oldest_unpaid_on or today
    opens = late_since + timedelta(days=promise.claims_open_at())
    timing = step.from_day(max(today, opens))
    fund, paid = pay_claim(moment.fund, loan, on=timing.on, ref=ref, booked_on=timing.booked_on)
    return Moment(fund=fund, loan=paid)


def _recover(moment: Moment, step: Step, ref: str) -> Moment:
    """Receive money after a payout; before it, money received is a repayment."""
    loan = moment.loan
    if loan.payout is None:
        return _repay(moment, step, ref)
    timing = step.from_day(_today(loan))
    money = step.part_of(_still_lost(loan.position(as_of=timing.on)))
    fund, recovered = receive_recovery(
        moment.fund, loan, money, on=timing.on, ref=ref, booked_on=timing.booked_on
    )
    return Moment(fund=fund, loan=recovered)


def _regain(loan: Loan, step: Step, timing: Timing, ref: str) -> Loan:
    """Receive money for what the lender has written off."""
    money = step.part_of(loan.position(as_of=timing.on).written_off_fen)
    return recover(loan, money, on=timing.on, ref=ref, booked_on=timing.booked_on)


_regained = _on_loan(_regain)


def _still_lost(at: Position) -> int:
    return at.subrogated_fen + at.outstanding_fen


def _reverse(moment: Moment, step: Step, ref: str) -> Moment:
    loan = moment.loan
    last = standing(loan.entries)[-1]
    timing = step.from_day(_today(loan))
    doing = {"on": timing.on, "booked_on": timing.booked_on}
    if last.kind in {EntryKind.CLAIM_PAYOUT, EntryKind.RECOVERY} and loan.guarantee is not None:
        fund, undone = reverse_both(moment.fund, loan, last.number, ref=ref, **doing)
        return Moment(fund=fund, loan=undone)
    undone = loan.reverse(last.number, ref=ref, **doing)
    return Moment(fund=moment.fund, loan=undone)


_PERFORMED: dict[Act, Callable[[Moment, Step, str], Moment]] = {
    Act.REPAY: _repay,
    Act.PREPAY: _on_loan(_prepay),
    Act.EXTEND: _extend,
    Act.CHANGE_RATE: _on_loan(_change_rate),
    Act.CHARGE_COSTS: _on_loan(_charge_costs),
    Act.ACCELERATE: _on_loan(_accelerate),
    Act.CLAIM: _claim,
    Act.RECOVER: _recover,
    Act.WRITE_OFF: _on_loan(_write_off),
    Act.REVERSE: _reverse,
}
