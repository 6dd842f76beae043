"""基金收入与账户: money a fund earns, is topped up with, spends, and keeps in several accounts.

Capital that leaves it is :mod:`microloan.fund_outflow`, the statement of all of it
:mod:`microloan.fund_statement`.
"""

from datetime import date

from microloan.errors import RefConflict
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntryKind
from microloan.money import Money, positive_fen
from microloan.policy import Level


def open_account(
    fund: GuaranteeFund,
    account: str,
    *,
    lender: str,
    on: date,
    ref: str,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with a deposit account opened at a bank 开户.

    The main account needs no opening; it is the one that acts name by not naming any. The same act
    again changes nothing.

    Raises:
        InvalidIdentity: an unusable account or bank.
        InvalidTerms: no account or no bank.
        RefConflict: the account is open already, or the voucher stands for another.
    """
    for line in fund.standing:
        if line.kind is FundEntryKind.ACCOUNT and line.account == account and line.ref != ref:
            raise RefConflict(
                f"{fund.id}: account {account} was opened by voucher {line.ref} on {line.on}",
                zh=f"{fund.id}：账户 {account} 已于 {line.on} 开立（凭证 {line.ref}）",
                value=account,
                limit=line.ref,
            )
    return fund.with_entry(
        FundEntryKind.ACCOUNT, on=on, ref=ref, booked_on=booked_on, account=account, lender=lender
    )


def transfer_between_accounts(
    fund: GuaranteeFund,
    amount: Money,
    *,
    on: date,
    ref: str,
    account: str = "",
    to_account: str = "",
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with money moved between two of its accounts 划转; it is no poorer for it.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        InvalidTerms: from an account to itself.
        UnknownAccount: one of them was not open on that day.
        InsufficientBalance: the account has less.
    """
    return fund.with_entry(
        FundEntryKind.TRANSFER,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=positive_fen(amount, "a transfer"),
        account=account,
        to_account=to_account,
    )


def top_up(
    fund: GuaranteeFund,
    amount: Money,
    *,
    on: date,
    ref: str,
    account: str = "",
    level: Level | None = None,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with capital paid in because payouts left it short 补足.

    How much it lacks is :attr:`microloan.leverage.Leverage.top_up`.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        UnknownAccount: the account was not open on that day.
    """
    return fund.with_entry(
        FundEntryKind.TOP_UP,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=positive_fen(amount, "a top-up"),
        account=account,
        level=level,
    )


def earn_interest(
    fund: GuaranteeFund,
    amount: Money,
    *,
    on: date,
    ref: str,
    account: str = "",
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with interest that a deposit earned 利息收入; it is income, not capital.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        UnknownAccount: the account was not open on that day.
    """
    return fund.with_entry(
        FundEntryKind.INTEREST,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=positive_fen(amount, "interest earned"),
        account=account,
    )


def capitalize_interest(
    fund: GuaranteeFund, amount: Money, *, on: date, ref: str, booked_on: date | None = None
) -> GuaranteeFund:
    """Return the fund with interest earned made capital by a decision 利息转增.

    Nothing else may become capital: no award, no reward, no fee. No money moves between accounts.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        NotCapital: more than the interest that was earned by that day, neither spent nor
            capitalized yet. An expense spends rewards and fees that are there by its day first,
            and then interest, which a later reward does not bring back.
        InsufficientBalance: more than all the income there is.
    """
    return fund.with_entry(
        FundEntryKind.CAPITALIZATION,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=positive_fen(amount, "interest capitalized"),
    )


def receive_reward(
    fund: GuaranteeFund,
    amount: Money,
    *,
    on: date,
    ref: str,
    account: str = "",
    level: Level | None = None,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with an award or a reward received 奖补; it never becomes capital.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        UnknownAccount: the account was not open on that day.
    """
    return fund.with_entry(
        FundEntryKind.REWARD,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=positive_fen(amount, "a reward"),
        account=account,
        level=level,
    )


def receive_fee(
    fund: GuaranteeFund,
    amount: Money,
    *,
    on: date,
    ref: str,
    account: str = "",
    level: Level | None = None,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with guarantee fees received 担保费收入; they never become capital.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        UnknownAccount: the account was not open on that day.
    """
    return fund.with_entry(
        FundEntryKind.FEE,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=positive_fen(amount, "a fee"),
        account=account,
        level=level,
    )


def pay_expense(
    fund: GuaranteeFund,
    amount: Money,
    *,
    purpose: str,
    on: date,
    ref: str,
    account: str = "",
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with running costs paid 费用; they are borne by its income alone.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        InvalidTerms: no purpose.
        InsufficientBalance: more than the income, or than the account has, on some day.
        NotCapital: dated before interest was made capital that it would have spent.
        UnknownAccount: the account was not open on that day.
    """
    return fund.with_entry(
        FundEntryKind.EXPENSE,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=positive_fen(amount, "an expense"),
        account=account,
        reason=purpose,
    )
