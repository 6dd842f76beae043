"""The tables of closed half-years, of what was opened again, and of whose the loans are.

A closing is never changed: one that was opened again stays, and the next one has a higher version.
Closings and openings are numbered together, in the order in which they were done.
"""

from sqlalchemy import CheckConstraint, PrimaryKeyConstraint, Table, UniqueConstraint

from microloan.store.columns import (
    amount,
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

closing = Table(
    "microloan_closing",
    metadata,
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
    PrimaryKeyConstraint("book_id", "half_year", "version"),
    UniqueConstraint("book_id", "number"),
    belongs_to("book", "book_id"),
    comment="a closed half-year, as year × 10 + half, with the anchor of all chains",
)

head = Table(
    "microloan_closing_head",
    metadata,
    key("book_id"),
    count("half_year"),
    count("version"),
    code("kind"),
    key("chain_id"),
    count("entries"),
    digest("head"),
    PrimaryKeyConstraint("book_id", "half_year", "version", "kind", "chain_id"),
    belongs_to("closing", "book_id", "half_year", "version"),
    comment="how far the chain of a fund or loan had come when a half-year was closed",
)

reopening = Table(
    "microloan_reopening",
    metadata,
    key("book_id"),
    count("half_year"),
    count("version"),
    count("number"),
    day("reopened_on"),
    text("reason"),
    digest("hash"),
    PrimaryKeyConstraint("book_id", "half_year", "version"),
    UniqueConstraint("book_id", "number"),
    belongs_to("closing", "book_id", "half_year", "version"),
    comment="why a closed half-year was opened again 反结账; its closing stays readable",
)

account = Table(
    "microloan_account",
    metadata,
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
    PrimaryKeyConstraint("book_id", "half_year", "version", "loan_id"),
    belongs_to("closing", "book_id", "half_year", "version"),
    belongs_to("loan", "book_id", "loan_id"),
    *within("opening_fen", "closing_fen", "arrears_principal_fen", "arrears_interest_fen"),
    *within("unbilled_fen", "subrogated_fen", "charges_fen", "written_off_fen", "prepaid_fen"),
    CheckConstraint(
        "opening_fen + disbursed_fen - repaid_principal_fen - paid_by_fund_fen - recovered_fen"
        " - written_off_fen + adjustments_fen = closing_fen",
        name="identity",
    ),
    CheckConstraint("days_past_due >= 0", name="days_past_due"),
    comment="one loan in one closed half-year 半年还款台账",
)

assignment = Table(
    "microloan_assignment",
    metadata,
    key("book_id"),
    key("loan_id"),
    code("what"),
    day("effective_on"),
    count("number"),
    key("value"),
    key("ref"),
    digest("hash"),
    PrimaryKeyConstraint("book_id", "loan_id", "what", "effective_on"),
    UniqueConstraint("book_id", "number"),
    belongs_to("loan", "book_id", "loan_id"),
    comment="whose a loan is from a day on 管户分配; numbered in the order of knowledge",
)
