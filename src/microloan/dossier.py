"""档案: what stands in the file of an application: staff, register, visits, signatures."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from microloan.naming import identity, person_id, refused_terms, require_one_of, require_whole
from microloan.party import tuple_of
from microloan.periods import in_order, plain_date

_MOST_STAFF: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """在职职工: the staff of an enterprise when it applies.

    Args:
        people: all of them, the newly hired among them.
        hired_on: for each one hired from the listed groups under a contract of a year or more and
            still there, the day of hiring; where the rule names no window, all of them count.

    Raises:
        InvalidTerms: nobody, or more hires than staff.
        InvalidDate: not a plain date.
    """

    people: int
    hired_on: tuple[date, ...]

    def __post_init__(self) -> None:
        """Refuse a count that cannot be."""
        require_whole(self.people, "the staff", "在职职工人数", 1, _MOST_STAFF)
        tuple_of(self.hired_on, date, "the days of hiring", "招用日期")
        for day in self.hired_on:
            plain_date(day, "a hire")
        if len(self.hired_on) > self.people:
            raise refused_terms(
                "the hires", "新招用人数", len(self.hired_on), f"at most the staff of {self.people}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """登记信息: when the business was opened and, if it was, deregistered.

    Raises:
        InvalidDate: not a plain date, or closed before it was opened.
    """

    opened_on: date
    closed_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse days in the wrong order."""
        plain_date(self.opened_on, "registration")
        if self.closed_on is not None:
            plain_date(self.closed_on, "deregistration")
            in_order(self.opened_on, self.closed_on, "registration and deregistration")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """考察人员: who made a visit, and for whom: by identity, both.

    Raises:
        InvalidIdentity: an unusable identity.
    """

    person: str
    organization: str

    def __post_init__(self) -> None:
        """Refuse a visitor without an identity."""
        person_id(self.person, "a visitor")
        identity(self.organization, "an organization")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """实地考察: a visit to the place of business before the loan is decided.

    Raises:
        InvalidDate: not a plain date.
        InvalidTerms: nobody went.
    """

    on: date
    visitors: tuple[Visitor, ...]

    def __post_init__(self) -> None:
        """Refuse a visit that nobody made."""
        plain_date(self.on, "a visit")
        tuple_of(self.visitors, Visitor, "the visitors", "考察人员")
        if not self.visitors:
            raise refused_terms("the visitors", "考察人员", "nobody", "one person at least")


class Department(Enum):
    """联合会审部门: who has to sign before a loan is granted."""

    EMPLOYMENT = "employment"
    """人社（就业）部门: the employment or labor office."""
    FINANCE = "finance"
    """财政部门."""
    BANK = "bank"
    """经办银行: the lender."""

    @property
    def zh(self) -> str:
        """Return the department in Chinese."""
        return _DEPARTMENTS_ZH[self]


_DEPARTMENTS_ZH: Final = {
    Department.EMPLOYMENT: "人社部门",
    Department.FINANCE: "财政部门",
    Department.BANK: "经办银行",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """会审签字: a person signing for a department.

    Raises:
        InvalidTerms: no :class:`Department`.
        InvalidIdentity: an unusable identity.
        InvalidDate: not a plain date.
    """

    department: Department
    person: str
    on: date

    def __post_init__(self) -> None:
        """Refuse a signature of nobody, for nobody, or on no day."""
        require_one_of(self.department, Department, "the department", "部门")
        person_id(self.person, "a signatory")
        plain_date(self.on, "a signature")
