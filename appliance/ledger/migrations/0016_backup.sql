-- backup: every backup of the whole box that was begun; its number is in the name of its file. A
-- backup holds the row of itself, unended. Written by whoever makes backups.
CREATE TABLE backup_made (
  id INTEGER PRIMARY KEY,                -- the number
  medium TEXT NOT NULL,                  -- the stick's name, or 'folder'
  began_at REAL NOT NULL,                -- seconds since the epoch
  ended_at REAL,                         -- NULL: under way, or the power went
  file TEXT NOT NULL DEFAULT '',
  size_bytes INTEGER NOT NULL DEFAULT 0,
  fault TEXT NOT NULL DEFAULT ''         -- '' if it was read back and is whole
) STRICT;
