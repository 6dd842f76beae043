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


class NothingToAnswer(MicroloanError):
    """An act answers an earlier one that does not stand, or more than is left of it."""

    code = "fund.nothing_to_answer"


class UnknownAccount(MicroloanError):
    """The fund has opened no such deposit account by that day."""

    code = "fund.unknown_account"


class NotCapital(MicroloanError):
    """The money may not become capital: only interest that was earned may."""

    code = "fund.not_capital"


class CapNotRaisable(MicroloanError):
    """The cap may not be raised: too little was repaid, or the multiple is too high."""

    code = "fund.cap_not_raisable"


class SubLimitExceeded(MicroloanError):
    """More would be lent or guaranteed than a limit for a bank, a group or a period allows."""

    code = "fund.sublimit_exceeded"


class LenderSuspended(MicroloanError):
    """The fund gives no new guarantees for the bank until the suspension is lifted."""

    code = "fund.lender_suspended"


class EvidenceMissing(MicroloanError):
    """The claim lacks evidence that the guarantee asks for."""

    code = "guarantee.evidence_missing"


class ClaimNotApproved(MicroloanError):
    """A claim was filed for the loan, and it was rejected or is still open."""

    code = "guarantee.claim_not_approved"


class ClaimTooLarge(MicroloanError):
    """More was asked for than the covered loss comes to."""

    code = "guarantee.claim_too_large"


class ClaimPending(MicroloanError):
    """A claim for the loan was filed already; it is open, or approved and not yet paid."""

    code = "guarantee.claim_pending"


class GuaranteeDischarged(MicroloanError):
    """The guarantee ended without a payout; nothing more can be claimed under it."""

    code = "guarantee.discharged"
