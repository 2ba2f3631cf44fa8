"""Where a site is written: all or nothing, and never over somebody's own files."""

from __future__ import annotations

import errno
import os
import re
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from data import demo
from data.errors import BuildError, OutputError
from site_builder.build import Site
from site_builder.outputs import folder, single_page
from site_builder.publish import publish
from tests.site_builder.support import JOUR, html_page, site_of

SITE = site_of(index_html=html_page("<h1>Un</h1>"), assets__base_css="p{}", documents__01_pdf=b"%PDF" * 1000)
OTHER = site_of(index_html=html_page("<h1>Deux</h1>"), autre_html=html_page("<h1>Autre</h1>"))


def files_in(home: Path) -> dict[str, bytes]:
    return {p.relative_to(home).as_posix(): p.read_bytes() for p in sorted(home.rglob("*")) if p.is_file()}


def written(home: Path) -> dict[str, bytes]:
    return {name: content for name, content in files_in(home).items() if name != folder.MARK}


def test_a_folder_holds_the_site_and_nothing_else(tmp_path):
    """Every file of the site is written, and no working folder is left beside it."""
    first = folder.write(SITE, tmp_path / "deep" / "er" / "portfolio")
    assert first == tmp_path / "deep" / "er" / "portfolio" / "index.html"
    assert written(first.parent) == dict(SITE.files)
    assert [p.name for p in first.parent.parent.iterdir()] == ["portfolio"]


def test_a_new_site_replaces_the_old_one_whole(tmp_path):
    """A page that is no longer published is no longer there."""
    folder.write(SITE, tmp_path / "p")
    folder.write(OTHER, tmp_path / "p")
    assert written(tmp_path / "p") == dict(OTHER.files)
    assert [p.name for p in tmp_path.iterdir()] == ["p"]


def test_an_empty_folder_is_taken(tmp_path):
    """A folder made beforehand, empty, is used."""
    (tmp_path / "p").mkdir()
    folder.write(SITE, tmp_path / "p")
    assert written(tmp_path / "p") == dict(SITE.files)


def test_somebodys_files_are_never_replaced(tmp_path):
    """A folder with a single foreign file is refused, and stays as it was."""
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "these.odt").write_bytes(b"mine")
    with pytest.raises(OutputError, match="qui ne viennent pas de Livret"):
        folder.write(SITE, tmp_path / "p")
    assert files_in(tmp_path) == {"p/these.odt": b"mine"}


def test_a_file_and_a_link_are_refused(tmp_path):
    """Neither a file nor a symbolic link, alive or dead, is replaced by a folder."""
    (tmp_path / "file").write_bytes(b"mine")
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "dead").symlink_to(tmp_path / "nowhere")
    for name in ("file", "link", "dead"):
        with pytest.raises(OutputError, match="ce n’est pas un dossier ordinaire"):
            folder.write(SITE, tmp_path / name)
    assert files_in(tmp_path) == {"file": b"mine"}


def test_a_parent_that_is_a_file_is_told(tmp_path):
    """A path that goes through a file is refused with a sentence."""
    (tmp_path / "file").write_bytes(b"mine")
    for write in (folder.write, single_page.write):
        with pytest.raises(OutputError, match="Rien n’a été écrit"):
            write(SITE, tmp_path / "file" / "p")


