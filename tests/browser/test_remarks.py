"""The advisor's page as its reader meets it: opened from the disk, written on, saved, taken up again, read back."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from data.archive import Archive
from data.keys import CHEAPEST
from data.model import Livret
from data.remarques import Remarque
from data.values import PartialDate
from editor import remarks as returns
from site_builder import gate, remarks
from site_builder.outputs import single_page
from site_builder.publish import Published, publish
from tests.browser.pages import DAY, Witness, opened, themes
from tests.browser.test_newcomer import eventually, read, unlock, visiting
from tests.browser.test_pages import OVERFLOW, accessibility
from tests.data.samples import livret
from tests.editor.serving import Serving
from tests.site_builder.support import publication

NAMED = "Mme Tessier <b>x</b>"
TEXT = 'Combien d’agents ? </script><!-- "<img src=x onerror=alert(1)>" \\ 😀\n\nDeuxième paragraphe.'
HOSTILE = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(2)> \u2028 \" ' {{ 1 }}"
PASSWORD = "sept mots sans rapport entre eux"
SILENT: tuple[list[str], list[str]] = ([], [])
both = pytest.mark.parametrize("theme", ["base", "parcours"])
every_theme = pytest.mark.parametrize("theme", themes())
Make = Callable[[str], tuple[Path, Published]]


@pytest.fixture(scope="module")
def invited(demonstration: tuple[Livret, dict[str, bytes]], tmp_path_factory: pytest.TempPathFactory) -> Make:
    """The advisor's page of the demonstration in a theme, one exchange on its first post; the bare page beside it."""
    book, documents = demonstration
    folder = tmp_path_factory.mktemp("remarques")

    @cache
    def make(theme: str) -> tuple[Path, Published]:
        made = publish(book, documents.__getitem__, gate.default_publication(book), jour=DAY, theme=theme, unique=True)
        bare = single_page.inline(made.site)
        told = Remarque(
            publication=made.publication.id, ligne=rows(made)[0], texte=HOSTILE, auteur=NAMED,
            date=PartialDate(2026, 11, 3), etat="repondue", reponse="Sept agents.",
        )  # fmt: skip
        (folder / f"{theme}-nu.html").write_bytes(bare)
        path = folder / f"{theme}.html"
        path.write_bytes(remarks.invite(bare, made, echanges=[told]))
        return path, made

    return make


def rows(made: Published) -> list[str]:
    """The posts, then the languages: one laid out as entries, the other as a table."""
    held = {liste.code: [ligne.ref for groupe in liste.groupes for ligne in groupe.lignes]
            for volet in made.view.volets for liste in volet.listes}  # fmt: skip
    return [held["emplois"][0], held["langues"][0]]


def titles(made: Published) -> dict[str, str]:
    return dict(remarks._rows(made))


def write(page: Page, title: str, text: str) -> None:
    """Write beside a row, as its reader would."""
    page.get_by_role("button", name=f"Ajouter une remarque : {title}", exact=True).click()
    page.get_by_role("textbox", name=f"Votre remarque sur : {title}", exact=True).fill(text)


def field(page: Page, title: str) -> Any:
    return page.get_by_role("textbox", name=f"Votre remarque sur : {title}", exact=True)


