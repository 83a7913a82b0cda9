"""Let somebody in again who has lost their second factor."""

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.secondfactor import drop_second_factor


class Command(BaseCommand):
    """Remove a member's second factor."""

    help = (
        "Removes the authenticator app, the passkeys and the recovery codes of the member with "
        "this address, who then signs in with the password alone. Be sure that it is them."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **options) -> None:
        user = User.objects.filter(email__iexact=email.strip(), is_guest=False).first()
        if user is None:
            raise CommandError(f"Nobody here has the address {email!r}.")
        n = drop_second_factor(user)
        self.stdout.write(
            f"{email} signs in with the password alone now."
            if n
            else f"{email} had no second factor; nothing was changed."
        )
