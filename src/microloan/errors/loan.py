"""Refusals of acts upon a loan."""

from microloan.errors.refusal import MicroloanError


class RefConflict(MicroloanError):
    """The voucher number already stands for another act of the same kind."""

    code = "ledger.ref_conflict"


class BookedTooEarly(MicroloanError):
    """An entry booked before the one it rests on was booked."""

    code = "ledger.booked_too_early"


class NotReversible(MicroloanError):
    """The entry does not exist, is a reversal, is reversed already, or others rest on it."""

    code = "ledger.not_reversible"


class BeforeDisbursement(MicroloanError):
    """An act dated before the loan was paid out."""

    code = "loan.before_disbursement"


class OverRepayment(MicroloanError):
    """More money than had fallen due by that day."""

    code = "loan.over_repayment"


class PrepaymentTooSmall(MicroloanError):
    """A prepayment that does not reach the principal: running interest comes first."""

    code = "loan.prepayment_too_small"


class OverDisbursement(MicroloanError):
    """More money paid out than the contract lends."""

    code = "loan.over_disbursement"


class AlreadyExtended(MicroloanError):
    """The loan was extended before; it is extended once."""

    code = "loan.already_extended"


class ExtensionTooLong(MicroloanError):
    """An extension of nothing, or of more than a year."""

    code = "loan.extension_too_long"


class RateFixed(MicroloanError):
    """The contract fixes the rate, or the new rate is no change."""

    code = "loan.rate_fixed"


class LoanMatured(MicroloanError):
    """The loan has matured, so that there is no plan left to change."""

    code = "loan.matured"


class LoanEnded(MicroloanError):
    """The loan was called in or written off; an act of that kind can no longer follow."""

    code = "loan.ended"


class LoanClosed(MicroloanError):
    """The loan is repaid in full; nothing more is owed on it."""

    code = "loan.closed"


class LoanClaimed(MicroloanError):
    """The fund has paid for the loan; money received since then is a recovery."""

    code = "loan.claimed"
