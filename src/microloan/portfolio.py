"""贷款组合: the loans that a question is asked of, each of them once, and those of one fund."""

from collections.abc import Iterable

from microloan.errors import InvalidTerms, LoanGivenTwice
from microloan.loan import Loan


def is_guaranteed_by(loan: Loan, fund_id: str) -> bool:
    """Tell whether a fund guarantees a loan, whatever has become of it since."""
    return loan.guarantee is not None and loan.guarantee.fund_id == fund_id


def guaranteed_by(loans: Iterable[Loan], fund_id: str, *, of: str, of_zh: str) -> list[Loan]:
    """Return those of some loans that a fund guarantees.

    Args:
        loans: the loans, also those of other funds and of none.
        fund_id: the fund.
        of, of_zh: what they are for, for a refusal.

    Raises:
        InvalidTerms, LoanGivenTwice: as :func:`loans_by_id`.
    """
    given = loans_by_id(loans, of=of, of_zh=of_zh).values()
    return [loan for loan in given if is_guaranteed_by(loan, fund_id)]


def loans_by_id(loans: Iterable[Loan], *, of: str, of_zh: str) -> dict[str, Loan]:
    """Return loans by their id, each of them once.

    Args:
        loans: the loans.
        of, of_zh: what they are for, for a refusal.

    Raises:
        InvalidTerms: something that is no loan, or one loan where several are asked for.
        LoanGivenTwice: names the loan.
    """
    if not isinstance(loans, Iterable):
        raise _no_loans(loans, of=of, of_zh=of_zh)
    given: dict[str, Loan] = {}
    for loan in loans:
        if not isinstance(loan, Loan):
            raise _no_loans(loan, of=of, of_zh=of_zh)
        if loan.id in given:
            raise LoanGivenTwice(
                f"{loan.id} is given twice for {of}",
                zh=f"{of_zh}中 {loan.id} 出现两次",
                value=loan.id,
                limit="each loan once",
            )
        given[loan.id] = loan
    return given


def _no_loans(given: object, *, of: str, of_zh: str) -> InvalidTerms:
    """Return the refusal of what is no loan; it names the type, since a loan prints very long."""
    kind = type(given).__name__
    return InvalidTerms(
        f"the loans for {of} must be several Loan, got {kind}",
        zh=f"{of_zh}所需贷款应为若干 Loan，实为 {kind}",
        value=given,
        limit="several Loan",
    )
