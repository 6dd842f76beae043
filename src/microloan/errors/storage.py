"""Refusals of the database that holds a book: what happened to it, and what the caller can do."""

from microloan.errors.book import ConcurrentUpdate
from microloan.errors.refusal import MicroloanError


class RetryTransaction(ConcurrentUpdate):
    """The database was busy or saw a conflict; begin the whole transaction again and repeat it."""

    code = "store.retry_transaction"


class ConnectionLost(MicroloanError):
    """The connection broke before the commit: nothing was kept; connect again and repeat."""

    code = "store.connection_lost"


class CommitOutcomeUnknown(MicroloanError):
    """The connection broke while committing: repeat the acts named in ``value``.

    Whatever was kept is found again and not done twice.
    """

    code = "store.commit_outcome_unknown"


class StorageFull(MicroloanError):
    """The disk or the database has no room left; nothing of the act was kept."""

    code = "store.storage_full"


class StorageDamaged(MicroloanError):
    """The database cannot read or write its own files; stop, and restore or verify the book."""

    code = "store.storage_damaged"


class ReadOnlyDatabase(MicroloanError):
    """The database takes no writing: a read-only file, transaction or server."""

    code = "store.read_only"


class AutocommitNotAllowed(MicroloanError):
    """A connection that commits every statement by itself cannot do an act whole or not at all."""

    code = "store.autocommit_not_allowed"


class GuardRefused(MicroloanError):
    """A guard in the database refused to change what is written once."""

    code = "store.guard_refused"


class SchemaMismatch(MicroloanError):
    """The tables are of another version than this library reads; migrate them first."""

    code = "store.schema_mismatch"


class StorageRefused(MicroloanError):
    """The database refused a statement; ``value`` names the constraint or the fault."""

    code = "store.storage_refused"
