"""The strategies draw what the library accepts, narrow, shrink to something simple, register."""

import json
import os
import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    EntryKind,
    FundEntryKind,
    Guarantee,
    GuaranteeFund,
    HalfYear,
    InterestQuarter,
    InvalidTerms,
    Leverage,
    Loan,
    LoanTerms,
    Policy,
    Position,
    RepaymentAccount,
    Repricing,
    Schedule,
    SubsidyLine,
    cny,
    fen,
    hypothesis_entry,
    id_number_fault,
    leverage_path,
    percent,
    plan_subsidy,
    policy,
    strategies,
)
from microloan.policy import Gap
from microloan.strategies import Act, Book, History, Step
from microloan.strategies.lives import live
from microloan.strategies.occasions import rule_days
from microloan.strategies.places import LOCAL, NATIONAL
from microloan.strategies.registered import register_all, strategy_of

RULES = policy.load("cn", region="central")
ROOT = Path(__file__).resolve().parents[2]
FEW, SOME = settings(max_examples=5), settings(max_examples=12)
SIMPLEST = settings(
    max_examples=2_000, database=None, derandomize=True, phases=(Phase.generate, Phase.shrink)
)
"""For :func:`find`: the same search each time, from nothing."""


def simplest(strategy, condition=lambda _: True):
    """The simplest example that Hypothesis finds."""
    return find(strategy, condition, settings=SIMPLEST)


# ---- figures and days


@SOME
@given(
    strategies.amounts(min_amount=cny("0.05"), max_amount=cny(3)),
    strategies.rates(min_rate=percent("2.5"), max_rate=percent(4)),
    strategies.id_numbers(min_birth=date(1980, 1, 1), max_birth=date(1980, 12, 31)),
)
def test_figures_stay_within_their_bounds(amount, rate, number):
    assert 5 <= fen(amount) <= 300
    assert Decimal("0.025") <= rate <= Decimal("0.04")
    assert id_number_fault(number) is None
    assert number.startswith("9901011980")


def test_bounds_that_hold_nothing_are_refused():
    with pytest.raises(InvalidArgument):
        strategies.amounts(min_amount=cny(2), max_amount=cny(1)).validate()


def test_the_simplest_figures_are_small():
    assert simplest(strategies.amounts()) == cny("0.01")
    assert simplest(strategies.rates()) == 0
    assert simplest(strategies.rates(min_rate=percent("3.951"), max_rate=percent("3.952"))) in {
        percent("3.951"),
        percent("3.952"),
    }


def test_days_on_which_books_go_wrong_are_drawn():
    days = Counter()

    @settings(max_examples=400, database=None, derandomize=True)
    @given(strategies.boundary_dates(min_day=date(2019, 12, 31), max_day=date(2021, 1, 1)))
    def count(day):
        days[day] += 1

    count()
    settled = {date(2020, 6, 20), date(2020, 6, 21)}
    ends = {date(2020, 2, 29), date(2020, 6, 30), date(2020, 7, 1), date(2021, 1, 1)}
    changes = {date(2020, 4, 14), date(2020, 4, 15)}  # 财金〔2020〕21号 and its eve
    assert settled | ends | changes <= days.keys()
    assert date(2020, 4, 15) in rule_days()
    assert date(2020, 5, 12) not in days


def test_a_day_is_its_own_boundary():
    day = date(2020, 5, 12)

    assert simplest(strategies.boundary_dates(min_day=day, max_day=day)) == day


@SOME
@given(st.data(), st.sampled_from(BorrowerKind))
def test_on_a_signing_day_everything_a_subsidy_needs_is_known(data, kind):
    day = data.draw(strategies.signing_days(RULES, kind=kind))

    for measure in ("ceiling", "term", "subsidy", "subsidized_months", "rate_cap"):
        assert not isinstance(getattr(RULES, measure)[kind].at(day), Gap)


def test_the_days_on_which_a_rule_begins_are_signing_days():
    for day in (date(2023, 9, 30), date(2023, 10, 1)):
        assert simplest(strategies.signing_days(RULES), lambda drawn, day=day: drawn == day) == day


