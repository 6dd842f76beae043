"""The tables as a whole: made all or nothing, under a recorded version, the book first in keys."""

import pytest
import sqlalchemy as sa

from histories import a_loan
from microloan import AutocommitNotAllowed, InvalidTerms, RetryTransaction, SchemaMismatch
from microloan.store import (
    SCHEMA_VERSION,
    UnitOfWork,
    create_all,
    metadata,
    require_schema,
    stamp_schema,
)
from microloan.store.schema import NO_TABLES, NOT_RECORDED, recorded_version
from refusals import refused
from schemas import guards, new_bare, shape, write_first_book

OF_ALL_BOOKS = {"microloan_schema"}


@pytest.fixture
def bare(tmp_path, backend):
    """A database without tables."""
    bare = new_bare(backend, tmp_path, 1)
    yield bare
    bare.dispose()


def version(bare):
    with bare.engine.connect() as connection:
        return recorded_version(connection)


def mismatch(found):
    return refused(SchemaMismatch, "store.schema_mismatch", value=found, limit=SCHEMA_VERSION)


# --- the book comes first


def keys(look, names):
    """Every key and index of tables: what it is, its name, its columns."""
    for name in names:
        yield "primary key", name, look.get_pk_constraint(name)["constrained_columns"]
        for one in look.get_foreign_keys(name):
            yield "foreign key", one["name"], one["constrained_columns"]
            yield "referred key", one["name"], one["referred_columns"]
        for one in look.get_unique_constraints(name):
            yield "unique", one["name"], one["column_names"]
        for one in look.get_indexes(name):
            yield "index", one["name"], one["column_names"]


