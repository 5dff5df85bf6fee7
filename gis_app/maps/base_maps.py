"""Base maps a deployment may switch on, as a table. None is on by default: no request leaves our origin.

Chinese web tiles need care: Tianditu is CGCS2000 and takes a key; Gaode is GCJ-02 and is drawn shifted, so
that the data stay where they are. The key is checked before it reaches a folium object, which would run it as
a template.
"""

import re
from dataclasses import dataclass

_KEY = re.compile(r"[0-9A-Za-z]{1,64}\Z")
# An address of tiles: single braces for its places only, nothing that a template or a script could take up.
_ADDRESS = re.compile(r"(https?://[\w.{}:-]+)/(?:[\w./?&=:,%~+-]|\{[sxyzr]\}|\{-y\})+\Z")

_TIANDITU = (
    "https://t{s}.tianditu.gov.cn/LAYER_w/wmts?service=wmts&request=GetTile&version=1.0.0&layer=LAYER"
    "&style=default&tilematrixset=w&format=tiles&tilematrix={z}&tilerow={y}&tilecol={x}&tk={tk}"
)
_SUBDOMAINS = "1234"


@dataclass(frozen=True)
class TileSource:
    """One set of tiles: template, where it may come from, and whether it is offset by GCJ-02."""

    url: str
    attribution: str
    hosts: tuple[str, ...]
    subdomains: str = "abc"
    max_native_zoom: int = 18
    gcj02: bool = False
    key: str = ""


@dataclass(frozen=True)
class BaseMap:
    """A base map as a person chooses it: one or two tile sources drawn over each other."""

    id: str
    title: dict[str, str]
    sources: tuple[TileSource, ...]


def base_maps(settings: object) -> list[BaseMap]:
    """List the base maps that the settings switch on, in the order they are offered."""
    maps = []
    key = _plain(getattr(settings, "tianditu_key", ""))
    if _KEY.match(key):
        maps += [
            BaseMap("tianditu", {"zh": "天地图", "en": "Tianditu map"}, _tianditu(("vec", "cva"), key)),
            BaseMap(
                "tianditu-image",
                {"zh": "天地图影像", "en": "Tianditu imagery"},
                _tianditu(("img", "cia"), key),
            ),
        ]
    osm, gaode = _address(settings, "osm_tiles"), _address(settings, "gaode_tiles")
    if osm:
        source = TileSource(osm, "© OpenStreetMap", _hosts(osm), _SUBDOMAINS, 19)
        maps.append(BaseMap("osm", {"zh": "OpenStreetMap", "en": "OpenStreetMap"}, (source,)))
    if gaode:
        source = TileSource(gaode, "© 高德地图", _hosts(gaode), _SUBDOMAINS, 18, gcj02=True)
        maps.append(BaseMap("gaode", {"zh": "高德地图", "en": "Gaode (Amap)"}, (source,)))
    return maps


def tile_hosts(settings: object) -> tuple[str, ...]:
    """List the foreign origins that tiles may come from, for the page's image policy; empty by default."""
    hosts = [host for one in base_maps(settings) for source in one.sources for host in source.hosts]
    return tuple(dict.fromkeys(hosts))


def _tianditu(layers: tuple[str, ...], key: str) -> tuple[TileSource, ...]:
    hosts = tuple(f"https://t{n}.tianditu.gov.cn" for n in "01234567")
    return tuple(
        TileSource(_TIANDITU.replace("LAYER", name), "© 天地图", hosts, "01234567", key=key)
        for name in layers
    )


def _address(settings: object, name: str) -> str:
    """Return the tile address of a setting, "" where it is unset or could be more than an address."""
    text = str(getattr(settings, name, "") or "")
    return text if _ADDRESS.match(text) and not re.search(r"\{\{|\{%|\{#", text) else ""


def _hosts(address: str) -> tuple[str, ...]:
    """Return the origins an address may ask, one per subdomain."""
    origin = _ADDRESS.match(address).group(1)
    return tuple(dict.fromkeys(origin.replace("{s}", letter) for letter in _SUBDOMAINS))


def _plain(secret: object) -> str:
    reveal = getattr(secret, "get_secret_value", None)
    return str((reveal() if reveal else secret) or "")
