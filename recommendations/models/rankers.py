"""What puts the candidates of a taste space in order, as bytes: `taste.ordering` packs them."""

from django.db import models

from recommendations.models.spaces import Space


class SpaceRanker(models.Model):
    """The ranker that was learnt with a space; it goes when the space goes."""

    space = models.OneToOneField(Space, on_delete=models.CASCADE, related_name="ranker")
    packed = models.BinaryField()

    def __str__(self) -> str:
        return f"ranker of space {self.space_id}"
