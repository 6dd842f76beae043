"""贷后回访: a visit to a borrower after the loan was paid out, and what was found there."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from microloan.errors import VisitTooEarly
from microloan.errors.personal import told
from microloan.loan import Loan
from microloan.money import FEN_LIMIT, Money, fen, from_fen
from microloan.naming import identity, person_id, refused_terms, require_one_of, require_whole
from microloan.party import tuple_of
from microloan.periods import in_order, plain_date
from microloan.table import columns_of

_MOST_PEOPLE: Final = 100_000
_A_PAIR: Final = 2


class BusinessState(Enum):
    """经营状况: how the business was found."""

    NORMAL = "normal"
    STRAINED = "strained"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    OUT_OF_CONTACT = "out_of_contact"

    @property
    def zh(self) -> str:
        """Return the state in Chinese."""
        return _STATES_ZH[self]


_STATES_ZH: Final = {
    BusinessState.NORMAL: "正常",
    BusinessState.STRAINED: "困难",
    BusinessState.SUSPENDED: "停业",
    BusinessState.CLOSED: "关闭",
    BusinessState.OUT_OF_CONTACT: "失联",
}


class Prospect(Enum):
    """经营前景: what the visitors expect of the business."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"

    @property
    def zh(self) -> str:
        """Return the prospect in Chinese."""
        return _PROSPECTS_ZH[self]


_PROSPECTS_ZH: Final = {Prospect.GOOD: "好", Prospect.FAIR: "一般", Prospect.POOR: "差"}


class CheckItem(Enum):
    """检查事项: the eight things to look at, as Beijing listed them in 2006."""

    USE_OF_MONEY = "use_of_money"
    """贷款用途: whether the money went where the contract says."""
    OPERATION = "operation"
    """生产经营: how production and sales go."""
    HEALTH = "health"
    """健康状况: illness or injury of the borrower."""
    OFFENSES = "offenses"
    """违法违纪: offenses of the borrower."""
    GUARANTOR = "guarantor"
    """反担保人: the standing and the means of the counter-guarantor."""
    COLLATERAL = "collateral"
    """抵质押物: custody and value of what was pledged."""
    CHANGES = "changes"
    """变更: address, phone, marriage, legal form."""
    TRACKING_REPORT = "tracking_report"
    """跟踪服务报告: what the office's own report asks for."""

    @property
    def zh(self) -> str:
        """Return the item in Chinese."""
        return _ITEMS_ZH[self]


_ITEMS_ZH: Final = {
    CheckItem.USE_OF_MONEY: "贷款用途",
    CheckItem.OPERATION: "生产经营",
    CheckItem.HEALTH: "健康状况",
    CheckItem.OFFENSES: "违法违纪",
    CheckItem.GUARANTOR: "反担保人",
    CheckItem.COLLATERAL: "抵质押物",
    CheckItem.CHANGES: "变更事项",
    CheckItem.TRACKING_REPORT: "跟踪报告",
}


def _require(kind: type, value: object, what: str, zh: str) -> None:
    if not isinstance(value, kind):
        raise refused_terms(what, zh, told(value), "True or False" if kind is bool else "a text")


