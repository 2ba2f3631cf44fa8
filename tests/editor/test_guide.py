"""The help says what the program does and what the law says, in clean French, and can be found."""

from __future__ import annotations

import re
import subprocess
import tomllib
from datetime import date
from pathlib import Path

import pytest

from data.fields import champs
from data.french import fold
from data.keys import CURRENT
from data.lock import WriterLock
from data.model import LISTES, Titulaire
from data.nomenclatures import CONFIANCES, load
from editor import finding, guide, guide_pages, server, settings
from editor.guide import ECRANS, GROUPES, Hit, Topic
from site_builder.build import Site
from site_builder.checks import check

ROOT = Path(__file__).resolve().parents[2]
AIDE = ROOT / "editor" / "aide"
TOPICS = {topic.slug: topic for topic in guide.topics()}
FIELDS = [(row.pluriel, champ) for row in LISTES.values() for champ in champs(row) if not champ.interne]
JOUR = date(2026, 11, 24)

each_topic = pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)


def prose(topic: Topic) -> str:
    """All that a topic says, what is to be typed apart."""
    said = "\n".join((topic.titre, topic.resume, *topic.mots, topic.texte))
    return re.sub(r"```.*?```|`[^`\n]*`", "x", said, flags=re.DOTALL)


def faults(text: str) -> list[str]:
    """Where French wants another space or apostrophe."""
    wrong = re.compile(r".{0,12}(?:(?<=[\w)»*]) [:;!?»%]|(?<=\w)[;!?»](?![\w/])|« |«\w|(?<=\w)'(?=\w)).{0,12}")
    return wrong.findall(text)


def cited(text: str) -> set[str]:
    """The code articles and decrees a text names, as the beginnings of their codes."""
    text = text.replace("\u00a0", " ")
    articles = {f"cgfp-l{number}" for number in re.findall(r"\bL\. (\d+-\d+)", text)}
    return articles | {f"d{number}" for number in re.findall(r"\bdécret n° (\d+-\d+)", text)}


def uncovered(topic: Topic) -> set[str]:
    """What a topic cites without showing when it was checked."""
    return {code for code in cited(topic.texte) if not any(one.startswith(code) for one in topic.references)}


def titles(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.titre for hit in hits]


def test_every_file_of_the_help_is_a_topic():
    """No Markdown file is left out, and each has its own place in the order."""
    assert set(TOPICS) == {path.stem for path in AIDE.glob("*.md")}
    assert len({topic.ordre for topic in TOPICS.values()}) == len(TOPICS)
    assert {topic.groupe for topic in TOPICS.values()} == set(GROUPES)


@each_topic
def test_a_topic_is_whole_and_leads_only_to_what_exists(topic: Topic):
    """A short summary, words to find it by, screens that exist, other topics and legal texts that exist."""
    assert 20 < len(topic.resume) <= 160
    assert len(topic.mots) >= 5
    assert topic.ecrans
    assert set(topic.ecrans) <= set(ECRANS)
    assert topic.voir
    assert set(topic.voir) <= set(TOPICS) - {topic.slug}
    assert len(guide.references_of(topic)) == len(topic.references)


@each_topic
def test_a_topic_is_plain_markdown(topic: Topic):
    """Its own title apart, a topic has headings of the second level only, no HTML, no link but to a whole address."""
    outside = re.sub(r"```.*?```|`[^`\n]*`", "", topic.texte, flags=re.DOTALL)
    assert re.findall(r"(?m)^#(?!# ).*", outside) == []
    assert re.findall(r"</?[a-z]", outside) == []
    assert [link for link in re.findall(r"\]\(([^)]*)\)", outside) if not link.startswith("https://")] == []
    assert "[[" not in outside


@each_topic
def test_a_topic_is_written_with_french_spaces(topic: Topic):
    """No plain space stands before a high sign of punctuation or inside quotation marks; apostrophes are curly."""
    assert faults(prose(topic)) == []


@pytest.mark.parametrize(
    "text", ["Quoi ?", "un mot : deux", "vite !", "« oui »", "«oui»", "l'emploi", "ici; là", "5 %"]
)
def test_a_wrong_space_would_be_seen(text: str):
    """Each fault that a hurried hand makes is reported."""
    assert faults(text)


