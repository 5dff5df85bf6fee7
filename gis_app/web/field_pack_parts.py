"""The parts of the phone's pack that change with the county only: grids, streets, stations, classes, places.

Coordinates are whole millionths of a degree (a decimetre), written as differences, so that they pack well.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from gis_app.assignments.chain import chain
from gis_app.assignments.tables import role_label
from gis_app.geo.crs import LONLAT, project
from gis_app.incidents.catalogue import Catalogue, IncidentClass
from gis_app.incidents.model import label
from gis_app.web.class_icons import icon_of
from gis_app.web.current import Snapshot
from gis_app.web.field_extent import Extent
from gis_app.web.field_phones import SERVICE_LINE_ROLE, dialled, service_line
from gis_app.web.places import path_of

SCALE = 1_000_000
DECIMETRES = 10
DECIMALS = 6
# how often a class must have been reported to stand among the first
FREQUENT = 8


def grids(found: Snapshot, extent: Extent, lang: str, duty_phone: str) -> list[dict[str, Any]]:
    """Return the carried grids with their borders and who answers for them."""
    atlas = found.atlas
    rows = atlas.grids[extent.grids]
    own = extent.own[extent.grids]
    facts = zip(rows["grid_code"], rows["name"].fillna(""), rows.geometry, own, strict=True)
    return [
        {
            "code": code,
            "name": name,
            "community": atlas.name_of(code[:12]),
            "own": bool(mine),
            "bounds": [round(float(value), DECIMALS) for value in shape.bounds],
            "rings": rings(shape),
            "posts": posts(found, code, lang, duty_phone),
        }
        for code, name, shape, mine in facts
    ]


def posts(found: Snapshot, grid_code: str, lang: str, duty_phone: str = "") -> list[dict[str, Any]]:
    """Return who answers for a grid, the nearest post first, each with what to dial ("" where masked)."""
    links = (
        reversed(chain(found.atlas, found.tables, grid_code))
        if found.atlas.area(grid_code) is not None
        else ()
    )
    told = [
        {
            "role": link.role,
            "label": role_label(link.role, lang),
            "name": link.holder_name or link.organisation_name,
            "phone": link.phone,
            "tel": dialled(link.phone),
            "vacant": link.vacant,
        }
        for link in links
    ]
    if duty_phone:
        told.append(
            {"role": SERVICE_LINE_ROLE, "label": service_line(), "name": "", "phone": duty_phone,
             "tel": dialled(duty_phone), "vacant": False}
        )  # fmt: skip
    return told


def rings(shape: Any) -> list[list[int]]:
    """Return every ring of an area, closed, as a first vertex and differences; inside is even-odd."""
    polygons = shapely.get_parts(shape)
    every = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return [deltas(shapely.get_coordinates(ring)) for ring in every]


def deltas(xy: np.ndarray) -> list[int]:
    """Return vertices (n, 2) in degrees as x, y of the first, then dx, dy of each further one."""
    whole = np.rint(np.asarray(xy) * SCALE).astype(np.int64)
    return np.vstack([whole[:1], np.diff(whole, axis=0)]).ravel().tolist()


def streets(found: Snapshot, extent: Extent) -> dict[str, Any]:
    """Return the carried edges of the walking network, cut where it is cut, as parallel arrays."""
    network, edges = found.atlas.street_network, extent.edges
    nodes, first, ends = np.unique(
        np.column_stack([network.start[edges], network.end[edges]]).ravel().astype(np.int64),
        return_index=True,
        return_inverse=True,
    )
    number = np.empty(len(nodes), dtype=np.int64)
    number[np.argsort(first)] = np.arange(len(nodes))  # in the order of their appearance, which packs best
    ends = number[ends].reshape(-1, 2)
    lines = network.lines[edges]
    names, name = (
        np.unique(edge_names(found)[edges], return_inverse=True) if len(edges) else ([], np.empty(0, int))
    )
    classes_of_all = found.atlas.streets["road_class"].fillna("lane").to_numpy(dtype=object)
    kinds, kind = np.unique(classes_of_all[network.street[edges]], return_inverse=True)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    lonlat = project(xy, found.atlas.metric_crs, LONLAT) if len(xy) else xy
    cuts = np.flatnonzero(np.diff(line)) + 1
    return {
        "scale": SCALE,
        "nodes": len(nodes),
        "names": [str(one) for one in names],
        "kinds": [str(one) for one in kinds],
        "edges": {
            "name": name.tolist(),
            "kind": kind.tolist(),
            "a": ends[:, 0].tolist(),
            "b": ends[:, 1].tolist(),
            "length": np.rint(network.length[edges] * DECIMETRES).astype(int).tolist(),
            "line": [deltas(part) for part in np.split(lonlat, cuts)] if len(edges) else [],
        },
    }


def water(found: Snapshot) -> list[list[list[int]]]:
    """Return the rings of rivers and lakes, so that the map of the phone can be read."""
    return [rings(shape) for shape in found.atlas.water.geometry]


def edge_names(found: Snapshot) -> np.ndarray:
    """Return the street name (m,) of each edge of the network, "" where it has none."""
    return found.memo("field-edge-names", lambda: _edge_names(found))


def _edge_names(found: Snapshot) -> np.ndarray:
    lines, frame = found.atlas.street_network.lines, found.atlas.streets
    if not len(lines):
        return np.empty(0, dtype=object)
    shapes = frame.geometry.to_crs(found.atlas.metric_crs).to_numpy()
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    owner = shapely.STRtree(shapes).nearest(middle)
    return frame["name"].fillna("").to_numpy(dtype=object)[owner]


def classes(catalogue: Catalogue, counts: pd.Series, lang: str) -> list[dict[str, Any]]:
    """Return the classes that may be reported; those most often reported are `frequent`."""
    usable = catalogue.reportable()
    often = (
        counts.reindex([kind.class_code for kind in usable])
        .fillna(0)
        .sort_values(ascending=False, kind="stable")
    )
    frequent = set(often[often > 0].head(FREQUENT).index)
    return [_class(catalogue, kind, kind.class_code in frequent, lang) for kind in usable]


def _class(catalogue: Catalogue, kind: IncidentClass, frequent: bool, lang: str) -> dict[str, Any]:
    parent = catalogue.find(kind.parent_code)
    return {
        "class_code": kind.class_code,
        "name": kind.name,
        "group": parent.name if parent else label(kind.category, lang),
        "category": kind.category,
        "icon": icon_of(kind.name, kind.category),
        "frequent": frequent,
        "location_public": kind.is_public,
        "attributes": [
            {
                "code": one.code,
                "description": one.description,
                "datatype": one.datatype,
                "required": one.required,
                "variable": one.variable,
                "values": [{"key": key, "name": name} for key, name in one.values],
            }
            for one in kind.attribute_list
        ],
    }


def community_and_number(found: Snapshot, grid_code: str) -> str:
    """Return how people name a grid: its community and its last three digits."""
    names = [step["name"] for step in path_of(found, grid_code) if step["level"] == "community"]
    return f"{names[0]} · {grid_code[-3:]}" if names else grid_code[-3:]
