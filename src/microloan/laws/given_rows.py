"""Rows that a law reads: our own objects, flat rows with the same names, or a host's frame."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from operator import index
from typing import Any

from microloan.errors import InvalidAmount, InvalidRecord
from microloan.errors.personal import quoted, told
from microloan.money import FEN_LIMIT, Money, cny, fen, from_fen

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands, and what it is.

    A name that ends in ``_fen`` holds whole fen; the same name without the ending holds yuan, as
    ``Money``, ``Decimal``, text or whole number. A line of the half-year ledger answers for its
    account.

    Args:
        number: its place, from 1.
        given: an object or a mapping.
    """

    number: int
    given: Any

    def has(self, name: str) -> bool:
        """Tell whether the row has a value of that name, in yuan or in fen."""
        return any(self._found(each) is not _ABSENT for each in (name, f"{name}_fen"))

    def value(self, name: str) -> Any:  # noqa: ANN401 — whatever the row holds
        """Return a value as it is.

        Raises:
            InvalidRecord: the row has none of that name.
        """
        found = self._found(name)
        if found is _ABSENT:
            raise InvalidRecord(
                f"row {self.number} has no {name!r}",
                zh=f"第 {self.number} 行缺少 {name}",
                value=self.number,
                limit=name,
            )
        return found

    def fen(self, name: str) -> int:
        """Return an amount in fen.

        Raises:
            InvalidRecord: the row has none of that name.
            InvalidAmount: a float, a third decimal, or nothing.
        """
        whole = self._found(f"{name}_fen")
        if whole is not _ABSENT:
            return _whole_fen(whole)
        given = self.value(name)
        return fen(given if isinstance(given, Money) else cny(_plain_number(given)))

    def day(self, name: str) -> date:
        """Return a day; a text in the form 2024-03-15 and a frame's midnight are days too.

        Raises:
            InvalidRecord: the row has none of that name, or no day.
        """
        given = _plain_day(self.value(name))
        if isinstance(given, date) and not isinstance(given, datetime):
            return given
        try:
            return date.fromisoformat(given)
        except (TypeError, ValueError) as unreadable:
            raise InvalidRecord(
                f"row {self.number}: {name} is no day, got {quoted(given)}",
                zh=f"第 {self.number} 行：{name} 不是日期，实为 {quoted(given)}",
                value=told(given),
                limit="datetime.date",
            ) from unreadable

    def exact(self, name: str) -> Fraction:
        """Return a share or a multiple; a text in digits is one too.

        Raises:
            InvalidRecord: the row has none of that name, or no exact number, such as a float.
        """
        given = self.value(name)
        if isinstance(given, bool | float):
            raise self.refused(name, "an exact number", "精确数值")
        try:
            return Fraction(given)
        except (TypeError, ValueError, ArithmeticError) as unreadable:
            raise self.refused(name, "an exact number", "精确数值") from unreadable

    def whole(self, name: str) -> int:
        """Return a whole number; a frame's ``5.0`` and a text in digits are whole too.

        Raises:
            InvalidRecord: the row has none of that name, or no whole number.
        """
        given = self.value(name)
        try:
            number = Fraction(given)
        except (TypeError, ValueError, ArithmeticError) as unreadable:
            raise self.refused(name, "a whole number", "整数") from unreadable
        if isinstance(given, bool) or number.denominator != 1:
            raise self.refused(name, "a whole number", "整数")
        return number.numerator

    def refused(self, name: str, limit: str, zh: str) -> InvalidRecord:
        """Return the refusal of a value that no law can judge."""
        given = quoted(self.value(name))
        return InvalidRecord(
            f"row {self.number}: {name} must be {limit}, got {given}",
            zh=f"第 {self.number} 行：{name} 应为{zh}，实为 {given}",
            value=told(self.value(name)),
            limit=limit,
        )

    def code(self, name: str) -> str:
        """Return the code of a choice: that of an enumeration, or the text itself."""
        given = self.value(name)
        return str(given.value if isinstance(given, Enum) else given)

    def named(self, *names: str) -> str:
        """Return which row it is, with those of some names that it has: ``row 3 (HT-1)``."""
        found = [
            str(_plain_day(self.value(name))) for name in names if self._found(name) is not _ABSENT
        ]
        return f"row {self.number} ({', '.join(found)})" if found else f"row {self.number}"

    def _found(self, name: str) -> Any:  # noqa: ANN401 — whatever the row holds
        """Return a value, or that there is none: an empty cell is none."""
        if isinstance(self.given, Mapping):
            found = self.given.get(name)
        else:
            found = getattr(self.given, name, None)
            if found is None:
                found = getattr(getattr(self.given, "account", None), name, None)
        return _ABSENT if found is None else found


def _plain_day(given: Any) -> Any:  # noqa: ANN401 — whatever the row holds
    """Return a frame's midnight as its day; anything else, a missing day too, as it is."""
    if not isinstance(given, datetime) or str(given) == "NaT":
        return given
    return given if any(given.timetuple()[3:6]) else given.date()


def _whole_fen(given: Any) -> int:  # noqa: ANN401 — a whole number of some library
    if isinstance(given, bool):
        return fen(cny(given))  # refuses
    try:
        return fen(from_fen(index(given)))
    except TypeError as refused:
        raise InvalidAmount(
            f"{quoted(given)} is no whole number of fen",
            zh=f"{quoted(given)} 不是整数分",
            value=told(given),
            limit=FEN_LIMIT,
        ) from refused


def _plain_number(given: Any) -> Any:  # noqa: ANN401 — as a frame hands it out
    """Return a whole number of some library as ``int``; anything else as it is."""
    plain = not isinstance(given, bool) and hasattr(given, "__index__")
    return index(given) if plain else given


def rows_of(given: Any) -> list[Row]:  # noqa: ANN401 — objects, rows, a frame
    """Return what was given as rows.

    A single object or mapping is one row; of a ledger, its lines are; of a frame, its rows.

    Raises:
        InvalidRecord: nothing, or a text.
    """
    if given is None or isinstance(given, str | bytes):
        raise InvalidRecord(
            f"a law reads objects, rows or a frame, got {quoted(given)}",
            zh=f"核验须给对象、数据行或数据框，实为 {quoted(given)}",
            value=told(given),
            limit="objects, rows or a frame",
        )
    return [Row(number, each) for number, each in enumerate(_flat(given), start=1)]


def _flat(given: Any) -> Iterator[Any]:  # noqa: ANN401 — as above
    if isinstance(given, Mapping):
        yield given
    elif hasattr(given, "columns") and hasattr(given, "to_dicts"):  # polars
        yield from given.to_dicts()
    elif hasattr(given, "columns") and hasattr(given, "to_dict"):  # pandas
        empty = given.isna().to_dict(orient="records")
        for row, gone in zip(given.to_dict(orient="records"), empty, strict=True):
            yield {name: None if gone[name] else cell for name, cell in row.items()}
    elif isinstance(given, Iterable):
        for each in given:
            yield from getattr(each, "lines", (each,))
    else:
        yield from getattr(given, "lines", (given,))
