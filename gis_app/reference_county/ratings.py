"""Invent a year of star ratings: scores by month, and verdicts by quarter whose reasons follow from them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gis_app.programme.stars import PASS, STARS, months_of, quarter_of

MONTHS = tuple(f"2023-{month:02d}" for month in range(1, 13))
CORRECTED = 12
LOWEST = 74.0
# star -> the organisations of its task team, the lead first
TEAMS = {
    "organisation": ("县委组织部", "县直机关工委"),
    "prosperity": ("县商务局", "县市场监督管理局", "县发展和改革委员会"),
    "environment": ("县城市管理局", "县生态环境分局", "县住房和城乡建设局"),
    "safety": ("县委政法委", "县公安局", "县司法局"),
    "civility": ("县委宣传部", "县民政局", "县文化广电和旅游局"),
}
NOTES = {
    "organisation": "双报到到岗率和主题党日记录齐全",
    "prosperity": "沿街商户走访覆盖到位",
    "environment": "背街小巷保洁需加强",
    "safety": "隐患整改按期完成",
    "civility": "文明实践活动按计划开展",
}
BY = "reference"


def star_teams(organisations: pd.DataFrame) -> pd.DataFrame:
    """Return which organisations judge each star."""
    codes = dict(zip(organisations["name"], organisations["organisation_code"], strict=True))
    rows = [
        (star, codes[name], place) for star, names in TEAMS.items() for place, name in enumerate(names, 1)
    ]
    return pd.DataFrame(rows, columns=["star", "organisation_code", "position"])


def scores(communities: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return a score for each star, community and month of the year, a few of them corrected later."""
    codes = communities["community_code"].to_numpy()
    shape = (len(MONTHS), len(codes), len(STARS))
    level = rng.normal(82.5, 4.0, (1, len(codes), 1)) + rng.normal(0, 3.5, (1, len(codes), len(STARS)))
    rise = np.linspace(-1.5, 1.5, len(MONTHS))[:, None, None]
    values = np.clip(np.round(level + rise + rng.normal(0, 2.2, shape), 1), 55.0, 99.0)
    month, place, star = (index.ravel() for index in np.indices(shape))
    frame = pd.DataFrame(
        {
            "star": np.array(list(STARS), dtype=object)[star],
            "community_code": codes[place],
            "month": np.array(MONTHS, dtype=object)[month],
            "version": 1,
            "score": values.ravel(),
        }
    )
    frame["note"] = np.where(rng.random(len(frame)) < 0.12, frame["star"].map(NOTES), "")
    frame["at"] = frame["month"].map(lambda text: _after(text, 3))
    rows = np.sort(rng.permutation(len(frame))[:CORRECTED])
    corrected = frame.iloc[rows].assign(
        version=2, note="复核后更正", score=lambda one: np.round(np.minimum(one["score"] + 1.5, 99.0), 1)
    )
    corrected["at"] = corrected["month"].map(lambda text: _after(text, 8))
    both = pd.concat([frame, corrected]).assign(by=BY)
    ordered = both.sort_values(["month", "community_code", "star", "version"], kind="stable")
    return ordered[["star", "community_code", "month", "version", "score", "note", "by", "at"]]


def verdicts(entries: pd.DataFrame) -> pd.DataFrame:
    """Return the verdict on each star of each community at the end of each quarter, with its reasons."""
    keys = ["star", "community_code", "month"]
    valid = entries.drop_duplicates(keys, keep="last")
    valid = valid.assign(quarter=valid["month"].map(quarter_of))
    grouped = valid.groupby(["quarter", "community_code", "star"])["score"]
    table = grouped.agg(["mean", "min"]).reset_index()
    held: dict[tuple[str, str], bool] = {}
    told = []
    for quarter, code, star, mean, lowest in table.itertuples(index=False):
        before = held.get((code, star), False)
        verdict, reasons = _verdict(float(mean), float(lowest), before)
        held[code, star] = verdict == "awarded"
        told.append((star, code, quarter, 1, verdict, reasons, BY, _after(months_of(quarter)[2], 10)))
    columns = ["star", "community_code", "quarter", "version", "verdict", "reasons", "by", "at"]
    return pd.DataFrame(told, columns=columns)


def _verdict(mean: float, lowest: float, held: bool) -> tuple[str, str]:
    scored = f"三个月平均 {mean:.1f} 分，最低 {lowest:.1f} 分"
    if mean >= PASS:
        return "awarded", f"{scored}；平均分达到 {PASS:.0f} 分。"
    if held and mean < LOWEST:
        return "revoked", f"{scored}；平均分低于 {LOWEST:.0f} 分，摘星，整改后下季度复评。"
    return "withheld", f"{scored}；平均分未达到 {PASS:.0f} 分，列出整改事项后下季度复评。"


def _after(month: str, day: int) -> str:
    """Return a moment in the month after a month."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:7]), 12)
    return f"{year}-{number + 1:02d}-{day:02d}T10:00:00+08:00"
