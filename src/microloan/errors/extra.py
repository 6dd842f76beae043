"""The refusal of a service whose library is not installed."""

from microloan.errors.refusal import MicroloanError


class ExtraMissing(MicroloanError, ImportError):
    """A table, chart or sheet needs a library that is not installed; the command is in the text."""

    code = "package.extra_missing"
