"""What a type checker must see in the public vocabulary; checked by mypy, never run."""

from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import assert_type

from moneyed import Money

from microloan import (
    ZERO,
    Accrual,
    Amortization,
    Anniversary,
    Application,
    Applied,
    ArrearsRule,
    Assessment,
    BankDifference,
    BlacklistSpan,
    BorrowerKind,
    BusinessState,
    ByKind,
    Category,
    Clearing,
    ComingDue,
    Concern,
    Covers,
    Dated,
    DayCount,
    DueVisit,
    Entry,
    EntryKind,
    Evidence,
    Explanation,
    ExposureStep,
    Finding,
    FollowUpVisit,
    FundEntry,
    FundEntryKind,
    Grade,
    GroupBy,
    Guarantee,
    GuaranteeFund,
    HalfYear,
    HalfYearLedger,
    Installment,
    InterestQuarter,
    LedgerGroup,
    LedgerLine,
    LedgerTotals,
    LevelAmount,
    Leverage,
    LeveragePath,
    Line,
    Loan,
    LoanTerms,
    LowProfit,
    MicroloanError,
    Multiple,
    Opening,
    Payoff,
    Performance,
    Period,
    Policy,
    Position,
    Prepayment,
    Provision,
    Quotient,
    Reference,
    RepaymentAccount,
    RequestLine,
    Residue,
    RuleChange,
    Schedule,
    Segment,
    Settlement,
    Severity,
    Share,
    Shares,
    StopReason,
    StressHalf,
    StressPath,
    Stretch,
    SubsidyLine,
    SubsidyRequest,
    SubsidyShape,
    SubsidyStop,
    SubsidyTier,
    Watch,
    accelerate,
    add_months,
    amortize,
    assess,
    blacklist_spans,
    change_rate,
    charge_costs,
    checks,
    clear_year,
    cny,
    declare_misuse,
    delinquent_days,
    delinquent_since,
    disburse,
    draw_request,
    draw_up,
    due_in,
    due_visits,
    expected_rows,
    extend,
    extend_without_consent,
    fen,
    from_fen,
    grade_loan,
    group_ledger,
    last_year_repayment_rate,
    leverage_path,
    make_visit,
    measure_leverage,
    migrate,
    pause_delinquency,
    pay_claim,
    percent,
    plan_subsidy,
    policy,
    portfolio_at_risk,
    programme,
    quarter_lines,
    raise_cap,
    ratio,
    receive_recovery,
    reconcile,
    recover,
    relevel,
    reverse_both,
    show,
    show_rate,
    split,
    subsidize,
    total,
    watch_list,
    what_if,
    withdraw,
    write_off,
)
from microloan.amended_plan import AmendedPlan


def money_and_days() -> None:
    """Amounts are ``Money``, rates ``Decimal``, fen ``int``."""
    assert_type(ZERO, Money)
    assert_type(cny(300_000), Money)
    assert_type(cny("7863.02"), Money)
    assert_type(cny(Decimal("7863.02")), Money)
    assert_type(from_fen(786_302), Money)
    assert_type(fen(ZERO), int)
    assert_type(percent("3.95"), Decimal)
    assert_type(percent(5), Decimal)
    assert_type(ratio(ZERO, cny(1)), Decimal)
    assert_type(split(cny(1), [1, Fraction(1, 2)]), tuple[Money, ...])
    assert_type(total([ZERO, cny(1)]), Money)
    assert_type(show(ZERO), str)
    assert_type(show_rate(percent("3.95")), str)
    assert_type(add_months(date(2024, 1, 31), 1), date)
    assert_type(DayCount.ACT_360.fraction(date(2024, 1, 1), date(2024, 2, 1)), Fraction)


def windows(half: HalfYear, quarter: InterestQuarter) -> None:
    """Half-years and quarters have ends and neighbors, and contain days."""
    assert_type(HalfYear.of(date(2024, 3, 15)), HalfYear)
    assert_type(half.next, HalfYear)
    assert_type(half.previous, HalfYear)
    assert_type(half.first_day, date)
    assert_type(quarter.last_day, date)
    assert_type(date(2024, 3, 15) in half, bool)
    assert_type(half < half.next, bool)


