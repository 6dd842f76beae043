"""贷款重建: a loan from its row and the rows of its entries, and which of them it refuses."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from microloan.clauses import Prepayment
from microloan.errors import MicroloanError, OverRepayment
from microloan.excel.entry_reading import EntryDraft
from microloan.excel.ledger_row import LedgerRow
from microloan.finding import Finding, Severity
from microloan.ledger import Entry, EntryKind, next_entry
from microloan.loan import Loan
from microloan.money import fen, from_fen, show


def build_loan(
    row: LedgerRow,
    given: Mapping[str, Any],
    drafts: Sequence[EntryDraft],
    surplus: Prepayment | None,
) -> Loan | None:
    """Return a loan with its entries; where one is refused its row keeps the fault.

    Args:
        row: the row of the loan.
        given: what :meth:`microloan.loan.Loan.grant` is given.
        drafts: its entries.
        surplus: what becomes of the plan when a payment is more than is due.

    Returns:
        the loan as far as it could be built; ``None`` where the loan itself is refused.
    """
    first, rest = _first(given, drafts)
    try:
        entries = [_granted(given, first)]
        entries += _numbered(rest, entries)
        return Loan(**given, entries=tuple(entries))
    except MicroloanError:
        pass  # one of them is refused: which one, is seen in turn
    try:
        loan = Loan(**given, entries=(_granted(given, first),))
    except MicroloanError as refusal:
        (row if first is None else first.row).refused(refusal)
        return None
    return follow_on(loan, rest, surplus)


def follow_on(loan: Loan, drafts: Sequence[EntryDraft], surplus: Prepayment | None) -> Loan:
    """Return a loan with entries appended one by one; what is refused is left out, as a fault."""
    reversed_some = any(draft.kind is EntryKind.REVERSAL for draft in drafts)
    known, refs = loan.entries, _refs(drafts)
    for draft, ref in zip(drafts, refs, strict=True):
        try:
            grown = _with(loan, draft, ref, surplus)
        except MicroloanError as refusal:
            draft.row.refused(refusal)
            if reversed_some:
                break  # numbers that reversals name would no longer be right
            continue
        if grown is loan and not any(_same(draft, ref, entry) for entry in known):
            draft.row.fault("row.given_twice", "the same entry stands twice", "同一流水重复出现")
        loan = grown
    return loan


def _with(loan: Loan, draft: EntryDraft, ref: str, surplus: Prepayment | None) -> Loan:
    entry = _entry(loan.entries, draft, ref)
    if draft.kind is EntryKind.REVERSAL:
        return loan.with_entry(entry)
    try:
        return loan.with_act(entry)
    except OverRepayment:
        if surplus is None or draft.kind is not EntryKind.REPAYMENT:
            raise
        return loan.with_act(replace(entry, kind=EntryKind.PREPAYMENT, then=surplus))


def _same(draft: EntryDraft, ref: str, entry: Entry) -> bool:
    """Tell whether an entry is what a row records, perhaps as the prepayment that it became."""
    became = draft.kind is EntryKind.REPAYMENT and entry.kind is EntryKind.PREPAYMENT
    return entry.ref == ref and (entry.kind is draft.kind or became)


def _first(
    given: Mapping[str, Any], drafts: Sequence[EntryDraft]
) -> tuple[EntryDraft | None, Sequence[EntryDraft]]:
    """Return the row that pays the loan out, if there is one, and the others."""
    terms = given["terms"]
    for at, draft in enumerate(drafts):
        if draft.kind is EntryKind.DISBURSEMENT and draft.on == terms.disbursed_on:
            return draft, [*drafts[:at], *drafts[at + 1 :]]
    return None, drafts


def _granted(given: Mapping[str, Any], first: EntryDraft | None) -> Entry:
    """Return the first entry: as a row says, or all of the principal on the day of lending."""
    if first is not None:
        return _entry((), first, first.ref or given["id"])
    return next_entry(
        (),
        EntryKind.DISBURSEMENT,
        on=given["terms"].disbursed_on,
        ref=given["id"],
        booked_on=None,
        principal_fen=fen(given["terms"].principal),
    )


def _numbered(drafts: Sequence[EntryDraft], before: Sequence[Entry]) -> Iterator[Entry]:
    known = list(before)
    for draft, ref in zip(drafts, _refs(drafts), strict=True):
        known.append(_entry(known, draft, ref))
        yield known[-1]


def _entry(entries: Sequence[Entry], draft: EntryDraft, ref: str) -> Entry:
    return next_entry(
        entries, draft.kind, on=draft.on, ref=ref, booked_on=draft.booked_on, **draft.parts
    )


def _refs(drafts: Sequence[EntryDraft]) -> list[str]:
    """Return the vouchers; a row without one gets its day and its place among those of the day.

    So it stays the same when rows of other days or loans are added and the ledger is read again.
    Two rows alike are two entries on one sheet; on two sheets, such as a file given twice, they get
    one voucher, and are refused for it.
    """
    seen: Counter[object] = Counter()
    alike: Counter[object] = Counter()
    given: dict[object, str] = {}
    refs = []
    for draft in drafts:
        what = (draft.on, draft.kind, *sorted(draft.parts.items()))
        alike[id(draft.row.sheet), what] += 1
        which = what, alike[id(draft.row.sheet), what]
        ref = draft.ref or given.get(which, "")
        if draft.ref or not ref:
            seen[draft.on] += 1
            ref = ref or f"{draft.on:%Y%m%d}-{seen[draft.on]}"
            given.setdefault(which, ref)
        refs.append(ref)
    return refs


def in_order(drafts: Sequence[EntryDraft]) -> list[EntryDraft]:
    """Return the entries of a loan by their numbers; where one has none, as they stand."""
    if all(draft.number for draft in drafts):
        return sorted(drafts, key=lambda draft: draft.number)
    return list(drafts)


def check_reversals(loan: Loan, drafts: Sequence[EntryDraft]) -> None:
    """Keep it as a fault where a reversal undoes another entry than the row of that number.

    A bank that counts its own rows leaves out the first entry, which pays the loan out.
    """
    rows = {draft.number: draft for draft in drafts if draft.number}
    for draft in drafts:
        number = draft.parts.get("undoes", 0)
        if number not in rows or number > len(loan.entries):
            continue
        if not _records(loan.entries[number - 1], rows[number]):
            draft.row.fault(
                "row.other_number",
                f"row {rows[number].row.number} has the number {number}, which is another entry "
                "of the loan; number its entries from 1, the disbursement",
                f"第 {rows[number].row.number} 行的序号 {number} 与该笔贷款的第 {number} 号流水"
                "不是同一笔，流水序号应自放款起从 1 编号",
                "undoes",
            )


def _records(entry: Entry, draft: EntryDraft) -> bool:
    """Tell whether an entry is what a row says; a payment may have become a prepayment."""
    parts = {name: worth for name, worth in draft.parts.items() if name != "then"}
    return entry.on == draft.on and all(getattr(entry, name) == parts[name] for name in parts)


def other_splits(loan: Loan, drafts: Sequence[EntryDraft]) -> Iterator[Finding]:
    """Yield the payments that the ledger splits otherwise than the contract's order does."""
    stated = {draft.ref: draft for draft in drafts if draft.kind.pays and draft.split}
    if not stated:
        return
    for effect in loan.applied:
        draft = stated.get(effect.entry.ref)
        if draft is None or draft.kind is not effect.entry.kind:
            continue
        ours = (
            effect.principal_fen,
            effect.interest_fen,
            effect.penalty_fen + effect.compound_fen,
            effect.costs_fen,
        )
        if ours != draft.split:
            yield _split_finding(loan.id, draft, ours)


def _split_finding(loan_id: str, draft: EntryDraft, ours: tuple[int, ...]) -> Finding:
    names = ("principal", "interest", "penalty", "costs")
    theirs, own = (
        " + ".join(show(from_fen(part)) for part in split) for split in (draft.split, ours)
    )
    row = f"{draft.row.sheet.raw.name}!{draft.row.number}"
    return Finding(
        code="ledger.split_differs",
        severity=Severity.QUESTION,
        subject=loan_id,
        sentence=f"{row}: {'/'.join(names)} are {theirs} in the ledger, {own} by the contract",
        zh=f"{row}：台账本金/利息/罚息/费用为 {theirs}，按合同为 {own}",
        figures=(("ledger", theirs), ("contract", own)),
        settle_by="the payment order of the contract, or the bank's own account",
        settle_by_zh="核对合同冲还顺序与银行明细",
    )
