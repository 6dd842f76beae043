"""管户分配: which officer, district or bank a loan belongs to, from a day on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from microloan.errors import InvalidTerms, RefConflict
from microloan.naming import identity, refused_terms, require_one_of
from microloan.periods import asked_day, plain_date
from microloan.table import columns_of


class AssignedTo(Enum):
    """What a loan is assigned to."""

    OFFICER = "officer"
    """管户人员: who looks after it."""
    DISTRICT = "district"
    """所属片区: the township or district it is counted under."""
    LENDER = "lender"
    """经办银行: the bank that carries it, where it was handed to another one."""

    @property
    def zh(self) -> str:
        """Return it in Chinese."""
        return _ZH[self]


_ZH: Final = {
    AssignedTo.OFFICER: "管户人员",
    AssignedTo.DISTRICT: "所属片区",
    AssignedTo.LENDER: "经办银行",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """管户分配: from a day on, a loan belongs to an officer, a district or a bank.

    Loan, what and day are its identity: a loan goes to one officer a day.

    Args:
        loan_id: the loan.
        what: what it is assigned to.
        value: which one, by identity.
        on: the first day.
        ref: the voucher of the change.

    Raises:
        InvalidIdentity: an unusable loan, officer, district, bank or voucher.
        InvalidTerms: no :class:`AssignedTo`.
        InvalidDate: no plain date.
    """

    loan_id: str
    what: AssignedTo
    value: str
    on: date
    ref: str

    COLUMNS = columns_of("loan_id assigned_to=what assignee=value on ref")

    def __post_init__(self) -> None:
        """Refuse an assignment of nothing, to nobody, or on no day."""
        identity(self.loan_id, "a loan")
        require_one_of(self.what, AssignedTo, "what a loan is assigned to", "分配类别")
        identity(self.value, f"a {self.what.value}")
        plain_date(self.on, "an assignment")
        identity(self.ref, "a voucher")

    @property
    def key(self) -> tuple[str, AssignedTo, date]:
        """Return the identity: loan, what and day."""
        return self.loan_id, self.what, self.on


def assigned(assignments: Iterable[Assignment], loan_id: str, what: AssignedTo, *, on: date) -> str:
    """Return which officer, district or bank a loan belongs to on a day; empty where none does.

    Args:
        assignments: what is known, in any order, of any loans.
        loan_id: the loan.
        what: an officer, a district or a bank.
        on: the day.

    Raises:
        InvalidTerms: something that is no assignment, or no :class:`AssignedTo`.
        InvalidDate: no plain date.
        RefConflict: a loan goes to two of them on one day.

    >>> first = Assignment(
    ...     loan_id="HT-1", what=AssignedTo.OFFICER, value="李四", on=date(2024, 3, 15), ref="管-1"
    ... )
    >>> assigned([first], "HT-1", AssignedTo.OFFICER, on=date(2024, 3, 15))
    '李四'
    >>> assigned([first], "HT-1", AssignedTo.OFFICER, on=date(2024, 3, 14))
    ''
    """
    require_one_of(what, AssignedTo, "what a loan is assigned to", "分配类别")
    day = asked_day(on)
    own = assignments_by_loan(assignments).get(loan_id, [])
    return next((one.value for one in reversed(own) if one.what is what and one.on <= day), "")


def assignments_by_loan(assignments: Iterable[Assignment]) -> dict[str, list[Assignment]]:
    """Return assignments by loan, each loan's by day, each of them once.

    Raises:
        InvalidTerms: something that is no assignment.
        RefConflict: a loan goes to two officers, districts or banks on one day.
    """
    if not isinstance(assignments, Iterable):
        raise _no_assignments(assignments)
    known: dict[tuple[str, AssignedTo, date], Assignment] = {}
    for one in assignments:
        if not isinstance(one, Assignment):
            raise _no_assignments(one)
        if known.setdefault(one.key, one) != one:
            raise assignment_conflict(one, known[one.key])
    by_loan: dict[str, list[Assignment]] = {}
    for one in sorted(known.values(), key=lambda one: one.on):
        by_loan.setdefault(one.loan_id, []).append(one)
    return by_loan


def _no_assignments(given: object) -> InvalidTerms:
    kind = type(given).__name__
    return refused_terms("the assignments", "管户分配", kind, "several Assignment")


def assignment_conflict(new: Assignment, known: Assignment) -> RefConflict:
    """Return the refusal of an assignment where another stands for the same loan and day."""
    return RefConflict(
        f"{new.loan_id}: its {new.what.value} of {new.on} is {known.value} by {known.ref}, "
        f"not {new.value} by {new.ref}",
        zh=f"{new.loan_id}：{new.on} 的{new.what.zh}已由凭证 {known.ref} 定为 {known.value}，"
        f"不能再以 {new.ref} 定为 {new.value}",
        value=(new.value, new.ref),
        limit=(known.value, known.ref),
    )
