"""Migrations: an old book comes forward whole, by whichever route, and ends as a new one begins."""

import asyncio
import os
import re
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from io import StringIO
from itertools import count
from pathlib import Path
from shutil import copytree, ignore_patterns
from threading import Barrier

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy.ext.asyncio import create_async_engine

from busy_book import H1, read_busy_book
from histories import a_loan
from microloan import GuardRefused, InvalidTerms, SchemaMismatch
from microloan.store import (
    SCHEMA_VERSION,
    UnitOfWork,
    create_all,
    doctor,
    install_guards,
    metadata,
    migrations,
    tables,
)
from microloan.store.chain import link
from microloan.store.first_columns import FIRST_COLUMNS
from microloan.store.migrations import back_to, include_name, migrate, migrate_back, to
from microloan.store.migrations.first_tables import create_first_tables
from microloan.store.migrations.register_filling import frozen_link
from microloan.store.migrations.second_tables import add_second_tables
from microloan.store.register import check_register
from microloan.store.schema import recorded_version
from microloan.store.schema_version import NO_TABLES, UNLIKE
from refusals import refused
from schemas import cells, guards, new_bare, shape, write_first_book

BOOK = "990101"


@pytest.fixture(scope="session", params=("sqlite", "postgresql"))
def backend(request):
    """Which database a test runs on; which tables are split, each test here says itself."""
    return request.param


@pytest.fixture
def new_database_file(tmp_path, backend):
    """Make databases without tables, or like another."""
    made, numbers = [], count(1)

    def make(like=None):
        made.append(new_bare(backend, tmp_path, next(numbers), like))
        return made[-1]

    yield make
    for bare in made:
        bare.dispose()


@pytest.fixture
def bare(new_database_file):
    """A database without tables."""
    return new_database_file()


@pytest.fixture(scope="module")
def first(backend, tmp_path_factory):
    """A database with the book of version 0001, to be copied."""
    first = new_bare(backend, tmp_path_factory.mktemp("first"), 1)
    write_first_book(first)
    yield first
    first.dispose()


@pytest.fixture
def old(new_database_file, first):
    """A database with the book of version 0001."""
    return new_database_file(like=first)


@pytest.fixture(scope="module")
def fresh_shape(backend, tmp_path_factory):
    """The shape of the tables as ``create_all`` makes them."""
    fresh = new_bare(backend, tmp_path_factory.mktemp("fresh"), 1)
    create_all(fresh.engine)
    yield shape(fresh.engine)
    fresh.dispose()


def version(bare):
    with bare.engine.connect() as connection:
        return recorded_version(connection)


# --- an old book


def test_an_old_book_comes_forward_and_no_cell_of_it_changes(old):
    before = cells(old)

    migrate(old.engine)

    assert version(old) == SCHEMA_VERSION
    assert cells(old) == before
    assert old.sql("SELECT version FROM microloan_schema") == [(SCHEMA_VERSION,)]


def test_an_old_book_is_sound_and_readable_after_it_came_forward(old):
    migrate(old.engine)

    answers = read_busy_book(lambda: UnitOfWork(old.engine, book=BOOK))
    assert [loan.id for loan in answers[0]] == ["HT-1", "HT-2", "HT-3"]
    with UnitOfWork(old.engine, book=BOOK) as uow:
        assert uow.half_years.verify(H1) == ()
        assert uow.verify() == ()


def test_an_old_book_is_written_on_after_it_came_forward(old):
    migrate(old.engine)

    with UnitOfWork(old.engine, book=BOOK) as uow:
        uow.save(a_loan("HT-9", guarantee=None, disbursed_on=date(2025, 2, 3)))
        uow.commit()

    with UnitOfWork(old.engine, book=BOOK) as uow:
        assert uow.loans.ids() == ["HT-1", "HT-2", "HT-3", "HT-9"]
        assert uow.verify() == ()


