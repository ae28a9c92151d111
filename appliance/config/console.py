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
        "Address to listen on; 0.0.0.0 is every IPv4 interface. Beyond the box itself it takes a "
        "certificate, for passwords go over it.",
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
        "pages are served in the clear, to the box itself alone.",
        "",
        form=FILE,
    )
    private_key_file: str = setting("PEM file of its key, without a password.", "", form=FILE)
    wall_from: tuple[str, ...] = setting(
        "Addresses or networks (CIDR) of screens on a wall: they see `/wall`, how the box is, "
        "without an account; it names no patient. Empty: none.",
        (),
    )
    session_idle_min: int = setting(
        "Minutes after which a person who does nothing is logged out; a page that is kept up to "
        "date by itself is nothing done.",
        30,
        minimum=1,
        maximum=1440,
    )
    session_longest_h: int = setting(
        "Hours after which a person is logged out in any case.", 12, minimum=1, maximum=168
    )
    password_length: int = setting(
        "Characters that a password has at least; 15 is what NIST SP 800-63B-4 asks for where "
        "there is nothing beside the password.",
        15,
        minimum=8,
        maximum=64,
    )
    setup_code_file: str = setting(
        "File with the code that whoever makes the first account has to type; empty: the box makes "
        "one, `setup-code` in `data_dir`.",
        "",
        form=FILE,
    )
    second_person: str = setting(
        "Which decisions about quarantined studies, made on the pages, wait until another person "
        "agrees: none, those that are not as it was read (`corrections`; discards are), or all.",
        "never",
        choices=("never", "corrections", "always"),
    )
