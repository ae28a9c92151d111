"""A CT that says what it does: a Modality Performed Procedure Step SCU (PS3.4 F.7).

**Knows:** N-CREATE and N-SET, and how a console states an examination in a step.
**Does not know:** what becomes of it.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import TracebackType
from typing import Self

from pydicom import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AE, evt

from appliance.association import leave_answers_to_the_asker
from appliance.dose.coded import CTAcquisitionType
from appliance.simulators.consoles.examination import Examination, Identity, Scan
from appliance.simulators.ct import SendingError
from appliance.sop_classes import PERFORMED_PROCEDURE_STEP
from appliance.uids import derived_uid

DISCONTINUED_REASON = ("110501", "DCM", "Equipment failure")
"""Of CID 9300 Procedure Discontinuation Reasons."""
MILLI = 1000


@dataclass(frozen=True, slots=True)
class StepAnswer:
    """What the SCP answered: status (PS3.7 annex C), Error ID, and the UID that it named."""

    status: int
    error_id: int | None = None
    sop_instance_uid: str = ""


class StepSCU:
    """One association; raises SendingError when there is none, or no answer."""

    def __init__(self, host: str, port: int, called_ae: str, calling_ae: str = "CT01") -> None:
        entity = AE(ae_title=calling_ae)
        entity.connection_timeout = 10
        syntaxes = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]
        entity.add_requested_context(PERFORMED_PROCEDURE_STEP, syntaxes)
        # What the SCP names a step is in the command set, which the answer does not have.
        self._commands: list[Dataset] = []
        remember = (evt.EVT_DIMSE_RECV, self._remember)
        self._association = entity.associate(
            host, port, ae_title=called_ae, evt_handlers=[remember]
        )
        if not self._association.is_established:
            raise SendingError("no association", f"{called_ae} at {host}:{port}")
        leave_answers_to_the_asker(self._association)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._association.release()

    def create(self, dataset: Dataset, uid: str = "") -> StepAnswer:
        """N-CREATE; without ``uid`` the SCP names the step."""
        given = UID(uid) if uid else None
        status, _ = self._association.send_n_create(dataset, PERFORMED_PROCEDURE_STEP, given)
        return self._answer(status, uid)

    def set(self, dataset: Dataset, uid: str) -> StepAnswer:
        """N-SET."""
        status, _ = self._association.send_n_set(dataset, PERFORMED_PROCEDURE_STEP, UID(uid))
        return self._answer(status, uid)

    def _remember(self, event: evt.Event) -> None:
        self._commands.append(event.message.command_set)

    def _answer(self, status: Dataset, uid: str) -> StepAnswer:
        if "Status" not in status:
            raise SendingError("no answer about the step", uid)
        named = str(self._commands[-1].get("AffectedSOPInstanceUID") or "")
        return StepAnswer(int(status.Status), status.get("ErrorID"), named)


def step_uid(identity: Identity) -> UID:
    """The step of a simulated study."""
    return derived_uid("simulated step", identity.study_instance_uid)


def begun(identity: Identity) -> Dataset:
    """What creates a step, IN PROGRESS (PS3.4 table F.7.2-1)."""
    dataset = Dataset()
    dataset.SpecificCharacterSet = identity.specific_character_set
    dataset.PatientName = identity.patient_name
    dataset.PatientID = identity.patient_id
    dataset.PatientBirthDate = identity.birth_date
    dataset.PatientSex = "O"
    dataset.ScheduledStepAttributesSequence = Sequence([_scheduled(identity)])
    dataset.PerformedProcedureStepID = identity.study_id
    dataset.PerformedStationAETitle = "CT01"
    dataset.PerformedProcedureStepStartDate = identity.study_date
    dataset.PerformedProcedureStepStartTime = identity.study_time
    dataset.PerformedProcedureStepStatus = "IN PROGRESS"
    dataset.PerformedProcedureStepDescription = identity.description
    dataset.StudyID = identity.study_id
    dataset.Modality = "CT"
    for keyword in (
        "PerformedStationName",
        "PerformedLocation",
        "PerformedProcedureTypeDescription",
    ):
        setattr(dataset, keyword, "")
    for keyword in ("PerformedProcedureStepEndDate", "PerformedProcedureStepEndTime"):
        setattr(dataset, keyword, "")
    dataset.ProcedureCodeSequence = Sequence()
    dataset.PerformedProtocolCodeSequence = Sequence()
    dataset.PerformedSeriesSequence = Sequence()
    return dataset


def ended(identity: Identity, examination: Examination, *, discontinued: bool = False) -> Dataset:
    """What sets a step to COMPLETED or DISCONTINUED, with its dose."""
    dataset = Dataset()
    dataset.SpecificCharacterSet = identity.specific_character_set
    dataset.PerformedProcedureStepStatus = "DISCONTINUED" if discontinued else "COMPLETED"
    dataset.PerformedProcedureStepEndDate = identity.study_date
    dataset.PerformedProcedureStepEndTime = identity.study_time
    if discontinued:
        dataset.PerformedProcedureStepDiscontinuationReasonCodeSequence = Sequence(
            [_code(*DISCONTINUED_REASON)]
        )
    dataset.TotalNumberOfExposures = len(examination.scans)
    dataset.ExposureDoseSequence = Sequence(map(_exposure, examination.scans))
    dataset.CommentsOnRadiationDose = _comment(examination)
    dataset.PerformedSeriesSequence = Sequence(
        _series(identity, number, scan) for number, scan in enumerate(examination.scans, start=1)
    )
    return dataset


def _scheduled(identity: Identity) -> Dataset:
    item = Dataset()
    item.StudyInstanceUID = identity.study_instance_uid
    item.ReferencedStudySequence = Sequence()
    item.AccessionNumber = identity.accession_number
    item.RequestedProcedureID = identity.study_id
    item.RequestedProcedureDescription = identity.description
    item.ScheduledProcedureStepID = identity.study_id
    item.ScheduledProcedureStepDescription = identity.description
    item.ScheduledProtocolCodeSequence = Sequence()
    return item


def _exposure(scan: Scan) -> Dataset:
    """An item of Exposure Dose Sequence, as consoles fill it."""
    item = Dataset()
    item.RadiationMode = "CONTINUOUS"
    if scan.acquisition_type:
        item.AcquisitionType = scan.acquisition_type.name
    item.SeriesDescription = scan.label
    if scan.series.isdigit():
        item.SeriesNumber = scan.series
    if (kv := _number(scan.kv)) is not None:
        item.KVP = str(kv)
    if (current := _number(scan.tube_current_ma)) is not None:
        item.XRayTubeCurrentInuA = str(int(current * MILLI))
    if (seconds := _number(scan.exposure_time_s)) is not None:
        item.ExposureTime = str(int(seconds * MILLI))
    is_localizer = scan.acquisition_type is CTAcquisitionType.CONSTANT_ANGLE
    if scan.ctdi_vol_mgy or is_localizer:
        item.CTDIvol = float(scan.ctdi_vol_mgy or 0)
    if scan.phantom:
        item.CTDIPhantomTypeCodeSequence = Sequence([_code(*scan.phantom.value)])
    return item


def _number(text: str | None) -> Decimal | None:
    """What one attribute can say; two tubes print two numbers."""
    try:
        return Decimal(text or "")
    except InvalidOperation:
        return None


def _comment(examination: Examination) -> str:
    if examination.total_dlp_mgy_cm is None:
        return ""
    lines = [f"TotalDLP={examination.total_dlp_mgy_cm}"]
    numbered = enumerate(examination.scans, start=1)
    lines += [
        f"Event={number} DLP={scan.dlp_mgy_cm}" for number, scan in numbered if scan.dlp_mgy_cm
    ]
    return "\r\n".join(lines)


def _series(identity: Identity, number: int, scan: Scan) -> Dataset:
    item = Dataset()
    series = derived_uid("simulated step series", identity.study_instance_uid, str(number))
    item.PerformingPhysicianName = item.OperatorsName = item.RetrieveAETitle = ""
    item.ProtocolName = item.SeriesDescription = scan.label
    item.SeriesInstanceUID = series
    image = Dataset()
    image.ReferencedSOPClassUID = CTImageStorage
    image.ReferencedSOPInstanceUID = derived_uid("simulated step image", series)
    item.ReferencedImageSequence = Sequence([image])
    item.ReferencedNonImageCompositeSOPInstanceSequence = Sequence()
    return item


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, scheme, meaning
    return code