def test_what_an_old_book_recorded_is_entered_into_its_register(old):
    migrate(old.engine)

    with old.engine.connect() as connection:
        rows = connection.execute(sa.select(tables.register)).mappings().all()
        books = connection.execute(sa.select(tables.book)).mappings().all()
    assert [(row["number"], row["kind"], row["of_id"], row["ref"]) for row in rows] == [
        (1, "request", "BANK-1", "20243"),
        (2, "request", "BANK-1", "20244"),
        (3, "assignment", "HT-1", "officer 2024-01-15"),
        (4, "assignment", "HT-2", "officer 2024-01-15"),
        (5, "visit", "HT-1", "访0"),
        (6, "visit", "HT-1", "访1"),
        (7, "contact", "HT-1", "访1"),
        (8, "contact", "HT-2", "催2"),
    ]
    stored = {row["book_id"]: (row["records"], row["last_record"]) for row in books}
    assert stored == {BOOK: (8, rows[-1]["hash"]), "990102": (0, "")}
    check_register(BOOK, stored[BOOK], rows)


def test_the_link_of_a_migration_is_the_one_of_its_day():
    by_hand = sha256(b"s17:microloan-chain-2" + b"i1:2" + b"s3:\xe8\xae\xbf" + b"i2:12").hexdigest()

    assert frozen_link("访", 12) == by_hand == link("访", 12)


# --- fresh and upgraded are the same


def test_the_first_step_makes_the_tables_that_books_were_made_of(bare, new_database_file):
    first = new_database_file()
    write_first_book(first, rows=False)

    migrate(bare.engine, to="0001")

    assert shape(bare.engine) == shape(first.engine)
    assert version(bare) == "0001"


def test_an_upgraded_database_is_shaped_like_a_fresh_one(old, fresh_shape):
    migrate(old.engine)

    assert shape(old.engine) == fresh_shape
    assert fresh_shape["guards"] != []


def test_a_migrated_empty_database_is_shaped_like_a_fresh_one(bare, fresh_shape):
    migrate(bare.engine)

    assert shape(bare.engine) == fresh_shape


def test_alembic_finds_no_difference_to_the_tables_of_the_library(old, new_database_file):
    fresh = new_database_file()
    create_all(fresh.engine)
    migrate(old.engine)

    assert differences(fresh.engine) == differences(old.engine) == []


def test_alembic_does_find_what_an_old_database_lacks(old):
    found = [one[0] for one in differences(old.engine) if isinstance(one, tuple)]

    assert {"add_table", "add_column"} <= set(found)


def differences(engine):
    # Alembic misreads an empty default of SQLite; the shapes above compare defaults on both.
    options = {"compare_server_default": engine.dialect.name != "sqlite"}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, metadata)


# --- back


def test_up_and_down_and_up_again_ends_where_a_fresh_one_begins(bare, fresh_shape):
    migrate(bare.engine)
    migrate_back(bare.engine, to="0001")
    assert (version(bare), guards(bare.engine)) == ("0001", [])
    migrate_back(bare.engine, to=NO_TABLES)
    assert sa.inspect(bare.engine).get_table_names() == []

    migrate(bare.engine)

    assert shape(bare.engine) == fresh_shape


def test_going_back_one_version_ends_where_that_one_began(bare, new_database_file):
    first = new_database_file()
    migrate(first.engine, to="0001")
    migrate(bare.engine)

    migrate_back(bare.engine, to="0001")

    assert shape(bare.engine) == shape(first.engine)


def test_no_migration_goes_back_over_rows(old):
    migrate(old.engine)
    before, look = cells(old), shape(old.engine)

    with refused(GuardRefused, "store.guard_refused", value=8, limit=0, says="microloan_register"):
        migrate_back(old.engine, to="0001")
    with refused(GuardRefused, "store.guard_refused", value=8, limit=0):
        migrate_back(old.engine, to=NO_TABLES)

    assert (cells(old), shape(old.engine)) == (before, look)


def test_tables_of_the_first_version_are_not_dropped_with_a_book_in_them(old):
    with refused(GuardRefused, "store.guard_refused", value=2, limit=0, says="microloan_book"):
        migrate_back(old.engine, to=NO_TABLES)

    assert version(old) == "0001"


# --- once, at once, half-way


def test_a_second_migration_changes_nothing(old):
    migrate(old.engine)
    look, rows = shape(old.engine), old.sql("SELECT * FROM microloan_register")

    migrate(old.engine)

    assert (shape(old.engine), old.sql("SELECT * FROM microloan_register")) == (look, rows)


