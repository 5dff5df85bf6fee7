"""One address for every route of the rooms that have many, for the test of who may call what."""

from __future__ import annotations

from tests.factory import GRIDS

OPEN311 = {
    (method, f"{prefix}{rule}"): f"{prefix}{sample}"
    for prefix in ("/open311/v2", "/open311/test/v2")
    for method, rule, sample in (
        ("GET", "/discovery.<format_>", "/discovery.json"),
        ("GET", "/openapi.json", "/openapi.json"),
        ("GET", "/services.<format_>", "/services.json"),
        ("GET", "/services/<service_code>.<format_>", "/services/C1.json"),
        ("GET", "/requests.<format_>", "/requests.json"),
        ("GET", "/requests/<request_id>.<format_>", "/requests/XX2023-000001.json"),
        ("GET", "/tokens/<token>.<format_>", "/tokens/XX2023-000001.json"),
        ("POST", "/requests.<format_>", "/requests.json"),
    )
} | {
    (method, rule): rule.replace("<path:rest>", "nothing.json")
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    for rule in ("/open311", "/open311/", "/open311/<path:rest>")
}
PROGRAMME = {
    ("GET", "/supervision"): "/supervision",
    ("GET", "/supervision/ledger.xlsx"): "/supervision/ledger.xlsx",
    ("GET", "/supervision/rounds"): "/supervision/rounds",
    ("POST", "/supervision/rounds"): "/supervision/rounds",
    ("GET", "/supervision/rounds/<number>"): "/supervision/rounds/999",
    ("POST", "/supervision/rounds/<number>/findings"): "/supervision/rounds/999/findings",
    ("POST", "/supervision/rounds/<number>/close"): "/supervision/rounds/999/close",
    ("POST", "/supervision/findings/<number>/<verb>"): "/supervision/findings/999/answer",
    ("GET", "/supervision/photos/<photo_hash>.jpg"): f"/supervision/photos/{'0' * 64}.jpg",
    ("GET", "/supervision/schedules"): "/supervision/schedules",
    ("POST", "/supervision/schedules"): "/supervision/schedules",
    ("POST", "/supervision/schedules/<number>"): "/supervision/schedules/999",
    ("GET", "/ratings"): "/ratings",
    ("GET", "/ratings/ratings.xlsx"): "/ratings/ratings.xlsx",
    ("GET", "/ratings/<community_code>"): f"/ratings/{GRIDS[0][:12]}",
    ("POST", "/ratings/<community_code>/scores"): f"/ratings/{GRIDS[0][:12]}/scores",
    ("POST", "/ratings/<community_code>/verdicts"): f"/ratings/{GRIDS[0][:12]}/verdicts",
    ("GET", "/programme"): "/programme",
    ("GET", "/programme/<name>"): "/programme/demands",
    ("GET", "/programme/<name>.xlsx"): "/programme/demands.xlsx",
    ("POST", "/programme/<name>"): "/programme/demands",
    ("POST", "/programme/demands/<number>/<verb>"): "/programme/demands/999/list",
    ("GET", "/programme/projects/<code>"): "/programme/projects/XX",
    ("POST", "/programme/projects/<code>"): "/programme/projects/XX",
    ("POST", "/programme/projects/<code>/<verb>"): "/programme/projects/XX/adopt",
    ("GET", "/overlays/ratings.geojson"): "/overlays/ratings.geojson",
    ("GET", "/overlays/programme.geojson"): "/overlays/programme.geojson",
}
LEADER = {
    ("GET", "/leader"): "/leader",
    ("GET", "/leader.json"): "/leader.json",
    ("GET", "/leader/coverage.json"): "/leader/coverage.json",
    ("GET", "/leader/list"): "/leader/list",
    ("GET", "/leader/list.json"): "/leader/list.json",
    ("GET", "/wall"): "/wall",
    ("POST", "/leader/views"): "/leader/views",
    ("DELETE", "/leader/views/<int:number>"): "/leader/views/999",
    ("GET", "/leader/alerts.json"): "/leader/alerts.json",
    ("POST", "/leader/alerts/seen"): "/leader/alerts/seen",
    ("POST", "/leader/alerts/rules"): "/leader/alerts/rules",
    ("POST", "/leader/alerts/rules/<int:number>"): "/leader/alerts/rules/999",
    ("DELETE", "/leader/alerts/rules/<int:number>"): "/leader/alerts/rules/999",
}
DESK = {
    ("GET", "/assignments"): "/assignments",
    ("GET", "/assignments/load"): "/assignments/load",
    ("GET", "/assignments/gaps"): "/assignments/gaps",
    ("GET", "/assignments/load.<kind>"): "/assignments/load.csv",
    ("GET", "/assignments/gaps.<kind>"): "/assignments/gaps.csv",
    ("GET", "/assignments/posts"): "/assignments/posts",
    ("POST", "/assignments/posts/terms"): "/assignments/posts/terms",
    ("POST", "/assignments/posts/holders"): "/assignments/posts/holders",
    ("POST", "/assignments/posts/holders/undo"): "/assignments/posts/holders/undo",
    ("POST", "/assignments/posts/substitutes"): "/assignments/posts/substitutes",
    ("POST", "/assignments/posts/substitutes/end"): "/assignments/posts/substitutes/end",
    ("GET", "/assignments/proposals"): "/assignments/proposals",
    ("POST", "/assignments/proposals"): "/assignments/proposals",
    ("GET", "/assignments/proposals/new"): "/assignments/proposals/new",
    ("GET", "/assignments/proposals/<number>"): "/assignments/proposals/999",
    ("POST", "/assignments/proposals/<number>/decisions"): "/assignments/proposals/999/decisions",
    ("POST", "/assignments/proposals/<number>/publish"): "/assignments/proposals/999/publish",
    ("POST", "/assignments/proposals/<number>/discard"): "/assignments/proposals/999/discard",
}
OGC = {
    ("GET", "/ogc"): "/ogc",
    ("GET", "/ogc/"): "/ogc/",
    ("GET", "/ogc/conformance"): "/ogc/conformance",
    ("GET", "/ogc/api"): "/ogc/api",
    ("GET", "/ogc/collections"): "/ogc/collections",
    ("GET", "/ogc/collections/<name>"): "/ogc/collections/grids",
    ("GET", "/ogc/collections/<name>/queryables"): "/ogc/collections/grids/queryables",
    ("GET", "/ogc/collections/<name>/items"): "/ogc/collections/grids/items",
    ("GET", "/ogc/collections/<name>/items/<code>"): f"/ogc/collections/grids/items/{GRIDS[0]}",
    ("GET", "/ogc/collections/<name>/tiles"): "/ogc/collections/grids/tiles",
    ("GET", "/ogc/collections/<name>/tiles/<matrix_set>"): "/ogc/collections/grids/tiles/WebMercatorQuad",
    (
        "GET",
        "/ogc/collections/<name>/tiles/<matrix_set>/<int:matrix>/<int:row>/<int:column>",
    ): "/ogc/collections/grids/tiles/WebMercatorQuad/14/6518/13355",
    ("GET", "/ogc/tileMatrixSets"): "/ogc/tileMatrixSets",
    ("GET", "/ogc/tileMatrixSets/<matrix_set>"): "/ogc/tileMatrixSets/WebMercatorQuad",
}
