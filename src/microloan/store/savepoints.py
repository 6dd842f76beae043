"""A host's savepoints inside our block: what it takes back of our acts, and whether ours stands."""

from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, NestedTransaction, event

from microloan.naming import refused_terms
from microloan.store.written import Mark, Written

_BACK: Final = "rollback_savepoint"
_KEPT: Final = "release_savepoint"


@dataclass(slots=True)
class OurSavepoint:
    """The savepoint of a unit of work in the host's transaction, and the acts done in it.

    A connection numbers its savepoints. What was done in a later one is gone when the host goes
    back to an earlier one; when that is earlier than ours, all of it.
    """

    point: NestedTransaction
    written: Written
    start: Mark
    acts: list[tuple[int, Mark]] = field(default_factory=list)
    is_ended: bool = False

    @classmethod
    def set_in(cls, connection: Connection, written: Written) -> "OurSavepoint":
        """Set one, and notice from now on what the host does to it."""
        ours = cls(connection.begin_nested(), written, written.mark())
        event.listen(connection, _BACK, ours._went_back)
        event.listen(connection, _KEPT, ours._was_kept)
        return ours

    def forget(self) -> None:
        """Notice nothing more."""
        event.remove(self.point.connection, _BACK, self._went_back)
        event.remove(self.point.connection, _KEPT, self._was_kept)

    @property
    def stands(self) -> bool:
        """Tell whether it is there: the host ended neither it nor what it stands in."""
        return self.point.is_active and not self.is_ended

    def note(self, act: NestedTransaction, before: Mark) -> None:
        """Note an act that was done in it, and how far all had come before."""
        self.acts.append((_number_of(act), before))

    def _went_back(self, _connection: Connection, name: str, _context: None) -> None:
        to = _number(name)
        if to <= _number_of(self.point):
            self.is_ended = True
            return
        for at, (number, before) in enumerate(self.acts):
            if number > to:
                self.written.back_to(before)
                del self.acts[at:]
                return

    def _was_kept(self, _connection: Connection, name: str, _context: None) -> None:
        if _number(name) < _number_of(self.point):
            self.is_ended = True

    def require_innermost(self) -> None:
        """Refuse to keep what was done while a savepoint inside it is open.

        Raises:
            InvalidTerms: another unit of work, or the host, has set one and not ended it.
        """
        if self.point.connection.get_nested_transaction() is not self.point:
            raise refused_terms(
                "a unit of work that is committed",
                "提交的工作单元",
                "one with an open savepoint inside",
                "the innermost; end what was begun inside it first",
            )

    def undo(self) -> None:
        """Go back to it, and end what is open inside it first."""
        connection = self.point.connection
        while (inner := connection.get_nested_transaction()) is not None:
            inner.rollback()
            if inner is self.point:
                break


def _number_of(point: NestedTransaction) -> int:
    return _number(point._savepoint)  # noqa: SLF001 — events are told this name, and no other


def _number(name: str) -> int:
    """Return the number that a connection has given to a savepoint."""
    return int(name.rpartition("_")[2])
