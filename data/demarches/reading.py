"""The file of a démarche: what it may hold, and a clear refusal of what it may not.

Every key is read by name, and what is left at the end is refused: a misspelt key would otherwise be lost in silence,
and with it perhaps what was to stay out of a dossier.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from data.demarches import FREE
from data.demarches.model import (
    ATTENTES,
    CHIFFRES,
    GRAVITES,
    SORTIES,
    TABLEAUX,
    Choix,
    Demarche,
    Laisse,
    Montre,
    PieceAttendue,
    Regle,
    Reprend,
    SortieEcartee,
)  # fmt: skip
from data.errors import BuildError
from data.fields import Element
from data.french import NBSP, NNBSP
from data.model import LISTES, Titulaire
from data.publications import Coordonnee, Publication

LISTS = frozenset(LISTES) - {"pieces"}
CONTACTS = frozenset(get_args(Coordonnee))
FIELDS = frozenset(nom for model in LISTES.values() for nom in model.model_fields)

# Each kind of rule with its parameters: name, and whether it must be there. ``review`` says what each one checks.
REGLES: dict[str, dict[str, bool]] = {
    "dossier": {"champs": True},
    "titulaire": {"champs": True},
    "coordonnees": {},
    "lignes": {"listes": True, "minimum": False, "champ": False, "valeurs": False},
    "champs": {"liste": True, "champs": True, "seulement": False, "une": False, "champ": False, "valeurs": False},
    "justificatifs": {"listes": True, "types": False},
    "pieces": {"types": True},
    "experience": {"annees": True, "ou_titre": False},
    "heures": {"minimum": True},
    "obligations": {"codes": True},
    "recente": {"liste": True, "date": True, "annees": True, "champ": False, "valeurs": False},
    "perimee": {"listes": True},
    "valeur": {"liste": True, "champ": True, "valeurs": True},
    "mots": {"groupes": False},
    "pages": {"maximum": True},
}
# The parameters that are a number, a text, yes or no; the others are lists of texts.
_WHOLE, _ONE, _YES = {"minimum", "annees", "maximum"}, {"champ", "liste", "seulement", "date"}, {"une", "ou_titre"}
_WHOLE_THINGS: dict[str, type[Element]] = {"dossier": Publication, "titulaire": Titulaire}


@lru_cache(maxsize=64)
def read(path: Path) -> Demarche:
    """Read one file, once.

    Raises:
        BuildError: when it is malformed, naming the key.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BuildError(
            f"Démarche « {path.stem} » : {path.name} n’est pas un fichier TOML lisible ({error})."
        ) from None
    return _demarche(_Table(path, "", raw), path.stem)


def named(demarche: Demarche, libelle: str) -> Demarche:
    """A démarche under the name that an agent typed, which a dossier keeps as it is."""
    return replace(demarche, code=libelle, libelle=libelle)


