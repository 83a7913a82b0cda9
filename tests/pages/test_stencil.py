"""A stencil is worked out once for each of its variants, and shows everyone their own words."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

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
