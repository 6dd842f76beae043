"""身份证号: whether a citizen's number can exist, from its own eighteen characters."""

import re
from datetime import date
from enum import Enum
from typing import Final

from microloan.errors.personal import check_character

_FORM: Final = re.compile(r"[0-9]{17}[0-9X]")
_FIRST_FORM: Final = re.compile(r"[0-9]{15}")


class IdNumberFault(Enum):
    """Why a number cannot be that of a citizen."""

    FORM = "form"
    """位数或字符有误: not seventeen digits and a digit or X."""
    BIRTH = "birth"
    """出生日期有误: its seventh to fourteenth digits are no day of the calendar."""
    CHECKSUM = "checksum"
    """校验码有误: its last character does not follow from the others."""

    @property
    def zh(self) -> str:
        """Return the fault in Chinese."""
        return _ZH[self]


_ZH: Final = {
    IdNumberFault.FORM: "位数或字符有误",
    IdNumberFault.BIRTH: "出生日期有误",
    IdNumberFault.CHECKSUM: "校验码有误",
}


def id_number_fault(text: str) -> IdNumberFault | None:
    """Return the first fault of a citizen's number; ``None`` where it shows none (GB 11643-1999).

    The county code is not looked up, and a lower-case x counts as X. A number that shows no fault
    need not be anybody's. Fifteen digits, as on the first cards, are no number of eighteen; see
    :func:`as_eighteen`.

    >>> id_number_fault("990101198001010014"), id_number_fault("990101198001010015")
    (None, <IdNumberFault.CHECKSUM: 'checksum'>)
    """
    if not isinstance(text, str) or not _FORM.fullmatch(text.upper()):
        return IdNumberFault.FORM
    if born_by_id_number(text) is None:
        return IdNumberFault.BIRTH
    right = text[-1].upper() == check_character(text)
    return None if right else IdNumberFault.CHECKSUM


def as_eighteen(text: str) -> str:
    """Return a number of a first-generation card in eighteen characters; any other one upper-case.

    Its fifteen digits leave out the century, always the twentieth, and the check character. Such
    cards stopped being valid on 1 January 2013 (居民身份证法, 2011年修正, art. 23).

    >>> as_eighteen("990101800101001"), as_eighteen("99010119800101002x")
    ('990101198001010014', '99010119800101002X')
    """
    if not is_of_first_card(text):
        return text.upper()
    whole = f"{text[:6]}19{text[6:]}"
    return whole + check_character(whole)


def is_of_first_card(text: str) -> bool:
    """Tell whether a number has the fifteen digits of a first-generation card.

    >>> is_of_first_card("990101800101001")
    True
    """
    return _FIRST_FORM.fullmatch(text) is not None


def born_by_id_number(text: str) -> date | None:
    """Return the day of birth that a citizen's number states; ``None`` where it states none.

    >>> born_by_id_number("990101198001010014")
    datetime.date(1980, 1, 1)
    """
    try:
        return date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None
