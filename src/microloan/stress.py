"""压力测试: what a fund would come to if so many of its loans failed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Final, NamedTuple

from microloan.claim_filing import ClaimFiling, FilingState, claim_filings
from microloan.exposure import require_promise
from microloan.fund import GuaranteeFund
from microloan.fund_change import FundChange, commitment_steps
from microloan.fund_ledger import FundEntry
from microloan.fund_path import leverage_of
from microloan.leverage import Leverage
from microloan.loan import Loan
from microloan.money import fen
from microloan.naming import refused_terms, require_whole
from microloan.periods import HalfYear, plain_date
from microloan.policy import Policy
from microloan.policy.rulebook import require_policy
from microloan.portfolio import guaranteed_by
from microloan.scenario import NewLending, Scenario
from microloan.stress_path import StressHalf, StressPath
from microloan.stress_plans import ClaimsMoney, FailingPlans, pay_as_money_lasts

_MOST_HALVES: Final = 60
_DAY: Final = timedelta(days=1)
_NOTHING: Final = Decimal(0)


def what_if(
    fund: GuaranteeFund,
    loans: Iterable[Loan],
    *,
    under: Policy,
    as_of: date,
    default_rate: Decimal,
    recovery_rate: Decimal = _NOTHING,
    recovery_months: int = 12,
    new_lending: NewLending | None = None,
    halves: int = 6,
) -> StressPath:
    """Return what a fund comes to if a share of every loan fails; see :func:`compare_scenarios`.

    Args:
        fund, loans, under, as_of, halves: as of :func:`compare_scenarios`.
        default_rate, recovery_rate, recovery_months, new_lending: as of :class:`Scenario`.

    Raises:
        InvalidRate, InvalidTerms: as :class:`Scenario` and :func:`compare_scenarios`.
        NotGuaranteed, LoanGivenTwice, …: as :func:`compare_scenarios`.
    """
    scenario = Scenario(
        name="what if",
        default_rate=default_rate,
        recovery_rate=recovery_rate,
        recovery_months=recovery_months,
        new_lending=new_lending,
    )
    return compare_scenarios(fund, loans, [scenario], under=under, as_of=as_of, halves=halves)[0]


def compare_scenarios(
    fund: GuaranteeFund,
    loans: Iterable[Loan],
    scenarios: Iterable[Scenario],
    *,
    under: Policy,
    as_of: date,
    halves: int = 6,
) -> tuple[StressPath, ...]:
    """Return what a fund comes to under each of some scenarios, half-year by half-year.

    It begins with what was known of that day: the fund's capital and the outstanding principal of
    the loans it guarantees. Nothing is drawn by lot:

    - Every loan follows its plan; what is overdue counts as due on the day after.
    - Of every loan, the share that fails does so on the first day on which principal falls due, or
      on the day after the question where principal or interest is overdue: nothing outstanding of
      it is repaid any more.
    - So many days past due, as the guarantee counts them from the first unpaid due day, but not
      before it fails, the claim opens: the fund pays its covered share of that principal, and the
      exposure ends. Where the guarantee period is over by then nothing is paid, and the exposure
      stays.
    - Where the bank has filed a claim by the day of the question, and it was not rejected, the
      guarantee period is tested on the day of the filing, and no more than was filed is paid.
    - What comes back of a payout comes back to the fund so many months after it.
    - Claims beyond the fund's money wait, unpaid, for the first that comes back.
    - What is newly lent is paid out on the first day of each half-year, the first time not before
      the day after the question, whether there is room or not. It fails alike.

    Interest, fees and deposits to come, recoveries of payouts already made, and loans approved but
    not paid out count for nothing. Sums are settled to the fen once for each half-year, for each
    coverage: the failing share is rounded half up, the others take the rest.

    Args:
        fund: the fund; its recorded decisions on its cap count while they hold.
        loans: the loans; those it does not guarantee do not count.
        scenarios: what is assumed, one path for each; each of them has a name of its own.
        under: the policy that sets the cap.
        as_of: the day of the question; nothing later counts.
        halves: how many half-years follow, from that of the day after.

    Raises:
        LoanGivenTwice: the same loan twice.
        InvalidTerms: something that is no loan or no scenario, no policy, two scenarios of one
            name, half-years out of range, or new lending in another half-year.
        NotGuaranteed: the guarantee of new lending is that of another fund.
        NotInForce: the policy knows no cap on one of the days.
    """
    require_policy(under)
    first = HalfYear.of(plain_date(as_of, "a what-if") + _DAY)
    require_whole(halves, "the number of half-years", "半年度个数", 1, _MOST_HALVES)
    ahead = list(accumulate(range(1, halves), lambda half, _: half.next, initial=first))
    asked = _named(scenarios)
    own = guaranteed_by(loans, fund.id, of="a what-if", of_zh="压力测试")
    plans, filed = FailingPlans(), _filed_claims(fund, as_of)
    covered = sum(plans.add_loan(loan, as_of=as_of, filing=filed.get(loan.id)) for loan in own)
    steps = commitment_steps(fund.entries, own)
    sums = FundChange(
        balance_fen=fen(fund.balance(as_of=as_of)),
        exposure_fen=plans.lent.total(),
        covered_fen=covered,
        committed_fen=sum(moved for on, moved in steps if on <= as_of),
    )
    measure = _Measure(fund.id, [line for line in fund.standing if line.on <= as_of], under)
    start = measure.leverage(as_of, sums)
    paths = []
    for scenario in asked:
        whole, lending = plans.copy(), scenario.new_lending
        if lending is not None:
            require_promise(lending.guarantee, fund.id, of="new lending")
            whole.add_lending(lending, ahead, since=as_of + _DAY)
        ran = tuple(_run(scenario, whole, start, ahead, measure))
        paths.append(StressPath(scenario=scenario, start=start, halves=ran))
    return tuple(paths)


def _named(scenarios: Iterable[Scenario]) -> list[Scenario]:
    """Return the scenarios, each under a name of its own: a table tells them apart by it."""
    if not isinstance(scenarios, Iterable):
        raise refused_terms("the scenarios", "压力情景", scenarios, "several Scenario")
    by_name: dict[str, Scenario] = {}
    for one in scenarios:
        if not isinstance(one, Scenario):
            raise refused_terms("a scenario", "压力情景", one, "a Scenario")
        if one.name in by_name:
            raise refused_terms("the name of a scenario", "情景名称", one.name, "given once")
        by_name[one.name] = one
    return list(by_name.values())


def _filed_claims(fund: GuaranteeFund, as_of: date) -> dict[str, ClaimFiling]:
    """Return the claims filed by a day and neither rejected nor paid, by loan."""
    latest = {one.loan_id: one for one in claim_filings(fund.entries, as_of=as_of)}
    # One under review may be approved yet.
    stands = {FilingState.OPEN, FilingState.APPROVED}
    return {loan_id: one for loan_id, one in latest.items() if one.state in stands}


class _Measure(NamedTuple):
    """What a leverage needs beside its sums."""

    fund_id: str
    decisions: Sequence[FundEntry]
    under: Policy

    def leverage(self, on: date, sums: FundChange) -> Leverage:
        """Return the leverage of some sums on a day, under the cap in force then."""
        return leverage_of(self.fund_id, sums, self.decisions, under=self.under, on=on)


def _run(
    scenario: Scenario,
    plans: FailingPlans,
    start: Leverage,
    ahead: Sequence[HalfYear],
    measure: _Measure,
) -> Iterator[StressHalf]:
    """Yield the half-years of a scenario: what moved is the difference of what moved so far."""
    failing, before = Fraction(scenario.default_rate), start
    was, had = plans.totals(failing, start.as_of), ClaimsMoney()
    money = pay_as_money_lasts(
        scenario, plans, start.balance_fen, days=[half.last_day for half in ahead]
    )
    for half, has in zip(ahead, money, strict=True):
        now = plans.totals(failing, half.last_day)
        balance = start.balance_fen + has.recovered_fen - has.paid_out_fen
        at = measure.leverage(half.last_day, FundChange(balance, now.exposure_fen, now.covered_fen))
        yield StressHalf(
            scenario=scenario,
            half=half,
            before=before,
            leverage=at,
            lent_fen=now.lent_fen - was.lent_fen,
            repaid_fen=now.repaid_fen - was.repaid_fen,
            failed_fen=now.failed_fen - was.failed_fen,
            ended_fen=now.ended_fen - was.ended_fen,
            paid_out_fen=has.paid_out_fen - had.paid_out_fen,
            recovered_fen=has.recovered_fen - had.recovered_fen,
            unpaid_fen=has.unpaid_fen,
        )
        before, was, had = at, now, has
