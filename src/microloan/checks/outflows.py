"""基金收支核查: what left the funds, to which loan, and what came back (K17, K19)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from microloan.checks.check import Check
from microloan.checks.sketch import BookCase
from microloan.finding import Finding
from microloan.fund_ledger import FundEntryKind
from microloan.history import standing
from microloan.money import fen, from_fen, show

_PAYOUT, _RECOVERY = FundEntryKind.CLAIM_PAYOUT, FundEntryKind.RECOVERY


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flow:
    """Money of a fund, whether from its own entries or from the bank's list."""

    fund_id: str
    kind: str
    amount_fen: int
    ref: str
    loan_id: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what tells it from others: fund, kind and voucher."""
        return self.fund_id, self.kind, self.ref

    @property
    def names_fund(self) -> bool:
        """Tell whether it has to be the fund that guarantees the loan."""
        return bool(self.loan_id) and self.kind in {_PAYOUT.value, _RECOVERY.value}


def _flows(case: BookCase) -> Iterator[_Flow]:
    """Yield what moved by the day, from the funds' entries and then from the bank's list.

    What stands in both counts once, by fund, kind and voucher.
    """
    seen: set[tuple[str, str, str]] = set()
    for fund in case.facts.funds or ():
        for entry in standing(fund.entries):
            effect = entry.effect_fen or entry.income_fen
            if effect and entry.on <= case.as_of:
                flow = _Flow(
                    fund_id=fund.id,
                    kind=entry.kind.value,
                    amount_fen=entry.amount_fen if effect > 0 else -entry.amount_fen,
                    ref=entry.ref,
                    loan_id=entry.loan_id,
                )
                seen.add(flow.key)
                yield flow
    for row in case.facts.flows or ():
        flow = _Flow(
            fund_id=row.fund_id,
            kind=row.kind,
            amount_fen=fen(row.amount),
            ref=row.ref,
            loan_id=row.loan_id,
        )
        if row.on <= case.as_of and flow.key not in seen:
            yield flow


def not_permitted(case: BookCase) -> Iterator[Finding]:
    """K17: find money that left a fund in another way than those permitted."""
    permitted = case.facts.limits.outflows
    for flow in _flows(case):
        amount = show(from_fen(abs(flow.amount_fen)))
        if flow.amount_fen < 0 and flow.kind not in permitted:
            yield Check.K17.found(
                "not_permitted",
                of=flow.fund_id,
                sentence=f"{flow.ref}: {amount} left it as {flow.kind.replace('_', ' ')}",
                zh=f"{flow.ref}：支出 {amount} 元，用途“{flow.kind}”不在允许范围内",
                figures=(("amount", amount), ("kind", flow.kind)),
                settle_by="the money back, or the rule that permits it",
                settle_by_zh="收回资金，或补充允许该用途的规定",
            )


def of_another_fund(case: BookCase) -> Iterator[Finding]:
    """K17: find payouts and recoveries of another fund than the one that guarantees the loan."""
    for flow in (*_flows(case), *_paid_elsewhere(case)):
        amount = show(from_fen(abs(flow.amount_fen)))
        owner = case.fund_of(flow.loan_id)
        if flow.names_fund and owner and owner != flow.fund_id:
            yield Check.K17.found(
                "other_fund",
                of=flow.fund_id,
                sentence=f"{flow.ref}: {amount} of {flow.loan_id}, which {owner} guarantees",
                zh=f"{flow.ref}：{flow.loan_id} 的 {amount} 元，担保基金为 {owner}",
                figures=(("amount", amount), ("fund", owner)),
                settle_by=f"the money to {owner}",
                settle_by_zh=f"划转至 {owner}",
            )


def _paid_elsewhere(case: BookCase) -> Iterator[_Flow]:
    """Yield the payouts of another file that neither a fund nor the bank's list states."""
    seen = {flow.key for flow in _flows(case)}
    for row in case.facts.payouts or ():
        flow = _Flow(
            fund_id=row.fund_id,
            kind=_PAYOUT.value,
            amount_fen=-fen(row.principal) - fen(row.interest),
            ref=row.ref,
            loan_id=row.loan_id,
        )
        if row.on <= case.as_of and flow.key not in seen:
            yield flow


def recovered_too_much(case: BookCase) -> Iterator[Finding]:
    """K19: find loans of which more came back than was paid; all of it is right."""
    paid, back = Counter[str](), Counter[str]()
    known: set[tuple[str, str]] = set()
    for flow in _flows(case):
        if flow.loan_id and flow.kind == _PAYOUT.value:
            paid[flow.loan_id] += abs(flow.amount_fen)
            known.add((flow.loan_id, flow.ref))
        if flow.loan_id and flow.kind == _RECOVERY.value:
            back[flow.loan_id] += flow.amount_fen
    for row in case.facts.payouts or ():
        if row.on <= case.as_of and (row.loan_id, row.ref) not in known:
            paid[row.loan_id] += fen(row.principal) + fen(row.interest)
    for loan_id, amount in sorted(back.items()):
        if amount > paid[loan_id]:
            more, most = show(from_fen(amount)), show(from_fen(paid[loan_id]))
            yield Check.K19.found(
                "recovered_too_much",
                of=loan_id,
                sentence=f"{more} was recovered, {most} was paid for it",
                zh=f"追偿回收 {more} 元，代偿额 {most} 元",
                figures=(("recovered", more), ("paid", most)),
                settle_by="what exceeds the payout back to the borrower or the lender",
                settle_by_zh="多收部分退还借款人或银行",
            )
