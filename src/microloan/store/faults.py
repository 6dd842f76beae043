"""What a database says went wrong, as one of our refusals; by the fault's own name and no more.

What a driver says may hold what a row holds. So a refusal carries the name of the fault, of the
constraint or of the guard, and the log one line of names.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import isgeneratorfunction
from logging import getLogger
from types import FunctionType
from typing import Final, TypeVar

from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    InvalidRequestError,
    MissingGreenlet,
    OperationalError,
    PendingRollbackError,
    ResourceClosedError,
    UnboundExecutionError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from microloan.errors import (
    ConcurrentUpdate,
    ConnectionLost,
    GuardRefused,
    MicroloanError,
    ReadOnlyDatabase,
    RetryTransaction,
    StorageDamaged,
    StorageFull,
    StorageRefused,
)
from microloan.naming import refused_terms
from microloan.store.schema_version import NO_TABLES, schema_mismatch

_LOG: Final = getLogger("microloan.store")
T = TypeVar("T")


def _came_second(name: str) -> MicroloanError:
    return ConcurrentUpdate(
        f"another writer came first; read again and repeat the act ({name})",
        zh=f"已有其他写入在先，请重新读取后再办理（{name}）",
        value=name,
        limit="one writer at a time",
    )


def transaction_over(name: str) -> MicroloanError:
    """Return the refusal of a transaction that stands in another one's way, or is over by itself.

    Args:
        name: the name of the fault.
    """
    return RetryTransaction(
        f"the transaction cannot go on; begin the whole of it again and repeat it ({name})",
        zh=f"与其他事务冲突或事务已终止，请回滚后重新办理整个事务（{name}）",
        value=name,
        limit="one writer at a time",
    )


def _full(name: str) -> MicroloanError:
    return StorageFull(
        f"the database has no room left; make room and repeat the act ({name})",
        zh=f"数据库空间已满，请清理后再办理（{name}）",
        value=name,
        limit="the room of the disk",
    )


def _read_only(name: str) -> MicroloanError:
    return ReadOnlyDatabase(
        f"the database takes no writing; use one that can be written ({name})",
        zh=f"数据库只读，不能写入（{name}）",
        value=name,
        limit="a database that can be written",
    )


def _damaged(name: str) -> MicroloanError:
    return StorageDamaged(
        "the database cannot read or write its own files; stop, and verify or restore the book "
        f"({name})",
        zh=f"数据库文件无法读写或已损坏，请停止办理并校验或恢复台账（{name}）",
        value=name,
        limit="sound files",
    )


def connection_lost(name: str) -> MicroloanError:
    """Return the refusal of a connection that is broken.

    Args:
        name: the name of the fault.
    """
    return ConnectionLost(
        f"the connection to the database broke and nothing was kept; connect again ({name})",
        zh=f"数据库连接中断，未保存任何内容，请重新连接后再办理（{name}）",
        value=name,
        limit="a connection that holds",
    )


def _guarded(words: str) -> MicroloanError:
    return GuardRefused(
        f"a guard of the database refused to change what is written once ({words})",
        zh=f"数据库防护拒绝更改已登记的内容（{words}）",
        value=words,
        limit="what is written once stays",
    )


def _refused(name: str) -> MicroloanError:
    return StorageRefused(
        f"the database refused a statement ({name})",
        zh=f"数据库拒绝执行（{name}）",
        value=name,
        limit="what the tables can hold",
    )


_KEY_TAKEN: Final = "ML002"
"""The guard that says of a key what a unique constraint would say later."""
_BY_NAME: Final = (
    (("SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE", "23505"), _came_second),
    (("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL"), transaction_over),
    (("40001", "40P01", "55P03", "57014", "25P02"), transaction_over),
    (("SQLITE_FULL", "53100"), _full),
    (("SQLITE_READONLY", "25006"), _read_only),
    (("SQLITE_IOERR", "SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_CANTOPEN"), _damaged),
    (("58030", "58P01", "XX001", "XX002"), _damaged),
    (("08", "57P01", "57P02", "57P03", "25P03", "25P04"), connection_lost),
)
"""How the names of faults begin, and what they mean; most have variants."""
_GUARD: Final = re.compile(r"\A(ML\d{3})\b[^\n]*")
_NO_TABLE: Final = re.compile(
    r"""\A(no such table: (\w+\.)?microloan_|relation "([\w"]+\.)?"?microloan_\w+" does not)"""
)
_CONSTRAINT: Final = re.compile(r"constraint failed: ([\w.]+)\Z")


def refusal_of(fault: DBAPIError) -> MicroloanError:
    """Return the refusal for what a driver raised.

    Args:
        fault: what SQLAlchemy made of it.
    """
    raw, name = fault.orig, _name_of(fault)
    _LOG.debug("the database refused: %s %s", type(raw).__name__, name)
    if guard := _GUARD.match(str(raw)):
        return _came_second(guard[0]) if guard[1] == _KEY_TAKEN else _guarded(guard[0])
    if _NO_TABLE.match(str(raw)):
        return schema_mismatch(NO_TABLES)
    if fault.connection_invalidated:
        return connection_lost(name)
    for beginnings, refusal in _BY_NAME:
        if name.startswith(beginnings):
            return refusal(name)
    if name == type(raw).__name__ and isinstance(fault, OperationalError | InterfaceError):
        # SQLite's driver gives no name where a text is none; a server that cannot be asked, never.
        text = type(raw).__module__.startswith("sqlite3")
        return _damaged(name) if text else connection_lost(name)
    return _refused(_constraint_of(raw) or name)


def _name_of(fault: DBAPIError) -> str:
    """Return the fault's own name, as its database calls it; else that of its class."""
    raw = fault.orig
    for attribute in ("sqlite_errorname", "sqlstate", "pgcode"):
        if name := getattr(raw, attribute, None):
            return str(name)
    return type(raw).__name__


