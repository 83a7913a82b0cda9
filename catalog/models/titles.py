"""Titles: films, series and books in one table."""

from collections.abc import Iterable
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower

from catalog.naming import name_key


class Kind(models.TextChoices):
    """What a title is."""

    FILM = "film", "Film"
    SERIES = "series", "Series"
    BOOK = "book", "Book"


class Mood(models.TextChoices):
    """The mood a title is printed in; it chooses the inks of its poster."""

    TENSE = "tense", "Tense"
    WONDER = "wonder", "Full of wonder"
    TENDER = "tender", "Tender"
    BRIGHT = "bright", "Bright"
    DREAD = "dread", "Full of dread"
    EPIC = "epic", "Epic"
    HUSHED = "hushed", "Hushed"
    TRUE = "true", "True to life"
    STRANGE = "strange", "Strange"
    NOIR = "noir", "Noir"


class Genre(models.Model):
    """A genre's name, from one vocabulary for all sources."""

    name = models.CharField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.name


class TitleQuerySet(models.QuerySet["Title"]):
    """Questions about titles; they chain and read as English."""

    def visible(self) -> Self:
        """Titles that curators have not hidden and that are not for adults only."""
        return self.filter(is_hidden=False, is_adult=False)

    def unseen_by(self, user) -> Self:
        """Titles that `user` has not seen, rated or loved; all of them, for a visitor."""
        if user.is_anonymous:
            return self
        return self.exclude(
            Exists(user.viewings.filter(title=OuterRef("pk")))
            | Exists(user.ratings.filter(title=OuterRef("pk")))
            | Exists(user.favourites.filter(title=OuterRef("pk")))
        )

    def of_other_stories_than(self, title_ids: Iterable[int]) -> Self:
        """Titles that are no other form of the stories of these titles.

        What these were made from is left out, and everything made from either. Somebody who loves
        the film has met the story of the novel; the title page leads there.
        """
        known = sorted(title_ids)
        if not known:
            return self
        Adaptation = Title._meta.apps.get_model("catalog", "Adaptation")
        origins = Adaptation.objects.filter(form__in=known).values("origin")
        forms = Adaptation.objects.filter(Q(origin__in=known) | Q(origin__in=origins))
        return self.exclude(pk__in=origins).exclude(pk__in=forms.values("form"))

    def next_parts(self, *, seen: Iterable[int]) -> Self:
        """Titles outside franchises, and of each franchise only the next part that is not `seen`.

        Parts count within one kind: a film's first part does not wait for the book's.
        """
        earlier = (
            Title.objects.visible()
            .filter(
                franchise=OuterRef("franchise"),
                kind=OuterRef("kind"),
                franchise_position__lt=OuterRef("franchise_position"),
            )
            .exclude(pk__in=sorted(seen))
        )
        return self.filter(Q(franchise=None) | ~Exists(earlier))

    def complete(self) -> Self:
        """Titles with enough words to stand on a card: a synopsis."""
        return self.exclude(synopsis="")

    def named_like(self, words: str) -> Self:
        """Titles whose name holds every word, the last one as the beginning of a word."""
        terms = name_key(words).split()
        if not terms:
            return self.none()
        query = " & ".join([*terms[:-1], terms[-1] + ":*"])
        return self.filter(search_document=SearchQuery(query, search_type="raw", config="simple"))

    def for_cards(self) -> Self:
        """Everything a title card shows, in one query however many cards there are."""
        return self.only(
            "name", "original_name", "original_language", "kind", "year", "end_year", "runtime",
            "seasons", "pages", "certificate", "mood", "moods", "themes", "maker", "synopsis",
            "franchise_id", "poster_url", "popularity", "starter_id",
        )  # fmt: skip


