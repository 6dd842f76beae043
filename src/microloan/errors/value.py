"""Refusals of a value that nothing could mean."""

from microloan.errors.refusal import MicroloanError


class InvalidAmount(MicroloanError, ValueError):
    """An amount that is no whole number of fen in CNY, out of range, or of the wrong sign."""

    code = "money.invalid_amount"


class InvalidRate(MicroloanError, ValueError):
    """A rate that is not a finite decimal within range."""

    code = "money.invalid_rate"


class InvalidDate(MicroloanError, ValueError):
    """A day that is not a plain date within 1990-2100, or stands in the wrong order."""

    code = "periods.invalid_date"


class InvalidIdentity(MicroloanError, ValueError):
    """An identity or voucher number that is empty, too long or contains control characters."""

    code = "identity.invalid"


class InvalidTerms(MicroloanError, ValueError):
    """Terms, a category or a guarantee that no contract could contain."""

    code = "terms.invalid"


class InvalidHistory(MicroloanError, ValueError):
    """Entries that cannot be the history of a loan or a fund: a gap, a missing first entry."""

    code = "ledger.invalid_history"
