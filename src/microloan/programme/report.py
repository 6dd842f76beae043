"""公布数核算: a report's figures computed again, and what of them cannot be right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from microloan.errors import InvalidRecord
from microloan.finding import Finding, Severity
from microloan.naming import refused_terms, require_one_of
from microloan.party import tuple_of
from microloan.programme.agreement import Agreement, Verdict
from microloan.programme.bounded_figures import (
    compare_among,
    compare_band,
    compare_ceiling,
    compare_parts,
    compare_series,
)
from microloan.programme.equal_figures import compare_ratio, compare_sum, compare_targets
from microloan.programme.relation import (
    Among,
    Band,
    Ceiling,
    Parts,
    Ratio,
    Relation,
    Series,
    Sum,
    Targets,
)
from microloan.programme.report_row import read_relation, several_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """报告: what one publication says of its figures.

    Args:
        title: who published what, and when.
        relations: what it says, in its order.
        unread: a finding for each row that could not be read.

    Raises:
        InvalidTerms: no title, or something that is no relation.
    """

    title: str
    relations: tuple[Relation, ...]
    unread: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a report that says nothing of itself."""
        if not isinstance(self.title, str) or not self.title.strip():
            raise refused_terms("the title of a report", "报告名称", self.title, "a text")
        if not isinstance(self.relations, tuple):
            raise refused_terms("the relations", "勾稽关系", self.relations, "a tuple of relations")
        for relation in self.relations:
            if not isinstance(relation, Relation):
                raise refused_terms("a relation", "勾稽关系", relation, "a Sum, Ratio and so on")
        tuple_of(self.unread, Finding, "the rows that could not be read", "无法读取的行")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputation:
    """核算: what became of each relation of a report.

    Args:
        title: the report.
        agreements: each relation with what was computed and whether it can be.
        unread: a finding for each row that could not be read.
    """

    title: str
    agreements: tuple[Agreement, ...]
    unread: tuple[Finding, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return everything that is wrong or worth knowing, unread rows first."""
        return (*self.unread, *(found for each in self.agreements for found in each.findings))

    def of(self, verdict: Verdict) -> tuple[Agreement, ...]:
        """Return the relations with one verdict.

        Raises:
            InvalidTerms: no :class:`Verdict`.
        """
        require_one_of(verdict, Verdict, "the verdict", "结论")
        return tuple(each for each in self.agreements if each.verdict is verdict)


def read_report(title: str, rows: Iterable[Mapping[str, object]]) -> Report:
    """Return a report from flat rows; a row that cannot be read becomes a finding.

    Args:
        title: who published what, and when.
        rows: one relation each, as :func:`read_relation` takes them, numbered from 1.

    Raises:
        InvalidTerms: no title, or one row where several are asked for.

    >>> report = read_report("Tongchuan 2012", [
    ...     {"relation": "ratio", "of": "2012", "part": "3.5亿", "whole": "3亿整",
    ...      "stated": "113%"},
    ... ])
    >>> print(recompute(report).findings[0].sentence)
    3.5亿 ÷ 3亿整 is 116.6667%, printed as 113%
    """
    relations: list[Relation] = []
    unread: list[Finding] = []
    for number, row in enumerate(several_rows(rows, "the rows of a report", "报告行"), start=1):
        try:
            relations.append(read_relation(row, number=number))
        except InvalidRecord as refusal:
            unread.append(unread_row(title, number, refusal))
    return Report(title=title, relations=tuple(relations), unread=tuple(unread))


def unread_row(title: str, number: int, refusal: InvalidRecord) -> Finding:
    """Return the finding for a row, or one cell of it, that could not be read."""
    return Finding(
        code="programme.row_unreadable",
        severity=Severity.FAULT,
        subject=f"{title}: row {number}",
        sentence=str(refusal),
        zh=refusal.zh,
        figures=(
            ("row", str(number)),
            ("cell", repr(refusal.value)),
            ("needed", str(refusal.limit)),
        ),
        settle_by="the row as the report prints it",
        settle_by_zh="按报告原文补正该行",
    )


def recompute(report: Report) -> Recomputation:
    """Return every relation of a report computed again; one that is wrong stops none of the others.

    Sources: 各地公布数的核算口径（分项合计、比率、累计数、户均与额度、带动就业）.

    Raises:
        InvalidTerms: no :class:`Report`.
    """
    if not isinstance(report, Report):
        raise refused_terms("a report", "报告", report, "a Report")
    return Recomputation(
        title=report.title,
        agreements=tuple(map(compare, report.relations)),
        unread=report.unread,
    )


def compare(relation: Relation) -> Agreement:
    """Return whether figures agree with what one relation says of them.

    Raises:
        InvalidTerms: no relation.
    """
    if not isinstance(relation, Relation):
        raise refused_terms("a relation", "勾稽关系", relation, "a Sum, Ratio and so on")
    match relation:
        case Sum():
            return compare_sum(relation)
        case Ratio():
            return compare_ratio(relation)
        case Parts():
            return compare_parts(relation)
        case Among():
            return compare_among(relation)
        case Series():
            return compare_series(relation)
        case Ceiling():
            return compare_ceiling(relation)
        case Band():
            return compare_band(relation)
        case Targets():
            return compare_targets(relation)
    assert_never(relation)
