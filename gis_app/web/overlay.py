"""What all overlays share: areas of a level with their geometry or without, a class per area, and the legend.

`geometry=none` leaves the geometries out: the browser has them from the layer, and joins by id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from flask_babel import gettext as _

from gis_app.layers.atlas import CODE_OF_LEVEL
from gis_app.maps import classes as legend_classes
from gis_app.web import geojson
from gis_app.web.current import Snapshot, today

GEOMETRIES = ("none", "full")


def areas(
    found: Snapshot, level: str, frame: pd.DataFrame, geometry: str | None, extra: Mapping[str, Any]
) -> bytes:
    """Return the rows of `frame` (column `code`) as features of their areas, with `extra` beside them."""
    shapes = None if geometry == "none" else shapes_of(found, level, frame["code"])
    return geojson.feature_collection(frame, "code", shapes, extra)


def shapes_of(found: Snapshot, level: str, codes: pd.Series) -> np.ndarray:
    """Return the geometries of the areas with these codes, None for an unknown code."""

    def index() -> gpd.GeoSeries:
        return found.atlas.level(level).set_index(CODE_OF_LEVEL[level]).geometry

    return found.memo(("shapes", level), index).reindex(codes).to_numpy()


def names_of(found: Snapshot, level: str, codes: pd.Series) -> pd.Series:
    """Return the names of the areas with these codes."""
    frame = found.atlas.level(level)
    names = dict(zip(frame[CODE_OF_LEVEL[level]], frame["name"], strict=True))
    return codes.map(names)


def ranked_legend(values: pd.Series, title: str, unit: str, rule: str) -> dict[str, Any]:
    """Return the legend of a choropleth: at most five natural classes, none and no data apart."""
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    told = [_told(one) for one in legend_classes.classify(numbers, k=5, unit=unit)]
    return legend_classes.legend(title, told, unit, today(), rule)


def _told(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return a class with its label in the language of the answer."""
    return {**one, "label": _(one["label"]) if one["kind"] in ("none", "no_data") else one["label"]}
