"""Tables split by book on PostgreSQL: each book in one part, each question in one part."""

import json
import re
from collections import Counter

import pytest
import sqlalchemy as sa

from busy_book import H1, read_busy_book, write_busy_book
from histories import a_loan
from microloan import InvalidTerms, SchemaMismatch
from microloan.store import SCHEMA_VERSION, UnitOfWork, create_all, doctor, metadata
from microloan.store.migrations import include_name, migrate
from microloan.store.partitions import whole_among_split
from microloan.store.schema_version import UNLIKE
from refusals import refused
from schemas import new_bare, shape

PARTS = 4
BOOKS = tuple(f"9901{number:02}" for number in range(1, 13))
SPLIT = sorted(name for name, table in metadata.tables.items() if "book_id" in table.c)
PART = re.compile(r"(microloan_\w+)_p(\d+)")
OURS = re.compile(r"\bmicroloan_(?!schema\b|guard)\w+")
THE_BOOK = re.compile(r"\bbook_id\b")
ON_POSTGRESQL = pytest.mark.only("postgresql", "SQLite has no partitions")


@pytest.fixture(scope="session", params=("sqlite", "postgresql"))
def backend(request):
    """Which database a test runs on; which tables are split, each test here says itself."""
    return request.param


@pytest.fixture
def bare(tmp_path, backend):
    """A database without tables."""
    bare = new_bare(backend, tmp_path, 1)
    yield bare
    bare.dispose()


@pytest.fixture
def split(bare):
    """A database whose tables are split into four parts."""
    create_all(bare.engine, partitions=PARTS)
    return bare


def parts_of(bare):
    """How many parts each table has."""
    names = sa.inspect(bare.engine).get_table_names()
    return Counter(found[1] for name in names if (found := PART.fullmatch(name)))


@ON_POSTGRESQL
def test_every_table_of_a_book_is_split_and_the_version_is_not(split):
    assert parts_of(split) == dict.fromkeys(SPLIT, PARTS)
    assert set(metadata.tables) - set(SPLIT) == {"microloan_schema"}


@ON_POSTGRESQL
def test_split_tables_have_the_keys_and_checks_of_whole_ones(split, tmp_path):
    whole = new_bare("postgresql", tmp_path, 2)
    create_all(whole.engine)

    found, expected = shape(split.engine), shape(whole.engine)

    whole.dispose()
    names = {(None, name) for name in metadata.tables}
    for name, keys in found["foreign keys"].items():  # PostgreSQL lists the parts referred to too
        found["foreign keys"][name] = [
            one for one in keys if one["referred_table"] in metadata.tables
        ]
    for what in ("columns", "primary keys", "foreign keys", "unique", "checks", "comments"):
        assert {name: found[what][name] for name in names} == expected[what], what
    assert set(expected["guards"]) <= set(found["guards"])


@ON_POSTGRESQL
def test_a_book_lies_in_one_part_of_each_table_and_books_in_several(split):
    with split.engine.begin() as connection:
        for book in BOOKS:
            with UnitOfWork(connection, book=book) as uow:
                uow.save(a_loan(guarantee=None))
                uow.commit()

    for table in ("microloan_book", "microloan_loan", "microloan_loan_entry"):
        words = f"SELECT DISTINCT book_id, tableoid::regclass::text FROM {table}"
        places = dict(split.sql(words))
        assert len(split.sql(words)) == len(places) == len(BOOKS)
        assert len(set(places.values())) > 1


@ON_POSTGRESQL
def test_a_busy_book_is_written_read_and_sound_in_parts(split):
    def work():
        return UnitOfWork(split.engine, book="990101")

    write_busy_book(work)

    answers = read_busy_book(work)
    assert [loan.id for loan in answers[0]] == ["HT-1", "HT-2", "HT-3"]
    with work() as uow:
        assert uow.half_years.verify(H1) == ()
        assert uow.verify() == ()


@ON_POSTGRESQL
def test_split_tables_are_made_once(split):
    before = shape(split.engine)

    create_all(split.engine, partitions=PARTS)
    create_all(split.engine)
    migrate(split.engine)

    assert shape(split.engine) == before


@ON_POSTGRESQL
def test_tables_that_are_split_otherwise_are_left_alone(split):
    with refused(InvalidTerms, "terms.invalid", value=8, limit=PARTS):
        create_all(split.engine, partitions=8)

    assert parts_of(split) == dict.fromkeys(SPLIT, PARTS)


