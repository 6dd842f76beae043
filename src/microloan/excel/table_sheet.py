"""任意表页: any table of the library as a page of a workbook."""

from microloan.excel.page import Heading, Page
from microloan.naming import refused_terms
from microloan.table import Language, Tabular


def table_page(table: Tabular, *, language: Language = Language.ZH) -> Page:
    """Return any table of the library as a page, under its own title.

    Args:
        table: the table, or a result that has one, such as ``loan.schedule``.
        language: the language of title and headers.

    Raises:
        InvalidTerms: no table.
    """
    if not isinstance(table, Tabular):
        raise refused_terms("the table", "表", type(table).__name__, "a Table")
    listed = table.as_table()
    title = listed.title.in_language(language)
    return Page(
        name=title,
        title=title,
        notes=("单位：元",) if language is Language.ZH else ("amounts in yuan",),
        headings=tuple(Heading(column.label(language), column.kind) for column in listed.columns),
        rows=listed.rows,
        language=language,
    )
