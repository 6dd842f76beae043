"""What penalty a contract may agree, and what that makes over time."""

from decimal import Decimal

from microloan.dated import Dated
from microloan.errors import NotInForce, PenaltyOutOfRange
from microloan.penalty import PenaltyRate
from microloan.policy.fund_rule import PenaltyRange
from microloan.policy.provision import Line, Provision
from microloan.rate import exact_rate


def agree_penalty(line: Line[PenaltyRange], multiple: Decimal) -> Dated[PenaltyRate]:
    """Return the penalty for a breach over time where a contract agrees a multiple of its rate.

    Raises:
        PenaltyOutOfRange: the multiple lies outside what the rules of some time allow.
        NotInForce: the policy knows no penalty for the breach.
    """
    exact_rate(multiple)
    known = [(since, rule) for since, rule in line.values if isinstance(rule, Provision)]
    if not known:
        raise NotInForce(
            f"the policy knows no {line.name}",
            zh="政策中没有罚息规定",
            value=line.name,
            limit="a policy that sets it",
        )
    values = tuple((since, _agreed(rule, line.name, multiple)) for since, rule in known)
    return Dated(line.name.replace("_", " "), values)


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