def test_local_policies_are_those_that_are_shipped():
    assert sorted(name for *_, name in LOCAL) == sorted(policy.overlays())
    for region, _, _, name in LOCAL:
        assert policy.load("cn", region=region, overlay=name).place.region.value == region
    assert len(NATIONAL) == 8


def test_the_simplest_policy_is_national():
    assert simplest(strategies.policies()) == RULES
    assert len({id(simplest(strategies.policies())) for _ in range(2)}) == 1


# ---- contracts


@SOME
@given(
    strategies.loan_terms(
        max_principal=cny(500),
        max_rate=percent(5),
        max_months=7,
        amortizations=(Amortization.BULLET, Amortization.CUSTOM),
        day_counts=(DayCount.ACT_365,),
        disbursed_on=st.just(date(2024, 2, 29)),
    )
)
def test_terms_can_be_narrowed(terms):
    assert cny(1) <= terms.principal <= cny(500)
    assert terms.annual_rate <= percent(5)
    assert terms.months <= 7
    assert terms.amortization in {Amortization.BULLET, Amortization.CUSTOM}
    assert (terms.day_count, terms.disbursed_on) == (DayCount.ACT_365, date(2024, 2, 29))


def test_the_simplest_terms_have_no_rarer_clause():
    found = simplest(strategies.loan_terms())

    assert (found.principal, found.annual_rate, found.months) == (cny(1), percent(6), 1)
    assert found == LoanTerms(
        principal=found.principal,
        annual_rate=found.annual_rate,
        disbursed_on=found.disbursed_on,
        months=1,
        amortization=Amortization.EQUAL_INSTALLMENTS,
        day_count=DayCount.BY_PERIOD,
    )


@pytest.mark.slow
@pytest.mark.parametrize("plan", Amortization)
def test_every_plan_is_drawn_and_its_simplest_is_short(plan):
    found = simplest(strategies.schedules(), lambda drawn: drawn.terms.amortization is plan)

    assert len(found) == 1


@pytest.mark.slow
def test_every_clause_is_drawn():
    seen = Counter()

    @settings(max_examples=400, database=None, derandomize=True)
    @given(strategies.loan_terms())
    def count(terms):
        seen.update(
            name
            for name in ("grace_months", "penalty", "misuse", "grace_days", "settlement", "parts")
            if getattr(terms, name)
        )
        for name in ("residue", "level_by", "repricing", "compounding", "order", "month_end"):
            seen[getattr(terms, name)] += 1

    count()
    assert {"grace_months", "penalty", "misuse", "grace_days", "settlement", "parts"} <= {*seen}
    assert len([choice for choice in seen if not isinstance(choice, str)]) == 12


@SOME
@given(
    strategies.categories(kinds=(BorrowerKind.PARTNERSHIP,)),
    strategies.guarantees(fund_id="F-02", min_coverage=percent(70)),
)
def test_borrowers_and_promises_can_be_narrowed(category, guarantee):
    assert category.kind is BorrowerKind.PARTNERSHIP
    assert category.heads > 1
    assert guarantee.fund_id == "F-02"
    assert percent(70) <= guarantee.coverage <= 1


# ---- loans and their lives

A_LOAN = Loan.grant(
    "HT-1",
    borrower="B-1",
    lender="BANK-1",
    category=Category(kind=BorrowerKind.INDIVIDUAL),
    terms=LoanTerms(
        principal=cny(12_000),
        annual_rate=percent(6),
        disbursed_on=date(2024, 1, 15),
        months=3,
        amortization=Amortization.EQUAL_PRINCIPAL,
        day_count=DayCount.THIRTY_360,
        repricing=Repricing.FLOATING,
    ),
    guarantee=Guarantee(fund_id="F-01", coverage=percent("80"), claimable_after_days=90),
)


@SOME
@given(strategies.new_loans(guarantee=st.none(), loan_id="HT-7", lender="BANK-07"))
def test_a_loan_is_paid_out_and_nothing_more(loan):
    assert (loan.id, loan.lender, loan.guarantee) == ("HT-7", "BANK-07", None)
    assert [entry.kind for entry in loan.entries] == [EntryKind.DISBURSEMENT]


