"""贴息核查: what is subsidized against the days, principal and rate of the loan (K01–K06)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from microloan.checks.case import LoanCase
from microloan.checks.check import Check
from microloan.checks.sums import SubsidyRow
from microloan.finding import Finding
from microloan.money import fen, from_fen, show
from microloan.policy import Provision
from microloan.rate import show_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """Days that a file or a request of the book subsidizes; the last day does not count."""

    opens_on: date
    closes_on: date
    ref: str

    def __str__(self) -> str:
        return f"{self.opens_on} - {self.closes_on} ({self.ref})"


def overlapping_subsidies(case: LoanCase) -> Iterator[Finding]:
    """K01: find days of a loan that are subsidized twice, in whichever files; touching is right.

    A row that asks 0.00 subsidizes nothing.
    """
    spans = sorted((*_of_rows(case), *_of_requests(case)), key=lambda one: one.opens_on)
    reach: _Span | None = None
    for span in spans:
        if reach is not None and span.opens_on < reach.closes_on:
            until = min(reach.closes_on, span.closes_on)
            days = (until - span.opens_on).days
            yield Check.K01.found(
                "same_days",
                of=case.id,
                sentence=f"{days} days from {span.opens_on} are subsidized by {reach.ref} and "
                f"again by {span.ref}",
                zh=f"自 {span.opens_on} 起 {days} 天由 {reach.ref} 与 {span.ref} 重复贴息",
                figures=(("first", str(reach)), ("second", str(span)), ("days", f"{days}")),
                settle_by="take back what was asked for the same days the second time",
                settle_by_zh="追回重复贴息部分",
            )
        if reach is None or span.closes_on > reach.closes_on:
            reach = span


def requested_twice(case: LoanCase) -> Iterator[Finding]:
    """K01: find lines that several requests hold, unless so much was taken back again."""
    for due_on, asked in case.requested.items():
        stated = [asked.line.subsidy_fen, *(amount for _, amount in asked.again)]
        whole = asked.net_fen + sum(stated[1:])
        if asked.again and whole > max(stated):
            refs = [str(asked.request), *(str(request) for request, _ in asked.again)]
            twice, once = show(from_fen(whole)), show(from_fen(max(stated)))
            yield Check.K01.found(
                "same_days",
                of=case.id,
                sentence=f"the interest of {due_on} is asked for in {', '.join(refs)}: {twice}, "
                f"{once} once",
                zh=f"{due_on} 利息的贴息在 {'、'.join(refs)} 中重复申请：合计 {twice} 元，"
                f"一次为 {once} 元",
                figures=(("asked", twice), ("once", once)),
                settle_by="take back what was asked for the same days the second time",
                settle_by_zh="追回重复贴息部分",
            )


def _of_rows(case: LoanCase) -> Iterator[_Span]:
    for row in case.asking:
        yield _Span(opens_on=row.opens_on, closes_on=row.closes_on, ref=row.ref)


def _of_requests(case: LoanCase) -> Iterator[_Span]:
    """Yield the interest periods of the lines that the book's requests ask for, if any stand."""
    if not case.requested or not case.asking:
        return  # periods of one plan never overlap
    for due in case.fold.fallen_due():
        asked, stretches = case.requested.get(due.due_on), due.line.stretches
        if asked is not None and asked.net_fen and stretches:
            opens_on, closes_on = stretches[0].opens_on, stretches[-1].closes_on
            yield _Span(opens_on=opens_on, closes_on=closes_on, ref=str(asked.request))


