"""The files of geodata/ as they lie on the disk, read once, without the application's own readers."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

GEODATA = Path(__file__).resolve().parents[3] / "geodata"


class Files(dict):
    """Layers by name in longitude and latitude, tables by name as text; read when first asked for."""

    def __missing__(self, name: str) -> pd.DataFrame:
        layer, table = GEODATA / f"{name}.geojson", GEODATA / f"{name}.csv"
        if layer.is_file():
            self[name] = gpd.read_file(layer).set_crs(4490, allow_override=True)
        else:
            self[name] = pd.read_csv(table, dtype=str, keep_default_na=False)
        return self[name]

    def metric(self, name: str) -> gpd.GeoDataFrame:
        """Return a layer in metres (EPSG:4547)."""
        return self[name].to_crs(4547)


@pytest.fixture(scope="session")
def files() -> Files:
    return Files()


@pytest.fixture(scope="session")
def geodata() -> Path:
    return GEODATA
