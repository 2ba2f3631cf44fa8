"""The process of the editor: where it listens, what it heeds, how it begins and ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from data.archive import Archive
from data.errors import ArchiveBusy
from data.keys import CHEAPEST
from data.model import Livret, Piece, Titulaire
from editor import browser as browsers
from editor import server, settings, shortcuts, threshold
from editor.guard import Door
from tests.editor.serving import PATIENCE, ROOT, Serving

PASSWORD = "essai"
ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST)  # the latter for a path that climbs
PIECES = {
    "p1": ("Attestation d’été.pdf", "application/pdf", b"%PDF-1.4 attestation"),
    "p2": ("page.html", "text/html", b"<script>alert(1)</script>"),
    "p3": ("photo.png", "image/png", b"\x89PNG photo"),
    "p4": ("note.txt", "text/plain", "été".encode()),
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive with four documents, cheap to open."""
    return made(tmp_path / "mon.livret")


def made(path: Path) -> Path:
    """Make that archive."""
    rows = tuple(
        Piece(id=name, titre=f"Pièce {name}", fichier=file, media=media, taille=len(content))
        for name, (file, media, content) in PIECES.items()
    )
    book = Livret(titulaire=Titulaire(prenom="Anaïs"), pieces=rows)
    with Archive.create(path, PASSWORD, book, pieces={n: c for n, (_, _, c) in PIECES.items()}, profile=CHEAPEST):
        pass
    return path


def script(folder: Path, *lines: str) -> Path:
    """A Streamlit script that opens the archive it was started on, then does as told."""
    path = folder / "tiny.py"
    unlock = f"if workshop.path and not workshop.open:\n    workshop.unlock(workshop.path, {PASSWORD!r})"
    begin = ["import streamlit as st", "from editor.workshop import workshop", "st.set_page_config('Livret')", unlock]
    path.write_text("\n".join([*begin, *lines, "st.title('Prêt')"]), "utf-8")
    return path


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of a browser that has never been anywhere."""
    context = browser.new_context(locale="en-US")  # the editor is French all the same
    context.set_default_timeout(PATIENCE * 1000)
    yield context.new_page()
    context.close()


def ready(page: Page, address: str) -> None:
    """Go to an address and wait for the screen."""
    page.goto(address)
    page.get_by_role("heading", name="Prêt").wait_for()


# ── Where it listens ─────────────────────────────────────────────────────────────────────────────────────────────────


def listeners(port: int) -> list[str]:
    """The addresses of this machine where somebody listens on a port, as the kernel knows them."""
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text("ascii").splitlines()[1:]:
            _, local, _, state = line.split()[:4]
            address, _, number = local.partition(":")
            if state == "0A" and int(number, 16) == port:
                found.append(address)
    return found


def test_it_listens_on_this_machine_only(tmp_path: Path):
    """The one socket that listens is 127.0.0.1’s, whatever a settings file or the environment asks for."""
    with Serving(script=script(tmp_path), environment={"STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}) as serving:  # noqa: S104
        serving.enter()
        assert listeners(serving.port) == ["0100007F"]


def test_nobody_else_can_wait_on_the_same_port_of_the_other_loopback():
    """The browser may try ::1 first: that address is held, and answers nobody."""
    with server.listening(0) as listener:
        port = listener.getsockname()[1]
        for address in ("::1", "::"):
            with socket.socket(socket.AF_INET6) as other:
                other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                with pytest.raises(OSError, match="in use"):
                    other.bind((address, port))
        with socket.socket(socket.AF_INET6) as visitor, pytest.raises(ConnectionRefusedError):
            visitor.connect(("::1", port))


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_port_that_is_taken_is_refused_in_french(family: socket.AddressFamily):
    """A port in use on either loopback is not shared: the agent is told, and no token was given to anybody."""
    with socket.socket(family) as other:
        other.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(server.EditorPortTaken, match=f"Le port {port} est déjà pris"), server.listening(port):
            pass


def test_small_answers_are_not_held_back():
    """Connections are accepted with TCP_NODELAY, or each of a hundred files would wait 40 ms."""
    with server.listening(0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_the_host_is_another_each_time():
    """The name in the address is drawn at random, so that no other server of this machine is sent our cookie."""
    names = {server.host_name() for _ in range(20)}
    assert len(names) == 20
    assert all(re.fullmatch(r"livret-[0-9a-f]{8}\.localhost", name) for name in names)


def test_where_names_in_localhost_are_unknown_the_address_is_a_number(monkeypatch: pytest.MonkeyPatch):
    """Safari asks the system for such a name; when the system does not know it, 127.0.0.1 must do."""

    def unknown(*_: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert server.host_name() == "127.0.0.1"


# ── What it heeds ────────────────────────────────────────────────────────────────────────────────────────────────────

HOSTILE = """
[server]
address = "0.0.0.0"
port = 1
enableCORS = false
enableXsrfProtection = false
allowedHosts = ["*"]
enableStaticServing = true
enableAgentApi = true
headless = false
[browser]
gatherUsageStats = true
serverAddress = "evil.example"
[client]
showErrorDetails = "full"
toolbarMode = "developer"
[theme]
base = "https://evil.example/theme.toml"
primaryColor = "#ff0000"
[logger]
level = "debug"
"""
REPORT = """
import os
from editor import settings
real = server._streamlit
def made(host):
    built = real(host)
    from streamlit import config
    options = config.get_config_options()
    wanted = settings.settings(host)
    print("LEFT", [name for name in os.environ if name.startswith("STREAMLIT_") or name == "STOLEN"], flush=True)
    print("WEAK", [name for name, value in wanted.items() if options[name].value != value], flush=True)
    print("FROM", {option.where_defined for option in options.values()}, flush=True)
    print("BASE", options["theme.base"].value, flush=True)
    return built