def test_the_book_comes_first_in_every_key_of_the_library():
    for table in metadata.tables.values():
        if table.name in OF_ALL_BOOKS:
            continue
        unique = [one for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
        listed = [table.primary_key, *table.foreign_key_constraints, *unique, *table.indexes]
        for one in listed:
            assert next(iter(one.columns)).name == "book_id", (table.name, one.name)
        for one in table.foreign_key_constraints:
            assert one.elements[0].column.name == "book_id", (table.name, one.name)
        assert next(iter(table.columns)).name == "book_id"
        assert not table.c.book_id.nullable


def test_the_book_comes_first_in_every_key_of_the_database(database):
    look = sa.inspect(database.engine)
    names = [name for name in metadata.tables if name not in OF_ALL_BOOKS]

    listed = list(keys(look, names))

    assert [one for one in listed if one[2][0] != "book_id"] == []
    assert {what for what, _, _ in listed} >= {"primary key", "foreign key", "unique", "index"}


def test_only_the_record_of_the_version_belongs_to_no_book():
    without = {name for name, table in metadata.tables.items() if "book_id" not in table.c}

    assert without == OF_ALL_BOOKS


def test_every_constraint_has_a_name_of_its_own(database):
    named = [one.name for table in metadata.tables.values() for one in table.constraints]

    assert None not in named
    assert len(named) == len(set(named))


# --- making the tables


def test_a_fresh_database_has_its_tables_its_guards_and_its_version(bare):
    create_all(bare.engine)

    assert set(sa.inspect(bare.engine).get_table_names()) == set(metadata.tables)
    assert guards(bare.engine) != []
    assert bare.sql("SELECT version FROM microloan_schema") == [(SCHEMA_VERSION,)]


def test_making_the_tables_again_changes_nothing(database):
    database.keep(a_loan(guarantee=None))
    before = shape(database.engine)

    with database.untouched():
        create_all(database.engine)

    assert shape(database.engine) == before


def test_tables_made_in_the_callers_transaction_are_the_callers_to_keep(bare):
    with bare.engine.connect() as connection:
        create_all(connection)
        assert recorded_version(connection) == SCHEMA_VERSION
        connection.rollback()

    assert version(bare) == NO_TABLES


def test_a_table_that_is_missing_is_made_anew(database):
    before = shape(database.engine)
    database.sql("DROP TABLE microloan_contact")

    create_all(database.engine)

    assert shape(database.engine) == before


def test_the_tables_are_not_made_beside_those_of_another_version(bare):
    write_first_book(bare)
    before = shape(bare.engine)

    with mismatch("0001"):
        create_all(bare.engine)

    assert shape(bare.engine) == before


def test_tables_are_not_made_where_every_statement_is_kept_by_itself(bare):
    engine = bare.engine.execution_options(isolation_level="AUTOCOMMIT")

    with pytest.raises(AutocommitNotAllowed):
        create_all(engine)

    assert version(bare) == NO_TABLES


def test_tables_are_not_made_while_another_one_changes_the_database(bare):
    with bare.engine.connect() as other:
        create_all(other)
        with pytest.raises(RetryTransaction):
            create_all(in_a_hurry(bare))
        other.rollback()

    create_all(in_a_hurry(bare))
    assert version(bare) == SCHEMA_VERSION


def in_a_hurry(bare):
    """An engine that waits for nobody."""
    hurry = {"timeout": 0.1} if bare.name == "sqlite" else {"options": "-c lock_timeout=100"}
    return bare.raw.new_engine(connect_args=hurry, poolclass=sa.NullPool)


@pytest.mark.parametrize("bind", [None, "sqlite://", object])
def test_what_is_no_connection_has_no_tables(bind):
    value = type(bind).__name__

    with refused(InvalidTerms, "terms.invalid", value=value, limit="an Engine or a Connection"):
        create_all(bind)


@pytest.mark.parametrize("parts", [-1, 1025, True, 2.0, "4", None])
def test_a_number_of_partitions_that_is_none_is_refused(bare, parts):
    with refused(InvalidTerms, "terms.invalid", value=parts, limit="0-1024"):
        create_all(bare.engine, partitions=parts)

    assert version(bare) == NO_TABLES


# --- the version


def test_a_database_without_tables_is_refused(bare):
    with mismatch(NO_TABLES), UnitOfWork(bare.engine, book="990101"):
        pass


def test_a_book_of_an_older_version_is_refused_and_left_as_it_is(bare):
    write_first_book(bare)
    before = shape(bare.engine)

    with mismatch("0001"), UnitOfWork(bare.engine, book="990101"):
        pass

    assert shape(bare.engine) == before


def test_a_book_of_a_newer_version_is_refused(database):
    database.sql("UPDATE microloan_schema SET version = '0003'")

    with mismatch("0003"), UnitOfWork(database.new_engine(), book="990101"):
        pass


def test_tables_whose_version_nobody_wrote_down_are_refused(bare):
    metadata.create_all(bare.engine)
    assert version(bare) == NOT_RECORDED

    with mismatch(NOT_RECORDED), UnitOfWork(bare.engine, book="990101"):
        pass
    with mismatch(NOT_RECORDED):
        create_all(bare.engine)


def test_a_host_that_made_the_tables_itself_writes_their_version_down(bare):
    metadata.create_all(bare.engine)
    with bare.engine.begin() as connection:
        stamp_schema(connection)

    with UnitOfWork(bare.engine, book="990101") as uow:
        assert uow.loans.ids() == []


def test_an_engine_that_was_seen_is_asked_for_the_record_alone(database):
    engine, asked = database.new_engine(), []
    with engine.connect() as connection:
        require_schema(connection)
    sa.event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))

    for _ in range(2):
        with engine.connect() as connection:
            require_schema(connection)

    assert len(asked) == sum("FROM microloan_schema" in words for words in asked) == 2


def test_a_running_service_is_refused_once_somebody_migrates_the_tables(bare):
    create_all(bare.engine)
    with UnitOfWork(bare.engine, book="990101") as uow:
        uow.commit()
    with bare.engine.begin() as connection:
        stamp_schema(connection, "0003")

    with mismatch("0003"), UnitOfWork(bare.engine, book="990101"):
        pass


def test_an_engine_that_was_refused_is_asked_again(bare):
    for _ in range(2):
        with mismatch(NO_TABLES), bare.engine.connect() as connection:
            require_schema(connection)
    create_all(bare.engine)

    with bare.engine.connect() as connection:
        require_schema(connection)
