"""What people allow, as rows: no row means no."""

from django.db import transaction

from accounts.models import Findable, OpenToTips, PooledConsent, User

PERMISSIONS = {
    "is_findable": Findable,
    "is_pooled": PooledConsent,
    "is_open_to_tips": OpenToTips,
}


def allowed_by(user: User) -> dict[str, bool]:
    """Return which permissions somebody has given, in one statement."""
    rows = {name: model.user.field.related_query_name() for name, model in PERMISSIONS.items()}
    given = User.objects.filter(pk=user.pk).values_list(*(f"{row}__pk" for row in rows.values()))
    found = given.first() or (None,) * len(rows)
    return {name: pk is not None for name, pk in zip(rows, found, strict=True)}


@transaction.atomic
def allow(user: User, **permissions: bool) -> None:
    """Give or withdraw permissions; what hangs from a withdrawn one is deleted with it."""
    for name, is_given in permissions.items():
        rows = PERMISSIONS[name].objects
        if is_given:
            rows.get_or_create(user=user)
        else:
            hold(user.pk)
            rows.filter(user=user).delete()


def hold(*user_ids: int) -> None:
    """Wait for whoever writes at this moment what hangs from these people's consents.

    Until the transaction ends nobody else does. Without it rows that are not yet stored would be
    missed, and then stand in the way of the consent's own deletion. The one of being found is the
    only one from which jobs hang anything.
    """
    list(Findable.objects.select_for_update().filter(user__in=user_ids).order_by("pk"))
