"""What the store holds already, as an import needs it: layers, the county's outline, known codes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely

from gis_app.geo.lookup import AreaIndex
from gis_app.geo.validity import representative_points
from gis_app.layers import codes, schema
from gis_app.layers.derive import derive_missing


def usable(shapes: np.ndarray) -> np.ndarray:
    """Return (n,) bool: whether a shape can be reckoned with, being there, valid and finite."""
    return (
        shapely.is_valid(shapes) & ~shapely.is_empty(shapes) & np.isfinite(shapely.bounds(shapes)).all(axis=1)
    )


@dataclass(frozen=True)
class Existing:
    """The layers of the store as they stand; `derived` fills the levels above the grids."""

    layers: dict[str, gpd.GeoDataFrame]

    @property
    def empty(self) -> bool:
        """Tell whether there is no area at all yet."""
        names = [*codes.LAYER_OF_LEVEL.values(), "blocks"]
        return all(len(self.layers[name]) == 0 for name in names)

    @property
    def made_up(self) -> bool:
        """Tell whether the county's code was made here, for an import that brought none."""
        county = self.layers["county"]
        return len(county) == 1 and county["county_code"].iloc[0] == codes.UNKNOWN_COUNTY

    @cached_property
    def derived(self) -> dict[str, gpd.GeoDataFrame]:
        """Return the layers with missing levels made from lower ones."""
        frames = {name: self.layers[name].copy() for name in schema.LAYERS}
        derive_missing(frames)
        return frames

    @cached_property
    def outline(self) -> shapely.Geometry | None:
        """Return the county's outline in lon/lat, None where there is no area."""
        county = self.derived["county"]
        shape = county.geometry.iloc[0] if len(county) else None
        if shape is not None:
            shapely.prepare(shape)
        return shape

    @property
    def county_code(self) -> str | None:
        """Return the county's code, None where there is none."""
        county = self.derived["county"]
        return county["county_code"].iloc[0] if len(county) else None

    def locate(self, layer: str, geometries: np.ndarray) -> np.ndarray:
        """Return the code (n,) object of the layer's area in which each shape lies, None for none."""
        frame = self.layers[layer]
        index = AreaIndex(frame.geometry.values, frame[schema.code_column(layer)])
        shapes = np.array(geometries, dtype=object)
        shapes[~usable(shapes)] = None
        points = representative_points(shapes)
        known = np.isfinite(points).all(axis=1)
        found = np.full(len(shapes), None, dtype=object)
        found[known] = index.at(points[known])
        return found
