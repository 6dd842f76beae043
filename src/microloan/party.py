"""当事人: the persons around an application, and the loans and lists they stand in."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Final

from microloan.errors import InvalidDate
from microloan.errors.personal import quoted, told
from microloan.money import Money, fen, show
from microloan.naming import identity, person_id, refused_terms, require_one_of, require_whole
from microloan.periods import LAST_YEAR, in_order, plain_date

_FIRST_BIRTH: Final = 1900
_MOST_DAYS: Final = 36_525
CONSUMER: Final = "consumer"
"""消费贷款: the purpose of a consumer loan, credit cards included."""


def tuple_of(values: object, kind: type, what: str, zh: str) -> None:
    """Refuse what is no tuple of facts of one kind.

    Raises:
        InvalidTerms: another collection, or one of another kind in it.
    """
    if not isinstance(values, tuple) or not all(isinstance(value, kind) for value in values):
        # What was given instead may be a name, so its type is said and no more.
        raise refused_terms(what, zh, _kinds(values), f"a tuple of {kind.__name__}")


def _kinds(values: object) -> object:
    if not isinstance(values, tuple):
        return told(values)
    return f"a tuple of {', '.join(dict.fromkeys(type(one).__name__ for one in values))}"


def _identities(ids: tuple[str, ...], what: str, zh: str) -> None:
    tuple_of(ids, str, what, zh)
    for name in ids:
        identity(name, what)


def _spell(since: date, until: date | None, what: str) -> None:
    plain_date(since, what)
    if until is not None:
        in_order(since, plain_date(until, what), what)


def _within(since: date, until: date | None, day: date) -> bool:
    return since <= day and (until is None or day <= until)


def _birth(day: date) -> None:
    if isinstance(day, datetime) or not isinstance(day, date):
        raise _not_a_birth(day)
    if not _FIRST_BIRTH <= day.year <= LAST_YEAR:
        raise _not_a_birth(day)


def _not_a_birth(day: object) -> InvalidDate:
    return InvalidDate(
        f"the day of birth must be a date of {_FIRST_BIRTH}-{LAST_YEAR}, got {quoted(day)}",
        zh=f"出生日期应为 {_FIRST_BIRTH} 至 {LAST_YEAR} 年间的日历日，实为 {quoted(day)}",
        value=told(day),
        limit=(_FIRST_BIRTH, LAST_YEAR),
    )


def _id_number(text: object, what: str) -> None:
    if not isinstance(text, str):
        # The number itself stays out of the sentence: it is personal data.
        raise refused_terms(f"the id number of {what}", "身份证号", type(text).__name__, "a text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """申请人: a natural person who borrows, alone or with partners.

    Args:
        id: the person's identity with the host.
        born_on: the day of birth.
        spouse: the spouse's identity; empty for a person who is not married.
        guarantees: open loans of the programme for which the person stands surety.
        id_number: the citizen's number, if its form is to be checked; it is never printed.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidDate: a day of birth that is none of 1900-2100.
        InvalidTerms: a person married to himself.
    """

    id: str
    born_on: date
    spouse: str
    guarantees: tuple[str, ...]
    id_number: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse facts that are nobody's."""
        person_id(self.id, "an applicant")
        _birth(self.born_on)
        if self.spouse != "":
            person_id(self.spouse, "a spouse")
        if self.spouse == self.id:
            raise refused_terms("the spouse", "配偶", self.spouse, "another person")
        _identities(self.guarantees, "a guaranteed loan", "所担保的贷款")
        _id_number(self.id_number, "an applicant")


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterGuarantor:
    """反担保人: a person who would stand surety towards the fund.

    Args:
        id: the person's identity with the host.
        open_loans: loans of the programme that the person, or the spouse, still owes.
        guarantees: other open loans of the programme for which either of them stands surety.
        id_number: the citizen's number, if its form is to be checked; it is never printed.

    Raises:
        InvalidIdentity: an unusable identity.
    """

    id: str
    open_loans: tuple[str, ...]
    guarantees: tuple[str, ...]
    id_number: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse facts that are nobody's."""
        person_id(self.id, "a counter-guarantor")
        _identities(self.open_loans, "an open loan", "未结清贷款")
        _identities(self.guarantees, "a guaranteed loan", "所担保的贷款")
        _id_number(self.id_number, "a counter-guarantor")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherLoan:
    """其他贷款: a loan outside the programme, of an applicant or of a spouse.

    Args:
        holder: who owes it.
        purpose: what for, by the codes of the rules: ``"student"``, ``"poverty_relief"``,
            ``"first_home"``, ``"home"``, ``"car"``, ``"consumer"``, or any other.
        lent_on: the day it was lent; of a credit card, of the oldest debt on it.
        outstanding: what was owed on the day of applying.
        repaid_on: the day it was repaid; ``None`` while it is open.

    Raises:
        InvalidIdentity: an unusable identity or purpose.
        InvalidDate: repaid before it was lent.
        InvalidAmount: not in CNY, or finer than a fen.
        InvalidTerms: less than nothing owed.
    """

    holder: str
    purpose: str
    lent_on: date
    outstanding: Money
    repaid_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse a loan that nobody could have."""
        person_id(self.holder, "the holder of a loan")
        identity(self.purpose, "the purpose of a loan")
        _spell(self.lent_on, self.repaid_on, "another loan")
        if fen(self.outstanding) < 0:
            raise refused_terms(
                "the outstanding amount", "贷款余额", show(self.outstanding), "at least 0.00"
            )

    def open_on(self, day: date) -> bool:
        """Tell whether it is owed at the end of a day."""
        return _runs(self.lent_on, self.repaid_on, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierLoan:
    """以往创业担保贷款: an earlier loan of the programme.

    Args:
        id: the loan.
        holder: who owes it.
        lent_on: the day it was lent.
        repaid_on: the day it was repaid; ``None`` while it is open.
        days_late: the longest that anything on it was past due, in days; 0 for never.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidDate: repaid before it was lent.
        InvalidTerms: days out of range.
    """

    id: str
    holder: str
    lent_on: date
    repaid_on: date | None
    days_late: int

    def __post_init__(self) -> None:
        """Refuse a loan that nobody could have."""
        identity(self.id, "an earlier loan")
        person_id(self.holder, "the holder of a loan")
        _spell(self.lent_on, self.repaid_on, "an earlier loan")
        require_whole(self.days_late, "the days past due", "逾期天数", 0, _MOST_DAYS)

    def open_on(self, day: date) -> bool:
        """Tell whether it is owed at the end of a day."""
        return _runs(self.lent_on, self.repaid_on, day)


def _runs(lent_on: date, repaid_on: date | None, day: date) -> bool:
    return lent_on <= day and (repaid_on is None or day < repaid_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlacklistEntry:
    """黑名单: a person or business on the blacklist, from a day, until another or for good.

    Both days count.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidDate: an end before the start.
    """

    person: str
    since: date
    until: date | None = None

    def __post_init__(self) -> None:
        """Refuse an entry that is about nobody or no time."""
        person_id(self.person, "a blacklisted person")
        _spell(self.since, self.until, "a blacklist entry")

    def holds_on(self, day: date) -> bool:
        """Tell whether the entry stands on a day."""
        return _within(self.since, self.until, day)


class Status(Enum):
    """A standing that local rules exclude from the programme."""

    PUBLIC_PAYROLL = "public_payroll"
    """财政供养人员: paid by the treasury."""
    RETIRED = "retired"
    """退休人员: drawing a pension."""

    @property
    def zh(self) -> str:
        """Return the standing in Chinese."""
        return "财政供养人员" if self is Status.PUBLIC_PAYROLL else "退休人员"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedStatus:
    """身份记录: an applicant on public payroll or retired, from a day, until another or for good.

    Both days count.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidTerms: no :class:`Status`.
        InvalidDate: an end before the start.
    """

    person: str
    status: Status
    since: date
    until: date | None = None

    def __post_init__(self) -> None:
        """Refuse a spell that is about nobody or no time."""
        person_id(self.person, "an applicant")
        require_one_of(self.status, Status, "the status", "身份")
        _spell(self.since, self.until, "a status")

    def holds_on(self, day: date) -> bool:
        """Tell whether the spell covers a day."""
        return _within(self.since, self.until, day)
