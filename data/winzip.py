"""One WinZip-AES entry (AE-2, 256 bits), sealed by pyzipper and opened here.

Opening has its own few lines because importing pyzipper takes 65 ms of a cold start (measured: two cores, 3.11), and
a reader (a build, a read-only window) never needs it; they are tested against pyzipper and 7-Zip. Writing stays with
pyzipper. The construction is fixed by https://www.winzip.com/en/support/aes-encryption/: PBKDF2-HMAC-SHA1 with a
mere 1 000 rounds (hence a random password of 130 bits, never a human's), AES-CTR counting in little-endian from 1,
HMAC-SHA1 cut to 80 bits over the ciphertext.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import zlib
from array import array
from datetime import datetime

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from data.errors import DamagedArchive, WrongPassword

STORED, DEFLATED = 0, 8
SALT, VERIFIER, MAC = 16, 2, 10
OVERHEAD = SALT + VERIFIER + MAC
_ROUNDS, _KEY = 1000, 32
_CHUNK = 1 << 16


def seal(name: str, data: bytes, password: bytes, method: int, when: datetime) -> bytes:
    """A whole zip of one encrypted entry, as pyzipper writes it."""
    import pyzipper  # type: ignore[import-untyped]  # noqa: PLC0415 - 65 ms, for writers only

    stream = io.BytesIO()
    with pyzipper.AESZipFile(stream, "w", encryption=pyzipper.WZ_AES, allowZip64=False) as archive:
        archive.setpassword(password)
        info = archive.zipinfo_cls(name, when.timetuple()[:6])
        info.compress_type = method
        info.create_system = 3
        archive.writestr(info, data)
    return stream.getvalue()


def unseal(sealed: bytes, password: bytes, method: int, size: int) -> bytes:
    """The content of an entry, authenticated before it is decrypted.

    Args:
        sealed: salt, verifier, ciphertext and authentication code, as they lie in the file.
        password: the recovery key in its written form.
        method: STORED or DEFLATED, applied before encryption.
        size: the length announced; never more is inflated.

    Raises:
        WrongPassword: the two verification bytes do not answer to this password.
        DamagedArchive: the authentication code or the length is wrong.
    """
    salt, verifier = sealed[:SALT], sealed[SALT : SALT + VERIFIER]
    body, mac = sealed[SALT + VERIFIER : -MAC], sealed[-MAC:]
    keys = hashlib.pbkdf2_hmac("sha1", password, salt, _ROUNDS, 2 * _KEY + VERIFIER)
    if not hmac.compare_digest(keys[2 * _KEY :], verifier):
        raise WrongPassword
    expected = hmac.digest(keys[_KEY : 2 * _KEY], body, "sha1")[:MAC]
    if not hmac.compare_digest(expected, mac):
        raise DamagedArchive("un de ses éléments a été altéré")
    content = _count(keys[:_KEY], body)
    if method == DEFLATED:
        content = _inflate(content, size)
    if len(content) != size:
        raise DamagedArchive("un de ses éléments n’a pas la taille annoncée")
    return content


def _count(key: bytes, data: bytes) -> bytes:
    """AES-CTR with WinZip's counter, which no library offers: encrypt the counters, then XOR."""
    encrypt = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update  # noqa: S305 - CTR is built on it
    parts, counter = [], 1
    for start in range(0, len(data), _CHUNK):
        part = data[start : start + _CHUNK]
        blocks = -(-len(part) // 16)
        counters = array("Q", bytes(16 * blocks))
        counters[::2] = array("Q", range(counter, counter + blocks))
        if memoryview(b"\1\0").cast("H")[0] != 1:  # pragma: no cover - a big-endian machine
            counters.byteswap()
        stream = int.from_bytes(encrypt(counters.tobytes())[: len(part)], "little")
        parts.append((int.from_bytes(part, "little") ^ stream).to_bytes(len(part), "little"))
        counter += blocks
    return b"".join(parts)


def _inflate(data: bytes, size: int) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = inflater.decompress(data, size + 1)
    except zlib.error:
        raise DamagedArchive("un de ses éléments ne se décompresse pas") from None
    if not inflater.eof or inflater.unused_data:
        raise DamagedArchive("un de ses éléments n’a pas la taille annoncée")
    return content
