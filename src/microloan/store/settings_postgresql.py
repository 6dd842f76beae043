"""What a PostgreSQL server and a role in it are set to, as far as a book could be lost by it."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, text

from microloan.finding import Finding
from microloan.store.columns import metadata
from microloan.store.constraint_texts import plain_text
from microloan.store.storage_postgresql import storage_symptoms
from microloan.store.symptom import fault, note

_MUST_BE_ON: Final = {
    "fsync": "a crash of the machine can damage the database",
    "full_page_writes": "a power cut can damage the database",
    "synchronous_commit": "a crash of the server can lose what was committed",
}
_MUST_BE_ON_ZH: Final = {
    "fsync": "机器故障可能损坏数据库",
    "full_page_writes": "断电可能损坏数据库",
    "synchronous_commit": "服务器故障可能丢失已提交的内容",
}


def symptoms(connection: Connection) -> Iterator[Finding]:
    """Yield what is not as it should be."""
    yield from _settings(connection)
    yield from _role(connection)
    yield from storage_symptoms(connection)


def _setting(connection: Connection, name: str) -> str:
    found: str | None = connection.scalar(text("SELECT current_setting(:name)"), {"name": name})
    return found or ""


def _settings(connection: Connection) -> Iterator[Finding]:
    for name, what in _MUST_BE_ON.items():
        if _setting(connection, name) == "off":
            yield fault(
                name,
                name,
                f"{name} is off: {what}",
                f"{name} 已关闭：{_MUST_BE_ON_ZH[name]}",
                settle=f"set {name} = on",
                settle_zh=f"设置 {name} = on",
            )
    if (role := _setting(connection, "session_replication_role")) != "origin":
        yield fault(
            "session_replication_role",
            "session_replication_role",
            f"the session is a {role}: foreign keys are not looked at",
            f"会话为 {role}，不检查外键",
            settle="set session_replication_role = origin",
            settle_zh="设置 session_replication_role = origin",
        )
    if (level := _setting(connection, "transaction_isolation")) != "read committed":
        yield note(
            "isolation",
            "transaction_isolation",
            f"the isolation is {level}: two who write at once are told to repeat",
            f"隔离级别为 {level}，同时写入者需要重做",
            settle="read committed is enough",
            settle_zh="使用 read committed 即可",
        )


def _role(connection: Connection) -> Iterator[Finding]:
    query = """
        SELECT r.rolname, r.rolsuper, coalesce(pg_has_role(c.relowner, 'USAGE'), false)
        FROM pg_roles r LEFT JOIN pg_class c ON c.oid = to_regclass('microloan_book')
        WHERE r.rolname = current_user"""
    name, is_superuser, is_owner = connection.execute(text(query)).one()
    if is_superuser or is_owner:
        what, zh = (
            ("a superuser", "超级用户") if is_superuser else ("the tables' owner", "表的所有者")
        )
        yield note(
            "role",
            name,
            f"the role is {what}, who can take the guards away",
            f"当前角色为{zh}，可以移除数据库保护",
            settle="work as a role that was granted SELECT, INSERT and UPDATE",
            settle_zh="改用只授予 SELECT、INSERT、UPDATE 的角色",
        )


def constraints(connection: Connection) -> dict[str, dict[str, str]]:
    """Return what every constraint that holds for all rows says, by table and name."""
    query = """
        SELECT c.relname, k.conname, pg_get_constraintdef(k.oid)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        WHERE k.convalidated
          AND c.oid IN (SELECT to_regclass(name) FROM unnest(CAST(:names AS text[])) names(name))"""
    found: dict[str, dict[str, str]] = {}
    rows = connection.execute(text(query), {"names": list(metadata.tables)})
    for table, name, said in rows:
        found.setdefault(table, {})[name] = plain_text(said)
    return found
