"""Item2vec with the whole softmax, which word2vec's library does not offer."""

import numpy as np
from scipy import sparse


def full_softmax(
    pairs: sparse.csr_matrix,
    *,
    dimension: int,
    epochs: int,
    rng: np.random.Generator,
    rate: float = 0.05,
    batch: int = 256,
) -> tuple[np.ndarray, np.ndarray]:
    """Return input and output vectors, (n, d) each, of least cross entropy over all titles.

    The loss is −Σ pairs[i, j] · log softmax(input_i · outputs)_j, by steps of Adam on rows of i.
    Source of the steps: Kingma and Ba, "Adam: a method for stochastic optimization", 2015.
    """
    n = pairs.shape[0]
    inputs = (rng.standard_normal((n, dimension)) / dimension**0.5).astype(np.float32)
    outputs = np.zeros((n, dimension), dtype=np.float32)
    own, shared = _Adam(inputs, rate), _Adam(outputs, rate)
    for _ in range(epochs):
        for rows in np.array_split(rng.permutation(n), -(-n // batch)):
            seen = np.asarray(pairs[rows].todense(), dtype=np.float32)
            logits = inputs[rows] @ outputs.T
            expected = np.exp(logits - logits.max(axis=1, keepdims=True))
            expected *= seen.sum(axis=1, keepdims=True) / expected.sum(axis=1, keepdims=True)
            excess = (expected - seen) / max(float(seen.sum()), 1e-9)
            step_in, step_out = excess @ outputs, excess.T @ inputs[rows]
            own.step(rows, step_in)
            shared.step(slice(None), step_out)
    return inputs, outputs


class _Adam:
    """Steps over some rows of one array, each row with its own count of steps."""

    def __init__(self, values: np.ndarray, rate: float) -> None:
        self.values, self.rate = values, rate
        self.mean, self.square = np.zeros_like(values), np.zeros_like(values)
        self.n = np.zeros((len(values), 1), dtype=np.float32)

    def step(self, rows: np.ndarray | slice, gradient: np.ndarray) -> None:
        """Move these rows against the gradient."""
        self.n[rows] += 1
        self.mean[rows] = 0.9 * self.mean[rows] + 0.1 * gradient
        self.square[rows] = 0.999 * self.square[rows] + 0.001 * gradient**2
        mean = self.mean[rows] / (1 - 0.9 ** self.n[rows])
        square = self.square[rows] / (1 - 0.999 ** self.n[rows])
        self.values[rows] -= self.rate * mean / (np.sqrt(square) + 1e-8)
