-- studies: every study of which something came, by the number that pages call it by, and how it
-- stands. Kept up by the triggers below, whoever writes what they watch; nothing names a patient.
CREATE TABLE study (
  number INTEGER PRIMARY KEY,            -- the order of their first objects
  study_instance_uid TEXT NOT NULL UNIQUE,
  received_at REAL NOT NULL,             -- when the first object came, seconds since the epoch
  outcome TEXT,                          -- of the newest decision; NULL: there is none yet
  sending TEXT NOT NULL DEFAULT 'nothing' -- of all its deliveries the state that is worst
    CHECK (sending IN ('nothing', 'delivered', 'waiting', 'refused'))
) STRICT;

CREATE INDEX study_received ON study (received_at);
CREATE INDEX study_outcome ON study (outcome, number);
CREATE INDEX study_sending ON study (sending, number);

-- studies: who sent objects of each.
CREATE TABLE study_sender (
  calling_ae TEXT NOT NULL,
  study_number INTEGER NOT NULL REFERENCES study (number),
  PRIMARY KEY (calling_ae, study_number)
) STRICT, WITHOUT ROWID;

CREATE INDEX study_sender_study ON study_sender (study_number);
CREATE INDEX delivery_study ON delivery (study_instance_uid, state);
CREATE INDEX performed_step_study ON performed_step (study_instance_uid);

INSERT INTO study (study_instance_uid, received_at, outcome, sending)
SELECT m.study_instance_uid, i.received_at,
  (SELECT d.outcome FROM decision d WHERE d.study_instance_uid = m.study_instance_uid
   ORDER BY d.id DESC LIMIT 1),
  CASE
    WHEN EXISTS (SELECT 1 FROM delivery x WHERE x.study_instance_uid = m.study_instance_uid
      AND x.state = 'refused') THEN 'refused'
    WHEN EXISTS (SELECT 1 FROM delivery x WHERE x.study_instance_uid = m.study_instance_uid
      AND x.state IN ('waiting', 'leased')) THEN 'waiting'
    WHEN EXISTS (SELECT 1 FROM delivery x WHERE x.study_instance_uid = m.study_instance_uid)
      THEN 'delivered'
    ELSE 'nothing'
  END
FROM (
  SELECT study_instance_uid, min(instance_id) AS first FROM study_member GROUP BY 1) m
JOIN instance i ON i.id = m.first ORDER BY m.first;

INSERT INTO study_sender (calling_ae, study_number)
SELECT DISTINCT i.calling_ae, s.number FROM study_member m
JOIN instance i ON i.id = m.instance_id
JOIN study s ON s.study_instance_uid = m.study_instance_uid;

CREATE TRIGGER study_comes AFTER INSERT ON study_member
BEGIN
  INSERT INTO study (study_instance_uid, received_at)
  SELECT NEW.study_instance_uid, received_at FROM instance WHERE id = NEW.instance_id
  ON CONFLICT (study_instance_uid) DO NOTHING;
  INSERT INTO study_sender (calling_ae, study_number)
  SELECT i.calling_ae, s.number FROM instance i, study s
  WHERE i.id = NEW.instance_id AND s.study_instance_uid = NEW.study_instance_uid
  ON CONFLICT (calling_ae, study_number) DO NOTHING;
END;

CREATE TRIGGER study_ends AFTER INSERT ON decision
BEGIN
  UPDATE study SET outcome = NEW.outcome WHERE study_instance_uid = NEW.study_instance_uid;
END;

CREATE TRIGGER study_is_to_be_sent AFTER INSERT ON delivery
BEGIN
  UPDATE study SET sending = CASE sending WHEN 'refused' THEN 'refused' ELSE 'waiting' END
  WHERE study_instance_uid = NEW.study_instance_uid;
END;

CREATE TRIGGER study_is_sent AFTER UPDATE OF state ON delivery
WHEN NEW.state <> OLD.state AND NOT (
  NEW.state IN ('waiting', 'leased') AND OLD.state IN ('waiting', 'leased'))
BEGIN
  UPDATE study SET sending = CASE
    WHEN EXISTS (SELECT 1 FROM delivery x WHERE x.study_instance_uid = NEW.study_instance_uid
      AND x.state = 'refused') THEN 'refused'
    WHEN EXISTS (SELECT 1 FROM delivery x WHERE x.study_instance_uid = NEW.study_instance_uid
      AND x.state IN ('waiting', 'leased')) THEN 'waiting'
    ELSE 'delivered'
  END
  WHERE study_instance_uid = NEW.study_instance_uid;
END;

-- spool: how the sources of a study were put together when it was decided. Written by the
-- recogniser.
CREATE TABLE decision_sources (
  decision_id INTEGER PRIMARY KEY REFERENCES decision (id),
  merged TEXT NOT NULL                   -- as JSON, as in read.schema.json
) STRICT;

-- spool: studies that a person wants read again. Written by the console and the command line, ended
-- by the recogniser.
CREATE TABLE rereading (
  id INTEGER PRIMARY KEY,
  study_instance_uid TEXT NOT NULL,
  asked_at REAL NOT NULL,                -- seconds since the epoch
  ended_at REAL
) STRICT;

CREATE UNIQUE INDEX rereading_open ON rereading (study_instance_uid) WHERE ended_at IS NULL;
CREATE INDEX rereading_study ON rereading (study_instance_uid);
