"""The tables: their names begin with ``microloan_``, the book comes first in every key.

Amounts are whole fen in BIGINT, rates exact decimal text, days DATE. CHECKs hold only what is never
lawful; what depends on a policy or on other rows is the domain's to decide.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_LIMIT = 10**15


def _id(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, String(64), nullable=nullable)


def _code(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, String(40), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Date, nullable=nullable)


def _count(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Integer, nullable=nullable)


def _fen(name: str) -> Column[Any]:
    return Column(name, BigInteger, nullable=False)


def _text(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable)


def _hash(name: str) -> Column[Any]:
    return Column(name, String(64), nullable=False)


def _within(*names: str, signed: bool = False) -> list[CheckConstraint]:
    lowest = -_LIMIT if signed else 0
    return [CheckConstraint(f"{name} BETWEEN {lowest} AND {_LIMIT}", name=name) for name in names]


def _belongs_to(table: str, *columns: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        columns, [f"microloan_{table}.{column}" for column in columns], ondelete="RESTRICT"
    )


book = Table(
    "microloan_book",
    metadata,
    _id("book_id"),
    _day("closed_through", nullable=True),
    PrimaryKeyConstraint("book_id"),
    comment="one office's ledger 台账; nothing crosses books",
)

fund = Table(
    "microloan_fund",
    metadata,
    _id("book_id"),
    _id("fund_id"),
    _id("name"),
    _fen("balance_fen"),
    _fen("exposure_fen"),
    _fen("covered_fen"),
    _count("entries"),
    _hash("genesis"),
    _hash("head"),
    PrimaryKeyConstraint("book_id", "fund_id"),
    _belongs_to("book", "book_id"),
    *_within("balance_fen", "exposure_fen", "covered_fen"),
    comment="guarantee fund 担保基金; the sums of its entries and exposures stand on its own row",
)

fund_entry = Table(
    "microloan_fund_entry",
    metadata,
    _id("book_id"),
    _id("fund_id"),
    _count("number"),
    _code("kind"),
    _day("effective_on"),
    _day("booked_on"),
    _id("ref"),
    _fen("amount_fen"),
    _id("loan_id"),
    _count("undoes"),
    _hash("previous"),
    _hash("hash"),
    PrimaryKeyConstraint("book_id", "fund_id", "number"),
    _belongs_to("fund", "book_id", "fund_id"),
    *_within("amount_fen"),
    CheckConstraint("booked_on >= effective_on", name="booked_on"),
    comment="one immutable line of a fund",
)

fund_day = Table(
    "microloan_fund_day",
    metadata,
    _id("book_id"),
    _id("fund_id"),
    _day("effective_on"),
    _fen("balance_fen"),
    _fen("exposure_fen"),
    _fen("covered_fen"),
    PrimaryKeyConstraint("book_id", "fund_id", "effective_on"),
    _belongs_to("fund", "book_id", "fund_id"),
    *_within("balance_fen", "exposure_fen", "covered_fen", signed=True),
    comment="net change of a fund's money and exposure on a business day; derived from entries",
)

loan = Table(
    "microloan_loan",
    metadata,
    _id("book_id"),
    _id("loan_id"),
    _id("borrower_id"),
    _id("lender_id"),
    _code("borrower_kind"),
    Column("borrower_groups", String(1000), nullable=False),
    _count("heads"),
    _code("scheme"),
    _code("low_profit"),
    _count("loan_number"),
    _fen("commercial_fen"),
    _code("reference", nullable=True),
    _code("reference_rate", nullable=True),
    _fen("principal_fen"),
    _code("annual_rate"),
    _day("signed_on"),
    _day("disbursed_on"),
    _count("months"),
    _code("amortization"),
    _code("day_count"),
    _count("interval_months"),
    _count("grace_months"),
    _count("interest_grace_months"),
    _count("settlement_day", nullable=True),
    _code("first_stub", nullable=True),
    _code("month_end"),
    _text("due_dates"),
    _text("parts"),
    _code("residue"),
    _code("level_by"),
    _code("repricing"),
    _text("penalty", nullable=True),
    _text("misuse", nullable=True),
    _code("compounding"),
    _code("payment_order"),
    _code("early_interest"),
    _count("grace_days"),
    _id("fund_id", nullable=True),
    _code("coverage", nullable=True),
    _count("claimable_after_days", nullable=True),
    _code("covers", nullable=True),
    _code("opening", nullable=True),
    _count("months_after_maturity", nullable=True),
    _count("entries"),
    _hash("genesis"),
    _hash("head"),
    PrimaryKeyConstraint("book_id", "loan_id"),
    _belongs_to("book", "book_id"),
    _belongs_to("fund", "book_id", "fund_id"),
    *_within("principal_fen", "commercial_fen"),
    CheckConstraint("disbursed_on >= signed_on", name="disbursed_on"),
    Index(None, "book_id", "fund_id"),
    comment="loan 贷款: what was agreed; never updated but for the head of its entries",
)

loan_entry = Table(
    "microloan_loan_entry",
    metadata,
    _id("book_id"),
    _id("loan_id"),
    _count("number"),
    _code("kind"),
    _day("effective_on"),
    _day("booked_on"),
    _id("ref"),
    _fen("received_fen"),
    _fen("principal_fen"),
    _fen("interest_fen"),
    _fen("penalty_fen"),
    _fen("subrogated_fen"),
    _fen("costs_fen"),
    _count("undoes"),
    _code("prepayment", nullable=True),
    _day("until_on", nullable=True),
    _text("terms", nullable=True),
    _hash("previous"),
    _hash("hash"),
    PrimaryKeyConstraint("book_id", "loan_id", "number"),
    _belongs_to("loan", "book_id", "loan_id"),
    *_within("received_fen", "principal_fen", "interest_fen", "penalty_fen"),
    *_within("subrogated_fen", "costs_fen"),
    CheckConstraint("booked_on >= effective_on", name="booked_on"),
    comment="one immutable line of a loan",
)

closing = Table(
    "microloan_closing",
    metadata,
    _id("book_id"),
    _count("half_year"),
    _day("closed_on"),
    _count("loans"),
    _hash("anchor"),
    PrimaryKeyConstraint("book_id", "half_year"),
    _belongs_to("book", "book_id"),
    comment="a closed half-year, as year × 10 + half, with the anchor of all chains",
)

account = Table(
    "microloan_account",
    metadata,
    _id("book_id"),
    _count("half_year"),
    _id("loan_id"),
    _count("through"),
    _fen("opening_fen"),
    _fen("disbursed_fen"),
    _fen("due_principal_fen"),
    _fen("due_interest_fen"),
    _fen("repaid_principal_fen"),
    _fen("repaid_interest_fen"),
    _fen("repaid_charges_fen"),
    _fen("paid_by_fund_fen"),
    _fen("recovered_fen"),
    _fen("written_off_fen"),
    _fen("regained_fen"),
    _fen("adjustments_fen"),
    _fen("adjusted_interest_fen"),
    _fen("adjusted_charges_fen"),
    _fen("adjusted_due_fen"),
    _fen("closing_fen"),
    _fen("arrears_principal_fen"),
    _fen("arrears_interest_fen"),
    _fen("charges_fen"),
    _fen("unbilled_fen"),
    _fen("subrogated_fen"),
    PrimaryKeyConstraint("book_id", "half_year", "loan_id"),
    _belongs_to("closing", "book_id", "half_year"),
    _belongs_to("loan", "book_id", "loan_id"),
    *_within("opening_fen", "closing_fen", "arrears_principal_fen", "arrears_interest_fen"),
    *_within("unbilled_fen", "subrogated_fen", "charges_fen", "written_off_fen"),
    CheckConstraint(
        "opening_fen + disbursed_fen - repaid_principal_fen - paid_by_fund_fen - recovered_fen"
        " - written_off_fen + adjustments_fen = closing_fen",
        name="identity",
    ),
    comment="one loan in one closed half-year 半年还款台账",
)