def test_right_spaces_are_left_alone():
    """What French typography asks for is no fault."""
    assert faults("Quoi\u202f? Un mot\u00a0: «\u00a0oui\u00a0», l’emploi\u202f; 5\u202f% à 14:30.") == []


@each_topic
def test_every_law_a_topic_cites_is_dated(topic: Topic):
    """An article or a decree named in a topic is among its references, which bear the day they were checked."""
    assert uncovered(topic) == set()


def test_a_law_without_its_date_would_be_seen():
    """A citation that no reference covers is reported."""
    made = Topic(
        "x", "", "", "", 1, (), (), (), ("d2008-830-6",), "Décret : décret n°\u00a02008-830, art. L.\u00a0422-32."
    )
    assert uncovered(made) == {"cgfp-l422-32"}


def test_the_wrong_articles_on_the_waiver_are_never_named():
    """The decree on the livret sends to articles that are not the rule's; nowhere does the help repeat them."""
    assert [topic.slug for topic in TOPICS.values() if re.search(r"\b20 (?:et|à|-) ?21\b", topic.texte)] == []
    assert "17 à 19" in TOPICS["dispense"].texte


def test_nobody_is_told_that_the_livret_can_never_be_asked_for():
    """The law says that the agent may show it; the help says no more than that."""
    texte = TOPICS["a-quoi-sert-le-livret"].texte
    assert "C’est vous qui décidez de le communiquer" in texte
    assert "nous n’avons trouvé aucun texte" in texte


def test_the_obligations_are_those_of_the_tracker_with_their_doubts():
    """The table has a line for each obligation it can measure, its days, and a mark when its source is secondary."""
    lines = TOPICS["formations-statutaires"].texte.replace("\u00a0", " ").splitlines()
    shown = 0
    for entry in load("obligations").entries:
        found = [line for line in lines if line.startswith(f"| **{entry.libelle}**")]
        shown += len(found)
        for line in found:
            assert ("*(s.)*" in line) == (entry.attributs["confiance"] != CONFIANCES[0])
            for span in entry.attributs.get("jours", {}).values():
                assert re.search(rf"\b{span['max']} j", line)
    assert shown == len(load("obligations").entries) - 3


def test_the_charter_is_short():
    """The charter shown at the first start takes a minute."""
    assert len(re.findall(r"[^\W_]+(?:’[^\W_]+)?", finding.plain(guide.charte()))) <= 180


def test_the_sheet_for_the_it_department_says_what_the_program_does(tmp_path: Path):
    """Costs, delays, file names and dependencies on the sheet are those of the code."""
    texte = guide.topic(guide.FICHE_INFORMATIQUE).texte
    assert f"{CURRENT.memory // 1024} Mio, {CURRENT.passes} passes, {CURRENT.lanes} voies" in texte
    assert f"après {server.LOCK_AFTER:.0f} secondes" in texte
    assert f"après {server.IDLE_STOP:.0f}" in texte
    assert settings.LOOPBACK in texte
    lock = WriterLock(tmp_path / "mon-livret.livret")
    made = [path.name for path in tmp_path.iterdir()]
    lock.release()
    assert len(made) == 2
    assert [name for name in made if name not in texte] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = [re.split(r"[><=\[; ]", one)[0] for one in project["dependencies"]]
    assert [name for name in needed if fold(name) not in fold(texte)] == []
    assert project["license"] in texte


@pytest.mark.parametrize("screen", ECRANS)
def test_every_screen_has_help(screen: str):
    """Whoever is at a loss on a screen finds at least one topic made for it, in the order of the contents."""
    found = guide.for_screen(screen)
    assert found
    assert list(found) == [topic for topic in guide.topics() if screen in topic.ecrans]


@pytest.mark.parametrize(("rubrique", "titre"), [(rubrique, champ.titre) for rubrique, champ in FIELDS])
def test_the_label_of_every_field_is_found(rubrique: str, titre: str):
    """Whatever a form calls one of its fields, searching that finds the field, its list and where it is explained."""
    found = [hit for hit in guide.search(titre) if hit.champ == titre and rubrique in hit.rubriques]
    assert found
    assert all(hit.ouvre in TOPICS for hit in found)


def test_the_fields_outside_the_lists_are_found_too():
    """Personal information and settings are fields as well."""
    found = {hit.champ for champ in champs(Titulaire) for hit in guide.search(champ.titre) if not champ.interne}
    assert {"Accroche", "Courriel"} <= found
    assert titles(guide.search("verrouillage après"))[0] == "Champ › Verrouillage après (Réglages)"


