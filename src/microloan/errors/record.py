"""Refusals of flat records that a host hands in, and of records of the follow-up."""

from microloan.errors.refusal import MicroloanError


class InvalidRecord(MicroloanError):
    """A row of a list or a cell of a report is missing or cannot be read; row and column named."""

    code = "record.invalid"


class VisitTooEarly(MicroloanError):
    """A visit or a reminder lies before the loan was paid out."""

    code = "tracking.too_early"
