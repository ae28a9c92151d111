-- doses: which entry of the journal says who looked at a dose above an alert value, and why that was
-- so. Written by the console and the command line, with the entry.
CREATE TABLE dose_acknowledgement (
  alarm_id INTEGER PRIMARY KEY REFERENCES alarm (id),
  journal_seq INTEGER NOT NULL REFERENCES journal (seq)
) STRICT;

CREATE INDEX alarm_code ON alarm (code, id);
