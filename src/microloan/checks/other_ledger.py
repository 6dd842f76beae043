"""外部余额核查: rows of another ledger, by themselves and against the book's own figures (K15)."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Final

from microloan.checks.case import LoanCase
from microloan.checks.check import Check
from microloan.checks.running_interest import beyond_the_day
from microloan.checks.sketch import BookCase, several
from microloan.checks.sums import OutstandingRow
from microloan.finding import Finding
from microloan.ledger import EntryKind
from microloan.money import fen, from_fen, show

_A_DAY: Final = timedelta(1)
_MOVES: Final = {
    EntryKind.DISBURSEMENT: "lent",
    EntryKind.REPAYMENT: "repaid",
    EntryKind.PREPAYMENT: "repaid",
    EntryKind.RECOVERY: "repaid",
    EntryKind.CLAIM_PAYOUT: "paid_by_fund",
    EntryKind.WRITE_OFF: "written_off",
}
"""In which column of such a row the principal of an entry stands."""
_COLUMNS: Final = {
    "opening": "期初",
    "lent": "发放",
    "repaid": "归还",
    "paid_by_fund": "代偿",
    "written_off": "核销",
    "closing": "期末",
}


def broken_outstanding(case: LoanCase) -> Iterator[Finding]:
    """K15: find rows of another ledger whose movements do not make the closing, or do not join."""
    yield from _broken_rows(case.id, case.index.of("outstanding", case.id))


def broken_elsewhere(case: BookCase) -> Iterator[Finding]:
    """K15: find the same in rows of loans that the book does not hold."""
    unheld = [row for row in case.facts.outstanding or () if row.loan_id not in case.held]
    for loan_id, rows in several(unheld, key=lambda one: one.loan_id):
        yield from _broken_rows(loan_id, rows)


def _broken_rows(loan_id: str, given: Iterable[OutstandingRow]) -> Iterator[Finding]:
    rows = sorted(given, key=lambda one: (one.since, one.until))
    for row in rows:
        if row.expected_fen != fen(row.closing):
            makes, stated = show(from_fen(row.expected_fen)), show(row.closing)
            yield _wrong(
                loan_id,
                "does_not_close",
                f"{_days(row)}: the movements make {makes}, the closing is {stated}",
                f"{_days_zh(row)}：按发生额应为 {makes} 元，期末为 {stated} 元",
                ("expected", makes),
                ("closing", stated),
            )
    for one, following in pairwise(rows):
        yield from _between(loan_id, one, following)


def _between(loan_id: str, one: OutstandingRow, following: OutstandingRow) -> Iterator[Finding]:
    """Yield what is wrong between two rows: days in both, days in neither, another figure."""
    next_day = one.until + _A_DAY
    if following.since < next_day:
        sentence = f"{_days(one)} and {_days(following)} hold the same days"
        zh = f"{_days_zh(one)}与{_days_zh(following)}日期重叠"
        yield _wrong(loan_id, "days_twice", sentence, zh, ("first", _days(one)))
        return
    if following.since > next_day:
        last = following.since - _A_DAY
        sentence, zh = f"no row holds {next_day} - {last}", f"缺少 {next_day} 至 {last} 的余额行"
        yield _wrong(loan_id, "days_missing", sentence, zh, ("missing", f"{next_day} - {last}"))
    if one.closing != following.opening:
        closing, opening = show(one.closing), show(following.opening)
        yield _wrong(
            loan_id,
            "does_not_join",
            f"it closed with {closing} on {one.until} and opened with {opening}",
            f"{one.until} 期末 {closing} 元，下期期初 {opening} 元",
            ("closing", closing),
            ("opening", opening),
        )


def other_than_the_book(case: LoanCase) -> Iterator[Finding]:
    """K15: find rows of another ledger whose figures are not those of the book's own entries.

    Raises:
        InvalidDate: a row runs beyond the day of the audit.
    """
    rows = case.index.of("outstanding", case.id)
    for row in rows:
        known = {} if row.until > case.as_of else _of_the_book(case, row)
        differing = [name for name in known if fen(getattr(row, name)) != known[name]]
        if differing:
            figures = [
                (name.replace("_", " "), show(getattr(row, name)), show(from_fen(known[name])))
                for name in differing
            ]
            told = "; ".join(f"{name} {stated}, by the book {own}" for name, stated, own in figures)
            told_zh = "；".join(
                f"{_COLUMNS[name]} {stated} 元，台账 {own} 元"
                for name, (_, stated, own) in zip(differing, figures, strict=True)
            )
            yield _wrong(
                case.id,
                "other_than_the_book",
                f"{_days(row)}: {told}",
                f"{_days_zh(row)}：{told_zh}",
                *((name, f"{stated} / {own}") for name, stated, own in figures),
            )
    for row in rows:
        if row.until > case.as_of:
            raise beyond_the_day(f"the row {_days(row)}", row.until, case.as_of)


def _of_the_book(case: LoanCase, row: OutstandingRow) -> dict[str, int]:
    """Return the columns of a row by the book's entries, by their own days, in fen."""
    found = dict.fromkeys(_COLUMNS, 0)
    found["opening"] = case.owed_on(row.since - _A_DAY)
    found["closing"] = case.owed_on(row.until)
    for done in case.fold.applied:
        column = _MOVES.get(done.entry.kind)
        if column is not None and row.since <= done.entry.on <= row.until:
            found[column] += abs(done.principal_fen)
    return found


def _days(row: OutstandingRow) -> str:
    return f"{row.since} - {row.until}"


def _days_zh(row: OutstandingRow) -> str:
    return f"{row.since} 至 {row.until}"


def _wrong(loan_id: str, what: str, sentence: str, zh: str, *figures: tuple[str, str]) -> Finding:
    return Check.K15.found(
        what,
        of=loan_id,
        sentence=sentence,
        zh=zh,
        figures=figures,
        settle_by="the vouchers of these days",
        settle_by_zh="核对该期间的凭证",
    )
