-- ledger: from which schema on code can live with each migration that this ledger went through; an
-- older version of the appliance reads it to know whether it may go on. Written by whoever migrates.
CREATE TABLE schema_step (
  version INTEGER PRIMARY KEY,
  lives_with INTEGER NOT NULL
) STRICT;
