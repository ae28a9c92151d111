"""Nothing is promised that a full disk could not write down."""

from pathlib import Path

from tests.commitment.custody import Modality, question
from tests.receive.box import ON_A_SMALL_DISK, wait_for
from tests.receive.conftest import MakeBox
from tests.receive.test_full_disk import SmallDiskBox

RESOURCE_LIMITATION = 0x0213
CT1 = '[[scanner]]\nname = "ct1"\nae_title = "CT1"\n'


def fill(file: Path) -> None:
    with file.open("wb", buffering=0) as filler:
        try:
            while filler.write(bytes(4096)):
                continue
        except OSError:
            return


def test_a_request_is_refused_and_taken_when_there_is_room(
    make_box: MakeBox, tmp_path: Path
) -> None:
    prefix = (*ON_A_SMALL_DISK, str(tmp_path / "box0" / "data"))
    box = make_box(kind=SmallDiskBox, settings=CT1, prefix=prefix)
    modality = Modality(box.port)
    filler = box.data_dir / "filler"
    many = [f"1.2.{number}" for number in range(2000)]
    fill(filler)
    assert modality.ask(question("9.1", *many)) == RESOURCE_LIMITATION
    wait_for(box, "commitment_refused status=0x0213")
    filler.unlink()
    assert box.rows("SELECT id FROM commitment_request") == []
    assert modality.ask(question("9.1", *many)) == 0
    (kept,) = box.rows("SELECT count(*) AS n FROM commitment_reference")
    assert kept["n"] == 2000
