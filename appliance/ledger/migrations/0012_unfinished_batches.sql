-- media: what a begun batch carries, until it ends: an export may die when the medium has it whole,
-- and before that counts. Written by the export.
CREATE TABLE exported_delivery (
  batch_id INTEGER NOT NULL REFERENCES exported_batch (id),
  delivery_id INTEGER NOT NULL,          -- of the outbox
  PRIMARY KEY (batch_id, delivery_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX exported_batch_unfinished ON exported_batch (destination, medium)
WHERE ended_at IS NULL;
