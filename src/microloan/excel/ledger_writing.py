"""台账导出: loans as a loan ledger and a repayment ledger that can be read again."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from microloan.dated import Dated
from microloan.errors import NotInLedger
from microloan.excel.ledger_columns import ENTRY_COLUMNS, LOAN_COLUMNS, LedgerColumn
from microloan.excel.ledger_sheet import is_sum
from microloan.excel.ledger_words import (
    SEPARATOR,
    days_text,
    groups_text,
    is_plain_group,
    penalty_of,
    penalty_text,
    principal_text,
    rate_text,
    upper_text,
    word,
)
from microloan.excel.page import Heading, Page, Progress
from microloan.excel.typed_cell import LEAST_BARE_RATE, LEAST_BARE_SHARE, is_blank, read_text
from microloan.excel.workbook import Target, write_pages
from microloan.fold import Applied
from microloan.guarantee import Guarantee
from microloan.ledger import Entry
from microloan.loan import Loan
from microloan.money import fen
from microloan.penalty import PenaltyRate
from microloan.periods import asked_day
from microloan.portfolio import loans_by_id
from microloan.table.kind import ColumnKind
from microloan.terms import LoanTerms

_ALWAYS: Final = frozenset(
    {
        *("loan_id", "borrower", "lender", "kind", "principal", "annual_rate", "disbursed_on"),
        *("months", "amortization", "day_count", "on", "amount"),
    }
)
"""What a ledger without any loan has as well, so that it is known for one."""
_UNITS: Final = {"annual_rate": "（%）", "reference_rate": "（%）", "months": "（月）"}


def write_ledger(
    target: Target,
    loans: Iterable[Loan],
    *,
    as_of: date | None = None,
    progress: Progress = lambda rows: rows,
) -> None:
    """Write loans as a workbook of a loan ledger and a repayment ledger.

    :func:`microloan.excel.read_ledger` reads the same loans from it. Columns in which no loan says
    anything are left out.

    Args:
        target: the name of a file, or a file open for writing bytes.
        loans: the loans, in the order in which they are to stand.
        as_of: the day of the column 贷款余额; ``None``: the column is left out.
        progress: wraps the rows of each sheet, such as ``tqdm``.

    Raises:
        NotInLedger: a loan of which a ledger cannot say everything, such as one whose terms were
            changed; it is named, and nothing is written.
        LoanGivenTwice: the same loan twice.
        InvalidTerms: something that is no loan.
        ExtraMissing: XlsxWriter is not installed.
    """
    write_pages(target, ledger_pages(loans, as_of=as_of), progress=progress)


def ledger_pages(loans: Iterable[Loan], *, as_of: date | None = None) -> tuple[Page, Page]:
    """Return the two ledgers as pages; see :func:`write_ledger`."""
    given = list(loans_by_id(loans, of="a ledger", of_zh="台账").values())
    for loan in given:
        _require_sayable(loan)
    rows = [_loan_cells(loan, as_of) for loan in given]
    entries = [cells for loan in given for cells in _entry_rows(loan)]
    notes = ("单位：元",) if as_of is None else (f"截至：{asked_day(as_of)}", "单位：元")
    return (
        _page("贷款台账", notes, LOAN_COLUMNS, rows),
        _page("还款台账", notes, ENTRY_COLUMNS, entries),
    )


def _page(
    title: str,
    notes: tuple[str, ...],
    columns: Sequence[LedgerColumn],
    rows: Sequence[dict[str, object]],
) -> Page:
    """Return a ledger as a page, without the columns that are empty throughout."""
    used = {name for row in rows for name, cell in row.items() if cell is not None}
    used |= _ALWAYS
    shown = [column for column in columns if column.name in used]
    return Page(
        name=title,
        title=title,
        notes=notes,
        headings=tuple(
            Heading(column.header + _UNITS.get(column.name, ""), _kind(column)) for column in shown
        ),
        rows=[tuple(row.get(column.name) for column in shown) for row in rows],
    )


def _kind(column: LedgerColumn) -> ColumnKind:
    """Return how a column is written: a rate as the number of percent that it is read as."""
    return ColumnKind.MULTIPLE if column.kind is ColumnKind.RATE else column.kind


def _loan_cells(loan: Loan, as_of: date | None) -> dict[str, object]:
    category, terms = loan.category, loan.terms
    own = fen(category.commercial_part)
    return {
        "loan_id": loan.id,
        "borrower": loan.borrower,
        "lender": loan.lender,
        "kind": word(category.kind),
        "groups": groups_text(category.groups) or None,
        "heads": _unless(category.heads, 1),
        "scheme": category.scheme or None,
        "low_profit": _choice(category, "low_profit"),
        "loan_number": _unless(category.loan_number, 1),
        "commercial_part": own or None,
        "reference": None if category.reference is None else word(category.reference),
        "reference_rate": (
            None if category.reference_rate is None else _rate(category.reference_rate)
        ),
        "outstanding": None if as_of is None else loan.position(as_of=as_of).outstanding_fen,
        **_terms_cells(terms),
        **({} if loan.guarantee is None else _guarantee_cells(loan.guarantee)),
    }


def _terms_cells(terms: LoanTerms) -> dict[str, object]:
    settlement = terms.settlement
    return {
        "principal": fen(terms.principal),
        "annual_rate": _rate(terms.annual_rate),
        "signed_on": None if terms.signed_on == terms.disbursed_on else terms.signed_on,
        "disbursed_on": terms.disbursed_on,
        "months": terms.months,
        "matures_on": terms.matures_on,
        "amortization": word(terms.amortization),
        "day_count": word(terms.day_count),
        "interval_months": terms.interval_months,
        "settlement_day": None if settlement is None else settlement.day,
        "first_stub": None if settlement is None else word(settlement.first),
        "due_dates": days_text(terms.due_dates) or None,
        "parts": principal_text(terms.parts) or None,
        "penalty": None if terms.penalty is None else penalty_text(terms.penalty),
        "misuse": None if terms.misuse is None else penalty_text(terms.misuse),
        **{
            name: _unless(getattr(terms, name), 0)
            for name in ("grace_months", "interest_grace_months", "grace_days")
        },
        **{
            name: _choice(terms, name)
            for name in ("month_end", "residue", "level_by", "repricing", "compounding", "order")
        },
        "early_interest": _choice(terms, "early_interest"),
    }


def _guarantee_cells(guarantee: Guarantee) -> dict[str, object]:
    return {
        "fund_id": guarantee.fund_id,
        "coverage": _rate(guarantee.coverage, LEAST_BARE_SHARE),
        "claimable_after_days": guarantee.claimable_after_days,
        "covers": _choice(guarantee, "covers"),
        "opening": _choice(guarantee, "opening"),
        "months_after_maturity": guarantee.months_after_maturity,
        "evidence": SEPARATOR.join(sorted(guarantee.evidence)) or None,
        "recovery_order": _choice(guarantee, "recovery_order"),
        "upper": upper_text(guarantee.upper) or None,
    }


def _unless(number: int, usual: int) -> int | None:
    return None if number == usual else number


def _choice(of: object, name: str) -> str | None:
    """Return the word of a choice; nothing where it is the usual one."""
    chosen: Enum = getattr(of, name)
    usual = type(of).__dataclass_fields__[name].default  # type: ignore[attr-defined]
    return None if chosen is usual else word(chosen)


def _rate(rate: Decimal, bare_from: Decimal = LEAST_BARE_RATE) -> object:
    """Return a rate as the number of percent, or as text with its sign where that is unclear."""
    text = rate_text(rate)
    number = Decimal(text.removesuffix("%"))
    return text if 0 < number < bare_from else number


def _entry_rows(loan: Loan) -> Iterator[dict[str, object]]:
    """Yield the entries but for a first one that says no more than the loan's own row."""
    plain = _is_plain(loan)
    paid = {effect.entry.number: effect for effect in loan.applied} if len(loan.entries) > 1 else {}
    for entry in loan.entries[plain:]:
        yield {
            "loan_id": loan.id,
            "number": entry.number,
            "entry_kind": word(entry.kind),
            "on": entry.on,
            "booked_on": None if entry.booked_on == entry.on else entry.booked_on,
            "ref": entry.ref,
            "amount": entry.amount_fen or None,
            "undoes": entry.undoes or None,
            "then": None if entry.then is None else word(entry.then),
            "until": entry.until,
            **_amounts(entry, paid.get(entry.number)),
        }


