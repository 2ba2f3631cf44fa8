"""Rendering: what a template may do, what it may not, and how its faults are told."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from data.errors import ThemeError
from site_builder import present, themes
from site_builder.build import build
from site_builder.render import prepare, secured
from site_builder.themes import find
from tests.data.samples import livret
from tests.site_builder.support import JOUR, one_row, publication, write_theme

BASE = "<!doctype html>\n<html lang='fr'>\n<head>\n<title>t</title>\n</head>\n<body>%s</body></html>"
VIEW = present.present(one_row("emplois", intitule="Agent <b>", employeur="Ville", debut="2020"), publication(), JOUR)


def rendered(tmp_path, body: str, *, words: str = "", toml: str = "", view=VIEW, **more: str) -> str:
    home = write_theme(tmp_path / "essai", {"page.html": BASE % body, **more}, toml=toml)
    (home / "words").mkdir(exist_ok=True)
    (home / "words" / "fr.toml").write_text(words, encoding="utf-8")
    return build(view, find(str(home))).files["index.html"].decode()


FAULTS = {
    "syntax": ("\n\n{% if %}", "page.html ligne 8 : "),
    "unknown-block": ("{% nope %}", "page.html ligne 6 : "),
    "undefined-name": ("{{ sitte.titre }}", "page.html ligne 6 : 'sitte' is undefined"),
    "undefined-field": ("\n{{ site.titel }}", "page.html ligne 7 : .*SiteView.* has no attribute 'titel'"),
    "undefined-in-a-test": ("{% if site.titel %}{% endif %}", "page.html ligne 6 : .*titel"),
    "in-an-include": ("{% include 'sections/a.html' %}", "sections/a.html ligne 2 : .*nope"),
    "missing-template": ("{% include 'absent.html' %}", "il manque le modèle « absent.html »"),
    "missing-parent-file": ("{% include '@base/absent.html' %}", "il manque le modèle « @base/absent.html »"),
    "missing-word": ("{{ say('absent') }}", "page.html ligne 6 : le mot « absent » n’est pas dans words/fr.toml"),
    "missing-value": ("{{ say('compte', x=1) }}", "page.html ligne 6 : au mot « compte », il manque la valeur de {n}"),
    "division": ("{{ 1 / 0 }}", "page.html ligne 6 : division by zero"),
    "type": ("{{ 1 + 'a' }}", "page.html ligne 6 : "),
    "bad-link": ("{{ url(site) }}", "page.html ligne 6 : "),
    "itself": ("{% include 'sections/b.html' %}", "un modèle s’inclut lui-même sans fin"),
    "endless-range": ("{% for i in range(10 ** 9) %}{% endfor %}", "page.html ligne 6 : Range too big"),
    "unknown-filter": ("{{ site | nope }}", "page.html ligne 6 : No filter named 'nope'"),
}


@pytest.mark.parametrize(("body", "says"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_of_a_template_is_told_with_its_place(tmp_path, body, says):
    """Whatever a template does wrong, the sentence names the theme, the template and the line."""
    sections = {"sections/a.html": "\n{{ nope }}", "sections/b.html": "{% include 'sections/b.html' %}"}
    with pytest.raises(ThemeError, match=f"(?s)^Thème « essai » : {says}"):
        rendered(tmp_path, body, words='compte = "{n} lignes"', **sections)


def test_a_fault_is_told_when_a_theme_is_only_prepared(tmp_path):
    """Compiling ahead tells the same sentence as rendering."""
    home = write_theme(tmp_path / "essai", {"page.html": "{% if %}"})
    with pytest.raises(ThemeError, match=r"page.html ligne 1"):
        prepare(find(str(home)))


ESCAPES = [
    "{{ ''.__class__.__mro__ }}",
    "{{ ''['__class__'] }}",
    "{{ site.__class__ }}",
    "{{ site.__init__.__globals__ }}",
    "{{ site | attr('__class__') }}",
    "{{ site.titre.__class__.__base__.__subclasses__() }}",
    "{{ url.__globals__ }}",
    "{{ say.__call__.__globals__ }}",
    "{{ say._words }}",
    "{{ asset.__code__ }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ '%s'.__mod__('x').__class__ }}",
    "{{ '{0.__class__}'.format(site) }}",
    "{{ '{0.__init__.__globals__}'.format(site) }}",
    "{{ '{x.__class__}'.format_map({'x': site}) }}",
    "{{ options.update({'a': 1}) }}",
    "{{ options.clear() }}",
    "{{ options.__setitem__('a', 1) }}",
    "{{ site.volets.__class__ }}",
    "{{ [].append(1) }}",
    "{{ {}.setdefault('a', 1) }}",
    "{% set site.titre = 'x' %}{{ site.titre }}",
    "{{ site.__setattr__('titre', 'x') }}",
    "{% include '../../../etc/passwd' %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ lipsum.__globals__['os'].environ }}",
    "{{ joiner.__init__ }}",
    "{{ namespace.__init__ }}",
]


@pytest.mark.parametrize("body", ESCAPES)
def test_a_template_cannot_reach_python_nor_change_anything(tmp_path, body):
    """Every known way out of a template, and every way to change what it was given, is a fault of the theme."""
    with pytest.raises(ThemeError, match=r"^Thème « essai »"):
        rendered(tmp_path, body)
    assert VIEW.titre == "Dossier d’essai"


@pytest.mark.parametrize("name", ["__class__", "__init__.__globals__", "x[0]"])
def test_words_cannot_reach_python_either(tmp_path, name):
    """A word with a dotted name in braces would print what the sandbox hides: the theme is refused."""
    with pytest.raises(ThemeError, match="un nom simple seulement"):
        rendered(tmp_path, "{{ say('a', site=site) }}", words=f'a = "{{site.{name}}}"')


def test_the_context_holds_three_names_and_five_helpers(tmp_path):
    """Nothing else is given to a template."""
    found = rendered(tmp_path, "{{ say('a', n=2) }} {{ asset('s.css') }} {{ modele('lignes', 'emplois') | join(' ') }}"
                     "{{ url(page.navigation[0]) }} {{ options }}", words='a = "{n} <i>"')  # fmt: skip
    assert "2 &lt;i&gt; assets/s.css lignes/emplois.html lignes/defaut.html" in found


def test_everything_is_escaped(tmp_path):
    """What an agent typed is text, in a page as in an attribute."""
    body = (
        "{% for v in site.volets %}{% for l in v.listes %}{{ l.groupes[0].lignes[0].intitule }}{% endfor %}{% endfor %}"
    )
    assert "Agent &lt;b&gt;" in rendered(tmp_path, f"{body}<p title='{body}'>")


def test_late_binding(tmp_path, monkeypatch):
    """A plain name is the nearest theme's; ``@name/`` is that one theme's, so that a child may extend its parent."""
    home = tmp_path / "own"
    monkeypatch.setattr(themes, "user_home", lambda: home)
    cadre = BASE % "<header>{% block tete %}grand{% endblock %}</header>{% block corps %}{% endblock %}"
    write_theme(
        home / "grand",
        {
            "cadre.html": cadre,
            "page.html": "{% extends 'cadre.html' %}{% block corps %}{% include 'pied.html' %}{% endblock %}",
            "pied.html": "pied grand",
        },
    )
    write_theme(
        home / "pere",
        {"cadre.html": "{% extends '@grand/cadre.html' %}{% block tete %}pere({{ super() }}){% endblock %}"},
        head={"extends": "grand"},
    )
    write_theme(
        home / "fils",
        {
            "cadre.html": "{% extends '@pere/cadre.html' %}{% block tete %}fils({{ super() }}){% endblock %}",
            "pied.html": "pied fils, {% include '@grand/pied.html' %}",
        },
        head={"extends": "pere"},
    )
    page = build(VIEW, find("fils")).files["index.html"].decode()
    assert "<header>fils(pere(grand))</header>pied fils, pied grand" in page


def test_a_child_of_the_base_theme_extends_its_frame(tmp_path):
    """A theme of two files builds on base: its layout wraps base's own."""
    layout = "{% extends '@base/layout.html' %}"
    home = write_theme(tmp_path / "essai", {"layout.html": layout}, head={"extends": "base"})
    assert build(VIEW, find(str(home))).files.keys() == build(VIEW, find("base")).files.keys()


