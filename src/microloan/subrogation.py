"""代位追偿权: what a fund has paid for borrowers and may recover from them, loan by loan."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from microloan.errors import NotClaimed, NothingToAnswer
from microloan.fund import GuaranteeFund, standing_lines
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.history import find
from microloan.money import InYuan
from microloan.periods import asked_day, plain_date
from microloan.table import columns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Subrogation:
    """代位追偿权: what a fund paid for one loan, and what became of it by a day.

    Args:
        loan_id: the loan.
        paid_on: the day of the payout.
        paid_fen: what the fund paid.
        recovered_fen: what came back to it, after a write-off too.
        written_off_fen: what it wrote off; the debt survives.

    A recovery after a write-off brings back what was written off first, so that the fund never
    carries more than is outstanding:

    >>> from microloan.money import show
    >>> after = Subrogation(
    ...     loan_id="HT-1", paid_on=date(2024, 5, 25), paid_fen=9_600_000,
    ...     recovered_fen=4_000_000, written_off_fen=5_600_000,
    ... )
    >>> show(after.outstanding), show(after.carried)
    ('56,000.00', '0.00')
    """

    loan_id: str
    paid_on: date
    paid_fen: int
    recovered_fen: int = 0
    written_off_fen: int = 0

    paid = InYuan("paid_fen", "What the fund paid, in yuan.")
    recovered = InYuan("recovered_fen", "What came back to the fund, in yuan.")
    written_off = InYuan("written_off_fen", "What the fund wrote off, in yuan.")
    outstanding = InYuan("outstanding_fen", "What the borrower still owes the fund, in yuan.")
    carried = InYuan("carried_fen", "What of it the fund still carries in its book, in yuan.")

    COLUMNS = columns_of(
        "loan_id paid_on payout=paid_fen recovered written_off not_recovered=outstanding_fen",
    )

    @property
    def outstanding_fen(self) -> int:
        """Return what the borrower still owes the fund, written off or not, in fen."""
        return self.paid_fen - self.recovered_fen

    @property
    def carried_fen(self) -> int:
        """Return what of it the fund still carries: less what it wrote off, in fen."""
        return max(self.outstanding_fen - self.written_off_fen, 0)


def subrogations(entries: Iterable[FundEntry], *, as_of: date) -> tuple[Subrogation, ...]:
    """Return what a fund paid and may recover, one line for each loan, in order of the payouts.

    Raises:
        InvalidDate: no plain date.
        InvalidTerms: something that is no entry of a fund.
    """
    day = asked_day(as_of)
    lines = [line for line in standing_lines(entries) if line.on <= day]
    moved: dict[tuple[FundEntryKind, str], int] = {}
    for line in lines:
        of = line.kind, line.loan_id
        moved[of] = moved.get(of, 0) + line.amount_fen
    return tuple(
        Subrogation(
            loan_id=line.loan_id,
            paid_on=line.on,
            paid_fen=line.amount_fen,
            recovered_fen=moved.get((FundEntryKind.RECOVERY, line.loan_id), 0),
            written_off_fen=moved.get((FundEntryKind.WRITE_OFF, line.loan_id), 0),
        )
        for line in sorted(lines, key=lambda line: line.on)
        if line.kind is FundEntryKind.CLAIM_PAYOUT
    )


def subrogation_of(fund: GuaranteeFund, loan_id: str, *, as_of: date) -> Subrogation:
    """Return what a fund paid for one loan and may recover, on a day.

    Raises:
        NotClaimed: it has paid nothing for the loan by that day.
    """
    for one in subrogations(fund.entries, as_of=as_of):
        if one.loan_id == loan_id:
            return one
    raise NotClaimed(
        f"{fund.id} has paid nothing for {loan_id} by {as_of}",
        zh=f"截至 {as_of}，{fund.id} 未为 {loan_id} 代偿",
        value=loan_id,
        limit="a loan for which the fund has paid",
    )


def write_off_payout(
    fund: GuaranteeFund,
    loan_id: str,
    *,
    approval: str,
    on: date,
    ref: str,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with what it paid for a loan and cannot recover written off 代偿损失核销.

    All that is outstanding on the day leaves the book; no money moves, and the debt survives. What
    is recovered later is received by :func:`microloan.claim.receive_recovery` as before. The same
    act again changes nothing.

    Args:
        fund: the fund that paid.
        loan_id: the loan, by contract number.
        approval: by whose approval, such as the number of the decision.
        on: the business date.
        ref: the voucher.
        booked_on: the day whose half-year carries it; by default ``on``.

    Raises:
        NotClaimed: the fund has paid nothing for the loan by that day.
        NothingToAnswer: nothing of it is left to write off.
        InvalidTerms: no approval.
        RefConflict: the voucher already stands for another write-off.
    """
    made = find(fund.entries, FundEntryKind.WRITE_OFF, ref)
    if made is None:
        outstanding = _writable(fund, loan_id, plain_date(on, "a write-off"))
    else:
        outstanding = made.amount_fen
    return fund.with_entry(
        FundEntryKind.WRITE_OFF,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=outstanding,
        loan_id=loan_id,
        reason=approval,
    )


def _writable(fund: GuaranteeFund, loan_id: str, on: date) -> int:
    held = subrogation_of(fund, loan_id, as_of=on)
    if held.written_off_fen or not held.outstanding_fen:
        what, zh = "was written off before", "已核销"
        if not held.outstanding_fen:
            what, zh = "was recovered", "已全部追回"
        raise NothingToAnswer(
            f"{loan_id}: all that {fund.id} paid {what}; nothing is left to write off on {on}",
            zh=f"{loan_id}：{fund.id} 的代偿款{zh}，{on} 无可核销",
            value=held.carried,
            limit="more than 0.00",
        )
    return held.outstanding_fen
