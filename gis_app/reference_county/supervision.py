"""Invent a year of supervision: monthly inspections, what they found, what was answered and accepted."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from gis_app.reference_county.work_hours import SHANGHAI, add_work_hours, is_workday

FINDINGS = (
    ("网格公示牌信息未更新", "grid_worker", ""),
    ("楼院堆放杂物，占用消防通道", "grid_leader", ""),
    ("事件办结后未回访", "grid_worker", ""),
    ("双报到活动记录不完整", "community_secretary", ""),
    ("驿站公示的开放时间与实际不符", "community_secretary", ""),
    ("道路破损，警示标志缺失", "handler", "县住房和城乡建设局"),
    ("占道经营反弹", "handler", "县城市管理局"),
    ("垃圾中转点清运不及时", "handler", "县城市管理局"),
    ("消防栓被圈占", "handler", "县消防救援大队"),
    ("沿河护栏松动", "handler", "县水利局"),
)
ANSWERS = ("已整改，现场照片已存档", "已安排人员清理完毕", "已更新并核对", "已修复，恢复使用")
SENT_BACK = "现场复查仍有遗留，请继续整改"
A_MONTH, WORK_DAY, LIMIT_DAYS = 3, 7.0, 5


def build(
    communities: pd.DataFrame, grids: pd.DataFrame, organisations: pd.DataFrame, rng: np.random.Generator
) -> dict[str, pd.DataFrame]:
    """Return the four tables of supervision; what the last month found is not all answered yet."""
    codes = dict(zip(organisations["name"], organisations["organisation_code"], strict=True))
    names = dict(zip(communities["community_code"], communities["name"], strict=True))
    order = rng.permutation(communities["community_code"].to_numpy())
    rounds, findings, answers = [], [], []
    for month in range(1, 13):
        day = _workday(date(2023, month, 12))
        for place in range(A_MONTH):
            area = str(order[((month - 1) * A_MONTH + place) % len(order)])
            opened = datetime(day.year, day.month, day.day, 9 + place, tzinfo=SHANGHAI)
            number = len(rounds) + 1
            found = rng.permutation(len(FINDINGS))[: 2 + int(rng.random() < 0.4)]
            ends = [
                _finding(number, int(one), area, opened, grids, codes, month == 12, rng, findings, answers)
                for one in found
            ]
            closed = "" if None in ends else _iso(max(end for end in ends if end) + timedelta(hours=1))
            title = f"{names[area]} {month} 月督导"
            state = "closed" if closed else "open"
            rounds.append((number, title, "community", area, area, state, _iso(opened), closed, ""))
    return {
        "supervision_schedules": _schedules(communities),
        "supervision_rounds": pd.DataFrame(rounds, columns=_ROUNDS),
        "supervision_findings": pd.DataFrame(findings, columns=_FINDINGS),
        "supervision_answers": pd.DataFrame(answers, columns=_ANSWERS),
    }


_ROUNDS = ["round_number", "title", "subject_kind", "subject_code", "area_code", "state", "opened_at",
           "closed_at", "note"]  # fmt: skip
_FINDINGS = ["finding_number", "round_number", "description", "area_code", "responsible_role",
             "organisation_code", "due_at", "state", "created_at", "accepted_at"]  # fmt: skip
_ANSWERS = ["finding_number", "at", "verb", "actor_role", "note"]


def _finding(
    number: int,
    kind: int,
    area: str,
    opened: datetime,
    grids: pd.DataFrame,
    codes: dict[str, str],
    recent: bool,
    rng: np.random.Generator,
    findings: list[tuple],
    answers: list[tuple],
) -> datetime | None:
    """Add a finding with its turns; return when it was accepted, None where it waits."""
    words, post, organisation = FINDINGS[kind]
    inside = grids["grid_code"][grids["community_code"] == area].to_numpy()
    place = str(rng.choice(inside)) if post in ("grid_worker", "grid_leader") else area
    made = opened + timedelta(minutes=15)
    due = add_work_hours(made, LIMIT_DAYS * WORK_DAY)
    own = len(findings) + 1
    state, accepted = "open", None
    if not (recent and rng.random() < 0.6):
        state, accepted, due = _turns(own, post, made, due, recent, rng, answers)
    findings.append(
        (own, number, words, place, post, codes.get(organisation, ""), _iso(due), state, _iso(made),
         _iso(accepted) if accepted else "")
    )  # fmt: skip
    return accepted


def _turns(
    own: int,
    post: str,
    made: datetime,
    due: datetime,
    recent: bool,
    rng: np.random.Generator,
    answers: list[tuple],
) -> tuple[str, datetime | None, datetime]:
    role = "handler" if post == "handler" else "grid_worker"
    at = add_work_hours(made, float(rng.uniform(6, 38)))
    answers.append((own, _iso(at), "answer", role, str(rng.choice(ANSWERS))))
    if rng.random() < 0.25:
        at = add_work_hours(at, float(rng.uniform(3, 12)))
        answers.append((own, _iso(at), "send_back", "inspector", SENT_BACK))
        due = add_work_hours(at, 3 * WORK_DAY)
        at = add_work_hours(at, float(rng.uniform(5, 18)))
        answers.append((own, _iso(at), "answer", role, str(rng.choice(ANSWERS))))
    if recent and rng.random() < 0.4:
        return "answered", None, due
    at = add_work_hours(at, float(rng.uniform(2, 14)))
    answers.append((own, _iso(at), "accept", "inspector", "复查属实"))
    return "accepted", at, due


def _schedules(communities: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for kind, word, next_on in (
        ("monthly", "月度检查", "2024-01-12"),
        ("quarterly", "季度考评", "2024-01-15"),
    ):
        rows += [
            (f"{name}{word}", kind, code, next_on, 1, "2023-01-03T09:00:00+08:00")
            for code, name in zip(communities["community_code"], communities["name"], strict=True)
        ]
    return pd.DataFrame(rows, columns=["name", "kind", "area_code", "next_on", "active", "created_at"])


def _workday(day: date) -> date:
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
