"""Identities and refusals that every noun needs: what may be stored and printed."""

import re
from collections.abc import Iterable
from enum import Enum
from typing import Final, TypeVar

from microloan.errors import InvalidIdentity, InvalidTerms
from microloan.errors.personal import is_personal, quoted, told

T = TypeVar("T")
_MAX_IDENTITY: Final = 64
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}|[\u4e00-\u9fff]{1,20}")


def identity(given: str, what: str) -> str:
    """Return an identity or voucher number the world gave, if it can be stored and printed.

    Raises:
        InvalidIdentity: not a string, empty, padded with blanks, over 64 characters, or with a
            character that cannot be printed.

    >>> identity("HT-2024-0017", "a loan")
    'HT-2024-0017'
    """
    if not _is_printed(given):
        raise _not_an_identity(told(given), quoted(given), what)
    return given


def person_id(given: str, what: str) -> str:
    """Return the identity of a person, if it is one that the host made up.

    A citizen's number or a mobile number says who somebody is; the library keeps neither. What was
    given is not repeated, since it may be a name.

    Raises:
        InvalidIdentity: as of :func:`identity`, or a citizen's number or a mobile number.

    >>> person_id("B-0042", "a borrower")
    'B-0042'
    """
    if not _is_printed(given):
        raise _not_an_identity(told(given), quoted(given), what)
    if is_personal(given):
        raise InvalidIdentity(
            f"the identity of {what} must be one of the host's own, got a citizen's number or a "
            "mobile number",
            zh="人员编号应由系统自编，不得使用身份证号或手机号",
            value="a number of a person",
            limit="an identity of the host's own",
        )
    return given


def _is_printed(given: object) -> bool:
    printed = isinstance(given, str) and given.isprintable() and given == given.strip()
    return printed and 0 < len(str(given)) <= _MAX_IDENTITY


def is_code(given: object) -> bool:
    """Tell whether something is a code of a group or scheme: lower-case letters, or Chinese.

    >>> is_code("returning_migrant"), is_code("渔民"), is_code("Laid off")
    (True, True, False)
    """
    return isinstance(given, str) and _CODE.fullmatch(given) is not None


def _not_an_identity(value: object, said: str, what: str) -> InvalidIdentity:
    return InvalidIdentity(
        f"the identity of {what} must be 1-{_MAX_IDENTITY} printable characters, got {said}",
        zh=f"编号应为 1 至 {_MAX_IDENTITY} 个可打印字符，实为 {said}",
        value=value,
        limit=_MAX_IDENTITY,
    )


def refused_terms(what: str, zh: str, value: object, limit: object) -> InvalidTerms:
    """Return the refusal of a term, with the value and the limit in its sentence.

    >>> print(refused_terms("months", "期限（月）", 0, "1-600"))
    months must be 1-600, got 0
    """
    return InvalidTerms(
        f"{what} must be {limit}, got {value}",
        zh=f"{zh}应为 {limit}，实为 {value}",
        value=value,
        limit=limit,
    )


def require_whole(value: int, what: str, zh: str, lowest: int, highest: int) -> None:
    """Refuse what is no whole number within two bounds.

    Raises:
        InvalidTerms: not an ``int``, or out of range.

    >>> require_whole(36, "months", "期限（月）", 1, 600)
    """
    if type(value) is not int or not lowest <= value <= highest:
        raise refused_terms(what, zh, told(value), f"{lowest}-{highest}")


def require_one_of(value: object, kind: type[Enum], what: str, zh: str) -> None:
    """Refuse what is no member of an enumeration.

    Raises:
        InvalidTerms: another type, such as a string.
    """
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise refused_terms(what, zh, told(value), f"{article} {kind.__name__}")


def require_a(value: object, kind: type, what: str, zh: str) -> None:
    """Refuse what is no object of a kind; it is named by its own kind.

    Raises:
        InvalidTerms: another type.

    >>> require_a(36, int, "months", "期限（月）")
    """
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise refused_terms(what, zh, type(value).__name__, f"{article} {kind.__name__}")


def several_of(given: Iterable[T], kind: type[T], what: str, zh: str) -> list[T]:
    """Return several records of one kind; what is no such record is refused by its type.

    Raises:
        InvalidTerms: one record where several are asked for, or another kind among them.

    >>> several_of(iter([1, 2]), int, "the days", "天数")
    [1, 2]
    """
    listed = list(given) if isinstance(given, Iterable) else [given]
    for one in listed:
        if not isinstance(given, Iterable) or not isinstance(one, kind):
            name = kind.__name__
            raise refused_terms(what, zh, type(one).__name__, f"several {name}")
    return listed


def identities_of(given: Iterable[str], what: str) -> set[str]:
    """Return several identities; a single text is none of several.

    Raises:
        InvalidTerms: something that is no collection of texts.
        InvalidIdentity: an unusable identity.

    >>> sorted(identities_of(["B-2", "B-1", "B-2"], "a borrower"))
    ['B-1', 'B-2']
    """
    if isinstance(given, str):
        raise refused_terms(f"the identities of {what}", "编号", repr(given), "several str")
    listed = several_of(given, str, f"the identities of {what}", "编号")
    return {identity(each, what) for each in listed}
