"""Which icon stands beside an incident class on the phone: by a word in its name, else by its category.

By words, because every county names its own classes under codes of its own. The icons are Tabler's, listed in
package.json; the name always stands beside them.
"""

from __future__ import annotations

# the first word that a class's name contains decides, so the narrower word stands first
WORDS = (
    ("垃圾箱", "recycle"),
    ("垃圾", "trash"),
    ("渣土", "shovel"),
    ("水域", "ripple"),
    ("不洁", "brush"),
    ("小广告", "sticker"),
    ("店外", "building-store"),
    ("游商", "shopping-cart"),
    ("物料", "package"),
    ("烧烤", "grill"),
    ("油烟", "grill"),
    ("井盖", "circle-dotted"),
    ("路灯", "bulb-off"),
    ("照明", "bulb-off"),
    ("路面", "road"),
    ("交通", "traffic-lights"),
    ("树", "tree"),
    ("积水", "cloud-rain"),
    ("排水", "cloud-rain"),
    ("漏水", "droplets"),
    ("健身", "barbell"),
    ("消防", "fire-extinguisher"),
    ("电动车", "scooter-electric"),
    ("燃气", "flame"),
    ("线路", "bolt"),
    ("墙", "wall"),
    ("坠物", "arrow-big-down-lines"),
    ("企业", "building-factory"),
    ("施工", "crane"),
    ("邻里", "messages"),
    ("物业", "building"),
    ("消费", "receipt"),
    ("报酬", "coin-yuan"),
    ("代办", "file-text"),
    ("上门", "home-heart"),
    ("咨询", "help"),
    ("维修", "tool"),
    ("供暖", "temperature"),
    ("乱停", "car-off"),
    ("停车", "parking"),
    ("就业", "briefcase"),
    ("养老", "old"),
    ("托幼", "baby-carriage"),
    ("乱搭", "hammer"),
    ("违建", "hammer"),
    ("乱堆", "stack-2"),
    ("乱贴", "spray"),
    ("乱摆", "barrier-block"),
)
CATEGORIES = {
    "environment": "leaf",
    "facilities": "tools",
    "hazard": "alert-triangle",
    "mediation": "users",
    "convenience": "heart-handshake",
    "livelihood": "home",
    "five_disorders": "flag",
}


def icon_of(name: str, category: str) -> str:
    """Return the icon of a class with this name and category."""
    return next((icon for word, icon in WORDS if word in name), CATEGORIES.get(category, "flag"))


def all_icons() -> set[str]:
    """Return every icon that may be asked for."""
    return {icon for _, icon in WORDS} | set(CATEGORIES.values()) | {"flag"}
