"""Saying yes, turning down, taking either back, and when all are agreed."""

import datetime

from django.db.models import Count, Q

from recommendations.models import Ballot, Dealt, Room, Seat
from recommendations.models.rooms import FEWEST
from recommendations.together import dealing

YES, NO, TAKE_BACK = "yes", "no", "back"
CHOICES = (YES, NO, TAKE_BACK)


def choose(room: Room, seat: Seat, title_id: int, choice: str, *, now: datetime.datetime) -> bool:
    """Note what somebody says of a title of this room; return whether it was there to be chosen.

    The room must be held. A title that somebody turned down is replaced, and nobody learns by
    whom; one that all who sit there said yes to ends the search.
    """
    dealt = room.dealt.filter(title=title_id).first()
    if dealt is None or room.is_over(now):
        return False
    own = Ballot.objects.filter(seat=seat, dealt=dealt)
    was_no = own.filter(is_yes=False).exists()
    if choice == TAKE_BACK:
        own.delete()
        if was_no:
            dealing.bring_back(room, dealt)
        return True
    if room.dealt.vetoed().filter(pk=dealt.pk).exists():
        return False  # Somebody was quicker to turn it down.
    Ballot.objects.update_or_create(seat=seat, dealt=dealt, defaults={"is_yes": choice == YES})
    if choice == NO and dealt.deal == room.deal:
        dealing.replace(room, dealt, now=now)
    if choice == YES:
        settle(room, now=now)
    return True


def settle(room: Room, *, now: datetime.datetime) -> bool:
    """End the search if all who sit there said yes to one; return whether they did."""
    n_seats = room.seats.taken().count()
    agreed = contenders(room).filter(n_yes=n_seats).first()
    if n_seats < FEWEST or agreed is None:
        return False
    room.agreed_id = agreed.title_id
    room.end(Room.Ending.AGREED, now=now)
    return True


def contenders(room: Room):
    """Return what was dealt and not turned down, most wanted first, with `n_yes` beside each."""
    yes = Count(
        "ballots", filter=Q(ballots__is_yes=True, ballots__seat__left_at=None), distinct=True
    )
    return (
        Dealt.objects.filter(room=room)
        .exclude(pk__in=room.dealt.vetoed().values("pk"))
        .annotate(n_yes=yes)
        .order_by("-n_yes", "-deal", "rank", "pk")
    )
