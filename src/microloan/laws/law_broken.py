"""A law of the books, and the error that says where it does not hold and with which figures."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from microloan.errors.personal import hidden
from microloan.money import from_fen, show

Figure = int | Decimal | date | str
"""A figure of the place where a law is broken: an amount in yuan, a count, a day or a name."""
_FEN = "_fen"


class LawBroken(AssertionError):
    """A law of the books does not hold; the first place where it does not, with all its figures.

    It is an :class:`AssertionError`, so that a test fails by it.

    Args:
        law: the law.
        where: which row, entry or loan, by number and name.
        figures: what was found there; names that end in ``_fen`` are amounts in whole fen.
    """

    def __init__(self, law: "Law", where: str, figures: dict[str, Figure]) -> None:
        shown = ", ".join(
            f"{_plain(name)} {_shown(name, value)}" for name, value in figures.items()
        )
        super().__init__(hidden(f"{where}: {law.clause}; found {shown}"))
        self.code = law.code
        self.clause = law.clause
        self.where = hidden(where)
        self.zh = hidden(f"{where}：{law.zh}；实为 {shown}")
        self.figures = {_plain(name): _in_yuan(name, value) for name, value in figures.items()}

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by state, so that a broken law crosses a process boundary whole."""
        return _revive, (str(self), dict(self.__dict__))


def _revive(message: str, state: dict[str, object]) -> LawBroken:
    broken = LawBroken.__new__(LawBroken)
    AssertionError.__init__(broken, message)
    broken.__dict__.update(state)
    return broken


def _plain(name: str) -> str:
    return name.removesuffix(_FEN)


def _shown(name: str, value: Figure) -> str:
    if name.endswith(_FEN) and isinstance(value, int):
        return show(from_fen(value))
    return str(value)


def _in_yuan(name: str, value: Figure) -> Figure:
    if name.endswith(_FEN) and isinstance(value, int):
        return from_fen(value).amount
    return value


@dataclass(frozen=True, slots=True)
class Law:
    """One law: its code, what it says in one line, and the same in Chinese.

    Args:
        code: the stable code, such as ``law.identity_of_account``.
        clause: what holds.
        zh: the same in Chinese.
    """

    code: str
    clause: str
    zh: str

    def require(self, holds: bool, where: str, **figures: Figure) -> None:  # noqa: FBT001 — as assert
        """Refuse what breaks the law.

        Raises:
            LawBroken: it does not hold; names the place and the figures.
        """
        if not holds:
            raise LawBroken(self, where, figures)
