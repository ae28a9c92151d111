"""What is told of a subject is shown, and nothing else is."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.frontpanel import Subject, Word, tell, told
from appliance.frontpanel.telling import WORDS


@pytest.mark.parametrize(("subject", "word"), [(s, w) for s, words in WORDS.items() for w in words])
def test_what_is_told_is_read_back(tmp_path: Path, subject: Subject, word: Word) -> None:
    assert tell(tmp_path, subject, word)
    assert told(tmp_path) == {subject: word}
    assert tell(tmp_path, subject, None)
    assert told(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


def test_a_subject_has_its_own_words_only(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="configuration: done"):
        tell(tmp_path, Subject.CONFIGURATION, Word.DONE)


def test_where_there_is_no_panel_nothing_is_told_and_nothing_fails(tmp_path: Path) -> None:
    assert not tell(tmp_path / "none", Subject.STICK, Word.DONE)
    assert told(tmp_path / "none") == {}


@given(st.binary(max_size=80))
def test_a_file_that_says_something_else_is_not_shown(content: bytes) -> None:

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "stick").write_bytes(content)
        expected = {w for w in WORDS[Subject.STICK] if w.encode() == content.strip()}
        assert set(told(Path(folder)).values()) == expected
