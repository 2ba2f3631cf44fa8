"""A zip of several entries under WinZip AES-256 (AE-2): written by pyzipper, read back by our own few lines.

``data.winzip`` says how an entry is encrypted. Nothing that describes an entry is authenticated by the format; here
the local headers must answer to the directory and lie one after the other, so that no byte before it goes unread.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from datetime import date

from data.errors import DamagedArchive
from data.winzip import DEFLATED, STORED, unseal

_COMPRESSED = frozenset({"pdf", "jpg", "png", "webp", "xlsx"})  # deflating them again takes time and gains nothing
_AES, _AE_2 = 99, [0x9901, 7, 2, b"AE", 3]  # vendor version 2: no checksum of what is inside; strength 3: 256 bits
_EXTRA = struct.Struct("<HHH2sBH")
_LOCAL = struct.Struct("<4s2B4HL2L2H")
_OLDEST, _NEWEST = 1980, 2107  # the years that a zip can say
_HOSTILE = (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, LookupError, EOFError, OSError)


def sealed(clear: tuple[str, bytes], secret: Mapping[str, bytes], password: bytes, jour: date) -> bytes:
    """A zip of one clear entry, then encrypted ones, in their order, all of one date: no clock tells anything."""
    import pyzipper  # type: ignore[import-untyped]  # noqa: PLC0415 - 65 ms, only when a zip is made

    when = (min(max(jour.year, _OLDEST), _NEWEST), jour.month, jour.day, 12, 0, 0)
    stream = io.BytesIO()
    with pyzipper.AESZipFile(stream, "w", allowZip64=False) as archive:

        def add(name: str, data: bytes, method: int) -> None:
            info = archive.zipinfo_cls(name, when)
            info.compress_type, info.create_system, info.external_attr = method, 3, 0o100644 << 16
            archive.writestr(info, data)

        add(*clear, STORED)
        archive.setencryption(pyzipper.WZ_AES)
        archive.setpassword(password)
        for name, data in secret.items():
            add(name, data, STORED if name.rpartition(".")[2] in _COMPRESSED else DEFLATED)
    return stream.getvalue()


def unsealed(content: bytes, clear: tuple[str, bytes], password: bytes) -> dict[str, bytes]:
    """The encrypted entries of such a zip, in their order, once every byte before the directory was looked at.

    Raises:
        WrongPassword: not with this password.
        DamagedArchive: not as it was written; its clause says where.
    """
    (first, said), *secret = _entries(content) or [(zipfile.ZipInfo(), b"")]
    if (first.filename, said, first.compress_type, first.file_size) != (*clear, STORED, len(clear[1])):
        raise DamagedArchive("son mode d’emploi n’est pas celui de Livret")
    return {info.filename: unseal(data, password, _method(info), info.file_size) for info, data in secret}


def _entries(content: bytes) -> list[tuple[zipfile.ZipInfo, bytes]]:
    """Entries as the directory gives them, if they lie one after the other and their own headers agree with it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos, end = archive.infolist(), archive.start_dir
        found, at = list[tuple[zipfile.ZipInfo, bytes]](), 0
        for info in infos:
            header = _local_header(info)
            if info.header_offset != at or not content.startswith(header, at):
                raise DamagedArchive("ses éléments ne se suivent pas comme ils le devraient")
            start, at = at + len(header), at + len(header) + info.compress_size
            found.append((info, content[start:at]))
    except _HOSTILE:
        raise DamagedArchive("ce n’est pas une archive ZIP entière") from None
    if at != end or len({info.filename for info in infos}) < len(infos):
        raise DamagedArchive("ses éléments ne se suivent pas comme ils le devraient")
    return found


def _local_header(info: zipfile.ZipInfo) -> bytes:
    """The header that must stand before the data of an entry of the directory."""
    year, month, day, hour, minute, second = info.date_time
    moment = (hour << 11 | minute << 5 | second // 2, (year - _OLDEST) << 9 | month << 5 | day)
    name = info.filename.encode("ascii")
    sizes = (info.compress_size, info.file_size, len(name), len(info.extra))
    kind = (info.extract_version, info.reserved, info.flag_bits, info.compress_type)
    return _LOCAL.pack(b"PK\3\4", *kind, *moment, info.CRC, *sizes) + name + info.extra


def _method(info: zipfile.ZipInfo) -> int:
    """How an entry was compressed before it was encrypted."""
    if info.compress_type != _AES or len(info.extra) != _EXTRA.size:
        raise DamagedArchive("un de ses éléments n’est pas chiffré")
    *said, method = _EXTRA.unpack(info.extra)
    if said != _AE_2 or method not in (STORED, DEFLATED) or info.CRC or info.flag_bits != 1:
        raise DamagedArchive("un de ses éléments n’est pas chiffré comme il le devrait")
    return int(method)