@pytest.mark.parametrize("kind", BorrowerKind)
def test_a_policy_computes_the_subsidy_of_every_loan_drawn_for_it(kind):
    @settings(max_examples=10, suppress_health_check=(HealthCheck.too_slow,))
    @given(st.data(), strategies.policies(local=False))
    def each(data, rules):
        loan = data.draw(strategies.subsidized_loans(rules, kinds=(kind,)))
        lines = plan_subsidy(loan, under=rules)
        assert lines
        assert loan.category.kind is kind

    each()


@pytest.mark.slow
def test_a_subsidized_loan_may_be_larger_than_the_ceiling():
    def is_larger(loan):
        most = RULES.ceiling_of(loan.category, on=loan.terms.signed_on).value
        return fen(loan.terms.principal) > most

    loan = simplest(strategies.subsidized_loans(RULES), is_larger)
    assert loan.terms.amortization is Amortization.EQUAL_INSTALLMENTS


@SOME
@given(strategies.histories(acts=(Act.REPAY, Act.PREPAY), most=4))
def test_a_history_of_some_acts_has_no_others(history):
    kinds = {entry.kind for entry in history.loan.entries}

    assert kinds <= {EntryKind.DISBURSEMENT, EntryKind.REPAYMENT, EntryKind.PREPAYMENT}
    assert len(history.steps) + 1 == len(history.moments) == len(history.loan.entries)
    assert len(history.steps) <= 4
    assert history.fund.entries == history.moments[0].fund.entries
    assert str(history).count("\n") == len(history.steps)


def simplest_history_with(act, loan):
    """The simplest history in which something happens."""
    histories = strategies.histories(loan=loan)
    return simplest(histories, lambda found: any(step.act is act for step in found.steps))


@pytest.mark.parametrize("act", [Act.REPAY, Act.CLAIM])
def test_the_simplest_history_with_an_act_is_that_act(act):
    [step] = simplest_history_with(act, st.just(A_LOAN)).steps

    assert (step.act, step.days_late, step.percentage, step.booked_late) == (act, 0, 100, 0)


@pytest.mark.slow
@pytest.mark.parametrize("act", [act for act in Act if act is not Act.RECOVER])
def test_the_simplest_history_of_any_loan_with_an_act_is_that_act(act):
    history = simplest_history_with(act, strategies.new_loans())

    before = 1 if act is Act.REVERSE else 0
    assert [step.act for step in history.steps][before:] == [act]
    assert history.steps[-1].days_late == history.steps[-1].booked_late == 0


@pytest.mark.slow
def test_the_simplest_recovery_follows_a_claim():
    history = simplest(
        strategies.histories(),
        lambda history: (
            history.loan.entries[-1].kind is EntryKind.RECOVERY and history.loan.payout is not None
        ),
    )

    assert len(history.steps) == 2
    assert history.steps[0].act is Act.CLAIM
    assert history.fund.entries[-1].kind in {FundEntryKind.RECOVERY, FundEntryKind.LENDER_RECOVERY}


def lived(*acts, **narrowed):
    """The usual loan and its fund after some acts, each on its first possible day and whole."""
    [begun] = simplest(strategies.histories(loan=st.just(A_LOAN), most=0)).moments
    return live(begun, [Step(act=act, **narrowed) for act in acts])


@pytest.mark.parametrize(
    ("acts", "kinds"),
    [
        ((Act.REPAY,), (EntryKind.REPAYMENT,)),
        ((Act.PREPAY,), (EntryKind.PREPAYMENT,)),
        ((Act.EXTEND,), (EntryKind.EXTENSION,)),
        ((Act.CHANGE_RATE,), (EntryKind.RATE_CHANGE,)),
        ((Act.CHARGE_COSTS,), (EntryKind.COSTS,)),
        ((Act.ACCELERATE,), (EntryKind.ACCELERATION,)),
        ((Act.CLAIM, Act.RECOVER), (EntryKind.CLAIM_PAYOUT, EntryKind.RECOVERY)),
        ((Act.CLAIM, Act.REPAY), (EntryKind.CLAIM_PAYOUT, EntryKind.RECOVERY)),
        ((Act.RECOVER,), (EntryKind.REPAYMENT,)),
        ((Act.WRITE_OFF, Act.REPAY), (EntryKind.WRITE_OFF, EntryKind.RECOVERY)),
        ((Act.REPAY, Act.REVERSE), (EntryKind.REPAYMENT, EntryKind.REVERSAL)),
        ((Act.CLAIM, Act.REVERSE), (EntryKind.CLAIM_PAYOUT, EntryKind.REVERSAL)),
        ((Act.REVERSE,), ()),
    ],
)
def test_an_act_becomes_an_entry_and_what_does_not_fit_is_left_out(acts, kinds):
    history = lived(*acts)

    assert tuple(entry.kind for entry in history.loan.entries[1:]) == kinds
    assert len(history.steps) == len(kinds)


