"""``microloan migrate``: the tables of a database are made, or brought to a version."""

from argparse import Namespace
from importlib import import_module

from microloan.command.answer import Answer, Sentence
from microloan.extra import load_extra
from microloan.store import SCHEMA_VERSION, create_all
from microloan.store.address import new_database_at
from microloan.store.faults import named_faults
from microloan.store.schema import recorded_version
from microloan.store.schema_version import NO_TABLES


def reply(options: Namespace) -> Answer:
    """Make the tables where there are none, else migrate them; all of it or nothing.

    Raises:
        ExtraMissing: tables of another version, and no Alembic.
        InvalidTerms: no such version.
        SchemaMismatch: tables of a version that this library does not know.
    """
    with new_database_at(options.database) as engine, named_faults():
        with engine.connect() as connection:
            before = recorded_version(connection)
        if before == NO_TABLES and options.to in {"head", SCHEMA_VERSION}:
            create_all(engine)
        elif before != SCHEMA_VERSION or options.to not in {"head", SCHEMA_VERSION}:
            load_extra("alembic", extra="migrations")
            import_module("microloan.store.migrations").migrate(engine, to=options.to)
        with engine.connect() as connection:
            after = recorded_version(connection)
    return Answer(
        parts=(Sentence(f"tables: {before} → {after}", f"数据表版本：{before} → {after}"),),
        facts={"before": before, "after": after},
    )
