"""The laws of the books as checks that a host runs on its own data: objects, flat rows, frames.

Each takes our objects, or rows with the same names: a name that ends in ``_fen`` holds whole fen,
the same name without the ending holds yuan. Each returns nothing, or raises :class:`LawBroken`, an
``AssertionError`` with the first place that breaks the law and every figure of it. Nothing here
needs Hypothesis; :mod:`microloan.strategies` draws what to try them on.
"""

from microloan.laws.account_laws import assert_half_years_join, assert_identity_of_account
from microloan.laws.fund_laws import (
    assert_fund_balance_is_its_entries,
    assert_leverage_is_recomputed,
    assert_payout_within_loss,
    assert_recoveries_within_payouts,
)
from microloan.laws.history_laws import assert_append_keeps_history
from microloan.laws.law_broken import LawBroken
from microloan.laws.plan_laws import assert_schedule_conserves_principal
from microloan.laws.subsidy_laws import (
    assert_levels_sum_to_line,
    assert_no_subsidy_after_stop,
    assert_request_is_its_lines,
    assert_treasury_and_borrower_sum_to_interest,
)

__all__ = [
    "LawBroken",
    "assert_append_keeps_history",
    "assert_fund_balance_is_its_entries",
    "assert_half_years_join",
    "assert_identity_of_account",
    "assert_levels_sum_to_line",
    "assert_leverage_is_recomputed",
    "assert_no_subsidy_after_stop",
    "assert_payout_within_loss",
    "assert_recoveries_within_payouts",
    "assert_request_is_its_lines",
    "assert_schedule_conserves_principal",
    "assert_treasury_and_borrower_sum_to_interest",
]
