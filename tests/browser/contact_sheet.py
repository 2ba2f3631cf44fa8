"""Photograph every page of every theme, to be looked at: ``python tests/browser/contact_sheet.py FOLDER [THEME…]``.

Each page on a screen and on a phone, in the light and in the dark, and the sheets it prints; one ``index.html`` shows
them side by side.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from data import demo  # noqa: E402 - the checkout must be found first
from tests.browser.pages import PAGES, build, chromium, opened, themes  # noqa: E402

LOOKS = {
    "screen": (1440, 900, False),
    "screen-dark": (1440, 900, True),
    "phone": (390, 844, False),
    "phone-dark": (390, 844, True),
}


def main() -> None:
    """Build, open, photograph, list."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("theme", nargs="*", help="only these themes")
    given = parser.parse_args()
    out = given.folder.absolute()
    out.mkdir(parents=True, exist_ok=True)
    livret, documents = demo.build()
    with tempfile.TemporaryDirectory() as home, chromium() as browser:
        for theme in given.theme or themes():
            folder = Path(home) / theme
            build(theme, folder, livret, documents)
            for name in PAGES:
                stem = f"{theme}-{Path(name).stem}"
                for look, (width, height, dark) in LOOKS.items():
                    with opened(browser, folder / name, width=width, height=height, dark=dark) as (page, _):
                        page.screenshot(path=out / f"{stem}-{look}.png", full_page=True)
                        page.screenshot(path=out / f"{stem}-{look}-first.png")
                with opened(browser, folder / name) as (page, _):
                    page.pdf(path=out / f"{stem}.pdf", prefer_css_page_size=True)
                if shutil.which("pdftoppm"):
                    words = ("pdftoppm", "-png", "-r", "60", out / f"{stem}.pdf", out / f"{stem}-print")
                    subprocess.run(words, check=True)
                print(stem, flush=True)
    pictures = sorted(path.name for path in out.glob("*.png") if not path.name.endswith("-first.png"))
    figures = "".join(
        f'<figure><img src="{escape(name)}" alt=""><figcaption>{escape(name)}</figcaption></figure>'
        for name in pictures
    )
    style = "body{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0}img{height:40rem;border:1px solid}"
    (out / "index.html").write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{figures}", "utf-8")


if __name__ == "__main__":
    main()