def test_a_step_says_how_late_and_how_much():
    history = lived(Act.REPAY, days_late=3, percentage=50, booked_late=20)
    [_, paid] = history.loan.entries

    # 4,000 of principal and 60 of interest fall due on 15 February.
    assert (paid.on, paid.booked_on) == (date(2024, 2, 18), date(2024, 3, 9))
    assert paid.amount == cny(2_030)
    assert str(history) == "1 2024-01-15 disbursement 12000.00\n2 2024-02-18 repayment 2030.00"


def test_a_payout_and_its_reversal_stand_on_fund_and_loan():
    history = lived(Act.CLAIM, Act.REVERSE)

    assert [entry.kind for entry in history.fund.entries] == [
        *(FundEntryKind.DEPOSIT, FundEntryKind.CLAIM_PAYOUT, FundEntryKind.REVERSAL)
    ]
    assert history.moments[1].loan.payout.on == date(2024, 5, 15)  # 90 days after 15 February
    assert history.loan.payout is None


# ---- funds and books


@SOME
@given(
    strategies.funds(
        fund_id="F-09",
        kinds=(FundEntryKind.DEPOSIT, FundEntryKind.WITHDRAWAL),
        max_amount=cny(100),
        most=3,
        founded_on=st.just(date(2020, 1, 1)),
    )
)
def test_funds_can_be_narrowed(fund):
    assert fund.id == "F-09"
    assert fund.entries[0].on == date(2020, 1, 1)
    assert {entry.kind for entry in fund.entries} <= {
        FundEntryKind.DEPOSIT,
        FundEntryKind.WITHDRAWAL,
    }
    assert len(fund.entries) <= 4
    assert all(entry.amount <= cny(100) for entry in fund.entries)


@pytest.mark.slow
def test_every_move_of_a_funds_money_is_drawn():
    seen = Counter()

    @settings(max_examples=200, database=None, derandomize=True)
    @given(strategies.funds(most=16))
    def count(fund):
        seen.update(entry.kind for entry in fund.entries)

    count()
    assert len(seen) == 9


@FEW
@given(strategies.books())
def test_no_book_is_ever_over_its_cap(book):
    assert [loan.id for loan in book.loans] == sorted({loan.id for loan in book.loans})
    if book.loans:
        assert not leverage_path(book.fund, book.loans, under=book.under).over_cap


@pytest.mark.slow
def test_the_simplest_book_that_reaches_the_cap_is_one_loan():
    def reaches(book):
        if not book.loans:
            return False
        return leverage_path(book.fund, book.loans, under=book.under).tightest.free_fen == 0

    book = simplest(strategies.books(), reaches)
    assert len(book.loans) == 1
    assert book.fund.entries[0].amount == cny("0.20")  # a yuan at five times


@FEW
@given(
    strategies.books(
        under=replace(RULES),
        terms=strategies.loan_terms(disbursed_on=st.just(date(2024, 1, 2))),
        acts=(Act.REPAY,),
        max_loans=2,
        max_acts=1,
    )
)
def test_books_can_be_narrowed(book):
    assert len(book.loans) <= 2
    for loan in book.loans:
        assert loan.terms.disbursed_on == date(2024, 1, 2)
        assert len(loan.entries) <= 2
        assert loan.guarantee.fund_id == book.fund.id


# ---- from_type, and the hook that Hypothesis calls


TYPES = (
    *(Loan, LoanTerms, Schedule, GuaranteeFund, Policy, HalfYear, InterestQuarter, Guarantee),
    *(Category, Position, RepaymentAccount, SubsidyLine, Leverage, Book, History),
)


@pytest.fixture
def _known():
    hypothesis_entry.introduce()


