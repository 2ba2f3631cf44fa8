"""What has no place in a JSON Resume: kept whole under one key of ours, and told in French."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any, Final

from data.experiences import Emploi
from data.fields import Ligne, champs
from data.french import NBSP
from site_builder.figures import counted_as
from site_builder.outputs.exported import filled, unlinked, without_equivalent
from site_builder.outputs.lines import Line, Lines
from site_builder.outputs.plain_text import plain
from site_builder.publish import Published

OURS: Final = "x-livret"


def left_over(
    made: Published, lines: Lines, said: Callable[[Line[Any]], AbstractSet[str] | None], *, email: bool
) -> tuple[dict[str, Any], list[str]]:
    """What has no place in the format, and the sentences that say so.

    Args:
        made: the portfolio.
        lines: its rows.
        said: the fields of a row that have a place; None when the row itself has none.
        email: whether the e-mail has the form of an address, which the format asks for.
    """
    rows: list[dict[str, Any]] = []
    homeless: Counter[str] = Counter()
    fields: dict[str, Counter[str]] = {}
    for model, held in lines:
        for line in held:
            placed = said(line)
            left = _fields(model, line, placed or frozenset())
            if placed is None:
                homeless[model.pluriel] += 1
                left = filled(Organisme=line.view.organisme, Dates=line.view.periode) | left
            else:
                fields.setdefault(model.pluriel, Counter()).update(list(left))
            if left or placed is None:
                rows.append({"rubrique": model.pluriel, "intitule": line.view.intitule, **filled(champs=left)})
    who = made.released.titulaire
    ours = filled(
        dossier=made.view.titre,
        introduction=plain(made.publication.introduction),
        projet=plain(who.projet),
        courriel="" if email else who.courriel,
        lignes=rows,
    )
    says = [_no_place(liste, number) for liste, number in homeless.items()]
    says += without_equivalent({liste: counts for liste, counts in fields.items() if counts})
    return ours, says + _texts(ours) + _links(made) + _where(says)


def _fields(model: type[Ligne], line: Line[Any], placed: AbstractSet[str]) -> dict[str, str]:
    """The fields of a row that have no place, as they are read."""
    texts = {champ.nom: getattr(line.row, champ.nom) for champ in champs(model) if champ.genre == "markdown"}
    left = {fait.titre: fait.texte for fait in line.view.faits if fait.nom not in placed}
    if line.view.duree and not isinstance(line.row, Emploi):  # that of a post follows from its dates
        left["Durée"] = line.view.duree
    return left | {texte.titre: plain(texts[texte.nom]) for texte in line.view.textes if texte.nom not in placed}


def _no_place(liste: str, number: int) -> str:
    verb = "n’a" if number == 1 else "n’ont"
    return f"«{NBSP}{liste}{NBSP}»{NBSP}: {counted_as(number, 'ligne', 'lignes')} {verb} pas d’équivalent."


def _texts(ours: dict[str, Any]) -> list[str]:
    told = {
        "introduction": "L’introduction du dossier n’a pas d’équivalent.",
        "projet": "Le projet professionnel n’a pas d’équivalent.",
        "courriel": "Le courriel n’a pas la forme d’une adresse électronique.",
    }
    return [sentence for key, sentence in told.items() if key in ours]


def _links(made: Published) -> list[str]:
    links = sum(len(getattr(row, "competences", ())) for row in made.released.rows.values())
    return unlinked(len(made.released.pieces), links)


def _where(says: list[str]) -> list[str]:
    """Where to find again the rows and fields just told."""
    sentence = (
        f"Les lignes et les champs sans équivalent sont gardés sous la clé «{NBSP}{OURS}{NBSP}», "
        "que les autres outils ignorent."
    )
    return [sentence] if says else []
