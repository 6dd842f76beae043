"""What a SQLite file and the connection to it are set to, as far as a book could be lost by it."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from microloan.finding import Finding
from microloan.store.columns import metadata
from microloan.store.constraint_texts import texts_in
from microloan.store.guard_rules import PREFIX
from microloan.store.symptom import fault, note

_FULL: Final = 2
_SHOWN: Final = 5
_REPAIRED: Final = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""SQLite mended how it resets a write-ahead log in the first of these, and again in older lines."""


def symptoms(connection: Connection) -> Iterator[Finding]:
    """Yield what is not as it should be."""
    yield from _journal(connection)
    yield from _synchronous(connection)
    yield from _switches(connection)
    yield from _other_triggers(connection)
    yield from _shadows(connection)
    yield from _damage(connection)


def _pragma(connection: Connection, name: str) -> str | int:
    found: str | int = connection.exec_driver_sql(f"PRAGMA {name}").scalars().one()
    return found


def wal_is_repaired(version: tuple[int, ...]) -> bool:
    """Tell whether a version of SQLite cannot damage a write-ahead log when it resets it.

    >>> wal_is_repaired((3, 40, 1)), wal_is_repaired((3, 44, 6)), wal_is_repaired((3, 52, 0))
    (False, True, True)
    """
    return version >= _REPAIRED[0] or any(
        version[:2] == line[:2] and version >= line for line in _REPAIRED
    )


def _journal(connection: Connection) -> Iterator[Finding]:
    mode = str(_pragma(connection, "journal_mode")).lower()
    files = connection.exec_driver_sql("PRAGMA database_list").all()
    if not any(name == "main" and path for _, name, path in files):
        yield note(
            "in_memory",
            "database",
            "the book is in memory only and ends with the program",
            "台账仅在内存中，程序结束即消失",
            settle="keep it in a file",
            settle_zh="改用文件保存",
        )
    elif mode in {"off", "memory"}:
        yield fault(
            "journal",
            "journal_mode",
            f"the journal mode is {mode}: a crash in an act damages the file",
            f"日志模式为 {mode}，中途断电会损坏文件",
            settle="PRAGMA journal_mode = DELETE",
            settle_zh="PRAGMA journal_mode = DELETE",
        )
    version = connection.dialect.dbapi.sqlite_version_info  # type: ignore[union-attr]
    if mode == "wal" and not wal_is_repaired(version):
        shown = ".".join(map(str, version))
        yield fault(
            "vulnerable_wal",
            "journal_mode",
            f"SQLite {shown} can damage a write-ahead log that several programs use",
            f"SQLite {shown} 在多程序使用 WAL 日志时可能损坏文件",
            settle="PRAGMA journal_mode = DELETE, or SQLite 3.51.3",
            settle_zh="PRAGMA journal_mode = DELETE，或升级到 SQLite 3.51.3",
        )


def _synchronous(connection: Connection) -> Iterator[Finding]:
    level = _pragma(connection, "synchronous")
    if int(level) < _FULL:
        yield fault(
            "synchronous",
            "synchronous",
            f"synchronous is {level}: a power cut can lose what was committed",
            f"synchronous 为 {level}，断电可能丢失已提交的内容",
            settle="PRAGMA synchronous = FULL",
            settle_zh="PRAGMA synchronous = FULL",
        )


def _switches(connection: Connection) -> Iterator[Finding]:
    for name in ("foreign_keys", "recursive_triggers"):
        if not _pragma(connection, name):
            yield note(
                name,
                name,
                f"{name} is off in this connection; the guards hold without it",
                f"本连接未启用 {name}；数据库保护不依赖它",
                settle=f"PRAGMA {name} = ON at each connect",
                settle_zh=f"每次连接时执行 PRAGMA {name} = ON",
            )
    for name in ("ignore_check_constraints", "writable_schema"):
        if _pragma(connection, name):
            yield fault(
                name,
                name,
                f"{name} is on in this connection: what is never lawful can be stored",
                f"本连接启用了 {name}，可写入不合法内容",
                settle=f"PRAGMA {name} = OFF",
                settle_zh=f"PRAGMA {name} = OFF",
            )


def constraints(connection: Connection) -> dict[str, dict[str, str]]:
    """Return what every constraint of our tables says, by table and name."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
    rows = connection.exec_driver_sql(query).all()
    return {name: texts_in(str(said)) for name, said in rows if name in metadata.tables}


def _other_triggers(connection: Connection) -> Iterator[Finding]:
    """Yield triggers that are none of ours; SQLite's names are the same in capitals."""
    query = (
        "SELECT name, tbl_name, 0 FROM sqlite_master WHERE type = 'trigger'"
        " UNION ALL SELECT name, tbl_name, 1 FROM sqlite_temp_master WHERE type = 'trigger'"
    )
    for name, table, is_of_session in connection.exec_driver_sql(query).all():
        is_guard = name.startswith(PREFIX) and not is_of_session
        if str(table).lower() in metadata.tables and not is_guard:
            yield fault(
                "other_trigger",
                name,
                f"the trigger {name} on {table} is none of the library's",
                f"数据表 {table} 上的触发器 {name} 不属于本程序",
                settle="find out who made it and what it does",
                settle_zh="查明由谁建立、作用为何",
            )


def _shadows(connection: Connection) -> Iterator[Finding]:
    """Yield tables and views of this connection that stand before ours of the same name."""
    query = "SELECT name FROM sqlite_temp_master WHERE type IN ('table', 'view')"
    for name in connection.exec_driver_sql(query).scalars().all():
        if str(name).lower() in metadata.tables:
            yield fault(
                "shadowed",
                name,
                f"a temporary table or view stands before {name} in this connection",
                f"本连接的临时表或视图遮蔽了 {name}",
                settle="find out who made it, and connect anew",
                settle_zh="查明由谁建立，并重新连接",
            )


def _damage(connection: Connection) -> Iterator[Finding]:
    rows = connection.exec_driver_sql(f"PRAGMA integrity_check({_SHOWN})").scalars().all()
    said = [str(row) for row in rows if row != "ok"]
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    orphans = sorted({row[0] for row in broken if str(row[0]).lower() in metadata.tables})
    said += [f"rows of {table} belong to nothing" for table in orphans]
    for line in said:
        yield fault(
            "file_damaged",
            "database",
            f"the file is not sound: {line}",
            f"数据库文件不完整：{line}",
            settle="restore a backup, and verify it",
            settle_zh="用备份恢复并核验",
        )
