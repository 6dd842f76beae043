"""逾期: how old the arrears of a book are, and how much of it is at risk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from microloan.loan import Loan
from microloan.money import InYuan
from microloan.naming import refused_terms
from microloan.periods import asked_day
from microloan.policy import OverdueBand, Policy
from microloan.policy.rulebook import require_policy
from microloan.portfolio import loans_by_id
from microloan.quotient import Quotient
from microloan.table import columns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueTotal:
    """逾期分档统计, one line: the loans in one band of days past due.

    Args:
        band: the band.
        loans: how many loans stand in it, each by its oldest unpaid due day.
        arrears_fen: principal and contract interest of theirs that fell due and are unpaid, in fen.
        outstanding_fen: all principal owed on them, due or not, in fen.
    """

    band: OverdueBand
    loans: int
    arrears_fen: int
    outstanding_fen: int

    arrears = InYuan("arrears_fen", "Principal and contract interest overdue, in yuan.")
    outstanding = InYuan("outstanding_fen", "Principal owed on the loans of the band, in yuan.")

    COLUMNS = columns_of("band loans arrears outstanding")


def age_arrears(loans: Iterable[Loan], *, under: Policy, as_of: date) -> tuple[OverdueTotal, ...]:
    """Return the overdue loans of a book by how long they have been overdue, the youngest first.

    Each overdue loan stands in one band, so that the bands add up to the arrears of the book.

    Args:
        loans: the loans.
        under: the policy whose bands are in force on ``as_of``.
        as_of: the day.

    Raises:
        NotInForce: the policy knows no bands on that day.
        InvalidDate: no plain date.
        InvalidTerms: something that is no loan, or no policy.
        LoanGivenTwice: the same loan twice.
    """
    require_policy(under)
    bands = under.overdue_bands.at(asked_day(as_of)).value.bands
    given = loans_by_id(loans, of="the age of arrears", of_zh="逾期分档").values()
    stands = [loan.position(as_of=as_of) for loan in given]
    sorted_in = {band: [at for at in stands if at.days_past_due in band] for band in bands}
    return tuple(
        OverdueTotal(
            band=band,
            loans=len(mine),
            arrears_fen=sum(at.arrears_fen for at in mine),
            outstanding_fen=sum(at.outstanding_fen for at in mine),
        )
        for band, mine in sorted_in.items()
    )


def portfolio_at_risk(loans: Iterable[Loan], *, beyond_days: int, as_of: date) -> Quotient:
    """Return the outstanding of loans late by more than so many days ÷ that of all 风险贷款率.

    All principal of such a loan counts, due or not; a loan that was called in or for which the fund
    has paid counts by its days past due alone, unlike in :func:`microloan.risk.nonperforming_rate`.

    Args:
        loans: the loans.
        beyond_days: 30: a loan 30 days past due is not yet at risk, one of 31 days is.
        as_of: the day.

    Raises:
        InvalidTerms: ``beyond_days`` is no whole number from 0, or something is no loan.
        InvalidDate: no plain date.
        LoanGivenTwice: the same loan twice.
    """
    if type(beyond_days) is not int or beyond_days < 0:
        raise refused_terms("the days past due", "逾期天数", beyond_days, "a whole number from 0")
    given = loans_by_id(loans, of="the portfolio at risk", of_zh="风险贷款率").values()
    stands = [loan.position(as_of=as_of) for loan in given]
    return Quotient(
        name=f"风险贷款率: outstanding past due beyond {beyond_days} days ÷ outstanding, {as_of}",
        part=sum(at.outstanding_fen for at in stands if at.days_past_due > beyond_days),
        whole=sum(at.outstanding_fen for at in stands),
    )
