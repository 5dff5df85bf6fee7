"""Invent residents' demands, service projects with who adopted them, and a year of activities; no names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from gis_app.programme.projects import state_after_adoption

# category, name, description, what residents ask for
PROJECTS = (
    ("elderly", "银龄助餐", "为高龄和独居老人提供平价午餐和送餐", "希望社区开设老年人助餐点"),
    ("elderly", "爱心理发", "每月一次为行动不便的老人上门理发", "希望有人上门给行动不便的老人理发"),
    ("elderly", "智能手机课堂", "教老人用手机挂号、缴费、防诈骗", "希望教老人用手机挂号和缴费"),
    ("elderly", "适老小改造", "为老人家中加装扶手和防滑垫", "希望楼道加装扶手"),
    ("children", "四点半课堂", "放学后托管和作业辅导", "希望解决放学后没人接孩子的问题"),
    ("children", "暑期托管班", "暑假日间托管，开展安全和体育课", "希望暑假有托管班"),
    ("children", "儿童书屋", "在驿站设图书角，周末伴读", "希望附近有孩子看书的地方"),
    ("health", "健康义诊日", "每月测血压血糖、问诊、用药指导", "希望医生定期到社区义诊"),
    ("health", "慢病管理小屋", "为慢病居民建立自测点", "希望在驿站能测血压血糖"),
    ("health", "急救培训", "培训心肺复苏和急救箱使用", "希望学习急救知识"),
    ("facilities", "点亮楼道", "更换老旧小区楼道灯", "楼道灯坏了没人修"),
    ("facilities", "暖心充电桩", "增设电动自行车充电位", "电动车没有地方充电"),
    ("facilities", "便民座椅", "在公交站和河边增设座椅", "希望河边增设座椅"),
    ("facilities", "水电小修", "每周固定时间上门检修水电", "水管小毛病找不到人修"),
    ("environment", "洁净家园", "清理楼院杂物和卫生死角", "楼院里堆放杂物多年没人清"),
    ("environment", "小微花园", "把裸露地改成口袋花园", "门口空地裸露，希望种上花草"),
    ("environment", "垃圾分类引导", "早晚高峰在投放点引导", "垃圾桶满溢，希望有人引导分类"),
    ("culture", "广场夜校", "晚间书法、合唱、舞蹈课", "希望晚上有书法和合唱课"),
    ("culture", "邻里节", "每季度一次邻里聚会", "希望多办邻里活动"),
    ("culture", "露天电影", "夏夜在广场放映电影", "希望夏天能看露天电影"),
    ("safety", "平安巡夜", "志愿者夜间巡查", "晚上路黑，希望有人巡逻"),
    ("safety", "防诈宣讲", "反诈民警进楼院", "希望讲讲怎样防电信诈骗"),
    ("safety", "燃气安全入户", "检查软管和阀门", "希望检查老旧燃气软管"),
    ("skills", "家政技能班", "月嫂、护工技能培训", "希望学一门家政技能"),
    ("skills", "家门口招聘", "每季度社区招聘会", "希望在家门口找到工作"),
    ("skills", "新业态歇脚点", "为快递员外卖员提供休息和法律咨询", "快递员没有地方歇脚"),
)
UNADOPTED, DEMANDS, ACTIVITIES = (8, 15, 24), 72, 156


@dataclass(frozen=True)
class Places:
    """Where things can be: stations and blocks, each with the code of its grid."""

    stations: pd.DataFrame
    blocks: pd.DataFrame

    @classmethod
    def of(cls, atlas: dict) -> Places:
        """Read them from the layers."""
        frames = []
        for name in ("stations", "blocks"):
            layer = atlas[name].to_crs("EPSG:4490")
            points = shapely.get_coordinates(shapely.point_on_surface(layer.geometry.to_numpy()))
            frame = pd.DataFrame(
                {
                    "grid_code": layer["grid_code"].to_numpy(dtype=object),
                    "lon": points[:, 0],
                    "lat": points[:, 1],
                }
            )
            frame[["lon", "lat"]] = frame[["lon", "lat"]].round(7)
            frames.append(frame[frame["grid_code"].map(lambda code: isinstance(code, str) and code != "")])
        return cls(*(frame.reset_index(drop=True) for frame in frames))


def projects(places: Places, rng: np.random.Generator) -> pd.DataFrame:
    """Return the service projects, all but a few adopted."""
    rows = places.stations.iloc[rng.permutation(len(places.stations))[: len(PROJECTS)]]
    month = rng.integers(1, 7, len(PROJECTS))
    done = rng.random(len(PROJECTS)) < 0.25
    state = [
        "open" if number in UNADOPTED else "done" if over else "running" for number, over in enumerate(done)
    ]
    return pd.DataFrame(
        {
            "project_code": [f"GY2023-{number:03d}" for number in range(1, len(PROJECTS) + 1)],
            "name": [name for _, name, _, _ in PROJECTS],
            "category": [category for category, *_ in PROJECTS],
            "description": [words for _, _, words, _ in PROJECTS],
            "area_code": rows["grid_code"].str[:12].to_numpy(),
            "lon": rows["lon"].to_numpy(),
            "lat": rows["lat"].to_numpy(),
            "state": state,
            "starts_on": [f"2023-{number:02d}-10" for number in month],
            "ends_on": ["2023-12-20"] * len(PROJECTS),
            "served": np.where(np.array(state) == "open", 0, rng.integers(40, 900, len(PROJECTS))),
            "created_at": [f"2023-{number:02d}-05T09:00:00+08:00" for number in month],
        }
    )


def adoptions(
    table: pd.DataFrame, pairs: pd.DataFrame, organisations: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return which organisations adopted each project: first those paired with its community."""
    paired = pairs.groupby("grid_code")["organisation_code"].agg(sorted)
    everyone = organisations["organisation_code"].to_numpy()
    rows = []
    for code, area, state, starts in table[["project_code", "area_code", "state", "starts_on"]].itertuples(
        index=False
    ):
        if state == state_after_adoption("adopted", 0):
            continue
        near = sorted({one for grid, codes in paired.items() if grid.startswith(area) for one in codes})
        pool = np.array(near if near else everyone, dtype=object)
        chosen = sorted(rng.permutation(pool)[: 1 + int(rng.random() < 0.35)])
        rows += [(code, one, f"{starts}T15:00:00+08:00", "", "") for one in chosen]
    return pd.DataFrame(rows, columns=["project_code", "organisation_code", "adopted_at", "ended_at", "note"])