def _is_plain(loan: Loan) -> bool:
    first = loan.entries[0]
    whole = first.principal_fen == fen(loan.terms.principal)
    return whole and first.ref == loan.id and first.booked_on == first.on


def _amounts(entry: Entry, effect: Applied | None) -> dict[str, object]:
    """Return what an amount is made of; of a payment, what it met by the contract's order."""
    if not entry.kind.pays:
        parts = (entry.principal_fen, entry.interest_fen, entry.penalty_fen, entry.costs_fen)
    elif effect is None:  # undone: it met nothing
        return {}
    else:
        charged = effect.penalty_fen + effect.compound_fen
        parts = (effect.principal_fen, effect.interest_fen, charged, effect.costs_fen)
    names = ("paid_principal", "paid_interest", "paid_penalty", "paid_costs")
    cells: dict[str, object] = dict(zip(names, (part or None for part in parts), strict=True))
    return cells | {"subrogated": entry.subrogated_fen or None}


def _require_sayable(loan: Loan) -> None:
    """Refuse a loan of which the columns of a ledger cannot say everything."""
    for entry in loan.entries:
        if entry.kind.changes_terms:
            raise _not_in_ledger(
                loan,
                f"entry {entry.number}, {entry.kind.value}",
                f"第 {entry.number} 号流水（{word(entry.kind)}）",
            )
    for what, zh, sayable in _DOUBTS:
        if not sayable(loan):
            raise _not_in_ledger(loan, what, zh)


