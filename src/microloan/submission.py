"""申请复核: figures that somebody else handed in, against what we compute, line by line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from microloan.money import InYuan, Money, fen, show
from microloan.naming import identity, refused_terms
from microloan.periods import plain_date
from microloan.refund import WaitingReason
from microloan.request import SubsidyRequest
from microloan.request_line import LineKey
from microloan.table import columns_of


class DifferenceKind(Enum):
    """How a figure handed in differs from the computed one."""

    AMOUNT = "amount"
    """金额不符: the line is owed with another amount."""
    NOT_OWED = "not_owed"
    """不应申请: the line is not owed for that quarter."""
    NOT_SUBMITTED = "not_submitted"
    """漏报: the line is owed and was not handed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """复核差异: a line, what was handed in for it, and what it comes to.

    Args:
        loan_id: the loan.
        due_on: the day on which its interest fell due.
        kind: how they differ.
        submitted_fen: what was handed in.
        computed_fen: what it comes to.
        waits: why a line that was earned may not be asked for yet; ``None`` for any other.
    """

    loan_id: str
    due_on: date
    kind: DifferenceKind
    submitted_fen: int
    computed_fen: int
    waits: WaitingReason | None = None

    submitted = InYuan("submitted_fen", "What was handed in, in yuan.")
    computed = InYuan("computed_fen", "What the line comes to, in yuan.")
    difference = InYuan("difference_fen", "What was handed in too much, in yuan.")

    COLUMNS = columns_of(
        "loan_id due_on difference_kind=kind submitted computed difference waiting_reason=waits",
    )

    @property
    def difference_fen(self) -> int:
        """Return what was handed in too much; below nothing, too little, in fen."""
        return self.submitted_fen - self.computed_fen


def compare_submission(
    submitted: Mapping[LineKey, Money], computed: SubsidyRequest
) -> tuple[Difference, ...]:
    """Return every line for which figures handed in differ from a request, by loan and due day.

    Args:
        submitted: the subsidy handed in for each line, by loan and due day, in yuan.
        computed: the request as we draw it up for the same bank and quarter.

    Raises:
        InvalidTerms: an amount below nothing.
        InvalidAmount: not CNY, or finer than a fen.
        InvalidIdentity, InvalidDate: what cannot name a line.
    """
    owed = {line.key: line.subsidy_fen for line in computed.lines}
    waits = {line.key: line.reason for line in computed.waiting}
    handed_in = {_key(key): _fen(amount) for key, amount in submitted.items()}
    return tuple(
        Difference(
            loan_id=key[0],
            due_on=key[1],
            kind=_kind(key, handed_in, owed),
            submitted_fen=handed_in.get(key, 0),
            computed_fen=owed.get(key, 0),
            waits=waits.get(key),
        )
        for key in sorted(handed_in.keys() | owed.keys())
        if handed_in.get(key, 0) != owed.get(key, 0)
    )


def _kind(
    key: LineKey, submitted: Mapping[LineKey, int], owed: Mapping[LineKey, int]
) -> DifferenceKind:
    if key not in owed:
        return DifferenceKind.NOT_OWED
    return DifferenceKind.AMOUNT if submitted.get(key) else DifferenceKind.NOT_SUBMITTED


def _key(key: LineKey) -> LineKey:
    loan_id, due_on = key
    return identity(loan_id, "a loan"), plain_date(due_on, "a line")


def _fen(amount: Money) -> int:
    if fen(amount) < 0:
        raise refused_terms("a subsidy handed in", "申报贴息额", show(amount), "at least 0.00")
    return fen(amount)
