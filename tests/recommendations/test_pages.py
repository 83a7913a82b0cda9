"""The pages of picks, as requests: whole and in parts, with JavaScript and without."""

import json

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalog.models import Dismissal, Favourite, Group, Rating, Save, Tap, Title, Viewing
from recommendations import encoding
from recommendations.models import Session, Shown
from recommendations.taste.encoders import EncoderMissing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]
HTMX = {"HTTP_HX_REQUEST": "true"}
MOST_STATEMENTS = 10


@pytest.fixture
def visitor():
    return Client()


@pytest.fixture
def member():
    """Somebody who loves three films, signed in."""
    user = User.objects.create_user("ann", "ann@example.org", "a long password")
    for starter_id in ("film/inception-2010", "film/blade-runner-1982", "film/amelie-2001"):
        Favourite.objects.create(user=user, title=Title.objects.get(starter_id=starter_id))
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def tap(client, *slugs):
    groups = Group.objects.filter(slug__in=slugs).values_list("pk", flat=True)
    return client.post("/start/", {"group": list(groups)})


def act(client, title, action, *, back="/", zone="tonight", shown="", **extra):
    body = {"title": title.pk, "action": action, "back": back, "zone": zone, "shown": shown}
    htmx = extra.pop("htmx", {})
    return client.post("/picks/act/", body | extra, **htmx)


# ── From nothing to five ─────────────────────────────────────────────────


def test_a_visitor_sees_the_landing_page_with_five_picks_and_no_cookie(visitor):
    page = visitor.get("/")

    assert page.status_code == 200
    assert len(page.context["shelf"].picks) == 5
    assert settings.SESSION_COOKIE_NAME not in page.cookies
    assert not User.objects.exists(), "looking around stores nothing"


def test_three_taps_lead_to_five_picks_with_reasons_without_an_account(visitor):
    answer = tap(visitor, "mind-benders", "future-cities", "great-loves")
    page = visitor.get("/")

    assert answer.status_code == 302
    assert page.context["shelf"].zone == "tonight"
    assert len(page.context["shelf"].picks) == 5
    assert all(pick.reason for pick in page.context["shelf"].picks)
    assert Tap.objects.filter(user__is_guest=True).count() == 3


def test_no_tap_at_all_is_answered_in_words_and_stores_nothing(visitor):
    answer = visitor.post("/start/", {"group": ["", "x", "99999999999999999999"]})

    assert answer.status_code == 422
    assert "Nothing was tapped" in answer.content.decode()
    assert not User.objects.exists()


def test_a_member_without_a_taste_is_invited_and_still_gets_five(visitor):
    visitor.force_login(User.objects.create_user("new", "new@example.org", "a long password"))

    page = visitor.get("/")

    assert len(page.context["shelf"].picks) == 5
    assert "/start/" in page.content.decode()


# ── Acting on cards ──────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("action", "model"),
    [("save", Save), ("love", Favourite), ("seen", Viewing), ("dismiss", Dismissal)],
)
def test_an_action_is_one_post_without_javascript_and_can_be_undone(member, action, model):
    pick = member.get("/").context["shelf"].picks[0]

    answer = act(member, pick.title, action)
    page = member.get("/")

    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert model.objects.filter(user=member.user, title=pick.title).exists()
    assert pick.title not in [p.title for p in page.context["shelf"].picks]
    act(member, pick.title, action, undo="1")
    assert not model.objects.filter(user=member.user, title=pick.title).exists()


@pytest.mark.parametrize("action", ["save", "love", "seen", "dismiss"])
def test_with_htmx_the_next_card_takes_the_place(member, action):
    picks = member.get("/").context["shelf"].picks
    shown = ",".join(str(pick.title.pk) for pick in picks)

    answer = act(member, picks[1].title, action, shown=shown, htmx=HTMX)

    new = answer.context["pick"]
    assert answer.status_code == 200
    assert new.title.pk not in [pick.title.pk for pick in picks]
    text = answer.content.decode()
    assert f'id="card-{new.title.pk}"' in text
    assert picks[1].title.name in text or "&" in text, "the slip names what was done to what"
    assert "<html" not in text


