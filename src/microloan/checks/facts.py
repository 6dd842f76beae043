"""核查依据: what an audit knows besides the loans, and the limits it goes by.

Every list is ``None`` where nobody looked it up, and empty where somebody did and found nothing: a
check whose facts were not given says nothing, and the audit says that it did not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final, TypeAlias

from microloan.bank_row import BankLoan
from microloan.budget import Budget
from microloan.checks.files import Business, LoanFile, LoanMarks, Person, Suretyship
from microloan.checks.sums import FundFlow, OutstandingRow, OverduePayment, PayoutRow, SubsidyRow
from microloan.clearing import TreasuryPayment
from microloan.entitlement import ArrearsRule, SubsidyStop
from microloan.finding import Finding
from microloan.frozen_line import FrozenLine
from microloan.fund import GuaranteeFund
from microloan.leverage import Leverage
from microloan.money import Money, fen
from microloan.naming import is_code, refused_terms, require_one_of, require_whole
from microloan.party import BlacklistEntry, ExcludedStatus, tuple_of
from microloan.policy import Provision, Shares
from microloan.programme.report import Report
from microloan.reminder import Contact
from microloan.request import SubsidyRequest
from microloan.visit import FollowUpVisit

Given: TypeAlias = Mapping[str, SubsidyStop]
_MOST: Final = 100_000
_MOST_YEARS: Final = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """核查口径: the limits of an audit that no decree sets; each audit states its own.

    Args:
        tolerance: by how much a sum computed anew may differ; auditors let one fen pass.
        unpaid_days: how long a subsidy that was earned may stay unpaid.
        cluster_size: how many loans that look alike are too many.
        days_between: how many days lie between two loans of one person at least.
        least_age: how many years old a borrower is at least; ``None`` where the audit has no such
            rule, and nobody is judged by it.
        outflows: in which ways money may leave a fund, as codes of
            :class:`microloan.fund_ledger.FundEntryKind`.

    Raises:
        InvalidAmount: a tolerance that is not CNY, or finer than a fen.
        InvalidTerms: a number out of range, or ways that are no codes.
    """

    tolerance: Money
    unpaid_days: int
    cluster_size: int
    days_between: int
    outflows: frozenset[str]
    least_age: int | None = None

    def __post_init__(self) -> None:
        """Refuse limits that no audit could go by."""
        if fen(self.tolerance) < 0:
            raise refused_terms("the tolerance", "容差", self.tolerance, "at least 0.00")
        require_whole(self.unpaid_days, "the unpaid days", "拖欠天数", 0, _MOST)
        require_whole(self.cluster_size, "the size of a cluster", "集中笔数", 2, _MOST)
        require_whole(self.days_between, "the days between loans", "间隔天数", 0, _MOST)
        if self.least_age is not None:
            require_whole(self.least_age, "the least age", "最低年龄", 0, _MOST_YEARS)
        if not isinstance(self.outflows, frozenset) or not all(map(is_code, self.outflows)):
            raise refused_terms("the outflows", "支出类型", self.outflows, "a frozenset of codes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """核查依据: the lists an audit goes by; ``None`` for one that nobody looked up.

    Args:
        limits: the limits that no decree sets.
        persons: borrowers, spouses and sureties, by the register of residents.
        suretyships: who stands surety for which loan.
        businesses: the businesses the loans were lent to, by the business register.
        blacklist: who stood on the blacklist, and when.
        statuses: who was on public payroll or retired, and when.
        files: who prepared, decided and signed for each loan; a loan without a file is judged by
            its signing day.
        marks: marks of phones, accounts and handlers.
        bank_loans: the loans by the bank's own list.
        subsidies: subsidies of other files than the book's own requests.
        payments: what the treasury paid.
        budgets: what each level may bear in a year.
        outstanding: principal owed half-year by half-year, by another ledger.
        flows: the funds' accounts by the bank's own list.
        payouts: payouts of the funds by another file.
        overdue_payments: payments of arrears by another file.
        reports: published or filed reports, as :mod:`microloan.programme` reads them.
        stops: loans whose subsidy ended early, by id.
        shares: which level bears which part where the policy does not know, with its reference.
        arrears: what overdue money does to a subsidy.
        funds, requests, visits, contacts, closings, leverages: what a book holds; an audit of
            a book takes them from it. Leverages are a fund's on each day on which it changed, or
            that of the day of the audit.
        bad_rows: findings about rows that could not be read.

    Raises:
        InvalidTerms: something else than a tuple of such facts.
    """

    limits: Limits
    persons: tuple[Person, ...] | None = None
    suretyships: tuple[Suretyship, ...] | None = None
    businesses: tuple[Business, ...] | None = None
    blacklist: tuple[BlacklistEntry, ...] | None = None
    statuses: tuple[ExcludedStatus, ...] | None = None
    files: tuple[LoanFile, ...] | None = None
    marks: tuple[LoanMarks, ...] | None = None
    bank_loans: tuple[BankLoan, ...] | None = None
    subsidies: tuple[SubsidyRow, ...] | None = None
    payments: tuple[TreasuryPayment, ...] | None = None
    budgets: tuple[Budget, ...] | None = None
    outstanding: tuple[OutstandingRow, ...] | None = None
    flows: tuple[FundFlow, ...] | None = None
    payouts: tuple[PayoutRow, ...] | None = None
    overdue_payments: tuple[OverduePayment, ...] | None = None
    reports: tuple[Report, ...] | None = None
    stops: Given | None = None
    shares: Provision[Shares] | None = None
    arrears: ArrearsRule = ArrearsRule.OVERDUE_PART
    funds: tuple[GuaranteeFund, ...] | None = None
    requests: tuple[SubsidyRequest, ...] | None = None
    visits: tuple[FollowUpVisit, ...] | None = None
    contacts: tuple[Contact, ...] | None = None
    closings: tuple[FrozenLine, ...] | None = None
    leverages: tuple[Leverage, ...] | None = None
    bad_rows: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        """Refuse lists of something else."""
        if not isinstance(self.limits, Limits):
            raise refused_terms("the limits", "核查口径", self.limits, "Limits")
        require_one_of(self.arrears, ArrearsRule, "the rule of arrears", "逾期贴息口径")
        for name, kind in _KINDS.items():
            listed = getattr(self, name)
            if listed is not None or name == "bad_rows":
                tuple_of(listed, kind, name.replace("_", " "), "核查依据")
        if self.shares is not None and not _are_shares(self.shares):
            raise refused_terms("the shares", "分担比例", self.shares, "a Provision of Shares")
        if self.stops is not None and not _are_stops(self.stops):
            raise refused_terms("the stops", "停止贴息", self.stops, "SubsidyStop by loan id")

    @property
    def given(self) -> frozenset[str]:
        """Return the names of the lists, and of the limits that may be absent, that were given."""
        listed = {field.name for field in fields(self) if getattr(self, field.name) is not None}
        return frozenset(listed | ({"least_age"} if self.limits.least_age is not None else set()))


HELD: Final = ("funds", "requests", "visits", "contacts", "closings", "leverages")
"""What a book holds, and a host does not hand in."""
_KINDS: Final[dict[str, type]] = {
    "persons": Person,
    "suretyships": Suretyship,
    "businesses": Business,
    "blacklist": BlacklistEntry,
    "statuses": ExcludedStatus,
    "files": LoanFile,
    "marks": LoanMarks,
    "bank_loans": BankLoan,
    "subsidies": SubsidyRow,
    "payments": TreasuryPayment,
    "budgets": Budget,
    "outstanding": OutstandingRow,
    "flows": FundFlow,
    "payouts": PayoutRow,
    "overdue_payments": OverduePayment,
    "reports": Report,
    "funds": GuaranteeFund,
    "requests": SubsidyRequest,
    "visits": FollowUpVisit,
    "contacts": Contact,
    "closings": FrozenLine,
    "leverages": Leverage,
    "bad_rows": Finding,
}


def _are_shares(shares: object) -> bool:
    return isinstance(shares, Provision) and isinstance(shares.value, Shares)


def _are_stops(stops: object) -> bool:
    return isinstance(stops, Mapping) and all(
        isinstance(loan_id, str) and isinstance(stop, SubsidyStop)
        for loan_id, stop in stops.items()
    )
