"""Verification both ways (PS3.4 Annex A), with what was really agreed on.

**Knows:** which contexts are proposed to whom, and how what was agreed on is told.
**Does not know:** how an association is made (``association``), and who called (``receive``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pydicom.uid import (
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)
from pynetdicom.presentation import PresentationContext, build_context
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined] # made at run time

from appliance.association import Hindrance, NoAssociation, Peer, associate
from appliance.clock import Clock
from appliance.commissioning import Caller, Finding, Verdict, What
from appliance.commissioning.negotiated import Context, Negotiated, negotiated

SUCCESS = 0x0000
SYNTAXES = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian)
"""Each proposed in a context of its own, so that each is answered (PS3.8 9.3.2.2)."""
GOOD, NOTED, DOUBTFUL, BAD = Verdict.GOOD, Verdict.NOTED, Verdict.DOUBTFUL, Verdict.BAD
REMEDIES = {
    Hindrance.UNREACHABLE: (
        "Check address and port, the cable, and the firewall between.",
        "アドレス、ポート、ケーブル、ファイアウォールを確認してください。",
    ),
    Hindrance.TLS_FAILED: (
        "The two agree on no TLS: check certificates, authorities and clocks on both sides.",
        "TLS 接続が成立しません。双方の証明書、認証局、時計を確認してください。",
    ),
    Hindrance.REJECTED: (
        "Enter the box's AE title and address there, and check the AE title that is called.",
        "相手側に本装置の AE タイトルとアドレスを登録し、呼び出す AE タイトルを確認してください。",
    ),
    Hindrance.CONTEXTS_REFUSED: (
        "The other end does not offer this service at that port.",
        "相手側のこのポートでは、この機能が提供されていません。",
    ),
    Hindrance.ENDED: (
        "It took the connection and did not answer: is it a DICOM port, and does it use TLS?",
        "接続はできましたが応答がありません。DICOM のポートか、TLS の有無を確認してください。",
    ),
}


def echoed(
    peer: Peer, clock: Clock, classes: Sequence[UID] = (), *, longest_s: float = 0.0
) -> Iterator[Finding]:
    """Call ``peer``, propose Verification and storing ``classes``, and send it a C-ECHO.

    ``longest_s`` is the longest that any answer is waited for; 0: as the peer's settings say.
    """
    began = clock.monotonic()
    called = _hurried(peer, longest_s) if longest_s else peer
    association = associate(called, list(_contexts(classes)))
    if isinstance(association, NoAssociation):
        told = {"peer": peer.address, "ae": peer.ae_title, "reason": association.detail}
        remedy = REMEDIES[association.hindrance]
        yield Finding.of(BAD, What.NO_ASSOCIATION, remedy, hindrance=association.hindrance, **told)
        return
    agreed = negotiated(association)
    try:
        may = any(
            each.abstract_syntax == Verification and not each.refused for each in agreed.contexts
        )
        status = association.send_c_echo().get("Status") if may else None
    except (RuntimeError, ValueError):  # it ended meanwhile
        status = None
    finally:
        if association.is_established:
            association.release()
    yield _of_echo(status, clock.monotonic() - began, peer)
    yield from told_of(agreed)


def heard(
    callers: Sequence[Caller], wanted: str, since: float, clock: Clock, title: str
) -> Iterator[Finding]:
    """What is known of the calls of the AE ``wanted`` to the box; empty: of anybody's."""
    mine = [
        each
        for each in callers
        if wanted in ("", each.calling_ae) and not each.refused and each.called_at >= since
    ]
    verified = [each for each in mine if each.verified_at and each.verified_at >= since]
    if not verified:
        yield Finding.of(BAD, What.NO_ECHO_FROM, NOT_HEARD, ae=wanted or title)
    for each in verified or mine:
        told = {"ae": each.calling_ae, "address": each.address, "called": each.called_ae}
        what = What.ECHO_FROM if each in verified else What.CALLED_BY
        ago = round(max(0.0, clock.wall() - (each.verified_at or each.called_at)))
        yield Finding.of(GOOD if each in verified else NOTED, what, None, seconds=ago, **told)
        if each.negotiated:
            yield from told_of(Negotiated.from_json(each.negotiated))


NOT_HEARD = (
    "Send a C-ECHO from the CT now (often called verify or ping), then try again.",
    "CT から C-ECHO (接続確認、Verify、Ping など) を送信し、もう一度実行してください。",
)


def told_of(agreed: Negotiated) -> Iterator[Finding]:
    """What was agreed on, in findings."""
    yield Finding.of(
        NOTED,
        What.PEER,
        None,
        implementation=agreed.implementation_class_uid or "?",
        version=agreed.implementation_version or "?",
        pdu=agreed.max_pdu_bytes or "unlimited",
    )
    if agreed.tls:
        yield Finding.of(GOOD, What.SECURED, None, tls=agreed.tls, cipher=agreed.cipher)
    else:
        yield Finding.of(NOTED, What.IN_THE_CLEAR)
    for each in agreed.contexts:
        yield _of_context(each)


def _of_context(context: Context) -> Finding:
    told = {
        "name": UID(context.abstract_syntax).name,
        "syntax": ", ".join(UID(each).name for each in context.transfer_syntaxes),
    }
    if context.refused:
        return Finding.of(NOTED, What.CONTEXT_REFUSED, None, reason=context.refused, **told)
    return Finding.of(NOTED, What.CONTEXT_ACCEPTED, None, **told)


def _of_echo(status: int | None, took_s: float, peer: Peer) -> Finding:
    told = {"peer": peer.address, "ae": peer.ae_title}
    if status == SUCCESS:
        return Finding.of(GOOD, What.ECHO_ANSWERED, None, ms=round(took_s * 1000), **told)
    reason = "no answer" if status is None else f"status 0x{status:04X}"
    remedy = REMEDIES[Hindrance.ENDED if status is None else Hindrance.CONTEXTS_REFUSED]
    return Finding.of(BAD, What.ECHO_NOT_ANSWERED, remedy, reason=reason, **told)


def _contexts(classes: Sequence[UID]) -> Iterator[PresentationContext]:
    for syntax in SYNTAXES:
        yield build_context(Verification, syntax)
    for each in classes:
        yield build_context(each, [ExplicitVRLittleEndian, ImplicitVRLittleEndian])


def _hurried(peer: Peer, longest_s: float) -> Peer:
    return replace(
        peer,
        connection_timeout_s=min(peer.connection_timeout_s, longest_s),
        timeout_s=min(peer.timeout_s, longest_s),
    )