def test_undo_brings_the_card_back(member):
    picks = member.get("/").context["shelf"].picks
    shown = ",".join(str(pick.title.pk) for pick in picks)
    answer = act(member, picks[0].title, "seen", shown=shown, htmx=HTMX)
    token, new = answer.context["undone"].token, answer.context["pick"].title

    back = act(
        member,
        picks[0].title,
        "seen",
        undo="1",
        token=token,
        replaced=new.pk,
        shown=shown,
        htmx=HTMX,
    )

    assert back.context["pick"].title == picks[0].title
    assert not Viewing.objects.exists()


def test_saving_in_a_search_keeps_the_card_and_presses_its_button(member):
    back = "/search/?q=robots+who+dream"
    pick = member.get(back).context["shelf"].picks[0]

    answer = act(member, pick.title, "save", back=back, zone="search", htmx=HTMX)

    assert answer.context["pick"].title == pick.title
    assert answer.context["pick"].state.is_saved


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "explode", "title": "1"}, 400),
        ({"action": "save", "title": "0"}, 404),
        ({"action": "save", "title": "x; DROP TABLE"}, 404),
        ({"action": "save", "title": "9" * 30}, 404),
        ({}, 400),
    ],
)
def test_a_damaged_form_is_refused_and_stores_nothing(visitor, body, status):
    assert visitor.post("/picks/act/", body).status_code == status
    assert not User.objects.exists()


def test_a_form_that_leads_off_the_site_leads_home(member):
    title = Title.objects.get(starter_id="film/alien-1979")

    for evil in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert act(member, title, "save", back=evil)["Location"] == "/"


def test_a_post_without_its_token_is_refused():
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/picks/act/", {"action": "save", "title": "1"}).status_code == 403


def test_a_get_writes_nothing(member, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for url in ("/", "/start/", "/search/?q=vikings", "/like/?a=1", "/users/me/state"):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            member.get(url)
        verbs = {query["sql"].split()[0].upper() for query in captured.captured_queries}
        assert not verbs & {"INSERT", "UPDATE", "DELETE"}, url


# ── Search ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words",
    ["", " ", "\x00\x01\x07", "😀😀", "?!…", "'; DROP TABLE catalog_title; --",
     "<script>x</script>",
     "x" * 10_000, "a" * 399, "%_\\", "‮⁦abc", "SELECT * FROM auth_user"],
)  # fmt: skip
def test_odd_words_get_a_page_and_never_an_error(visitor, words):
    page = visitor.get("/search/", {"q": words})

    assert page.status_code == 200
    assert "<script>x" not in page.content.decode()


def test_too_many_letters_are_answered_in_words(visitor):
    page = visitor.get("/search/", {"q": "word " * 2000})

    assert "10,000 letters" in page.context["message"] or "9,999" in page.context["message"]


def test_words_propose_filters_as_chips_and_apply_none(visitor):
    page = visitor.get("/search/", {"q": "heist comedy under two hours, not animated"})
    chips = {chip.label: chip for chip in page.context["chips"]}

    assert {"Comedy", "Under 2 h", "Not animation"} <= set(chips)
    assert not any(chip.is_on for chip in chips.values())
    narrowed = visitor.get(chips["Under 2 h"].url)
    assert all(p.title.runtime <= 120 for p in narrowed.context["shelf"].picks)
    assert [chip.label for chip in narrowed.context["chips"] if chip.is_on] == ["Under 2 h"]


def test_a_search_answers_htmx_with_its_results_alone(visitor):
    part = visitor.get("/search/?q=vikings", HTTP_HX_TARGET="results", **HTMX)
    unknown = visitor.get("/search/?q=vikings", HTTP_HX_TARGET="elsewhere", **HTMX)
    restored = visitor.get(
        "/search/?q=vikings",
        HTTP_HX_TARGET="results",
        HTTP_HX_HISTORY_RESTORE_REQUEST="true",
        **HTMX,
    )

    assert "<html" not in part.content.decode()
    assert "<html" in unknown.content.decode()
    assert "<html" in restored.content.decode()
    assert "HX-Request" in part["Vary"]


