"""The tables of closed half-years and assignments in version 0001. It never changes again."""

from alembic.operations import Operations

from microloan.store.migrations.frozen_columns import (
    amount,
    belongs_to,
    code,
    count,
    day,
    digest,
    holds,
    key,
    primary,
    text,
    unique,
    within,
)
from microloan.store.migrations.new_table import create_table


def create_first_closings(op: Operations) -> None:
    """Create the tables of closed half-years and assignments."""
    _closing(op)
    _closing_head(op)
    _reopening(op)
    _account(op)
    _assignment(op)


def _closing(op: Operations) -> None:
    create_table(
        op,
        "microloan_closing",
        key("book_id"),
        count("half_year"),
        count("version"),
        count("number"),
        count("previous_version"),
        day("closed_on"),
        count("loans"),
        count("assignments"),
        count("requests"),
        digest("notes"),
        digest("anchor"),
        digest("sheet"),
        primary("microloan_closing", "book_id", "half_year", "version"),
        unique("microloan_closing", "book_id", "number"),
        belongs_to("microloan_closing", "book", "book_id"),
        comment="a closed half-year, as year × 10 + half, with the anchor of all chains",
    )


def _closing_head(op: Operations) -> None:
    create_table(
        op,
        "microloan_closing_head",
        key("book_id"),
        count("half_year"),
        count("version"),
        code("kind"),
        key("chain_id"),
        count("entries"),
        digest("head"),
        primary("microloan_closing_head", "book_id", "half_year", "version", "kind", "chain_id"),
        belongs_to("microloan_closing_head", "closing", "book_id", "half_year", "version"),
        comment="how far the chain of a fund or loan had come when a half-year was closed",
    )


def _reopening(op: Operations) -> None:
    create_table(
        op,
        "microloan_reopening",
        key("book_id"),
        count("half_year"),
        count("version"),
        count("number"),
        day("reopened_on"),
        text("reason"),
        digest("hash"),
        primary("microloan_reopening", "book_id", "half_year", "version"),
        unique("microloan_reopening", "book_id", "number"),
        belongs_to("microloan_reopening", "closing", "book_id", "half_year", "version"),
        comment="why a closed half-year was opened again 反结账; its closing stays readable",
    )


def _account(op: Operations) -> None:
    create_table(
        op,
        "microloan_account",
        key("book_id"),
        count("half_year"),
        count("version"),
        key("loan_id"),
        count("through"),
        amount("opening_fen"),
        amount("disbursed_fen"),
        amount("due_principal_fen"),
        amount("due_interest_fen"),
        amount("repaid_principal_fen"),
        amount("repaid_interest_fen"),
        amount("repaid_charges_fen"),
        amount("paid_by_fund_fen"),
        amount("recovered_fen"),
        amount("written_off_fen"),
        amount("regained_fen"),
        amount("adjustments_fen"),
        amount("adjusted_interest_fen"),
        amount("adjusted_charges_fen"),
        amount("adjusted_due_fen"),
        amount("closing_fen"),
        amount("arrears_principal_fen"),
        amount("arrears_interest_fen"),
        amount("charges_fen"),
        amount("unbilled_fen"),
        amount("subrogated_fen"),
        amount("prepaid_fen"),
        count("days_past_due"),
        key("visit_ref"),
        primary("microloan_account", "book_id", "half_year", "version", "loan_id"),
        belongs_to("microloan_account", "closing", "book_id", "half_year", "version"),
        belongs_to("microloan_account", "loan", "book_id", "loan_id"),
        *within(
            "microloan_account",
            "opening_fen",
            "closing_fen",
            "arrears_principal_fen",
            "arrears_interest_fen",
        ),
        *within(
            "microloan_account",
            "unbilled_fen",
            "subrogated_fen",
            "charges_fen",
            "written_off_fen",
            "prepaid_fen",
        ),
        holds(
            "microloan_account",
            "identity",
            "opening_fen + disbursed_fen - repaid_principal_fen - paid_by_fund_fen - recovered_fen"
            " - written_off_fen + adjustments_fen = closing_fen",
        ),
        holds("microloan_account", "days_past_due", "days_past_due >= 0"),
        comment="one loan in one closed half-year 半年还款台账",
    )


def _assignment(op: Operations) -> None:
    create_table(
        op,
        "microloan_assignment",
        key("book_id"),
        key("loan_id"),
        code("what"),
        day("effective_on"),
        count("number"),
        key("value"),
        key("ref"),
        digest("hash"),
        primary("microloan_assignment", "book_id", "loan_id", "what", "effective_on"),
        unique("microloan_assignment", "book_id", "number"),
        belongs_to("microloan_assignment", "loan", "book_id", "loan_id"),
        comment="whose a loan is from a day on 管户分配; numbered in the order of knowledge",
    )
