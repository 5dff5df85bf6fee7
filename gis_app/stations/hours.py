"""Opening hours in the words of people: they are stored as OpenStreetMap writes them, "Mo-Su 08:00-20:00".

Only words are changed; a rule that is not understood stays as it is written, so that nothing is told wrongly.
"""

from __future__ import annotations

import re

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "Mo": "周一", "Tu": "周二", "We": "周三", "Th": "周四", "Fr": "周五", "Sa": "周六", "Su": "周日",
        "PH": "节假日", "off": "休息", "Mo-Su": "每天", "24/7": "全天开放",
        "to": "至", "and": "、", "then": "；",
    },
    "en": {
        "Mo": "Mon", "Tu": "Tue", "We": "Wed", "Th": "Thu", "Fr": "Fri", "Sa": "Sat", "Su": "Sun",
        "PH": "holidays", "off": "closed", "Mo-Su": "daily", "24/7": "always open",
        "to": "–", "and": ", ", "then": "; ",
    },
}  # fmt: skip
DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)"
DAYS = rf"{DAY}(?:-{DAY})?(?:,{DAY}(?:-{DAY})?)*"
SPAN = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"
RULE = re.compile(rf"(?:(?P<days>{DAYS})\s+)?(?P<times>24/7|off|{SPAN}(?:,\s*{SPAN})*)")


def in_words(hours: str | None, language: str = "zh") -> str:
    """Say opening hours in "zh" or "en"; "" for none.

    >>> in_words("Mo-Fr 08:30-12:00,14:30-18:00; Sa off")
    '周一至周五 08:30–12:00、14:30–18:00；周六 休息'
    """
    words = WORDS.get(language, WORDS["zh"])
    rules = [rule.strip() for rule in (hours or "").split(";") if rule.strip()]
    return words["then"].join(_rule(rule, words) for rule in rules)


def _rule(rule: str, words: dict[str, str]) -> str:
    found = RULE.fullmatch(rule)
    if found is None:
        return rule
    times = words["and"].join(
        words.get(part.strip()) or part.strip().replace("-", "–") for part in found["times"].split(",")
    )
    return f"{_days(found['days'], words)} {times}" if found["days"] else times


def _days(days: str, words: dict[str, str]) -> str:
    if days in words:
        return words[days]
    spans = (words["to"].join(words[day] for day in span.split("-")) for span in days.split(","))
    return words["and"].join(spans)
