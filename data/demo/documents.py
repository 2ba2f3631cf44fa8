"""The 46 documents of the fictitious career: what its attestations, diplomas and arrêtés would look like.

Typst sets every sheet from ``documents.toml`` and from the rows of the livret, with the fonts it carries, so that a
page is the same on every machine. Pillow makes three of them into what agents really have: a photograph taken
with a telephone (with its place in the file), and pages scanned at 300 dots an inch. All randomness is seeded.
"""

from __future__ import annotations

import io
import json
import random
import tomllib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from typing import Any

import pikepdf
import typst
from PIL import ExifTags, Image, ImageChops, ImageFilter, ImageOps

from data.experiences import Emploi
from data.formations import ActionFormation
from data.model import Livret, Piece
from data.nomenclatures import label

JsonDict = dict[str, Any]

MADAME = "Madame Anaïs D’Orvanne-Lestrac"
_BTS, _BAFA, _VAE, _ARRETES, _ETAT = "p02", "p03", "p38", "p40", "p42"
_ANNEXES = ("p13", "p14", "p16", "p17", "p19", "p21")  # of the dossier de VAE
_VAE_POSTS = ("e04", "e05", "e06", "e07", "e08")
_A4, _A4_200 = (2480, 3508), (1654, 2339)  # at 300 and 200 dots an inch
_POINTS = (595.276, 841.89)
_TILTS = (0.5, -0.4, 0.9, -0.2, 0.3, -0.8, 0.15)  # degrees: nobody lays a sheet straight on the glass
_AT_SEA = (46.0, 30.0, 0.0), (8.0, 15.0, 0.0)  # north, west: the Bay of Biscay, nobody's home


def documents(career: Livret) -> dict[str, bytes]:
    """Every document the career holds, by identifier."""
    sheets = _sheets(career)
    held = [piece for piece in career.pieces if piece.detenue]
    heaviest_first = sorted(held, key=lambda piece: piece.taille, reverse=True)
    with ThreadPoolExecutor() as pool:
        made = dict(pool.map(lambda piece: (piece.id, _document(piece, sheets)), heaviest_first))
    return {piece.id: made[piece.id] for piece in held}


def _document(piece: Piece, sheets: Mapping[str, list[JsonDict]]) -> bytes:
    own = sheets[piece.id]
    if piece.id == _BTS:
        return _photograph(_typeset(own[0], ppi=150))
    if piece.id == _BAFA:
        return _scanned(_typeset(own[0], ppi=100), "bafa", size=(1240, 1754), grain=14, quality=72, tilt=0.7)
    if piece.id == _ARRETES:
        pages = [_typeset(sheet, ppi=150) for sheet in own]
        return _bound(_scans(pages, piece.id, size=_A4, grain=8, quality=60), piece.titre)
    if piece.id == _VAE:
        annexes = [_typeset(sheets[annexe][0], ppi=150) for annexe in _ANNEXES]
        scans = _scans(annexes, piece.id, size=_A4_200, grain=20, quality=82)
        return _bound([*map(_typeset, own), *scans], piece.titre)
    pages = [_typeset(sheet) for sheet in own]
    return pages[0] if len(pages) == 1 else _bound(pages, piece.titre)


# ── What is printed on each sheet ────────────────────────────────────────────────────────────────────────────────────


def _sheets(career: Livret) -> dict[str, list[JsonDict]]:
    written = tomllib.loads((files(__package__) / "documents.toml").read_text(encoding="utf-8"))
    issuers: dict[str, JsonDict] = written.pop("emetteurs")
    written[_VAE] = _vae_sheets(career)
    written[_ETAT][0]["tableau"] = _services(career)
    for row in career.formations.actions:
        for proof in row.pieces:
            issuer = issuers.get(getattr(career.rows[proof], "emetteur", ""), {})
            written.setdefault(proof, [_attestation(row, issuer.get("signe", ""))])
    return {
        piece.id: [_letterhead(sheet, piece, issuers) for sheet in written[piece.id]]
        for piece in career.pieces
        if piece.detenue
    }


