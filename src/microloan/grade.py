"""五级分类: how good a loan is, by its days past due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from microloan.loan import Loan
from microloan.money import InYuan
from microloan.naming import refused_terms
from microloan.periods import asked_day
from microloan.policy import Policy
from microloan.policy.rulebook import require_policy
from microloan.portfolio import loans_by_id
from microloan.position import Performance, Position
from microloan.table import columns_of


class Grade(Enum):
    """五级分类: the five grades, the best first."""

    NORMAL = "normal"
    SPECIAL_MENTION = "special_mention"
    SUBSTANDARD = "substandard"
    DOUBTFUL = "doubtful"
    LOSS = "loss"

    @property
    def rank(self) -> int:
        """Return the place of the grade, the best first."""
        return _RANKS[self]

    @property
    def nonperforming(self) -> bool:
        """Tell whether a loan of this grade is bad 不良: substandard or worse.

        >>> [grade.value for grade in Grade if grade.nonperforming]
        ['substandard', 'doubtful', 'loss']
        """
        return self.rank >= Grade.SUBSTANDARD.rank

    @property
    def zh(self) -> str:
        """Return the grade in Chinese."""
        return _ZH[self]


_RANKS: Final = {grade: rank for rank, grade in enumerate(Grade)}
_ZH: Final = {
    Grade.NORMAL: "正常",
    Grade.SPECIAL_MENTION: "关注",
    Grade.SUBSTANDARD: "次级",
    Grade.DOUBTFUL: "可疑",
    Grade.LOSS: "损失",
}


def grade_of_days(days_past_due: int, *, under: Policy, on: date) -> Grade:
    """Return the grade of a loan by its days past due, under the limits in force on a day.

    A limit must be exceeded: 90 days past due are not yet beyond 90.

    Args:
        days_past_due: one on the day after a due day that was missed.
        under: the policy.
        on: the day for which the loan is graded.

    Raises:
        InvalidTerms: no whole number from 0, or no policy.
        InvalidDate: no plain date.
        NotInForce: the policy knows no limits on that day.

    >>> from microloan.policy import load
    >>> rules = load("cn", region="central")
    >>> [grade_of_days(days, under=rules, on=date(2024, 6, 30)).zh for days in (0, 90, 91, 361)]
    ['正常', '关注', '次级', '损失']
    """
    if type(days_past_due) is not int or days_past_due < 0:
        raise refused_terms("the days past due", "逾期天数", days_past_due, "a whole number from 0")
    require_policy(under)
    limits = under.grade_days.at(asked_day(on)).value
    if limits.loss is not None and days_past_due > limits.loss:
        return Grade.LOSS
    if days_past_due > limits.doubtful:
        return Grade.DOUBTFUL
    if days_past_due > limits.substandard:
        return Grade.SUBSTANDARD
    return Grade.SPECIAL_MENTION if days_past_due > limits.special_mention else Grade.NORMAL


def grade_loan(loan: Loan, *, under: Policy, as_of: date) -> Grade:
    """Return the grade of a loan at the end of a day.

    It follows the days past due, with two facts that outweigh them: a loan that was called in or
    for which the fund has paid is substandard at the least, as a bad loan it is in
    :func:`microloan.risk.nonperforming_rate`; a loan written off is a loss until all is recovered.

    Args:
        loan: the loan.
        under: the policy whose limits are in force on ``as_of``.
        as_of: the day.

    Raises:
        InvalidTerms: no loan, or no policy.
        InvalidDate: no plain date.
        NotInForce: the policy knows no limits on that day.
    """
    if not isinstance(loan, Loan):
        raise refused_terms("what is graded", "分类对象", type(loan).__name__, "a Loan")
    return grade_of_position(loan.position(as_of=as_of), under=under)


def grade_of_position(position: Position, *, under: Policy) -> Grade:
    """Return the grade of a loan from where it stands; see :func:`grade_loan`."""
    by_days = grade_of_days(position.days_past_due, under=under, on=position.as_of)
    match position.performance:
        case Performance.TERMINATED:
            return Grade.LOSS
        case Performance.DEFAULTED:
            return max(by_days, Grade.SUBSTANDARD, key=lambda grade: grade.rank)
        case _:
            return by_days


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeTotal:
    """五级分类统计, one line: the loans of one grade and what is outstanding of them.

    Args:
        grade: the grade.
        loans: how many loans owe something to their lender.
        outstanding_fen: their principal, in fen.
    """

    grade: Grade
    loans: int
    outstanding_fen: int

    outstanding = InYuan("outstanding_fen", "Principal owed to lenders, in yuan.")

    COLUMNS = columns_of("grade loans outstanding")


def grade_loans(loans: Iterable[Loan], *, under: Policy, as_of: date) -> tuple[GradeTotal, ...]:
    """Return how many loans are of each grade and what is outstanding, the best grade first.

    A loan counts while principal or interest in arrears is owed to its lender. The outstanding of
    the three bad grades ÷ that of all is :func:`microloan.risk.nonperforming_rate` beyond the days
    of substandard.

    Args:
        loans: the loans.
        under: the policy whose limits are in force on ``as_of``.
        as_of: the day.

    Raises:
        NotInForce: the policy knows no limits on that day.
        InvalidDate: no plain date.
        InvalidTerms: something that is no loan, or no policy.
        LoanGivenTwice: the same loan twice.
    """
    require_policy(under)
    counts, outstanding = dict.fromkeys(Grade, 0), dict.fromkeys(Grade, 0)
    for loan in loans_by_id(loans, of="grades", of_zh="五级分类").values():
        position = loan.position(as_of=as_of)
        if position.outstanding_fen or position.arrears_fen:
            grade = grade_of_position(position, under=under)
            counts[grade] += 1
            outstanding[grade] += position.outstanding_fen
    return tuple(
        GradeTotal(grade=grade, loans=counts[grade], outstanding_fen=outstanding[grade])
        for grade in Grade
    )
