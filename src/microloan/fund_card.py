"""担保基金卡片: how a fund stands on a day, on one card."""

from dataclasses import dataclass

from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntryKind
from microloan.leverage import Leverage
from microloan.money import InYuan, fen
from microloan.naming import refused_terms, require_a
from microloan.table import Card, columns_of, within


@dataclass(frozen=True, slots=True, kw_only=True)
class FundCard(Card):
    """担保基金卡片: a fund's money, what it stands behind, and what it has paid and got back.

    Args:
        name: the fund's name as it is printed.
        leverage: its leverage on the day.
        income_fen: its income at the end of the day, no part of the balance.
        payouts_fen: what it has paid for claims by the day.
        recoveries_fen: what it has got back of them.
    """

    name: str
    leverage: Leverage
    income_fen: int
    payouts_fen: int
    recoveries_fen: int

    income = InYuan("income_fen", "Income, no part of the balance, in yuan.")
    payouts = InYuan("payouts_fen", "What the fund has paid for claims, in yuan.")
    recoveries = InYuan("recoveries_fen", "What it has got back of them, in yuan.")

    COLUMNS = columns_of(
        within("leverage", "fund_id"),
        "name",
        within("leverage", "as_of balance exposure"),
        "covered_exposure=leverage.covered_fen",
        within("leverage", "committed multiple"),
        "cap=leverage.cap.value",
        within("leverage", "within_cap headroom top_up"),
        "payouts recoveries income clause=leverage.cap",
    )

    @classmethod
    def of(cls, fund: GuaranteeFund, leverage: Leverage) -> "FundCard":
        """Return the card of a fund on the day of a leverage, however that was measured.

        Raises:
            InvalidTerms: no fund, no leverage, or that of another fund.
        """
        require_a(fund, GuaranteeFund, "the fund of a card", "卡片的基金")
        require_a(leverage, Leverage, "the leverage of a card", "卡片的放大倍数")
        if leverage.fund_id != fund.id:
            raise refused_terms(
                "the leverage of a card", "卡片的放大倍数", leverage.fund_id, fund.id
            )
        day = leverage.as_of
        return cls(
            name=fund.name,
            leverage=leverage,
            income_fen=fen(fund.income(as_of=day)),
            payouts_fen=fen(fund.moved(FundEntryKind.CLAIM_PAYOUT, as_of=day)),
            recoveries_fen=fen(fund.moved(FundEntryKind.RECOVERY, as_of=day)),
        )
