"""The words of every title's texts, for the part of a search that is about words themselves."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class TitleWords(models.Model):
    """The folded words of one title's texts."""

    title = models.OneToOneField(
        "catalog.Title", primary_key=True, on_delete=models.CASCADE, related_name="words"
    )
    document = SearchVectorField()

    class Meta:
        verbose_name_plural = "title words"
        indexes = [GinIndex(fields=["document"], name="title_words")]

    def __str__(self) -> str:
        return f"words of {self.title_id}"


class WordCount(models.Model):
    """In how many titles a word stands; under the empty word, how many titles there are."""

    word = models.CharField(primary_key=True, max_length=100)
    n_titles = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.word!r} in {self.n_titles}"
