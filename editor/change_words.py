"""The French of a change: how a row is called, a value quoted, a field said to have changed, and how words agree.

Long texts are never quoted whole, and a private note never at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from data.fields import Champ, Ligne, champs
from data.french import NBSP, say_number
from data.model import LISTES, Livret, Titulaire
from data.nomenclatures import label
from data.publications import Consentement, Envoi, Publication
from data.values import Etape, PartialDate

Row = Ligne | Publication

LONGEST = 60  # signs of a value quoted
MOST_NAMED = 3  # names in one sentence
EMPTY = "(vide)"
_LINKED = {liste.rpartition(".")[2]: model for liste, model in LISTES.items()}
_STILL = frozenset({"ou", "et", "de"})  # words that take no s


class Names:
    """How rows are called, whichever of two livrets holds them."""

    def __init__(self, before: Livret, after: Livret) -> None:
        self._livrets = (after, before)

    def of(self, identifier: str) -> str:
        """A row's own name, empty when neither livret has it."""
        for livret in self._livrets:
            row = livret.rows.get(identifier) or next((p for p in livret.publications if p.id == identifier), None)
            if row is not None:
                return name(row)
        return ""

    def word(self, key: str) -> str:
        """What a list of words may hold, as an agent would say it: a row, a list, one of their contact details."""
        if found := self.of(key):
            return found
        if key in LISTES:
            return LISTES[key].pluriel
        return next((champ.titre for champ in champs(Titulaire) if champ.nom == key), cut(key))

    def envoi(self, envoi: Envoi) -> str:
        """A line of the export log, in words."""
        day = cut(envoi.date)
        with suppress(ValueError):
            day = str(PartialDate.of(datetime.fromisoformat(envoi.date).date()))
        title = self.of(envoi.publication)
        parts = [
            _quoted(title) if title else "dossier",
            f"({cut(envoi.format)})" if envoi.format else "",
            f"pour {cut(envoi.destinataire)}" if envoi.destinataire else "",
        ]
        return f"{' '.join(filter(None, parts))}, le {day}"


def row_says(row: Row, verb: str, more: str = "") -> str:
    """« Formation suivie ajoutée : « La paie ». », with something more to say before the period."""
    noun, feminine = called(type(row))
    says = f"{noun[:1].upper()}{noun[1:]} {agreed(verb, feminine=feminine)}{NBSP}: {_quoted(name(row))}"
    return f"{says}{more}."


def field_says(place: str, champ: Champ, old: Any, new: Any, names: Names) -> Iterator[str]:
    """The sentences for one field that changed at a place, at least one."""
    at = " › ".join(filter(None, [place, champ.titre]))
    if champ.nom == "note_privee":
        yield f"{place}{NBSP}: note privée {agreed(_fate(old, new), feminine=True)}."
    elif champ.genre == "markdown":
        yield f"{at}{NBSP}: texte {_fate(old, new)}{_lines(old, new)}."
    elif champ.nom == "a_corriger":
        yield from _to_correct(place, old, new)
    elif champ.genre == "liens":
        yield from _links(place, champ, old, new, names)
    elif (held := _keys(old)) is not None and (holds := _keys(new)) is not None:
        yield ended(f"{at}{NBSP}: {_words(champ, held, holds, names)}")
    elif champ.nom == "charte" and new is not None:
        yield f"{champ.titre} {new}."
    else:
        was, now = (_value(champ, value, names) for value in (old, new))
        yield ended(f"{at}{NBSP}: {f'{was} → {now}' if was != now else 'contenu modifié'}")


def _links(place: str, champ: Champ, old: Sequence[str], new: Sequence[str], names: Names) -> Iterator[str]:
    """The links made and those taken away, by the names of what they lead to."""
    noun, feminine = called(_LINKED[champ.lien])
    added, gone = _apart(old, new)
    for keys, verb in ((added, "joint" if champ.lien == "pieces" else "relié"), (gone, "retiré")):
        if keys:
            many = len(keys) > 1
            listed = _listed([names.of(key) or "introuvable" for key in keys])
            verb_agreed = agreed(verb, feminine=feminine, plural=many)
            yield f"{place}{NBSP}: {_plural(noun) if many else noun} {listed} {verb_agreed}."
    if not added and not gone:
        yield f"{place} › {champ.titre}{NBSP}: ordre modifié."


