"""A check of the recommender's settings at start."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from recommendations.taste.encoders import ENCODERS


@register()
def encoder(app_configs, **kwargs) -> list[CheckMessage]:
    """ENCODER must be registered."""
    name = settings.RECOMMENDER.encoder
    if name in ENCODERS:
        return []
    hint = f"Set ENCODER to {' or '.join(ENCODERS)}, or unset it."
    return [Error(f"ENCODER is {name!r}.", hint=hint, id="recommendations.E001")]
