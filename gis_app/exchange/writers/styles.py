"""How each layer is drawn elsewhere: one table of colours and widths, which QML and KML are made from.

The colours that carry a meaning are near those of our own map; whoever opens a file may change all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

AREA, LINE, POINT = "fill", "line", "marker"


@dataclass(frozen=True)
class Style:
    """How a layer is drawn: `fill` and `line` as #rrggbb ("" is none), opacity 0–1, widths in millimetres.

    `by` names a field, `classes` its values with a colour and a title; what has another value is drawn in the
    plain colours. `scale` is the smallest map scale (1:n) at which it is drawn, 0 for every one.
    """

    kind: str
    fill: str = ""
    line: str = "#1f2937"
    width: float = 0.26
    opacity: float = 1.0
    dash: bool = False
    by: str = ""
    classes: dict[str, tuple[str, str]] = field(default_factory=dict)
    labelled: bool = False
    scale: int = 0


# In the order of a map, the uppermost first.
STYLES: dict[str, Style] = {
    "incidents": Style(
        POINT, "#be185d", "#ffffff", 2.4, by="state",
        classes={
            "reported": ("#b45309", "已上报"),
            "accepted": ("#b7791f", "已受理"),
            "dispatched": ("#0b5fa5", "已派遣"),
            "resolved": ("#0f766e", "已处置"),
            "verified": ("#0f766e", "已核查"),
            "closed": ("#64748b", "已结案"),
            "returned": ("#be185d", "已退回"),
        },
    ),
    "stations": Style(
        POINT, "#0b5fa5", "#ffffff", 3.2, by="kind", labelled=True,
        classes={
            "warm_station": ("#c2410c", "暖心驿站"),
            "party_service_centre": ("#b91c1c", "党群服务中心"),
        },
    ),
    "gates": Style(
        POINT, "#334155", "#ffffff", 1.8, by="passage", scale=10_000,
        classes={"open": ("#0f766e", "开放"), "closed": ("#be185d", "关闭")},
    ),
    "county": Style(AREA, "", "#1f2937", 1.0),
    "subdistricts": Style(AREA, "", "#374151", 0.8, dash=True),
    "communities": Style(AREA, "", "#0b5fa5", 0.6, labelled=True),
    "grids": Style(AREA, "", "#475569", 0.3, labelled=True),
    "street_pieces": Style(LINE, "", "#be185d", 0.8),
    "streets": Style(
        LINE, "", "#94a3b8", 0.3, by="road_class",
        classes={
            "arterial": ("#c2410c", "主干路"),
            "collector": ("#b7791f", "次干路"),
            "lane": ("#94a3b8", "支路街巷"),
            "path": ("#86a873", "步行道"),
        },
    ),
    "buildings": Style(AREA, "#cbd5e1", "#94a3b8", 0.1, scale=15_000),
    "water": Style(AREA, "#bfdbfe", "#60a5fa", 0.1),
    "blocks": Style(
        AREA, "#f1f5f9", "#cbd5e1", 0.1, 0.8, by="land_use",
        classes={
            "residential": ("#fdf3d0", "住宅"),
            "mixed": ("#f9dcc4", "商住混合"),
            "commercial": ("#f6c8c8", "商业"),
            "industrial": ("#ddd6e8", "工业"),
            "public": ("#d4e4f7", "公共服务"),
            "green": ("#d5ebd0", "绿地"),
            "water": ("#bfdbfe", "水域"),
            "rural": ("#eef2e0", "乡村"),
        },
    ),
}  # fmt: skip
PLAIN = {
    AREA: Style(AREA, "#d4e4f7", "#0b5fa5", 0.3, 0.6),
    LINE: Style(LINE, "", "#0b5fa5", 0.4),
    POINT: Style(POINT, "#0b5fa5", "#ffffff", 2.4),
}
_KINDS = {0: POINT, 1: LINE, 2: AREA}


def style_of(name: str, dimension: int) -> Style:
    """Return how a layer with shapes of this dimension (0, 1, 2) is drawn."""
    kind = _KINDS[dimension]
    known = STYLES.get(name)
    return known if known is not None and known.kind == kind else PLAIN[kind]


def order_of(name: str) -> int:
    """Return where a layer stands in a map, the uppermost at 0."""
    names = list(STYLES)
    return names.index(name) if name in names else len(names)
