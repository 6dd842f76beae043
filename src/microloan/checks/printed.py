"""报表核查: whether the figures of published and filed reports can be right (K23)."""

from collections.abc import Iterator
from dataclasses import replace

from microloan.checks.check import Check
from microloan.checks.sketch import BookCase
from microloan.finding import Finding
from microloan.programme.report import recompute


def wrong_reports(case: BookCase) -> Iterator[Finding]:
    """K23: find what computing the figures of reports anew says of them.

    Raises:
        InvalidTerms: something that is no report.
    """
    for report in case.facts.reports or ():
        for finding in recompute(report).findings:
            what = finding.code.partition(".")[2]
            yield replace(finding, code=f"audit.{Check.K23.value}_{what}")
