-- Tables of what is fetched from an archive. Nothing here says who a patient is.

-- retrieve: what was asked for, one row an object; written before it is asked for. An object with a
-- row here is of the past, whenever it was received.
CREATE TABLE retrieval (
  sop_instance_uid TEXT PRIMARY KEY,
  study_instance_uid TEXT NOT NULL,
  asked_at REAL NOT NULL                 -- seconds since the epoch
) STRICT;

-- retrieve: days whose studies were listed. Written by the backfill.
CREATE TABLE backfill_day (
  archive TEXT NOT NULL,                 -- its AE title
  modality TEXT NOT NULL,
  day TEXT NOT NULL,                     -- YYYY-MM-DD
  listed_at REAL NOT NULL,
  PRIMARY KEY (archive, modality, day)
) STRICT;

-- retrieve: how far each study of a backfill is. Written by the backfill.
CREATE TABLE backfill_study (
  study_instance_uid TEXT PRIMARY KEY,
  archive TEXT NOT NULL,
  modality TEXT NOT NULL,
  day TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('found', 'fetched', 'ended', 'held', 'nothing', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,   -- that the archive failed at
  scanner TEXT NOT NULL DEFAULT '',      -- maker, model and station
  layout TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT ''        -- why it waits, is held or failed
) STRICT;

CREATE INDEX backfill_study_day ON backfill_study (archive, modality, day);
CREATE INDEX backfill_study_fetched ON backfill_study (study_instance_uid) WHERE state = 'fetched';
CREATE INDEX backfill_study_ended ON backfill_study (scanner, layout, reason) WHERE state = 'ended';
