"""The text of the guards, spelled out: what is refused of which row, for each kind of guard.

A guard is known by its text, so another text is another guard; the texts are written by hand from
the rules, and never made anew. No database is asked but one in memory.
"""

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.dialects import sqlite

from microloan import InvalidTerms, MicroloanError, StorageRefused
from microloan.store import guards_postgresql, guards_sqlite, install_guards, metadata
from microloan.store.guard_rules import MOVING, WRITTEN_ONCE, Event, Guard, Refusal
from microloan.store.guards import guards_for, remove_guards
from microloan.store.guards_postgresql import Trigger
from refusals import refused

ONCE = [table.name.removeprefix("microloan_") for table in WRITTEN_ONCE]
MOVES = [table.name.removeprefix("microloan_") for table in MOVING]


def plain(text):
    """The text with one space wherever there is any."""
    return " ".join(text.split())


# --- SQLite

SQLITE = {
    "loan_entry_insert": """
        CREATE TRIGGER microloan_guard_loan_entry_insert BEFORE INSERT ON microloan_loan_entry
        BEGIN
          SELECT RAISE(ABORT, 'ML002 microloan_loan_entry: a row with this key stands already')
            WHERE EXISTS (SELECT 1 FROM microloan_loan_entry one
                WHERE one.book_id = NEW.book_id AND one.loan_id = NEW.loan_id
                AND one.number = NEW.number)
            OR NEW.rowid <> -1;
          SELECT RAISE(ABORT, 'ML006 microloan_loan_entry: a cell is no whole number or no day')
            WHERE (typeof(NEW.number) <> 'integer')
            OR NEW.effective_on IS NOT date(NEW.effective_on, '+0 days')
            OR NEW.booked_on IS NOT date(NEW.booked_on, '+0 days')
            OR (typeof(NEW.received_fen) <> 'integer')
            OR (typeof(NEW.principal_fen) <> 'integer')
            OR (typeof(NEW.interest_fen) <> 'integer')
            OR (typeof(NEW.penalty_fen) <> 'integer')
            OR (typeof(NEW.subrogated_fen) <> 'integer')
            OR (typeof(NEW.costs_fen) <> 'integer')
            OR (typeof(NEW.undoes) <> 'integer')
            OR NEW.until_on IS NOT date(NEW.until_on, '+0 days');
          SELECT RAISE(ABORT,
              'ML003 microloan_loan_entry: it does not go on where the chain before it ends')
            WHERE NEW.previous IS NOT CASE WHEN NEW.number = 1
              THEN (SELECT one.genesis FROM microloan_loan one
                WHERE one.book_id = NEW.book_id AND one.loan_id = NEW.loan_id)
              ELSE (SELECT one.hash FROM microloan_loan_entry one
                WHERE one.book_id = NEW.book_id AND one.loan_id = NEW.loan_id
                AND one.number = NEW.number - 1) END;
          SELECT RAISE(ABORT, 'ML005 microloan_loan_entry: its day lies in a closed half-year')
            WHERE EXISTS (SELECT 1 FROM microloan_closing one
                WHERE one.book_id = NEW.book_id
                AND one.half_year >= CAST(substr(NEW.booked_on, 1, 4) AS INTEGER) * 10 + 1
                  + (substr(NEW.booked_on, 6, 2) > '06')
                AND NOT EXISTS (SELECT 1 FROM microloan_reopening two
                  WHERE two.book_id = one.book_id AND two.half_year = one.half_year
                  AND two.version = one.version));
        END""",
    "loan_entry_update": """
        CREATE TRIGGER microloan_guard_loan_entry_update BEFORE UPDATE ON microloan_loan_entry
        BEGIN
          SELECT RAISE(ABORT, 'ML001 microloan_loan_entry: written once, no UPDATE');
        END""",
    "register_insert": """
        CREATE TRIGGER microloan_guard_register_insert BEFORE INSERT ON microloan_register
        BEGIN
          SELECT RAISE(ABORT, 'ML002 microloan_register: a row with this key stands already')
            WHERE EXISTS (SELECT 1 FROM microloan_register one
                WHERE one.book_id = NEW.book_id AND one.number = NEW.number)
            OR EXISTS (SELECT 1 FROM microloan_register one
                WHERE one.book_id = NEW.book_id AND one.kind = NEW.kind
                AND one.of_id = NEW.of_id AND one.ref = NEW.ref)
            OR NEW.rowid <> -1;
          SELECT RAISE(ABORT, 'ML006 microloan_register: a cell is no whole number or no day')
            WHERE (typeof(NEW.number) <> 'integer');
          SELECT RAISE(ABORT,
              'ML003 microloan_register: it does not go on where the chain before it ends')
            WHERE NEW.previous IS NOT CASE WHEN NEW.number = 1 THEN ''
              ELSE (SELECT one.hash FROM microloan_register one
                WHERE one.book_id = NEW.book_id AND one.number = NEW.number - 1) END;
        END""",
    "reopening_insert": """
        CREATE TRIGGER microloan_guard_reopening_insert BEFORE INSERT ON microloan_reopening
        BEGIN
          SELECT RAISE(ABORT, 'ML002 microloan_reopening: a row with this key stands already')
            WHERE EXISTS (SELECT 1 FROM microloan_reopening one
                WHERE one.book_id = NEW.book_id AND one.half_year = NEW.half_year
                AND one.version = NEW.version)
            OR EXISTS (SELECT 1 FROM microloan_reopening one
                WHERE one.book_id = NEW.book_id AND one.number = NEW.number)
            OR NEW.rowid <> -1;
          SELECT RAISE(ABORT, 'ML006 microloan_reopening: a cell is no whole number or no day')
            WHERE (typeof(NEW.half_year) <> 'integer')
            OR (typeof(NEW.version) <> 'integer')
            OR (typeof(NEW.number) <> 'integer')
            OR NEW.reopened_on IS NOT date(NEW.reopened_on, '+0 days');
          SELECT RAISE(ABORT, 'ML003 microloan_reopening: not the next act of its book')
            WHERE NEW.number IS NOT (SELECT one.acts + 1 FROM microloan_book one
                WHERE one.book_id = NEW.book_id);
        END""",
    "visit_insert": """
        CREATE TRIGGER microloan_guard_visit_insert BEFORE INSERT ON microloan_visit
        BEGIN
          SELECT RAISE(ABORT, 'ML002 microloan_visit: a row with this key stands already')
            WHERE EXISTS (SELECT 1 FROM microloan_visit one
                WHERE one.book_id = NEW.book_id AND one.loan_id = NEW.loan_id
                AND one.ref = NEW.ref)
            OR NEW.rowid <> -1;
          SELECT RAISE(ABORT, 'ML006 microloan_visit: a cell is no whole number or no day')
            WHERE NEW.visited_on IS NOT date(NEW.visited_on, '+0 days')
            OR NEW.booked_on IS NOT date(NEW.booked_on, '+0 days')
            OR (typeof(NEW.on_site) <> 'integer')
            OR (typeof(NEW.monthly_turnover_fen) <> 'integer'
              AND NEW.monthly_turnover_fen IS NOT NULL)
            OR (typeof(NEW.staff) <> 'integer' AND NEW.staff IS NOT NULL)
            OR (typeof(NEW.jobs) <> 'integer' AND NEW.jobs IS NOT NULL)
            OR (typeof(NEW.stock_fen) <> 'integer' AND NEW.stock_fen IS NOT NULL)
            OR (typeof(NEW.watch) <> 'integer');
          SELECT RAISE(ABORT, 'ML005 microloan_visit: its day lies in a closed half-year')
            WHERE EXISTS (SELECT 1 FROM microloan_closing one
                WHERE one.book_id = NEW.book_id
                AND one.half_year >= CAST(substr(NEW.booked_on, 1, 4) AS INTEGER) * 10 + 1
                  + (substr(NEW.booked_on, 6, 2) > '06')
                AND NOT EXISTS (SELECT 1 FROM microloan_reopening two
                  WHERE two.book_id = one.book_id AND two.half_year = one.half_year
                  AND two.version = one.version));
        END""",
    "fund_identity": """
        CREATE TRIGGER microloan_guard_fund_identity
        BEFORE UPDATE OF book_id, fund_id, name, genesis ON microloan_fund
        BEGIN
          SELECT RAISE(ABORT, 'ML004 microloan_fund: what a row is about never changes');
        END""",
    "fund_update": """
        CREATE TRIGGER microloan_guard_fund_update BEFORE UPDATE ON microloan_fund
        BEGIN
          SELECT RAISE(ABORT, 'ML004 microloan_fund: a row keeps its place')
            WHERE NEW.rowid <> OLD.rowid;
          SELECT RAISE(ABORT, 'ML006 microloan_fund: a cell is no whole number or no day')
            WHERE (typeof(NEW.balance_fen) <> 'integer')
            OR (typeof(NEW.exposure_fen) <> 'integer')
            OR (typeof(NEW.covered_fen) <> 'integer')
            OR (typeof(NEW.entries) <> 'integer');
        END""",
    "fund_head": """
        CREATE TRIGGER microloan_guard_fund_head
        BEFORE UPDATE OF entries, head ON microloan_fund
        BEGIN
          SELECT RAISE(ABORT, 'ML004 microloan_fund: the head moves on to an entry that is there')
            WHERE NOT (NEW.entries = OLD.entries AND NEW.head = OLD.head)
            AND (NEW.entries <= OLD.entries
              OR NEW.head IS NOT (SELECT one.hash FROM microloan_fund_entry one
                WHERE one.book_id = NEW.book_id AND one.fund_id = NEW.fund_id
                AND one.number = NEW.entries));
        END""",
    "fund_day_insert": """
        CREATE TRIGGER microloan_guard_fund_day_insert BEFORE INSERT ON microloan_fund_day
        BEGIN
          SELECT RAISE(ABORT, 'ML006 microloan_fund_day: a cell is no whole number or no day')
            WHERE NEW.effective_on IS NOT date(NEW.effective_on, '+0 days')
            OR (typeof(NEW.balance_fen) <> 'integer')
            OR (typeof(NEW.exposure_fen) <> 'integer')
            OR (typeof(NEW.covered_fen) <> 'integer')
            OR (typeof(NEW.committed_fen) <> 'integer');
        END""",
    "book_insert": """
        CREATE TRIGGER microloan_guard_book_insert BEFORE INSERT ON microloan_book
        BEGIN
          SELECT RAISE(ABORT, 'ML002 microloan_book: a row with this key stands already')
            WHERE EXISTS (SELECT 1 FROM microloan_book one WHERE one.book_id = NEW.book_id)
            OR NEW.rowid <> -1;
          SELECT RAISE(ABORT, 'ML006 microloan_book: a cell is no whole number or no day')
            WHERE (typeof(NEW.acts) <> 'integer') OR (typeof(NEW.records) <> 'integer');
        END""",
    "book_acts": """
        CREATE TRIGGER microloan_guard_book_acts
        BEFORE UPDATE OF acts, last_act ON microloan_book
        BEGIN
          SELECT RAISE(ABORT, 'ML004 microloan_book: its acts move on by one that is there')
            WHERE NOT (NEW.acts = OLD.acts AND NEW.last_act = OLD.last_act)
            AND (NEW.acts <> OLD.acts + 1
              OR NOT (EXISTS (SELECT 1 FROM microloan_closing one
                  WHERE one.book_id = NEW.book_id AND one.number = NEW.acts)
                OR EXISTS (SELECT 1 FROM microloan_reopening one
                  WHERE one.book_id = NEW.book_id AND one.number = NEW.acts)));
        END""",
    "book_records": """
        CREATE TRIGGER microloan_guard_book_records
        BEFORE UPDATE OF records, last_record ON microloan_book
        BEGIN
          SELECT RAISE(ABORT, 'ML004 microloan_book: its records move on to one that is there')
            WHERE NOT (NEW.records = OLD.records AND NEW.last_record = OLD.last_record)
            AND (NEW.records <= OLD.records
              OR NEW.last_record IS NOT (SELECT one.hash FROM microloan_register one
                WHERE one.book_id = NEW.book_id AND one.number = NEW.records));
        END""",
}