def fail_at(monkeypatch: pytest.MonkeyPatch, count: int, code: int, home: Path) -> None:
    """Let the nth write below ``home`` fail as a disk does, after half of it is written."""
    real, seen = Path.write_bytes, []

    def write_bytes(self: Path, data: bytes) -> int:
        if self.is_relative_to(home):
            seen.append(self)
        if len(seen) == count:
            real(self, data[: len(data) // 2])
            raise OSError(code, os.strerror(code), str(self))
        return real(self, data)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)


@pytest.mark.parametrize("count", range(1, len(SITE.files) + 1))
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_a_failure_at_any_file_leaves_the_old_site(tmp_path, monkeypatch, count, code):
    """Wherever the disk refuses, the site of before stands whole, with nothing left behind."""
    folder.write(OTHER, tmp_path / "p")
    before = files_in(tmp_path)
    fail_at(monkeypatch, count, code, tmp_path)
    with pytest.raises(OutputError, match=r"Rien n’a été écrit dans .* Ce qui s’y trouvait est intact") as told:
        folder.write(SITE, tmp_path / "p")
    assert told.value.exit_code == 6
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("count", [1, 2])
def test_a_failure_of_the_exchange_brings_the_old_site_back(tmp_path, monkeypatch, count):
    """Should either rename fail, the old site is where it was."""
    folder.write(OTHER, tmp_path / "p")
    before, real, seen = files_in(tmp_path), os.rename, []

    def rename(source: object, target: object) -> None:
        seen.append(source)
        if len(seen) == count:
            raise OSError(errno.EBUSY, "busy")
        real(source, target)

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(OutputError, match="utilisé par un autre programme"):
        folder.write(SITE, tmp_path / "p")
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("write", [folder.write, single_page.write], ids=["folder", "single"])
def test_a_full_disk_leaves_the_old_output(tmp_path, write):
    """With no room for a file, a child process says so and the old output stands (a size limit plays the disk)."""
    target = tmp_path / "sortie"
    write(OTHER, target)
    before = files_in(tmp_path)
    code = (
        "import sys; from pathlib import Path; from data.errors import OutputError\n"
        "from site_builder.outputs import folder, single_page; from site_builder.build import Site\n"
        "site = Site({'index.html': b'<head></head>' + b'x' * 50000})\n"
        f"try: {write.__module__.rsplit('.', 1)[1]}.write(site, Path(sys.argv[1]))\n"
        "except OutputError as error: print(error); sys.exit(6)\n"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, str(target)], cwd=Path(__file__).parents[2], capture_output=True, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)), check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, "le fichier serait trop gros" in done.stdout) == (6, True), done.stderr
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("write", ["folder", "single_page"])
def test_a_folder_without_the_right_to_write_is_told(tmp_path, write):
    """Where the agent may not write, a sentence says so and nothing is changed (root first becomes somebody)."""
    code = (
        "import os, sys; from pathlib import Path; from data.errors import OutputError\n"
        "from site_builder.outputs import folder, single_page; from site_builder.build import Site\n"
        "site, target = Site({'index.html': b'<head></head>'}), Path(sys.argv[1])\n"
        "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        f"try: {write}.write(site, target)\n"
        "except OutputError as error: print(error); sys.exit(6)\n"
    )
    (tmp_path / "closed").mkdir(mode=0o555)
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, str(tmp_path / "closed" / "sortie")], cwd=Path(__file__).parents[2],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 6, done.stderr
    assert "vous n’avez pas le droit d’écrire" in done.stdout
    assert list((tmp_path / "closed").iterdir()) == []


def test_leftovers_of_a_crash_do_not_stand_in_the_way(tmp_path):
    """A working folder left by a power cut is neither used nor taken for the site."""
    (tmp_path / ".p.deadbeef.tmp").mkdir()
    (tmp_path / ".p.deadbeef.tmp" / "index.html").write_bytes(b"half")
    (tmp_path / ".p.deadbeef.old").mkdir()
    folder.write(SITE, tmp_path / "p")
    assert written(tmp_path / "p") == dict(SITE.files)


