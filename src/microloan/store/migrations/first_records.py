"""The tables of requests, visits and contacts in version 0001. It never changes again."""

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
    key,
    primary,
    text,
    unique,
    within,
)
from microloan.store.migrations.new_table import create_table


def create_first_records(op: Operations) -> None:
    """Create the tables of requests, visits and contacts."""
    _request(op)
    _request_line(op)
    _request_correction(op)
    _request_waiting(op)
    _visit(op)
    _contact(op)


def _request(op: Operations) -> None:
    create_table(
        op,
        "microloan_request",
        key("book_id"),
        key("lender_id"),
        count("quarter"),
        day("drawn_on"),
        count("since_quarter"),
        amount("opening_fen"),
        amount("closing_fen"),
        amount("lent_fen"),
        count("lent_count"),
        digest("hash"),
        count("known_as"),
        primary("microloan_request", "book_id", "lender_id", "quarter"),
        unique("microloan_request", "book_id", "known_as"),
        belongs_to("microloan_request", "book", "book_id"),
        *within("microloan_request", "opening_fen", "closing_fen", "lent_fen"),
        comment="a bank's request for a quarter (year × 10 + quarter) 贴息申请, as it became known",
    )


def _request_line(op: Operations) -> None:
    create_table(
        op,
        "microloan_request_line",
        key("book_id"),
        key("loan_id"),
        day("due_on"),
        key("lender_id"),
        count("quarter"),
        count("place"),
        count("number"),
        key("borrower_id"),
        amount("principal_fen"),
        day("disbursed_on"),
        count("months"),
        code("annual_rate"),
        count("days"),
        amount("interest_fen"),
        amount("subsidy_fen"),
        text("shares"),
        text("rule"),
        text("shares_rule"),
        primary("microloan_request_line", "book_id", "loan_id", "due_on"),
        belongs_to("microloan_request_line", "request", "book_id", "lender_id", "quarter"),
        belongs_to("microloan_request_line", "loan", "book_id", "loan_id"),
        *within("microloan_request_line", "principal_fen", "interest_fen", "subsidy_fen"),
        holds("microloan_request_line", "subsidy", "subsidy_fen BETWEEN 1 AND interest_fen"),
        comment="one loan and interest period in a request; requested once in a book",
    )


def _request_correction(op: Operations) -> None:
    create_table(
        op,
        "microloan_request_correction",
        key("book_id"),
        key("lender_id"),
        count("quarter"),
        key("loan_id"),
        day("due_on"),
        count("place"),
        count("number"),
        count("requested_in"),
        amount("was_fen"),
        amount("is_fen"),
        text("shares"),
        code("cause"),
        key("ref"),
        primary(
            "microloan_request_correction", "book_id", "lender_id", "quarter", "loan_id", "due_on"
        ),
        belongs_to("microloan_request_correction", "request", "book_id", "lender_id", "quarter"),
        belongs_to("microloan_request_correction", "request_line", "book_id", "loan_id", "due_on"),
        *within("microloan_request_correction", "was_fen", "is_fen"),
        holds("microloan_request_correction", "requested_in", "requested_in < quarter"),
        comment="what a later request changes of a line 更正、追回",
    )


def _request_waiting(op: Operations) -> None:
    create_table(
        op,
        "microloan_request_waiting",
        key("book_id"),
        key("lender_id"),
        count("quarter"),
        key("loan_id"),
        day("due_on"),
        count("place"),
        count("number"),
        amount("subsidy_fen"),
        code("reason"),
        primary(
            "microloan_request_waiting", "book_id", "lender_id", "quarter", "loan_id", "due_on"
        ),
        belongs_to("microloan_request_waiting", "request", "book_id", "lender_id", "quarter"),
        belongs_to("microloan_request_waiting", "loan", "book_id", "loan_id"),
        *within("microloan_request_waiting", "subsidy_fen"),
        comment="a line that was earned and could not be asked for, and why",
    )


def _visit(op: Operations) -> None:
    create_table(
        op,
        "microloan_visit",
        key("book_id"),
        key("loan_id"),
        key("ref"),
        day("visited_on"),
        day("booked_on"),
        text("visitors"),
        code("state"),
        sa.Column("on_site", sa.Boolean(create_constraint=False), nullable=False),
        text("remarks"),
        sa.Column("monthly_turnover_fen", sa.BigInteger, nullable=True),
        count("staff", nullable=True),
        count("jobs", nullable=True),
        sa.Column("stock_fen", sa.BigInteger, nullable=True),
        code("prospect", nullable=True),
        sa.Column("watch", sa.Boolean(create_constraint=False), nullable=False),
        text("next_step"),
        digest("hash"),
        primary("microloan_visit", "book_id", "loan_id", "ref"),
        belongs_to("microloan_visit", "loan", "book_id", "loan_id"),
        *within("microloan_visit", "monthly_turnover_fen", "stock_fen"),
        holds("microloan_visit", "booked_on", "booked_on >= visited_on"),
        comment="a visit to a borrower after the loan was paid out 贷后回访; immutable",
    )


def _contact(op: Operations) -> None:
    create_table(
        op,
        "microloan_contact",
        key("book_id"),
        key("loan_id"),
        key("ref"),
        day("due_on"),
        count("days"),
        day("made_on"),
        day("booked_on"),
        code("channel"),
        key("officer_id"),
        code("outcome"),
        text("note"),
        digest("hash"),
        primary("microloan_contact", "book_id", "loan_id", "ref"),
        belongs_to("microloan_contact", "loan", "book_id", "loan_id"),
        holds("microloan_contact", "booked_on", "booked_on >= made_on"),
        comment="a reminder or a step of chasing, and what came of it 催收记录; immutable",
    )
