"""贴息: who bears the interest of a loan, line by line, under the rule of its signing day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, assert_never

from microloan.course import run_through
from microloan.explain import Explanation
from microloan.loan import Loan
from microloan.money import InYuan, fen, from_fen, rounded, settle, show
from microloan.months import add_months
from microloan.periods import InterestQuarter
from microloan.policy import Policy, Provision, SubsidyShape
from microloan.rate import show_rate
from microloan.schedule import Installment, Stretch

_LPR_LESS: Final = Decimal("0.015")
_THIRDS: Final = (Fraction(1), Fraction(2, 3), Fraction(1, 3))
_YEAR_MONTHS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a period in which principal, rate, subsidized principal and share are the same.

    The opening day counts, the closing day does not.
    """

    opens_on: date
    closes_on: date
    principal_fen: int
    annual_rate: Decimal
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
        ends_on: the day from which interest is no longer subsidized: the end of the subsidized
            term, or the maturity that was signed, since no extension is subsidized.
        borne_rate: the rate the borrower bears, LPR − 1.50 points, where the rule asks for it.
    """

    loan: Loan
    rule: Provision[SubsidyShape]
    within_fen: int
    ends_on: date
    borne_rate: Fraction


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
        ends_on=min(add_months(loan.terms.disbursed_on, months), loan.terms.matures_on),
        borne_rate=_borne_rate(loan, under) if over_lpr else Fraction(0),
    )


def plan_subsidy(loan: Loan, *, under: Policy) -> tuple[SubsidyLine, ...]:
    """Return who will bear the interest of each installment if everything is paid on its day.

    Installments of principal alone have no line. The rule is the one in force on the day the
    contract was signed. Subsidized principal lies within the ceiling and the policy part, and
    within the subsidized term.

    Raises:
        NotInForce: the policy knows no rule for that borrower on that day.
        CategoryNeeded: the rule asks for a fact that the category does not state.
    """
    entitled = entitlement_of(loan, under=under)
    return tuple(_line(entitled, line) for line in loan.schedule if line.stretches)


def subsidize(loan: Loan, *, under: Policy, as_of: date) -> tuple[SubsidyLine, ...]:
    """Return who bears the interest that has fallen due by a day, following what happened.

    Overdue principal bears no contract interest, so that it is never subsidized; what is not
    overdue keeps its subsidy. Penalty and compound interest never are, nor is what an extension
    bears. When principal is repaid early, or the loan is called in, the running period ends on that
    day.

    Raises:
        NotInForce: the policy knows no rule for that borrower on that day.
        CategoryNeeded: the rule asks for a fact that the category does not state.
    """
    entitled = entitlement_of(loan, under=under)
    fold = run_through(loan.terms, loan.entries, as_of=as_of)
    return tuple(_line(entitled, due.line) for due in fold.fallen_due() if due.line.stretches)


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
        if _may_fall_due(loan, quarter)
        for line in subsidize(loan, under=under, as_of=quarter.last_day)
        if line.due_on in quarter
    )


def _may_fall_due(loan: Loan, quarter: InterestQuarter) -> bool:
    """Tell whether interest may fall due in a quarter: by the plan, or because the loan ended."""
    ended = any(entry.on in quarter and entry.kind.ends for entry in loan.entries)
    return ended or any(planned.due_on in quarter for planned in loan.schedule)


def _parts(segment: Segment) -> str:
    of = show(from_fen(segment.principal_fen))
    return f"{show(from_fen(segment.subsidized_fen))} of {of}"


def treasury_share(segments: Sequence[Segment]) -> Fraction:
    """Return Σ subsidized × rate × days × share ÷ Σ principal × rate × days of a period, exact."""
    borne = whole = Fraction(0)
    for segment in segments:
        weight = Fraction(segment.annual_rate) * segment.days
        borne += segment.subsidized_fen * weight * segment.share
        whole += segment.principal_fen * weight
    return borne / whole if whole else Fraction(0)


def _line(entitled: Entitlement, line: Installment) -> SubsidyLine:
    segments = tuple(
        segment for stretch in line.stretches for segment in _segments(entitled, stretch)
    )
    rates = [stretch.annual_rate for stretch in line.stretches]
    return SubsidyLine(
        loan_id=entitled.loan.id,
        number=line.number,
        due_on=line.due_on,
        annual_rate=rates[-1] if rates else entitled.loan.terms.annual_rate,
        interest_fen=line.interest_fen,
        treasury_fen=settle(line.interest_fen * treasury_share(segments)),
        segments=segments,
        rule=entitled.rule,
    )


def _segments(entitled: Entitlement, stretch: Stretch) -> Iterable[Segment]:
    """Yield the parts of a stretch, cut at anniversaries and at the subsidized term's end."""
    terms, opens_on, closes_on = entitled.loan.terms, stretch.opens_on, stretch.closes_on
    years = range(_YEAR_MONTHS, terms.months, _YEAR_MONTHS)
    cuts = {entitled.ends_on, *(add_months(terms.disbursed_on, year) for year in years)}
    days = [opens_on, *sorted(cut for cut in cuts if opens_on < cut < closes_on), closes_on]
    within_fen = min(stretch.principal_fen, entitled.within_fen)
    for start, end in pairwise(days):
        yield Segment(
            opens_on=start,
            closes_on=end,
            principal_fen=stretch.principal_fen,
            annual_rate=stretch.annual_rate,
            subsidized_fen=within_fen if start < entitled.ends_on else 0,
            share=_share(entitled, start, stretch.annual_rate),
        )


def _share(entitled: Entitlement, day: date, annual_rate: Decimal) -> Fraction:
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
            return _share_over(entitled.borne_rate, Fraction(annual_rate))
    assert_never(entitled.rule.value)


def _third_of(loan: Loan, day: date) -> Fraction:
    """Return 1, 2/3 or 1/3 by the loan year a day lies in; nothing after the third."""
    anniversaries = (add_months(loan.terms.disbursed_on, _YEAR_MONTHS * year) for year in (1, 2, 3))
    gone_by = sum(anniversary <= day for anniversary in anniversaries)
    return _THIRDS[gone_by] if gone_by < len(_THIRDS) else Fraction(0)


def _borne_rate(loan: Loan, under: Policy) -> Fraction:
    """Return the rate that the borrower bears: LPR − 1.50 points."""
    return Fraction(under.reference_rate(loan.terms, loan.category)) - Fraction(_LPR_LESS)


def _share_over(borne: Fraction, rate: Fraction) -> Fraction:
    """Return the part of a rate above the one that the borrower bears; never below nothing."""
    return min(max(rate - borne, Fraction(0)) / rate, Fraction(1)) if rate else Fraction(0)
