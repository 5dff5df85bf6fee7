"""The hand-drawn bones of the town: edge, river, lake, arterials, and the seeds of its communities.

Everything here is a table in local metres (x east, y north of the town's centre), so that the shape of the
town can be changed without touching the code that fills it. Only the names of the communities are real.
"""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import Transformer
from scipy.interpolate import CubicSpline

CENTRE_LON_LAT = (114.467, 34.480)
METRIC_CRS = "EPSG:4547"
GEOGRAPHIC_CRS = "EPSG:4490"

# fmt: off
OLD_TOWN = (-420.0, -120.0)
NEW_CENTRE = (1750.0, 350.0)
STATION_QUARTER = (-2050.0, -700.0)

# bearing (degrees, anticlockwise from east) and radius (metres) of the corners of the urban area
EDGE = [
    (0, 3130), (11, 3260), (18, 2850), (29, 3080), (40, 3230), (48, 2830), (60, 2790), (71, 3010),
    (84, 3060), (92, 2760), (104, 2900), (117, 2740), (127, 3090), (139, 3240), (147, 2950), (158, 2800),
    (170, 3040), (180, 3120), (189, 2760), (200, 2680), (212, 2930), (224, 3020), (232, 2690), (245, 2730),
    (257, 2960), (268, 2990), (277, 2650), (289, 2790), (300, 3090), (312, 3420), (321, 3480), (330, 3180),
    (340, 2840), (351, 2890),
]

EDGE_SCALE = 1.035  # before the outermost fields are left out

RIVER = [
    (-3300, 13500), (-2400, 11200), (-2750, 9300), (-2050, 7600), (-2250, 6000), (-1650, 4700),
    (-1480, 3600), (-1250, 2800), (-1470, 2150), (-1260, 1640), (-820, 1250), (-180, 1090), (330, 780),
    (690, 330), (640, -180), (560, -760), (850, -1270), (1350, -1690), (1640, -2250), (1900, -2900),
    (2420, -3900), (2250, -5400), (2900, -7100), (2600, -9300), (3500, -11800), (3250, -14500),
    (4200, -17500), (4000, -20500), (4800, -26000),
]
RIVER_NAME = "涡河故道"
RIVER_HALF_WIDTH = 19.0
RIVERSIDE_OFFSET = 62.0

LAKE_NAME = "咸平湖"
LAKE = [
    (1560, 1190), (1640, 1330), (1790, 1360), (1880, 1270), (2010, 1290), (2080, 1160), (1990, 1040),
    (1850, 1020), (1760, 940), (1620, 980), (1530, 1070),
]
PARK_OFFSET = 85.0

# roads from the edge of the town to the county's border: name of the arterial they continue, bends
HIGHWAYS = [
    ("咸平大道", [(-3900, 420), (-6500, 900), (-9800, 500), (-18000, 1400)]),
    ("咸平大道", [(4200, 640), (7000, 200), (10500, 900), (18000, 500)]),
    ("文化路", [(420, 3900), (150, 6200), (700, 9000), (500, 14000)]),
    ("南大街", [(60, -4200), (-500, -8000), (-200, -12500), (-900, -20000), (-700, -27000)]),
    ("汴通老路", [(-4200, 3700), (-6300, 5200), (-9000, 8200), (-13000, 11500)]),
    ("东十里路", [(5200, -2700), (8800, -3900), (13000, -6800), (19000, -9000)]),
    ("扶沟老路", [(-3400, -3900), (-5200, -7200), (-6200, -11500), (-9500, -18500)]),
]
# name, bearing (degrees) from the lake
PARK_LINKS = [("湖东路", 4), ("湖北路", 97), ("湖西路", 186), ("湖南路", 262)]

