"""The pages of the box: one ASGI application for the browsers of the site.

Pages are made here and work without anything from outside the box; no script stands in a page, and
none of another origin is let in.

**Knows:** HTTP and HTML: how a page looks, in which language, who may ask for it and from where.
**Does not know:** what the box does: what pages show and set going comes as arguments.
"""

from appliance.console.access import Access, Person
from appliance.console.application import Section, application
from appliance.console.attempts import Attempts
from appliance.console.rendering import Group, Link, Rendering

__all__ = ["Access", "Attempts", "Group", "Link", "Person", "Rendering", "Section", "application"]
