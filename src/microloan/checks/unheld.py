"""台账外事实核查: rows about loans that the book does not hold; none of them is dropped."""

from collections.abc import Iterable, Iterator

from microloan.checks.check import Check
from microloan.checks.sketch import BookCase
from microloan.finding import Finding, Severity
from microloan.money import fen, from_fen, show


def unheld_subsidies(case: BookCase) -> Iterator[Finding]:
    """K12: find subsidies of loans that the book does not hold."""
    for row in case.facts.subsidies or ():
        if row.loan_id not in case.held:
            yield Check.K12.found(
                "not_in_the_book",
                of=row.loan_id,
                sentence=f"{row.ref} asks {show(row.subsidy)} for a loan that the book has not",
                zh=f"{row.ref} 为台账中没有的贷款申请贴息 {show(row.subsidy)} 元",
                figures=(("subsidy", show(row.subsidy)),),
                settle_by="the contract and the receipt of the disbursement",
                settle_by_zh="提供借款合同与放款凭证",
            )


def unheld_outstanding(case: BookCase) -> Iterator[Finding]:
    """K15: find loans of another ledger that the book does not hold."""
    rows = case.facts.outstanding or ()
    yield from _unheld(
        case, Check.K15, ((one.loan_id, f"the row from {one.since}", "余额行") for one in rows)
    )


def unheld_flows(case: BookCase) -> Iterator[Finding]:
    """K17: find money of a fund for loans that the book does not hold."""
    rows = [one for one in case.facts.flows or () if one.loan_id and one.on <= case.as_of]
    yield from _unheld(
        case,
        Check.K17,
        ((one.loan_id, f"{one.ref}: {show(one.amount)} of {one.fund_id}", one.ref) for one in rows),
    )


def unheld_payouts(case: BookCase) -> Iterator[Finding]:
    """K18: find payouts for loans that the book does not hold."""
    rows = [one for one in case.facts.payouts or () if one.on <= case.as_of]
    paid = [(one, show(from_fen(fen(one.principal) + fen(one.interest)))) for one in rows]
    yield from _unheld(
        case,
        Check.K18,
        ((one.loan_id, f"{one.ref}: {amount} of {one.fund_id}", one.ref) for one, amount in paid),
    )


def unheld_payments(case: BookCase) -> Iterator[Finding]:
    """K19: find payments of arrears on loans that the book does not hold."""
    rows = [one for one in case.facts.overdue_payments or () if one.on <= case.as_of]
    yield from _unheld(
        case, Check.K19, ((one.loan_id, f"{one.ref}: {show(one.amount)}", one.ref) for one in rows)
    )


def unheld_files(case: BookCase) -> Iterator[Finding]:
    """K25: ask about files of loans that the book does not hold."""
    rows = [one for one in case.facts.files or () if one.decided_on <= case.as_of]
    yield from _unheld(
        case,
        Check.K25,
        ((one.loan_id, f"the file of {one.decided_on}", "审批档案") for one in rows),
        severity=Severity.QUESTION,
    )


def _unheld(
    case: BookCase,
    check: Check,
    rows: Iterable[tuple[str, str, str]],
    *,
    severity: Severity = Severity.FAULT,
) -> Iterator[Finding]:
    for loan_id, what, what_zh in rows:
        if loan_id not in case.held:
            yield check.found(
                "not_in_the_book",
                of=loan_id,
                severity=severity,
                sentence=f"{what} is about a loan that the book has not",
                zh=f"{what_zh}：台账中没有该贷款",
                settle_by="the contract and the receipt of the disbursement",
                settle_by_zh="提供借款合同与放款凭证",
            )
