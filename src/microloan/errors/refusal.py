"""What every refusal carries."""

from typing import ClassVar, Final

from microloan.errors.personal import hidden

_PRINTED_BITS: Final = 1_000


class MicroloanError(Exception):
    """A refusal: what was asked cannot be done, and why.

    Citizens' numbers and mobile numbers are struck out of all it carries.

    Args:
        message: one English sentence with the identity, the offending value and the limit.
        zh: the same sentence in Chinese.
        value: the value that was refused.
        limit: what would have been accepted.
    """

    code: ClassVar[str] = "microloan"

    def __init__(self, message: str, *, zh: str, value: object, limit: object) -> None:
        super().__init__(hidden(message))
        self.zh = hidden(zh)
        self.value = _without_numbers(value)
        self.limit = _without_numbers(limit)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by state, so that a refusal crosses a process boundary whole."""
        return _revive, (type(self), str(self), self.zh, self.value, self.limit)


def _without_numbers(value: object) -> object:
    if isinstance(value, str) and type(value) is str:
        return hidden(value)
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(map(_without_numbers, value))
    return value


def _revive(
    cls: type[MicroloanError], message: str, zh: str, value: object, limit: object
) -> MicroloanError:
    return cls(message, zh=zh, value=value, limit=limit)


def shown(number: object) -> str:
    """Return a number as a refusal prints it; Python prints no int of more than 4,300 digits."""
    huge = isinstance(number, int) and number.bit_length() > _PRINTED_BITS
    return "an int of too many digits" if huge else repr(number)
