"""核查清单: which question each check asks, of one loan or of all together, and by which facts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from microloan.checks import (
    borrowers,
    burdens,
    caps,
    care,
    decisions,
    identities,
    other_ledger,
    outflows,
    outstanding,
    payouts,
    printed,
    requested,
    subsidized,
    unheld,
)
from microloan.checks.case import LoanCase
from microloan.checks.check import Check
from microloan.checks.sketch import BookCase
from microloan.finding import Finding

C = TypeVar("C", LoanCase, BookCase)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[C]):
    """One question of a check.

    Args:
        check: the check.
        asks: the question, as an auditor puts it.
        needs: the lists without which it is not asked.
        judge: yields what was found.
        any_of: lists of which one at least is needed; empty where none is.
    """

    check: Check
    asks: str
    judge: Callable[[C], Iterable[Finding]]
    needs: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()

    def lacks(self, given: frozenset[str]) -> tuple[str, ...]:
        """Return the lists that are missing for it, sorted; empty where it can be asked."""
        missing = set(self.needs - given)
        if self.any_of and not self.any_of & given:
            missing |= self.any_of
        return tuple(sorted(missing))


def _one(
    check: Check, asks: str, judge: Callable[[LoanCase], Iterable[Finding]], needs: str = ""
) -> Question[LoanCase]:
    return Question(check=check, asks=asks, judge=judge, needs=frozenset(needs.split()))


def _all(
    check: Check, asks: str, judge: Callable[[BookCase], Iterable[Finding]], needs: str = ""
) -> Question[BookCase]:
    return Question(check=check, asks=asks, judge=judge, needs=frozenset(needs.split()))


def _subsidies(
    check: Check, asks: str, judge: Callable[[LoanCase], Iterable[Finding]], needs: str = ""
) -> Question[LoanCase]:
    return Question(
        check=check,
        asks=asks,
        judge=judge,
        needs=frozenset(needs.split()),
        any_of=frozenset({"subsidies", "requests"}),
    )


LOAN_QUESTIONS: Final = (
    _one(Check.K01, "are days subsidized twice", subsidized.overlapping_subsidies, "subsidies"),
    _one(Check.K01, "is a line requested twice", subsidized.requested_twice, "requests"),
    _one(Check.K02, "are days out of place subsidized", subsidized.days_out_of_place, "subsidies"),
    _one(
        Check.K03, "is more subsidized than was owed", subsidized.above_the_outstanding, "subsidies"
    ),
    _one(Check.K04, "is the rate the contract's and within the cap", subsidized.other_rates),
    _one(Check.K05, "is the ceiling kept", subsidized.above_the_ceiling),
    _one(Check.K06, "is a commercial part subsidized", subsidized.commercial_parts, "subsidies"),
    _one(Check.K07, "is the number of loans known", borrowers.limits_not_known),
    _one(Check.K09, "was anybody blacklisted", decisions.blacklisted, "blacklist"),
    _one(Check.K09, "is the rule of the blacklist known", decisions.blacklist_not_known),
    _one(Check.K10, "was the borrower excluded", decisions.excluded, "statuses"),
    _one(Check.K10, "was the borrower too old", decisions.too_old, "persons"),
    _one(Check.K10, "was the borrower too young", decisions.too_young, "persons least_age"),
    _one(Check.K11, "was the business open", decisions.deregistered, "businesses"),
    _subsidies(Check.K12, "did the bank lend it", requested.without_disbursement, "bank_loans"),
    _subsidies(Check.K12, "is it the contract's amount", requested.other_contracts),
    _one(Check.K13, "do the levels add up", burdens.levels_that_differ, "subsidies"),
    _one(Check.K13, "are the shares those agreed", burdens.shares_that_differ, "subsidies"),
    _subsidies(Check.K14, "does computing anew confirm it", requested.sums_that_differ),
    _one(Check.K15, "does other outstanding join", other_ledger.broken_outstanding, "outstanding"),
    _one(Check.K15, "is it that of the book", other_ledger.other_than_the_book, "outstanding"),
    _one(Check.K15, "do the closings join", outstanding.closings_that_moved, "closings"),
    _one(Check.K18, "was a payout right", payouts.wrong_payouts),
    _one(Check.K18, "was the borrower chased", payouts.payouts_without_chasing, "contacts"),
    _one(Check.K19, "were arrears overpaid", outstanding.overpaid_arrears, "overdue_payments"),
    _one(Check.K20, "was it visited", care.visits_overdue, "visits"),
    _one(Check.K20, "was the borrower reminded", care.reminders_missing, "contacts"),
    _one(Check.K25, "did one person do both", decisions.prepared_and_approved, "files"),
)
"""The questions of one loan."""

BOOK_QUESTIONS: Final = (
    _all(Check.K07, "has a person too many loans", borrowers.counted_too_high),
    _all(Check.K08, "does a surety borrow", borrowers.sureties_who_borrow, "suretyships"),
    _all(Check.K09, "had the book's own arrears listed anybody", decisions.blacklisted_by_the_book),
    _all(Check.K12, "does the book hold it", unheld.unheld_subsidies, "subsidies"),
    _all(Check.K13, "are the budgets kept", burdens.budgets_exceeded, "budgets"),
    _all(Check.K15, "does the book hold it", unheld.unheld_outstanding, "outstanding"),
    _all(
        Check.K15, "does outstanding elsewhere join", other_ledger.broken_elsewhere, "outstanding"
    ),
    _all(Check.K16, "is the cap kept", caps.above_the_cap, "leverages"),
    _all(Check.K16, "is the cap of a year's payouts kept", caps.above_the_yearly_cap, "funds"),
    Question(
        check=Check.K17,
        asks="is every outflow permitted",
        judge=outflows.not_permitted,
        any_of=frozenset({"funds", "flows"}),
    ),
    Question(
        check=Check.K17,
        asks="is it the fund of the loan",
        judge=outflows.of_another_fund,
        any_of=frozenset({"funds", "flows", "payouts"}),
    ),
    _all(Check.K17, "does the book hold the loan", unheld.unheld_flows, "flows"),
    _all(Check.K18, "does the book hold the loan", unheld.unheld_payouts, "payouts"),
    _all(Check.K19, "does the book hold the loan", unheld.unheld_payments, "overdue_payments"),
    Question(
        check=Check.K19,
        asks="was too much recovered",
        judge=outflows.recovered_too_much,
        any_of=frozenset({"funds", "flows"}),
    ),
    _all(Check.K21, "is subsidy unpaid too long", requested.unpaid_too_long, "requests payments"),
    _all(Check.K22, "are loans alike in terms", borrowers.alike_in_terms),
    _all(Check.K22, "are loans alike in marks", borrowers.alike_in_marks, "marks"),
    _all(Check.K22, "is a surety shared", borrowers.alike_in_sureties, "suretyships"),
    _all(Check.K23, "do reports add up", printed.wrong_reports, "reports"),
    _all(Check.K24, "can the numbers be", identities.impossible_numbers, "persons"),
    _all(Check.K24, "is a number shared", identities.shared_numbers, "persons"),
    _all(Check.K24, "was a dead person lent to", identities.lent_to_the_dead, "persons"),
    _all(Check.K25, "does the book hold the loan", unheld.unheld_files, "files"),
)
"""The questions of all loans together."""