def days_out_of_place(case: LoanCase) -> Iterator[Finding]:
    """K02: find subsidized days after the signed maturity, or on overdue principal."""
    matures_on = case.loan.terms.matures_on
    for row in case.asking:
        if row.closes_on > matures_on:
            days = (row.closes_on - max(row.opens_on, matures_on)).days
            yield Check.K02.found(
                "after_maturity",
                of=case.id,
                sentence=f"{row.ref} subsidizes {days} days after the maturity of {matures_on}",
                zh=f"{row.ref} 对到期日 {matures_on} 之后 {days} 天贴息",
                figures=(("matures on", f"{matures_on}"), ("subsidized to", f"{row.closes_on}")),
                settle_by="take back what falls after the signed maturity; extensions bear none",
                settle_by_zh="追回合同到期后（含展期）的贴息",
            )
        for day, bearing in _bearing(case, row):
            if bearing < fen(row.principal) <= case.owed_on(day):
                yield _overdue(case, row, day, bearing)
                break


def _overdue(case: LoanCase, row: SubsidyRow, day: date, bearing: int) -> Finding:
    asked, rest = show(row.principal), show(from_fen(bearing))
    return Check.K02.found(
        "overdue",
        of=case.id,
        sentence=f"{row.ref} subsidizes {asked} on {day}; {rest} of it was not overdue",
        zh=f"{row.ref} 在 {day} 按 {asked} 元贴息，其中未逾期仅 {rest} 元",
        figures=(("subsidized", asked), ("not overdue", rest), ("day", f"{day}")),
        settle_by="take back what was asked on overdue principal",
        settle_by_zh="追回逾期部分的贴息",
    )


def _bearing(case: LoanCase, row: SubsidyRow) -> Iterator[tuple[date, int]]:
    """Yield the days of a row on which the principal that bears interest may change.

    Principal that is overdue bears none; days after the signed maturity are left out.
    """
    end = min(row.closes_on, case.loan.terms.matures_on)
    for one in case.stretches:
        day = max(one.opens_on, row.opens_on)
        if day < min(one.closes_on, end):
            yield day, one.principal_fen


def above_the_outstanding(case: LoanCase) -> Iterator[Finding]:
    """K03: find more principal subsidized than was owed on a day; all of it is right."""
    for row in case.asking:
        for day, owed in _owed(case, row):
            if owed < fen(row.principal):
                asked, left = show(row.principal), show(from_fen(owed))
                yield Check.K03.found(
                    "above_outstanding",
                    of=case.id,
                    sentence=f"{row.ref} subsidizes {asked} on {day}, when {left} was owed",
                    zh=f"{row.ref} 在 {day} 按 {asked} 元贴息，当日贷款余额 {left} 元",
                    figures=(("subsidized", asked), ("outstanding", left), ("day", f"{day}")),
                    settle_by="compute from the day of the early repayment on what was left",
                    settle_by_zh="自提前还款日起按剩余本金重算",
                )
                break


def _owed(case: LoanCase, row: SubsidyRow) -> Iterator[tuple[date, int]]:
    """Yield the days of a row on which the principal owed may change, with what bears interest.

    Where interest runs through the settlement day, what is repaid on it still bears that day's.
    Days after the signed maturity are left out.
    """
    stretches, end = case.stretches, min(row.closes_on, case.loan.terms.matures_on)
    days = {row.opens_on, *(done.entry.on for done in case.fold.applied)}
    days |= {day for one in stretches for day in (one.opens_on, one.closes_on)}
    for day in sorted(day for day in days if row.opens_on <= day < end):
        bearing = [one.principal_fen for one in stretches if one.opens_on <= day < one.closes_on]
        yield day, max(case.owed_on(day), *bearing, 0)


def other_rates(case: LoanCase) -> Iterator[Finding]:
    """K04: find another rate than the contract's, or one above the cap; on the cap it is right.

    Raises:
        NotInForce, CategoryNeeded: the cap of the signing day is not known.
    """
    yield from _rates_of_rows(case)
    loan = case.loan
    cap = case.under.rate_cap_of(loan.terms, loan.category)
    if cap.value is not None and loan.terms.annual_rate > cap.value:
        rate, most = show_rate(loan.terms.annual_rate), show_rate(cap.value)
        yield Check.K04.found(
            "above_cap",
            of=case.id,
            sentence=f"the contract bears {rate}, {most} at most on {loan.terms.signed_on}",
            zh=f"合同利率 {rate}，签约日上限 {most}",
            figures=(("rate", rate), ("at most", most)),
            clause=str(cap),
            settle_by="no subsidy, or a lower rate",
            settle_by_zh="不予贴息，或下调利率",
        )


