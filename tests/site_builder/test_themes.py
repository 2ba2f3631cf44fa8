"""The theme loader: each rule of the contract, and the sentence when it is broken."""

from __future__ import annotations

import pytest

from data.errors import OptionError, ThemeError
from site_builder import themes
from site_builder.themes import available, find
from tests.site_builder.support import write_theme

PAGE = "<html lang='fr'><head><title>t</title></head><body>{% block corps %}{% endblock %}</body></html>"


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """The agent's own themes folder, empty."""
    home = tmp_path / "share"
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    monkeypatch.setattr(themes, "user_home", lambda: home / "livret" / "themes")
    themes.forget()
    return home / "livret" / "themes"


def option(name: str = "accent", **keys: str) -> str:
    declared = {"type": '"color"', "default": '"#204060"', "label": '"Couleur"', **keys}
    return f"[options.{name}]\n" + "\n".join(f"{key} = {value}" for key, value in declared.items() if value)


FAULTS = {
    "unknown-key": ({"head": {"licence": "MIT"}}, "clé inconnue « licence » ; vouliez-vous « license » ?"),
    "missing-key": ({"head": {"summary": None}}, "il manque « summary »"),
    "all-at-once": ({"head": {"summary": None, "titel": "x"}}, "clé inconnue « titel ».*; il manque « summary »"),
    "wrong-form": ({"head": {"contract": "1"}}, "« contract » n’a pas la bonne forme"),
    "true-is-no-number": ({"head": {"contract": True}}, "« contract » n’a pas la bonne forme"),
    "later-contract": ({"head": {"contract": 9}}, "écrit pour le contrat 9, ce programme connaît le contrat 1"),
    "bad-name": ({"head": {"name": "Mon thème"}}, "le nom « Mon thème » doit être en minuscules"),
    "missing-parent": (
        {"head": {"extends": "bse"}},
        "Thème « bse » : ce thème n’existe pas \\(demandé par « essai »\\) ; vouliez-vous « base » ?",
    ),
    "itself": ({"head": {"extends": "base", "name": "base"}}, "les thèmes héritent en rond : base → base"),
    "bad-toml": ({"toml": "x = ["}, "theme.toml est mal écrit"),
    "bad-colour": ({"toml": option(default='"red"')}, "« red » n’est pas une couleur comme #1a2b3c"),
    "bad-default": ({"toml": option(type='"integer"')}, "attend un nombre entier, pas « #204060 »"),
    "bad-choice": (
        {"toml": option(type='"choice"', choices='["un", "deux"]', default='"trois"')},
        "« trois » n’est pas un choix \\(un, deux\\)",
    ),
    "unknown-type": ({"toml": option(type='"colour"')}, "option « accent » : type inconnu"),
    "odd-type": ({"toml": option(type='["color"]')}, "option « accent » : « type » n’a pas la bonne forme"),
    "unknown-option-key": ({"toml": option(hlep='"x"')}, "option « accent » : clé inconnue « hlep »"),
    "no-label": ({"toml": option(label="")}, "option « accent » : il faut « default » et « label »"),
    "no-table": ({"toml": "[options]\naccent = 3"}, "il faut une table \\[options.accent\\]"),
    "odd-choices": ({"toml": option(type='"choice"', choices="3")}, "« choices » n’a pas la bonne forme"),
    "odd-choice": ({"toml": option(type='"choice"', choices="[3]")}, "« choices » n’a pas la bonne forme"),
    "odd-bound": ({"toml": option(type='"integer"', default="3", minimum='"1"')}, "« minimum » n’a pas la bonne forme"),
    "too-small": ({"toml": option(type='"integer"', default="0", minimum="1")}, "0 est en dessous de 1"),
    "too-big": ({"toml": option(type='"integer"', default="9", maximum="4")}, "9 dépasse 4"),
    "style-in-a-name": ({"toml": option(name='"a:red;}body{x"')}, "son nom doit être en minuscules"),
    "style-in-a-choice": (
        {"toml": option(type='"choice"', choices='["a;}body{x"]', default='"a;}body{x"')},
        "le choix « a;}body{x » doit être en lettres",
    ),
}


@pytest.mark.parametrize(("written", "says"), FAULTS.values(), ids=FAULTS.keys())
def test_each_fault_of_a_theme_has_its_sentence(tmp_path, written, says):
    """A malformed theme is refused when it is loaded, with what is wrong and, where there is one, a near miss."""
    home = write_theme(tmp_path / "essai", {"page.html": PAGE}, **written)
    with pytest.raises(ThemeError, match=says) as told:
        find(str(home))
    assert told.value.exit_code == 8


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ('a = "x', "words/fr.toml est mal écrit"),
        ("a = 3", "« a » n’est pas un texte"),
        ('a = "{site.__class__}"', "« a » : entre accolades, un nom simple seulement"),
        ('a = "{site[titre]}"', "entre accolades, un nom simple seulement"),
        ('a = "{0}"', "entre accolades, un nom simple seulement"),
        ('a = "{x!r:>{y}}"', "entre accolades, un nom simple seulement"),
        ('a = "{"', "entre accolades, un nom simple seulement"),
    ],
)
def test_words_are_texts_with_plain_names(tmp_path, words, says):
    """Words hold texts and {names}: a dotted name would reach into Python past the sandbox."""
    home = write_theme(tmp_path / "essai", {"page.html": PAGE})
    (home / "words").mkdir()
    (home / "words" / "fr.toml").write_text(words, encoding="utf-8")
    with pytest.raises(ThemeError, match=says):
        find(str(home))


