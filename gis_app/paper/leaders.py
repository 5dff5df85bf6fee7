"""Finds room for names beside what they name: the nearest free box around a point, and the line to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

Box = tuple[float, float, float, float]
DIRECTIONS = 24
RINGS = 12
OVER_AREAS = 10.0  # how many heights of a box farther a name goes to stand on open ground
OVER_MARK = 3.0


class Leaders:
    """The room that is left on a sheet; each name that is found a place takes it."""

    def __init__(
        self,
        frame: Box,
        taken: Sequence[Box],
        areas: np.ndarray,
        marks: np.ndarray | None,
        clearance: float,
        reach: float = 1.0,
    ) -> None:
        self._frame, self._clearance, self._reach = frame, clearance, reach
        self._boxes = np.array(taken, dtype=float).reshape(-1, 4)
        self._ahead = np.empty((0, 4))
        self._lines: list[shapely.LineString] = []
        whole = shapely.union_all(areas) if len(areas) else None
        if whole is not None:
            shapely.prepare(whole)
        self._areas = whole
        self._marks = np.empty((0, 2)) if marks is None else np.asarray(marks, dtype=float).reshape(-1, 2)

    def keep_clear(self, points: np.ndarray, around: float) -> None:
        """Keep names off the points from which other leader lines will start."""
        self._ahead = np.column_stack([points - around, points + around])

    def find(
        self, x: float, y: float, width: float, height: float, near: float, far: float
    ) -> tuple[Box, tuple[float, float, float, float]] | None:
        """Return box and line for a name at x, y, and take both; None where there is no room."""
        boxes = self._candidates(x, y, width, height, near, far)
        boxes = boxes[self._free(boxes)]
        if not len(boxes):
            return None
        for index in np.argsort(self._cost(boxes, x, y, height), kind="stable"):
            box = boxes[index]
            line = _line(x, y, box)
            if self._clear(line):
                self._boxes = np.vstack([self._boxes, box])
                self._lines.append(shapely.LineString([line[:2], line[2:]]))
                return tuple(box.tolist()), line
        return None

    def _candidates(self, x, y, width, height, near, far) -> np.ndarray:
        angles = np.linspace(0, 2 * np.pi, DIRECTIONS, endpoint=False)
        reach = np.linspace(near, far, RINGS)
        across, along = np.cos(angles), np.sin(angles)
        # the box touches the ring from outside, whatever its direction
        cx = x + np.add.outer(reach, 0 * angles) * across + np.sign(np.round(across, 9)) * width / 2
        cy = y + np.add.outer(reach, 0 * angles) * along + np.sign(np.round(along, 9)) * height / 2
        cx, cy = cx.ravel(), cy.ravel()
        return np.column_stack([cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2])

    def _free(self, boxes: np.ndarray) -> np.ndarray:
        """Tell which boxes lie in the frame, over no other name and across no leader line."""
        x0, y0, x1, y1 = self._frame
        free = (boxes[:, 0] >= x0) & (boxes[:, 1] >= y0) & (boxes[:, 2] <= x1) & (boxes[:, 3] <= y1)
        for box in (*self._boxes, *self._ahead):
            free &= ~_overlap(boxes, box)
        if self._lines and free.any():
            tree = shapely.STRtree(self._lines)
            hit = tree.query(shapely.box(*boxes.T), predicate="intersects")[0]
            free[hit] = False
        return free

    def _cost(self, boxes: np.ndarray, x: float, y: float, height: float) -> np.ndarray:
        away = np.hypot(
            np.maximum(0, np.maximum(boxes[:, 0] - x, x - boxes[:, 2])),
            np.maximum(0, np.maximum(boxes[:, 1] - y, y - boxes[:, 3])),
        )
        cost = away.copy()
        if self._areas is not None:
            cost += OVER_AREAS * height * shapely.intersects(self._areas, shapely.box(*boxes.T))
        for mx, my in self._marks:
            grown = np.array([mx, my, mx, my]) + self._clearance * np.array([-1, -1, 1, 1])
            cost += OVER_MARK * height * self._reach * _overlap(boxes, grown)
        return cost

    def _clear(self, line: tuple[float, float, float, float]) -> bool:
        """Tell whether a leader line crosses no name and no other line."""
        drawn = shapely.LineString([line[:2], line[2:]])
        if any(drawn.intersects(other) for other in self._lines):
            return False
        return not shapely.intersects(drawn, shapely.box(*self._boxes.T)).any() if len(self._boxes) else True


def _overlap(boxes: np.ndarray, box: np.ndarray) -> np.ndarray:
    return (boxes[:, 0] < box[2]) & (boxes[:, 2] > box[0]) & (boxes[:, 1] < box[3]) & (boxes[:, 3] > box[1])


def _line(x: float, y: float, box: np.ndarray) -> tuple[float, float, float, float]:
    """Return the line from a point to the nearest point of a box."""
    return x, y, float(min(max(x, box[0]), box[2])), float(min(max(y, box[1]), box[3]))
