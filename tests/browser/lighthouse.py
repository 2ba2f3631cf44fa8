"""Lighthouse on a page of a folder: ``python tests/browser/lighthouse.py FOLDER [PAGE…]`` prints scores and faults."""

from __future__ import annotations

import argparse
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.browser.pages import ARGUMENTS, CHROMIUM, npm_file  # noqa: E402 - the checkout must be found first

CATEGORIES = ("accessibility", "best-practices")
COMMAND = npm_file("lighthouse/cli/index.js")
_DOCUMENT = re.compile(r'(href="data:[\w/+.-]+;base64,)[\w+/=]{100,}')
PATIENCE = 240  # seconds for one page: a busy machine is slow, not wrong


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Lighthouse says of a page: a score out of 100 a category, and what cost points."""

    scores: dict[str, int]
    faults: list[str]


class _Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without a word, and answers for the icon that browsers ask of any host."""

    def do_GET(self) -> None:
        """Send a file; no page names an icon, so there is none, and that is no error."""
        if self.path != "/favicon.ico":
            super().do_GET()
            return
        self.send_response(HTTPStatus.NO_CONTENT)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name it has in the parent
        """Say nothing of each request."""


def lightened(page: Path, folder: Path) -> Path:
    """A copy of a single page in another folder, without the megabytes of documents inside: they stop Lighthouse."""
    copy = folder / page.name
    copy.write_text(_DOCUMENT.sub(r"\1AAAA", page.read_text("utf-8")), "utf-8")
    return copy


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder on a server of this machine: Lighthouse opens no file."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def judge(node: str, address: str) -> Verdict:
    """Run Lighthouse on a page that is served.

    Raises:
        subprocess.CalledProcessError: when it could not run.
    """
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), "")
    words = (
        node, str(COMMAND), address, f"--only-categories={','.join(CATEGORIES)}", "--output=json",
        "--output-path=stdout", "--quiet", "--no-enable-error-reporting",
        f"--chrome-flags=--headless {' '.join(ARGUMENTS)}",
    )  # fmt: skip
    done = subprocess.run(
        words,
        check=True, capture_output=True, encoding="utf-8", timeout=PATIENCE,
        env={**os.environ, "CHROME_PATH": chromium},
    )  # fmt: skip
    report = json.loads(done.stdout)
    kinds = report["categories"].values()
    weighed = {ref["id"] for kind in kinds for ref in kind["auditRefs"] if ref["weight"]}
    faults = [
        f"{name}: {audit['title']}"
        for name, audit in report["audits"].items()
        if name in weighed and audit["score"] is not None and audit["score"] < 1
    ]
    return Verdict({kind["id"]: round(100 * (kind["score"] or 0)) for kind in kinds}, faults)


def main() -> None:
    """Judge the pages of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("page", nargs="*", default=["index.html"])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "site"
        shutil.copytree(given.folder, folder)
        for page in given.page:
            lightened(given.folder / page, folder)
        with served(folder) as address:
            for page in given.page:
                verdict = judge(shutil.which("node") or "node", f"{address}/{page}")
                print(page, verdict.scores, *verdict.faults, sep="\n  ", flush=True)


if __name__ == "__main__":
    main()
