"""The columns of a record: which of its values are shown, in which order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import partial
from operator import attrgetter
from typing import Any, Final, Protocol, assert_never

from microloan.money import Money, fen, rounded
from microloan.table.kind import ColumnKind, Language, MoneyAs
from microloan.table.label import Label, known_label

DECIMAL_PLACES: Final = 12
"""To how many places a table states a share such as 1/3, which no decimal states exactly."""
_UNIT_IN_FEN: Final = {Language.EN: " (fen)", Language.ZH: "（分）"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its name in the code and what it holds.

    Args:
        name: the name in the code; of money without the ending ``_fen``.
        kind: what it holds.

    >>> Column("due_on", ColumnKind.DATE).label(Language.ZH)
    '应还日'
    """

    name: str
    kind: ColumnKind

    @property
    def labels(self) -> Label:
        """Return what the column is called in both languages."""
        return known_label(self.name)[1]

    def label(self, language: Language) -> str:
        """Return the heading of the column in a language."""
        return self.labels.in_language(language)

    def key(self, money_as: MoneyAs, language: Language | None) -> str:
        """Return under which name the column leaves the house.

        Args:
            money_as: whole fen are said in the name.
            language: the language of the heading; absent, the name in the code.
        """
        in_fen = self.kind is ColumnKind.MONEY and money_as is MoneyAs.FEN
        if language is None:
            return f"{self.name}_fen" if in_fen else self.name
        return self.label(language) + (_UNIT_IN_FEN[language] if in_fen else "")


class Line(Protocol):
    """A record that says its own columns."""

    @property
    def COLUMNS(self) -> "Columns":  # noqa: N802 — a constant of the record's class
        """Return the columns of the record."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one kind of record, with the way to each value.

    Args:
        columns: the columns in order.
        reads: what reads the value of each from a record.
    """

    columns: tuple[Column, ...]
    reads: tuple[Callable[[Any], Any], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns in the code, in order."""
        return tuple(column.name for column in self.columns)

    def rows(self, lines: Sequence[Line]) -> tuple[tuple[object, ...], ...]:
        """Return the raw values of some records, amounts in fen."""
        cells = (
            _raw(map(read, lines), column.kind)
            for column, read in zip(self.columns, self.reads, strict=True)
        )
        return tuple(zip(*cells, strict=True))


def columns_of(*names: str, **computed: Callable[[Any], Any]) -> Columns:
    """Return the columns of a record.

    Args:
        names: names of the label table with blanks between them. Each is read from the attribute of
            that name (of money, from the one that ends in ``_fen``), or from the path after an
            equals sign: ``opens_on=period.opens_on``. A part of a path that ends in ``?`` may be
            absent: ``visit?.on``.
        computed: names of further columns, each with what computes its value from a record.

    Raises:
        InvalidTerms: a name that the label table does not have.

    >>> columns_of("number due_on", "closing=account.closing_fen").names
    ('number', 'due_on', 'closing')
    """
    pairs = [word.partition("=") for word in " ".join(names).split()]
    made = [Column(name, known_label(name)[0]) for name in [*(p[0] for p in pairs), *computed]]
    keys = [column.key(MoneyAs.FEN, None) for column in made[: len(pairs)]]
    paths = [path or key for key, (_, _, path) in zip(keys, pairs, strict=True)]
    return Columns(tuple(made), (*map(_reader, paths), *computed.values()))


def within(record: str, names: str) -> str:
    """Return names of columns as :func:`columns_of` reads them from a record inside the record.

    >>> within("account", "half opening")
    'half=account.half opening=account.opening_fen'
    """
    keys = ((name, Column(name, known_label(name)[0])) for name in names.split())
    return " ".join(f"{name}={record}.{one.key(MoneyAs.FEN, None)}" for name, one in keys)


def _raw(values: Iterable[object], kind: ColumnKind) -> list[object]:
    match kind:
        case ColumnKind.TEXT:
            return [as_text(value) for value in values]
        case ColumnKind.RATE | ColumnKind.MULTIPLE:
            return [as_decimal(value) for value in values]
        case ColumnKind.MONEY:
            return [fen(value) if isinstance(value, Money) else value for value in values]
        case ColumnKind.COUNT | ColumnKind.DATE | ColumnKind.FLAG:
            return list(values)
    assert_never(kind)


def as_text(value: object) -> object:
    """Return a value as the text of one cell; members of a closed set stay what they are.

    >>> as_text(frozenset({"b", "a"})), as_text((("age", "61"), ("at most", "60"))), as_text(17)
    ('a, b', 'age 61, at most 60', '17')
    """
    match value:
        case None | str() | Enum():
            return value
        case frozenset():
            return ", ".join(sorted(map(str, value)))
        case tuple():
            members = bool(value) and all(isinstance(each, Enum) for each in value)
            return value if members else ", ".join(map(_in_words, value))
        case _:
            return str(value)


def _in_words(part: object) -> str:
    return " ".join(map(str, part)) if isinstance(part, tuple) else str(part)


def as_decimal(value: Any) -> Decimal | None:  # noqa: ANN401 — an exact number or nothing
    """Return an exact number as a decimal of at most twelve places, the last rounded half up.

    >>> as_decimal(Fraction(1, 3)), as_decimal(5)
    (Decimal('0.333333333333'), Decimal('5'))
    """
    if value is None or isinstance(value, int):
        return None if value is None else Decimal(value)
    if isinstance(value, Decimal) and int(value.as_tuple().exponent) >= -DECIMAL_PLACES:
        return value
    return rounded(Fraction(value), DECIMAL_PLACES)


def _reader(path: str) -> Callable[[Any], Any]:
    return partial(_descend, path.split(".")) if "?" in path else attrgetter(path)


def _descend(parts: Sequence[str], line: object) -> object:
    value = line
    for part in parts:
        value = getattr(value, part.removesuffix("?"))
        if value is None and part.endswith("?"):
            break
    return value
