"""A single page under a passphrase: one HTML file that a browser decrypts by itself, offline, for each recipient.

``passphrase → PBKDF2 → wrapping key → content key → the page``: the page is encrypted once, under a random content key,
and that key is wrapped once a recipient. What is written, in three blocks of data after the script that reads them:

- ``header``: a line of JSON in clear: version, functions, rounds, salt, nonce, sizes; authenticated with all the rest;
- ``keys``: the wrapped keys, in an order drawn by chance, each authenticated with the header;
- ``content``: the page, compressed then encrypted, authenticated with the header and the keys;
- ``digest``: a SHA-256 of the three, no secret: it tells a damaged file from a wrong passphrase, before any is typed.

A reader needs ``page.js`` alone; ``unprotect`` is the same in Python. Nothing of the page, of its author or of its
recipients stands in clear; its size and the number of recipients do.
"""

from __future__ import annotations

import gzip
import json
import re
import secrets
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from string import Template
from typing import Any, Self

from data.errors import BuildError
from data.french import NBSP
from data.passwords import strength
from site_builder.render import MARK

VERSION = 1
ROUNDS = 1_000_000
MOST_ROUNDS = 10_000_000  # what a hostile page may make a reader spend: ten times ours
MOST_RECIPIENTS = 20

_HOME = Path(__file__).parent / "protected"
_KDF, _CIPHER = "PBKDF2-HMAC-SHA-256", "AES-256-GCM"
_SALT, _NONCE, _KEY, _TAG = 16, 12, 32, 16
_BLOCKS = ("header", "keys", "content", "digest")
_SCRIPT_HASH = re.compile(r"'sha256-[A-Za-z0-9+/]{43}='")
# What the frame is allowed: documents and links; for a page with a script of its own, running it and warning before an
# unsaved text is lost. Never ``allow-same-origin``.
_READING, _WRITING = "allow-downloads allow-popups allow-popups-to-escape-sandbox", "allow-scripts allow-modals"
# What is a space between two words and what is no sign at all, in page.js too; neither language's \s is the other's.
_SPACES = re.compile(r"[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_INVISIBLE = re.compile(r"[\xad\u200b\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What is encrypted, and all it takes to open it with a passphrase."""

    header: str
    wrapped: str
    content: bytes

    @property
    def fields(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.header)
        return found

    @property
    def slots(self) -> list[tuple[bytes, bytes]]:
        return [(b64decode(nonce), b64decode(key)) for nonce, key in json.loads(self.wrapped)]

    @property
    def blocks(self) -> dict[str, str]:
        written = (self.header, self.wrapped, b64encode(self.content).decode("ascii"))
        return dict(zip(_BLOCKS, (*written, _digest(*written)), strict=True))

    @classmethod
    def read(cls, page: bytes) -> Self:
        """Take the blocks out of a page; every bound is checked here, before anything is spent.

        Raises:
            BuildError: not a protected page, or not as it was written.
        """
        try:
            envelope = cls._parsed(page.decode("utf-8"))
            _check_bounds(envelope)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise BuildError(
                f"Cette page protégée est abîmée ou incomplète{NBSP}: elle ne s’ouvrira plus. Refaites-la depuis votre "
                "livret, ou redemandez-la."
            ) from None
        return envelope

    @classmethod
    def _parsed(cls, page: str) -> Self:
        header, wrapped, content, digest = (_block(page, name) for name in _BLOCKS)
        if _digest(header, wrapped, content) != digest:
            raise ValueError("the digest is another")
        return cls(header, wrapped, b64decode(content, validate=True))


def protect(
    page: bytes, passphrases: Sequence[str], *, rounds: int = ROUNDS, inner_scripts: Sequence[str] = ()
) -> bytes:
    """A page that shows ``page`` to whoever types one of the passphrases; its length is the size to tell.

    It is read back and opened with each passphrase's key before it is given.

    Args:
        page: the single page, documents inside.
        passphrases: one a recipient.
        rounds: of PBKDF2; anything but the default is for tests.
        inner_scripts: the ``'sha256-…'``, quoted as in a policy, of the scripts that the page may run once open; they
            stand in clear, so only those of scripts that are the same in every portfolio.

    Raises:
        BuildError: no passphrase, too many, two that are the same, or one that a computer would find.
    """
    if wrong := [given for given in inner_scripts if not _SCRIPT_HASH.fullmatch(given)]:
        raise ValueError(f"not the hash of a script: {wrong[0]!r}")
    phrases = _accepted(passphrases)
    salt = secrets.token_bytes(_SALT)
    with ThreadPoolExecutor(len(phrases) + 1) as pool:  # all of them leave Python free meanwhile
        packing = pool.submit(gzip.compress, page, mtime=0)
        wrapping = list(pool.map(lambda phrase: _derive(phrase, salt, rounds), phrases))
        packed = packing.result()
    envelope = _seal(packed, wrapping, salt, rounds)
    made = _around(envelope, inner_scripts)
    again = _Envelope.read(made)
    if any(_open(again, key) != page for key in wrapping):
        raise RuntimeError("the page that was just encrypted does not open")
    return made


def unprotect(content: bytes, passphrase: str) -> bytes:
    """The page that was protected.

    Raises:
        BuildError: the passphrase is not one of the page's, or the page is damaged.
    """
    envelope = _Envelope.read(content)
    fields = envelope.fields
    return _open(envelope, _derive(normal(passphrase), b64decode(fields["salt"]), fields["iter"]))


def normal(passphrase: str) -> str:
    """A passphrase as it is used: composed letters, words one space apart; capitals and accents as they are typed.

    So a phrase copied over two lines, or from a document with its no-break spaces, opens; ``Été`` is not ``ete``.
    """
    whole = passphrase.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # as a browser encodes half a sign
    return _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", whole))).strip(" ")


def _accepted(passphrases: Sequence[str]) -> list[str]:
    """The passphrases as they are used, if they may be."""
    if not passphrases:
        raise BuildError("Une page protégée demande au moins une phrase de passe.")
    if len(passphrases) > MOST_RECIPIENTS:
        raise BuildError(
            f"Une page protégée s’ouvre avec {MOST_RECIPIENTS} phrases de passe au plus. Faites-en une autre pour les "
            "autres destinataires."
        )
    phrases = [normal(typed) for typed in passphrases]
    for rank, phrase in enumerate(phrases, 1):
        which = "La phrase de passe" if len(phrases) == 1 else f"La phrase de passe n°{NBSP}{rank}"
        if phrase in phrases[: rank - 1]:
            raise BuildError(
                f"{which} est la même qu’une autre{NBSP}: donnez-en une différente à chaque destinataire, ou une seule "
                "à tous."
            )
        if not (found := strength(phrase)).enough:
            raise BuildError(
                f"{which} est trop facile à deviner ({found.words}){NBSP}: qui a le fichier peut essayer sans limite. "
                "Prenez celle que Livret propose, ou sept mots sans rapport entre eux."
            )
    return phrases


def _derive(phrase: str, salt: bytes, rounds: int) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - only when a page is protected
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC  # noqa: PLC0415

    return PBKDF2HMAC(SHA256(), _KEY, salt, rounds).derive(phrase.encode("utf-8"))


def _seal(packed: bytes, wrapping: Sequence[bytes], salt: bytes, rounds: int) -> _Envelope:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - only when a page is protected

    key, nonce = secrets.token_bytes(_KEY), secrets.token_bytes(_NONCE)
    header = _json(
        {
            "v": VERSION,
            "kdf": _KDF,
            "iter": rounds,
            "salt": _text(salt),
            "cipher": _CIPHER,
            "iv": _text(nonce),
            "slots": len(wrapping),
            "size": len(packed) + _TAG,
        }
    )
    slots = []
    for one in wrapping:
        own = secrets.token_bytes(_NONCE)
        slots.append([_text(own), _text(AESGCM(one).encrypt(own, key, _bound(header)))])
    secrets.SystemRandom().shuffle(slots)
    wrapped = _json(slots)
    return _Envelope(header, wrapped, AESGCM(key).encrypt(nonce, packed, _bound(header, wrapped)))


def _open(envelope: _Envelope, wrapping: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - only when a page is protected
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    for nonce, wrapped in envelope.slots:
        try:
            key = AESGCM(wrapping).decrypt(nonce, wrapped, _bound(envelope.header))
        except InvalidTag:
            continue
        try:
            packed = AESGCM(key).decrypt(
                b64decode(envelope.fields["iv"]), envelope.content, _bound(envelope.header, envelope.wrapped)
            )
        except InvalidTag:
            raise BuildError("Cette page protégée a été modifiée après avoir été écrite. Redemandez-la.") from None
        return gzip.decompress(packed)
    raise BuildError(
        f"Cette phrase de passe n’ouvre pas cette page{NBSP}: vérifiez chaque mot, les majuscules et les accents."
    )


def _check_bounds(envelope: _Envelope) -> None:
    fields, slots = envelope.fields, envelope.slots
    lengths = (len(b64decode(fields["salt"])), len(b64decode(fields["iv"])))
    if (fields["v"], fields["kdf"], fields["cipher"]) != (VERSION, _KDF, _CIPHER) or lengths != (_SALT, _NONCE):
        raise ValueError("written otherwise")
    if type(fields["iter"]) is not int or not 1 <= fields["iter"] <= MOST_ROUNDS:
        raise ValueError("absurd rounds")
    if fields["slots"] != len(slots) or not 1 <= len(slots) <= MOST_RECIPIENTS:
        raise ValueError("another number of keys")
    if any((len(nonce), len(key)) != (_NONCE, _KEY + _TAG) for nonce, key in slots):
        raise ValueError("not a wrapped key")
    if fields["size"] != len(envelope.content):
        raise ValueError("cut short")


def _around(envelope: _Envelope, inner_scripts: Sequence[str]) -> bytes:
    """The page that asks for the passphrase, with the envelope inside."""
    script = (_HOME / "page.js").read_text("utf-8")
    own = f"'sha256-{_text(sha256(script.encode()).digest())}'"
    page = Template((_HOME / "page.html").read_text("utf-8")).substitute(
        envelope.blocks,
        mark=MARK,
        scripts=" ".join([own, *inner_scripts]),
        style=(_HOME / "page.css").read_text("utf-8"),
        script=script,
        permissions=f"{_READING} {_WRITING}" if inner_scripts else _READING,
    )
    return page.encode()


def _block(text: str, name: str) -> str:
    found: list[str] = re.findall(rf'<script id="{name}" type="[a-z/+-]+">([^<]*)</script>', text)
    if len(found) != 1:
        raise ValueError(f"not one block {name}")
    return found[0]


def _bound(*blocks: str) -> bytes:
    """What is authenticated beside a ciphertext: a key with the header, the content with the header and the keys."""
    return "\n".join(blocks).encode()


def _digest(*blocks: str) -> str:
    return sha256("\n".join(blocks).encode()).hexdigest()


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _text(value: bytes) -> str:
    return b64encode(value).decode("ascii")