@pytest.mark.parametrize("name", ["theme.toml", "words/fr.toml", "templates/page.html"])
def test_a_file_in_another_encoding_is_told(tmp_path, name):
    """A file saved in Latin-1 is told by its name, never as a bug of the program."""
    home = write_theme(tmp_path / "essai", {"page.html": PAGE})
    (home / "words").mkdir()
    (home / name).write_bytes("titre = 'é'".encode("latin-1"))
    with pytest.raises(ThemeError, match=r"ne se lit pas|n’est pas écrit en UTF-8"):
        find(str(home)).templates()


def test_a_theme_that_is_not_there(tmp_path):
    """An unknown name is told with a near miss and the themes there are; a folder without a theme, too."""
    with pytest.raises(ThemeError, match=r"vouliez-vous « base » \? ; thèmes fournis : .*base"):
        find("basse")
    with pytest.raises(ThemeError, match="aucun dossier de thème à cet endroit"):
        find(str(tmp_path / "vide"))


def test_a_circle_is_printed(own_home):
    """Themes that inherit from each other are refused, with the way round."""
    for name, parent in (("un", "deux"), ("deux", "trois"), ("trois", "un")):
        write_theme(own_home / name, {"page.html": PAGE}, head={"extends": parent})
    with pytest.raises(ThemeError, match="héritent en rond : un → deux → trois → un"):
        find("un")


def test_a_chain_has_an_end(own_home):
    """A chain longer than anybody needs is told as such, not as a circle."""
    for n in range(12):
        write_theme(own_home / f"t{n}", {"page.html": PAGE}, head={"extends": f"t{n + 1}"})
    with pytest.raises(ThemeError, match="plus de 8 thèmes à la suite"):
        find("t0")


def test_a_chain_of_three_merges_by_name(own_home):
    """Templates and files: the nearest wins, whole; words and options: merged by name, nearest last."""
    grand = write_theme(
        own_home / "grand", {"page.html": "grand", "pied.html": "grand", "reste.html": "grand"}, toml=option()
    )
    pere = write_theme(
        own_home / "pere",
        {"pied.html": "pere"},
        head={"extends": "grand"},
        toml=option(default='"#000000"') + "\n" + option("autre", type='"bool"', default="true"),
    )
    fils = write_theme(
        own_home / "fils", {"page.html": "fils"}, head={"extends": "pere"}, toml='[options.accent]\nlabel = "Teinte"'
    )
    for home, words, files in (
        (grand, 'a = "g"\nb = "g"\nc = "g"', {"s.css": "g", "f/x.css": "g"}),
        (pere, 'b = "p"\nc = "p"', {"s.css": "p"}),
        (fils, 'c = "f"', {"g.css": "f"}),
    ):
        (home / "words").mkdir()
        (home / "words" / "fr.toml").write_text(words, encoding="utf-8")
        for name, content in files.items():
            (home / "static" / name).parent.mkdir(parents=True, exist_ok=True)
            (home / "static" / name).write_text(content, encoding="utf-8")
    theme = find("fils")
    assert theme.chain == ("fils", "pere", "grand")
    assert theme.words == {"a": "g", "b": "p", "c": "f"}
    assert theme.static() == {"f/x.css": b"g", "g.css": b"f", "s.css": b"p"}
    held = theme.templates()
    assert (held["page.html"], held["pied.html"], held["reste.html"]) == ("fils", "pere", "grand")
    assert (held["@grand/page.html"], held["@grand/pied.html"], held["@pere/pied.html"]) == ("grand", "grand", "pere")
    assert "@pere/page.html" not in held
    assert (theme.options["accent"].default, theme.options["accent"].label) == ("#000000", "Teinte")
    assert list(theme.options) == ["accent", "autre"]


