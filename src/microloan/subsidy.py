"""贴息: who bears the interest of a loan, line by line, under the rule of its signing day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, assert_never

from microloan.explain import Explanation
from microloan.ledger import EntryKind
from microloan.loan import Loan
from microloan.money import InYuan, fen, from_fen, rounded, settle, show
from microloan.periods import InterestQuarter, add_months
from microloan.policy import Policy, Provision, SubsidyShape
from microloan.position import run_through
from microloan.rate import show_rate
from microloan.schedule import Installment

_LPR_LESS: Final = Decimal("0.015")
_THIRDS: Final = (Fraction(1), Fraction(2, 3), Fraction(1, 3))
_YEAR_MONTHS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a period in which principal, subsidized principal and share stay the same.

    The opening day counts, the closing day does not.
    """

    opens_on: date
    closes_on: date
    principal_fen: int
    subsidized_fen: int
    share: Fraction

    @property
    def days(self) -> int:
        """Return the calendar days of the segment."""
        return (self.closes_on - self.opens_on).days


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsidyLine:
    """The interest of one loan and one period, and who bears it: treasury + borrower = interest.

    Args:
        loan_id: the loan.
        number: the installment whose interest it is.
        due_on: the day the interest fell due; its quarter's request carries the line.
        annual_rate: the contract rate, as a fraction.
        interest_fen: the settled interest of the period.
        treasury_fen: what the treasury bears, rounded half up once.
        segments: the stretches the share was computed over.
        rule: the rule in force on the signing day.
    """

    loan_id: str
    number: int
    due_on: date
    annual_rate: Decimal
    interest_fen: int
    treasury_fen: int
    segments: tuple[Segment, ...]
    rule: Provision[SubsidyShape]

    interest = InYuan("interest_fen", "The settled interest of the period, in yuan.")
    treasury = InYuan("treasury_fen", "What the treasury bears, in yuan.")
    borrower = InYuan("borrower_fen", "What the borrower bears, in yuan.")

    @property
    def borrower_fen(self) -> int:
        """Return what the borrower bears: the rest of the interest, in fen."""
        return self.interest_fen - self.treasury_fen

    def explain(self) -> Explanation:
        """Return why the treasury bears what it does, with the clause."""
        stretches = [
            (
                f"{segment.opens_on} - {segment.closes_on}",
                f"{segment.days} days × {_parts(segment)} × {segment.share}",
            )
            for segment in self.segments
        ]
        exact = self.interest_fen * treasury_share(self.segments)
        return Explanation(
            title=f"{self.loan_id}, installment {self.number}: treasury {show(self.treasury)}",
            steps=(
                (
                    "interest",
                    f"{show(self.interest)} at {show_rate(self.annual_rate)}, due {self.due_on}",
                ),
                *stretches,
                ("share", f"{rounded(treasury_share(self.segments), 8)}"),
                ("exact", f"{rounded(exact / 100, 6)}"),
                (
                    "rounded",
                    f"{show(self.treasury)}, half up to the fen; the borrower takes the rest",
                ),
            ),
            rule=str(self.rule),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """What a loan is entitled to by the rules of its signing day.

    Args:
        loan: the loan.
        rule: the shape of the subsidy, with its clause.
        within_fen: the largest subsidized principal: the policy part, within the ceiling.
        ends_on: the day from which interest is no longer subsidized.
        share_over_lpr: the part of the contract rate above LPR − 1.50 points, where the rule asks.
    """

    loan: Loan
    rule: Provision[SubsidyShape]
    within_fen: int
    ends_on: date
    share_over_lpr: Fraction


def entitlement_of(loan: Loan, *, under: Policy) -> Entitlement:
    """Return what a loan is entitled to by the rules of the day its contract was signed.

    Raises:
        NotInForce: the policy knows no rule for that borrower on that day.
        CategoryNeeded: the rule asks for a fact that the category does not state.
    """
    on, category = loan.terms.signed_on, loan.category
    rule = under.subsidy_of(category, on=on)
    over_lpr = rule.value is SubsidyShape.OVER_LPR_MINUS_150
    within_fen = months = 0
    if rule.value is not SubsidyShape.NONE:
        policy_part = fen(loan.terms.principal) - fen(category.commercial_part)
        within_fen = min(policy_part, under.ceiling_of(category, on=on).value)
        months = under.subsidized_months_of(category, on=on).value
    return Entitlement(
        loan=loan,
        rule=rule,
        within_fen=within_fen,
        ends_on=add_months(loan.terms.disbursed_on, months),
        share_over_lpr=_share_over_lpr(loan, under) if over_lpr else Fraction(0),
    )


def plan_subsidy(loan: Loan, *, under: Policy) -> tuple[SubsidyLine, ...]:
    """Return who will bear the interest of each installment if everything is paid on its day.

    The rule is the one in force on the day the contract was signed. Subsidized principal lies
    within the ceiling and the policy part, and within the subsidized term.

    Raises:
        NotInForce: the policy knows no rule for that borrower on that day.
        CategoryNeeded: the rule asks for a fact that the category does not state.
    """
    entitled = entitlement_of(loan, under=under)
    return tuple(
        _line(entitled, line, line.period.closes_on, line.interest_fen) for line in loan.schedule
    )


def subsidize(loan: Loan, *, under: Policy, as_of: date) -> tuple[SubsidyLine, ...]:
    """Return who bears the interest that has fallen due by a day, following what happened.

    Overdue principal bears no contract interest, so that it is never subsidized; what is not
    overdue keeps its subsidy. When the fund pays, the running period ends on that day and nothing
    follows.

    Raises:
        NotInForce: the policy knows no rule for that borrower on that day.
        CategoryNeeded: the rule asks for a fact that the category does not state.
    """
    entitled = entitlement_of(loan, under=under)
    fold = run_through(loan.terms, loan.entries, as_of=as_of)
    claimed_on = next(
        (effect.entry.on for effect in fold.applied if effect.entry.kind is EntryKind.CLAIM_PAYOUT),
        None,
    )
    lines = []
    for due, line in zip(fold.fallen_due(), loan.schedule, strict=False):
        cut_short = claimed_on is not None and line.due_on > claimed_on
        if cut_short and due.due_on <= line.period.opens_on:
            break  # a payout on a due date finds no period running
        closes_on = due.due_on if cut_short else line.period.closes_on
        lines.append(_line(entitled, line, closes_on, due.interest_fen))
    return tuple(lines)


def quarter_lines(
    loans: Iterable[Loan], quarter: InterestQuarter, *, under: Policy
) -> tuple[SubsidyLine, ...]:
    """Return the lines of many loans whose interest fell due in an interest quarter, loan by loan.

    Raises:
        NotInForce: the policy knows no rule for a borrower.
        CategoryNeeded: a rule asks for a fact that a category does not state.
    """
    return tuple(
        line
        for loan in loans
        if any(planned.due_on in quarter for planned in loan.schedule) or loan.payout is not None
        for line in subsidize(loan, under=under, as_of=quarter.last_day)
        if line.due_on in quarter
    )


def _parts(segment: Segment) -> str:
    of = show(from_fen(segment.principal_fen))
    return f"{show(from_fen(segment.subsidized_fen))} of {of}"


def treasury_share(segments: Sequence[Segment]) -> Fraction:
    """Return Σ subsidized × days × share ÷ Σ principal × days of a period, exact."""
    borne = sum(
        (segment.subsidized_fen * segment.days * segment.share for segment in segments),
        start=Fraction(0),
    )
    whole = sum(segment.principal_fen * segment.days for segment in segments)
    return borne / whole if whole else Fraction(0)


def _line(
    entitled: Entitlement, installment: Installment, closes_on: date, interest_fen: int
) -> SubsidyLine:
    """Return one line; ``closes_on`` and ``interest_fen`` may be cut short by a payout."""
    segments = tuple(_segments(entitled, installment, closes_on))
    return SubsidyLine(
        loan_id=entitled.loan.id,
        number=installment.number,
        due_on=min(installment.due_on, closes_on),
        annual_rate=entitled.loan.terms.annual_rate,
        interest_fen=interest_fen,
        treasury_fen=settle(interest_fen * treasury_share(segments)),
        segments=segments,
        rule=entitled.rule,
    )


def _segments(
    entitled: Entitlement, installment: Installment, closes_on: date
) -> Iterable[Segment]:
    """Yield the stretches of a period, cut at anniversaries and at the subsidized term's end."""
    terms, opens_on = entitled.loan.terms, installment.period.opens_on
    years = range(_YEAR_MONTHS, terms.months, _YEAR_MONTHS)
    cuts = {entitled.ends_on, *(add_months(terms.disbursed_on, year) for year in years)}
    days = [opens_on, *sorted(cut for cut in cuts if opens_on < cut < closes_on), closes_on]
    within_fen = min(installment.opening_fen, entitled.within_fen)
    for start, end in pairwise(days):
        yield Segment(
            opens_on=start,
            closes_on=end,
            principal_fen=installment.opening_fen,
            subsidized_fen=within_fen if start < entitled.ends_on else 0,
            share=_share(entitled, start),
        )


def _share(entitled: Entitlement, day: date) -> Fraction:
    """Return the treasury's share of the interest of a day, exact."""
    match entitled.rule.value:
        case SubsidyShape.NONE:
            return Fraction(0)
        case SubsidyShape.FULL:
            return Fraction(1)
        case SubsidyShape.HALF:
            return Fraction(1, 2)
        case SubsidyShape.THIRDS:
            return _third_of(entitled.loan, day)
        case SubsidyShape.OVER_LPR_MINUS_150:
            return entitled.share_over_lpr
    assert_never(entitled.rule.value)


def _third_of(loan: Loan, day: date) -> Fraction:
    """Return 1, 2/3 or 1/3 by the loan year a day lies in; nothing after the third."""
    anniversaries = (add_months(loan.terms.disbursed_on, _YEAR_MONTHS * year) for year in (1, 2, 3))
    gone_by = sum(anniversary <= day for anniversary in anniversaries)
    return _THIRDS[gone_by] if gone_by < len(_THIRDS) else Fraction(0)


def _share_over_lpr(loan: Loan, under: Policy) -> Fraction:
    """Return the part of the contract rate above LPR − 1.50 points; never below nothing."""
    rate = Fraction(loan.terms.annual_rate)
    borne = Fraction(under.reference_rate(loan.terms, loan.category)) - Fraction(_LPR_LESS)
    return min(max(rate - borne, Fraction(0)) / rate, Fraction(1)) if rate else Fraction(0)
