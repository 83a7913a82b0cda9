"""A table's five, held against counting by hand; and what happens in a room."""

import datetime
from dataclasses import replace

import numpy as np
import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Block
from catalog.models import Title
from recommendations import zones
from recommendations.models import Dealt, Room, Seat, Vibe
from recommendations.models.rooms import CODE_LENGTH, LETTERS, TIME_TO_CHOOSE, new_code, new_token
from recommendations.taste.geometry import cosine
from recommendations.taste.ranking import blend, standardise
from recommendations.tastes import taste_of
from recommendations.together import choosing, dealing, reading, seating
from recommendations.together.seating import CannotJoin, Wish
from recommendations.vibes.fitting import fit_vibes
from recommendations.zones.pipeline import serving_spaces
from recommendations.zones.table import five_for, tabled
from recommendations.zones.together import Together, Voice
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living")]
DARK = ("film/heat-1995", "film/blade-runner-1982", "film/gone-girl-2014", "film/alien-1979")
WARM = ("film/amelie-2001", "film/the-notebook-2004", "film/lost-in-translation-2003")
ODD = ("film/inception-2010", "book/dune-1965", "film/the-matrix-1999")


@pytest.fixture(scope="module", autouse=True)
def _encoder(onnx_folder):
    """Moods are typed here."""


def title(starter_id):
    return Title.objects.get(starter_id=starter_id)


def fan(*starter_ids, **columns):
    user = factories.make_user(**columns)
    for starter_id in starter_ids:
        factories.make_favourite(user, title(starter_id), at=timezone.now())
    return user


def voice(user, *, mood=None):
    space, loved = serving_spaces()
    taste = taste_of(user, space, loved=loved, now=timezone.now())
    return Voice(user.pk, taste, mood, user.certificate_cap)


def ids(offers):
    return [offer.title_id for offer in offers]


def room_of(*people, wants=None, now=None, **wishes):
    now = now or timezone.now()
    host, *others = people
    room = seating.make_room(host, name="Ann", wish=Wish(), wants=wants or zones.Wants(), now=now)
    for number, person in enumerate(others):
        wish = Wish(words=wishes.get("words", ""))
        seating.join(room.pk, person, name=f"Guest {number}", wish=wish, now=now)
    room.refresh_from_db()
    return room


def seat(room, person):
    return Seat.objects.get(room=room, user=person)


def on_table(room):
    room.refresh_from_db()
    return list(room.dealt.filter(deal=room.deal).order_by("rank").values_list("title", flat=True))


def say(room, person, title_id, choice, now=None):
    with seating.locked(room.pk) as held:
        done = choosing.choose(
            held, seat(room, person), title_id, choice, now=now or timezone.now()
        )
    room.refresh_from_db()
    return done


# ── The zone ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("camps", "moods"),
    [
        ((DARK, WARM), (None, None)),
        ((DARK, WARM, ODD), (None, "something warm and funny", None)),
        ((WARM, ()), ("a slow ghost story by the sea", "robots and loneliness")),
        ((DARK, ODD, WARM, DARK[:1]), (None, None, None, "war at sea")),
    ],
)
def test_the_five_are_those_whose_lowest_fit_is_highest(camps, moods):
    voices = [
        voice(fan(*camp), mood=zones.Search(mood) if mood else None)
        for camp, mood in zip(camps, moods, strict=True)
    ]
    now = timezone.now()

    offers = five_for(voices, wants=zones.Wants(), now=now)

    context, candidates, _ = tabled(voices, zones.Wants(), now=now)
    fits = np.stack([by_hand(context, one, candidates) for one in voices])
    keys = [(fits[:, m].min(), fits[:, m].mean()) for m in range(len(candidates))]
    best = sorted(range(len(candidates)), key=lambda m: keys[m], reverse=True)
    makers, stories, franchises, expected = set(), set(), set(), []
    for m in best:
        maker, story = candidates.makers[m], candidates.stories[m]
        franchise = candidates.franchises[m]
        near = [cosine(candidates.vectors[m], candidates.vectors[k]) for k in expected]
        if (maker and maker in makers) or story in stories or max(near, default=0) > 0.95:
            continue
        if franchise is not None and franchise in franchises:
            continue
        makers, stories = makers | {maker}, stories | {story}
        franchises |= {franchise}
        expected.append(m)
        if len(expected) == 5:
            break
    assert ids(offers) == candidates.ids[expected].tolist()
    assert len(offers) == 5
    lowest = [min(fit for fit in offer.fits if fit is not None) for offer in offers]
    assert lowest == sorted(lowest, reverse=True), "what the cards say keeps the order"


