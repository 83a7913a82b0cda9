"""What people allow, as rows: no row means no."""

from django.db import transaction

from accounts.models import Findable, PooledConsent, User

PERMISSIONS = {"is_findable": Findable, "is_pooled": PooledConsent}


def allowed_by(user: User) -> dict[str, bool]:
    """Return which permissions somebody has given."""
    return {name: model.objects.filter(user=user).exists() for name, model in PERMISSIONS.items()}


@transaction.atomic
def allow(user: User, **permissions: bool) -> None:
    """Give or withdraw permissions; what hangs from a withdrawn one is deleted with it."""
    for name, is_given in permissions.items():
        rows = PERMISSIONS[name].objects
        if is_given:
            rows.get_or_create(user=user)
        else:
            rows.filter(user=user).delete()
