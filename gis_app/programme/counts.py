"""Counts of the programme by area: how many demands, projects and activities, how many people were served."""

from __future__ import annotations

import pandas as pd


def by_area(frame: pd.DataFrame, digits: int = 12) -> pd.Series:
    """Return how many rows lie in each area whose code has so many digits; others are left out."""
    codes = frame["area_code"].astype(str).str[:digits]
    return codes[codes.str.len() == digits].value_counts().sort_index()


def by_state(frame: pd.DataFrame) -> dict[str, int]:
    """Return how many rows are in each state."""
    return {str(state): int(count) for state, count in frame["state"].value_counts().items()}


def of_activities(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the number of activities and of their participants by a column, e.g. project_code."""
    grouped = frame.groupby(key)["participants"]
    return grouped.agg(activities="count", participants="sum").reset_index()
