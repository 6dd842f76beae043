"""The transaction a unit of work writes in: its own, or a savepoint in the host's."""

from collections.abc import Iterator
from contextlib import contextmanager
from logging import getLogger
from typing import Any, Final

from sqlalchemy import Connection, Engine, NestedTransaction
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session, scoped_session

from microloan.errors import CommitOutcomeUnknown, ConnectionLost, MicroloanError
from microloan.naming import refused_terms
from microloan.store.act_key import ActKey
from microloan.store.binds import Bind, begin_writing, driver_of, is_begun, joined
from microloan.store.faults import connection_lost, named_faults, transaction_over
from microloan.store.pairs import require_both, stored
from microloan.store.savepoints import OurSavepoint
from microloan.store.written import Mark, Written

_LOG: Final = getLogger("microloan.store")
_IN_ERROR: Final = 3
"""How PostgreSQL's drivers say that a transaction can only be rolled back."""
OUTSIDE: Final = ("one outside of it", "used inside its block")
"""What is said of a unit of work whose block was left, or not entered yet."""
_OVER: Final = "the transaction is over"
NOTHING: Final = Mark(0, 0)
"""How far a unit of work has come that has written nothing."""


class Transaction:
    """The transaction of one unit of work, and what was written in it since the last commit.

    Args:
        bind: the host's engine, connection or session.
        book: the book that is written to.
    """

    def __init__(self, bind: Bind, book: str) -> None:
        self._owned: Connection | None = None
        self._session: Session | scoped_session[Any] | None = None
        if isinstance(bind, Engine):
            with named_faults():
                self._owned = self._given = bind.connect()
        else:
            self._given = joined(bind)
            self._session = None if isinstance(bind, Connection) else bind
        self._book = book
        self._ours: OurSavepoint | None = None
        self._begun, self._over, self._is_left = False, "", False
        self._is_told = False
        self.written = Written()

    @property
    def connection(self) -> Connection:
        """Return the connection; a session is asked anew, since it may have set a savepoint."""
        if self._session is None:
            return self._given
        with named_faults():
            return self._session.connection()

    @property
    def _stands(self) -> bool:
        """Tell whether it was begun, and neither committed nor rolled back by the host since."""
        return self._begun if self._owned is not None else self._ours is not None

    @property
    def is_untouched(self) -> bool:
        """Tell whether it is our own, and nothing was written in it since the last commit."""
        return self._owned is not None and not self._over and not any(self.written.mark())

    def begin(self) -> None:
        """Begin to write, or set a savepoint in the host's transaction; anew after a commit.

        Raises:
            RetryTransaction: the database or the host ended the transaction, and with it what was
                written; or another one stands in the way.
            AutocommitNotAllowed: the connection commits every statement by itself.
            InvalidTerms: the block was left.
        """
        self._require_entered()
        self._notice_the_host()
        if self._over or self._stands:
            self._require_alive()
            return
        connection = self.connection
        with named_faults():
            begin_writing(connection)
            if self._owned is None:
                self._ours = OurSavepoint.set_in(connection, self.written)
        self._begun = True

    def _require_entered(self) -> None:
        if self._is_left:
            raise refused_terms("a unit of work", "工作单元", *OUTSIDE)

    def written_now(self) -> tuple[ActKey, ...]:
        """Return the keys of the acts that were written and not taken back since."""
        self._notice_the_host()
        return tuple(self.written.keys)

    def _notice_the_host(self) -> None:
        """Notice whether the host ended the transaction inside our block; what was done is its."""
        if self._ours is None or self._ours.stands:
            return
        if self.written.mark() > self._ours.start:
            self.written.back_to(self._ours.start)
            self._over = "the host ended its transaction inside the block"
        self._ours.forget()
        self._ours = None

    def _require_alive(self) -> None:
        """Refuse to go on in a transaction that is no more: what was done in it is gone."""
        connection = self.connection
        with named_faults():
            if connection.invalidated:
                raise connection_lost("invalidated")
            if not self._over and self._ended_by_itself(connection):
                self._over = _OVER
        if self._over:
            self._is_told = True
            raise transaction_over(self._over)

    def _ended_by_itself(self, connection: Connection) -> bool:
        """Tell whether the driver knows of no transaction, or of one that can only be undone."""
        if connection.dialect.name == "sqlite":
            return self._stands and not is_begun(connection)
        info = getattr(driver_of(connection), "info", None)
        told = getattr(info, "transaction_status", None)
        return told == _IN_ERROR

    @contextmanager
    def act(self) -> Iterator[None]:
        """Do one act whole or not at all: a refusal leaves the transaction as it was before."""
        self.begin()
        mark = self.written.mark()
        with named_faults():
            point = self.connection.begin_nested()
        try:
            with named_faults():
                yield
                point.commit()
        except BaseException:
            self.written.back_to(mark)
            if not undone(point):
                self._over = _OVER
            raise
        if self._ours is not None:
            self._ours.note(point, mark)

    def commit(self) -> None:
        """Keep what was done; of a joined transaction, leave the rest to the host.

        Raises:
            UnpairedEntry: only one side of a payout or recovery was saved.
            CommitOutcomeUnknown: the connection broke while committing; names the acts to repeat.
            RetryTransaction: the database or the host ended the transaction by itself, or it is
                busy.
            InvalidTerms: the block was left, or a savepoint inside it is open.
        """
        self._require_entered()
        self._notice_the_host()
        if self._owned is not None:
            require_both(self.written.pairs.sides)
            if self._over or self._begun:
                self._require_alive()
            self._commit_own(self._owned)
        else:
            self._require_alive()
            self._commit_ours()

    def _commit_own(self, owned: Connection) -> None:
        keys = tuple(self.written.keys)
        try:
            with named_faults():
                owned.commit()
        except ConnectionLost as lost:
            self._over = _OVER
            raise (_outcome_unknown(keys) if keys else lost) from None
        except BaseException:
            self._over = _OVER
            raise
        self._begun = False
        self.written.back_to(NOTHING)

    def _commit_ours(self) -> None:
        """Release our savepoint; who has taken back a side of a shared act is told so."""
        if self._ours is None:
            return
        self._ours.require_innermost()
        with named_faults():
            require_both(stored(self.written.pairs.sides, self.connection, self._book))
            self._ours.point.commit()
        self._ours.forget()
        self._ours = None
        self.written.pairs.sides.clear()

    def leave(self, *, in_error: bool) -> None:
        """Roll back whatever was not committed; the host's own work is left alone.

        Args:
            in_error: the block is left by an error, which must not be hidden by another one.

        Raises:
            RetryTransaction, ConnectionLost: the host's transaction is over, and nobody was told.
        """
        self._is_left = True
        self._notice_the_host()
        if self._owned is not None:
            self._leave_own(self._owned)
        elif self._ours is not None:
            self._leave_ours(self._ours, is_known=in_error or self._is_told)

    def _leave_ours(self, ours: OurSavepoint, *, is_known: bool) -> None:
        try:
            with named_faults():
                ours.undo()
        except MicroloanError as refusal:
            if not is_known:
                lost = isinstance(refusal, ConnectionLost)
                raise (refusal if lost else transaction_over(_OVER)) from None
        finally:
            ours.forget()
            self._ours = None

    def _leave_own(self, owned: Connection) -> None:
        try:
            owned.rollback()
            if self._over and not owned.invalidated:
                owned.connection.rollback()  # a commit that failed has left it open
        except SQLAlchemyError as fault:
            _note("rollback", fault)
            owned.invalidate()
        finally:
            owned.close()


def undone(point: NestedTransaction) -> bool:
    """Go back to a savepoint; tell whether there was one to go back to.

    Where there is none left, the database has undone the whole transaction by itself.
    """
    try:
        point.rollback()
    except DBAPIError as fault:
        _note("savepoint", fault)
        return False
    return True


def _note(what: str, fault: SQLAlchemyError) -> None:
    _LOG.debug("%s: %s", what, type(fault).__name__)


def _outcome_unknown(keys: tuple[ActKey, ...]) -> CommitOutcomeUnknown:
    return CommitOutcomeUnknown(
        f"the connection broke while {len(keys)} acts were committed; repeat them: what was kept "
        "is found again and not done twice",
        zh=f"提交 {len(keys)} 笔业务时连接中断，结果未知；请重新办理，已保存的不会重复",
        value=keys,
        limit="an answer to the commit",
    )
