# Written by tools/vocabulary.py from the list in __init__.py.
# fmt: off
# isort: off
from microloan import checks, laws, policy, programme, returns
from microloan.account import RepaymentAccount
from microloan.admission import Assessment, assess
from microloan.ageing import AgeBucket, Ageing, Unpaid, age_unpaid
from microloan.amended_plan import AmendedPlan
from microloan.amendment import (
    change_rate, disburse, discharge_guarantee, extend, extend_without_consent, relevel,
)
from microloan.anniversary import Anniversary
from microloan.annuity import exact_plan
from microloan.application import Application
from microloan.assignment import AssignedTo, Assignment, assigned
from microloan.bank_difference import BankDifference, BankDifferenceKind, Listed
from microloan.bank_list import read_bank_loans, read_bank_repayments
from microloan.bank_row import BankField, BankLoan, BankRepayment, UnreadableRow
from microloan.blacklist import BlacklistSpan, blacklist_spans
from microloan.budget import Budget
from microloan.category import BorrowerKind, Category, LowProfit, Reference
from microloan.claim import pay_claim, receive_recovery, reverse_both
from microloan.claim_filing import (
    ClaimFiling, FilingState, approve_claim, claim_filings, file_claim, reject_claim,
)
from microloan.clauses import (
    Amortization, EarlyInterest, LevelBy, Opening, PaymentOrder, Prepayment, PrincipalPart,
    Repricing, Residue, Settlement, Stub,
)
from microloan.clearing import Clearing, ClearingRow, TreasuryPayment, clear_year
from microloan.coming_due import ComingDue, due_in
from microloan.commitment import Commitment, approve_loan, commitments, release_commitment
from microloan.contact import chased
from microloan.control import ControlCheck, ControlSheet
from microloan.correction import Clawback, Correction, CorrectionCause
from microloan.dated import Dated
from microloan.default import (
    accelerate, charge_costs, declare_misuse, pause_delinquency, recover, write_off,
)
from microloan.delinquency import delinquent_days, delinquent_since
from microloan.dossier import Department, Register, SignOff, Staff, Visit, Visitor
from microloan.due_dates import Period, Workday, on_workday, with_interest_to_workdays
from microloan.due_visit import DueVisit, due_visits
from microloan.entitlement import ArrearsRule, StopReason, SubsidyStop
from microloan.errors import (
    AlreadyClaimed, AlreadyExtended, AlreadyRequested, AutocommitNotAllowed, BeforeDisbursement,
    BookedTooEarly, BudgetExceeded, CapNotRaisable, CategoryNeeded, ChainBroken, ClaimNotApproved,
    ClaimNotDue, ClaimPending, ClaimTooLarge, ClaimTooLate, CommitOutcomeUnknown, ConcurrentUpdate,
    ConnectionLost, ControlFailed, CorrectionTooLarge, EvidenceMissing, ExtensionTooLong,
    ExtraMissing, GuaranteeDischarged, GuardRefused, InsufficientBalance, InvalidAmount,
    InvalidDate, InvalidHistory, InvalidIdentity, InvalidPolicy, InvalidRate, InvalidRecord,
    InvalidTerms, LedgerFaulty, LenderSuspended, LeverageExceeded, LoanClaimed, LoanClosed,
    LoanEnded, LoanGivenTwice, LoanMatured, LoanMissing, MicroloanError, NotAdmitted, NotCapital,
    NotClaimed, NotFound, NotGuaranteed, NotInForce, NotInLedger, NotLastClosed, NotRequested,
    NotReversible, NothingToAnswer, NothingToClaim, OverDisbursement, OverRepayment,
    PenaltyOutOfRange, PeriodClosed, PeriodNotOver, PrepaymentTooSmall, PreviousPeriodOpen,
    QuarterNotOver, RateAboveCap, RateFixed, ReadOnlyDatabase, ReasonMissing, RecoveryExceedsDebt,
    RefConflict, RetryTransaction, SchemaMismatch, StorageDamaged, StorageFull, StorageRefused,
    SubLimitExceeded, UnknownAccount, UnknownRegion, UnpairedEntry, UnreadableFile, VisitTooEarly,
    WrongLender, YearBegun,
)
from microloan.expected_list import expected_rows
from microloan.explain import Explanation
from microloan.exposure import ExposureStep
from microloan.fallen_due import DuePrincipal, RepaidBy, due_principal
from microloan.filing import FilingDay, deadlines, draw_request
from microloan.finding import Finding, Severity
from microloan.flows import Flows
from microloan.fold import Accrual, Applied
from microloan.frozen_line import FrozenLedger, FrozenLine
from microloan.fund import GuaranteeFund
from microloan.fund_card import FundCard
from microloan.fund_decision import SubLimit, cap_in_force, raise_cap, set_sublimit, sublimits
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.fund_money import (
    capitalize_interest, earn_interest, open_account, pay_expense, receive_fee, receive_reward,
    top_up, transfer_between_accounts,
)
from microloan.fund_outflow import Advance, advance_subsidy, advances, return_advance, withdraw
from microloan.fund_path import LeveragePath, leverage_path, measure_leverage
from microloan.fund_statement import DepositAccount, FundFlows, deposit_accounts, fund_flows
from microloan.grade import Grade, GradeTotal, grade_loan, grade_loans, grade_of_days
from microloan.guarantee import Covers, Guarantee, UpperShare
from microloan.halfyear import HalfYearLedger, LedgerLine, draw_up
from microloan.id_number import IdNumberFault, born_by_id_number, id_number_fault
from microloan.late_fact import LateFact, late_facts
from microloan.ledger import Entry, EntryKind
from microloan.ledger_group import GroupBy, GroupedLedger, LedgerGroup, Transfer, group_ledger
from microloan.ledger_notes import LineSubsidy
from microloan.ledger_totals import LedgerTotals
from microloan.lender_risk import LenderRate, StopRule, check_lenders, lender_rates
from microloan.levels import LevelAmount
from microloan.leverage import Leverage
from microloan.loan import Loan
from microloan.loss import LossShares, loss_shares
from microloan.migration import MigrationCell, MigrationMatrix, MigrationTotal, migrate
from microloan.money import ZERO, cny, fen, from_fen, ratio, show, split, total
from microloan.months import MonthEnd, add_months, months_later
from microloan.overdue import OverdueTotal, age_arrears, portfolio_at_risk
from microloan.party import (
    Applicant, BlacklistEntry, CounterGuarantor, EarlierLoan, ExcludedStatus, OtherLoan, Status,
)
from microloan.payment import Share
from microloan.payoff import Payoff
from microloan.penalty import Compounding, Daily, Multiple
from microloan.periods import DayCount, HalfYear, InterestQuarter
from microloan.pledge import LevelPledges, Pledge, pledges, pledges_by_level, promise_capital
from microloan.policy import (
    ByKind, Evidence, ExposureBasis, Gap, Level, Line, PaymentMode, Policy, Provision, RuleChange,
    Shares, SubsidyShape, SubsidyTier,
)
from microloan.position import Performance, Position
from microloan.quotient import Quotient
from microloan.rate import percent, show_rate
from microloan.reconciliation import reconcile, reconcile_loans, reconcile_repayments
from microloan.recovery import RecoveryOrder, RecoverySource, attributable
from microloan.refund import WaitingReason
from microloan.reminder import (
    Channel, Contact, DueReminder, Outcome, Rung, due_reminders, make_contact,
)
from microloan.repricing import rate_of_extension
from microloan.request import SubsidyRequest
from microloan.request_line import RequestLine, WaitingLine
from microloan.risk import (
    fund_multiple, last_year_repayment_rate, nonperforming_rate, payout_rate_of_balance,
    payout_rate_of_issued, payout_rate_of_released, payout_recovery_rate, repayment_rate_by_amount,
    repayment_rate_by_count,
)
from microloan.scenario import NewLending, Scenario
from microloan.schedule import Installment, Schedule, Stretch, amortize
from microloan.stay import Stay
from microloan.stress import compare_scenarios, what_if
from microloan.stress_path import StressHalf, StressPath
from microloan.sublimit import SubLimitUse, measure_sublimits
from microloan.submission import Difference, DifferenceKind, compare_submission
from microloan.subrogation import Subrogation, subrogations, write_off_payout
from microloan.subsidy import plan_subsidy, quarter_lines, subsidize
from microloan.subsidy_line import Segment, SubsidyLine
from microloan.subsidy_plan import PlannedLevel, PlannedQuarter, SubsidyPlan, plan_year
from microloan.suspension import lift_suspension, suspend_lender, suspended_lenders
from microloan.table import Card, ColumnKind, Language, MoneyAs, Table, Tabular, tabulate
from microloan.terms import LoanTerms
from microloan.tracking import Concern, Watch, evidence_of, watch_list
from microloan.upper_share import (
    UpperAccount, receive_upper_share, return_upper_share, upper_accounts,
)
from microloan.visit import BusinessState, CheckItem, FollowUpVisit, Prospect, make_visit
from microloan.yearly_payouts import YearlyPayouts, measure_yearly_payouts

