"""Tables: what every list of results gives to frames, services, notebooks and terminals."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from microloan.errors.personal import told
from microloan.naming import refused_terms, require_one_of, require_whole
from microloan.table.aligned_text import card_text, text_of
from microloan.table.cell import Cell
from microloan.table.column import Column, Columns, Line
from microloan.table.frames import arrow_of, dicts_of, pandas_of, polars_of
from microloan.table.hypertext import card_html, html_of
from microloan.table.kind import Language, MoneyAs
from microloan.table.label import Label, known_title

_SHOWN: Final = 20
_MOST_ROWS: Final = 1_000_000
_INNER_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")


class Tabular(ABC):
    """A result that can be taken elsewhere as a table: to rows, frames, a notebook, a terminal.

    It keeps nothing and decides nothing; all it needs is :meth:`as_table` (decision 047).
    """

    __slots__ = ()

    @abstractmethod
    def as_table(self) -> "Table":
        """Return the result as flat rows."""

    def for_reading(self) -> "Table":
        """Return the columns that people read; of a wide table, fewer than all."""
        return self.as_table()

    def to_dicts(
        self, *, money_as: MoneyAs = MoneyAs.DECIMAL, language: Language | None = None
    ) -> list[dict[str, Cell]]:
        """Return one dictionary for each row, as a web service or a spreadsheet takes it.

        Args:
            money_as: yuan with two places, or whole fen.
            language: the language of keys and words; absent, the names and values of the code.

        Raises:
            InvalidTerms: no such way of money, no language.
        """
        _require_form(money_as, language)
        table = self.as_table()
        return dicts_of(table.columns, table.rows, money_as, language)

    def to_polars(
        self, *, money_as: MoneyAs = MoneyAs.DECIMAL, language: Language | None = None
    ) -> Any:  # noqa: ANN401 — a DataFrame of a library that is not always there
        """Return a frame of polars; the arguments are those of :meth:`to_dicts`.

        Raises:
            ExtraMissing: polars is not installed.
            InvalidTerms: no such way of money, no language.
        """
        _require_form(money_as, language)
        table = self.as_table()
        return polars_of(table.columns, table.rows, money_as, language)

    def to_pandas(
        self, *, money_as: MoneyAs = MoneyAs.DECIMAL, language: Language | None = None
    ) -> Any:  # noqa: ANN401 — as above
        """Return a frame of pandas; the arguments are those of :meth:`to_dicts`.

        Raises:
            ExtraMissing: pandas is not installed.
            InvalidTerms: no such way of money, no language.
        """
        _require_form(money_as, language)
        table = self.as_table()
        return pandas_of(table.columns, table.rows, money_as, language)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the rows as an Arrow stream, which polars, pandas, DuckDB and others read.

        Raises:
            ExtraMissing: neither polars nor pyarrow is installed.
        """
        table = self.as_table()
        return arrow_of(table.columns, table.rows).__arrow_c_stream__(requested_schema)

    def to_text(self, *, language: Language = Language.ZH, most: int | None = None) -> str:
        """Return the table as aligned lines for a terminal.

        Args:
            language: the language of title, headings and words.
            most: how many rows at most, from 1; absent, all of them.

        Raises:
            InvalidTerms: fewer than one row asked for, or no language.
        """
        _require_language(language)
        if most is not None:
            _require_rows(most)
        table = self.for_reading().without_other(language)
        title = table.title.in_language(language)
        return text_of(title, table.columns, table.rows, language, most)

    def to_html(self, *, language: Language = Language.ZH, most: int = _SHOWN) -> str:
        """Return the table as a small piece of HTML.

        Args:
            language: the language of words and of the large headings.
            most: how many rows at most, from 1; how many are left out is said.

        Raises:
            InvalidTerms: fewer than one row asked for, or no language.
        """
        _require_language(language)
        _require_rows(most)
        table = self.for_reading().without_other(language)
        return html_of(table.title, table.columns, table.rows, language, most)

    def _repr_html_(self) -> str:
        return self.to_html()


