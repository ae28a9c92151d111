"""Objects in which every attribute sings, and an ear for it in bytes of any encoding."""

import re
from collections.abc import Iterator
from io import BytesIO

from pydicom import DataElement, Dataset, Sequence
from pydicom._dicom_dict import DicomDictionary
from pydicom.config import disable_value_validation
from pydicom.datadict import dictionary_VR, keyword_for_tag, tag_for_keyword
from pydicom.dataset import FileMetaDataset
from pydicom.tag import Tag
from pydicom.uid import UID, ExplicitVRLittleEndian, XRayRadiationDoseSRStorage

from appliance.deidentify.definition import holds_codes, items_of, top_level
from appliance.deidentify.profile import table

KANJI, KANA = "金糸雀", "カナリヤ"
DIGITS, LETTERS = "0123456789abcdef", "ghijklmnopqrstuv"
SONG = re.compile(r"qz([g-v]{8})zq")
CODECS = ("utf-8", "iso2022_jp", "shift_jis", "euc_jp", "utf-16-le", "utf-16-be")
BIRTHDAY = "19450815"
DEEPEST = 2
"""How deep sequences are filled."""
TEXTS = {"LO", "LT", "PN", "SH", "ST", "UC", "UT"}
FIXED = {
    "AS": "081Y",
    "AT": 0x00100010,
    "DA": BIRTHDAY,
    "DS": "1.5",
    "DT": f"{BIRTHDAY}120000",
    "FD": 1.5,
    "FL": 1.5,
    "IS": "1",
    "SL": 1,
    "SS": 1,
    "SV": 1,
    "TM": "120000",
    "UI": f"1.2.392.4711.{BIRTHDAY}",
    "UL": 1,
    "US": 1,
    "UV": 1,
}


FIRST_OF_OBJECTS = 0x00080001
LEFT_OUT = frozenset(map(tag_for_keyword, ("SpecificCharacterSet", "ContentSequence")))
VALUES = frozenset({*TEXTS, "AE", "CS", "OB", "OW", "UN", "UR", *FIXED})


def song(tag: int) -> str:
    """The canary of an attribute: letters only, so that it is no number either."""
    return (
        "qz" + f"{tag:08x}".translate(str.maketrans("0123456789abcdef", "ghijklmnopqrstuv")) + "zq"
    )


def value_for(tag: int, vr: str, *, japanese: bool) -> object:
    """A value that holds the attribute's canary where the VR can hold text or bytes."""
    text = song(tag).upper()
    if vr in TEXTS | {"AE", "CS"}:
        if vr in {"LO", "SH"} and tag % 2 == 0:
            return [text, text]
        return f"{text}={KANJI}={KANA}" if vr == "PN" and japanese else text
    if vr in {"OB", "OW", "UN"}:
        return text.encode()
    if vr in {"OD", "OF", "OL", "OV"}:
        return b"\0" * 8
    return f"http://{text}.example/" if vr == "UR" else FIXED[vr]


def filled(types: list[int], *, japanese: bool, depth: int = 0) -> Dataset:
    """A data set with a canary in each of the attributes, and in the items of each sequence."""
    dataset = Dataset()
    for tag in types:
        vr = dictionary_VR(tag).split(" or ")[0]
        if vr == "SQ":
            if depth < DEEPEST:
                items = [item_of(tag, japanese=japanese, depth=depth + 1)]
                dataset[tag] = DataElement(tag, "SQ", Sequence(items))
            continue
        dataset[tag] = DataElement(tag, vr, value_for(tag, vr, japanese=japanese))
    return dataset


def item_of(sequence: int, *, japanese: bool, depth: int) -> Dataset:
    """An item of a sequence: a code, attributes, private ones, and some that do not belong."""
    keyword = keyword_for_tag(sequence)
    strangers = [tag_for_keyword(name) for name in ("PatientName", "PatientID", "TextValue")]
    tags = [*items_of(keyword), *(tag for tag in strangers if tag)]
    item = filled(sorted(set(tags)), japanese=japanese, depth=depth)
    if holds_codes(keyword):
        for each in ("CodeValue", "CodingSchemeDesignator", "CodingSchemeVersion", "CodeMeaning"):
            tag = Tag(each)
            setattr(item, each, song(int(tag)).upper())
    add_private(item)
    return item


def add_private(dataset: Dataset) -> None:
    block = dataset.private_block(0x0099, "QZGGPPGGHGZQ", create=True)
    block.add_new(0x01, "LO", song(0x00991001).upper())
    block.add_new(0x02, "UN", song(0x00991002).upper().encode())


