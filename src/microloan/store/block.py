"""The block of a unit of work: inside it there is one transaction, outside of it none."""

from sqlalchemy import Engine

from microloan.naming import refused_terms
from microloan.store.binds import Bind
from microloan.store.faults import named_faults
from microloan.store.schema import require_schema
from microloan.store.transaction import OUTSIDE, Transaction


class Block:
    """What is entered and left by ``with``; it can be entered again after it was left.

    Args:
        bind: the host's engine, connection or session.
        book: the book that is written to.
    """

    def __init__(self, bind: Bind, book: str) -> None:
        self._bind, self._book = bind, book
        self._entered: Transaction | None = None

    @property
    def transaction(self) -> Transaction:
        """Return the transaction of the block.

        Raises:
            InvalidTerms: the block was left, or was not entered.
        """
        if self._entered is None:
            raise refused_terms("a unit of work", "工作单元", *OUTSIDE)
        return self._entered

    def enter(self) -> None:
        """Begin, or join the host's transaction, on tables that this library reads.

        Raises:
            InvalidTerms: inside the block already; it would wait for itself.
        """
        if self._entered is not None:
            raise refused_terms("a unit of work", "工作单元", "one inside already", "entered once")
        self._entered = Transaction(self._bind, self._book)
        try:
            self._entered.begin()
            with named_faults():
                is_own = isinstance(self._bind, Engine)
                require_schema(self._entered.connection, is_own=is_own)
        except BaseException:
            self.leave(in_error=True)
            raise

    def leave(self, *, in_error: bool) -> None:
        """Roll back whatever was not committed; see :meth:`Transaction.leave`."""
        transaction, self._entered = self.transaction, None
        transaction.leave(in_error=in_error)
