"""A policy value in words: what a rule book prints of it."""

from decimal import Decimal
from enum import Enum

from microloan.category import LowProfit
from microloan.money import from_fen, show
from microloan.policy.follow_up_rule import BlacklistRule, GradeDays, OverdueBands, Rung
from microloan.policy.fund_rule import ClaimDelay, LossShare, PenaltyRange, RaisedCap, RiskReward
from microloan.policy.lending import (
    Beyond,
    Ceiling,
    CounterGuarantee,
    ExtensionRule,
    HiredRatio,
    OtherLoans,
    RateCap,
)
from microloan.policy.subsidy_rule import Deadline, RunningLoans, Shares, SubsidyTier
from microloan.rate import show_rate


def in_words(value: object) -> str:
    """Return a policy value as a rule book prints it.

    >>> in_words(Ceiling(base_fen=5_000_000, by_group_fen=(("women", 8_000_000),)))
    '50,000.00, women 80,000.00'
    >>> in_words(Decimal("0.20"))
    '20 %'
    """
    match value:
        case tuple():
            return "; ".join(map(in_words, value))
        case Enum():
            return str(value.value).replace("_", " ")
        case Decimal():
            return show_rate(value)
        case Ceiling():
            return _ceiling(value)
        case RateCap():
            return _rate_cap(value)
        case SubsidyTier():
            return _tier(value)
        case Shares():
            return ", ".join(f"{level.value} {part}" for level, part in value.parts)
        case Deadline():
            return _deadline(value)
        case _:
            return _other(value)


def _other(value: object) -> str:
    match value:
        case HiredRatio():
            window = f", hired within {value.window_months} months" if value.window_months else ""
            large = f"{show_rate(value.large)} above {value.large_above} staff"
            return f"{show_rate(value.ratio)}, {large}{window}"
        case OtherLoans():
            back = f"in {value.look_back_years} years" if value.look_back_years else "open"
            consumer = (
                f", consumer up to {_yuan(value.consumer_up_to_fen)}"
                if value.consumer_up_to_fen
                else ""
            )
            return f"none {back} except {', '.join(value.exempt)}{consumer}"
        case ExtensionRule():
            return f"{_counted(value.times, 'time')}, {value.months} months at most"
        case CounterGuarantee():
            return _counter_guarantee(value)
        case RaisedCap():
            return (
                f"up to {value.at_most} from a repayment rate of {show_rate(value.repayment_rate)}"
            )
        case ClaimDelay():
            days = f"{in_words(value.opening)} {value.days} days past due"
            return _counted(value.months, "month") if value.months else days
        case LossShare():
            up_to = "" if value.up_to_fen is None else f" up to {_yuan(value.up_to_fen)}"
            when = f" ({value.when})" if value.when else ""
            return f"{show_rate(value.share)}{up_to}{when}"
        case RiskReward():
            return (
                f"{show_rate(value.share)} of new money if the fund grew {show_rate(value.growth)}"
            )
        case PenaltyRange() if value.lowest == value.highest:
            return str(value.lowest)
        case PenaltyRange():
            return f"{value.lowest} to {value.highest}"
        case RunningLoans():
            return f"loans signed before {value.rule_of} follow the rules of that day"
        case _:
            return _of_follow_up(value)


def _of_follow_up(value: object) -> str:
    match value:
        case Rung():
            return f"{value.days:+} {in_words(value.channel)}"
        case OverdueBands():
            return ", ".join(map(str, value.bands))
        case GradeDays():
            loss = "no loss by days" if value.loss is None else f"loss beyond {value.loss}"
            return (
                f"special mention beyond {value.special_mention}, substandard beyond "
                f"{value.substandard}, doubtful beyond {value.doubtful}, {loss}"
            )
        case BlacklistRule():
            return f"{in_words(value.opening)} {value.days} days past due"
        case _:
            return str(value)


def _yuan(amount: int) -> str:
    return show(from_fen(amount))


def _ceiling(value: Ceiling) -> str:
    heads = " per head" if value.by_head else ""
    others = "".join(
        f", {name} {_yuan(amount)}" for name, amount in (*value.by_group_fen, *value.by_scheme_fen)
    )
    factor = f", × {value.factor}" if value.factor != 1 else ""
    most = "" if value.at_most_fen is None else f", at most {_yuan(value.at_most_fen)}"
    return f"{_yuan(value.base_fen)}{heads}{others}{factor}{most}"


def _rate_cap(value: RateCap) -> str:
    if value.free:
        return "freely agreed"
    names = " or ".join(reference.value for reference in value.references)
    beyond = "" if value.beyond is Beyond.REFUSED else ", what lies above is not subsidized"
    return f"{names} + {show_rate(value.over)}{beyond}"


def _tier(value: SubsidyTier) -> str:
    low_profit = {LowProfit.YES: "low-profit trade", LowProfit.NO: "other trade"}
    whom = sorted(value.groups)
    if value.low_profit in low_profit:
        whom.append(low_profit[value.low_profit])
    if value.principal_up_to_fen is not None:
        whom.append(f"up to {_yuan(value.principal_up_to_fen)}")
    shape = value.shape.value.replace("_", " ")
    points = f" {show_rate(value.points)}" if value.points else ""
    times = f" × {value.times}" if value.times != 1 else ""
    of = f" ({' or '.join(one.value for one in value.references)})" if value.references else ""
    most = "" if value.at_most_points is None else f", at most {show_rate(value.at_most_points)}"
    return f"{shape}{points}{times}{of}{most}" + (f": {', '.join(whom)}" if whom else "")


def _deadline(value: Deadline) -> str:
    if value.day:
        step, later = value.step.replace("_", " "), _counted(value.months_later, "month")
        return f"{step} by day {value.day}, {later} after the {in_words(value.after)}"
    units = {"working day": value.workdays, "day": value.days, "month": value.months}
    amount = " ".join(_counted(number, unit) for unit, number in units.items() if number)
    return f"{value.step.replace('_', ' ')} {amount} after the {in_words(value.after)}"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _counter_guarantee(value: CounterGuarantee) -> str:
    parts = [
        *([] if value.at_most is None else [f"at most {show_rate(value.at_most)} of the loan"]),
        *([f"none up to {_yuan(value.waived_up_to_fen)}"] if value.waived_up_to_fen else []),
        *([f"none for {', '.join(value.waived_for)}"] if value.waived_for else []),
    ]
    return "; ".join(parts)