def test_two_services_that_migrate_at_the_same_time_do_it_once(old):
    barrier = Barrier(2)

    def service(_):
        engine = old.raw.new_engine()
        barrier.wait()
        migrate(engine)
        engine.dispose()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(service, range(2)))

    assert version(old) == SCHEMA_VERSION
    assert old.sql("SELECT count(*) FROM microloan_register") == [(8,)]


class Interrupted(Exception):
    """What happens between two statements of a migration."""


@contextmanager
def interrupted(engine, at):
    """Stop before the statement with this number, counted from one."""
    left = count(1)

    def stop(*_):
        if next(left) == at:
            raise Interrupted

    sa.event.listen(engine, "before_cursor_execute", stop)
    try:
        yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", stop)


def statements(bare):
    """How many statements a migration of the old book takes."""
    seen = []
    sa.event.listen(bare.engine, "before_cursor_execute", lambda *said: seen.append(said[2]))
    migrate(bare.engine)
    return len(seen)


@pytest.mark.parametrize("points", [12, pytest.param(1000, marks=pytest.mark.slow)])
def test_an_upgrade_that_was_interrupted_anywhere_left_nothing_and_goes_on(
    new_database_file, first, fresh_shape, points
):
    known, old = new_database_file(like=first), new_database_file(like=first)
    last, look = statements(known), shape(old.engine)

    for at in {*range(1, last, max(1, last // points)), last}:
        with pytest.raises(Interrupted), interrupted(old.engine, at):
            migrate(old.engine)
        assert version(old) == "0001", at
    assert shape(old.engine) == look

    migrate(old.engine)
    assert shape(old.engine) == fresh_shape
    assert old.sql("SELECT count(*) FROM microloan_register") == [(8,)]


@pytest.mark.only("sqlite", "PostgreSQL's driver begins a transaction before any statement")
def test_without_a_transaction_of_ours_an_interrupted_upgrade_leaves_half_a_schema(old):
    with (
        pytest.raises(Interrupted),
        interrupted(old.engine, 4),
        old.engine.connect() as connection,
    ):
        add_second_tables(Operations(MigrationContext.configure(connection)))

    assert "records" in {
        one["name"] for one in sa.inspect(old.engine).get_columns("microloan_book")
    }
    assert version(old) == UNLIKE


KILLED = """
import os, sys
from sqlalchemy import create_engine, event
from microloan.store.migrations import migrate

url, at = sys.argv[1], int(sys.argv[2])
engine, seen = create_engine(url), []

@event.listens_for(engine, "before_cursor_execute")
def count(*said):
    seen.append(said)
    if len(seen) == at:
        os.kill(os.getpid(), 9)

migrate(engine)
"""


@pytest.mark.parametrize("at", [9, pytest.param(14, marks=pytest.mark.slow)])
def test_an_upgrade_whose_process_was_killed_left_nothing_and_goes_on(old, at, fresh_shape):
    program = [sys.executable, "-c", KILLED, old.raw.url, str(at)]

    killed = subprocess.run(program, check=False, capture_output=True, timeout=60)

    assert killed.returncode == -9, killed.stderr
    assert version(old) == "0001"
    migrate(old.engine)
    assert shape(old.engine) == fresh_shape


# --- the caller's transaction


def test_a_migration_in_the_callers_connection_is_the_callers_to_keep(old):
    with old.engine.connect() as connection:
        migrate(connection)
        assert recorded_version(connection) == SCHEMA_VERSION
        connection.rollback()
    assert version(old) == "0001"

    with old.engine.connect() as connection:
        migrate(connection)
        connection.commit()
    assert version(old) == SCHEMA_VERSION


def test_a_migration_of_an_async_host_runs_in_its_own_connection(old):
    url = old.engine.url.set(
        drivername={"sqlite": "sqlite+aiosqlite"}.get(old.name, "postgresql+psycopg")
    )

    async def host():
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(migrate)
        await engine.dispose()

    asyncio.run(host())

    assert version(old) == SCHEMA_VERSION
    assert old.sql("SELECT count(*) FROM microloan_register") == [(8,)]


def test_a_database_from_create_all_is_migrated_without_a_change(bare, fresh_shape):
    create_all(bare.engine)

    migrate(bare.engine)

    assert shape(bare.engine) == fresh_shape


# --- what is refused


@pytest.mark.parametrize("given", ["0007", "HEAD", "", NO_TABLES, None])
def test_no_migration_goes_to_a_version_that_is_none(old, given):
    with refused(InvalidTerms, "terms.invalid", value=given, limit=["0001", "0002"]):
        migrate(old.engine, to=given)

    assert version(old) == "0001"


def test_a_migration_leaves_tables_of_a_newer_library_alone(bare):
    create_all(bare.engine)
    bare.raw.sql("UPDATE microloan_schema SET version = '0003'")

    for act in (migrate, lambda engine: migrate_back(engine, to="0001")):
        with refused(SchemaMismatch, "store.schema_mismatch", value="0003", limit=SCHEMA_VERSION):
            act(bare.engine)


def test_a_migration_that_only_writes_sql_is_refused(backend):
    url = {"sqlite": "sqlite://"}.get(backend, "postgresql+psycopg://")
    context = MigrationContext.configure(url=url, opts={"as_sql": True})

    with refused(InvalidTerms, "terms.invalid", value="offline", limit="online"):
        to("0002", Operations(context))


# --- inside a host's own Alembic


ENV = """
from alembic import context
from sqlalchemy import MetaData, create_engine, pool
from microloan.store.migrations import include_name

convention = {"ck": "host_%(table_name)s_%(constraint_name)s", "pk": "host_pk_%(table_name)s",
              "fk": "host_fk_%(table_name)s", "uq": "host_uq_%(table_name)s"}
engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, include_name=include_name,
                      target_metadata=MetaData(naming_convention=convention))
    with context.begin_transaction():
        context.run_migrations()
"""
HOST = """
import sqlalchemy as sa
from alembic import op
from microloan.store import migrations

revision, down_revision, branch_labels, depends_on = {of!r}, {after!r}, None, None

def upgrade():
    {up}

def downgrade():
    {down}
"""
CONTACTS = "op.create_table('host_contact', sa.Column('id', sa.Integer, primary_key=True))"


@pytest.fixture
def host(bare, tmp_path):
    """A host's own Alembic, with one table of its own."""
    folder = tmp_path / "alembic"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENV, "utf-8")
    revision(folder, "aa01", None, CONTACTS, "op.drop_table('host_contact')")
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "newline")
    ours = "microloan:store/migrations/versions"
    config.set_main_option("version_locations", f"{folder}/versions\n{ours}")
    url = bare.engine.url.render_as_string(hide_password=False)
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    config.folder = folder
    return config


def revision(folder, of, after, up, down):
    text = HOST.format(of=of, after=after, up=up, down=down)
    (folder / "versions" / f"{of}.py").write_text(text, "utf-8")


def hosts_revisions(bare):
    return sorted(name for (name,) in bare.sql("SELECT version_num FROM alembic_version"))


def test_a_host_runs_our_revisions_beside_its_own(bare, host, fresh_shape):
    command.upgrade(host, "heads")

    assert shape(bare.engine) == fresh_shape
    assert hosts_revisions(bare) == ["aa01", "microloan_0002"]


def test_a_host_brings_an_old_book_forward(bare, host, fresh_shape):
    write_first_book(bare)

    command.upgrade(host, "microloan@head")

    assert shape(bare.engine) == fresh_shape
    assert bare.sql("SELECT count(*) FROM microloan_register") == [(8,)]
    assert hosts_revisions(bare) == ["microloan_0002"]


def test_a_host_takes_ours_back_and_leaves_its_own(bare, host):
    command.upgrade(host, "heads")

    command.downgrade(host, "microloan@base")

    assert hosts_revisions(bare) == ["aa01"]
    assert version(bare) == NO_TABLES
    assert sorted(sa.inspect(bare.engine).get_table_names()) == ["alembic_version", "host_contact"]


def test_a_host_does_not_go_back_over_rows(bare, host):
    write_first_book(bare)
    command.upgrade(host, "heads")

    with refused(GuardRefused, "store.guard_refused", value=8, limit=0):
        command.downgrade(host, "microloan@base")

    assert version(bare) == SCHEMA_VERSION
    assert hosts_revisions(bare) == ["aa01", "microloan_0002"]


def test_a_host_takes_over_a_database_from_create_all(bare, host, fresh_shape):
    create_all(bare.engine)

    command.upgrade(host, "heads")

    assert shape(bare.engine) == fresh_shape
    assert hosts_revisions(bare) == ["aa01", "microloan_0002"]


def test_a_host_calls_our_steps_from_a_revision_of_its_own(bare, host, fresh_shape):
    write_first_book(bare)
    up, down = "migrations.to('0002', op)", "migrations.back_to('0001', op)"
    revision(host.folder, "aa02", "aa01", up, down)
    host.set_main_option("version_locations", f"{host.folder}/versions")

    command.upgrade(host, "head")

    assert shape(bare.engine) == fresh_shape
    assert hosts_revisions(bare) == ["aa02"]
    with refused(GuardRefused, "store.guard_refused", value=8, limit=0):
        command.downgrade(host, "aa01")


def test_a_hosts_revision_takes_an_empty_book_back(bare, host):
    up, down = "migrations.to('0002', op)", "migrations.back_to('0000', op)"
    revision(host.folder, "aa02", "aa01", up, down)
    host.set_main_option("version_locations", f"{host.folder}/versions")

    command.upgrade(host, "head")
    command.downgrade(host, "base")

    assert version(bare) == NO_TABLES


def test_an_older_revision_of_a_host_takes_nothing_back(bare, fresh_shape):
    create_all(bare.engine)

    with bare.engine.begin() as connection:
        op = Operations(MigrationContext.configure(connection))
        to("0001", op)
        back_to("0002", op)

    assert shape(bare.engine) == fresh_shape


def test_a_hosts_autogenerate_does_not_see_our_tables(bare):
    create_all(bare.engine)
    migrate(bare.engine)

    assert autogenerated(bare, include_name=include_name) == []


def test_without_our_filter_a_hosts_autogenerate_would_drop_them(bare):
    create_all(bare.engine)

    dropped = {one[1].name for one in autogenerated(bare) if one[0] == "remove_table"}

    assert dropped == set(metadata.tables)


def autogenerated(bare, **options):
    """What a host's autogenerate would do that has a table of its own."""
    own = sa.MetaData()
    contact = sa.Table("host_contact", own, sa.Column("id", sa.Integer, primary_key=True))
    contact.create(bare.engine)
    with bare.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts=options), own)


