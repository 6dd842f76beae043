"""其他补贴: other subsidies that somebody holds, so that overlaps can be seen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Final

from microloan.errors.personal import told
from microloan.finding import Finding, Severity
from microloan.money import InYuan, show
from microloan.naming import identity, is_code, person_id, refused_terms, require_whole, several_of
from microloan.periods import in_order, plain_date
from microloan.subsidy_line import SubsidyLine

_MOST_FEN: Final = 10**15
_PAIR: Final = 2
INTEREST: Final = "interest"
"""贴息: the kind of the subsidy of this program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aid:
    """补贴: money of one kind that somebody holds for a stretch of days.

    Args:
        holder: who holds it, a person or a business.
        kind: a code such as ``"interest"``, ``"social_insurance"`` or ``"public_post"``.
        since: the first day for which it is paid.
        until: the last one.
        amount_fen: how much.
        ref: the number of its decision.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidTerms: no code, or no amount.
        InvalidDate: not a plain date, or days in the wrong order.
    """

    holder: str
    kind: str
    since: date
    until: date
    amount_fen: int
    ref: str

    amount = InYuan("amount_fen", "How much, in yuan.")

    def __post_init__(self) -> None:
        """Refuse money of nobody, or for no days."""
        person_id(self.holder, "a holder")
        if not is_code(self.kind):
            raise refused_terms(
                "the kind of a subsidy", "补贴类别", told(self.kind), "a lower-case code"
            )
        days = plain_date(self.since, "a subsidy"), plain_date(self.until, "a subsidy")
        in_order(*days, "a subsidy")
        require_whole(self.amount_fen, "the fen of a subsidy", "补贴金额（分）", 1, _MOST_FEN)
        identity(self.ref, "a subsidy")


def aid_of_subsidy(line: SubsidyLine, *, holder: str, ref: str) -> Aid:
    """Return what the treasury bore of a loan's interest as a subsidy that its borrower holds.

    Its days run from the first subsidized one to the last.

    Args:
        line: the subsidy of one period.
        holder: the borrower.
        ref: the number of the request that it was paid by.

    Raises:
        InvalidTerms: no line, or one of which the treasury bears nothing.
        InvalidIdentity: an unusable identity.
    """
    if not isinstance(line, SubsidyLine) or not line.treasury_fen:
        raise refused_terms("the subsidy", "贴息", line, "a SubsidyLine with a subsidy")
    borne = [segment for segment in line.segments if segment.subsidized_fen and segment.share]
    return Aid(
        holder=holder,
        kind=INTEREST,
        since=min(segment.opens_on for segment in borne),
        until=max(segment.closes_on for segment in borne) - timedelta(days=1),
        amount_fen=line.treasury_fen,
        ref=ref,
    )


def overlaps(
    aids: Iterable[Aid], *, exclusive: frozenset[frozenset[str]] = frozenset()
) -> tuple[Finding, ...]:
    """Return a finding for each two subsidies of one holder that are paid for the same days.

    Two kinds that exclude each other are a fault, two of one kind a question, any others a note.

    Args:
        aids: all of them, those of this program among them; the same one again is one.
        exclusive: pairs of kinds that nobody may hold together, from the rule that says so.

    Raises:
        InvalidTerms: something that is no subsidy, or no pair of kinds.
    """
    listed = several_of(aids, Aid, "the subsidies", "补贴")
    if not isinstance(exclusive, frozenset) or not all(map(_is_pair, exclusive)):
        raise refused_terms("the exclusive kinds", "互斥补贴", exclusive, "a frozenset of pairs")
    by_holder: defaultdict[str, list[Aid]] = defaultdict(list)
    for aid in sorted(set(listed), key=lambda each: (each.holder, each.since, each.ref)):
        by_holder[aid.holder].append(aid)
    return tuple(
        _overlap(one, other, exclusive)
        for held in by_holder.values()
        for one, other in _overlapping(held)
    )


def _is_pair(kinds: object) -> bool:
    return isinstance(kinds, frozenset) and all(map(is_code, kinds)) and len(kinds) == _PAIR


def _overlapping(held: list[Aid]) -> Iterator[tuple[Aid, Aid]]:
    for one, other in combinations(held, 2):
        if other.since <= one.until:
            yield one, other


def _overlap(one: Aid, other: Aid, exclusive: frozenset[frozenset[str]]) -> Finding:
    kinds = frozenset((one.kind, other.kind))
    severity = Severity.QUESTION if one.kind == other.kind else Severity.NOTE
    if kinds in exclusive:
        severity = Severity.FAULT
    since, until = other.since, min(one.until, other.until)
    return Finding(
        code="programme.aid_overlap",
        severity=severity,
        subject=one.holder,
        sentence=f"{one.kind} {one.ref} and {other.kind} {other.ref}, both {since} - {until}",
        zh=f"{one.kind} {one.ref} 与 {other.kind} {other.ref} 在 {since} 至 {until} 重叠",
        figures=((one.ref, show(one.amount)), (other.ref, show(other.amount))),
        settle_by="" if severity is Severity.NOTE else "the decisions of both",
        settle_by_zh="" if severity is Severity.NOTE else "核对两项补贴决定",
    )
