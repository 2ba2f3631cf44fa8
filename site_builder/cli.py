"""The builder's commands: build, check, preview, theme; usable alone as ``python -m site_builder``.

Only what reads the command line is imported here; the rest is loaded by ``_warm`` while the password is checked.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.errors import BuildError
from site_builder.choices import Day, Options, PublicationName, ThemeName, as_day, as_value, pair
from site_builder.dossier_commands import dossier_app
from site_builder.opening import opened
from site_builder.terminal import (
    ArchivePath,
    AsJson,
    FromStdin,
    application,
    note,
    run,
    say,
    say_json,
    stepper,
    waiting,
)
from site_builder.theme_commands import theme_app

if TYPE_CHECKING:
    from site_builder.publish import Published

app = application(
    name="livret-site",
    help="Construit le portfolio statique d’un livret.",
    no_args_is_help=True,
)
app.add_typer(theme_app, name="theme")
app.add_typer(dossier_app, name="dossier")


@app.command("build")
def build_command(
    archive: ArchivePath,
    out: Annotated[Path, typer.Option("--out", metavar="DOSSIER", help="Où écrire le portfolio.")] = Path("portfolio"),
    publication: PublicationName = "",
    theme: ThemeName = "",
    option: Options = None,
    single: Annotated[
        bool, typer.Option("--single-page", help="Tout dans une seule page HTML, documents compris.")
    ] = False,
    day: Day = "",
    password_stdin: FromStdin = False,
    as_json: AsJson = False,
) -> None:
    """Construit le portfolio d’un dossier. Il est écrit tout entier ou pas du tout."""
    gc.disable()  # the process ends with the build: looking for garbage would take a third of it
    made = _publish(archive, publication, theme, option, day, password_stdin, unique=single)
    from site_builder import checks  # noqa: PLC0415 - see _warm
    from site_builder.outputs import folder, single_page  # noqa: PLC0415

    # What our own themes make of any text is tested once for all; another's may name what is not there.
    faults = [] if made.theme.bundled else checks.check(made.site)
    if single:
        target = out if out.suffix.lower() in (".html", ".htm") else out / "portfolio.html"
        first = single_page.write(made.site, target)
        size = first.stat().st_size
    else:
        first = folder.write(made.site, out)
        size = made.site.size
    if not made.theme.bundled:
        note(f"Thème « {made.theme.name} » pris dans {made.theme.home}")
    for fault in (*made.warnings, *faults):
        note(f"À revoir : {fault}")
    if as_json:
        say_json(
            {
                "page": str(first),
                "publication": made.publication.id,
                "theme": made.theme.name,
                "fichiers": 1 if single else len(made.site.files),
                "octets": size,
                "sha256": made.site.digest,
                "a_revoir": [*made.warnings, *faults],
            }
        )
        return
    say(f"Portfolio « {made.view.titre} », thème {made.theme.title} : {len(made.view.documents)} documents joints.")
    say(f"À ouvrir : {first}")


@app.command("check")
def check_command(
    archive: ArchivePath,
    publication: PublicationName = "",
    theme: ThemeName = "",
    day: Day = "",
    password_stdin: FromStdin = False,
    as_json: AsJson = False,
) -> None:
    """Vérifie le fichier, son contenu, le portfolio. Rien n’est écrit."""
    jour = as_day(day)
    with opened(archive, from_stdin=password_stdin, meanwhile=_warm(theme)) as livret:
        from data.completeness import problems  # noqa: PLC0415 - see _warm
        from data.places import say_problem  # noqa: PLC0415
        from site_builder import checks  # noqa: PLC0415
        from site_builder.publish import choose, publish  # noqa: PLC0415

        with waiting("Vérification de chaque version et de chaque document"):
            damage = livret.check()
        content = [say_problem(livret.livret, problem) for problem in problems(livret.livret, jour)]
        chosen = choose(livret.livret, publication)
        made = publish(livret.livret, livret.piece, chosen, jour=jour, theme=theme, progress=stepper("Documents"))
    site = checks.check(made.site)
    if as_json:
        say_json({"fichier": damage, "contenu": content, "publication": list(made.warnings), "portfolio": site})
    else:
        _tell("Fichier", damage, "intact : chaque version et chaque document ont l’empreinte attendue.")
        _tell("Contenu", content, "rien à corriger.")
        _tell("Publication", list(made.warnings), "aucun mot qui en dise plus que vous ne voulez.")
        _tell("Portfolio", site, "liens, titres et accessibilité en ordre.")
    if damage or site:
        raise typer.Exit(1)


def _tell(what: str, findings: list[str], fine: str) -> None:
    if not findings:
        say(f"{what} : {fine}")
        return
    say(f"{what} : {len(findings)} remarque{'s' if len(findings) > 1 else ''}.")
    for finding in findings:
        say(f"  • {finding}")


@app.command("preview")
def preview_command(
    archive: ArchivePath,
    publication: PublicationName = "",
    theme: ThemeName = "",
    option: Options = None,
    day: Day = "",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Le port ; sinon un port libre.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Ne pas ouvrir le navigateur.")] = False,
    password_stdin: FromStdin = False,
) -> None:
    """Montre le portfolio dans le navigateur. Depuis la mémoire : rien n’est écrit."""
    from site_builder.preview import Preview  # noqa: PLC0415 - only when served

    made = _publish(archive, publication, theme, option, day, password_stdin, unique=False)
    try:
        server = Preview(made.site, port)
    except OSError as error:
        raise PortTaken(port) from error
    with server:
        say(f"Aperçu : {server.address}")
        note("Visible de cet ordinateur seulement. Ctrl+C pour arrêter.")
        if not no_browser:
            import webbrowser  # noqa: PLC0415

            webbrowser.open(server.address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            note("Aperçu arrêté.")


class PortTaken(BuildError):
    """The port asked for is in use."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Le port {port} est déjà pris : choisissez-en un autre, ou n’en donnez aucun.")


def _publish(
    archive: Path,
    publication: str,
    theme: str,
    option: list[str] | None,
    day: str,
    password_stdin: bool,
    *,
    unique: bool,
) -> Published:
    jour = as_day(day)
    pairs = [pair(text) for text in option or ()]
    with opened(archive, from_stdin=password_stdin, meanwhile=_warm(theme)) as livret:
        from site_builder.publish import choose, publish, theme_of  # noqa: PLC0415 - see _warm

        chosen = choose(livret.livret, publication)
        loaded = theme_of(chosen, theme)
        return publish(
            livret.livret,
            livret.piece,
            chosen,
            jour=jour,
            theme=theme,
            chosen={key: as_value(loaded, key, text) for key, text in pairs},
            unique=unique,
            progress=stepper("Documents"),
        )


def _warm(theme: str) -> Callable[[], None]:
    """What a build needs, made ready while the password is being checked; a theme that does not exist is told then."""

    def load() -> None:
        from site_builder import checks, publish  # noqa: F401, PLC0415 - loaded for the work that follows
        from site_builder.outputs import folder, single_page  # noqa: F401, PLC0415

        publish.warm(theme)

    return load


def main() -> None:
    """Run the builder's commands."""
    run(app)
