"""The maps of a report: which figure each shows, in the classes and colours of the screen.

Who answers is told by zone or organisation, never by a person's name.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from gis_app.incidents.key_figures import COVERAGE, POSTS, REPORTS, KeyFigure
from gis_app.incidents.key_figures import RATE as A_RATE
from gis_app.maps.classes import categories, legend
from gis_app.paper.county import Order, classed, sheet_of
from gis_app.paper.document import Picture
from gis_app.paper.drawing import draw_map
from gis_app.paper.monthly import ANSWERS_MAP, COVERAGE_MAP, INCIDENTS_MAP
from gis_app.paper.monthly_state import Material
from gis_app.paper.monthly_tables import View

SIZE_MM = (166.0, 118.0)
MOST_GRIDS = 300
STATION_COLOUR = "#A3195B"
# Okabe and Ito's colours, softened to bear text; neighbours differ in more than hue
HUES = ("#9CC9E6", "#F2CF8A", "#A5D6B7", "#E9B3CE", "#F3E79B", "#C3B7DD", "#E8B49A", "#C9D1D6")


def drawn(material: Material) -> dict[str, Picture]:
    """Return the pictures of a report; none where the county has no area to show."""
    view = View(material)
    level = _level(material)
    if not len(material.areas(level)):
        return {}
    return {
        COVERAGE_MAP: _of_figure(view, COVERAGE, level, COVERAGE_MAP, _stations(view)),
        INCIDENTS_MAP: _of_figure(view, REPORTS, level, INCIDENTS_MAP),
        ANSWERS_MAP: _answers(view),
    }


def _level(material: Material) -> str:
    """Return the level whose areas are filled: grids, communities where there are too many."""
    many = len(material.areas("grid")) > MOST_GRIDS or not len(material.areas("grid"))
    return "community" if many else "grid"


def _of_figure(view: View, code: str, level: str, key: str, marks: tuple = ()) -> Picture:
    _, material, lang = view.say, view.material, view.lang
    figure = material.figures[code]
    table = material.tables(view.now, level)[code]
    values = table["value"].to_numpy(float)
    scaled, unit = (values * 100, "%") if figure.unit == A_RATE else (values, _("件/千户"))
    rows, told = classed(list(table.index), scaled.round(1), figure.label[lang], unit, language=lang)
    return _picture(view, key, level, figure.label[lang], (rows, told), marks, _alt(view, figure, table))


def _picture(view: View, key: str, level: str, title: str, drawn: tuple, marks: tuple, alt: str) -> Picture:
    material, (rows, told) = view.material, drawn
    order = Order(
        title="",
        level=level,
        rows=rows,
        legend=told,
        size_mm=SIZE_MM,
        date=material.now.period.end.isoformat(),
        language=view.lang,
        review_number=material.asked.basis.review_number,
        attribution=material.asked.basis.attribution,
        area=material.inside,
        marks=marks,
    )
    sheet = sheet_of(order, material.atlas)
    if level == "grid" and material.level == "community":  # grids are too many to be named on a page
        named = replace(order, level="community", rows=_unsaid(material), marks=(), legend=told)
        sheet = replace(sheet, names=sheet_of(named, material.atlas).names)
    return Picture(key, title, alt, draw_map(sheet))


def _unsaid(material: Material) -> list[list]:
    """Return the communities as rows of an order that says no more than their names."""
    return [[code, 0, "", None] for code in material.areas("community")["code"]]


def _alt(view: View, figure: KeyFigure, table: pd.DataFrame) -> str:
    """Return in words what a map shows: the highest and the lowest area."""
    _ = view.say
    known = table["value"].dropna().sort_values(kind="stable")
    if not len(known):
        return _("%(label)s的地图，没有数据。", label=figure.label[view.lang])
    low, high = known.index[0], known.index[-1]
    return _(
        "%(label)s的地图：最高 %(high)s %(most)s，最低 %(low)s %(least)s。",
        label=figure.label[view.lang],
        high=view.name(high),
        most=view.number(figure, float(known.iloc[-1])),
        low=view.name(low),
        least=view.number(figure, float(known.iloc[0])),
    )


def _stations(view: View) -> tuple:
    """Return the stations that count, as marks without names."""
    _ = view.say
    table, mask = view.now.coverage.table, view.now.coverage.mask
    counted = table.stations[mask]
    inside = counted["grid_code"].fillna("").astype("str").str.startswith(view.material.inside)
    places = counted.loc[inside.to_numpy(bool), ["lon", "lat"]].round(7).to_numpy().tolist()
    if not places:
        return ()
    return ((_("开放的暖心驿站"), "diamond", STATION_COLOUR, [[*place, ""] for place in places]),)


def _answers(view: View) -> Picture:
    """Return which zone each community belongs to; without zones how many of its posts are filled."""
    _, material = view.say, view.material
    zones = material.zones
    areas = material.areas("community")
    found = areas["code"].map(zones).fillna("").astype("str")
    if not (found != "").any():
        return _of_figure(view, POSTS, _level(material), ANSWERS_MAP)
    names = sorted(found.unique())
    labels = [name or _("未划入片区") for name in names]
    colours = ["#FFFFFF" if not name else HUES[number % len(HUES)] for number, name in enumerate(names)]
    place = {name: number for number, name in enumerate(names)}
    counts = found.value_counts().reindex(names).tolist()
    told = legend(_("包片"), categories(labels, colours, counts))
    rows = [[code, place[name], name, None] for code, name in zip(areas["code"], found, strict=True)]
    alt = _("各社区所属片区的地图：%(names)s。", names=view.comma.join(labels))
    return _picture(view, ANSWERS_MAP, "community", _("谁来负责：片区"), (rows, told), (), alt)
