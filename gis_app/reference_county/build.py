"""Build the whole reference county: the one place where its parts are put together.

Run by scripts/build_geodata. The same seed and the same locked libraries give the same bytes.
"""

from __future__ import annotations

import argparse
import filecmp
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from gis_app.reference_county import (
    blocks,
    buildings,
    communities,
    gates,
    growth,
    incidents,
    landuse,
    layers,
    organisations,
    programme,
    ratings,
    skeleton,
    station_history,
    stations,
    streets,
    supervision,
)
from gis_app.reference_county.names import Names
from gis_app.reference_county.regions import BlockGraph
from gis_app.reference_county.write import write_catalogue, write_layer, write_table

SEED = 410222
GEODATA = Path(__file__).resolve().parents[2] / "geodata"


def rng_for(part: str) -> np.random.Generator:
    """Return the random numbers of one part, so that a change to it leaves the other parts alone."""
    return np.random.default_rng([SEED, zlib.crc32(part.encode())])


def build(sources: Path, target: Path) -> dict[str, int]:
    """Write every file of the reference county into `target`; return the number of rows per file."""
    target.mkdir(parents=True, exist_ok=True)
    county = layers.read_county(sources / "county_outline.geojson")
    divisions, names = (
        communities.read_divisions(sources / "divisions.csv"),
        Names.read(sources / "names.json"),
    )
    town, use = _town()
    homes, community, grid = _divide(town, use, divisions)
    base = layers.Base(town, use, homes, community, grid, divisions, county)
    roads = _roads(town, county, names)
    block_names = names.blocks(use.fabric.to_numpy(), base.community_names, rng_for("block names"))
    atlas = layers.areas(base, block_names)
    atlas |= {
        "streets": layers.streets_layer(roads),
        "buildings": layers.buildings_layer(base),
        "water": layers.water_layer(town, county),
        "stations": _stations(base, roads, atlas),
        "gates": layers.gates_layer(
            gates.gates(roads, town.blocks, use.land_use.to_numpy(), rng_for("gates")), block_names
        ),
    }
    tables = _tables(base, atlas, organisations.read_organisations(sources / "organisations.csv"), names)
    classes = incidents.read_classes(sources / "incident_classes.csv", tables["organisations"])
    handlers = incidents.read_class_handlers(sources / "class_handlers.csv", tables["organisations"])
    tables |= {
        "incident_classes": classes.drop(columns=["weight", "descriptions"]),
        "class_handlers": handlers,
        "incidents": _incidents(base, roads, atlas, classes, tables["organisations"]),
    }
    tables |= _supervised(atlas, tables) | _programme(atlas, tables)
    parts = atlas["stations"], atlas["gates"], atlas["grids"]
    tables["station_history"] = station_history.history(*parts, rng_for("station history"))
    return _write(atlas, tables, target)