def _rates_of_rows(case: LoanCase) -> Iterator[Finding]:
    for row in case.rows:
        rates = _rates(case, row)
        if row.annual_rate not in rates:
            yield _other_rate(case, row.ref, row.annual_rate, rates)
    for due_on, asked in case.requested.items():
        line = next((line for line in case.lines if line.due_on == due_on), None)
        if line is not None and asked.line.annual_rate != line.annual_rate:
            ref = str(asked.request)
            yield _other_rate(case, ref, asked.line.annual_rate, {line.annual_rate})


def _rates(case: LoanCase, row: SubsidyRow) -> set[Decimal]:
    """Return the contract rates of the days of a row."""
    found = {
        one.annual_rate
        for one in case.stretches
        if one.opens_on < row.closes_on and row.opens_on < one.closes_on
    }
    return found or {case.loan.terms.annual_rate}


def _other_rate(case: LoanCase, ref: str, rate: Decimal, rates: set[Decimal]) -> Finding:
    stated, right = show_rate(rate), ", ".join(show_rate(one) for one in sorted(rates))
    return Check.K04.found(
        "other_rate",
        of=case.id,
        sentence=f"{ref} computes at {stated}, the contract bears {right}",
        zh=f"{ref} 按 {stated} 计算，合同利率为 {right}",
        figures=(("computed at", stated), ("contract", right)),
        settle_by="compute at the rate of the contract",
        settle_by_zh="按合同利率重算",
    )


def above_the_ceiling(case: LoanCase) -> Iterator[Finding]:
    """K05: find more lent or subsidized than the ceiling of the signing day; exactly it is right.

    Raises:
        NotInForce: the ceiling of that day is not known.
    """
    loan = case.loan
    category, on = loan.category, loan.terms.signed_on
    lent = fen(loan.terms.principal) - fen(category.commercial_part)
    most = case.under.lending_ceiling_of(category, on=on)
    if lent > most.value:
        yield _above(case, "above_ceiling", lent, most, by="the loan")
    borne = case.under.ceiling_of(category, on=on)
    for row in case.asking:
        if fen(row.principal) > borne.value:
            what = "subsidized_above_ceiling"
            yield _above(case, what, fen(row.principal), borne, by=row.ref)


def _above(case: LoanCase, what: str, amount: int, most: Provision[int], *, by: str) -> Finding:
    shown, limit = show(from_fen(amount)), show(from_fen(most.value))
    return Check.K05.found(
        what,
        of=case.id,
        sentence=f"{by}: {shown} without the commercial part, {limit} at most",
        zh=f"{'发放' if by == 'the loan' else by} {shown} 元，额度 {limit} 元",
        figures=(("amount", shown), ("at most", limit)),
        clause=str(most),
        settle_by="no subsidy on what lies above the ceiling",
        settle_by_zh="超出额度部分不予贴息",
    )


def commercial_parts(case: LoanCase) -> Iterator[Finding]:
    """K06: find the commercial part of a loan subsidized; all of the policy part is right."""
    own = fen(case.loan.category.commercial_part)
    part = fen(case.loan.terms.principal) - own
    for row in case.asking if own else ():
        if fen(row.principal) > part:
            asked, within = show(row.principal), show(from_fen(part))
            yield Check.K06.found(
                "commercial_part",
                of=case.id,
                sentence=f"{row.ref} subsidizes {asked}; the policy part is {within}",
                zh=f"{row.ref} 按 {asked} 元贴息，政策性部分为 {within} 元",
                figures=(("subsidized", asked), ("policy part", within)),
                settle_by="take back what was asked on the commercial part",
                settle_by_zh="追回商业贷款部分的贴息",
            )
