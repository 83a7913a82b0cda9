"""A stencil is worked out once for each of its variants, and shows everyone their own words."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation
from django.utils.safestring import SafeString

from moviedb.templatetags.stencil import Cut

LINK = Template(
    "{% stencil by is_on=on with name=title.name %}"
    '<a{% if is_on %} class="on"{% endif %}>{{ name }}{{ secret }}</a>'
    "{% endstencil %}"
)


def shown(name: str, *, on: bool = False, **rest: object) -> str:
    return LINK.render(Context({"title": {"name": name}, "on": on, **rest}))


def test_each_reader_gets_their_own_words():
    assert shown("Heat") == "<a>Heat</a>"
    assert shown("Alien") == "<a>Alien</a>"


def test_conditions_tell_variants_apart():
    assert shown("Heat", on=True) == '<a class="on">Heat</a>'
    assert shown("Heat") == "<a>Heat</a>"


def test_what_is_printed_is_escaped():
    assert shown("<b>&") == "<a>&lt;b&gt;&amp;</a>"


def test_control_characters_of_a_value_open_no_gap():
    assert shown("\x02name\x03") == "<a>\x02name\x03</a>"


def test_nothing_else_of_a_page_is_known_inside():
    """Else the first reader's would be shown to everybody."""
    assert "hidden" not in shown("Heat", secret="hidden")


def test_each_language_has_its_own():
    words = Template(
        "{% load i18n %}{% stencil with name=name %}{% get_current_language as l %}{{ l }}"
        "{{ name }}{% endstencil %}"
    )
    for language in ("en", "de", "en"):
        with translation.override(language):
            assert words.render(Context({"name": "!"})) == f"{language}!"


def test_the_csrf_token_is_each_readers_own():
    form = Template("{% stencil with csrf_token=csrf_token %}{% csrf_token %}{% endstencil %}")
    assert 'value="first"' in form.render(Context({"csrf_token": "first"}))
    assert 'value="second"' in form.render(Context({"csrf_token": "second"}))


def test_variants_do_not_pile_up():
    for number in range(1000):
        LINK.render(Context({"title": {"name": "x"}, "on": number}))
    node = LINK.nodelist[0]
    assert len(node.cut) <= 256


def test_a_wrong_tag_says_what_is_wrong():
    with pytest.raises(TemplateSyntaxError, match="stencil found 'name'; expected 'by name=value"):
        Template("{% stencil name %}{% endstencil %}")

    with pytest.raises(TemplateSyntaxError, match="or 'from cut'"):
        Template("{% stencil from cut more %}{% endstencil %}")


# ── Taken from a cut ──
CARD = (
    "{% stencil from cut %}"
    '<a{% if is_on %} class="on"{% endif %} title="{{ name }}">{{ name }}: {{ facts }}</a>'
    "{{ secret }}"
    "{% endstencil %}"
)


def cut(name: str, *, on: bool = False, **words: str) -> Context:
    gaps = {"name": name, "facts": SafeString("<i>1995</i>"), **words}
    return Context({"cut": Cut({"is_on": on}, gaps)})


def test_a_cut_fills_its_words_and_tells_its_variants_apart():
    card = Template(CARD)

    for name, on in (("Heat", False), ("Alien", True), ("Thief", False), ("Heat", True)):
        opened = '<a class="on"' if on else "<a"
        expected = f'{opened} title="{name}">{name}: <i>1995</i></a>'
        assert card.render(cut(name, on=on)) == expected
    assert len(card.nodelist[0].cut) == 2, "worked out once for each variant"


def test_words_of_a_cut_are_escaped_once_unless_they_are_safe():
    card = Template(CARD)
    card.render(cut("Heat"))

    assert card.render(cut("<b>&\"'")).count("&lt;b&gt;&amp;&quot;&#x27;") == 2
    assert 'title="a &amp; b">a &amp; b: <i>1995</i>' in card.render(cut(SafeString("a &amp; b")))
    assert ": &lt;i&gt;</a>" in card.render(cut("Heat", facts="<i>"))


def test_nothing_else_of_a_page_is_known_in_a_cut():
    card, page = Template(CARD), cut("Heat")
    page["secret"] = "hidden"

    assert "hidden" not in card.render(page)


def test_a_word_of_a_cut_opens_no_gap():
    assert 'title="\x02facts\x03"' in Template(CARD).render(cut("\x02facts\x03"))


def test_a_cut_is_worked_out_in_each_language():
    words = Template(
        "{% load i18n %}{% stencil from cut %}{% get_current_language as l %}{{ l }}{{ name }}"
        "{% endstencil %}"
    )
    for language in ("en", "de", "en"):
        with translation.override(language):
            assert words.render(cut("!")) == f"{language}!"
