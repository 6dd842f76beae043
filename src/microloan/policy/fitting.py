"""Which line of a subsidy rule fits a borrower, and which facts it asks for."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from microloan.category import Category, LowProfit
from microloan.errors import CategoryNeeded
from microloan.policy.provision import Provision
from microloan.policy.subsidy_rule import SubsidyTier


def fitting_tier(
    found: Provision[tuple[SubsidyTier, ...]], category: Category, principal_fen: int
) -> SubsidyTier:
    """Return the first line of a rule that fits a borrower and an amount.

    A fact that the category does not state is asked for only where another answer could follow.

    Raises:
        CategoryNeeded: the rule asks for a fact that the category does not state.
    """
    asked: list[tuple[SubsidyTier, CategoryNeeded]] = []
    for tier in found.value:
        try:
            fits = _fits(tier, category, principal_fen, found)
        except CategoryNeeded as unknown:
            asked.append((tier, unknown))
            continue
        if fits:
            return _whatever_is_stated(asked, tier)
    raise asked[0][1] if asked else category_needed("the borrower's group", "人员类别", found)


def _whatever_is_stated(
    asked: Sequence[tuple[SubsidyTier, CategoryNeeded]], fitting: SubsidyTier
) -> SubsidyTier:
    """Return the line that fits, unless a fact that is not stated could lead to another one."""
    up_to = fitting.principal_up_to_fen
    for tier, unknown in asked:
        same = replace(tier, groups=fitting.groups, low_profit=fitting.low_profit)
        if replace(same, principal_up_to_fen=up_to) != fitting:
            raise unknown
    return fitting


def _fits(tier: SubsidyTier, category: Category, principal: int, found: Provision[Any]) -> bool:
    if tier.principal_up_to_fen is not None and principal > tier.principal_up_to_fen:
        return False
    if tier.low_profit is not LowProfit.NOT_STATED:
        if category.low_profit is LowProfit.NOT_STATED:
            raise category_needed("whether the trade is a low-profit one", "是否微利项目", found)
        if tier.low_profit is not category.low_profit:
            return False
    if tier.groups and not category.groups:
        raise category_needed("the borrower's group", "人员类别", found)
    return not tier.groups or bool(tier.groups & category.groups)


def category_needed(what: str, zh: str, rule: Provision[Any]) -> CategoryNeeded:
    """Return the refusal of a rule that needs a fact which the category lacks."""
    return CategoryNeeded(
        f"{rule.decree} asks for {what}, which the category does not state",
        zh=f"{rule.decree} 需要{zh}，贷款要素中未载明",
        value=None,
        limit=what,
    )