def _letterhead(sheet: JsonDict, piece: Piece, issuers: Mapping[str, JsonDict]) -> JsonDict:
    issuer = sheet.get("emetteur", piece.emetteur)
    known = {"emetteur": issuer, **issuers[issuer]} if issuer in issuers else {}
    return {"nature": "piece"} | known | sheet


def _attestation(row: ActionFormation, signatory: str) -> JsonDict:
    """An attestation says again what the row says; that is what makes it a proof."""
    lines = row.objectifs.replace("**", "").strip().splitlines()
    points = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    prose = [line for line in lines if line and not line.startswith("- ")]
    facts = [
        ("Intitulé", row.intitule),
        ("Nature", label("types_formation", row.type)),
        ("Dates", " et ".join(session.words for session in row.sessions)),
        ("Durée", row.duree.words if row.duree else ""),
        ("Modalité", label("modalites", row.modalite)),
        ("Lieu", row.lieu),
    ]
    last = row.sessions[-1].fin
    return {
        "titre": "Attestation de formation",
        "texte": [f"{signatory} atteste que {MADAME} a suivi la formation suivante."],
        "faits": [fact for fact in facts if fact[1]],
        "parties": [{"titre": "Objectifs et contenu", "texte": prose, "points": points}],
        "fait": f"Fait à Port-Aubréac, {'le ' if last and last.day else ''}{last.words if last else ''}",
    }


def _services(career: Livret) -> JsonDict:
    posts = [post for post in career.experiences.emplois if _ETAT in post.pieces]
    rows = [
        [
            str(post.periode_ligne or ""),
            post.employeur,
            post.intitule,
            post.grade_actuel or label("statuts", post.statut),
            str(post.quotites[-1]),
        ]
        for post in reversed(posts)
    ]
    heads = ["Période", "Employeur", "Fonction", "Grade ou statut", "Temps"]
    return {"largeurs": [2.5, 2.7, 2.7, 2.4, 1.2], "colonnes": heads, "rangs": rows}


def _vae_sheets(career: Livret) -> list[JsonDict]:
    posts = [post for post in reversed(career.experiences.emplois) if post.id in _VAE_POSTS]
    cover = {
        "titre": "Dossier de validation des acquis de l’expérience",
        "sous_titre": career.formations.vae[0].certification,
        "texte": [f"Présenté par {MADAME}, novembre 2019."],
        "parties": [
            {"titre": "Les activités décrites", "points": [f"{post.intitule}, {post.employeur}" for post in posts]},
            {"titre": "En annexe", "points": ["Six attestations de formation, numérisées"]},
        ],
    }
    return [cover, *map(_activity, posts)]


def _activity(post: Emploi) -> JsonDict:
    told = [paragraph.replace("**", "") for paragraph in post.realisations.strip().split("\n\n") if paragraph]
    tasks = [line.removeprefix("- ") for line in post.missions.strip().splitlines()]
    return {
        "titre": post.intitule,
        "sous_titre": post.employeur,
        "faits": [("Période", post.periode_ligne.words if post.periode_ligne else ""), ("Grade", post.grade_actuel)],
        "parties": [{"titre": "Ce que je faisais", "points": tasks}]
        + ([{"titre": "Une situation que j’ai conduite", "texte": told}] if told else []),
    }


@cache
def _template() -> bytes:
    return (files(__package__) / "document.typ").read_bytes()


def _typeset(sheet: JsonDict, *, ppi: float | None = None) -> bytes:
    """The sheet as a PDF, or as a PNG at ``ppi`` dots an inch; of undated, embedded things only."""
    made = typst.compile(
        _template(),
        sys_inputs={"document": json.dumps(sheet, ensure_ascii=False)},
        ignore_system_fonts=True,
        format="pdf" if ppi is None else "png",
        ppi=ppi,
        timestamp=0,
    )
    if not isinstance(made, bytes):
        raise TypeError(f"« {sheet['titre']} » ne tient pas sur une page")
    return made


# ── What a scanner and a telephone make of them ──────────────────────────────────────────────────────────────────────


