"""What the map can show, as tables: layers in their groups, overlays with the choices each offers.

The page's modules build the layer panel and the overlay controls from `page_config`; a county without some
layer simply does not offer it. Addresses only, no data.
"""

from collections.abc import Mapping

from gis_app.assignments.tables import ROLES
from gis_app.incidents.model import CATEGORIES, STATES
from gis_app.maps.base_maps import base_maps
from gis_app.maps.styles import BORDERS, HOLDER_COLOURS
from gis_app.programme.projects import CATEGORIES as PROGRAMME_CATEGORIES
from gis_app.programme.stars import STARS

LANGUAGES = ("zh", "en")
DEFAULT_OVERLAY = "coverage"

GROUPS: dict[str, dict[str, str]] = {
    "divisions": {"zh": "区划", "en": "Divisions"},
    "facilities": {"zh": "设施", "en": "Facilities"},
    "ground": {"zh": "底图", "en": "Ground"},
}

# name -> group, titles, what is drawn, from which zoom, and whether it is on at the first visit
LAYERS: dict[str, dict] = {
    "county": {"group": "divisions", "zh": "县界", "en": "County", "kind": "border", "on": True},
    "subdistricts": {
        "group": "divisions",
        "zh": "街道界",
        "en": "Subdistricts",
        "kind": "border",
        "on": True,
    },
    "communities": {"group": "divisions", "zh": "社区界", "en": "Communities", "kind": "border", "on": True},
    "grids": {"group": "divisions", "zh": "网格界", "en": "Grids", "kind": "border", "on": True},
    "labels": {
        "group": "divisions",
        "zh": "名称",
        "en": "Names",
        "kind": "labels",
        "on": True,
        "data": "grids",
    },
    "stations": {"group": "facilities", "zh": "站点", "en": "Stations", "kind": "points", "on": True},
    "blocks": {"group": "ground", "zh": "地块", "en": "Blocks", "kind": "ground", "on": True},
    "water": {"group": "ground", "zh": "水系", "en": "Water", "kind": "ground", "on": True},
    "streets": {"group": "ground", "zh": "道路", "en": "Streets", "kind": "ground", "on": True},
    "street_pieces": {
        "group": "ground",
        "zh": "路网断片",
        "en": "Street pieces",
        "kind": "ground",
        "on": False,
    },
    "gates": {
        "group": "ground",
        "zh": "小区出入口",
        "en": "Gates",
        "kind": "ground",
        "on": True,
        "min_zoom": 16,
    },
    "buildings": {
        "group": "ground",
        "zh": "楼栋",
        "en": "Buildings",
        "kind": "ground",
        "on": True,
        "min_zoom": 16,
    },
}

STATION_KINDS: dict[str, dict[str, str]] = {
    "warm_station": {"zh": "暖心驿站", "en": "Warm station"},
    "party_service_centre": {"zh": "党群服务中心", "en": "Party service centre"},
}
LEVELS: dict[str, dict[str, str]] = {
    "community": {"zh": "社区", "en": "Community"},
    "grid": {"zh": "网格", "en": "Grid"},
    "block": {"zh": "地块", "en": "Block"},
}
LIMITS: dict[str, dict[str, str]] = {
    "300m": {"zh": "300 米", "en": "300 m"},
    "500m": {"zh": "500 米", "en": "500 m"},
    "1000m": {"zh": "1,000 米", "en": "1,000 m"},
    "5min": {"zh": "5 分钟", "en": "5 min"},
    "10min": {"zh": "10 分钟", "en": "10 min"},
    "15min": {"zh": "15 分钟", "en": "15 min"},
}
INCIDENT_VIEWS: dict[str, dict[str, str]] = {
    "points": {"zh": "点", "en": "Points"},
    "heat": {"zh": "热力", "en": "Heat"},
    "counts": {"zh": "分区统计", "en": "Counts by area"},
}
PROGRAMME_KINDS: dict[str, dict[str, str]] = {
    "projects": {"zh": "公益项目", "en": "Service projects"},
    "demands": {"zh": "居民需求", "en": "Demands"},
    "activities": {"zh": "活动", "en": "Activities"},
}
# how many stars are held -> colour
STAR_COLOURS = ("#ffffff", "#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494")
PROGRAMME_COLOURS = {
    "elderly": "#C2410C",
    "children": "#B7791F",
    "health": "#BE185D",
    "facilities": "#0B5FA5",
    "environment": "#0F766E",
    "culture": "#7C3AED",
    "safety": "#334155",
    "skills": "#4D7C0F",
}
MEASURES: dict[str, dict[str, str]] = {
    "count": {"zh": "件数", "en": "Count"},
    "rate": {"zh": "每千户件数", "en": "Per 1,000 households"},
}


