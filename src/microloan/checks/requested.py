"""申请核查: what is requested against the bank, the levels, the loan and the treasury."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from microloan.ageing import age_unpaid
from microloan.checks.case import LoanCase, Requested
from microloan.checks.check import Check
from microloan.checks.running_interest import beyond_the_day, lines_through
from microloan.checks.sketch import BookCase
from microloan.checks.sums import SubsidyRow
from microloan.finding import Finding
from microloan.money import Money, fen, from_fen, settle, show
from microloan.subsidy_line import Segment, SubsidyLine

_A_DAY: Final = timedelta(1)
"""The end of days that are counted with the last one outside lies a day after it."""


def without_disbursement(case: LoanCase) -> Iterator[Finding]:
    """K12: find a subsidy of a loan that the bank did not lend, or lent later or otherwise."""
    if not case.rows and not case.requested:
        return
    listed = case.index.bank.get(case.id, ())
    if not listed:
        yield Check.K12.found(
            "not_at_the_bank",
            of=case.id,
            sentence="it is subsidized, and the bank's list has no such loan",
            zh="已申请贴息，银行清单中无此贷款",
            settle_by="the bank's receipt of the disbursement",
            settle_by_zh="由银行提供放款凭证",
        )
        return
    for ref, contract, since in _asked(case):
        for paid in sorted({one.principal for one in listed} - {contract}, key=fen):
            figures = show(contract), show(paid)
            yield _at_the_bank(case, "other_amount", ref, f"for a loan of {figures[0]}", figures)
        for day in sorted({one.disbursed_on for one in listed if since < one.disbursed_on}):
            figures = f"{since}", f"{day}"
            yield _at_the_bank(case, "before_disbursement", ref, f"from {since} on", figures)
    if len({replace(one, row=0) for one in listed}) > 1:
        yield _listed_otherwise(case, len(listed))


def _listed_otherwise(case: LoanCase, rows: int) -> Finding:
    return Check.K12.found(
        "bank_rows_differ",
        of=case.id,
        sentence=f"the bank lists it in {rows} rows that contradict each other",
        zh=f"银行清单中该贷款有 {rows} 行，内容不一致",
        figures=(("rows", f"{rows}"),),
        settle_by="the bank's receipt of the disbursement",
        settle_by_zh="由银行提供放款凭证",
    )


def _at_the_bank(
    case: LoanCase, what: str, ref: str, asks: str, figures: tuple[str, str]
) -> Finding:
    stated, by_bank = figures
    return Check.K12.found(
        what,
        of=case.id,
        sentence=f"{ref} asks {asks}; by the bank it is {by_bank}",
        zh=f"{ref} 申报 {stated}，银行清单为 {by_bank}",
        figures=(("stated", stated), ("by the bank", by_bank)),
        settle_by="what the bank's receipt says",
        settle_by_zh="以银行放款凭证为准",
    )


def _asked(case: LoanCase) -> Iterator[tuple[str, Money, date]]:
    """Yield what each file says of the contract: who asks, for which amount, from which day."""
    for row in case.rows:
        yield row.ref, row.contract, row.opens_on
    for asked in case.requested.values():
        line = asked.line
        yield str(asked.request), line.principal, line.disbursed_on


def other_contracts(case: LoanCase) -> Iterator[Finding]:
    """K12: find a subsidy asked for a contract of another amount than the book holds."""
    held = case.loan.terms.principal
    for ref, contract, _ in _asked(case):
        if contract != held:
            stated, right = show(contract), show(held)
            yield Check.K12.found(
                "other_contract",
                of=case.id,
                sentence=f"{ref} asks for a contract of {stated}; the book holds {right}",
                zh=f"{ref} 申报合同金额 {stated} 元，台账为 {right} 元",
                figures=(("stated", stated), ("contract", right)),
                settle_by="the contract",
                settle_by_zh="以借款合同为准",
            )


def sums_that_differ(case: LoanCase) -> Iterator[Finding]:
    """K14: find interest or subsidy that computing anew does not confirm, beyond the tolerance.

    Raises:
        NotInForce, CategoryNeeded, RateAboveCap: the subsidy could not be computed.
        InvalidDate: a row runs beyond the day of the audit.
    """
    if not case.rows and not case.requested:
        return
    lines = {line.due_on: line for line in case.computed()}
    for due_on, asked in case.requested.items():
        yield from _of_request(case, asked, lines.get(due_on))
    judged = [row for row in case.rows if row.closes_on <= case.as_of + _A_DAY]
    known = lines_through(case, judged)
    for row in judged:
        interest, subsidy = _expected(row, known)
        yield from _differing(case, row.ref, "interest", fen(row.interest), interest)
        yield from _differing(case, row.ref, "subsidy", fen(row.subsidy), subsidy)
    for row in case.rows:
        if row not in judged:
            raise beyond_the_day(row.ref, row.closes_on - _A_DAY, case.as_of)


def _of_request(case: LoanCase, asked: Requested, line: SubsidyLine | None) -> Iterator[Finding]:
    ref = f"{asked.request}, due {asked.line.due_on}"
    subsidy = 0 if line is None else line.treasury_fen
    if asked.decided:
        subsidy = min(subsidy, asked.net_fen)  # less than it comes to, by decision
    elif line is not None and asked.net_fen == asked.line.subsidy_fen:
        yield from _differing(case, ref, "interest", asked.line.interest_fen, line.interest_fen)
    yield from _differing(case, ref, "subsidy", asked.net_fen, subsidy)


def _differing(case: LoanCase, ref: str, what: str, is_fen: int, right: int) -> Iterator[Finding]:
    if abs(is_fen - right) > fen(case.facts.limits.tolerance):
        stated, anew = show(from_fen(is_fen)), show(from_fen(right))
        word = "利息" if what == "interest" else "贴息"
        yield Check.K14.found(
            f"other_{what}",
            of=case.id,
            sentence=f"{ref}: {what} of {stated}; computed anew it is {anew}",
            zh=f"{ref}：{word} {stated} 元，重算为 {anew} 元",
            figures=(("stated", stated), ("anew", anew)),
            settle_by="a correction in the next request",
            settle_by_zh="在下季度申请中更正",
        )


def _expected(row: SubsidyRow, lines: Iterable[SubsidyLine]) -> tuple[int, int]:
    """Return interest and subsidy of the days of a row, each rounded half up once, in fen."""
    interest, subsidy = Fraction(0), Fraction(0)
    for line in lines:
        whole = sum((_weight(one, one.principal_fen) for one in line.segments), start=Fraction(0))
        within = [piece for one in line.segments if (piece := _cut(one, row)) is not None]
        if within and whole:
            part = Fraction(line.interest_fen) / whole
            interest += part * sum(_weight(one, one.principal_fen) for one in within)
            subsidy += part * sum(_weight(one, one.subsidized_fen) * one.share for one in within)
    return settle(interest), settle(subsidy)


def _cut(segment: Segment, row: SubsidyRow) -> Segment | None:
    """Return the part of a segment that lies within a row; ``None`` where there is none."""
    opens_on = max(segment.opens_on, row.opens_on)
    closes_on = min(segment.closes_on, row.closes_on)
    if opens_on >= closes_on:
        return None
    return Segment(
        opens_on=opens_on,
        closes_on=closes_on,
        principal_fen=segment.principal_fen,
        annual_rate=segment.annual_rate,
        subsidized_fen=segment.subsidized_fen,
        share=segment.share,
        rule=segment.rule,
    )


def _weight(segment: Segment, principal_fen: int) -> Fraction:
    return principal_fen * Fraction(segment.annual_rate) * segment.days


def unpaid_too_long(case: BookCase) -> Iterator[Finding]:
    """K21: find subsidy earned more days ago than the limit and not paid; on the limit is right.

    Raises:
        RefConflict, AlreadyRequested: payments or requests that contradict each other.
    """
    days, facts = case.facts.limits.unpaid_days, case.facts
    lines = [line for sketch in case.sketches.values() for line in sketch.unrequested]
    ageing = age_unpaid(
        lines, as_of=case.as_of, requests=facts.requests or (), payments=facts.payments or ()
    )
    for one in ageing.older_than(days):
        age, amount = one.days(as_of=case.as_of), show(one.amount)
        asked = "never requested" if one.requested_in is None else f"requested {one.requested_in}"
        asked_zh = "未申请" if one.requested_in is None else f"{one.requested_in} 已申请"
        yield Check.K21.found(
            "unpaid",
            of=one.loan_id,
            sentence=f"{amount} of {one.due_on} is unpaid after {age} days, {asked}",
            zh=f"{one.due_on} 的贴息 {amount} 元已 {age} 天未拨付（{asked_zh}）",
            figures=(("amount", amount), ("days", f"{age}"), ("at most", f"{days}")),
            settle_by="payment, or a request for it",
            settle_by_zh="拨付或补充申请",
        )
