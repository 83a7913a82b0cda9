"""Regression trees as arrays: what a trained ranker is kept and served as.

Serving needs neither the library that grew the trees nor its start-up time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

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
        scores, walk = np.empty(len(rows), dtype=np.float32), self._walk
        for first in range(0, len(rows), chunk):
            part = rows[first : first + chunk]
            flat, starts = part.ravel(), np.arange(len(part)) * rows.shape[1]
            at = np.repeat(walk.roots[:, None], len(part), axis=1)
            for n in walk.n_deeper:  # `take` reads half as long as an index in brackets
                here = at[:n]
                goes_left = flat.take(starts + walk.feature.take(here)) <= self.threshold.take(here)
                at[:n] = walk.children.take(2 * here + goes_left)
            scores[first : first + chunk] = self.value.take(at).sum(axis=0)
        return scores

    @cached_property
    def _walk(self) -> "Walk":
        """How rows go through the trees, worked out once."""
        depths = np.zeros(len(self.roots), dtype=np.intp)
        trees, nodes = np.arange(len(self.roots)), self.roots.astype(np.intp)
        for depth in range(1, self.depth + 1):
            inner = self.left.take(nodes) != nodes
            trees, nodes = trees[inner], nodes[inner]
            depths[trees] = depth
            nodes = np.concatenate([self.left.take(nodes), self.right.take(nodes)]).astype(np.intp)
            trees = np.tile(trees, 2)
        order = np.argsort(-depths, kind="stable")
        return Walk(
            self.roots[order].astype(np.intp),
            [int((depths > depth).sum()) for depth in range(self.depth)],
            self.feature.astype(np.intp),
            np.stack([self.right, self.left], axis=1).ravel().astype(np.intp),
        )


class Walk(NamedTuple):
    """The deepest trees first, so that each step is taken by those alone that go on.

    In the integers that NumPy indexes by: of others it makes these at every step.

    Attributes:
        roots: (trees,).
        n_deeper: how many trees are deeper than 0, 1, 2, ….
        feature: (nodes,).
        children: (2 · nodes,) right, then left of each node.
    """

    roots: np.ndarray
    n_deeper: list[int]
    feature: np.ndarray
    children: np.ndarray


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