@pytest.fixture(scope="module")
def memory():
    """An engine on a database in memory that has our tables, and no guard."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def connection():
    """A connection to a database of its own, as that of ``memory``."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def of_sqlite(memory):
    with memory.connect() as connection:
        return guards_sqlite.expected(connection)


@pytest.mark.parametrize("name", SQLITE)
def test_a_guard_of_sqlite_is_spelled_out(of_sqlite, name):
    assert plain(of_sqlite[f"microloan_guard_{name}"]) == plain(SQLITE[name])


def test_sqlite_has_a_guard_for_whatever_is_done_to_a_table(of_sqlite):
    once = [f"{table}_{event}" for table in ONCE for event in ("insert", "update", "delete")]
    ends = ("identity", "delete", "insert", "update")
    moves = [f"{table}_{end}" for table in MOVES for end in ends]
    heads = ["fund_head", "loan_head", "book_acts", "book_records"]
    assert sorted(of_sqlite) == sorted(f"microloan_guard_{one}" for one in once + moves + heads)


def test_a_row_of_days_is_written_anew_and_every_other_row_but_once(of_sqlite):
    inserted = {name for name in of_sqlite if name.endswith("_insert")}
    may = {name for name in inserted if "ML002" not in of_sqlite[name]}
    assert may == {"microloan_guard_fund_day_insert"}