# name, class, closed, points
ARTERIALS = [
    ("环城路", "arterial", True, [
        (2390, 100), (2420, 900), (2310, 1720), (1650, 2230), (700, 2260), (-300, 2190), (-1250, 2330),
        (-2000, 2150), (-2370, 1500), (-2400, 600), (-2290, -300), (-2350, -1150), (-1950, -1900),
        (-1150, -2140), (-200, -2090), (700, -2200), (1600, -2330), (2250, -1960), (2420, -1250),
        (2330, -500),
    ]),
    ("咸平大道", "arterial", False, [
        (-3300, 480), (-2350, 520), (-1500, 400), (-650, 470), (60, 500), (530, 590), (1180, 520),
        (2400, 640), (3500, 560),
    ]),
    ("解放路", "arterial", False, [
        (-3300, -330), (-2300, -290), (-1300, -180), (-420, -110), (250, -170), (620, -190), (1300, -310),
        (2330, -260), (3500, -420),
    ]),
    ("人民路", "arterial", False, [
        (-3300, 1290), (-2380, 1420), (-1700, 1620), (-1290, 1720), (-500, 1650), (350, 1560),
        (1180, 1610), (2330, 1640), (3400, 1820),
    ]),
    ("行政路", "arterial", False, [
        (-3300, -1210), (-2340, -1150), (-1500, -1080), (-500, -1020), (250, -1060), (680, -1060),
        (1400, -1010), (2400, -1130), (3500, -1240),
    ]),
    ("工业路", "arterial", False, [
        (-1680, -3200), (-1690, -2000), (-1580, -1080), (-1640, -220), (-1560, 410), (-1760, 1040),
        (-2010, 2140), (-2280, 3200),
    ]),
    ("府前路", "arterial", False, [
        (-960, -3200), (-900, -2120), (-960, -1050), (-1010, -140), (-930, 430), (-640, 1180),
        (-560, 1650), (-640, 2200), (-560, 3200),
    ]),
    ("南大街", "arterial", False, [(-10, -3200), (-80, -2080), (20, -1050), (130, -150), (60, 505)]),
    ("文化路", "arterial", False, [(330, 830), (380, 1560), (250, 2230), (330, 3300)]),
    ("迎宾大道", "arterial", False, [
        (1000, 3300), (1120, 2270), (1190, 1610), (1230, 520), (1330, -310), (1410, -1010), (1280, -1560),
        (1080, -2250), (1130, -3300),
    ]),
    ("汴通老路", "arterial", False, [(-3200, 2620), (-2350, 1420), (-1560, 410), (-960, -140)]),
    ("扶沟老路", "arterial", False, [(-960, -1050), (-1690, -1930), (-2600, -2900)]),
    ("东十里路", "arterial", False, [(1330, -310), (2420, -1250), (3600, -2000)]),
    ("南关街", "collector", False, [(-500, -1020), (-430, -700)]),
    ("城壕路", "collector", True, [
        (-30, 180), (90, -150), (10, -560), (-380, -690), (-860, -620), (-970, -140), (-880, 260),
        (-420, 330),
    ]),
]

# seed of each community by its real name: (x, y)
COMMUNITY_SEEDS = {
    "下洼社区": (-2350, 2250), "赵河社区": (-1900, 1250), "金元社区": (-1950, -1550),
    "刘庄社区": (-2650, 150), "五里卜社区": (-1250, -2450), "高寨社区": (-2500, -800),
    "一村社区": (-1250, 850), "二村社区": (-1300, -1500), "代庄社区": (-400, -2400),
    "幸福社区": (-450, -1450), "西街社区": (-950, -50), "滨河社区": (-250, 750), "状元桥社区": (150, -450),
    "迎宾社区": (850, 1300), "毛庄社区": (-100, 2500), "金达社区": (800, 2450), "东水沃社区": (-750, 1950),
    "咸平湖社区": (1800, 1200), "邢岗社区": (2250, 2150), "西仓社区": (1000, -1250),
    "爱民社区": (1900, 150), "东关社区": (900, 150), "苗岗社区": (2750, -350), "毛李社区": (2050, -2050),
}

# fmt: on


def town_edge() -> shapely.Polygon:
    """Return the outline of the urban area in local metres."""
    bearing, radius = np.radians([row[0] for row in EDGE]), EDGE_SCALE * np.array([row[1] for row in EDGE])
    return shapely.Polygon(np.column_stack([radius * np.cos(bearing), radius * np.sin(bearing)]))


def smooth(points: list[tuple[float, float]], closed: bool = False, step: float = 35.0) -> shapely.LineString:
    """Return a curve through the points, sampled about every `step` metres and thinned to 0.6 m."""
    xy = np.array([*points, points[0]] if closed else points, dtype=float)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T) ** 0.75)])
    spline = CubicSpline(along, xy, bc_type="periodic" if closed else "natural")
    length = np.hypot(*np.diff(xy, axis=0).T).sum()
    sample = spline(np.linspace(0.0, along[-1], max(int(length / step), 8) + 1))
    if closed:
        sample[-1] = sample[0]
    return shapely.simplify(shapely.LineString(sample), 0.6)


def origin() -> tuple[float, float]:
    """Return the easting and northing (metres, whole) of the local origin in the metric CRS."""
    x, y = Transformer.from_crs(GEOGRAPHIC_CRS, METRIC_CRS, always_xy=True).transform(*CENTRE_LON_LAT)
    return float(round(x)), float(round(y))
