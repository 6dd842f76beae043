"""Refusals: one class for each thing a caller can act on.

Every refusal carries a stable ``code``, the offending ``value``, the ``limit`` it broke, an English
sentence (its ``str``) and the same sentence in Chinese (``zh``). Questions return; commands raise
one of these and leave everything as it was.
"""

from typing import ClassVar, Final

_PRINTED_BITS: Final = 1_000


class MicroloanError(Exception):
    """A refusal: what was asked cannot be done, and why.

    Args:
        message: one English sentence with the identity, the offending value and the limit.
        zh: the same sentence in Chinese.
        value: the value that was refused.
        limit: what would have been accepted.
    """

    code: ClassVar[str] = "microloan"

    def __init__(self, message: str, *, zh: str, value: object, limit: object) -> None:
        super().__init__(message)
        self.zh = zh
        self.value = value
        self.limit = limit

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by state, so that a refusal crosses a process boundary whole."""
        return _revive, (type(self), str(self), self.zh, self.value, self.limit)


def _revive(
    cls: type[MicroloanError], message: str, zh: str, value: object, limit: object
) -> MicroloanError:
    return cls(message, zh=zh, value=value, limit=limit)


def shown(number: object) -> str:
    """Return a number as a refusal prints it; Python prints no int of more than 4,300 digits."""
    huge = isinstance(number, int) and number.bit_length() > _PRINTED_BITS
    return "an int of too many digits" if huge else repr(number)


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


class PeriodNotOver(MicroloanError):
    """The half-year has not ended on the day of closing."""

    code = "halfyear.not_over"


class PreviousPeriodOpen(MicroloanError):
    """An earlier half-year of the book is still open."""

    code = "halfyear.previous_open"


class PeriodClosed(MicroloanError):
    """The half-year is closed; book the act in the open one."""

    code = "halfyear.closed"


class NotFound(MicroloanError, LookupError):
    """The book holds nothing under this identity."""

    code = "store.not_found"


class NotAdmitted(MicroloanError):
    """A guaranteed loan enters a book through ``admit`` only."""

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