def test_without_the_encoder_a_search_finds_names_and_says_so(visitor, monkeypatch):
    def missing(*_):
        raise EncoderMissing("model.onnx is missing; run 'manage.py prepare_encoder'")

    monkeypatch.setattr(encoding, "query_encoder", missing)
    cache.clear()
    page = visitor.get("/search/", {"q": "Blade Runner"})

    assert page.status_code == 200
    assert page.context["shelf"].fallback
    assert page.context["shelf"].picks[0].title.name == "Blade Runner"


# ── More like … ──────────────────────────────────────────────────────────


def test_unknown_anchors_are_left_out_and_counted(visitor):
    known = Title.objects.get(starter_id="film/alien-1979")

    page = visitor.get(f"/like/?a={known.pk}&a=999999&a=x&n={'9' * 40}")

    assert [anchor.title for anchor in page.context["anchors"]] == [known]
    assert page.context["n_missing"] == 1


def test_an_anchor_is_found_by_a_misspelt_name(visitor):
    page = visitor.get("/like/", {"q": "blade runer"})

    assert "Blade Runner" in [found.title.name for found in page.context["candidates"]]
    followed = visitor.get(page.context["candidates"][0].add_url)
    assert len(followed.context["shelf"].picks) == 5


# ── State ────────────────────────────────────────────────────────────────


def test_the_state_is_one_answer_with_an_etag(member, django_assert_max_num_queries):
    title = Title.objects.get(starter_id="film/alien-1979")
    Rating.objects.create(user=member.user, title=title, stars="3.5")

    with django_assert_max_num_queries(6):
        answer = member.get("/users/me/state")
    again = member.get("/users/me/state", HTTP_IF_NONE_MATCH=answer["ETag"])

    body = json.loads(answer.content)
    assert body["ratings"] == {str(title.pk): 3.5}
    assert len(body["favourites"]) == 3
    assert body["flags"]["is_member"] is True
    assert again.status_code == 304


# ── Budgets ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "url",
    ["/", "/start/", "/search/", "/search/?q=a+king+fights+vikings", "/like/?a=1&a=2",
     "/like/?q=alien",
     "/users/me/state", "/how-it-works/", "/licences/", "/title/5/similar/", "/title/5/fit/",
     "/?page=2"],
)  # fmt: skip
@pytest.mark.parametrize("n_loved", [3, 60])
def test_a_page_costs_at_most_ten_statements_however_much_somebody_loves(
    member, url, n_loved, django_assert_max_num_queries
):
    more = Title.objects.order_by("-pk")[: n_loved - 3]
    Favourite.objects.bulk_create(Favourite(user=member.user, title=t) for t in more)

    # A process reads the vectors once and the caches hold what all readers share: the row of the
    # serving space, what filters there are. What is counted is what each reader costs.
    Client().get("/")
    Client().get(url)

    with django_assert_max_num_queries(MOST_STATEMENTS):
        assert member.get(url).status_code == 200


# ── The log of what was shown ────────────────────────────────────────────


def served(user, titles):
    return {
        "key": "6f8d2f6e-8a57-4c8e-9d6d-1c1f6d3f2b11",
        "user_id": user.pk,
        "zone": "tonight",
        "space_id": None,
        "wants": {},
        "trace": {"cut": 200},
        "latency_ms": 12.5,
        "served_at": timezone.now().isoformat(),
        "picks": [
            {"title_id": t.pk, "rank": k, "scores": {"score": 1.0}, "reason": "Because."}
            for k, t in enumerate(titles, start=1)
        ],
    }


def test_a_served_list_is_stored_once_however_often_it_is_handed_in(member):
    from recommendations.batch.sessions import record

    body = served(member.user, Title.objects.order_by("pk")[:5])

    record([body, body])
    record([body])

    assert Session.objects.count() == 1
    assert Shown.objects.count() == 5


def test_an_action_is_noted_on_the_list_that_showed_the_title(member):
    from recommendations.batch.sessions import record

    titles = list(Title.objects.order_by("pk")[:5])
    record([served(member.user, titles)])

    act(member, titles[2], "save")
    noted = Shown.objects.get(title=titles[2])
    assert (noted.action, noted.acted_at is None) == ("save", False)
    act(member, titles[2], "save", undo="1")
    assert Shown.objects.get(title=titles[2]).action == ""
