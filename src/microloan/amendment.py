"""合同变更: acts that change what was agreed, each an entry with the full new terms."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from microloan.amended_terms import require_extension
from microloan.course import terms_in_force
from microloan.errors import NotGuaranteed
from microloan.history import find, standing
from microloan.ledger import EntryKind, next_entry
from microloan.loan import Loan
from microloan.money import Money, positive_fen
from microloan.months import months_later
from microloan.naming import refused_terms
from microloan.periods import plain_date
from microloan.rate import exact_rate
from microloan.terms import LoanTerms


def disburse(
    loan: Loan, amount: Money, *, on: date, ref: str, booked_on: date | None = None
) -> Loan:
    """Return the loan with a further part of the principal paid out 分次放款.

    What falls due after the day is planned anew over the same due dates. Of a guaranteed loan the
    fund stands behind more from that day, so that it is admitted again.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        OverDisbursement: more in all than the contract lends.
        LoanMatured: on the day of maturity or later.
        LoanEnded: the loan was called in or written off.
    """
    lent = positive_fen(amount, "a disbursement")
    entry = next_entry(
        loan.entries,
        EntryKind.DISBURSEMENT,
        on=on,
        ref=ref,
        booked_on=booked_on,
        principal_fen=lent,
    )
    return loan.with_act(entry)


def discharge_guarantee(loan: Loan, *, on: date, ref: str, booked_on: date | None = None) -> Loan:
    """Return the loan with its guarantee ended without a payout 担保解除.

    The lender did not claim within the guarantee period, or gave the guarantee up. No date does
    this by itself: whether a claim came in time is for people to settle. From that day the fund
    stands behind nothing of the loan; what the borrower owes is as it was.

    Raises:
        NotGuaranteed: the loan has no guarantee.
        GuaranteeDischarged: it was discharged before.
        LoanEnded: the fund has paid.
        LoanClosed: nothing is owed on the loan.
    """
    if loan.guarantee is None:
        raise NotGuaranteed(
            f"{loan.id} has no guarantee that could end",
            zh=f"{loan.id} 无担保，无可解除",
            value=loan.id,
            limit="a guaranteed loan",
        )
    return loan.with_act(
        next_entry(loan.entries, EntryKind.DISCHARGE, on=on, ref=ref, booked_on=booked_on)
    )


def extend(
    loan: Loan,
    *,
    months: int,
    on: date,
    ref: str,
    annual_rate: Decimal | None = None,
    terms: LoanTerms | None = None,
    booked_on: date | None = None,
) -> Loan:
    """Return the loan extended with the guarantor's consent 展期: it matures later.

    The guarantee period counts from the new maturity. Nothing borne by an extension is subsidized.

    Args:
        loan: the loan.
        months: how many months later it matures, 1 to 12.
        on: the day from which the new terms hold, the maturity at the latest.
        ref: the voucher.
        annual_rate: the rate from that day on; absent, as before. See
            :func:`microloan.repricing.rate_of_extension` for a loan at the benchmark rate.
        terms: the full new terms, where more than the term and the rate changes, such as listed
            due dates or parts; absent, the same with a longer term, and what a part plan repays at
            maturity falls due at the new one.
        booked_on: the day whose half-year carries it; by default ``on``.

    Raises:
        AlreadyExtended: a loan is extended once.
        ExtensionTooLong: by nothing, or by more than twelve months.
        LoanMatured: the loan is past its maturity.
        LoanEnded: the loan was called in or written off.
        LoanClosed: nothing is owed on it any more.
        InvalidTerms: terms no contract could contain.
    """
    given = (months, annual_rate, terms)
    return _extend(loan, EntryKind.EXTENSION, given, on=on, ref=ref, booked_on=booked_on)


def extend_without_consent(
    loan: Loan,
    *,
    months: int,
    on: date,
    ref: str,
    annual_rate: Decimal | None = None,
    terms: LoanTerms | None = None,
    booked_on: date | None = None,
) -> Loan:
    """Return the loan extended without the guarantor's consent: it matures later, unguaranteed.

    The guarantee ends when it would have ended without the extension (民法典, art. 695). The rest
    is as :func:`extend`.

    Raises:
        AlreadyExtended, ExtensionTooLong, LoanMatured, LoanEnded, LoanClosed, InvalidTerms: as
            :func:`extend`.
    """
    given = (months, annual_rate, terms)
    kind = EntryKind.UNGUARANTEED_EXTENSION
    return _extend(loan, kind, given, on=on, ref=ref, booked_on=booked_on)


def change_rate(
    loan: Loan, annual_rate: Decimal, *, on: date, ref: str, booked_on: date | None = None
) -> Loan:
    """Return the loan with another rate from a day on, where the contract floats 利率调整.

    Days before bear the old rate, days from it the new one; level payments are computed anew.

    Raises:
        RateFixed: the contract fixes the rate, or it is the same.
        InvalidRate: no rate.
        LoanEnded: the loan was called in or written off.
    """
    before = _terms_before(loan, EntryKind.RATE_CHANGE, on, ref)
    terms = replace(before, annual_rate=exact_rate(annual_rate))
    kind = EntryKind.RATE_CHANGE
    return loan.with_act(
        next_entry(loan.entries, kind, on=on, ref=ref, booked_on=booked_on, terms=terms)
    )


def relevel(
    loan: Loan,
    *,
    on: date,
    ref: str,
    terms: LoanTerms | None = None,
    booked_on: date | None = None,
) -> Loan:
    """Return the loan with the plan of what has not fallen due drawn up anew 还款计划变更.

    Args:
        loan: the loan.
        on: the day from which the new plan holds; a prepayment of the same day counts after it.
        ref: the voucher.
        terms: the full new terms, where another way of repaying was agreed; absent, those in
            force, whose level part is computed anew through maturity.
        booked_on: the day whose half-year carries it; by default ``on``.

    Raises:
        LoanMatured: the loan is past its maturity.
        LoanEnded: the loan was called in or written off.
        InvalidHistory: the terms change the principal, the term, the rate or the first days.
    """
    terms = terms or _terms_before(loan, EntryKind.RELEVEL, on, ref)
    kind = EntryKind.RELEVEL
    return loan.with_act(
        next_entry(loan.entries, kind, on=on, ref=ref, booked_on=booked_on, terms=terms)
    )


def _extend(
    loan: Loan,
    kind: EntryKind,
    given: tuple[int, Decimal | None, LoanTerms | None],
    *,
    on: date,
    ref: str,
    booked_on: date | None,
) -> Loan:
    months, annual_rate, terms = given
    before = _terms_before(loan, kind, on, ref)
    if type(months) is not int:
        raise refused_terms("the months of an extension", "展期（月）", months, "a whole number")
    longer = before.months + months
    require_extension(before, longer, of=loan.id)
    terms = _longer(before, longer) if terms is None else terms
    if terms.months != longer:
        raise refused_terms("the term of the new terms", "新合同期限（月）", terms.months, longer)
    if annual_rate is not None:
        terms = replace(terms, annual_rate=exact_rate(annual_rate))
    return loan.with_act(
        next_entry(loan.entries, kind, on=on, ref=ref, booked_on=booked_on, terms=terms)
    )


def _longer(before: LoanTerms, months: int) -> LoanTerms:
    """Return the same terms with a longer term; a part due at maturity goes with it."""
    matures_on = months_later(before.disbursed_on, months, before.month_end)
    parts = tuple(
        replace(part, due_on=matures_on) if part.due_on == before.matures_on else part
        for part in before.parts
    )
    return replace(before, months=months, parts=parts)


def _terms_before(loan: Loan, kind: EntryKind, on: date, ref: str) -> LoanTerms:
    """Return the terms in force without the act itself, should it stand already."""
    plain_date(on, "a change of the contract")
    made = find(loan.entries, kind, ref)
    known = len(loan.entries) + 1 if made is None else made.number
    others = [entry for entry in standing(loan.entries) if entry.number < known]
    return terms_in_force(loan.terms, others, on=on)
