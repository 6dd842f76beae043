"""创业实体: the businesses that borrowers run, many to many, and the jobs they give."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from microloan.naming import (
    identities_of,
    identity,
    person_id,
    refused_terms,
    require_whole,
    several_of,
)
from microloan.party import tuple_of
from microloan.periods import asked_day, in_order, plain_date
from microloan.policy import Provision
from microloan.programme.practice import JobsBand
from microloan.programme.quantity import Quantity
from microloan.programme.relation import Band
from microloan.quotient import Quotient

_MOST_JOBS: Final = 10**6
_OPEN: Final = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Venture:
    """创业实体: one business, of one borrower or of several.

    Args:
        id: its identity with the host, such as its register number.
        borrowers: who runs it; a borrower may run others too.
        opened_on: its first day.
        jobs: the jobs it gives, the borrowers themselves left out.
        closed_on: its last day; by default it is open.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidTerms: nobody runs it, one runs it twice, or a count that is none.
        InvalidDate: not a plain date, or closed before it was opened.
    """

    id: str
    borrowers: tuple[str, ...]
    opened_on: date
    jobs: int
    closed_on: date = _OPEN

    def __post_init__(self) -> None:
        """Refuse a business of nobody."""
        identity(self.id, "a venture")
        tuple_of(self.borrowers, str, "the borrowers of a venture", "实体经营者")
        for borrower in self.borrowers:
            person_id(borrower, "a borrower")
        if not self.borrowers or len(set(self.borrowers)) < len(self.borrowers):
            raise refused_terms(
                "the borrowers of a venture",
                "实体经营者",
                self.borrowers,
                "each once, one at least",
            )
        require_whole(self.jobs, "the jobs of a venture", "带动就业人数", 0, _MOST_JOBS)
        plain_date(self.opened_on, "a venture")
        if self.closed_on != _OPEN:
            in_order(self.opened_on, plain_date(self.closed_on, "a venture"), "a venture")

    def is_open(self, on: date) -> bool:
        """Tell whether it is open on a day; on its first and its last day it is."""
        return self.opened_on <= on <= self.closed_on


@dataclass(frozen=True, slots=True, kw_only=True)
class VentureCount:
    """实体统计: borrowers, their ventures and the jobs of these, counted apart.

    Args:
        borrowers: how many borrowed.
        ventures: how many ventures they run together.
        jobs: the jobs these give, the borrowers left out.
        without: borrowers without a venture.
        with_several: borrowers with more than one.
        shared: ventures of more than one borrower.
    """

    borrowers: int
    ventures: int
    jobs: int
    without: tuple[str, ...]
    with_several: tuple[str, ...]
    shared: tuple[str, ...]

    @property
    def jobs_with_borrowers(self) -> int:
        """Return the jobs with each borrower counted as one job too."""
        return self.jobs + self.borrowers

    @property
    def jobs_per_borrower(self) -> Quotient:
        """Return jobs ÷ borrowers, the borrowers counted as jobs."""
        return Quotient(
            name="jobs with borrowers ÷ borrowers",
            part=self.jobs_with_borrowers,
            whole=self.borrowers,
        )

    @property
    def jobs_per_venture(self) -> Quotient:
        """Return jobs ÷ ventures, the borrowers counted as jobs."""
        return Quotient(
            name="jobs with borrowers ÷ ventures",
            part=self.jobs_with_borrowers,
            whole=self.ventures,
        )


def count_ventures(
    ventures: Iterable[Venture], borrowers: Iterable[str], *, as_of: date
) -> VentureCount:
    """Return how borrowers and their open ventures stand to each other on a day.

    Ventures of people who are none of the borrowers are left aside.

    Args:
        ventures: the ventures.
        borrowers: who borrowed, each once or more often.
        as_of: the day.

    Raises:
        InvalidTerms: something that is no venture, or one venture twice.
        InvalidIdentity: an unusable identity.
        InvalidDate: not a plain date.
    """
    asked_day(as_of)
    people = identities_of(borrowers, "a borrower")
    listed = several_of(ventures, Venture, "the ventures", "创业实体")
    if len({venture.id for venture in listed}) < len(listed):
        raise refused_terms("the ventures", "创业实体", len(listed), "each venture once")
    theirs = [each for each in listed if each.is_open(as_of) and people & {*each.borrowers}]
    runs = Counter(borrower for each in theirs for borrower in each.borrowers)
    return VentureCount(
        borrowers=len(people),
        ventures=len(theirs),
        jobs=sum(each.jobs for each in theirs),
        without=tuple(sorted(people - runs.keys())),
        with_several=tuple(sorted(each for each in people if runs[each] > 1)),
        shared=tuple(sorted(each.id for each in theirs if len(people & {*each.borrowers}) > 1)),
    )


def jobs_band(jobs: Quantity, loans: Quantity, *, band: Provision[JobsBand], of: str) -> Band:
    """Return what practice says of jobs ÷ loans, to be compared with what a report prints.

    Args:
        jobs: the jobs reported.
        loans: the loans they are reported of.
        band: the band with its source, such as ``load_practice().jobs_per_loan.at(on)``.
        of: what they are reported of.

    Raises:
        InvalidTerms: no figures, no loans, or no band.
    """
    if not isinstance(band, Provision) or not isinstance(band.value, JobsBand):
        raise refused_terms("the band", "合理区间", band, "a Provision of a JobsBand")
    return Band(
        of=of,
        part=jobs,
        whole=loans,
        low=Quantity.exact(band.value.low),
        high=Quantity.exact(band.value.high),
        source=str(band),
    )
