"""The outbox's SQL. ``state IN ('waiting', 'leased')`` is written out so that indexes serve it."""

PUT = """
INSERT INTO outgoing (kind, sop_instance_uid, sop_class_uid, study_instance_uid, predecessor_uid,
  path, sha256, instance_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

REPORT = """
SELECT * FROM outgoing WHERE sop_instance_uid = ? AND kind IN ('report', 'native-report')
"""

REPORTS = """
SELECT * FROM outgoing
WHERE study_instance_uid = ? AND kind IN ('report', 'native-report') ORDER BY id
"""

FILES = "SELECT path FROM outgoing WHERE kind IN ('report', 'native-report')"

ROUTE = """
INSERT INTO routed (instance_id, kind, rule, destinations, keep_days) VALUES (?, ?, ?, ?, ?)
"""

LAST_ROUTED = "SELECT coalesce(max(instance_id), 0) AS id FROM routed"

MEET = "INSERT OR IGNORE INTO destination (name) VALUES (?)"

DELIVER = """
INSERT INTO delivery (outgoing_id, study_instance_uid, destination, state, failed_s_before,
  created_at)
SELECT o.id, o.study_instance_uid, t.name, 'waiting', t.failed_s, ?3
FROM outgoing o, destination t WHERE o.id = ?1 AND t.name = ?2
"""

LAST_PLANNABLE = """
SELECT coalesce(
  (SELECT min(id) - 1 FROM outgoing WHERE kind = 'native-report' AND id > ?1
     AND instance_id > (SELECT coalesce(max(instance_id), 0) FROM routed)),
  (SELECT max(id) FROM outgoing), 0) AS id
"""
"""A native report is planned once it is known which rule it matched; so are those behind it."""

PLAN = """
INSERT INTO delivery (outgoing_id, study_instance_uid, destination, state, failed_s_before,
  created_at)
SELECT o.id, o.study_instance_uid, t.name, 'waiting', t.failed_s, ?2 FROM outgoing o, destination t
WHERE t.name = ?1 AND o.id > ?3 AND o.id <= ?4 AND (
  o.kind = 'report' AND ?5 OR o.kind = 'native-report' AND ?6 AND (
    o.instance_id IS NULL OR EXISTS (
      SELECT 1 FROM routed u, json_each(u.destinations) n
      WHERE u.instance_id = o.instance_id AND n.value IN ('*', ?1))))
  AND NOT EXISTS (
    SELECT 1 FROM delivery d WHERE d.outgoing_id = o.id AND d.destination = ?1)
  AND NOT EXISTS (SELECT 1 FROM report_removal x WHERE x.outgoing_id = o.id)
ORDER BY o.id
"""

_NOT_OVERTAKING = """
NOT EXISTS (
  SELECT 1 FROM delivery p WHERE p.destination = ?3 AND p.state IN ('waiting', 'leased')
    AND p.study_instance_uid = d.study_instance_uid AND p.outgoing_id < d.outgoing_id)
"""
_RAN_OUT = "d.state = 'leased' AND (d.leased_until <= ?1 OR d.leased_until > ?1 + ?2)"
_DUE = """
SELECT d.id FROM delivery d
WHERE d.destination = ?3 AND d.state IN ('waiting', 'leased')
  AND (d.state = 'waiting' OR {ran_out}) AND {not_overtaking}
ORDER BY d.attempts, d.outgoing_id LIMIT 1
"""
_DUE_IN_PAUSE = """
SELECT d.id FROM (
  SELECT d.* FROM delivery d INDEXED BY delivery_open
  WHERE d.destination = ?3 AND d.state IN ('waiting', 'leased') AND d.outgoing_id > ?4
    AND (d.state = 'waiting' OR {ran_out})
  UNION ALL
  SELECT d.* FROM delivery d INDEXED BY delivery_leased
  WHERE d.destination = ?3 AND d.outgoing_id <= ?4 AND {ran_out}) d
WHERE {not_overtaking} ORDER BY d.attempts, d.outgoing_id LIMIT 1
"""
_LEASE = """
UPDATE delivery SET state = 'leased', leased_until = ?1 + ?2, attempts = attempts + 1
WHERE id = ({due}) RETURNING id, attempts, outgoing_id
"""
_PARTS = {"ran_out": _RAN_OUT, "not_overtaking": _NOT_OVERTAKING}
LEASE = _LEASE.format(due=_DUE.format(**_PARTS))
LEASE_IN_PAUSE = _LEASE.format(due=_DUE_IN_PAUSE.format(**_PARTS))
"""A lease that ends later than one can was written before the wall clock was set back."""

LEASE_TOGETHER = """
UPDATE delivery SET state = 'leased', leased_until = ?1, attempts = attempts + 1
WHERE id IN (
  SELECT id FROM delivery WHERE destination = ?2 AND state = 'waiting'
  ORDER BY outgoing_id LIMIT ?3)
