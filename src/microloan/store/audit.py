"""Auditing a book: what it holds is read once, loan by loan, and put beside the host's facts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from microloan.checks import Audit, Facts, Progress, audit_loans
from microloan.checks.facts import HELD
from microloan.errors import InvalidDate, NotInForce
from microloan.frozen_line import FrozenLine
from microloan.fund import GuaranteeFund
from microloan.leverage import Leverage
from microloan.naming import refused_terms
from microloan.policy import Policy
from microloan.policy.rulebook import require_policy
from microloan.store.closed_sheet import find_sheet
from microloan.store.follow_up import FollowUp
from microloan.store.fund_desk import FundDesk
from microloan.store.fund_sums import FundSums
from microloan.store.half_years import HalfYears
from microloan.store.repositories import Loans
from microloan.store.requests import Requests
from microloan.store.verifying import Broken


@dataclass(frozen=True, slots=True)
class AuditDesk:
    """What an audit reads of one book; what is broken is told, the rest audited all the same."""

    loans: Loans
    funds: FundDesk
    requests: Requests
    follow_up: FollowUp
    half_years: HalfYears
    sums: FundSums

    def audit(
        self, facts: Facts, *, under: Policy, as_of: date, progress: Progress | None = None
    ) -> Audit:
        """Return what all checks find about the book on a day; nothing is changed.

        A chain that is broken is a finding, and what is sound is audited all the same.

        Args:
            facts: what the book does not hold, and the limits of the audit.
            under: the rules.
            as_of: the day.
            progress: called with how many loans are done and how many there are.

        Raises:
            InvalidTerms: no facts, or facts that the book itself holds.
            InvalidDate: no plain date.
        """
        if not isinstance(facts, Facts):
            raise refused_terms("the facts", "核查依据", type(facts).__name__, "Facts")
        require_policy(under)
        given = sorted(facts.given & set(HELD))
        if given:
            raise refused_terms("the facts handed in", "核查依据", given, "what no book holds")
        ids, broken = self.loans.ids(), Broken(self.loans.book)
        funds = tuple(broken.each(self.funds.ids(), self.funds.get))
        whole = replace(
            facts,
            funds=funds,
            leverages=self._leverages(funds, under, as_of),
            requests=broken.whole(self.requests.all),
            visits=broken.whole(self.follow_up.visits),
            contacts=broken.whole(self.follow_up.contacts),
            closings=broken.whole(lambda: self._closings(broken)),
        )
        loans = broken.loans(self.loans, ids)
        audit = audit_loans(loans, whole, under=under, as_of=as_of, progress=progress, held=ids)
        return audit.including(broken.findings)

    def _closings(self, broken: Broken) -> tuple[FrozenLine, ...]:
        """Return what each closing that stands kept of each loan, and note what it is broken by."""
        found: list[FrozenLine] = []
        for half in self.half_years.closed():
            sheet = find_sheet(self.loans.connection, self.loans.book, half)
            broken.chains_of(sheet)
            lines = sheet.lines()
            broken.whole(partial(sheet.require_notes, lines), of=str(half))
            found += lines
        return tuple(found)

    def _leverages(
        self, funds: Iterable[GuaranteeFund], under: Policy, as_of: date
    ) -> tuple[Leverage, ...] | None:
        """Return the leverage of each fund on every day on which it changed, by the day.

        Where no cap is known for some of the days it is that of the day alone; of a fund for which
        none is known then either, it is nothing, and ``None`` where that is so of all funds.
        """
        found = [self._path(fund, under, as_of) for fund in funds]
        if found and not any(found):
            return None
        return tuple(point for points in found for point in points)

    def _path(self, fund: GuaranteeFund, under: Policy, as_of: date) -> tuple[Leverage, ...]:
        for since in (min((entry.on for entry in fund.entries), default=as_of), as_of):
            try:
                return self.sums.path(fund.id, under=under, since=since, until=as_of).points
            except (NotInForce, InvalidDate):  # no cap known, or nothing had happened by then
                continue
        return ()
