"""One loan: who, in which category, what was agreed, what happened, and its few verbs."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from microloan.account import RepaymentAccount, account_of
from microloan.errors import (
    LoanClaimed,
    LoanClosed,
    NotGuaranteed,
)
from microloan.exposure import ExposureStep, steps_of
from microloan.guarantee import Guarantee
from microloan.history import append, not_reversible, reversible, standing
from microloan.ledger import Entry, EntryKind
from microloan.money import Money, fen, positive_fen
from microloan.periods import HalfYear, in_order, plain_date
from microloan.position import Position, position_of
from microloan.schedule import Installment, amortize
from microloan.soundness import before_disbursement, require_sound
from microloan.terms import Category, LoanTerms, identity, refused_terms


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
        identity(self.borrower, "a borrower")
        identity(self.lender, "a lender")
        for part, kind in ((self.category, Category), (self.terms, LoanTerms)):
            if not isinstance(part, kind):
                raise refused_terms("a part of the loan", "贷款要素", part, f"a {kind.__name__}")
        if self.guarantee is not None and not isinstance(self.guarantee, Guarantee):
            raise refused_terms("the guarantee", "担保", self.guarantee, "a Guarantee")
        if fen(self.category.commercial_part) > fen(self.terms.principal):
            raise refused_terms(
                "the commercial part",
                "商业贷款部分",
                self.category.commercial_part,
                "the principal at most",
            )
        require_sound(self.terms, self.entries, of=self.id)

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
        booked_on: date | None = None,
    ) -> Self:
        """Return a loan signed and paid out in full; the contract number is the voucher.

        Raises:
            InvalidIdentity: an unusable identity.
            InvalidTerms: parts that do not make one loan.
            InvalidDate: booked before it was paid out.
        """
        disbursement = Entry(
            number=1,
            kind=EntryKind.DISBURSEMENT,
            on=terms.disbursed_on,
            booked_on=terms.disbursed_on if booked_on is None else booked_on,
            ref=identity(id, "a loan"),
            principal_fen=fen(terms.principal),
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

        The same act again changes nothing.

        Raises:
            InvalidAmount: zero or below, not CNY, or finer than a fen.
            BeforeDisbursement: dated before the loan was paid out.
            OverRepayment: more than had fallen due by that day; the rest would be a prepayment.
            BookedTooEarly: booked in a half-year before that of a reversal made already.
            LoanClosed: the loan is repaid in full.
            LoanClaimed: the fund has paid; money received is a recovery.
            RefConflict: the voucher already stands for another repayment.
        """
        entry = Entry(
            number=len(self.entries) + 1,
            kind=EntryKind.REPAYMENT,
            on=on,
            booked_on=on if booked_on is None else booked_on,
            ref=ref,
            received_fen=positive_fen(amount, "a repayment"),
        )
        entries = append(self.entries, entry, of=self.id)
        if entries is self.entries:
            return self
        if on < self.terms.disbursed_on:
            raise before_disbursement(self.terms, on, of=self.id)
        self._require_open(entry)
        return replace(self, entries=entries)

    def _require_open(self, entry: Entry) -> None:
        if payout := self.payout:
            way, zh = "book it as a recovery", "应按追偿回收登记"
            if entry.on < payout.on:
                way, zh = "undo the payout first", "应先冲正代偿"
            raise LoanClaimed(
                f"{self.id}: the fund paid on {payout.on}; money received on {entry.on}: {way}",
                zh=f"{self.id}：已于 {payout.on} 代偿，{entry.on} 收到的款项{zh}",
                value=entry.on,
                limit=payout.on,
            )
        if self.position(as_of=date.max).settled:
            raise LoanClosed(
                f"{self.id} is repaid in full; nothing is owed on {entry.on}",
                zh=f"{self.id} 已结清，{entry.on} 无应还款项",
                value=entry.amount,
                limit="0.00",
            )

    def reverse(self, number: int, *, on: date, ref: str, booked_on: date | None = None) -> Self:
        """Return the loan with one entry undone, as though it had never been made.

        The undone entry stays in the ledger, and the half-year in which it was booked keeps it; the
        difference is an adjustment of the half-year in which the reversal is booked.

        Args:
            number: the entry to undo.
            on: the day on which the error is put right.
            ref: the voucher of the reversal; that of the undone entry becomes free again.
            booked_on: the day whose half-year carries the reversal; by default ``on``.

        Raises:
            NotReversible: the entry does not stand, is the disbursement, or a payout rests on it;
                acts that fund and loan share are undone by :func:`microloan.claim.reverse_both`.
            RefConflict: the voucher already stands for another reversal.
        """
        repeated = find_reversal(self.entries, number, ref)
        if repeated is None:
            undone = reversible(self.entries, number, of=self.id)
            if undone.kind is not EntryKind.REPAYMENT:
                raise not_reversible(
                    number,
                    of=self.id,
                    why=f"a {undone.kind.value} is not undone on the loan alone",
                    zh="该类流水不能仅在贷款一方冲正",
                )
            if self.payout is not None:
                raise not_reversible(
                    number, of=self.id, why="the payout rests on it", zh="其后的代偿以其为据"
                )
        return self.with_reversal(number, on=on, ref=ref, booked_on=booked_on)

    def with_reversal(self, number: int, *, on: date, ref: str, booked_on: date | None) -> Self:
        """Return the loan with a reversal appended; the caller has checked what it means."""
        booked_on = on if booked_on is None else booked_on
        plain_date(on, "a reversal")
        in_order(self.entries[number - 1].on, on, f"{self.id}: an entry and its reversal")
        entry = Entry(
            number=len(self.entries) + 1,
            kind=EntryKind.REVERSAL,
            on=on,
            booked_on=booked_on,
            ref=ref,
            undoes=number,
        )
        return self.with_entry(entry)

    def with_entry(self, entry: Entry) -> Self:
        """Return the loan with an entry appended; the same act again changes nothing.

        Raises:
            RefConflict: the voucher already stands for another act of the kind.
            InvalidHistory: the entry cannot follow those that stand.
        """
        entries = append(self.entries, entry, of=self.id)
        return self if entries is self.entries else replace(self, entries=entries)

    @property
    def schedule(self) -> tuple[Installment, ...]:
        """Return the repayment plan of the agreed terms 还款计划."""
        return amortize(self.terms)

    @property
    def payout(self) -> Entry | None:
        """Return the standing payout of the fund, or ``None`` where the fund has not paid."""
        for entry in standing(self.entries):
            if entry.kind is EntryKind.CLAIM_PAYOUT:
                return entry
        return None

    def position(self, *, as_of: date, through: int | None = None) -> Position:
        """Return where the loan stands at the end of a day, as far as known at an entry."""
        return position_of(self.terms, self.entries, as_of=as_of, through=through)

    def account(self, half: HalfYear, *, through: int | None = None) -> RepaymentAccount:
        """Return the loan's account of a half-year, as far as known at an entry."""
        return account_of(self.terms, self.entries, half, through=through)

    def promise(self, fund_id: str) -> Guarantee:
        """Return what a fund promised for this loan.

        Raises:
            NotGuaranteed: the loan is not guaranteed, or by another fund.
        """
        if self.guarantee is None or self.guarantee.fund_id != fund_id:
            by = "no fund" if self.guarantee is None else self.guarantee.fund_id
            raise NotGuaranteed(
                f"{self.id} is guaranteed by {by}, not by {fund_id}",
                zh=f"{self.id} 不由 {fund_id} 担保（担保方：{by}）",
                value=fund_id,
                limit=by,
            )
        return self.guarantee

    def exposure_steps(self) -> tuple[ExposureStep, ...]:
        """Return how what the fund stands behind changes, day by day; empty without a guarantee."""
        if self.guarantee is None:
            return ()
        return steps_of(self.terms, self.entries, self.guarantee)


def find_reversal(entries: tuple[Entry, ...], number: int, ref: str) -> Entry | None:
    """Return the reversal of an entry under a voucher, if it has been made."""
    return next((entry for entry in entries if entry.undoes == number and entry.ref == ref), None)
