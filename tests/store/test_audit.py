"""A book of 3,000 loans is audited: clean it raises nothing, and each fault its own check."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import process_time

import pytest

from audit_book import AS_OF, BOOK, HALF, LIMITS, RULES, a_book, keep, untraced
from audit_faults import FAULTS
from histories import a_quarterly_loan
from microloan import Dated, InvalidTerms
from microloan.checks import Audit, Check, Facts, check_of
from microloan.store import UnitOfWork
from refusals import refused

LOANS, LEAST = 3_000, 300
TABLE = Path(__file__).with_name("audit_table.txt")
OF_THOUSANDS = pytest.mark.only("sqlite", "3,000 loans are audited once, a small book on both")


@dataclass
class Audits:
    """The two audits of one book."""

    clean: Audit
    planted: Audit
    progress: list
    seconds: float
    subjects: dict


@pytest.fixture(scope="module")
def any_cap():
    """Rules under which no fund is ever too small; what they let in, the audit has to find."""
    cap = replace(RULES.leverage_cap.values[0][1], value=10**9)
    return replace(RULES, leverage_cap=Dated("leverage cap", ((date(1990, 1, 1), cap),)))


@pytest.fixture(scope="module")
def audits(shared_database, any_cap):
    """Audit a clean book, plant every fault in it, and audit it again."""
    engine, told = shared_database.engine, []
    with untraced():
        sample = a_book(LOANS)
        keep(engine, sample, RULES)
        started = process_time()
        with UnitOfWork(engine, book=BOOK) as uow:
            clean = uow.audit(
                sample.handed_in(),
                under=RULES,
                as_of=AS_OF,
                progress=lambda done, total: told.append((done, total)),
            )
        seconds = process_time() - started
        plants = {check: FAULTS[check](True) for check in Check}
        for plant in plants.values():
            keep(engine, plant.sample, any_cap)
            sample.lists = (sample + plant.sample).lists
        with UnitOfWork(engine, book=BOOK) as uow:
            facts = replace(sample.handed_in(), budgets=())
            started = process_time()
            planted = uow.audit(facts, under=RULES, as_of=AS_OF)
            seconds = min(seconds, process_time() - started)  # a busy machine only adds to it
    subjects = {name: check for check, plant in plants.items() for name in plant.subjects}
    return Audits(clean, planted, told, seconds, subjects)


def committed():
    """The committed table: which checks each planted fault raises, and why others than its own."""
    grid, _, reasons = TABLE.read_text(encoding="utf-8").partition("\n\n")
    head, *rows = [line.split() for line in grid.splitlines()]
    raised = {
        (row[0], column)
        for row in rows
        for column, mark in zip(head, row[1:], strict=True)
        if mark == "X"
    }
    told = {
        tuple(line.split(":")[0].split(" raises ")): line.partition(": ")[2]
        for line in reasons.splitlines()
        if " raises " in line
    }
    return head, [row[0] for row in rows], raised, told


@OF_THOUSANDS
def test_a_clean_book_of_3000_loans_raises_nothing(audits):
    assert audits.clean.loans == LOANS
    assert audits.clean.findings == ()
    assert audits.clean.silent == ()
    unanswered = [(one.check, one.asks) for one in audits.clean.unanswered]
    assert unanswered == [(Check.K10, "was the borrower too old")]


@OF_THOUSANDS
def test_the_table_of_planted_and_raised_is_the_committed_one(audits):
    raised = {
        (audits.subjects[finding.subject].name, check_of(finding).name)
        for finding in audits.planted.findings
    }
    head, planted, expected, _ = committed()
    names = [check.name for check in Check]

    assert (head, planted) == (names, names)
    assert raised == expected
    assert {(name, name) for name in names} <= raised


def test_every_mark_off_the_diagonal_has_its_reason():
    _, _, raised, reasons = committed()
    beside = {(planted, check) for planted, check in raised if planted != check}

    assert reasons.keys() == beside
    assert all(reasons.values())


@OF_THOUSANDS
def test_an_audit_looks_at_300_loans_a_second_or_more(audits, note):
    rate = LOANS / audits.seconds
    note(f"audit: {LOANS:,} loans in {audits.seconds:.2f} s = {rate:,.0f} loans a second")

    assert rate >= LEAST
    assert audits.progress == [(done, LOANS) for done in range(1, LOANS + 1)]


# ---- a small book


@pytest.fixture
def small(database):
    sample = a_book(9)
    keep(database.engine, sample, RULES)
    return sample


def audit(database, sample, **facts):
    with database.work() as uow:
        return uow.audit(replace(sample.handed_in(), **facts), under=RULES, as_of=AS_OF)


def test_an_audit_changes_nothing(database, small):
    with database.untouched():
        assert audit(database, small).findings == ()


def test_a_closed_half_year_is_held_against_the_entries(database, small):
    with UnitOfWork(database.engine, book=BOOK) as uow:
        uow.close(HALF, on=AS_OF)
        uow.commit()
    assert audit(database, small).findings == ()


@pytest.mark.parametrize(
    ("table", "column", "codes"),
    [
        ("loan_entry", "ref", ["audit.k15_chain_broken"]),
        ("fund_entry", "ref", ["audit.k15_chain_broken"]),
        ("visit", "next_step", ["audit.k15_chain_broken"]),
    ],
)
def test_what_is_not_as_it_was_written_is_found_and_the_rest_is_audited(
    database, small, table, column, codes
):
    key, name = ("fund_id", "F-01") if table == "fund_entry" else ("loan_id", "HT-00002")
    database.tamper(f"UPDATE microloan_{table} SET {column} = 'other' WHERE {key} = ?", name)
    more = replace(small.lists["files"][5], prepared_by="U-3")
    files = (*small.lists["files"][:5], more, *small.lists["files"][6:])
    found = audit(database, small, files=files)

    got = [finding.code for finding in found.findings]
    assert got == [*codes, "audit.k25_prepared_and_approved"]
    assert found.loans == (8 if table == "loan_entry" else 9)


def test_a_day_without_a_known_cap_leaves_that_check_unasked(database, small):
    _, cap = RULES.leverage_cap.values[0]
    later = Dated("leverage cap", ((date(2030, 1, 1), cap),))
    with database.work() as uow:
        found = uow.audit(small.handed_in(), under=replace(RULES, leverage_cap=later), as_of=AS_OF)

    told = [one.why for one in found.unanswered if one.check is Check.K16]
    assert told == ["not given: leverages"]


def test_facts_that_the_book_holds_are_not_handed_in(database, small):
    with database.work() as uow:
        with refused(InvalidTerms, "terms.invalid", value=["visits"], limit="what no book holds"):
            uow.audit(replace(small.handed_in(), visits=()), under=RULES, as_of=AS_OF)
        with refused(InvalidTerms, "terms.invalid", value="dict", limit="Facts"):
            uow.audit({}, under=RULES, as_of=AS_OF)


def test_an_empty_book_is_audited_too(database):
    with database.work() as uow:
        found = uow.audit(Facts(limits=LIMITS), under=RULES, as_of=AS_OF)

    assert (found.loans, found.findings) == (0, ())


def test_nothing_crosses_books(database, small):
    database.keep(a_quarterly_loan("HT-other", guarantee=None), book="other")

    assert audit(database, small).loans == 9
