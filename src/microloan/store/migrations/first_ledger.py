"""The tables of loans and funds in version 0001. It never changes again."""

import sqlalchemy as sa
from alembic.operations import Operations

from microloan.store.migrations.frozen_columns import (
    amount,
    belongs_to,
    code,
    count,
    day,
    digest,
    holds,
    index,
    key,
    primary,
    text,
    within,
)
from microloan.store.migrations.new_table import create_table


def create_first_ledger(op: Operations) -> None:
    """Create the tables of loans and funds."""
    _book(op)
    _fund(op)
    _fund_entry(op)
    _fund_day(op)
    _loan(op)
    _loan_entry(op)


def _book(op: Operations) -> None:
    create_table(
        op,
        "microloan_book",
        key("book_id"),
        sa.Column("acts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("last_act", sa.String(64), nullable=False, server_default=""),
        primary("microloan_book", "book_id"),
        comment="one office's ledger 台账; acts are its closings and openings",
    )


def _fund(op: Operations) -> None:
    create_table(
        op,
        "microloan_fund",
        key("book_id"),
        key("fund_id"),
        key("name"),
        amount("balance_fen"),
        amount("exposure_fen"),
        amount("covered_fen"),
        count("entries"),
        digest("genesis"),
        digest("head"),
        primary("microloan_fund", "book_id", "fund_id"),
        belongs_to("microloan_fund", "book", "book_id"),
        *within("microloan_fund", "balance_fen", "exposure_fen", "covered_fen"),
        comment="guarantee fund 担保基金; "
        "the sums of its entries and exposures stand on its own row",
    )


def _fund_entry(op: Operations) -> None:
    create_table(
        op,
        "microloan_fund_entry",
        key("book_id"),
        key("fund_id"),
        count("number"),
        code("kind"),
        day("effective_on"),
        day("booked_on"),
        key("ref"),
        amount("amount_fen"),
        key("loan_id"),
        count("undoes"),
        key("account"),
        key("to_account"),
        key("lender_id"),
        code("level", nullable=True),
        text("groups"),
        key("against"),
        day("until_on", nullable=True),
        count("multiple"),
        amount("part_fen"),
        amount("whole_fen"),
        text("papers"),
        text("reason"),
        digest("previous"),
        digest("hash"),
        primary("microloan_fund_entry", "book_id", "fund_id", "number"),
        belongs_to("microloan_fund_entry", "fund", "book_id", "fund_id"),
        *within("microloan_fund_entry", "amount_fen", "part_fen", "whole_fen"),
        holds("microloan_fund_entry", "booked_on", "booked_on >= effective_on"),
        comment="one immutable line of a fund",
    )
    index(op, "microloan_fund_entry", "book_id", "fund_id", "kind", "loan_id")


def _fund_day(op: Operations) -> None:
    create_table(
        op,
        "microloan_fund_day",
        key("book_id"),
        key("fund_id"),
        day("effective_on"),
        amount("balance_fen"),
        amount("exposure_fen"),
        amount("covered_fen"),
        amount("committed_fen"),
        primary("microloan_fund_day", "book_id", "fund_id", "effective_on"),
        belongs_to("microloan_fund_day", "fund", "book_id", "fund_id"),
        *within(
            "microloan_fund_day",
            "balance_fen",
            "exposure_fen",
            "covered_fen",
            "committed_fen",
            signed=True,
        ),
        comment="net change of a fund's money, exposure and commitments on a day; from entries",
    )


def _loan(op: Operations) -> None:
    create_table(
        op,
        "microloan_loan",
        key("book_id"),
        key("loan_id"),
        key("borrower_id"),
        key("lender_id"),
        code("borrower_kind"),
        sa.Column("borrower_groups", sa.String(1000), nullable=False),
        count("heads"),
        code("scheme"),
        code("low_profit"),
        count("loan_number"),
        amount("commercial_fen"),
        code("reference", nullable=True),
        code("reference_rate", nullable=True),
        amount("principal_fen"),
        code("annual_rate"),
        day("signed_on"),
        day("disbursed_on"),
        count("months"),
        code("amortization"),
        code("day_count"),
        count("interval_months"),
        count("grace_months"),
        count("interest_grace_months"),
        count("settlement_day", nullable=True),
        code("first_stub", nullable=True),
        code("month_end"),
        text("due_dates"),
        text("parts"),
        code("residue"),
        code("level_by"),
        code("repricing"),
        text("penalty", nullable=True),
        text("misuse", nullable=True),
        code("compounding"),
        code("payment_order"),
        code("early_interest"),
        count("grace_days"),
        key("fund_id", nullable=True),
        code("coverage", nullable=True),
        count("claimable_after_days", nullable=True),
        code("covers", nullable=True),
        code("opening", nullable=True),
        count("months_after_maturity", nullable=True),
        text("evidence", nullable=True),
        code("recovery_order", nullable=True),
        text("upper", nullable=True),
        count("entries"),
        digest("genesis"),
        digest("head"),
        primary("microloan_loan", "book_id", "loan_id"),
        belongs_to("microloan_loan", "book", "book_id"),
        belongs_to("microloan_loan", "fund", "book_id", "fund_id"),
        *within("microloan_loan", "principal_fen", "commercial_fen"),
        holds("microloan_loan", "disbursed_on", "disbursed_on >= signed_on"),
        comment="loan 贷款: what was agreed; never updated but for the head of its entries",
    )
    index(op, "microloan_loan", "book_id", "fund_id")


def _loan_entry(op: Operations) -> None:
    create_table(
        op,
        "microloan_loan_entry",
        key("book_id"),
        key("loan_id"),
        count("number"),
        code("kind"),
        day("effective_on"),
        day("booked_on"),
        key("ref"),
        amount("received_fen"),
        amount("principal_fen"),
        amount("interest_fen"),
        amount("penalty_fen"),
        amount("subrogated_fen"),
        amount("costs_fen"),
        count("undoes"),
        code("prepayment", nullable=True),
        day("until_on", nullable=True),
        text("terms", nullable=True),
        digest("previous"),
        digest("hash"),
        primary("microloan_loan_entry", "book_id", "loan_id", "number"),
        belongs_to("microloan_loan_entry", "loan", "book_id", "loan_id"),
        *within(
            "microloan_loan_entry", "received_fen", "principal_fen", "interest_fen", "penalty_fen"
        ),
        *within("microloan_loan_entry", "subrogated_fen", "costs_fen"),
        holds("microloan_loan_entry", "booked_on", "booked_on >= effective_on"),
        comment="one immutable line of a loan",
    )