def save(page: Page, folder: Path) -> Path:
    """Save the remarks; gives the downloaded file."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Enregistrer mes remarques").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def resume(page: Page, content: bytes) -> str:
    """Take a file up again; gives what the page says of it."""
    said = page.get_by_role("status")
    before = said.inner_text()
    page.locator("input[type=file]").set_input_files(
        [{"name": "x.livret-retour", "mimeType": "application/octet-stream", "buffer": content}]
    )
    expect(said).not_to_have_text(before)
    return said.inner_text()


@both
def test_remarks_are_written_saved_read_and_taken_up_again(
    browser: Browser, invited: Make, demonstration: tuple[Livret, dict[str, bytes]], theme: str, tmp_path: Path
):
    """Two remarks and one on the whole leave in one file that the editor reads; a fresh page takes them up again."""
    path, made = invited(theme)
    post, language = rows(made)
    names = titles(made)
    with opened(browser, path) as (page, witness):
        write(page, names[post], TEXT)
        write(page, names[language], "Un séjour ?")
        page.get_by_role("button", name="Ajouter une remarque sur l’ensemble du portfolio").click()
        page.get_by_role("textbox", name="Votre remarque sur l’ensemble").fill("Très clair.")
        page.get_by_role("textbox", name="Votre nom").fill(NAMED)
        expect(page.get_by_role("button", name="3 remarques")).to_be_visible()
        file = save(page, tmp_path)
        expect(page.get_by_role("status")).to_contain_text("enregistré dans vos téléchargements")
        assert (witness.outside, witness.said) == SILENT
    assert file.name.startswith("remarques-20")
    assert file.suffix == ".livret-retour"
    found = returns.read(file.read_bytes(), demonstration[0])
    assert (found.connu, found.auteur, found.perdues) == (True, NAMED, 0)
    assert {one.ligne: one.texte for one in found.remarques} == {
        post: TEXT, language: "Un séjour ?", "": "Très clair.",
    }  # fmt: skip
    assert all(one.date == found.date for one in found.remarques)
    with opened(browser, path) as (page, witness):
        assert resume(page, file.read_bytes()) == "3\u00a0remarques reprises."
        expect(field(page, names[post])).to_have_value(TEXT)
        expect(page.get_by_role("textbox", name="Votre nom")).to_have_value(NAMED)
        assert resume(page, file.read_bytes()) == "Rien de nouveau dans ce fichier."
        again = save(page, tmp_path)
        assert json.loads(again.read_text("utf-8")) == json.loads(file.read_text("utf-8"))
        assert (witness.outside, witness.said) == SILENT


def test_a_nameless_reader_is_asked_once(browser: Browser, invited: Make, tmp_path: Path):
    """Without a name the page asks for one, once; saving again leaves it out."""
    path, made = invited("base")
    with opened(browser, path) as (page, _):
        write(page, titles(made)[rows(made)[0]], "x")
        page.get_by_role("button", name="Enregistrer mes remarques").click()
        expect(page.get_by_role("textbox", name="Votre nom")).to_be_focused()
        assert json.loads(save(page, tmp_path).read_text("utf-8"))["auteur"] == ""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"x", "pas un fichier de remarques"),
        (b"null", "pas un fichier de remarques"),
        (b'{"format": "livret-retour", "version": 1, "publication": "autre", "remarques": []}', "autre portfolio"),
        (b'{"format": "livret-retour", "version": 9, "remarques": []}', "plus récente"),
        (b"[" * 1_000_001, "trop gros"),
    ],
)
def test_another_file_is_not_taken_up(browser: Browser, invited: Make, content: bytes, says: str):
    """What is no return, or another portfolio's, changes nothing and is told."""
    with opened(browser, invited("base")[0]) as (page, witness):
        assert says in resume(page, content)
        expect(page.get_by_role("button", name="0 remarque")).to_be_visible()
        assert witness.said == []


def test_a_hostile_file_does_nothing_on_the_page(browser: Browser, invited: Make, tmp_path: Path):
    """Rows called like the machinery of the language, rows that are gone, broken remarks: kept, or refused whole."""
    path, made = invited("base")
    post = rows(made)[0]
    sound = {"format": "livret-retour", "version": 1, "publication": made.publication.id, "date": "", "auteur": "T"}
    odd = [{"ligne": name, "texte": HOSTILE, "date": ""} for name in ("__proto__", "constructor", "parti", "contenu")]
    with opened(browser, path) as (page, witness):
        broken = {**sound, "remarques": [{"ligne": post, "texte": "x"}, {"ligne": 3, "texte": "x"}]}
        assert "abîmé" in resume(page, json.dumps(broken).encode())
        assert field(page, titles(made)[post]).count() == 0
        said = resume(page, json.dumps({**sound, "remarques": [*odd, {"ligne": post, "texte": HOSTILE}]}).encode())
        assert said.startswith("1\u00a0remarque reprise. 4\u00a0remarques sur des lignes absentes")
        kept = json.loads(save(page, tmp_path).read_text("utf-8"))["remarques"]
        assert [one["ligne"] for one in kept] == [post, "__proto__", "constructor", "parti", "contenu"]
        assert page.evaluate("({}).texte") is None
        assert witness.said == []


