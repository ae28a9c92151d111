-- orders: one row a study whose order is looked for. Written by the clerk. Who the patient is
-- stands in the answer's file alone.
CREATE TABLE order_inquiry (
  study_instance_uid TEXT PRIMARY KEY,
  last_instance_id INTEGER NOT NULL,     -- the newest arrival that the question takes into account
  state TEXT NOT NULL CHECK (
    state IN ('asking', 'absent', 'answered', 'unused', 'passed-over', 'given-up')
  ),
  reason TEXT NOT NULL DEFAULT '',
  answer TEXT NOT NULL DEFAULT '',       -- SHA-256 of the answer's file
  attempts INTEGER NOT NULL DEFAULT 0,
  asked_at REAL NOT NULL,                -- when it began to ask, seconds since the epoch
  due_at REAL NOT NULL                   -- when to ask (again)
) STRICT;

CREATE INDEX order_inquiry_arrival ON order_inquiry (last_instance_id);
CREATE INDEX order_inquiry_due ON order_inquiry (due_at) WHERE state IN ('asking', 'absent');
CREATE INDEX order_inquiry_state ON order_inquiry (state, asked_at);

-- orders: the answer that each study's last report was completed with. Written by the recogniser.
CREATE TABLE order_use (
  study_instance_uid TEXT PRIMARY KEY,
  answer TEXT NOT NULL                   -- SHA-256 of the answer's file
) STRICT;

-- orders: codes that no row of the site's table maps. Written by the recogniser.
CREATE TABLE unmapped_code (
  scheme TEXT NOT NULL,
  code TEXT NOT NULL,
  meaning TEXT NOT NULL,
  study_instance_uid TEXT NOT NULL,
  seen_at REAL NOT NULL,
  PRIMARY KEY (scheme, code, study_instance_uid)
) STRICT, WITHOUT ROWID;
