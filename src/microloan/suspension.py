"""暂停担保: banks for which a fund gives no new guarantees, and why not."""

from collections.abc import Iterable
from datetime import date

from microloan.errors import LenderSuspended
from microloan.fund import GuaranteeFund, standing_lines
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.periods import asked_day
from microloan.quotient import Quotient, require_ratio


def suspend_lender(
    fund: GuaranteeFund,
    lender: str,
    *,
    reason: str,
    on: date,
    ref: str,
    measured: Quotient | None = None,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with new guarantees for a bank suspended 暂停, until it is lifted.

    A bank whose bad loans, or the payouts to it, reach what the rules name is reported by
    :mod:`microloan.lender_risk`; suspending it is a decision.

    Raises:
        InvalidTerms: no reason, or a measure without its parts, such as a bare number.
        RefConflict: the voucher already stands for another suspension.
    """
    if measured is not None:
        require_ratio(measured, "what was measured", "比率")
    return fund.with_entry(
        FundEntryKind.SUSPENSION,
        on=on,
        ref=ref,
        booked_on=booked_on,
        lender=lender,
        reason=reason,
        part_fen=0 if measured is None else measured.part,
        whole_fen=0 if measured is None else measured.whole,
    )


def lift_suspension(
    fund: GuaranteeFund,
    lender: str,
    *,
    on: date,
    ref: str,
    reason: str = "",
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with new guarantees for a bank allowed again 恢复.

    Raises:
        NothingToAnswer: the bank is not suspended on that day.
        RefConflict: the voucher already stands for another lifting.
    """
    kind = FundEntryKind.LIFTING
    return fund.with_entry(kind, on=on, ref=ref, booked_on=booked_on, lender=lender, reason=reason)


def suspended_lenders(entries: Iterable[FundEntry], *, as_of: date) -> frozenset[str]:
    """Return the banks for which no new guarantees are given on a day.

    A suspension holds from its own day until the eve of the day on which it is lifted.

    Raises:
        InvalidDate: no plain date.
        InvalidTerms: something that is no entry of a fund.
    """
    return frozenset(_suspensions(entries, asked_day(as_of)))


def require_active_lender(
    entries: Iterable[FundEntry], lender: str, *, fund_id: str, on: date
) -> None:
    """Refuse a bank for which no new guarantees are given on a day.

    Raises:
        LenderSuspended: names the day of the suspension and its reason.
    """
    suspension = _suspensions(entries, on).get(lender)
    if suspension is not None:
        raise LenderSuspended(
            f"{fund_id} gives no new guarantees for {lender} on {on}: "
            f"suspended since {suspension.on}, {suspension.reason}",
            zh=f"{fund_id} 自 {suspension.on} 起暂停为 {lender} 新增担保（{suspension.reason}）",
            value=lender,
            limit=suspension.on,
        )


def _suspensions(entries: Iterable[FundEntry], day: date) -> dict[str, FundEntry]:
    """Return the first entry of each suspension that holds on a day, by bank."""
    held: dict[str, FundEntry] = {}
    for line in sorted(standing_lines(entries), key=lambda line: line.on):
        if line.on <= day and line.kind is FundEntryKind.SUSPENSION:
            held.setdefault(line.lender, line)
        elif line.on <= day and line.kind is FundEntryKind.LIFTING:
            held.pop(line.lender, None)
    return held