def test_what_is_already_written_stays_when_a_file_is_taken_up(browser: Browser, invited: Make):
    """The remark of the file goes under the one that stands there."""
    path, made = invited("base")
    post = rows(made)[0]
    content = {"format": "livret-retour", "version": 1, "publication": made.publication.id,
               "remarques": [{"ligne": post, "texte": "Avant.", "date": "2026-11-01"}]}  # fmt: skip
    with opened(browser, path) as (page, _):
        write(page, titles(made)[post], "Maintenant.")
        resume(page, json.dumps(content).encode())
        expect(field(page, titles(made)[post])).to_have_value("Maintenant.\n\nAvant.")


# --- reading and reaching -------------------------------------------------------------------------------------------


@every_theme
def test_every_row_of_a_page_can_be_remarked_on(browser: Browser, invited: Make, theme: str):
    """Each published row and document that the theme shows has its button, named after it, in the page's own order."""
    path, made = invited(theme)
    with opened(browser, path) as (page, witness):
        shown = [ref for ref in titles(made) if page.locator(f"[id='{ref}']").count()]
        assert len(shown) > 60
        blocks = page.locator(".livret-remarque .ajouter")
        assert blocks.count() == len(shown) + 1
        said = sorted(" ".join(text.partition(":")[2].split()) for text in blocks.all_text_contents())
        assert said == sorted(["", *(" ".join(titles(made)[ref].split()) for ref in shown)])
        assert witness.said == []


@every_theme
@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_the_accessibility_checker_finds_nothing(
    browser: Browser, invited: Make, axe: str, theme: str, width: int, *, dark: bool
):
    """With remarks open and the list unfolded no rule is broken, nothing is hidden, the page is not too wide."""
    path, made = invited(theme)
    names = titles(made)
    with opened(browser, path, width=width, dark=dark, bypass_csp=True) as (page, _):
        for ref in rows(made):
            write(page, names[ref], TEXT)
        page.get_by_role("button", name="2 remarques").click()
        expect(page.get_by_role("button", name="Reprendre un fichier")).to_be_visible()
        assert accessibility(page, axe) == []
        assert page.evaluate(OVERFLOW) == []


@every_theme
def test_the_bar_stays_within_its_window(browser: Browser, invited: Make, theme: str):
    """From a small phone to a very wide screen, folded and unfolded, nothing of the bar is cut off."""
    path, _ = invited(theme)
    with opened(browser, path) as (page, _):
        for _ in ("folded", "unfolded"):
            for width in (320, 390, 768, 1440, 2560):
                page.set_viewport_size({"width": width, "height": 640})
                shown = page.locator(".livret-remarques :is(button, input[type=text], p):visible")
                for box in (one.bounding_box() for one in shown.all()):
                    assert box["x"] >= 0
                    assert box["x"] + box["width"] <= width
                    assert 0 <= box["y"] <= 640 - box["height"]
            page.get_by_role("button", name="0 remarque").click()


