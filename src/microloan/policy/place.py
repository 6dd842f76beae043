"""Where a rule holds: the region, and the two groups of places with rules of their own."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from microloan.errors import UnknownRegion


class Region(Enum):
    """The ministry's three groups of provinces; not a matter of geography (河北 is central)."""

    EAST = "east"
    CENTRAL = "central"
    WEST = "west"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """地区: what the rules ask about a county.

    Args:
        region: its group of provinces.
        seven_eastern: whether it lies in one of the seven eastern provinces 东部七省市, which paid
            the subsidies of individuals themselves from 2008 to 2013 (辽宁 is none of them).
        poor_area: whether it is a poor county or lies in one of the fourteen areas
            贫困地区 (today 脱贫地区).

    Raises:
        UnknownRegion: one of the seven eastern provinces outside the east.
    """

    region: Region
    seven_eastern: bool = False
    poor_area: bool = False

    def __post_init__(self) -> None:
        """Refuse a place that lies nowhere."""
        if self.seven_eastern and self.region is not Region.EAST:
            raise UnknownRegion(
                f"the seven eastern provinces lie in the east, not in {self.region.value!r}",
                zh="东部七省市只在东部",
                value=self.region.value,
                limit=Region.EAST.value,
            )

    def rank(self, where: frozenset[str]) -> int | None:
        """Return how closely a rule for some places is meant for this one; ``None``: it is not.

        A rule for poor areas goes before one for the seven eastern provinces, that before one for
        a region, that before one for everywhere.
        """
        if not where:
            return 0
        mine = [
            (self.region.value, 1),
            *([("seven_eastern", 2)] if self.seven_eastern else []),
            *([("poor_area", 3)] if self.poor_area else []),
        ]
        return max((rank for name, rank in mine if name in where), default=None)


PLACES: Final = frozenset({*(region.value for region in Region), "seven_eastern", "poor_area"})
"""What a rule may name as the places it holds for."""
