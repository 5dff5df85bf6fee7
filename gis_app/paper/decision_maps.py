"""The maps of a decision paper: the county on facing pages, each changed community side by side.

Grids are filled by whether they have as many households as they should; blocks that change grid are hatched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from gis_app.maps.classes import categories, legend
from gis_app.paper.decision_view import View
from gis_app.paper.document import Pair, Picture, Section
from gis_app.paper.drawing import draw_map
from gis_app.paper.sheet import Areas, MapSheet, Marks, Names
from gis_app.paper.text import clean
from gis_app.plans.shapes import polygons, united
from gis_app.plans.state import State

LARGER_NAMES = 1.7
PAGE_MM, HALF_MM = (166.0, 204.0), (81.5, 104.0)
FEW, FIT, MANY = "#9CC9E6", "#EFEBDD", "#F2B98A"
STATION_COLOUR = "#A3195B"
SIDES = ("before", "after")


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two plans as shapes in metres: grids with codes and households, communities."""

    shapes: np.ndarray
    codes: tuple[str, ...]
    households: np.ndarray
    homes: tuple[str, ...]
    communities: np.ndarray
    community_codes: tuple[str, ...]


class Maps:
    """Draws the maps of one decision."""

    def __init__(self, view: View, review_number: str = "", attribution: str = "") -> None:
        self.view, self.review_number, self.attribution = view, review_number, attribution
        one = view.decision
        self.sides = {
            "before": _side(one.before, {}),
            "after": _side(one.after, one.effects.codes),
        }
        canvas = one.after.canvas
        self.hatched = canvas.shapes[np.isin(canvas.block_codes, one.comparison.moved["block_code"])]
        self.ground = {
            name: _metric(frame, canvas.crs)
            for name, frame in (("water", one.atlas.water), ("streets", one.atlas.streets))
        }
        self.stations = _metric(one.atlas.stations[one.atlas.stations["status"] == "open"], canvas.crs)

    def titles(self) -> dict[str, str]:
        """Return what each side is called."""
        _ = self.view.say
        return {"before": _("现行"), "after": _("草案")}

    def county(self) -> tuple[Picture, Picture]:
        """Return the whole county before and after, each as large as a page."""
        _, titles = self.view.say, self.titles()
        return tuple(
            Picture(
                f"county-{name}",
                _("全县网格（%(side)s）", side=titles[name]),
                self._alt(self.sides[name], titles[name]),
                draw_map(self._sheet(self.sides[name], PAGE_MM, ())),
            )
            for name in SIDES
        )

    def communities(self) -> list[Pair]:
        """Return each community whose grids change, before beside after."""
        titles, names = self.titles(), self.view.communities
        return [self._pair(code, names.get(code, code), titles) for code in self._changed_communities()]

    def _changed_communities(self) -> list[str]:
        changed = set(self.view.changed.index)
        homes = {
            home
            for side in self.sides.values()
            for code, home in zip(side.codes, side.homes, strict=True)
            if code in changed
        }
        return sorted(homes)

    def _pair(self, code: str, name: str, titles: dict[str, str]) -> Pair:
        left, right = (
            Picture(
                f"community-{code}-{side}",
                titles[side],
                self._alt(self.sides[side], f"{name} {titles[side]}", code),
                draw_map(self._sheet(self.sides[side], HALF_MM, self._focus(code), code)),
            )
            for side in SIDES
        )
        return Pair(f"{name} {code}", left, right)

    def _focus(self, code: str) -> np.ndarray:
        """Return what both maps of a community show: what it is before and after, at one scale."""
        found = [
            side.communities[number]
            for side in self.sides.values()
            for number, known in enumerate(side.community_codes)
            if known == code
        ]
        return np.array(found, dtype=object)

    def _sheet(self, side: Side, size: tuple[float, float], focus: Sequence, community: str = "") -> MapSheet:
        _ = self.view.say
        mine = np.array([not community or home == community for home in side.homes], dtype=bool)
        least, most = self.view.band
        classes = np.where(side.households < least, 0, np.where(side.households > most, 2, 1))[mine]
        labels = [_("少于 %(n)s 户", n=least), f"{least}–{most}", _("多于 %(n)s 户", n=most)]
        counts = np.bincount(classes, minlength=3).tolist()
        points = shapely.get_coordinates(self.stations)
        return MapSheet(
            title="",
            areas=Areas(side.shapes[mine], classes, ()),
            legend=legend(_("每个网格的户数"), categories(labels, [FEW, FIT, MANY], counts)),
            size_mm=size,
            date=self.view.decision.day.isoformat(),
            language=self.view.lang,
            review_number=self.review_number,
            attribution=self.attribution,
            names=Names(side.shapes[mine], self._texts(side, mine, bool(community)), _("网格")),
            marks=(Marks(_("开放的站点"), "diamond", STATION_COLOUR, points),) if len(points) else (),
            borders={"grids": side.shapes, "communities": side.communities},
            ground=self.ground,
            focus=np.asarray(focus, dtype=object) if len(focus) else side.shapes,
            larger_names=LARGER_NAMES,
            hatched=self.hatched,
            hatch_title=_("换网格的地块"),
        )

    def _texts(self, side: Side, mine: np.ndarray, near: bool) -> tuple:
        """Return the names of grids: of the whole county by community and last digits, near by the code."""
        names, texts = self.view.communities, []
        for number in np.flatnonzero(mine).tolist():
            code = side.codes[number]
            if near:
                homes = self.view.say("%(n)s 户", n=f"{side.households[number]:,}")
                texts.append(((code[-6:], homes), (code[-6:],), (code[-3:],)))
            else:
                full = (clean(names.get(side.homes[number], "")), code[-3:])
                texts.append((full, (code[-6:],)))
        return tuple(texts)

    def _alt(self, side: Side, title: str, community: str = "") -> str:
        _, changed = self.view.say, set(self.view.changed.index)
        pairs = zip(side.codes, side.homes, strict=True)
        told = [code for code, home in pairs if code in changed and community in ("", home)]
        return _(
            "%(title)s的地图，有变化的网格：%(codes)s。", title=title, codes=self.view.codes(tuple(told))
        )


def sections(view: View, review_number: str = "", attribution: str = "") -> tuple[Section, ...]:
    """Return the maps of the county and of each changed community; none where nothing is drawn."""
    _, maps = view.say, Maps(view, review_number, attribution)
    pairs = tuple(maps.communities())
    near = (Section(_("各社区的调整"), pairs, page=True),) if pairs else ()
    return (Section(_("调整前后的网格"), maps.county(), page=True), *near)


def _side(state: State, codes: dict[str, str]) -> Side:
    canvas = state.canvas
    final = tuple(codes.get(key, key) for key in state.keys)
    return Side(
        shapes=polygons(state),
        codes=final,
        households=state.households,
        homes=tuple(home or code[:12] for home, code in zip(state.communities, final, strict=True)),
        communities=united(canvas.shapes, canvas.community, len(canvas.communities)),
        community_codes=tuple(str(code) for code in canvas.communities),
    )


def _metric(frame: gpd.GeoDataFrame, crs: object) -> np.ndarray:
    return frame.geometry.to_crs(crs).to_numpy()
