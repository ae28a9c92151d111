"""The engineer's pages: every setting, its versions, certificates, backups, updates and exports.

The forms are made of the schema of the settings itself, so a setting that exists has its question.

**Knows:** how a setting is asked for and explained in English and Japanese, and how a difference
and the course of a request are shown.
**Does not know:** which settings are in force, who may change them and how that is done: the
``Desk`` does.
"""

from appliance.console.settings.section import settings_section

__all__ = ["settings_section"]
