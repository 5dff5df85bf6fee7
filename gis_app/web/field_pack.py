"""Everything the phone needs without a network, in one answer: `GET /field/pack.json`.

What changes with the county only is made once per snapshot; who asks, how the stations are just now and the
time are put in anew, so `server_time` is always the moment of the answer. The entity tag leaves the times
out; the header `X-Server-Time` (epoch seconds) comes with 200 and 304 alike. Format 1:

made_at, expires_at, server_time   epoch seconds; expires_at = made_at + GIS_FIELD_PACK_DAYS
format, revision, plan_id          1, the county's revision, the plan in force (null where there is none)
whole                              true where the pack holds the whole county; else outside it ask the server
account       {key, owner, role, scope_code, organisation_code, station_code}; key changes with any of them,
              owner is the account's alone
county        {code, name, bounds [west, south, east, north]}
walking_speed, snap_limit          metres per second, metres
grids         [{code, name, community, own, bounds, rings, posts}]
              rings: each [x0, y0, dx, dy, …], whole 1e-6 degrees, the first vertex absolute, the others
              differences, closed; inside is even-odd over all rings
              posts: [{role, label, name, phone, tel, vacant}], the nearest first; tel "" where it is masked
streets       {scale: 1000000, nodes: n, names: [text], kinds: [text],
              edges: {name[], kind[], a[], b[], length[], line[]}}
              parallel arrays over the edges, cut at junctions and at closed gates: name and kind are indexes
              into names and kinds (classes of roads), a and b are nodes (0 … n-1), length decimetres,
              line [x0, y0, dx, dy, …] from a to b as in rings; several edges may join the same two nodes
water         [[ring, …], …], rings as those of grids
stations      [{code, name, kind, lon, lat, address, hours, hours_label, spans, amenities [], capacity,
              status, status_note, status_until, grid_code, edge, position, leg, links}]
              spans: [[start, end] epoch seconds], from today's midnight on for 8 days
              links: {amap, baidu, tencent, system, apple}
              edge: index into streets.edges (-1: no street within snap_limit), position: decimetres along it
              from a, leg: decimetres from the street to the door; status: open, closed, full, out_of_water or
              planned; the layer's own "closed" is closed too
classes       [{class_code, name, group, category, icon, frequent, location_public, attributes}]
places        [{kind: grid|station|street|block, code, name, lon, lat}], for search
patrol        {grid_code: [{kind: station|street, code, name, lon, lat}]} of the own grids, who patrols
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import numpy as np
import orjson
from flask import Blueprint, Response, g, request

from gis_app import clock
from gis_app.geo.crs import LONLAT, project
from gis_app.stations.hand_over import links_of
from gis_app.stations.hours import in_words
from gis_app.stations.opening import AHEAD, spans
from gis_app.storage.plans import published_plan
from gis_app.web import field_pack_parts as parts
from gis_app.web import field_places, geojson
from gis_app.web.access import may, requires
from gis_app.web.bytes import CACHE_CONTROL, ENCODINGS, digest, matches, negotiated
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.field_account import account_key, owner_key, station_of
from gis_app.web.field_extent import Extent, extent_of
from gis_app.web.field_status import status_of
from gis_app.web.i18n import language
from gis_app.web.incident_access import catalogue
from gis_app.web.incident_now import incidents_now
from gis_app.web.services import services
from gis_app.web.station_now import StationsNow, station_now

rooms = Blueprint("field_pack", __name__)
FORMAT = 1
FIXED = ["code", "name", "kind", "lon", "lat", "address", "hours", "capacity", "status", "grid_code",
         "edge", "position", "leg", "links"]  # fmt: skip
SERVER_TIME = "X-Server-Time"


@rooms.get("/field/pack.json")
@requires("field:page:read")
def pack() -> Response:
    """Say everything that the account's phone carries."""
    found, now, lang = snapshot(), clock.now(), language()
    statuses = station_now()
    encoding = negotiated(request.headers.get("Accept-Encoding", ""))
    plan_id = plan_of(found)
    tag = digest(
        "field-pack",
        FORMAT,
        found.tag,
        plan_id,
        account_key(),
        statuses.tag_at(now),
        now.date(),
        lang,
    )
    etag = f'"{tag}-{encoding}"' if encoding else f'"{tag}"'
    headers = {
        "ETag": etag,
        "Cache-Control": CACHE_CONTROL,
        "Vary": "Accept-Encoding, Cookie",
        SERVER_TIME: f"{now.timestamp():.3f}",
    }
    if matches(request.headers.get("If-None-Match"), etag):
        return Response(status=304, headers=headers)
    body = _body(found, plan_id, statuses, now, lang)
    if encoding:
        body = ENCODINGS[encoding](body)
        headers["Content-Encoding"] = encoding
    return Response(body, headers=headers, content_type="application/json")


