"""大写金额: an amount in the characters that cannot be altered by a stroke of the pen."""

from typing import Final

from microloan.errors import InvalidAmount
from microloan.money import Money, fen, show

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_NOUGHT: Final = "零"
_WAN: Final = 10**4
_YI: Final = 10**8
_TEN: Final = 10
_THOUSAND: Final = 1_000


def in_capitals(amount: Money) -> str:
    """Return an amount as a voucher spells it (正确填写票据和结算凭证的基本规定, 中国人民银行).

    Where that rule leaves a 零 open, it is written as in the first form of each of its examples;
    整 ends an amount of whole yuan.

    Args:
        amount: the amount in yuan, at least 0.00.

    Raises:
        InvalidAmount: below nothing: a form says 红字 and spells what is taken back.

    >>> from microloan.money import cny
    >>> in_capitals(cny("107000.53"))
    '人民币壹拾万柒仟元零伍角叁分'
    """
    worth = fen(amount)
    if worth < 0:
        raise InvalidAmount(
            f"an amount in capitals must be at least 0.00 yuan, got {show(amount)}",
            zh=f"大写金额不得为负，实为 {show(amount)}",
            value=amount,
            limit="at least 0.00",
        )
    yuan, odd = divmod(worth, 100)
    if not odd:
        return f"人民币{_whole(yuan)}元整"
    jiao, last = divmod(odd, _TEN)
    parts = [f"{_whole(yuan)}元"] if yuan else []
    if yuan and (not jiao or yuan % _TEN == 0):
        parts.append(_NOUGHT)
    if jiao:
        parts.append(f"{_DIGITS[jiao]}角")
    if last:
        parts.append(f"{_DIGITS[last]}分")
    return f"人民币{''.join(parts)}"


def _whole(yuan: int) -> str:
    """Return whole yuan in characters, without the unit."""
    if not yuan:
        return _NOUGHT
    above, rest = divmod(yuan, _YI)
    text = f"{_whole(above)}亿" if above else ""
    wan, units = divmod(rest, _WAN)
    if wan:
        text += _gap(text, wan) + f"{_group(wan)}万"
    if units:
        text += _gap(text, units, skipped=not wan) + _group(units)
    return text


def _gap(before: str, group: int, *, skipped: bool = False) -> str:
    """Return the 零 between groups of four digits: one for all that are missing between them."""
    return _NOUGHT if before and (skipped or group < _THOUSAND) else ""


def _group(number: int) -> str:
    """Return 1 to 9,999 in characters."""
    text, missing = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += (_NOUGHT if missing and text else "") + _DIGITS[digit] + _PLACES[place]
        missing = not digit
    return text
