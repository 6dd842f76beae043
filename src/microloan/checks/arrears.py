"""自身逾期: when the arrears of a loan of the book itself put people on the blacklist."""

from collections import defaultdict
from datetime import date
from typing import Final

from microloan.blacklist import BlacklistSpan, blacklist_spans
from microloan.errors import MicroloanError
from microloan.fold import Fold
from microloan.ledger import EntryKind
from microloan.loan import Loan
from microloan.policy import Policy

_PLAIN: Final = frozenset({EntryKind.DISBURSEMENT, EntryKind.REPAYMENT})


def own_spans(
    loan: Loan, fold: Fold, sureties: tuple[str, ...], *, under: Policy
) -> tuple[tuple[BlacklistSpan, ...], MicroloanError | None]:
    """Return when a loan's arrears put its people on the blacklist, or why that is not known.

    Args:
        loan: the loan.
        fold: the run through its entries up to the day of the audit.
        sureties: who stands surety for it.
        under: the rules.
    """
    if _never_late(fold):
        return (), None
    persons = {loan.id: sureties}
    try:
        return blacklist_spans((loan,), under=under, as_of=fold.as_of, sureties=persons), None
    except MicroloanError as refusal:
        return (), refusal


def _never_late(fold: Fold) -> bool:
    """Tell whether everything was paid on its day, where only payments happened."""
    if any(done.entry.kind not in _PLAIN for done in fold.applied):
        return False
    paid: defaultdict[date, int] = defaultdict(int)
    for done in fold.applied:
        if done.entry.kind is EntryKind.REPAYMENT:
            paid[done.entry.on] += done.principal_fen + done.interest_fen
    days, owed, met = sorted(paid), 0, 0
    for due in fold.fallen_due():
        owed += due.principal_fen + due.interest_fen
        while days and days[0] <= due.due_on:
            met += paid[days.pop(0)]
        if met < owed:
            return False
    return True
