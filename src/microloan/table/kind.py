"""What the cells of a column are, and how their money leaves the house."""

from enum import Enum


class ColumnKind(Enum):
    """What a column holds, and so how it is printed, sorted and stored elsewhere."""

    TEXT = "text"
    """An identity, a name, a sentence or one of a closed set of words."""
    COUNT = "count"
    """A whole number of days, loans, people or a place in an order."""
    MONEY = "money"
    """An amount, kept in whole fen."""
    DATE = "date"
    """A day of the calendar."""
    RATE = "rate"
    """A part of one, printed in percent."""
    MULTIPLE = "multiple"
    """So many times something, printed as it is."""
    FLAG = "flag"
    """Yes or no."""


class MoneyAs(Enum):
    """What an amount becomes in a row or a frame; both are exact."""

    DECIMAL = "decimal"
    """Yuan, a ``Decimal`` with two places."""
    FEN = "fen"
    """Whole fen, an ``int``; the name of the column then ends in ``_fen``."""


class Language(Enum):
    """The language of a heading and of the words in a table."""

    EN = "en"
    ZH = "zh"