def plan_of(found: Snapshot) -> int | None:
    """Return the plan in force in a snapshot."""

    def read() -> int | None:
        with services().store.read() as conn:
            return published_plan(conn)

    return found.memo("field-plan", read)


def _body(found: Snapshot, plan_id: int | None, statuses: StationsNow, now: datetime, lang: str) -> bytes:
    account, settings = g.account, services().settings
    extent = extent_of(found, account.scope_code)
    made = int(now.timestamp())
    head = {
        "format": FORMAT,
        "made_at": made,
        "server_time": round(now.timestamp(), 3),
        "expires_at": made + settings.field_pack_days * 24 * 3600,
        "revision": found.revision,
        "plan_id": plan_id,
        "whole": extent.whole,
        "account": {
            "key": account_key(),
            "owner": owner_key(),
            "role": str(account.role),
            "scope_code": account.scope_code,
            "organisation_code": account.organisation_code,
            "station_code": station_of(),
        },
        "stations": _stations(found, extent, statuses, now, lang),
    }
    walks = may("field:patrol:count")
    lasting = found.memo(
        ("field-pack", account.scope_code, walks, lang), lambda: _lasting(found, extent, walks, lang)
    )
    return geojson.dumps(head)[:-1] + b"," + lasting[1:]


def _lasting(found: Snapshot, extent: Extent, walks: bool, lang: str) -> bytes:
    """Return what a snapshot fixes, as a JSON object."""
    atlas, settings = found.atlas, services().settings
    county = atlas.county
    counts = incidents_now().table["class_code"].astype(str).value_counts()
    return orjson.dumps(
        {
            "county": {
                "code": str(county["county_code"].iloc[0]) if len(county) else "",
                "name": str(county["name"].iloc[0]) if len(county) else "",
                "bounds": list(map(float, county.total_bounds)) if len(county) else atlas.bounds,
            },
            "walking_speed": settings.walking_speed,
            "snap_limit": settings.snap_limit,
            "grids": parts.grids(found, extent, lang, settings.service_line),
            "streets": parts.streets(found, extent),
            "water": parts.water(found),
            "classes": parts.classes(catalogue(), counts, lang),
            "places": field_places.places(found, extent),
            "patrol": field_places.patrols(found, extent) if walks else {},
        },
        option=orjson.OPT_SERIALIZE_NUMPY,
    )


def _stations(
    found: Snapshot, extent: Extent, statuses: StationsNow, now: datetime, lang: str
) -> list[dict[str, Any]]:
    fixed = found.memo(("field-stations", g.account.scope_code, lang), lambda: _fixed(found, extent, lang))
    midnight = datetime.combine(now.date(), time(0), clock.ZONE)
    told = []
    for row in fixed:
        status, note, until = status_of(statuses, row["code"], now)
        told.append(
            row
            | {
                "status": status if row["status"] == "open" else row["status"],
                "status_note": note,
                "status_until": until,
                "spans": _spans(row["hours"], midnight),
            }
        )
    return told


def _spans(hours: str, midnight: datetime) -> list[list[int]]:
    end = midnight + timedelta(days=AHEAD)
    return [
        [int(start.timestamp()), int(min(stop, end).timestamp())]
        for start, stop in spans(hours, midnight, AHEAD)
    ]


def _fixed(found: Snapshot, extent: Extent, lang: str) -> list[dict[str, Any]]:
    """Return what a snapshot says of the carried stations, with where each meets the carried streets."""
    atlas = found.atlas
    rows = atlas.stations[extent.stations]
    if not len(rows):
        return []
    points = np.column_stack([rows.geometry.x, rows.geometry.y])
    snap = atlas.street_network.snap(
        project(points, LONLAT, atlas.metric_crs), services().settings.snap_limit
    )
    carried = np.full(len(atlas.street_network.lines) + 1, -1)
    carried[extent.edges] = np.arange(len(extent.edges))
    edge = carried[snap.edge]  # the last one, -1, stands for none
    facts = rows.drop(columns="geometry").assign(
        lon=points[:, 0].round(7),
        lat=points[:, 1].round(7),
        edge=edge,
        position=_decimetres(snap.position, edge),
        leg=_decimetres(snap.leg, edge),
        links=links_of(points[:, 0], points[:, 1], rows["name"].astype(str).tolist()),
        hours=rows["hours"].fillna(""),
    )
    facts = facts.rename(columns={"station_code": "code"})
    return [
        row
        | {
            "amenities": [one for one in (offered or "").split(";") if one],
            "hours_label": in_words(row["hours"], lang),
        }
        for row, offered in zip(geojson.records(facts[FIXED]), rows["amenities"].fillna(""), strict=True)
    ]


def _decimetres(metres: np.ndarray, edge: np.ndarray) -> np.ndarray:
    return np.where(edge >= 0, np.rint(np.nan_to_num(metres) * parts.DECIMETRES), 0).astype(int)