server._streamlit = made
"""


def test_the_users_settings_and_environment_are_powerless(tmp_path: Path):
    """Neither a settings file at home or in the current folder, nor variables, nor a secrets file change anything."""
    for folder in (tmp_path / "home" / ".streamlit", tmp_path / ".streamlit"):
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text(HOSTILE, "utf-8")
        (folder / "secrets.toml").write_text('STOLEN = "1"\n', "utf-8")
    variables = {
        "STREAMLIT_SERVER_ADDRESS": "0.0.0.0",  # noqa: S104
        "STREAMLIT_SERVER_ENABLE_CORS": "false",
        "STREAMLIT_SERVER_COOKIE_SECRET": "known",
        "STREAMLIT_CLIENT_SHOW_ERROR_DETAILS": "full",
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "true",
    }
    with Serving(
        script=script(tmp_path), home=tmp_path / "home", folder=tmp_path, environment=variables, before=REPORT
    ) as serving:
        cookie = serving.enter()
        assert serving.ask("/", cookie=cookie).status == HTTPStatus.OK
        assert serving.ask("/_stcore/health", cookie=cookie).status == HTTPStatus.OK
        assert listeners(serving.port) == ["0100007F"]
        assert "secret" not in serving.ask("/app/static/secrets.toml", cookie=cookie).text
    lines = serving.said.splitlines()
    assert "LEFT []" in lines
    assert "WEAK []" in lines
    assert "BASE None" in lines
    assert [line for line in lines if line.startswith("FROM") and "toml" in line] == []


def test_every_setting_exists_in_this_streamlit():
    """Each setting and each colour is one that Streamlit knows: a misspelt one would silently do nothing."""
    from streamlit import config  # noqa: PLC0415 - slow

    known = set(config._config_options_template)
    assert set(settings.settings("livret-x.localhost:1")) - known == set()


def test_what_fails_in_a_screen_is_told_without_its_content(tmp_path: Path, page: Page):
    """A bug shows a French sentence in the page and nothing on the terminal: a traceback may quote what was typed."""
    broken = script(tmp_path, "raise ValueError('NIR 1 85 05 78 006 084 36')")
    with Serving(script=broken) as serving:
        page.goto(serving.address)
        page.get_by_text("Une erreur imprévue s’est produite (ValueError)").wait_for()
        assert "85 05" not in page.content()
    assert serving.said == "Livret est prêt. Ouvrez cette adresse dans votre navigateur (elle ne sert qu’une fois) :\n"


def test_what_a_screen_refuses_is_told_in_its_own_sentence(tmp_path: Path, page: Page):
    """A click on a livret that was locked meanwhile from another tab shows what to do, not a bug."""
    locked = script(tmp_path, "from editor.workshop import Locked; raise Locked")
    with Serving(script=locked) as serving:
        page.goto(serving.address)
        page.get_by_text("Le livret est verrouillé : ouvrez-le de nouveau").wait_for()


# ── How it ends ──────────────────────────────────────────────────────────────────────────────────────────────────────


def lock_is_free(path: Path) -> bool:
    """Whether somebody could write to an archive now."""
    try:
        with Archive.open(path, PASSWORD):
            return True
    except ArchiveBusy:
        return False


UNLOCKED = f"from editor.workshop import workshop; workshop.unlock(path, {PASSWORD!r})"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_cleanly(archive: Path, number: signal.Signals):
    """Ctrl+C, the end of the session, a closed terminal: exit code 0, the file free, not a word of complaint."""
    with Serving(archive, before=UNLOCKED) as serving:
        serving.enter()
        assert not lock_is_free(archive)
        assert serving.stop(number) == 0
    assert lock_is_free(archive)
    assert [path.name for path in archive.parent.iterdir() if "verrou-par" in path.name] == []
    assert serving.said.count("\n") == 1


def test_a_signal_ends_it_under_an_open_tab(archive: Path, page: Page):
    """A tab that is still connected does not keep the process from ending, and is told in French."""
    with Serving(archive, script=script(archive.parent)) as serving:
        ready(page, serving.address)
        assert serving.stop() == 0
        page.get_by_text("Livret est arrêté").wait_for()
    assert lock_is_free(archive)
    assert serving.said.count("\n") == 1


def test_a_signal_while_it_starts_ends_it_too(archive: Path):
    """Whoever changes their mind at once is not kept waiting."""
    with Serving(archive) as serving:
        assert serving.stop(signal.SIGINT) == 0


def test_without_a_tab_it_stops_by_itself(archive: Path, page: Page):
    """When the last tab is gone for long enough, the process ends and the file is free; not while one is there."""
    impatient = ["from editor import server", "server.Editor.running._idle_stop = 1"]
    with Serving(archive, script=script(archive.parent, *impatient)) as serving:
        ready(page, serving.address)
        page.wait_for_timeout(3000)
        assert serving.process.poll() is None
        page.goto("about:blank")
        assert serving.wait() == 0
    assert lock_is_free(archive)


def test_nobody_coming_is_a_reason_to_stop(archive: Path):
    """A launch that no browser follows does not linger."""
    with Serving(archive, idle_stop=1) as serving:
        assert serving.wait() == 0


def test_the_archive_is_let_go_soon_after_the_last_tab(archive: Path, page: Page):
    """Long before the process stops, the file is free again: whoever comes back finds no « déjà ouvert »."""
    impatient = ["from editor import server", "server.LOCK_AFTER = 1"]
    with Serving(archive, script=script(archive.parent, *impatient)) as serving:
        ready(page, serving.address)
        assert not lock_is_free(archive)
        page.goto("about:blank")
        until(lambda: lock_is_free(archive))
        assert serving.process.poll() is None


def test_what_could_not_be_written_is_offered_again_before_all_is_forgotten(monkeypatch: pytest.MonkeyPatch):
    """A change that the disk refused is not thrown away for want of a tab, and is tried once more at the very end."""

    class Refused:
        failure, done = "Le disque est plein.", ""

        def retry(self) -> None:
            self.done += "retry "

        def lock(self) -> None:
            self.done += "lock "

    workshop = Refused()
    monkeypatch.setattr(server, "_workshop", lambda: workshop)
    monkeypatch.setitem(sys.modules, "editor.workshop", sys)
    server._lock(at_all_costs=False)
    assert workshop.done == "retry "
    server._lock()
    assert workshop.done == "retry retry lock "
    workshop.failure, workshop.done = "", ""
    server._lock(at_all_costs=False)
    assert workshop.done == "lock "


def until(true: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_quitting_from_a_screen_shows_a_good_bye(archive: Path, page: Page):
    """The button of a screen ends the process, and leaves a page that says everything is saved."""
    leaving = [
        "from editor import server",
        "if st.button('Quitter', on_click=server.stop):",
        "    st.container(key='closed').caption('À bientôt')",
    ]
    with Serving(archive, script=script(archive.parent, *leaving)) as serving:
        ready(page, serving.address)
        page.get_by_role("button", name="Quitter").click()
        page.get_by_role("heading", name="Le livret est fermé").wait_for()
        assert serving.wait() == 0
        assert "Tout est enregistré" in page.content()
    assert lock_is_free(archive)


def test_a_killed_editor_leaves_no_lock(archive: Path, page: Page):
    """The lock falls with the process, whatever kills it."""
    with Serving(archive, script=script(archive.parent)) as serving:
        ready(page, serving.address)
        serving.kill()
    assert lock_is_free(archive)


def test_a_second_editor_says_who_has_the_file(archive: Path, page: Page):
    """Two starts on one file: the second names the user, the machine and the process that hold it."""
    second = script(archive.parent)
    telling = archive.parent / "telling.py"
    telling.write_text(
        "import streamlit as st\nfrom data.errors import ArchiveBusy\nfrom editor.workshop import workshop\n"
        f"try:\n    workshop.unlock(workshop.path, {PASSWORD!r})\n"
        "except ArchiveBusy as error:\n    st.write(str(error))\n"
        "st.title('Prêt')\n",
        "utf-8",
    )
    with Serving(archive, script=second) as first:
        ready(page, first.address)
        with Serving(archive, script=telling) as other:
            ready(page, other.address)
            said = page.get_by_text("est déjà ouvert par").inner_text()
            assert f"(processus {first.process.pid}, depuis " in said


# ── In a browser ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_leaves_and_nothing_complains(archive: Path, page: Page):
    """A real browser asks this host only, and its console stays silent: no policy is broken, nothing is missing."""
    outside: list[str] = []
    said: list[str] = []
    with Serving(archive, script=script(archive.parent, "st.text_input('Nom')", "st.dataframe({'a': [1]})")) as serving:
        page.on("request", lambda request: outside.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        ready(page, serving.address)
        page.get_by_test_id("stDataFrame").wait_for()
        page.evaluate("document.fonts.ready.then(() => true)")
        loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
        here = (serving.base, f"ws://{serving.host}", "data:", "blob:")
        assert [url for url in outside if not url.startswith(here)] == []
        assert said == []
        assert {"Newsreader", "Instrument Sans"} <= {family.strip('"') for family in loaded}
        assert page.evaluate("document.documentElement.lang") == "fr"
        assert page.evaluate("navigator.language") == "fr-FR"
        assert "#" not in page.url


def test_another_local_server_is_not_sent_the_cookie(archive: Path, page: Page):
    """The browser that holds our cookie visits another server of this machine: it gets none."""
    seen: list[str | None] = []

    class Spy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers["Cookie"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Spy) as spy, Serving(archive, script=script(archive.parent)) as serving:
        threading.Thread(target=spy.serve_forever, daemon=True).start()
        ready(page, serving.address)
        for host in ("127.0.0.1", "localhost", "livret-00000000.localhost"):
            page.goto(f"http://{host}:{spy.server_address[1]}/")
        assert [cookie["name"] for cookie in page.context.cookies()] != []
        spy.shutdown()
    assert seen
    assert set(seen) == {None}


def test_another_browser_gets_nothing(archive: Path, page: Page, browser: Browser):
    """A browser that was not given the token sees a closed door, at the used address too."""
    with Serving(archive, script=script(archive.parent)) as serving, browser.new_context() as other:
        ready(page, serving.address)
        stranger = other.new_page()
        for path in ("/", "/piece/p1", "/apercu/index.html"):
            stranger.goto(serving.base + path)
            stranger.get_by_role("heading", name="Cette page est fermée").wait_for()
        stranger.goto(serving.address)
        stranger.get_by_role("heading", name="Ce lien a déjà servi").wait_for()


ENGLISH_OF_STREAMLIT = """
import pandas as pd
st.data_editor(pd.DataFrame({"Choix": ["Open"]}), num_rows="dynamic", key="g")
st.file_uploader("Fichier")
st.selectbox("Liste", ["Close", "Dark"], index=None, accept_new_options=True)
st.multiselect("Plusieurs", ["Delete", "Open"], default=["Open"])
st.text_input("Texte", placeholder="Search")
st.write("Open")
"""


def test_streamlits_own_words_are_french_and_the_agents_are_untouched(archive: Path, page: Page):
    """What Streamlit says is in French; the same English words, when they are the agent’s, stay as they are."""
    with Serving(archive, script=script(archive.parent, ENGLISH_OF_STREAMLIT)) as serving:
        ready(page, serving.address)
        page.set_input_files("input[type=file]", [{"name": "Open", "mimeType": "text/plain", "buffer": b"x"}])
        page.get_by_test_id("stFileChipName").wait_for()
        assert page.get_by_test_id("stFileChipName").inner_text() == "Open"
        page.get_by_role("button", name="Ajouter une ligne").wait_for(state="attached")
        assert page.get_by_test_id("stMarkdownContainer").get_by_text("Open", exact=True).count() == 1
        page.locator("td", has_text="Open").wait_for(state="attached")
        assert page.get_by_test_id("stMultiSelectTagsContainer").get_by_text("Open", exact=True).count() == 1
        page.get_by_label("Texte").fill("Open")
        page.get_by_text("Entrée pour valider").wait_for()
        page.get_by_test_id("stSelectbox").locator("input").click()
        options = page.get_by_role("option")
        options.first.wait_for()
        assert options.all_inner_texts() == ["Close", "Dark"]
        page.keyboard.type("Zzz")
        page.get_by_role("option", name="Ajouter : Zzz").wait_for()
        page.keyboard.press("Escape")
        assert page.get_by_label("Texte").input_value() == "Open"


FRAMES = """
st.iframe("/piece/p1?voir", height=300)
st.iframe("/piece/p4?voir", height=100)
"""


def test_a_pdf_is_shown_in_its_frame(archive: Path, page: Page):
    """The browser's own viewer shows a PDF inside the editor's page, where Streamlit's sandbox would forbid it."""
    with Serving(archive, script=script(archive.parent, FRAMES)) as serving:
        ready(page, serving.address)
        until(lambda: page.wait_for_timeout(100) or any(f.url.startswith("chrome-extension:") for f in page.frames))
        page.frame_locator("iframe >> nth=1").get_by_text("été").wait_for()
        assert [frame.url for frame in page.frames if frame.url.startswith("chrome-error:")] == []


