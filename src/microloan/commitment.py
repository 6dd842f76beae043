"""已批未放: loans approved and not yet paid out; they take room until their day is over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from microloan.approval import Approval, standing_approvals
from microloan.errors import NotGuaranteed, RefConflict
from microloan.fund import GuaranteeFund, standing_lines
from microloan.fund_change import commitment_steps, paid_out
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.fund_path import path_ahead, require_room
from microloan.loan import Loan
from microloan.money import InYuan, Money, positive_fen
from microloan.naming import refused_terms
from microloan.periods import asked_day, in_order, plain_date
from microloan.policy import Policy
from microloan.policy.rulebook import require_policy
from microloan.portfolio import guaranteed_by, loans_by_id
from microloan.sublimit import require_sublimits
from microloan.suspension import require_active_lender
from microloan.table import columns_of

_DAY = timedelta(days=1)


def approve_loan(
    fund: GuaranteeFund,
    loans: Iterable[Loan],
    loan_id: str,
    amount: Money,
    *,
    lender: str,
    lapses_on: date,
    under: Policy,
    on: date,
    ref: str,
    groups: Iterable[str] = (),
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with a loan approved that is not paid out yet 已批未放.

    Until it is paid out, lapses or is released, it takes room under the cap and the limits for
    parts. All are tested on every day from ``on`` forward, also those after its lapse: its loan is
    to be lent. The same act again changes nothing and is not tested again.

    Args:
        fund: the fund.
        loans: all loans it may stand behind; those of other funds do not count.
        loan_id: the contract number the loan will have.
        amount: what may be paid out, in yuan.
        lender: the bank that will lend.
        lapses_on: the first day on which the approval holds no more.
        under: the policy that holds the cap.
        on: the day of the approval.
        ref: its voucher.
        groups: codes of the borrower's groups, for limits by group.
        booked_on: the day whose half-year carries it; by default ``on``.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        InvalidDate: it lapses on the day it begins, or before.
        InvalidTerms: the groups are no set of codes, the loans are none, or no policy.
        NotGuaranteed: another fund guarantees the loan.
        RefConflict: the loan was paid out before that day or has no guarantee, is approved already,
            or the voucher stands for another approval.
        LenderSuspended: no new guarantees are given for the bank on that day.
        SubLimitExceeded: a limit for the bank, a group or a period would be exceeded on some day.
        LeverageExceeded: the cap would be exceeded on some day.
        NotInForce: the policy knows no cap on some of the days.
    """
    require_policy(under)
    known, codes = loans_by_id(loans, of="an approval", of_zh="审批").values(), _group_codes(groups)
    more = with_commitment(
        fund,
        loan_id,
        amount,
        lender=lender,
        lapses_on=lapses_on,
        on=on,
        ref=ref,
        groups=codes,
        booked_on=booked_on,
    )
    if more is fund:
        return fund
    require_not_lent(known, loan_id, fund_id=fund.id, on=on)
    require_active_lender(fund.entries, lender, fund_id=fund.id, on=on)
    require_sublimits(more.entries, known, fund_id=fund.id, lender=lender, groups=codes, since=on)
    require_room(path_ahead(more, known, under=under, since=on), since=on)
    return more


