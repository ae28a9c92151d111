"""What the RIS knows of an examination: its order, by worklist, and the code of what was ordered.

**Knows:** how an order is asked for (Modality Worklist), which answer is this study's and which is
none, what of it completes a header, and JJ1017: its digits, the site's table, the items of a
sequence.
**Does not know:** when to ask, what waits for the answer, and how the report is built.
"""

from appliance.orders.completing import completed, completion, contradictions
from appliance.orders.order import Code, Order

__all__ = ["Code", "Order", "completed", "completion", "contradictions"]
