"""Settings of the pages that the box serves to browsers."""

from dataclasses import dataclass

from appliance.config.setting import FILE, PORT_MAXIMUM, Form, setting

HOST_NAME = Form(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252})", "a host name, without a port")


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """``[console]``: the pages of the box, for browsers."""

    enabled: bool = setting(
        "Serve the pages; `appliance run` starts the process `console` then.", default=False
    )
    bind: str = setting(
        "Address to listen on; 0.0.0.0 is every IPv4 interface. There are no accounts yet: whoever "
        "reaches this address can use the pages.",
        "127.0.0.1",
    )
    port: int = setting("TCP port to listen on.", 8443, minimum=1, maximum=PORT_MAXIMUM)
    names: tuple[str, ...] = setting(
        "Host names that browsers may call the box by; addresses and `localhost` always may.",
        (),
        form=HOST_NAME,
    )
    certificate_file: str = setting(
        "PEM file of the certificate for HTTPS, then those between it and the authority; empty: "
        "pages are served in the clear.",
        "",
        form=FILE,
    )
    private_key_file: str = setting("PEM file of its key, without a password.", "", form=FILE)
