"""Which version of the tables this library reads, and the refusal of any other."""

from typing import Final

from microloan.errors import SchemaMismatch

SCHEMA_VERSION: Final = "0002"
"""The version of the tables that this library reads and writes."""
NO_TABLES: Final = "0000"
"""A database in which no table of ours is."""
FIRST: Final = "0001"
"""The first version; it kept no record of itself."""
NOT_RECORDED: Final = "not recorded"
"""Tables that were made past ``create_all`` and the migrations: nobody knows what they are."""
UNLIKE: Final = "unlike any version"
"""Tables that bear names of ours, without our record, and are not what version 0001 made."""


def schema_mismatch(found: str) -> SchemaMismatch:
    """Return the refusal of tables that are not of this library's version."""
    if found == NO_TABLES:
        what, zh = "the database holds no tables of a book; create or migrate them", "库中无台账表"
    elif found == NOT_RECORDED:
        what = "nobody wrote down which version the tables are; make them by create_all or migrate"
        zh = "库表没有版本记录，应以 create_all 或迁移建立"
    elif found == UNLIKE:
        what = (
            "tables are named like ours, but without our record and not as version 0001 made them; "
            "restore a backup, or use another database or schema"
        )
        zh = "库中有同名数据表，但无版本记录，也不是 0001 版所建，应恢复备份或改用其他库"
    elif found < SCHEMA_VERSION:
        what, zh = (
            f"the tables are version {found}; migrate them",
            f"库表为旧版本 {found}，应先迁移",
        )
    else:
        what = f"the tables are version {found}; use a newer library"
        zh = f"库表版本 {found} 较新，应升级程序"
    return SchemaMismatch(
        f"{what}; this library reads version {SCHEMA_VERSION}",
        zh=f"{zh}（本程序所用版本 {SCHEMA_VERSION}）",
        value=found,
        limit=SCHEMA_VERSION,
    )
