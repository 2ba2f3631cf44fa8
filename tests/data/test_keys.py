"""Profiles, the wrapped key, and the recovery key as people type it."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from data import keys
from data.errors import (
    DamagedArchive,
    LivretError,
    MemoryShort,
    MistypedKey,
    NewerFormat,
    PasswordRefused,
    WrongPassword,
)
from data.keys import ALPHABET, CHEAPEST, CURRENT, KeyHeader, KeyProfile, RecoveryKey, resembles_a_key

every_key = st.integers(0, (1 << 130) - 1).map(RecoveryKey)
KEY = RecoveryKey(0x1_2345_6789_ABCD_EF01_2345_6789_ABCD_EF)


@given(every_key)
def test_a_key_is_read_back_as_written(key):
    """The canonical form is seven groups of four, and reads back as the same key."""
    assert [len(group) for group in key.groups] == [4] * 7
    assert RecoveryKey.parse(str(key)) == key
    assert key.zip_password.decode() == str(key)


@given(every_key, st.data())
def test_a_key_is_read_whatever_the_typing_habits(key, data):
    """Case, spaces, lost or odd dashes, O for 0, I and L for 1: none of them matters."""
    typed = ""
    for char in str(key):
        look = {"0": "0oO", "1": "1iIlL", "-": ["-", " ", "", "–", "\u00a0", " - ", "\u2011"]}
        typed += data.draw(st.sampled_from(list(look.get(char, (char, char.lower())))))

    assert RecoveryKey.parse(f"  {typed}\n") == key


@given(every_key, st.integers(0, 27), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(key, place, wrong):
    """The checksum catches every single mistake, and says so in its own sentence."""
    text = str(key).replace("-", "")
    assume(text[place] != wrong)

    with pytest.raises(MistypedKey, match=r"faux|inversés"):
        RecoveryKey.parse(text[:place] + wrong + text[place + 1 :])


@given(every_key)
def test_two_characters_exchanged_are_always_noticed(key):
    """So it does for any two different data characters in each other's place, neighbours or not."""
    text = str(key).replace("-", "")
    for place, other in combinations(range(26), 2):
        if text[place] != text[other]:
            swapped = list(text)
            swapped[place], swapped[other] = text[other], text[place]
            with pytest.raises(MistypedKey):
                RecoveryKey.parse("".join(swapped))


@pytest.mark.parametrize(
    ("typed", "reason"),
    [(str(KEY)[:-1], "27"), (str(KEY) + "0", "29"), ("U" + str(KEY)[1:], "« U »"), ("é" + str(KEY)[1:], "« É »")],
)
def test_what_is_wrong_with_a_key_is_said(typed, reason):
    """A missing, extra or foreign character is named, so that the agent looks at the right place."""
    with pytest.raises(MistypedKey, match=reason):
        RecoveryKey.parse(typed)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(typed):
    """Whatever is typed, the answer is a key or the sentence about keys."""
    try:
        RecoveryKey.parse(typed)
    except MistypedKey:
        assert isinstance(resembles_a_key(typed), bool)


def test_a_password_is_not_taken_for_a_key():
    """Ordinary passwords and French sentences get the ordinary message."""
    for typed in ("secret", "correct horse battery staple", "Le Chat-Noir du 12 rue", "", "0" * 20):
        assert not resembles_a_key(typed)
    for typed in (str(KEY), str(KEY).lower(), str(KEY)[:-1], str(KEY).replace("-", " "), str(KEY).replace("-", "")):
        assert resembles_a_key(typed)


def test_a_key_never_shows_in_a_traceback():
    """The representation, which logs and debuggers print, holds nothing of the key."""
    assert str(KEY)[:4] not in repr(KEY)
    assert str(KEY)[:4] not in f"{[KEY]}"


def test_fresh_keys_fill_the_whole_range():
    """Keys come from the system's randomness: all 130 bits vary."""
    drawn = [RecoveryKey.generate().value for _ in range(200)]
    ones = zeros = 0
    for value in drawn:
        ones |= value
        zeros |= ~value
    assert ones == zeros & ((1 << 130) - 1) == (1 << 130) - 1


@settings(deadline=None)
@given(every_key, st.text(min_size=1, max_size=40))
def test_the_password_gives_the_key_back(key, password):
    """What was wrapped is unwrapped by the same password, through the written form."""
    header = KeyHeader.from_bytes(KeyHeader.wrap(key, password, CHEAPEST).to_bytes())

    assert header.unwrap(password) == key


def test_another_password_is_refused():
    """A wrong password, an empty one and an endless one all say the same thing."""
    header = KeyHeader.wrap(KEY, "secret", CHEAPEST)
    for wrong in ("Secret", "secret ", "", "x" * 5000, str(KEY)):
        with pytest.raises(WrongPassword):
            header.unwrap(wrong)


