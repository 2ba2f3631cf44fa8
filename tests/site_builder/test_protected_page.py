"""The protected page without a browser: what opens it, what does not, and what stands in clear."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import BuildError
from data.french import fold
from data.passphrase import passphrase
from data.passwords import strength
from site_builder import gate
from site_builder.build import Site
from site_builder.outputs import protected_page, single_page
from site_builder.outputs.protected_page import normal, protect, unprotect
from site_builder.publish import publish
from tests.site_builder.support import html_page

FEW = 2  # rounds: what is proved here does not depend on their number
ONE = "abricot canal lampe moulin verger tempo cigale"
TWO = "barque ciment poivre tulipe radeau quartz lierre"
THREE = "Été à Sète l’œuvre naïve où Noël s’achève"
PAGE = html_page("<h1>Anaïs D’Orvanne</h1><p>Rédactrice principale</p>" + "<p>Des années de service.</p>" * 50)
DAMAGED = "abîmée ou incomplète"
WRONG = "n’ouvre pas cette page"
BLOCK = re.compile(rb'<script id="(header|keys|content|digest)" type="[^"]+">([^<]*)</script>')


def blocks(made: bytes) -> dict[str, bytes]:
    return {name.decode(): written for name, written in BLOCK.findall(made)}


def header_of(made: bytes) -> dict:
    return json.loads(blocks(made)["header"])


def with_blocks(made: bytes, **changed: bytes) -> bytes:
    """The page with other blocks, and a digest that is theirs: what somebody would do who knows the format."""
    now = blocks(made) | changed
    if "digest" not in changed:
        now["digest"] = hashlib.sha256(b"\n".join(now[n] for n in ("header", "keys", "content"))).hexdigest().encode()
    for name, written in now.items():
        made = made.replace(b">" + blocks(made)[name] + b"</script>", b">" + written + b"</script>")
    return made


@pytest.fixture(scope="module")
def made() -> bytes:
    return protect(PAGE, [ONE, TWO], rounds=FEW)


# --- what opens it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 7])
def test_each_recipient_opens_the_same_page(count):
    """Every passphrase gives the page back, byte for byte, and there are as many keys as recipients."""
    phrases = [passphrase() for _ in range(count)]
    made = protect(PAGE, phrases, rounds=FEW)
    assert [unprotect(made, phrase) for phrase in phrases] == [PAGE] * count
    assert len(json.loads(blocks(made)["keys"])) == header_of(made)["slots"] == count


@pytest.mark.parametrize(
    "typed",
    [
        "  abricot   canal\nlampe\r\nmoulin\tverger tempo cigale\n",
        "abricot\u00a0canal\u202flampe\u2009moulin\u3000verger tempo cigale",
        "\ufeffabricot canal\u200b lampe mou\u00adlin verger tempo cigale",
    ],
)
def test_spaces_and_line_breaks_do_not_count(made, typed):
    """A phrase pasted with line breaks, no-break spaces or invisible signs opens."""
    assert unprotect(made, typed) == PAGE


def test_accents_may_be_written_in_two_ways():
    """An accent typed as a sign of its own, as on a Mac, is the same letter."""
    made = protect(PAGE, [THREE], rounds=FEW)
    apart = THREE.replace("É", "E\u0301").replace("à", "a\u0300").replace("ï", "i\u0308")
    assert apart != THREE
    assert unprotect(made, apart) == PAGE


@pytest.mark.parametrize("typed", [ONE.title(), ONE.replace("canal", "canals"), ONE[:-1], "", ONE.replace(" ", "")])
def test_anything_else_does_not_open_it(made, typed):
    """Another case, another word, a missing sign, nothing, or words stuck together are wrong."""
    with pytest.raises(BuildError, match=WRONG):
        unprotect(made, typed)


@pytest.mark.parametrize("typed", [fold(THREE), THREE.lower(), THREE.replace("’", "'")])
def test_capitals_accents_and_apostrophes_count(typed):
    """A phrase is kept as it was chosen, but for its spaces."""
    made = protect(PAGE, [THREE], rounds=FEW)
    with pytest.raises(BuildError, match=WRONG):
        unprotect(made, typed)


@settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
@given(
    page=st.binary(max_size=2000),
    phrases=st.lists(st.text(min_size=20, max_size=60).filter(lambda t: strength(normal(t)).enough), min_size=1,
                     max_size=3, unique_by=normal),
)  # fmt: skip
def test_whatever_the_page_and_the_phrases_it_comes_back(page, phrases):
    """Any bytes, any phrases that are strong enough: each opens, even typed as half a sign or composed otherwise."""
    made = protect(page, phrases, rounds=FEW)
    for phrase in phrases:
        assert unprotect(made, phrase) == unprotect(made, f" {normal(phrase)}\n") == page


@given(st.text())
def test_a_phrase_that_was_made_normal_stays_so(typed):
    """Making a phrase normal twice changes nothing, and what comes out can be encoded."""
    once = normal(typed)
    assert normal(once) == once == once.strip(" ")
    assert "  " not in once
    once.encode()


def test_the_browser_takes_the_same_signs_for_spaces():
    """The two lists of signs in the script are those of Python."""
    script = (Path(protected_page.__file__).parent / "protected" / "page.js").read_text("utf-8")
    assert f"/{protected_page._SPACES.pattern}/g" in script
    assert f"/{protected_page._INVISIBLE.pattern}/g" in script


def test_the_format_can_be_read_by_hand(made):
    """What the docstring says is enough to open a page with nothing of ours."""
    held = {name: written.decode() for name, written in blocks(made).items()}
    header = json.loads(held["header"])
    salt, iv = (base64.b64decode(header[name]) for name in ("salt", "iv"))
    wrapping = hashlib.pbkdf2_hmac("sha256", TWO.encode(), salt, header["iter"])
    keys = []
    for nonce, wrapped in json.loads(held["keys"]):
        try:
            sealed = base64.b64decode(wrapped)
            keys.append(AESGCM(wrapping).decrypt(base64.b64decode(nonce), sealed, held["header"].encode()))
        except Exception:  # noqa: BLE001, S112 - another recipient's
            continue
    (key,) = keys
    bound = f"{held['header']}\n{held['keys']}".encode()
    assert gzip.decompress(AESGCM(key).decrypt(iv, base64.b64decode(held["content"]), bound)) == PAGE


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrases", "told"),
    [
        ([], "au moins une phrase de passe"),
        ([""], "trop facile à deviner"),
        (["   \n "], "trop facile à deviner"),
        (["portfolio2026"], "La phrase de passe est trop facile"),
        ([ONE, "lampe lampe lampe lampe lampe lampe lampe"], "n°\u00a02 est trop facile"),
        ([ONE, TWO, ONE], "n°\u00a03 est la même"),
        ([ONE, f"  {ONE.replace(' ', chr(10))} "], "n°\u00a02 est la même"),
        ([passphrase() for _ in range(21)], "20 phrases de passe au plus"),
    ],
)
def test_phrases_that_would_not_protect_are_refused(phrases, told):
    """None, an empty or weak one, twice the same, or more than a page takes: a sentence says which and why."""
    with pytest.raises(BuildError, match=told):
        protect(PAGE, phrases, rounds=FEW)


@pytest.mark.parametrize(
    "given", ["unsafe-inline", "'sha256-x'", "sha256-" + "A" * 43 + "=", "'sha256-" + "A" * 43 + "='; script-src *"]
)
def test_only_the_hash_of_a_script_loosens_the_policy(given):
    """The policy takes hashes of scripts and nothing else."""
    with pytest.raises(ValueError, match="not the hash"):
        protect(PAGE, [ONE], rounds=FEW, inner_scripts=[given])


# --- what a change does ---------------------------------------------------------------------------------------------


HEADER_CHANGES = {
    "v": 2, "kdf": "PBKDF2-HMAC-SHA-1", "iter": FEW + 1, "cipher": "AES-128-GCM", "slots": 3, "size": 1,
    "salt": base64.b64encode(b"s" * 16).decode(), "iv": base64.b64encode(b"n" * 12).decode(),
}  # fmt: skip


def test_every_field_of_the_header_is_tried(made):
    """The header holds the fields that the next test changes, and no other."""
    assert set(header_of(made)) == set(HEADER_CHANGES)


@pytest.mark.parametrize("field", HEADER_CHANGES)
def test_a_field_of_the_header_cannot_be_changed(made, field):
    """A header that says otherwise, digest made anew, opens nothing."""
    other = json.dumps(header_of(made) | {field: HEADER_CHANGES[field]}, separators=(",", ":")).encode()
    with pytest.raises(BuildError):
        unprotect(with_blocks(made, header=other), ONE)


def test_the_header_is_authenticated_to_the_letter(made):
    """The same fields written with a space more are another header."""
    other = json.dumps(header_of(made)).encode()
    with pytest.raises(BuildError, match=WRONG):
        unprotect(with_blocks(made, header=other), ONE)


def test_the_keys_are_bound_to_the_content(made):
    """Taking a recipient's key out, or changing their order, spoils the page for all: it was modified."""
    first, second = json.loads(blocks(made)["keys"])
    swapped = json.dumps([second, first], separators=(",", ":")).encode()
    for phrase in (ONE, TWO):
        with pytest.raises(BuildError, match="a été modifiée"):
            unprotect(with_blocks(made, keys=swapped), phrase)
    alone = json.dumps([first], separators=(",", ":")).encode()
    header = json.dumps(header_of(made) | {"slots": 1}, separators=(",", ":")).encode()
    for phrase in (ONE, TWO):
        with pytest.raises(BuildError):
            unprotect(with_blocks(made, keys=alone, header=header), phrase)


