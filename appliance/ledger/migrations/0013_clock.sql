-- timeline: by whose word the wall clock stood, from when on. Written by the keeper.
CREATE TABLE clock_sighting (
  id INTEGER PRIMARY KEY,
  boot_id TEXT NOT NULL,                 -- the kernel's name of the boot
  since_boot_s REAL NOT NULL,            -- seconds since then, by a clock that nobody sets
  wall REAL NOT NULL,                    -- what the wall clock showed, seconds since the epoch
  state TEXT NOT NULL CHECK (state IN ('ntp', 'rtc', 'restored', 'unset'))
) STRICT;

CREATE TRIGGER clock_sighting_keeps_rows BEFORE DELETE ON clock_sighting
BEGIN SELECT RAISE(ABORT, 'sightings of the clock are append-only'); END;

CREATE TRIGGER clock_sighting_keeps_values BEFORE UPDATE ON clock_sighting
BEGIN SELECT RAISE(ABORT, 'sightings of the clock are append-only'); END;

-- spool: the same of received_at, by whoever received it; NULL: it came before this was noted.
ALTER TABLE instance ADD COLUMN clock_state TEXT
CHECK (clock_state IN ('ntp', 'rtc', 'restored', 'unset'));
