"""Facts for those learners that ask what titles are about."""

import os
from collections.abc import Sequence

from moviedb.knobs import Recommender
from recommendations.batch.titlefiles import TitlesFile, with_vectors
from recommendations.taste.encoders import query_encoder
from recommendations.taste.interactions import Facts
from recommendations.taste.learners.base import Learner
from recommendations.taste.learners.content import ContentEmbedding


def facts_for(learners: Sequence[Learner], told: TitlesFile, knobs: Recommender) -> Facts:
    """Return the facts of a file, with content vectors if any of the learners uses them.

    Raises:
        EncoderMissing: one does, and the encoder is not prepared.
    """
    if not any(uses_vectors(learner) for learner in learners):
        return told.facts
    encoder = query_encoder(
        knobs.encoder, knobs.encoder_dir, knobs.encoder_sha256, os.cpu_count() or 1
    )
    return with_vectors(told, encoder)


def uses_vectors(learner: Learner) -> bool:
    """Return whether a learner reads content vectors: it says so itself with `uses_vectors`."""
    return getattr(learner, "uses_vectors", isinstance(learner, ContentEmbedding))
