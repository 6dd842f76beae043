"""What Hypothesis calls when it is imported: the strategies of microloan's types, found when asked.

Every ``import hypothesis`` of an environment with this library runs :func:`introduce`, also in
projects that use neither of the two together. So the module imports nothing, and cannot raise.
``HYPOTHESIS_NO_PLUGINS=1`` keeps Hypothesis from calling it.
"""

from typing import Any

_OURS = "microloan."


def introduce() -> None:
    """Let ``from_type(Loan)`` and ``@given(...)`` know how microloan's types are drawn.

    Hypothesis keeps a table of packages that know their own types; it is asked only for types that
    nobody registered, so that a strategy of the host's goes before ours. Where a version has no
    such table, the types are registered one by one, which imports them.
    """
    try:
        from hypothesis.strategies._internal import types  # noqa: PLC0415 — Hypothesis is loading

        types._global_extra_lookup["microloan"] = drawn  # noqa: SLF001 — as it does for NumPy
    except Exception:  # noqa: BLE001 — nobody's import of Hypothesis may fail for our sake
        _register_each()


def drawn(asked: object) -> Any:  # noqa: ANN401 — a strategy, whose type is not imported here
    """Return the strategy of one of microloan's types; ``None`` for anything else."""
    home = getattr(asked, "__module__", None)  # a class made by hand may have none
    if not isinstance(asked, type) or not isinstance(home, str) or not home.startswith(_OURS):
        return None
    from microloan.strategies.registered import strategy_of  # noqa: PLC0415 — loads the nouns

    return strategy_of(asked)


def _register_each() -> None:
    try:
        from microloan.strategies.registered import register_all  # noqa: PLC0415 — loads the nouns

        register_all()
    except Exception:  # noqa: BLE001 — as above: without strategies, but without harm
        return
