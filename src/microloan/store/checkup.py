"""What of a database would let a book be lost or changed: its guards, its tables, its settings."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, inspect

from microloan.finding import Finding
from microloan.naming import refused_terms
from microloan.store import settings_postgresql, settings_sqlite
from microloan.store.columns import metadata
from microloan.store.constraint_texts import texts_of
from microloan.store.faults import named_faults
from microloan.store.guards import guards_for
from microloan.store.partitions import whole_among_split
from microloan.store.schema import recorded_version
from microloan.store.schema_version import SCHEMA_VERSION
from microloan.store.symptom import fault


def doctor(bind: Engine | Connection) -> tuple[Finding, ...]:
    """Return all that is not as it should be about a database; nothing is changed.

    The guards and the constraints are compared with the texts this library installs, the columns by
    name and type, and the settings with what keeps a committed act on the disk. Settings are those
    of the connection they are asked of: call it with the engine that the program uses. A finding of
    the severity ``NOTE`` is no fault: a notebook may live with it, and somebody should know.

    Args:
        bind: the host's engine or connection.

    Raises:
        InvalidTerms: neither an engine nor a connection.
        StorageRefused: a database that the library writes no guards for.
        StorageDamaged: the file is so damaged that nothing can be asked of it.
    """
    if not isinstance(bind, Engine | Connection):
        kind = type(bind).__name__
        raise refused_terms("what is examined", "检查对象", kind, "an Engine or a Connection")
    with named_faults():
        if isinstance(bind, Engine):
            with bind.connect() as connection:
                return _found(connection)
        return _found(bind)


def _found(bind: Connection) -> tuple[Finding, ...]:
    guards = guards_for(bind)
    settings = settings_sqlite if bind.dialect.name == "sqlite" else settings_postgresql
    return (
        *_schema(bind),
        *_columns(bind),
        *_split(bind),
        *_constraints(settings.constraints(bind), bind.dialect),
        *_guards(guards.expected(bind), guards.installed(bind)),
        *settings.symptoms(bind),
    )


def _schema(connection: Connection) -> Iterator[Finding]:
    found = recorded_version(connection)
    if found != SCHEMA_VERSION:
        yield fault(
            "schema_version",
            "microloan_schema",
            f"the tables are of version {found}; this library reads {SCHEMA_VERSION}",
            f"数据表版本为 {found}，本程序使用 {SCHEMA_VERSION}",
            settle="migrate the tables, or use the library they belong to",
            settle_zh="迁移数据表，或使用与其相符的程序版本",
        )


def _columns(connection: Connection) -> Iterator[Finding]:
    """Yield tables that are missing, or whose columns are not those they were made with."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    for table in metadata.sorted_tables:
        stored = inspector.get_columns(table.name) if table.name in there else []
        if {_shape(one["name"], one, connection.dialect) for one in stored} != {
            _shape(one.name, {"type": one.type, "nullable": one.nullable}, connection.dialect)
            for one in table.columns
        }:
            yield fault(
                "table_differs",
                table.name,
                f"the table {table.name} is missing, or has other columns",
                f"数据表 {table.name} 缺失或列不符",
                settle="verify the book, then migrate it into new tables",
                settle_zh="先核验台账，再迁入新表",
            )


def _shape(name: str, column: Mapping[str, Any], dialect: Dialect) -> tuple[str, str, bool]:
    """Return a column's name, its type as the database writes it, and whether it may be empty."""
    return name, str(column["type"].compile(dialect)), bool(column["nullable"])


def _constraints(said: Mapping[str, Mapping[str, str]], dialect: Dialect) -> Iterator[Finding]:
    """Yield constraints that are missing or say something else than those of a new table."""
    for table in metadata.sorted_tables:
        stored = said.get(table.name, {})
        for name, text in texts_of(table, dialect).items():
            if stored.get(name) == text:
                continue
            code, what, zh = "constraint_changed", "says something else", "与建表时不符"
            if name not in stored:
                code, what, zh = "constraint_missing", "is missing", "缺失"
            yield fault(
                code,
                name,
                f"the constraint {name} of {table.name} {what}",
                f"数据表 {table.name} 的约束 {name} {zh}",
                settle="verify the book, then migrate it into new tables",
                settle_zh="先核验台账，再迁入新表",
            )


def _split(connection: Connection) -> Iterator[Finding]:
    """Yield tables that hold every book in one piece where the others are split by book."""
    for name in whole_among_split(connection):
        yield fault(
            "table_not_split",
            name,
            f"the table {name} is not split by book, as the others are",
            f"数据表 {name} 未按台账分区，与其他表不一致",
            settle="migrate the books into tables that are all split",
            settle_zh="将台账迁入统一分区的新表",
        )


def _guards(expected: Mapping[str, str], installed: Mapping[str, str]) -> Iterator[Finding]:
    again, again_zh = (
        "verify the book, then run install_guards",
        "先核验台账，再运行 install_guards",
    )
    for name in sorted(expected.keys() | installed.keys()):
        if name not in installed:
            code, what, zh = "guard_missing", "is missing", "缺失"
        elif name not in expected:
            code, what, zh = "guard_unknown", "is none of this version", "不属于本版本"
        elif installed[name] != expected[name]:
            code, what, zh = "guard_changed", "is not what was installed", "与安装时不符"
        else:
            continue
        sentence, sentence_zh = f"the guard {name} {what}", f"数据库保护 {name} {zh}"
        yield fault(code, name, sentence, sentence_zh, settle=again, settle_zh=again_zh)
