"""核算结论: whether figures agree with what a report says of them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Final

from microloan.finding import Finding, Severity
from microloan.programme.quantity import MOST, Quantity
from microloan.programme.relation import Relation
from microloan.programme.span import Span

Fits = Callable[[int, Quantity], bool]
"""Whether the figures would agree with another one in one place."""
_FACTORS: Final = ((Fraction(1, 10), Fraction(10)), (Fraction(1, 100), Fraction(100)))


class Verdict(Enum):
    """结论: whether what a report says of its figures can be."""

    RIGHT = "right"
    """相符: the figures as printed agree."""
    CANNOT_BE_RIGHT = "cannot_be_right"
    """不可能成立: no numbers the figures may stand for agree."""
    CANNOT_TELL = "cannot_tell"
    """无法判断: some numbers the figures may stand for agree, others do not."""

    @property
    def zh(self) -> str:
        """Return the verdict in Chinese."""
        return _ZH[self]


_ZH: Final = {
    Verdict.RIGHT: "相符",
    Verdict.CANNOT_BE_RIGHT: "不可能成立",
    Verdict.CANNOT_TELL: "无法判断",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """核算结果: one relation of a report, what was computed, and what follows.

    Args:
        relation: what the report says.
        computed: what comes out, as text.
        verdict: whether it can be.
        findings: what is wrong or worth knowing; none where nothing is.
    """

    relation: Relation
    computed: str
    verdict: Verdict
    findings: tuple[Finding, ...]


def equality(computed: Span, nominal: Fraction, stated: Quantity, *, printed: bool) -> Verdict:
    """Return whether what was computed is what is stated.

    It is right where every number the figures may stand for agrees, or where the numbers printed
    agree and none of them is a mere bound.

    Args:
        computed: what may come out.
        nominal: what comes out of the numbers as printed.
        stated: what the report prints.
        printed: whether it was computed from printed numbers only, and from no mere bound.
    """
    if not computed.meets(stated.span):
        return Verdict.CANNOT_BE_RIGHT
    as_printed = printed and stated.bounded and Span.point(nominal).lies_in(stated.span)
    return Verdict.RIGHT if as_printed or computed.lies_in(stated.span) else Verdict.CANNOT_TELL


def at_most(lower: Span, upper: Span) -> Verdict:
    """Return whether what lies in one span is not above what lies in another."""
    if lower.is_at_most(upper):
        return Verdict.RIGHT
    return Verdict.CANNOT_TELL if lower.may_be_at_most(upper) else Verdict.CANNOT_BE_RIGHT


def slips(figures: tuple[Quantity, ...], fits: Fits) -> tuple[str, ...]:
    """Return which decimal point, moved by one place or else by two, makes the figures fit.

    Whole counts have no decimal point and are left as they are.
    """
    for factors in _FACTORS:
        found = []
        for place, figure in enumerate(figures):
            counted = figure.unit == 1 and figure.printed.denominator == 1
            if counted or figure.printed * max(map(max, _FACTORS)) > MOST:
                continue
            for factor in factors:
                moved = figure.moved(factor)
                if fits(place, moved):
                    found.append(moved.text)
        if found:
            return tuple(found)
    return ()


def wrong(
    relation: Relation,
    code: str,
    sentence: str,
    zh: str,
    figures: tuple[tuple[str, str], ...],
    *,
    severity: Severity = Severity.FAULT,
    clause: str = "",
    moved: tuple[str, ...] = (),
) -> Finding:
    """Return the finding that a relation does not hold.

    Where something named by the report would make it right, it is a question and no fault.
    """
    settle, settle_zh = "the figures as first reported", "核对原始上报数"
    if moved:
        settle = f"look at the decimal point: {' or '.join(moved)} would agree"
        settle_zh = f"核对小数点：{'、'.join(moved)} 则相符"
    if relation.unless:
        settle, settle_zh = (
            f"{settle}, unless {relation.unless}",
            f"{settle_zh}（{relation.unless}）",
        )
    return Finding(
        code=code,
        severity=Severity.QUESTION if relation.unless and severity is Severity.FAULT else severity,
        subject=relation.of,
        sentence=sentence,
        zh=zh,
        figures=figures,
        clause=clause,
        settle_by=settle,
        settle_by_zh=settle_zh,
    )
