"""基金收支表: what came into a fund and what left it over a period, and where its money lies."""

from dataclasses import dataclass
from datetime import date

from microloan.explain import Explanation
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntryKind
from microloan.money import InYuan, Money, fen, from_fen, show
from microloan.periods import asked_day, in_order
from microloan.table import Card, columns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FundFlows(Card):
    """A fund over a period, both ends inside: opening, one amount for each kind, closing.

    Capital and income are told apart; interest that was capitalized leaves the one and enters the
    other. For both the identity holds always: opening + inflows − outflows = closing.

    Args:
        fund_id: the fund.
        since: the first day.
        until: the last day.
        amounts: the kinds that moved capital or income in the period, each with its sum in fen.
        capital_opening_fen: the balance on the eve of the first day.
        capital_closing_fen: the balance at the end of the last day.
        income_opening_fen: the income on the eve of the first day.
        income_closing_fen: the income at the end of the last day.
    """

    fund_id: str
    since: date
    until: date
    amounts: tuple[tuple[FundEntryKind, int], ...]
    capital_opening_fen: int
    capital_closing_fen: int
    income_opening_fen: int
    income_closing_fen: int

    capital_opening = InYuan("capital_opening_fen", "Balance before the period, in yuan.")
    capital_closing = InYuan("capital_closing_fen", "Balance at its end, in yuan.")
    income_opening = InYuan("income_opening_fen", "Income before the period, in yuan.")
    income_closing = InYuan("income_closing_fen", "Income at its end, in yuan.")
    capital_in = InYuan("capital_in_fen", "Capital that came in, in yuan.")
    capital_out = InYuan("capital_out_fen", "Capital that left, in yuan.")
    income_in = InYuan("income_in_fen", "Income that came in, in yuan.")
    income_out = InYuan("income_out_fen", "Income spent or capitalized, in yuan.")

    COLUMNS = columns_of(
        "fund_id since until capital_opening capital_in capital_out capital_closing",
        "income_opening income_in income_out income_closing",
    )

    def amount(self, kind: FundEntryKind) -> Money:
        """Return the sum of one kind in the period; 0.00 yuan where there was none."""
        return from_fen(dict(self.amounts).get(kind, 0))

    @property
    def capital_in_fen(self) -> int:
        """Return the capital that came in, in fen."""
        return sum(amount for kind, amount in self.amounts if kind.into_capital > 0)

    @property
    def capital_out_fen(self) -> int:
        """Return the capital that left, in fen."""
        return sum(amount for kind, amount in self.amounts if kind.into_capital < 0)

    @property
    def income_in_fen(self) -> int:
        """Return the income that came in, in fen."""
        return sum(amount for kind, amount in self.amounts if kind.into_income > 0)

    @property
    def income_out_fen(self) -> int:
        """Return the income that was spent or capitalized, in fen."""
        return sum(amount for kind, amount in self.amounts if kind.into_income < 0)

    @property
    def balances(self) -> bool:
        """Tell whether the identity holds, for capital and for income."""
        capital = self.capital_opening_fen + self.capital_in_fen - self.capital_out_fen
        income = self.income_opening_fen + self.income_in_fen - self.income_out_fen
        return (capital, income) == (self.capital_closing_fen, self.income_closing_fen)

    def explain(self) -> Explanation:
        """Return the statement line by line, outflows below zero."""
        into_capital = [(kind.value, kind.into_capital * sum_) for kind, sum_ in self.amounts]
        into_income = [(kind.value, kind.into_income * sum_) for kind, sum_ in self.amounts]
        lines = [
            ("capital before", self.capital_opening_fen),
            *(line for line in into_capital if line[1]),
            ("capital after", self.capital_closing_fen),
            ("income before", self.income_opening_fen),
            *(line for line in into_income if line[1]),
            ("income after", self.income_closing_fen),
        ]
        return Explanation(
            title=f"{self.fund_id} from {self.since} through {self.until}",
            steps=tuple((label, show(from_fen(amount))) for label, amount in lines),
            rule="before + inflows − outflows = after",
        )


def fund_flows(fund: GuaranteeFund, *, since: date, until: date) -> FundFlows:
    """Return what came into a fund and what left it, over a period, ends inside 基金收支表.

    Acts count by their own day, not by that of their booking, as in :meth:`GuaranteeFund.balance`.

    Raises:
        InvalidDate: not plain dates, or the last day comes first.

    >>> from microloan.money import cny
    >>> fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
    >>> fund = fund.deposit(cny(5_000_000), on=date(2024, 1, 2), ref="财预2024-3")
    >>> flows = fund_flows(fund, since=date(2024, 1, 1), until=date(2024, 12, 31))
    >>> show(flows.amount(FundEntryKind.DEPOSIT)), show(flows.capital_closing), flows.balances
    ('5,000,000.00', '5,000,000.00', True)
    """
    in_order(asked_day(since), asked_day(until), "a statement and its last day")
    before = [line for line in fund.standing if line.on < since]
    within = [line for line in fund.standing if since <= line.on <= until]
    sums: dict[FundEntryKind, int] = {}
    for line in within:
        if line.effect_fen or line.income_fen:
            sums[line.kind] = sums.get(line.kind, 0) + line.amount_fen
    return FundFlows(
        fund_id=fund.id,
        since=since,
        until=until,
        amounts=tuple((kind, sums[kind]) for kind in FundEntryKind if kind in sums),
        capital_opening_fen=sum(line.effect_fen for line in before),
        capital_closing_fen=fen(fund.balance(as_of=until)),
        income_opening_fen=sum(line.income_fen for line in before),
        income_closing_fen=fen(fund.income(as_of=until)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositAccount:
    """存款账户: where a part of the fund's money lies, and how much, on a day.

    Args:
        account: its number; empty for the main account.
        lender: the bank; empty for the main account.
        opened_on: the day it was opened; ``None`` for the main account, which always is.
        balance_fen: the money in it, capital and income.
    """

    account: str
    lender: str
    opened_on: date | None
    balance_fen: int

    balance = InYuan("balance_fen", "The money in it, capital and income, in yuan.")

    COLUMNS = columns_of("account lender opened_on account_balance=balance_fen")


def deposit_accounts(fund: GuaranteeFund, *, as_of: date) -> tuple[DepositAccount, ...]:
    """Return the deposit accounts of a fund on a day: the main one, then in order of opening.

    Together they hold the capital and the income.
    """
    day = asked_day(as_of)
    opened: dict[str, tuple[str, date | None]] = {"": ("", None)}
    for line in sorted(fund.standing, key=lambda line: line.on):
        if line.kind is FundEntryKind.ACCOUNT and line.on <= day:
            opened.setdefault(line.account, (line.lender, line.on))
    return tuple(
        DepositAccount(
            account=account,
            lender=lender,
            opened_on=on,
            balance_fen=fen(fund.account_balance(account, as_of=day)),
        )
        for account, (lender, on) in opened.items()
    )