def test_a_child_never_changes_the_type_of_an_option(own_home):
    """An option keeps its parent's type, so that what an agent chose stays good from one theme to its child."""
    write_theme(own_home / "pere", {"page.html": PAGE}, toml=option())
    write_theme(own_home / "fils", head={"extends": "pere"}, toml=option(type='"string"', default='"x"'))
    with pytest.raises(ThemeError, match="le type color du thème parent ne peut pas changer"):
        find("fils")


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"acent": "#112233"}, "pas d’option « acent » ; vouliez-vous « accent » ?"),
        ({"zzz": 1}, "pas d’option « zzz ». « livret theme list »"),
        ({"accent": "red"}, "« red » n’est pas une couleur"),
        ({"accent": "#12345"}, "n’est pas une couleur"),
        ({"accent": "#112233;}"}, "n’est pas une couleur"),
        ({"accent": "#112233\n"}, "n’est pas une couleur"),
        ({"accent": 3}, "attend une couleur comme #1a2b3c, pas « 3 »"),
        ({"colonnes": True}, "attend un nombre entier, pas « True »"),
        ({"colonnes": "2"}, "attend un nombre entier"),
        ({"colonnes": 0}, "0 est en dessous de 1"),
        ({"colonnes": 4}, "4 dépasse 3"),
        ({"photo": 1}, "attend oui ou non"),
        ({"forme": "ovale"}, "« ovale » n’est pas un choix \\(ronde, carree\\)"),
        ({"pied": None}, "attend un texte"),
    ],
)
def test_a_value_that_does_not_suit_is_told(tmp_path, chosen, says):
    """An unknown option is told with a near miss, a wrong value with the value."""
    toml = "\n".join(
        [
            option(),
            option("colonnes", type='"integer"', default="2", minimum="1", maximum="3"),
            option("photo", type='"bool"', default="true"),
            option("forme", type='"choice"', choices='["ronde", "carree"]', default='"ronde"'),
            option("pied", type='"string"', default='""'),
        ]
    )
    theme = find(str(write_theme(tmp_path / "essai", {"page.html": PAGE}, toml=toml)))
    with pytest.raises(OptionError, match=says):
        theme.resolve(chosen)
    assert theme.resolve({"colonnes": 3}) == {
        "accent": "#204060", "colonnes": 3, "photo": True, "forme": "ronde", "pied": "",
    }  # fmt: skip


def test_where_a_theme_is_looked_for(own_home, tmp_path):
    """By path, then in the agent's own folder, then among the bundled ones."""
    write_theme(own_home / "base", {"page.html": PAGE}, head={"title": "Faux"})
    write_theme(own_home / "mien", {"page.html": PAGE}, head={"title": "Mien"})
    write_theme(tmp_path / "dev" / "mien", {"page.html": PAGE}, head={"title": "En cours"})
    assert find("base").title == "Faux"
    assert not find("base").bundled
    assert find("parcours").bundled
    assert find("mien").title == "Mien"
    assert find(str(tmp_path / "dev" / "mien")).title == "En cours"


def test_the_themes_to_choose_from(own_home):
    """The list has the bundled themes and the agent's own, without the hidden ones nor those that are broken."""
    write_theme(own_home / "mien", {"page.html": PAGE})
    write_theme(own_home / "cache", {"page.html": PAGE}, head={"hidden": True})
    write_theme(own_home / "casse", {"page.html": PAGE}, head={"contract": 7})
    names = [theme.name for theme in available()]
    assert "base" in names
    assert "mien" in names
    assert not {"cache", "casse"} & set(names)


@pytest.mark.parametrize("part", ["static/vole.css", "templates/vole.html"])
def test_a_link_out_of_a_theme_is_refused(tmp_path, part):
    """A theme got from somebody cannot publish a file of the agent's through a symbolic link."""
    (tmp_path / "prive.txt").write_text("secret", encoding="utf-8")
    home = write_theme(tmp_path / "essai", {"page.html": PAGE})
    (home / part).parent.mkdir(exist_ok=True)
    (home / part).symlink_to(tmp_path / "prive.txt")
    theme = find(str(home))
    with pytest.raises(ThemeError, match=f"{part} est un lien vers un fichier hors du thème"):
        theme.static() if part.startswith("static") else theme.templates()


def test_a_link_inside_a_theme_is_followed(tmp_path):
    """A theme may name the same file twice."""
    home = write_theme(tmp_path / "essai", {"page.html": PAGE})
    (home / "static").mkdir()
    (home / "static" / "a.css").write_text("p{}", encoding="utf-8")
    (home / "static" / "b.css").symlink_to("a.css")
    assert find(str(home)).static() == {"a.css": b"p{}", "b.css": b"p{}"}


def test_a_theme_being_written_is_read_anew(tmp_path):
    """After ``forget``, what was changed on the disk is what is built."""
    home = write_theme(tmp_path / "essai", {"page.html": "un"})
    assert find(str(home)).templates()["page.html"] == "un"
    (home / "templates" / "page.html").write_text("deux", encoding="utf-8")
    themes.forget()
    assert find(str(home)).templates()["page.html"] == "deux"


def test_no_theme_that_comes_with_the_program_holds_python():
    """A theme is declared, never executed."""
    assert [p.name for p in themes.bundled_home().rglob("*.py")] == ["__init__.py"]
