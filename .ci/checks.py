"""Pass every check: install what they need, run them one after the other, name those that failed.

    python3 .ci/checks.py                 # all of them
    python3 .ci/checks.py types tests     # only these

System tools (a browser, 7-Zip…) come from apt when they are missing and this process may install them;
without them the tests that need them are skipped with their reason, but never on a CI machine (``CI=true``).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from environment import ROOT, command, ready

CI = os.environ.get("CI") == "true"
CHECKERS = ROOT / "tests" / "browser"
TOOLS = (  # what for, the commands one of which must be there, the Debian package
    ("the pages in a browser", ("chromium", "chromium-browser", "google-chrome"), "chromium"),
    ("the protected page in Firefox", ("firefox-esr", "firefox"), "firefox-esr"),
    ("the archive in 7-Zip", ("7zz", "7z"), "7zip"),
    ("the printed pages", ("pdftoppm",), "poppler-utils"),
    ("the HTML checker", ("java",), "default-jre-headless"),
    ("the checkers from npm", ("npm",), "npm"),
)


def main(wanted: Sequence[str]) -> int:
    """Run the checks, all or those named; give the exit code."""
    checks: dict[str, Callable[[Path], bool]] = {
        "tools": lambda _: install_tools(),
        "npm": lambda _: install_checkers(),
        "lint": lambda python: run(command(python, "ruff"), "check"),
        "format": lambda python: run(command(python, "ruff"), "format", "--check"),
        "types": lambda python: run(command(python, "mypy")),
        "tests": lambda python: run(python, "-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal", "-rs"),
    }
    if unknown := set(wanted) - set(checks):
        print(f"No such check: {', '.join(sorted(unknown))}. There are: {', '.join(checks)}.")
        return 2
    began = time.monotonic()
    print("== environment", flush=True)
    python = ready("dev")
    print(f"   {python}, {time.monotonic() - began:.0f} s")
    failed = []
    for name in wanted or checks:
        print(f"\n== {name}", flush=True)
        start = time.monotonic()
        good = checks[name](python)
        print(f"   {name}: {'passed' if good else 'FAILED'}, {time.monotonic() - start:.0f} s", flush=True)
        if not good:
            failed.append(name)
    total = f"{time.monotonic() - began:.0f} s"
    print(f"\nFAILED: {', '.join(failed)} ({total})" if failed else f"\nEvery check passed ({total})")
    return 1 if failed else 0


def run(*words: str | Path) -> bool:
    """Run a command at the top of the checkout, its output shown as it comes; whether it succeeded."""
    return subprocess.run(words, check=False, cwd=ROOT, stdin=subprocess.DEVNULL).returncode == 0


def install_tools() -> bool:
    """The system tools: there, or installed, or named with what goes unchecked without them."""
    if (missing := _missing()) and (apt := _apt()):
        run(*apt, "update", "-qq")
        run(*apt, "install", "-y", "-qq", "--no-install-recommends", *(package for _, package in missing))
        missing = _missing()
    for purpose, package in missing:
        print(f"Not installed: {package}; {purpose}: not checked.")
    return not (missing and CI)


def _missing() -> list[tuple[str, str]]:
    return [(purpose, package) for purpose, names, package in TOOLS if not any(map(shutil.which, names))]


def _apt() -> list[str]:
    """How to call apt without asking anybody anything; empty when that cannot be."""
    if not shutil.which("apt-get"):
        return []
    prefix = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if os.geteuid() == 0:
        return prefix
    return ["sudo", "-n", *prefix] if shutil.which("sudo") and run("sudo", "-n", "true") else []


def install_checkers() -> bool:
    """The accessibility and HTML checkers, of the exact versions ``tests/browser/package.json`` names."""
    wanted = json.loads((CHECKERS / "package.json").read_text("utf-8"))["devDependencies"]
    if all(_installed(name) == version for name, version in wanted.items()):
        return True
    if npm := shutil.which("npm"):
        options = ("--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        return run(npm, "install", "--prefix", CHECKERS, *options)
    print("Not installed: npm; accessibility and HTML: not checked.")
    return not CI


def _installed(name: str) -> str:
    try:
        return json.loads((CHECKERS / "node_modules" / name / "package.json").read_text("utf-8"))["version"]
    except OSError:
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