class _Table:
    """One table of a file, read key by key."""

    def __init__(self, path: Path, name: str, raw: Any) -> None:
        self.path, self.name = path, name
        if not isinstance(raw, dict):
            raise self.refused("", "attend un groupe de clés")
        self.left: dict[str, Any] = dict(raw)

    def refused(self, key: str, what: str) -> BuildError:
        where = ".".join(filter(None, (self.name, key)))
        return BuildError(_typeset(f"Démarche « {self.path.stem} » ({self.path.name}) : « {where} » {what}."))

    def take(self, key: str, fits: Callable[[Any], bool], expected: str, default: Any = ...) -> Any:
        if key not in self.left:
            if default is ...:
                raise self.refused(key, "manque")
            return default
        value = self.left.pop(key)
        if not fits(value):
            raise self.refused(key, f"attend {expected}")
        return value

    def text(self, key: str, default: Any = ...) -> str:
        typed = self.take(key, lambda v: isinstance(v, str) and bool(v.strip()), "un texte", default)
        return _typeset(str(typed))

    def whole(self, key: str, default: Any = ...) -> Any:
        fits = "un nombre entier, à partir de 1"
        return self.take(key, lambda v: type(v) is int and v >= 1, fits, default)

    def yes(self, key: str, *, default: bool) -> bool:
        return bool(self.take(key, lambda v: isinstance(v, bool), "true ou false", default))

    def texts(self, key: str, known: Collection[str] | None = None, default: Any = ...) -> tuple[str, ...]:
        typed = self.take(
            key, lambda v: isinstance(v, list) and all(isinstance(one, str) and one for one in v),
            "une liste de textes", default,
        )  # fmt: skip
        for one in typed if known is not None else ():
            self.among(key, one, known or ())
        return tuple(typed)

    def choice(self, key: str, known: Collection[str], default: Any = ...) -> Any:
        return self.among(key, self.take(key, lambda v: isinstance(v, str), "un texte", default), known)

    def among(self, key: str, value: str, known: Collection[str]) -> str:
        if value not in known:
            raise self.refused(key, f"ne connaît pas « {value} » ; choix possibles : {', '.join(sorted(known))}")
        return value

    def tables(self, key: str) -> Iterator[_Table]:
        held = self.take(key, lambda v: isinstance(v, list), f"des tables [[{key}]]", [])
        for number, raw in enumerate(held, 1):
            yield _Table(self.path, f"{key} n° {number}", raw)

    def done(self) -> None:
        for key in self.left:
            raise self.refused(key, "n’est pas une clé connue à cet endroit")


def _demarche(table: _Table, stem: str) -> Demarche:
    made = Demarche(
        code=table.choice("code", {stem}),
        libelle=table.text("libelle"),
        ordre=table.whole("ordre"),
        resume=table.text("resume"),
        conseil=table.text("conseil"),
        references=table.texts("references", default=()),
        source=table.text("source"),
        source_date=table.text("source_date"),
        adresse=str(table.take("adresse", lambda v: isinstance(v, str), "un texte", "")),
        verified_on=table.take("verified_on", lambda v: isinstance(v, date), "une date").isoformat(),
        note=table.text("note", ""),
        mention=table.text("mention", ""),
        abrege=table.texts("abrege", FIELDS) if "abrege" in table.left else None,
        remarques=table.yes("remarques", default=False),
        sorties=table.texts("sorties", SORTIES),
        reprend=_reprend(
            _Table(table.path, "reprend", table.take("reprend", lambda v: isinstance(v, dict), "[reprend]"))
        ),
        laisse=tuple(map(_laisse, table.tables("laisse"))),
        pieces=tuple(map(_piece, table.tables("piece"))),
        regles=tuple(map(_regle, table.tables("regle"))),
        tableaux=tuple(_montre(one, TABLEAUX, titled=True) for one in table.tables("tableau")),
        chiffres=tuple(_montre(one, CHIFFRES, titled=False) for one in table.tables("chiffre")),
        ecartees=tuple(map(_ecartee, table.tables("ecartee"))),
    )
    table.done()
    _coherent(table, made)
    return made


def _coherent(table: _Table, made: Demarche) -> None:
    """Refuse a file that says one thing and its contrary."""
    left = {one for laisse in made.laisse for one in (*laisse.listes, *laisse.coordonnees)}
    if both := sorted(left.intersection((*(made.reprend.listes or ()), *made.reprend.coordonnees))):
        raise table.refused("laisse", f"écarte « {both[0]} », que « reprend » reprend")
    if made.code == FREE and (made.tableaux or made.chiffres or made.mention):
        raise table.refused(
            "tableau", "n’a pas de sens ici : un dossier libre ne demande ni tableau, ni chiffre, ni mention"
        )
    turned_down = {one for ecartee in made.ecartees for one in ecartee.sorties}
    if both := sorted(turned_down.intersection(made.sorties)):
        raise table.refused("ecartee", f"écarte « {both[0]} », que « sorties » recommande")


