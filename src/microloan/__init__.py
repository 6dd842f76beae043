"""The books of a county loan-guarantee office: loans, fund, subsidy, half-year ledger.

The public vocabulary. Storing it in a database is :mod:`microloan.store`, which alone loads
SQLAlchemy.
"""

from microloan import policy
from microloan.account import RepaymentAccount
from microloan.admission import Assessment, assess
from microloan.ageing import AgeBucket, Ageing, Unpaid, age_unpaid
from microloan.amendment import (
    change_rate,
    disburse,
    discharge_guarantee,
    extend,
    extend_without_consent,
    relevel,
)
from microloan.annuity import exact_plan
from microloan.application import Application
from microloan.budget import Budget
from microloan.category import BorrowerKind, Category, LowProfit, Reference
from microloan.claim import pay_claim, receive_recovery, reverse_both
from microloan.claim_filing import (
    ClaimFiling,
    FilingState,
    approve_claim,
    claim_filings,
    file_claim,
    reject_claim,
)
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
from microloan.commitment import Commitment, approve_loan, commitments, release_commitment
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
    CapNotRaisable,
    CategoryNeeded,
    ChainBroken,
    ClaimNotApproved,
    ClaimNotDue,
    ClaimPending,
    ClaimTooLarge,
    ClaimTooLate,
    ConcurrentUpdate,
    CorrectionTooLarge,
    EvidenceMissing,
    ExtensionTooLong,
    GuaranteeDischarged,
    InsufficientBalance,
    InvalidAmount,
    InvalidDate,
    InvalidHistory,
    InvalidIdentity,
    InvalidPolicy,
    InvalidRate,
    InvalidTerms,
    LenderSuspended,
    LeverageExceeded,
    LoanClaimed,
    LoanClosed,
    LoanEnded,
    LoanGivenTwice,
    LoanMatured,
    LoanMissing,
    MicroloanError,
    NotAdmitted,
    NotCapital,
    NotClaimed,
    NotFound,
    NotGuaranteed,
    NothingToAnswer,
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
    SubLimitExceeded,
    UnknownAccount,
    UnknownRegion,
    UnpairedEntry,
    WrongLender,
    YearBegun,
)
from microloan.explain import Explanation
from microloan.exposure import ExposureStep
from microloan.fallen_due import DuePrincipal, RepaidBy, due_principal
from microloan.filing import FilingDay, deadlines, draw_request
from microloan.finding import Finding, Severity
from microloan.fold import Accrual, Applied
from microloan.fund import GuaranteeFund
from microloan.fund_decision import SubLimit, cap_in_force, raise_cap, set_sublimit, sublimits
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.fund_money import (
    capitalize_interest,
    earn_interest,
    open_account,
    pay_expense,
    receive_fee,
    receive_reward,
    top_up,
    transfer_between_accounts,
)
from microloan.fund_outflow import Advance, advance_subsidy, advances, return_advance, withdraw
from microloan.fund_path import LeveragePath, leverage_path, measure_leverage
from microloan.fund_statement import DepositAccount, FundFlows, deposit_accounts, fund_flows
from microloan.guarantee import Covers, Guarantee, UpperShare
from microloan.halfyear import HalfYearLedger, LedgerLine, LedgerTotals, draw_up
from microloan.id_number import IdNumberFault, born_by_id_number, id_number_fault
from microloan.ledger import Entry, EntryKind
from microloan.lender_risk import LenderRate, StopRule, check_lenders, lender_rates
from microloan.levels import LevelAmount
from microloan.leverage import Leverage
from microloan.loan import Loan
from microloan.loss import LossShares, loss_shares
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
from microloan.pledge import LevelPledges, Pledge, pledges, pledges_by_level, promise_capital
from microloan.policy import (
    ByKind,
    Evidence,
    ExposureBasis,
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
from microloan.quotient import Quotient
from microloan.rate import percent, show_rate
from microloan.recovery import RecoveryOrder, RecoverySource, attributable
from microloan.refund import WaitingReason
from microloan.repricing import rate_of_extension
from microloan.request import SubsidyRequest
from microloan.request_line import RequestLine, WaitingLine
from microloan.risk import (
    fund_multiple,
    last_year_repayment_rate,
    nonperforming_rate,
    payout_rate_of_balance,
    payout_rate_of_issued,
    payout_rate_of_released,
    payout_recovery_rate,
    repayment_rate_by_amount,
    repayment_rate_by_count,
)
from microloan.scenario import NewLending, Scenario
from microloan.schedule import Installment, Schedule, Stretch, amortize
from microloan.stress import compare_scenarios, what_if
from microloan.stress_path import StressHalf, StressPath
from microloan.sublimit import SubLimitUse, measure_sublimits
from microloan.submission import Difference, DifferenceKind, compare_submission
from microloan.subrogation import Subrogation, subrogations, write_off_payout
from microloan.subsidy import plan_subsidy, quarter_lines, subsidize
from microloan.subsidy_line import Segment, SubsidyLine
from microloan.subsidy_plan import PlannedLevel, PlannedQuarter, SubsidyPlan, plan_year
from microloan.suspension import lift_suspension, suspend_lender, suspended_lenders
from microloan.terms import LoanTerms
from microloan.tracking import Concern, Watch, watch_list
from microloan.upper_share import (
    UpperAccount,
    receive_upper_share,
    return_upper_share,
    upper_accounts,
)
from microloan.yearly_payouts import YearlyPayouts, measure_yearly_payouts

# fmt: off
__all__ = [
    "ZERO", "Accrual", "Advance", "AgeBucket", "Ageing", "AlreadyClaimed", "AlreadyExtended",
    "AlreadyRequested", "Amortization", "Applicant", "Application", "Applied", "ArrearsRule",
    "Assessment", "BeforeDisbursement", "BlacklistEntry", "BookedTooEarly", "BorrowerKind",
    "Budget", "BudgetExceeded", "ByKind", "CapNotRaisable", "Category", "CategoryNeeded",
    "ChainBroken", "ClaimFiling", "ClaimNotApproved", "ClaimNotDue", "ClaimPending",
    "ClaimTooLarge", "ClaimTooLate", "Clawback", "Clearing", "ClearingRow", "Commitment",
    "Compounding", "Concern", "ConcurrentUpdate", "Correction", "CorrectionCause",
    "CorrectionTooLarge", "CounterGuarantor", "Covers", "Daily", "Dated", "DayCount",
    "Department", "DepositAccount", "Difference", "DifferenceKind", "DuePrincipal",
    "EarlierLoan", "EarlyInterest", "Entry", "EntryKind", "Evidence", "EvidenceMissing",
    "ExcludedStatus", "Explanation", "ExposureBasis", "ExposureStep", "ExtensionTooLong",
    "FilingDay", "FilingState", "Finding", "FundEntry", "FundEntryKind", "FundFlows", "Gap",
    "Guarantee", "GuaranteeDischarged", "GuaranteeFund", "HalfYear", "HalfYearLedger",
    "IdNumberFault", "Installment", "InsufficientBalance", "InterestQuarter", "InvalidAmount",
    "InvalidDate", "InvalidHistory", "InvalidIdentity", "InvalidPolicy", "InvalidRate",
    "InvalidTerms", "LedgerLine", "LedgerTotals", "LenderRate", "LenderSuspended", "Level",
    "LevelAmount", "LevelBy", "LevelPledges", "Leverage", "LeverageExceeded", "LeveragePath",
    "Line", "Loan", "LoanClaimed", "LoanClosed", "LoanEnded", "LoanGivenTwice", "LoanMatured",
    "LoanMissing", "LoanTerms", "LossShares", "LowProfit", "MicroloanError", "MonthEnd",
    "Multiple", "NewLending", "NotAdmitted", "NotCapital", "NotClaimed", "NotFound",
    "NotGuaranteed", "NotInForce", "NotRequested", "NotReversible", "NothingToAnswer",
    "NothingToClaim", "Opening", "OtherLoan", "OverDisbursement", "OverRepayment",
    "PaymentMode", "PaymentOrder", "Payoff", "PenaltyOutOfRange", "Performance", "Period",
    "PeriodClosed", "PeriodNotOver", "PlannedLevel", "PlannedQuarter", "Pledge", "Policy",
    "Position", "Prepayment", "PrepaymentTooSmall", "PreviousPeriodOpen", "PrincipalPart",
    "Provision", "QuarterNotOver", "Quotient", "RateAboveCap", "RateFixed",
    "RecoveryExceedsDebt", "RecoveryOrder", "RecoverySource", "RefConflict", "Reference",
    "Register", "RepaidBy", "RepaymentAccount", "Repricing", "RequestLine", "Residue",
    "RuleChange", "Scenario", "Schedule", "Segment", "Settlement", "Severity", "Share",
    "Shares", "SignOff", "Staff", "Status", "StopReason", "StopRule", "StressHalf",
    "StressPath", "Stretch", "Stub", "SubLimit", "SubLimitExceeded", "SubLimitUse",
    "Subrogation", "SubsidyLine", "SubsidyPlan", "SubsidyRequest", "SubsidyShape",
    "SubsidyStop", "SubsidyTier", "TreasuryPayment", "UnknownAccount", "UnknownRegion",
    "Unpaid", "UnpairedEntry", "UpperAccount", "UpperShare", "Visit", "Visitor", "WaitingLine",
    "WaitingReason", "Watch", "Workday", "WrongLender", "YearBegun", "YearlyPayouts",
    "accelerate", "add_months", "advance_subsidy", "advances", "age_unpaid", "amortize",
    "approve_claim", "approve_loan", "assess", "attributable", "born_by_id_number",
    "cap_in_force", "capitalize_interest", "change_rate", "charge_costs", "check_lenders",
    "claim_filings", "clear_year", "cny", "commitments", "compare_scenarios",
    "compare_submission", "deadlines", "declare_misuse", "delinquent_days", "delinquent_since",
    "deposit_accounts", "disburse", "discharge_guarantee", "draw_request", "draw_up",
    "due_principal", "earn_interest", "exact_plan", "extend", "extend_without_consent", "fen",
    "file_claim", "from_fen", "fund_flows", "fund_multiple", "id_number_fault",
    "last_year_repayment_rate", "lender_rates", "leverage_path", "lift_suspension",
    "loss_shares", "measure_leverage", "measure_sublimits", "measure_yearly_payouts",
    "months_later", "nonperforming_rate", "on_workday", "open_account", "pause_delinquency",
    "pay_claim", "pay_expense", "payout_rate_of_balance", "payout_rate_of_issued",
    "payout_rate_of_released", "payout_recovery_rate", "percent", "plan_subsidy", "plan_year",
    "pledges", "pledges_by_level", "policy", "promise_capital", "quarter_lines", "raise_cap",
    "rate_of_extension", "ratio", "receive_fee", "receive_recovery", "receive_reward",
    "receive_upper_share", "recover", "reject_claim", "release_commitment", "relevel",
    "repayment_rate_by_amount", "repayment_rate_by_count", "return_advance",
    "return_upper_share", "reverse_both", "set_sublimit", "show", "show_rate", "split",
    "sublimits", "subrogations", "subsidize", "suspend_lender", "suspended_lenders", "top_up",
    "total", "transfer_between_accounts", "upper_accounts", "watch_list", "what_if",
    "with_interest_to_workdays", "withdraw", "write_off", "write_off_payout",
]
# fmt: on
