"""The log of what rooms were dealt: a row for each member alone, to read and to delete.

It stands beside the lists of the other zones. Of the room and of the others nothing is in it: the
titles, their place, and how well each fits the person whose row it is. So it may outlive the room.
"""

import datetime
from collections.abc import Sequence

from catalog.models import Title
from recommendations.models import Room, Seat, Session, Shown
from recommendations.zones import Together, plain, serving_spaces
from recommendations.zones.reasons import own_words
from recommendations.zones.table import Offer


def log_deal(
    room: Room, seats: Sequence[Seat], offers: Sequence[Offer], *, now: datetime.datetime
) -> None:
    """Write a list for everybody who sits there, and close what they were dealt before."""
    if not offers:
        return
    user_ids = [seat.user_id for seat in seats]
    _open_lists(user_ids).update(closed_at=now)
    space = serving_spaces().content
    lists = Session.objects.bulk_create(
        Session(
            user_id=user_id,
            zone=Together.name,
            space_id=space.pk if space else None,
            wants=room.wants,
            trace={"deal": room.deal, "room": room.pk},
            served_at=now,
        )
        for user_id in user_ids
    )
    _put_on(lists, offers, ranks=range(1, len(offers) + 1))


def log_next(room: Room, seats: Sequence[Seat], offers: Sequence[Offer], *, rank: int) -> None:
    """Add what took the place of a title that was turned down to the lists of this deal.

    Whoever deleted theirs meanwhile gets none again.
    """
    found = _open_lists([seat.user_id for seat in seats])
    by_user = {one.user_id: one for one in found.filter(trace__room=room.pk, trace__deal=room.deal)}
    _put_on([by_user.get(seat.user_id) for seat in seats], offers, ranks=[rank] * len(offers))


def _open_lists(user_ids: Sequence[int]):
    """Return the lists of rooms that these people may still act on."""
    return Session.objects.filter(user__in=user_ids, zone=Together.name, closed_at=None)


def _put_on(
    lists: Sequence[Session | None], offers: Sequence[Offer], *, ranks: Sequence[int]
) -> None:
    """Write each offer on each list, with the fit of the list's own person alone."""
    titles = Title.objects.for_cards().in_bulk([offer.title_id for offer in offers])
    reasons = {pk: plain(own_words(title)) for pk, title in titles.items()}
    Shown.objects.bulk_create(
        [
            Shown(
                session=own,
                title_id=offer.title_id,
                rank=rank,
                scores={"score": offer.fits[place]},
                reason=reasons.get(offer.title_id, ""),
            )
            for offer, rank in zip(offers, ranks, strict=True)
            for place, own in enumerate(lists)
            if own is not None
        ],
        ignore_conflicts=True,
    )