def singing_object(sop_class_uid: str, *, japanese: bool = True) -> Dataset:
    """An object of the class with a canary in all that its IOD and Table E.1-1 name."""
    types = top_level(sop_class_uid) or {}
    listed = [int(tag.replace("XX", "00"), 16) for tag in table() if not tag.endswith("XXXX")]
    tags = {tag for tag in {*types, *listed} if tag >> 16 > 0x0006 and not is_pixels(tag)}
    with disable_value_validation():
        dataset = filled(sorted(tags - {tag_for_keyword("ContentSequence")}), japanese=japanese)
        add_private(dataset)
        for group in (0x5000, 0x6000, 0x6002):
            dataset.add_new((group << 16) | 0x0022, "LO", song(0x60000022).upper())
            dataset.add_new((group << 16) | 0x3000, "OW", song(0x60003000).upper().encode())
        dataset.add_new(0xFFFCFFFC, "OB", song(0xFFFCFFFC).upper().encode())
        dataset.SpecificCharacterSet = ["", "ISO 2022 IR 87"] if japanese else ""
        dataset.SOPClassUID = UID(sop_class_uid)
        dataset.Modality = "SR"
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.file_meta.MediaStorageSOPClassUID = UID(sop_class_uid)
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.file_meta.ImplementationVersionName = "QZGGGIGGHJZQ"
        dataset.file_meta.SourceApplicationEntityTitle = song(0x00020016).upper()
        dataset.file_meta.PrivateInformationCreatorUID = UID(f"1.2.392.4711.{BIRTHDAY}")
        dataset.file_meta.PrivateInformation = song(0x00020102).upper().encode()
        dataset.preamble = (song(0x00000128).upper() * 11)[:128].encode()
    return dataset


def everything(*, deeper: bool) -> Dataset:
    """Every attribute of the dictionary with a canary; ``deeper``: every sequence, with an item."""
    dataset = Dataset()
    unknown = 0x0018FFF1, 0x7777FFF2
    for tag in (*DicomDictionary, *unknown):
        vr = dictionary_VR(tag).split(" or ")[0] if tag in DicomDictionary else "LO"
        if tag < FIRST_OF_OBJECTS or is_pixels(tag) or tag in LEFT_OUT:
            continue
        if vr in VALUES:
            dataset[tag] = DataElement(tag, vr, value_for(tag, vr, japanese=False))
    for tag in DicomDictionary if deeper else ():
        if dictionary_VR(tag) == "SQ" and tag not in LEFT_OUT:
            dataset[tag] = DataElement(tag, "SQ", Sequence([everything_small(tag)]))
    return dataset


def everything_small(sequence: int) -> Dataset:
    """An item that says who the patient is, in each VR that can, and which sequence it is of."""
    item = Dataset()
    for keyword in ("PatientName", "PatientID", "TextValue", "BodyPartExamined", "CodeMeaning"):
        tag = tag_for_keyword(keyword)
        assert tag is not None
        item[tag] = DataElement(tag, dictionary_VR(tag), song(sequence).upper())
    item.CodeValue, item.CodingSchemeDesignator = "1", "99HOSP"
    add_private(item)
    return item


def object_of_everything() -> Dataset:
    """A dose report with every attribute and every sequence of the dictionary, on three levels."""
    with disable_value_validation():
        dataset = singing_object(XRayRadiationDoseSRStorage)
        dataset.update({**everything(deeper=True), **dataset})
        evidence = everything(deeper=True)
        del evidence.ValueType, evidence.ReferencedContentItemIdentifier
        dataset.CurrentRequestedProcedureEvidenceSequence = [evidence]
        item = everything(deeper=True)
        del item.ReferencedContentItemIdentifier
        item.RelationshipType, item.ValueType = "CONTAINS", "CONTAINER"
        name = Dataset()
        name.CodeValue, name.CodingSchemeDesignator, name.CodeMeaning = "113701", "DCM", "Report"
        item.ConceptNameCodeSequence = [name]
        dataset.ContentSequence = [item]
    return dataset


def is_pixels(tag: int) -> bool:
    return tag >> 16 == 0x7FE0


def as_file(dataset: Dataset) -> bytes:
    file = BytesIO()
    with disable_value_validation():
        dataset.save_as(file, enforce_file_format=True)
    return file.getvalue()


def heard(content: bytes) -> set[int]:
    """The attributes whose canaries sing in ``content``: any case, separators, 8 and 16 bits."""
    found: set[int] = set()
    for text in _texts(content):
        plain = re.sub(r"[^a-z]", "", text.casefold())
        for match in SONG.finditer(plain):
            digits = match[1].translate(str.maketrans(LETTERS, DIGITS))
            found.add(int(digits, 16))
    return found


def _texts(content: bytes) -> Iterator[str]:
    yield content.decode("latin-1")
    for start in (0, 1):
        for codec in ("utf-16-le", "utf-16-be"):
            yield content[start:].decode(codec, "ignore")


def is_japanese_heard(content: bytes) -> bool:
    """Whether the kanji or the kana stand there, in any encoding, escape sequences aside."""
    bare = re.sub(rb"\x1b[()$][0-9A-Z@]", b"", content)
    forms = (text.encode(codec) for text in (KANJI, KANA) for codec in CODECS)
    return any(re.sub(rb"\x1b..", b"", form) in bare for form in forms)
