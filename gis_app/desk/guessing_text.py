"""Chinese that was read in the wrong encoding: notice it, and say what was meant.

Three ways are common: GBK read as Latin ("Íø¸ñ"), UTF-8 read as Latin ("ç½‘æ ¼"), UTF-8 read as GBK
("缃戞牸"). Text that means something as it stands is never touched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from gis_app.exchange.raw import RawTable

# how it was read wrongly -> (encodings to go back by, encoding to read it in)
_WAYS = {
    "GBK 被当作西文读取": (("cp1252", "latin-1"), "gb18030"),
    "UTF-8 被当作西文读取": (("cp1252", "latin-1"), "utf-8"),
    "UTF-8 被当作 GBK 读取": (("gb18030",), "utf-8"),
}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[\u0080-\u024f\u2013-\u2122]")
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民"
    "得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相"
    "网格编码名称街道区县乡镇村站驿地址经纬楼栋块户数路巷河湖门号楼院层类型状态所属放间施员长东南西北通许城关苑园庄店庙建设新华文明康"
)
_SAMPLE = 400
_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Garbling:
    """How the text of a file was read wrongly, and an example of before and after."""

    how: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """Return the sentence for whoever imports."""
        return f"文字疑似乱码（{self.how}）：“{self.before}”应为“{self.after}”"


def notice(table: RawTable) -> Garbling | None:
    """Return how most of a table's text was read wrongly, None where it was not."""
    texts = list(dict.fromkeys(_foreign(table)))[:_SAMPLE]
    if not texts:
        return None
    found: Counter[str] = Counter()
    for text in texts:
        found.update(how for how in _WAYS if _meant(text, how) is not None)
    how, count = found.most_common(1)[0] if found else ("", 0)
    if count < max(1, _ENOUGH * len(texts)):
        return None
    before = next(text for text in texts if _meant(text, how) is not None)
    return Garbling(how, before[:30], _meant(before, how)[:30])


def meant(text: object, garbling: Garbling | None) -> str:
    """Return what a text was meant to say."""
    words = str(text)
    return words if garbling is None else (_meant(words, garbling.how) or words)


def mended(table: RawTable, garbling: Garbling) -> RawTable:
    """Return the table with names and texts as they were meant; what means something already stays."""
    columns: dict[str, list] = {}
    for name, values in table.columns.items():
        wanted = meant(name, garbling)
        columns[wanted if wanted not in columns else name] = [
            meant(value, garbling) if isinstance(value, str) else value for value in values
        ]
    return replace(table, columns=columns)


def _foreign(table: RawTable) -> Iterable[str]:
    """Yield the texts that are not plain ASCII: names of columns first, then a sample of their values."""
    yield from (str(name) for name in table.columns if not str(name).isascii())
    for values in table.columns.values():
        step = max(1, len(values) // _SAMPLE)
        yield from (value for value in values[::step] if isinstance(value, str) and not value.isascii())


def _meant(text: str, how: str) -> str | None:
    """Return the text read the other way, None where that is no better."""
    backs, to = _WAYS[how]
    latin = backs[0] != "gb18030"
    if text.isascii() or (latin and (_CHINESE.search(text) or not _LATIN.search(text))):
        return None
    for back in backs:
        try:
            other = text.encode(back).decode(to)
        except UnicodeError:
            continue
        if other != text and _sense(other) > (0.0 if latin else _sense(text)):
            return other
    return None


def _sense(text: str) -> float:
    """Return how much of a text's Chinese is everyday Chinese, 0 to 1."""
    marks = [letter for letter in text if not letter.isascii()]
    return sum(letter in _COMMON for letter in marks) / len(marks) if marks else 0.0
