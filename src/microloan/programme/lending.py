"""发放统计: whom the book lent to in a stretch of days, in all and by borrower group."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from microloan.ledger import Entry, EntryKind
from microloan.loan import Loan
from microloan.money import InYuan
from microloan.naming import several_of
from microloan.periods import in_order, plain_date
from microloan.portfolio import loans_by_id
from microloan.programme.yearly_plan import Achieved, Goal
from microloan.table import columns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLending:
    """人员类别发放数: what was lent to one borrower group.

    Args:
        group: the code of the group; empty for everybody.
        borrowers: how many different ones.
        loans: how many loans were paid out, in part or in full.
        amount_fen: what was paid out.
    """

    group: str
    borrowers: int
    loans: int
    amount_fen: int

    amount = InYuan("amount_fen", "What was paid out, in yuan.")

    COLUMNS = columns_of("group borrowers loans amount")


def lending_by_group(
    loans: Iterable[Loan], *, since: date, until: date
) -> tuple[GroupLending, ...]:
    """Return what was lent from one day through another: everybody first, then group by group.

    A borrower of two groups counts in both, and a cross-cut such as women is a group like any
    other, so the groups do not add up to everybody.

    Raises:
        InvalidDate: not a plain date, or days in the wrong order.
        InvalidTerms: something that is no loan.
        LoanGivenTwice: names the loan.
    """
    in_order(plain_date(since, "lending"), plain_date(until, "lending"), "lending")
    given = loans_by_id(loans, of="the lending of groups", of_zh="发放统计")
    paid = [(loan, _paid_out(loan, since, until)) for loan in given.values()]
    groups: dict[str, list[tuple[str, int]]] = {"": []}
    for loan, amount in paid:
        for group in ("", *sorted(loan.category.groups)) if amount else ():
            groups.setdefault(group, []).append((loan.borrower, amount))
    return tuple(
        GroupLending(
            group=group,
            borrowers=len({borrower for borrower, _ in found}),
            loans=len(found),
            amount_fen=sum(amount for _, amount in found),
        )
        for group, found in sorted(groups.items())
    )


def _paid_out(loan: Loan, since: date, until: date) -> int:
    undone = {entry.undoes for entry in loan.entries if entry.kind is EntryKind.REVERSAL}
    return sum(
        entry.principal_fen
        for entry in loan.entries
        if _disburses(entry) and entry.number not in undone and since <= entry.on <= until
    )


def _disburses(entry: Entry) -> bool:
    return entry.kind is EntryKind.DISBURSEMENT


def achieved_by_lending(lent: Iterable[GroupLending], *, on: date) -> tuple[Achieved, ...]:
    """Return amount, loans and persons of each group as counts for a yearly plan.

    Raises:
        InvalidTerms: something that is no lending of a group.
        InvalidDate: not a plain date.
    """
    listed = several_of(lent, GroupLending, "the lending of groups", "人员类别发放数")
    return tuple(
        Achieved(goal=goal, number=number, on=on, group=each.group)
        for each in listed
        for goal, number in (
            (Goal.AMOUNT, each.amount_fen),
            (Goal.LOANS, each.loans),
            (Goal.PERSONS, each.borrowers),
        )
    )