def _grain(size: tuple[int, int], seed: str, amplitude: int) -> Image.Image:
    """Seeded noise around 128."""
    noise = Image.frombytes("L", size, random.Random(seed).randbytes(size[0] * size[1]))
    return noise.point([128 + (value - 128) * amplitude // 128 for value in range(256)])


def _scanned(page: bytes, seed: str, *, size: tuple[int, int], grain: int, quality: int, tilt: float) -> bytes:
    """A sheet laid slightly askew on the glass, in grey, with the paper's grain."""
    paper = Image.open(io.BytesIO(page)).convert("L")
    paper = paper.rotate(tilt, Image.Resampling.BILINEAR, fillcolor=226).resize(size, Image.Resampling.BILINEAR)
    paper = paper.point([24 + value * 222 // 255 for value in range(256)])
    return _jpeg(ImageChops.add(paper, _grain(size, seed, grain), offset=-128), quality=quality)


def _scans(pages: Iterable[bytes], seed: str, *, size: tuple[int, int], grain: int, quality: int) -> list[bytes]:
    """Each page scanned in its turn, as a PDF of one page."""
    turns = enumerate(zip(pages, _TILTS, strict=False))
    return [
        _page_of(_scanned(page, f"{seed} {n}", size=size, grain=grain, quality=quality, tilt=tilt))
        for n, (page, tilt) in turns
    ]


def _photograph(page: bytes) -> bytes:
    """A diploma on a wooden table, seen from a little to the side, in the light of a window."""
    sheet = Image.open(io.BytesIO(page)).convert("RGB").resize((1240, 1754))
    table = Image.frombytes("L", (9, 140), random.Random("bois").randbytes(9 * 140)).resize((1640, 2190))
    scene = ImageOps.colorize(table, "#5d3b22", "#9c6c41")
    shadow = Image.new("L", scene.size, 0)
    shadow.paste(150, (222, 244, 222 + 1240, 244 + 1754))
    scene.paste("#1c110a", mask=shadow.filter(ImageFilter.GaussianBlur(16)))
    scene.paste(ImageChops.multiply(sheet, Image.new("RGB", sheet.size, "#fbf4e4")), (200, 218))
    light = Image.radial_gradient("L").resize((3080, 3480)).crop((870, 1000, 870 + 1640, 1000 + 2190))
    lit = ImageChops.multiply(scene, ImageOps.colorize(ImageOps.invert(light), "#3b3630", "#fffaf0"))
    size = (2448, 3264)
    corners = (70.0, 40.0, 18.0, 2170.0, 1622.0, 2120.0, 1560.0, 84.0)
    seen = lit.transform(size, Image.Transform.QUAD, corners, Image.Resampling.BILINEAR)
    grain = _grain(size, "photo", 24)
    noisy = ImageChops.add(seen, Image.merge("RGB", (grain, ImageChops.offset(grain, 7), grain)), offset=-128)
    return _jpeg(noisy, quality=93, exif=_exif())


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Telephone fictif"
    exif[ExifTags.Base.Model] = "Modele 7"
    exif[ExifTags.Base.DateTime] = "2021:03:06 17:42:10"
    exif[ExifTags.Base.Orientation] = 1
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    north, west = _AT_SEA
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", north
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "W", west
    return exif


def _jpeg(image: Image.Image, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", **options)
    return stream.getvalue()


# ── Binding ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _page_of(jpeg: bytes) -> bytes:
    """One A4 page that shows a grey JPEG edge to edge, its bytes untouched."""
    width, height = Image.open(io.BytesIO(jpeg)).size
    with pikepdf.new() as pdf:
        image = pdf.make_stream(
            jpeg,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=width,
            Height=height,
            ColorSpace=pikepdf.Name.DeviceGray,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
        across, down = _POINTS
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, across, down],
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image)),
            Contents=pdf.make_stream(f"q {across} 0 0 {down} 0 0 cm /Im0 Do Q".encode()),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        return _saved(pdf)


def _bound(parts: Iterable[bytes], title: str) -> bytes:
    """The parts as one PDF, one page after the other."""
    with pikepdf.new() as pdf:
        for part in parts:
            with pikepdf.open(io.BytesIO(part)) as source:
                pdf.pages.extend(source.pages)
        pdf.docinfo["/Title"] = title
        pdf.docinfo["/Producer"] = "Numeriseur fictif"
        return _saved(pdf)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    stream = io.BytesIO()
    pdf.save(stream, deterministic_id=True)
    return stream.getvalue()