def test_accents_typed_on_another_keyboard_are_the_same():
    """Windows and macOS compose « é » differently; the password is normalised (NFC) first."""
    assert KeyHeader.wrap(KEY, "é\u00e0", CHEAPEST).unwrap("e\u0301a\u0300") == KEY


def test_no_password_is_no_protection():
    """An empty password is refused when the archive is made, not discovered later."""
    with pytest.raises(PasswordRefused):
        KeyHeader.wrap(KEY, "", CHEAPEST)


@pytest.mark.parametrize("field", ["profil", "memoire_kio", "passes", "voies", "sel", "nonce", "cle"])
def test_every_field_of_the_header_is_authenticated(field):
    """A field changed by somebody without the password makes unwrapping fail, whatever its value."""
    fields = json.loads(KeyHeader.wrap(KEY, "secret", CHEAPEST).to_bytes())
    value = fields[field]
    if field == "memoire_kio":
        fields[field] = 16  # 8 KiB and 9 KiB are the same to Argon2id, which counts by groups of four
    elif isinstance(value, int):
        fields[field] = value + 1 if field != "voies" else 1
        fields["memoire_kio"] = 64
    else:
        fields[field] = "autre" if field == "profil" else ("0" if value[0] != "0" else "1") + value[1:]

    with pytest.raises(WrongPassword):
        KeyHeader.from_bytes(json.dumps(fields, indent=1).encode() + b"\n").unwrap("secret")


@pytest.mark.parametrize(
    "change",
    [
        {"memoire_kio": 1024 * 1024 + 1},
        {"memoire_kio": 1 << 60},
        {"memoire_kio": 7},
        {"memoire_kio": 1024 * 1024, "passes": 5},
        {"passes": 17},
        {"passes": 0},
        {"passes": True},
        {"passes": 1.0},
        {"voies": 17},
        {"voies": 0},
        {"profil": "../../etc"},
        {"profil": "x" * 17},
        {"profil": None},
        {"sel": "00"},
        {"nonce": "zz" * 12},
        {"cle": "00" * 51},
        {"cle": ["00"]},
        {"format": 0},
        {"format": "1"},
        {"inconnu": 1},
    ],
)
def test_a_hostile_header_costs_nothing(change, monkeypatch):
    """Out of bounds, of another type or with an unknown field: refused before the first hash."""
    fields = json.loads(KeyHeader.wrap(KEY, "secret", CHEAPEST).to_bytes()) | change
    monkeypatch.setattr(keys, "Argon2id", lambda **_: pytest.fail("spent on a hostile header"))
    tracemalloc.start()
    with pytest.raises(DamagedArchive):
        KeyHeader.from_bytes(json.dumps(fields, indent=1).encode() + b"\n")

    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


def test_a_later_format_is_not_called_damaged():
    """An archive of format 2 asks for a newer Livret, whatever else its header holds."""
    with pytest.raises(NewerFormat, match="format 2"):
        KeyHeader.from_bytes(b'{"format": 2, "post-quantique": true}')


@given(
    st.one_of(
        st.binary(max_size=300),
        st.recursive(st.integers(), st.lists).map(lambda v: json.dumps(v).encode()),
    )
)
def test_no_bytes_break_the_header_reader(written):
    """Any bytes at all are an error of ours, never another's traceback."""
    with pytest.raises(LivretError):
        KeyHeader.from_bytes(written)


def test_deep_json_is_refused():
    """Thousands of brackets are refused, not recursed into."""
    with pytest.raises(DamagedArchive):
        KeyHeader.from_bytes(b"[" * 4000)
    with pytest.raises(DamagedArchive):
        KeyHeader.from_bytes(b"{" + b" " * 5000)


def test_too_little_memory_has_its_sentence(monkeypatch):
    """A computer that cannot spare the memory says so, and that the livret is intact."""

    class Starved:
        def __init__(self, **_):
            pass

        def derive(self, _):
            raise MemoryError

    header = KeyHeader.wrap(KEY, "secret", CHEAPEST)
    monkeypatch.setattr(keys, "Argon2id", Starved)
    with pytest.raises(MemoryShort, match="256 Mio"):
        replace(header, profile=CURRENT).unwrap("secret")


def test_profiles_know_which_is_weaker():
    """Opening offers an upgrade from a cheaper profile, never from a dearer one."""
    dearer = KeyProfile("2031", memory=512 * 1024, passes=4, lanes=4)

    assert CHEAPEST.weaker_than(CURRENT)
    assert CURRENT.weaker_than(dearer)
    assert not dearer.weaker_than(CURRENT)
    assert not CURRENT.weaker_than(CURRENT)


def test_the_default_profile_is_the_published_one():
    """256 MiB, 3 passes, 4 lanes: what FORMAT.md says, and within what this reader accepts."""
    assert (CURRENT.memory, CURRENT.passes, CURRENT.lanes) == (256 * 1024, 3, 4)