def test_sqlite_guards_only_the_tables_that_are_there():
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        assert guards_sqlite.expected(connection) == {}
        metadata.tables["microloan_book"].create(connection)
        assert {name.split("_")[2] for name in guards_sqlite.expected(connection)} == {"book"}
    engine.dispose()


FOREIGN = "CREATE TRIGGER a_hosts_own BEFORE DELETE ON microloan_book BEGIN SELECT 1; END"


def test_installing_writes_what_differs_and_leaves_the_hosts_own_triggers(connection, of_sqlite):
    connection.exec_driver_sql(FOREIGN)
    guards_sqlite.install(connection)
    assert guards_sqlite.installed(connection) == of_sqlite

    name = "microloan_guard_loan_delete"
    connection.exec_driver_sql(f"DROP TRIGGER {name}")
    connection.exec_driver_sql("DROP TRIGGER microloan_guard_visit_update")
    for changed in (name, "microloan_guard_of_another_version"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {changed} BEFORE DELETE ON microloan_loan BEGIN SELECT 1; END"
        )
    guards_sqlite.install(connection)
    assert guards_sqlite.installed(connection) == of_sqlite

    statements = []
    event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
    guards_sqlite.install(connection)
    assert not [one for one in statements if one.startswith(("CREATE", "DROP"))]

    guards_sqlite.remove(connection)
    query = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
    assert connection.exec_driver_sql(query).all() == [(FOREIGN,)]


