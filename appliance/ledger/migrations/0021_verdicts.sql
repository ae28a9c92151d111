-- quarantine: why nothing is reported, where that is more than a discard; and who agreed.
-- '' or 'wrong-patient'; code of before it sees a discard, and reports nothing either.
ALTER TABLE settlement ADD COLUMN cause TEXT NOT NULL DEFAULT '';
ALTER TABLE settlement ADD COLUMN seconded_by TEXT NOT NULL DEFAULT '';

-- quarantine: decisions that wait until another person agrees. Written by the console.
CREATE TABLE first_decision (
  id INTEGER PRIMARY KEY,
  quarantined_id INTEGER NOT NULL REFERENCES quarantined (id),
  verdict TEXT NOT NULL,
  person TEXT NOT NULL,
  reason TEXT NOT NULL,
  corrections TEXT NOT NULL DEFAULT '{}', -- as in settlement
  accepted TEXT NOT NULL DEFAULT '[]',
  decided_at REAL NOT NULL,
  ended_as TEXT NOT NULL DEFAULT ''      -- 'agreed', 'declined' or ''
) STRICT;

CREATE UNIQUE INDEX first_decision_open ON first_decision (quarantined_id) WHERE ended_as = '';
CREATE INDEX quarantined_open ON quarantined (id) WHERE closed_at IS NULL;
