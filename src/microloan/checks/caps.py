"""放大倍数核查: the funds against their cap day by day, and a year's payouts (K16)."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from microloan.checks.check import Check
from microloan.checks.sketch import BookCase
from microloan.errors import InvalidTerms
from microloan.finding import Finding
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntryKind
from microloan.history import standing
from microloan.leverage import Leverage
from microloan.money import from_fen, show
from microloan.naming import refused_terms
from microloan.rate import show_rate

_A_DAY: Final = timedelta(1)


def above_the_cap(case: BookCase) -> Iterator[Finding]:
    """K16: find on which days funds stood behind more than the cap allowed; on it is right.

    Raises:
        InvalidTerms: of a fund no leverage is known.
    """
    points = _points(case)
    for path in points.values():
        for spell, until in _spells(path, case.as_of):
            yield _above(max(spell, key=lambda one: one.counted_fen - one.limit_fen), spell, until)
    for fund in case.facts.funds or ():
        if fund.id not in points:
            raise refused_terms(f"the leverage of {fund.id}", "放大倍数", "none", "one at least")


def _points(case: BookCase) -> dict[str, list[Leverage]]:
    """Return what is known of each fund's leverage by the day of the audit, in order."""
    found: dict[str, list[Leverage]] = {}
    for one in sorted(case.facts.leverages or (), key=lambda one: one.as_of):
        if one.as_of <= case.as_of:
            found.setdefault(one.fund_id, []).append(one)
    return found


def _spells(path: list[Leverage], as_of: date) -> Iterator[tuple[list[Leverage], date]]:
    """Yield the points of each time above the cap, with its last day."""
    spell: list[Leverage] = []
    for point in path:
        if not point.within_cap:
            spell.append(point)
        elif spell:
            yield spell, point.as_of - _A_DAY
            spell = []
    if spell:
        yield spell, as_of


def _above(worst: Leverage, spell: list[Leverage], until: date) -> Finding:
    counted, most = show(worst.counted), show(worst.limit)
    days = f"{spell[0].as_of} - {until}"
    return Check.K16.found(
        "above_cap",
        of=worst.fund_id,
        sentence=f"it stood behind {counted} on {worst.as_of}; {worst.cap.value} times its balance "
        f"is {most}; above the cap {days}",
        zh=f"{worst.as_of} 在保 {counted} 元，{worst.cap.value} 倍基金余额为 {most} 元；"
        f"{spell[0].as_of} 至 {until} 超放大倍数",
        figures=(
            ("exposure", counted),
            ("at most", most),
            ("top up", show(worst.top_up)),
            ("days", days),
        ),
        clause=str(worst.cap),
        settle_by=f"a top-up of {show(worst.top_up)}, or no new loans",
        settle_by_zh=f"补足 {show(worst.top_up)} 元，或暂停新增",
    )


def above_the_yearly_cap(case: BookCase) -> Iterator[Finding]:
    """K16: find funds whose payouts of a year exceed what they may be; exactly it is right.

    Judged are the year of the audit, against the exposure of that day, and the last year that is
    over, against that of its last day. A year without payouts is not.

    Raises:
        NotInForce: no such cap is known on the day.
        InvalidTerms: neither a leverage nor the loans of the fund tell the exposure.
    """
    last_year = date(case.as_of.year - 1, 12, 31)
    for fund in case.facts.funds or ():
        for day in (last_year, case.as_of):
            yield from _yearly(case, fund, day)


def _yearly(case: BookCase, fund: GuaranteeFund, day: date) -> Iterator[Finding]:
    paid = sum(
        entry.amount_fen
        for entry in standing(fund.entries)
        if entry.kind is FundEntryKind.CLAIM_PAYOUT
        if entry.on.year == day.year
        if entry.on <= day
    )
    if not paid:
        return
    cap, exposure = case.under.yearly_claim_cap.at(day), _exposure(case, fund.id, day)
    if paid > Fraction(cap.value) * exposure:
        shown, of = show(from_fen(paid)), show(from_fen(exposure))
        yield Check.K16.found(
            "yearly_payouts",
            of=fund.id,
            sentence=f"it paid {shown} in {day.year}, {show_rate(cap.value)} of {of} at most",
            zh=f"{day.year} 年代偿 {shown} 元，超过 {of} 元的 {show_rate(cap.value)}",
            figures=(("paid", shown), ("exposure", of)),
            clause=str(cap),
            settle_by="the decision of the finance bureau on what exceeds it",
            settle_by_zh="超限额部分报财政部门审核",
        )


def _exposure(case: BookCase, fund_id: str, day: date) -> int:
    """Return what a fund stood behind on a day, by its leverage or by the loans, in fen."""
    before = [one for one in _points(case).get(fund_id, ()) if one.as_of <= day]
    if before:
        return before[-1].exposure_fen
    if len(case.sketches) < len(case.held):
        raise _loans_missing(case, fund_id)
    behind = [one for one in case.sketches.values() if one.fund_id == fund_id]
    exposure = sum(dict(sketch.exposures)[day] for sketch in behind)
    if not exposure:
        raise refused_terms(f"the exposure of {fund_id}", "在保余额", f"none on {day}", "loans")
    return exposure


def _loans_missing(case: BookCase, fund_id: str) -> InvalidTerms:
    missing = len(case.held) - len(case.sketches)
    return refused_terms(
        f"the loans behind {fund_id}", "在保贷款", f"{missing} missing", "all loans"
    )