# --- what is loaded


def test_the_store_is_imported_without_alembic_and_without_a_driver_of_postgresql():
    program = textwrap.dedent(
        """
        import sys
        sys.modules["alembic"] = sys.modules["psycopg"] = None
        import microloan.store
        """
    )

    done = subprocess.run([sys.executable, "-c", program], check=False, env=os.environ)

    assert done.returncode == 0


def test_every_revision_has_its_step():
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "microloan:store/migrations")
    found = list(ScriptDirectory.from_config(config).walk_revisions())

    assert [one.revision for one in reversed(found)] == ["microloan_0001", "microloan_0002"]
    assert found[0].branch_labels == {"microloan"}
    assert create_first_tables.__doc__


# --- a host's Alembic project, begun in an empty folder as the recipe says


OURS = Path(migrations.__file__).parent / "versions"
INI = "[alembic]\n"
LOCATIONS = "version_locations = %(here)s/alembic/versions\n    {ours}\n"
HOSTS_TABLE = (
    "from sqlalchemy import Column, Integer, MetaData, Table\n"
    "from microloan.store.migrations import include_name\n"
    "target_metadata = MetaData()\n"
    "Table('host_contact', target_metadata, Column('id', Integer, primary_key=True))\n"
)


class Project:
    """An Alembic project of a host, as ``alembic init`` makes it, on one database."""

    def __init__(self, folder, engine):
        self.folder, self.ini = folder, folder / "alembic.ini"
        self.versions = folder / "alembic" / "versions"
        command.init(self.config, str(folder / "alembic"))
        url = engine.url.render_as_string(hide_password=False).replace("%", "%%")
        self.change(self.ini, r"^sqlalchemy.url = .*$", f"sqlalchemy.url = {url}")
        env = folder / "alembic" / "env.py"
        self.change(env, r"^target_metadata = None$", HOSTS_TABLE)
        online = "connection=connection, target_metadata=target_metadata"
        self.change(env, online, f"{online}, include_name=include_name")

    @property
    def config(self):
        return Config(str(self.ini), stdout=StringIO())

    def change(self, path, old, new):
        words, count = re.subn(old, lambda _: new, path.read_text("utf-8"), flags=re.MULTILINE)
        assert count == 1, (path, old)
        path.write_text(words, "utf-8")

    def add_location(self, ours="microloan:store/migrations/versions"):
        """Let the project read our revisions too."""
        self.change(self.ini, r"^path_separator = .*$", "path_separator = newline")
        self.change(self.ini, r"^\[alembic\]\n", INI + LOCATIONS.format(ours=ours))

    def names(self):
        """The host's own revisions."""
        return sorted(path.stem.partition("_")[2] for path in self.versions.glob("*.py"))


