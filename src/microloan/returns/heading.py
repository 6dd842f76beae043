"""人员类别栏: the headings under which a return sorts borrowers, and whom each takes in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from microloan.category import BorrowerKind, Category
from microloan.naming import is_code, refused_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One heading of a return.

    Args:
        zh: the heading as it is printed.
        codes: the borrower groups that it takes in; see :func:`microloan.policy.borrower_groups`.

    Raises:
        InvalidTerms: no printed heading, or no set of codes.
    """

    zh: str
    codes: frozenset[str]

    def __post_init__(self) -> None:
        """Refuse a heading that says nothing, or takes in what is no group."""
        if not isinstance(self.zh, str) or not self.zh.strip():
            raise refused_terms("a heading", "人员类别栏", self.zh, "a text")
        if not isinstance(self.codes, frozenset) or not all(map(is_code, self.codes)):
            raise refused_terms(
                "the codes of a heading", "人员类别代码", self.codes, "a frozenset of codes"
            )


def _heading(zh: str, *codes: str) -> Heading:
    return Heading(zh=zh, codes=frozenset(codes))


HEADINGS: Final = (
    _heading("城镇登记失业人员", "registered_unemployed"),
    _heading("就业困难人员（含残疾人）", "hard_to_employ", "disabled", "zero_employment_household"),
    _heading("退役军人", "veteran"),
    _heading("刑满释放人员", "released_prisoner"),
    _heading(
        "高校毕业生（含大学生村官和留学回国学生）",
        "graduate",
        "village_official",
        "returned_student",
    ),
    _heading("化解过剩产能企业职工和失业人员", "capacity_cut_worker"),
    _heading("返乡创业农民工", "returning_migrant"),
    _heading("网络商户", "online_shop"),
    _heading("脱贫人口（建档立卡）", "lifted_from_poverty", "registered_poor"),
    _heading("农村自主创业农民", "rural_founder"),
)
"""The groups of the subsidy rules since 2016 (财金〔2023〕75号); older forms had others."""
OTHERS: Final = "其他人员"
ENTERPRISES: Final = "小微企业"
WOMEN: Final = Heading(zh="其中：妇女", codes=frozenset({"women", "rural_women"}))
"""A cross-cut of the total, no group beside the others."""


def heading_of(category: Category, headings: Sequence[Heading]) -> str:
    """Return the one heading under which a loan is counted.

    An enterprise is apart. A borrower of several groups stands under the first heading that takes
    one of them in, so that no loan is counted twice; one of none stands under 其他人员.
    """
    if category.kind is BorrowerKind.ENTERPRISE:
        return ENTERPRISES
    for heading in headings:
        if heading.codes & category.groups:
            return heading.zh
    return OTHERS


def checked_headings(headings: Iterable[Heading]) -> tuple[Heading, ...]:
    """Return headings, if no two say the same or take in one group.

    Raises:
        InvalidTerms: something that is no heading, or a name or a group under two of them.
    """
    given = tuple(headings) if isinstance(headings, Iterable) else (headings,)
    if not all(isinstance(one, Heading) for one in given):
        raise refused_terms("the headings", "人员类别栏", headings, "several Heading")
    names = [one.zh for one in given] + [OTHERS, ENTERPRISES, WOMEN.zh]
    codes = [code for one in given for code in one.codes]
    for listed in (names, codes):
        twice = sorted({one for one in listed if listed.count(one) > 1})
        if twice:
            raise refused_terms("the headings", "人员类别栏", twice, "each name and group once")
    return given
