"""Refusals of a guarantee and of a fund."""

from microloan.errors.refusal import MicroloanError


class NotGuaranteed(MicroloanError):
    """The loan is not guaranteed, or not by this fund."""

    code = "guarantee.not_guaranteed"


class ClaimNotDue(MicroloanError):
    """The waiting time of the guarantee is not over."""

    code = "guarantee.claim_not_due"


class ClaimTooLate(MicroloanError):
    """The guarantee period after maturity has ended."""

    code = "guarantee.claim_too_late"


class AlreadyClaimed(MicroloanError):
    """The guarantee has been exercised; it is exercised once."""

    code = "guarantee.already_claimed"


class NothingToClaim(MicroloanError):
    """Nothing covered by the guarantee is owed."""

    code = "guarantee.nothing_to_claim"


class NotClaimed(MicroloanError):
    """The fund has not paid for the loan and nothing was written off: nothing can be recovered."""

    code = "guarantee.not_claimed"


class RecoveryExceedsDebt(MicroloanError):
    """More money than the borrower still owes to the fund and the lender together."""

    code = "guarantee.recovery_exceeds_debt"


class InsufficientBalance(MicroloanError):
    """The fund's balance would fall below zero on some day."""

    code = "fund.insufficient_balance"


class LeverageExceeded(MicroloanError):
    """The fund would stand behind more than its cap allows on some day."""

    code = "fund.leverage_exceeded"
