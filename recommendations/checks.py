"""A check of the recommender's settings at start."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from recommendations.taste.clustering.parting import METHODS
from recommendations.taste.weights import ENCODERS


@register()
def encoder(app_configs, **kwargs) -> list[CheckMessage]:
    """ENCODER must be registered."""
    name = settings.RECOMMENDER.encoder
    if name in ENCODERS:
        return []
    hint = f"Set ENCODER to {' or '.join(ENCODERS)}, or unset it."
    return [Error(f"ENCODER is {name!r}.", hint=hint, id="recommendations.E001")]


@register()
def vibe_algorithm(app_configs, **kwargs) -> list[CheckMessage]:
    """VIBE_ALGORITHM must be one that there is."""
    name, known = settings.RECOMMENDER.vibe_algorithm, ("auto", *METHODS)
    if name in known:
        return []
    hint = f"Set VIBE_ALGORITHM to {', '.join(known[:-1])} or {known[-1]}, or unset it."
    return [Error(f"VIBE_ALGORITHM is {name!r}.", hint=hint, id="recommendations.E002")]
