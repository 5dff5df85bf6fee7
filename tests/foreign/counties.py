"""Polygons that nobody here made: example data that comes with libpysal, packed as a user would send them."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import libpysal

EXAMPLES = Path(libpysal.__file__).parent / "examples"


@dataclass(frozen=True)
class ForeignCounty:
    """A shapefile of the examples and the reference system that its makers used."""

    folder: str
    name: str
    crs: str
    rows: int

    def zipped(self, folder: Path) -> Path:
        """Pack the shapefile's parts and return the archive."""
        target = folder / f"{self.name}.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
                part = EXAMPLES / self.folder / f"{self.name}{suffix}"
                if part.exists() and part.stat().st_size:
                    archive.write(part, part.name)
        return target

    def station_table(self, folder: Path, every: int = 3) -> Path:
        """Write a table of stations, one inside every third polygon, as a spreadsheet user would."""
        polygons = gpd.read_file(EXAMPLES / self.folder / f"{self.name}.shp")
        points = polygons.geometry.representative_point().iloc[::every]
        if polygons.crs is None:
            points = points.set_crs(self.crs)
        points = points.to_crs("EPSG:4326")
        target = folder / "stations.csv"
        lines = ["名称,类型,经度,纬度,开放时间"]
        lines += [
            f"Station {number},暖心驿站,{x:.7f},{y:.7f},Mo-Su 08:00-20:00"
            for number, (x, y) in enumerate(zip(points.x, points.y, strict=True), start=1)
        ]
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return target


COUNTIES = (
    ForeignCounty("chicago", "Chicago77", "EPSG:3435", 77),
    ForeignCounty("georgia", "G_utm", "EPSG:26916", 159),
    ForeignCounty("virginia", "virginia", "EPSG:4326", 136),
    ForeignCounty("stl", "stl_hom", "EPSG:4326", 78),
)
