"""The commands of dossiers: list, new, check, build; what « Publier » does in the editor, in a terminal or a script."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from site_builder.choices import Day, Options, PublicationName, ThemeName, as_day, as_value, pair
from site_builder.opening import opened
from site_builder.terminal import (
    ArchivePath,
    AsJson,
    FromStdin,
    application,
    note,
    say,
    say_json,
    stepper,
)

if TYPE_CHECKING:
    from data.archive import Archive
    from data.publications import Publication
    from site_builder.leaving import Leaving
    from site_builder.outputs.forms import Asked, Form
    from site_builder.sending import Sent

dossier_app = application(
    name="dossier",
    help="Vos dossiers : ce qui sort, et pour qui.",
    no_args_is_help=True,
)


@dossier_app.command("list")
def list_command(archive: ArchivePath, password_stdin: FromStdin = False, as_json: AsJson = False) -> None:
    """Donne la liste des dossiers, et le journal des envois."""
    with opened(archive, from_stdin=password_stdin, meanwhile=_nothing) as held:
        livret = held.livret
    if as_json:
        say_json(
            {
                "dossiers": [one.model_dump(mode="json", exclude_defaults=True) for one in livret.publications],
                "envois": [one.model_dump(mode="json", exclude_defaults=True) for one in livret.envois],
            }
        )
        return
    from data.nomenclatures import label  # noqa: PLC0415 - loaded for the work that follows

    if not livret.publications:
        say("Aucun dossier. « livret dossier new » en crée un.")
    for one in livret.publications:
        closed = f", fermé le {one.fermee_le.words}" if one.fermee_le else ""
        what = label("demarches", one.demarche) or "sans démarche"
        say(f"{one.id:<16} {one.titre} ({what}{closed}){f' → {one.destinataire}' if one.destinataire else ''}")
    for sent in livret.envois:
        to = f" → {sent.destinataire}" if sent.destinataire else ""
        say(f"  {sent.quand:<26} {sent.publication:<16} {sent.format}{to}")


@dossier_app.command("new")
def new_command(
    archive: ArchivePath,
    demarche: Annotated[str, typer.Option("--demarche", metavar="CODE", help="mutation, bilan, vae…")] = "libre",
    title: Annotated[str, typer.Option("--title", metavar="TITRE", help="Le titre de la première page.")] = "",
    recipient: Annotated[str, typer.Option("--recipient", metavar="NOM", help="À qui il est destiné.")] = "",
    copy_of: Annotated[str, typer.Option("--from", metavar="NOM", help="Partir d’une copie de ce dossier.")] = "",
    password_stdin: FromStdin = False,
    as_json: AsJson = False,
) -> None:
    """Crée un dossier pour une démarche. Elle choisit les rubriques et les documents ; vous les corrigez ensuite."""
    with opened(archive, from_stdin=password_stdin, meanwhile=_nothing, writing=True) as held:
        from data import demarches  # noqa: PLC0415 - loaded for the work that follows
        from site_builder import dossiers, preparation  # noqa: PLC0415
        from site_builder.publish import choose  # noqa: PLC0415

        livret, today = held.livret, as_day("")
        if copy_of:
            source = choose(livret, copy_of)
            made = dossiers.duplicated(source, title or source.titre, today).with_(destinataire=recipient)
        else:
            chosen = demarches.known(demarche)
            made = preparation.prepare(livret, chosen, title or chosen.libelle, today).with_(destinataire=recipient)
        held.save(dossiers.with_dossier(livret, made))
    if as_json:
        say_json(made.model_dump(mode="json", exclude_defaults=True))
        return
    say(f"Dossier créé : {made.id} ({made.titre}).")
    say(f"À relire : livret dossier check {archive} -p {made.id}")


@dossier_app.command("check")
def check_command(
    archive: ArchivePath,
    publication: PublicationName = "",
    day: Day = "",
    password_stdin: FromStdin = False,
    as_json: AsJson = False,
) -> None:
    """Dit ce qui sort d’un dossier, et ce qui manque. Ce qui reste, aussi, et pourquoi ; rien n’est écrit."""
    with opened(archive, from_stdin=password_stdin, meanwhile=_nothing) as held:
        from data import demarches  # noqa: PLC0415 - loaded for the work that follows
        from site_builder import gate  # noqa: PLC0415
        from site_builder.frozen import source  # noqa: PLC0415
        from site_builder.leaving import leaving  # noqa: PLC0415
        from site_builder.publish import choose  # noqa: PLC0415

        dossier = choose(held.livret, publication)
        shown = source(held.livret, dossier, as_day(day), held.livret_at)
        found = leaving(shown.livret, dossier, shown.jour)
        constats = demarches.review(gate.release(shown.livret, dossier), dossier, shown.jour)
    warnings = [*([shown.says] if shown.says else ()), *found.warnings]
    if as_json:
        data = asdict(found) | {"jour": shown.jour.isoformat(), "warnings": warnings}
        say_json(data | {"constats": [asdict(one) for one in constats]})
    else:
        _tell_leaving(dossier, found)
        _tell("À relire", warnings)
        _tell("Pour cette démarche", [f"{one.says} ({one.base})" if one.base else one.says for one in constats])
        _tell("À retirer avant tout envoi", found.blocked)
    if found.blocked:
        raise typer.Exit(1)


@dossier_app.command("build")
def build_command(
    archive: ArchivePath,
    publication: PublicationName = "",
    form: Annotated[
        list[str] | None,
        typer.Option("--form", "-f", metavar="FORME", help="protegee, zip, pdf, dossier-complet, page… ; se répète."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DOSSIER", help="Où écrire ; sinon à côté du livret.")
    ] = None,
    target: Annotated[
        int, typer.Option("--target", metavar="MO", help="Poids du dossier complet : 1, 2, 5 ou 10 Mo.")
    ] = 2,
    remarks: Annotated[bool, typer.Option("--remarks", help="Inviter le lecteur à écrire des remarques.")] = False,
    recipient: Annotated[
        list[str] | None,
        typer.Option("--recipient", metavar="NOM", help="Qui ouvrira la page protégée ; se répète."),
    ] = None,
    passphrase_stdin: Annotated[
        bool, typer.Option("--passphrase-stdin", help="Lire les phrases de passe, une par ligne, au lieu de les tirer.")
    ] = False,
    theme: ThemeName = "",
    option: Options = None,
    day: Day = "",
    no_log: Annotated[bool, typer.Option("--no-log", help="Ne pas inscrire l’envoi au journal.")] = False,
    password_stdin: FromStdin = False,
    as_json: AsJson = False,
) -> None:
    """Écrit un dossier sous une ou plusieurs formes. L’envoi est inscrit au journal."""
    from site_builder.documents import MEGA, TARGETS  # noqa: PLC0415 - see below
    from site_builder.outputs import forms  # noqa: PLC0415 - an unknown form is told before a password is asked for

    wanted = [forms.named(code) for code in form or [forms.PDF]]
    if target * MEGA not in TARGETS:
        raise typer.BadParameter(f"{target} : choisissez 1, 2, 5 ou 10", param_hint="--target")
    with opened(archive, from_stdin=password_stdin, meanwhile=_nothing, writing=not no_log) as held:
        readers = _readers(recipient or [], passphrase_stdin) if any(one.secret for one in wanted) else []
        asked = forms.Asked(
            passphrases=tuple(phrase for _, phrase in readers),
            to=", ".join(name for name, _ in readers if name),
            target=target * MEGA,
            invite=remarks,
        )
        sent: list[Sent] = []
        try:
            sent.extend(_build(held, publication, wanted, out, asked, (theme, option or ()), as_day(day)))
        finally:  # what was written before a disk refused was handed over all the same
            if sent and not no_log:
                _log(held, sent)
    if as_json:
        phrases = [{"pour": name, "phrase": phrase} for name, phrase in readers]
        say_json({"envois": [_sent_data(one) for one in sent], "phrases": phrases})
        return
    for one in sent:
        _tell_sent(one)
    for who, phrase in readers:
        say(f"Phrase de passe{f' pour {who}' if who else ''} : {phrase}")
    if readers:
        note("Donnez-la par un autre moyen que le fichier : téléphone, SMS, de vive voix. Livret ne la garde pas.")


def _nothing() -> None:
    """Nothing to make ready while the password is being checked."""


def _readers(names: Sequence[str], from_stdin: bool) -> list[tuple[str, str]]:
    """Who may open what is protected, and with what: drawn by chance, or read from standard input."""
    from data import passwords  # noqa: PLC0415 - only when something is protected
    from data.passphrase import passphrase  # noqa: PLC0415

    found = []
    for name in names or [""]:
        phrase = sys.stdin.readline().strip() if from_stdin else passphrase()
        passwords.require(phrase)
        found.append((name, phrase))
    return found


def _build(
    held: Archive,
    publication: str,
    wanted: Sequence[Form],
    out: Path | None,
    asked: Asked,
    look: tuple[str, Sequence[str]],
    jour: date,
) -> Iterator[Sent]:
    """Make every form, look at every place, then write: what fails in the middle leaves what stood there as it was."""
    from site_builder import dossiers, sending  # noqa: PLC0415 - loaded for the work that follows
    from site_builder.documents import Copies  # noqa: PLC0415
    from site_builder.frozen import source  # noqa: PLC0415
    from site_builder.outputs import forms  # noqa: PLC0415
    from site_builder.publish import choose, publish, theme_of  # noqa: PLC0415

    dossier = dossiers.settled(choose(held.livret, publication), held.livret, jour)
    shown = source(held.livret, dossier, jour, held.livret_at)
    if shown.says:
        note(shown.says)
    theme = theme_of(dossier, look[0])
    options = {key: as_value(theme, key, text) for key, text in map(pair, look[1])}
    publisher = partial(
        publish, shown.livret, held.piece, dossier, jour=shown.jour, theme=theme, chosen=options, copies=Copies(),
        progress=stepper("Documents"),
    )  # fmt: skip
    asked = replace(asked, echanges=held.livret.remarques)
    made = [forms.make(one, publisher, asked) for one in wanted]
    known = {envoi.sha256 for envoi in held.livret.envois}
    home = out or held.path.absolute().parent
    places = [home / dossiers.default_name(dossier, one.form) for one in made]
    for one, place in zip(made, places, strict=True):
        sending.refuse_taken(one.form, place, known)
    for one, place in zip(made, places, strict=True):
        yield sending.write(one, place, known, asked.to)


def _log(held: Archive, sent: Sequence[Sent]) -> None:
    """Note what was handed over; the dossier it was made of is kept with it when it was not yet."""
    from site_builder import dossiers  # noqa: PLC0415 - loaded for the work that follows

    livret = held.livret
    for one in sent:
        dossier = one.made.made.publication
        livret = livret if dossiers.kept(livret, dossier) else dossiers.with_dossier(livret, dossier)
        livret = dossiers.logged(livret, one.envoi)
    held.save(livret)


def _tell(what: str, sentences: Sequence[str]) -> None:
    if sentences:
        say(f"{what} :")
        for sentence in sentences:
            say(f"  • {sentence}")


def _tell_leaving(dossier: Publication, found: Leaving) -> None:
    say(f"{dossier.titre} : {found.total} lignes sortent, {len(found.documents)} documents, {found.stay} restent.")
    say(f"  {found.identite or 'Aucun nom'}{''.join(f', {label} : {value}' for label, value in found.coordonnees)}")
    for liste in found.listes:
        say(f"  {liste.titre} ({len(liste.lignes)})")
        for row in liste.lignes:
            say(f"    {row.titre}")
    _tell("Documents joints", [f"{one.titre} ({one.media}, {one.taille}) : {one.fichier}" for one in found.documents])
    _tell("Catégorie particulière, avec accord exprès", [row.titre for row in found.consenties])
    _tell("Restent dans le livret", [f"{group.raison} : {len(group.lignes)}" for group in found.restent])


def _sent_data(sent: Sent) -> dict[str, object]:
    return {
        "forme": sent.made.form.code,
        "fichier": str(sent.first),
        "avec": [str(path) for path in sent.beside],
        "octets": sent.made.size,
        "sha256": sent.made.sha256,
        "a_savoir": [*sent.made.says, *sent.made.made.warnings, *sent.made.faults],
    }


def _tell_sent(sent: Sent) -> None:
    from site_builder.documents import say_size  # noqa: PLC0415 - only when something was written

    say(f"{sent.made.form.titre} ({say_size(sent.made.size)}) : {sent.first}")
    for path in sent.beside:
        say(f"  avec : {path}")
    for sentence in (*sent.made.says, *sent.made.made.warnings, *sent.made.faults):
        note(f"À savoir : {sentence}")
