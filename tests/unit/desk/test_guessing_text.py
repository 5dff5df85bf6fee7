"""Chinese that was read in the wrong encoding is noticed and understood; other text is left alone."""

from __future__ import annotations

import pytest

from gis_app.desk import guessing_text as text
from gis_app.desk.guessing import guess
from gis_app.exchange.raw import RawTable
from tests.unit.desk.guessing_county import county, table


@pytest.mark.parametrize(
    ("wrongly", "how"),
    [
        (lambda words: words.encode("gb18030").decode("latin-1"), "GBK 被当作西文读取"),
        (lambda words: words.encode("gb18030").decode("cp1252", "ignore"), "GBK 被当作西文读取"),
        (lambda words: words.encode("utf-8").decode("latin-1"), "UTF-8 被当作西文读取"),
        (lambda words: words.encode("utf-8").decode("gb18030", "ignore"), "UTF-8 被当作 GBK 读取"),
    ],
)
def test_garbled_chinese_is_noticed_and_understood(wrongly, how: str):
    given = table("grids", called={"grid_code": "网格编码", "name": "网格名称", "community_code": "社区编码"})
    clean = {name: list(values) for name, values in given.columns.items()}
    given.columns = {wrongly(name): [wrongly(value) for value in values] for name, values in clean.items()}
    guessed = guess([("data", given)], county(), "data.zip")
    assert guessed.garbling.how == how and how in guessed.notes[0]
    mended = text.mended(given, guessed.garbling)
    same = sum(a == b for a, b in zip(mended.columns.values(), clean.values(), strict=True))
    assert same >= 1 and guessed.layer == "grids"


@pytest.mark.parametrize("words", ["Straße", "Côte d’Azur", "网格", "東京", "plain", "Ünïcödé"])
def test_text_that_means_something_is_not_called_garbled(words: str):
    given = RawTable({"name": [words] * 5, words: ["一"] * 5}, [1, 2, 3, 4, 5], None, None)
    assert text.notice(given) is None
