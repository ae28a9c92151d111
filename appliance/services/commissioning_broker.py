"""Trying the broker: a message that says nothing, published and heard again.

**Knows:** what a broker's answers mean for somebody who commissions the box.
**Does not know:** how a broker is spoken to (``status``).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.commissioning import Finding, Verdict, What
from appliance.config import Configuration
from appliance.connection import ANY_DEVICE
from appliance.status.broker import BrokerFailure, Cause
from appliance.status.trial import HEARD_S, Hearing, say_and_hear

GOOD, NOTED, DOUBTFUL, BAD = Verdict.GOOD, Verdict.NOTED, Verdict.DOUBTFUL, Verdict.BAD
LET_IT_READ = (
    "Let the box read its own topic trial, or look at the broker whether the message came.",
    "本装置に自身のトピック trial の購読を許可するか、ブローカー側で受信を確認してください。",
)
REMEDIES = {
    Cause.UNREACHABLE: (
        "Check host and port of [mqtt], and the firewall between.",
        "[mqtt] のホストとポート、途中のファイアウォールを確認してください。",
    ),
    Cause.TLS_FAILED: (
        "Check ca_file, the broker's certificate, and the clock of the box.",
        "ca_file、ブローカーの証明書、本装置の時計を確認してください。",
    ),
    Cause.CREDENTIAL_UNUSABLE: (
        "The password file cannot be read; check its path and permissions.",
        "パスワードのファイルを読めません。パスと権限を確認してください。",
    ),
    Cause.LOGIN_REFUSED: (
        "Check user and password, here and at the broker.",
        "ユーザー名とパスワードを、本装置とブローカーの両方で確認してください。",
    ),
    Cause.NOT_PERMITTED: (
        "Let the box write below its own prefix (ACL of the broker).",
        "ブローカーの ACL で、本装置のトピック配下への書き込みを許可してください。",
    ),
}
LOOK_THERE = (
    "Look in the log of the broker.",
    "ブローカーのログを確認してください。",
)


@dataclass(frozen=True)
class BrokerTrial:
    """The broker of ``[mqtt]``."""

    configuration: Configuration
    clock: Clock
    heard_s: float = HEARD_S

    def __call__(self) -> Iterator[Finding]:
        """One finding after the other."""
        mqtt = self.configuration.mqtt
        if not mqtt.enabled:
            yield Finding.of(NOTED, What.NOT_CONFIGURED, None, table="mqtt")
            return
        device = self.configuration.vpn.interface if mqtt.vpn else ANY_DEVICE
        try:
            said = say_and_hear(mqtt, device, self.clock, self.heard_s)
        except BrokerFailure as failure:
            remedy = REMEDIES.get(failure.cause, LOOK_THERE)
            told = {"cause": failure.cause, "detail": failure.detail or "-"}
            yield Finding.of(BAD, What.BROKER_FAILED, remedy, **told)
            return
        host = {"host": f"{mqtt.host}:{mqtt.port}"}
        yield Finding.of(GOOD, What.BROKER_CONNECTED, None, protocol=said.protocol, **host)
        yield Finding.of(GOOD, What.PUBLISHED, None, topic=said.topic)
        match said.hearing:
            case Hearing.HEARD:
                yield Finding.of(GOOD, What.READ_BACK)
            case Hearing.NOT_HEARD:
                yield Finding.of(DOUBTFUL, What.NOT_READ_BACK, LET_IT_READ)
            case Hearing.REFUSED:
                reason = said.reason
                yield Finding.of(DOUBTFUL, What.SUBSCRIPTION_REFUSED, LET_IT_READ, reason=reason)
