"""Regression trees as arrays: what a trained ranker is kept and served as.

Serving needs neither the library that grew the trees nor its start-up time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

MOST_LEAVES = 64  # of a tree: a bit each of one number


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

    def scores(self, rows: np.ndarray, *, chunk: int = 256) -> np.ndarray:
        """Return (m,) float32 for (m, features) rows without NaN.

        No tree is walked: every node that sends a row right strikes out the leaves on its left,
        and the first leaf that is left over is the row's. Source: Lucchese, Nardini, Orlando,
        Perego, Tonellotto and Venturini, "QuickScorer: a fast algorithm to rank documents with
        additive ensembles of regression trees", SIGIR 2015.
        """
        rows = np.asarray(rows, dtype=np.float32)
        scores, marks = np.empty(len(rows), dtype=np.float32), self._marks
        for first in range(0, len(rows), chunk):
            by_feature = np.ascontiguousarray(rows[first : first + chunk].T)
            struck = np.zeros((len(self.roots), by_feature.shape[1]), dtype=marks.left.dtype)
            for feature, threshold, left in zip(
                marks.feature, marks.threshold, marks.left, strict=True
            ):
                struck |= (by_feature.take(feature, axis=0) > threshold) * left
            leaf = np.bitwise_count(struck & ~(struck + 1)) + marks.first_leaf
            scores[first : first + chunk] = marks.value.take(leaf).sum(axis=0)
        return scores

    @cached_property
    def _marks(self) -> "Marks":
        """Which leaves each node strikes out, worked out once."""
        inner: list[list[tuple[int, int]]] = []  # (node, bits of the leaves on its left)
        leaves: list[list[int]] = []
        for root in self.roots.tolist():
            inner.append([])
            leaves.append([])
            self._mark(root, inner[-1], leaves[-1])
        most = max(map(len, leaves), default=1)
        bits = next(size for size in (8, 16, 32, 64) if size >= most)
        shape = (most - 1, len(self.roots), 1)
        feature = np.zeros(shape[:2], dtype=np.intp)
        threshold = np.full(shape, np.inf, dtype=np.float32)  # nothing is above it
        left = np.zeros(shape, dtype=f"u{bits // 8}")
        value = np.zeros((len(self.roots), most), dtype=np.float32)
        for tree, (nodes, own) in enumerate(zip(inner, leaves, strict=True)):
            for place, (node, struck) in enumerate(nodes):
                feature[place, tree] = self.feature[node]
                threshold[place, tree], left[place, tree] = self.threshold[node], struck
            value[tree, : len(own)] = self.value[own]
        first_leaf = most * np.arange(len(self.roots), dtype=np.intp)[:, None]
        return Marks(feature, threshold, left, value.ravel(), first_leaf)

    def _mark(self, node: int, inner: list[tuple[int, int]], leaves: list[int]) -> None:
        """Add what lies under a node: its leaves from left to right, its nodes with their marks."""
        if self.left[node] == node:
            leaves.append(node)
            return
        first = len(leaves)
        self._mark(int(self.left[node]), inner, leaves)
        inner.append((node, (1 << len(leaves)) - (1 << first)))
        self._mark(int(self.right[node]), inner, leaves)


class Marks(NamedTuple):
    """What each node strikes out, over trees with s inner nodes and s + 1 leaves at most.

    Attributes:
        feature: (s, trees).
        threshold: (s, trees, 1); infinite where a tree has fewer nodes.
        left: (s, trees, 1) unsigned, a bit for each leaf on the node's left.
        value: (trees · (s + 1),) of the leaves, from left to right.
        first_leaf: (trees, 1) where a tree's leaves begin in `value`.
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    value: np.ndarray
    first_leaf: np.ndarray


def forest_of(dump: Mapping[str, Any]) -> Forest:
    """Return the forest of a LightGBM model's `dump_model()`.

    Raises:
        ValueError: a tree splits by something else than "not above a number", or has more leaves
            than MOST_LEAVES.
    """
    roots: list[int] = []
    nodes: list[tuple[int, float, int, int, float]] = []
    deepest = 0
    for tree in dump["tree_info"]:
        if tree["num_leaves"] > MOST_LEAVES:
            raise ValueError(f"a tree has {tree['num_leaves']} leaves, at most {MOST_LEAVES} work")
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
