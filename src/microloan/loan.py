"""One loan: who, in which category, what was agreed, what happened, and its few verbs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from microloan.account import RepaymentAccount, account_of
from microloan.amended_plan import Plan
from microloan.category import Category
from microloan.clauses import Prepayment
from microloan.course import guaranteed_terms, planned_lines, run_through, terms_in_force
from microloan.errors import MicroloanError
from microloan.errors.personal import told
from microloan.exposure import ExposureStep, require_promise, steps_of
from microloan.fold import Accrual, Applied
from microloan.guarantee import Guarantee
from microloan.history import append, find_reversal
from microloan.ledger import Entry, EntryKind, next_entry
from microloan.loss import require_covered
from microloan.money import Money, fen, positive_fen
from microloan.naming import identity, person_id, refused_terms
from microloan.payoff import Payoff, payoff_of
from microloan.periods import asked_day, in_order, plain_date
from microloan.position import Position, position_of
from microloan.reversal import payout_in, require_reversible
from microloan.soundness import require_open, require_sound, require_unsettled
from microloan.terms import LoanTerms
from microloan.window import Half


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """贷款: identity, category, terms and entries; everything else is derived from them.

    ``borrower`` and ``lender`` are identities; names and ID numbers stay with the host.

    Args:
        id: the contract number.
        borrower: who owes.
        lender: the bank that lent.
        category: what the law asks about the borrower.
        terms: what was agreed.
        guarantee: what a fund promised; ``None`` for a loan without a guarantee.
        entries: what happened, in the order of knowledge; the first is the disbursement.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidTerms: a part of the wrong type, or a commercial part above the principal.
        InvalidHistory: entries that cannot be the history of this loan.
        ClaimTooLarge: a payout above the covered loss of its day.
    """

    id: str
    borrower: str
    lender: str
    category: Category
    terms: LoanTerms
    guarantee: Guarantee | None
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        """Refuse parts that do not make one loan."""
        identity(self.id, "a loan")
        person_id(self.borrower, "a borrower")
        identity(self.lender, "a lender")
        for part, kind in ((self.category, Category), (self.terms, LoanTerms)):
            if not isinstance(part, kind):
                raise refused_terms(
                    "a part of the loan", "贷款要素", told(part), f"a {kind.__name__}"
                )
        if self.guarantee is not None and not isinstance(self.guarantee, Guarantee):
            raise refused_terms("the guarantee", "担保", told(self.guarantee), "a Guarantee")
        own = self.category.commercial_part
        if fen(own) > fen(self.terms.principal):
            raise refused_terms("the commercial part", "商业贷款部分", own, "the principal at most")
        require_sound(self.terms, self.entries, of=self.id)
        require_covered(self.guarantee, self.terms, self.entries, of=self.id)

    @classmethod
    def grant(
        cls,
        id: str,  # noqa: A002 — the contract number is the loan's id
        *,
        borrower: str,
        lender: str,
        category: Category,
        terms: LoanTerms,
        guarantee: Guarantee | None = None,
        disbursed: Money | None = None,
        booked_on: date | None = None,
    ) -> Self:
        """Return a loan signed and paid out; the contract number is the voucher.

        Args:
            id, borrower, lender, category, terms, guarantee: as of the loan.
            disbursed: the first part paid out, in yuan; absent, all of the principal. The others
                follow by :func:`microloan.amendment.disburse`.
            booked_on: the day whose half-year carries it; by default that of disbursement.

        Raises:
            InvalidIdentity: an unusable identity.
            InvalidTerms: parts that do not make one loan.
            InvalidDate: booked before it was paid out.
            OverDisbursement: a first part above the principal.
        """
        disbursement = next_entry(
            (),
            EntryKind.DISBURSEMENT,
            on=terms.disbursed_on,
            ref=identity(id, "a loan"),
            booked_on=booked_on,
            principal_fen=positive_fen(
                terms.principal if disbursed is None else disbursed, "a disbursement"
            ),
        )
        return cls(
            id=id,
            borrower=borrower,
            lender=lender,
            category=category,
            terms=terms,
            guarantee=guarantee,
            entries=(disbursement,),
        )

    def repay(self, amount: Money, *, on: date, ref: str, booked_on: date | None = None) -> Self:
        """Return the loan with money received for what has fallen due.

        It meets costs, penalty and compound interest, then interest and principal in the order that
        the contract names. The same act again changes nothing.

        Raises:
            InvalidAmount: zero or below, not CNY, or finer than a fen.
            BeforeDisbursement: dated before the loan was paid out.
            OverRepayment: more than was owed by that day; the rest would be a prepayment.
            BookedTooEarly: booked in a half-year before that of a reversal made already.
            LoanClosed: the loan is repaid in full.
            LoanClaimed, LoanEnded: the fund has paid, or it was written off; book a recovery.
            RefConflict: the voucher already stands for another repayment.
        """
        received = positive_fen(amount, "a repayment")
        kind = EntryKind.REPAYMENT
        return self.with_act(
            next_entry(
                self.entries, kind, on=on, ref=ref, booked_on=booked_on, received_fen=received
            )
        )

    def prepay(
        self, amount: Money, *, on: date, ref: str, then: Prepayment, booked_on: date | None = None
    ) -> Self:
        """Return the loan with money received for more than has fallen due.

        It meets what is owed by the day first, then the interest that is running, then principal
        that is not due. What :meth:`payoff` quotes repays the loan whole. The same act again
        changes nothing.

        Args:
            amount: the money received, in yuan.
            on: the business date; changes of the contract made that day count before it.
            ref: the voucher.
            then: whether the term becomes shorter or the installments lower.
            booked_on: the day whose half-year carries it; by default ``on``.

        Raises:
            PrepaymentTooSmall: the money does not reach the principal.
            OverRepayment: more than is owed in all.
            LoanEnded: the loan was called in or written off.
            InvalidAmount, BeforeDisbursement, LoanClosed, LoanClaimed, …: as :meth:`repay`.
        """
        entry = next_entry(
            self.entries,
            EntryKind.PREPAYMENT,
            on=on,
            ref=ref,
            booked_on=booked_on,
            received_fen=positive_fen(amount, "a prepayment"),
            then=then,
        )
        return self.with_act(entry)

    def with_act(self, entry: Entry) -> Self:
        """Return the loan with an act upon it appended; the same act again changes nothing.

        Raises:
            BeforeDisbursement, LoanClaimed, LoanClosed, LoanEnded: it can no longer be done.
        """
        if append(self.entries, entry, of=self.id) is self.entries:
            return self
        require_open(self.terms, self.entries, entry, of=self.id)
        try:
            return self.with_entry(entry)
        except MicroloanError:
            require_unsettled(self.terms, self.entries, entry, of=self.id)  # the plainer reason
            raise

    def reverse(self, number: int, *, on: date, ref: str, booked_on: date | None = None) -> Self:
        """Return the loan with an entry undone, as though it had never been made.

        It stays in the ledger and in the half-year in which it was booked; the difference is an
        adjustment of the half-year in which the reversal is booked.

        Args:
            number: the entry to undo.
            on: the day on which the error is put right.
            ref: the voucher of the reversal; that of the undone entry becomes free again.
            booked_on: the day whose half-year carries the reversal; by default ``on``.

        Raises:
            NotReversible: the entry does not stand, is the first disbursement, or others rest on
                it; acts that fund and loan share are undone by
                :func:`microloan.claim.reverse_both`.
            RefConflict: the voucher already stands for another reversal.
        """
        if find_reversal(self.entries, number, ref) is None:
            require_reversible(self.entries, number, of=self.id)
        return self.with_reversal(number, on=on, ref=ref, booked_on=booked_on)

    def with_reversal(self, number: int, *, on: date, ref: str, booked_on: date | None) -> Self:
        """Return the loan with a reversal appended; the caller has checked what it means."""
        plain_date(on, "a reversal")
        in_order(self.entries[number - 1].on, on, f"{self.id}: an entry and its reversal")
        kind = EntryKind.REVERSAL
        return self.with_entry(
            next_entry(self.entries, kind, on=on, ref=ref, booked_on=booked_on, undoes=number)
        )

    def with_entry(self, entry: Entry) -> Self:
        """Return the loan with an entry appended; the same act again changes nothing.

        Raises:
            RefConflict: the voucher already stands for another act of the kind.
            InvalidHistory: the entry cannot follow those that stand.
        """
        entries = append(self.entries, entry, of=self.id)
        return self if entries is self.entries else replace(self, entries=entries)

    @property
    def schedule(self) -> Plan:
        """Return the plan 还款计划 as prepayments and amendments left it; no default ends it."""
        return planned_lines(self.terms, self.entries)

    def terms_in_force(self, *, on: date) -> LoanTerms:
        """Return the terms that hold at the end of a day."""
        return terms_in_force(self.terms, self.entries, on=asked_day(on))

    def guaranteed_terms(self, *, on: date) -> LoanTerms:
        """Return the terms whose maturity the guarantor agreed to, at the end of a day."""
        return guaranteed_terms(self.terms, self.entries, on=asked_day(on))

    @property
    def payout(self) -> Entry | None:
        """Return the standing payout of the fund, or ``None`` where the fund has not paid."""
        return payout_in(self.entries)

    def position(
        self,
        *,
        as_of: date,
        through: int | None = None,
        is_workday: Callable[[date], bool] | None = None,
    ) -> Position:
        """Return where the loan stands at the end of a day; see :func:`position_of`."""
        return position_of(
            self.terms, self.entries, as_of=as_of, through=through, is_workday=is_workday
        )

    def payoff(self, *, on: date) -> Payoff:
        """Return what repays the loan whole on a day 提前结清, part by part."""
        return payoff_of(self.terms, self.entries, on=on)

    def accrual(self, *, as_of: date) -> Accrual:
        """Return the interest earned by a day and not yet due, with the stretches it comes from."""
        return run_through(self.terms, self.entries, as_of=asked_day(as_of)).accrual

    @property
    def applied(self) -> tuple[Applied, ...]:
        """Return what each standing entry did, in the order of business dates."""
        last = max(entry.on for entry in self.entries)
        return run_through(self.terms, self.entries, as_of=last).applied

    def account(self, half: Half, *, through: int | None = None) -> RepaymentAccount:
        """Return the loan's account of a half-year, as far as known at an entry."""
        return account_of(self.terms, self.entries, half, through=through)

    def promise(self, fund_id: str) -> Guarantee:
        """Return what a fund promised for this loan.

        Raises:
            NotGuaranteed: the loan is not guaranteed, or by another fund.
        """
        return require_promise(self.guarantee, fund_id, of=self.id)

    def exposure_steps(self) -> tuple[ExposureStep, ...]:
        """Return how what the fund stands behind changes, day by day; empty without a guarantee."""
        if self.guarantee is None:
            return ()
        return steps_of(self.terms, self.entries, self.guarantee)