def agreed() -> LoanTerms:
    """Only what has no meaning when absent must be said."""
    category = Category(kind=BorrowerKind.INDIVIDUAL, low_profit=LowProfit.YES)
    assert_type(category.groups, AbstractSet[str])
    assert_type(category.reference, Reference | None)
    terms = LoanTerms(
        principal=cny(300_000),
        annual_rate=percent("3.95"),
        disbursed_on=date(2024, 3, 15),
        months=36,
        amortization=Amortization.EQUAL_INSTALLMENTS,
        day_count=DayCount.THIRTY_360,
        settlement=Settlement(20),
        residue=Residue.LAST_INTEREST,
    )
    assert_type(terms.signed_on, date)
    assert_type(terms.matures_on, date)
    assert_type(terms.settlement, Settlement | None)
    return terms


def planned(terms: LoanTerms) -> None:
    """A schedule is a sequence of installments whose amounts read in yuan and in fen."""
    plan = amortize(terms)
    assert_type(plan, Schedule)
    assert_type(plan[0], Installment)
    assert_type(plan[:3], tuple[Installment, ...])
    first, *_, last = plan
    assert_type(first.due_on, date)
    assert_type(first.period, Period)
    assert_type(first.principal, Money)
    assert_type(first.principal_fen, int)
    assert_type(last.outstanding, Money)
    assert_type(first.stretches, tuple[Stretch, ...])
    assert_type(first.stretches[0].principal, Money)
    assert_type(first.explain(), Explanation)
    assert_type(first.moved(lambda day: day.weekday() < 5), date)


def happened(loan: Loan) -> None:
    """A verb returns the new loan; a question returns a value."""
    assert_type(loan.repay(cny(1), on=date(2024, 4, 15), ref="回单1"), Loan)
    booked_late = loan.repay(ZERO, on=date(2024, 4, 15), ref="回单2", booked_on=date(2024, 7, 1))
    assert_type(booked_late, Loan)
    assert_type(loan.reverse(2, on=date(2024, 4, 16), ref="冲1"), Loan)
    assert_type(loan.entries, tuple[Entry, ...])
    assert_type(loan.payout, Entry | None)
    assert_type(loan.entries[0].kind, EntryKind)
    assert_type(loan.schedule, Schedule | AmendedPlan)
    assert_type(loan.applied, tuple[Applied, ...])
    assert_type(loan.applied[0].shares, tuple[Share, ...])
    assert_type(loan.applied[0].explain(), Explanation)
    assert_type(loan.accrual(as_of=date(2024, 9, 30)), Accrual)
    assert_type(loan.terms_in_force(on=date(2024, 9, 30)), LoanTerms)
    assert_type(loan.guarantee, Guarantee | None)
    assert_type(loan.exposure_steps(), tuple[ExposureStep, ...])

    standing = loan.position(as_of=date(2024, 9, 30), through=3)
    assert_type(standing, Position)
    assert_type(standing.arrears, Money)
    assert_type(standing.days_past_due, int)
    assert_type(standing.oldest_unpaid_on, date | None)
    assert_type(standing.settled, bool)
    assert_type(standing.performance, Performance)

    account = loan.account(HalfYear(2024, 1), through=3)
    assert_type(account, RepaymentAccount)
    assert_type(account.closing, Money)
    assert_type(account.balances, bool)


def repaid_early(loan: Loan) -> None:
    """What a payoff quotes is what a prepayment takes."""
    quote = loan.payoff(on=date(2024, 9, 30))
    assert_type(quote, Payoff)
    assert_type(quote.total, Money)
    assert_type(quote.explain(), Explanation)
    day = date(2024, 9, 30)
    assert_type(loan.prepay(quote.total, on=day, ref="提1", then=Prepayment.SHORTEN), Loan)


