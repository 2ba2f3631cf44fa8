"""The page on which its reader may write: what is added to it, what its policy lets run, and what never leaves."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from data import remarques
from data.errors import BuildError, ForbiddenContent
from data.remarques import Remarque
from data.values import PartialDate
from site_builder import gate, remarks
from site_builder.outputs import single_page
from site_builder.publish import Published, publish
from site_builder.render import secured
from tests.data.samples import livret
from tests.site_builder.support import JOUR, publication, text_of, theme_telling_all

MARK = "zq00042qz"
HOSTILE = "</script><script>alert(1)</script><!-- <script \u2028 \" ' & {{ site }} \\"
NIR = "1 84 12 76 451 089 46"


class Reader(HTMLParser):
    """The scripts, the policy and the text of a page, as a browser would cut it."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.policy = ""
        self._in: dict[str, str | None] | None = None
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the policy, and which script begins."""
        given = dict(attrs)
        if tag == "script":
            self._in = given
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""

    def handle_data(self, data: str) -> None:
        """Note what a script holds."""
        if self._in is not None:
            self.scripts.append((self._in, data))

    def handle_endtag(self, tag: str) -> None:
        """Note that a script ends."""
        if tag == "script":
            self._in = None

    @property
    def said(self) -> dict:
        """What the script is given."""
        (text,) = [text for given, text in self.scripts if given.get("type") == "application/json"]
        return json.loads(text)


def made(theme: str = "base", **more) -> Published:
    """The single page of a career of a post, a degree and a row that stays in."""
    book = livret(
        titulaire={"prenom": "Anaïs", "nom": "Delorvanne"},
        emplois=[
            {"id": "e1", "intitule": HOSTILE, "debut": "2010"},
            {"id": "e2", "intitule": "Poste confidentiel", "debut": "2015", "sensibilite": 2},
        ],
        langues=[{"id": "l1", "langue": "Anglais"}],
        **more,
    )
    return publish(book, lambda _: b"", publication(id="bilan"), jour=JOUR, theme=theme, unique=True)


def invited(done: Published, *echanges: Remarque) -> bytes:
    return remarks.invite(single_page.inline(done.site), done, echanges=echanges)


def remark(**fields) -> Remarque:
    return Remarque(**{"publication": "bilan", "ligne": "e1", "texte": "Précisez.", **fields})


def test_the_policy_lets_one_script_run_and_nothing_else():
    """The page's policy is the one it had, with the digest of the script that is there, and no other script."""
    done = made()
    page = invited(done)
    reader = Reader(page)
    (script,) = [text for given, text in reader.scripts if "type" not in given]
    digest = f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
    assert digest == remarks.SCRIPT_HASH
    assert f"script-src {digest}; " in reader.policy
    rest = reader.policy.replace(f"script-src {digest}; ", "")
    before = Reader(single_page.inline(done.site)).policy
    styles = re.findall(r"'sha256-[^']+'", rest)
    assert set(re.findall(r"'sha256-[^']+'", before)) < set(styles)
    assert re.sub(r" 'sha256-[^']+'", "", rest) == re.sub(r" 'sha256-[^']+'", "", before)
    assert len(reader.scripts) == 2


def test_the_rest_of_the_page_is_untouched():
    """Without what was added, and once secured as before, it is the very page it was made from."""
    done = made()
    page = invited(done).decode()
    bare = re.sub(r'<style id="livret-remarques-style".*?</style>\n', "", page, flags=re.DOTALL)
    bare = re.sub(r"<script[^>]*>.*?</script>\n", "", bare, flags=re.DOTALL)
    assert secured(bare).encode() == single_page.inline(done.site)


def test_the_page_with_its_files_apart_takes_remarks_too():
    """A page that names its styles and documents beside it is given the same room."""
    done = made()
    reader = Reader(remarks.invite(done.site.files["index.html"], done))
    assert remarks.SCRIPT_HASH in reader.policy
    assert reader.said["publication"] == "bilan"


