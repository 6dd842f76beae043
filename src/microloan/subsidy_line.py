"""贴息明细: the interest of one period, who bears it, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from microloan.explain import Explanation
from microloan.money import InYuan, from_fen, rounded, show
from microloan.policy import Provision, SubsidyTier
from microloan.rate import show_rate
from microloan.schedule import Stretch, explain_stretch
from microloan.table import columns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a period in which principal, rate, subsidized principal and share are the same.

    The opening day counts, the closing day does not.

    Args:
        opens_on: the first day.
        closes_on: the day after the last one.
        principal_fen: what bears interest.
        annual_rate: the contract rate, as a fraction.
        subsidized_fen: what of it bears a subsidy.
        share: the treasury's share of the interest on that, exact.
        rule: the rule that decides.
        less: why not all of the principal bears a subsidy; empty where all of it does.
    """

    opens_on: date
    closes_on: date
    principal_fen: int
    annual_rate: Decimal
    subsidized_fen: int
    share: Fraction
    rule: Provision[SubsidyTier]
    less: str = ""

    COLUMNS = columns_of("opens_on closes_on days principal annual_rate subsidized share rule")

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
        stretches: what the interest was computed from.
        segments: what the share was computed over, one at least.
        unchecked: why the contract rate was not held against a cap; empty where it was.
    """

    loan_id: str
    number: int
    due_on: date
    annual_rate: Decimal
    interest_fen: int
    treasury_fen: int
    stretches: tuple[Stretch, ...]
    segments: tuple[Segment, ...]
    unchecked: str

    interest = InYuan("interest_fen", "The settled interest of the period, in yuan.")
    treasury = InYuan("treasury_fen", "What the treasury bears, in yuan.")
    borrower = InYuan("borrower_fen", "What the borrower bears, in yuan.")

    COLUMNS = columns_of(
        "loan_id installment=number due_on annual_rate interest treasury borne=borrower_fen",
        "rule",
    )

    @property
    def rules(self) -> tuple[Provision[SubsidyTier], ...]:
        """Return the rules that decide: one, unless a rule on running loans changed it midway."""
        return tuple(dict.fromkeys(segment.rule for segment in self.segments))

    @property
    def rule(self) -> Provision[SubsidyTier]:
        """Return the rule that decides; the first one where there are two."""
        return self.segments[0].rule

    @property
    def borrower_fen(self) -> int:
        """Return what the borrower bears: the rest of the interest, in fen."""
        return self.interest_fen - self.treasury_fen

    def explain(self) -> Explanation:
        """Return why the treasury bears what it does, with the clause."""
        counted = [step for stretch in self.stretches for step in explain_stretch(stretch)[1:]]
        segments = [step for segment in self.segments for step in _steps(segment)]
        exact = self.interest_fen * treasury_share(self.segments)
        return Explanation(
            title=f"{self.loan_id}, installment {self.number}: treasury {show(self.treasury)}",
            steps=(
                (
                    "interest",
                    f"{show(self.interest)} at {show_rate(self.annual_rate)}, due {self.due_on}",
                ),
                *counted,
                *segments,
                ("share", f"{rounded(treasury_share(self.segments), 8)}"),
                ("exact", f"{rounded(exact / 100, 6)}"),
                (
                    "rounded",
                    f"{show(self.treasury)}, half up to the fen; the borrower takes the rest",
                ),
                *([("rate cap", f"not checked: {self.unchecked}")] if self.unchecked else []),
            ),
            rule="; ".join(map(str, self.rules)),
        )


def _steps(segment: Segment) -> list[tuple[str, str]]:
    borne, of = show(from_fen(segment.subsidized_fen)), show(from_fen(segment.principal_fen))
    days = f"{segment.opens_on} - {segment.closes_on}"
    steps = [(days, f"{segment.days} days × {borne} of {of} × {segment.share}")]
    return [*steps, ("", segment.less)] if segment.less else steps


def treasury_share(segments: Sequence[Segment]) -> Fraction:
    """Return Σ subsidized × rate × days × share ÷ Σ principal × rate × days of a period, exact."""
    borne = whole = Fraction(0)
    for segment in segments:
        weight = Fraction(segment.annual_rate) * segment.days
        borne += segment.subsidized_fen * weight * segment.share
        whole += segment.principal_fen * weight
    return borne / whole if whole else Fraction(0)