@pytest.fixture
def project(bare, tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    return Project(folder, bare.engine)


@pytest.fixture
def ours_untouched():
    """Expect that a test writes nothing into the folder of our revisions."""
    before = _files(OURS)
    yield
    assert _files(OURS) == before


def _files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def begun(project):
    """The project as the recipe begins it: a labeled revision of its own, then our location."""
    command.revision(project.config, "first", branch_label="host")
    project.add_location()
    command.upgrade(project.config, "heads")
    return project


@pytest.mark.usefixtures("ours_untouched")
def test_a_project_begun_as_the_recipe_says_writes_its_revisions_into_its_own_folder(
    project, bare, fresh_shape
):
    begun(project)
    assert shape(bare.engine) == fresh_shape

    command.revision(project.config, "second", head="host@head", autogenerate=True)

    assert project.names() == ["first", "second"]
    command.upgrade(project.config, "heads")
    assert "host_contact" in sa.inspect(bare.engine).get_table_names()
    assert shape(bare.engine) == fresh_shape
    command.check(project.config)


@pytest.mark.usefixtures("ours_untouched")
def test_a_revision_that_does_not_say_whose_it_is_is_refused_by_alembic(project):
    begun(project)

    for autogenerate in (False, True):
        with pytest.raises(CommandError, match=r"[Mm]ultiple heads"):
            command.revision(project.config, "which", autogenerate=autogenerate)

    assert project.names() == ["first"]


@pytest.mark.usefixtures("ours_untouched")
def test_a_project_goes_back_and_forth_on_either_branch(project, bare, fresh_shape):
    begun(project)
    [first] = [name for name in hosts_revisions(bare) if not name.startswith("microloan")]

    command.downgrade(project.config, "microloan@base")
    assert (version(bare), hosts_revisions(bare)) == (NO_TABLES, [first])
    command.upgrade(project.config, "microloan@head")
    command.downgrade(project.config, "host@base")
    assert hosts_revisions(bare) == ["microloan_0002"]
    command.upgrade(project.config, "heads")

    assert shape(bare.engine) == fresh_shape
    assert hosts_revisions(bare) == sorted([first, "microloan_0002"])


@pytest.mark.usefixtures("ours_untouched")
def test_a_project_may_ask_for_a_version_of_ours_before_a_revision_of_its_own(project, bare):
    command.revision(project.config, "first", branch_label="host")
    project.add_location()
    command.revision(project.config, "second", head="host@head", depends_on="microloan_0002")

    command.upgrade(project.config, "host@head")

    assert version(bare) == SCHEMA_VERSION


def test_a_project_that_adds_our_folder_first_writes_into_it(project, tmp_path):
    """The control: what the recipe keeps a host from, shown on a copy of our folder."""
    copy = tmp_path / "copy"
    copytree(OURS, copy, ignore=ignore_patterns("__pycache__"))
    project.add_location(ours=str(copy))

    command.revision(project.config, "first")

    assert project.names() == []
    assert len(_files(copy)) == len(_files(OURS)) + 1


# --- split tables


@pytest.mark.only("postgresql", "SQLite has no partitions")
def test_a_table_that_a_migration_adds_is_split_as_the_others_are(bare, new_database_file):
    fresh = new_database_file()
    create_all(fresh.engine, partitions=4)
    create_all(bare.engine, partitions=4)
    migrate_back(bare.engine, to="0001")

    migrate(bare.engine)

    assert shape(bare.engine) == shape(fresh.engine)
    assert parts_of(bare) == parts_of(fresh)
    assert parts_of(bare)["microloan_register"] == 4
    assert [one for one in doctor(bare.engine) if one.subject.startswith("microloan_")] == []


@pytest.mark.only("postgresql", "SQLite has no partitions")
def test_split_tables_are_dropped_whole(bare):
    create_all(bare.engine, partitions=2)

    migrate_back(bare.engine, to=NO_TABLES)

    assert sa.inspect(bare.engine).get_table_names() == []


def parts_of(bare):
    words = (
        "SELECT inhparent::regclass::text, count(*) FROM pg_inherits JOIN pg_class p "
        "ON p.oid = inhparent WHERE p.relkind = 'p' GROUP BY 1"
    )
    return dict(bare.sql(words))


# --- tables that only look like ours


LOOKALIKES = {
    "a book of another's": ["CREATE TABLE microloan_book (x INTEGER)"],
    "a record of another's": ["CREATE TABLE microloan_schema (v INTEGER)"],
    "a loan beside no book": ["CREATE TABLE microloan_loan (book_id VARCHAR(64))"],
    "the first version less a table": [..., "DROP TABLE microloan_contact"],
    "the first version and a column": [..., "ALTER TABLE microloan_fund ADD COLUMN more INTEGER"],
    "half of the second": [..., "ALTER TABLE microloan_book ADD COLUMN records INTEGER"],
    "the register alone": [..., "CREATE TABLE microloan_register (book_id VARCHAR(64))"],
}


@pytest.mark.parametrize("made", LOOKALIKES.values(), ids=LOOKALIKES)
def test_tables_that_no_version_made_are_left_alone_and_said_to_be_so(bare, made):
    for words in made:
        if words is ...:
            migrate(bare.engine, to="0001")
        else:
            bare.sql(words)
    before = shape(bare.engine)

    for act in (migrate, create_all, lambda engine: migrate_back(engine, to="0001"), enter):
        with refused(
            SchemaMismatch,
            "store.schema_mismatch",
            value=UNLIKE,
            limit=SCHEMA_VERSION,
            says="restore a backup, or use another database",
        ):
            act(bare.engine)

    assert shape(bare.engine) == before


def enter(engine):
    with UnitOfWork(engine, book=BOOK):
        pass


def test_the_columns_of_the_first_version_are_those_that_it_made(bare):
    migrate(bare.engine, to="0001")
    look = sa.inspect(bare.engine)

    assert {
        name: frozenset(one["name"] for one in look.get_columns(name))
        for name in look.get_table_names()
    } == FIRST_COLUMNS


@pytest.mark.only("postgresql", "SQLite has no partitions")
def test_a_split_first_version_is_known_for_what_it_is(bare):
    create_all(bare.engine, partitions=2)
    migrate_back(bare.engine, to="0001")

    assert version(bare) == "0001"


# --- a host that has its tables in another schema by a map


@pytest.mark.parametrize("act", [create_all, migrate, install_guards])
def test_tables_are_not_made_under_a_map_of_schemas(bare, act):
    mapped = bare.engine.execution_options(schema_translate_map={None: "elsewhere"})

    with refused(
        InvalidTerms,
        "terms.invalid",
        value="elsewhere",
        limit="the schema that the connection itself is set to",
    ):
        act(mapped)

    assert sa.inspect(bare.engine).get_table_names() == []


def test_a_map_of_other_schemas_is_no_concern_of_ours(bare):
    create_all(bare.engine.execution_options(schema_translate_map={"host": "elsewhere"}))

    assert version(bare) == SCHEMA_VERSION
