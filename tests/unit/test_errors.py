"""Refusals carry facts a caller can act on, and keep them across processes."""

import inspect
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import microloan
from microloan import errors

CODES = {
    "MicroloanError": "microloan",
    "InvalidAmount": "money.invalid_amount",
    "InvalidRate": "money.invalid_rate",
    "InvalidDate": "periods.invalid_date",
    "InvalidIdentity": "identity.invalid",
    "InvalidTerms": "terms.invalid",
    "InvalidHistory": "ledger.invalid_history",
    "InvalidPolicy": "policy.invalid",
    "UnknownRegion": "policy.unknown_region",
    "NotInForce": "policy.not_in_force",
    "CategoryNeeded": "policy.category_needed",
    "RefConflict": "ledger.ref_conflict",
    "BookedTooEarly": "ledger.booked_too_early",
    "NotReversible": "ledger.not_reversible",
    "BeforeDisbursement": "loan.before_disbursement",
    "OverRepayment": "loan.over_repayment",
    "PrepaymentTooSmall": "loan.prepayment_too_small",
    "OverDisbursement": "loan.over_disbursement",
    "AlreadyExtended": "loan.already_extended",
    "ExtensionTooLong": "loan.extension_too_long",
    "RateFixed": "loan.rate_fixed",
    "LoanMatured": "loan.matured",
    "LoanEnded": "loan.ended",
    "LoanClosed": "loan.closed",
    "LoanClaimed": "loan.claimed",
    "NotGuaranteed": "guarantee.not_guaranteed",
    "ClaimNotDue": "guarantee.claim_not_due",
    "ClaimTooLate": "guarantee.claim_too_late",
    "AlreadyClaimed": "guarantee.already_claimed",
    "NothingToClaim": "guarantee.nothing_to_claim",
    "NotClaimed": "guarantee.not_claimed",
    "RecoveryExceedsDebt": "guarantee.recovery_exceeds_debt",
    "InsufficientBalance": "fund.insufficient_balance",
    "LeverageExceeded": "fund.leverage_exceeded",
    "PeriodNotOver": "halfyear.not_over",
    "PreviousPeriodOpen": "halfyear.previous_open",
    "PeriodClosed": "halfyear.closed",
    "NotFound": "store.not_found",
    "NotAdmitted": "store.not_admitted",
    "ConcurrentUpdate": "store.concurrent_update",
    "UnpairedEntry": "store.unpaired_entry",
    "ChainBroken": "store.chain_broken",
}
DEFINED = dict(inspect.getmembers(errors, inspect.isclass))
VALUE_ERRORS = {"InvalidAmount", "InvalidRate", "InvalidDate", "InvalidIdentity", "InvalidTerms"}
VALUE_ERRORS |= {"InvalidHistory", "InvalidPolicy"}
LOOKUP_ERRORS = {"UnknownRegion", "NotInForce", "CategoryNeeded", "NotFound"}


def test_the_code_of_every_published_refusal_is_kept():
    assert {name: DEFINED[name].code for name in CODES} == CODES


def test_every_refusal_has_a_code_of_its_own():
    refusals = [kind for kind in DEFINED.values() if issubclass(kind, errors.MicroloanError)]

    assert len({kind.code for kind in refusals}) == len(refusals) >= len(CODES)


@pytest.mark.parametrize("name", CODES)
def test_a_caller_who_knows_only_builtin_errors_can_catch_a_refusal(name):
    kind = DEFINED[name]

    assert issubclass(kind, errors.MicroloanError)
    assert issubclass(kind, ValueError) == (name in VALUE_ERRORS)
    assert issubclass(kind, LookupError) == (name in LOOKUP_ERRORS)


@pytest.mark.parametrize("name", CODES)
def test_every_refusal_can_be_imported_from_the_library(name):
    assert getattr(microloan, name) is DEFINED[name]
    assert name in microloan.__all__


@pytest.mark.parametrize("name", CODES)
def test_a_refusal_survives_a_process_boundary_whole(name):
    refusal = DEFINED[name]("13 is above 12", zh="13 大于 12", value=13, limit=12)

    copy = pickle.loads(pickle.dumps(refusal))  # noqa: S301 — bytes this test has just written

    assert type(copy) is DEFINED[name]
    assert (str(copy), copy.zh, copy.value, copy.limit) == ("13 is above 12", "13 大于 12", 13, 12)
    assert copy.code == CODES[name]


def test_importing_the_library_loads_neither_sqlalchemy_nor_numpy():
    question = "print(*sorted({'sqlalchemy', 'numpy'} & set(sys.modules)))"
    program = f"import sys; from microloan import *; {question}"
    source = Path(microloan.__file__).resolve().parent.parent

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")