def by_hand(context, one, candidates):
    """Return (m,) somebody's fits: Tonight's own scores, and words weighed as in a search."""
    own = replace(context, taste=one.taste)
    if one.mood is None:
        return standardise(zones.Tonight().rank(own, candidates).scores)
    near = cosine(candidates.vectors, one.mood.vector(context))
    return standardise(one.mood.rank(own, replace(candidates, closeness=near)).scores)


def test_a_vibe_weighs_as_much_as_words_do():
    ann = fan(*(DARK + WARM + ODD), "film/the-shining-1980", "film/the-thing-1982")
    fit_vibes(ann, now=timezone.now())
    chosen = Vibe.objects.owned_by(ann).living().in_order().first()
    one, other = voice(ann, mood=zones.FromVibe.of(chosen)), voice(fan(*WARM))

    context, candidates, fits = tabled([one, other], zones.Wants(), now=timezone.now())

    own = replace(context, taste=one.taste)
    near = cosine(candidates.vectors, np.asarray(chosen.centroid, dtype=np.float32))
    plain = zones.Tonight().rank(own, candidates).scores
    assert chosen.axis == "composed"
    assert np.allclose(fits[0], standardise(blend(near, plain, weight=0.7)), atol=1e-5)


def test_what_anybody_has_seen_or_turned_down_stays_away_unless_it_is_let_in():
    ann, ben = fan(*DARK), fan(*WARM)
    now = timezone.now()
    first = ids(five_for([voice(ann), voice(ben)], wants=zones.Wants(), now=now))
    factories.make_viewing(ann, Title.objects.get(pk=first[0]), at=now)
    factories.make_dismissal(ben, Title.objects.get(pk=first[1]), at=now)

    after = ids(five_for([voice(ann), voice(ben)], wants=zones.Wants(), now=now))
    wants = zones.Wants(include_seen=True)
    with_seen = tabled([voice(ann), voice(ben)], wants, now=now).candidates.ids

    assert not {first[0], first[1]} & set(after)
    assert {first[0], title(DARK[0]).pk} <= set(with_seen.tolist())
    assert first[1] not in with_seen, "turned down is turned down"


def test_nobody_is_shown_what_the_youngest_may_not_see():
    child, adult = fan(*WARM, certificate_cap=9), fan(*DARK, certificate_cap=16)
    now = timezone.now()

    for wants in (zones.Wants(), zones.Wants(max_certificate=16), zones.Wants(max_certificate=6)):
        cap = min(9, wants.max_certificate or 9)
        found = tabled([voice(child), voice(adult)], wants, now=now).candidates.ids.tolist()
        assert found
        assert not Title.objects.filter(pk__in=found).exclude(certificate__lte=cap).exists()
        # The zone itself holds the cap, whoever asks for the list.
        shelf = zones.recommend(
            adult, Together((voice(child), voice(adult))), wants=wants, n=20, now=now
        )
        assert all(pick.title.certificate <= cap for pick in shelf.picks)


