"""催收提醒: when a borrower is to be reminded or chased, and in which way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from microloan.contact import Contact, Outcome, chased, due_days, make_contact
from microloan.course import in_order_of_days, run_through
from microloan.fold import Fold
from microloan.ledger import Entry, EntryKind
from microloan.loan import Loan
from microloan.money import InYuan
from microloan.naming import several_of
from microloan.periods import asked_day, in_order, plain_date
from microloan.policy import Channel, Policy, Rung
from microloan.policy.rulebook import require_policy
from microloan.portfolio import loans_by_id
from microloan.reversal import discharge_in
from microloan.table import columns_of

__all__ = ["Channel", "Contact", "Outcome", "Rung", "chased", "make_contact"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminder:
    """应催收: a reminder to give on a day, or a step of chasing.

    Args:
        loan_id: the loan.
        borrower: whom to reach.
        lender: the bank that lent.
        on: the day on which it is to be done.
        due_on: the due day it is about.
        days: the rung of the ladder, in days from the due day.
        channel: how.
        unpaid_fen: principal and interest of that day that are unpaid, in fen.
    """

    loan_id: str
    borrower: str
    lender: str
    on: date
    due_on: date
    days: int
    channel: Channel
    unpaid_fen: int

    unpaid = InYuan("unpaid_fen", "Principal and interest of the due day unpaid, in yuan.")

    COLUMNS = columns_of("loan_id borrower lender on due_on days channel unpaid")


def due_reminders(
    loans: Iterable[Loan],
    contacts: Iterable[Contact],
    *,
    under: Policy,
    since: date,
    until: date,
    as_of: date | None = None,
) -> tuple[DueReminder, ...]:
    """Return the reminders and the chasing to do from a day through another, day by day.

    They follow the plan as it stands and what is unpaid of it by all that is known: an installment
    that is paid needs no more of them, nor does a rung that a contact answers, whatever came of it.
    A due day that an extension, a change of terms or a calling in made needs no rung before that
    act. A loan for which the fund has paid, or that was written off, is recovered and no longer
    chased. A claim is a rung of loans only whose guarantee can still be called on.

    Args:
        loans: the loans.
        contacts: the contacts known; those about other loans do not count.
        under: the policy with the ladder, as in force on each due day.
        since: the first day of the list.
        until: its last day.
        as_of: the day whose knowledge counts: no act and no contact after it; by default all.

    Raises:
        NotInForce: the policy knows no ladder for a due day.
        InvalidDate: a day that is no plain date, or a list that ends before it begins.
        InvalidTerms: something that is no loan or no contact, or no policy.
        LoanGivenTwice: the same loan twice.
    """
    require_policy(under)
    in_order(plain_date(since, "a list"), plain_date(until, "a list"), "a list of reminders")
    known_by = date.max if as_of is None else asked_day(as_of)
    listed = several_of(contacts, Contact, "the contacts", "催收记录")
    done = {(one.loan_id, one.due_on, one.days) for one in listed if one.on <= known_by}
    given = loans_by_id(loans, of="a list of reminders", of_zh="催收计划").values()
    found = [
        reminder
        for loan in given
        for reminder in _of_loan(loan, under, until, known_by)
        if since <= reminder.on and (loan.id, reminder.due_on, reminder.days) not in done
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.loan_id, one.due_on, one.days)))


def _of_loan(loan: Loan, under: Policy, until: date, known_by: date) -> Iterator[DueReminder]:
    """Yield the rungs of what is unpaid of a loan by a day, through another day."""
    entries = in_order_of_days(loan.entries, as_of=known_by)
    if not entries:
        return
    fold = run_through(loan.terms, entries, as_of=entries[-1].on)
    if fold.ended is not None and fold.ended.kind is not EntryKind.ACCELERATION:
        return
    callable_ = loan.guarantee is not None and discharge_in(entries, by=known_by) is None
    made_on = _made_by_acts(loan, entries)
    for due_on, unpaid in _unpaid_days(fold).items():
        first = made_on.get(due_on, loan.terms.disbursed_on)
        for rung in under.reminder_ladder.at(due_on).value:
            on = due_on + timedelta(days=rung.days)
            claims = rung.channel is Channel.CLAIM
            if first <= on <= until and (callable_ or not claims):
                yield DueReminder(
                    loan_id=loan.id,
                    borrower=loan.borrower,
                    lender=loan.lender,
                    on=on,
                    due_on=due_on,
                    days=rung.days,
                    channel=rung.channel,
                    unpaid_fen=unpaid,
                )


def _made_by_acts(loan: Loan, entries: list[Entry]) -> dict[date, date]:
    """Return the due days that an act made, each with the day of the act."""
    made: dict[date, date] = {}
    for at, entry in enumerate(entries):
        if entry.kind.changes_terms or entry.kind is EntryKind.ACCELERATION:
            before, after = (
                due_days(run_through(loan.terms, known, as_of=entry.on))
                for known in (entries[:at], entries[: at + 1])
            )
            made |= dict.fromkeys(after - before, entry.on)
    return made


def _unpaid_days(fold: Fold) -> dict[date, int]:
    """Return what is unpaid of each due day, past or to come, in fen."""
    unpaid: dict[date, int] = {}
    for due in fold.dues:
        if owed := due.unpaid_principal_fen + due.unpaid_interest_fen:
            unpaid[due.due_on] = unpaid.get(due.due_on, 0) + owed
    return dict(sorted(unpaid.items()))