class Title(models.Model):
    """A film, a series or a book, with the facts that pages show and vectors are made of."""

    kind = models.CharField(max_length=6, choices=Kind.choices)
    name = models.CharField(max_length=400)
    original_name = models.CharField(max_length=400, blank=True)
    original_language = models.CharField(max_length=2, blank=True)
    other_names = ArrayField(models.CharField(max_length=400), default=list, blank=True)
    name_keys = models.TextField(editable=False, help_text="Every name, folded for search.")
    year = models.SmallIntegerField(null=True, blank=True)
    end_year = models.SmallIntegerField(null=True, blank=True)
    runtime = models.SmallIntegerField(
        null=True, blank=True, help_text="Minutes; of one episode, for a series."
    )
    seasons = models.SmallIntegerField(null=True, blank=True)
    pages = models.SmallIntegerField(null=True, blank=True)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    certificate = models.SmallIntegerField(
        null=True, blank=True, help_text="Suggested minimum age; empty when unknown."
    )
    genres = models.ManyToManyField(Genre, related_name="titles", blank=True)
    companies = models.ManyToManyField("catalog.Company", related_name="titles", blank=True)
    themes = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    moods = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    mood = models.CharField(max_length=8, choices=Mood.choices, default=Mood.TRUE)
    maker = models.CharField(
        max_length=120, blank=True, help_text="The director, creator or author that cards name."
    )
    synopsis = models.TextField(blank=True)
    synopsis_source = models.CharField(max_length=40, blank=True)
    poster_url = models.URLField(max_length=300, blank=True)

    franchise = models.ForeignKey(
        "catalog.Franchise", null=True, blank=True, on_delete=models.SET_NULL, related_name="titles"
    )
    franchise_position = models.SmallIntegerField(null=True, blank=True)

    starter_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    imdb_id = models.CharField(max_length=12, null=True, blank=True, unique=True)
    tmdb_id = models.IntegerField(null=True, blank=True)
    movielens_id = models.IntegerField(null=True, blank=True, unique=True)
    goodbooks_id = models.IntegerField(null=True, blank=True, unique=True)
    isbn13 = models.CharField(max_length=13, null=True, blank=True)
    sources = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    renown = models.SmallIntegerField(null=True, blank=True)
    n_votes = models.IntegerField(null=True, blank=True)
    mean_vote = models.FloatField(null=True, blank=True, help_text="From 0 to 10.")
    popularity = models.FloatField(
        default=0.5, help_text="Percentile within its kind, 0 unknown to most, 1 best known."
    )

    is_adult = models.BooleanField(default=False)
    is_hidden = models.BooleanField(default=False)
    fetched_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    search_document = models.GeneratedField(
        expression=SearchVector("name_keys", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = TitleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values),
                name="title_kind_known",
                violation_error_message="A title is a film, a series or a book.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="title_has_name",
                violation_error_message="A title needs a name.",
            ),
            models.CheckConstraint(
                condition=Q(year=None) | Q(year__range=(-3000, 2200)),
                name="title_year_plausible",
                violation_error_message="The year is not plausible.",
            ),
            models.CheckConstraint(
                condition=Q(popularity__range=(0, 1)),
                name="title_popularity_is_a_percentile",
                violation_error_message="Popularity is a percentile from 0 to 1.",
            ),
            models.UniqueConstraint(
                fields=["kind", "tmdb_id"],
                name="title_tmdb_id_unique",
                violation_error_message="Another title has this TMDb id.",
            ),
        ]
        indexes = [
            GinIndex(fields=["search_document"], name="title_names"),
            models.Index(fields=["kind", "year"], name="title_kind_year"),
            models.Index(fields=["franchise", "franchise_position"], name="title_franchise"),
            # The orders in which titles are browsed: thirty are read, not sorted out of all.
            models.Index(
                F("popularity").desc(),
                F("year").desc(nulls_last=True),
                "id",
                condition=Q(is_hidden=False, is_adult=False),
                name="title_best_known",
            ),
            models.Index(
                F("year").desc(nulls_last=True),
                F("popularity").desc(),
                "id",
                condition=Q(is_hidden=False, is_adult=False),
                name="title_newest",
            ),
            models.Index(
                Lower("name"),
                "id",
                condition=Q(is_hidden=False, is_adult=False),
                name="title_a_to_z",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.year})" if self.year else self.name

    def save(self, *args, **kwargs) -> None:
        """Store the title with its folded names up to date."""
        self.name_keys = self.folded_names()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the address of the title's page."""
        return f"/title/{self.pk}/"

    def folded_names(self) -> str:
        """Return every name of this title, folded for search, one a line."""
        names = dict.fromkeys(map(name_key, (self.name, self.original_name, *self.other_names)))
        return "\n".join(filter(None, names))
