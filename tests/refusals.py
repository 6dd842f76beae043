"""What every refusal must carry; a test says which refusal it expects and why."""

import re
from contextlib import contextmanager

import pytest

from microloan import MicroloanError


@contextmanager
def refused(error, code, *, value, limit, says=""):
    """Expect one refusal: its very class, its code, the value, the limit, part of its words."""
    with pytest.raises(MicroloanError) as caught:
        yield caught
    refusal = caught.value
    assert (type(refusal), refusal.code) == (error, code)
    assert type(refusal.value) is type(value)
    assert refusal.value is value or refusal.value == value
    assert refusal.limit == limit
    assert says in str(refusal)
    assert re.search("[\u4e00-\u9fff]", refusal.zh)