class Card(Tabular):
    """A single result that is shown as a card: a label and a value on each line.

    As rows and frames it is a table of one row.
    """

    __slots__ = ()

    COLUMNS: ClassVar[Columns]

    def as_table(self) -> "Table":
        """Return the result as one flat row."""
        return tabulate((self,))

    def to_text(self, *, language: Language = Language.ZH, most: int | None = None) -> str:  # noqa: ARG002 — a card has one row
        """Return the card as aligned lines for a terminal; it is always shown whole."""
        _require_language(language)
        table = self.for_reading()
        return card_text(table.title.in_language(language), table.columns, table.rows[0], language)

    def to_html(self, *, language: Language = Language.ZH, most: int = _SHOWN) -> str:  # noqa: ARG002 — as above
        """Return the card as a small piece of HTML; it is always shown whole."""
        _require_language(language)
        table = self.for_reading()
        return card_html(table.title, table.columns, table.rows[0], language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Tabular):
    """Flat rows with typed columns.

    Args:
        name: the name in the code of what a line is, such as ``entry``; the title follows it.
        columns: the columns in order.
        rows: the raw values of each row, amounts in whole fen, members of closed sets as they are.

    Raises:
        InvalidTerms: no table has this name, no column, one of them twice, or a row of another
            width.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]

    def __post_init__(self) -> None:
        """Refuse what no reader could line up."""
        known_title(self.name)
        wide = len(self.columns)
        if not wide:
            raise refused_terms("the columns of a table", "表格栏目", 0, "1 or more")
        names = [column.name for column in self.columns]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise refused_terms("the columns of a table", "表格栏目", twice, "each there once")
        for row in self.rows:
            if len(row) != wide:
                raise refused_terms("the cells of a row", "一行的单元格", len(row), wide)

    @property
    def title(self) -> Label:
        """Return what the table is called in both languages."""
        return known_title(self.name)

    def as_table(self) -> "Table":
        """Return the table itself."""
        return self

    def only(self, *names: str) -> "Table":
        """Return the table with some of its columns, in the order in which they are named.

        Raises:
            InvalidTerms: no name, one that is no column of the table, or one twice.
        """
        places = {column.name: place for place, column in enumerate(self.columns)}
        if strange := [name for name in names if name not in places]:
            raise refused_terms("the columns", "栏目", strange, list(places))
        wanted = [places[name] for name in names]
        return Table(
            name=self.name,
            columns=tuple(self.columns[place] for place in wanted),
            rows=tuple(tuple(row[place] for place in wanted) for row in self.rows),
        )

    def without_other(self, language: Language) -> "Table":
        """Return the table without sentences of the other language, where it has them in both."""
        names = [column.name for column in self.columns]
        in_chinese = {name for name in names if name.endswith("_zh")}
        in_english = {name.removesuffix("_zh") for name in in_chinese}
        other = in_english if language is Language.ZH else in_chinese
        return self if not other else self.only(*(name for name in names if name not in other))


def tabulate(lines: Iterable[Line], *, of: type[Any] | None = None) -> Table:
    """Return records of one kind as a table.

    Args:
        lines: the records; each says its own columns.
        of: their kind; it may be left out where there is at least one.

    Raises:
        InvalidTerms: records of several kinds, one without columns, a single record, or neither
            records nor a kind.
    """
    if not isinstance(lines, Iterable):
        what = type(lines).__name__
        raise refused_terms("the lines of a table", "表格各行", what, "several records")
    listed = tuple(lines)
    kind: Any = of if of is not None or not listed else type(listed[0])
    if kind is None:
        raise refused_terms("the lines of a table", "表格各行", "none", "one or more, or a kind")
    if not listed and not hasattr(kind, "COLUMNS"):
        raise refused_terms("the kind of a line", "行的种类", told(of), "a record with columns")
    for line in listed:
        if type(line) is not kind or not hasattr(kind, "COLUMNS"):
            name = getattr(kind, "__name__", told(kind))
            what, wanted = type(line).__name__, f"of the kind {name}, with columns"
            raise refused_terms("a line of a table", "表格的一行", what, wanted)
    said: Columns = kind.COLUMNS
    return Table(name=_code_name(kind), columns=said.columns, rows=said.rows(listed))


def _code_name(kind: type) -> str:
    return _INNER_CAPITAL.sub("_", kind.__name__).lower()


def _require_form(money_as: MoneyAs, language: Language | None) -> None:
    """Refuse what would give amounts under a wrong name, or words in a wrong language."""
    require_one_of(money_as, MoneyAs, "the way of money", "金额形式")
    if language is not None:
        _require_language(language)


def _require_language(language: Language) -> None:
    require_one_of(language, Language, "the language", "语言")


def _require_rows(most: int) -> None:
    require_whole(most, "the rows shown", "显示行数", 1, _MOST_ROWS)