def amended(loan: Loan, terms: LoanTerms) -> None:
    """A change of the contract returns the loan as it is from then on."""
    day = date(2024, 9, 30)
    assert_type(disburse(loan, cny(1), on=day, ref="放2"), Loan)
    assert_type(extend(loan, months=6, on=day, ref="展1"), Loan)
    assert_type(extend(loan, months=6, on=day, ref="展1", annual_rate=percent(4)), Loan)
    assert_type(extend_without_consent(loan, months=6, on=day, ref="展1", terms=terms), Loan)
    assert_type(change_rate(loan, percent("3.45"), on=day, ref="调1"), Loan)
    assert_type(relevel(loan, on=day, ref="变1"), Loan)
    assert_type(relevel(loan, on=day, ref="变1", terms=terms, booked_on=day), Loan)


def defaulted(loan: Loan) -> None:
    """Each step of a default is an act of the loan alone."""
    day = date(2024, 9, 30)
    assert_type(accelerate(loan, on=day, ref="提前到期1"), Loan)
    assert_type(declare_misuse(loan, cny(1), on=day, ref="挪1"), Loan)
    assert_type(charge_costs(loan, cny(1), on=day, ref="费1"), Loan)
    assert_type(pause_delinquency(loan, on=day, until=day, ref="停1"), Loan)
    assert_type(write_off(loan, on=day, ref="核1"), Loan)
    assert_type(recover(loan, cny(1), on=day, ref="收1"), Loan)


def late(due_on: date) -> None:
    """Delinquency can be asked about any due date."""
    assert_type(delinquent_since(due_on, grace_days=3), date)
    days = delinquent_days(due_on, as_of=due_on, grace_days=3, pauses=[(due_on, due_on)])
    assert_type(days, int)
    penalty = Dated.always("逾期罚息", Multiple(Decimal("1.5")))
    assert_type(penalty, Dated[Multiple])


def granted(terms: LoanTerms) -> Loan:
    """A loan may have no guarantee; a guarantee names its fund, its share and its waiting time."""
    promise = Guarantee(
        fund_id="F-01",
        coverage=percent("80"),
        claimable_after_days=90,
        covers=Covers.PRINCIPAL_AND_INTEREST,
        opening=Opening.STRICTLY_AFTER,
    )
    assert_type(promise.claims_open_at(), int)
    assert_type(promise.ends_on(terms), date)
    category = Category(kind=BorrowerKind.INDIVIDUAL)
    alone = Loan.grant("HT-1", borrower="B-1", lender="K-1", category=category, terms=terms)
    assert_type(alone, Loan)
    return Loan.grant(
        "HT-2", borrower="B-1", lender="K-1", category=category, terms=terms, guarantee=promise
    )


def stood_behind(fund: GuaranteeFund, loan: Loan, rules: Policy) -> None:
    """What fund and loan share returns both."""
    assert_type(fund.deposit(cny(1), on=date(2024, 1, 2), ref="财预1"), GuaranteeFund)
    assert_type(fund.reverse(1, on=date(2024, 1, 3), ref="冲1"), GuaranteeFund)
    assert_type(fund.balance(as_of=date(2024, 1, 2)), Money)
    assert_type(fund.moved(FundEntryKind.DEPOSIT, as_of=date(2024, 1, 2)), Money)
    assert_type(fund.entries, tuple[FundEntry, ...])

    pair = pay_claim(fund, loan, on=date(2024, 10, 20), ref="代偿1")
    assert_type(pair, tuple[GuaranteeFund, Loan])
    recovered = receive_recovery(*pair, cny(1), on=date(2025, 3, 1), ref="追偿1", costs=ZERO)
    assert_type(recovered, tuple[GuaranteeFund, Loan])
    undone = reverse_both(*recovered, 3, on=date(2025, 3, 2), ref="冲2")
    assert_type(undone, tuple[GuaranteeFund, Loan])

    leverage = measure_leverage(fund, [loan], under=rules, as_of=date(2024, 3, 31))
    assert_type(leverage, Leverage)
    assert_type(leverage.headroom, Money)
    assert_type(leverage.multiple, Decimal | None)
    assert_type(leverage.cap, Provision[int])
    assert_type(leverage.explain(), Explanation)


