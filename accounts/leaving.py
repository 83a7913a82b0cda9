"""People who go, with everything that is theirs."""

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Notice, User
from accounts.notices import recount
from accounts.privacy import hold


@transaction.atomic
def let_go(people: QuerySet[User]) -> int:
    """Delete these people and all rows that hang from them; return how many they were.

    What they told others goes too, so the others' unread notices are counted anew.
    """
    ids = list(people.values_list("pk", flat=True))
    hold(*ids)
    unread = Notice.objects.unread().filter(sender__in=ids).exclude(user__in=ids)
    told = set(unread.values_list("user_id", flat=True))
    User.objects.filter(pk__in=ids).delete()
    recount(*told)
    return len(ids)