@pytest.mark.parametrize("theme", ["base", "parcours"])
def test_only_published_rows_can_be_remarked_on(theme):
    """Every row of the page, by its own identifier and name, whatever signs it holds; none that stays in."""
    page = invited(made(theme))
    assert Reader(page).said["lignes"] == [["e1", HOSTILE], ["l1", "Anglais"]]
    assert b"Poste confidentiel" not in page
    assert page.count(b"<script") == 2


def test_what_was_said_before_is_shown_again():
    """Remarks of the very dossier on what it shows, with their answers; not those on other rows or put aside."""
    told = remark(auteur="Mme T", date=PartialDate(2026, 11, 3), etat="repondue", reponse=HOSTILE)
    page = invited(
        made(), told, remark(ligne="", texte="Bien."), remark(publication="autre", texte=MARK),
        remark(ligne="e2", texte=MARK), remark(etat="ecartee", texte=MARK), remark(ligne="disparue", texte=MARK),
    )  # fmt: skip
    said = Reader(page).said["echanges"]
    assert said[0] == {
        "ligne": "e1", "texte": "Précisez.", "auteur": "Mme T", "date": "3\u00a0novembre\u00a02026", "etat": "Répondue",
        "reponse": HOSTILE,
    }  # fmt: skip
    assert [one["texte"] for one in said] == ["Précisez.", "Bien."]
    assert MARK.encode() not in page
    assert page.count(b"<script") == 2


@pytest.mark.parametrize("field", ["texte", "reponse", "auteur"])
def test_a_number_that_must_not_leave_stops_the_page(field):
    """A social security number in a remark or an answer forbids the page, and is not repeated."""
    with pytest.raises(ForbiddenContent) as caught:
        invited(made(), remark(**{field: f"Voir {NIR}"}))
    assert NIR not in str(caught.value)


def test_the_same_page_comes_out_twice():
    """Nothing of it depends on when or where it is made."""
    assert invited(made(), remark(id="r1")) == invited(made(), remark(id="r2"))


def test_a_page_of_somebody_else_is_refused():
    """What has no head and no body is not a page of ours."""
    with pytest.raises(BuildError, match="pas été faite par Livret"):
        remarks.invite(b"<p>x</p>", made())


def test_the_script_and_the_reader_agree_on_the_file():
    """The bounds written in the script are those that the editor applies."""
    script = remarks._SCRIPT
    held = dict(re.findall(r'const ([A-Z_]+) = "?([\w-]+)"?;', script))
    for name in ("FORMAT", "VERSION", "LONGEST", "LONGEST_NAME", "MOST", "HEAVIEST"):
        assert held[name] == str(getattr(remarques, name))


def test_the_script_asks_nothing_of_anybody():
    """No request, no storage, no code made of text, no HTML made of text."""
    script = remarks._SCRIPT
    wanted = r"fetch|XMLHttp|WebSocket|sendBeacon|localStorage|sessionStorage|indexedDB|cookie|eval|Function\(|"
    assert re.findall(wanted + r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|https?:", script) == [
        "http:",  # the name of the SVG vocabulary, twice; it is asked of nobody
        "http:",
    ]


def test_remarks_never_leave_with_a_dossier(tmp_path):
    """The gate lets no remark out, by no theme and by no output: neither its text, its author nor its answer."""
    held = livret(
        emplois=[{"id": "e1", "intitule": "Agente", "debut": "2010"}],
        remarques=[
            {"publication": "bilan", "ligne": "e1", "texte": MARK, "auteur": MARK, "reponse": MARK, "etat": "repondue"}
        ],
    )
    dossier = publication(id="bilan", confidentiel=True, notes=True)
    assert gate.release(held, dossier).remarques == ()
    for theme in ("base", "parcours", theme_telling_all(tmp_path)):
        for unique in (True, False):
            done = publish(held, lambda _: b"", dossier, jour=JOUR, theme=theme, unique=unique)
            assert MARK not in text_of(done.site)
            assert MARK not in json.dumps(done.released.to_data())
