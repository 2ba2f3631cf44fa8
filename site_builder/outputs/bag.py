"""A BagIt bag (RFC 8493, version 1.0) in memory: files, and what proves that none is missing, added or changed.

Forty lines of ours rather than a package, for nothing here is written to a disk in clear. A bag proves that its
content is whole, not who made it: that is what the fingerprint on the hand-over sheet is for.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date

PAYLOAD = "data/"
MANIFEST, TAG_MANIFEST = "manifest-sha512.txt", "tagmanifest-sha512.txt"
_DECLARATION, _INFO = "bagit.txt", "bag-info.txt"
_DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def made(payload: Mapping[str, bytes], labels: Mapping[str, str], jour: date) -> dict[str, bytes]:
    """The files of a bag, in a fixed order: what describes it first, then the payload by name.

    Args:
        payload: its content; plain names with ``/``, nothing that BagIt would have to encode.
        labels: what else ``bag-info.txt`` says; an empty value is left out, lines are joined.
        jour: its date.
    """
    held = {f"{PAYLOAD}{name}": payload[name] for name in sorted(payload)}
    said = {
        **labels,
        "Bagging-Date": jour.isoformat(),
        "Payload-Oxum": f"{sum(map(len, held.values()))}.{len(held)}",
        "Bag-Software-Agent": "Livret",
    }
    lines = [f"{label}: {' '.join(value.split())}\n" for label, value in said.items() if value.strip()]
    tags = {_DECLARATION: _DECLARED, _INFO: "".join(lines).encode(), MANIFEST: _manifest(held)}
    return {**tags, TAG_MANIFEST: _manifest(tags), **held}


def content(bag: Mapping[str, bytes]) -> dict[str, bytes]:
    """The payload of a bag that ``made`` made, once everything that its manifests say is found true.

    Raises:
        ValueError: with a French clause that says what is wrong.
    """
    held = {name: data for name, data in bag.items() if name.startswith(PAYLOAD)}
    tags = {name: data for name, data in bag.items() if name not in held and name != TAG_MANIFEST}
    if tags.keys() != {_DECLARATION, _INFO, MANIFEST} or tags[_DECLARATION] != _DECLARED:
        raise ValueError("ce n’est pas un dossier BagIt entier")
    if bag.get(TAG_MANIFEST) != _manifest(tags):
        raise ValueError("sa liste d’empreintes n’est pas celle qui a été écrite")
    if tags[MANIFEST] != _manifest(held):
        raise ValueError("un de ses fichiers manque, est en trop ou a changé de nom ou de contenu")
    return {name.removeprefix(PAYLOAD): data for name, data in held.items()}


def _manifest(files: Mapping[str, bytes]) -> bytes:
    """A line for each file, by name; as ``sha512sum`` writes them, and so as it checks them."""
    names = sorted(files)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        digests = pool.map(lambda name: hashlib.sha512(files[name]).hexdigest(), names)
        return "".join(f"{digest}  {name}\n" for name, digest in zip(names, digests, strict=True)).encode()
