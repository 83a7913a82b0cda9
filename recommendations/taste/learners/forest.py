"""Regression trees as arrays: what a trained ranker is kept and served as.

Serving needs neither the library that grew the trees nor its start-up time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Forest:
    """Trees over the same features; what a row scores is the sum of the leaves it falls into.

    Nodes of all trees lie one after another. A leaf is its own left and right.

    Attributes:
        roots: (trees,) int32.
        feature: (nodes,) int16.
        threshold: (nodes,) float32; a row goes left where its feature is not above it.
        left, right: (nodes,) int32.
        value: (nodes,) float32, 0 within the tree.
        depth: how many steps the longest way takes.
    """

    roots: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    depth: int

    def plus(self, other: "Forest", *, times: float) -> "Forest":
        """Return one forest that scores what this one does and `times` what the other does."""
        n = len(self.feature)
        return Forest(
            roots=np.concatenate([self.roots, other.roots + n]).astype(np.int32),
            feature=np.concatenate([self.feature, other.feature]),
            threshold=np.concatenate([self.threshold, other.threshold]),
            left=np.concatenate([self.left, other.left + n]).astype(np.int32),
            right=np.concatenate([self.right, other.right + n]).astype(np.int32),
            value=np.concatenate([self.value, times * other.value]).astype(np.float32),
            depth=max(self.depth, other.depth),
        )

    def scores(self, rows: np.ndarray, *, chunk: int = 4096) -> np.ndarray:
        """Return (m,) float32 for (m, features) rows without NaN."""
        rows = np.ascontiguousarray(rows, dtype=np.float32)
        scores = np.empty(len(rows), dtype=np.float32)
        for first in range(0, len(rows), chunk):
            part = rows[first : first + chunk]
            flat, starts = part.ravel(), np.arange(len(part))[:, None] * rows.shape[1]
            at = np.tile(self.roots, (len(part), 1))
            for _ in range(self.depth):  # `take` reads half as long as an index in brackets
                goes_left = flat.take(starts + self.feature.take(at)) <= self.threshold.take(at)
                at = np.where(goes_left, self.left.take(at), self.right.take(at))
            scores[first : first + chunk] = self.value.take(at).sum(axis=1)
        return scores


def forest_of(dump: Mapping[str, Any]) -> Forest:
    """Return the forest of a LightGBM model's `dump_model()`.

    Raises:
        ValueError: a tree splits by something else than "not above a number".
    """
    roots: list[int] = []
    nodes: list[tuple[int, float, int, int, float]] = []
    deepest = 0
    for tree in dump["tree_info"]:
        roots.append(len(nodes))
        nodes.append((0, 0.0, 0, 0, 0.0))
        waiting = [(tree["tree_structure"], len(nodes) - 1, 0)]
        while waiting:
            node, number, depth = waiting.pop()
            deepest = max(deepest, depth)
            if "leaf_value" in node:
                nodes[number] = (0, np.inf, number, number, node["leaf_value"])
                continue
            if node["decision_type"] != "<=":
                raise ValueError(f"a tree splits by {node['decision_type']!r}, expected '<='")
            left, right = len(nodes), len(nodes) + 1
            nodes += [(0, 0.0, 0, 0, 0.0)] * 2
            nodes[number] = (node["split_feature"], node["threshold"], left, right, 0.0)
            waiting += [
                (node["left_child"], left, depth + 1),
                (node["right_child"], right, depth + 1),
            ]
    feature, threshold, lefts, rights, values = zip(*nodes, strict=True) if nodes else [()] * 5
    return Forest(
        np.array(roots, dtype=np.int32),
        np.array(feature, dtype=np.int16),
        np.array(threshold, dtype=np.float32),
        np.array(lefts, dtype=np.int32),
        np.array(rights, dtype=np.int32),
        np.array(values, dtype=np.float32),
        deepest,
    )
