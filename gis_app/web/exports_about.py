"""What an exported file says of itself: county, plan, revision, time, source and review number.

Works without a request too, so that the command line says the same as the page.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from gis_app import clock
from gis_app.exchange.writers.model import About, Layer
from gis_app.exchange.writers.systems import System
from gis_app.settings import Settings
from gis_app.storage.engine import Store
from gis_app.storage.plans import plan_frame
from gis_app.web.current import Snapshot
from gis_app.web.pages import county_name
from gis_app.web.synthetic import is_synthetic

COMMA = {"zh": "、", "en": ", "}


def about_of(
    layers: Sequence[Layer],
    system: System,
    found: Snapshot,
    settings: Settings,
    store: Store,
    lang: str = "zh",
    filtered: str = "",
    notes: Sequence[str] = (),
) -> About:
    """Return what is said of these layers; `filtered` is the filter in words, `notes` what else to know."""
    source = settings.map_attribution
    if not source and is_synthetic(found, settings.geodata_dir):
        source = _("示范数据（合成）")
    facts = {
        "county": county_name(found),
        "layers": COMMA[lang].join(f"{layer.title} {len(layer):,}" for layer in layers),
        "filter": filtered,
        "plan": plan_words(store),
        "revision": str(found.revision),
        "made_at": clock.now().isoformat(timespec="seconds"),
        "system": system.names[lang],
        "source": source,
        "review_number": settings.map_review_number,
    }
    if any(layer.name == "incidents" for layer in layers):
        notes = [*notes, _("不含矛盾纠纷等不公开位置的事件。")]
    return About(facts, lang, tuple(notes))


def plan_words(store: Store) -> str:
    """Return which boundary plan is in force: its number, its name and the day of its publication."""
    with store.read() as conn:
        plans = plan_frame(conn)
    plans = plans[plans["state"] == "published"]
    if not len(plans):
        return ""
    plan = plans.iloc[-1]
    day = str(plan["published_at"] or "")[:10]
    return " ".join(part for part in (f"#{plan['plan_id']}", plan["name"], day) if part)
