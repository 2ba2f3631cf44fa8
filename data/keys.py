"""Two secrets open an archive: a password through Argon2id, and the recovery key, which is the zip's own password.

The password never meets the payload: ``password → Argon2id → wrapping key → recovery key → zip entries``.
So changing the password moves not a byte of the livret, and the printed key opens the file with 7-Zip alone.
Nothing here knows what a zip or a livret is. The formulas stand in FORMAT.md.
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from data.errors import DamagedArchive, MemoryShort, MistypedKey, NewerFormat, PasswordRefused, WrongPassword

FORMAT = 1

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_KEY_BITS = 130
_DATA_CHARS, _CHECK_CHARS, _GROUP = 26, 2, 4
_KEY_CHARS = _DATA_CHARS + _CHECK_CHARS
_PRIME = 1021  # the largest below 32²: every wrong character and every exchange of neighbours changes the rest
_LOOKALIKES = str.maketrans("OIL", "011")
_GAPS = dict.fromkeys(map(ord, " \t\r\n-._\u00a0\u202f\u2007\u2009\u2010\u2011\u2012\u2013\u2014\u2212"))

_SALT, _NONCE, _TAG = 16, 12, 16
_WRAPPED = _KEY_CHARS + _KEY_CHARS // _GROUP - 1 + _TAG
_MOST_PASSWORD = 1024

# What a hostile file may make us spend; far above any honest profile, checked before the first hash.
MOST_MEMORY = 1024 * 1024
MOST_PASSES = 16
MOST_LANES = 16
MOST_WORK = 4 * MOST_MEMORY
MOST_HEADER = 4096


@dataclass(frozen=True, slots=True)
class KeyProfile:
    """What one guess at a password costs; a profile has a name so that opening can offer a younger one.

    ``memory`` is in KiB, as RFC 9106 counts it.
    """

    name: str
    memory: int
    passes: int
    lanes: int

    def __post_init__(self) -> None:
        if not (self.name.isascii() and self.name.isalnum() and len(self.name) <= 16):  # noqa: PLR2004
            raise ValueError(f"not a profile name: {self.name!r}")
        if any(type(cost) is not int for cost in (self.memory, self.passes, self.lanes)):
            raise TypeError("true and 1.0 are no integers here, though Python takes them for 1")
        if not (
            1 <= self.lanes <= MOST_LANES
            and 1 <= self.passes <= MOST_PASSES
            and 8 * self.lanes <= self.memory <= MOST_MEMORY
            and self.memory * self.passes <= MOST_WORK
        ):
            raise ValueError(f"out of bounds: {self}")

    def weaker_than(self, other: KeyProfile) -> bool:
        """Whether a guess costs less here in any respect that matters to an attacker."""
        return self.memory < other.memory or self.passes < other.passes


CURRENT = KeyProfile("2026", memory=256 * 1024, passes=3, lanes=4)
CHEAPEST = KeyProfile("essai", memory=8, passes=1, lanes=1)  # Only for testing!


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """130 random bits in a form made for paper; ``str()`` is the canonical form, verbatim the zip password."""

    value: int

    def __post_init__(self) -> None:
        if not 0 <= self.value < 1 << _KEY_BITS:
            raise ValueError("a recovery key has 130 bits")

    def __repr__(self) -> str:
        return "RecoveryKey(…)"  # never in a log or a traceback

    def __str__(self) -> str:
        return "-".join(self.groups)

    @property
    def groups(self) -> tuple[str, ...]:
        """The seven groups, as printed; the recovery sheet asks for two of them back."""
        written = _base32(self.value, _DATA_CHARS) + _base32(self.value % _PRIME, _CHECK_CHARS)
        return tuple(written[at : at + _GROUP] for at in range(0, _KEY_CHARS, _GROUP))

    @property
    def zip_password(self) -> bytes:
        """What 7-Zip is given."""
        return str(self).encode("ascii")

    @classmethod
    def generate(cls) -> Self:
        """A fresh key from the system's randomness."""
        return cls(secrets.randbits(_KEY_BITS))

    @classmethod
    def parse(cls, typed: str) -> Self:
        """Read a key as a human types it: any case, O for 0, I or L for 1, dashes and spaces anywhere or nowhere.

        Raises:
            MistypedKey: with the reason: length, a foreign character, or the checksum.
        """
        text = _squeeze(typed)
        strangers = sorted(set(text) - set(ALPHABET))
        if strangers:
            raise MistypedKey(f"elle ne contient jamais le caractère « {strangers[0]} »")
        if len(text) != _KEY_CHARS:
            raise MistypedKey(f"elle compte {_KEY_CHARS} caractères, et vous en avez saisi {len(text)}")
        value = _number(text[:_DATA_CHARS])
        if value % _PRIME != _number(text[_DATA_CHARS:]):
            raise MistypedKey("un de ses caractères au moins est faux, ou deux sont inversés")
        return cls(value)


