"""The guards as PostgreSQL's triggers and their functions.

They hold for partitions too, and in sessions that ask triggers to be left out. A function names
its tables with their schema and looks names up nowhere else, so that nobody puts another table in
the place of one of ours.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Table, text

from microloan.store.columns import metadata
from microloan.store.guard_rules import PREFIX, Event, Guard, Refusal, guards_of

_BITS: Final = {Event.INSERT: 7, Event.DELETE: 11, Event.UPDATE: 19, Event.TRUNCATE: 34}
"""How the catalog writes BEFORE and the event, for each row; TRUNCATE for each statement."""
_PATH: Final = "search_path=pg_catalog, pg_temp"


class PostgresWords(NamedTuple):
    """How PostgreSQL says it, in one schema."""

    schema: str

    def of(self, table: Table) -> str:
        """Return the table with its schema."""
        return f"{self.schema}.{table.name}"

    def half_year(self, column: str) -> str:
        """Return the half-year of a day."""
        year, month = (f"extract({part} FROM NEW.{column})" for part in ("year", "month"))
        return f"CAST({year} * 10 + CASE WHEN {month} > 6 THEN 2 ELSE 1 END AS integer)"

    def differ(self, one: str, other: str) -> str:
        """Return whether two values differ."""
        return f"{one} IS DISTINCT FROM {other}"


class Trigger(NamedTuple):
    """One trigger on one table or partition, and the guard it stands for."""

    relation: str
    guard: Guard
    is_partition: bool

    @property
    def key(self) -> str:
        """Return what tells it from others."""
        return f"{self.relation}.{self.guard.name}"

    @property
    def made_by_parent(self) -> bool:
        """Tell whether the parent's trigger brings it along."""
        return self.is_partition and self.guard.event is not Event.TRUNCATE


def _schema(connection: Connection) -> str:
    """Return the schema the tables are in, quoted."""
    query = """
        SELECT quote_ident(n.nspname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = to_regclass('microloan_book')"""
    found: str | None = connection.scalar(text(query))
    return found or connection.scalars(text("SELECT quote_ident(current_schema())")).one()


def _relations(connection: Connection, schema: str) -> dict[str, list[str]]:
    """Return our tables that are there, each with its partitions."""
    query = """
        SELECT c.relname, array(
          SELECT k.relname::text FROM pg_partition_tree(c.oid) t JOIN pg_class k ON k.oid = t.relid
          WHERE t.relid <> c.oid ORDER BY k.relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE quote_ident(n.nspname) = :schema AND c.relkind IN ('r', 'p')
          AND c.relname = ANY (:names)"""
    names = [table.name for table in metadata.tables.values()]
    rows = connection.execute(text(query), {"schema": schema, "names": names})
    return {name: list(partitions) for name, partitions in rows}


def _triggers(connection: Connection, schema: str) -> Iterator[Trigger]:
    there = _relations(connection, schema)
    for guard in guards_of(PostgresWords(schema)):
        if guard.table.name in there and guard.refusals:
            yield Trigger(guard.table.name, guard, is_partition=False)
            for partition in there[guard.table.name]:
                yield Trigger(partition, guard, is_partition=True)


def expected(connection: Connection) -> dict[str, str]:
    """Return what every guard of the tables that are there says, by table and name."""
    triggers = _triggers(connection, _schema(connection))
    return {one.key: _said(one.guard) for one in triggers}


def _said(guard: Guard) -> str:
    columns = ", ".join(guard.columns)
    return _as_text(_BITS[guard.event], columns, "A", _PATH, _body(guard))


def _as_text(bits: int, columns: str, enabled: str, path: str, body: str) -> str:
    return f"type {bits} of ({columns}) enabled {enabled} {path}\n{body}"


def _body(guard: Guard) -> str:
    back = "NEW" if guard.event in {Event.INSERT, Event.UPDATE} else "OLD"
    last = "" if guard.event is Event.TRUNCATE else f"\n  RETURN {back};"
    return f"\nBEGIN{''.join(map(_refused, guard.refusals))}{last}\nEND\n"


