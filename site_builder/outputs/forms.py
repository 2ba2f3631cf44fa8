"""Every form in which a dossier can be handed over: what it is good for, and how it is made, in memory.

The words are in ``formes.toml``. A form is made whole before anything is written, so that a failure in the middle
(a theme, a document, a weight that cannot be held) leaves what stood there as it was.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from data.errors import BuildError
from data.remarques import Remarque
from site_builder import checks
from site_builder.build import Site
from site_builder.documents import DEFAULT_TARGET
from site_builder.markdown import typographic
from site_builder.options import near_miss
from site_builder.outputs import single_page
from site_builder.publish import Published

if TYPE_CHECKING:
    from site_builder.outputs.bundle import Packed

GROUPS = {"protege": "Protégé", "lire": "À lire ou à imprimer", "donnees": "Données"}
FOLDER, PAGE, PROTECTED, PDF, COMPLETE, ZIP = "dossier", "page", "protegee", "pdf", "dossier-complet", "zip"
XLSX, CSV, JSON, JSON_RESUME, EUROPASS = "xlsx", "csv", "json", "json-resume", "europass"
READ_ALOUD = (PAGE, PROTECTED, ZIP)  # those in which remarks can be asked for


@dataclass(frozen=True, slots=True)
class Form:
    """One form: what the agent is told of it."""

    code: str
    titre: str
    groupe: str
    resume: str
    suffixe: str  # of its file; empty when it is a folder
    prefixe: str  # of its name
    atouts: tuple[str, ...]
    limites: tuple[str, ...]
    secret: bool = False  # it needs a passphrase
    cible: bool = False  # it is held below a weight


@dataclass(frozen=True, slots=True)
class Asked:
    """What was chosen for a form, beside the dossier itself."""

    passphrases: tuple[str, ...] = ()  # one a reader
    to: str = ""  # who these readers are, when the dossier does not say
    target: int = DEFAULT_TARGET  # bytes that a complete dossier may weigh
    invite: bool = False  # whether the reader can write remarks
    echanges: tuple[Remarque, ...] = field(default=(), repr=False)  # every remark kept: the page shows its own


@dataclass(frozen=True, slots=True)
class Made:
    """A form, whole and in memory."""

    form: Form
    made: Published
    files: Mapping[str, bytes]  # one under an empty name, or those of a folder by path
    sha256: str
    says: tuple[str, ...] = ()  # what was reduced, what had no equivalent
    faults: tuple[str, ...] = ()  # what a theme that did not come with the program gets wrong
    invited: bool = False  # whether its reader can write remarks
    packed: Packed | None = None  # of a zip: what its hand-over sheet is made from

    @property
    def content(self) -> bytes:
        """The one file."""
        return self.files[""]

    @property
    def size(self) -> int:
        """Its weight in bytes."""
        return sum(map(len, self.files.values()))


class Publisher(Protocol):
    """Gives the dossier's portfolio: on one page or several, its documents named in words or by rank alone."""

    def __call__(self, *, unique: bool, discreet: bool) -> Published:
        """See ``publish.publish``."""


@cache
def forms() -> tuple[Form, ...]:
    """Every form, in the order in which they are offered."""
    text = Path(__file__).with_name("formes.toml").read_text("utf-8")
    return tuple(_form(entry) for entry in tomllib.loads(text)["forme"])


def _form(entry: Mapping[str, Any]) -> Form:
    return Form(**{key: _said(value) for key, value in entry.items()})


def _said(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(typographic, value))
    return typographic(value) if isinstance(value, str) else value


def named(code: str) -> Form:
    """A form by its code.

    Raises:
        BuildError: there is none, with a near miss.
    """
    known = {form.code: form for form in forms()}
    if code not in known:
        raise BuildError(f"La forme « {code} » n’existe pas{near_miss(code, known)}. Formes : {', '.join(known)}.")
    return known[code]


