"""黑名单: who stands on the blacklist for arrears, since when, and until when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from microloan.loan import Loan
from microloan.naming import identity, person_id, refused_terms
from microloan.party import BlacklistEntry, tuple_of
from microloan.periods import asked_day, in_order, plain_date
from microloan.policy import Policy
from microloan.policy.rulebook import require_policy
from microloan.portfolio import loans_by_id
from microloan.position import Position
from microloan.table import columns_of

_A_DAY: Final = timedelta(days=1)
_NOBODY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class BlacklistSpan:
    """黑名单期间: a person on the blacklist for a loan, from a day, until another or still.

    Both days count: on the day after ``until`` the person is free again.

    Args:
        person: the borrower or a counter-guarantor, by identity.
        since: the first day.
        until: the last day; ``None`` while it stands.
        loan_id: the loan for whose arrears the person stands on it.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidDate: an end before the start.
    """

    person: str
    since: date
    until: date | None
    loan_id: str

    COLUMNS = columns_of("person since until loan_id")

    def __post_init__(self) -> None:
        """Refuse a span that is about nobody or no time."""
        person_id(self.person, "a blacklisted person")
        identity(self.loan_id, "a loan")
        plain_date(self.since, "a blacklist entry")
        if self.until is not None:
            in_order(self.since, plain_date(self.until, "a blacklist entry"), "a blacklist entry")

    def holds_on(self, day: date) -> bool:
        """Tell whether the person stands on the blacklist on a day."""
        return self.since <= day and (self.until is None or day <= self.until)

    @property
    def entry(self) -> BlacklistEntry:
        """Return the entry that an assessment of an application reads."""
        return BlacklistEntry(person=self.person, since=self.since, until=self.until)


def blacklist_spans(
    loans: Iterable[Loan],
    *,
    under: Policy,
    as_of: date,
    sureties: Mapping[str, tuple[str, ...]] = _NOBODY,
) -> tuple[BlacklistSpan, ...]:
    """Return who stood or stands on the blacklist by a day, the earliest first.

    A borrower goes on it on the day the loan reaches the days past due that the policy names, at
    the latest on the day the fund pays or the loan is written off. The lifting 解除: the day on
    which all arrears, payouts and write-offs are settled is the first one off it.

    Args:
        loans: the loans.
        under: the policy: the days, and whether reaching them is enough (满) or they must be
            exceeded (超过), as in force on the due day that was missed.
        as_of: the day; later entries do not count.
        sureties: counter-guarantors by loan, who stand on it beside the borrower.

    Raises:
        NotInForce: the policy knows no rule for the due day.
        InvalidDate: no plain date.
        InvalidIdentity: an unusable surety.
        InvalidTerms: something that is no loan, sureties that are no tuples by loan, or no policy.
        LoanGivenTwice: the same loan twice.
    """
    require_policy(under)
    day = asked_day(as_of)
    persons = _checked(sureties)
    given = loans_by_id(loans, of="a blacklist", of_zh="黑名单").values()
    spans = [
        BlacklistSpan(person=person, since=since, until=until, loan_id=loan.id)
        for loan in given
        for since, until in _spells(loan, under, day)
        for person in dict.fromkeys((loan.borrower, *persons.get(loan.id, ())))
    ]
    return tuple(sorted(spans, key=lambda span: (span.since, span.loan_id, span.person)))


def _checked(sureties: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(sureties, Mapping):
        kind = type(sureties).__name__
        raise refused_terms("the sureties", "反担保人", kind, "tuples of identities by loan")
    for persons in sureties.values():
        tuple_of(persons, str, "the sureties", "反担保人")
        for person in persons:
            person_id(person, "a surety")
    return sureties


def _spells(loan: Loan, under: Policy, as_of: date) -> list[tuple[date, date | None]]:
    """Return the days on which a loan's parties go on the list, and the last day of each spell.

    Between two entries nothing is paid, so that the state at the end of such a stretch tells when
    in it the limit was reached.
    """
    spells: list[tuple[date, date | None]] = []
    days = sorted({entry.on for entry in loan.entries if entry.on <= as_of})
    for begins, following in zip(days, [*days[1:], as_of + _A_DAY], strict=True):
        standing = bool(spells) and spells[-1][1] is None
        if standing and _is_settled(loan.position(as_of=begins)):
            spells[-1], standing = (spells[-1][0], begins - _A_DAY), False
        if not standing:
            end = loan.position(as_of=following - _A_DAY)
            since = _listed_on(end, begins, under)
            spells += [] if since is None else [(since, None)]
    return spells


def _is_settled(position: Position) -> bool:
    owed = position.arrears_fen, position.subrogated_fen, position.written_off_fen
    return not any(owed)


def _listed_on(end: Position, begins: date, under: Policy) -> date | None:
    """Return the day of a stretch on which a loan's parties go on the list, if one is."""
    if end.subrogated_fen or end.written_off_fen:
        return begins
    if end.oldest_unpaid_on is None:
        return None
    opens_at = under.blacklist.at(end.oldest_unpaid_on).value.opens_at
    if end.days_past_due < opens_at:
        return None
    return max(begins, end.oldest_unpaid_on + timedelta(days=opens_at))
