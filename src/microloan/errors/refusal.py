"""What every refusal carries."""

from typing import ClassVar, Final

_PRINTED_BITS: Final = 1_000


class MicroloanError(Exception):
    """A refusal: what was asked cannot be done, and why.

    Args:
        message: one English sentence with the identity, the offending value and the limit.
        zh: the same sentence in Chinese.
        value: the value that was refused.
        limit: what would have been accepted.
    """

    code: ClassVar[str] = "microloan"

    def __init__(self, message: str, *, zh: str, value: object, limit: object) -> None:
        super().__init__(message)
        self.zh = zh
        self.value = value
        self.limit = limit

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by state, so that a refusal crosses a process boundary whole."""
        return _revive, (type(self), str(self), self.zh, self.value, self.limit)


def _revive(
    cls: type[MicroloanError], message: str, zh: str, value: object, limit: object
) -> MicroloanError:
    return cls(message, zh=zh, value=value, limit=limit)


def shown(number: object) -> str:
    """Return a number as a refusal prints it; Python prints no int of more than 4,300 digits."""
    huge = isinstance(number, int) and number.bit_length() > _PRINTED_BITS
    return "an int of too many digits" if huge else repr(number)
