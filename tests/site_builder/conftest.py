"""The portfolios that every export is tried on, made once."""

from __future__ import annotations

import pytest

from data.model import Livret
from tests.site_builder.exports_support import everything, made_of


@pytest.fixture(scope="session")
def whole(demonstration):
    """The demonstration with everything released."""
    book, contents = demonstration
    return made_of(book, everything(book), contents)


@pytest.fixture(scope="session")
def mutation(demonstration):
    """The demonstration's mobility dossier."""
    book, contents = demonstration
    return made_of(book, book.publications[1], contents)


@pytest.fixture(scope="session")
def nothing():
    """A livret in which nothing has been typed."""
    return made_of(Livret())
