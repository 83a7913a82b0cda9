"""The parts that pages are made of, rendered alone; and what holds for every template."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import RequestFactory

from catalog.library import LibraryState
from catalog.models import Title
from catalog.templatetags.titles import as_stars, facts, half_stars, has_other_name, poster
from moviedb.templatetags.page import kept_params, percent, undo_of, with_params, with_why
from recommendations.zones.shelf import AxisCause, Pick, Span, TitleCause, Why, WordCause

ROOT = Path(__file__).resolve().parents[2] / "templates"
TEMPLATES = sorted(ROOT.rglob("*.html"))
FILM = {"kind": "film", "mood": "tense", "maker": "Michael Mann"}


def make_title(**values) -> Title:
    return Title(**{"pk": 7, "name": "Heat", "year": 1995, "runtime": 170, **FILM, **values})


def make_pick(**values) -> Pick:
    reason = (Span("Close to "), Span("Thief", 9), Span("."))
    return Pick(
        **{"title": make_title(), "rank": 1, "score": 1, "fit": 0.8, "reason": reason} | values
    )


def render(template: str, **context) -> str:
    request = RequestFactory().get("/?kinds=film")
    request.person = request.user = AnonymousUser()
    context = {"zone": "tonight", "back": "/?kinds=film", "shown": "7,8", **context}
    return render_to_string(template, context, request=request)


# ── Facts ──
@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"runtime": 148, "year": 2010, "certificate": 12}, "2010 · Film · 2 h 28 · 12"),
        ({"runtime": 120}, "1995 · Film · 2 h"),
        ({"runtime": 45}, "1995 · Film · 45 min"),
        ({"runtime": None, "year": None}, "Film"),
        ({"certificate": 0}, "1995 · Film · 2 h 50 · all ages"),
        (
            {"kind": "series", "year": 2015, "end_year": 2022, "seasons": 5, "certificate": 16},
            "2015–2022 · Series · 5 seasons · 16",
        ),
        ({"kind": "series", "end_year": 1995, "seasons": 1}, "1995 · Series · 1 season"),
        ({"kind": "book", "year": 1813, "pages": 432}, "1813 · Book · 432 pages"),
        ({"kind": "book", "year": -700, "pages": None}, "700 BC · Book"),
    ],
)
def test_the_facts_line_reads_as_in_a_programme(values, line):
    assert facts(make_title(**values)) == line


@pytest.mark.parametrize(
    ("original", "differs"),
    [("기생충", True), ("HEAT", False), ("Heat", False), ("", False), ("Fuoco", True)],
)
def test_the_original_title_is_named_when_it_is_another(original, differs):
    assert has_other_name(make_title(original_name=original)) is differs


def test_a_poster_is_heard_as_title_year_and_kind():
    assert 'aria-label="Heat, 1995, film"' in poster(make_title())
    assert 'aria-label="Heat, film"' in poster(make_title(year=None))
    assert "aria-label" not in poster(make_title(), decor=True)


# ── Stars ──
def test_there_are_ten_half_stars_and_the_given_one_is_checked():
    steps = half_stars(3.5)

    assert [step.value for step in steps] == [f"{n / 2:.1f}" for n in range(1, 11)]
    assert [step.words for step in steps if step.is_checked] == ["3½ stars"]
    assert steps[0].words == "½ star"
    assert steps[1].words == "1 star"
    assert as_stars(4.5) == "4½ of 5"
    assert as_stars(None) == ""


def test_stars_are_radio_buttons_that_work_without_script():
    html = render("components/stars.html", title_id=7, stars=None, action_url="/rate/")

    assert html.count('type="radio"') == 10
    assert "<legend" in html
    assert 'name="clear"' not in html
    assert 'type="submit"' in html


# ── Addresses ──
def test_parameters_are_set_replaced_and_taken_off():
    assert with_params("/?kinds=film&why=1", why=2) == "/?kinds=film&why=2"
    assert with_params("/search/?q=a+b&why=1", why=None) == "/search/?q=a+b"
    assert with_params("", why=3) == "/?why=3"
    for address, why in (("/?kinds=film&why=1", 2), ("/search/?q=a+b&why=1", None), ("", 3)):
        assert with_why(address, why) == with_params(address, why=why)


@pytest.mark.parametrize("address", ["https://evil.example/x", "//evil.example/x", "////evil/x"])
def test_an_address_never_leads_off_the_site(address):
    assert re.match(r"/(?!/)", with_params(address, why=1))


def test_other_parameters_are_kept_for_hidden_inputs():
    request = RequestFactory().get("/search/?q=x&kinds=film&kinds=book&page=2")

    assert kept_params(request, "q", "page") == [("kinds", "film"), ("kinds", "book")]


@pytest.mark.parametrize(("share", "n"), [(0.836, 84), (None, 0), (1.2, 100), (-1, 0)])
def test_a_share_is_shown_from_0_to_100(share, n):
    assert percent(share) == n


def test_a_message_may_offer_to_take_something_back():
    offered = Message(25, "Heat saved.", extra_tags="undo save 7 to:ken")

    assert undo_of(offered) == {"action": "save", "title": "7", "token": "to:ken"}
    assert undo_of(Message(25, "Welcome.")) is None


# ── The card ──
def test_a_card_has_four_actions_in_constant_order():
    html = render("components/card.html", pick=make_pick())

    values = re.findall(r'name="action" value="(\w+)" aria-pressed="(\w+)"', html)
    assert values == [(a, "false") for a in ("save", "love", "seen", "dismiss")]
    assert 'action="/picks/act/"' in html
    assert "csrfmiddlewaretoken" in html


def test_a_pressed_action_takes_itself_back():
    html = render(
        "components/card.html", pick=make_pick(state=LibraryState(is_saved=True, is_seen=True))
    )

    values = re.findall(r'name="action" value="(\w+)" aria-pressed="(\w+)"', html)
    assert values == [
        ("unsave", "true"),
        ("love", "false"),
        ("unseen", "true"),
        ("dismiss", "false"),
    ]
    assert "Saved" in html


@pytest.mark.parametrize(
    ("fit", "word"), [(0.8, "Strong match"), (0.5, "Good match"), (0.2, "Maybe")]
)
def test_a_card_gives_the_match_as_a_word_and_no_number(fit, word):
    html = render("components/card.html", pick=make_pick(fit=fit))

    assert word in html
    assert "%" not in re.sub(r"<svg.*?</svg>", "", html, flags=re.S)


def test_a_cards_reason_leads_to_the_title_it_names():
    html = render("components/card.html", pick=make_pick())

    assert 'Close to <cite><a href="/title/9/">Thief</a></cite>.' in html


def test_a_cards_text_is_escaped():
    title = make_title(name="<script>alert(1)</script>", original_name="<i>x</i>")

    html = render("components/card.html", pick=make_pick(title=title))

    assert "<script" not in html
    assert "<i>" not in html


def test_why_is_a_link_to_the_same_page_with_the_panel_open():
    closed = render("components/card.html", pick=make_pick())
    opened = render("components/card.html", pick=make_pick(), is_open=True)

    assert 'href="/?kinds=film&amp;why=7"' in closed
    assert 'aria-expanded="false"' in closed
    assert 'href="/?kinds=film"' in opened
    assert 'aria-expanded="true"' in opened


def test_the_panel_shows_titles_words_and_axes():
    why = Why(
        titles=(TitleCause(make_title(pk=9, name="Thief"), "You loved it", 0.41),),
        words=(WordCause("lonely", True), WordCause("far", False)),
        axes=(AxisCause("Story", 0.81, "a last job"),),
    )

    html = render("components/why.html", pick=make_pick(tell=lambda: why), part="picks")

    assert "You loved it. Carries 41 % of the score." in html
    assert "<mark>lonely</mark> far" in html
    assert '<meter min="0" max="100" value="81" aria-label="Story">' in html
    assert "a last job" in html
    assert "80 of 100" in html


# ── What takes a card's place ──
def test_the_next_card_brings_a_slip_that_takes_back_what_was_done():
    acted = make_title(pk=8, name="Zodiac")
    undone = SimpleNamespace(acted=acted, action="seen", done_words="marked as seen", token="t:1")

    html = render("recommendations/card_answer.html", pick=make_pick(), undone=undone)

    assert '<li class="card fresh" id="card-7"' in html
    for name, value in (("undo", 1), ("title", 8), ("action", "seen"), ("replaced", 7)):
        assert f'name="{name}" value="{value}"' in html
    assert 'name="token" value="t:1"' in html
    assert html.count("autofocus") == 1
    assert "Zodiac marked as seen. Now here: Heat." in html


def test_a_card_that_stays_does_not_take_the_focus_off_its_button():
    undone = SimpleNamespace(acted=make_title(), action="save", done_words="saved", token="")
    context = {
        "pick": make_pick(state=LibraryState(is_saved=True)),
        "undone": undone,
        "stays": True,
    }

    html = render("recommendations/card_answer.html", zone="search", **context)

    assert '<li class="result"' in html
    assert "autofocus" not in html
    assert 'id="save-7"' in html


def test_when_nothing_is_left_the_slip_still_stands():
    undone = SimpleNamespace(acted=make_title(), action="seen", done_words="seen", token="")

    html = render("recommendations/card_answer.html", pick=None, undone=undone)

    assert "Nothing more fits here." in html
    assert ">Undo<" in html


# ── The error page ──
def test_the_error_page_stands_without_request_and_database():
    html = render_to_string("error.html", {"status": 503, "heading": "Back soon", "text": "Wait."})

    assert "<h1>Back soon</h1>" in html
    assert "csrf" not in html
    assert "<script" not in html


# ── Every template ──
def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_a_template_has_nothing_inline(path):
    source = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.S)

    assert not re.search(r"\sstyle=", source)
    assert not re.search(r"<style", source)
    assert not re.search(r"\son[a-z]+=", source)
    assert not re.search(r"hx-(on|vals='js)", source)
    # What a script is told stands in a block that no browser runs.
    assert not re.search(r"<script(?![^>]*\s(src=|type=.application/json))", source)
    assert "|safe" not in source.replace("help_text|safe", "")


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_a_name_for_screen_readers_has_no_word_for_the_picture(path):
    labels = re.findall(r'(?:aria-label|alt)="([^"]*)"', path.read_text())

    assert not [label for label in labels if re.search("cover|poster", label, re.IGNORECASE)]


@pytest.mark.parametrize("path", sorted(ROOT.glob("components/*.html")), ids=ids)
def test_a_component_opens_by_saying_what_it_takes(path):
    assert path.read_text().startswith("{% comment %}")
