"""Libraries that only some hosts install: loaded where they are used, and named if missing."""

from importlib import import_module
from typing import Any

from microloan.errors.extra import ExtraMissing


def load_extra(module: str, *, extra: str) -> Any:  # noqa: ANN401 — a library that is not always there
    """Return a library that an extra of this package brings.

    Args:
        module: the library, such as ``polars``.
        extra: the extra that installs it, such as ``frames``.

    Raises:
        ExtraMissing: it is not installed; the refusal names the command that installs it.

    >>> load_extra("decimal", extra="frames").__name__
    'decimal'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as missing:
        if not _is_part_of(missing.name, module):
            raise
        command = f"pip install 'microloan[{extra}]'"
        raise ExtraMissing(
            f"{module} is not installed: {command}",
            zh=f"未安装 {module}，请执行：{command}",
            value=module,
            limit=command,
        ) from missing


def _is_part_of(missing: str | None, module: str) -> bool:
    """Tell whether it is the library itself that is missing, not something inside it."""
    return missing is not None and (missing == module or module.startswith(f"{missing}."))
