"""The law of an append-only history: what was known stays as it was known."""

from typing import Any

from microloan.laws.given_rows import rows_of
from microloan.laws.law_broken import Law
from microloan.loan import Loan
from microloan.periods import HalfYear

HISTORY_IS_KEPT = Law(
    "law.append_keeps_history",
    "entries are only added, and an account read through an earlier number stays as it was",
    "流水只增不改；按原流水号读取的半年账户不变",
)


def assert_append_keeps_history(before: Any, after: Any) -> None:  # noqa: ANN401 — loans, funds, rows
    """Refuse a history in which an entry that was known before is gone or has changed.

    Of a loan, every half-year account read through the last entry that was known before is compared
    too.

    Args:
        before: a loan, a fund, or rows of entries, as they were.
        after: the same one later.

    Raises:
        LawBroken: names the first entry, or the half-year, that is not as it was.
    """
    known, kept = _entries(before), _entries(after)
    for number, entry in enumerate(known, start=1):
        there = number <= len(kept)
        found = str(kept[number - 1]) if there else "nothing"
        HISTORY_IS_KEPT.require(
            there and kept[number - 1] == entry, f"entry {number}", was=str(entry), is_now=found
        )
    if isinstance(before, Loan) and isinstance(after, Loan):
        _require_same_accounts(before, after)


def _entries(given: Any) -> list[Any]:  # noqa: ANN401 — as above
    return [row.given for row in rows_of(getattr(given, "entries", given))]


def _require_same_accounts(before: Loan, after: Loan) -> None:
    half = HalfYear.of(before.terms.disbursed_on)
    last = max(entry.booked_on for entry in before.entries)
    while half.first_day <= last:
        was = before.account(half)
        is_now = after.account(half, through=len(before.entries))
        HISTORY_IS_KEPT.require(
            was == is_now,
            f"{before.id} in {half}",
            was_closing_fen=was.closing_fen,
            is_closing_fen=is_now.closing_fen,
        )
        half = half.next
