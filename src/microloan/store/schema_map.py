"""Where tables are made: in the schema that the connection is set to, and in no other by a map.

A map of schemas changes the statements that SQLAlchemy writes. The guards, parts and migrations are
made by statements of our own, which it does not reach.
"""

from sqlalchemy import Connection, Engine

from microloan.naming import refused_terms


def require_own_schema(bind: Engine | Connection) -> None:
    """Refuse to make tables, guards or migrations where a map would lead only some of them away.

    Args:
        bind: the host's engine or connection.

    Raises:
        InvalidTerms: ``schema_translate_map`` gives tables without a schema another one.
    """
    elsewhere = (bind.get_execution_options().get("schema_translate_map") or {}).get(None)
    if elsewhere is not None:
        limit = "the schema that the connection itself is set to"
        what = "the schema of the tables (set the search path, not a schema_translate_map)"
        raise refused_terms(what, "数据表所在模式", elsewhere, limit)
