"""Which figures there are about incidents, and the rule of each, word for word as it is shown beside them.

Everything is told of the incidents reported in the period. An incident that was returned to its reporter, not
accepted, or is a duplicate of another counts as reported and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gis_app.incidents.statistics_columns import STAGES

COUNT, RATE, HOURS, STARS = "count", "rate", "hours", "stars"
UNITS: dict[str, dict[str, str]] = {
    COUNT: {"zh": "件", "en": "incidents"},
    RATE: {"zh": "%", "en": "%"},
    HOURS: {"zh": "小时", "en": "hours"},
    STARS: {"zh": "分（1–5）", "en": "points (1–5)"},
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of figure; `better` is 1 where more is better, -1 where less is, 0 where neither."""

    code: str
    label: dict[str, str]
    unit: str
    rule: dict[str, str]
    better: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with what it was made of: `value` is None where the denominator is 0.

    A rate is numerator ÷ denominator; a median's numerator is the number of incidents that were measured.
    """

    measure: str
    value: float | None
    numerator: float
    denominator: float
    cut_off: datetime

    @property
    def rule(self) -> dict[str, str]:
        """Return the rule in "zh" and "en"."""
        return MEASURES[self.measure].rule

    @property
    def unit(self) -> str:
        """Return the unit: count, rate (0 to 1), hours or stars."""
        return MEASURES[self.measure].unit


def _measure(code: str, zh: str, en: str, unit: str, rule_zh: str, rule_en: str, better: int = 0) -> Measure:
    return Measure(code, {"zh": zh, "en": en}, unit, {"zh": rule_zh, "en": rule_en}, better)


_STAGE_WORDS = {
    "accept": ("案卷建立", "上报至受理", "Accept", "from report to acceptance"),
    "dispatch": ("任务派遣", "受理至派遣", "Dispatch", "from acceptance to dispatch"),
    "handle": ("任务处理与反馈", "派遣至处置完成", "Handle and resolve", "from dispatch to resolution"),
    "verify": ("核实结案", "处置完成至结案", "Verify and close", "from resolution to closing"),
    "evaluate": ("综合评价", "结案至评价", "Evaluate", "from closing to evaluation"),
    "whole": ("全程", "上报至结案", "Whole", "from report to closing"),
}
_CLOCKS = {
    "work": ("工作时", "working hours", "只计工作时间（8:30–12:00、14:30–18:00，按国务院放假与调休安排）",
             "working time only (8:30–12:00, 14:30–18:00, public holidays and make-up workdays as noticed)"),
    "wall": ("自然时", "hours by the clock", "按自然时间计，昼夜和节假日都计",
             "time by the clock, nights and holidays included"),
}  # fmt: skip


def stage_label(stage: str, language: str) -> str:
    """Return what a stage is called and from when to when it lasts, in "zh" or "en"."""
    zh, zh_span, en, en_span = _STAGE_WORDS[stage]
    return f"{zh}（{zh_span}）" if language == "zh" else f"{en} ({en_span})"


def _median(stage: str, clock: str) -> Measure:
    zh, zh_span, en, en_span = _STAGE_WORDS[stage]
    short_zh, short_en, long_zh, long_en = _CLOCKS[clock]
    return _measure(
        f"{stage}_{clock}", f"{zh}中位时长（{short_zh}）", f"{en}: median {short_en}", HOURS,
        f"{zh_span}的中位数，{long_zh}；分子为两个时刻都已知的事件数，分母为上报数",
        f"Median time {en_span}, {long_en}; numerator: both moments known, denominator: reported",
        -1,
    )  # fmt: skip


MEASURES: dict[str, Measure] = {
    measure.code: measure
    for measure in (
        _measure("reported", "上报数", "Reported", COUNT,
                 "期内上报的全部事件", "All incidents reported in the period"),
        _measure("accepted_rate", "受理率", "Acceptance rate", RATE,
                 "受理率 = 受理数 ÷ 上报数；受理数为已受理且未被退回、不予受理或标为重复的事件",
                 "Accepted ÷ reported; accepted: and not returned, rejected or marked a duplicate", 1),
        _measure("closed", "结案数", "Closed", COUNT,
                 "期内上报、截止时点前已结案的事件；分母为上报数",
                 "Reported in the period and closed by the cut-off; denominator: reported"),
        _measure("closing_rate", "结案率", "Rate of closing", RATE,
                 "结案率 = 结案数 ÷ 应结案数；应结案数为截止时点前时限已到或已结案的事件，"
                 "不含退回、不予受理和重复；挂起的事件时限停走",
                 "Closed ÷ due to be closed; due to be closed: past the time limit at the cut-off or already "
                 "closed, no returned, rejected or duplicate ones; a paused incident's clock stands", 1),
        _measure("in_time_rate", "按期结案率", "Rate of closing in time", RATE,
                 "按期结案率 = 按期结案数 ÷ 应结案数；按期为处置完成时刻不晚于时限，没有时限的类别视为按期",
                 "Closed in time ÷ due to be closed; in time: resolved no later than the limit, or a class "
                 "without one", 1),
        _measure("open", "未办结数", "Open", COUNT,
                 "仍待处置的事件；分母为上报数", "Still to be solved; denominator: reported", -1),
        _measure("overdue_rate", "超期率", "Overdue share", RATE,
                 "超期率 = 超期数 ÷ 未办结数；超期为截止时点已过时限，挂起的按挂起时刻计",
                 "Overdue ÷ open; overdue: past the limit at the cut-off, a paused one at its pause", -1),
        _measure("rework_rate", "返工率", "Rework rate", RATE,
                 "返工率 = 返工数 ÷ 处置数；返工为核查退回或结案后重新办理过，处置数为曾反馈处置结果的事件",
                 "Reworked ÷ resolved at least once; reworked: sent back at verification or reopened", -1),
        _measure("repeat_rate", "重复率", "Repeat rate", RATE,
                 "重复率 = 标为重复的事件数 ÷ 上报数", "Marked as duplicates ÷ reported", -1),
        _measure("extension_rate", "延期率", "Extension rate", RATE,
                 "延期率 = 延期数 ÷ 派遣数；延期为批准过延期的事件，派遣数为已派遣的事件",
                 "Extended ÷ dispatched; extended: granted more time at least once", -1),
        _measure("satisfaction", "满意度", "Satisfaction", STARS,
                 "满意度 = 评分之和 ÷ 已评价的事件数，评分 1 至 5",
                 "Sum of the ratings ÷ incidents evaluated, ratings from 1 to 5", 1),
        *(_median(stage, clock) for stage in STAGES for clock in ("work", "wall")),
    )
}  # fmt: skip