HEADS = ["<head>", "<head >", '<head lang="fr">', "<head\n>"]


@pytest.mark.parametrize("head", HEADS)
def test_every_page_protects_its_reader(head):
    """Character set, content policy, no indexing and no referrer come first in the head, whatever the theme wrote."""
    page = secured(f"<html>{head}<title>t</title></head><header>x</header></html>")
    assert page.startswith('<html><head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy"')
    assert "default-src 'none'" in page
    assert '<meta name="robots" content="noindex, nofollow, noarchive">' in page
    assert '<meta name="referrer" content="no-referrer">' in page
    assert "<header>x</header>" in page
    assert "unsafe" not in page


@pytest.mark.parametrize("page", ["<html><body><header>x</header></body></html>", "<p>x</p>", ""])
def test_a_page_without_a_head_is_refused(tmp_path, page):
    """A theme cannot do without the protection by leaving the head out."""
    home = write_theme(tmp_path / "essai", {"page.html": page})
    with pytest.raises(ThemeError, match="n’a pas de balise <head>"):
        build(VIEW, find(str(home)))


def test_an_inline_style_is_allowed_by_its_digest():
    """The policy names the digest of each inline style, byte for byte, and allows no other."""
    styles = ["p{color:red}", "\n  é { content: '«' }\n"]
    page = secured("<head></head>" + "".join(f"<style>{style}</style>" for style in [*styles, styles[0]]))
    wanted = {b64encode(sha256(style.encode()).digest()).decode() for style in styles}
    assert set(re.findall(r"'sha256-([^']+)'", page)) == wanted
    assert page.count("sha256-") == 2


def test_securing_twice_is_securing_once():
    """A page secured again, once its styles are inlined, has one policy only: the later one."""
    once = secured("<html><head><title>t</title></head></html>")
    assert secured(once) == once
    with_style = secured(once.replace("</head>", "<style>p{}</style></head>"))
    assert with_style.count("Content-Security-Policy") == 1
    assert "sha256-" in with_style


def test_an_empty_livret_renders(tmp_path):
    """A livret with nothing in it is a page, not a fault."""
    view = present.present(livret(), publication(), JOUR)
    assert "<body>Dossier d’essai</body>" in rendered(tmp_path, "{{ site.titre }}", view=view)
