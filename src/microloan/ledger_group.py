"""分组台账: the half-year ledger by bank, borrower group, district, officer or year of lending."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Final, assert_never

from microloan.flows import NAMES
from microloan.halfyear import HalfYearLedger, LedgerLine
from microloan.ledger_totals import MOVEMENTS, LedgerTotals
from microloan.money import InYuan
from microloan.naming import refused_terms, require_one_of
from microloan.stay import Stay
from microloan.table import Table, Tabular, columns_of, tabulate, within
from microloan.window import Half


class GroupBy(Enum):
    """By what the loans of a half-year ledger are grouped."""

    LENDER = "lender"
    """经办银行: by the bank that carries the loan."""
    BORROWER_GROUP = "borrower_group"
    """人员类别: by the codes of the borrower's groups; who is in two stands under both together."""
    DISTRICT = "district"
    """所属片区: by the district the loan is counted under."""
    OFFICER = "officer"
    """管户人员: by who looks after the loan."""
    YEAR_OF_LENDING = "year_of_lending"
    """放款年度: by the year of disbursement."""

    @property
    def zh(self) -> str:
        """Return it in Chinese."""
        return _ZH[self]

    def key(self, line: LedgerLine, stay: Stay) -> str:
        """Return the group of a loan during a stay; empty where it has none."""
        match self:
            case GroupBy.LENDER:
                return stay.lender
            case GroupBy.DISTRICT:
                return stay.district
            case GroupBy.OFFICER:
                return stay.officer
            case GroupBy.BORROWER_GROUP:
                return " + ".join(sorted(line.category.groups))
            case GroupBy.YEAR_OF_LENDING:
                return str(line.disbursed_on.year)
        assert_never(self)