@ON_POSTGRESQL
@pytest.mark.parametrize("lost", ["microloan_contact", "microloan_schema"])
def test_a_lost_table_of_split_ones_is_made_anew_as_they_are(split, lost):
    before, parts = shape(split.engine), parts_of(split)
    split.sql(f"DROP TABLE {lost}")

    if lost == "microloan_contact":
        create_all(split.engine)
        assert (shape(split.engine), parts_of(split)) == (before, parts)
    else:
        with refused(SchemaMismatch, "store.schema_mismatch", value=UNLIKE, limit=SCHEMA_VERSION):
            create_all(split.engine)


@ON_POSTGRESQL
def test_a_table_that_is_not_split_as_the_others_are_is_found(split):
    split.sql("DROP TABLE microloan_contact")
    metadata.tables["microloan_contact"].create(split.engine)

    with split.engine.connect() as connection:
        assert whole_among_split(connection) == ["microloan_contact"]
    found = [one.subject for one in doctor(split.engine) if one.code == "store.table_not_split"]
    assert found == ["microloan_contact"]


@ON_POSTGRESQL
def test_no_table_is_missed_among_split_ones_where_all_is_as_it_was_made(split, tmp_path):
    whole = new_bare("postgresql", tmp_path, 2)
    create_all(whole.engine)

    for each in (split, whole):
        with each.engine.connect() as connection:
            assert whole_among_split(connection) == []
    whole.dispose()


@ON_POSTGRESQL
def test_whole_tables_are_not_split_afterwards(bare):
    create_all(bare.engine)

    with refused(InvalidTerms, "terms.invalid", value=PARTS, limit=0):
        create_all(bare.engine, partitions=PARTS)

    assert parts_of(bare) == {}


@pytest.mark.only("sqlite", "PostgreSQL has partitions")
def test_tables_in_a_file_are_not_split(bare):
    with refused(InvalidTerms, "terms.invalid", value="sqlite", limit="postgresql"):
        create_all(bare.engine, partitions=PARTS)

    assert sa.inspect(bare.engine).get_table_names() == []


@ON_POSTGRESQL
def test_a_hosts_autogenerate_does_not_see_the_parts(split):
    names = sa.inspect(split.engine).get_table_names()

    assert [name for name in names if include_name(name, "table", {})] == []


# --- every statement names the book


def all_that_is_said(engine):
    """What the store says while a busy book is written and read, with its parameters."""
    statements = []

    def hear(*said):
        _, _, words, parameters, _, many = said
        if OURS.search(words):
            statements.append((words, parameters[0] if many else parameters))

    sa.event.listen(engine, "before_cursor_execute", hear)
    write_busy_book(lambda: UnitOfWork(engine, book="990101"))
    read_busy_book(lambda: UnitOfWork(engine, book="990101"))
    sa.event.remove(engine, "before_cursor_execute", hear)
    return statements


def without_a_book(statements):
    """The statements that name a table of ours and do not say which book."""
    return [words for words, _ in statements if not _names_the_book(words)]


def _names_the_book(words):
    if words.startswith("INSERT"):
        return "book_id" in words.split(" VALUES")[0]
    where = words.partition("WHERE")[2]
    return bool(THE_BOOK.search(where))


def test_every_statement_of_the_store_names_the_book(database):
    statements = all_that_is_said(database.engine)

    assert len(statements) > 100
    assert without_a_book(statements) == []


@pytest.mark.parametrize(
    "words",
    [
        "SELECT book_id FROM microloan_loan",
        "UPDATE microloan_loan SET head = 'x' WHERE loan_id = 'HT-1'",
        "INSERT INTO microloan_loan (loan_id) VALUES ('HT-1')",
    ],
)
def test_a_statement_that_does_not_name_the_book_is_found(words):
    assert without_a_book([(words, ())]) == [words]


@ON_POSTGRESQL
def test_every_question_of_the_store_reads_one_part_of_each_table(split):
    statements = all_that_is_said(split.engine)

    found = plans(split.engine, statements)
    assert len(found) > 50
    for words, parts in found:
        assert max(Counter(table for table, _ in parts).values(), default=1) == 1, (words, parts)


@ON_POSTGRESQL
def test_a_question_without_a_book_would_read_every_part(split):
    [(_, parts)] = plans(split.engine, [("SELECT loan_id FROM microloan_loan", {})])

    assert parts == {("microloan_loan", str(number)) for number in range(PARTS)}


def plans(engine, statements):
    """The parts of tables that each statement's plan reads; the same words are asked once."""
    asked = {words: given for words, given in statements if not words.startswith("INSERT")}
    found = []
    with engine.connect() as connection:
        for words, given in asked.items():
            told = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {words}", given).scalar()
            text = json.dumps(told)
            found.append((words, set(PART.findall(" ".join(_relations(text))))))
        connection.rollback()
    return found


def _relations(plan):
    return re.findall(r'"Relation Name": "(\w+)"', plan)
