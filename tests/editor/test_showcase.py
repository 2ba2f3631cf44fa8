"""The preview from memory: what it shows, when it is built again, and what is left of it once locked."""

from __future__ import annotations

import itertools
import threading
import time
from datetime import date

import pytest

from data.archive import Archive
from data.errors import DocumentError, LivretError
from data.keys import CHEAPEST
from data.model import Livret
from editor import showcase as module
from editor.showcase import Showcase, media_type
from editor.workshop import workshop
from site_builder import markdown
from site_builder.publish import publish
from tests.data.samples import livret

PASSWORD = "sept mots sans rapport entre eux"
NIR = "1 84 12 76 451 089 46"
PDF = {"id": "doc", "titre": "Diplôme", "media": "application/pdf", "taille": 9}


@pytest.fixture
def book() -> Livret:
    return livret(
        titulaire={"prenom": "Anaïs", "nom": "Delorvanne"},
        emplois=[{"id": "e1", "intitule": "Agente d’accueil", "debut": "2010", "missions": "Accueillir."}],
        diplomes=[{"id": "d1", "intitule": "Licence", "pieces": ["doc"]}],
        pieces=[PDF],
        publications=[
            {"id": "mut", "titre": "Mutation", "theme": "base", "documents": ["doc"]},
            {"id": "vae", "titre": "Ma VAE", "theme": "parcours"},
        ],
    )


@pytest.fixture
def hold(tmp_path):
    """Open a livret in the workshop; it is locked when the test ends."""
    numbers = itertools.count()

    def held(content: Livret, pieces: dict[str, bytes] | None = None) -> None:
        path = tmp_path / f"{next(numbers)}.livret"
        workshop.hold(path, Archive.create(path, PASSWORD, content, pieces=pieces or {}, profile=CHEAPEST))

    yield held
    workshop.lock()


@pytest.fixture
def held(hold, book):
    hold(book, {"doc": b"not a PDF"})
    return Showcase()


def rewrite(text: str) -> None:
    def edit(now: Livret) -> Livret:
        post = now.experiences.emplois[0].with_(missions=text)
        return now.with_(experiences=now.experiences.with_(emplois=(post,)))

    workshop.change("essai", edit)


def test_a_page_is_served_as_it_would_be_published(held):
    """The preview shows the very pages that a publication would write, each with its media type."""
    shown = held.show("vae")
    made = publish(workshop.livret, bytes, workshop.livret.publications[1], jour=date.today())  # noqa: DTZ011
    assert [path for path, _ in shown.pages] == ["index.html", "formations.html", "experiences.html"]
    for path, content in made.site.files.items():
        assert held.page(f"{shown.folder}/{path}") == (content, media_type(path))
    assert held.page("index.html") == held.page(f"{shown.folder}/") == held.page(f"{shown.folder}/index.html")


@pytest.mark.parametrize("path", ["nulle-part.html", "../mut.base/index.html", "mut.base/../index.html", "/etc/passwd"])
def test_what_is_not_in_the_site_is_not_served(held, path):
    """Only names of the site's own files lead anywhere."""
    held.show("mut")
    assert held.page(path) is None


def test_nothing_is_built_again_until_something_changes(held, monkeypatch):
    """Looking again costs nothing; an edit, an option or another day builds again."""
    built = []
    real = module.draft
    monkeypatch.setattr(module, "draft", lambda *a, **k: built.append(1) or real(*a, **k))
    first = held.show("mut")
    assert held.show("mut") is first
    rewrite("Autre chose.")
    assert held.show("mut") is not first
    held.show("mut", options={"accent": "#aa0000"})
    held.show("mut", jour=date(2030, 1, 1))
    assert len(built) == 4


def test_the_address_changes_only_with_what_a_browser_would_see(held):
    """A private note changes nothing in the page, which is not fetched again; a mission does."""
    first = held.show("mut")

    def note(now: Livret) -> Livret:
        post = now.experiences.emplois[0].with_(note_privee="pour moi")
        return now.with_(experiences=now.experiences.with_(emplois=(post,)))

    workshop.change("essai", note)
    assert held.show("mut").stamp == first.stamp
    rewrite("Autre chose.")
    again = held.show("mut")
    assert again.stamp != first.stamp
    assert b"Autre chose" in held.page(f"{again.folder}/experiences.html")[0]
    assert again.address("experiences.html", "e1") == f"/apercu/mut.base/experiences.html?v={again.stamp}&ligne=e1"
    assert again.address("documents-2.html") == f"/apercu/mut.base/index.html?v={again.stamp}"


def test_two_tabs_each_keep_their_site(held):
    """Another dossier looked at elsewhere does not take the pages of the first away."""
    one, other = held.show("mut"), held.show("vae")
    assert one.folder != other.folder
    assert held.page(f"{one.folder}/index.html") != held.page(f"{other.folder}/index.html")
    assert b"Mutation" in held.page(f"{one.folder}/index.html")[0]


