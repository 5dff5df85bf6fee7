"""The words of a report outside of a request: the service's own catalogue, asked for by language.

The catalogue is the one of the screens; a language without one reads Chinese, the words of the source.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("zh", "en")
FOLDER = Path(__file__).resolve().parents[1] / "translations"
Say = Callable[..., str]


@lru_cache
def words_of(language: str) -> Say:
    """Return the function that says a Chinese sentence in a language; places are filled by name."""
    known = gettext.translation("messages", FOLDER, [language], fallback=True)

    def say(text: str, **values: object) -> str:
        told = known.gettext(text) if language != "zh" else text
        return told % values if values else told

    return say


def day_said(day: date, language: str) -> str:
    """Return a day as it is written in running text."""
    if language == "zh":
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    return f"{day.day} {day:%B} {day.year}"


def month_said(day: date, language: str) -> str:
    """Return the month of a day as it is written in running text."""
    return f"{day.year} 年 {day.month} 月" if language == "zh" else f"{day:%B} {day.year}"


def moment_said(moment: datetime) -> str:
    """Return a moment to the minute; midnight is the end of the day before."""
    if moment.time() == time():
        return f"{moment - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{moment:%Y-%m-%d %H:%M}"
