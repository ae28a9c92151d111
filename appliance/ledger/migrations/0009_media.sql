-- media: the sticks that the site enrolled. Written by the command line.
CREATE TABLE enrolled_stick (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  token_sha256 TEXT NOT NULL UNIQUE,     -- the token itself stands on the stick alone
  enrolled_at REAL NOT NULL,             -- seconds since the epoch
  withdrawn_at REAL
) STRICT;

CREATE UNIQUE INDEX enrolled_stick_name ON enrolled_stick (name) WHERE withdrawn_at IS NULL;

-- media: every folder that was begun on a medium. Written by the export.
CREATE TABLE exported_batch (
  id INTEGER PRIMARY KEY,                -- gives the folder its name, on every medium another one
  use TEXT NOT NULL CHECK (use IN ('patient', 'registry')),
  destination TEXT NOT NULL DEFAULT '',  -- '' for what no destination waits for
  medium TEXT NOT NULL,                  -- the stick's name, or 'folder' or 'image'
  objects INTEGER NOT NULL,
  checksums_sha256 TEXT NOT NULL,        -- of SHA256.TXT, which lists the digest of every file
  began_at REAL NOT NULL,
  ended_at REAL,                         -- NULL: under way, or the power went
  fault TEXT NOT NULL DEFAULT ''         -- '' if it was read back and is whole
) STRICT;

-- media: what was taken from sticks. Written by the command line.
CREATE TABLE media_import (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('configuration', 'update')),
  number INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  taken_at REAL NOT NULL,
  UNIQUE (kind, number)
) STRICT;
