"""What is offered to whom: the county's layers, and the incidents to those who may take them away."""

from __future__ import annotations

from flask import g
from flask_babel import gettext as _

from gis_app.errors import NotFound
from gis_app.layers.schema import LAYERS
from gis_app.web.access import may
from gis_app.web.current import Snapshot, snapshot
from gis_app.web.ogc.collections import Collection
from gis_app.web.ogc.crs import System, systems
from gis_app.web.ogc.incidents import INCIDENTS, IncidentCollection
from gis_app.web.ogc.layers import layer_collection

INCIDENTS_PERMISSION = "incidents:incident:export"


def collections() -> dict[str, Collection]:
    """Return what the asker may read, by name, in the order of the layers."""
    found = snapshot()
    offered: dict[str, Collection] = {
        name: layer_collection(found, name) for name in LAYERS if len(found.atlas.layer(name))
    }
    if may(INCIDENTS_PERMISSION):
        offered[INCIDENTS] = IncidentCollection(found, g.account)
    return offered


def collection(name: str) -> Collection:
    """Return a collection; raises NotFound for one that is not there for the asker."""
    offered = collections()
    if name not in offered:
        raise NotFound("unknown_collection", _("没有这个数据集"), {"collection": "、".join(offered)})
    return offered[name]


def systems_of(found: Snapshot) -> dict[str, System]:
    """Return the coordinate systems on offer by URI."""
    return found.memo("ogc-systems", lambda: systems(found.atlas.metric_crs))
