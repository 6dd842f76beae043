"""Refusals of a request for a subsidy."""

from microloan.errors.refusal import MicroloanError


class QuarterNotOver(MicroloanError):
    """The interest quarter has not ended on the day of the request."""

    code = "request.quarter_not_over"


class WrongLender(MicroloanError):
    """A loan of another lender; a request is one bank's."""

    code = "request.wrong_lender"


class LoanGivenTwice(MicroloanError):
    """The same loan is given twice for one request or one question."""

    code = "request.loan_given_twice"


class LoanMissing(MicroloanError):
    """An earlier request holds a line of a loan that is not given, so it cannot be recomputed."""

    code = "request.loan_missing"


class AlreadyRequested(MicroloanError):
    """The line, or the quarter, was requested before."""

    code = "request.already_requested"


class NotRequested(MicroloanError, LookupError):
    """No request holds the line that is to be corrected."""

    code = "request.not_requested"


class CorrectionTooLarge(MicroloanError):
    """More is to be taken back than was requested for the line, net of earlier corrections."""

    code = "request.correction_too_large"


class BudgetExceeded(MicroloanError):
    """A level of government would bear more than its budget of the year."""

    code = "request.budget_exceeded"


class YearBegun(MicroloanError):
    """The year has begun; its subsidy is planned before."""

    code = "request.year_begun"
