"""The books of a county loan-guarantee office: loans, fund, subsidy, half-year ledger.

The public vocabulary. Importing it loads nothing; each name loads its module when it is first asked
for. Storing it in a database is :mod:`microloan.store`, which alone loads SQLAlchemy.
"""

from importlib import import_module

# The only list of public names. `python tools/vocabulary.py` sorts it and writes it for type
# checkers into the stub beside it; `python tools/vocabulary.py money:cny,fen` adds names.
_PACKAGES = "checks laws policy programme returns"
_NAMES = {
    "account": "RepaymentAccount",
    "admission": "Assessment assess",
    "ageing": "AgeBucket Ageing Unpaid age_unpaid",
    "amended_plan": "AmendedPlan",
    "amendment": "change_rate disburse discharge_guarantee extend extend_without_consent relevel",
    "anniversary": "Anniversary",
    "annuity": "exact_plan",
    "application": "Application",
    "assignment": "AssignedTo Assignment assigned",
    "bank_difference": "BankDifference BankDifferenceKind Listed",
    "bank_list": "read_bank_loans read_bank_repayments",
    "bank_row": "BankField BankLoan BankRepayment UnreadableRow",
    "blacklist": "BlacklistSpan blacklist_spans",
    "budget": "Budget",
    "category": "BorrowerKind Category LowProfit Reference",
    "claim": "pay_claim receive_recovery reverse_both",
    "claim_filing": "ClaimFiling FilingState approve_claim claim_filings file_claim reject_claim",
    "clauses": """
        Amortization EarlyInterest LevelBy Opening PaymentOrder Prepayment PrincipalPart Repricing
        Residue Settlement Stub
    """,
    "clearing": "Clearing ClearingRow TreasuryPayment clear_year",
    "coming_due": "ComingDue due_in",
    "commitment": "Commitment approve_loan commitments release_commitment",
    "contact": "chased",
    "control": "ControlCheck ControlSheet",
    "correction": "Clawback Correction CorrectionCause",
    "dated": "Dated",
    "default": "accelerate charge_costs declare_misuse pause_delinquency recover write_off",
    "delinquency": "delinquent_days delinquent_since",
    "dossier": "Department Register SignOff Staff Visit Visitor",
    "due_dates": "Period Workday on_workday with_interest_to_workdays",
    "due_visit": "DueVisit due_visits",
    "entitlement": "ArrearsRule StopReason SubsidyStop",
    "errors": """
        AlreadyClaimed AlreadyExtended AlreadyRequested AutocommitNotAllowed BeforeDisbursement
        BookedTooEarly BudgetExceeded CapNotRaisable CategoryNeeded ChainBroken ClaimNotApproved
        ClaimNotDue ClaimPending ClaimTooLarge ClaimTooLate CommitOutcomeUnknown ConcurrentUpdate
        ConnectionLost ControlFailed CorrectionTooLarge EvidenceMissing ExtensionTooLong
        ExtraMissing GuaranteeDischarged GuardRefused InsufficientBalance InvalidAmount InvalidDate
        InvalidHistory InvalidIdentity InvalidPolicy InvalidRate InvalidRecord InvalidTerms
        LedgerFaulty LenderSuspended LeverageExceeded LoanClaimed LoanClosed LoanEnded
        LoanGivenTwice LoanMatured LoanMissing MicroloanError NotAdmitted NotCapital NotClaimed
        NotFound NotGuaranteed NotInForce NotInLedger NotLastClosed NotRequested NotReversible
        NothingToAnswer NothingToClaim OverDisbursement OverRepayment PenaltyOutOfRange PeriodClosed
        PeriodNotOver PrepaymentTooSmall PreviousPeriodOpen QuarterNotOver RateAboveCap RateFixed
        ReadOnlyDatabase ReasonMissing RecoveryExceedsDebt RefConflict RetryTransaction
        SchemaMismatch StorageDamaged StorageFull StorageRefused SubLimitExceeded UnknownAccount
        UnknownRegion UnpairedEntry UnreadableFile VisitTooEarly WrongLender YearBegun
    """,
    "expected_list": "expected_rows",
    "explain": "Explanation",
    "exposure": "ExposureStep",
    "fallen_due": "DuePrincipal RepaidBy due_principal",
    "filing": "FilingDay deadlines draw_request",
    "finding": "Finding Severity",
    "flows": "Flows",
    "fold": "Accrual Applied",
    "frozen_line": "FrozenLedger FrozenLine",
    "fund": "GuaranteeFund",
    "fund_card": "FundCard",
    "fund_decision": "SubLimit cap_in_force raise_cap set_sublimit sublimits",
    "fund_ledger": "FundEntry FundEntryKind",
    "fund_money": """
        capitalize_interest earn_interest open_account pay_expense receive_fee receive_reward top_up
        transfer_between_accounts
    """,
    "fund_outflow": "Advance advance_subsidy advances return_advance withdraw",
    "fund_path": "LeveragePath leverage_path measure_leverage",
    "fund_statement": "DepositAccount FundFlows deposit_accounts fund_flows",
    "grade": "Grade GradeTotal grade_loan grade_loans grade_of_days",
    "guarantee": "Covers Guarantee UpperShare",
    "halfyear": "HalfYearLedger LedgerLine draw_up",
    "id_number": "IdNumberFault born_by_id_number id_number_fault",
    "late_fact": "LateFact late_facts",
    "ledger": "Entry EntryKind",
    "ledger_group": "GroupBy GroupedLedger LedgerGroup Transfer group_ledger",
    "ledger_notes": "LineSubsidy",
    "ledger_totals": "LedgerTotals",
    "lender_risk": "LenderRate StopRule check_lenders lender_rates",
    "levels": "LevelAmount",
    "leverage": "Leverage",
    "loan": "Loan",
    "loss": "LossShares loss_shares",
    "migration": "MigrationCell MigrationMatrix MigrationTotal migrate",
    "money": "ZERO cny fen from_fen ratio show split total",
    "months": "MonthEnd add_months months_later",
    "overdue": "OverdueTotal age_arrears portfolio_at_risk",
    "party": """
        Applicant BlacklistEntry CounterGuarantor EarlierLoan ExcludedStatus OtherLoan Status
    """,
    "payment": "Share",
    "payoff": "Payoff",
    "penalty": "Compounding Daily Multiple",
    "periods": "DayCount HalfYear InterestQuarter",
    "pledge": "LevelPledges Pledge pledges pledges_by_level promise_capital",
    "policy": """
        ByKind Evidence ExposureBasis Gap Level Line PaymentMode Policy Provision RuleChange Shares
        SubsidyShape SubsidyTier
    """,
    "position": "Performance Position",
    "quotient": "Quotient",
    "rate": "percent show_rate",
    "reconciliation": "reconcile reconcile_loans reconcile_repayments",
    "recovery": "RecoveryOrder RecoverySource attributable",
    "refund": "WaitingReason",
    "reminder": "Channel Contact DueReminder Outcome Rung due_reminders make_contact",
    "repricing": "rate_of_extension",
    "request": "SubsidyRequest",
    "request_line": "RequestLine WaitingLine",
    "risk": """
        fund_multiple last_year_repayment_rate nonperforming_rate payout_rate_of_balance
        payout_rate_of_issued payout_rate_of_released payout_recovery_rate repayment_rate_by_amount
        repayment_rate_by_count
    """,
    "scenario": "NewLending Scenario",
    "schedule": "Installment Schedule Stretch amortize",
    "stay": "Stay",
    "stress": "compare_scenarios what_if",
    "stress_path": "StressHalf StressPath",
    "sublimit": "SubLimitUse measure_sublimits",
    "submission": "Difference DifferenceKind compare_submission",
    "subrogation": "Subrogation subrogations write_off_payout",
    "subsidy": "plan_subsidy quarter_lines subsidize",
    "subsidy_line": "Segment SubsidyLine",
    "subsidy_plan": "PlannedLevel PlannedQuarter SubsidyPlan plan_year",
    "suspension": "lift_suspension suspend_lender suspended_lenders",
    "table": "Card ColumnKind Language MoneyAs Table Tabular tabulate",
    "terms": "LoanTerms",
    "tracking": "Concern Watch evidence_of watch_list",
    "upper_share": "UpperAccount receive_upper_share return_upper_share upper_accounts",
    "visit": "BusinessState CheckItem FollowUpVisit Prospect make_visit",
    "yearly_payouts": "YearlyPayouts measure_yearly_payouts",
}
_HOME = {name: home for home, names in _NAMES.items() for name in names.split()}

# Constants first, then classes, then functions and modules.
__all__ = sorted(  # noqa: PLE0605 — the names stand in the list above
    (*_HOME, *_PACKAGES.split()),
    key=lambda name: (not name.isupper(), not name[0].isupper(), name),
)


def __getattr__(name: str) -> object:
    if name in _HOME:
        value: object = getattr(import_module(f"microloan.{_HOME[name]}"), name)
        globals()[name] = value  # the next one who asks finds it without coming here
        return value
    if name in _PACKAGES.split():
        return import_module(f"microloan.{name}")  # which makes it an attribute of this package
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message, name=name, obj=import_module(__name__))


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