def overlays(language: str = "zh") -> list[dict]:
    """List the overlays: id, title, address, and per parameter its title, choices and default."""
    counted = {name: LEVELS[name] for name in ("grid", "community")}
    return [
        _overlay(
            "coverage",
            {"zh": "覆盖", "en": "Coverage"},
            language,
            [
                _parameter("level", {"zh": "按", "en": "By"}, LEVELS, "grid", language),
                _parameter("limit", {"zh": "步行", "en": "On foot"}, LIMITS, "500m", language),
            ],
        ),
        _overlay(
            "assignment",
            {"zh": "责任", "en": "Assignment"},
            language,
            [
                _parameter("role", {"zh": "谁负责", "en": "Who answers"}, ROLES, "grid_worker", language),
            ],
        ),
        _overlay(
            "incidents",
            {"zh": "事件", "en": "Incidents"},
            language,
            [
                _parameter("view", {"zh": "显示", "en": "Show as"}, INCIDENT_VIEWS, "points", language),
                _parameter("level", {"zh": "按", "en": "By"}, counted, "grid", language),
                _parameter("measure", {"zh": "统计", "en": "Measure"}, MEASURES, "count", language),
                _parameter(
                    "category", {"zh": "类别", "en": "Category"}, CATEGORIES, "", language, every=True
                ),
                _parameter("state", {"zh": "状态", "en": "State"}, STATES, "", language, every=True),
            ],
            counts="/overlays/incident-counts.geojson",
        ),
        *_programme(language),
    ]


def _programme(language: str) -> list[dict]:
    """List the overlays of star ratings and of the programme."""
    categories = _parameter(
        "category", {"zh": "类别", "en": "Category"}, PROGRAMME_CATEGORIES, "", language, every=True
    )
    star = _parameter("star", {"zh": "看哪颗", "en": "Star"}, STARS, "", language, every=True)
    what = _parameter("what", {"zh": "显示", "en": "Show"}, PROGRAMME_KINDS, "projects", language)
    return [
        _overlay("ratings", {"zh": "评星", "en": "Stars"}, language, [star]),
        _overlay("programme", {"zh": "共建", "en": "Programme"}, language, [what, categories]),
    ]


def layers(language: str = "zh", rows: Mapping[str, int] | None = None) -> list[dict]:
    """List the groups with their layers; where ``rows`` is given, only the layers that have any."""
    found = []
    for group, titles in GROUPS.items():
        members = [
            _layer(name, entry, language)
            for name, entry in LAYERS.items()
            if entry["group"] == group and (rows is None or rows.get(entry.get("data", name), 0) > 0)
        ]
        if members:
            found.append({"id": group, "title": titles[language], "layers": members})
    return found


def page_config(
    settings: object,
    language: str,
    revision: int,
    bounds: tuple[float, float, float, float] | None,
    rows: Mapping[str, int],
    synthetic: bool = False,
    today: str = "",
    period: tuple[str, str] | None = None,
) -> dict:
    """Tell the page's modules what there is to show.

    ``rows`` counts the features of each layer, ``period`` is the first and last day (ISO) of the incidents.
    The answer is plain JSON types and holds no data but these.
    """
    language = language if language in LANGUAGES else "zh"
    return {
        "language": language,
        "revision": revision,
        "bounds": list(bounds) if bounds else None,
        "today": today,
        "period": list(period) if period else None,
        "groups": layers(language, rows),
        "rows": dict(rows),
        "overlays": overlays(language),
        "default_overlay": DEFAULT_OVERLAY if rows.get("grids", 0) else "none",
        "bases": [{"id": base.id, "title": base.title[language]} for base in base_maps(settings)],
        "station_kinds": {kind: titles[language] for kind, titles in STATION_KINDS.items()},
        "borders": BORDERS,
        "holder_colours": list(HOLDER_COLOURS),
        "synthetic": synthetic,
        "review_number": getattr(settings, "map_review_number", "") or "",
        "attribution": getattr(settings, "map_attribution", "") or "",
    }


def _layer(name: str, entry: dict, language: str) -> dict:
    return {
        "id": name,
        "title": entry[language],
        "kind": entry["kind"],
        "url": f"/layers/{entry.get('data', name)}.geojson",
        "min_zoom": entry.get("min_zoom", 0),
        "on": entry["on"],
    }


def _overlay(identity: str, titles: dict, language: str, parameters: list[dict], **extra: str) -> dict:
    url = f"/overlays/{identity}.geojson"
    return {"id": identity, "title": titles[language], "url": url, "parameters": parameters, **extra}


def _parameter(
    name: str, titles: dict, choices: Mapping[str, dict], default: str, language: str, every: bool = False
) -> dict:
    options = [{"value": value, "title": labels[language]} for value, labels in choices.items()]
    if every:
        options.insert(0, {"value": "", "title": "全部" if language == "zh" else "All"})
    return {"name": name, "title": titles[language], "choices": options, "default": default}
