"""The recommender's settings, parsed once into a frozen dataclass."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# SHA-256 of all-MiniLM-L6-v2's model.safetensors as its makers publish it.
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# SHA-256 of each encoder's weights as its package carries them.
PUBLISHED_SHA256 = {
    "all-MiniLM-L6-v2": MINILM_SHA256,
    "wordllama-l2-supercat-256": "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5",
}


@dataclass(frozen=True)
class Recommender:
    """What the operator may turn, with the defaults that the figures in `docs/` were made with.

    Attributes:
        encoder: name of an encoder registered in `recommendations/taste/weights.py`.
        encoder_sha256: what the encoder's weights must hash to; by default as published.
        encoder_dir: where the exported ONNX file is kept.
        device: `auto`, `cpu` or `cuda`, for the encoder's batches.
        query_weight: share of the words against the taste in a search, in [0, 1].
        n_cut: how many titles a zone considers before it ranks.
        n_vibe: how many titles around its middle a vibe considers before it ranks (A46).
        vibe_algorithm: what groups liked titles: `auto`, or a name of `taste/clustering`'s METHODS.
        n_exact: up to how many titles the nearest are found by an exact scan.
        popularity_weight: what being well known adds, in deviations of a list's scores.
        recency_weight: what being recent adds, likewise.
        trending_weight: what being saved and loved here lately adds, likewise.
        near_duplicate: content closeness from which two titles count as the same pick.
        per_director: how many titles of one director a list of ten may hold.
        session_minutes: how long a list stays open for actions.
        kinds_in_ten: how many kinds ten picks in a row hold where no kind is asked for, if the
            catalogue has them; 1 leaves the order alone.
        gem_floor: how close a hidden gem lies at least to some title that the person loves, as a
            cosine in the content space; a twentieth of all pairs lie closer than 0.23.
        gem_votes: how many people voted for a hidden gem at least, where votes are counted.
        trending_days: after so many days a save counts half in what is trending here.
        active_days: who was not here for so many days is not listed in anybody's find-a-friend.
    """

    encoder: str = "all-MiniLM-L6-v2"
    encoder_sha256: str = MINILM_SHA256
    encoder_dir: Path = Path("var/encoder")
    device: str = "auto"
    query_weight: float = 0.7
    n_cut: int = 200
    n_vibe: int = 100
    vibe_algorithm: str = "auto"
    n_exact: int = 20_000
    popularity_weight: float = 0.0
    recency_weight: float = 0.0
    trending_weight: float = 0.0
    near_duplicate: float = 0.95
    per_director: int = 2
    session_minutes: int = 30
    kinds_in_ten: int = 2
    gem_floor: float = 0.25
    gem_votes: int = 20
    trending_days: float = 7.0
    active_days: int = 30

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], *, var: Path) -> "Recommender":
        """Return the settings that the environment asks for; wrong ones are left to the checks."""
        encoder = environ.get("ENCODER") or cls.encoder
        return cls(
            encoder=encoder,
            encoder_sha256=environ.get("ENCODER_SHA256") or PUBLISHED_SHA256.get(encoder, ""),
            encoder_dir=Path(environ.get("ENCODER_DIR") or var / "encoder"),
            vibe_algorithm=(environ.get("VIBE_ALGORITHM") or cls.vibe_algorithm).lower(),
            popularity_weight=_number(environ, "POPULARITY_WEIGHT"),
            recency_weight=_number(environ, "RECENCY_WEIGHT"),
            trending_weight=_number(environ, "TRENDING_WEIGHT"),
            device=(environ.get("DEVICE") or cls.device).lower(),
        )

    def sha256_of(self, encoder: str) -> str:
        """Return what an encoder's weights must hash to: as set for ours, as published for others.

        Another than ours answers for as long as its space serves, while ours is being built.
        """
        own = encoder == self.encoder
        return self.encoder_sha256 if own else PUBLISHED_SHA256.get(encoder, "")


def _number(environ: Mapping[str, str], name: str) -> float:
    """Return a number of the environment; 0 when absent, NaN for the checks when mistyped."""
    try:
        return float(environ.get(name) or 0)
    except ValueError:
        return float("nan")