def test_a_table_of_texts_needs_no_guard_of_their_shape():
    book = metadata.tables["microloan_book"]
    assert guards_sqlite._shape(book, [book.c.book_id, book.c.last_act]) == ()


# --- PostgreSQL, without a server

POSTGRESQL = {
    "loan_entry.loan_entry_insert": """
        type 7 of () enabled A search_path=pg_catalog, pg_temp
        BEGIN
          IF (NEW.previous IS DISTINCT FROM CASE WHEN NEW.number = 1
              THEN (SELECT one.genesis FROM books.microloan_loan one
                WHERE one.book_id = NEW.book_id AND one.loan_id = NEW.loan_id)
              ELSE (SELECT one.hash FROM books.microloan_loan_entry one
                WHERE one.book_id = NEW.book_id AND one.loan_id = NEW.loan_id
                AND one.number = NEW.number - 1) END) THEN
            RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE =
              'ML003 microloan_loan_entry: it does not go on where the chain before it ends';
          END IF;
          IF (EXISTS (SELECT 1 FROM books.microloan_closing one
              WHERE one.book_id = NEW.book_id
              AND one.half_year >= CAST(extract(year FROM NEW.booked_on) * 10
                + CASE WHEN extract(month FROM NEW.booked_on) > 6 THEN 2 ELSE 1 END AS integer)
              AND NOT EXISTS (SELECT 1 FROM books.microloan_reopening two
                WHERE two.book_id = one.book_id AND two.half_year = one.half_year
                AND two.version = one.version))) THEN
            RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE =
              'ML005 microloan_loan_entry: its day lies in a closed half-year';
          END IF;
          RETURN NEW;
        END""",
    "visit.visit_delete": """
        type 11 of () enabled A search_path=pg_catalog, pg_temp
        BEGIN
          RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE =
            'ML001 microloan_visit: written once, no DELETE';
          RETURN OLD;
        END""",
    "visit.visit_update": """
        type 19 of () enabled A search_path=pg_catalog, pg_temp
        BEGIN
          RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE =
            'ML001 microloan_visit: written once, no UPDATE';
          RETURN NEW;
        END""",
    "visit.visit_truncate": """
        type 34 of () enabled A search_path=pg_catalog, pg_temp
        BEGIN
          RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE =
            'ML001 microloan_visit: written once, no TRUNCATE';
        END""",
    "loan.loan_head": """
        type 19 of (entries, head) enabled A search_path=pg_catalog, pg_temp
        BEGIN
          IF (NOT (NEW.entries = OLD.entries AND NEW.head = OLD.head)
              AND (NEW.entries <= OLD.entries
                OR NEW.head IS DISTINCT FROM (SELECT one.hash FROM books.microloan_loan_entry one
                  WHERE one.book_id = NEW.book_id AND one.loan_id = NEW.loan_id
                  AND one.number = NEW.entries))) THEN
            RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE =
              'ML004 microloan_loan: the head moves on to an entry that is there';
          END IF;
          RETURN NEW;
        END""",
}


