"""The tables of the follow-up: visits and contacts, each written once; the seal covers the row."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, PrimaryKeyConstraint, Table

from microloan.store.columns import (
    belongs_to,
    code,
    count,
    day,
    digest,
    key,
    metadata,
    text,
    within,
)

visit = Table(
    "microloan_visit",
    metadata,
    key("book_id"),
    key("loan_id"),
    key("ref"),
    day("visited_on"),
    day("booked_on"),
    text("visitors"),
    code("state"),
    Column("on_site", Boolean(create_constraint=False), nullable=False),
    text("remarks"),
    Column("monthly_turnover_fen", BigInteger, nullable=True),
    count("staff", nullable=True),
    count("jobs", nullable=True),
    Column("stock_fen", BigInteger, nullable=True),
    code("prospect", nullable=True),
    Column("watch", Boolean(create_constraint=False), nullable=False),
    text("next_step"),
    digest("hash"),
    PrimaryKeyConstraint("book_id", "loan_id", "ref"),
    belongs_to("loan", "book_id", "loan_id"),
    *within("monthly_turnover_fen", "stock_fen"),
    CheckConstraint("booked_on >= visited_on", name="booked_on"),
    comment="a visit to a borrower after the loan was paid out 贷后回访; immutable",
)

contact = Table(
    "microloan_contact",
    metadata,
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
    PrimaryKeyConstraint("book_id", "loan_id", "ref"),
    belongs_to("loan", "book_id", "loan_id"),
    CheckConstraint("booked_on >= made_on", name="booked_on"),
    comment="a reminder or a step of chasing, and what came of it 催收记录; immutable",
)
