"""Who may call: the policies on AE titles, addresses, certificates and numbers."""

import ipaddress
from collections import Counter
from collections.abc import Callable, Iterable

from appliance.config import Configuration, scanner_for
from appliance.receive.request import AssociationRequest, Rejection


class Callers:
    """Decides on an association request; ``serving`` gives the address of each association."""

    def __init__(self, configuration: Configuration, serving: Callable[[], Iterable[str]]) -> None:
        self._configuration = configuration
        self._serving = serving

    def refuse(self, request: AssociationRequest) -> Rejection | None:
        """Why the association must not be, or None."""
        receiver = self._configuration.receiver
        if request.is_from_here and request.calling_ae == receiver.ae_title.strip():
            return None  # the box looks whether it answers
        return self._unwelcome(request) or self._too_many(request)

    def _unwelcome(self, request: AssociationRequest) -> Rejection | None:
        receiver = self._configuration.receiver
        if receiver.require_called_ae_title and request.called_ae != receiver.ae_title.strip():
            return Rejection.CALLED_AE_UNKNOWN
        scanner = scanner_for(self._configuration, request.calling_ae, request.address)
        if receiver.callers == "listed" and scanner is None and not self._is_asked(request):
            return Rejection.CALLER_NOT_LISTED
        if scanner is not None and not _is_its_own(scanner.certificate_name, request):
            return Rejection.CERTIFICATE_NOT_ITS_OWN
        return None

    def _too_many(self, request: AssociationRequest) -> Rejection | None:
        receiver = self._configuration.receiver
        serving = Counter(self._serving())
        if serving[request.address] >= receiver.max_associations_per_address:
            return Rejection.TOO_MANY_FROM_ADDRESS
        if serving.total() >= receiver.max_associations:
            return Rejection.TOO_MANY_ASSOCIATIONS
        return None

    def _is_asked(self, request: AssociationRequest) -> bool:
        """Whether it may be a destination that is to tell what it keeps (PS3.4 J.3.3)."""
        return any(
            each.commitment.ask
            and each.ae_title.strip() == request.calling_ae
            and not _is_elsewhere(each.host, request.address)
            for each in self._configuration.destination
        )


def _is_elsewhere(host: str, address: str) -> bool:
    """Whether ``host`` is certainly not at ``address``; a name may be anywhere."""
    try:
        return ipaddress.ip_address(host) != ipaddress.ip_address(address)
    except ValueError:
        return False


def _is_its_own(wanted: str, request: AssociationRequest) -> bool:
    names = {name.casefold() for name in request.certificate_names}
    return not wanted or wanted.casefold() in names