def _supervised(atlas: dict, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables of supervision and of star ratings."""
    areas, grids, orgs = atlas["communities"], atlas["grids"], tables["organisations"]
    found = supervision.build(areas, grids, orgs, rng_for("supervision"))
    scores = ratings.scores(areas, rng_for("ratings"))
    stars = {"star_teams": ratings.star_teams(orgs), "ratings": scores}
    return found | stars | {"rating_verdicts": ratings.verdicts(scores)}


def _programme(atlas: dict, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables of demands, service projects and activities."""
    places, rng = programme.Places.of(atlas), rng_for("programme")
    projects = programme.projects(places, rng)
    adopted = programme.adoptions(projects, tables["members"], tables["organisations"], rng)
    return {
        "projects": projects,
        "project_adoptions": adopted,
        "demands": programme.demands(projects, places, rng),
        "activities": programme.activities(projects, adopted, rng),
    }


def _town() -> tuple[blocks.Town, pd.DataFrame]:
    bones = streets.lay_bones()
    lines = streets.Grower(bones, rng_for("streets")).grow()
    town = blocks.build_town(bones, lines)
    use = landuse.use_of_blocks(town, bones.park, rng_for("land use"))
    keep = blocks.ragged_edge(town, (use.fabric == "vacant").to_numpy(), rng_for("edge"))
    return blocks.trim(town, keep), use[keep].reset_index(drop=True)


def _divide(
    town: blocks.Town, use: pd.DataFrame, divisions: pd.DataFrame
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return the buildings with today's households, and the community and grid number of each block."""
    homes = buildings.build_buildings(town, use.fabric.to_numpy(), rng_for("buildings"))
    households = np.bincount(homes.block, weights=homes.households, minlength=len(town.blocks))
    graph = BlockGraph.of(town.borders, shapely.get_coordinates(shapely.centroid(town.blocks)))
    area = shapely.area(town.blocks)
    community = communities.community_of_blocks(graph, divisions, households + area / area.sum() * 21_000)
    grid = communities.grid_of_blocks(graph, community, households, rng_for("grids"))
    grid = communities.in_reading_order(grid, community, layers.projected(town.blocks))
    homes = growth.grown_households(homes, grid[homes.block], rng_for("growth"))
    return homes, community, grid


def _roads(town: blocks.Town, county: shapely.Geometry, names: Names) -> pd.DataFrame:
    roads = blocks.street_edges(town)
    roads["name"] = names.streets(roads, skeleton.OLD_TOWN, rng_for("street names"))
    return blocks.with_highways(roads, county)


def _stations(base: layers.Base, roads: pd.DataFrame, atlas: dict) -> pd.DataFrame:
    rng, places = (
        rng_for("stations"),
        stations.candidates(roads, base.town.blocks, shapely.union_all(base.town.water.geometry.to_numpy())),
    )
    centre = shapely.get_coordinates(shapely.centroid(base.homes.geometry.to_numpy()))
    homes = base.homes.assign(x=centre[:, 0], y=centre[:, 1])
    homes = homes[homes.households > 0]
    warm = stations.warm_stations(places, homes, (-150.0, -50.0), rng)
    warm["landmark"] = np.where(
        base.use.fabric.isin(stations.LANDMARKS).to_numpy()[warm.block],
        atlas["blocks"].name.to_numpy(dtype=object)[warm.block],
        "",
    )
    warm = stations.describe(warm, base.community_names[warm.block], rng)
    centres = stations.service_centres(places, base.community, homes)
    centres = stations.describe_centres(centres, base.community_names[centres.block], rng)
    return layers.stations_layer(pd.concat([warm, centres], ignore_index=True), base)


def _tables(base: layers.Base, atlas: dict, orgs: pd.DataFrame, names: Names) -> dict[str, pd.DataFrame]:
    people = organisations.People(names, rng_for("organisations"))
    areas, grids = atlas["communities"], atlas["grids"]
    xy = shapely.get_coordinates(shapely.centroid(layers.union_by(base.town.blocks, base.community)))
    zone = organisations.zone_of_communities(xy)
    orgs, zones, membership = organisations.zone_tables(orgs, areas, xy, zone, people)
    pairs = organisations.pair_communities(orgs, membership, people.rng)
    posts = organisations.assignments(areas, grids, pairs, organisations.leaders(xy), people)
    return {
        "organisations": orgs,
        "zones": zones,
        "zone_communities": membership,
        "assignments": posts,
        "members": organisations.member_counts(pairs, grids, people.rng),
    }


def _incidents(
    base: layers.Base, roads: pd.DataFrame, atlas: dict, classes: pd.DataFrame, orgs: pd.DataFrame
) -> pd.DataFrame:
    rng, codes = rng_for("incidents"), atlas["grids"].grid_code.to_numpy()
    spots = incidents.spots(base, roads, rng)
    spots = {name: places.assign(grid_code=codes[base.grid[places.block]]) for name, places in spots.items()}
    frame = incidents.invent(spots, classes, orgs, rng)
    lon_lat = layers.to_lon_lat(frame[["x", "y"]].to_numpy())
    frame.insert(5, "lon", lon_lat[:, 0])
    frame.insert(6, "lat", lon_lat[:, 1])
    return frame.drop(columns=["x", "y"])


def _write(atlas: dict, tables: dict[str, pd.DataFrame], target: Path) -> dict[str, int]:
    entries = []
    for name in layers.ORDER:
        write_layer(atlas[name], target / f"{name}.geojson")
        real = name == "county"
        entries.append(
            {
                "name": name,
                "file": f"{name}.geojson",
                "rows": len(atlas[name]),
                "sha256": "",
                "crs": "EPSG:4490",
                "source": layers.SOURCES.get(name, "synthetic, scripts/build_geodata"),
                "licence": "MIT",
                "synthetic": not real,
            }
        )
    for name, table in tables.items():
        write_table(table, target / f"{name}.csv")
        entries.append(
            {
                "name": name,
                "file": f"{name}.csv",
                "rows": len(table),
                "sha256": "",
                "crs": "EPSG:4490" if "lon" in table else None,
                "source": "synthetic, scripts/build_geodata",
                "licence": "MIT",
                "synthetic": True,
            }
        )
    write_catalogue(entries, SEED, target)
    return {entry["file"]: entry["rows"] for entry in entries}


def main(arguments: list[str] | None = None) -> int:
    """Build into geodata/, or with --check rebuild beside it and compare byte for byte."""
    parser = argparse.ArgumentParser(prog="build_geodata", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="rebuild in a temporary folder and compare")
    parser.add_argument("--output", type=Path, default=GEODATA, help="folder to write to (default: geodata/)")
    options = parser.parse_args(arguments)
    if not options.check:
        for file, rows in build(GEODATA / "sources", options.output).items():
            print(f"{file:28} {rows:6} rows")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        files = [*build(GEODATA / "sources", Path(folder)), "catalogue.json"]
        _, different, missing = filecmp.cmpfiles(folder, options.output, files, shallow=False)
    for file in sorted(different + missing):
        print(f"differs from a fresh build: {file}", file=sys.stderr)
    return 1 if different or missing else 0


__all__ = ["GEODATA", "SEED", "build", "main"]
