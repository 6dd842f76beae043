"""What a host's autogenerate must not see: the tables of a book are no leftovers of the host's."""

from collections.abc import Mapping


def include_name(name: str | None, type_: str, parent_names: Mapping[str, str | None]) -> bool:
    """Tell whether a name in the database is the host's; hand it to ``context.configure``.

    All our tables, the parts of split ones among them, begin with ``microloan_``.

    Args:
        name: of a schema, table, column, index or constraint.
        type_: which of them.
        parent_names: of the schema and table it belongs to.

    >>> include_name("microloan_loan", "table", {}), include_name("host_contact", "table", {})
    (False, True)
    """
    table = name if type_ == "table" else parent_names.get("table_name")
    return not (table or "").startswith("microloan_")
