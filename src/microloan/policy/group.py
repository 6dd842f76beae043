"""人员类别: the codes of borrower groups with their Chinese and English names."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class BorrowerGroup:
    """A borrower group that some shipped rule names; a place may have others of its own.

    Args:
        code: the code that a category lists.
        zh: what the decrees call it.
        en: the same in English.
        since: the key of the national decree that first names it; empty for a local group.
    """

    code: str
    zh: str
    en: str
    since: str

    @property
    def local(self) -> bool:
        """Tell whether only local rules name it."""
        return not self.since


def borrower_groups() -> dict[str, BorrowerGroup]:
    """Return the groups by their code, in the order in which the nation named them.

    >>> borrower_groups()["returning_migrant"].zh
    '返乡创业农民工'
    """
    text = files("microloan.policy").joinpath("groups.toml").read_text(encoding="utf-8")
    return {
        code: BorrowerGroup(code=code, zh=names["zh"], en=names["en"], since=names.get("since", ""))
        for code, names in tomllib.loads(text).items()
    }
