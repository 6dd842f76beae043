"""孵化基地: which businesses sit in which incubator, as a tag with its days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from microloan.naming import identity, person_id, several_of
from microloan.periods import asked_day, in_order, plain_date

_STAYS: Final = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenancy:
    """入驻: one business in one incubator.

    Args:
        incubator: the identity of the incubator 孵化基地.
        tenant: the identity of the business or of its borrower.
        since: the first day.
        until: the last day; by default it stays.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidDate: not a plain date, or days in the wrong order.
    """

    incubator: str
    tenant: str
    since: date
    until: date = _STAYS

    def __post_init__(self) -> None:
        """Refuse a stay of nobody, or one that ends before it begins."""
        identity(self.incubator, "an incubator")
        person_id(self.tenant, "a tenant")
        plain_date(self.since, "a tenancy")
        if self.until != _STAYS:
            in_order(self.since, plain_date(self.until, "a tenancy"), "a tenancy")


def tenants_of(tenancies: Iterable[Tenancy], *, as_of: date) -> dict[str, tuple[str, ...]]:
    """Return the tenants of each incubator on a day, both by their identity, each tenant once.

    Raises:
        InvalidTerms: something that is no tenancy.
        InvalidDate: not a plain date.
    """
    found: dict[str, set[str]] = {}
    for each in _on(tenancies, as_of):
        found.setdefault(each.incubator, set()).add(each.tenant)
    return {incubator: tuple(sorted(names)) for incubator, names in sorted(found.items())}


def incubators_of(tenancies: Iterable[Tenancy], tenant: str, *, as_of: date) -> tuple[str, ...]:
    """Return the incubators in which a business sits on a day: none, one, or more.

    Raises:
        InvalidTerms: something that is no tenancy.
        InvalidDate: not a plain date.
    """
    person_id(tenant, "a tenant")
    theirs = (each for each in _on(tenancies, as_of) if each.tenant == tenant)
    return tuple(sorted({each.incubator for each in theirs}))


def _on(tenancies: Iterable[Tenancy], day: date) -> tuple[Tenancy, ...]:
    asked_day(day)
    listed = several_of(tenancies, Tenancy, "the tenancies", "入驻")
    return tuple(each for each in listed if each.since <= day <= each.until)
