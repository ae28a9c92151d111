-- displays: which page in a browser shows the patterns of which display. Of the secret that a page
-- holds only its digest is kept; a pairing that has ended stays. Written by who serves the pages.
CREATE TABLE display_pairing (
  token_sha256 TEXT PRIMARY KEY,
  display TEXT NOT NULL,
  paired_at REAL NOT NULL,               -- seconds since the epoch
  ended_at REAL                          -- NULL: it holds
) STRICT;