def _constraint_of(raw: BaseException | None) -> str:
    """Return the name of the constraint that a statement did not meet, where there is one."""
    told = getattr(getattr(raw, "diag", None), "constraint_name", None)
    found = _CONSTRAINT.search(str(raw))
    return told or (found[1] if found else "")


_LOST_BEFORE: Final = "8s2b"
"""SQLAlchemy's code for a connection that was found broken by an earlier statement."""


@contextmanager
def named_faults() -> Iterator[None]:
    """Turn what a driver raises, or SQLAlchemy before it, into one of our refusals.

    Nothing of it hangs on the refusal, not as its context either: it holds what a statement held.

    Raises:
        ConcurrentUpdate: the row was written first by somebody else.
        RetryTransaction: the database is busy, or another transaction stands in the way; or no
            connection of the engine came free in time, or the host's transaction is over.
        ConnectionLost: the connection broke, or was closed.
        StorageFull, StorageDamaged, ReadOnlyDatabase: what the file or the server cannot do.
        GuardRefused: a guard in the database refused.
        SchemaMismatch: the tables are not there.
        InvalidTerms: a session that knows no database.
        StorageRefused: anything else, by the name of the constraint or fault.
    """
    try:
        yield
    except (DBAPIError, UnicodeDecodeError, PoolTimeout, InvalidRequestError) as fault:
        if isinstance(fault, MissingGreenlet):
            raise
        refusal = _refusal_of_any(fault)
    else:
        return
    try:
        raise refusal from None
    finally:
        refusal.__context__ = None


def _refusal_of_any(
    fault: DBAPIError | UnicodeDecodeError | PoolTimeout | InvalidRequestError,
) -> MicroloanError:
    name = type(fault).__name__
    match fault:
        case DBAPIError():
            return refusal_of(fault)
        case UnicodeDecodeError():  # SQLite's driver cannot even say what of a file is wrong
            return _damaged(name)
        case UnboundExecutionError():
            what, wanted = "what a unit of work is for", "a Session bound to an Engine"
            return refused_terms(what, "数据库", "one bound to nothing", wanted)
        case ResourceClosedError():
            return connection_lost(name)
        case PendingRollbackError() if fault.code == _LOST_BEFORE:
            return connection_lost(name)
        case _:
            return transaction_over(name)


def faults_named(desk: type[T]) -> type[T]:
    """Let every public method of a class name the faults of the database it meets.

    What a host runs between two loans that a method yields keeps its own errors.
    """
    for name, method in list(vars(desk).items()):
        if isinstance(method, FunctionType) and not name.startswith("_"):
            setattr(desk, name, _naming(method))
    return desk


def _naming(method: FunctionType) -> Callable[..., object]:
    if isgeneratorfunction(method):

        @wraps(method)
        def each(*args: object, **kwargs: object) -> Iterator[object]:
            with named_faults():
                yield from method(*args, **kwargs)

        return each

    @wraps(method)
    def whole(*args: object, **kwargs: object) -> object:
        with named_faults():
            return method(*args, **kwargs)

    return whole
