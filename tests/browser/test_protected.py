"""The protected page as its recipients meet it: opened from the disk, in Chromium and in Firefox."""

from __future__ import annotations

import base64
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page

from data.model import Livret
from data.passphrase import passphrase
from site_builder import gate, remarks
from site_builder.outputs import single_page
from site_builder.outputs.protected_page import protect
from site_builder.publish import publish
from tests.browser import firefox as mozilla
from tests.browser.pages import DAY, Witness, opened
from tests.browser.test_pages import DATA, OVERFLOW, WIDTHS, accessibility, html_faults

ONE, TWO = passphrase(), "Été à Sète où l’œuvre naïve de Noël s’achève"
FEW = 10  # rounds, where the time they take is not the question
MESSAGES = ("truncated", "damaged", "insecure", "outdated", "failed", "wrong", "empty")
SEEN = f"{list(MESSAGES)}.filter(id => document.getElementById(id).offsetParent !== null)"
OPEN = "document.querySelector('iframe.open') !== null"
READY = "document.getElementById('loading') === null"
KEPT = """(async () => ({
    local: localStorage.length, session: sessionStorage.length, cookie: document.cookie,
    bases: indexedDB.databases ? (await indexedDB.databases()).length : 0,
    history: history.length, state: history.state, hash: location.hash, search: location.search, title: document.title,
    name: window.name, phrase: document.getElementById("phrase").value,
}))()"""
NOTHING = {
    "local": 0, "session": 0, "cookie": "", "bases": 0, "state": None, "hash": "", "search": "",
    "title": "Portfolio protégé", "name": "", "phrase": "",
}  # fmt: skip


@pytest.fixture(scope="session")
def inner(demonstration: tuple[Livret, dict[str, bytes]]) -> bytes:
    """The demonstration's single page, its documents inside, with a link to elsewhere."""
    livret, documents = demonstration
    titulaire = livret.titulaire.with_(presentation="Mon [service](https://exemple.invalid/service) en ligne.")
    livret = livret.with_(titulaire=titulaire)
    dossier = gate.default_publication(livret)
    made = publish(livret, documents.__getitem__, dossier, jour=DAY, theme="parcours", unique=True)
    return single_page.inline(made.site)