class Rows(list):
    """An answer of a server."""

    def one(self):
        [only] = self
        return only

    def all(self):
        return list(self)


class Server:
    """A server that answers what it is made to, and writes down what it is told to do."""

    def __init__(self, partitions=(), schema="books"):
        self.there = {table.name: [] for table in metadata.tables.values()}
        self.there["microloan_visit"] = list(partitions)
        self.schema, self.done, self.stands = schema, [], []

    def scalar(self, query):
        assert "to_regclass('microloan_book')" in str(query)
        return self.schema

    def scalars(self, query, given=None):
        text = plain(str(query))
        if text == "SELECT quote_ident(current_schema())":
            return Rows(["current"])
        assert given == {"schema": self.schema or "current", "prefix": "microloan_guard_"}
        return Rows(["drop triggers" if "pg_trigger" in text else "drop functions"])

    def execute(self, query, given):
        schema = self.schema or "current"
        if "pg_trigger" in str(query):
            assert given == {"schema": schema, "prefix": "microloan_guard_"}
            return Rows(self.stands)
        assert "pg_partition_tree" in str(query)
        assert given["schema"] == schema
        return Rows((name, self.there[name]) for name in given["names"] if name in self.there)

    def exec_driver_sql(self, statement, execution_options):
        assert execution_options == {"no_parameters": True}
        self.done.append(plain(statement))


@pytest.mark.parametrize("place", POSTGRESQL)
def test_a_guard_of_postgresql_is_spelled_out(place):
    table, name = place.split(".")
    said = guards_postgresql.expected(Server())[f"microloan_{table}.microloan_guard_{name}"]
    assert plain(said) == plain(POSTGRESQL[place])


