-- spool: modality performed procedure steps; what was said of each is in instance, message by
-- message, under its UID. Written by the receiver only.
CREATE TABLE performed_step (
  sop_instance_uid TEXT PRIMARY KEY,
  study_instance_uid TEXT NOT NULL,      -- the first that it names; '' when nothing names one
  state TEXT NOT NULL CHECK (state IN ('IN PROGRESS', 'COMPLETED', 'DISCONTINUED')),
  begun_at REAL NOT NULL,                -- when its first message came, seconds since the epoch
  changed_at REAL NOT NULL               -- when the last one came
) STRICT;

CREATE INDEX performed_step_in_progress ON performed_step (study_instance_uid)
WHERE state = 'IN PROGRESS';