def test_filters_hold_for_the_table_and_a_short_one_says_what_they_cost():
    ann, ben = voice(fan(*DARK)), voice(fan(*WARM))
    wants = zones.Wants(kinds=("series",), max_year=1970)
    now = timezone.now()
    room = room_of(fan(*DARK), fan(*WARM), wants=wants)

    offers = five_for([ann, ben], wants=wants, now=now)

    titles = Title.objects.filter(pk__in=ids(offers))
    assert all(t.kind == "series" and t.year <= 1970 for t in titles)
    assert len(offers) < 5
    assert room.is_short


def test_somebody_unknown_has_no_say_in_the_order_and_a_table_of_strangers_gets_the_best_known():
    ann, nobody = voice(fan(*DARK)), voice(factories.make_guest())
    now = timezone.now()

    offers = five_for([ann, nobody], wants=zones.Wants(), now=now)
    strangers = five_for([nobody, nobody], wants=zones.Wants(), now=now)

    assert ids(offers) == ids(five_for([ann], wants=zones.Wants(), now=now))
    assert all(offer.fits[0] is not None and offer.fits[1] is None for offer in offers)
    assert len(strangers) == 5


def test_no_reason_of_a_table_names_a_title_of_anybody():
    ann = fan(*DARK)
    zone = Together((voice(ann), voice(fan(*WARM))))

    for user in (ann, AnonymousUser()):
        shelf = zones.recommend(user, zone, n=20, now=timezone.now())
        assert len(shelf.picks) == 20
        assert all(span.title_id is None for pick in shelf.picks for span in pick.reason)


# ── The room ─────────────────────────────────────────────────────────────


def test_tokens_hold_128_bits_and_codes_have_no_look_alikes():
    tokens, codes = {new_token() for _ in range(500)}, {new_code() for _ in range(500)}

    assert len(tokens) == len(codes) == 500
    assert all(len(token) == 22 for token in tokens)
    assert {letter for code in codes for letter in code} == set(LETTERS)
    assert all(len(code) == CODE_LENGTH for code in codes)
    assert not set("ILOQU015") & set(LETTERS)


def test_five_are_dealt_once_a_second_person_sits_down_and_the_clock_starts():
    now = timezone.now()
    ann, ben = fan(*DARK), fan(*WARM)
    room = room_of(ann, now=now)
    assert (room.deal, room.ends_at) == (0, None)

    seating.join(room.pk, ben, name="", wish=Wish(), now=now)

    table = reading.read_table(Room.objects.get(), seat(room, ben), now=now)
    assert len(table.tabled) == 5
    assert [fit.is_me for fit in table.tabled[0].fits] == [False, True]
    assert table.room.ends_at == now + TIME_TO_CHOOSE
    assert table.minutes_left == 20
    assert [s.name for s in table.seats] == ["Ann", ben.shown_name]


def test_a_title_that_is_turned_down_is_replaced_and_nobody_learns_by_whom():
    ann, ben = fan(*DARK), fan(*WARM)
    room = room_of(ann, ben)
    first = on_table(room)

    assert say(room, ann, first[2], "no")

    after = on_table(room)
    assert [after[i] for i in (0, 1, 3, 4)] == [first[i] for i in (0, 1, 3, 4)]
    assert after[2] not in first
    hers = reading.read_table(room, seat(room, ann), now=timezone.now())
    his = reading.read_table(room, seat(room, ben), now=timezone.now())
    assert [t.pk for t in hers.turned_down] == [first[2]]
    assert his.turned_down == ()
    assert not say(room, ben, first[2], "yes"), "it is gone for him"

    say(room, ann, first[2], "back")

    assert on_table(room) == first


def test_all_saying_yes_to_one_ends_the_search_and_a_yes_can_be_taken_back():
    ann, ben = fan(*DARK), fan(*WARM)
    room = room_of(ann, ben)
    one, other, *_ = on_table(room)
    say(room, ann, one, "yes")
    say(room, ann, one, "back")
    say(room, ben, one, "yes")
    assert not room.is_over(timezone.now())

    say(room, ann, other, "yes")
    say(room, ben, other, "yes")

    assert (room.ending, room.agreed_id) == ("agreed", other)
    assert not say(room, ann, one, "yes"), "it is over"
    table = reading.read_table(room, seat(room, ann), now=timezone.now())
    assert table.agreed.title.pk == other


