"""Tables: results as flat rows for frames, services, spreadsheets, notebooks and terminals.

Every record says its own columns; one label table names them in English and Chinese. polars and
pandas are loaded where a frame is asked for, and only there.
"""

from microloan.table.column import Column, Columns, columns_of, within
from microloan.table.kind import ColumnKind, Language, MoneyAs
from microloan.table.label import Label, word_of
from microloan.table.tabular import Card, Table, Tabular, tabulate

__all__ = [
    "Card",
    "Column",
    "ColumnKind",
    "Columns",
    "Label",
    "Language",
    "MoneyAs",
    "Table",
    "Tabular",
    "columns_of",
    "tabulate",
    "within",
    "word_of",
]