def _refused(refusal: Refusal) -> str:
    refuse = f"RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = '{refusal.message}';"
    if not refusal.where:
        return f"\n  {refuse}"
    return f"\n  IF ({refusal.where}) THEN\n    {refuse}\n  END IF;"


_INSTALLED: Final = """
    SELECT c.relname || '.' || t.tgname AS key, t.tgtype, t.tgenabled::text,
      CASE WHEN t.tgqual IS NULL AND t.tgnargs = 0 AND l.lanname = 'plpgsql' THEN p.prosrc END,
      coalesce(array_to_string(p.proconfig, ';'), '')
        || CASE WHEN p.prosecdef THEN ' as its owner' ELSE '' END,
      array(SELECT a.attname::text FROM unnest(t.tgattr) WITH ORDINALITY u(n, place)
            JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = u.n ORDER BY u.place)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_language l ON l.oid = p.prolang
    WHERE quote_ident(n.nspname) = :schema AND starts_with(t.tgname, :prefix)"""


def installed(connection: Connection) -> dict[str, str]:
    """Return what every guard that is there says, by table and name."""
    given = {"schema": _schema(connection), "prefix": PREFIX}
    return {
        key: _as_text(bits, ", ".join(columns), enabled, path, body or "")
        for key, bits, enabled, body, path, columns in connection.execute(text(_INSTALLED), given)
    }


def install(connection: Connection) -> None:
    """Make the guards that are there the ones that are expected; nothing is locked if they are."""
    schema = _schema(connection)
    wanted, there = list(_triggers(connection, schema)), installed(connection)
    if {one.key: _said(one.guard) for one in wanted} == there:
        return
    remove(connection)
    for guard in {one.guard.name: one.guard for one in wanted}.values():
        _execute(connection, _function(guard, schema))
    for one in wanted:
        if not one.made_by_parent:
            _execute(connection, _trigger(one, schema))
    for one in wanted:
        enable = f"ENABLE ALWAYS TRIGGER {one.guard.name}"
        _execute(connection, f"ALTER TABLE {schema}.{_quoted(one.relation)} {enable}")


def _function(guard: Guard, schema: str) -> str:
    name = f"{schema}.{guard.name}()"
    return (
        f"CREATE OR REPLACE FUNCTION {name} RETURNS trigger LANGUAGE plpgsql"
        f" SET search_path = pg_catalog, pg_temp AS $guard${_body(guard)}$guard$"
    )


def _trigger(one: Trigger, schema: str) -> str:
    guard = one.guard
    of = f" OF {', '.join(map(_quoted, guard.columns))}" if guard.columns else ""
    each = "STATEMENT" if guard.event is Event.TRUNCATE else "ROW"
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event.value}{of}"
        f" ON {schema}.{_quoted(one.relation)}"
        f" FOR EACH {each} EXECUTE FUNCTION {schema}.{guard.name}()"
    )


def remove(connection: Connection) -> None:
    """Take every guard away, those of another version too."""
    given: dict[str, Any] = {"schema": _schema(connection), "prefix": PREFIX}
    triggers = """
        SELECT format('DROP TRIGGER IF EXISTS %I ON %I.%I', t.tgname, n.nspname, c.relname)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE quote_ident(n.nspname) = :schema AND starts_with(t.tgname, :prefix)
          AND t.tgparentid = 0"""
    functions = """
        SELECT format('DROP FUNCTION %I.%I()', n.nspname, p.proname)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE quote_ident(n.nspname) = :schema AND starts_with(p.proname, :prefix)"""
    for query in (triggers, functions):
        for statement in connection.scalars(text(query), given).all():
            _execute(connection, statement)


def _execute(connection: Connection, statement: str) -> None:
    """Execute a statement as it stands: what looks like a parameter in it is none."""
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
