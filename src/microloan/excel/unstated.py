"""未载明事项: what a ledger leaves out because it is the same for all of its loans."""

from dataclasses import dataclass, field
from typing import Final

from microloan.category import BorrowerKind
from microloan.clauses import Amortization, Prepayment, Settlement
from microloan.guarantee import Guarantee
from microloan.naming import identity, refused_terms, require_one_of, require_whole
from microloan.periods import DayCount

_MONTHLY: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Unstated:
    """未载明事项: what holds where a ledger has no column for it, or an empty cell.

    Nothing is assumed that is not said here: a ledger without the bank or the day count, and no
    word about them here, has a fault in every row.

    Args:
        lender: the bank, such as the one whose ledger it is; empty: each row says it.
        kind: who borrows; ``None``: each row says it.
        amortization: how principal comes back; ``None``: each row says it.
        day_count: how days become interest; ``None``: each row says it.
        interval_months: months between payments.
        settlement: the fixed day of the month for interest; ``None``: payments fall on
            anniversaries.
        guarantee: what a fund promised for each loan; ``None``: a row that names no fund is of a
            loan without a guarantee.
        surplus: what becomes of the plan when a row pays more than is due, which is then a
            prepayment; ``None``: such a row is a fault.
        groups: the names that the place gives to borrower groups, with the code of each.

    Raises:
        InvalidTerms: something of another kind.
        InvalidIdentity: an unusable bank.
    """

    lender: str = ""
    kind: BorrowerKind | None = None
    amortization: Amortization | None = None
    day_count: DayCount | None = None
    interval_months: int = _MONTHLY
    settlement: Settlement | None = None
    guarantee: Guarantee | None = None
    surplus: Prepayment | None = None
    groups: dict[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Refuse what no ledger could leave out."""
        if self.lender != "":
            identity(self.lender, "a lender")
        for value, kind, what, zh in (
            (self.kind, BorrowerKind, "the borrower kind", "借款人类型"),
            (self.amortization, Amortization, "the amortization", "还款方式"),
            (self.day_count, DayCount, "the day count", "计息方式"),
            (self.surplus, Prepayment, "the surplus", "提前还款方式"),
        ):
            if value is not None:
                require_one_of(value, kind, what, zh)
        require_whole(self.interval_months, "the payment interval", "还款间隔（月）", 1, 12)
        for part, type_, what, zh in (
            (self.settlement, Settlement, "the settlement", "结息日"),
            (self.guarantee, Guarantee, "the guarantee", "担保"),
        ):
            if part is not None and not isinstance(part, type_):
                raise refused_terms(what, zh, type(part).__name__, f"a {type_.__name__}")
