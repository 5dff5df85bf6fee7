"""Says a siting run in plain words: what was asked, how far it is, and what its answer is worth.

An answer is called the best only where the solver proved it. Whatever is not proved says how much better
another answer could still be, or that this is not known.
"""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _

from gis_app import clock
from gis_app.jobs.jobs import Job
from gis_app.web.table_columns import STATION_KINDS

TINY = 5e-5
_GAP = re.compile(r"\d+(?:\.\d+)? ?%")


def model_words() -> dict[str, tuple[str, str]]:
    """Return the name of each model and what it asks, for people."""
    return {
        "mclp": (_("覆盖最多住户"), _("在站点数或预算之内，让限值内步行可达的住户最多。")),
        "median": (_("总步行距离最短"), _("让所有住户到最近站点的步行距离之和最短。")),
        "center": (_("最远一户最近"), _("让离站点最远的住户走得最近。")),
        "capacitated_median": (
            _("按容量分配，总距离最短"),
            _("每个站点最多服务其座位可承担的户数，在此之下让总步行距离最短。"),
        ),
        "lscp": (_("最少站点达到目标"), _("用最少的新站点（或最低造价）让限值内的住户达到目标比例。")),
    }


def state_words(job: Job) -> str:
    """Return how a run stands; a cancelled one that had found something says so."""
    if job.state == "cancelled" and job.result and job.result.get("objective") is not None:
        return _("已取消，保留当时方案")
    return {
        "queued": _("排队中"),
        "running": _("计算中"),
        "done": _("已完成"),
        "failed": _("未完成"),
        "cancelled": _("已取消"),
    }.get(job.state, job.state)


def progress_words(job: Job) -> str:
    """Return what a run is doing, with its number; the worker's own words are Chinese."""
    if job.state == "queued":
        return _("等待计算，前面的任务完成后开始")
    if job.ended:
        return state_words(job)
    gap = _GAP.search(job.words)
    if gap and "差距" in job.words:
        return _("已有方案，可能的改进不超过 %(gap)s，继续求证", gap=gap.group())
    known = {
        "读取图层": _("读取图层"),
        "计算步行距离": _("计算步行距离"),
        "寻找可行方案": _("寻找可行方案"),
        "计算各站点数的最优方案": _("逐个计算各站点数的方案"),
        "": _("开始计算"),
    }
    return known.get(job.words, job.words)


def verdict(result: dict[str, Any]) -> dict[str, str]:
    """Return what an answer is worth: code, title and a sentence; nothing is called best without proof."""
    status, gap = result["status"], result.get("gap")
    reason = reason_words(result)
    if status == "proven":
        return {
            "code": "proven",
            "title": _("已证明最优"),
            "words": _("求解器证明：所给条件下没有更好的方案。"),
        }
    if result.get("objective") is None:
        title = _("没有可行方案") if status == "infeasible" else _("没有找到方案")
        return {"code": "none", "title": title, "words": reason or _("请放宽条件，或增加时间后再试。")}
    code = "open"
    if gap is None:
        words = _("界限还没有求出，不知道离最好的方案有多远；可增加时间后再算。")
    else:
        words = _("可能还有更好的方案，但好不过 %(gap)s；可增加时间后再算。", gap=percent(gap))
    why = {"cancelled": _("取消时的方案，未证明最优"), "time_limit": _("到时停止，未证明最优")}
    return {"code": code, "title": why.get(status, _("未证明最优")), "words": words}


def reason_words(result: dict[str, Any]) -> str:
    """Return why there is no answer; the sentences of the rules below are Chinese and name places."""
    known = {
        "已取消；结果为取消时的最好方案，未证明最优": _("计算已取消，取消时还没有方案。"),
        "已到时间上限；结果为到时的最好方案，未证明最优": _("到了时间上限，还没有找到方案。"),
        "结果未证明最优": _("没有在给定条件下找到方案。"),
    }
    reason = result.get("reason") or ""
    return known.get(reason, reason) if result.get("objective") is None else ""


def percent(share: float | None) -> str:
    """Return a share as percent with two decimals; one that is small and not nothing never reads as 0."""
    if share is None:
        return _("未知")
    if 0 < share < TINY:
        return "<0.01 %"
    return f"{share * 100:.2f} %"


