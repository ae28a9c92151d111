-- doses: what was reported of each study, without identity; a later report supersedes, and the rows
-- of earlier ones stay. Written by the recogniser. Doses are the digits printed.
CREATE TABLE dose_examination (
  id INTEGER PRIMARY KEY,
  report_uid TEXT NOT NULL UNIQUE,
  study_instance_uid TEXT NOT NULL,
  performed_on TEXT,                     -- Study Date as YYYY-MM-DD
  scanner TEXT NOT NULL DEFAULT '',      -- digest of maker, model and serial number
  procedure_codes TEXT NOT NULL DEFAULT '[]', -- Code Values, as JSON
  words TEXT NOT NULL DEFAULT '[]',      -- words of the field in descriptions, as JSON
  age_years TEXT,
  weight_kg TEXT,
  layout TEXT NOT NULL DEFAULT '',       -- name and version
  software TEXT NOT NULL DEFAULT '',
  reference_tables TEXT NOT NULL DEFAULT '', -- edition/version/digest of each, by spaces
  entered_at REAL NOT NULL,
  superseded INTEGER NOT NULL DEFAULT 0  -- 1: there is a later report of the study
) STRICT;

CREATE INDEX dose_examination_study ON dose_examination (study_instance_uid);
CREATE INDEX dose_examination_current ON dose_examination (performed_on) WHERE superseded = 0;

-- doses: the events of those reports that carry dose.
CREATE TABLE dose_scan (
  examination_id INTEGER NOT NULL REFERENCES dose_examination (id),
  number INTEGER NOT NULL,               -- from 0, in the order of the report
  label TEXT NOT NULL DEFAULT '',        -- Acquisition Protocol
  region TEXT NOT NULL DEFAULT '',
  phantom TEXT,
  acquisition_type TEXT,
  with_contrast INTEGER,
  ctdi_vol_mgy TEXT,
  dlp_mgy_cm TEXT,
  ssde_mgy TEXT,
  kvp TEXT,
  PRIMARY KEY (examination_id, number)
) STRICT;
