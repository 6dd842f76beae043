"""What the options of a command line choose: the rules of a place, and a fund's room under them."""

from argparse import Namespace
from pathlib import Path

from microloan import policy
from microloan.policy import Policy


def policy_of(options: Namespace) -> Policy:
    """Return the policy of the place that was named.

    Raises:
        UnknownRegion: a place that lies nowhere, or a local rule that is not shipped.
        InvalidPolicy: a file that cannot be read, or breaks its form.
    """
    overlay: str | Path | None = options.overlay
    if overlay is not None and str(overlay).endswith(".toml"):
        overlay = Path(overlay)
    return policy.load(
        "cn",
        region=options.region,
        seven_eastern=options.seven_eastern,
        poor_area=options.poor_area,
        overlay=overlay,
        lpr=options.lpr,
    )
