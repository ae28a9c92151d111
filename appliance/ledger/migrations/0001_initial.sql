-- Tables by the room that owns their SQL, and the one service that writes them.

-- spool: what was received, as bytes. Written by the receiver only; never updated.
CREATE TABLE instance (
  id INTEGER PRIMARY KEY,                -- the order of arrival
  sop_instance_uid TEXT NOT NULL,        -- as the sender's command named it
  sop_class_uid TEXT NOT NULL,
  transfer_syntax_uid TEXT NOT NULL,
  sha256 TEXT NOT NULL,                  -- of the data set's bytes as received
  size_bytes INTEGER NOT NULL,
  path TEXT NOT NULL UNIQUE,             -- relative to the spool
  calling_ae TEXT NOT NULL,
  called_ae TEXT NOT NULL,
  address TEXT NOT NULL,
  received_at REAL NOT NULL,             -- seconds since the epoch
  conflict INTEGER NOT NULL DEFAULT 0,   -- 1: the UID was already here with other bytes
  UNIQUE (sop_instance_uid, sha256)
) STRICT;

CREATE INDEX instance_conflict ON instance (id) WHERE conflict = 1;

-- spool: to which study an instance belongs. Written by the recogniser, which opens the objects.
CREATE TABLE study_member (
  instance_id INTEGER PRIMARY KEY REFERENCES instance (id),
  study_instance_uid TEXT NOT NULL,      -- 'unreadable:<instance id>' when it cannot be opened
  series_instance_uid TEXT NOT NULL DEFAULT '',
  modality TEXT NOT NULL DEFAULT '',
  decision_id INTEGER REFERENCES decision (id)  -- the first that took it into account
) STRICT;

CREATE INDEX study_member_study ON study_member (study_instance_uid, instance_id);
CREATE INDEX study_member_waiting ON study_member (study_instance_uid, instance_id)
WHERE decision_id IS NULL;

-- spool: how each study ended, once for every set of arrivals. Written by the recogniser.
CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  study_instance_uid TEXT NOT NULL,
  last_instance_id INTEGER NOT NULL,     -- the newest arrival it took into account
  outcome TEXT NOT NULL CHECK (outcome IN ('reported', 'quarantined', 'set-aside')),
  reason TEXT NOT NULL DEFAULT '',
  record TEXT NOT NULL DEFAULT '{}',     -- the dose record as JSON
  layout TEXT NOT NULL DEFAULT '',
  atlas TEXT NOT NULL DEFAULT '',
  decided_at REAL NOT NULL
) STRICT;

CREATE INDEX decision_study ON decision (study_instance_uid, id);

CREATE TRIGGER decision_takes_arrivals AFTER INSERT ON decision
BEGIN
  UPDATE study_member SET decision_id = NEW.id
  WHERE study_instance_uid = NEW.study_instance_uid
    AND instance_id <= NEW.last_instance_id AND decision_id IS NULL;
END;

-- recogniser: studies that work has begun on and not ended. Written by the recogniser.
CREATE TABLE attempt (
  study_instance_uid TEXT PRIMARY KEY,
  begun INTEGER NOT NULL                 -- processes that began; all but the last died of it
) STRICT;

-- outbox: the reports, and where each must go. Reports are written by the recogniser.
CREATE TABLE report (
  id INTEGER PRIMARY KEY,                -- the order they were made in
  sop_instance_uid TEXT NOT NULL UNIQUE,
  sop_class_uid TEXT NOT NULL,
  study_instance_uid TEXT NOT NULL,
  predecessor_uid TEXT NOT NULL DEFAULT '',
  path TEXT NOT NULL UNIQUE,             -- relative to the outbox folder
  sha256 TEXT NOT NULL,
  created_at REAL NOT NULL
) STRICT;

CREATE INDEX report_study ON report (study_instance_uid, created_at);

-- outbox: how each destination does. Written by the forwarder.
CREATE TABLE destination (
  name TEXT PRIMARY KEY,
  paused_until REAL NOT NULL DEFAULT 0,    -- seconds since the epoch
  paused_after INTEGER NOT NULL DEFAULT 0, -- the newest delivery that the pause holds for
  failed_s REAL NOT NULL DEFAULT 0         -- seconds it has failed, all outages together
) STRICT;

-- outbox: one row a report and destination. Written by the forwarder.
CREATE TABLE delivery (
  id INTEGER PRIMARY KEY,
  report_uid TEXT NOT NULL REFERENCES report (sop_instance_uid),
  destination TEXT NOT NULL REFERENCES destination (name),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'leased', 'delivered', 'refused')),
  attempts INTEGER NOT NULL DEFAULT 0,   -- leases taken; also tells an old lease from a new
  leased_until REAL NOT NULL DEFAULT 0,
  failed_s_before REAL NOT NULL,         -- what the destination had failed when this began to wait
  last_error TEXT NOT NULL DEFAULT '',
  created_at REAL NOT NULL,
  ended_at REAL,
  UNIQUE (report_uid, destination)
) STRICT;

CREATE INDEX delivery_state ON delivery (destination, state);
CREATE INDEX delivery_open ON delivery (destination, attempts, id)
WHERE state IN ('waiting', 'leased');

