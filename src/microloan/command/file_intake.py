"""``microloan import``: loans and repayments of a spreadsheet enter a book, or why they do not."""

from argparse import Namespace
from collections.abc import Sequence
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TypeVar

from microloan.category import BorrowerKind
from microloan.clauses import Amortization, Prepayment, Settlement
from microloan.command.answer import Answer, Part, Sentence, Status, rows_of, sentences_of
from microloan.command.choice import policy_of
from microloan.command.opened import new_book_of
from microloan.command.terminal import Counter, progress_of
from microloan.errors import UnreadableFile
from microloan.excel import Imported, Unstated, read_ledger
from microloan.excel.typed_cell import LEAST_BARE_SHARE
from microloan.guarantee import Guarantee
from microloan.loan import Loan
from microloan.naming import refused_terms
from microloan.periods import DayCount
from microloan.policy import Policy
from microloan.rate import percent
from microloan.store import UnitOfWork

E = TypeVar("E", bound=Enum)


def reply(options: Namespace) -> Answer:
    """Read ledgers and store their loans in one act: all of them, or none.

    With faults nothing is stored, unless the good loans alone are asked for. Repayments of loans
    that the book has already are entered there.

    Raises:
        UnreadableFile: no file, or no spreadsheet.
        LeverageExceeded, LenderSuspended, SubLimitExceeded, PeriodClosed, NotFound: names the first
            loan that does not fit; nothing is stored then.
    """
    unstated, rules = unstated_of(options), policy_of(options)
    with new_book_of(options) as uow:
        known = tuple(uow.loans.all())
        imported = _read(options, unstated, known)
        wanted = options.good_rows or not imported.faults
        kept = imported.good if wanted and not options.dry_run else ()
        if kept:
            with progress_of(options, "入账 stored") as counter:
                _store(kept, uow, rules, options.on, counter)
    stored = _new_of(kept, known)
    return Answer(
        parts=(*_faults(imported), *sentences_of(imported.findings), _told(imported, stored)),
        facts=_facts(imported, stored),
        status=Status.REFUSED if imported.faults else Status.DONE,
    )


def _new_of(kept: Sequence[Loan], known: Sequence[Loan]) -> int:
    """Return how many loans are new to the book, or have entries that it had not."""
    before = {loan.id: len(loan.entries) for loan in known}
    return sum(len(loan.entries) > before.get(loan.id, 0) for loan in kept)


def _read(options: Namespace, unstated: Unstated, known: Sequence[Loan]) -> Imported:
    """Return what the files hold.

    Raises:
        UnreadableFile: no file, or no spreadsheet.
    """
    for name in options.files:
        _require_file(name)
    with progress_of(options, "读取 read") as counter:
        try:
            return read_ledger(
                *options.files,
                unstated=unstated,
                known=known,
                as_of=options.as_of,
                progress=counter.along,
            )
        except UnreadableFile as refusal:
            refusal.add_note(str(refusal.value))  # it hides a name that somebody typed here
            raise


def _require_file(name: str) -> None:
    """Refuse a file that cannot be opened; by its name, which somebody typed here."""
    try:
        with Path(name).open("rb"):
            return
    except OSError as fault:
        raise UnreadableFile(
            f"{name}: the file cannot be read: {fault.strerror}",
            zh=f"{name}：文件无法读取（{fault.strerror}）",
            value=name,
            limit="a file that can be read",
        ) from fault


def _store(
    loans: Sequence[Loan], uow: UnitOfWork, rules: Policy, on: date, counter: Counter
) -> None:
    """Store loans in one act; those with a guarantee are admitted by the fund's room."""
    uow.save(*(loan for loan in loans if loan.guarantee is None))
    guaranteed = [loan for loan in loans if loan.guarantee is not None]
    uow.admit_all(guaranteed, under=rules, on=on, progress=counter)
    uow.commit()


def unstated_of(options: Namespace) -> Unstated:
    """Return what holds for every loan of the ledger, as the options state it.

    Raises:
        InvalidTerms, InvalidRate, InvalidIdentity: what no loan could have.
    """
    one_day = None if options.settlement_day is None else Settlement(options.settlement_day)
    return Unstated(
        lender=options.lender,
        kind=_member(BorrowerKind, options.borrower_kind),
        amortization=_member(Amortization, options.amortization),
        day_count=_member(DayCount, options.day_count),
        interval_months=options.interval_months,
        settlement=one_day,
        guarantee=guarantee_of(options),
        surplus=_member(Prepayment, options.surplus),
    )


def guarantee_of(options: Namespace) -> Guarantee | None:
    """Return what a fund promised for every loan; ``None`` where no fund was named.

    Raises:
        InvalidRate: no percent.
        InvalidTerms: a share of one where percent are meant, or what no fund could promise.
    """
    named = (options.fund, options.coverage, options.claimable_after_days)
    if named == (None, None, None):
        return None
    if None in named:
        options.misuse("--fund, --coverage and --claimable-after-days go together")
    if 0 < percent(options.coverage) < percent(LEAST_BARE_SHARE):  # 0.8 for 80, as in a ledger
        limit = "percent, such as 80"
        raise refused_terms("the coverage", "担保责任比例", options.coverage, limit)
    return Guarantee(
        fund_id=options.fund,
        coverage=percent(options.coverage),
        claimable_after_days=options.claimable_after_days,
    )


def _member(kind: type[E], value: str | None) -> E | None:
    return None if value is None else kind(value)


def _faults(imported: Imported) -> tuple[Part, ...]:
    return tuple(Sentence(str(one), one.in_chinese()) for one in imported.faults)


def _told(imported: Imported, stored: int) -> Sentence:
    rows, skipped, good = imported.rows, len(imported.skipped), len(imported.good)
    return Sentence(
        f"{rows:,} rows read, {skipped:,} skipped; {good:,} good loans, "
        f"{len(imported.faults):,} faults; {stored:,} loans stored",
        f"读取 {rows:,} 行，跳过 {skipped:,} 行；无误贷款 {good:,} 笔，差错 "
        f"{len(imported.faults):,} 处；入账 {stored:,} 笔",
    )


def _facts(imported: Imported, stored: int) -> dict[str, object]:
    return {
        "rows": imported.rows,
        "skipped": len(imported.skipped),
        "good": len(imported.good),
        "held_back": imported.held_back,
        "stored": stored,
        "faults": [
            {
                "place": one.place,
                "sheet": one.sheet,
                "row": one.row,
                "column": one.column,
                "code": one.code,
                "sentence": one.sentence,
                "zh": one.zh,
            }
            for one in imported.faults
        ],
        "findings": rows_of(imported.findings),
    }
