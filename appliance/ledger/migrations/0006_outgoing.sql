-- outbox: what leaves the box besides reports, and what is done with each object received.

CREATE TABLE report_before AS SELECT * FROM report;
CREATE TABLE delivery_before AS SELECT * FROM delivery;
CREATE TABLE destination_before AS SELECT * FROM destination;
DROP TABLE delivery;
DROP TABLE destination;
DROP TABLE report;

-- outbox: what leaves, in the order in which it may. Reports are written by the recogniser, what
-- is sent on as it was received by the forwarder.
CREATE TABLE outgoing (
  id INTEGER PRIMARY KEY,                -- the order
  kind TEXT NOT NULL CHECK (kind IN ('report', 'native-report', 'dose-screen', 'image')),
  sop_instance_uid TEXT NOT NULL,
  sop_class_uid TEXT NOT NULL,
  study_instance_uid TEXT NOT NULL,
  predecessor_uid TEXT NOT NULL DEFAULT '',
  path TEXT NOT NULL,                    -- relative to the outbox folder; to the spool if received
  sha256 TEXT NOT NULL,                  -- of a report's file; of a received object's data set
  instance_id INTEGER REFERENCES instance (id), -- what was received and goes on unchanged
  created_at REAL NOT NULL
) STRICT;

CREATE UNIQUE INDEX outgoing_report ON outgoing (sop_instance_uid)
WHERE kind IN ('report', 'native-report');
CREATE UNIQUE INDEX outgoing_instance ON outgoing (instance_id) WHERE instance_id IS NOT NULL;
CREATE INDEX outgoing_study ON outgoing (study_instance_uid, id);

-- outbox: by which rule each object received goes where, decided once. Written by the forwarder.
CREATE TABLE routed (
  instance_id INTEGER PRIMARY KEY REFERENCES instance (id),
  kind TEXT NOT NULL,                    -- as in outgoing; '' if it never leaves
  rule TEXT NOT NULL DEFAULT '',         -- its name; '' if none matched
  destinations TEXT NOT NULL DEFAULT '[]', -- names, as JSON; "*" is every one that takes it
  keep_days REAL                         -- NULL: as for everything
) STRICT;

-- outbox: how each destination does. Written by the forwarder.
CREATE TABLE destination (
  name TEXT PRIMARY KEY,
  paused_until REAL NOT NULL DEFAULT 0,    -- seconds since the epoch
  paused_after INTEGER NOT NULL DEFAULT 0, -- the newest outgoing that the pause holds for
  failed_s REAL NOT NULL DEFAULT 0,        -- seconds it has failed, all outages together
  delivered INTEGER NOT NULL DEFAULT 0,    -- deliveries that arrived
  last_error TEXT NOT NULL DEFAULT '',     -- why the last one did not; '' once one did
  held TEXT NOT NULL DEFAULT '',           -- why nothing is tried: hours, VPN, session; '' if it is
  session_began_at REAL NOT NULL DEFAULT 0 -- of the last session
) STRICT;

-- outbox: one row an object and destination. Written by the forwarder.
CREATE TABLE delivery (
  id INTEGER PRIMARY KEY,
  outgoing_id INTEGER NOT NULL REFERENCES outgoing (id),
  study_instance_uid TEXT NOT NULL,      -- as in outgoing
  destination TEXT NOT NULL REFERENCES destination (name),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'leased', 'delivered', 'refused')),
  attempts INTEGER NOT NULL DEFAULT 0,   -- leases taken; also tells an old lease from a new
  leased_until REAL NOT NULL DEFAULT 0,
  failed_s_before REAL NOT NULL,         -- what the destination had failed when this began to wait
  failed_alone INTEGER NOT NULL DEFAULT 0, -- attempts that failed between others that did not
  last_error TEXT NOT NULL DEFAULT '',
  created_at REAL NOT NULL,
  ended_at REAL,
  UNIQUE (outgoing_id, destination)
) STRICT;

CREATE INDEX delivery_due ON delivery (destination, attempts, outgoing_id)
WHERE state IN ('waiting', 'leased');
CREATE INDEX delivery_order ON delivery (destination, study_instance_uid, outgoing_id)
WHERE state IN ('waiting', 'leased');
CREATE INDEX delivery_open ON delivery (destination, outgoing_id)
WHERE state IN ('waiting', 'leased');
CREATE INDEX delivery_leased ON delivery (destination, outgoing_id) WHERE state = 'leased';
CREATE INDEX delivery_refused ON delivery (destination, ended_at) WHERE state = 'refused';

INSERT INTO outgoing (id, kind, sop_instance_uid, sop_class_uid, study_instance_uid,
  predecessor_uid, path, sha256, instance_id, created_at)
SELECT r.id, CASE WHEN i.id IS NULL THEN 'report' ELSE 'native-report' END, r.sop_instance_uid,
  r.sop_class_uid, r.study_instance_uid, r.predecessor_uid, r.path, r.sha256, i.id, r.created_at
FROM report_before r LEFT JOIN instance i ON i.id = (
  SELECT min(j.id) FROM instance j WHERE j.sop_instance_uid = r.sop_instance_uid);

-- What came before there were rules stays as it is: nothing of it is sent on.
INSERT INTO routed (instance_id, kind, destinations)
SELECT i.id, CASE WHEN o.id IS NULL THEN '' ELSE o.kind END,
  CASE WHEN o.id IS NULL THEN '[]' ELSE '["*"]' END
FROM instance i LEFT JOIN outgoing o ON o.instance_id = i.id;

INSERT INTO destination (name, failed_s, delivered)
SELECT d.name, d.failed_s, (
  SELECT count(*) FROM delivery_before b WHERE b.destination = d.name AND b.state = 'delivered')
FROM destination_before d;

INSERT INTO delivery (id, outgoing_id, study_instance_uid, destination, state, attempts,
  leased_until, failed_s_before, last_error, created_at, ended_at)
SELECT b.id, o.id, o.study_instance_uid, b.destination, b.state, b.attempts, b.leased_until,
  b.failed_s_before, b.last_error, b.created_at, b.ended_at
FROM delivery_before b JOIN outgoing o ON o.sop_instance_uid = b.report_uid;

DROP TABLE delivery_before;
DROP TABLE destination_before;
DROP TABLE report_before;
