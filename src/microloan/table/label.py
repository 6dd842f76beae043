"""The one label table: the English and the Chinese word of every column, sheet and closed set.

They stand in three lists beside this module: ``labels.csv`` for columns, ``titles.csv`` for whole
tables and ``words.csv`` for the members of enumerations.
"""

import csv
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files

from microloan.naming import refused_terms
from microloan.table.kind import ColumnKind, Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a column or a table is called.

    Args:
        english: the heading in English.
        chinese: the heading in Chinese, as the office writes it.
    """

    english: str
    chinese: str

    def in_language(self, language: Language) -> str:
        """Return the heading in a language."""
        return self.english if language is Language.EN else self.chinese


@cache
def column_labels() -> dict[str, tuple[ColumnKind, Label]]:
    """Return every column there is, by its name in the code: what it holds and what it is called.

    >>> column_labels()["due_on"][1].chinese
    '应还日'
    """
    return {
        name: (ColumnKind(kind), Label(english=english, chinese=chinese))
        for name, kind, english, chinese in _rows("labels.csv")
    }


@cache
def table_titles() -> dict[str, Label]:
    """Return the title of every kind of table, by the name of its lines in the code."""
    return {
        name: Label(english=english, chinese=chinese)
        for name, english, chinese in _rows("titles.csv")
    }


@cache
def chinese_words() -> dict[tuple[str, str], str]:
    """Return the Chinese word of each member of a closed set, by the set's name and its value."""
    return {(kind, value): chinese for kind, value, chinese in _rows("words.csv")}


def word_of(member: Enum, language: Language) -> str:
    """Return what a member of a closed set is called in a table.

    In English it is its stable code value, and so it is where no Chinese word is known.

    >>> word_of(ColumnKind.MONEY, Language.EN)
    'money'
    """
    value = str(member.value)
    if language is Language.EN:
        return value
    own = getattr(member, "zh", None)
    if isinstance(own, str):
        return own
    return chinese_words().get((type(member).__name__, value), value)


def known_label(name: str) -> tuple[ColumnKind, Label]:
    """Return what a column of this name holds and is called.

    Raises:
        InvalidTerms: no column has this name.
    """
    if name not in column_labels():
        raise refused_terms("a column", "栏目", name, "a name of labels.csv")
    return column_labels()[name]


def known_title(name: str) -> Label:
    """Return the title of a table.

    Raises:
        InvalidTerms: no table has this name.
    """
    if name not in table_titles():
        raise refused_terms("a table", "表格", name, "a name of titles.csv")
    return table_titles()[name]


def _rows(name: str) -> list[list[str]]:
    text = files("microloan.table").joinpath(name).read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()[1:]))
