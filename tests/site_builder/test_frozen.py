"""A closed dossier shows the livret of the day it was closed, byte for byte, as long as that version is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from data.archive import Archive
from data.keys import CHEAPEST
from data.values import PartialDate
from site_builder import dossiers
from site_builder.frozen import source
from site_builder.publish import publish
from tests.data.samples import livret

PASSWORD = "sept mots sans rapport entre eux"
CLOSED, LATER = date(2026, 3, 1), date(2031, 6, 1)


@pytest.fixture
def archive(tmp_path):
    """An archive with one dossier on one running post."""
    book = livret(
        emplois=[{"id": "e1", "intitule": "Agente d’accueil", "debut": "2010", "secteur": "FPT"}],
        publications=[{"id": "mut", "titre": "Mutation", "theme": "base"}],
    )
    with Archive.create(tmp_path / "a.livret", PASSWORD, book, profile=CHEAPEST) as held:
        yield held


def closed_dossier(archive: Archive):
    """The dossier closed on what the archive holds, and kept so."""
    dossier = dossiers.closed(archive.livret.publications[0], CLOSED, archive.current.numero)
    archive.save(dossiers.with_dossier(archive.livret, dossier))
    return dossier


def site(archive: Archive, dossier, jour: date):
    shown = source(archive.livret, dossier, jour, archive.livret_at)
    return shown, publish(shown.livret, archive.piece, dossier, jour=shown.jour).site


def renamed(archive: Archive) -> None:
    """Change the post after the dossier was closed."""
    (post,) = archive.livret.experiences.emplois
    experiences = archive.livret.experiences.with_(emplois=(post.with_(intitule="Directrice", fin="2030"),))
    archive.save(archive.livret.with_(experiences=experiences))


def test_a_closed_dossier_is_made_again_to_the_byte(archive):
    """Years and edits later, the same pages come out as on the day of closing, its figures counted to that day."""
    before = publish(archive.livret, archive.piece, archive.livret.publications[0], jour=CLOSED).site
    dossier = closed_dossier(archive)
    renamed(archive)
    shown, after = site(archive, dossier, LATER)
    assert (shown.jour, shown.says) == (CLOSED, "")
    assert after.files == before.files


def test_a_dossier_taken_up_again_shows_today(archive):
    """Reopened, it shows the livret as it stands, counted to the present day."""
    dossier = dossiers.reopened(closed_dossier(archive))
    renamed(archive)
    shown, pages = site(archive, dossier, LATER)
    assert shown.jour == LATER
    assert b"Directrice" in pages.files["experiences.html"]


def test_thinning_keeps_what_a_closed_dossier_shows(archive):
    """Years of versions may go, the one a closed dossier shows stays."""
    dossier = closed_dossier(archive)
    renamed(archive)
    long_after = datetime.now(UTC) + timedelta(days=400)
    archive.thin(long_after)
    assert dossier.version in {version.numero for version in archive.versions()}
    assert site(archive, dossier, LATER)[0].says == ""


def test_an_erased_version_is_told(archive):
    """When the history was erased for good, the dossier shows the present and says so."""
    dossier = closed_dossier(archive)
    renamed(archive)
    archive.erase_history()
    shown, pages = site(archive, dossier, LATER)
    assert "n’est plus dans l’archive" in shown.says
    assert shown.jour == CLOSED
    assert b"Directrice" in pages.files["experiences.html"]


def test_a_dossier_closed_by_hand_says_it_has_no_version(archive):
    """A closing date without a version, written by another program, shows the present livret and says so."""
    dossier = archive.livret.publications[0].with_(fermee_le=PartialDate.of(CLOSED))
    assert "n’est plus dans l’archive" in source(archive.livret, dossier, LATER, archive.livret_at).says
    assert source(archive.livret, dossier, date(2026, 2, 1), archive.livret_at).says == ""
