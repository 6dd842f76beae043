"""What penalty a contract may agree, and what that makes over time."""

from collections.abc import Mapping
from decimal import Decimal

from microloan.dated import Dated
from microloan.errors import NotInForce, PenaltyOutOfRange
from microloan.penalty import PenaltyRate
from microloan.policy.provision import PenaltyRange, Provision
from microloan.rate import exact_rate


def agree_penalty(
    ranges: Mapping[str, Dated[Provision[PenaltyRange]]], breach: str, multiple: Decimal
) -> Dated[PenaltyRate]:
    """Return the penalty for a breach over time where a contract agrees a multiple of its rate.

    Raises:
        PenaltyOutOfRange: the multiple lies outside what the rules of some time allow.
        NotInForce: the policy knows no penalty for the breach.
    """
    if breach not in ranges:
        raise NotInForce(
            f"the policy knows no penalty for {breach}",
            zh="政策中没有罚息规定",
            value=breach,
            limit=sorted(ranges),
        )
    exact_rate(multiple)
    values = tuple(
        (since, _agreed(rule, breach, multiple)) for since, rule in ranges[breach].values
    )
    return Dated(f"{breach} penalty", values)


def _agreed(rule: Provision[PenaltyRange], breach: str, multiple: Decimal) -> PenaltyRate:
    agreed = rule.value.agreed(multiple)
    if agreed is None:
        lowest, highest = rule.value.lowest, rule.value.highest
        raise PenaltyOutOfRange(
            f"{rule.decree} allows {lowest} to {highest} for {breach}, got {multiple}",
            zh=f"{rule.decree} 规定的罚息倍数为 {lowest} 至 {highest}，实为 {multiple}",
            value=multiple,
            limit=(lowest, highest),
        )
    return agreed
