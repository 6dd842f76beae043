"""The law as dated data: a file for each decree, joined into a line for each measure."""

from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from microloan.category import BorrowerKind
from microloan.dated import Dated
from microloan.errors import InvalidPolicy, UnknownRegion
from microloan.policy.decree import Decree, read_decree
from microloan.policy.provision import (
    Ceiling,
    Evidence,
    PenaltyRange,
    Provision,
    SubsidyShape,
    SubsidyTier,
)
from microloan.policy.rulebook import Policy, Region
from microloan.policy.series import Benchmark, load_benchmark, load_prime_rate

__all__ = [
    "Benchmark",
    "Ceiling",
    "Evidence",
    "PenaltyRange",
    "Policy",
    "Provision",
    "Region",
    "SubsidyShape",
    "SubsidyTier",
    "join_decrees",
    "load",
    "read_decree",
]


def load(country: str, *, region: str) -> Policy:
    """Return the policy shipped with the library for a region.

    Args:
        country: ``"cn"``.
        region: ``"east"``, ``"central"`` or ``"west"``.

    Raises:
        UnknownRegion: another country or region.
        InvalidPolicy: a file that breaks its form.

    >>> load("cn", region="central").leverage_cap.at(date(2011, 6, 30)).value
    5
    """
    known = {place.value: place for place in Region}
    if country != "cn" or region not in known:
        raise UnknownRegion(
            f"there is no policy for {country!r}, {region!r}; "
            f"shipped are 'cn' with {sorted(known)}",
            zh=f"没有 {country!r}、{region!r} 的政策文件",
            value=(country, region),
            limit=sorted(known),
        )
    shipped = sorted(
        (
            file
            for file in files(__name__).joinpath(country).iterdir()
            if file.name.endswith(".toml")
        ),
        key=lambda file: file.name,
    )
    decrees = [read_decree(file.read_text(encoding="utf-8"), file=file.name) for file in shipped]
    return join_decrees(decrees, region=known[region])


def join_decrees(decrees: Iterable[Decree], *, region: Region) -> Policy:
    """Return the policy that decrees make together: each measure one line of dated values.

    Raises:
        InvalidPolicy: two decrees set the same measure from the same day, or none sets the leverage
            cap.
    """
    lines: dict[str, dict[date, Provision[Any]]] = {}
    for decree in decrees:
        for measure, provisions in decree.provisions.items():
            for provision in provisions:
                line = lines.setdefault(measure, {})
                if provision.since in line:
                    raise _overlap(measure, provision, line[provision.since])
                line[provision.since] = provision
    dated = {
        measure: Dated(measure, tuple(sorted(line.items()))) for measure, line in lines.items()
    }
    if "leverage_cap" not in dated:
        raise InvalidPolicy(
            "no decree sets leverage_cap",
            zh="没有政策规定放大倍数",
            value=sorted(dated),
            limit="leverage_cap",
        )
    return Policy(
        region=region,
        leverage_cap=dated["leverage_cap"],
        ceiling=_by_kind(dated, "ceiling"),
        subsidized_months=_by_kind(dated, "subsidized_months"),
        subsidy=_by_kind(dated, "subsidy"),
        penalty=MappingProxyType(
            {
                breach: dated[f"{breach}_penalty"]
                for breach in ("overdue", "misuse")
                if f"{breach}_penalty" in dated
            }
        ),
        benchmark=load_benchmark(),
        lpr_1y=load_prime_rate("lpr_1y"),
        lpr_5y=load_prime_rate("lpr_5y"),
    )


def _overlap(measure: str, one: Provision[Any], other: Provision[Any]) -> InvalidPolicy:
    return InvalidPolicy(
        f"{measure}: {one.decree} and {other.decree} both set a value from {one.since}",
        zh=f"{measure}：{one.decree} 与 {other.decree} 自 {one.since} 起重复规定",
        value=one.since,
        limit=measure,
    )


def _by_kind(dated: Mapping[str, Dated[Any]], name: str) -> Mapping[BorrowerKind, Dated[Any]]:
    lines = {kind: dated.get(f"{name}.{kind.value}") for kind in BorrowerKind}
    return MappingProxyType({kind: line for kind, line in lines.items() if line is not None})