KEYS = """
def count(name):
    st.session_state[name] = st.session_state.get(name, 0) + 1
for name in ("undo", "redo"):
    with st.container(key=name):
        st.button(name, on_click=count, args=(f"n_{name}",))
st.text_input("Texte")
st.write(f"compte {st.session_state.get('n_undo', 0)} {st.session_state.get('n_redo', 0)}")
"""


def test_undo_and_redo_keys_belong_to_the_text_while_one_writes(archive: Path, page: Page):
    """Ctrl+Z takes the livret’s last change back, except in a field, where it takes back what was typed."""
    with Serving(archive, script=script(archive.parent, KEYS)) as serving:
        ready(page, serving.address)
        page.get_by_role("heading", name="Prêt").click()
        page.keyboard.press("Control+z")
        page.get_by_text("compte 1 0").wait_for()
        page.keyboard.press("Control+y")
        page.get_by_text("compte 1 1").wait_for()
        page.keyboard.press("Control+Shift+Z")
        page.get_by_text("compte 1 2").wait_for()
        field = page.get_by_label("Texte")
        field.click()
        page.keyboard.type("abc")
        page.keyboard.press("Control+z")
        page.wait_for_timeout(500)
        assert field.input_value() != "abc"
        page.get_by_text("compte 1 2").wait_for()


