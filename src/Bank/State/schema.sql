-- The bank's memory. Times are seconds since 1970, UTC; blobs that name a device are the hash of its UDS's public key.
CREATE TABLE IF NOT EXISTS customers (
  id          INTEGER PRIMARY KEY,
  name        TEXT NOT NULL,
  account     TEXT NOT NULL UNIQUE,
  pin_salt    BLOB NOT NULL,
  pin_hash    BLOB NOT NULL,
  failures    INTEGER NOT NULL DEFAULT 0,      -- wrong PINs in a row, the one under way included
  app_key     BLOB NOT NULL UNIQUE,            -- hash
  device      BLOB REFERENCES devices (id),
  code        BLOB UNIQUE,                     -- keyed hash of the one-time code that is out
  code_until  INTEGER
) STRICT;

CREATE TABLE IF NOT EXISTS devices (
  id            BLOB PRIMARY KEY,
  first_seen    INTEGER NOT NULL,
  last_seen     INTEGER NOT NULL,
  version       INTEGER NOT NULL,              -- security version, as of the last handshake
  revoked       INTEGER NOT NULL DEFAULT 0,
  wrong_codes   INTEGER NOT NULL DEFAULT 0     -- in a row
) STRICT;

CREATE TABLE IF NOT EXISTS transfers (
  txid          BLOB PRIMARY KEY,
  handle        BLOB NOT NULL UNIQUE,
  customer      INTEGER NOT NULL REFERENCES customers (id),
  payee_name    TEXT NOT NULL,
  payee_account TEXT NOT NULL,
  amount        INTEGER NOT NULL,
  currency      TEXT NOT NULL,
  created       INTEGER NOT NULL,
  state         TEXT NOT NULL,
  decided       INTEGER,
  refusal       TEXT,                          -- the last one
  nonce         BLOB,
  nonce_used    INTEGER NOT NULL DEFAULT 0,
  nonce_until   INTEGER,
  connection    TEXT,                          -- that the nonce was sent on
  message       BLOB                           -- the transaction as it was sent
) STRICT;

CREATE INDEX IF NOT EXISTS transfers_by_time ON transfers (created);

CREATE TABLE IF NOT EXISTS audit (
  id        INTEGER PRIMARY KEY,
  time      INTEGER NOT NULL,
  event     TEXT NOT NULL,
  reason    TEXT,                              -- if it is a refusal
  detail    TEXT NOT NULL,
  device    BLOB,
  customer  INTEGER,
  txid      BLOB
) STRICT;

CREATE INDEX IF NOT EXISTS audit_by_event ON audit (event, time);

-- What was not given a line of its own, by the line that it is like.
CREATE TABLE IF NOT EXISTS audit_repeats (
  line      INTEGER PRIMARY KEY REFERENCES audit (id) ON DELETE CASCADE,
  count     INTEGER NOT NULL,
  last      INTEGER NOT NULL                   -- time
) STRICT;

CREATE TABLE IF NOT EXISTS policy (
  least_version INTEGER NOT NULL
) STRICT;

INSERT INTO policy SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM policy);
