"""The law as dated data: a file for each decree, joined into a line for each measure."""

from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from microloan.errors import InvalidPolicy, UnknownRegion
from microloan.policy.decree import Decree, Rule, read_decree
from microloan.policy.follow_up_rule import (
    BlacklistRule,
    Channel,
    GradeDays,
    OverdueBand,
    OverdueBands,
    Rung,
)
from microloan.policy.fund_rule import (
    ClaimDelay,
    ExposureBasis,
    LossShare,
    PenaltyRange,
    RaisedCap,
    RiskReward,
)
from microloan.policy.group import BorrowerGroup, borrower_groups
from microloan.policy.joining import join_lines
from microloan.policy.lending import (
    Beyond,
    Ceiling,
    CounterGuarantee,
    ExtensionRule,
    GuaranteeWithSubsidy,
    HiredRatio,
    OtherLoans,
    RateCap,
)
from microloan.policy.measures import MEASURES, Measure
from microloan.policy.place import Place, Region
from microloan.policy.provision import ByKind, Evidence, Gap, Line, Provision
from microloan.policy.reference_rates import ReferenceRates
from microloan.policy.rulebook import Policy
from microloan.policy.series import (
    Benchmark,
    OldPrimeRate,
    load_benchmark,
    load_old_prime_rate,
    load_prime_rates,
)
from microloan.policy.sheet import RuleChange, in_force
from microloan.policy.subsidy_rule import (
    After,
    Deadline,
    Level,
    PaymentMode,
    RunningLoans,
    Shares,
    SubsidyShape,
    SubsidyTier,
)
from microloan.policy.wording import in_words

__all__ = [
    "MEASURES",
    "After",
    "Benchmark",
    "Beyond",
    "BlacklistRule",
    "BorrowerGroup",
    "ByKind",
    "Ceiling",
    "Channel",
    "ClaimDelay",
    "CounterGuarantee",
    "Deadline",
    "Decree",
    "Evidence",
    "ExposureBasis",
    "ExtensionRule",
    "Gap",
    "GradeDays",
    "GuaranteeWithSubsidy",
    "HiredRatio",
    "Level",
    "Line",
    "LossShare",
    "Measure",
    "OldPrimeRate",
    "OtherLoans",
    "OverdueBand",
    "OverdueBands",
    "PaymentMode",
    "PenaltyRange",
    "Place",
    "Policy",
    "Provision",
    "RaisedCap",
    "RateCap",
    "ReferenceRates",
    "Region",
    "RiskReward",
    "Rule",
    "RuleChange",
    "Rung",
    "RunningLoans",
    "Shares",
    "SubsidyShape",
    "SubsidyTier",
    "borrower_groups",
    "in_force",
    "in_words",
    "join_decrees",
    "load",
    "overlays",
    "read_decree",
    "shipped_decrees",
]


def load(
    country: str,
    *,
    region: str,
    seven_eastern: bool = False,
    poor_area: bool = False,
    overlay: str | Path | None = None,
    lpr: str | Path | None = None,
) -> Policy:
    """Return the policy shipped with the library for a place.

    Args:
        country: ``"cn"``.
        region: ``"east"``, ``"central"`` or ``"west"``.
        seven_eastern: whether the place lies in one of the seven eastern provinces.
        poor_area: whether it is a poor county or area.
        overlay: a local rule laid over the national ones: the name of a shipped one, such as
            ``"qingdao"``, or the path of a file of one's own.
        lpr: the path of a CSV ``from,lpr_1y,lpr_5y`` with newer prime rates, in percent.

    Raises:
        UnknownRegion: another country or region, or no such overlay.
        InvalidPolicy: a file that breaks its form; the message names file and key.

    >>> from datetime import date
    >>> load("cn", region="central").leverage_cap.at(date(2011, 6, 30)).value
    5
    """
    known = [place.value for place in Region]
    if country != "cn" or region not in known:
        raise UnknownRegion(
            f"there is no policy for {country!r}, {region!r}; "
            f"shipped are 'cn' with {sorted(known)}",
            zh=f"没有 {country!r}、{region!r} 的政策文件",
            value=(country, region),
            limit=sorted(known),
        )
    place = Place(region=Region(region), seven_eastern=seven_eastern, poor_area=poor_area)
    local = None if overlay is None else _overlay(overlay)
    newer = "" if lpr is None else _text(Path(lpr))
    return join_decrees(shipped_decrees(), place=place, overlay=local, newer_lpr=newer)


def shipped_decrees() -> tuple[Decree, ...]:
    """Return the national decrees shipped with the library, by the day they were issued."""
    decrees = [
        read_decree(file.read_text(encoding="utf-8"), file=file.name)
        for file in _files("cn").values()
    ]
    return tuple(sorted(decrees, key=lambda decree: (decree.issued, decree.key)))


def overlays() -> tuple[str, ...]:
    """Return the names of the shipped local rules.

    >>> "qingdao" in overlays()
    True
    """
    return tuple(_files("cn/local"))


def join_decrees(
    decrees: Iterable[Decree],
    *,
    place: Place,
    overlay: Decree | None = None,
    newer_lpr: str = "",
) -> Policy:
    """Return the policy that decrees make together for a place.

    Args:
        decrees: the national ones.
        place: where.
        overlay: a local rule laid over them.
        newer_lpr: a CSV text with newer prime rates.

    Raises:
        InvalidPolicy: two values of one measure on one day, days without a value or a declared gap,
            or a local rule that is not for the region.
    """
    if overlay is not None and overlay.regions and place.region not in overlay.regions:
        raise InvalidPolicy(
            f"{overlay.number} is no rule of a county in the region {place.region.value!r}",
            zh=f"{overlay.number} 不适用于该地区",
            value=place.region.value,
            limit=sorted(region.value for region in overlay.regions),
        )
    one_year, five_years = load_prime_rates(newer_lpr)
    rates = ReferenceRates(
        benchmark=load_benchmark(),
        lpr_old=load_old_prime_rate(),
        lpr_1y=one_year,
        lpr_5y=five_years,
    )
    lines = join_lines(decrees, place, overlay)
    return Policy(place=place, rates=rates, **lines)


def _overlay(name: str | Path) -> Decree:
    if isinstance(name, Path):
        return read_decree(_text(name), file=name.name)
    shipped = _files("cn/local")
    if not isinstance(name, str) or name not in shipped:
        raise UnknownRegion(
            f"no local rule is shipped as {name!r}; shipped are {sorted(shipped)}",
            zh=f"没有名为 {name!r} 的地方政策文件",
            value=name,
            limit=sorted(shipped),
        )
    return read_decree(shipped[name].read_text(encoding="utf-8"), file=f"{name}.toml")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidPolicy(
            f"{path.name}: the file: {fault}",
            zh=f"{path.name}：文件无法读取",
            value=path.name,
            limit="a readable file in UTF-8",
        ) from fault


def _files(folder: str) -> dict[str, Traversable]:
    listed = [
        file for file in files(__name__).joinpath(folder).iterdir() if file.name.endswith(".toml")
    ]
    return {file.name.removesuffix(".toml"): file for file in sorted(listed, key=lambda f: f.name)}