def _reprend(table: _Table) -> Reprend:
    made = Reprend(
        listes=table.texts("listes", LISTS) if "listes" in table.left else None,
        annees=table.whole("annees", None),
        toujours=table.texts("toujours", LISTS, ()),
        coordonnees=table.texts("coordonnees", CONTACTS, ()),
        documents=table.choice("documents", ("attendus", "tous", "aucun"), "attendus"),
        confidentiel=table.yes("confidentiel", default=False),
        notes=table.yes("notes", default=False),
        niveaux=table.yes("niveaux", default=True),
        a_acquerir=table.yes("a_acquerir", default=False),
        theme=table.take("theme", lambda v: isinstance(v, str), "un texte", ""),
        options=table.take("options", _options, "des options par thème : [reprend.options.parcours]", {}),
    )
    table.done()
    return made


def _options(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(inner, dict) for inner in value.values())


def _laisse(table: _Table) -> Laisse:
    made = Laisse(
        table.text("titre"),
        table.text("raison"),
        table.texts("listes", LISTS, ()),
        table.texts("coordonnees", CONTACTS, ()),
    )
    table.done()
    return made


def _piece(table: _Table) -> PieceAttendue:
    attente = table.choice("attente", ATTENTES)
    made = PieceAttendue(
        table.text("titre"),
        table.texts("types"),
        attente,
        table.text("phrase"),
        table.choice("choix", get_args(Choix), "lignes" if attente == "attendue" else "aucune"),
        table.texts("avec", LISTS, ()),
    )
    table.done()
    return made


def _regle(table: _Table) -> Regle:
    genre = table.choice("genre", REGLES)
    gravite, phrase = table.choice("gravite", GRAVITES), table.text("phrase")
    references = table.texts("references", default=())
    made = Regle(genre, gravite, phrase, references, _parametres(table, genre))
    table.done()
    return made


def _parametres(table: _Table, genre: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, needed in REGLES[genre].items():
        if key not in table.left and not needed:
            continue
        if key in _WHOLE:
            found[key] = table.whole(key)
        elif key in _YES:
            found[key] = table.yes(key, default=False)
        elif key in _ONE:
            found[key] = table.choice(key, LISTS) if key == "liste" else table.text(key)
        else:
            found[key] = table.texts(key, LISTS if key == "listes" else None)
    if ("champ" in found) != ("valeurs" in found):
        raise table.refused("valeurs", "va avec « champ » : donnez les deux, ou aucune")
    for key in ("champs", "champ", "date"):
        for field in (found[key] if key == "champs" else [found[key]]) if key in found else ():
            for model in _models(genre, found):
                table.among(key, field, model.model_fields)
    return found


def _models(genre: str, found: Mapping[str, Any]) -> list[type[Element]]:
    """What has the fields that a rule names."""
    if genre in _WHOLE_THINGS:
        return [_WHOLE_THINGS[genre]]
    return [LISTES[one] for one in found.get("listes", (found.get("liste", ""),)) if one]


def _montre(table: _Table, kinds: Collection[str], *, titled: bool) -> Montre:
    genre = table.choice("genre", kinds)
    made = Montre(genre, table.text("titre") if titled else "")
    table.done()
    return made


def _ecartee(table: _Table) -> SortieEcartee:
    made = SortieEcartee(table.texts("sorties", SORTIES), table.text("raison"), table.yes("refusee", default=False))
    table.done()
    return made


def _typeset(text: str) -> str:
    """The spaces of French typography, for sentences typed with ordinary ones."""
    text = re.sub(r"« ?", f"«{NBSP}", re.sub(r" ?»", f"{NBSP}»", text.strip()))
    text = re.sub(r" (?=:)|(?<=\d) (?=%|€|[hj]\b)|(?<=n°) (?=\d)", NBSP, text)
    return re.sub(r" (?=[;!?])|(?<=\d) (?=\d{3}\b)", NNBSP, text)
