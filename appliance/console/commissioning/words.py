"""Steps, subjects and findings in the words of who reads."""

from appliance.commissioning import Finding, Step
from appliance.console.commissioning.desk import FROM_CT, TO_CT
from appliance.console.sentences import told
from appliance.destinations.outcome import Cause
from appliance.texts import Texts

SENTENCES = ("detail", "reason", "hindrance")
"""Values that the box says of itself; others are names, numbers and what a peer is called."""
ENDS = {FROM_CT: "commissioning.from_ct", TO_CT: "commissioning.to_ct"}


def step_name(step: str, texts: Texts) -> str:
    """What a step is called."""
    return texts.say(f"commissioning_step.{step}")


def subject_name(step: str, subject: str, texts: Texts) -> str:
    """What of it; empty where a step is one thing."""
    return texts.say(ENDS[subject]) if step == Step.ECHO and subject in ENDS else subject


def said(finding: Finding, texts: Texts) -> str:
    """What was found, as a sentence, and what can be done about it where that is known."""
    values = {name: _value(name, text, texts) for name, text in finding.values.items()}
    sentence = texts.say(f"commissioning_found.{finding.what}", **values)
    if not finding.remedy:
        return sentence
    return sentence + texts.say("commissioning.sentence_end") + texts.pick(finding.remedy)


def _value(name: str, text: str, texts: Texts) -> str:
    if name == "cause" and texts.language == "ja" and text in set(Cause):
        return texts.say(f"cause.{text}")
    return told(text, texts) if name in SENTENCES else text
