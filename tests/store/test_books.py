"""One database, many books: nothing crosses them, and the tables say so in every key."""

from datetime import date

import pytest
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    create_engine,
    inspect,
    select,
)
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.schema import CreateTable

from histories import RULES, a_fund, a_loan, pays
from microloan import HalfYear, LeverageExceeded, NotFound, cny, pay_claim
from microloan.assignment import AssignedTo, Assignment
from microloan.store import UnitOfWork, create_all, install_guards, metadata, stamp_schema
from refusals import refused
from schemas import new_bare

OURS, THEIRS = "990101", "990102"
ALL_TABLES = sorted(metadata.tables.values(), key=lambda table: table.name)
TABLES = [table for table in ALL_TABLES if table.name != "microloan_schema"]
"""What a book is kept in: the version of the tables is one for all books."""
LONG = {
    "due_dates",
    "evidence",
    "groups",
    "misuse",
    "next_step",
    "note",
    "papers",
    "parts",
    "penalty",
    "reason",
    "remarks",
    "rule",
    "shares",
    "shares_rule",
    "terms",
    "upper",
    "visitors",
}
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


# --- nothing crosses books


@pytest.fixture
def two_books(database):
    """Two offices that use the same codes and contract numbers for other things."""
    for book, principal in ((OURS, 120_000), (THEIRS, 60_000)):
        database.keep(a_fund(principal), book=book)
        loan = a_loan(principal=cny(principal), disbursed_on=date(2009, 1, 15))
        database.admit(loan, under=RULES, book=book)
    return database


def test_the_same_identities_stand_for_different_things_in_two_books(two_books):
    assert two_books.loan(book=OURS).terms.principal == cny(120_000)
    assert two_books.loan(book=THEIRS).terms.principal == cny(60_000)
    assert two_books.fund(book=THEIRS) == a_fund(60_000)
    for book in (OURS, THEIRS):
        with two_books.work(book) as uow:
            assert (uow.loans.ids(), uow.funds.ids()) == (["HT-1"], ["F-01"])
            assert [loan.id for loan in uow.loans.all()] == ["HT-1"]


def test_an_act_in_one_book_leaves_every_row_of_the_other_as_it_was(two_books):
    def rows_of(book):
        return {
            table: two_books.sql(f"SELECT * FROM {table} WHERE book_id = ?", book)
            for table in two_books.tables()
            if table != "microloan_schema"
        }

    theirs = rows_of(THEIRS)
    fund, loan = two_books.fund(), two_books.loan()
    fund, loan = pay_claim(
        fund, pays(loan, (1, date(2009, 2, 15))), on=date(2009, 9, 1), ref="代偿1"
    )
    two_books.keep(fund.deposit(cny(1_000_000), on=date(2009, 9, 1), ref="财预2"), loan)
    two_books.admit(a_loan("HT-2"), under=RULES)
    with two_books.work() as uow:
        uow.close(HalfYear(2009, 1), on=date(2009, 7, 1))
        uow.reopen(HalfYear(2009, 1), on=date(2009, 7, 2), reason="漏记一笔还款")
        officer = {"what": AssignedTo.OFFICER, "value": "李四", "on": date(2009, 2, 1)}
        uow.assignments.record(Assignment(loan_id="HT-1", **officer, ref="管1"))
        uow.close(HalfYear(2009, 1), on=date(2009, 7, 3))
        uow.commit()
    assert rows_of(THEIRS) == theirs
    written = {table for table, rows in rows_of(OURS).items() if rows}
    of_others = {f"microloan_{name}" for name in ("contact", "visit")}
    requests = {name for name in theirs if name.startswith("microloan_request")}
    assert written == theirs.keys() - of_others - requests


