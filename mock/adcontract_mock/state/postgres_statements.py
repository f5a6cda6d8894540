"""The statements on the tables of the database that keeps the state."""

from __future__ import annotations

CHANGES = (
    "SELECT state.version, sessions.version, sessions.anew, records.name, records.data FROM adcontract_state AS state"
    " LEFT JOIN adcontract_sessions AS sessions ON sessions.session = %(session)s"
    " LEFT JOIN adcontract_records AS records ON records.session = sessions.session AND records.version >"
    " CASE WHEN %(since)s BETWEEN anew AND sessions.version THEN %(since)s ELSE 0 END"
)
PUT = (
    "WITH change AS (UPDATE adcontract_state SET number = number + 1 RETURNING number),"
    " new AS (SELECT * FROM unnest(%(names)s::text[], %(data)s::bytea[]) AS new (name, data)),"
    " replaced AS (SELECT coalesce(sum(octet_length(data)), 0) AS size FROM adcontract_records"
    " WHERE session = %(session)s AND name = ANY(%(names)s)),"
    " put AS (INSERT INTO adcontract_records SELECT %(session)s, name, number, data FROM new, change"
    " ON CONFLICT (session, name) DO UPDATE SET version = excluded.version, data = excluded.data)"
    " INSERT INTO adcontract_sessions AS old SELECT %(session)s, %(now)s, number, number,"
    " (SELECT coalesce(sum(octet_length(data)), 0) FROM new) - (SELECT size FROM replaced) FROM change"
    " ON CONFLICT (session) DO UPDATE SET used = excluded.used, version = excluded.version,"
    " anew = CASE WHEN %(anew)s THEN excluded.version ELSE old.anew END,"
    " size = CASE WHEN %(anew)s THEN excluded.size ELSE old.size + excluded.size END"
)
USED = (
    "UPDATE adcontract_sessions AS sessions SET used = new.used"
    " FROM unnest(%s::text[], %s::double precision[]) AS new (session, used) WHERE sessions.session = new.session"
)
FORGET = (
    "WITH unused AS (DELETE FROM adcontract_sessions WHERE session IN"
    " (SELECT session FROM adcontract_sessions ORDER BY used DESC OFFSET %s) RETURNING session)"
    " DELETE FROM adcontract_records AS records USING unused WHERE records.session = unused.session"
)
SIZE = (
    "SELECT (SELECT coalesce(sum(size), 0) FROM adcontract_sessions)"
    " + (SELECT coalesce(sum(octet_length(data)), 0) FROM adcontract_shared)"
)
LOG = (
    # without waiting for the disk; and one after the other, so that whoever has seen a number has seen those before
    "INSERT INTO adcontract_log (entry) SELECT entry FROM set_config('synchronous_commit', 'off', true),"
    " pg_advisory_xact_lock('adcontract_log'::regclass::oid::bigint), unnest(%s::bytea[]) AS new (entry)"
)
SHORTEN_LOG = (
    "DELETE FROM adcontract_log USING pg_advisory_xact_lock('adcontract_log'::regclass::oid::bigint) WHERE number IN"
    " (SELECT number FROM (SELECT number, row_number() OVER newest AS place,"
    " sum(octet_length(entry)) OVER newest AS bytes FROM adcontract_log WINDOW newest AS (ORDER BY number DESC))"
    " AS entries WHERE place > %s OR bytes > %s)"
)
LOGGED = (
    "SELECT number, entry FROM adcontract_log WHERE %(before)s = 0 OR number < %(before)s"
    " ORDER BY number DESC LIMIT %(most)s"
)
LOG_STATE = (
    "SELECT 'adcontract_log'::regclass::oid, (SELECT count(*) FROM adcontract_log),"
    " coalesce(pg_sequence_last_value('adcontract_log_number_seq'), 0)"
)