def stood_behind_over_time(fund: GuaranteeFund, loan: Loan, rules: Policy) -> None:
    """What a fund may still stand behind, and what limits it."""
    day = date(2024, 3, 31)
    path = leverage_path(fund, [loan], under=rules, since=day)
    assert_type(path, LeveragePath)
    assert_type(path.worst, Leverage)
    assert_type(path.worst.multiple, Decimal | None)
    assert_type(path.worst.headroom_in_loans(cny(20_000)), int)
    assert_type(path.worst.short_of(5), Money)
    assert_type(fund.income(as_of=day), Money)
    assert_type(fund.account_balance("A-1", as_of=day), Money)
    withdrawn = withdraw(fund, [loan], cny(1), under=rules, on=day, ref="出1")
    assert_type(withdrawn, GuaranteeFund)
    rate = last_year_repayment_rate(fund, [loan], on=day)
    assert_type(rate, Quotient)
    assert_type(rate.exact, Fraction | None)
    raised = raise_cap(fund, to=8, repayment_rate=rate, under=rules, on=day, ref="决1")
    assert_type(raised, GuaranteeFund)


def failing(fund: GuaranteeFund, loan: Loan, rules: Policy) -> None:
    """A what-if answers by half-year."""
    path = what_if(
        fund, [loan], under=rules, as_of=date(2024, 3, 31), default_rate=percent("5"), halves=4
    )
    assert_type(path, StressPath)
    assert_type(path.halves[0], StressHalf)
    assert_type(path.halves[0].leverage, Leverage)


def borne(loan: Loan, rules: Policy) -> None:
    """Lines of the subsidy carry their rule with its evidence."""
    assert_type(plan_subsidy(loan, under=rules), tuple[SubsidyLine, ...])
    assert_type(subsidize(loan, under=rules, as_of=date(2024, 9, 30)), tuple[SubsidyLine, ...])
    lines = quarter_lines([loan], InterestQuarter(2024, 2), under=rules)
    assert_type(lines, tuple[SubsidyLine, ...])
    assert_type(lines[0].treasury, Money)
    assert_type(lines[0].segments, tuple[Segment, ...])
    assert_type(lines[0].segments[0].share, Fraction)
    assert_type(lines[0].rule, Provision[SubsidyTier])
    assert_type(lines[0].rule.value.shape, SubsidyShape)
    assert_type(lines[0].rule.evidence, Evidence)
    assert_type(str(lines[0].explain()), str)


def kept(loans: list[Loan]) -> None:
    """The ledger of a half-year and the watch list are read from loans."""
    ledger = draw_up(loans, HalfYear(2024, 1))
    assert_type(ledger, HalfYearLedger)
    assert_type(ledger.lines, tuple[LedgerLine, ...])
    assert_type(ledger.totals, LedgerTotals)
    assert_type(ledger.totals.closing, Money)
    assert_type(ledger.broken, tuple[LedgerLine, ...])
    watched = watch_list(loans, as_of=date(2024, 9, 30))
    assert_type(watched, tuple[Watch, ...])
    assert_type(watched[0].concern, Concern)
    assert_type(watched[0].claim_by, date | None)
    assert_type(watched[0].concerns, tuple[Concern, ...])
    day = date(2024, 9, 30)
    groups = group_ledger(ledger, by=GroupBy.LENDER)
    assert_type(groups.groups, tuple[LedgerGroup, ...])
    assert_type(due_in(loans, HalfYear(2024, 2), as_of=day), tuple[ComingDue, ...])
    assert_type(loans[0].account(Anniversary(2)).closing, Money)