def demands(table: pd.DataFrame, places: Places, rng: np.random.Generator) -> pd.DataFrame:
    """Return what residents asked for; those that a project takes up name it."""
    at = places.blocks.iloc[np.sort(rng.permutation(len(places.blocks))[:DEMANDS])]
    kind = rng.integers(0, len(PROJECTS), DEMANDS)
    chance = rng.random(DEMANDS)
    adopted = table["state"].to_numpy()[kind] != "open"
    state = np.select(
        [chance < 0.12, chance < 0.2, chance < 0.42, adopted & (chance < 0.75), adopted],
        ["proposed", "declined", "listed", "adopted", "done"],
        "listed",
    )
    codes = table["project_code"].to_numpy()[kind]
    month, day = rng.integers(1, 13, DEMANDS), rng.integers(1, 28, DEMANDS)
    days = [f"2023-{m:02d}-{d:02d}" for m, d in zip(month, day, strict=True)]
    frame = pd.DataFrame(
        {
            "title": [PROJECTS[one][3] for one in kind],
            "description": "",
            "category": [PROJECTS[one][0] for one in kind],
            "area_code": at["grid_code"].to_numpy(),
            "lon": at["lon"].to_numpy(),
            "lat": at["lat"].to_numpy(),
            "supporters": rng.integers(1, 60, DEMANDS),
            "state": state,
            "proposed_on": days,
            "project_code": np.where(np.isin(state, ["adopted", "done"]), codes, ""),
            "by": "reference",
            "created_at": [f"{one}T10:00:00+08:00" for one in days],
        }
    )
    return frame.sort_values(["proposed_on", "area_code"], kind="stable", ignore_index=True)


def activities(table: pd.DataFrame, adopters: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return what the adopted projects did over the year, with how many took part."""
    run = table[table["state"] != "open"].reset_index(drop=True)
    first = adopters.groupby("project_code")["organisation_code"].first()
    pick = rng.integers(0, len(run), ACTIVITIES)
    rows = run.iloc[pick]
    start = rows["starts_on"].str[5:7].astype(int).to_numpy()
    month = start + np.floor(rng.random(ACTIVITIES) * (13 - start)).astype(int)
    day = rng.integers(11, 28, ACTIVITIES)
    days = [f"2023-{m:02d}-{d:02d}" for m, d in zip(month, day, strict=True)]
    frame = pd.DataFrame(
        {
            "name": rows["name"].to_numpy(),
            "category": rows["category"].to_numpy(),
            "project_code": rows["project_code"].to_numpy(),
            "organisation_code": rows["project_code"].map(first).to_numpy(),
            "area_code": rows["area_code"].to_numpy(),
            "lon": rows["lon"].to_numpy(),
            "lat": rows["lat"].to_numpy(),
            "held_on": days,
            "participants": rng.integers(8, 120, ACTIVITIES),
            "note": "",
            "by": "reference",
            "created_at": [f"{one}T18:00:00+08:00" for one in days],
        }
    )
    return frame.sort_values(["held_on", "project_code"], kind="stable", ignore_index=True)
