"""上级分担: what levels of government above a fund bear of its payouts, and get back of them."""

from dataclasses import dataclass
from datetime import date

from microloan.errors import NothingToAnswer
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntryKind
from microloan.history import find
from microloan.levels import Levels
from microloan.loan import Loan
from microloan.loss import upper_shares
from microloan.money import InYuan
from microloan.naming import require_one_of
from microloan.periods import asked_day, plain_date
from microloan.policy import Level
from microloan.subrogation import subrogation_of, subrogations
from microloan.table import columns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class UpperAccount:
    """上级分担: what one level bears of the payout for a loan, and what it is to get back.

    Args:
        level: the level.
        borne_fen: its share of the payout.
        received_fen: what of it has arrived in the fund.
        due_back_fen: its share of what was recovered so far, less what was returned; nothing before
            its own share has arrived.
        returned_fen: what was returned to it.
    """

    level: Level
    borne_fen: int
    received_fen: int
    due_back_fen: int
    returned_fen: int

    borne = InYuan("borne_fen", "The level's share of the payout, in yuan.")
    received = InYuan("received_fen", "What of it has arrived in the fund, in yuan.")
    due_back = InYuan("due_back_fen", "What is still to be returned to the level, in yuan.")
    returned = InYuan("returned_fen", "What was returned to the level, in yuan.")

    COLUMNS = columns_of("level borne_by_level=borne_fen received due_back returned")


def upper_accounts(fund: GuaranteeFund, loan: Loan, *, as_of: date) -> tuple[UpperAccount, ...]:
    """Return how the fund stands with each level above it for one loan, on a day.

    Levels stand in the order of the guarantee; before a payout all amounts are nothing.

    Raises:
        NotGuaranteed: the loan is not guaranteed by this fund.
    """
    promise, day = loan.promise(fund.id), asked_day(as_of)
    paid = recovered = 0
    for one in subrogations(fund.entries, as_of=day):
        if one.loan_id == loan.id:
            paid, recovered = one.paid_fen, one.recovered_fen
    of_recovered = upper_shares(promise, recovered)
    accounts = []
    for borne, back in zip(upper_shares(promise, paid), of_recovered, strict=True):
        received = _moved(fund, loan, FundEntryKind.UPPER_SHARE, borne.level, day)
        returned = _moved(fund, loan, FundEntryKind.UPPER_RETURN, borne.level, day)
        accounts.append(
            UpperAccount(
                level=borne.level,
                borne_fen=borne.amount_fen,
                received_fen=received,
                due_back_fen=max(min(back.amount_fen, received) - returned, 0),
                returned_fen=returned,
            )
        )
    return tuple(accounts)


def _moved(
    fund: GuaranteeFund, loan: Loan, kind: FundEntryKind, level: Level, through: date
) -> int:
    return sum(
        line.amount_fen
        for line in fund.standing
        if (line.kind, line.loan_id, line.level) == (kind, loan.id, level) and line.on <= through
    )


def receive_upper_share(
    fund: GuaranteeFund,
    loan: Loan,
    level: Level,
    *,
    on: date,
    ref: str,
    account: str = "",
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with what a level above bears of the payout for a loan 上级分担.

    The amount follows from the guarantee. The same act again changes nothing.

    Args:
        fund: the fund that paid.
        loan: the loan it paid for.
        level: the level, as the guarantee names it.
        on: the day the money arrived.
        ref: the voucher.
        account: the deposit account it arrived in; by default the main one.
        booked_on: the day whose half-year carries it; by default ``on``.

    Raises:
        NotGuaranteed: the loan is not guaranteed by this fund.
        NotClaimed: the fund has paid nothing for the loan by that day.
        NothingToAnswer: the level bears nothing of it, or has borne its share.
        RefConflict: the voucher already stands for another share.
        UnknownAccount: the account was not open on that day.
    """
    kind = FundEntryKind.UPPER_SHARE
    return _moved_upward(
        fund, loan, level, kind, on=on, ref=ref, account=account, booked_on=booked_on
    )


def return_upper_share(
    fund: GuaranteeFund,
    loan: Loan,
    level: Level,
    *,
    on: date,
    ref: str,
    account: str = "",
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with a level's part of what was recovered paid back to it 上级分担返还.

    It is the level's share of all that was recovered by the day, less what was returned. The same
    act again changes nothing.

    Args:
        fund, loan, level, on, ref, account, booked_on: as of :func:`receive_upper_share`.

    Raises:
        NotGuaranteed, NotClaimed, RefConflict, UnknownAccount: as :func:`receive_upper_share`.
        NothingToAnswer: nothing is due back to the level.
        InsufficientBalance: the fund has less money.
    """
    kind = FundEntryKind.UPPER_RETURN
    return _moved_upward(
        fund, loan, level, kind, on=on, ref=ref, account=account, booked_on=booked_on
    )


def _moved_upward(
    fund: GuaranteeFund,
    loan: Loan,
    level: Level,
    kind: FundEntryKind,
    *,
    on: date,
    ref: str,
    account: str,
    booked_on: date | None,
) -> GuaranteeFund:
    loan.promise(fund.id)
    require_one_of(level, Level, "the level", "财政级次")
    made = find(fund.entries, kind, ref)
    if made is not None:
        amount = made.amount_fen
    else:
        amount = _due(fund, loan, level, kind, plain_date(on, "a share of a level above"))
    return fund.with_entry(
        kind,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=amount,
        loan_id=loan.id,
        level=level,
        account=account,
    )


def _due(fund: GuaranteeFund, loan: Loan, level: Level, kind: FundEntryKind, on: date) -> int:
    """Return what a level is to pay, or to get back, on a day; it is more than nothing."""
    subrogation_of(fund, loan.id, as_of=on)
    due = 0
    for one in upper_accounts(fund, loan, as_of=on):
        if one.level is level and kind is FundEntryKind.UPPER_SHARE:
            due = one.borne_fen - _moved(fund, loan, kind, level, date.max)
        elif one.level is level:
            back = one.due_back_fen + one.returned_fen
            due = back - _moved(fund, loan, kind, level, date.max)
    if due <= 0:
        pays = "bears nothing more" if kind is FundEntryKind.UPPER_SHARE else "gets nothing back"
        raise NothingToAnswer(
            f"{loan.id}: on {on} the {level.value} level {pays} of what {fund.id} paid",
            zh=f"{loan.id}：{on} {level.zh}对 {fund.id} 的代偿无应分担或应返还金额",
            value=level.value,
            limit="a share of the guarantee still due",
        )
    return due


def returned_too_much(fund: GuaranteeFund, loan: Loan, *, less_fen: int) -> Levels:
    """Return the levels that got back more than they would, had so much less been recovered."""
    recovered = subrogation_of(fund, loan.id, as_of=date.max).recovered_fen - less_fen
    return tuple(
        part
        for part in upper_shares(loan.promise(fund.id), recovered)
        if _moved(fund, loan, FundEntryKind.UPPER_RETURN, part.level, date.max) > part.amount_fen
    )
