"""Make the organisations, the seven zones, the posts of every area, and the counts of members reported in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gis_app.reference_county.names import people

MEMBERS_TOTAL = 2_046
IN_ZONES, ZONES, LEADERS = 73, 7, 6
VACANT_WORKERS, VACANT_LEADERS = 6, 2
TERM = ("2023-01-01", "")

GOVERNMENT = [
    "县委办公室", "县政府办公室", "县人大常委会办公室", "县政协办公室", "县纪委监委机关", "县委组织部", "县委宣传部", "县委统战部",
    "县委政法委", "县委编办", "县直机关工委", "县信访局", "县发展和改革委员会", "县教育体育局", "县工业和信息化局", "县公安局",
    "县民政局", "县司法局", "县财政局", "县人力资源和社会保障局", "县自然资源局", "县住房和城乡建设局", "县交通运输局", "县水利局",
    "县农业农村局", "县商务局", "县文化广电和旅游局", "县卫生健康委员会", "县退役军人事务局", "县应急管理局", "县审计局",
    "县市场监督管理局", "县统计局", "县医疗保障局", "县城市管理局", "县乡村振兴局", "县行政审批和政务信息管理局", "县税务局",
    "县人民法院", "县人民检察院", "县消防救援大队", "县气象局", "县生态环境分局", "县金融工作服务中心", "县档案馆",
]
INSTITUTION = [
    "县人民医院", "县中医院", "县妇幼保健院", "县疾病预防控制中心", "县第一高级中学", "县第二高级中学", "县实验中学", "县实验小学",
    "县职业教育中心", "县委党校", "县融媒体中心", "县图书馆", "县文化馆", "县公路事业发展中心", "县园林绿化服务中心",
    "县环境卫生服务中心", "县房产服务中心", "县住房公积金管理部", "县供销合作社", "县农机服务中心", "县种子服务站", "县水务服务中心",
    "县社会福利中心", "县老干部活动中心", "县不动产登记中心", "县公共资源交易中心", "县地震监测站", "县史志研究室",
]
ENTERPRISE = [
    "县供电公司", "县自来水公司", "县燃气公司", "县热力公司", "县公交公司", "县邮政公司", "县电信公司", "县移动公司", "县联通公司",
    "县烟草营销部", "县农村商业银行", "县农业银行支行", "县工商银行支行", "县建设银行支行", "县中国银行支行", "县邮储银行支行",
    "县城市建设投资公司", "县粮食购销公司", "县人寿保险支公司", "县财产保险支公司", "县盐业公司",
]
SOCIAL = ["县总工会", "共青团县委", "县妇女联合会", "县工商业联合会", "县残疾人联合会", "县红十字会", "县科学技术协会", "县文学艺术界联合会",
          "县志愿服务联合会", "县慈善协会"]
ZONE_PLACES = ["西城", "中心", "北关", "南城", "东城", "湖滨", "产业"]


def organisations() -> pd.DataFrame:
    """Return the 104 organisations: organisation_code, name, kind."""
    kinds = [("government", GOVERNMENT), ("institution", INSTITUTION), ("enterprise", ENTERPRISE), ("social", SOCIAL)]
    rows = [(name, kind) for kind, names in kinds for name in names]
    frame = pd.DataFrame(rows, columns=["name", "kind"])
    frame.insert(0, "organisation_code", [f"ORG{i:03d}" for i in range(1, len(frame) + 1)])
    return frame


def zone_of_communities(xy: np.ndarray) -> np.ndarray:
    """Return the zone number of each community: seven groups of neighbours, read from west to east."""
    centres = xy[np.argsort(xy[:, 0], kind="stable")][np.linspace(0, len(xy) - 1, ZONES).round().astype(int)]
    for _ in range(40):
        label = np.hypot(xy[:, None, 0] - centres[:, 0], xy[:, None, 1] - centres[:, 1]).argmin(axis=1)
        centres = np.array([xy[label == z].mean(axis=0) if (label == z).any() else centres[z] for z in range(ZONES)])
    order = centres[:, 0].argsort(kind="stable").argsort(kind="stable")
    return order[label]


def leaders(xy: np.ndarray) -> np.ndarray:
    """Return the county leader's number of each community: four neighbours each, west to east, south to north."""
    columns = np.argsort(xy[:, 0], kind="stable").reshape(3, -1)
    order = np.concatenate([column[np.argsort(xy[column, 1], kind="stable")] for column in columns])
    label = np.empty(len(xy), dtype=int)
    label[order] = np.arange(len(xy)) // (len(xy) // LEADERS)
    return label


