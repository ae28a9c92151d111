-- status: what watchers of the box are told of, in order and numbered; the last 10000. Alarms get
-- here whoever raises or clears them, the rest is written by the status process.
CREATE TABLE status_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- goes up by one; a watcher sees what it missed
  kind TEXT NOT NULL,
  happened_at REAL NOT NULL,             -- seconds since the epoch
  alarm_id INTEGER,                      -- of alarm
  details TEXT NOT NULL DEFAULT '{}'     -- JSON, without any identity
) STRICT;

CREATE TRIGGER status_event_of_alarm_raised AFTER INSERT ON alarm
BEGIN
  INSERT INTO status_event (kind, happened_at, alarm_id)
  VALUES ('alarm-raised', NEW.raised_at, NEW.id);
END;

CREATE TRIGGER status_event_of_alarm_cleared AFTER UPDATE OF cleared_at ON alarm
WHEN OLD.cleared_at IS NULL AND NEW.cleared_at IS NOT NULL
BEGIN
  INSERT INTO status_event (kind, happened_at, alarm_id)
  VALUES ('alarm-cleared', NEW.cleared_at, NEW.id);
END;

CREATE TRIGGER status_event_stays_small AFTER INSERT ON status_event WHEN NEW.id % 100 = 0
BEGIN
  DELETE FROM status_event WHERE id <= NEW.id - 10000;
END;

-- status: the last event that the broker has taken; one row. Written by the status process.
CREATE TABLE status_progress (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  event_id INTEGER NOT NULL
) STRICT;

-- status: the newest object of each caller and modality; kept up as objects are opened.
CREATE TABLE last_arrival (
  calling_ae TEXT NOT NULL,
  address TEXT NOT NULL,
  modality TEXT NOT NULL,
  instance_id INTEGER NOT NULL,
  received_at REAL NOT NULL,
  PRIMARY KEY (calling_ae, address, modality)
) STRICT, WITHOUT ROWID;

INSERT INTO last_arrival (calling_ae, address, modality, instance_id, received_at)
SELECT calling_ae, address, modality, MAX(instance.id), received_at
FROM instance JOIN study_member ON instance_id = instance.id GROUP BY 1, 2, 3;

CREATE TRIGGER last_arrival_follows AFTER INSERT ON study_member
BEGIN
  INSERT INTO last_arrival (calling_ae, address, modality, instance_id, received_at)
  SELECT calling_ae, address, NEW.modality, id, received_at FROM instance
  WHERE id = NEW.instance_id
  ON CONFLICT (calling_ae, address, modality) DO UPDATE
  SET instance_id = excluded.instance_id, received_at = excluded.received_at
  WHERE excluded.instance_id > last_arrival.instance_id;
END;