def _words(champ: Champ, old: Sequence[str], new: Sequence[str], names: Names) -> str:
    """« + « Diplômes » ; − « Langues » »: what came into a list of words, and what left it."""
    if champ.liste:
        old, new = ([label(champ.liste, one) for one in keys] for keys in (old, new))
    added, gone = _apart(old, new)
    said = [
        f"{sign}{NBSP}{_listed([names.word(key) for key in keys])}"
        for sign, keys in (("+", added), ("−", gone))
        if keys
    ]
    return f"{NBSP}; ".join(said) or "ordre ou contenu modifié"


def _to_correct(place: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for nom in dict.fromkeys([*old, *new]):
        if nom not in new:
            yield f"{place}{NBSP}: saisie {_quoted(cut(old[nom]))} corrigée ou effacée."
        elif nom not in old or old[nom] != new[nom]:
            yield f"{place}{NBSP}: saisie à corriger, {_quoted(cut(new[nom]))}."


def _keys(value: Any) -> list[str] | None:
    """A field's value as a list of words or identifiers; None when it is something else."""
    if isinstance(value, tuple) and all(isinstance(one, (str, Consentement)) for one in value):
        return [one.ligne if isinstance(one, Consentement) else one for one in value]
    return None


def _apart(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is only in the new list, and what is only in the old one."""
    return [one for one in new if one not in old], [one for one in old if one not in new]


def _value(champ: Champ, value: Any, names: Names) -> str:
    """One value, in a few words; nothing at all for what has no words of its own, such as the options of a theme."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if value is None or value in ("", ()):
        return EMPTY
    if isinstance(value, tuple):
        return cut(f"{NBSP}; ".join(_step(champ, one, names) for one in value))
    if champ.lien:
        return _quoted(names.of(str(value)) or "introuvable")
    if champ.genre in {"entier", "nombre"}:
        return say_number(value)
    return "" if champ.genre == "table" else cut(label(champ.liste, str(value)) if champ.liste else str(value))


def _step(champ: Champ, one: Any, names: Names) -> str:
    if isinstance(one, str):
        return label(champ.liste, one) if champ.liste else names.word(one)
    if isinstance(one, Etape) and champ.liste:
        return f"{one.date}{NBSP}: {label(champ.liste, one.libelle)}"
    return str(one)


def _fate(old: Any, new: Any) -> str:
    if old and new:
        return "modifié"
    return "ajouté" if new else "effacé"


def _lines(old: str, new: str) -> str:
    """« (+2 lignes) », nothing when there are as many or none is left."""
    count = len(new.splitlines()) - len(old.splitlines()) if new else 0
    sign = "" if not old else "+" if count > 0 else "−"
    return f" ({sign}{say_number(abs(count))}{NBSP}ligne{'s' if abs(count) > 1 else ''})" if count else ""


def _listed(said: Sequence[str]) -> str:
    """« La paie », « Dessin », « Droit » et 2 autres."""
    quoted = [_quoted(one) for one in said[:MOST_NAMED]]
    rest = len(said) - len(quoted)
    if rest:
        return f"{', '.join(quoted)} et {say_number(rest)} autre{'s' if rest > 1 else ''}"
    return " et ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))


def titled(row: Row) -> bool:
    """Whether the field that names a row is filled in."""
    return bool(str(getattr(row, champs(type(row))[0].nom)).strip())


def name(row: Row) -> str:
    """What a row is called in a sentence."""
    return cut(row.intitule_ligne if isinstance(row, Ligne) else row.titre) or "(sans intitulé)"


def called(model: type[Row]) -> tuple[str, bool]:
    """How one row of a list is called, without its article, and whether it is feminine."""
    article, _, noun = model.singulier.partition(" ")
    return noun, article == "une"


def several(count: int, noun: str) -> str:
    """« 1 emploi », « 2 emplois »."""
    return f"{say_number(count)} {_plural(noun) if count > 1 else noun}"


def _plural(noun: str) -> str:
    words = noun.split()
    return " ".join(word if word in _STILL or word.isupper() or word[-1] in "sxz" else f"{word}s" for word in words)


def agreed(participle: str, *, feminine: bool = False, plural: bool = False) -> str:
    """A past participle with its endings."""
    return f"{participle}{'e' if feminine else ''}{'s' if plural else ''}"


def cut(text: str) -> str:
    """A text on one line, shortened with an ellipsis when it is long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 1].rstrip()}…"


def ended(clause: str) -> str:
    """A clause with its period, unless it ends with a mark of its own."""
    return clause if clause.endswith(("…", ".", "!", "?")) else f"{clause}."


def _quoted(text: str) -> str:
    return f"«{NBSP}{text}{NBSP}»"
