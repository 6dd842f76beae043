"""The policies that the library ships: every region, group of places and local rule."""

from functools import lru_cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from microloan import policy
from microloan.policy import Policy, Region

NATIONAL = tuple(
    (region.value, region is Region.EAST and seven, poor, "")
    for region in (Region.CENTRAL, Region.WEST, Region.EAST)
    for seven in ((False, True) if region is Region.EAST else (False,))
    for poor in (False, True)
)
LOCAL = tuple(
    (region, False, False, name)
    for region, names in (
        ("east", ("huaian", "qingdao", "weihai2017", "zhejiang")),
        ("central", ("jilin2023", "zhengzhou")),
        ("west", ("sichuan2025", "urumqi", "yunnan2025")),
    )
    for name in names
)
"""Each local rule with the region of its county; a test compares them with the files."""


def policies(*, local: bool = True) -> SearchStrategy[Policy]:
    """Draw policies that the library ships; the simplest is that of the central region.

    Args:
        local: whether local rules are drawn too.
    """
    places = NATIONAL + LOCAL if local else NATIONAL
    return st.sampled_from(places).map(_loaded)


@lru_cache(maxsize=32)
def _loaded(place: tuple[str, bool, bool, str]) -> Policy:
    """Return a policy; each is read once, since reading takes longer than drawing hundreds."""
    region, seven_eastern, poor_area, name = place
    return policy.load(
        "cn",
        region=region,
        seven_eastern=seven_eastern,
        poor_area=poor_area,
        overlay=name or None,
    )


def central_policy() -> Policy:
    """Return the policy of the central region, under which a book is drawn by default."""
    return _loaded(NATIONAL[0])
