"""Refusals of a half-year and of a book."""

from microloan.errors.refusal import MicroloanError


class PeriodNotOver(MicroloanError):
    """The half-year has not ended on the day of closing."""

    code = "halfyear.not_over"


class PreviousPeriodOpen(MicroloanError):
    """An earlier half-year of the book is still open."""

    code = "halfyear.previous_open"


class PeriodClosed(MicroloanError):
    """The half-year is closed; book the act in the open one."""

    code = "halfyear.closed"


class NotLastClosed(MicroloanError):
    """Only the half-year that was closed last can be opened again."""

    code = "halfyear.not_last"


class ControlFailed(MicroloanError):
    """What the control sheet of a half-year checks does not hold; it cannot be closed."""

    code = "halfyear.control_failed"


class ReasonMissing(MicroloanError):
    """A closed half-year is opened again for a reason, which stays on record."""

    code = "halfyear.reason_missing"


class NotFound(MicroloanError, LookupError):
    """The book holds nothing under this identity."""

    code = "store.not_found"


class NotAdmitted(MicroloanError):
    """What takes room under the cap enters a book only by an act that tests it."""

    code = "store.not_admitted"


class ConcurrentUpdate(MicroloanError):
    """Somebody else wrote first; read again and repeat the act."""

    code = "store.concurrent_update"


class UnpairedEntry(MicroloanError):
    """An act on fund and loan of which only one side is there."""

    code = "store.unpaired_entry"


class ChainBroken(MicroloanError):
    """Stored entries do not match their hash chain: they were changed behind the library's back."""

    code = "store.chain_broken"
