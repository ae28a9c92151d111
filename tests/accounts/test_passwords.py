"""What is taken for a password, and how it is kept."""

import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from appliance.accounts.hashing import LANES, MEMORY_KIB, MOST_WAITING, PASSES, Hashing
from appliance.accounts.password import LONGEST, Objection, objection
from appliance.accounts.secret import GROUP, GROUPS, LETTERS, is_same_code, one_time
from appliance.errors import OutOfResourcesError
from tests.console.typing_by_ime import wide

SHORTEST = 15
QUICK = Hashing(memory_kib=64, passes=1)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("green lamps over the harbour", None),
        ("四月の霧の中を走る青い電車に乗る", None),
        ("correct horse battery", None),
        ("xK4$pQz9!mWv2@t", None),
        ("short", Objection.TOO_SHORT),
        ("fourteen chars", Objection.TOO_SHORT),
        ("x" * (LONGEST + 1), Objection.TOO_LONG),
        ("aaaaaaaaaaaaaaaaaaaa", Objection.COMMON),
        ("passwordpassword1", Objection.COMMON),
        ("Password1234567890", Objection.COMMON),
        ("qwertyuiopasdfghjkl", Objection.COMMON),
        ("hospital-radiology-2026", Objection.COMMON),
        ("パスワードパスワードパスワード", Objection.COMMON),
        ("mizushima.mizushima", Objection.NAMED),
        ("mizushima.hanako-98", None),
    ],
)
def test_what_is_against_a_password(typed: str, expected: Objection | None) -> None:
    assert objection(typed, "mizushima", SHORTEST) is expected


def test_an_empty_name_is_in_no_password() -> None:
    assert objection("green lamps over the harbour", "", SHORTEST) is None


@given(st.text(min_size=1, max_size=40))
def test_a_password_agrees_with_itself_however_it_is_composed(typed: str) -> None:
    kept = QUICK.hashed(typed)
    assert QUICK.agrees(unicodedata.normalize("NFD", unicodedata.normalize("NFC", typed)), kept)
    assert not QUICK.agrees(f"{typed}x", kept)


def test_a_hash_says_how_it_was_made_and_is_never_the_same() -> None:
    kept = QUICK.hashed("green lamps over the harbour")
    assert kept.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert kept != QUICK.hashed("green lamps over the harbour")
    assert not QUICK.is_outdated(kept)
    assert Hashing().is_outdated(kept)


def test_the_box_hashes_as_the_recommendation_says() -> None:
    assert (MEMORY_KIB, PASSES, LANES) >= (19 * 1024, 2, 1)
    assert Hashing().hashed("x").startswith(f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$")


@pytest.mark.parametrize("kept", [None, "", "$argon2id$v=19$m=64,t=1,p=1$AAAA$AAAA", "plain"])
def test_what_is_no_hash_agrees_with_nothing(kept: str | None) -> None:
    assert not QUICK.agrees("", kept)
    assert not QUICK.agrees("plain", kept)


def test_as_much_is_computed_for_a_name_that_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    work: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str, password: str) -> bool:
        work.append(kept.rpartition("$")[0].rpartition("$")[0])
        return verify(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    hashing = Hashing(memory_kib=64, passes=2)
    hashing.agrees("wrong", hashing.hashed("right"))
    hashing.agrees("wrong", None)
    assert work == ["$argon2id$v=19$m=64,t=2,p=1"] * 2


def test_who_comes_when_too_many_wait_is_sent_away() -> None:
    hashing = Hashing(memory_kib=64, passes=1, most_waiting=0)
    with pytest.raises(OutOfResourcesError):
        hashing.agrees("x", None)
    with pytest.raises(OutOfResourcesError):
        hashing.hashed("x")


def test_many_may_come_at_once() -> None:
    kept = QUICK.hashed("right")
    with ThreadPoolExecutor(MOST_WAITING) as crowd:
        served = list(crowd.map(lambda typed: QUICK.agrees(typed, kept), ["right"] * 50))
    assert served == [True] * 50


def test_many_log_ins_leave_no_memory_behind() -> None:
    script = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from appliance.accounts.hashing import Hashing\n"
        "def kept_kib():\n"
        "    rows = open('/proc/self/smaps_rollup').read().splitlines()\n"
        "    return next(int(row.split()[1]) for row in rows if row.startswith('Private_Dirty'))\n"
        "hashing = Hashing(passes=1)\n"
        "hashing.hashed('x')\n"
        "before = kept_kib()\n"
        "with ThreadPoolExecutor(8) as crowd:\n"
        "    list(crowd.map(hashing.hashed, ['x'] * 24))\n"
        "    print(kept_kib() - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    assert int(done.stdout) < MEMORY_KIB


def test_a_one_time_password_can_be_read_aloud() -> None:
    made = {one_time() for _ in range(100)}
    assert len(made) == 100
    for each in made:
        assert [len(group) for group in each.split("-")] == [GROUP] * GROUPS
        assert set(each) <= set(LETTERS) | {"-"}
        assert objection(each, "tanaka", SHORTEST) is None


@pytest.mark.parametrize("typed", ["k7pw-3mxd", "K7PW 3MXD", wide("k7pw-3mxd"), "k7pw3mxd"])
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert is_same_code(typed, "k7pw-3mxd")


def test_another_code_is_not_the_same() -> None:
    assert not is_same_code("k7pw-3mxe", "k7pw-3mxd")
    assert not is_same_code("", "")
    assert not is_same_code("-", "--")