# ── What it serves beside the screens ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, str, Path]]:
    """An editor whose livret is open, the cookie of whoever opened it, and the file."""
    path = made(tmp_path_factory.mktemp("opened") / "mon.livret")
    with Serving(path, before=f"{UNLOCKED}; server.LOCK_AFTER = 999") as serving:
        yield serving, serving.enter(), path


def test_documents_are_downloaded_or_shown(opened: tuple[Serving, str, Path]):
    """A document comes under its own name; it is shown only on demand and only when it can run nothing."""
    serving, cookie, _ = opened
    for name, (_, media, content) in PIECES.items():
        for query, shown in (("", False), ("?voir", media != "text/html")):
            answer = serving.ask(f"/piece/{name}{query}", cookie=cookie)
            assert (answer.status, answer.body) == (HTTPStatus.OK, content)
            assert answer.headers["Content-Disposition"].startswith("inline" if shown else "attachment")
            kind = answer.headers["Content-Type"].partition(";")[0]
            assert kind == (media if shown else "application/octet-stream")
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "script-src" not in policy
            assert "sandbox" in policy or kind == "application/pdf"
    answer = serving.ask("/piece/p1", cookie=cookie)
    assert answer.headers["Content-Disposition"].endswith("filename*=UTF-8''Attestation%20d%E2%80%99%C3%A9t%C3%A9.pdf")
    for unknown in ("nope", "..%2Fp1", "p1%00"):
        assert serving.ask(f"/piece/{unknown}", cookie=cookie).status in ABSENT


