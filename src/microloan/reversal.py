"""冲正: which entries of a loan can be undone on the loan alone."""

from collections.abc import Sequence
from datetime import date

from microloan.errors import GuaranteeDischarged
from microloan.history import not_reversible, reversible, standing
from microloan.ledger import Entry, EntryKind


def payout_in(entries: Sequence[Entry]) -> Entry | None:
    """Return the standing payout of the fund, or ``None`` where the fund has not paid."""
    for entry in standing(entries):
        if entry.kind is EntryKind.CLAIM_PAYOUT:
            return entry
    return None


def discharge_in(entries: Sequence[Entry], *, by: date = date.max) -> Entry | None:
    """Return the standing discharge of the guarantee by a day, or ``None`` where it goes on."""
    for entry in standing(entries):
        if entry.kind is EntryKind.DISCHARGE and entry.on <= by:
            return entry
    return None


def discharged_before(discharge: Entry, *, of: str) -> GuaranteeDischarged:
    """Return the refusal of an act upon a guarantee that has ended without a payout."""
    return GuaranteeDischarged(
        f"{of}: the guarantee was discharged on {discharge.on} (voucher {discharge.ref}); "
        "undo that first",
        zh=f"{of}：担保已于 {discharge.on} 解除（凭证 {discharge.ref}），应先冲正",
        value=discharge.ref,
        limit=discharge.on,
    )


def require_reversible(entries: Sequence[Entry], number: int, *, of: str) -> None:
    """Refuse to undo on the loan alone what is shared with a fund or what others rest on.

    Raises:
        NotReversible: names what stands in the way.
    """
    undone, payout = reversible(entries, number, of=of), payout_in(entries)
    shared = undone.kind is EntryKind.CLAIM_PAYOUT or (
        undone.kind is EntryKind.RECOVERY and payout is not None
    )
    if shared or number == 1:
        why = f"a {undone.kind.value} is not undone on the loan alone"
        raise not_reversible(number, of=of, why=why, zh="该类流水不能仅在贷款一方冲正")
    if payout is not None and number < payout.number:
        raise not_reversible(number, of=of, why="the payout rests on it", zh="其后的代偿以其为据")
    later = [entry for entry in standing(entries) if entry.terms is not None]
    if undone.terms is not None and later[-1].number > number:
        why = f"entry {later[-1].number} states terms that rest on it"
        raise not_reversible(number, of=of, why=why, zh="其后的合同变更以其为据")
    recovered = any(entry.kind is EntryKind.RECOVERY for entry in standing(entries))
    if recovered and undone.kind is EntryKind.WRITE_OFF and payout is None:
        raise not_reversible(number, of=of, why="recoveries rest on it", zh="其后的追偿以其为据")
