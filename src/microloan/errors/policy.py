"""Refusals of a policy, and of what its rules do not allow."""

from microloan.errors.refusal import MicroloanError


class InvalidPolicy(MicroloanError, ValueError):
    """A policy file that breaks its form; the message names the file and the key."""

    code = "policy.invalid"


class UnknownRegion(MicroloanError, LookupError):
    """No policy is shipped under this name, or it knows no such region."""

    code = "policy.unknown_region"


class NotInForce(MicroloanError, LookupError):
    """No value is in force on the day asked for."""

    code = "policy.not_in_force"


class CategoryNeeded(MicroloanError, LookupError):
    """The rule asks for a fact about the borrower that the category does not state."""

    code = "policy.category_needed"


class PenaltyOutOfRange(MicroloanError):
    """A multiple of the contract rate that no rule lets a contract agree as its penalty."""

    code = "policy.penalty_out_of_range"


class RateAboveCap(MicroloanError):
    """The contract rate lies above the highest one that the programme knows on its signing day."""

    code = "policy.rate_above_cap"
