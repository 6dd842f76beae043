"""The laws of a guarantee fund: its balance, its payouts and recoveries, its leverage."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from microloan.errors import InvalidRecord
from microloan.fund_ledger import FundEntryKind
from microloan.guarantee import Covers
from microloan.laws.given_rows import Row, rows_of
from microloan.laws.law_broken import Law
from microloan.ledger import EntryKind
from microloan.loan import Loan
from microloan.money import Money, fen, rounded, settle
from microloan.periods import plain_date
from microloan.policy import ExposureBasis

BALANCE_IS_ITS_ENTRIES = Law(
    "law.fund_balance_is_its_entries",
    "the balance is what came in as capital less what left it, without what was undone",
    "基金余额＝资本流入－资本流出，冲正的流水不计",
)
RECOVERIES_WITHIN_PAYOUTS = Law(
    "law.recoveries_within_payouts",
    "what a loan returns to the fund is never more than the fund paid for it until then",
    "任一日各笔贷款追回基金的金额不超过已代偿金额",
)
PAYOUT_WITHIN_LOSS = Law(
    "law.payout_within_loss",
    "a payout is at most the covered share of the loss of its day, rounded half up",
    "代偿金额不超过当日损失乘以担保责任比例（四舍五入到分）",
)
LEVERAGE_IS_RECOMPUTED = Law(
    "law.leverage_is_recomputed",
    "exposure is the outstanding principal of the loans, and limit, headroom and multiple follow",
    "在保余额＝各笔贷款余额之和；上限、余量与倍数由此算得",
)
_IN = frozenset(
    ("deposit", "top_up", "advance_return", "recovery", "upper_share", "capitalization")
)
_OUT = frozenset(("withdrawal", "advance", "claim_payout", "upper_return"))
_BASES = frozenset(basis.value for basis in ExposureBasis)
_KINDS = frozenset(kind.value for kind in FundEntryKind)
_MULTIPLE_PLACES = 4


def _standing(entries: Any) -> list[Row]:  # noqa: ANN401 — entries, rows, a frame
    """Return the entries that are neither reversals nor reversed, by number."""
    rows = rows_of(entries)
    undone = {row.whole("undoes") for row in rows if row.has("undoes")}
    return [row for row in rows if row.code("kind") != "reversal" and _number(row) not in undone]


def _number(row: Row) -> int:
    return row.whole("number") if row.has("number") else row.number


def assert_fund_balance_is_its_entries(entries: Any, balance: Money, *, as_of: date) -> None:  # noqa: ANN401 — as above
    """Refuse a balance of a fund 基金余额 that its entries do not make.

    Args:
        entries: the entries of a fund, or rows with ``kind``, ``on``, ``amount`` and, where
            something was undone, ``number`` and ``undoes``.
        balance: the balance that is stated, in yuan.
        as_of: the day for whose end it is stated.

    Raises:
        LawBroken: names the sums.
        InvalidRecord, InvalidAmount: a row that cannot be read, or of a kind that no fund has.
        InvalidDate: no plain date.
    """
    plain_date(as_of, "a balance")
    moved = [row for row in _standing(entries) if row.day("on") <= as_of]
    for row in moved:
        if row.code("kind") not in _KINDS:
            raise row.refused("kind", "the code of a kind of fund entry", "基金流水类型代码")
    came = sum(row.fen("amount") for row in moved if row.code("kind") in _IN)
    left = sum(row.fen("amount") for row in moved if row.code("kind") in _OUT)
    BALANCE_IS_ITS_ENTRIES.require(
        came - left == fen(balance),
        f"the fund on {as_of}",
        in_fen=came,
        out_fen=left,
        balance_fen=fen(balance),
    )


def assert_recoveries_within_payouts(entries: Any) -> None:  # noqa: ANN401 — as above
    """Refuse entries of a fund by which a loan returns more than the fund paid for it.

    Args:
        entries: the entries of a fund, or rows with ``kind`` (``claim_payout`` or ``recovery``,
            others do not count), ``on``, ``loan_id``, ``amount`` and, where something was undone,
            ``number`` and ``undoes``.

    Raises:
        LawBroken: names the first recovery that is too large.
        InvalidRecord, InvalidAmount: a row that cannot be read.
    """
    paid: dict[str, int] = {}
    back: dict[str, int] = {}
    kinds = {"claim_payout": 0, "recovery": 1}  # of one day, payouts come first
    moved = [row for row in _standing(entries) if row.code("kind") in kinds]
    for row in sorted(moved, key=lambda row: (row.day("on"), kinds[row.code("kind")])):
        loan_id = str(row.value("loan_id"))
        sums = back if kinds[row.code("kind")] else paid
        sums[loan_id] = sums.get(loan_id, 0) + row.fen("amount")
        RECOVERIES_WITHIN_PAYOUTS.require(
            back.get(loan_id, 0) <= paid.get(loan_id, 0),
            row.named("loan_id", "on"),
            paid_fen=paid.get(loan_id, 0),
            recovered_fen=back.get(loan_id, 0),
        )


def assert_payout_within_loss(payouts: Any) -> None:  # noqa: ANN401 — loans, rows, a frame
    """Refuse payouts 代偿 above the covered share of the loss.

    Args:
        payouts: loans, of which those without a payout do not count; or rows with ``paid``,
            ``loss`` (what was owed and is covered: principal, and interest where it is) and
            ``coverage``, a fraction such as ``Decimal("0.80")``.

    Raises:
        LawBroken: names the first payout that is too large.
        InvalidRecord, InvalidAmount: a row that cannot be read.
    """
    given = [payouts] if isinstance(payouts, Loan) else payouts
    for row in rows_of(given):
        parts = _parts_of_loan(row.given) if isinstance(row.given, Loan) else [_part_of_row(row)]
        for paid, loss, coverage in parts:
            PAYOUT_WITHIN_LOSS.require(
                paid <= settle(loss * coverage),
                row.named("id", "loan_id"),
                paid_fen=paid,
                loss_fen=loss,
                coverage=str(coverage),
            )


def _part_of_row(row: Row) -> tuple[int, int, Fraction]:
    coverage = row.exact("coverage")
    if not 0 <= coverage <= 1:  # 80 for 80 % would let every payout pass
        raise row.refused("coverage", "a fraction from 0 to 1", " 0 至 1 的小数")
    return row.fen("paid"), row.fen("loss"), coverage


def _parts_of_loan(loan: Loan) -> list[tuple[int, int, Fraction]]:
    """Return what the fund paid of principal and of interest, with what was lost of each."""
    payout, promise = loan.payout, loan.guarantee
    if payout is None or promise is None:
        return []
    before = replace(loan, entries=loan.entries[: payout.number - 1]).position(as_of=payout.on)
    interest = before.arrears_interest_fen + before.accrued_fen
    covered = promise.covers is Covers.PRINCIPAL_AND_INTEREST
    share = Fraction(promise.coverage)
    return [
        (payout.principal_fen, before.outstanding_fen, share),
        (payout.interest_fen, interest if covered else 0, share),
    ]


def assert_leverage_is_recomputed(leverage: Any, loans: Any, *, balance: Money) -> None:  # noqa: ANN401 — as above
    """Refuse a leverage 放大倍数 whose figures do not follow from the loans and the balance.

    Args:
        leverage: a leverage, or one row with ``exposure``, ``balance``, ``cap`` and any of
            ``limit``, ``headroom``, ``committed`` and ``multiple``; a row with the ``basis``
            ``covered`` is held to ``covered_exposure``.
        loans: loans, of which those that the fund does not stand behind on the day do not count; or
            rows with ``outstanding``, one for each loan that it stands behind.
        balance: the fund's balance on the day, in yuan.

    Raises:
        LawBroken: names the first figure that does not follow.
        InvalidRecord, InvalidAmount: a row that cannot be read.
    """
    row = _only_row(leverage)
    times = _times(row)
    exposure, money = _exposure_of(loans, row), fen(balance)
    basis = row.code("basis") if row.has("basis") else "full"
    if basis not in _BASES:
        raise row.refused("basis", "full or covered", " full 或 covered")
    counted = exposure if basis == "full" else row.fen("covered_exposure")
    committed = row.fen("committed") if row.has("committed") else 0
    limit = times * money
    expected = {
        "exposure": exposure,
        "balance": money,
        "limit": limit,
        "headroom": max(limit - counted - committed, 0),
    }
    where = row.named("fund_id", "as_of")
    for name, wanted in expected.items():
        if name in {"exposure", "balance"} or row.has(name):
            stated = {f"{name}_fen": row.fen(name), "expected_fen": wanted}
            LEVERAGE_IS_RECOMPUTED.require(row.fen(name) == wanted, where, **stated)
    if row.has("multiple") and money:
        multiple = rounded(Fraction(counted, money), _MULTIPLE_PLACES)
        given = row.value("multiple")
        found = given if isinstance(given, Decimal) else str(given)
        holds = row.exact("multiple") == Fraction(multiple)
        LEVERAGE_IS_RECOMPUTED.require(holds, where, multiple=found, expected=multiple)


def _only_row(leverage: Any) -> Row:  # noqa: ANN401 — as above
    rows = rows_of(leverage)
    if len(rows) != 1:
        raise InvalidRecord(
            f"a law reads one leverage at a time, got {len(rows)} rows",
            zh=f"放大倍数须逐条核验，实为 {len(rows)} 行",
            value=len(rows),
            limit=1,
        )
    return rows[0]


def _times(row: Row) -> int:
    """Return the cap: that of a provision, or the number itself."""
    cap = row.value("cap")
    return Row(row.number, {"cap": getattr(cap, "value", cap)}).whole("cap")


def _exposure_of(loans: Any, leverage: Row) -> int:  # noqa: ANN401 — as above
    rows = rows_of(loans if isinstance(loans, Iterable) else [loans])
    return sum(
        _stood_behind(row.given, leverage)
        if isinstance(row.given, Loan)
        else row.fen("outstanding")
        for row in rows
    )


def _stood_behind(loan: Loan, leverage: Row) -> int:
    """Return the outstanding principal of a loan, while the fund stands behind it."""
    as_of = leverage.day("as_of")
    if loan.guarantee is None or loan.guarantee.fund_id != leverage.value("fund_id"):
        return 0
    undone = {entry.undoes for entry in loan.entries}
    ended = any(
        entry.kind in {EntryKind.CLAIM_PAYOUT, EntryKind.DISCHARGE} and entry.on <= as_of
        for entry in loan.entries
        if entry.number not in undone
    )
    return 0 if ended else loan.position(as_of=as_of).outstanding_fen
