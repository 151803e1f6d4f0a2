"""Every closed word of every case of every format, replaced alone and all at once by one that is on no list: no row may vanish."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_words import landing, vanished

pytestmark = pytest.mark.drill


@pytest.mark.parametrize("name", sorted({p.parent.name for p in landing()}))
def test_no_word_of_any_case_makes_a_row_vanish(name: str, tmp_path: Path) -> None:
    assert vanished([p for p in landing() if p.parent.name == name], None, tmp_path) == []
