-- accounts: who may use the box. Accounts are locked, never removed: the journal names them. Written
-- by the console and by the command line.
CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,             -- normalised: NFKC, lower case
  role TEXT NOT NULL CHECK (role IN ('viewer', 'technologist', 'engineer', 'administrator')),
  password_hash TEXT NOT NULL,           -- argon2id with its parameters, as a PHC string
  password_until REAL,                   -- a one-time password: good until then; NULL: their own
  locked_at REAL,                        -- NULL: not locked
  failures INTEGER NOT NULL DEFAULT 0,   -- wrong passwords since the last right one
  created_at REAL NOT NULL,
  last_login_at REAL
) STRICT;

-- accounts: who is logged in. A row goes when its session ends.
CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,       -- SHA-256 of what the browser has
  account_id INTEGER NOT NULL REFERENCES account (id),
  address TEXT NOT NULL,
  begun_at REAL NOT NULL,
  used_at REAL NOT NULL                  -- to the minute or so
) STRICT;

CREATE INDEX session_account ON session (account_id);

-- journal: looks at patients that were written down a short while ago, so that each is one entry.
CREATE TABLE recent_look (
  study_instance_uid TEXT NOT NULL,
  person TEXT NOT NULL,
  page TEXT NOT NULL,
  seen_at REAL NOT NULL,
  PRIMARY KEY (study_instance_uid, person, page)
) STRICT;
