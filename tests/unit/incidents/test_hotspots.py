"""Hot spots are found where they were put, nowhere where values are random, and say how they were tested."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis_app.incidents.hotspots import COLD, HOT, NEITHER, UNTESTED, discovery_threshold, hot_spots

SIDE = 12


@pytest.fixture(scope="module")
def board() -> gpd.GeoDataFrame:
    """Return a board of squares of 100 m."""
    shapes = [
        shapely.box(x * 100, y * 100, x * 100 + 100, y * 100 + 100) for y in range(SIDE) for x in range(SIDE)
    ]
    codes = [f"{y:02d}{x:02d}" for y in range(SIDE) for x in range(SIDE)]
    return gpd.GeoDataFrame({"code_": codes}, geometry=shapes, crs="EPSG:4547")


def plain(board: gpd.GeoDataFrame, seed: int = 3) -> pd.Series:
    return pd.Series(np.random.default_rng(seed).poisson(10, SIDE * SIDE).astype("float64"), board["code_"])


def by_hand(values: np.ndarray, place: int) -> float:
    """Return Gi* of a square by Ord and Getis (1995): its own value and its queen's neighbours."""
    y, x = divmod(place, SIDE)
    near = [
        a * SIDE + b
        for a in range(max(0, y - 1), min(SIDE, y + 2))
        for b in range(max(0, x - 1), min(SIDE, x + 2))
    ]
    n, mean = len(values), values.mean()
    spread = np.sqrt((values**2).mean() - mean**2)
    w = len(near)
    return (values[near].sum() - mean * w) / (spread * np.sqrt((n * w - w**2) / (n - 1)))


def test_z_is_that_of_the_formula(board):
    values = plain(board)
    found = hot_spots(board, "code_", values).table
    assert np.allclose(found["z"], [by_hand(values.to_numpy(), place) for place in range(SIDE * SIDE)])
    assert sorted(found["neighbours"].unique()) == [3, 5, 8]


def test_a_hot_and_a_cold_corner_are_found_and_nothing_far_from_them(board):
    values = plain(board)
    for y in range(4):
        for x in range(4):
            values[f"{y:02d}{x:02d}"] += 25
            values[f"{SIDE - 1 - y:02d}{SIDE - 1 - x:02d}"] = 0
    found = hot_spots(board, "code_", values)
    kinds = dict(zip(found.table["code"], found.table["kind"], strict=True))
    assert kinds["0101"] == kinds["0202"] == HOT and kinds["1010"] == COLD
    assert all(kinds[f"{y:02d}{x:02d}"] in (NEITHER, COLD) for y in range(6, SIDE) for x in range(SIDE))
    significant = found.table["kind"].isin((HOT, COLD))
    assert (found.table.loc[significant, "p"] <= found.threshold).all()


def test_random_values_have_no_hot_spot(board):
    spots = [
        int((hot_spots(board, "code_", plain(board, seed)).table["kind"] != NEITHER).sum())
        for seed in range(5)
    ]
    assert sum(spots) <= 2


def test_the_same_seed_gives_the_same_p(board):
    first, second = (hot_spots(board, "code_", plain(board)).table for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert not hot_spots(board, "code_", plain(board), seed=5).table["p"].equals(first["p"])
    assert first["p"].between(0.0001, 1).all()


def test_it_says_what_was_tested(board):
    found = hot_spots(board, "code_", plain(board))
    assert (found.tested, found.permutations) == (144, 9999)
    for language in ("zh", "en"):
        said = found.explained(language)
        assert all(
            part in said
            for part in (
                "Gi*",
                "9999",
                str(found.seed),
                "144",
                "FDR" if language == "zh" else "false discovery",
                "0.05",
            )
        )


@pytest.mark.parametrize("change", ["few", "equal", "none"])
def test_what_cannot_be_tested_is_not(board, change):
    values = plain(board)
    areas = board.iloc[:5] if change == "few" else board
    values = values * 0 + 3 if change == "equal" else values * 0 if change == "none" else values
    found = hot_spots(areas, "code_", values)
    assert found.tested == 0 and set(found.table["kind"]) == {UNTESTED} and found.explained("en")


def test_areas_without_a_value_or_a_neighbour_do_no_harm(board):
    values = plain(board)
    values["0505"] = np.nan
    alone = gpd.GeoDataFrame(
        {"code_": ["far"]}, geometry=[shapely.box(9e4, 9e4, 9.1e4, 9.1e4)], crs=board.crs
    )
    values["far"] = 12.0
    found = hot_spots(pd.concat([board, alone], ignore_index=True), "code_", values)
    rows = found.table.set_index("code")
    assert rows.loc["0505", "kind"] == UNTESTED and rows.loc["far", "neighbours"] == 0 and found.tested == 144


def test_the_false_discovery_rate_is_benjamini_and_hochbergs():
    p = np.array([0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216])
    assert discovery_threshold(p, 0.05) == 0.008
    assert discovery_threshold(np.array([0.2, 0.9]), 0.05) == 0.0
    assert discovery_threshold(np.full(5, 0.04), 0.05) == 0.04
