"""The page on the display under test: any browser there shows the patterns that the box asks for.

A page shows a code; who types it into the box says which display the page is on. From then on the
page is told by WebSocket what to show, answers when it can be seen, and says what is wrong with its
window. It comes back by itself after a reload, a network that was away, or a restart of the box.

**Knows:** pages that are open, their pairing, the words between page and box, and what a browser
does that a pattern does not bear.
**Does not know:** tests and meters; who shows what in which order.
"""

from appliance.console.screen.browser import BrowserScreen
from appliance.console.screen.condition import Caution, Condition
from appliance.console.screen.pages import Pages, PageState
from appliance.console.screen.views import pairing_section, screen_section

__all__ = [
    "BrowserScreen",
    "Caution",
    "Condition",
    "PageState",
    "Pages",
    "pairing_section",
    "screen_section",
]
