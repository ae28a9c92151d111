-- audit: messages on their way to the site's repository; each goes when it was taken. Written by
-- whichever service something happens in; only the clerk takes away.
CREATE TABLE audit_message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order, and the number it is sent with
  occurred_at REAL NOT NULL,             -- seconds since the epoch
  event TEXT NOT NULL,                   -- its EventID
  xml TEXT NOT NULL
) STRICT;

-- audit: how far each source of messages was told. Written by the clerk.
CREATE TABLE audit_mark (
  source TEXT PRIMARY KEY,
  mark INTEGER NOT NULL                  -- the newest row of the source that was told
) STRICT;

-- audit: deliveries that had not ended when the mark passed them. Written by the clerk.
CREATE TABLE audit_open_delivery (
  delivery_id INTEGER PRIMARY KEY
) STRICT;