def followed(loans: list[Loan], rules: Policy) -> None:
    """Grades, visits, reminders, arrears and the bank's list are asked of loans."""
    day = date(2024, 9, 30)
    visit = make_visit(loans[0], on=day, ref="回访1", visitors=("U-1",), state=BusinessState.NORMAL)
    assert_type(visit, FollowUpVisit)
    visits = due_visits(loans, [visit], under=rules, until=day, as_of=day)
    assert_type(visits, tuple[DueVisit, ...])
    assert_type(grade_loan(loans[0], under=rules, as_of=day), Grade)
    assert_type(portfolio_at_risk(loans, beyond_days=30, as_of=day), Quotient)
    assert_type(blacklist_spans(loans, under=rules, as_of=day), tuple[BlacklistSpan, ...])
    halves = HalfYear(2024, 1), HalfYear(2024, 2)
    matrix = migrate(*(draw_up(loans, half) for half in halves), under=rules)
    assert_type(matrix.worsened.outstanding_after, Money)
    rows = expected_rows(loans, as_of=day, since=day)
    found = reconcile(loans, rows, as_of=day)
    assert_type(found, tuple[BankDifference, ...])


def audited(loans: list[Loan], facts: checks.Facts, rules: Policy) -> None:
    """An audit is asked of loans and facts; a report of its rows."""
    audit = checks.audit_loans(loans, facts, under=rules, as_of=date(2024, 9, 30))
    assert_type(audit.findings, tuple[Finding, ...])
    assert_type(audit.of(checks.Check.K01), tuple[Finding, ...])
    recomputed = programme.recompute(programme.read_report("2024", []))
    assert_type(recomputed.findings, tuple[Finding, ...])


def ruled() -> Policy:
    """A policy is a set of dated values."""
    rules = policy.load("cn", region="central")
    assert_type(rules, Policy)
    assert_type(rules.leverage_cap, Line[int])
    assert_type(rules.leverage_cap.at(date(2024, 3, 31)).value, int)
    assert_type(rules.lpr_1y.at(date(2024, 3, 31)), Decimal)
    assert_type(rules.shares, ByKind[Shares])
    assert_type(rules.shares[BorrowerKind.ENTERPRISE].at(date(2018, 1, 1)).value, Shares)
    assert_type(rules.show(on=date(2024, 1, 1)), str)
    assert_type(rules.diff(date(2023, 1, 1), date(2024, 1, 1)), tuple[RuleChange, ...])
    return rules


def refused(refusal: MicroloanError) -> None:
    """Every refusal has a stable code and two sentences."""
    assert_type(refusal.code, str)
    assert_type(refusal.zh, str)
    assert_type(str(refusal), str)
    assert_type(refusal.value, object)
    assert_type(refusal.limit, object)


def requested(loans: list[Loan], rules: Policy, shares: Provision[Shares]) -> None:
    """A request is drawn up from loans, and later ones from the earlier."""
    quarter = InterestQuarter(2024, 3)
    stop = SubsidyStop(on=date(2024, 6, 1), reason=StopReason.BUSINESS_CLOSED)
    request = draw_request(
        loans,
        lender="BANK-03",
        quarter=quarter,
        under=rules,
        on=date(2024, 9, 23),
        shares=shares,
        arrears=ArrearsRule.WHOLE_LOAN,
        stops={"HT-1": stop},
    )
    assert_type(request, SubsidyRequest)
    assert_type(request.amount, Money)
    assert_type(request.lines, tuple[RequestLine, ...])
    assert_type(request.lines[0].levels, tuple[LevelAmount, ...])
    cleared = clear_year([request], [], year=2024, as_of=date(2025, 1, 20))
    assert_type(cleared, Clearing)


def assessed(application: Application, rules: Policy) -> None:
    """An assessment lists every finding."""
    assessment = assess(application, under=rules, on=date(2024, 3, 15))
    assert_type(assessment, Assessment)
    assert_type(assessment.findings, tuple[Finding, ...])
    assert_type(assessment.findings[0].severity, Severity)
    assert_type(assessment.admissible, bool)
