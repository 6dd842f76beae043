"""单元格读取: what one cell of a ledger says, however a spreadsheet or a person spelled it."""

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from microloan.errors import MicroloanError
from microloan.errors.personal import quoted
from microloan.money import from_fen, settle
from microloan.rate import percent

RawCell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta
"""What a reader of spreadsheets returns for a cell; an empty one is an empty text."""

_BLANK: Final = frozenset({"", "-", "--", "—", "/", "无"})
_DAY: Final = re.compile(
    r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})"
    r"|([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日?"
    r"|([0-9]{4})([0-9]{2})([0-9]{2})"
)
_CLOCK: Final = re.compile(r"[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]*)?)?")
_SERIAL: Final = re.compile(r"[0-9]{5}")
_FIRST_SERIAL: Final = date(1899, 12, 30)
_SERIALS: Final = range(32_874, 73_416)
"""1 January 1990 to 31 December 2100 as a spreadsheet counts days."""
_YUAN: Final = re.compile(r"[-+]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]*)?")
_SHORTENED: Final = re.compile(r"[十百千万亿]|[0-9][kKwW]\Z")
_COUNT: Final = re.compile(r"([0-9]{1,9})(\.0+)?(个月|月|期|天|日|人|笔|次)?")
_MARK: Final = "No"
"""The category of ², ① and ⑴, which a plain spelling would turn into digits."""
_MOST_ID_DIGITS: Final = 10**15
_FEN_PLACES: Final = 2
_NOISE: Final = Fraction(1, 10**6)
_KEPT: Final = Context(prec=15)
"""A spreadsheet keeps fifteen digits of a number; what lies beyond is binary noise."""
LEAST_BARE_RATE: Final = Decimal("0.5")
"""In percent: no loan is lent at less, and none at 50 %."""
LEAST_BARE_SHARE: Final = Decimal("1.000001")
"""In percent: no fund bears a hundredth of a loss or less, and 1 is all of it."""


class UnreadCell(Exception):
    """A cell that cannot be read: the code, and what is wanted, in both languages."""

    def __init__(self, code: str, sentence: str, zh: str) -> None:
        super().__init__(sentence)
        self.code, self.zh = code, zh


def is_blank(cell: RawCell) -> bool:
    """Tell whether a cell is empty, or holds one of the signs that stand for nothing.

    >>> is_blank(" "), is_blank("—"), is_blank(0)
    (True, True, False)
    """
    return isinstance(cell, str) and plain_text(cell) in _BLANK


def plain_text(cell: str) -> str:
    """Return a text without blanks around it, full-width digits and signs as plain ones.

    The mark of a footnote stays one: it is no digit of the number before it.

    >>> plain_text(" 5000元 "), plain_text("5000①")
    ('5000元', '5000①')
    """
    if cell.isascii():
        return cell.strip()
    if any(map(_is_mark, cell)):
        plain = "".join(sign if _is_mark(sign) else _compatible(sign) for sign in cell)
    else:
        plain = _compatible(cell)
    return plain.replace("\ufeff", "").strip()


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign) == _MARK


def read_text(cell: RawCell) -> str:
    """Return an identity, a voucher number or a name as it is written.

    A number cell is taken for its digits as long as it can hold them all.

    Raises:
        UnreadCell: a number cell of sixteen digits or more, a day, or something else.
    """
    if isinstance(cell, str):
        return cell.strip().removeprefix("\ufeff")
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if abs(cell) < _MOST_ID_DIGITS and (digits := _digits(cell)):
            return digits
        raise UnreadCell(
            "cell.number_for_text",
            "the cell holds a number, which keeps 15 digits only: set the column to text and "
            "enter it again",
            "单元格为数字格式，只保留 15 位：请将该列设为文本格式后重新录入",
        )
    raise UnreadCell(
        "cell.not_a_text",
        f"a {type(cell).__name__} stands where a text is wanted: set the column to text",
        "应为文本，请将该列设为文本格式后重新录入",
    )


