"""The form of each value of a decree: which keys it has, and what is made of them."""

from datetime import date
from typing import Final

from microloan.category import LowProfit, Reference
from microloan.clauses import Opening
from microloan.penalty import Daily, Multiple
from microloan.policy.follow_up_rule import (
    BlacklistRule,
    Channel,
    GradeDays,
    OverdueBands,
    Rung,
)
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
from microloan.policy.reading import (
    code,
    decimal,
    fields,
    fraction,
    free_table,
    listed,
    number_or_zero,
    one_of,
    part,
    points,
    signed_number,
    small_number,
    whole_number,
    yuan,
    yuan_or_zero,
)
from microloan.policy.subsidy_rule import (
    After,
    Deadline,
    Level,
    RunningLoans,
    Shares,
    SubsidyShape,
    SubsidyTier,
)

_LONGEST_MONTH: Final = 31
_LPR: Final = (Reference.LPR_1Y, Reference.LPR_5Y)


def ceiling(value: object) -> Ceiling:
    """Return a ceiling: ``{ base }``, or ``{ per_head }`` of a partnership."""
    by_head = isinstance(value, dict) and "per_head" in value
    read = fields(
        value,
        needed={"per_head" if by_head else "base": yuan},
        optional={"groups": free_table(code, yuan), "schemes": free_table(code, yuan)}
        | ({"factor": fraction, "at_most": yuan} if by_head else {}),
    )
    return Ceiling(
        base_fen=read["per_head" if by_head else "base"],
        by_group_fen=read.get("groups", ()),
        by_scheme_fen=read.get("schemes", ()),
        by_head=by_head,
        factor=read.get("factor", fraction("1")),
        at_most_fen=read.get("at_most"),
    )


def rate_cap(value: object) -> RateCap:
    """Return a rate cap: ``{ reference, over }``, or ``{ free = true }``."""
    if value == {"free": True}:
        return RateCap()
    read = fields(
        value,
        needed={"reference": listed(one_of(Reference)), "over": points},
        optional={"beyond": one_of(Beyond)},
    )
    return RateCap(
        references=read["reference"],
        over=read["over"],
        beyond=read.get("beyond", Beyond.REFUSED),
    )


def tier(value: object) -> SubsidyTier:
    """Return one line of a subsidy rule: ``{ shape }`` and whom it is for."""
    read = fields(
        value,
        needed={"shape": one_of(SubsidyShape)},
        optional={
            "groups": listed(code),
            "low_profit": one_of(LowProfit),
            "principal_up_to": yuan,
            "times": fraction,
            "points": points,
            "at_most_points": points,
            "reference": _halved,
        },
    )
    shape = read["shape"]
    if (shape is SubsidyShape.FLAT) is not ("points" in read):
        raise ValueError("points and a flat shape go together")
    if (shape is SubsidyShape.HALF_REFERENCE) is not ("reference" in read):
        raise ValueError("a reference and half of it go together")
    if "principal_up_to" in read:
        read["principal_up_to_fen"] = read.pop("principal_up_to")
    if "reference" in read:
        read["references"] = read.pop("reference")
    return SubsidyTier(**read | {"groups": frozenset(read.get("groups", ()))})


def _day(value: object) -> date:
    if type(value) is not date:
        raise ValueError(f"a day is needed, got {value!r}")
    return value


def _halved(value: object) -> tuple[Reference, ...]:
    return _LPR if value == "lpr" else (Reference(value),)


def shares(value: object) -> Shares:
    """Return who bears the subsidy: ``{ central = "1/2", local = "1/2" }``."""
    if not isinstance(value, dict):
        raise TypeError(f"a table is needed, got {value!r}")
    parts = dict(value)
    not_for = listed(one_of(SubsidyShape))(parts.pop("not_for")) if "not_for" in parts else ()
    return Shares(parts=free_table(Level, fraction)(parts), not_for=frozenset(not_for))


def hired_ratio(value: object) -> HiredRatio:
    """Return a hired ratio: ``{ ratio, large, large_above }``."""
    needed = {"ratio": part, "large": part, "large_above": whole_number}
    return HiredRatio(**fields(value, needed=needed, optional={"window_months": small_number}))


def other_loans(value: object) -> OtherLoans:
    """Return which other loans count: ``{ look_back_years, exempt }``."""
    read = fields(
        value,
        needed={"look_back_years": number_or_zero, "exempt": listed(code)},
        optional={"consumer_up_to": yuan_or_zero},
    )
    read["consumer_up_to_fen"] = read.pop("consumer_up_to", 0)
    return OtherLoans(**read)