def test_a_content_cannot_be_put_under_the_keys_of_another_page(made):
    """Blocks of two pages protected with the same phrases do not mix."""
    other = blocks(protect(PAGE, [ONE, TWO], rounds=FEW))
    for name in ("header", "keys", "content"):
        with pytest.raises(BuildError):
            unprotect(with_blocks(made, **{name: other[name]}), ONE)


@pytest.mark.parametrize("name", ["header", "keys", "content", "digest"])
def test_a_changed_letter_is_seen_anywhere(made, name):
    """Whichever letter of a block is changed, the file is told to be damaged, before any key is derived."""
    written = blocks(made)[name]
    start = made.index(b">" + written + b"</script>") + 1
    for place in range(start, start + len(written), max(1, len(written) // 97)):
        spoiled = made[:place] + bytes([made[place] ^ 1]) + made[place + 1 :]
        with pytest.raises(BuildError, match=DAMAGED):
            unprotect(spoiled, ONE)


@pytest.mark.parametrize("name", ["keys", "content"])
def test_a_changed_byte_is_seen_even_with_its_digest(made, name):
    """Whichever byte of a key or of the content is changed, by somebody who makes the digest anew, nothing opens."""
    count = 0
    if name == "keys":
        slots = [[base64.b64decode(part) for part in slot] for slot in json.loads(blocks(made)[name])]
        whole = b"".join(part for slot in slots for part in slot)
    else:
        whole = base64.b64decode(blocks(made)[name])
    for place in range(0, len(whole), max(1, len(whole) // 60)):
        spoiled = whole[:place] + bytes([whole[place] ^ 0x80]) + whole[place + 1 :]
        if name == "keys":
            step = len(whole) // 2
            parts = [[spoiled[at : at + 12], spoiled[at + 12 : at + step]] for at in (0, step)]
            text = json.dumps([[base64.b64encode(p).decode() for p in s] for s in parts], separators=(",", ":"))
        else:
            text = base64.b64encode(spoiled).decode()
        for phrase in (ONE, TWO):
            with pytest.raises(BuildError):
                unprotect(with_blocks(made, **{name: text.encode()}), phrase)
        count += 1
    assert count > 50


def test_a_page_cut_anywhere_is_told(made):
    """Cut by a mail gateway wherever it may be, the file is told to be incomplete."""
    end = made.index(b"</script>", made.index(b'id="digest"')) + len(b"</script>")
    for length in [*range(0, end, end // 40), end - 1]:
        with pytest.raises(BuildError, match=DAMAGED):
            unprotect(made[:length], ONE)


@pytest.mark.parametrize(
    "header",
    [
        {"iter": protected_page.MOST_ROUNDS + 1}, {"iter": 0}, {"iter": -5}, {"iter": 1e6}, {"iter": True},
        {"iter": "9"}, {"salt": "AAAA"}, {"salt": None}, {"iv": ""}, {"slots": 10**9}, {"size": 10**12}, {"v": "1"},
    ],
)  # fmt: skip
def test_a_hostile_header_costs_nothing(made, header):
    """Absurd rounds, lengths and types are refused before anything is derived."""
    other = json.dumps(header_of(made) | header).encode()
    began = time.perf_counter()
    with pytest.raises(BuildError, match=DAMAGED):
        unprotect(with_blocks(made, header=other), ONE)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    "page",
    [b"", b"\xff\xfe", b"<html></html>", b"[" * 5000, b'<script id="header" type="application/json">[]</script>'],
)
def test_what_is_no_protected_page_is_told(page):
    """Anything else is refused with the same sentence."""
    with pytest.raises(BuildError, match=DAMAGED):
        unprotect(page, ONE)


def test_a_block_given_twice_is_refused(made):
    """A page with a second content does not leave the choice to the reader."""
    doubled = made.replace(b"</body>", b'<script id="content" type="text/plain">AAAA</script></body>')
    with pytest.raises(BuildError, match=DAMAGED):
        unprotect(doubled, ONE)


def test_nested_json_is_refused(made):
    """A header nested ten thousand times is refused, not suffered."""
    with pytest.raises(BuildError, match=DAMAGED):
        unprotect(with_blocks(made, header=b"[" * 10_000 + b"]" * 10_000), ONE)


# --- what stands in clear -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def portfolio(demonstration) -> bytes:
    """The demonstration's single page, documents inside."""
    livret, documents = demonstration
    publication = gate.default_publication(livret)
    made = publish(livret, documents.__getitem__, publication, jour=date(2026, 11, 23), theme="parcours", unique=True)
    return single_page.inline(made.site)


def test_nothing_of_the_portfolio_stands_in_clear(portfolio, demonstration):
    """No name, title, place, file name, style nor passphrase of the demonstration is in the protected page."""
    livret, _ = demonstration
    made = protect(portfolio, [ONE, TWO], rounds=FEW)
    shell = BLOCK.sub(b"", made).decode()
    names = set(re.findall(r'download="([^"]+)"', portfolio.decode()))
    told = names | {piece.titre for piece in livret.pieces} | {row.intitule for row in livret.experiences.emplois}
    told |= {
        livret.titulaire.nom,
        livret.titulaire.prenom,
        "Orvanne",
        "Lestrac",
        "Port-Aubréac",
        "parcours",
        *ONE.split(),
    }
    assert len(told) > 60
    assert [text for text in told if text and (text in shell or (len(text) > 5 and text.encode() in made))] == []
    hashes = set(re.findall(r"sha256-[\w+/]{43}=", portfolio.decode()))
    assert hashes
    assert [one for one in hashes if one in shell] == []


def test_two_pages_differ_in_nothing_but_what_is_encrypted():
    """Outside the blocks of data, every page protected for anybody is the same."""
    shells = {
        BLOCK.sub(b"", protect(page, phrases, rounds=FEW)) for page, phrases in ((PAGE, [ONE]), (b"x", [TWO, THREE]))
    }
    assert len(shells) == 1


def test_everything_random_is_fresh():
    """The same page for the same recipients has, each time, another salt, other nonces and another content."""
    pages = [protect(PAGE, [ONE, TWO], rounds=FEW) for _ in range(8)]
    headers = [header_of(page) for page in pages]
    slots = [tuple(slot) for page in pages for slot in json.loads(blocks(page)["keys"])]
    for values in (
        [h["salt"] for h in headers],
        [h["iv"] for h in headers] + [nonce for nonce, _ in slots],
        [wrapped for _, wrapped in slots],
        [blocks(page)["content"] for page in pages],
    ):
        assert len(set(values)) == len(values)
    assert {len(base64.b64decode(h["salt"])) for h in headers} == {16}
    assert {len(base64.b64decode(nonce)) for nonce, _ in slots} | {len(base64.b64decode(headers[0]["iv"]))} == {12}


def test_the_order_of_the_keys_tells_nothing():
    """The first recipient's key is found at either place."""
    places = set()
    for _ in range(40):
        made = protect(PAGE, [ONE, TWO], rounds=1)
        header = blocks(made)["header"]
        wrapping = hashlib.pbkdf2_hmac("sha256", ONE.encode(), base64.b64decode(header_of(made)["salt"]), 1)
        for place, (nonce, wrapped) in enumerate(json.loads(blocks(made)["keys"])):
            try:
                AESGCM(wrapping).decrypt(base64.b64decode(nonce), base64.b64decode(wrapped), header)
            except Exception:  # noqa: BLE001, S112 - the other's
                continue
            places.add(place)
    assert places == {0, 1}


def test_what_the_program_makes_costs_a_million_rounds():
    """Without a word to the contrary, a guess costs 1 000 000 rounds, and the header says so."""
    assert header_of(protect(PAGE, [ONE]))["iter"] == 1_000_000


# --- the page around ------------------------------------------------------------------------------------------------


def test_the_page_keeps_its_policy(made):
    """Nothing is asked of the outside, only our script runs, and it is the one whose hash is told."""
    text = made.decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    assert policy.startswith("default-src 'none'; ")
    assert not re.search(r"unsafe-eval|https?:|\*", policy)
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)[1]
    own = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{own}';" in policy
    assert not re.search(r"\son\w+=|javascript:", text[: text.index('<script id="header"')].replace(script, ""))
    assert '<meta name="robots" content="noindex' in text
    assert '<meta name="referrer" content="no-referrer">' in text
    assert "<title>Portfolio protégé</title>" in text
    assert not re.search(
        r"localStorage|sessionStorage|indexedDB|\.cookie|history\.|location\.(hash|href|search)", script
    )
    assert "$" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)


def test_a_page_runs_a_script_only_when_one_is_announced(made):
    """The frame may run scripts when, and only when, the hash of one is given; it never shares our origin."""
    digest = f"'sha256-{base64.b64encode(hashlib.sha256(b'remarks').digest()).decode()}'"
    other = protect(PAGE, [ONE], rounds=FEW, inner_scripts=[digest]).decode()
    assert re.search(rf"script-src 'sha256-[\w+/=]+' {re.escape(digest)};", other)
    allowed = [re.search(r'data-sandbox="([^"]+)"', page)[1].split() for page in (made.decode(), other)]
    assert ["allow-scripts" in tokens for tokens in allowed] == [False, True]
    assert "allow-same-origin" not in other


# --- written and paid for --------------------------------------------------------------------------------------------


def test_it_is_known_as_ours(tmp_path, made):
    """Where a protected page stands, a page of ours may take its place, as it may take a single page's."""
    path = tmp_path / "portfolio.html"
    path.write_bytes(made)
    assert single_page.write(Site({"index.html": PAGE}), path).read_bytes() != made


def test_importing_it_imports_no_cryptography():
    """The command that builds a site pays for the cryptography only when a page is protected."""
    code = "import sys, site_builder.outputs.protected_page; print({'cryptography', 'pandas'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_it_takes_about_a_second(portfolio):
    """The demonstration is protected for two recipients in a second of work, and grows by no more than it must.

    The time is the processor's own, less the waiting on a busy machine, and all of its threads' together.
    """
    began = time.process_time()
    made = protect(portfolio, [ONE, TWO])
    spent = time.process_time() - began
    assert spent < 3
    assert len(made) < len(portfolio) * 1.05
