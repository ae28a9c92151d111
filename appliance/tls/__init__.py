"""TLS as DICOM wants it (PS3.15 Annex B): profiles, contexts, and how long certificates last.

**Knows:** which protocol versions and cipher suites each profile allows, how a context is made of
files, and what a certificate file says of its validity and of who issued it.
**Does not know:** who calls whom, and whether an end of validity is alarming.
"""

from appliance.tls.certificate import Validity, Worn, is_issued_by_others, validity_of
from appliance.tls.context import Credentials, Secured, client_context, server_context
from appliance.tls.peer_name import names_of
from appliance.tls.profile import PROFILES, Profile

__all__ = [
    "PROFILES",
    "Credentials",
    "Profile",
    "Secured",
    "Validity",
    "Worn",
    "client_context",
    "is_issued_by_others",
    "names_of",
    "server_context",
    "validity_of",
]
