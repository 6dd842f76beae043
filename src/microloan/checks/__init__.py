"""核查: the checks K01–K25 an auditor runs: facts in, every finding out."""

from microloan.checks.audit import Audit, Progress, Unanswered, audit_loans
from microloan.checks.check import Check, check_of
from microloan.checks.facts import Facts, Limits
from microloan.checks.files import Business, LoanFile, LoanMarks, Person, Suretyship
from microloan.checks.reading import Reading, read_rows
from microloan.checks.sums import FundFlow, OutstandingRow, OverduePayment, PayoutRow, SubsidyRow

__all__ = [
    "Audit",
    "Business",
    "Check",
    "Facts",
    "FundFlow",
    "Limits",
    "LoanFile",
    "LoanMarks",
    "OutstandingRow",
    "OverduePayment",
    "PayoutRow",
    "Person",
    "Progress",
    "Reading",
    "SubsidyRow",
    "Suretyship",
    "Unanswered",
    "audit_loans",
    "check_of",
    "read_rows",
]
