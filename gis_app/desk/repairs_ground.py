"""Longitude and latitude as metres on a flat ground, and back without moving a corner that stayed.

The map is linear, so that straight borders stay straight and what fits together in degrees fits together in
metres; over a county its scale is off by some thousandths, which does not matter for half a metre.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

METRES = 111_320.0
SAME = 2e-5  # metres within which a corner is the one that was there


@dataclass(frozen=True, slots=True)
class Ground:
    """Metres per degree of longitude and latitude, measured from an origin."""

    origin: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, shapes: np.ndarray) -> Ground:
        """Return the ground around some shapes in lon/lat."""
        west, south, east, north = shapely.total_bounds(shapes) if len(shapes) else np.zeros(4)
        middle = np.array([(west + east) / 2, (south + north) / 2])
        middle = np.where(np.isfinite(middle), middle, 0.0)
        return cls(middle, METRES * np.array([np.cos(np.radians(middle[1])), 1.0]))

    def metres(self, shapes: np.ndarray) -> np.ndarray:
        """Return shapes in metres."""
        return shapely.transform(shapes, lambda xy: (xy - self.origin) * self.scale)

    def degrees(self, shapes: np.ndarray, before: np.ndarray) -> np.ndarray:
        """Return shapes in lon/lat; a corner that one of the shapes `before` has is taken as it was."""
        known = np.unique(shapely.get_coordinates(before), axis=0)
        tree = cKDTree((known - self.origin) * self.scale)

        def back(xy: np.ndarray) -> np.ndarray:
            distance, at = tree.query(xy, distance_upper_bound=SAME)
            result = xy / self.scale + self.origin
            there = np.isfinite(distance)
            result[there] = known[at[there]]
            return result

        return shapely.transform(shapes, back)


def same(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return (n,) bool: whether shapes in metres have the same corners, whatever corner they begin with."""
    return shapely.equals_exact(shapely.normalize(before), shapely.normalize(after), SAME)
