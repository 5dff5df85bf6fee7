"""Whether an edit stays in the area that a planner may redraw."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gis_app.plans.state import State


def outside(before: State, after: State, scope_code: str) -> str:
    """Return a block that changed and lies in no community of the scope, "" where there is none.

    A block counts by its community before and after, so that none is moved in or out either.
    """
    old, new = _told(before), _told(after)
    both = old.join(new, how="outer", suffixes=("_before", "_after")).fillna("")
    changed = (both["key_before"] != both["key_after"]) | (
        both["community_before"] != both["community_after"]
    )
    for side in ("community_before", "community_after"):
        known = both[side] != ""
        strange = changed & known & ~both[side].str.startswith(scope_code)
        if strange.any():
            return str(both.index[int(np.flatnonzero(strange)[0])])
    return ""


def _told(state: State) -> pd.DataFrame:
    keys = np.array([*state.keys, ""], dtype=object)[state.grid]
    return pd.DataFrame(
        {"key": keys, "community": state.community_of_blocks()}, index=state.canvas.block_codes
    )
