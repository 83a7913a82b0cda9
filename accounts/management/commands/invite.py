"""Invite people to sign up."""

import datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import invites
from accounts.models import Invite


class Command(BaseCommand):
    """Make, list or withdraw invitations."""

    help = (
        "Makes a link by which people may sign up while REGISTRATION is “invite”, and prints it; "
        "or lists the links that hold (--list), or withdraws one (--withdraw ID)."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--people", type=int, default=1, help="how many may use it (1)")
        parser.add_argument("--days", type=int, default=7, help="for how many days it holds (7)")
        parser.add_argument("--note", default="", help="for whom; only staff see it")
        parser.add_argument("--site", default="", help="your site's address, put before the link")
        parser.add_argument("--list", action="store_true", help="list those that hold")
        parser.add_argument("--withdraw", type=int, metavar="ID", help="make one worthless")

    def handle(self, *, people, days, note, site, list, withdraw, **options) -> None:
        now = timezone.now()
        if list:
            self._list(now, site)
        elif withdraw is not None:
            if not invites.withdraw([withdraw], now=now):
                raise CommandError(f"No invitation {withdraw} holds; --list shows those that do.")
            self.stdout.write(f"Invitation {withdraw} is withdrawn.")
        else:
            self._make(now, people, days, note, site)

    def _make(self, now: datetime.datetime, people: int, days: int, note: str, site: str) -> None:
        if not 1 <= people <= 1000:
            raise CommandError(f"--people is {people}, expected 1 to 1000.")
        if not 1 <= days <= 365:
            raise CommandError(f"--days is {days}, expected 1 to 365.")
        until = now + datetime.timedelta(days=days)
        made = invites.invite(people=people, until=until, note=note[:80])
        self.stdout.write(f"{site.rstrip('/')}{invites.path_of(made)}")
        self.stdout.write(f"For {people}, until {until:%d %b %Y %H:%M} UTC; number {made.pk}.")
        if not site:
            self.stdout.write("Put your site's address before it, or say --site https://…")
        if settings.REGISTRATION != "invite":
            self.stdout.write(
                f"REGISTRATION is {settings.REGISTRATION!r}: nobody is asked for it until it is "
                "'invite'."
            )

    def _list(self, now: datetime.datetime, site: str) -> None:
        held = Invite.objects.good(now=now).order_by("pk")
        for one in held:
            self.stdout.write(
                f"{one.pk}  {one.n_used} of {one.n_allowed}  until {one.expires_at:%d %b %Y}  "
                f"{site.rstrip('/')}{invites.path_of(one)}  {one.note}".rstrip()
            )
        if not held:
            self.stdout.write("No invitation holds.")