__all__ = [
    "ZERO", "Accrual", "Advance", "AgeBucket", "Ageing", "AlreadyClaimed", "AlreadyExtended",
    "AlreadyRequested", "AmendedPlan", "Amortization", "Anniversary", "Applicant", "Application",
    "Applied", "ArrearsRule", "Assessment", "AssignedTo", "Assignment", "AutocommitNotAllowed",
    "BankDifference", "BankDifferenceKind", "BankField", "BankLoan", "BankRepayment",
    "BeforeDisbursement", "BlacklistEntry", "BlacklistSpan", "BookedTooEarly", "BorrowerKind",
    "Budget", "BudgetExceeded", "BusinessState", "ByKind", "CapNotRaisable", "Card", "Category",
    "CategoryNeeded", "ChainBroken", "Channel", "CheckItem", "ClaimFiling", "ClaimNotApproved",
    "ClaimNotDue", "ClaimPending", "ClaimTooLarge", "ClaimTooLate", "Clawback", "Clearing",
    "ClearingRow", "ColumnKind", "ComingDue", "CommitOutcomeUnknown", "Commitment", "Compounding",
    "Concern", "ConcurrentUpdate", "ConnectionLost", "Contact", "ControlCheck", "ControlFailed",
    "ControlSheet", "Correction", "CorrectionCause", "CorrectionTooLarge", "CounterGuarantor",
    "Covers", "Daily", "Dated", "DayCount", "Department", "DepositAccount", "Difference",
    "DifferenceKind", "DuePrincipal", "DueReminder", "DueVisit", "EarlierLoan", "EarlyInterest",
    "Entry", "EntryKind", "Evidence", "EvidenceMissing", "ExcludedStatus", "Explanation",
    "ExposureBasis", "ExposureStep", "ExtensionTooLong", "ExtraMissing", "FilingDay", "FilingState",
    "Finding", "Flows", "FollowUpVisit", "FrozenLedger", "FrozenLine", "FundCard", "FundEntry",
    "FundEntryKind", "FundFlows", "Gap", "Grade", "GradeTotal", "GroupBy", "GroupedLedger",
    "Guarantee", "GuaranteeDischarged", "GuaranteeFund", "GuardRefused", "HalfYear",
    "HalfYearLedger", "IdNumberFault", "Installment", "InsufficientBalance", "InterestQuarter",
    "InvalidAmount", "InvalidDate", "InvalidHistory", "InvalidIdentity", "InvalidPolicy",
    "InvalidRate", "InvalidRecord", "InvalidTerms", "Language", "LateFact", "LedgerFaulty",
    "LedgerGroup", "LedgerLine", "LedgerTotals", "LenderRate", "LenderSuspended", "Level",
    "LevelAmount", "LevelBy", "LevelPledges", "Leverage", "LeverageExceeded", "LeveragePath",
    "Line", "LineSubsidy", "Listed", "Loan", "LoanClaimed", "LoanClosed", "LoanEnded",
    "LoanGivenTwice", "LoanMatured", "LoanMissing", "LoanTerms", "LossShares", "LowProfit",
    "MicroloanError", "MigrationCell", "MigrationMatrix", "MigrationTotal", "MoneyAs", "MonthEnd",
    "Multiple", "NewLending", "NotAdmitted", "NotCapital", "NotClaimed", "NotFound",
    "NotGuaranteed", "NotInForce", "NotInLedger", "NotLastClosed", "NotRequested", "NotReversible",
    "NothingToAnswer", "NothingToClaim", "Opening", "OtherLoan", "Outcome", "OverDisbursement",
    "OverRepayment", "OverdueTotal", "PaymentMode", "PaymentOrder", "Payoff", "PenaltyOutOfRange",
    "Performance", "Period", "PeriodClosed", "PeriodNotOver", "PlannedLevel", "PlannedQuarter",
    "Pledge", "Policy", "Position", "Prepayment", "PrepaymentTooSmall", "PreviousPeriodOpen",
    "PrincipalPart", "Prospect", "Provision", "QuarterNotOver", "Quotient", "RateAboveCap",
    "RateFixed", "ReadOnlyDatabase", "ReasonMissing", "RecoveryExceedsDebt", "RecoveryOrder",
    "RecoverySource", "RefConflict", "Reference", "Register", "RepaidBy", "RepaymentAccount",
    "Repricing", "RequestLine", "Residue", "RetryTransaction", "RuleChange", "Rung", "Scenario",
    "Schedule", "SchemaMismatch", "Segment", "Settlement", "Severity", "Share", "Shares", "SignOff",
    "Staff", "Status", "Stay", "StopReason", "StopRule", "StorageDamaged", "StorageFull",
    "StorageRefused", "StressHalf", "StressPath", "Stretch", "Stub", "SubLimit", "SubLimitExceeded",
    "SubLimitUse", "Subrogation", "SubsidyLine", "SubsidyPlan", "SubsidyRequest", "SubsidyShape",
    "SubsidyStop", "SubsidyTier", "Table", "Tabular", "Transfer", "TreasuryPayment",
    "UnknownAccount", "UnknownRegion", "Unpaid", "UnpairedEntry", "UnreadableFile", "UnreadableRow",
    "UpperAccount", "UpperShare", "Visit", "VisitTooEarly", "Visitor", "WaitingLine",
    "WaitingReason", "Watch", "Workday", "WrongLender", "YearBegun", "YearlyPayouts", "accelerate",
    "add_months", "advance_subsidy", "advances", "age_arrears", "age_unpaid", "amortize",
    "approve_claim", "approve_loan", "assess", "assigned", "attributable", "blacklist_spans",
    "born_by_id_number", "cap_in_force", "capitalize_interest", "change_rate", "charge_costs",
    "chased", "check_lenders", "checks", "claim_filings", "clear_year", "cny", "commitments",
    "compare_scenarios", "compare_submission", "deadlines", "declare_misuse", "delinquent_days",
    "delinquent_since", "deposit_accounts", "disburse", "discharge_guarantee", "draw_request",
    "draw_up", "due_in", "due_principal", "due_reminders", "due_visits", "earn_interest",
    "evidence_of", "exact_plan", "expected_rows", "extend", "extend_without_consent", "fen",
    "file_claim", "from_fen", "fund_flows", "fund_multiple", "grade_loan", "grade_loans",
    "grade_of_days", "group_ledger", "id_number_fault", "last_year_repayment_rate", "late_facts",
    "laws", "lender_rates", "leverage_path", "lift_suspension", "loss_shares", "make_contact",
    "make_visit", "measure_leverage", "measure_sublimits", "measure_yearly_payouts", "migrate",
    "months_later", "nonperforming_rate", "on_workday", "open_account", "pause_delinquency",
    "pay_claim", "pay_expense", "payout_rate_of_balance", "payout_rate_of_issued",
    "payout_rate_of_released", "payout_recovery_rate", "percent", "plan_subsidy", "plan_year",
    "pledges", "pledges_by_level", "policy", "portfolio_at_risk", "programme", "promise_capital",
    "quarter_lines", "raise_cap", "rate_of_extension", "ratio", "read_bank_loans",
    "read_bank_repayments", "receive_fee", "receive_recovery", "receive_reward",
    "receive_upper_share", "reconcile", "reconcile_loans", "reconcile_repayments", "recover",
    "reject_claim", "release_commitment", "relevel", "repayment_rate_by_amount",
    "repayment_rate_by_count", "return_advance", "return_upper_share", "returns", "reverse_both",
    "set_sublimit", "show", "show_rate", "split", "sublimits", "subrogations", "subsidize",
    "suspend_lender", "suspended_lenders", "tabulate", "top_up", "total",
    "transfer_between_accounts", "upper_accounts", "watch_list", "what_if",
    "with_interest_to_workdays", "withdraw", "write_off", "write_off_payout",
]