_ZH: Final = {
    GroupBy.LENDER: "经办银行",
    GroupBy.BORROWER_GROUP: "人员类别",
    GroupBy.DISTRICT: "所属片区",
    GroupBy.OFFICER: "管户人员",
    GroupBy.YEAR_OF_LENDING: "放款年度",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """移交: a loan that went from one group to another within the half-year.

    Args:
        loan_id: the loan.
        on: the first day with the new group.
        out_of: the group it left; empty for none.
        into: the group it joined; empty for none.
        amount_fen: principal owed on the evening before, as known at the half-year's end.
    """

    loan_id: str
    on: date
    out_of: str
    into: str
    amount_fen: int

    amount = InYuan("amount_fen", "Principal owed on the evening before, in yuan.")

    COLUMNS = columns_of("loan_id on out_of into amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerGroup:
    """分组合计: what the loans of one group opened with, moved and closed with::

        opening + transferred in − transferred out + movements = closing

    Args:
        key: the group; empty for the loans of none.
        totals: the sums; movements are those while the loans were in the group, what stands at the
            end is that of the loans it has then.
        transfers_in: the loans that came, by day and loan.
        transfers_out: the loans that went, by day and loan.
    """

    key: str
    totals: LedgerTotals
    transfers_in: tuple[Transfer, ...]
    transfers_out: tuple[Transfer, ...]

    transferred_in = InYuan("transferred_in_fen", "Principal of the loans that came, in yuan.")
    transferred_out = InYuan("transferred_out_fen", "Principal of the loans that went, in yuan.")

    COLUMNS = columns_of(
        "group=key",
        within("totals", "loans opening"),
        "transferred_in transferred_out",
        within("totals", MOVEMENTS),
    )

    @property
    def transferred_in_fen(self) -> int:
        """Return the principal of the loans that came, in fen."""
        return sum(one.amount_fen for one in self.transfers_in)

    @property
    def transferred_out_fen(self) -> int:
        """Return the principal of the loans that went, in fen."""
        return sum(one.amount_fen for one in self.transfers_out)

    @property
    def balances(self) -> bool:
        """Tell whether opening, transfers and movements make the closing."""
        moved = self.transferred_in_fen - self.transferred_out_fen + self.totals.net_fen
        return self.totals.opening_fen + moved == self.totals.closing_fen


_READ: Final = (
    *("group", "loans", "opening", "transferred_in", "transferred_out", "disbursed", "due"),
    *("repaid_principal", "repaid_interest", "paid_by_fund", "closing", "arrears"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedLedger(Tabular):
    """分组台账: a half-year ledger by groups, which add up to the book."""

    half: Half
    by: GroupBy
    groups: tuple[LedgerGroup, ...]

    def as_table(self) -> Table:
        """Return one row for each of the groups."""
        return tabulate(self.groups, of=LedgerGroup)

    def for_reading(self) -> Table:
        """Return the columns that tell how the groups fared."""
        return self.as_table().only(*_READ)

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """Return every loan that changed its group, by day and loan."""
        return _in_order([one for group in self.groups for one in group.transfers_in])


def group_ledger(ledger: HalfYearLedger, *, by: GroupBy) -> GroupedLedger:
    """Return a half-year ledger by groups, in the order of their names.

    A loan that changes hands moves on its day with what is owed then: what happened before stays
    with the group that had it, what facts of earlier half-years changed too (decision 038).

    Raises:
        InvalidTerms: no half-year ledger, or no :class:`GroupBy`.
    """
    if not isinstance(ledger, HalfYearLedger):
        raise refused_terms("the ledger", "台账", type(ledger).__name__, "a HalfYearLedger")
    require_one_of(by, GroupBy, "what a ledger is grouped by", "分组方式")
    sums: dict[str, _Sums] = {}
    for line in ledger.lines:
        for key, amounts in _parts(line, by):
            sums.setdefault(key, _Sums()).amounts.update(amounts)
        for one in _transfers(line, by):
            sums[one.into].transfers_in.append(one)
            sums[one.out_of].transfers_out.append(one)
    groups = tuple(sums[key].closed(key) for key in sorted(sums))
    return GroupedLedger(half=ledger.half, by=by, groups=groups)


@dataclass(slots=True)
class _Sums:
    """The sums of one group while they grow."""

    amounts: Counter[str] = field(default_factory=Counter)
    transfers_in: list[Transfer] = field(default_factory=list)
    transfers_out: list[Transfer] = field(default_factory=list)

    def closed(self, key: str) -> LedgerGroup:
        return LedgerGroup(
            key=key,
            totals=LedgerTotals(**{name: self.amounts[name] for name in _TOTALS}),
            transfers_in=_in_order(self.transfers_in),
            transfers_out=_in_order(self.transfers_out),
        )


_TOTALS: Final = tuple(LedgerTotals.__dataclass_fields__)
_STANDING: Final = ("closing_fen", "arrears_fen", "charges_fen", "unbilled_fen", "subrogated_fen")
"""What stands at the end of a half-year, and so belongs to the last group."""


def _parts(line: LedgerLine, by: GroupBy) -> Iterator[tuple[str, dict[str, int]]]:
    """Yield what each group gets of a loan."""
    first, last = line.stays[0], line.stays[-1]
    yield by.key(line, first), {"opening_fen": line.account.opening_fen}
    for stay in line.stays:
        moved = {name: getattr(stay.flows, name) for name in NAMES}
        due = moved.pop("due_principal_fen") + moved.pop("due_interest_fen")
        yield by.key(line, stay), moved | {"due_fen": due}
    stands = {name: getattr(line.account, name) for name in _STANDING}
    yield by.key(line, last), stands | {"loans": 1}


def _transfers(line: LedgerLine, by: GroupBy) -> Iterator[Transfer]:
    """Yield how a loan went from group to group."""
    owed, here = line.account.opening_fen, by.key(line, line.stays[0])
    for before, stay in zip(line.stays, line.stays[1:], strict=False):
        owed += before.flows.net_fen
        there = by.key(line, stay)
        if there != here:
            yield Transfer(
                loan_id=line.loan_id, on=stay.since, out_of=here, into=there, amount_fen=owed
            )
        here = there


def _in_order(transfers: list[Transfer]) -> tuple[Transfer, ...]:
    return tuple(sorted(transfers, key=lambda one: (one.on, one.loan_id)))