@pytest.mark.usefixtures("_known")
@pytest.mark.parametrize("asked", TYPES, ids=lambda asked: asked.__name__)
def test_a_type_is_drawn_by_its_name(asked):
    @settings(max_examples=3)
    @given(st.from_type(asked))
    def each(found):
        assert isinstance(found, asked)

    each()


@pytest.mark.usefixtures("_known")
def test_type_hints_are_enough():
    drawn = []

    @FEW
    @given(...)
    def each(terms: LoanTerms, half: HalfYear, kind: BorrowerKind, plan: Schedule | None) -> None:
        drawn.append((terms, half, kind, plan))

    each()
    assert drawn


@pytest.mark.usefixtures("_known")
def test_a_list_of_funds_is_drawn_by_its_type():
    found = simplest(st.from_type(list[GuaranteeFund]), bool)

    assert [type(one) for one in found] == [GuaranteeFund]


@pytest.mark.usefixtures("_known")
def test_types_of_others_are_left_to_hypothesis():
    assert hypothesis_entry.drawn(date) is None
    assert hypothesis_entry.drawn("microloan.loan.Loan") is None
    assert hypothesis_entry.drawn(list[Loan]) is None
    assert strategy_of(BorrowerKind) is None
    assert simplest(st.from_type(BorrowerKind)) is BorrowerKind.INDIVIDUAL


def test_a_version_without_that_table_is_told_type_by_type(monkeypatch):
    from hypothesis.strategies._internal import types

    monkeypatch.delattr(types, "_global_extra_lookup")
    told = {}
    monkeypatch.setattr(st, "register_type_strategy", told.__setitem__)

    hypothesis_entry.introduce()

    assert set(TYPES) <= told.keys()


def test_the_hook_cannot_raise(monkeypatch):
    from hypothesis.strategies._internal import types

    def refuses(*_):
        raise RuntimeError

    monkeypatch.delattr(types, "_global_extra_lookup")
    monkeypatch.setattr(st, "register_type_strategy", refuses)
    with pytest.raises(RuntimeError):
        register_all()

    assert hypothesis_entry.introduce() is None


HOOK = "microloan.hypothesis_entry:introduce"
HOST = """
import json, sys, time
before = time.process_time()
import hypothesis
spent = time.process_time() - before
loaded = sorted(name for name in sys.modules if name.split(".")[0] in ("microloan", "sqlalchemy"))
from hypothesis import strategies as st
from microloan import Loan
text = repr(st.from_type(Loan))
st.register_type_strategy(Loan, st.just("mine"))
mine = repr(st.from_type(Loan))
print(json.dumps([loaded, text, mine, "sqlalchemy" in sys.modules]))
"""


def a_host(tmp_path, **environment):
    """A program of a host in whose environment the entry point is installed."""
    info = tmp_path / "host-1.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: host\nVersion: 1\n")
    info.joinpath("entry_points.txt").write_text(f"[hypothesis]\nmicroloan = {HOOK}\n")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", HOST],
        env={**os.environ, "PYTHONPATH": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_the_hook_is_the_one_that_is_installed():
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]

    assert project["entry-points"]["hypothesis"] == {"microloan": HOOK}


def test_hypothesis_alone_loads_the_hook_and_no_noun_and_no_database(tmp_path):
    loaded, drawn, mine, database = a_host(tmp_path)

    assert loaded == ["microloan", "microloan.hypothesis_entry"]
    assert "histories" in drawn
    assert mine == "just('mine')"
    assert not database


def test_a_host_may_keep_the_hook_out(tmp_path):
    loaded, drawn, *_ = a_host(tmp_path, HYPOTHESIS_NO_PLUGINS="1")

    assert loaded == []
    assert "histories" not in drawn


@pytest.mark.parametrize("home", [None, 5])
def test_a_class_of_the_hosts_without_a_module_is_left_to_hypothesis(home):
    made = type("Made", (), {"__module__": home})

    assert hypothesis_entry.drawn(made) is None


def test_rates_whose_bounds_are_the_wrong_way_round_are_refused():
    with pytest.raises(InvalidTerms, match="the highest rate"):
        strategies.rates(min_rate=percent(9), max_rate=percent(1))
