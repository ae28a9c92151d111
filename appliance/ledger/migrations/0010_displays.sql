-- displays: every display as it was entered; the last entry of a name counts. Written by whoever
-- keeps the register, never changed.
CREATE TABLE display_entry (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  content TEXT,                          -- JSON; NULL: it is no longer in use
  entered_at REAL NOT NULL,              -- seconds since the epoch
  entered_by TEXT NOT NULL
) STRICT;

CREATE INDEX display_entry_name ON display_entry (name, id);

-- displays: every test of a display. Written by who conducts it.
CREATE TABLE display_session (
  id INTEGER PRIMARY KEY,
  display_entry_id INTEGER NOT NULL REFERENCES display_entry (id),
  occasion TEXT NOT NULL,                -- as its first happening says, to find it by
  begun_at REAL NOT NULL
) STRICT;

CREATE INDEX display_session_entry ON display_session (display_entry_id, occasion, id);

-- displays: what happened in it, in order; a session is nothing but its happenings.
CREATE TABLE display_happening (
  session_id INTEGER NOT NULL REFERENCES display_session (id),
  number INTEGER NOT NULL,
  at REAL NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,                    -- JSON
  PRIMARY KEY (session_id, number)
) STRICT, WITHOUT ROWID;
