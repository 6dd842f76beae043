"""更正与追回: what a later quarter changes of a line that was requested before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Self

from microloan.errors import AlreadyRequested, CorrectionTooLarge, NotRequested
from microloan.explain import Explanation
from microloan.levels import LEVEL_COLUMNS, Levels, move
from microloan.money import FEN_LIMIT, InYuan, Money, fen, from_fen, positive_fen, show
from microloan.naming import identity, refused_terms, require_one_of
from microloan.periods import InterestQuarter, plain_date
from microloan.policy import Shares
from microloan.request_line import LineKey, RequestLine
from microloan.table import columns_of


class CorrectionCause(Enum):
    """Why a line is corrected."""

    RECOMPUTED = "recomputed"
    """复核: what is known today gives another amount."""
    DECIDED = "decided"
    """责令追回: an authority decided to take money back; the line never comes to more again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """更正: a line requested before, what was requested for it, what it is, and the difference.

    A negative difference is money taken back 追回.

    Args:
        loan_id: the loan of the line.
        number: the installment, as it was requested.
        due_on: the day on which its interest fell due.
        requested_in: the quarter whose request holds the line.
        was_fen: what was requested for it, with all earlier corrections.
        is_fen: what it comes to.
        shares: the shares of the line; the difference is split by them too.
        cause: why it is corrected.
        ref: the voucher of the decision; empty where the line was recomputed.

    Raises:
        CorrectionTooLarge: more would be taken back than was requested.
        InvalidTerms: a correction of nothing, or one without its cause.
    """

    loan_id: str
    number: int
    due_on: date
    requested_in: InterestQuarter
    was_fen: int
    is_fen: int
    shares: Shares
    cause: CorrectionCause = CorrectionCause.RECOMPUTED
    ref: str = ""

    was = InYuan("was_fen", "What was requested for the line until now, in yuan.")
    is_now = InYuan("is_fen", "What it comes to, in yuan.")
    difference = InYuan("difference_fen", "What is to be paid on top or taken back, in yuan.")

    COLUMNS = columns_of(
        "loan_id installment=number due_on requested_in was is_now=is_fen difference cause ref",
        **LEVEL_COLUMNS,
    )

    def __post_init__(self) -> None:
        """Refuse a correction that no line could have."""
        identity(self.loan_id, "a loan")
        require_one_of(self.cause, CorrectionCause, "the cause", "更正原因")
        if self.is_fen < 0:
            raise _too_large(self.key, taken=-self.difference_fen, limit=self.was_fen)
        if not self.difference_fen or self.was_fen < 0:
            raise refused_terms(
                f"{self.loan_id}: the correction of {self.due_on}",
                "更正",
                f"{show(self.was)} to {show(self.is_now)}",
                "a change, from at least 0.00",
            )
        if self.cause is CorrectionCause.DECIDED:
            identity(self.ref, "a decision")
        elif self.ref:
            raise refused_terms("the voucher of a recomputed line", "凭证", self.ref, "empty")

    @property
    def key(self) -> LineKey:
        """Return what names the corrected line: the loan and the due day."""
        return self.loan_id, self.due_on

    @property
    def difference_fen(self) -> int:
        """Return what is to be paid on top; below nothing, what is taken back, in fen."""
        return self.is_fen - self.was_fen

    @property
    def levels(self) -> Levels:
        """Return the difference of each level; they add up to the difference of the line."""
        return move(self.was_fen, self.is_fen, self.shares)

    def explain(self) -> Explanation:
        """Return what was requested, what it comes to, and which level gets or returns what."""
        title = f"{self.loan_id}, interest due {self.due_on}, requested in {self.requested_in}: "
        return Explanation(
            title=title + show(self.difference),
            steps=(
                ("was", show(self.was)),
                ("is", show(self.is_now)),
                *((one.level.value, show(one.amount)) for one in self.levels),
            ),
            rule=f"decision {self.ref}" if self.ref else "recomputed from what is known today",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Clawback:
    """责令追回: a decision to take back a part of the subsidy of a line, or all of it.

    Facts of the loan need none: they are booked on the loan, and what follows from them is found
    when the next request is drawn up. A decision stands against recomputing: the line comes to no
    more than it left, though facts may still make it less.

    Args:
        loan_id: the loan of the line.
        due_on: the day on which its interest fell due.
        amount: what is taken back, in yuan.
        ref: the voucher of the decision.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        InvalidDate: no plain date.
        InvalidIdentity: an unusable loan or voucher.
    """

    loan_id: str
    due_on: date
    amount: Money
    ref: str

    COLUMNS = columns_of("loan_id due_on amount=amount ref")

    def __post_init__(self) -> None:
        """Refuse what no decision could say."""
        identity(self.loan_id, "a loan")
        identity(self.ref, "a decision")
        plain_date(self.due_on, "a due day")
        positive_fen(self.amount, "what is taken back")

    @property
    def key(self) -> LineKey:
        """Return what names the line: the loan and the due day."""
        return self.loan_id, self.due_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A line as it stands after all requests so far.

    Args:
        line: the line as it was requested.
        quarter: the quarter whose request holds it.
        net_fen: what was requested for it with all corrections.
        at_most_fen: the most it may come to; what the last decision about it left.
    """

    line: RequestLine
    quarter: InterestQuarter
    net_fen: int
    at_most_fen: int = FEN_LIMIT

    def recomputed(self, is_fen: int) -> Correction | None:
        """Return the correction to what a line comes to today; ``None`` where nothing changes."""
        allowed_fen = min(is_fen, self.at_most_fen)
        return None if allowed_fen == self.net_fen else self._correction(allowed_fen)

    def taken_back(self, decision: Clawback, owed_fen: int) -> Correction:
        """Return the correction by a decision, or to what the line comes to today if that is less.

        Raises:
            CorrectionTooLarge: more than was requested, net of earlier corrections.
        """
        left = self.net_fen - fen(decision.amount)
        cause = CorrectionCause.DECIDED
        return self._correction(min(left, owed_fen), cause=cause, ref=decision.ref)

    def after(self, correction: Correction) -> Self:
        """Return the line as it stands after a correction.

        Raises:
            CorrectionTooLarge: it takes back more than was requested until then.
            InvalidTerms: it does not start from what was requested until then.
        """
        if -correction.difference_fen > self.net_fen:
            raise _too_large(self.line.key, taken=-correction.difference_fen, limit=self.net_fen)
        stated = (correction.requested_in, correction.was_fen, correction.shares)
        if stated != (self.quarter, self.net_fen, self.line.shares):
            raise refused_terms(
                f"{self.line.loan_id}: what is corrected of {self.line.due_on}",
                "更正前",
                f"{show(correction.was)} of {correction.requested_in} and its shares",
                f"{show(from_fen(self.net_fen))} of {self.quarter} and its shares",
            )
        decided = correction.cause is CorrectionCause.DECIDED
        at_most_fen = correction.is_fen if decided else self.at_most_fen
        return replace(self, net_fen=correction.is_fen, at_most_fen=at_most_fen)

    def _correction(
        self, is_fen: int, cause: CorrectionCause = CorrectionCause.RECOMPUTED, ref: str = ""
    ) -> Correction:
        return Correction(
            loan_id=self.line.loan_id,
            number=self.line.number,
            due_on=self.line.due_on,
            requested_in=self.quarter,
            was_fen=self.net_fen,
            is_fen=is_fen,
            shares=self.line.shares,
            cause=cause,
            ref=ref,
        )


def correct(
    asked: Mapping[LineKey, Asked], owed: Mapping[LineKey, int], clawbacks: Iterable[Clawback]
) -> tuple[Correction, ...]:
    """Return what is to be corrected of the lines requested so far, by loan and due day.

    Args:
        asked: the lines as they stand after all requests so far.
        owed: what each line comes to today; one that is not there comes to nothing.
        clawbacks: what authorities decided to take back.

    Raises:
        NotRequested: a decision about a line that was never requested.
        AlreadyRequested: two decisions about one line at once.
        CorrectionTooLarge: a decision to take back more than was requested.
    """
    decided: dict[LineKey, Clawback] = {}
    for decision in clawbacks:
        standing_of(decision.key, asked)
        if decision.key in decided:
            raise already_requested(decision.key, f"decision {decided[decision.key].ref}")
        decided[decision.key] = decision
    found = [
        one.taken_back(decided[key], owed.get(key, 0))
        if key in decided
        else one.recomputed(owed.get(key, 0))
        for key, one in sorted(asked.items())
    ]
    return tuple(correction for correction in found if correction is not None)


def standing_of(key: LineKey, asked: Mapping[LineKey, Asked]) -> Asked:
    """Return how a line stands after the requests so far.

    Raises:
        NotRequested: none of them holds it.
    """
    if key not in asked:
        loan_id, due_on = key
        raise NotRequested(
            f"{loan_id}: no request holds a line for the interest due {due_on}",
            zh=f"{loan_id}：{due_on} 到期的利息未曾申请贴息",
            value=key,
            limit="a line that was requested",
        )
    return asked[key]


def already_requested(key: LineKey, where: str) -> AlreadyRequested:
    """Return the refusal of a line that stands somewhere already."""
    loan_id, due_on = key
    return AlreadyRequested(
        f"{loan_id}: the interest due {due_on} stands in {where} already",
        zh=f"{loan_id}：{due_on} 到期的利息已列入 {where}",
        value=key,
        limit=where,
    )


def _too_large(key: LineKey, *, taken: int, limit: int) -> CorrectionTooLarge:
    (loan_id, due_on), back, requested = key, from_fen(taken), from_fen(limit)
    return CorrectionTooLarge(
        f"{loan_id}: {show(back)} cannot be taken back for the interest due {due_on}; "
        f"{show(requested)} was requested",
        zh=f"{loan_id}：{due_on} 到期的利息已申请 {show(requested)}，不能追回 {show(back)}",
        value=back,
        limit=requested,
    )
