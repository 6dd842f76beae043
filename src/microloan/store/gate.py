"""The gate of a book: what enters only by an act that is tested under the fund's lock."""

from datetime import date
from typing import Final

from microloan.errors import NotAdmitted
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.ledger import EntryKind
from microloan.loan import Loan

_LOWERS_ROOM: Final = {
    FundEntryKind.COMMITMENT: "approve",
    FundEntryKind.WITHDRAWAL: "withdraw",
    FundEntryKind.ADVANCE: "advance_subsidy",
}
"""What lowers the room under the cap, and the way it enters the book."""


def require_saveable_fund(fund: GuaranteeFund, after: int, *, new: bool) -> None:
    """Refuse to save untested what lowers the room; a fund new to the book backs no loan yet.

    An approval whose release is undone lowers the room like a new one.

    Raises:
        NotAdmitted: names the way it enters the book.
    """
    for line in fund.entries[after:]:
        if line.kind in _LOWERS_ROOM and not (new and line.kind is not FundEntryKind.COMMITMENT):
            raise _untested(fund.id, line, line.kind.value, _LOWERS_ROOM[line.kind])
        if undoes_release(fund, line):
            raise _untested(fund.id, line, "reversal of a release", "reverse")


def undoes_release(fund: GuaranteeFund, line: FundEntry) -> bool:
    """Tell whether an entry of a fund undoes a release, so that an approval holds again."""
    return line.undoes > 0 and fund.entries[line.undoes - 1].kind is FundEntryKind.RELEASE


def require_saveable_loan(loan: Loan, after: int) -> None:
    """Refuse to save untested what pays out more of a loan that a fund stands behind.

    Raises:
        NotAdmitted: it enters by ``admit``.
    """
    if loan.guarantee is not None and pays_out_more(loan, since=after):
        raise NotAdmitted(
            f"{loan.id} is guaranteed; what is paid out of it enters the book through admit",
            zh=f"{loan.id} 为担保贷款，其放款须经准入登记",
            value=loan.id,
            limit="admit",
        )


def pays_out_more(loan: Loan, *, since: int) -> bool:
    """Tell whether entries after a number pay out more of a loan."""
    return bool(lending_days(loan, since=since))


def lending_days(loan: Loan, *, since: int) -> list[date]:
    """Return the days on which entries after a number pay out more of a loan."""
    new = loan.entries[since:]
    return [entry.on for entry in new if entry.kind is EntryKind.DISBURSEMENT]


def moves_disbursements(loan: Loan, *, since: int) -> bool:
    """Tell whether entries after a number pay out more of a loan, or undo that."""
    acts = (loan.entries[entry.undoes - 1] if entry.undoes else entry for entry in loan.entries)
    return any(act.kind is EntryKind.DISBURSEMENT for act in tuple(acts)[since:])


def _untested(fund_id: str, line: FundEntry, what: str, way: str) -> NotAdmitted:
    return NotAdmitted(
        f"{fund_id}: a {what} lowers the room under the cap; it enters the book through {way}",
        zh=f"{fund_id}：凭证 {line.ref} 占用可保余量，须经 {way} 登记",
        value=line.ref,
        limit=way,
    )
