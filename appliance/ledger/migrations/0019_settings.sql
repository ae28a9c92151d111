-- settings: the last versions that were in force, without secrets. Written by whoever carries out
-- what the pages ask for.
CREATE TABLE settings_version (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  made_at REAL NOT NULL,                 -- seconds since the epoch
  made_by TEXT NOT NULL,                 -- an account's name; empty: found so, nobody asked here
  reason TEXT NOT NULL,
  main TEXT NOT NULL,                    -- appliance.toml, or box.toml
  beside TEXT,                           -- appliance.toml beside a box.toml
  digest TEXT NOT NULL,                  -- SHA-256 of both
  back_to INTEGER                        -- the version that it went back to
) STRICT;

-- settings: what somebody is writing. Written by the pages' process.
CREATE TABLE settings_draft (
  person TEXT PRIMARY KEY,
  begun_at REAL NOT NULL,
  changed_at REAL NOT NULL,
  base_main TEXT NOT NULL,               -- what it was begun from
  base_beside TEXT,
  main TEXT NOT NULL,
  beside TEXT
) STRICT;