def test_each_book_has_its_own_cap_and_leverage(two_books):
    day = date(2009, 6, 1)
    for book, limit in ((OURS, 600_000), (THEIRS, 300_000)):
        with two_books.work(book) as uow:
            leverage = uow.leverage("F-01", under=RULES, as_of=day)
        assert leverage.limit == cny(limit)
        assert leverage.exposure == cny(limit // 5)
    with two_books.refuses(
        LeverageExceeded,
        "fund.leverage_exceeded",
        value=cny(360_000),
        limit=cny(300_000),
        book=THEIRS,
    ) as uow:
        uow.admit(a_loan("HT-2", principal=cny(300_000)), under=RULES, on=date(2024, 1, 15))


def test_each_book_is_closed_on_its_own(two_books):
    half = HalfYear(2009, 1)
    with two_books.work(OURS) as uow:
        uow.close(half, on=date(2009, 7, 1))
        uow.commit()
    with two_books.work(THEIRS) as uow:
        assert uow.half_years.closed() == ()
        with refused(
            NotFound,
            "store.not_found",
            value="2009H1",
            limit=f"a closed half-year of book {THEIRS}",
        ):
            uow.half_years.get(half)
    with two_books.work(THEIRS) as uow:
        uow.close(half, on=date(2009, 7, 2))
        uow.commit()
    for book, principal in ((OURS, cny(120_000)), (THEIRS, cny(60_000))):
        with two_books.work(book) as uow:
            [line] = uow.half_years.get(half).lines
            assert line.account.disbursed == principal
            totals = uow.half_years.closing(half).totals
            assert (totals.loans, totals.disbursed) == (1, principal)
            assert uow.half_years.closed() == (half,)


def test_a_loan_read_from_one_book_starts_anew_in_another(two_books):
    two_books.keep(a_loan("HT-2", guarantee=None), book=OURS)
    two_books.keep(two_books.loan("HT-2", book=OURS), book=THEIRS)
    hashes = two_books.sql("SELECT genesis FROM microloan_loan WHERE loan_id = 'HT-2'")
    assert len(set(hashes)) == 2


def test_a_file_under_a_path_in_chinese_is_a_book_like_any_other(tmp_path):
    folder = tmp_path / "双辽市小额贷款担保中心"
    folder.mkdir()
    path = folder / "台账 2024.db"
    engine = create_engine(f"sqlite:///{path}")
    create_all(engine)
    with UnitOfWork(engine, book="双辽") as uow:
        uow.save(a_fund())
        uow.commit()
    engine.dispose()
    again = create_engine(f"sqlite:///{path}")
    with UnitOfWork(again, book="双辽") as uow:
        assert uow.funds.get("F-01") == a_fund()
    again.dispose()
    assert path.stat().st_size


# --- the tables


def test_creating_the_tables_again_is_harmless(database):
    database.keep(a_fund())
    with database.untouched():
        create_all(database.engine)
        with database.engine.begin() as connection:
            create_all(connection)


def test_creating_the_tables_touches_nothing_of_the_hosts(database):
    database.sql("CREATE TABLE host_note (id INTEGER PRIMARY KEY)")
    create_all(database.engine)
    ours = [table.name for table in ALL_TABLES]
    assert database.tables() == ["host_note", *ours]


def test_a_host_may_keep_our_tables_in_its_own_metadata(tmp_path, backend):
    theirs = MetaData()
    for table in metadata.sorted_tables:
        table.to_metadata(theirs)
    bare = new_bare(backend, tmp_path, 1)
    with bare.engine.begin() as connection:
        theirs.create_all(connection)
        install_guards(connection)
        stamp_schema(connection)
    with UnitOfWork(bare.engine, book=OURS) as uow:
        uow.save(a_fund())
        assert uow.funds.get("F-01") == a_fund()
    bare.dispose()


@each_table
def test_a_table_bears_our_prefix_and_says_what_it_is(table):
    assert table.name.startswith("microloan_")
    assert table.comment


@each_table
def test_the_book_comes_first_in_every_key(table):
    keys = [one for one in table.constraints if not isinstance(one, CheckConstraint)]
    assert table.primary_key in keys
    for key in [*keys, *table.indexes]:
        first, *_ = key.columns
        assert first.name == "book_id", key
    for key in table.foreign_key_constraints:
        first, *_ = key.elements
        assert first.column.name == "book_id"
        assert key.ondelete == "RESTRICT"


@each_table
def test_every_table_but_the_book_itself_hangs_on_the_book(table):
    def leads_to_the_book(one):
        parents = [key.referred_table for key in one.foreign_key_constraints]
        return one.name == "microloan_book" or any(map(leads_to_the_book, parents))

    assert leads_to_the_book(table)


@each_table
def test_every_constraint_and_index_has_a_name_of_its_own_table(table):
    for one in [*table.constraints, *table.indexes]:
        prefix = {
            PrimaryKeyConstraint: "pk",
            ForeignKeyConstraint: "fk",
            CheckConstraint: "ck",
            UniqueConstraint: "uq",
        }.get(type(one), "ix")
        assert one.name, one
        assert str(one.name).startswith(f"{prefix}_{table.name}")


@pytest.mark.parametrize("dialect", [sqlite, postgresql, mysql], ids=lambda module: module.__name__)
def test_every_name_in_the_schema_is_unique_and_short_enough(dialect):
    names = []
    for table in TABLES:
        CreateTable(table).compile(dialect=dialect.dialect())
        names += [str(one.name) for one in [*table.constraints, *table.indexes]]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 63


NOT_ASKED = {"monthly_turnover_fen", "stock_fen"}
"""Figures of a business that a visit need not have asked for; nothing is another answer."""


@each_table
def test_amounts_are_whole_fen_and_days_are_days(table):
    for column in table.columns:
        if column.name.endswith("_fen"):
            assert isinstance(column.type, BigInteger)
            assert column.nullable is (column.name in NOT_ASKED)
        if column.name.endswith("_on") or column.name == "closed_through":
            assert isinstance(column.type, Date)
        if isinstance(column.type, Text):
            assert column.name in LONG
        elif isinstance(column.type, String):
            assert column.type.length


def test_the_database_has_just_the_constraints_of_the_tables(database):
    schema = inspect(database.engine)
    for table in TABLES:
        checks = {check["name"] for check in schema.get_check_constraints(table.name)}
        assert checks == {
            str(one.name) for one in table.constraints if isinstance(one, CheckConstraint)
        }
        assert schema.get_pk_constraint(table.name)["name"] == f"pk_{table.name}"


def test_the_tables_of_a_book_are_read_by_queries_of_the_host(database):
    database.keep(a_fund(), a_loan(guarantee=None))
    loan = metadata.tables["microloan_loan"]
    with database.engine.connect() as connection:
        query = select(loan.c.loan_id, loan.c.principal_fen).where(loan.c.book_id == OURS)
        assert connection.execute(query).all() == [("HT-1", 12_000_000)]


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE microloan_fund SET balance_fen = -1",
        "UPDATE microloan_fund SET exposure_fen = -1",
        "UPDATE microloan_fund SET covered_fen = 1000000000000001",
        "UPDATE microloan_fund_entry SET amount_fen = -1",
        "UPDATE microloan_fund_entry SET booked_on = '2008-12-31'",
        "UPDATE microloan_fund_day SET balance_fen = 1000000000000001",
        "UPDATE microloan_loan SET principal_fen = -1",
        "UPDATE microloan_loan SET signed_on = '2024-01-16'",
        "UPDATE microloan_loan_entry SET received_fen = -1",
        "UPDATE microloan_loan_entry SET booked_on = '2024-01-14'",
        "UPDATE microloan_loan SET book_id = NULL",
        "INSERT INTO microloan_loan SELECT * FROM microloan_loan",
        "INSERT INTO microloan_loan_entry SELECT * FROM microloan_loan_entry",
        "INSERT INTO microloan_fund_entry SELECT * FROM microloan_fund_entry",
    ],
)
def test_what_is_never_lawful_no_raw_statement_can_write(database, lie):
    database.keep(a_fund())
    database.admit(a_loan(), under=RULES)
    with database.untouched(), pytest.raises(database.driver.IntegrityError):
        database.tamper(lie)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM microloan_book",
        "DELETE FROM microloan_fund",
        "DELETE FROM microloan_loan",
        "UPDATE microloan_loan SET fund_id = 'F-02'",
        "UPDATE microloan_loan_entry SET book_id = '990102'",
    ],
)
def test_where_foreign_keys_are_on_nothing_is_left_hanging(database, statement):
    database.keep(a_fund())
    database.admit(a_loan(), under=RULES)
    database.disarm()
    with database.untouched(), pytest.raises(database.driver.IntegrityError, match=r"(?i)foreign"):
        database.with_keys(statement)
