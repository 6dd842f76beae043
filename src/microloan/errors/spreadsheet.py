"""Refusals of spreadsheets: a file that is none, a ledger with faults, what no ledger holds."""

from microloan.errors.refusal import MicroloanError


class UnreadableFile(MicroloanError):
    """A file that is no spreadsheet, is damaged, or is locked by a password."""

    code = "spreadsheet.unreadable"


class LedgerFaulty(MicroloanError):
    """An imported ledger has faults; ``value`` lists all of them, each with its cell."""

    code = "spreadsheet.faulty"


class NotInLedger(MicroloanError):
    """A loan with something that the columns of a ledger cannot say, such as changed terms."""

    code = "spreadsheet.not_in_ledger"
