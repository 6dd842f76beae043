"""The books of a county loan-guarantee office: loans, fund, subsidy, half-year ledger.

The public vocabulary. Storing it in a database is :mod:`microloan.store`, which alone loads
SQLAlchemy.
"""

from microloan import policy
from microloan.account import RepaymentAccount
from microloan.admission import Assessment, assess
from microloan.ageing import AgeBucket, Ageing, Unpaid, age_unpaid
from microloan.amendment import change_rate, disburse, extend, extend_without_consent, relevel
from microloan.annuity import exact_plan
from microloan.application import Application
from microloan.budget import Budget
from microloan.category import BorrowerKind, Category, LowProfit, Reference
from microloan.claim import pay_claim, receive_recovery, reverse_both
from microloan.clauses import (
    Amortization,
    EarlyInterest,
    LevelBy,
    Opening,
    PaymentOrder,
    Prepayment,
    PrincipalPart,
    Repricing,
    Residue,
    Settlement,
    Stub,
)
from microloan.clearing import Clearing, ClearingRow, TreasuryPayment, clear_year
from microloan.correction import Clawback, Correction, CorrectionCause
from microloan.dated import Dated
from microloan.default import (
    accelerate,
    charge_costs,
    declare_misuse,
    pause_delinquency,
    recover,
    write_off,
)
from microloan.delinquency import delinquent_days, delinquent_since
from microloan.dossier import Department, Register, SignOff, Staff, Visit, Visitor
from microloan.due_dates import Period, Workday, on_workday, with_interest_to_workdays
from microloan.entitlement import ArrearsRule, StopReason, SubsidyStop
from microloan.errors import (
    AlreadyClaimed,
    AlreadyExtended,
    AlreadyRequested,
    BeforeDisbursement,
    BookedTooEarly,
    BudgetExceeded,
    CategoryNeeded,
    ChainBroken,
    ClaimNotDue,
    ClaimTooLate,
    ConcurrentUpdate,
    CorrectionTooLarge,
    ExtensionTooLong,
    InsufficientBalance,
    InvalidAmount,
    InvalidDate,
    InvalidHistory,
    InvalidIdentity,
    InvalidPolicy,
    InvalidRate,
    InvalidTerms,
    LeverageExceeded,
    LoanClaimed,
    LoanClosed,
    LoanEnded,
    LoanGivenTwice,
    LoanMatured,
    LoanMissing,
    MicroloanError,
    NotAdmitted,
    NotClaimed,
    NotFound,
    NotGuaranteed,
    NothingToClaim,
    NotInForce,
    NotRequested,
    NotReversible,
    OverDisbursement,
    OverRepayment,
    PenaltyOutOfRange,
    PeriodClosed,
    PeriodNotOver,
    PrepaymentTooSmall,
    PreviousPeriodOpen,
    QuarterNotOver,
    RateAboveCap,
    RateFixed,
    RecoveryExceedsDebt,
    RefConflict,
    UnknownRegion,
    UnpairedEntry,
    WrongLender,
    YearBegun,
)
from microloan.explain import Explanation
from microloan.exposure import ExposureStep
from microloan.filing import FilingDay, deadlines, draw_request
from microloan.finding import Finding, Severity
from microloan.fold import Accrual, Applied
from microloan.fund import GuaranteeFund, Leverage, measure_leverage
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.guarantee import Covers, Guarantee
from microloan.halfyear import HalfYearLedger, LedgerLine, LedgerTotals, draw_up
from microloan.id_number import IdNumberFault, born_by_id_number, id_number_fault
from microloan.ledger import Entry, EntryKind
from microloan.levels import LevelAmount
from microloan.loan import Loan
from microloan.money import ZERO, cny, fen, from_fen, ratio, show, split, total
from microloan.months import MonthEnd, add_months, months_later
from microloan.party import (
    Applicant,
    BlacklistEntry,
    CounterGuarantor,
    EarlierLoan,
    ExcludedStatus,
    OtherLoan,
    Status,
)
from microloan.payment import Share
from microloan.payoff import Payoff
from microloan.penalty import Compounding, Daily, Multiple
from microloan.periods import DayCount, HalfYear, InterestQuarter
from microloan.policy import (
    ByKind,
    Evidence,
    Gap,
    Level,
    Line,
    PaymentMode,
    Policy,
    Provision,
    RuleChange,
    Shares,
    SubsidyShape,
    SubsidyTier,
)
from microloan.position import Performance, Position
from microloan.rate import percent, show_rate
from microloan.refund import WaitingReason
from microloan.repricing import rate_of_extension
from microloan.request import SubsidyRequest
from microloan.request_line import RequestLine, WaitingLine
from microloan.schedule import Installment, Schedule, Stretch, amortize
from microloan.submission import Difference, DifferenceKind, compare_submission
from microloan.subsidy import plan_subsidy, quarter_lines, subsidize
from microloan.subsidy_line import Segment, SubsidyLine
from microloan.subsidy_plan import PlannedLevel, PlannedQuarter, SubsidyPlan, plan_year
from microloan.terms import LoanTerms
from microloan.tracking import Concern, Watch, watch_list

