"""The funds of a book: reading them, and acts tested against the cap under a fund's lock."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import TypedDict, Unpack

from sqlalchemy import Connection

from microloan.commitment import require_not_lent, with_commitment
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.fund_outflow import with_advance, with_withdrawal
from microloan.money import Money
from microloan.naming import identity
from microloan.policy import Level, Policy
from microloan.policy.rulebook import require_policy
from microloan.store.fund_rules import Use
from microloan.store.gate import undoes_release
from microloan.store.repositories import Funds, Loans
from microloan.store.writer import Writer


class OutflowParts(TypedDict, total=False):
    """What an outflow may say besides its amount, day and voucher."""

    account: str
    level: Level | None
    booked_on: date | None


@dataclass(frozen=True, slots=True)
class FundDesk:
    """The guarantee funds of one book, and what may be done with one only if its cap allows."""

    connection: Connection
    book: str
    writer: Writer
    act: Callable[[], AbstractContextManager[None]]

    def get(self, fund_id: str) -> GuaranteeFund:
        """Return one fund by its code.

        Raises:
            NotFound: the book holds no such fund.
            ChainBroken: its rows are not those that were written.
        """
        return Funds(self.connection, self.book).get(fund_id)

    def ids(self) -> list[str]:
        """Return the codes of the book's funds, sorted."""
        return Funds(self.connection, self.book).ids()

    def withdraw(
        self,
        fund_id: str,
        amount: Money,
        *,
        under: Policy,
        on: date,
        ref: str,
        **parts: Unpack[OutflowParts],
    ) -> GuaranteeFund:
        """Take capital out of a fund if its cap allows, and return the fund as it is stored.

        Arguments and refusals are those of :func:`microloan.fund_outflow.withdraw`; the book's own
        sums take the place of the loans.
        """
        require_policy(under)
        with self.act():
            less = with_withdrawal(self._locked(fund_id), amount, on=on, ref=ref, **parts)
            self.writer.save_tested(less, under=under, on=on)
        return less

    def advance_subsidy(
        self,
        fund_id: str,
        amount: Money,
        *,
        under: Policy,
        on: date,
        ref: str,
        **parts: Unpack[OutflowParts],
    ) -> GuaranteeFund:
        """Lend capital of a fund to the subsidy if its cap allows, and return the fund.

        Arguments and refusals are those of :func:`microloan.fund_outflow.advance_subsidy`.
        """
        require_policy(under)
        with self.act():
            less = with_advance(self._locked(fund_id), amount, on=on, ref=ref, **parts)
            self.writer.save_tested(less, under=under, on=on)
        return less

    def approve(
        self,
        fund_id: str,
        loan_id: str,
        amount: Money,
        *,
        lender: str,
        lapses_on: date,
        under: Policy,
        on: date,
        ref: str,
        groups: Iterable[str] = (),
        booked_on: date | None = None,
    ) -> GuaranteeFund:
        """Approve a loan that is not paid out yet, and return its fund.

        Arguments and refusals are those of :func:`microloan.commitment.approve_loan`.
        """
        require_policy(under)
        with self.act():
            fund = self._locked(fund_id)
            more = with_commitment(
                fund,
                loan_id,
                amount,
                lender=lender,
                on=on,
                lapses_on=lapses_on,
                ref=ref,
                groups=groups,
                booked_on=booked_on,
            )
            if more is not fund:
                self._promise(more, more.entries[-1], under=under, on=on)
        return more

    def reverse(
        self,
        fund_id: str,
        number: int,
        *,
        under: Policy,
        on: date,
        ref: str,
        booked_on: date | None = None,
    ) -> GuaranteeFund:
        """Undo an entry of a fund, and return the fund as it is stored.

        Where a release is undone, its approval holds again and is tested like a new one. Arguments
        and refusals are those of :meth:`microloan.fund.GuaranteeFund.reverse`.

        Raises:
            LenderSuspended, SubLimitExceeded, LeverageExceeded, RefConflict, NotGuaranteed: an
                approval that would hold again does not fit any more, as
                :func:`microloan.commitment.approve_loan` says.
        """
        require_policy(under)
        with self.act():
            fund = self._locked(fund_id)
            less = fund.reverse(number, on=on, ref=ref, booked_on=booked_on)
            if less is not fund and undoes_release(less, less.entries[-1]):
                against = less.entries[number - 1].against
                acts = {(line.kind, line.ref): line for line in less.standing}
                approval = acts[FundEntryKind.COMMITMENT, against]
                self._promise(less, approval, under=under, on=on)
            else:
                self.writer.save([less])
        return less

    def _promise(
        self, fund: GuaranteeFund, approval: FundEntry, *, under: Policy, on: date
    ) -> None:
        """Store a fund in which an approval holds from a day on, if all that limits it allows."""
        lent = Loans(self.connection, self.book).some([approval.loan_id])
        require_not_lent(lent, approval.loan_id, fund_id=fund.id, on=approval.on)
        rules, use = self.writer.rules, Use(approval.lender, approval.groups)
        limits = rules.limits(fund.id, on=on)
        limits.require_active(fund.id, approval.lender, on=on)
        rules.require_sublimits(fund.id, use, limits=limits, on=on, more=fund.entries[-1:])
        self.writer.save_tested(fund, under=under, on=on)

    def _locked(self, fund_id: str) -> GuaranteeFund:
        """Return a fund, read under its lock."""
        self.writer.lock(identity(fund_id, "a fund"))
        return Funds(self.connection, self.book).get(fund_id)
