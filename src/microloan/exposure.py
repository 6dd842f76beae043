"""在保余额: what a fund stands behind for one loan, and how it changes day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from microloan.course import run_through
from microloan.errors import NotGuaranteed
from microloan.guarantee import Guarantee
from microloan.ledger import Entry, EntryKind
from microloan.money import InYuan
from microloan.table import columns_of
from microloan.terms import LoanTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureStep:
    """A day on which what the fund stands behind for one loan changes, and by how much, in fen."""

    on: date
    exposure_fen: int
    covered_fen: int

    exposure = InYuan("exposure_fen", "Change of the exposure, in yuan.")
    covered = InYuan("covered_fen", "Change of the covered exposure, in yuan.")

    COLUMNS = columns_of("on exposure_change=exposure_fen covered_change=covered_fen")


ENDS_A_GUARANTEE: Final = frozenset({EntryKind.CLAIM_PAYOUT, EntryKind.DISCHARGE})
"""After it the fund stands behind nothing of the loan."""


def steps_of(
    terms: LoanTerms, entries: Sequence[Entry], guarantee: Guarantee
) -> tuple[ExposureStep, ...]:
    """Return how what the fund stands behind changes, day by day.

    The exposure is the full outstanding principal until the loan is repaid, the fund has paid or
    the guarantee was discharged; the covered exposure is its covered share.
    """
    steps: list[ExposureStep] = []
    exposure = covered = outstanding = 0
    over = False
    last = max(entry.on for entry in entries)
    for effect in run_through(terms, entries, as_of=last).applied:
        outstanding -= effect.principal_fen
        over = over or effect.entry.kind in ENDS_A_GUARANTEE
        now = 0 if over else outstanding
        now_covered = guarantee.covered_fen(now)
        if now != exposure:
            steps.append(
                ExposureStep(
                    on=effect.entry.on,
                    exposure_fen=now - exposure,
                    covered_fen=now_covered - covered,
                )
            )
        exposure, covered = now, now_covered
    return tuple(steps)


def require_promise(guarantee: Guarantee | None, fund_id: str, *, of: str) -> Guarantee:
    """Return what a fund promised, if it did.

    Raises:
        NotGuaranteed: the loan is not guaranteed, or by another fund.
    """
    if guarantee is None or guarantee.fund_id != fund_id:
        by = "no fund" if guarantee is None else guarantee.fund_id
        raise NotGuaranteed(
            f"{of} is guaranteed by {by}, not by {fund_id}",
            zh=f"{of} 不由 {fund_id} 担保（担保方：{by}）",
            value=fund_id,
            limit=by,
        )
    return guarantee