def with_commitment(
    fund: GuaranteeFund,
    loan_id: str,
    amount: Money,
    *,
    lender: str,
    lapses_on: date,
    on: date,
    ref: str,
    groups: Iterable[str] = (),
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with an approval appended; the caller has tested all that limits it, or will.

    Raises:
        InvalidAmount, InvalidDate: as :func:`approve_loan`.
        RefConflict: another approval of the loan holds on one of its days, or the voucher stands
            for another.
    """
    begins = plain_date(on, "an approval")
    in_order(
        begins + _DAY,
        plain_date(lapses_on, "the lapse of an approval"),
        f"{loan_id}: an approval lapses the day after it at the earliest",
    )
    return fund.with_entry(
        FundEntryKind.COMMITMENT,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=positive_fen(amount, "an approval"),
        loan_id=loan_id,
        lender=lender,
        groups=_group_codes(groups),
        until=lapses_on,
    )


def release_commitment(
    fund: GuaranteeFund,
    commitment: str,
    *,
    on: date,
    ref: str,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with an approval given up 撤销承诺; from that day it takes no room.

    Args:
        fund: the fund.
        commitment: the voucher of the approval.
        on: the day.
        ref: the voucher of the release.
        booked_on: the day whose half-year carries it; by default ``on``.

    Raises:
        NothingToAnswer: no such approval stands on that day, it has lapsed, or was released.
        RefConflict: the voucher already stands for another release.
    """
    return fund.with_entry(
        FundEntryKind.RELEASE, on=on, ref=ref, booked_on=booked_on, against=commitment
    )


def require_not_lent(loans: Iterable[Loan], loan_id: str, *, fund_id: str, on: date) -> None:
    """Refuse to approve a loan that is not the fund's to guarantee, or was paid out before a day.

    Raises:
        NotGuaranteed: another fund guarantees it.
        RefConflict: it was paid out before that day, or on whatever day without a guarantee.
    """
    for loan in loans:
        if loan.id != loan_id:
            continue
        first = loan.terms.disbursed_on
        if loan.guarantee is None:
            raise RefConflict(
                f"{fund_id}: {loan_id} was paid out on {first} without a guarantee",
                zh=f"{fund_id}：{loan_id} 已于 {first} 放款，且无担保",
                value=loan_id,
                limit=first,
            )
        other = loan.guarantee.fund_id
        if other != fund_id:
            raise NotGuaranteed(
                f"{loan_id} is guaranteed by {other}, so {fund_id} cannot approve it",
                zh=f"{loan_id} 已由 {other} 担保，{fund_id} 不能再审批",
                value=fund_id,
                limit=other,
            )
        if first < on:
            raise RefConflict(
                f"{fund_id}: {loan_id} was paid out on {first}, before its approval of {on}",
                zh=f"{fund_id}：{loan_id} 已于 {first} 放款，早于审批日 {on}",
                value=loan_id,
                limit=first,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """已批未放贷款: an approval as it stands on a day.

    Args:
        ref: its voucher.
        on: its day.
        loan_id: the contract number of the loan.
        lender: the bank.
        groups: codes of the borrower's groups.
        approved_fen: what may be paid out.
        paid_out_fen: what was paid out of the loan by the day.
        open_fen: what still takes room; nothing once it lapsed or was released.
        lapses_on: the first day on which it holds no more.
        released_on: the day it was released; ``None`` where it was not.
    """

    ref: str
    on: date
    loan_id: str
    lender: str
    groups: frozenset[str]
    approved_fen: int
    paid_out_fen: int
    open_fen: int
    lapses_on: date
    released_on: date | None

    approved = InYuan("approved_fen", "What may be paid out, in yuan.")
    paid_out = InYuan("paid_out_fen", "What was paid out of the loan, in yuan.")
    open = InYuan("open_fen", "What still takes room, in yuan.")

    COLUMNS = columns_of(
        "ref on loan_id lender groups approved paid_out committed=open_fen lapses_on",
        "released_on",
    )


def commitments(
    entries: Iterable[FundEntry], loans: Iterable[Loan], *, fund_id: str, as_of: date
) -> tuple[Commitment, ...]:
    """Return the approvals made by a day, in order of days, also those that take no room any more.

    Args:
        entries: the fund's entries; its commitments and releases are enough.
        loans: the loans; those that the fund does not guarantee do not count.
        fund_id: the fund.
        as_of: the day.
    """
    day = asked_day(as_of)
    own = guaranteed_by(loans, fund_id, of="approvals", of_zh="已批未放")
    mine = {loan.id: loan for loan in own}
    known = [line for line in standing_lines(entries) if line.on <= day]
    made = sorted(standing_approvals(known), key=lambda approval: approval.line.on)
    return tuple(_commitment(approval, mine.get(approval.line.loan_id), day) for approval in made)


def _commitment(approval: Approval, loan: Loan | None, day: date) -> Commitment:
    line, release = approval.line, approval.release
    lent = [part for on, part in paid_out(loan) if on <= day] if loan else []
    steps = commitment_steps(approval.entries, [loan] if loan else ())
    return Commitment(
        ref=line.ref,
        on=line.on,
        loan_id=line.loan_id,
        lender=line.lender,
        groups=line.groups,
        approved_fen=line.amount_fen,
        paid_out_fen=sum(lent),
        open_fen=sum(change for on, change in steps if on <= day),
        lapses_on=approval.lapses_on,
        released_on=None if release is None else release.on,
    )


def _group_codes(groups: Iterable[str]) -> frozenset[str]:
    several = isinstance(groups, Iterable) and not isinstance(groups, str)
    codes = tuple(groups) if several else ()
    if not several or not all(isinstance(code, str) for code in codes):
        raise refused_terms("groups", "人员类别", groups, "a set of codes")
    return frozenset(codes)
