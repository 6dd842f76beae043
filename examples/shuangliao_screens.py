"""What an officer wants to see of the Shuangliao book, aligned, in Chinese and English."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from shuangliao_risk import print_audit, print_control, print_migration
from shuangliao_rows import BOOK_ENDS_ON, FIRST_YEAR, FUND, LAST_YEAR, PUBLISHED
from shuangliao_table import table, title
from sqlalchemy import Engine, Table, func, select

from microloan import (
    ZERO,
    BorrowerKind,
    Concern,
    Evidence,
    FrozenLedger,
    FundEntry,
    FundEntryKind,
    GuaranteeFund,
    HalfYear,
    InterestQuarter,
    Leverage,
    LeveragePath,
    Loan,
    NewLending,
    Policy,
    RepaidBy,
    RepaymentAccount,
    Scenario,
    cny,
    compare_scenarios,
    fen,
    payout_rate_of_released,
    payout_recovery_rate,
    percent,
    quarter_lines,
    ratio,
    repayment_rate_by_amount,
    show,
    total,
    watch_list,
)
from microloan.money import Money, from_fen
from microloan.store import Closing, UnitOfWork

HALF = HalfYear(2011, 1)
QUARTER = InterestQuarter(2011, 2)
TRUST = {
    Evidence.SOURCE: "已见原文 read in a source",
    Evidence.LOCAL: "仅见地方规定 read in local rules only",
    Evidence.MEMORY: "未见全国性原文 [memory] the national text was not read",
}
CONCERNS = {
    Concern.GUARANTEE_OVER: "担保期满 guarantee over",
    Concern.CLAIM_OPEN: "可代偿 claim open",
    Concern.OVERDUE: "逾期 overdue",
    Concern.TO_RECOVER: "待追偿 to recover",
}


def print_screens(engine: Engine, book: str, outcome: Table, rules: Policy) -> None:
    """Print published totals, fund, leverage, ratios, what-if, half-year ledger and the rest."""
    with UnitOfWork(engine, book=book) as uow:
        fund = uow.funds.get(FUND)
        loans = list(uow.loans.all())
        leverage = uow.leverage(FUND, under=rules, as_of=BOOK_ENDS_ON)
        path = uow.leverage_path(FUND, under=rules, until=BOOK_ENDS_ON)
        years = [
            uow.leverage_path(FUND, under=rules, since=max(path.since, first), until=last)
            for first, last in map(_days_of, range(FIRST_YEAR, LAST_YEAR + 1))
        ]
        kept = uow.half_years.frozen(HALF)
        before = uow.half_years.frozen(HALF.previous)
        closing = uow.half_years.closing(HALF)
    with engine.connect() as connection:
        sums = select(func.sum(outcome.c.ventures), func.sum(outcome.c.jobs))
        ventures, jobs = connection.execute(sums).one()
    paid = {kind: show(fund.moved(kind, as_of=BOOK_ENDS_ON)) for kind in FundEntryKind}
    print_published(loans, paid[FundEntryKind.DEPOSIT], ventures, jobs)
    print_fund(leverage, paid)
    print_path(path, years, fund, loans)
    print_ratios(fund, loans)
    live = still_owing(loans, kept)
    print_what_if(fund, live, rules)
    print_ledger(kept, closing)
    print_control(closing)
    print_migration(before, kept, rules)
    print_watch_list(live)
    print_subsidy(loans, rules)
    print_above_ceiling(loans, rules)
    print_audit(loans, rules)


def still_owing(loans: Iterable[Loan], kept: FrozenLedger) -> list[Loan]:
    """Return the loans that owed something at the closing, or were lent after it."""
    owing = {line.loan_id for line in kept.lines if owes(line.account)}
    return [
        loan for loan in loans if loan.id in owing or loan.terms.disbursed_on > kept.half.last_day
    ]


def owes(account: RepaymentAccount) -> bool:
    """Tell whether principal, interest or money of the fund is still owed."""
    return bool(account.closing_fen or account.arrears_fen or account.subrogated_fen)


def print_published(loans: Sequence[Loan], deposits: str, ventures: int, jobs: int) -> None:
    """Print the published totals beside those recomputed from the book."""
    title("公布数与复算数", "published and recomputed", f"{BOOK_ENDS_ON}")
    lent = total(loan.terms.principal for loan in loans)
    rows = [
        ("", "公布 published", "复算 recomputed"),
        (
            "借款人 borrowers",
            f"{PUBLISHED['borrowers']:,}",
            f"{len({x.borrower for x in loans}):,}",
        ),
        ("累计发放 lent to date", show(cny(PUBLISHED["lent"])), show(lent)),
        ("担保基金到位 fund paid in", show(cny(PUBLISHED["fund"])), deposits),
        ("创办实体 ventures", f"{PUBLISHED['ventures']:,}", f"{ventures:,}"),
        ("带动就业 jobs", f"{PUBLISHED['jobs']:,}", f"{jobs:,}"),
        ("2008 年发放 lent in 2008", "> 10,000,000.00", show(lent_in(loans, 2008))),
        ("2009 年发放 lent in 2009", "> 10,000,000.00", show(lent_in(loans, 2009))),
    ]
    table(rows, (30, -18, -18))
    multiple = ratio(lent, cny(PUBLISHED["fund"]), places=2)
    print(
        f"  累计发放 ÷ 基金 = {multiple}：不是放大倍数 (is no measure of leverage: loans revolve)"
    )


def lent_in(loans: Iterable[Loan], year: int) -> Money:
    """Return what was lent in a year."""
    return total(loan.terms.principal for loan in loans if loan.terms.disbursed_on.year == year)


def print_fund(leverage: Leverage, paid: dict[FundEntryKind, str]) -> None:
    """Print the fund card."""
    title("担保基金卡", "fund card", f"{leverage.as_of}")
    verdict = "未超上限 within the cap" if leverage.within_cap else "超上限 over the cap"
    rows = [
        ("入金 deposits", paid[FundEntryKind.DEPOSIT]),
        ("代偿 paid out", paid[FundEntryKind.CLAIM_PAYOUT]),
        ("追偿回收 recovered", paid[FundEntryKind.RECOVERY]),
        ("基金余额 balance", show(leverage.balance)),
        ("在保余额 exposure", show(leverage.exposure)),
        ("担保责任 covered exposure", show(leverage.covered_exposure)),
        ("放大倍数 multiple", f"{leverage.multiple} / {leverage.cap.value}  {verdict}"),
        ("可保余量 headroom", show(leverage.headroom)),
    ]
    table(rows[:6], (30, -18))
    table([rows[6]], (30, 40))
    table(rows[7:], (30, -18))
    cap = leverage.cap
    trust = TRUST[cap.evidence]
    print(f"  上限依据 cap by {cap.decree}, since {cap.since}; {trust}")


def _days_of(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def print_path(
    path: LeveragePath, years: Iterable[LeveragePath], fund: GuaranteeFund, loans: Sequence[Loan]
) -> None:
    """Print how near the fund came to its cap each year, and why the cumulative figure is none."""
    title("逐年放大倍数", "leverage path", f"{path.since} - {path.until}")
    head = ("年 year", "放款 lent", "入金 deposits", "最低 lowest", "当日 on", "最高 highest")
    rows = [(*head, "当日 on", "上限 cap")]
    for of_year in years:
        year = of_year.until.year
        paid_in = total(entry.amount for entry in fund.entries if _deposit_of(entry, year))
        row = (f"{year}", show(lent_in(loans, year)), show(paid_in))
        for point in (of_year.best, of_year.worst):
            row += (f"{point.multiple}", f"{point.as_of}")
        rows.append((*row, f"{of_year.worst.cap.value}"))
    table(rows, (8, -14, -13, -11, 11, -12, 11, -8), gap=" ")
    print_worst(path, loans)


def print_worst(path: LeveragePath, loans: Sequence[Loan]) -> None:
    """Print the worst day of the run, and why far more lent than five times is no breach."""
    worst, last = path.worst, path.points[-1]
    over = f"{len(path.over_cap)} 天超上限 over the cap"
    print(f"  {len(path.points):,} 个变动日 days of change, {over}")
    print(f"  最高之日 the worst day: {worst.as_of}")
    rows = [
        ("在保余额 exposure", show(worst.exposure)),
        ("基金余额 balance", show(worst.balance)),
        (f"上限 cap: {worst.cap.value} × balance", show(worst.limit)),
        ("可保余量 headroom", show(worst.headroom)),
        ("放大倍数 multiple", f"{worst.multiple}"),
    ]
    table(rows, (40, -18))
    lent, paid_in = total(loan.terms.principal for loan in loans), cny(PUBLISHED["fund"])
    print(f"  {ratio(lent, paid_in, places=2)} 倍为何不超限 why 7.36 is no breach:")
    rows = [
        ("八年累计发放 lent in all", show(lent)),
        ("已还或已代偿 repaid, or paid by the fund", show(from_fen(fen(lent) - last.exposure_fen))),
        (f"在保余额 exposure on {path.until}", show(last.exposure)),
        ("÷ 基金余额 balance", show(last.balance)),
        ("= 放大倍数 multiple", f"{last.multiple}"),
    ]
    table(rows, (40, -18))
    print("  上限管当日余额：收回的钱又担保下一笔 money that came back stands behind the next loan")


def _deposit_of(entry: FundEntry, year: int) -> bool:
    return entry.kind is FundEntryKind.DEPOSIT and entry.on.year == year


def print_ratios(fund: GuaranteeFund, loans: Sequence[Loan]) -> None:
    """Print the ratios of the last year, each with what is divided by what."""
    first, last = _days_of(LAST_YEAR)
    title("风险指标", "ratios", f"{first} - {last}")
    year = {"since": first, "until": last}
    # What was over before the year moves none of its figures.
    open_then = [x for x in loans if max(x.terms.matures_on, x.entries[-1].on) >= first]
    by_borrowers = RepaidBy.by_borrowers()
    rows = [("指标 ratio", "分子 part", "分母 whole", "比率 rate")]
    for name, rate in (
        ("代偿率 payouts ÷ released", payout_rate_of_released(fund, open_then, **year)),
        ("代偿回收率 recovered ÷ owed", payout_recovery_rate(fund, **year)),
        (
            "到期还款率 repaid ÷ fallen due",
            repayment_rate_by_amount(open_then, counting=by_borrowers, **year),
        ),
    ):
        of = (show(from_fen(rate.part)), show(from_fen(rate.whole)))
        rows.append((name, *of, f"{rate}".rsplit(": ", 1)[1]))
    table(rows, (34, -18, -18, -12))


def print_what_if(fund: GuaranteeFund, loans: Sequence[Loan], rules: Policy) -> None:
    """Print what the fund comes to if one loan in twenty fails, and if none does."""
    title("压力测试", "what if one in twenty fails", f"{BOOK_ENDS_ON}")
    like = next(loan for loan in reversed(loans) if loan.schedule[-1].due_on > BOOK_ENDS_ON)
    amount = from_fen(fen(lent_in(loans, LAST_YEAR)) // 2)
    lending = NewLending(amount=amount, terms=like.terms, guarantee=like.promise(FUND))
    none = Scenario(name="如期归还 as planned", default_rate=percent(0), new_lending=lending)
    twentieth = Scenario(
        name="二十户一户 one in twenty",
        default_rate=percent(5),
        recovery_rate=percent(30),
        new_lending=lending,
    )
    paths = compare_scenarios(
        fund, loans, [none, twentieth], under=rules, as_of=BOOK_ENDS_ON, halves=4
    )
    print(
        f"  每半年新增 newly lent each half-year {show(amount)}; 追回 30 % recovered after a year"
    )
    rows = [("半年 half", "情景 scenario", "代偿 paid out", "基金余额 balance", "在保 exposure")]
    rows[0] += ("倍数", "余量 headroom")
    for of_half in zip(*(path.halves for path in paths), strict=True):
        for one in of_half:
            at = one.leverage
            amounts = map(show, (one.paid_out, at.balance, at.exposure))
            row = (str(one.half), one.scenario.name, *amounts)
            rows.append((*row, f"{at.multiple}", show(at.headroom)))
    table(rows, (9, 24, -13, -16, -14, -7, -13), gap=" ")


def print_ledger(kept: FrozenLedger, closing: Closing) -> None:
    """Print the first rows of the half-year ledger, its totals and its identity."""
    title("半年还款台账", "half-year ledger", f"{closing.half}, {closing.half.last_day}")
    head = ("贷款 loan", "期初", "放款", "还本", "付息", "代偿", "追回", "调整", "期末", "逾期")
    english = ("", "opening", "lent", "principal", "interest", "by fund", "recovered", "adjusted")
    rows = [head, (*english, "closing", "arrears")]
    for line in kept.lines[:8]:
        of = line.account
        amounts = (of.opening, of.disbursed, of.repaid_principal, of.repaid_interest)
        more = (of.paid_by_fund, of.recovered, of.adjustments, of.closing, of.arrears)
        rows.append((line.loan_id, *map(show, (*amounts, *more))))
    table(rows, (12, *[-9] * 9), gap=" ")
    sums = closing.totals
    shown = len(rows) - 2
    print(f"  以上 {shown} 笔 (the first {shown}); 合计 total of {sums.loans:,} loans")
    steps = [
        ("期初余额 opening", "", sums.opening),
        ("放款 disbursed", "+", sums.disbursed),
        ("还本 principal repaid", "−", sums.repaid_principal),
        ("代偿 paid by the fund", "−", sums.paid_by_fund),
        ("追回本金 recovered for lenders", "−", sums.recovered),
        ("调整 adjustments", "±", sums.adjustments),
        ("期末余额 closing", "=", sums.closing),
    ]
    table(((name, sign, show(amount)) for name, sign, amount in steps), (32, 1, -16))
    broken = len(closing.control.broken)
    holds = "平衡 holds" if sums.balances and not broken else f"不平 broken in {broken} lines"
    print(f"  恒等式 identity: {holds} for every loan and for the total")
    print(f"  结账 closed on {closing.closed_on}; 锚 anchor {closing.anchor[:16]}…")


def print_watch_list(loans: Sequence[Loan]) -> None:
    """Print the watch list: how many of each concern, and the first of them."""
    title("关注名单", "watch list", f"{BOOK_ENDS_ON}")
    watched = watch_list(loans, as_of=BOOK_ENDS_ON)
    shown = watched[:10]
    count = Counter(watch.concern for watch in watched)
    print("  " + " · ".join(f"{name} {count[concern]}" for concern, name in CONCERNS.items()))
    head = ("贷款 loan", "原因 concern", "逾期天数 days", "拖欠 arrears", "待追偿 subrogated")
    rows = [(*head, "申请截止 claim by")]
    for watch in shown:
        days, by = f"{watch.days_past_due:,}", str(watch.claim_by)
        amounts = (show(watch.arrears), show(watch.subrogated))
        rows.append((watch.loan_id, CONCERNS[watch.concern], days, *amounts, by))
    table(rows, (12, 24, -13, -13, -17, 17))
    print(f"  以上 {len(shown)} 笔，共 {len(watched):,} 笔 (the first of {len(watched):,})")


def print_subsidy(loans: Sequence[Loan], rules: Policy) -> None:
    """Print the subsidy of an interest quarter: the first lines, the totals, and why."""
    day = f"{QUARTER}, {QUARTER.first_day} - {QUARTER.last_day}"
    title("季度贴息", "subsidy of the quarter", day)
    lines = quarter_lines(loans, QUARTER, under=rules)
    rows = [("贷款 loan", "应付日 due", "利息 interest", "财政 treasury", "借款人 borrower")]
    for line in lines[:5]:
        parts = (show(line.interest), show(line.treasury), show(line.borrower))
        rows.append((line.loan_id, f"{line.due_on}", *parts))
    sums = (
        total(line.interest for line in lines),
        total(line.treasury for line in lines),
        total(line.borrower for line in lines),
    )
    rows.append(("…", "", "", "", ""))
    rows.append((f"合计 {len(lines):,} 笔", "", *map(show, sums)))
    table(rows, (12, 12, -15, -15, -17))
    explained = next(line for line in lines if line.treasury > ZERO)
    print("\n  " + str(explained.explain()).replace("\n", "\n  "))


def print_above_ceiling(loans: Sequence[Loan], rules: Policy) -> None:
    """List the published amounts above the ceiling of their day; they enter as published."""
    title("超额度贷款", "published amounts above the ceiling of their day", f"{BOOK_ENDS_ON}")
    groups: dict[tuple[str, str, str], list[Loan]] = {}
    for loan in loans:
        ceiling = _ceiling(loan, rules)
        if ceiling != "" and (of := show(loan.terms.principal)):
            year = f"{loan.terms.disbursed_on.year}"
            groups.setdefault((year, of, ceiling), []).append(loan)
    rows = [("年 year", "笔数 loans", "金额 amount", "额度 ceiling", "首笔 first")]
    rows += [
        (year, str(len(found)), amount, ceiling, found[0].id)
        for (year, amount, ceiling), found in sorted(groups.items())
    ]
    table(rows, (8, -10, -13, -24, 14))


def _ceiling(loan: Loan, rules: Policy) -> str:
    """Return the ceiling a loan is above, as text; empty where it is within it."""
    if loan.category.kind is not BorrowerKind.INDIVIDUAL:
        return "无规定 none in force"
    ceiling = rules.ceiling_of(loan.category, on=loan.terms.signed_on).value
    return show(cny(ceiling // 100)) if loan.terms.principal > cny(ceiling // 100) else ""