@both
def test_the_keyboard_is_enough(browser: Browser, invited: Make, theme: str):
    """Enter opens a remark with the cursor in it, Escape leaves an empty one, and what has the focus is in sight."""
    path, made = invited(theme)
    name = titles(made)[rows(made)[0]]
    with opened(browser, path, width=390, height=844) as (page, _):
        add = page.get_by_role("button", name=f"Ajouter une remarque : {name}", exact=True)
        add.focus()
        page.keyboard.press("Enter")
        expect(field(page, name)).to_be_focused()
        page.keyboard.press("Escape")
        expect(add).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.type("Bien.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(add).to_be_focused()
        page.get_by_role("button", name=f"Rétablir : {name}").click()
        expect(field(page, name)).to_have_value("Bien.")
        page.get_by_role("button", name="1 remarque").click()
        page.get_by_role("button", name=f"{name} Bien.").click()
        expect(field(page, name)).to_be_focused()
        expect(field(page, name)).to_be_in_viewport()


@both
def test_without_javascript_the_page_reads_as_before(browser: Browser, invited: Make, theme: str):
    """The reader who runs no script sees the very page of the portfolio, to the pixel."""
    path, _ = invited(theme)
    seen = []
    for one in (path, path.with_name(f"{theme}-nu.html")):
        context = browser.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=False)
        page = context.new_page()
        page.goto(one.as_uri())
        seen.append((page.locator("body").inner_text(), page.screenshot(), page.locator("button, textarea").count()))
        context.close()
    assert seen[0] == seen[1]


@both
def test_paper_shows_what_was_written_and_no_tool(browser: Browser, invited: Make, theme: str):
    """Printed, the remarks and earlier exchanges are read under their rows; buttons and fields are not there."""
    path, made = invited(theme)
    post, language = rows(made)
    with opened(browser, path) as (page, _):
        write(page, titles(made)[post], TEXT)
        page.emulate_media(media="print")
        host = page.locator(f"[id='{post}'] .livret-remarque")
        expect(host.locator(".papier")).to_be_visible()
        assert host.locator(".papier").text_content() == TEXT
        expect(host.get_by_text("Sept agents.")).to_be_visible()
        assert page.locator("button:visible, textarea:visible, input:visible").count() == 0
        assert page.get_by_role("button", name=titles(made)[language]).count() == 0


# --- leaving, and standing in another page --------------------------------------------------------------------------


def test_leaving_with_unsaved_remarks_is_warned_of(browser: Browser, invited: Make, tmp_path: Path):
    """Closing asks first as long as something is not saved; before a word and after saving it does not."""
    path, made = invited("base")
    asked: list[str] = []
    with opened(browser, path) as (page, _):
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.goto(path.as_uri())
        write(page, titles(made)[rows(made)[0]], "x")
        page.close(run_before_unload=True)
        expect(page.get_by_role("status")).to_contain_text("Pas encore enregistré")
        assert asked == ["beforeunload"]
        page.get_by_role("textbox", name="Votre nom").fill("T")
        save(page, tmp_path)
        page.goto(path.as_uri())
        assert asked == ["beforeunload"]


@contextmanager
def framed(browser: Browser, path: Path, folder: Path) -> Iterator[tuple[Page, Any, Witness]]:
    """The page inside another, as the protected page shows it: a sandbox without an origin, under a strict policy."""
    outer = folder / "cadre.html"
    policy = (
        f"default-src 'none'; script-src {remarks.SCRIPT_HASH}; style-src 'unsafe-inline'; img-src data:; "
        "font-src data:"
    )
    outer.write_text(
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>x</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"></head><body>'
        f'<iframe title="x" width="1200" height="800" sandbox="allow-scripts allow-downloads allow-modals" '
        f'srcdoc="{html.escape(path.read_text("utf-8"))}"></iframe></body></html>',
        "utf-8",
    )
    with opened(browser, outer) as (page, witness):
        yield page, page.frame_locator("iframe"), witness


