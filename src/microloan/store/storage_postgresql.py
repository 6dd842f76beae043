"""How PostgreSQL keeps our tables and their partitions, and what hides rows of them."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text

from microloan.finding import Finding
from microloan.store.columns import metadata
from microloan.store.guard_rules import PREFIX
from microloan.store.symptom import fault

_FAMILY: Final = """
    WITH RECURSIVE ours(oid, relname) AS (
        SELECT c.oid, c.relname::text FROM pg_class c WHERE c.oid IN (
            SELECT to_regclass(name) FROM unnest(CAST(:names AS text[])) names(name))
        UNION SELECT i.inhrelid, o.relname FROM pg_inherits i JOIN ours o ON o.oid = i.inhparent)
    SELECT c.oid, c.oid::regclass::text, c.relpersistence = 'p',
      c.relkind = 'r' AND NOT c.relispartition AND o.relname <> c.relname,
      c.relrowsecurity OR c.relforcerowsecurity,
      c.relkind = 'p' AND coalesce((
        SELECT sum(1.0 / CAST(substring(
          pg_get_expr(k.relpartbound, k.oid) FROM 'modulus (\\d+)') AS integer))
        FROM pg_inherits i JOIN pg_class k ON k.oid = i.inhrelid
        WHERE i.inhparent = c.oid AND NOT i.inhdetachpending), 0) < 0.9999
    FROM ours o JOIN pg_class c ON c.oid = o.oid ORDER BY 2"""
_FOREIGN: Final = """
    SELECT t.tgrelid::regclass::text, t.tgname, t.tgisinternal FROM pg_trigger t
    WHERE t.tgrelid = ANY (CAST(:ours AS oid[])) AND NOT starts_with(t.tgname, :prefix)
      AND (NOT t.tgisinternal OR t.tgenabled <> 'O')
    UNION ALL
    SELECT r.ev_class::regclass::text, r.rulename, false FROM pg_rewrite r
    WHERE r.ev_class = ANY (CAST(:ours AS oid[]))
    ORDER BY 1, 2"""


class _Kept(NamedTuple):
    """One of our tables, or one that hangs on it: a partition, or a child that inherits from it."""

    oid: int
    name: str
    is_logged: bool
    inherits: bool
    has_row_security: bool
    lacks_partitions: bool


def storage_symptoms(connection: Connection) -> Iterator[Finding]:
    """Yield what is not as it should be of the tables, their partitions and triggers."""
    rows: Any = connection.execute(text(_FAMILY), {"names": list(metadata.tables)})
    kept = [_Kept(*row) for row in rows]
    for one in kept:
        yield from _of_table(one)
    yield from _foreign(connection, [one.oid for one in kept])


def _of_table(one: _Kept) -> Iterator[Finding]:
    name = one.name
    if not one.is_logged:
        yield fault(
            "not_logged",
            name,
            f"{name} is not logged: a crash of the server empties it",
            f"{name} 不写日志，服务器故障后会被清空",
            settle=f"ALTER TABLE {name} SET LOGGED",
            settle_zh=f"ALTER TABLE {name} SET LOGGED",
        )
    if one.inherits:
        yield fault(
            "child_table",
            name,
            f"{name} inherits from a table of the book: its rows show there, and no guard holds",
            f"{name} 继承台账数据表，其中的记录会混入且不受保护",
            settle="find out who made it, and verify the book",
            settle_zh="查明由谁建立，并核验台账",
        )
    if one.has_row_security:
        yield fault(
            "row_security",
            name,
            f"{name} has row level security: rows can be hidden from who reads the book",
            f"{name} 启用了行级安全，可能隐藏部分记录",
            settle=f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY",
            settle_zh=f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY",
        )
    if one.lacks_partitions:
        yield fault(
            "partition_missing",
            name,
            f"{name} lacks a partition: the books that lie in it are gone, or cannot be written",
            f"{name} 缺少分区，其中台账的记录缺失或无法写入",
            settle="find the partition and attach it again, or restore a backup",
            settle_zh="找回并重新挂接该分区，或用备份恢复",
        )


def _foreign(connection: Connection, ours: list[int]) -> Iterator[Finding]:
    """Yield triggers and rules that are none of ours, and foreign keys that are switched off."""
    given = {"ours": ours, "prefix": PREFIX}
    for table, name, is_key in connection.execute(text(_FOREIGN), given):
        if is_key:
            what = f"a foreign key of {table} is switched off"
            zh = f"{table} 的外键已停用"
        else:
            what = f"the trigger or rule {name} on {table} is none of the library's"
            zh = f"数据表 {table} 上的触发器或规则 {name} 不属于本程序"
        yield fault(
            "other_trigger",
            name,
            what,
            zh,
            settle="find out who made it and what it does",
            settle_zh="查明由谁建立、作用为何",
        )