-- quarantine: studies that wait for a person. Written by the recogniser.
CREATE TABLE quarantined (
  id INTEGER PRIMARY KEY,
  study_instance_uid TEXT NOT NULL,
  reason TEXT NOT NULL,
  evidence TEXT NOT NULL,                -- doubts and readings as JSON, without any identity
  folder TEXT NOT NULL,                  -- relative to the quarantine folder
  opened_at REAL NOT NULL,
  closed_at REAL,
  closed_as TEXT NOT NULL DEFAULT ''     -- 'settled', 'discarded', 'superseded' or ''
) STRICT;

CREATE INDEX quarantined_study ON quarantined (study_instance_uid, id);

-- quarantine: what a person decided. Written by the command line and the console.
CREATE TABLE settlement (
  id INTEGER PRIMARY KEY,
  quarantined_id INTEGER NOT NULL UNIQUE REFERENCES quarantined (id),
  verdict TEXT NOT NULL CHECK (verdict IN ('settle', 'discard')),
  person TEXT NOT NULL,
  reason TEXT NOT NULL,
  corrections TEXT NOT NULL DEFAULT '{}', -- field -> text as the person typed it, as JSON
  accepted TEXT NOT NULL DEFAULT '[]',   -- reasons of the doubts the person accepted, as JSON
  record TEXT,                           -- the dose record the person stands for, as JSON
  decided_at REAL NOT NULL
) STRICT;

-- quarantine: what came of asking persons to confirm a scanner's first screens, one row a case.
-- Written by the recogniser.
CREATE TABLE confirmation (
  id INTEGER PRIMARY KEY,
  quarantined_id INTEGER NOT NULL UNIQUE REFERENCES quarantined (id),
  scanner TEXT NOT NULL,
  layout TEXT NOT NULL,                  -- name and version
  confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)) -- 0: corrected or discarded
) STRICT;

CREATE INDEX confirmation_scanner ON confirmation (scanner, layout, id);

-- atlases: scanners that something was learnt of. Rows are only added.
CREATE TABLE learnt_scanner (
  scanner TEXT PRIMARY KEY,              -- digest of maker, model and serial number
  described TEXT NOT NULL                -- those three and the software, as JSON
) STRICT;

-- atlases: what was learnt of a scanner and what was taken back, append-only. The recogniser
-- appends what it learnt, the command line what a person imports or takes back.
CREATE TABLE atlas_entry (
  id INTEGER PRIMARY KEY,
  scanner TEXT NOT NULL REFERENCES learnt_scanner (scanner),
  kind TEXT NOT NULL CHECK (kind IN ('lesson', 'withdrawal')),
  shape TEXT NOT NULL,                   -- rise:columns:bits:levels
  character TEXT NOT NULL,
  body TEXT NOT NULL,                    -- the whole entry as JSON, without any identity
  written_at REAL NOT NULL
) STRICT;

CREATE INDEX atlas_entry_scanner ON atlas_entry (scanner, id);
CREATE INDEX atlas_entry_withdrawn ON atlas_entry (scanner, shape, character, id)
WHERE kind = 'withdrawal';

CREATE TRIGGER atlas_keeps_entries BEFORE DELETE ON atlas_entry
BEGIN SELECT RAISE(ABORT, 'what was learnt is append-only'); END;

CREATE TRIGGER atlas_keeps_text BEFORE UPDATE ON atlas_entry
BEGIN SELECT RAISE(ABORT, 'what was learnt is append-only'); END;

-- atlases: who knows of what was withdrawn. Written by the command line.
CREATE TABLE atlas_acknowledgement (
  id INTEGER PRIMARY KEY,
  scanner TEXT NOT NULL,
  last_entry_id INTEGER NOT NULL,        -- the newest entry that the person knows of
  person TEXT NOT NULL,
  acknowledged_at REAL NOT NULL
) STRICT;

-- atlases: the shapes that a study was read with on their word alone. Written by the recogniser.
CREATE TABLE atlas_use (
  id INTEGER PRIMARY KEY,
  study_instance_uid TEXT NOT NULL,
  scanner TEXT NOT NULL,
  shape TEXT NOT NULL,
  character TEXT NOT NULL,               -- the digit it was read as
  last_entry_id INTEGER NOT NULL,        -- the newest entry that was known then
  superseded INTEGER NOT NULL DEFAULT 0  -- 1: the study was read again since
) STRICT;

CREATE INDEX atlas_use_study ON atlas_use (study_instance_uid);
CREATE INDEX atlas_use_shape ON atlas_use (scanner, shape, character) WHERE superseded = 0;

-- alarms: conditions that need someone. Written by whichever service raises and clears its own.
CREATE TABLE alarm (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  subject TEXT NOT NULL DEFAULT '',      -- a destination, an AE title, a disk; never a patient
  detail TEXT NOT NULL DEFAULT '',
  raised_at REAL NOT NULL,
  cleared_at REAL
) STRICT;

CREATE UNIQUE INDEX alarm_raised ON alarm (code, subject) WHERE cleared_at IS NULL;

-- journal: append-only, hash-chained. Any service appends, one at a time.
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  written_at REAL NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,                    -- JSON
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TRIGGER journal_goes_on BEFORE INSERT ON journal
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER journal_keeps_rows BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER journal_keeps_text BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
