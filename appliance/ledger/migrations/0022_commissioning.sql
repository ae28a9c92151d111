-- commissioning: bringing a CT into use, each time with its own row. Written by the console.
CREATE TABLE commissioning (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  title TEXT NOT NULL,                   -- which CT, in the words of who began
  begun_at REAL NOT NULL,                -- seconds since the epoch
  begun_by TEXT NOT NULL,
  after_instance INTEGER NOT NULL,       -- the newest object that was there then
  ended_at REAL
) STRICT;

CREATE UNIQUE INDEX commissioning_open ON commissioning (ended_at IS NULL) WHERE ended_at IS NULL;

-- commissioning: each try of a step; never changed, the newest of a subject counts.
CREATE TABLE commissioning_result (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  commissioning_id INTEGER NOT NULL REFERENCES commissioning (id),
  step TEXT NOT NULL,
  subject TEXT NOT NULL,                 -- such as a destination's name, or ''
  outcome TEXT NOT NULL,
  findings TEXT NOT NULL,                -- a list as JSON; names no patient
  note TEXT NOT NULL,
  began_at REAL NOT NULL,
  ended_at REAL NOT NULL,
  by_whom TEXT NOT NULL
) STRICT;

CREATE INDEX commissioning_result_of ON commissioning_result (commissioning_id, id);

-- commissioning: what was printed and signed.
CREATE TABLE commissioning_protocol (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  commissioning_id INTEGER NOT NULL REFERENCES commissioning (id),
  made_at REAL NOT NULL,
  made_by TEXT NOT NULL,
  record TEXT NOT NULL,                  -- what it says, as canonical JSON
  sha256 TEXT NOT NULL,                  -- of the record
  files TEXT NOT NULL,                   -- the SHA-256 of each file by its name, as JSON
  journal_seq INTEGER NOT NULL
) STRICT;

CREATE INDEX commissioning_protocol_of ON commissioning_protocol (commissioning_id, id);

-- commissioning: who called the box lately, let in or turned away. Written by the receiver.
CREATE TABLE caller (
  calling_ae TEXT NOT NULL,              -- as the caller named itself
  called_ae TEXT NOT NULL,
  address TEXT NOT NULL,
  refused TEXT NOT NULL,                 -- why it was turned away the last time; '': it was not
  first_at REAL NOT NULL,
  called_at REAL NOT NULL,
  calls INTEGER NOT NULL,
  verified_at REAL,                      -- its last C-ECHO
  negotiated TEXT NOT NULL,              -- what was agreed on the last time, as JSON
  PRIMARY KEY (calling_ae, called_ae, address)
) STRICT;

CREATE INDEX caller_at ON caller (called_at);
