"""The history screen: days, words, pages, looking and taking up again; and what it remembers of the past."""

from __future__ import annotations

import gc
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data.archive import Archive
from data.errors import DamagedArchive
from data.keys import CHEAPEST
from data.model import Livret, Titulaire
from editor import past as memory
from editor.past import Past
from editor.screens import historique
from editor.workshop import workshop
from tests.data.samples import livret


def screen() -> None:
    from editor.screens import historique  # noqa: PLC0415 - AppTest runs this function alone

    historique.show()


def grown(count: int) -> list[Livret]:
    """Versions of a livret that gains a diploma at each."""
    diplomes = [{"id": f"d{number}", "intitule": f"Titre {number}"} for number in range(count)]
    return [livret(diplomes=diplomes[: number + 1]) for number in range(count)]


def made(path, states: list[Livret], *, every: timedelta = timedelta(hours=1)) -> Archive:
    now = datetime.now(UTC)
    first, *others = states
    archive = Archive.create(path, "essai", first, profile=CHEAPEST, now=now - every * len(others))
    for rank, state in enumerate(others, 1):
        archive.save(state, now=now - every * (len(others) - rank))
    return archive


@pytest.fixture
def hold(tmp_path):
    def held(states: list[Livret], *, read_only: bool = False, every: timedelta = timedelta(hours=1)) -> AppTest:
        path = tmp_path / "mon.livret"
        archive = made(path, states, every=every)
        if read_only:
            archive.close()
            archive = Archive.open(path, "essai", read_only=True)
        workshop.hold(path, archive)
        return run()

    yield held
    workshop.lock()


def run() -> AppTest:
    app = AppTest.from_function(screen, default_timeout=30).run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(one.value for one in (*app.markdown, *app.caption, *app.header, *app.info, *app.error))


def test_versions_are_told_by_day_in_words(hold):
    """Yesterday has its name, the newest version is marked, and what each brought is said."""
    app = hold(grown(3), every=timedelta(days=1))
    said = texts(app)
    assert "**Aujourd’hui**" in said
    assert "**Hier**" in said
    assert "Titre 2" in said
    assert said.count("Version actuelle") == 1
    assert "La plus ancienne version gardée" in said


def test_a_page_reads_no_more_than_it_shows(hold, monkeypatch):
    """Thirty versions take three pages, and only the versions of the page looked at are decrypted."""
    read: list[int] = []
    real = Archive.livret_at
    monkeypatch.setattr(Archive, "livret_at", lambda self, numero: read.append(numero) or real(self, numero))
    app = hold(grown(30), every=timedelta(minutes=2))
    assert sorted(set(read)) == list(range(18, 31))
    assert len(read) == len(set(read))
    read.clear()
    app.button(key="older").click().run()
    assert sorted(read) == list(range(6, 18))
    read.clear()
    app.button(key="newer").click().run()
    assert read == []


def test_a_version_is_looked_at_and_taken_up_again_and_undone(hold):
    """Looking changes nothing; taking up again asks first, adds a version, says so, and can be undone."""
    states = grown(3)
    app = hold(states)
    app.button(key="look_1").click().run()
    assert "Ce qui a changé depuis" in texts(app)
    assert app.expander[0].label == "Mes formations\N{NO-BREAK SPACE}: 1\N{NO-BREAK SPACE}ligne"
    app.button(key="restore").click().run()
    assert "Rien n’est détruit" in texts(app)
    assert workshop.opened.current.numero == 3
    app.button(key="restore_yes").click().run()
    assert not app.exception
    assert workshop.livret == states[0]
    assert workshop.opened.current.numero == 4
    assert "La version 1 est reprise" in app.toast[0].value
    assert len(workshop.opened.versions()) == 4
    app.button(key="undo").click().run()
    assert workshop.livret == states[2]


def test_one_can_change_ones_mind(hold):
    """Declining leaves the livret as it was."""
    app = hold(grown(2))
    app.button(key="look_1").click().run()
    app.button(key="restore").click().run()
    app.button(key="restore_no").click().run()
    assert "Rien n’est détruit" not in texts(app)
    assert workshop.opened.current.numero == 2
    app.button(key="back").click().run()
    assert app.button(key="look_1")


def test_the_current_version_is_not_offered(hold):
    """There is nothing to take up again in the version that stands."""
    app = hold(grown(2))
    app.button(key="look_2").click().run()
    assert "C’est la version actuelle." in texts(app)
    assert "restore" not in [one.key for one in app.button]


def test_read_only_looks_and_restores_nothing(hold):
    """A livret opened for reading shows its past and says that none of it can be taken up."""
    app = hold(grown(2), read_only=True)
    app.button(key="look_1").click().run()
    assert "lecture seule" in texts(app)
    assert "restore" not in [one.key for one in app.button]


def test_an_unreadable_version_is_told_and_the_others_stand(hold, monkeypatch):
    """A version altered on the disk gives a French sentence, in the list and when it is looked at."""
    real = Archive.livret_at

    def torn(self: Archive, numero: int) -> Livret:
        if numero == 2:
            raise DamagedArchive("la version 2 a été altérée")
        return real(self, numero)

    monkeypatch.setattr(Archive, "livret_at", torn)
    app = hold(grown(4))
    assert texts(app).count("ne peut pas être dit") == 2
    assert "Titre 3" in texts(app)
    app.button(key="look_2").click().run()
    assert not app.exception
    assert "la version 2 a été altérée" in app.error[0].value


def test_a_version_that_is_gone_gives_way_to_the_list(hold):
    """Thinned away while it was looked at, a version gives way to the list."""
    app = hold(grown(3))
    app.button(key="look_1").click().run()
    workshop.opened.erase_history()
    app.run()
    assert not app.exception
    assert "Ce qui a changé depuis" not in texts(app)


def test_titles_are_shown_as_typed(hold):
    """Markdown and HTML in what an agent wrote change nothing of the screen."""
    app = hold([livret(), livret(diplomes=[{"id": "d", "intitule": "**gras** <i>"}])])
    assert "\\*\\*gras\\*\\* \\<i\\>" in texts(app)


def test_nothing_read_outlives_its_archive(tmp_path):
    """What was decrypted goes with the archive, and the memory never passes its bound."""
    past = Past(most=2)
    archive = made(tmp_path / "a.livret", grown(9))
    for numero in range(1, 10):
        past.livret(archive, numero)
    assert len(past) == 4
    archive.close()
    del archive
    gc.collect()
    assert len(past) == 0


def test_a_sentence_is_precise_for_one_change_and_counted_for_several(tmp_path):
    """One change is told in full, several are counted, none is nothing."""
    one, more = (
        livret(),
        livret(titulaire=Titulaire(prenom="Z").model_dump(), diplomes=[{"id": "d", "intitule": "BTS"}]),
    )
    with made(tmp_path / "a.livret", [one, livret(diplomes=[{"id": "d", "intitule": "BTS"}]), more]) as archive:
        assert "BTS" in Past().says(archive, 1, 2)
        assert "BTS" not in Past().says(archive, 1, 3)
        assert Past().says(archive, 1, 1) == ""


def test_the_screens_memory_is_the_shared_one():
    """The screen reads through the module's own memory, which the tests above bound and empty."""
    assert historique.past is memory.past
