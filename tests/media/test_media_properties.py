"""Whatever an object says, and whatever is changed on a stick."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import Dataset

from appliance.media.envelope import is_signed
from appliance.media.exhibit import exhibit
from appliance.media.fault import Failed
from appliance.media.medium import Medium, Taken
from appliance.media.notice import Notice
from appliance.media.page import write_pages
from tests.media.keys import Signer, a_signer
from tests.media.test_media_pages import SAFE, Reader

NOTICE = Notice(
    use="patient", institution="", contact="", made_on="2026-11-21", software="", objects=1
)
TEXTS = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="\\^="), min_size=1, max_size=30
)


@given(name=TEXTS, patient_id=TEXTS, description=TEXTS)
@settings(max_examples=100, deadline=None)
def test_any_text_stands_on_a_page_as_it_is_and_adds_nothing_to_it(
    name: str, patient_id: str, description: str
) -> None:
    said = Dataset()
    said.SpecificCharacterSet = "ISO_IR 192"
    said.PatientName, said.PatientID, said.StudyDescription = name, patient_id, description
    with TemporaryDirectory() as folder:
        write_pages(Path(folder), NOTICE, [exhibit(said, "PT000000/X", None)])
        read = Reader(Path(folder) / "IHE_PDI" / "PAGE0001.HTM")
    assert {tag for tag, _ in read.tags} <= SAFE
    for text in (name, patient_id, description):
        assert text in read.words


@given(
    files=st.dictionaries(
        st.from_regex(r"[A-Z0-9_]{1,8}", fullmatch=True), st.binary(max_size=5000), min_size=1
    )
)
@settings(max_examples=50, deadline=None)
def test_what_a_medium_took_is_what_it_was_given(files: dict[str, bytes]) -> None:
    with TemporaryDirectory() as folder:
        staged, root = Path(folder) / "staged", Path(folder) / "root"
        for each in (staged, root):
            each.mkdir()
        for name, content in files.items():
            (staged / name).write_bytes(content)
        for name in ("D0000001", ""):
            place = root if name else root.with_name("empty")
            place.mkdir(exist_ok=True)
            outcome = Medium(place).take(staged, name)
            assert isinstance(outcome, Taken)
            found = {path.name: path.read_bytes() for path in outcome.folder.iterdir()}
            assert found == files
        assert isinstance(Medium(root).take(staged), Failed)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return a_signer(tmp_path_factory.mktemp("keys"))


@given(
    content=st.binary(min_size=1, max_size=300), at=st.integers(min_value=0), bit=st.integers(0, 7)
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_one_bit_of_content_or_signature_spoils_it(
    signer: Signer, content: bytes, at: int, bit: int
) -> None:
    with TemporaryDirectory() as folder:
        said, signature = Path(folder) / "said", Path(folder) / "signature"
        said.write_bytes(content)
        signer.sign(said, signature)
        assert is_signed(said, signature, signer.public_key)
        spoilt = said if content and at % 2 else signature
        changed = bytearray(spoilt.read_bytes())
        changed[at % len(changed)] ^= 1 << bit
        spoilt.write_bytes(changed)
        assert not is_signed(said, signature, signer.public_key)