def test_the_recovery_sheet(opened: tuple[Serving, str, Path]):
    """The sheet to print holds the key, as a page and as a PDF, and is stored nowhere."""
    serving, cookie, archive = opened
    with Archive.open(archive, PASSWORD, read_only=True) as read:
        key = read.recovery_key
    page = serving.ask("/fiche-de-secours.html", cookie=cookie)
    assert str(key) in re.sub(r"<[^>]+>|\s", "", page.text)
    assert page.headers["Cache-Control"] == "no-store"
    sheet = serving.ask("/fiche-de-secours.pdf", cookie=cookie)
    assert sheet.body.startswith(b"%PDF")
    assert sheet.headers["Cache-Control"] == "no-store"


def test_what_leaves_can_be_printed(opened: tuple[Serving, str, Path]):
    """« Ce qui sort » is a page of its own, kept nowhere, that runs nothing."""
    serving, cookie, _ = opened
    page = serving.ask("/ce-qui-sort/portfolio.html", cookie=cookie)
    assert "Ce qui sort" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text


def test_a_locked_livret_serves_nothing(archive: Path):
    """Before the password and after locking, documents, preview and sheet are a French sentence."""
    with Serving(archive) as serving:
        cookie = serving.enter()
        for path in (
            "/piece/p1",
            "/piece/p1?voir",
            "/apercu/x/index.html",
            "/fiche-de-secours.pdf",
            "/ce-qui-sort/x.html",
        ):
            answer = serving.ask(path, cookie=cookie)
            assert answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN)
            assert "verrouillé" in answer.text
            assert answer.headers["Cache-Control"] == "no-store"


