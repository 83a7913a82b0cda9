"""Curation in the admin."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.curation import CannotMerge, merge_titles
from catalog.models import Adaptation, Comment, Group, Rating, SourceRun, Title
from tests.factories import (
    NOW,
    make_adaptation,
    make_admin,
    make_availability,
    make_credit,
    make_group,
    make_rating,
    make_save,
    make_title,
    make_user,
    make_viewing,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/title/"


@pytest.fixture
def admin_client(client):
    client.force_login(make_admin())
    return client


def run(client, action, *rows, path=LIST, **more):
    data = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return client.post(path, data, follow=True)


def test_merging_moves_every_row_and_keeps_what_the_kept_one_has():
    kept = make_title("Amelie", genres=("Comedy",), runtime=122, imdb_id="tt0211915")
    double = make_title(
        "Amélie Poulain", genres=("Comedy", "Romance"), cast=("Audrey Tautou",), runtime=130,
        certificate=12, tmdb_id=194, movielens_id=4973, franchise="Montmartre",
        franchise_position=1, synopsis_source="Wikipedia", sources=["tmdb-top10k"],
    )  # fmt: skip
    ada, bob = make_user(), make_user()
    make_rating(ada, kept, 5)
    make_rating(ada, double, 1)
    make_rating(bob, double, 3.5)
    make_save(bob, double)
    make_viewing(ada, kept, on=datetime.date(2020, 1, 1))
    make_viewing(ada, double, on=datetime.date(2021, 1, 1))
    make_availability(double)
    make_credit(kept, "Audrey Tautou")
    make_group("Whimsy", double)
    double.source_rows.create(source="tmdb-top10k", source_id="194")
    book = make_title(kind="book")
    make_adaptation(book, double)
    make_adaptation(kept, double)

    merge_titles(kept, [double])

    kept.refresh_from_db()
    assert not Title.objects.filter(pk=double.pk).exists()
    assert dict(kept.ratings.values_list("user", "stars")) == {ada.pk: 5, bob.pk: 3.5}
    assert kept.saves.get().user == bob
    assert kept.viewings.count() == 2
    assert set(kept.genres.values_list("name", flat=True)) == {"Comedy", "Romance"}
    assert kept.credits.count() == kept.availabilities.count() == kept.places.count() == 1
    assert kept.source_rows.get().source_id == "194"
    assert [(a.origin, a.form) for a in Adaptation.objects.all()] == [(book, kept)]
    assert (kept.runtime, kept.imdb_id) == (122, "tt0211915")
    assert (kept.certificate, kept.tmdb_id, kept.movielens_id) == (12, 194, 4973)
    assert (kept.franchise.name, kept.franchise_position) == ("Montmartre", 1)
    assert kept.synopsis_source == ""
    assert kept.other_names == ["Amélie Poulain"]
    assert kept.sources == ["tmdb-top10k"]
    assert list(Title.objects.named_like("poulain")) == [kept]


def test_only_titles_of_one_kind_are_merged_and_never_one_alone():
    film, book = make_title("Emma"), make_title("Emma", kind="book")
    make_rating(make_user(), book)

    with pytest.raises(CannotMerge, match="is a film, .* is a book"):
        merge_titles(film, [book])
    with pytest.raises(CannotMerge, match="two titles or more"):
        merge_titles(film, [film])

    assert book.ratings.count() == 1


def test_a_curator_chooses_which_title_is_kept(admin_client):
    first, second = make_title("Heat"), make_title("Heat!")
    make_rating(make_user(), first)

    page = run(admin_client, "merge", first, second)
    assert "Which of these is kept?" in page.content.decode()
    assert Title.objects.count() == 2
    page = run(admin_client, "merge", first, second, kept=second.pk)

    assert Title.objects.get() == second
    assert Rating.objects.get().title == second
    assert "rows moved" in page.content.decode()
    assert "Merged with Heat" in LogEntry.objects.get().change_message


@pytest.mark.parametrize("n", [1, 11])
def test_one_or_very_many_are_not_merged(admin_client, n):
    page = run(admin_client, "merge", *[make_title() for _ in range(n)])

    assert "Choose from 2 to 10 titles" in page.content.decode()
    assert Title.objects.count() == n


def test_titles_are_hidden_and_shown_again_and_that_is_logged(admin_client):
    title, other = make_title(), make_title(is_hidden=True)

    page = run(admin_client, "hide", title, other)

    assert "1 row hidden." in page.content.decode()
    assert not Title.objects.visible().exists()
    assert LogEntry.objects.get().object_id == str(title.pk)
    run(admin_client, "show", title, other)
    assert Title.objects.visible().count() == 2


def test_who_may_only_look_may_not_act(client):
    curator = make_user(is_staff=True)
    curator.user_permissions.add(Permission.objects.get(codename="view_title"))
    client.force_login(curator)
    title = make_title()

    page = run(client, "hide", title)
    run(client, "merge", title, make_title())

    assert "Hide the chosen titles" not in page.content.decode()
    assert Title.objects.visible().count() == 2


@pytest.mark.parametrize(
    ("words", "found"),
    [("blade", ["Blade Runner"]), ("runn", ["Blade Runner"]), ("tt1", ["Ran"]), ("zz", [])],
)
def test_titles_are_found_by_name_and_by_the_ids_of_others(admin_client, words, found):
    make_title("Blade Runner")
    make_title("Ran", imdb_id="tt1")

    page = admin_client.get(LIST, {"q": words})

    assert [title.name for title in page.context["cl"].result_list] == found


def test_lists_and_forms_cost_the_same_however_much_there_is(admin_client):
    title = make_title(genres=("Drama",))
    user = make_user()
    group = make_group("Whimsy", title)

    def cost(path):
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(path).status_code == 200
        return len(queries)

    paths = [
        LIST, f"{LIST}{title.pk}/change/", "/admin/catalog/comment/", "/admin/catalog/group/",
        f"/admin/catalog/group/{group.pk}/change/", "/admin/accounts/user/",
        "/admin/catalog/sourcerun/",
    ]  # fmt: skip
    Comment.objects.create(user=user, title=title, text="Fine.")
    make_credit(title, "Zoe Zero")
    make_adaptation(make_title(), title)
    make_adaptation(title, make_title())
    make_availability(title, "Zero")
    assert all(cost(path) for path in paths)  # Django looks up content types once.
    before = [cost(path) for path in paths]
    for number in range(4):
        make_credit(title, f"Actor {number}")
        make_adaptation(make_title(), title)
        make_adaptation(title, make_title())
        make_availability(title, f"Service {number}")
        Comment.objects.create(user=make_user(), title=make_title(), text="Fine.")
        make_group(f"Group {number}", make_title())
        group.places.create(title=make_title(), position=number + 1)
        SourceRun.objects.create(source="x", started_at=NOW)

    assert [cost(path) for path in paths] == before


def test_the_form_of_a_title_shows_no_vector(admin_client):
    page = admin_client.get(f"{LIST}{make_title().pk}/change/").content.decode()

    assert "search_document" not in page
    assert "vector" not in page.lower()


def test_a_title_is_changed_by_hand(admin_client):
    title = make_title("Heat")
    page = admin_client.get(f"{LIST}{title.pk}/change/")
    data = {
        name: ""
        if value is None
        else ",".join(map(str, value))
        if isinstance(value, list)
        else value
        for name, value in page.context["adminform"].form.initial.items()
        if name not in ("genres", "companies")
    }
    for formset in page.context["inline_admin_formsets"]:
        prefix = formset.formset.prefix
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    data |= {"name": "Heat, again", "is_hidden": "", "is_adult": ""}

    response = admin_client.post(f"{LIST}{title.pk}/change/", data)

    assert response.status_code == 302, response.context["adminform"].form.errors
    assert list(Title.objects.named_like("again")) == [title]


def test_groups_are_pinned_for_newcomers(admin_client):
    group = make_group(is_pinned=False)

    run(admin_client, "pin", group, path="/admin/catalog/group/")

    assert Group.objects.get().is_pinned


def test_comments_are_hidden_and_cannot_be_rewritten(admin_client):
    comment = Comment.objects.create(user=make_user(), title=make_title(), text="He dies.")

    run(admin_client, "hide", comment, path="/admin/catalog/comment/")
    assert Comment.objects.get().is_hidden
    admin_client.post(f"/admin/catalog/comment/{comment.pk}/change/", {"text": "He lives."})

    comment.refresh_from_db()
    assert comment.text == "He dies."


def test_runs_of_sources_can_only_be_read(admin_client):
    run_ = SourceRun.objects.create(source="tmdb", started_at=NOW, n_read=7)

    page = admin_client.get(f"/admin/catalog/sourcerun/{run_.pk}/change/")

    assert page.status_code == 200
    assert 'name="n_read"' not in page.content.decode()
    assert admin_client.get("/admin/catalog/sourcerun/add/").status_code == 403


def test_strangers_and_members_stay_outside(client):
    assert client.get(LIST).status_code == 302
    client.force_login(make_user())
    assert client.get(LIST).status_code == 302


def test_the_first_page_leads_to_the_staffs_own_pages(admin_client):
    page = admin_client.get("/admin/").content.decode()

    assert 'href="/staff/leaderboard/"' in page
    assert 'href="/staff/vibes/"' in page