def read_day(cell: RawCell) -> date:
    """Return a day: a date cell, a serial, ``2025.3.1``, ``2025年3月1日``, ``20250301`` and alike.

    Raises:
        UnreadCell: no day of the calendar, or a text that could be read in two ways.

    >>> [str(read_day(cell)) for cell in (45717.0, "2025.3.1", "2025年3月1日", "2025/3/1 09:30")]
    ['2025-03-01', '2025-03-01', '2025-03-01', '2025-03-01']
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = plain_text(cell) if isinstance(cell, str) else _digits(cell)
    if _SERIAL.fullmatch(text) and int(text) in _SERIALS:
        return _FIRST_SERIAL + timedelta(days=int(text))
    clock = _CLOCK.search(text)
    form = _DAY.fullmatch(text[: clock.start()] if clock and clock.end() == len(text) else text)
    try:
        if form is not None:
            return date(*(int(part) for part in form.groups() if part and part.isdigit()))
    except ValueError:
        pass
    raise UnreadCell(
        "cell.not_a_day",
        f"{quoted(cell)} is not a day; write it like 2025-03-01",
        f"{quoted(cell)} 不是有效日期，请写作 2025-03-01",
    )


def read_fen(cell: RawCell) -> int:
    """Return an amount of yuan in fen; binary noise of a number cell does not count.

    Raises:
        UnreadCell: no amount, a third decimal, or one that is shortened, such as ``1.5万``.

    >>> read_fen(0.1 + 0.2), read_fen("￥12,345.67"), read_fen("300元")
    (30, 1234567, 30000)
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _fen_of_number(cell)
    text = plain_text(cell).removeprefix("¥").removesuffix("元") if isinstance(cell, str) else ""
    text = text.replace(" ", "")
    if _SHORTENED.search(text):
        raise UnreadCell(
            "cell.shortened",
            f"{quoted(cell)} is shortened; write the amount out in yuan, like 15000.00",
            f"{quoted(cell)} 为缩写，请写出完整金额（元），如 15000.00",
        )
    if not _YUAN.fullmatch(text):
        raise _not_an_amount(cell)
    number = Decimal(text.replace(",", ""))
    return _whole_fen(Fraction(number), cell, Fraction(0))


def read_count(cell: RawCell) -> int:
    """Return a whole number of months, days or people.

    Raises:
        UnreadCell: no whole number.

    >>> read_count(24.0), read_count("24个月")
    (24, 24)
    """
    text = plain_text(cell) if isinstance(cell, str) else _digits(cell)
    form = _COUNT.fullmatch(text)
    if form is None:
        raise UnreadCell(
            "cell.not_a_count",
            f"{quoted(cell)} is not a whole number",
            f"{quoted(cell)} 不是整数",
        )
    return int(form[1])


def read_rate(cell: RawCell, *, bare_from: Decimal = LEAST_BARE_RATE) -> Decimal:
    """Return a rate given in percent as a fraction.

    A bare number below 0.5 is unclear: it may be a cell formatted as percent, or mean less than
    half a percent.

    Args:
        cell: the cell.
        bare_from: from which number on a bare one is percent; of a share of a loss above 1, since
            all of it is 1.

    Raises:
        UnreadCell: no rate, one out of range, or one that is unclear.

    >>> read_rate(3.95), read_rate("3.95%"), read_rate("0.3 %")
    (Decimal('0.0395'), Decimal('0.0395'), Decimal('0.003'))
    """
    text = plain_text(cell).replace(" ", "") if isinstance(cell, str) else ""
    try:
        if text.endswith("%"):
            return percent(text.removesuffix("%"))
        number = Decimal(text) if text else _number(cell)
        if not 0 < number < bare_from:
            return percent(number)
    except (MicroloanError, ArithmeticError):
        raise UnreadCell(
            "cell.not_a_rate",
            f"{quoted(cell)} is not a rate in percent, like 3.95",
            f"{quoted(cell)} 不是百分比利率，应如 3.95",
        ) from None
    raise UnreadCell(
        "cell.unclear_rate",
        f"{quoted(cell)} may be a share of one or a rate in percent; write it like 3.95%",
        f"{quoted(cell)} 可能是小数也可能是百分数，请写作文本 3.95%",
    )


def _digits(cell: RawCell) -> str:
    """Return the digits of a number cell that holds a whole number; of others, nothing."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return ""
    return str(int(cell)) if math.isfinite(cell) and cell == int(cell) else ""


def _number(cell: RawCell) -> Decimal:
    """Return a number cell as the decimal it shows."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise ArithmeticError  # noqa: TRY004 — a bool and a day are cells, and no numbers
    return _KEPT.create_decimal(repr(cell)).normalize(_KEPT)


def _fen_of_number(cell: float) -> int:
    if not math.isfinite(cell):
        raise _not_an_amount(cell)
    # Two of the smallest steps a number of this size can make, where they are more.
    noise = max(_NOISE, 2 * 100 * Fraction(math.ulp(cell)))
    return _whole_fen(Fraction(cell), cell, noise)


def _whole_fen(yuan: Fraction, cell: RawCell, noise: Fraction) -> int:
    exact = yuan * 10**_FEN_PLACES
    worth = settle(exact)
    if abs(exact - worth) > noise:
        raise UnreadCell(
            "cell.finer_than_a_fen",
            f"{quoted(cell)} has more than two decimals; an amount ends with the fen",
            f"{quoted(cell)} 超过两位小数，金额应精确到分",
        )
    try:
        from_fen(worth)
    except MicroloanError:
        raise _not_an_amount(cell) from None
    return worth


def _not_an_amount(cell: RawCell) -> UnreadCell:
    return UnreadCell(
        "cell.not_an_amount",
        f"{quoted(cell)} is not an amount in yuan, like 15000.00",
        f"{quoted(cell)} 不是金额，应如 15000.00",
    )
