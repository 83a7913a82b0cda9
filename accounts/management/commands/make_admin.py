"""Make somebody an admin."""

import secrets

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import User


class Command(BaseCommand):
    """Create or promote an admin."""

    help = (
        "Creates an admin with this address and prints a random password, once; a member who has "
        "the address becomes an admin and keeps their password."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--new-password", action="store_true", help="give a member a new random password, too"
        )

    @transaction.atomic
    def handle(self, *, email: str, new_password: bool, **options) -> None:
        email = email.strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(
                f"{email!r} is no e-mail address, such as you@example.org"
            ) from error
        user = User.objects.filter(email__iexact=email).first()
        is_new = user is None
        user = user or User(email=email, username=f"admin-{secrets.token_hex(6)}")
        user.is_staff = user.is_superuser = user.is_active = True
        password = secrets.token_urlsafe(15) if is_new or new_password else ""
        if password:
            user.set_password(password)
        user.save()
        self._confirm(user)
        self.stdout.write(f"{email} is an admin{' now' if not is_new else ''}.")
        if password:
            self.stdout.write(f"Password, shown only this once: {password}")
        else:
            self.stdout.write("The password is the one they have.")

    def _confirm(self, user: User) -> None:
        """Note that the address is theirs: whoever runs commands here has the last word."""
        address = EmailAddress.objects.filter(email__iexact=user.email, user=user).first()
        address = address or EmailAddress(email=user.email, user=user)
        address.verified = address.primary = True
        address.save()