@pytest.mark.parametrize("words", ["DUREE", "durees", "Durées", "  durée "])
def test_accents_capitals_and_plurals_do_not_matter(words: str):
    """However it is typed, the same word finds the same things."""
    assert titles(guide.search(words)) == titles(guide.search("durée"))
    assert titles(guide.search(words))[0] == "Écrire une durée"


def test_a_word_is_found_by_its_beginning():
    """Results come while the word is still being typed."""
    assert "Mutation, détachement, intégration directe" in titles(guide.search("mutat"))


@pytest.mark.parametrize("words", ["", "  ", "?!", "mutation kwyjibo"])
def test_nothing_is_found_for_nothing_or_when_one_word_is_nowhere(words: str):
    """Every word counts, and no word at all is no search."""
    assert guide.search(words) == ()


def test_a_title_is_worth_more_than_a_key_word_a_summary_and_a_text():
    """What says the word in a better place comes first, even where a lesser place has the whole word."""
    pages = [
        finding.Page("mutations", "", "", ""),
        finding.Page("", "mutations", "", ""),
        finding.Page("", "", "mutations", ""),
        finding.Page("", "", "", "mutation"),
    ]
    scores = [page.score(("mutation",)) for page in pages]
    assert scores == sorted(set(scores), reverse=True)
    assert finding.Page("", "", "", "mutations").score(("mutation",)) < scores[-1]


def test_an_excerpt_shows_what_was_looked_for():
    """A word that only the text holds is in the excerpt, and marked there."""
    hit = next(hit for hit in guide.search("conflit") if hit.topic)
    assert [hit.extrait[start:end] for start, end in hit.marques] == ["conflit"]


def test_the_marks_of_an_excerpt_are_safe():
    """What is shown of a hit is text, whatever it holds."""
    hit = Hit("x", "dates", "un <b>mot</b> & l’autre", ((6, 9),))
    assert guide_pages.marked(hit) == "un &lt;b&gt;<mark>mot</mark>&lt;/b&gt; &amp; l’autre"


def test_a_legal_text_is_found_and_leads_to_the_list():
    """An article of law can be searched by its number."""
    hit = next(hit for hit in guide.search("L. 422-26") if hit.topic is None)
    assert (hit.titre, hit.ouvre) == ("Texte › art. L. 422-26 du CGFP", guide.REFERENCES)


def test_the_legal_references_are_those_of_the_list_each_with_its_day():
    """All of them, the stable one first, and none is shown as official that is not confirmed."""
    found = guide.legal_references()
    entries = {entry.code: entry for entry in load("references_juridiques").entries}
    assert {one.code for one in found} == set(entries)
    assert found[0].code == "cgfp-l422-26"
    assert all(re.fullmatch(r"\d{1,2}(?:er)?\u00a0\w+\u00a0\d{4}", one.verifie_le) for one in found)
    doubtful = {code for code, entry in entries.items() if entry.attributs["confiance"] != CONFIANCES[0]}
    assert {one.code for one in found if one.doute} == doubtful
    assert doubtful
    shown = guide_pages.references_html(found, "Références")
    assert shown.count("d’après une source secondaire") == sum(one.confiance == "secondaire" for one in found) > 0


@each_topic
def test_a_topic_prints_as_one_sound_page(topic: Topic):
    """The page to print is whole, in French, with one title, without a script or a request."""
    page = guide_pages.printable(topic, JOUR)
    assert check(Site({"index.html": page})) == []
    assert page.decode().count("<h2>") >= topic.texte.count("\n## ")
    assert "24\u00a0novembre\u00a02026" in page.decode()


def test_the_wheel_takes_the_whole_help():
    """Every file of the help lies in a folder that is shipped whole, and none is ignored by git, hence by the build."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    files = [path.relative_to(ROOT).as_posix() for path in AIDE.rglob("*") if path.is_file()]
    assert {"editor/aide/charte.md", "editor/aide/feuille.html", "editor/aide/references.html"} <= set(files)
    assert [name for name in files if name.split("/")[0] not in build["only-include"]] == []
    assert "exclude" not in build
    ignored = subprocess.run(["git", "check-ignore", *files], cwd=ROOT, check=False, capture_output=True, text=True)
    assert ignored.stdout == ""
