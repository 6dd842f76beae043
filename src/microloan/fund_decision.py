"""基金决定: what the fund's manager decided: a higher cap for a year, and limits for parts.

The questions take entries, so that a store can ask them without reading a whole fund.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from microloan.errors import CapNotRaisable
from microloan.fund import GuaranteeFund, standing_lines
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.money import InYuan, Money, positive_fen
from microloan.naming import refused_terms
from microloan.periods import asked_day, plain_date
from microloan.policy import Policy, Provision
from microloan.policy.rulebook import require_policy
from microloan.quotient import Quotient, require_ratio
from microloan.table import columns_of

_DAY: Final = timedelta(days=1)


def raise_cap(
    fund: GuaranteeFund,
    *,
    to: int,
    repayment_rate: Quotient,
    under: Policy,
    on: date,
    ref: str,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with a decision to stand behind more, through the end of the year.

    The rule is a permission "up to": the manager decides how far, once last calendar year's
    repayment rate by amount reached what the rule asks for (财金〔2020〕21号). Exactly reaching it
    is enough; where nothing fell due, nothing was reached.

    Args:
        fund: the fund.
        to: the multiple, above the ordinary cap and within what the rule allows.
        repayment_rate: what was measured; its numerator and denominator stay with the decision.
        under: the policy that allows it.
        on: the first day of the higher cap; it holds through 31 December of that year.
        ref: the voucher of the decision.
        booked_on: the day whose half-year carries it; by default ``on``.

    Raises:
        CapNotRaisable: the repayment rate was not reached, or the multiple is not between the
            ordinary cap and the highest.
        InvalidTerms: a repayment rate without its parts, such as a bare number, or no policy.
        NotInForce: no rule that raises the cap is known for that day.
        RefConflict: the voucher already stands for another decision.
    """
    require_policy(under)
    require_ratio(repayment_rate, "the repayment rate", "还款率")
    rule = under.raised_leverage_cap.at(plain_date(on, "a decision"))
    ordinary = under.leverage_cap.at(on).value
    if not repayment_rate.reaches(rule.value.repayment_rate):
        asked = f"{rule.value.repayment_rate * 100:f}%"
        raise CapNotRaisable(
            f"{fund.id}: {repayment_rate} ({repayment_rate.part} of {repayment_rate.whole}) does "
            f"not reach the {asked} of {rule}",
            zh=f"{fund.id}：{repayment_rate}（{repayment_rate.part}/{repayment_rate.whole}）"
            f"未达到 {asked}（{rule}）",
            value=repayment_rate.exact,
            limit=rule.value.repayment_rate,
        )
    if type(to) is not int or not ordinary < to <= rule.value.at_most:
        raise CapNotRaisable(
            f"{fund.id}: the cap may be raised from {ordinary} up to {rule.value.at_most} times, "
            f"not to {to!r} ({rule})",
            zh=f"{fund.id}：放大倍数可由 {ordinary} 倍提高至 {rule.value.at_most} 倍，"
            f"不能为 {to!r}",
            value=to,
            limit=rule.value.at_most,
        )
    return fund.with_entry(
        FundEntryKind.CAP_DECISION,
        on=on,
        ref=ref,
        booked_on=booked_on,
        multiple=to,
        until=date(on.year, 12, 31),
        part_fen=repayment_rate.part,
        whole_fen=repayment_rate.whole,
    )


def decision_in_force(entries: Iterable[FundEntry], *, under: Policy, on: date) -> FundEntry | None:
    """Return the decision that raises the cap on a day; ``None`` where the ordinary one holds.

    A decision holds from its day through its year, while a rule that allows it is in force; of
    several that of the latest day holds.

    Raises:
        InvalidTerms: no policy, or something that is no entry of a fund.
    """
    require_policy(under)
    day = asked_day(on)
    held = [line for line in _of(entries, FundEntryKind.CAP_DECISION) if _holds(line, day)]
    if not held or not isinstance(under.raised_leverage_cap.known(day), Provision):
        return None
    return max(held, key=lambda line: (line.on, line.number))