def test_postgresql_has_a_guard_for_whatever_is_done_to_a_table():
    there = guards_postgresql.expected(Server(partitions=["visit_p0"]))
    never = ("update", "delete", "truncate")
    chained = ("fund_entry", "loan_entry", "register", "closing", "reopening")
    dated = ("assignment", "visit", "contact")
    known = [(table, f"{table}_{event}") for table in ONCE for event in never]
    known += [(table, f"{table}_insert") for table in chained + dated]
    known += [(table, f"{table}_{end}") for table in MOVES for end in ("identity", *never[1:])]
    known += [("fund", "fund_head"), ("loan", "loan_head")]
    known += [("book", "book_acts"), ("book", "book_records")]
    named = {f"microloan_{table}.microloan_guard_{name}" for table, name in known}
    split = {f"visit_p0.microloan_guard_visit_{event}" for event in (*never, "insert")}
    assert set(there) == named | split


def test_postgresql_guards_only_the_tables_that_are_there():
    server = Server()
    del server.there["microloan_visit"]
    there = guards_postgresql.expected(server)
    assert there
    assert not [key for key in there if "visit" in key]


def test_the_schema_is_the_one_of_the_book_or_else_the_current_one():
    there = guards_postgresql.expected(Server(schema=None))
    assert "FROM current.microloan_loan one" in there["microloan_loan_entry." + ENTRY]


ENTRY = "microloan_guard_loan_entry_insert"
VISIT = "microloan_guard_visit"


def test_guards_are_installed_function_first_then_trigger_then_for_every_session():
    server = Server(partitions=['visit"p0'])
    guards_postgresql.install(server)
    done = server.done
    assert done[:2] == ["drop triggers", "drop functions"]

    body = plain(POSTGRESQL["visit.visit_delete"]).partition("pg_temp ")[2]
    function = done.index(
        f"CREATE OR REPLACE FUNCTION books.{VISIT}_delete() RETURNS trigger LANGUAGE plpgsql"
        f" SET search_path = pg_catalog, pg_temp AS $guard$ {body} $guard$"
    )
    trigger = done.index(
        f'CREATE TRIGGER {VISIT}_delete BEFORE DELETE ON books."microloan_visit"'
        f" FOR EACH ROW EXECUTE FUNCTION books.{VISIT}_delete()"
    )
    always = f"ALTER TABLE books.{{}} ENABLE ALWAYS TRIGGER {VISIT}_delete"
    enabled = [done.index(always.format(one)) for one in ('"microloan_visit"', '"visit""p0"')]
    assert function < trigger < min(enabled)


def test_a_partition_has_its_own_trigger_for_truncate_only():
    server = Server(partitions=["visit_p0"])
    guards_postgresql.install(server)
    made = [one for one in server.done if one.startswith("CREATE TRIGGER") and "visit_p0" in one]
    wanted = (
        f'CREATE TRIGGER {VISIT}_truncate BEFORE TRUNCATE ON books."visit_p0"'
        f" FOR EACH STATEMENT EXECUTE FUNCTION books.{VISIT}_truncate()"
    )
    assert made == [wanted]


def test_a_trigger_of_columns_names_them():
    server = Server()
    guards_postgresql.install(server)
    assert (
        'CREATE TRIGGER microloan_guard_loan_head BEFORE UPDATE OF "entries", "head"'
        ' ON books."microloan_loan" FOR EACH ROW'
        " EXECUTE FUNCTION books.microloan_guard_loan_head()"
    ) in server.done


def standing(server):
    """The rows a server has of guards that are as they should be."""
    bits = {"INSERT": 7, "DELETE": 11, "UPDATE": 19, "TRUNCATE": 34}
    return [
        (
            one.key,
            bits[one.guard.event.value],
            "A",
            guards_postgresql._body(one.guard),
            "search_path=pg_catalog, pg_temp",
            list(one.guard.columns),
        )
        for one in guards_postgresql._triggers(server, "books")
    ]


def test_guards_that_stand_as_they_should_are_left_alone():
    server = Server(partitions=["visit_p0"])
    server.stands = standing(server)
    assert guards_postgresql.installed(server) == guards_postgresql.expected(server)
    guards_postgresql.install(server)
    assert server.done == []