def test_when_time_is_up_what_came_closest_stands_there():
    ann, ben = fan(*DARK), fan(*WARM)
    room = room_of(ann, ben)
    dealt = on_table(room)
    say(room, ann, dealt[3], "yes")
    say(room, ben, dealt[0], "no")
    late = timezone.now() + TIME_TO_CHOOSE + datetime.timedelta(seconds=1)

    table = reading.read_table(room, seat(room, ann), now=late)

    assert table.is_over
    assert table.stamp == "over"
    assert [each.title.pk for each in table.tabled][0] == dealt[3]
    assert len(table.tabled) == 3
    assert dealt[0] not in [each.title.pk for each in table.tabled]


def test_a_pair_of_whom_one_leaves_ends_gracefully_and_three_go_on():
    ann, ben, cas = fan(*DARK), fan(*WARM), fan(*ODD)
    pair, three = room_of(ann, ben), room_of(ann, ben, cas)
    before = on_table(three)
    say(three, ben, before[1], "yes")
    say(three, cas, before[1], "yes")

    seating.leave(seat(pair, ben), now=timezone.now())
    seating.leave(seat(three, ann), now=timezone.now())

    pair.refresh_from_db(), three.refresh_from_db()
    assert pair.ending == "left"
    assert reading.read_table(pair, seat(pair, ann), now=timezone.now()).tabled
    assert three.host == ben
    assert (three.ending, three.agreed_id) == ("agreed", before[1]), "all who are left said yes"


def test_five_others_are_others_and_another_mood_deals_anew():
    ann, ben = fan(*DARK), fan(*WARM)
    room = room_of(ann, ben)
    first = on_table(room)

    with seating.locked(room.pk) as held:
        dealing.deal(held, now=timezone.now(), others=True)
    second = on_table(room)
    wish = Wish(words="robots and loneliness")
    seating.change(
        seat(room, ben), name="", wish=wish, wants=zones.Wants(kinds=("film",)), now=timezone.now()
    )

    assert not set(first) & set(second)
    assert on_table(room) not in (first, second)
    kinds = Title.objects.filter(pk__in=on_table(room)).values_list("kind", flat=True)
    assert set(kinds) == {"film"}


def test_who_keep_apart_do_not_sit_together_and_a_room_seats_six():
    ann, ben = fan(*DARK), fan(*WARM)
    room = room_of(ann)
    Block.objects.create(blocker=ann, blocked=ben)

    with pytest.raises(CannotJoin, match="not open to you"):
        seating.join(room.pk, ben, name="Ben", wish=Wish(), now=timezone.now())

    for _ in range(5):
        guest = factories.make_guest()
        seating.join(room.pk, guest, name="", wish=Wish(), now=timezone.now())
    with pytest.raises(CannotJoin, match="full"):
        seating.join(room.pk, factories.make_guest(), name="", wish=Wish(), now=timezone.now())
    names = list(room.seats.order_by("pk").values_list("name", flat=True))
    assert names == ["Ann", *(f"Guest {n}" for n in range(1, 6))]


def test_rooms_are_gone_after_a_day_and_deleted_in_the_night():
    now = timezone.now()
    room = room_of(fan(*DARK), fan(*WARM))
    Room.objects.update(created_at=now - datetime.timedelta(hours=25))
    young = room_of(fan(*ODD))

    assert list(Room.objects.living(now=now)) == [young]
    assert seating.forget_old(now=now) == 1
    assert not Dealt.objects.filter(room=room.pk).exists()
    assert list(Room.objects.all()) == [young]
