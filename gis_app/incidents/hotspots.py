"""Hot spots: areas whose own and neighbouring values are together higher than chance would have it.

Getis-Ord Gi* of esda over contiguity weights of libpysal. The p-value is that of permutations, two-sided;
many areas are tested at once, so what counts as significant is decided by the false discovery rate. Both
libraries are imported when first asked for: they are slow to import and few requests need them.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

PERMUTATIONS, SEED, ALPHA = 9_999, 20_260_101, 0.05
MANY, FEWER_PERMUTATIONS = 2_000, 999
FEWEST = 8
HOT, COLD, NEITHER, UNTESTED = "hot", "cold", "neither", "untested"
KINDS: dict[str, dict[str, str]] = {
    HOT: {"zh": "热点", "en": "Hot spot"},
    COLD: {"zh": "冷点", "en": "Cold spot"},
    NEITHER: {"zh": "不显著", "en": "Not significant"},
    UNTESTED: {"zh": "未检验", "en": "Not tested"},
}


@dataclass(frozen=True)
class HotSpots:
    """What was found: a row for each area (code, value, neighbours, z, p, kind), and how it was tested.

    `threshold` is the largest p that is significant at `alpha` under the false discovery rate, 0 where none
    is; `tested` is the number of areas in the test, 0 where it could not be made.
    """

    table: pd.DataFrame
    tested: int
    permutations: int
    seed: int
    alpha: float
    threshold: float

    def explained(self, language: str = "zh") -> str:
        """Return what was tested, in "zh" or "en"."""
        if not self.tested:
            return NOT_TESTED[language]
        return TESTED[language].format(
            n=self.tested,
            permutations=self.permutations,
            seed=self.seed,
            alpha=self.alpha,
            threshold=f"{self.threshold:.4f}" if self.threshold else "—",
        )


TESTED = {
    "zh": "Getis-Ord Gi*（含本区域），权重为后式（queen）邻接，二值；零假设为各区域数值在空间上随机排列；"
    "条件置换 {permutations} 次，随机种子 {seed}，双侧伪 p 值；n = {n}；"
    "多重检验按错误发现率（FDR，Benjamini–Hochberg）校正，α = {alpha}，p ≤ {threshold} 为显著",
    "en": "Getis-Ord Gi* (the area itself included), binary queen contiguity weights; null hypothesis: "
    "the values are arranged at random in space; {permutations} conditional permutations, seed {seed}, "
    "two-sided pseudo p-values; n = {n}; corrected for multiple testing by the false discovery rate "
    "(Benjamini–Hochberg) at α = {alpha}: p ≤ {threshold} is significant",
}
NOT_TESTED = {
    "zh": "区域不足 8 个，或各区域数值都相同，无法检验",
    "en": "Fewer than 8 areas, or every area has the same value: nothing can be tested",
}


def hot_spots(
    areas: gpd.GeoDataFrame, code: str, values: pd.Series, seed: int = SEED, alpha: float = ALPHA
) -> HotSpots:
    """Test the values of areas for hot and cold spots.

    `areas` has a column `code` and shapes; `values` is indexed by code, NaN leaves an area out of the test.
    """
    table = pd.DataFrame({"code": areas[code].astype(str).to_numpy()})
    table["value"] = table["code"].map(values).to_numpy("float64")
    table = table.assign(neighbours=0, z=np.nan, p=np.nan, kind=UNTESTED)
    inside = table["value"].notna().to_numpy() & ~np.asarray(areas.geometry.is_empty | areas.geometry.isna())
    numbers = table.loc[inside, "value"].to_numpy("float64")
    if len(numbers) < FEWEST or np.ptp(numbers) == 0 or numbers.sum() <= 0:
        return HotSpots(table, 0, 0, seed, alpha, 0.0)
    permutations = PERMUTATIONS if len(numbers) <= MANY else FEWER_PERMUTATIONS
    z, p, neighbours = _getis_ord(areas.geometry[inside], numbers, permutations, seed)
    threshold = discovery_threshold(p, alpha)
    kinds = np.select([(p <= threshold) & (z > 0), (p <= threshold) & (z < 0)], [HOT, COLD], NEITHER)
    table.loc[inside, "neighbours"] = neighbours
    table.loc[inside, "z"], table.loc[inside, "p"] = z, p
    table.loc[inside, "kind"] = kinds
    return HotSpots(table, len(numbers), permutations, seed, alpha, threshold)


def discovery_threshold(p: np.ndarray, alpha: float) -> float:
    """Return the largest p-value that is significant under the false discovery rate, 0 where none is."""
    ordered = np.sort(p)
    fine = ordered <= alpha * np.arange(1, len(p) + 1) / len(p)
    return float(ordered[np.flatnonzero(fine)[-1]]) if fine.any() else 0.0


def _getis_ord(
    shapes: gpd.GeoSeries, values: np.ndarray, permutations: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return z, two-sided p and the number of neighbours of each area."""
    with warnings.catch_warnings():
        # Areas without a neighbour are fine here; the halved p-values that esda warns of are doubled below.
        warnings.simplefilter("ignore")
        from esda.getisord import G_Local
        from libpysal.graph import Graph
        from libpysal.weights import W

        graph = Graph.build_contiguity(shapes.reset_index(drop=True), rook=False)
        neighbours = {place: [] for place in range(len(values))}
        pairs = graph.adjacency[graph.adjacency > 0].index
        for focal, neighbour in pairs:
            neighbours[focal].append(neighbour)
        weights = W(neighbours, id_order=list(neighbours), silence_warnings=True)
        found = G_Local(
            values, weights, transform="B", permutations=permutations, star=True, n_jobs=1, seed=seed,
            keep_simulations=False,
        )  # fmt: skip
    counts = np.array([len(neighbours[place]) for place in range(len(values))])
    return np.asarray(found.Zs), np.minimum(1.0, 2 * np.asarray(found.p_sim)), counts