def test_only_our_own_files_are_served(opened: tuple[Serving, str, Path]):
    """Scripts, icons and typefaces of the editor, nothing else of the disk."""
    serving, cookie, _ = opened
    for name, media in (
        ("interface.js", "text/javascript"),
        ("icon.svg", "image/svg+xml"),
        ("newsreader.woff2", "font"),
    ):
        answer = serving.ask(f"/interface/{name}", cookie=cookie)
        assert answer.status == HTTPStatus.OK
        assert answer.headers["Content-Type"].startswith(media)
    for name in (
        "x.js",
        "..%2Fserver.py",
        "OFL-newsreader.txt",
        "..%2F..%2Fparcours.css",
        "server.py",
        "interface.js%00",
    ):
        assert serving.ask(f"/interface/{name}", cookie=cookie).status in ABSENT, name


# ── The browser is led there ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_token_reaches_the_browser_through_a_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The browser is given a file that this user alone can read; it is gone once the browser has come."""
    monkeypatch.setenv("HOME", str(tmp_path))
    door = Door("livret-x.localhost:1")
    seen: list[Path] = []

    def opens(address: str) -> bool:
        assert door.address not in address
        file = Path(address.removeprefix("file://"))
        assert file.stat().st_mode & 0o077 == 0
        assert door.address in file.read_text("utf-8")
        assert not file.name.startswith(".")
        seen.append(file)
        assert door.exchange(door.address.partition("#")[2].encode())
        return True

    assert browsers.lead(door, opens)
    assert [file.exists() for file in seen] == [False]


