-- retention and preservation. Nothing is deleted here when an object is: rows stay as its history.

-- spool: what the pixels of an image said of the patient's size; an image without a row keeps its
-- pixels. Written by whoever reads.
CREATE TABLE image_reading (
  instance_id INTEGER PRIMARY KEY REFERENCES instance (id),
  sizes TEXT NOT NULL                    -- as JSON
) STRICT;

-- spool: what remains of an object that is not whole any more; instance keeps the digest of the
-- whole. A row is durable before the file is touched. Written by the keeper; whoever keeps an object
-- that was called back takes its row away.
CREATE TABLE reduction (
  instance_id INTEGER PRIMARY KEY REFERENCES instance (id),
  remains TEXT NOT NULL CHECK (remains IN ('header', 'nothing')),
  sha256 TEXT NOT NULL DEFAULT '',       -- of the whole file that remains
  size_bytes INTEGER NOT NULL DEFAULT 0,
  why TEXT NOT NULL CHECK (why IN ('age', 'rule', 'room')),
  decided_at REAL NOT NULL,              -- seconds since the epoch
  finished INTEGER NOT NULL DEFAULT 0    -- 1: the file is as this row says
) STRICT;

CREATE INDEX reduction_unfinished ON reduction (instance_id) WHERE finished = 0;

-- spool: objects that are wanted whole again. Written by the command line and the keeper, ended by
-- whoever keeps the object when it comes.
CREATE TABLE recall (
  instance_id INTEGER PRIMARY KEY REFERENCES instance (id),
  asked_at REAL NOT NULL,
  came_at REAL                           -- NULL: it has not come yet
) STRICT;

CREATE INDEX recall_open ON recall (instance_id) WHERE came_at IS NULL;

-- retention: reports whose file was removed. Written by the keeper.
CREATE TABLE report_removal (
  outgoing_id INTEGER PRIMARY KEY REFERENCES outgoing (id),
  removed_at REAL NOT NULL,
  finished INTEGER NOT NULL DEFAULT 0
) STRICT;

-- retention: cases whose pictures were removed. Written by the keeper.
CREATE TABLE evidence_removal (
  quarantined_id INTEGER PRIMARY KEY REFERENCES quarantined (id),
  removed_at REAL NOT NULL,
  finished INTEGER NOT NULL DEFAULT 0
) STRICT;

-- retention: decided studies, and when to look at each again. Written by the keeper.
CREATE TABLE kept_study (
  study_instance_uid TEXT PRIMARY KEY,
  decision_id INTEGER NOT NULL,          -- the newest that was seen
  decided_at REAL NOT NULL,
  has_pixels INTEGER NOT NULL DEFAULT 1, -- 0: none of its images is whole
  look_at REAL NOT NULL DEFAULT 0        -- seconds since the epoch
) STRICT;

CREATE INDEX kept_study_decision ON kept_study (decision_id);
CREATE INDEX kept_study_look ON kept_study (look_at);
CREATE INDEX kept_study_pixels ON kept_study (decided_at) WHERE has_pixels = 1;

-- retention: when the keeper looked at the clock last. Written by the keeper.
CREATE TABLE keeper_look (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  looked_at REAL NOT NULL,
  settings TEXT NOT NULL DEFAULT ''      -- those that the moments in kept_study were found by
) STRICT;

-- preservation: rounds of the digest check; the last one goes on where it stopped. Written by the
-- keeper.
CREATE TABLE inspection (
  id INTEGER PRIMARY KEY,
  begun_at REAL NOT NULL,
  ended_at REAL,
  last_instance_id INTEGER NOT NULL DEFAULT 0,
  last_outgoing_id INTEGER NOT NULL DEFAULT 0,
  files INTEGER NOT NULL DEFAULT 0,
  size_bytes INTEGER NOT NULL DEFAULT 0
) STRICT;

-- preservation: files that were not as they were written. Written by the keeper.
CREATE TABLE damage (
  path TEXT PRIMARY KEY,                 -- relative to the data folder
  sop_instance_uid TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('missing', 'truncated', 'altered', 'unreadable')),
  found_at REAL NOT NULL,
  mended_at REAL
) STRICT;

CREATE INDEX damage_open ON damage (path) WHERE mended_at IS NULL;

-- preservation: whether an archive still has of a study what was delivered to it. Written by the
-- clerk.
CREATE TABLE reconciliation (
  study_instance_uid TEXT NOT NULL,
  destination TEXT NOT NULL,
  asked_at REAL NOT NULL,
  expected INTEGER NOT NULL,
  missing TEXT NOT NULL DEFAULT '[]',    -- SOP Instance UIDs, as JSON
  PRIMARY KEY (study_instance_uid, destination)
) STRICT, WITHOUT ROWID;

CREATE INDEX reconciliation_asked ON reconciliation (destination, asked_at);
CREATE INDEX reconciliation_lacking ON reconciliation (destination) WHERE missing <> '[]';

CREATE INDEX delivery_delivered ON delivery (destination, ended_at) WHERE state = 'delivered';
