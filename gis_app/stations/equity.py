"""How evenly the way to a station is shared among households: weighted mean, worst, Gini, worst decile."""

from __future__ import annotations

import numpy as np

DECILE = 0.1


def weighted_mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the mean of the known values, weighted; NaN where nothing has weight."""
    known = np.isfinite(values) & (weights > 0)
    total = weights[known].sum()
    return float((values[known] * weights[known]).sum() / total) if total else float("nan")


def gini(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the weighted Gini coefficient of the known values ≥ 0: 0 all alike, towards 1 all with one.

    Mean absolute difference of two households drawn at random, over twice the mean. NaN where nothing has
    weight, 0 where all values are 0.
    """
    known = np.isfinite(values) & (weights > 0)
    x, w = np.asarray(values, float)[known], np.asarray(weights, float)[known]
    if not len(x):
        return float("nan")
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[order]
    total, mean = w.sum(), (x * w).sum() / w.sum()
    if mean <= 0:
        return 0.0
    before = np.cumsum(w) - w
    return float((w * x * (2 * before + w - total)).sum() / (total * total * mean))


def worst_share(values: np.ndarray, weights: np.ndarray, share: float = DECILE) -> tuple[float, float]:
    """Return (where it begins, its mean) of the worst `share` of the weight with known values.

    Households at the border count in part, so that the share is exact.
    """
    known = np.isfinite(values) & (weights > 0)
    x, w = np.asarray(values, float)[known], np.asarray(weights, float)[known]
    if not len(x):
        return float("nan"), float("nan")
    order = np.argsort(-x, kind="stable")
    x, w = x[order], w[order]
    wanted = share * w.sum()
    part = np.clip(wanted - (np.cumsum(w) - w), 0.0, w)
    last = int(np.flatnonzero(part > 0)[-1])
    return float(x[last]), float((x * part).sum() / part.sum())