def _require_remarks(remarks: object) -> None:
    if not isinstance(remarks, tuple):
        raise refused_terms("the remarks", "检查记录", told(remarks), "a tuple of pairs")
    items = []
    for remark in remarks:
        if not isinstance(remark, tuple) or len(remark) != _A_PAIR:
            raise refused_terms("a remark", "检查记录", told(remark), "a check item and a text")
        item, found = remark
        require_one_of(item, CheckItem, "the check item", "检查事项")
        _require(str, found, "a remark", "检查记录")
        items.append(item)
    if len(set(items)) != len(items):
        raise refused_terms("the remarks", "检查记录", len(items), "one for each check item")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpVisit:
    """贷后回访: what was found at a borrower's on a day, and the figures of the business.

    Each figure is ``None`` where it was not asked.

    Args:
        loan_id: the loan.
        on: the day of the visit.
        ref: the number of the record 跟踪调查记录表; it stands for one visit of the loan.
        visitors: who went, by identity; one person at least.
        state: how the business was found.
        on_site: whether the place was seen; a contact from afar is none of the quarterly looks.
        remarks: what was found under the check items, each item once.
        monthly_turnover_fen: sales of a month, in fen.
        staff: who works there, the borrower among them.
        jobs: the people whom the loan brought into work 带动就业, the borrower not among them, in
            the business or outside it (who grows, delivers or sells for it); it counts others than
            the staff, so the one figure does not bound the other.
        stock_fen: the value of the stock, in fen.
        prospect: what the visitors expect.
        watch: whether they ask for the loan to be watched.
        next_step: what is to be done next; empty for nothing.
        booked_on: the day whose half-year carries it; by default ``on``.

    Raises:
        InvalidIdentity: an unusable loan, record or visitor.
        InvalidDate: no plain date, or booked before the visit.
        InvalidTerms: nobody went, an item twice, a figure out of range, or a wrong type.
    """

    loan_id: str
    on: date
    ref: str
    visitors: tuple[str, ...]
    state: BusinessState
    on_site: bool = True
    remarks: tuple[tuple[CheckItem, str], ...] = ()
    monthly_turnover_fen: int | None = None
    staff: int | None = None
    jobs: int | None = None
    stock_fen: int | None = None
    prospect: Prospect | None = None
    watch: bool = False
    next_step: str = ""
    booked_on: date | None = None

    COLUMNS = columns_of(
        "loan_id on booked_on ref visitors business_state=state on_site monthly_turnover staff",
        "jobs stock prospect watch next_step",
    )

    def __post_init__(self) -> None:
        """Refuse a visit that nobody made, or that found what cannot be."""
        identity(self.loan_id, "a loan")
        identity(self.ref, "the record of a visit")
        plain_date(self.on, "a visit")
        object.__setattr__(self, "booked_on", self.on if self.booked_on is None else self.booked_on)
        in_order(self.on, plain_date(self.booked_day, "a booking"), f"{self.loan_id}: a visit")
        tuple_of(self.visitors, str, "the visitors", "回访人员")
        if not self.visitors:
            raise refused_terms("the visitors", "回访人员", "nobody", "one person at least")
        for person in self.visitors:
            person_id(person, "a visitor")
        require_one_of(self.state, BusinessState, "the state of the business", "经营状况")
        if self.prospect is not None:
            require_one_of(self.prospect, Prospect, "the prospect", "经营前景")
        _require(bool, self.on_site, "on site", "现场回访")
        _require(bool, self.watch, "watch", "列入关注")
        _require(str, self.next_step, "the next step", "下一步措施")
        _require_remarks(self.remarks)
        for figure, what, zh, most in (
            (self.monthly_turnover_fen, "the monthly turnover", "月营业额", FEN_LIMIT),
            (self.stock_fen, "the stock", "存货", FEN_LIMIT),
            (self.staff, "the staff", "从业人数", _MOST_PEOPLE),
            (self.jobs, "the jobs", "带动就业人数", _MOST_PEOPLE),
        ):
            if figure is not None:
                require_whole(figure, what, zh, 0, most)

    @property
    def monthly_turnover(self) -> Money | None:
        """Return sales of a month, in yuan; ``None`` where it was not asked."""
        return _in_yuan(self.monthly_turnover_fen)

    @property
    def stock(self) -> Money | None:
        """Return the value of the stock, in yuan; ``None`` where it was not asked."""
        return _in_yuan(self.stock_fen)

    @property
    def booked_day(self) -> date:
        """Return the day whose half-year carries the visit."""
        return self.on if self.booked_on is None else self.booked_on

    def remark(self, item: CheckItem) -> str:
        """Return what was found under a check item; empty where nothing was written down.

        Raises:
            InvalidTerms: no :class:`CheckItem`.
        """
        require_one_of(item, CheckItem, "the check item", "检查事项")
        return dict(self.remarks).get(item, "")


def _in_yuan(amount_fen: int | None) -> Money | None:
    return None if amount_fen is None else from_fen(amount_fen)


def make_visit(
    loan: Loan,
    *,
    on: date,
    ref: str,
    visitors: tuple[str, ...],
    state: BusinessState,
    on_site: bool = True,
    remarks: tuple[tuple[CheckItem, str], ...] = (),
    monthly_turnover: Money | None = None,
    staff: int | None = None,
    jobs: int | None = None,
    stock: Money | None = None,
    prospect: Prospect | None = None,
    watch: bool = False,
    next_step: str = "",
    booked_on: date | None = None,
) -> FollowUpVisit:
    """Return the record of a visit to the borrower of a loan.

    Arguments are those of :class:`FollowUpVisit`; turnover and stock are given in yuan.

    Raises:
        VisitTooEarly: before the loan was paid out.
        InvalidAmount: a turnover or stock that is not in CNY or finer than a fen.
        InvalidTerms: no loan, or as of :class:`FollowUpVisit`.
        InvalidIdentity, InvalidDate: as of :class:`FollowUpVisit`.
    """
    require_loan(loan)
    visit = FollowUpVisit(
        loan_id=loan.id,
        on=on,
        ref=ref,
        visitors=visitors,
        state=state,
        on_site=on_site,
        remarks=remarks,
        monthly_turnover_fen=None if monthly_turnover is None else fen(monthly_turnover),
        staff=staff,
        jobs=jobs,
        stock_fen=None if stock is None else fen(stock),
        prospect=prospect,
        watch=watch,
        next_step=next_step,
        booked_on=booked_on,
    )
    require_paid_out(loan.id, loan.terms.disbursed_on, on)
    return visit


def require_loan(loan: object) -> None:
    """Refuse what is no loan where one is followed up.

    Raises:
        InvalidTerms: another type, such as a contract number.
    """
    if not isinstance(loan, Loan):
        raise refused_terms("what is followed up", "贷后对象", type(loan).__name__, "a Loan")


def require_paid_out(loan_id: str, disbursed_on: date, on: date) -> None:
    """Refuse a visit or a reminder on a day before the loan was paid out.

    Raises:
        VisitTooEarly: names the loan and both days.
    """
    if on < disbursed_on:
        raise VisitTooEarly(
            f"{loan_id} was paid out on {disbursed_on}; it cannot be followed up on {on}",
            zh=f"{loan_id} 于 {disbursed_on} 放款，{on} 尚不能贷后回访或催收",
            value=on,
            limit=disbursed_on,
        )