def _penalties_sayable(loan: Loan) -> bool:
    return all(_penalty_sayable(one) for one in (loan.terms.penalty, loan.terms.misuse))


def _penalty_sayable(agreed: Dated[PenaltyRate] | None) -> bool:
    if agreed is None:
        return True
    try:
        return penalty_of(penalty_text(agreed)) == agreed
    except (ValueError, ArithmeticError):
        return False


def _groups_sayable(loan: Loan) -> bool:
    """Tell whether no group of a place's own bears the name of one that every reader knows."""
    return all(map(is_plain_group, loan.category.groups))


def _identities_sayable(loan: Loan) -> bool:
    guarantee = () if loan.guarantee is None else (loan.guarantee.fund_id,)
    names = (loan.id, loan.borrower, loan.lender, *guarantee, *(one.ref for one in loan.entries))
    return not any(is_blank(name) or is_sum(name) or read_text(name) != name for name in names)


_Doubt = tuple[str, str, Callable[[Loan], bool]]
_DOUBTS: Final[tuple[_Doubt, ...]] = (
    (
        "an identity or voucher number that stands for nothing",
        "编号或凭证号为空白符号",
        _identities_sayable,
    ),
    ("its penalty", "罚息约定", _penalties_sayable),
    ("a borrower group named like another one", "人员类别名称", _groups_sayable),
)


def _not_in_ledger(loan: Loan, what: str, zh: str) -> NotInLedger:
    return NotInLedger(
        f"{loan.id}: a ledger has no column for {what}",
        zh=f"{loan.id}：台账无法载明{zh}",
        value=loan.id,
        limit="what the columns of a ledger can say",
    )
