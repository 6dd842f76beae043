"""图表文件: a chart as one HTML page or one SVG, neither of which loads anything from a network."""

import json
from html import escape
from pathlib import Path
from typing import Any, Final, Protocol

from microloan.charts.ink import load_altair
from microloan.charts.leverage_steps import READINGS
from microloan.extra import load_extra
from microloan.naming import refused_terms

_ELSEWHERE: Final = ("https://vega.github.io", "https://github.com")
"""Addresses in the drawing program itself: a name of its format, an editor, a remark."""
_RENDERER: Final = "microloan_svg"
_OPTIONS: Final = {
    "mode": "vega-lite",
    "renderer": "svg",
    "actions": {"export": True, "source": False, "compiled": False, "editor": False},
}
_PAGE: Final = """<!DOCTYPE html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<script>{program}</script>
</head>
<body>
<div id="chart"></div>
<script>
vegaEmbed("#chart", {chart}, {options});
</script>
</body>
</html>
"""


class Drawn(Protocol):
    """A chart: what Altair returns."""

    def to_dict(self) -> dict[str, Any]:
        """Return the chart as plain data."""
        ...


def save_html(chart: Drawn, path: Path | str) -> Path:
    """Write a chart as one HTML page with everything in it, tooltips too, and return where.

    The page loads nothing: it is read on a closed network as well. It takes about a megabyte.

    Args:
        chart: a chart of this package, or one made of several of them.
        path: the file.

    Raises:
        InvalidTerms: no chart.
        ExtraMissing: vl-convert is not installed.
    """
    drawn = _as_data(chart)
    convert = load_extra("vl_convert", extra="charts")
    program = convert.javascript_bundle("globalThis.vegaEmbed = vegaEmbed;", _version(drawn))
    for address in _ELSEWHERE:
        program = program.replace(address, "")
    page = _PAGE.format(
        title=escape(_title(drawn)),
        program=program.replace("</script", "<\\/script"),
        chart=_inside_script(_without_schema(drawn)),
        options=_inside_script(_OPTIONS),
    )
    return _written(path, page)


def save_svg(chart: Drawn, path: Path | str) -> Path:
    """Write a chart as an SVG for a page or a report, and return where.

    Args:
        chart: a chart of this package, or one made of several of them.
        path: the file.

    Raises:
        InvalidTerms: no chart.
        ExtraMissing: vl-convert is not installed.
    """
    return _written(path, _svg_of(_as_data(chart)))


def render_as_svg() -> None:
    """Let notebooks show charts as SVG from now on, which needs no network and is kept on paper.

    Without it a notebook shows what Altair is set to show; its own default loads a program from
    the network.

    Raises:
        ExtraMissing: Altair or vl-convert is not installed.
    """
    load_extra("vl_convert", extra="charts")
    renderers = load_altair().renderers
    renderers.register(_RENDERER, _rendered)
    renderers.enable(_RENDERER)


def _rendered(drawn: dict[str, Any], **_: object) -> dict[str, str]:
    """Return what a notebook keeps of a chart: the picture, and a word for a terminal."""
    return {"image/svg+xml": _svg_of(drawn), "text/plain": _title(drawn)}


def _svg_of(drawn: dict[str, Any]) -> str:
    convert = load_extra("vl_convert", extra="charts")
    svg: str = convert.vegalite_to_svg(_on_paper(drawn), _version(drawn))
    return svg


def _as_data(chart: Drawn) -> dict[str, Any]:
    drawn = chart.to_dict() if hasattr(chart, "to_dict") else None
    if not isinstance(drawn, dict) or not isinstance(drawn.get("$schema"), str):  # a frame has none
        raise refused_terms("what is saved", "所存图表", type(chart).__name__, "a chart")
    return drawn


def _version(drawn: dict[str, Any]) -> str:
    """Return the version of the chart's format, such as ``6.4``, by the name of its schema."""
    name = drawn["$schema"].rpartition("/v")[2]
    return ".".join(name.split(".")[:2])


def _without_schema(drawn: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in drawn.items() if name != "$schema"}


def _on_paper(drawn: Any) -> Any:
    """Return a chart without the layers that only answer a pointer, and without tooltips."""
    if isinstance(drawn, list):
        return [_on_paper(part) for part in drawn if not _is_reading(part)]
    if isinstance(drawn, dict):
        return {
            name: part if name == "datasets" else _on_paper(part)
            for name, part in drawn.items()
            if name != "tooltip"
        }
    return drawn


def _is_reading(part: Any) -> bool:
    return isinstance(part, dict) and str(part.get("name", "")).startswith(READINGS)


def _title(drawn: dict[str, Any]) -> str:
    title = drawn.get("title", "")
    return str(title.get("text", "")) if isinstance(title, dict) else str(title)


def _inside_script(data: Any) -> str:
    """Return data as JSON that cannot end the script it stands in."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _written(path: Path | str, text: str) -> Path:
    file = Path(path)
    file.write_text(text, encoding="utf-8")
    return file
