-- Storage commitment, both ways. UIDs, AE titles and addresses only.

-- commitment: what others ask the box to keep. Rows are written by the receiver, whose answer is
-- Success only then; what becomes of them is written by the clerk, and by the receiver for those
-- that it reports on their own association.
CREATE TABLE commitment_request (
  id INTEGER PRIMARY KEY,
  transaction_uid TEXT NOT NULL,
  calling_ae TEXT NOT NULL,
  called_ae TEXT NOT NULL,
  address TEXT NOT NULL,
  digest TEXT NOT NULL,                  -- SHA-256 of the references; tells a repeat
  duplicate INTEGER NOT NULL CHECK (duplicate IN (0, 1)), -- 1: its UID is that of another one
  state TEXT NOT NULL CHECK (state IN ('open', 'judged', 'reported', 'given-up')),
  requested_at REAL NOT NULL,            -- seconds since the epoch
  own_until REAL NOT NULL DEFAULT 0,     -- until then it is reported on its own association only
  due_at REAL NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,   -- reports that did not get through
  last_error TEXT NOT NULL DEFAULT '',
  ended_at REAL,
  UNIQUE (transaction_uid, calling_ae, digest)
) STRICT;

CREATE INDEX commitment_request_due ON commitment_request (due_at)
WHERE state IN ('open', 'judged');

-- commitment: the objects of each request. Written by the receiver, judged by the clerk.
CREATE TABLE commitment_reference (
  request_id INTEGER NOT NULL REFERENCES commitment_request (id),
  number INTEGER NOT NULL,               -- from 0, in the order of the request
  sop_class_uid TEXT NOT NULL,
  sop_instance_uid TEXT NOT NULL,
  verdict INTEGER,                       -- 0: committed, else Failure Reason (0008,1197)
  PRIMARY KEY (request_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX commitment_reference_object ON commitment_reference (sop_instance_uid);

-- commitment: objects that a destination is asked to keep, one row an object and destination.
-- Rows are added by the forwarder, together with the delivery's end, and moved on by the clerk.
CREATE TABLE commitment (
  id INTEGER PRIMARY KEY,
  destination TEXT NOT NULL,
  kept_uid TEXT NOT NULL,                -- SOP Instance UID of the object here
  sop_class_uid TEXT NOT NULL,           -- this and the next as it was sent
  sop_instance_uid TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'asked', 'missing', 'committed', 'failed')),
  delivered_at REAL NOT NULL,
  due_at REAL NOT NULL,                  -- when to ask (again)
  transaction_uid TEXT NOT NULL DEFAULT '', -- of the last question that names it
  sent_again INTEGER NOT NULL DEFAULT 0,
  failure INTEGER,                       -- the last Failure Reason (0008,1197)
  ended_at REAL,
  UNIQUE (destination, sop_instance_uid)
) STRICT;

CREATE INDEX commitment_kept ON commitment (kept_uid, destination);
CREATE INDEX commitment_transaction ON commitment (transaction_uid);
CREATE INDEX commitment_due ON commitment (destination, due_at)
WHERE state IN ('waiting', 'asked');
CREATE INDEX commitment_state ON commitment (destination, state);

-- commitment: questions put to destinations. Written by the clerk, before it asks.
CREATE TABLE commitment_question (
  transaction_uid TEXT PRIMARY KEY,
  destination TEXT NOT NULL,
  asked_at REAL NOT NULL
) STRICT;

-- commitment: what destinations answered, object by object. Written by whoever hears it, the
-- receiver or the clerk; rows are only added.
CREATE TABLE commitment_answer (
  id INTEGER PRIMARY KEY,
  transaction_uid TEXT NOT NULL REFERENCES commitment_question (transaction_uid),
  sop_instance_uid TEXT NOT NULL,
  verdict INTEGER NOT NULL,              -- 0: committed, else Failure Reason (0008,1197)
  answered_at REAL NOT NULL
) STRICT;

-- commitment: how far the answers were taken in; one row. Written by the clerk.
CREATE TABLE commitment_progress (
  answer_id INTEGER NOT NULL
) STRICT;

INSERT INTO commitment_progress (answer_id) VALUES (0);