RETURNING id, attempts, outgoing_id
"""

LEASED = """
SELECT o.* FROM delivery d JOIN outgoing o ON o.id = d.outgoing_id
WHERE d.destination = ? AND d.state = 'leased'
"""

DELIVERY = """
SELECT o.*, d.destination, d.attempts FROM delivery d JOIN outgoing o ON o.id = d.outgoing_id
WHERE d.id = ?
"""

TAKE_BACK = "UPDATE delivery SET state = 'waiting' WHERE destination = ? AND state = 'leased'"

SINCE = """
SELECT * FROM outgoing WHERE kind IN ('report', 'native-report') AND created_at >= ? ORDER BY id
"""

DELIVERED = """
UPDATE delivery SET state = 'delivered', ended_at = ?, last_error = ''
WHERE id = ? AND state <> 'delivered'
"""

ARRIVED = """
UPDATE destination SET delivered = delivered + 1, paused_until = 0, last_error = '' WHERE name = ?
"""

END_LEASE = """
UPDATE delivery SET state = ?, last_error = ?
WHERE id = ? AND state = 'leased' AND attempts = ?
"""

RETURN = """
UPDATE delivery SET state = 'waiting', attempts = attempts - 1
WHERE id = ? AND state = 'leased' AND attempts = ?
"""

PAUSE = """
UPDATE destination SET paused_until = ?2, failed_s = failed_s + ?3, last_error = ?4,
  paused_after = coalesce((SELECT max(outgoing_id) FROM delivery
    WHERE destination = ?1 AND state IN ('waiting', 'leased')), 0)
WHERE name = ?1
"""

FAILED_ALONE = """
UPDATE delivery SET failed_alone = failed_alone + 1 WHERE id = ? RETURNING failed_alone
"""

GIVE_UP = """
UPDATE delivery SET state = 'refused', ended_at = ?1
WHERE destination = ?2 AND state IN ('waiting', 'leased') AND state = 'waiting'
  AND (SELECT failed_s FROM destination WHERE name = ?2) - failed_s_before >= ?3
"""

RETRY = """
UPDATE delivery SET state = 'waiting', ended_at = NULL, failed_alone = 0,
  failed_s_before = (SELECT failed_s FROM destination WHERE name = destination)
WHERE (state IN ('waiting', 'leased') AND state = 'waiting' OR state = 'refused')
  AND ?2 IN ('', destination) AND (?1 = '' OR outgoing_id IN (
    SELECT id FROM outgoing WHERE sop_instance_uid = ?1))
"""

SEND_AGAIN = """
UPDATE delivery SET state = 'waiting', ended_at = NULL,
  failed_s_before = (SELECT failed_s FROM destination WHERE name = destination)
WHERE destination = ?2 AND state = 'delivered' AND outgoing_id IN (
  SELECT id FROM outgoing WHERE sop_instance_uid = ?1)
"""

TOOK_BACK = "UPDATE destination SET delivered = delivered - 1 WHERE name = ?"

REFUSED = "SELECT count(*) AS n FROM delivery WHERE destination = ? AND state = 'refused'"

BACKLOG = """
SELECT t.name AS destination,
  (SELECT count(*) FROM delivery w
   WHERE w.destination = t.name AND w.state IN ('waiting', 'leased')) AS waiting,
  (SELECT count(*) FROM delivery r
   WHERE r.destination = t.name AND r.state = 'refused') AS refused,
  t.delivered AS delivered,
  (SELECT o.created_at FROM outgoing o WHERE o.id = (
     SELECT min(outgoing_id) FROM delivery w
     WHERE w.destination = t.name AND w.state IN ('waiting', 'leased'))) AS oldest_unsent_at,
  coalesce((
    SELECT e.last_error FROM delivery e WHERE e.destination = t.name AND e.state = 'refused'
    ORDER BY e.ended_at DESC LIMIT 1), t.last_error) AS last_error,
  t.held AS held
FROM destination t ORDER BY t.name
"""

LEFT_BEHIND = """
SELECT d.destination, count(*) AS objects FROM delivery d JOIN outgoing o ON o.id = d.outgoing_id
WHERE (d.state IN ('waiting', 'leased') OR d.state = 'refused')
  AND o.kind IN ('dose-screen', 'image')
  AND d.destination NOT IN (SELECT value FROM json_each(?))
  AND NOT EXISTS (SELECT 1 FROM reduction r WHERE r.instance_id = o.instance_id)
GROUP BY d.destination
"""

QUEUE = """
SELECT d.outgoing_id, o.kind, o.sop_instance_uid, d.study_instance_uid, d.state, d.attempts,
  o.created_at, d.last_error
FROM delivery d JOIN outgoing o ON o.id = d.outgoing_id
WHERE d.destination = ? AND (d.state IN ('waiting', 'leased') OR d.state = 'refused')
ORDER BY d.outgoing_id LIMIT ?
"""

SUPERSEDED = """
WITH RECURSIVE later (uid) AS (
  SELECT sop_instance_uid FROM outgoing WHERE study_instance_uid = ?1 AND predecessor_uid = ?2
  UNION
  SELECT o.sop_instance_uid FROM later JOIN outgoing o
    ON o.study_instance_uid = ?1 AND o.predecessor_uid = later.uid)
SELECT max(o.id) AS id FROM outgoing o JOIN delivery d ON d.outgoing_id = o.id
WHERE o.study_instance_uid = ?1 AND o.sop_instance_uid IN (SELECT uid FROM later)
  AND d.destination = ?3 AND (d.state = 'delivered' OR d.state <> 'refused' AND d.ended_at > 0)
"""
"""By one that was delivered; it may be about to follow once more."""

FOLLOW = """
UPDATE delivery SET state = 'waiting',
  failed_s_before = (SELECT failed_s FROM destination WHERE name = destination)
WHERE outgoing_id = ?1 AND destination = ?2 AND state = 'delivered'
  AND NOT EXISTS (SELECT 1 FROM report_removal x WHERE x.outgoing_id = ?1)
"""
