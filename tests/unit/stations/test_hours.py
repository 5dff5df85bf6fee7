"""Opening hours are told in words, and never told wrongly."""

from __future__ import annotations

import pytest

from gis_app.stations.hours import in_words


@pytest.mark.parametrize(
    ("hours", "zh", "en"),
    [
        ("Mo-Su 08:00-20:00", "每天 08:00–20:00", "daily 08:00–20:00"),
        ("24/7", "全天开放", "always open"),
        ("Mo-Fr 08:30-12:00,14:30-18:00", "周一至周五 08:30–12:00、14:30–18:00", None),
        ("Tu,Th 9:00-10:00", "周二、周四 9:00–10:00", "Tue, Thu 9:00–10:00"),
        ("Mo-Fr 08:30-18:00; Sa 09:00-17:00", "周一至周五 08:30–18:00；周六 09:00–17:00", None),
        ("Mo,We,Sa-Su 09:00-17:00; PH off", "周一、周三、周六至周日 09:00–17:00；节假日 休息", None),
        ("08:00-20:00", "08:00–20:00", "08:00–20:00"),
        ("", "", ""),
        (None, "", ""),
        ("sunrise-sunset", "sunrise-sunset", "sunrise-sunset"),
        ("Mo-Fr 08:00-18:00; by appointment", "周一至周五 08:00–18:00；by appointment", None),
    ],
)
def test_hours_in_words(hours, zh, en):
    assert in_words(hours, "zh") == zh
    if en is not None:
        assert in_words(hours, "en") == en
