"""What else changes when a layer does: made-up levels above new grids, blocks, and the grid of a station."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from gis_app.errors import Fault
from gis_app.exchange.context import Existing
from gis_app.exchange.messages import fault
from gis_app.layers import codes, schema
from gis_app.layers.derive import derive_missing

_NAMED_FAULTS = 50
_BELOW = {"county": "grids", "subdistricts": "communities", "communities": "grids"}
_WORD = {"grids": "网格", "communities": "社区"}


@dataclass(frozen=True)
class Change:
    """One layer as it will be, the store before (`existing`), what of it stays (`base`), and the helpers."""

    layer: str
    frame: gpd.GeoDataFrame
    existing: Existing
    base: Existing
    helpers: pd.DataFrame
    county_name: str


def follow(change: Change) -> tuple[dict[str, gpd.GeoDataFrame], list[Fault]]:
    """Return every layer to write, the imported one among them, and faults or warnings."""
    layers = {change.layer: change.frame}
    faults: list[Fault] = []
    if change.layer in _BELOW:
        faults += _children_fit(change)
    if change.layer == "grids":
        faults += _levels_above(change, layers)
        faults += _blocks(change, layers)
        faults += _stations(change, layers)
    return layers, faults


def _children_fit(change: Change) -> list[Fault]:
    """Refuse a parent layer that contradicts the children which are there."""
    below = _BELOW[change.layer]
    children = change.existing.layers[below]
    if len(children) == 0:
        return []
    own = schema.code_column(change.layer)
    length = codes.LENGTHS[
        next(level for level, name in codes.LAYER_OF_LEVEL.items() if name == change.layer)
    ]
    parents = children[schema.code_column(below)].str[:length]
    there = Existing({**change.existing.layers, change.layer: change.frame})
    located = there.locate(change.layer, children.geometry.values)
    wrong = (located != parents.to_numpy(dtype=object)).sum()
    if wrong == 0:
        return []
    return [fault("children_contradict", own, value=int(wrong), detail=_WORD[below])]


def _levels_above(change: Change, layers: dict[str, gpd.GeoDataFrame]) -> list[Fault]:
    """Make county, subdistricts and communities from grids that brought none; keep names that are known."""
    fresh = change.existing.empty or change.existing.made_up
    names = change.helpers.get("community_name")
    made_up = change.frame["grid_code"].str.startswith(codes.UNKNOWN_COUNTY).all()
    if not fresh or (not made_up and names is None):
        if change.existing.made_up:
            layers |= {name: schema.empty(name) for name in ("county", "subdistricts", "communities")}
        return []
    frames = {name: schema.empty(name) for name in schema.LAYERS} | {"grids": change.frame}
    derive_missing(frames)
    communities, subdistricts, county = frames["communities"], frames["subdistricts"], frames["county"]
    known = _known_names(change, names)
    communities["name"] = _named(communities["community_code"], "社区", known)
    layers["communities"] = communities
    if made_up:
        subdistricts["name"] = _named(subdistricts["subdistrict_code"], "街道", known)
        county["name"] = change.county_name[:100] or "县域"
        layers |= {"subdistricts": subdistricts, "county": county}
    return [fault("county_derived", "geometry")]


def _known_names(change: Change, names: pd.Series | None) -> dict[str, str]:
    known = {}
    for layer in ("subdistricts", "communities"):
        before = change.existing.layers[layer]
        known |= dict(zip(before[schema.code_column(layer)], before["name"], strict=True))
    if names is not None:
        stated = pd.DataFrame({"code": change.helpers["code"].str[:12], "name": names}).dropna()
        known |= stated.drop_duplicates("code").set_index("code")["name"].to_dict()
    return known


def _named(own: pd.Series, word: str, known: dict[str, str]) -> pd.Series:
    return pd.Series([known.get(code, word + code[-3:]) for code in own], index=own.index, dtype="str")


def _blocks(change: Change, layers: dict[str, gpd.GeoDataFrame]) -> list[Fault]:
    """Make blocks of grids that know their households, or put the blocks there are into the new grids."""
    before = change.existing.layers["blocks"]
    old_grids = change.existing.layers["grids"]
    ours = len(before) == 0 or set(before["block_code"]) == set(old_grids["grid_code"])
    if ours:
        return _one_block_per_grid(change, layers, before)
    index = Existing({**change.existing.layers, "grids": change.frame})
    located = index.locate("grids", before.geometry.values)
    lost = [code for code, grid in zip(before["block_code"], located, strict=True) if grid is None]
    if lost:
        return [fault("block_lost", "geometry", value=code) for code in lost[:_NAMED_FAULTS]]
    moved = int((located != before["grid_code"].to_numpy(dtype=object)).sum())
    if moved == 0:
        return []
    after = before.assign(grid_code=pd.Series(located, index=before.index, dtype="str"))
    layers["blocks"] = after.assign(community_code=after["grid_code"].str[:12])
    return [fault("blocks_regrouped", "geometry", value=moved)]


def _one_block_per_grid(change: Change, layers: dict[str, gpd.GeoDataFrame], before) -> list[Fault]:
    households = change.helpers.get("households")
    if households is None and len(before) == 0:
        return []  # the Atlas makes the same blocks by itself
    grids = change.frame
    known = dict(zip(before["block_code"], before["households"], strict=True))
    if households is not None:
        known |= dict(zip(change.helpers["code"], households, strict=True))
    blocks = pd.DataFrame(grids.drop(columns="geometry"))
    blocks["block_code"] = grids["grid_code"]
    blocks["households"] = [known.get(code) for code in grids["grid_code"]]
    frame = schema.complete("blocks", gpd.GeoDataFrame(blocks, geometry=grids.geometry, crs=schema.CRS))
    rows = dict(zip(change.helpers["code"], change.helpers["row"], strict=True))
    faults = []
    for found in schema.validate("blocks", frame):
        code = frame["block_code"].iloc[found.row - 1] if found.row else None
        if found.field == "households":
            moved = Fault(rows.get(code), "households", found.message_code, found.message, found.remedy)
            faults.append(moved)
    layers["blocks"] = frame
    return faults


def _stations(change: Change, layers: dict[str, gpd.GeoDataFrame]) -> list[Fault]:
    """Say anew in which grid each station lies."""
    stations = change.existing.layers["stations"]
    if len(stations) == 0:
        return []
    after = Existing({**change.existing.layers, **layers})
    located = pd.Series(after.locate("grids", stations.geometry.values), index=stations.index, dtype="str")
    if not located.equals(stations["grid_code"].astype("str")):
        layers["stations"] = stations.assign(grid_code=located)
    xy = shapely.get_coordinates(stations.geometry.values)
    outside = int((~shapely.intersects_xy(after.outline, xy[:, 0], xy[:, 1])).sum()) if len(xy) else 0
    return [fault("stations_outside", "stations", value=outside)] if outside else []