def resembles_a_key(typed: str) -> bool:
    """Whether somebody meant a recovery key: then a typing mistake deserves its own sentence."""
    text = _squeeze(typed)
    grouped = typed.strip().count("-") + typed.strip().count(" ") >= 4  # noqa: PLR2004 - five groups or more
    near = abs(len(text) - _KEY_CHARS) <= 4  # noqa: PLR2004 - one group lost or doubled
    return near and set(text) <= set(ALPHABET + "U") and (grouped or len(text) == _KEY_CHARS)


@dataclass(frozen=True, slots=True)
class KeyHeader:
    """The recovery key under a password, and what it takes to lift it out; written in clear in the archive."""

    profile: KeyProfile
    salt: bytes
    nonce: bytes
    wrapped: bytes

    @classmethod
    def wrap(cls, key: RecoveryKey, password: str, profile: KeyProfile) -> Self:
        """Lock ``key`` under ``password``, with a fresh salt and nonce."""
        salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
        bound = _associated(profile, salt, nonce)
        return cls(profile, salt, nonce, _cipher(password, salt, profile).encrypt(nonce, key.zip_password, bound))

    def unwrap(self, password: str) -> RecoveryKey:
        """Lift the key out, or raise WrongPassword; a change to any field of the header has the same effect."""
        bound = _associated(self.profile, self.salt, self.nonce)
        try:
            written = _cipher(password, self.salt, self.profile).decrypt(self.nonce, self.wrapped, bound)
        except (InvalidTag, PasswordRefused):
            raise WrongPassword from None
        try:
            return RecoveryKey.parse(written.decode("ascii"))
        except (UnicodeDecodeError, MistypedKey):
            raise DamagedArchive("la clé qu’il contient n’a pas la forme attendue") from None

    def to_bytes(self) -> bytes:
        """``cle.json``, the one way to write it."""
        profile = self.profile
        fields = {
            "format": FORMAT,
            "profil": profile.name,
            "memoire_kio": profile.memory,
            "passes": profile.passes,
            "voies": profile.lanes,
            "sel": self.salt.hex(),
            "nonce": self.nonce.hex(),
            "cle": self.wrapped.hex(),
        }
        return json.dumps(fields, indent=1).encode("ascii") + b"\n"

    @classmethod
    def from_bytes(cls, written: bytes) -> Self:
        """Read ``cle.json``; every bound is checked here, so that nothing is spent on a hostile file.

        Raises:
            NewerFormat: the archive is of a later format.
            DamagedArchive: anything but what ``to_bytes`` writes.
        """
        fields = _parse(written)
        try:
            profile = KeyProfile(fields["profil"], fields["memoire_kio"], fields["passes"], fields["voies"])
            header = cls(profile, *(bytes.fromhex(fields[name]) for name in ("sel", "nonce", "cle")))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise DamagedArchive("son en-tête demande autre chose que ce qu’écrit Livret") from None
        lengths = len(header.salt), len(header.nonce), len(header.wrapped)
        if lengths != (_SALT, _NONCE, _WRAPPED) or header.to_bytes() != written:
            raise DamagedArchive("son en-tête n’est pas écrit comme Livret l’écrit")
        return header


def _parse(written: bytes) -> dict[str, Any]:
    if len(written) > MOST_HEADER:
        raise DamagedArchive("son en-tête est démesuré")
    try:
        fields = json.loads(written)
        found = fields["format"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DamagedArchive("son en-tête est illisible") from None
    if type(found) is not int or found < 1:
        raise DamagedArchive("son en-tête n’annonce aucun format connu")
    if found > FORMAT:
        raise NewerFormat(found, FORMAT)
    return fields  # type: ignore[no-any-return]


def _cipher(password: str, salt: bytes, profile: KeyProfile) -> AESGCM:
    secret = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    if not secret or len(secret) > _MOST_PASSWORD:
        raise PasswordRefused(_MOST_PASSWORD)
    try:
        function = Argon2id(
            salt=salt, length=32, iterations=profile.passes, lanes=profile.lanes, memory_cost=profile.memory
        )
        return AESGCM(function.derive(secret))
    except MemoryError:
        raise MemoryShort(profile.memory // 1024) from None


def _associated(profile: KeyProfile, salt: bytes, nonce: bytes) -> bytes:
    cost = f"m={profile.memory} t={profile.passes} p={profile.lanes}"
    return f"livret {FORMAT} {profile.name} argon2id {cost} {salt.hex()} {nonce.hex()}".encode("ascii")


def _squeeze(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).translate(_GAPS).upper().translate(_LOOKALIKES)


def _base32(number: int, length: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def _number(text: str) -> int:
    number = 0
    for char in text:
        number = number << 5 | ALPHABET.index(char)
    return number
