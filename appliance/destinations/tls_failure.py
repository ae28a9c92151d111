"""Why a TLS connection did not come to be, from what OpenSSL says of it."""

import ssl

from appliance.destinations.outcome import Cause

_VERIFICATION = {
    9: Cause.CERTIFICATE_EXPIRED,
    10: Cause.CERTIFICATE_EXPIRED,
    62: Cause.CERTIFICATE_OF_ANOTHER,
    64: Cause.CERTIFICATE_OF_ANOTHER,
}
"""X509_V_ERR codes of OpenSSL: not yet valid, expired, another host, another address."""
_ALERTS = (
    "ALERT_CERTIFICATE",
    "ALERT_BAD_CERTIFICATE",
    "ALERT_NO_CERTIFICATE",
    "ALERT_UNSUPPORTED_CERTIFICATE",
    "ALERT_UNKNOWN_CA",
    "ALERT_ACCESS_DENIED",
    "ALERT_DECRYPT_ERROR",
)
"""Parts of what OpenSSL calls alerts (RFC 8446 6.2) by which a peer refuses our certificate."""


def cause_of(failure: ssl.SSLError) -> Cause:
    """What a person has to look at."""
    if isinstance(failure, ssl.SSLCertVerificationError):
        return _VERIFICATION.get(failure.verify_code, Cause.CERTIFICATE_NOT_TRUSTED)
    if any(alert in (failure.reason or "") for alert in _ALERTS):
        return Cause.CERTIFICATE_REFUSED
    return Cause.TLS_FAILED


def detail_of(failure: ssl.SSLError) -> str:
    """OpenSSL's own word for it; it names no patient."""
    if isinstance(failure, ssl.SSLCertVerificationError):
        return failure.verify_message
    return (failure.reason or type(failure).__name__).lower().replace("_", " ")