def zone_tables(orgs: pd.DataFrame, communities: pd.DataFrame, zone: np.ndarray,
                rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return organisations with zone_code (73 of 104), zones, and zone_communities."""
    codes = [f"Z{z + 1}" for z in range(ZONES)]
    zone_code = np.full(len(orgs), "", dtype=object)
    chosen = rng.permutation(len(orgs))[:IN_ZONES]
    zone_code[chosen] = [codes[i % ZONES] for i in range(IN_ZONES)]
    orgs = orgs.assign(zone_code=zone_code)
    names, phones = people(ZONES, rng)
    assisting = [";".join(orgs.organisation_code[orgs.zone_code == code].iloc[[0, 1]]) for code in codes]
    zones = pd.DataFrame({
        "zone_code": codes, "name": [f"{place}责任区" for place in ZONE_PLACES], "commissioner_post": names,
        "commissioner_phone": phones, "assisting_organisation_codes": assisting})
    membership = pd.DataFrame({"zone_code": np.array(codes)[zone], "community_code": communities.community_code})
    return orgs, zones, membership.sort_values(["zone_code", "community_code"]).reset_index(drop=True)


def pair_communities(orgs: pd.DataFrame, membership: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return for each organisation the community it is paired with, in its own zone where it has one."""
    in_zone = membership.groupby("zone_code").community_code.apply(list).to_dict()
    everywhere = sorted(membership.community_code)
    taken = dict.fromkeys(everywhere, 0)
    rows = []
    for code, zone in zip(orgs.organisation_code, orgs.zone_code, strict=True):
        pool = in_zone[zone] if zone else everywhere
        fewest = min(taken[c] for c in pool)
        community = str(rng.choice([c for c in pool if taken[c] == fewest]))
        taken[community] += 1
        rows.append((code, community))
    return pd.DataFrame(rows, columns=["organisation_code", "community_code"])


def member_counts(pairs: pd.DataFrame, grids: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return how many members of each organisation reported in, per grid of its community; counts, never names."""
    joined = pairs.merge(grids[["grid_code", "community_code"]], on="community_code")
    joined = joined[rng.random(len(joined)) < 0.86].sort_values(["organisation_code", "grid_code"])
    weight = rng.gamma(2.2, 1.0, len(joined)) + 0.2
    share = weight / weight.sum() * (MEMBERS_TOTAL - len(joined))
    members = np.floor(share).astype(int) + 1
    members[np.argsort(-(share % 1), kind="stable")[: MEMBERS_TOTAL - members.sum()]] += 1
    return joined.assign(members=members)[["organisation_code", "grid_code", "members"]].reset_index(drop=True)


def assignments(communities: pd.DataFrame, grids: pd.DataFrame, pairs: pd.DataFrame, leader: np.ndarray,
                rng: np.random.Generator) -> pd.DataFrame:
    """Return every post of every area; `leader` is the county leader's number per community."""
    posts = _posts(communities, grids)
    names, phones = people(len(posts) + LEADERS, rng)
    posts["holder_name"], posts["holder_phone"] = names[LEADERS:], phones[LEADERS:]
    lead = (posts.role == "county_leader").to_numpy()
    posts.loc[lead, "holder_name"] = np.array(names)[leader]
    posts.loc[lead, "holder_phone"] = np.array(phones)[leader]
    first = pairs.groupby("community_code").organisation_code.first()
    paired = (posts.role == "paired_organisation").to_numpy()
    posts["organisation_code"] = np.where(paired, posts.area_code.map(first).fillna(""), "")
    for role, count in (("grid_worker", VACANT_WORKERS), ("grid_leader", VACANT_LEADERS)):
        rows = np.sort(rng.permutation(np.flatnonzero(posts.role == role))[:count])
        posts.loc[rows, ["holder_name", "holder_phone"]] = ""
    posts.insert(0, "assignment_code", [f"AS{i:04d}" for i in range(1, len(posts) + 1)])
    return posts.assign(term_from=TERM[0], term_to=TERM[1])[[
        "assignment_code", "area_code", "role", "holder_name", "holder_phone", "organisation_code", "term_from",
        "term_to"]]


def _posts(communities: pd.DataFrame, grids: pd.DataFrame) -> pd.DataFrame:
    of_community = ["county_leader", "community_secretary", "judge", "police_officer", "procurator",
                    "civility_instructor", "paired_organisation"]
    rows = [(code, role) for role in of_community for code in communities.community_code]
    rows += [(code, role) for role in ("grid_leader", "grid_worker") for code in grids.grid_code]
    return pd.DataFrame(rows, columns=["area_code", "role"])
