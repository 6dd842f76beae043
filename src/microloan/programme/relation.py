"""勾稽关系: what a report says of its figures, each kind with the figures it needs."""

from dataclasses import dataclass
from typing import TypeAlias

from microloan.naming import refused_terms, require_whole
from microloan.party import tuple_of
from microloan.programme.quantity import Quantity

_MOST_STEP = 10**9


def _named(of: str, unless: str) -> None:
    if not isinstance(of, str) or not of.strip():
        raise refused_terms("what a relation is about", "勾稽关系对象", of, "a text")
    if not isinstance(unless, str):
        raise refused_terms("what would make it right", "例外说明", unless, "a text, or empty")


def _figures(*figures: Quantity) -> None:
    for figure in figures:
        if not isinstance(figure, Quantity):
            raise refused_terms("a figure of a relation", "勾稽数字", figure, "a Quantity")


def _several(figures: tuple[Quantity, ...], least: int, what: str) -> None:
    tuple_of(figures, Quantity, what, "勾稽数字")
    if len(figures) < least:
        raise refused_terms(what, "勾稽数字", len(figures), f"{least} at least")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """合计: parts that are all of a whole add up to it.

    Args:
        of: what the report says it of.
        parts: the parts, all of them.
        whole: their total as printed.
        unless: what would make it right all the same; empty where nothing would.

    Raises:
        InvalidTerms: no text, or no figures.
    """

    of: str
    parts: tuple[Quantity, ...]
    whole: Quantity
    unless: str = ""

    def __post_init__(self) -> None:
        """Refuse a sum of nothing."""
        _named(self.of, self.unless)
        _several(self.parts, 1, "the parts")
        _figures(self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """比率: one figure divided by another is the percentage, average or multiple printed.

    Args:
        of: what the report says it of.
        part: what is divided.
        whole: by what.
        stated: what comes out, as printed.
        unless: what would make it right all the same; empty where nothing would.

    Raises:
        InvalidTerms: no text, no figures, or a whole of nothing.
    """

    of: str
    part: Quantity
    whole: Quantity
    stated: Quantity
    unless: str = ""

    def __post_init__(self) -> None:
        """Refuse a ratio to nothing."""
        _named(self.of, self.unless)
        _figures(self.part, self.whole, self.stated)
        if not self.whole.printed:
            raise refused_terms("the whole of a ratio", "比率分母", self.whole.text, "above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """其中（不重复）: parts that count nothing twice are together not above the whole.

    One part alone may not be above its whole, a payment not above its budget line.

    Args:
        of: what the report says it of.
        parts: some of the parts, or all of them.
        whole: of what they are parts.
        unless: what would make it right all the same; empty where nothing would.

    Raises:
        InvalidTerms: no text, or no figures.
    """

    of: str
    parts: tuple[Quantity, ...]
    whole: Quantity
    unless: str = ""

    def __post_init__(self) -> None:
        """Refuse parts that are none."""
        _named(self.of, self.unless)
        _several(self.parts, 1, "the parts")
        _figures(self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """其中（可重复）: each part is among the whole; one thing may stand in several parts.

    Args:
        of: what the report says it of.
        parts: the parts, which may overlap.
        whole: among what they are.
        unless: what would make it right all the same; empty where nothing would.

    Raises:
        InvalidTerms: no text, or no figures.
    """

    of: str
    parts: tuple[Quantity, ...]
    whole: Quantity
    unless: str = ""

    def __post_init__(self) -> None:
        """Refuse parts that are none."""
        _named(self.of, self.unless)
        _several(self.parts, 1, "the parts")
        _figures(self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """累计数: what is counted from the same day on never falls.

    Args:
        of: what the report says it of.
        values: the figures, the earliest first.
        unless: what would make it right all the same; empty where nothing would.

    Raises:
        InvalidTerms: no text, or fewer than two figures.
    """

    of: str
    values: tuple[Quantity, ...]
    unless: str = ""

    def __post_init__(self) -> None:
        """Refuse a series of one."""
        _named(self.of, self.unless)
        _several(self.values, 2, "the figures of a series")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """户均与额度: where nobody got more than the ceiling, the average is not above it.

    Args:
        of: what the report says it of.
        amount: what all of them got, in yuan.
        count: how many they are.
        ceiling: the most that one may get, in yuan.
        source: where the ceiling stands.
        unless: what would make it right all the same, such as loans of enterprises.

    Raises:
        InvalidTerms: no text, no figures, or a count or ceiling of nothing.
    """

    of: str
    amount: Quantity
    count: Quantity
    ceiling: Quantity
    source: str
    unless: str = ""

    def __post_init__(self) -> None:
        """Refuse an average over nobody."""
        _named(self.of, self.unless)
        _named(self.source, "")
        _figures(self.amount, self.count, self.ceiling)
        for figure in (self.count, self.ceiling):
            if not figure.printed:
                raise refused_terms("count and ceiling", "笔数与额度", figure.text, "above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """合理区间: one figure divided by another lies where it lies everywhere else.

    Args:
        of: what the report says it of.
        part: what is divided, such as jobs.
        whole: by what, such as loans.
        low: the least seen elsewhere.
        high: the greatest seen elsewhere.
        source: where the band comes from.
        unless: what would make it right all the same.

    Raises:
        InvalidTerms: no text, no figures, a whole of nothing, or a band upside down.
    """

    of: str
    part: Quantity
    whole: Quantity
    low: Quantity
    high: Quantity
    source: str
    unless: str = ""

    def __post_init__(self) -> None:
        """Refuse a band in which nothing lies."""
        _named(self.of, self.unless)
        _named(self.source, "")
        _figures(self.part, self.whole, self.low, self.high)
        if not self.whole.printed:
            raise refused_terms("the whole of a ratio", "比率分母", self.whole.text, "above 0")
        if self.high.printed < self.low.printed:
            raise refused_terms("the band", "合理区间", self.high.text, f"from {self.low}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """倒算任务数: what was done, divided by the percentage of the target, is a round number.

    Args:
        of: what the report says it of.
        done: what was done, one figure for each target.
        percentages: which part of its target each is, in the same order.
        step: a target is a multiple of it, such as 1,000 persons.
        unless: what would make it right all the same.

    Raises:
        InvalidTerms: no text, figures that do not pair, a percentage of nothing, or no step.
    """

    of: str
    done: tuple[Quantity, ...]
    percentages: tuple[Quantity, ...]
    step: int
    unless: str = ""

    def __post_init__(self) -> None:
        """Refuse figures of which no target follows."""
        _named(self.of, self.unless)
        _several(self.done, 1, "what was done")
        _several(self.percentages, 1, "the percentages")
        require_whole(self.step, "the step of a target", "任务数单位", 1, _MOST_STEP)
        if len(self.done) != len(self.percentages):
            raise refused_terms(
                "the percentages", "完成率", len(self.percentages), f"{len(self.done)} of them"
            )
        for percentage in self.percentages:
            if not percentage.printed:
                raise refused_terms("a percentage", "完成率", percentage.text, "above 0")


Relation: TypeAlias = Sum | Ratio | Parts | Among | Series | Ceiling | Band | Targets
"""勾稽关系: one thing a report says of its figures."""
