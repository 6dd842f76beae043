"""台账导入: a loan ledger and a repayment ledger read as loans, with everything that is wrong."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeAlias

from microloan.clauses import Prepayment
from microloan.excel.cell_fault import CellFault
from microloan.excel.entry_reading import EntryDraft, draft_of
from microloan.excel.imported import Imported
from microloan.excel.ledger_row import LedgerRow
from microloan.excel.ledger_sheet import (
    LedgerKind,
    LedgerSheet,
    Skipped,
    find_ledger,
)
from microloan.excel.loan_building import (
    build_loan,
    check_reversals,
    follow_on,
    in_order,
    other_splits,
)
from microloan.excel.loan_reading import BorrowerId, parts_of_loan
from microloan.excel.raw_sheet import Source, read_sheets
from microloan.excel.typed_cell import RawCell
from microloan.excel.unstated import Unstated
from microloan.finding import Finding
from microloan.loan import Loan
from microloan.money import from_fen, show
from microloan.naming import refused_terms
from microloan.periods import asked_day
from microloan.portfolio import loans_by_id

_Body: TypeAlias = tuple[int, Sequence[RawCell] | Skipped]
ReadProgress: TypeAlias = Callable[[Iterable[_Body]], Iterable[_Body]]
"""What shows how far it is by wrapping the rows of a sheet, such as ``tqdm``."""

_NOTHING_UNSTATED: Final = Unstated()
_WHOLE: Final = frozenset({"id", "lender", "borrower", "category", "terms", "guarantee"})


def read_ledger(
    *sources: Source,
    unstated: Unstated = _NOTHING_UNSTATED,
    borrower_id: BorrowerId | None = None,
    known: Iterable[Loan] = (),
    as_of: date | None = None,
    progress: ReadProgress = lambda rows: rows,
) -> Imported:
    """Return what the loan ledger and the repayment ledger in some files hold; nothing is stored.

    Every sheet with the header of a ledger is read; rows of totals are passed over and said.
    All faults are found, not the first. Names, ID numbers and phones are read for ``borrower_id``
    and looked at, and are in nothing that is returned.

    Args:
        sources: xlsx, xls, ods or csv files: names, or files open for reading bytes.
        unstated: what holds where the ledger says nothing.
        borrower_id: the host's own: makes the borrower's identity from the cells 姓名, 证件号码 and
            电话; ``None``: the column 借款人编号 has it.
        known: loans that the book has already; entries of loans without a row are appended to them.
        as_of: the day of the column 贷款余额, which then has to agree; ``None``: not compared.
        progress: wraps the rows of each sheet, such as ``tqdm``.

    Raises:
        UnreadableFile: a file is not there, is no spreadsheet, is damaged, or has a password.
        ExtraMissing: python-calamine is not installed, and a file is no csv.
        InvalidTerms: no file, or something else of another kind.
    """
    if not sources:
        raise refused_terms("the sources", "导入文件", 0, "one file at least")
    if as_of is not None:
        asked_day(as_of)
    found = [find_ledger(raw) for source in sources for raw in read_sheets(source)]
    reading = _Reading(
        unstated=unstated,
        borrower_id=borrower_id,
        known=loans_by_id(known, of="the known loans", of_zh="已有贷款"),
    )
    for sheet in found:
        if isinstance(sheet, Skipped):
            reading.skipped.append(sheet)
        else:
            reading.sheet(sheet, progress)
    reading.require_loans(found)
    return reading.result(as_of)


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One import: the rows read so far, in the order of the files."""

    unstated: Unstated
    borrower_id: BorrowerId | None
    known: Mapping[str, Loan]
    rows: list[LedgerRow] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    loans: dict[str, tuple[LedgerRow, dict[str, Any]]] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)
    blind: bool = False
    drafts: dict[str, list[EntryDraft]] = field(default_factory=lambda: defaultdict(list))

    def sheet(self, sheet: LedgerSheet, progress: ReadProgress) -> None:
        """Read one sheet; where its header is faulty, that is all that is said of it."""
        missing = [sheet.missing(name) for name in self._needed(sheet)]
        self.faults += [*sheet.faults, *missing]
        if missing or sheet.faults:
            self.blind = self.blind or sheet.kind is LedgerKind.LOANS
            return
        for number, cells in progress(sheet.body()):
            if isinstance(cells, Skipped):
                self.skipped.append(cells)
                continue
            row = LedgerRow(sheet, number, cells)
            self.rows.append(row)
            if sheet.kind is LedgerKind.LOANS:
                self._loan(row)
            else:
                draft = draft_of(row)
                self.drafts[draft.loan_id].append(draft)

    def _needed(self, sheet: LedgerSheet) -> list[str]:
        """Return the columns that a sheet lacks and nobody said anything about."""
        has = sheet.columns.keys()
        if sheet.kind is LedgerKind.ENTRIES:
            amounts = {"amount", "paid_principal", "paid_interest"}
            return [name for name in ("on",) if name not in has] + ["amount"] * (not amounts & has)
        needed = {
            "borrower": self.borrower_id is None,
            "lender": not self.unstated.lender,
            "kind": self.unstated.kind is None,
            "principal": True,
            "annual_rate": True,
            "disbursed_on": True,
            "months": "matures_on" not in has,
            "amortization": self.unstated.amortization is None,
            "day_count": self.unstated.day_count is None,
        }
        return [name for name, wanted in needed.items() if wanted and name not in has]

    def _loan(self, row: LedgerRow) -> None:
        given = parts_of_loan(row, unstated=self.unstated, borrower_id=self.borrower_id)
        name = given["id"]
        if name in self.loans and name:
            self.twice.add(name)
            first = self.loans[name][0]
            where = f"{first.sheet.raw.name}!{first.number}"
            row.fault(
                "row.given_twice",
                f"the loan stands in {where} already",
                f"该贷款已在 {where} 出现",
                "loan_id",
            )
        else:
            self.loans[name] = row, given

    def require_loans(self, found: Sequence[LedgerSheet | Skipped]) -> None:
        """Keep it as a fault where no sheet of any file is a ledger."""
        sheets = [one for one in found if isinstance(one, Skipped)]
        if len(sheets) < len(found):
            return
        self.faults += [
            CellFault(
                sheet=one.sheet,
                row=1,
                at=-1,
                column="",
                code="sheet.no_ledger",
                sentence="no row of the sheet is the header of a loan or repayment ledger",
                zh="未找到贷款台账或还款台账的表头",
            )
            for one in sheets
        ]

    def result(self, as_of: date | None) -> Imported:
        """Return what was read, the loans rebuilt."""
        built = {
            name: loan
            for name, (row, given) in self.loans.items()
            if (loan := self._build(name, row, given, as_of)) is not None
        }
        for name, drafts in self.drafts.items():
            if name not in self.loans and (loan := self._continue(name, drafts)) is not None:
                built[name] = loan
        faulty = [fault for row in self.rows for fault in row.faults]
        good = [name for name, loan in built.items() if self._is_good(name)]
        held_back = sum(not row.faults for row in self.rows) - sum(
            len(self.drafts.get(name, ())) + (name in self.loans) for name in good
        )
        return Imported(
            good=tuple(built[name] for name in good),
            faults=(*self.faults, *faulty),
            findings=tuple(self.findings),
            rows=len(self.rows),
            held_back=held_back,
            skipped=tuple(self.skipped),
        )

    def _build(
        self, name: str, row: LedgerRow, given: dict[str, Any], as_of: date | None
    ) -> Loan | None:
        if row.faults or not given.keys() >= _WHOLE:
            return None
        drafts = in_order([draft for draft in self.drafts.get(name, ()) if not draft.row.faults])
        loan = build_loan(row, given, drafts, self._surplus)
        if loan is not None:
            check_reversals(loan, drafts)
            self._compare_history(row, loan)
        if loan is None or not self._is_good(name):
            return loan
        self.findings += other_splits(loan, drafts)
        if as_of is not None and row.has("outstanding"):
            _compare_outstanding(row, loan, as_of)
        return loan

    def _compare_history(self, row: LedgerRow, loan: Loan) -> None:
        """Keep it as a fault where the book has the loan with other payments than the ledger."""
        known = self.known.get(loan.id)
        if known is None or known.entries[0] != loan.entries[0]:
            return  # what was agreed otherwise the book itself refuses
        if any(a != b for a, b in zip(known.entries, loan.entries, strict=False)):
            row.fault(
                "row.other_history",
                "the book has other entries of this loan: give all of them, or leave out its row "
                "to append the new ones",
                "账簿中该笔贷款已有其他流水：请列出全部流水，或删去本行以便续记",
                "loan_id",
            )

    @property
    def _surplus(self) -> Prepayment | None:
        return self.unstated.surplus

    def _continue(self, name: str, drafts: Sequence[EntryDraft]) -> Loan | None:
        """Return a loan of the book with its new entries; of an unknown one each row is a fault."""
        if name in self.known:
            good = in_order([draft for draft in drafts if not draft.row.faults])
            loan = follow_on(self.known[name], good, self._surplus)
            check_reversals(loan, good)
            return loan
        for draft in drafts:
            if name and not self.blind:  # else its loan may stand in the ledger that was not read
                draft.row.fault(
                    "row.unknown_loan",
                    "no loan of this number in the loan ledger or the book",
                    "贷款台账及账簿中均无此贷款编号",
                    "loan_id",
                )
        return None

    def _is_good(self, name: str) -> bool:
        own = [self.loans[name][0]] if name in self.loans else []
        rows = [*own, *(draft.row for draft in self.drafts.get(name, ()))]
        return name not in self.twice and not any(row.faults for row in rows)


def _compare_outstanding(row: LedgerRow, loan: Loan, as_of: date) -> None:
    ours, stated = loan.position(as_of=as_of).outstanding_fen, row.fen("outstanding")
    if ours != stated:
        own, theirs = show(from_fen(ours)), show(from_fen(stated))
        row.fault(
            "row.other_outstanding",
            f"{own} is owed on {as_of} by the repayments, the ledger says {theirs}",
            f"按还款记录 {as_of} 余额为 {own}，台账为 {theirs}",
            "outstanding",
        )