def test_two_builds_at_once_leave_one_whole_site(tmp_path):
    """Two programs that publish to the same folder at the same time never mix their pages."""
    folder.write(SITE, tmp_path / "p")
    told: list[BaseException] = []

    def publish_again(site: Site) -> None:
        for _ in range(15):
            try:
                folder.write(site, tmp_path / "p")
            except OutputError as error:
                told.append(error)

    threads = [threading.Thread(target=publish_again, args=(site,)) for site in (SITE, OTHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert written(tmp_path / "p") in (dict(SITE.files), dict(OTHER.files))
    assert len(told) < 30


def test_the_single_page_replaces_the_one_before(tmp_path):
    """One file, nothing beside it, replaced in one go."""
    for site in (SITE, OTHER):
        path = single_page.write(site, tmp_path / "deep" / "portfolio.html")
        assert path.read_bytes() == single_page.inline(site)
    assert [p.name for p in path.parent.iterdir()] == ["portfolio.html"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_failure_leaves_the_old_single_page(tmp_path, monkeypatch, code):
    """A full disk leaves the page of before, whole."""
    path = single_page.write(SITE, tmp_path / "portfolio.html")
    before = files_in(tmp_path)
    fail_at(monkeypatch, 1, code, tmp_path)
    with pytest.raises(OutputError, match=r"plein|quota"):
        single_page.write(OTHER, path)
    assert files_in(tmp_path) == before


def test_the_single_page_asks_for_nothing_outside_itself():
    """Styles, fonts, images and documents are inside the page: it names no other file and no other machine."""
    book = demo.livret()
    wish = book.publications[0].with_(documents=())
    for theme in ("base", ""):
        site = publish(book, lambda _: b"", wish, jour=JOUR, theme=theme, unique=True).site
        page = single_page.inline(site).decode()
        assert re.findall(r'(?:src|href)="(?!#|data:|https?:|mailto:|tel:)[^"]*"', page) == []
        assert re.findall(r'<(?:img|link|script|source|iframe)[^>]+(?:src|href)="(?!data:)[^"]*"', page) == []
        assert re.findall(r"url\((?!\"?(?:data:|#))[^)]*\)", page) == []
        assert "@import" not in page
        assert len(page) < 3_000_000


def test_a_sheet_in_a_folder_finds_its_fonts():
    """A style sheet names its fonts and images from where it stands, with or without a suffix."""
    sheet = "@font-face{src:url('../fonts/a.woff2?v=1#x')} p{background:url(b.png)} q{fill:url(#g)} r{x:url(data:,)}"
    site = site_of(
        index_html='<head><link rel="stylesheet" href="assets/css/s.css"></head><img src="assets/b.png">',
        assets__css__s_css=sheet,
        assets__fonts__a_woff2=b"font",
        assets__css__b_png=b"in",
        assets__b_png=b"out",
    )
    page = single_page.inline(site).decode()
    assert 'src:url("data:font/woff2;base64,Zm9udA==")' in page
    assert 'background:url("data:image/png;base64,aW4=")' in page
    assert '<img src="data:image/png;base64,b3V0">' in page
    assert "url(#g)" in page
    assert "url(data:,)" in page


@pytest.mark.parametrize(
    "page",
    [
        '<img src="assets/absent.png">',
        '<link rel="stylesheet" href="assets/absent.css">',
        '<link rel="stylesheet" href="assets/s.css">',
    ],
)
def test_a_missing_file_is_told(page):
    """A theme that names a file it does not have is told, with the file's name."""
    site = site_of(index_html=f"<head></head>{page}", assets__s_css="p{background:url(absent.png)}")
    with pytest.raises(BuildError, match=r"assets/absent\.(png|css)"):
        single_page.inline(site)


def test_a_page_of_somebody_else_is_not_replaced(tmp_path):
    """A single page takes the place of an earlier one of ours, never of a page that is not."""
    site = Site({"index.html": b"<html><head></head></html>"})
    path = single_page.write(site, tmp_path / "portfolio.html")
    assert single_page.write(site, path) == path
    foreign = tmp_path / "blog.html"
    foreign.write_text("<html><head></head>Mon blog</html>", encoding="utf-8")
    with pytest.raises(OutputError, match="ne vient pas de Livret"):
        single_page.write(site, foreign)
    assert "Mon blog" in foreign.read_text(encoding="utf-8")
