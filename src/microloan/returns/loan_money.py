"""贷款发放与余额: what was lent and what is outstanding of one loan, on any day, from one fold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from microloan.errors import InvalidTerms
from microloan.fold import Applied
from microloan.fund import GuaranteeFund
from microloan.ledger import EntryKind
from microloan.loan import Loan
from microloan.money import fen
from microloan.naming import refused_terms
from microloan.portfolio import loans_by_id


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanMoney:
    """One loan with what its standing entries did, by their business days.

    Args:
        loan: the loan.
        applied: what each entry did.
    """

    loan: Loan
    applied: tuple[Applied, ...]

    @classmethod
    def of_all(cls, loans: Iterable[Loan]) -> list[Self]:
        """Return the money of several loans.

        Raises:
            InvalidTerms: something that is no loan.
            LoanGivenTwice: the same loan twice.
        """
        given = loans_by_id(loans, of="a return", of_zh="统计表").values()
        return [cls(loan=loan, applied=loan.applied) for loan in given]

    def outstanding_fen(self, on: date) -> int:
        """Return the principal owed to the lender at the end of a day, in fen."""
        return -sum(effect.principal_fen for effect in self.applied if effect.entry.on <= on)

    def lent_fen(self, since: date, until: date) -> int:
        """Return the principal paid out in a period, both ends inside, in fen."""
        return sum(
            effect.entry.principal_fen
            for effect in self.applied
            if effect.entry.kind is EntryKind.DISBURSEMENT and since <= effect.entry.on <= until
        )

    def begun(self, since: date, until: date) -> bool:
        """Tell whether the loan was first paid out in a period; further parts are no new loan."""
        return since <= self.loan.terms.disbursed_on <= until


def funds_once(funds: Iterable[GuaranteeFund]) -> tuple[GuaranteeFund, ...]:
    """Return the funds of a return, each of them once.

    Raises:
        InvalidTerms: something that is no fund, one fund alone, or one twice.
    """
    if not isinstance(funds, Iterable):
        raise _no_funds(funds)
    given = tuple(funds)
    for fund in given:
        if not isinstance(fund, GuaranteeFund):
            raise _no_funds(fund)
    ids = [fund.id for fund in given]
    if len(set(ids)) != len(ids):
        raise refused_terms("the funds of a return", "担保基金", ids, "each fund once")
    return given


def fund_balance_fen(funds: Iterable[GuaranteeFund], on: date) -> int:
    """Return the balances of funds at the end of a day, added up, in fen.

    Raises:
        InvalidTerms: as :func:`funds_once`.
    """
    return sum(fen(fund.balance(as_of=on)) for fund in funds_once(funds))


def _no_funds(given: object) -> InvalidTerms:
    kind = type(given).__name__
    return refused_terms("the funds of a return", "担保基金", kind, "several GuaranteeFund")