def extension(value: object) -> ExtensionRule:
    """Return an extension rule: ``{ times, months }``."""
    needed = {"times": small_number, "months": small_number}
    return ExtensionRule(**fields(value, needed=needed, optional={}))


def counter_guarantee(value: object) -> CounterGuarantee:
    """Return a counter-guarantee rule; one of its keys at least."""
    optional = {"at_most": part, "waived_up_to": yuan, "waived_for": listed(code)}
    read = fields(value, needed={}, optional=optional)
    if not read:
        raise ValueError("at least one of at_most, waived_up_to, waived_for is needed")
    read["waived_up_to_fen"] = read.pop("waived_up_to", 0)
    return CounterGuarantee(**read)


def deadline(value: object) -> Deadline:
    """Return a deadline: ``{ step, after }`` and one measure of time."""
    counted = {"workdays", "days", "months", "day"}
    read = fields(
        value,
        needed={"step": code, "after": one_of(After)},
        optional=dict.fromkeys(counted, small_number) | {"months_later": small_number},
    )
    if len(read.keys() & counted) != 1 or ("months_later" in read and "day" not in read):
        raise ValueError("one of workdays, days, months or day is needed")
    if read.get("day", 1) > _LONGEST_MONTH:
        raise ValueError("a day of a month is needed")
    return Deadline(**read)


def raised_cap(value: object) -> RaisedCap:
    """Return a raised cap: ``{ at_most, repayment_rate }``."""
    needed = {"at_most": whole_number, "repayment_rate": part}
    return RaisedCap(**fields(value, needed=needed, optional={}))


def claim_delay(value: object) -> ClaimDelay:
    """Return a claim delay: ``{ days, opening }`` or ``{ months }``."""
    read = fields(
        value,
        needed={},
        optional={"days": small_number, "opening": one_of(Opening), "months": small_number},
    )
    if read.keys() not in ({"days", "opening"}, {"months"}):
        raise ValueError("days and opening, or months are needed")
    return ClaimDelay(**read)


def loss_share(value: object) -> LossShare:
    """Return a lender's part of a loss: ``{ share }``."""
    read = fields(value, needed={"share": part}, optional={"up_to": yuan, "when": code})
    if "up_to" in read:
        read["up_to_fen"] = read.pop("up_to")
    return LossShare(**read)


def risk_reward(value: object) -> RiskReward:
    """Return a reward for a growing fund: ``{ growth, share }``."""
    return RiskReward(**fields(value, needed={"growth": part, "share": part}, optional={}))


def penalty_range(value: object) -> PenaltyRange:
    """Return a penalty range: ``{ daily }``, or ``{ lowest, highest }``."""
    if isinstance(value, dict) and value.keys() == {"daily"}:
        daily = Daily(decimal(value["daily"]))
        return PenaltyRange(lowest=daily, highest=daily)
    read = fields(value, needed={"lowest": decimal, "highest": decimal}, optional={})
    if read["lowest"] > read["highest"]:
        raise ValueError(f"{read['lowest']} is above {read['highest']}")
    return PenaltyRange(lowest=Multiple(read["lowest"]), highest=Multiple(read["highest"]))


def running_loans(value: object) -> RunningLoans:
    """Return a switch of running loans: ``{ rule_of }``."""
    return RunningLoans(**fields(value, needed={"rule_of": _day}, optional={}))


def rung(value: object) -> Rung:
    """Return a rung of the reminder ladder: ``{ days, channel }``."""
    needed = {"days": signed_number, "channel": one_of(Channel)}
    return Rung(**fields(value, needed=needed, optional={}))


def overdue_bands(value: object) -> OverdueBands:
    """Return the bands of days past due: ``[30, 60, 90]``."""
    return OverdueBands(last_days=listed(small_number)(value))


def grade_days(value: object) -> GradeDays:
    """Return the days of the grades: ``{ special_mention, substandard, doubtful }``."""
    needed = {
        "special_mention": number_or_zero,
        "substandard": small_number,
        "doubtful": small_number,
    }
    return GradeDays(
        **{"loss": None} | fields(value, needed=needed, optional={"loss": small_number})
    )


def blacklist_rule(value: object) -> BlacklistRule:
    """Return a rule of the blacklist: ``{ days, opening }``."""
    needed = {"days": small_number, "opening": one_of(Opening)}
    return BlacklistRule(**fields(value, needed=needed, optional={}))