def cap_in_force(entries: Iterable[FundEntry], *, under: Policy, on: date) -> Provision[int]:
    """Return the multiple that caps a fund on a day: the fund's own decision, or the rule's.

    A decision counts up to what its rule allows on that day.

    Raises:
        NotInForce: the policy knows no cap on that day.
        InvalidTerms: no policy, or something that is no entry of a fund.
    """
    require_policy(under)
    ordinary = under.leverage_cap.at(asked_day(on))
    decision = decision_in_force(entries, under=under, on=on)
    if decision is None:
        return ordinary
    rule = under.raised_leverage_cap.at(on)
    measured = Quotient(name="还款率", part=decision.part_fen, whole=decision.whole_fen)
    return replace(
        rule.of(max(min(decision.multiple, rule.value.at_most), ordinary.value)),
        since=decision.on,
        clause=f"{rule.clause}；基金决定 {decision.ref}，{measured}",
    )


def cap_changes(
    entries: Iterable[FundEntry], *, under: Policy, since: date, until: date
) -> list[date]:
    """Return the days after the first and up to the last on which the cap may change, in order."""
    days = {*under.leverage_cap.changes(since, until)}
    days |= {*under.raised_leverage_cap.changes(since, until)}
    days |= {*under.exposure_basis.changes(since, until)}
    days |= decision_days(entries)
    return sorted(day for day in days if since < day <= until)


def decision_days(entries: Iterable[FundEntry]) -> set[date]:
    """Return the first day of each decision on the cap, and the first day on which it is over."""
    decisions = list(_of(entries, FundEntryKind.CAP_DECISION))
    over = {line.until + _DAY for line in decisions if line.until is not None}
    return {line.on for line in decisions} | over


def _holds(line: FundEntry, on: date) -> bool:
    return line.until is not None and line.on <= on <= line.until


@dataclass(frozen=True, slots=True, kw_only=True)
class SubLimit:
    """分项限额: a limit for a bank, a group of borrowers, or what is lent in a period.

    Args:
        ref: the voucher of the decision.
        amount_fen: the limit.
        lender: the bank it is for; empty for every one.
        group: the borrower group it is for; empty for every one.
        since: its first day.
        through: the last day of its period; ``None`` where it limits the exposure, for good.
    """

    ref: str
    amount_fen: int
    lender: str
    group: str
    since: date
    through: date | None

    amount = InYuan("amount_fen", "The limit, in yuan.")

    COLUMNS = columns_of("ref lender group limit=amount_fen since until=through")

    def matches(self, lender: str, groups: Iterable[str]) -> bool:
        """Tell whether a loan of a bank to a borrower of some groups counts under the limit."""
        return self.lender in {"", lender} and (not self.group or self.group in set(groups))


def set_sublimit(
    fund: GuaranteeFund,
    amount: Money,
    *,
    on: date,
    ref: str,
    lender: str = "",
    group: str = "",
    through: date | None = None,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with a limit for a bank, a group, or a period.

    Without a period it limits the exposure, from its day on. With one it limits what is lent from
    ``on`` through its last day, repaid or not. A limit of a later day for the same bank, group and
    period takes the place of the earlier one.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        InvalidTerms: neither a bank nor a group nor a period.
        InvalidDate: the period ends before it begins.
        RefConflict: the voucher already stands for another limit.
    """
    if not (lender or group or through):
        raise refused_terms("a sub-limit", "分项限额", "for all", "for a bank, a group or a period")
    return fund.with_entry(
        FundEntryKind.SUBLIMIT,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=positive_fen(amount, "a sub-limit"),
        lender=lender,
        groups=frozenset({group} - {""}),
        until=through,
    )


def sublimits(entries: Iterable[FundEntry], *, as_of: date) -> tuple[SubLimit, ...]:
    """Return the limits for parts that hold on a day, in the order of their first days.

    Raises:
        InvalidDate: no plain date.
        InvalidTerms: something that is no entry of a fund.
    """
    asked_day(as_of)
    held: dict[tuple[object, ...], SubLimit] = {}
    for line in sorted(_of(entries, FundEntryKind.SUBLIMIT), key=lambda line: line.on):
        over = line.until is not None and line.until < as_of
        if line.on <= as_of and not over:
            limit = _sublimit_of(line)
            period = limit.through and (limit.since, limit.through)
            held[limit.lender, limit.group, period] = limit
    return tuple(held.values())


def _sublimit_of(line: FundEntry) -> SubLimit:
    return SubLimit(
        ref=line.ref,
        amount_fen=line.amount_fen,
        lender=line.lender,
        group="".join(line.groups),
        since=line.on,
        through=line.until,
    )


def _of(entries: Iterable[FundEntry], *kinds: FundEntryKind) -> Iterator[FundEntry]:
    return (line for line in standing_lines(entries) if line.kind in kinds)