def make(form: Form, publisher: Publisher, asked: Asked) -> Made:
    """A dossier in one form.

    Raises:
        ThemeError, OptionError, DocumentError, ForbiddenContent, BuildError: each a French sentence.
    """
    made = publisher(unique=form.code in READ_ALOUD, discreet=form.code == ZIP)
    says: tuple[str, ...] = ()
    packed: Packed | None = None
    match form.code:
        case "zip":
            packed = _zip(made, asked)
            files: Mapping[str, bytes] = {"": packed.content}
        case "dossier":
            files = made.site.files
        case "csv":
            files, says = _csv(made)
        case "dossier-complet":
            content, says = _complete(made, asked)
            files = {"": content}
        case code if code in _DATA:
            content, says = _DATA[code](made)
            files = {"": content}
        case code:
            files = {"": _SINGLE[code](made, asked)}
    digest = Site(files).digest if form.code in (FOLDER, CSV) else sha256(files[""]).hexdigest()
    faults = () if made.theme.bundled else tuple(checks.check(made.site))
    return Made(form, made, files, digest, says, faults, asked.invite and form.code in READ_ALOUD, packed)


def _page(made: Published, asked: Asked) -> bytes:
    page = single_page.inline(made.site)
    return _invited(page, made, asked)


def _invited(page: bytes, made: Published, asked: Asked) -> bytes:
    if not asked.invite:
        return page
    from site_builder import remarks  # noqa: PLC0415 - only when remarks are asked for

    return remarks.invite(page, made, echanges=asked.echanges)


def _protected(made: Published, asked: Asked) -> bytes:
    from site_builder import remarks  # noqa: PLC0415 - each form loads what it needs
    from site_builder.outputs import protected_page  # noqa: PLC0415

    scripts = (remarks.SCRIPT_HASH,) if asked.invite else ()
    return protected_page.protect(_page(made, asked), asked.passphrases, inner_scripts=scripts)


def _pdf(made: Published, _: Asked) -> bytes:
    from site_builder.outputs import livret_json, pdf  # noqa: PLC0415 - see above

    return pdf.document(made, attachment=livret_json.export(made).content)


def _complete(made: Published, asked: Asked) -> tuple[bytes, tuple[str, ...]]:
    from site_builder.outputs import complete, livret_json  # noqa: PLC0415 - see above

    whole = complete.complete(made, target=asked.target, attachment=livret_json.export(made).content)
    return whole.content, whole.reduced


def _zip(made: Published, asked: Asked) -> Packed:
    from site_builder.outputs import bundle, europass, json_resume, livret_json, spreadsheet  # noqa: PLC0415 - see above

    extras = {"portfolio.pdf": _pdf(made, asked), "tableaux.xlsx": spreadsheet.xlsx(made).content}
    extras |= {f"csv/{one.name}": one.content for one in spreadsheet.csv(made)}
    extras |= {"livret.json": livret_json.export(made).content, "jsonresume.json": json_resume.export(made).content}
    extras |= {"europass.xml": europass.export(made).content}
    page = _invited(bundle.page(made.site), made, asked)
    payload = bundle.contents(made, extras, index=page)
    return bundle.pack(payload, asked.passphrases[0], made.jour, bundle.BundleInfo.of(made))  # it takes but one


def _csv(made: Published) -> tuple[dict[str, bytes], tuple[str, ...]]:
    from site_builder.outputs import spreadsheet  # noqa: PLC0415 - see above

    found = spreadsheet.csv(made)
    return {one.name: one.content for one in found}, _missing(one.missing for one in found)


def _exported(module: str, function: str = "export") -> Callable[[Published], tuple[bytes, tuple[str, ...]]]:
    def export(made: Published) -> tuple[bytes, tuple[str, ...]]:
        from importlib import import_module  # noqa: PLC0415 - see above

        found = getattr(import_module(f"{__package__}.{module}"), function)(made)
        return found.content, found.missing

    return export


def _missing(found: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentence for several in found for sentence in several))


_SINGLE: dict[str, Callable[[Published, Asked], bytes]] = {
    PAGE: _page,
    PROTECTED: _protected,
    PDF: _pdf,
}
_DATA = {
    JSON: _exported("livret_json"),
    JSON_RESUME: _exported("json_resume"),
    EUROPASS: _exported("europass"),
    XLSX: _exported("spreadsheet", "xlsx"),
}