def figures(result: dict[str, Any], params: dict[str, Any]) -> list[dict[str, str]]:
    """Return what an answer comes to: label, value, unit and rule of objective, bound, gap and service."""
    label, unit, bound_label, scale = _objective(result["model"], params)

    def said(value: float | None) -> str:
        return "—" if value is None else plain(value / scale, 0 if unit in (_("户"), _("个")) else 2)

    homes, limit = result.get("households") or 0, f"{params['limit_m']:g}"
    rows = [
        (label, said(result["objective"]), unit, model_words()[result["model"]][1]),
        (bound_label, said(result["bound"]), unit, _("任何方案都越不过的界限，由求解器给出。")),
        (_("差距"), percent(result["gap"]), "", _("目标值与理论界限之差，占目标值的比例。")),
    ]
    if result["objective"] is not None:
        share = f"{100 * result['covered'] / homes:.1f}" if homes else "—"
        count = _("%(n)s / %(all)s 户", n=plain(result["covered"], 0), all=plain(homes, 0))
        rows += [
            (_("%(m)s 米内步行可达", m=limit), share, "%", count),
            (_("平均步行"), plain(result["mean_m"], 0), _("米"), _("按户数加权，走不到的住户不计入。")),
            (_("最远步行"), plain(result["worst_m"], 0), _("米"), _("走得到的住户中最远的。")),
            (_("新设站点"), plain(len(result["chosen"]), 0), _("个"), _("不含保留的现有站点。")),
        ]
    return [dict(zip(("label", "value", "unit", "rule"), row, strict=True)) for row in rows]


def _objective(model: str, params: dict[str, Any]) -> tuple[str, str, str, float]:
    """Return the label and unit of an objective, the label of its bound, and what it is divided by."""
    if model == "mclp":
        return _("覆盖户数"), _("户"), _("理论上限"), 1
    if model == "center":
        return _("最远步行距离"), _("米"), _("理论下限"), 1
    if model == "lscp":
        priced = params.get("budget") is not None or params.get("price_each", 1) != 1
        return (_("新站点总造价"), "", _("理论下限"), 1) if priced else (
            _("新站点数"), _("个"), _("理论下限"), 1)  # fmt: skip
    return _("总步行距离"), _("万户·米"), _("理论下限"), 10_000


def plain(value: float | None, digits: int) -> str:
    """Return a number with thousands separated, a dash where there is none."""
    if value is None:
        return "—"
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits else text


def question(params: dict[str, Any], areas: dict[str, str], lang: str) -> list[tuple[str, str]]:
    """Return what was asked, as pairs of a title and words."""
    form = params["form"]
    kind = form.get("kind", "")
    rows = [
        (_("目标"), model_words()[params["model"]][0]),
        (_("站点数"), "" if params["k"] is None else _("%(n)s 个", n=params["k"])),
        (_("目标比例"), f"{form['share']} %" if params["model"] == "lscp" else ""),
        (_("步行限值"), _("%(n)s 米", n=form["limit"])),
        (_("站点类型"), STATION_KINDS[kind][lang] if kind in STATION_KINDS else _("全部站点")),
        (_("现有站点"), _("全部保留") if params["keep_existing"] else _("可以不保留，与新址一起选")),
        (_("候选点"), _("道路沿线") if params["candidates_on"] == "streets" else _("地块")),
        (_("范围"), areas.get(form.get("area", ""), _("全县"))),
        (_("必须设站"), form.get("must_keep", "")),
        (_("禁止设站"), form.get("forbidden", "")),
        (_("预算"), form.get("budget", "")),
        (_("每个新站点造价"), form["price_each"] if form.get("budget") else ""),
        (_("每社区至少"), _("%(n)s 个", n=params["per_community"]) if params["per_community"] else ""),
        (_("新站点座位"), _seats(form, params) if params["model"] == "capacitated_median" else ""),
    ]
    return [(title, words) for title, words in rows if words]


def _seats(form: dict[str, str], params: dict[str, Any]) -> str:
    return _("%(n)s 座，可服务 %(all)s 户", n=form["seats"], all=plain(params["capacity"], 0))


def name_of(job: Job) -> str:
    """Return the name of a run: as given, or what it asks."""
    params = job.params
    if params.get("name"):
        return str(params["name"])
    title = model_words()[params["model"]][0]
    k = "" if params.get("k") is None else _("%(n)s 个站点", n=params["k"])
    share = f"{params['share'] * 100:g} %" if params["model"] == "lscp" else ""
    return " · ".join(part for part in (title, k or share, _("%(n)s 米", n=f"{params['limit_m']:g}")) if part)


def seconds_of(job: Job) -> int:
    """Return how long a run has taken, or took."""
    if job.started_at is None:
        return 0
    return max(0, int(((job.ended_at or clock.now()) - job.started_at).total_seconds()))