def test_without_a_browser_the_address_is_told(tmp_path: Path):
    """Where no window can be opened, and when the browser fails to start, the agent is told where to go."""
    assert browsers.lead(Door("x:1"), lambda _: False) is False
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from editor import server; server.run(None, idle_stop=1)"
    quiet = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", start], env=quiet, cwd=tmp_path, capture_output=True, timeout=PATIENCE, check=True
    )
    assert done.stdout.decode().startswith("Livret est prêt. Ouvrez cette adresse dans votre navigateur")
    assert list(tmp_path.glob("*.html")) == []


def test_a_failed_start_has_a_page(monkeypatch: pytest.MonkeyPatch):
    """Whoever has no terminal reads in the browser why the editor did not start."""
    page = threshold.failure("Aucun livret <ici>.")
    assert "Livret n’a pas démarré" in page.body.decode()
    assert "Aucun livret &lt;ici&gt;." in page.body.decode()


# ── The icon ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("system", "name", "first"),
    [
        ("win32", "Livret.cmd", b"@chcp 65001"),
        ("darwin", "Livret.command", b"#!/bin/sh"),
        ("linux", "Livret.desktop", b"["),
    ],
)
def test_the_icon_of_each_system(tmp_path: Path, system: str, name: str, first: bytes):
    """One file, that may be started, written again over itself and never over somebody else’s."""
    file = shortcuts.write(tmp_path, system)
    assert file == tmp_path / name
    assert file.read_bytes().startswith(first)
    assert os.access(file, os.X_OK)
    assert shortcuts.write(tmp_path, system) == file
    file.write_text("mine", "utf-8")
    with pytest.raises(server.LivretError, match="un autre fichier porte déjà ce nom"):
        shortcuts.write(tmp_path, system)
    assert file.read_text("utf-8") == "mine"
    with pytest.raises(server.LivretError, match="ce dossier n’existe pas"):
        shortcuts.write(tmp_path / "nowhere", system)


AWKWARD = 'Zoé\'s $HOME `x` 100% \\ "é"'


def test_the_icons_start_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """However awkward the path of the program, the icon starts that program and nothing else."""
    program = tmp_path / AWKWARD / "livret-editeur"
    program.parent.mkdir()
    note = tmp_path / "started"
    program.write_text(f'#!/bin/sh\nprintf "%s|" "$0" "$@" > "{note}.new"\nmv "{note}.new" "{note}"\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(shortcuts, "_command", lambda _: [str(program), "-c", shortcuts._CODE])
    for system in ("darwin", "linux"):
        file = shortcuts.write(tmp_path, system)
        if system == "darwin":
            subprocess.run([file], check=True)
        else:
            subprocess.run(launched(file.read_text("utf-8")), check=True)
        until(note.exists)
        assert note.read_text("utf-8") == f"{program}|-c|{shortcuts._CODE}|"
        note.unlink()
    windows = shortcuts.write(tmp_path, "win32").read_bytes().decode()
    assert all(line.endswith("\r\n") for line in windows.splitlines(keepends=True))
    assert "100%% " in windows


def launched(entry: str) -> list[str]:
    """What a desktop runs for an entry, as the specification of desktop entries has it."""
    (line,) = re.findall(r"^Exec=(.*)$", entry, re.MULTILINE)
    value = re.sub(r"\\(.)", lambda found: {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}[found[1]], line)
    words = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', value)
    plain = [re.sub(r"\\(.)", r"\1", quoted) if quoted else bare for quoted, bare in words]
    return [word.replace("%%", "%") for word in plain if word != "%f"]


def test_the_icon_starts_what_is_installed():
    """The program of the icon is this installation’s own, with or without its windowless command."""
    (first, *rest) = shortcuts._command("linux")
    assert Path(first).parent == Path(sys.executable).parent
    assert rest in ([], ["-c", shortcuts._CODE])