def test_it_works_in_a_sandbox_without_an_origin(browser: Browser, invited: Make, tmp_path: Path):
    """Framed without storage, cookies or an origin, remarks are written, saved and taken up as well."""
    path, made = invited("parcours")
    name = titles(made)[rows(made)[0]]
    with framed(browser, path, tmp_path) as (page, frame, witness):
        frame.get_by_role("button", name=f"Ajouter une remarque : {name}", exact=True).click()
        frame.get_by_role("textbox", name=f"Votre remarque sur : {name}", exact=True).fill(TEXT)
        frame.get_by_role("textbox", name="Votre nom").fill(NAMED)
        with page.expect_download() as waiting:
            frame.get_by_role("button", name="Enregistrer mes remarques").click()
        content = Path(waiting.value.path()).read_bytes()
        assert json.loads(content)["remarques"][0]["texte"] == TEXT
        frame.locator("input[type=file]").set_input_files(
            [{"name": "x.livret-retour", "mimeType": "application/json", "buffer": content}]
        )
        expect(frame.get_by_role("status")).to_have_text("Rien de nouveau dans ce fichier.")
        assert [said for said in witness.said if "srcdoc" not in said] == []


@both
def test_hostile_titles_are_only_titles(browser: Browser, theme: str, tmp_path: Path):
    """A row whose name ends a script, opens a comment or holds markup is named as it is, and runs nothing."""
    book = livret(emplois=[{"id": "e1", "intitule": HOSTILE, "debut": "2010"}, {"id": "toString", "intitule": "Autre"}])
    made = publish(book, lambda _: b"", publication(id="bilan"), jour=DAY, theme=theme, unique=True)
    path = tmp_path / "page.html"
    told = Remarque(publication="bilan", ligne="e1", texte=HOSTILE, auteur=HOSTILE, reponse=HOSTILE)
    path.write_bytes(remarks.invite(single_page.inline(made.site), made, echanges=[told]))
    with opened(browser, path) as (page, witness):
        page.on("dialog", lambda dialog: pytest.fail(f"it ran: {dialog.message}"))
        block = page.locator("#e1 .livret-remarque")
        assert block.locator(".ajouter").text_content() == f"Ajouter une remarque\u00a0: {HOSTILE}"
        assert block.locator(".dit").first.text_content() == HOSTILE
        block.locator(".ajouter").click()
        block.locator("textarea").fill(HOSTILE)
        page.locator(".deplier").click()
        assert HOSTILE in page.locator(".livret-remarques .liste").text_content()
        assert page.locator("img[src=x]").count() == 0
        assert (witness.outside, witness.said) == SILENT


# --- from one hand to the other -------------------------------------------------------------------------------------


@pytest.mark.timeout(600)
def test_the_editor_takes_the_file_that_the_page_saved(
    browser: Browser, invited: Make, demonstration: tuple[Livret, dict[str, bytes]], tmp_path: Path
):
    """Saved by the advisor, dropped in the running editor: added, counted in the menu, shown at its row, kept."""
    book, documents = demonstration
    path, made = invited("parcours")
    post = rows(made)[0]
    with opened(browser, path) as (page, _):
        write(page, titles(made)[post], TEXT)
        page.get_by_role("textbox", name="Votre nom").fill(NAMED)
        file = save(page, tmp_path)
    archive = tmp_path / "mon-livret.livret"
    Archive.create(archive, PASSWORD, book, pieces=documents, profile=CHEAPEST).close()
    with Serving(archive, home=tmp_path) as serving, visiting(browser, serving) as visit:
        unlock(visit, PASSWORD)
        visit.menu("Remarques")
        visit.page.locator("input[type=file]").set_input_files(file)
        expect(visit.page.get_by_text("1 remarque à ajouter de")).to_be_visible()
        visit.press("L’ajouter à mon livret", exact=False)
        expect(visit.page.get_by_role("link", name="Remarques (1)")).to_be_visible()
        eventually(lambda: [(one.ligne, one.texte) for one in read(archive, PASSWORD).remarques], [(post, TEXT)])
        visit.page.locator("[class*='st-key-remark_row_']").get_by_role("button").click()
        expect(visit.page.locator(".st-key-row_remarks .said")).to_contain_text("Deuxième paragraphe.")
        visit.page.locator(".st-key-row_remarks").get_by_role("button", name="Accepter").click()
        expect(visit.page.get_by_role("link", name="Remarques (1)")).to_have_count(0)
        assert (visit.outside, visit.said) == ([], [])