# fmt: off
__all__ = [
    "ZERO", "Accrual", "AgeBucket", "Ageing", "AlreadyClaimed", "AlreadyExtended",
    "AlreadyRequested", "Amortization", "Applicant", "Application", "Applied", "ArrearsRule",
    "Assessment", "BeforeDisbursement", "BlacklistEntry", "BookedTooEarly", "BorrowerKind",
    "Budget", "BudgetExceeded", "ByKind", "Category", "CategoryNeeded", "ChainBroken",
    "ClaimNotDue", "ClaimTooLate", "Clawback", "Clearing", "ClearingRow", "Compounding",
    "Concern", "ConcurrentUpdate", "Correction", "CorrectionCause", "CorrectionTooLarge",
    "CounterGuarantor", "Covers", "Daily", "Dated", "DayCount", "Department", "Difference",
    "DifferenceKind", "EarlierLoan", "EarlyInterest", "Entry", "EntryKind", "Evidence",
    "ExcludedStatus", "Explanation", "ExposureStep", "ExtensionTooLong", "FilingDay", "Finding",
    "FundEntry", "FundEntryKind", "Gap", "Guarantee", "GuaranteeFund", "HalfYear",
    "HalfYearLedger", "IdNumberFault", "Installment", "InsufficientBalance", "InterestQuarter",
    "InvalidAmount", "InvalidDate", "InvalidHistory", "InvalidIdentity", "InvalidPolicy",
    "InvalidRate", "InvalidTerms", "LedgerLine", "LedgerTotals", "Level", "LevelAmount",
    "LevelBy", "Leverage", "LeverageExceeded", "Line", "Loan", "LoanClaimed", "LoanClosed",
    "LoanEnded", "LoanGivenTwice", "LoanMatured", "LoanMissing", "LoanTerms", "LowProfit",
    "MicroloanError", "MonthEnd", "Multiple", "NotAdmitted", "NotClaimed", "NotFound",
    "NotGuaranteed", "NotInForce", "NotRequested", "NotReversible", "NothingToClaim", "Opening",
    "OtherLoan", "OverDisbursement", "OverRepayment", "PaymentMode", "PaymentOrder", "Payoff",
    "PenaltyOutOfRange", "Performance", "Period", "PeriodClosed", "PeriodNotOver",
    "PlannedLevel", "PlannedQuarter", "Policy", "Position", "Prepayment", "PrepaymentTooSmall",
    "PreviousPeriodOpen", "PrincipalPart", "Provision", "QuarterNotOver", "RateAboveCap",
    "RateFixed", "RecoveryExceedsDebt", "RefConflict", "Reference", "Register",
    "RepaymentAccount", "Repricing", "RequestLine", "Residue", "RuleChange", "Schedule",
    "Segment", "Settlement", "Severity", "Share", "Shares", "SignOff", "Staff", "Status",
    "StopReason", "Stretch", "Stub", "SubsidyLine", "SubsidyPlan", "SubsidyRequest",
    "SubsidyShape", "SubsidyStop", "SubsidyTier", "TreasuryPayment", "UnknownRegion", "Unpaid",
    "UnpairedEntry", "Visit", "Visitor", "WaitingLine", "WaitingReason", "Watch", "Workday",
    "WrongLender", "YearBegun", "accelerate", "add_months", "age_unpaid", "amortize", "assess",
    "born_by_id_number", "change_rate", "charge_costs", "clear_year", "cny",
    "compare_submission", "deadlines", "declare_misuse", "delinquent_days", "delinquent_since",
    "disburse", "draw_request", "draw_up", "exact_plan", "extend", "extend_without_consent",
    "fen", "from_fen", "id_number_fault", "measure_leverage", "months_later", "on_workday",
    "pause_delinquency", "pay_claim", "percent", "plan_subsidy", "plan_year", "policy",
    "quarter_lines", "rate_of_extension", "ratio", "receive_recovery", "recover", "relevel",
    "reverse_both", "show", "show_rate", "split", "subsidize", "total", "watch_list",
    "with_interest_to_workdays", "write_off",
]
# fmt: on
