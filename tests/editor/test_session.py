"""What a widget is told, and what it may report without anybody having typed."""

from __future__ import annotations

import pytest

from editor.session import State, st


@pytest.fixture
def state(monkeypatch) -> State:
    """A tab that remembers nothing."""
    monkeypatch.setattr(st, "session_state", {})
    return State()


def test_news_comes_under_another_key(state):
    """A widget told another value than it holds is another widget; told the same one, it stays."""
    first = state.give("lieu", "Rennes")
    assert state.give("lieu", "Rennes") == first == state.key("lieu")
    second = state.give("lieu", "Brest")
    assert second != first
    assert (state.key("lieu"), state.value(second)) == (second, "Brest")


def test_a_repetition_is_not_heard(state):
    """What the widget was told is no news, under its key and under the one it had before; another text is."""
    first = state.give("lieu", "Rennes")
    second = state.give("lieu", "")
    assert not state.heard(first, "Rennes")
    assert not state.heard(second, "")
    assert state.heard(first, "Rennes (35)")
    assert state.heard(second, "Brest")


def test_what_was_typed_is_respelled_in_place(state):
    """The cursor stays where a date is shown as it was understood; either spelling repeated says nothing new."""
    key = state.give("debut", "")
    assert state.heard(key, "mars 2009")
    assert state.typed(key)
    assert state.give("debut", "03/2009") == key
    assert not state.typed(key)
    assert not state.heard(key, "mars 2009")
    assert state.give("debut", "03/2009") == key


def test_a_step_taken_back_while_the_screen_was_being_drawn(state):
    """Typed, taken back before it was shown: the former value comes under another key and can be typed over again."""
    key = state.give("lieu", "Rennes")
    assert state.heard(key, "Brest")
    again = state.give("lieu", "Rennes", elsewhere=True)
    assert again != key
    assert not state.heard(key, "Brest")
    assert state.heard(again, "Brest")


def test_a_former_spelling_is_heard_the_second_time(state):
    """Once it was taken for a repetition; typed again, it is taken."""
    key = state.give("debut", "")
    state.heard(key, "mars 2009")
    state.give("debut", "03/2009")
    assert not state.heard(key, "mars 2009")
    assert state.heard(key, "mars 2009")
