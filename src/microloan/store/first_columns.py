"""The tables and columns of version 0001, which kept no record of itself. They never change again.

By them its tables are told from others that only bear their names.
"""

from typing import Final

from sqlalchemy import Inspector

from microloan.store.columns import metadata

FIRST_COLUMNS: Final = {
    name: frozenset(columns.split())
    for name, columns in {
        "microloan_account": (
            "book_id half_year version loan_id through opening_fen disbursed_fen "
            "due_principal_fen due_interest_fen repaid_principal_fen repaid_interest_fen "
            "repaid_charges_fen paid_by_fund_fen recovered_fen written_off_fen regained_fen "
            "adjustments_fen adjusted_interest_fen adjusted_charges_fen adjusted_due_fen "
            "closing_fen arrears_principal_fen arrears_interest_fen charges_fen unbilled_fen "
            "subrogated_fen prepaid_fen days_past_due visit_ref"
        ),
        "microloan_assignment": "book_id loan_id what effective_on number value ref hash",
        "microloan_book": "book_id acts last_act",
        "microloan_closing": (
            "book_id half_year version number previous_version closed_on loans assignments "
            "requests notes anchor sheet"
        ),
        "microloan_closing_head": "book_id half_year version kind chain_id entries head",
        "microloan_contact": (
            "book_id loan_id ref due_on days made_on booked_on channel officer_id outcome note hash"
        ),
        "microloan_fund": (
            "book_id fund_id name balance_fen exposure_fen covered_fen entries genesis head"
        ),
        "microloan_fund_day": (
            "book_id fund_id effective_on balance_fen exposure_fen covered_fen committed_fen"
        ),
        "microloan_fund_entry": (
            "book_id fund_id number kind effective_on booked_on ref amount_fen loan_id undoes "
            "account to_account lender_id level groups against until_on multiple part_fen "
            "whole_fen papers reason previous hash"
        ),
        "microloan_loan": (
            "book_id loan_id borrower_id lender_id borrower_kind borrower_groups heads scheme "
            "low_profit loan_number commercial_fen reference reference_rate principal_fen "
            "annual_rate signed_on disbursed_on months amortization day_count interval_months "
            "grace_months interest_grace_months settlement_day first_stub month_end due_dates "
            "parts residue level_by repricing penalty misuse compounding payment_order "
            "early_interest grace_days fund_id coverage claimable_after_days covers opening "
            "months_after_maturity evidence recovery_order upper entries genesis head"
        ),
        "microloan_loan_entry": (
            "book_id loan_id number kind effective_on booked_on ref received_fen principal_fen "
            "interest_fen penalty_fen subrogated_fen costs_fen undoes prepayment until_on terms "
            "previous hash"
        ),
        "microloan_reopening": "book_id half_year version number reopened_on reason hash",
        "microloan_request": (
            "book_id lender_id quarter drawn_on since_quarter opening_fen closing_fen lent_fen "
            "lent_count hash known_as"
        ),
        "microloan_request_correction": (
            "book_id lender_id quarter loan_id due_on place number requested_in was_fen is_fen "
            "shares cause ref"
        ),
        "microloan_request_line": (
            "book_id loan_id due_on lender_id quarter place number borrower_id principal_fen "
            "disbursed_on months annual_rate days interest_fen subsidy_fen shares rule "
            "shares_rule"
        ),
        "microloan_request_waiting": (
            "book_id lender_id quarter loan_id due_on place number subsidy_fen reason"
        ),
        "microloan_visit": (
            "book_id loan_id ref visited_on booked_on visitors state on_site remarks "
            "monthly_turnover_fen staff jobs stock_fen prospect watch next_step hash"
        ),
    }.items()
}


def named_as_ours(look: Inspector) -> set[str]:
    """Return which of the names of our tables, of the first version or this one, are taken."""
    return {name for name in FIRST_COLUMNS.keys() | metadata.tables.keys() if look.has_table(name)}


def is_first(look: Inspector, there: set[str]) -> bool:
    """Tell whether tables are those that version 0001 made, no more, no fewer, by their columns."""
    return there == FIRST_COLUMNS.keys() and all(
        {str(one["name"]) for one in look.get_columns(name)} == columns
        for name, columns in FIRST_COLUMNS.items()
    )
