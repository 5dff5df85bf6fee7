"""Invented names: people for posts, masked telephones, streets, compounds. None belongs to a real person or place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

SURNAMES = list("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜")
GIVEN = list("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国红梅志文海波晓东春生永康佳琪振宇书豪雅宁立新保安庆丰瑞")
MOBILE = ["130", "131", "132", "135", "136", "137", "138", "139", "150", "152", "155", "158", "159", "186", "187", "188"]

COLLECTOR_NAMES = [
    "平安路", "康乐路", "和顺街", "兴业路", "永泰路", "富民路", "育才路", "新华街", "裕丰路", "建设路", "光明路", "青年路",
    "朝阳路", "清风路", "学府路", "金桂路", "银杏路", "翠竹街", "丁香路", "玉兰街", "振兴路", "民生路", "健康路", "体育路",
    "商城路", "农贸街", "粮仓路", "纺织路", "机械路", "仓储路", "物流路", "创业路", "科技路", "滨湖路", "湖心街", "桃园路",
    "杏林路", "槐荫路", "柳园路", "梨园街", "菊潭路", "荷塘路", "麦香路", "丰收路", "惠农路", "仁和路", "义和街", "礼贤路",
    "智慧路", "信义街", "忠诚路", "勤学路", "崇文路", "尚武街", "明德路", "至善路", "长青路", "长乐街", "安居路", "乐业路",
    "同心路", "团结路", "友谊路", "前进路", "跃进路", "胜利路", "红星路", "幸福路", "吉祥路", "如意街", "福寿街", "广济路",
    "通达路", "四通路", "八方路", "迎春路", "迎晖路", "望湖路", "望岗路", "东岗路", "西岗路", "南苑路", "北苑路", "中兴路",
    "复兴路", "昌盛路", "隆兴路", "宏图路", "鹏程路", "锦绣路", "华美路", "文昌路", "魁星街", "府学路", "贡院街", "县前街",
    "鼓楼街", "钟楼街", "城隍街", "南关东街", "南关西街", "北关街", "东关街", "西关街", "状元街", "书院街", "考棚街", "盐店街",
]
LANE_FIRST = ["书院", "县衙", "城隍庙", "水井", "柴市", "米市", "油坊", "铁匠", "豆腐", "染坊", "槐树", "杨家", "李家", "马家", "周家",
              "孟家", "菜园", "后河", "井沿", "磨盘", "戏楼", "教场", "文庙", "关帝庙", "鱼市", "布市", "木匠", "银匠", "当铺", "粉坊"]
LANE_LAST = ["巷", "胡同", "一巷", "二巷", "后街", "南巷", "北巷"]
COMPOUND_FIRST = ["金桂", "锦绣", "和谐", "康馨", "丽景", "阳光", "翠园", "紫荆", "盛世", "福源", "瑞景", "华庭", "东方", "清华", "水岸",
                  "名仕", "雅居", "文景", "世纪", "百合", "香榭", "龙泉", "凤鸣", "通泰", "裕华", "祥和", "望湖", "领秀", "桂花", "海棠"]
COMPOUND_LAST = ["小区", "花园", "家园", "苑", "新村", "公寓", "家属院", "府", "华府", "新城"]
CAMPUS = ["小学", "中学", "幼儿园", "卫生院", "办公院", "职教校区", "敬老院", "文化站", "体育场", "变电站", "水厂", "派出所院"]
SHEDS = ["面粉厂区", "纺织厂区", "机械厂区", "板材厂区", "农机库", "冷链库", "物流园", "建材库", "包装厂区", "食品厂区", "粮库"]


def people(count: int, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """Return invented names, all different, and masked telephones such as 138****1234."""
    names: dict[str, None] = {}
    while len(names) < count:
        given = "".join(rng.choice(GIVEN, 2 if rng.random() < 0.72 else 1, replace=False))
        names[str(rng.choice(SURNAMES)) + given] = None
    phones = [f"{rng.choice(MOBILE)}****{rng.integers(0, 10000):04d}" for _ in names]
    return list(names), phones


def name_streets(streets: pd.DataFrame, old_town: tuple[float, float], rng: np.random.Generator) -> pd.Series:
    """Return street names: the ring by its side of town, collectors from a list, lanes in the old town only."""
    xy = shapely.get_coordinates(shapely.line_interpolate_point(streets.geometry.to_numpy(), 0.5, normalized=True))
    names = streets.name.to_numpy(dtype=object).copy()
    ring = names == "环城路"
    side = np.array(["东", "北", "西", "南"])[((np.degrees(np.arctan2(xy[:, 1], xy[:, 0])) + 45) // 90 % 4).astype(int)]
    names[ring] = [f"{s}环路" for s in side[ring]]
    unnamed = names == ""
    collectors = np.unique(streets.source[unnamed & (streets.road_class == "collector")])
    named = dict(zip(collectors, _endless(COLLECTOR_NAMES, len(collectors), rng), strict=True))
    near_old = np.hypot(*(xy - np.array(old_town)).T) < 900
    lanes = np.unique(streets.source[unnamed & (streets.road_class == "lane") & near_old])
    pool = [first + last for last in LANE_LAST for first in LANE_FIRST]
    named |= dict(zip(lanes, _endless(pool, len(lanes), rng), strict=True))
    fresh = [named.get(source, "") for source in streets.source]
    return pd.Series(np.where(unnamed, fresh, names), index=streets.index, dtype=object)


def name_blocks(blocks: pd.DataFrame, community_names: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Return a name per block: compounds and campuses have one of their own, other blocks a number."""
    compounds = iter(_endless([a + b for b in COMPOUND_LAST for a in COMPOUND_FIRST], len(blocks), rng))
    names, sequence = [], {}
    for fabric, community in zip(blocks.fabric, community_names, strict=True):
        place = community.removesuffix("社区")
        number = sequence[community] = sequence.get(community, 0) + 1
        if fabric in ("slab", "tower"):
            names.append(next(compounds))
        elif fabric == "campus":
            names.append(f"{place}{rng.choice(CAMPUS)}")
        elif fabric == "shed":
            names.append(f"{place}{rng.choice(SHEDS)}")
        elif fabric in ("bank", "park", "lake"):
            names.append({"bank": "滨河绿带", "park": "咸平湖公园", "lake": "咸平湖"}[fabric])
        elif fabric == "green":
            names.append(f"{place}游园")
        else:
            names.append(f"{place}{number}号地块")
    return names


def _endless(pool: list[str], count: int, rng: np.random.Generator) -> list[str]:
    """Return `count` names in random order; when the pool is used up, its names return with 东, 西, 南, 北, 中."""
    order = [pool[i] for i in rng.permutation(len(pool))]
    rounds = [order] + [[side + name for name in order] for side in "东西南北中"]
    return [name for names in rounds for name in names][:count]