@pytest.fixture(scope="session")
def page_file(inner: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as the program makes it, for two recipients."""
    path = tmp_path_factory.mktemp("protected") / "portfolio.html"
    path.write_bytes(protect(inner, [ONE, TWO]))
    return path


@pytest.fixture(scope="session")
def cheap_file(inner: bytes, page_file: Path) -> Path:
    """The same, opened at once."""
    path = page_file.with_name("vite.html")
    path.write_bytes(protect(inner, [ONE, TWO], rounds=FEW))
    return path


@pytest.fixture(scope="session")
def firefox(tool: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[mozilla.Firefox]:
    """A running Firefox."""
    with mozilla.firefox(tool(*mozilla.COMMANDS), tmp_path_factory.mktemp("firefox")) as running:
        yield running


Opens = Callable[[Path], Any]


def wait(page: Page, script: str) -> None:
    """Wait until an expression is true; Playwright's own way is a string to evaluate, which the policy refuses."""
    end = time.monotonic() + 60
    while not page.evaluate(script):
        assert time.monotonic() < end, script
        page.wait_for_timeout(20)


# --- the same gestures in both browsers -----------------------------------------------------------------------------


class _Reader(Protocol):
    """A browser with one page open, reduced to what a recipient does with it."""

    def run(self, script: str) -> Any: ...
    def within(self, script: str) -> Any: ...
    def until(self, script: str) -> None: ...
    def enter(self, text: str) -> None: ...
    def press(self, selector: str, *, inside: bool = False) -> None: ...
    def download(self, selector: str) -> tuple[str, bytes]: ...
    def printed(self) -> bytes: ...
    def complaints(self) -> list[str]: ...
    def requests(self) -> list[str]: ...
    def tabs(self) -> int: ...


class _InChromium:
    """Chromium by Playwright."""

    def __init__(self, page: Page, witness: Witness) -> None:
        self.page, self.witness = page, witness

    def run(self, script: str) -> Any:
        return self.page.evaluate(script)

    def within(self, script: str) -> Any:
        return self.page.frames[1].evaluate(script)

    def until(self, script: str) -> None:
        wait(self.page, script)

    def enter(self, text: str) -> None:
        self.page.locator("#phrase").fill(text)
        self.page.keyboard.press("Enter")

    def press(self, selector: str, *, inside: bool = False) -> None:
        (self.page.frames[1] if inside else self.page).locator(selector).first.click()

    def download(self, selector: str) -> tuple[str, bytes]:
        with self.page.expect_download() as found:
            self.press(selector, inside=True)
        return found.value.suggested_filename, Path(found.value.path()).read_bytes()

    def printed(self) -> bytes:
        return self.page.pdf(prefer_css_page_size=True)

    def complaints(self) -> list[str]:
        return self.witness.said

    def requests(self) -> list[str]:
        return self.witness.outside

    def tabs(self) -> int:
        return len(self.page.context.pages)


class _InFirefox:
    """Firefox by WebDriver BiDi."""

    def __init__(self, driven: mozilla.Firefox, path: Path) -> None:
        self.driven = driven
        driven.events.clear()
        for found in driven.downloads.iterdir():
            found.unlink()
        driven.goto(path)
        self.path = path

    def run(self, script: str) -> Any:
        return self.driven.run(script)

    def within(self, script: str) -> Any:
        return self.driven.run(script, self.driven.frame())

    def until(self, script: str) -> None:
        self.driven.until(script)

    def enter(self, text: str) -> None:
        self.driven.run("document.getElementById('phrase').select()")
        self.driven.type(text + mozilla.ENTER)

    def press(self, selector: str, *, inside: bool = False) -> None:
        self.driven.click(selector, self.driven.frame() if inside else "")

    def download(self, selector: str) -> tuple[str, bytes]:
        self.press(selector, inside=True)
        here = self.driven.downloads
        self.driven.wait(lambda: [p for p in here.iterdir() if p.stat().st_size and p.suffix != ".part"], "a download")
        self.driven.wait(lambda: not list(here.glob("*.part")), "the end of it")
        (found,) = here.iterdir()
        return found.name, found.read_bytes()

    def printed(self) -> bytes:
        return self.driven.printed()

    def complaints(self) -> list[str]:
        self.driven.command("session.status")  # whatever was on its way has come
        logged = [said for method, said in self.driven.events if method == "log.entryAdded"]
        ours = {self.driven.tab, *(c["context"] for c in self.driven.children())}
        return [said["text"] for said in logged if said["source"]["context"] in ours]

    def requests(self) -> list[str]:
        asked = [said["request"]["url"] for method, said in self.driven.events if method == "network.beforeRequestSent"]
        return [url for url in asked if not url.startswith("data:") and url != self.path.as_uri()]

    def tabs(self) -> int:
        return len(self.driven.command("browsingContext.getTree")["contexts"])


def show(one: _Reader, phrase: str) -> None:
    """Open the portfolio, and wait until its frame has the size of the window."""
    one.enter(phrase)
    one.until(OPEN)
    end = time.monotonic() + 30
    while one.within("innerWidth") < 300:
        assert time.monotonic() < end
        one.run("new Promise(done => setTimeout(() => done(1), 20))")


@pytest.fixture(params=["chromium", "firefox"])
def reader(request: pytest.FixtureRequest) -> Callable[[Path], Any]:
    """Open a file in one of the browsers."""
    if request.param == "firefox":
        driven = request.getfixturevalue("firefox")

        @contextmanager
        def in_firefox(path: Path) -> Iterator[_Reader]:
            one = _InFirefox(driven, path)
            one.until(READY)
            yield one

        return in_firefox
    browser = request.getfixturevalue("browser")

    @contextmanager
    def in_chromium(path: Path) -> Iterator[_Reader]:
        with opened(browser, path) as (page, witness):
            one = _InChromium(page, witness)
            one.until(READY)
            yield one

    return in_chromium


# --- the right phrase -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phrase", [ONE, TWO, f"  {ONE.replace(' ', '   ')} "], ids=["first", "second", "spaces"])
def test_each_recipient_opens_it(reader: Opens, cheap_file: Path, phrase: str):
    """Either phrase shows the portfolio, by the keyboard alone, without a request and without a complaint."""
    with reader(cheap_file) as one:
        assert one.run("document.activeElement.id") == "phrase"
        show(one, phrase)
        assert "D’Orvanne" in one.within("document.querySelector('h1').textContent")
        assert one.run("document.activeElement.tagName") == "IFRAME"
        assert re.fullmatch(r"Portfolio ouvert en \d+,\d s\.", one.run("document.getElementById('status').textContent"))
        assert (one.requests(), one.complaints()) == ([], [])


def test_it_opens_in_time_with_a_million_rounds(reader: Opens, page_file: Path, record_property):
    """As the program makes it, the demonstration opens; how long it takes is told by the page and noted."""
    with reader(page_file) as one:
        show(one, TWO)
        told = one.run("document.getElementById('status').textContent")
        record_property("told", told)
        print(told)
        assert float(re.search(r"(\d+,\d) s", told)[1].replace(",", ".")) < 30  # the figure itself is a benchmark's


def test_nothing_is_kept(reader: Opens, cheap_file: Path):
    """Opening, reading and closing leave nothing in any storage, the history, the address, the title or the field."""
    with reader(cheap_file) as one:
        before = one.run(KEPT)
        assert before == NOTHING | {"history": before["history"]}
        show(one, ONE)
        assert one.run(KEPT) == before
        one.press("#close")
        one.until(f"!({OPEN})")
        assert one.run(KEPT) == before
        assert "Orvanne" not in one.run("document.documentElement.outerHTML")
        assert one.run("document.activeElement.id") == "phrase"
        show(one, TWO)


def test_the_portfolio_cannot_reach_the_page_around_it(reader: Opens, cheap_file: Path):
    """The frame has an origin of its own and may run no script: neither side reads the other."""
    with reader(cheap_file) as one:
        show(one, ONE)
        assert one.run("document.querySelector('iframe').contentDocument") is None
        tokens = one.run("[...document.querySelector('iframe').sandbox]")
        assert tokens == ["allow-downloads", "allow-popups", "allow-popups-to-escape-sandbox"]
        assert one.within("self.origin") == "null"
        assert one.within("document.referrer") == ""


# --- inside the frame -----------------------------------------------------------------------------------------------


def test_the_links_inside_lead_to_their_places(reader: Opens, cheap_file: Path):
    """An entry of the menu and a link between two rows scroll to their places, and the address does not change."""
    with reader(cheap_file) as one:
        address = one.run("location.href")
        show(one, ONE)
        for selector in ("nav a[href='#documents']", "main li a[href^='#']"):
            found = f"[...document.querySelectorAll({selector!r})].find(link => link.checkVisibility())"
            href = one.within(f"(link => (link.id = 'ici', link.getAttribute('href')))({found})")
            one.press("#ici", inside=True)
            one.within("document.getElementById('ici').removeAttribute('id')")
            assert -5 < one.within(f"document.getElementById({href[1:]!r}).getBoundingClientRect().top") < 900
            assert one.within("location.hash") == href
            assert one.within("scrollY") > 50
        assert one.run("location.href") == address
        assert one.complaints() == []


def test_a_document_inside_downloads_byte_for_byte(reader: Opens, cheap_file: Path, inner: bytes):
    """A document keeps its name, and the file on the disk is the one that was joined."""
    name, data = re.search(rb'<a href="data:application/pdf;base64,([\w+/=]+)" download="([^"]+)"', inner).group(2, 1)
    with reader(cheap_file) as one:
        show(one, ONE)
        assert one.download(f"a[download='{name.decode()}']") == (name.decode(), base64.b64decode(data))
        assert [said for said in one.complaints() if "PDF" not in said] == []


def test_a_link_to_elsewhere_opens_a_tab_that_knows_nothing(reader: Opens, cheap_file: Path):
    """An outside link is for a new tab, without a referrer nor a way back; an address to write to stays a plain one."""
    with reader(cheap_file) as one:
        show(one, ONE)
        link = "document.querySelector(\"a[href^='https:']\")"
        assert one.within(f"[{link}.target, {link}.rel]") == ["_blank", "noopener noreferrer"]
        assert one.within("document.querySelector(\"a[href^='mailto:']\").target") == ""
        before = one.tabs()
        one.press("a[href^='https:']", inside=True)
        end = time.monotonic() + 30
        while one.tabs() == before and time.monotonic() < end:
            one.run("new Promise(done => setTimeout(() => done(1), 50))")
        assert one.tabs() == before + 1
        assert one.run(OPEN)


def test_it_prints_the_portfolio(reader: Opens, cheap_file: Path, inner: bytes, tool: Callable[..., str]):
    """Printed by whatever way, the page gives the very sheets of the portfolio, and the screen is as it was."""
    alone = cheap_file.with_name("alone.html")
    alone.write_bytes(inner)
    with reader(alone) as one:
        expected = sheets(one.printed(), tool("pdftotext"))
    with reader(cheap_file) as one:
        show(one, ONE)
        assert sheets(one.printed(), tool("pdftotext")) == expected
        assert "rédactrice principale" in expected[0]
        assert len(expected) > 10
        assert one.run("document.querySelectorAll('[data-paper]').length") == 0
        assert one.run("document.querySelector('#bar').getBoundingClientRect().height") < 60
        assert "D’Orvanne" in one.within("document.querySelector('h1').textContent")
        assert one.complaints() == []


def sheets(pdf: bytes, pdftotext: str) -> list[str]:
    """The text of each printed sheet, and its place there."""
    done = subprocess.run([pdftotext, "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode().split("\f")


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_a_wrong_phrase_is_explained(reader: Opens, cheap_file: Path):
    """A wrong phrase is told beside the field, which has the focus and is described by it; then the right one opens."""
    with reader(cheap_file) as one:
        one.enter("  ")
        one.until(f"({SEEN}).join() === 'empty'")
        one.enter(ONE + "s")
        one.until(f"({SEEN}).join() === 'wrong'")
        assert "n’ouvre pas ce portfolio" in one.run("document.getElementById('wrong').innerText")
        field = "document.getElementById('phrase')"
        assert one.run("document.activeElement.id") == "phrase"
        assert one.run(f"[{field}.getAttribute('aria-invalid'), {field}.getAttribute('aria-describedby')]") == [
            "true",
            "wrong hint",
        ]
        show(one, ONE)
        assert one.complaints() == []


def damaged(made: bytes, block: str, place: float) -> bytes:
    """One bit of a block turned over."""
    begin = made.index(f'id="{block}"'.encode())
    begin = made.index(b">", begin) + 1
    at = begin + int((made.index(b"</script>", begin) - begin - 1) * place)
    return made[:at] + bytes([made[at] ^ 1]) + made[at + 1 :]


FAULTS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "header": (lambda made: damaged(made, "header", 0.5), "damaged"),
    "header-json": (lambda made: damaged(made, "header", 0), "damaged"),
    "keys": (lambda made: damaged(made, "keys", 0.6), "damaged"),
    "content": (lambda made: damaged(made, "content", 0.7), "damaged"),
    "digest": (lambda made: damaged(made, "digest", 0.2), "damaged"),
    "cut-content": (lambda made: made[: len(made) * 2 // 3], "truncated"),
    "cut-digest": (lambda made: made[: made.index(b'id="digest"') + 40], "truncated"),
    "cut-header": (lambda made: made[: made.index(b'id="header"') + 80], "truncated"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_damaged_file_is_explained_before_any_phrase(reader: Opens, cheap_file: Path, fault: str):
    """Cut or changed anywhere, the file says so at once, has the focus on it, and asks for nothing."""
    spoil, expected = FAULTS[fault]
    path = cheap_file.with_name(f"{fault}.html")
    path.write_bytes(spoil(cheap_file.read_bytes()))
    with reader(path) as one:
        one.until(f"({SEEN}).length > 0")
        assert one.run(SEEN) == [expected]
        assert one.run("document.getElementById('form').hidden")
        assert one.run("document.activeElement.id") == "faults"
        assert "redemand" in one.run("document.body.innerText") or "demande" in one.run("document.body.innerText")


def test_a_content_changed_with_its_digest_is_explained_after_the_phrase(reader: Opens, cheap_file: Path):
    """Somebody who changes the content and makes the digest anew is caught by the cipher: nothing is shown."""
    made = cheap_file.read_bytes()
    spoilt = damaged(made, "content", 0.5)
    blocks = dict(re.findall(rb'<script id="(\w+)" type="[^"]+">([^<]*)<', spoilt))
    whole = b"\n".join(blocks[name] for name in (b"header", b"keys", b"content"))
    spoilt = spoilt.replace(blocks[b"digest"], sha256(whole).hexdigest().encode())
    path = cheap_file.with_name("forged.html")
    path.write_bytes(spoilt)
    with reader(path) as one:
        one.enter(ONE)
        one.until(f"({SEEN}).length > 0")
        assert one.run(SEEN) == ["damaged"]
        assert one.run("document.querySelector('iframe')") is None


def test_a_page_cut_before_its_script_ends_says_what_to_do(browser: Browser, cheap_file: Path):
    """A file cut in its first thousands of bytes still says that it is not whole, without any script."""
    made = cheap_file.read_bytes()
    path = cheap_file.with_name("early.html")
    changed = made[: made.index(b'<script id="header"')].replace(b'"use strict";', b'"use strict"; ')
    path.write_bytes(changed)  # a script that was changed does not run either: its hash is another
    with opened(browser, path) as (page, _):
        page.wait_for_timeout(1200)
        assert page.locator("#loading").is_visible()
        assert "le fichier est incomplet" in page.locator("#loading").inner_text()
        assert not page.locator("#form").is_visible()


@pytest.mark.parametrize(
    ("without", "expected"),
    [
        ("delete globalThis.DecompressionStream", "outdated"),
        ("Object.defineProperty(Crypto.prototype, 'subtle', {value: undefined})", "outdated"),
        ("Object.defineProperty(globalThis, 'isSecureContext', {value: false})", "insecure"),
    ],
)
def test_a_browser_that_cannot_is_told(browser: Browser, cheap_file: Path, without: str, expected: str):
    """Without the functions it takes, or at an unsafe address, the page says which and what to do."""
    context = browser.new_context(locale="fr-FR")
    context.add_init_script(without)
    page = context.new_page()
    page.goto(cheap_file.as_uri())
    page.locator(f"#{expected}").wait_for()
    assert page.evaluate(SEEN) == [expected]
    assert not page.locator("#form").is_visible()
    context.close()


def test_without_scripts_the_page_says_why_it_needs_them(browser: Browser, cheap_file: Path):
    """With JavaScript off, the page says so, and what to do; nothing else is shown as if it worked."""
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(cheap_file.as_uri())
    assert "JavaScript est désactivé" in page.inner_text("main")
    assert not page.locator("#loading").is_visible()
    assert not page.locator("#form").is_visible()
    context.close()


# --- the form -------------------------------------------------------------------------------------------------------


def test_the_page_answers_while_it_decrypts(browser: Browser, page_file: Path):
    """During the derivation the button says so, a second press does nothing, and the page goes on painting."""
    with opened(browser, page_file) as (page, _):
        page.locator("#form").wait_for()
        page.evaluate("""() => {
            window.longest = 0; window.busy = 0; let last = performance.now();
            (function tick() {
                const now = performance.now();
                if (document.querySelector('[aria-busy="true"]') && !document.querySelector('iframe')) {
                    window.busy += 1; window.longest = Math.max(window.longest, now - last);
                }
                last = now; setTimeout(tick, 5);
            })();
        }""")
        page.locator("#phrase").fill(ONE)
        page.locator("#open").click()
        page.locator("#open").click(no_wait_after=True, timeout=2000)
        wait(page, OPEN)
        assert page.evaluate("window.busy") > 5
        assert page.evaluate("document.querySelectorAll('iframe').length") == 1
        assert page.evaluate("document.getElementById('form').getAttribute('aria-busy')") == "false"


def test_the_phrase_can_be_seen_and_pasted(browser: Browser, cheap_file: Path):
    """« Afficher » shows what is typed, says « Masquer » then; a phrase pasted over several lines opens."""
    with opened(browser, cheap_file) as (page, _):
        field, button = page.locator("#phrase"), page.locator("#reveal")
        assert (field.get_attribute("type"), field.get_attribute("autocomplete"), field.get_attribute("name")) == (
            "password",
            "off",
            None,
        )
        button.click()
        assert (field.get_attribute("type"), button.inner_text(), button.get_attribute("aria-label")) == (
            "text",
            "Masquer",
            "Masquer la phrase de passe",
        )
        field.focus()
        pasted = TWO.replace(" ", "\n", 3).replace(" ", "\u00a0", 1)
        page.evaluate(
            """text => {
                const held = new DataTransfer(); held.setData("text/plain", text);
                const event = new ClipboardEvent("paste", {clipboardData: held, bubbles: true, cancelable: true});
                if (document.getElementById("phrase").dispatchEvent(event)) {
                    document.execCommand("insertText", false, text);
                }
            }""",
            pasted,
        )
        page.keyboard.press("Enter")
        wait(page, OPEN)
        assert field.get_attribute("type") == "password"


def test_the_keyboard_goes_through_everything(browser: Browser, cheap_file: Path):
    """Tab goes from the field to its button, to « Ouvrir », to the two questions; once open, along the bar."""
    with opened(browser, cheap_file) as (page, _):
        page.locator("#form").wait_for()
        seen = []
        for _ in range(5):
            seen.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
            page.keyboard.press("Tab")
        assert seen == ["phrase", "reveal", "open", "SUMMARY", "SUMMARY"]
        page.locator("#phrase").fill(ONE)
        page.keyboard.press("Enter")
        wait(page, OPEN)
        assert page.evaluate("document.activeElement.tagName") == "IFRAME"  # arrows and Page down read it at once
        page.locator("#print").focus()
        page.keyboard.press("Tab")
        wait(page, "document.activeElement.id === 'close'")
        page.keyboard.press("Enter")
        wait(page, "document.activeElement.id === 'phrase'")
        assert not page.locator("#bar").is_visible()


def test_coming_back_shows_the_form(browser: Browser, cheap_file: Path):
    """Leaving the page and coming back by the browser's own arrow shows nothing of what was open."""
    with opened(browser, cheap_file) as (page, _):
        page.locator("#phrase").fill(ONE)
        page.keyboard.press("Enter")
        wait(page, OPEN)
        page.goto("about:blank")
        page.go_back()
        wait(page, READY)
        assert page.locator("#form").is_visible()
        assert page.evaluate(
            "[document.getElementById('phrase').value, document.querySelectorAll('iframe').length]"
        ) == [
            "",
            0,
        ]


STATES = ("form", "wrong", "damaged", "open")


@pytest.mark.parametrize("state", STATES)
def test_the_accessibility_checker_finds_nothing(browser: Browser, cheap_file: Path, axe: str, state: str):
    """In the light and in the dark, waiting, refusing, damaged or open, no rule of WCAG or good practice is broken."""
    path = cheap_file
    if state == "damaged":
        path = cheap_file.with_name("abime.html")
        path.write_bytes(FAULTS["content"][0](cheap_file.read_bytes()))
    for dark in (False, True):
        with opened(browser, path, dark=dark, width=390 if dark else 1440, bypass_csp=True) as (page, _):
            wait(page, READY)
            if state in ("wrong", "open"):
                page.locator("#phrase").fill(ONE if state == "open" else "faux")
                page.keyboard.press("Enter")
                wait(page, OPEN if state == "open" else f"({SEEN}).length > 0")
            if state == "form":
                for summary in page.locator("summary").all():
                    summary.click()
            if state == "open":  # what is in the frame has its own tests
                page.evaluate(
                    "document.body.replaceChildren(document.getElementById('bar'), document.createElement('main'))"
                )
                page.evaluate("document.querySelector('main').innerHTML = '<h1>Portfolio</h1>'")
            assert accessibility(page, axe) == []


@pytest.mark.parametrize("state", STATES)
def test_it_fits_every_window(browser: Browser, cheap_file: Path, state: str):
    """From a small phone to a very wide screen nothing is wider than the window, whatever is shown."""
    path = cheap_file
    if state == "damaged":
        path = cheap_file.with_name("abime2.html")
        path.write_bytes(FAULTS["cut-content"][0](cheap_file.read_bytes()))
    with opened(browser, path) as (page, _):
        wait(page, READY)
        if state in ("wrong", "open"):
            page.locator("#phrase").fill(ONE if state == "open" else "faux")
            page.keyboard.press("Enter")
            wait(page, OPEN if state == "open" else f"({SEEN}).length > 0")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate(OVERFLOW) == [], width
            if state == "open":
                frame = page.locator("iframe").bounding_box()
                assert (frame["x"], frame["width"], round(frame["y"] + frame["height"])) == (0, width, 700)
                assert frame["y"] < 60


def test_the_html_checker_finds_nothing(html_checker: list[str], cheap_file: Path, tmp_path: Path):
    """The page is HTML without an error or a warning."""
    html = DATA.sub(r"\1AAAA", cheap_file.read_text("utf-8"))
    path = tmp_path / "portfolio.html"
    path.write_text(re.sub(r'(octet-stream">)[^<]+', r"\1AAAA", html), "utf-8")
    assert html_faults(html_checker, path) == []


# --- with room for remarks ------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def invited_file(demonstration: tuple[Livret, dict[str, bytes]], cheap_file: Path) -> Path:
    """A protected page whose reader may write remarks."""
    livret, documents = demonstration
    dossier = gate.default_publication(livret)
    made = publish(livret, documents.__getitem__, dossier, jour=DAY, theme="parcours", unique=True)
    page = remarks.invite(single_page.inline(made.site), made)
    path = cheap_file.with_name("remarques.html")
    path.write_bytes(protect(page, [ONE], rounds=FEW, inner_scripts=[remarks.SCRIPT_HASH]))
    return path


def test_remarks_are_written_and_saved_inside(reader: Opens, invited_file: Path):
    """The one script that is announced runs inside the frame: a remark is written there and saved as a file."""
    with reader(invited_file) as one:
        show(one, ONE)
        one.within("""(() => {
            const roots = [...document.querySelectorAll(".livret-remarque")].map(host => host.shadowRoot);
            const root = roots.find(root => root.querySelector("button.ajouter"));
            root.querySelector("button.ajouter").click();
            const field = root.querySelector("textarea");
            field.value = "Très clair."; field.dispatchEvent(new Event("input"));
            const bar = document.querySelector(".livret-remarques").shadowRoot;
            bar.querySelector("#nom").value = "Conseillère";
            const link = document.createElement("button");
            link.id = "essai-enregistrer"; link.textContent = "x"; document.querySelector("main").prepend(link);
            link.addEventListener("click", () => bar.querySelector("button.premier").click());
        })()""")
        name, content = one.download("#essai-enregistrer")
        assert name.endswith(".livret-retour")
        assert "Très clair." in content.decode()
        assert one.complaints() == []


def test_closing_asks_before_a_remark_is_lost(browser: Browser, invited_file: Path):
    """« Refermer » with a remark that is not saved asks first: staying keeps it, leaving wipes it."""
    with opened(browser, invited_file) as (page, _):
        answers = [False, True]
        page.on("dialog", lambda dialog: dialog.accept() if answers.pop(0) else dialog.dismiss())
        page.locator("#phrase").fill(ONE)
        page.keyboard.press("Enter")
        wait(page, OPEN)
        frame = page.frames[1]
        frame.locator(".livret-remarque button.ajouter").first.click()
        frame.locator(".livret-remarque textarea").first.press_sequentially("À revoir")
        page.locator("#close").click()
        page.wait_for_timeout(500)
        assert page.evaluate(OPEN)
        assert frame.locator(".livret-remarque textarea").first.input_value() == "À revoir"
        page.locator("#close").click()
        wait(page, f"!({OPEN})")
        assert answers == []
        assert page.locator("#form").is_visible()


# --- the witness ----------------------------------------------------------------------------------------------------


def test_firefox_would_report_a_request_and_a_refusal(firefox: mozilla.Firefox, tmp_path: Path):
    """A picture from elsewhere is a request, a style that the policy refuses is a complaint: the client sees both."""
    path = tmp_path / "page.html"
    path.write_text(
        "<!doctype html><meta charset=utf-8><meta http-equiv='Content-Security-Policy' content=\"style-src 'none'\">"
        "<img src='http://127.0.0.1:50999/spy.png' alt=''><p style='color:red'>x</p>",
        "utf-8",
    )
    one = _InFirefox(firefox, path)
    assert one.requests() == ["http://127.0.0.1:50999/spy.png"]
    assert any("Content-Security-Policy" in said for said in one.complaints())
