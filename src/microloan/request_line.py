"""贴息申请明细: one loan and one interest period in a request, with what each level bears."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from microloan.errors import NotInForce
from microloan.explain import Explanation
from microloan.levels import LEVEL_COLUMNS, Levels, blend, divide
from microloan.loan import Loan
from microloan.money import InYuan, fen, show
from microloan.naming import identity, refused_terms, require_whole
from microloan.periods import in_order
from microloan.policy import Policy, Provision, Shares
from microloan.rate import exact_rate, show_rate
from microloan.refund import WaitingReason
from microloan.subsidy_line import Segment, SubsidyLine
from microloan.table import columns_of

LineKey = tuple[str, date]
"""What names a line: the loan and the day on which its interest fell due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """申请明细: the columns of a line as the bank files them, fixed when it is requested.

    Args:
        loan_id: the contract.
        number: the installment whose interest it is.
        due_on: the day on which the interest fell due; with the loan it names the line.
        borrower: who borrowed.
        lender: the bank that applies.
        principal_fen: 贷款金额, the amount of the contract.
        disbursed_on: 发放时间.
        months: 期限, as it was signed.
        annual_rate: 放贷利率, the contract rate of the period, as a fraction.
        days: 贴息天数, the calendar days of the period with a subsidy.
        interest_fen: the settled interest of the period.
        subsidy_fen: what the treasury bears of it.
        shares: which level bears which part of that.
        rule: the decree and clause of the subsidy.
        shares_rule: the decree and clause of the shares.

    Raises:
        InvalidTerms: figures that no line could have.
        InvalidIdentity: an unusable identity.
    """

    loan_id: str
    number: int
    due_on: date
    borrower: str
    lender: str
    principal_fen: int
    disbursed_on: date
    months: int
    annual_rate: Decimal
    days: int
    interest_fen: int
    subsidy_fen: int
    shares: Shares
    rule: str
    shares_rule: str

    principal = InYuan("principal_fen", "The amount of the contract, in yuan.")
    interest = InYuan("interest_fen", "The settled interest of the period, in yuan.")
    subsidy = InYuan("subsidy_fen", "What the treasury bears of the interest, in yuan.")
    borne = InYuan("borne_fen", "What the borrower bears of the interest, in yuan.")

    COLUMNS = columns_of(
        "loan_id installment=number due_on borrower lender principal disbursed_on months",
        "annual_rate subsidized_days=days interest subsidy borne rule shares_rule",
        **LEVEL_COLUMNS,
    )

    def __post_init__(self) -> None:
        """Refuse figures that no line could have."""
        for given, what in (
            (self.loan_id, "a loan"),
            (self.borrower, "a borrower"),
            (self.lender, "a lender"),
        ):
            identity(given, what)
        require_whole(self.number, "the installment", "期次", 1, 100_000)
        require_whole(self.days, "the days with a subsidy", "贴息天数", 0, 100_000)
        exact_rate(self.annual_rate)
        in_order(self.disbursed_on, self.due_on, f"{self.loan_id}: disbursement and a due day")
        if not isinstance(self.shares, Shares):
            raise refused_terms("the shares", "分担比例", self.shares, "Shares")
        if not 0 < self.subsidy_fen <= self.interest_fen:
            raise refused_terms(
                f"{self.loan_id}: the subsidy of {self.due_on}",
                "贴息资金额",
                self.subsidy_fen,
                f"1-{self.interest_fen} fen, the interest",
            )

    @property
    def key(self) -> LineKey:
        """Return what names the line: the loan and the due day."""
        return self.loan_id, self.due_on

    @property
    def borne_fen(self) -> int:
        """Return what the borrower bears of the interest, in fen."""
        return self.interest_fen - self.subsidy_fen

    @property
    def levels(self) -> Levels:
        """Return what each level bears; the parts add up to the subsidy."""
        return divide(self.subsidy_fen, self.shares)

    def explain(self) -> Explanation:
        """Return why each level bears what it does, with the clauses of subsidy and shares."""
        parts = dict(self.shares.parts)
        levels = (
            (
                one.level.value,
                f"{parts[one.level]} of {show(self.subsidy)} = {show(one.amount)}",
            )
            for one in self.levels
        )
        return Explanation(
            title=f"{self.loan_id}, interest due {self.due_on}: subsidy {show(self.subsidy)}",
            steps=(
                ("interest", f"{show(self.interest)} at {show_rate(self.annual_rate)}"),
                ("days with a subsidy", str(self.days)),
                ("treasury", f"{show(self.subsidy)}; the borrower bears {show(self.borne)}"),
                *levels,
                ("split", "cut to the fen; fen left over to the levels that lost most"),
                ("shares", self.shares_rule),
            ),
            rule=self.rule,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """待申请明细: a line that was earned and may not be asked for yet, or never, and why."""

    loan_id: str
    number: int
    due_on: date
    subsidy_fen: int
    reason: WaitingReason

    subsidy = InYuan("subsidy_fen", "What the treasury would bear, in yuan.")

    COLUMNS = columns_of("loan_id installment=number due_on subsidy waiting_reason=reason")

    @property
    def key(self) -> LineKey:
        """Return what names the line: the loan and the due day."""
        return self.loan_id, self.due_on


def itemize(
    loan: Loan, line: SubsidyLine, *, under: Policy, shares: Provision[Shares] | None = None
) -> RequestLine:
    """Return the line of a request for a line of subsidy.

    Args:
        loan: the loan.
        line: a line of its subsidy.
        under: the policy that says which level bears what.
        shares: what holds where the policy knows no shares, with its own reference.

    Raises:
        NotInForce: neither the policy nor the caller says which level bears what.
        CategoryNeeded: the rule asks for a fact that the category does not state.
    """
    found = _shares_by_rule(loan, line, under=under, given=shares)
    split = [provision for provision, _ in found]
    return RequestLine(
        loan_id=loan.id,
        number=line.number,
        due_on=line.due_on,
        borrower=loan.borrower,
        lender=loan.lender,
        principal_fen=fen(loan.terms.principal),
        disbursed_on=loan.terms.disbursed_on,
        months=loan.terms.months,
        annual_rate=line.annual_rate,
        days=sum(segment.days for segment in line.segments if _borne(segment)),
        interest_fen=line.interest_fen,
        subsidy_fen=line.treasury_fen,
        shares=blend([(provision.value, weight) for provision, weight in found]),
        rule="; ".join([*map(str, line.rules), *_unchecked(line)]),
        shares_rule="; ".join(dict.fromkeys(map(str, split))),
    )


def _shares_by_rule(
    loan: Loan, line: SubsidyLine, *, under: Policy, given: Provision[Shares] | None
) -> list[tuple[Provision[Shares], Fraction]]:
    """Return the shares of each rule a line falls under, with the weight of what it bears."""
    found = []
    for rule in line.rules:
        segments = [segment for segment in line.segments if segment.rule == rule]
        weight = sum(map(_borne, segments), start=Fraction(0))
        if not weight:
            continue
        # A running loan may have passed under a later rule; its first one is that of its signing.
        on = max(loan.terms.signed_on, rule.since)
        try:
            shares = under.shares_of(loan.category, rule.value, on=on)
        except NotInForce:
            if given is None:
                raise
            shares = given
        found.append((shares, weight))
    return found


def _unchecked(line: SubsidyLine) -> list[str]:
    """Return that the rate was not held against the cap, which a filed line must not hide."""
    return [f"rate cap not checked: {line.unchecked}"] if line.unchecked else []


def _borne(segment: Segment) -> Fraction:
    """Return the weight of what the treasury bears of a segment; nothing without a subsidy."""
    weight = Fraction(segment.annual_rate) * segment.days
    return segment.subsidized_fen * weight * segment.share
