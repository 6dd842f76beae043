"""贷款台账读取: what one row of the loan ledger agrees, as the parts of a loan."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final, TypeAlias

from microloan.category import BorrowerKind, Category, LowProfit, Reference
from microloan.clauses import (
    Amortization,
    EarlyInterest,
    LevelBy,
    Opening,
    PaymentOrder,
    Repricing,
    Residue,
    Settlement,
    Stub,
)
from microloan.errors import MicroloanError
from microloan.excel.ledger_row import LedgerRow
from microloan.excel.ledger_words import (
    days_of,
    groups_of,
    parts_of,
    penalty_of,
    principal_of,
    upper_of,
    words_of,
)
from microloan.excel.unstated import Unstated
from microloan.guarantee import Covers, Guarantee
from microloan.money import from_fen
from microloan.months import MonthEnd, whole_months
from microloan.penalty import Compounding
from microloan.periods import DayCount
from microloan.recovery import RecoveryOrder
from microloan.terms import LoanTerms

BorrowerId: TypeAlias = Callable[[Mapping[str, str]], str]
"""A host's own: the identity of a borrower, from the cells that say who it is, by header."""

_CHOICES: Final[dict[str, Any]] = {
    "month_end": MonthEnd,
    "residue": Residue,
    "level_by": LevelBy,
    "repricing": Repricing,
    "compounding": Compounding,
    "order": PaymentOrder,
    "early_interest": EarlyInterest,
}
_COUNTS: Final = ("grace_months", "interest_grace_months", "grace_days")
_PENALTIES: Final = ("penalty", "misuse")


def parts_of_loan(
    row: LedgerRow, *, unstated: Unstated, borrower_id: BorrowerId | None
) -> dict[str, Any]:
    """Return what :meth:`microloan.loan.Loan.grant` is given for a row.

    Where something is wrong the row keeps it as a fault, and what is returned is incomplete.

    Args:
        row: the row.
        unstated: what holds where the row says nothing.
        borrower_id: makes the borrower's identity; ``None``: the column 借款人编号 has it.
    """
    given: dict[str, Any] = {
        "id": row.text("loan_id"),
        "lender": row.text("lender", unstated.lender or None),
        "borrower": _borrower(row, borrower_id),
    }
    for name, make in (
        ("category", partial(_category, row, unstated)),
        ("terms", partial(_terms, row, unstated)),
        ("guarantee", partial(_guarantee, row, unstated)),
    ):
        before = len(row.faults)
        try:
            made = make()
        except MicroloanError as refusal:
            if len(row.faults) == before:  # else it follows from a cell that could not be read
                row.refused(refusal)
            continue
        given[name] = made
    if "terms" in given:
        _check_maturity(row, given["terms"])
    return given


def _borrower(row: LedgerRow, borrower_id: BorrowerId | None) -> str:
    people = row.people()
    if borrower_id is None:
        return row.text("borrower")
    try:
        return borrower_id(people)
    except (KeyError, LookupError, ValueError, MicroloanError):
        # What was said of the person stays out of the fault.
        row.fault("row.no_borrower", "the borrower has no identity with us", "借款人无法对应到编号")
        return ""


def _category(row: LedgerRow, unstated: Unstated) -> Category:
    known = words_of(Reference)
    return Category(
        kind=row.word("kind", words_of(BorrowerKind), unstated.kind),
        groups=row.read("groups", lambda text: groups_of(text, unstated.groups)) or frozenset(),
        heads=row.count("heads", 1),
        scheme=row.text("scheme", ""),
        low_profit=row.word("low_profit", words_of(LowProfit), LowProfit.NOT_STATED),
        loan_number=row.count("loan_number", 1),
        commercial_part=from_fen(row.fen("commercial_part", 0)),
        reference=row.word("reference", known) if row.has("reference") else None,
        reference_rate=row.rate("reference_rate") if row.has("reference_rate") else None,
    )


def _terms(row: LedgerRow, unstated: Unstated) -> LoanTerms:
    disbursed_on = row.day("disbursed_on")
    others: dict[str, Any] = {name: row.count(name, 0) for name in _COUNTS}
    others |= {name: row.read(name, penalty_of) if row.has(name) else None for name in _PENALTIES}
    others |= {
        name: row.word(name, words_of(kind), _usual(name)) for name, kind in _CHOICES.items()
    }
    amortization = row.word("amortization", words_of(Amortization), unstated.amortization)
    return LoanTerms(
        principal=from_fen(row.fen("principal")),
        annual_rate=row.rate("annual_rate"),
        disbursed_on=disbursed_on,
        months=_months(row, disbursed_on),
        amortization=amortization,
        day_count=row.word("day_count", words_of(DayCount), unstated.day_count),
        signed_on=row.day("signed_on", disbursed_on),
        interval_months=row.count("interval_months", unstated.interval_months),
        settlement=_settlement(row, unstated, amortization),
        due_dates=row.read("due_dates", days_of) or (),
        parts=row.read("parts", principal_of) or (),
        **others,
    )


def _usual(name: str) -> Any:  # noqa: ANN401 — the default of a field
    return LoanTerms.__dataclass_fields__[name].default


def _months(row: LedgerRow, disbursed_on: date) -> int:
    """Return the term; where only the maturity is stated, the whole months up to it."""
    if row.has("months") or not row.has("matures_on"):
        return row.count("months")
    matures_on = row.day("matures_on")
    if row.faults:
        return 1
    return whole_months(disbursed_on, matures_on)


def _check_maturity(row: LedgerRow, terms: LoanTerms) -> None:
    if not row.has("matures_on"):
        return
    stated = row.day("matures_on")
    if stated != terms.matures_on:
        row.fault(
            "row.other_maturity",
            f"{terms.months} months from {terms.disbursed_on} end on {terms.matures_on}, "
            f"the ledger says {stated}",
            f"自 {terms.disbursed_on} 起 {terms.months} 个月为 {terms.matures_on}，台账为 {stated}",
            "matures_on",
        )


def _settlement(
    row: LedgerRow, unstated: Unstated, amortization: Amortization
) -> Settlement | None:
    if not row.has("settlement_day"):
        no_day = amortization is Amortization.BULLET or row.has("due_dates")
        return None if no_day else unstated.settlement
    return Settlement(
        row.count("settlement_day"), row.word("first_stub", words_of(Stub), Stub.SHORT)
    )


def _guarantee(row: LedgerRow, unstated: Unstated) -> Guarantee | None:
    if not row.has("fund_id"):
        return unstated.guarantee
    usual = unstated.guarantee
    given: dict[str, Any] = {
        "covers": row.word("covers", words_of(Covers), Covers.PRINCIPAL),
        "opening": row.word("opening", words_of(Opening), Opening.AT_OR_AFTER),
        "months_after_maturity": row.count("months_after_maturity", 6),
        "evidence": row.read("evidence", lambda text: frozenset(parts_of(text))) or frozenset(),
        "recovery_order": row.word(
            "recovery_order", words_of(RecoveryOrder), RecoveryOrder.PRO_RATA
        ),
        "upper": row.read("upper", upper_of) or (),
    }
    return Guarantee(
        fund_id=row.text("fund_id"),
        coverage=row.share("coverage", None if usual is None else usual.coverage),
        claimable_after_days=row.count(
            "claimable_after_days", None if usual is None else usual.claimable_after_days
        ),
        **given,
    )