def test_only_a_few_sites_are_held(held, monkeypatch):
    """Whoever goes through many dossiers does not fill the memory: the ones seen longest ago are let go."""
    monkeypatch.setattr(module, "MOST_HELD", 1)
    one, other = held.show("mut"), held.show("vae")
    assert held.page(f"{one.folder}/assets/options.css") is None
    assert held.page(f"{other.folder}/assets/options.css")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"theme": "nulle-part"}, "ce thème n’existe pas"),
        ({"options": {"accent": "rouge"}}, "n’est pas une couleur"),
        ({"publication_id": "inconnu"}, "Aucun dossier ne s’appelle"),
    ],
)
def test_an_error_is_told_in_place_of_the_site(held, asked, says):
    """A choice that cannot be shown is a French sentence, not an exception."""
    shown = held.show(**{"publication_id": "mut", **asked})
    assert says in shown.errors[0]
    assert (shown.folder, shown.pages) == ("", ())


def test_what_must_not_leave_is_told_and_nothing_is_served(held):
    """With a social security number in a text there is no preview, not even the one before."""
    before = held.show("mut")
    rewrite(f"Mon numéro : {NIR}")
    shown = held.show("mut")
    assert "données qui ne doivent jamais sortir" in shown.errors[0]
    assert NIR not in shown.errors[0]
    assert held.page(f"{before.folder}/index.html") is None
    rewrite("Rien.")
    assert not held.show("mut").errors


def test_a_damaged_document_is_told_when_it_is_opened(held):
    """The pages show without it; opening it says why it cannot leave."""
    shown = held.show("mut")
    (name,) = [document.fichier for document in held._held[shown.folder].made.view.documents]
    assert b"Licence" in held.page(f"{shown.folder}/formations.html")[0]
    with pytest.raises(DocumentError, match="ne se lit pas comme un PDF"):
        held.page(f"{shown.folder}/{name}")


def test_a_document_is_cleaned_once(hold, book, monkeypatch):
    """It is cleaned when it is opened, then kept."""
    piece = book.pieces[0].with_(media="text/plain")
    hold(book.with_(pieces=(piece,)), {"doc": b"un texte."})
    shop = Showcase()
    shown = shop.show("mut")
    asked = []
    real = workshop.piece
    monkeypatch.setattr(workshop, "piece", lambda identifier: asked.append(identifier) or real(identifier))
    path = f"{shown.folder}/documents/01-diplome.txt"
    assert shop.page(path) == shop.page(path) == (b"un texte.", "text/plain; charset=utf-8")
    assert asked == ["doc"]


def test_a_document_that_is_not_joined_is_not_served(held):
    """The other dossier joins nothing, so nothing of it can be fetched."""
    shown = held.show("vae")
    assert held.page(f"{shown.folder}/documents/01-diplome.pdf") is None


def test_locked_means_forgotten(held):
    """Once locked nothing is served, and nothing decrypted stays in memory, even when nobody asks again."""
    shown = held.show("mut")
    markdown.render("un texte qui reste en mémoire")
    workshop.lock()
    deadline = time.monotonic() + 10
    while held._held and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not held._held
    assert not markdown.render.cache_info().currsize
    assert held.page(f"{shown.folder}/index.html") is None
    assert "verrouillé" in held.show("mut").errors[0]


def test_another_livret_shows_nothing_of_the_one_before(held, hold):
    """Opening another file forgets the pages and the documents of the first."""
    shown = held.show("mut")
    hold(livret(titulaire={"prenom": "Autre", "nom": "Personne"}))
    assert held.page(f"{shown.folder}/index.html") is None
    again = held.show()
    assert b"Autre" in held.page(f"{again.folder}/index.html")[0]
    assert b"Delorvanne" not in held.page(f"{again.folder}/index.html")[0]


def test_publishing_uses_what_the_preview_made_ready(held):
    """The whole portfolio is the same with and without a preview before it."""
    held.show("vae")
    dossier = workshop.livret.publications[1]
    today = date.today()  # noqa: DTZ011 - the agent's own day
    assert held.publish(dossier, unique=True) == publish(workshop.livret, bytes, dossier, jour=today, unique=True)
    with pytest.raises(LivretError):
        held.publish(workshop.livret.publications[0], unique=False)


def test_threads_that_look_and_edit_agree(held):
    """Pages asked for while somebody types are whole, and the last ones are those of the last edit."""
    failures = []

    def look():
        try:
            for _ in range(15):
                shown = held.show("mut")
                assert b"</html>" in held.page(f"{shown.folder}/experiences.html")[0]
        except Exception as error:  # noqa: BLE001 - told by the test below
            failures.append(error)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(8):
        rewrite(f"Mission {number}")
    for thread in threads:
        thread.join()
    assert not failures
    assert b"Mission 7" in held.page(f"{held.show('mut').folder}/experiences.html")[0]