def test_a_guard_that_is_not_in_our_language_says_nothing():
    server = Server()
    server.stands = [("microloan_loan.microloan_guard_x", 19, "O", None, "", ["head", "entries"])]
    assert guards_postgresql.installed(server) == {
        "microloan_loan.microloan_guard_x": "type 19 of (head, entries) enabled O \n"
    }


@pytest.mark.parametrize(
    ("place", "other"),
    [(0, "x.y"), (1, 23), (2, "O"), (3, "else"), (3, None), (4, ""), (5, ["ref"])],
)
def test_one_guard_that_stands_otherwise_has_all_of_them_made_anew(place, other):
    server = Server()
    rows = standing(server)
    changed = list(rows[0])
    changed[place] = other
    server.stands = [tuple(changed), *rows[1:]]
    guards_postgresql.install(server)
    assert server.done[0] == "drop triggers"


def test_a_trigger_is_brought_along_by_its_parent_but_for_truncate():
    visit = metadata.tables["microloan_visit"]
    row, whole = (Guard(visit, event, (Refusal("no"),)) for event in (Event.DELETE, Event.TRUNCATE))
    brought = [
        Trigger("visit_p0", guard, is_partition=split).made_by_parent
        for guard in (row, whole)
        for split in (True, False)
    ]
    assert brought == [True, False, False, False]


# --- the door


@pytest.mark.parametrize("touch", [install_guards, remove_guards])
@pytest.mark.parametrize(("bind", "kind"), [(None, "NoneType"), ("sqlite://", "str")])
def test_guards_are_in_an_engine_or_a_connection(touch, bind, kind):
    limit = "an Engine or a Connection"
    says = f"what guards are in must be {limit}, got {kind}"
    with refused(InvalidTerms, "terms.invalid", value=kind, limit=limit, says=says) as caught:
        touch(bind)
    assert caught.value.zh == f"防护所在连接应为 {limit}，实为 {kind}"


def test_an_engine_is_committed_and_a_connection_is_left_to_its_owner(tmp_path, of_sqlite):
    engine = create_engine(f"sqlite:///{tmp_path / 'book.db'}")
    metadata.create_all(engine)

    def there():
        with engine.connect() as connection:
            return guards_sqlite.installed(connection)

    for touch, before, after in ((install_guards, {}, of_sqlite), (remove_guards, of_sqlite, {})):
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            touch(connection)
            assert guards_sqlite.installed(connection) == after
            connection.rollback()
        assert there() == before
        touch(engine)
        assert there() == after
    engine.dispose()


@pytest.mark.parametrize(
    ("name", "module"), [("sqlite", guards_sqlite), ("postgresql", guards_postgresql)]
)
def test_each_database_has_guards_of_its_own(memory, name, module):
    with memory.connect() as connection:
        connection.dialect = sqlite.dialect()
        connection.dialect.name = name
        assert guards_for(connection) is module


def test_a_database_without_guards_of_its_own_is_refused_by_its_name(memory):
    with memory.connect() as connection:
        connection.dialect = sqlite.dialect()
        connection.dialect.name = "oracle"
        with refused(
            StorageRefused,
            "store.storage_refused",
            value="oracle",
            limit=("sqlite", "postgresql"),
            says="no guards are written for oracle; keep the book in SQLite or PostgreSQL",
        ) as caught:
            guards_for(connection)
    assert caught.value.zh == "未提供 oracle 的数据库保护，台账应使用 SQLite 或 PostgreSQL"


@pytest.mark.parametrize(
    ("before", "touch"),
    [(guards_sqlite.remove, install_guards), (guards_sqlite.install, remove_guards)],
)
def test_what_the_database_refuses_of_a_guard_is_one_of_the_librarys(connection, before, touch):
    before(connection)
    connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(MicroloanError):
        touch(connection)


def test_guards_are_not_installed_where_our_tables_are_mapped_elsewhere(connection):
    mapped = connection.execution_options(schema_translate_map={None: "elsewhere"})
    with pytest.raises(InvalidTerms) as caught:
        install_guards(mapped)
    assert caught.value.value == "elsewhere"
    assert guards_sqlite.installed(connection) == {}
