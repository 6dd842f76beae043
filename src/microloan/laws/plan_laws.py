"""The law of a repayment plan: the principal comes back, to the fen."""

from typing import Any

from microloan.laws.given_rows import Row, rows_of
from microloan.laws.law_broken import Law
from microloan.money import Money, fen

PRINCIPAL_COMES_BACK = Law(
    "law.schedule_conserves_principal",
    "each line leaves what was owed less its principal, and the last one leaves nothing",
    "每期剩余本金＝上期剩余本金－本期本金，末期为零",
)
NOTHING_NEGATIVE = Law(
    "law.schedule_has_no_negative_part",
    "no principal and no interest is below nothing",
    "本金、利息均不为负",
)
DAYS_INCREASE = Law(
    "law.schedule_days_increase",
    "each line falls due after the one before",
    "应还日逐期递增",
)


def assert_schedule_conserves_principal(
    schedule: Any,  # noqa: ANN401 — a plan, its rows, or a frame
    *,
    lent: Money | None = None,
) -> None:
    """Refuse a repayment plan 还款计划 that loses or makes up principal.

    Each line leaves what was owed less its principal, the last one leaves nothing, no part is
    below nothing, and due dates strictly increase. It holds for a plan as it was agreed; the plan
    of a loan that was prepaid is two plans.

    Args:
        schedule: a plan, or rows with ``due_on``, ``principal``, ``interest``, ``outstanding``.
        lent: the amount of the contract, in yuan; absent, what the first line repays and leaves.

    Raises:
        LawBroken: names the first line that breaks it.
        InvalidRecord, InvalidAmount: a row that cannot be read.
    """
    lines = rows_of(schedule)
    owed = _owed_at_first(lines) if lent is None else fen(lent)
    before: Row | None = None
    for line in lines:
        owed = _line_after(line, before, owed)
        before = line
    PRINCIPAL_COMES_BACK.require(owed == 0, "after the last line", still_owed_fen=owed)


def _owed_at_first(lines: list[Row]) -> int:
    return lines[0].fen("principal") + lines[0].fen("outstanding") if lines else 0


def _line_after(line: Row, before: Row | None, owed: int) -> int:
    """Return what is owed after a line."""
    where = line.named("number", "due_on")
    principal, interest = line.fen("principal"), line.fen("interest")
    parts = {"principal_fen": principal, "interest_fen": interest}
    NOTHING_NEGATIVE.require(min(parts.values()) >= 0, where, **parts)
    if before is not None:
        earlier, day = before.day("due_on"), line.day("due_on")
        DAYS_INCREASE.require(earlier < day, where, due_on=day, due_before=earlier)
    left = line.fen("outstanding")
    PRINCIPAL_COMES_BACK.require(
        left == owed - principal, where, owed_fen=owed, principal_fen=principal, left_fen=left
    )
    return left
