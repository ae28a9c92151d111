"""The technologist's pages of monitor QA: the register, the tests, what came of them.

What a page shows is computed from values by functions that know no web; templates only set it.

**Knows:** which pages there are, what their forms ask, and how a test is told to a person in
English and Japanese.
**Does not know:** how a test is conducted, by which meter and on which screen: the ``Desk`` does.
"""

from appliance.console.displayqa.section import displayqa_section

__all__ = ["displayqa_section"]
