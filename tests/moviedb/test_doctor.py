"""What `manage.py doctor` tells of a database and a Redis that are really there."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def doctor() -> tuple[str, bool]:
    """Return what the command prints, and whether it is content."""
    output = StringIO()
    try:
        call_command("doctor", stdout=output)
    except CommandError:
        return output.getvalue(), False
    return output.getvalue(), True


@pytest.mark.django_db
def test_versions_are_told_and_an_empty_catalogue_is_named_with_its_remedy() -> None:
    told, content = doctor()

    assert re.search(r"^ok +PostgreSQL +\d+\.", told, re.M)
    assert re.search(r"^ok +pgvector +\d+\.", told, re.M)
    assert re.search(r"^ok +Redis +\d+\.", told, re.M)
    assert re.search(r"^MISSING +Title +0 rows\n +mend it: manage.py load_titles", told, re.M)
    assert not content


def test_a_database_that_is_down_is_one_finding_with_the_way_out(settings) -> None:
    settings.DATABASE_URL = "postgresql://moviedb@/moviedb?host=/nowhere"

    told, content = doctor()

    assert re.search(r"^MISSING +PostgreSQL +does not answer.*\n +mend it: start", told, re.M)
    assert "Title " not in told
    assert not content
