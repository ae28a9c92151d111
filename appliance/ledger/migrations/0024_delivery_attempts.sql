-- outbox: each attempt at a delivery, the first and the last 20. Written by the forwarder and the
-- export, with the lease and with its end; an older version counts attempts only, so some are missing.
CREATE TABLE delivery_attempt (
  delivery_id INTEGER NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,               -- as delivery.attempts counted it
  began_at REAL NOT NULL,                -- seconds since the epoch
  ended_at REAL,                         -- NULL: it is under way, or whoever made it was cut off
  ended_as TEXT,                         -- 'delivered', 'failed' or 'refused'
  why TEXT NOT NULL DEFAULT '',          -- as in delivery.last_error
  PRIMARY KEY (delivery_id, number)
) STRICT, WITHOUT ROWID;

-- What moves to another destination begins to be counted anew, whichever version moves it.
CREATE TRIGGER delivery_moves AFTER UPDATE OF destination ON delivery
BEGIN
  DELETE FROM delivery_attempt WHERE delivery_id = NEW.id;
END;
