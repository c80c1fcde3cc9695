-- The record of one installation. Ids are 16 random bytes; the integer keys named "number" only keep
-- the order of writing and never leave the database. Whatever identifies a person stands in columns
-- named "sealed" (with the vault and epoch of its key) or as a keyed hash. Instants are microseconds
-- since 1970 in UTC. The meaning of the small integer codes is fixed in storage/sqlite/internal/codes.hpp.

CREATE TABLE contexts (
    number     INTEGER PRIMARY KEY,
    id         BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    kind       INTEGER NOT NULL,
    designator TEXT    NOT NULL,
    departure  TEXT    NOT NULL,
    arrival    TEXT    NOT NULL,
    departs_at INTEGER,
    arrives_at INTEGER,
    state      INTEGER NOT NULL,
    opened_at  INTEGER NOT NULL,
    closed_at  INTEGER
) STRICT;

CREATE TABLE manifests (
    number      INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    received_at INTEGER NOT NULL,
    body_key    BLOB    NOT NULL UNIQUE CHECK (length(body_key) = 32),
    vault       TEXT    NOT NULL,
    epoch       INTEGER NOT NULL,
    sealed      BLOB    NOT NULL
) STRICT;

-- References are checked at commit, so that one unit of work may write its rows in any order.
CREATE TABLE manifest_contexts (
    manifest BLOB    NOT NULL REFERENCES manifests (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    context  BLOB    NOT NULL REFERENCES contexts (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (manifest, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX manifest_contexts_by_context ON manifest_contexts (context);

CREATE TABLE travelers (
    number  INTEGER PRIMARY KEY,
    id      BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    context BLOB    NOT NULL REFERENCES contexts (id) DEFERRABLE INITIALLY DEFERRED,
    vault   TEXT    NOT NULL,
    epoch   INTEGER NOT NULL,
    sealed  BLOB    NOT NULL,
    state   INTEGER NOT NULL
) STRICT;
CREATE INDEX travelers_by_context ON travelers (context, number);

CREATE TABLE traveler_documents (
    traveler     BLOB    NOT NULL REFERENCES travelers (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    position     INTEGER NOT NULL,
    document_key BLOB    NOT NULL CHECK (length(document_key) = 32),
    PRIMARY KEY (traveler, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX traveler_documents_by_key ON traveler_documents (document_key);

-- What each checkpoint may search.
CREATE TABLE assignments (
    checkpoint TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    context    BLOB    NOT NULL REFERENCES contexts (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (checkpoint, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignments_by_context ON assignments (context);

-- No reference to travelers or contexts: a traveler's identity is erased long before the fact that
-- somebody was here.
CREATE TABLE transactions (
    id             BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    checkpoint     TEXT    NOT NULL,
    profile        TEXT    NOT NULL,
    notice_version TEXT    NOT NULL,
    state          INTEGER NOT NULL,
    opened_at      INTEGER NOT NULL,
    captured_at    INTEGER,
    clock_quality  INTEGER NOT NULL,
    attempts       INTEGER NOT NULL,
    verdict        TEXT    NOT NULL,
    reason         TEXT    NOT NULL,
    decision       TEXT    NOT NULL,
    context        BLOB    CHECK (length(context) = 16),
    traveler       BLOB    CHECK (length(traveler) = 16),
    evidence       TEXT    NOT NULL,
    closed_at      INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX transactions_unfinished ON transactions (opened_at) WHERE state <> 5;

CREATE TABLE crossings (
    number                  INTEGER PRIMARY KEY,
    id                      BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    transaction_id          BLOB    NOT NULL UNIQUE CHECK (length(transaction_id) = 16),
    checkpoint              TEXT    NOT NULL,
    direction               INTEGER NOT NULL,
    context                 BLOB    CHECK (length(context) = 16),
    traveler                BLOB    CHECK (length(traveler) = 16),
    outcome                 INTEGER NOT NULL,
    biometrically_confirmed INTEGER NOT NULL CHECK (biometrically_confirmed IN (0, 1)),
    reason                  TEXT    NOT NULL,
    captured_at             INTEGER NOT NULL,
    clock_quality           INTEGER NOT NULL,
    recorded_at             INTEGER NOT NULL
) STRICT;
CREATE INDEX crossings_by_time ON crossings (recorded_at, number);
CREATE INDEX crossings_by_context ON crossings (context, recorded_at, number);

-- Numbers are taken from event_counter inside the writing transaction: no gap after a roll-back, no
-- number used again after old events have gone.
CREATE TABLE event_counter (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    last INTEGER NOT NULL
) STRICT;
INSERT INTO event_counter (only, last) VALUES (1, 0);

CREATE TABLE events (
    sequence   INTEGER PRIMARY KEY,
    checkpoint TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    body       TEXT    NOT NULL
) STRICT;
CREATE INDEX events_by_checkpoint ON events (checkpoint, sequence);

CREATE TABLE answers (
    number       INTEGER PRIMARY KEY,
    answer_key   BLOB    NOT NULL UNIQUE CHECK (length(answer_key) = 32),
    request      BLOB    NOT NULL CHECK (length(request) = 32),
    status       INTEGER NOT NULL,
    content_type TEXT    NOT NULL,
    vault        TEXT    NOT NULL,
    epoch        INTEGER NOT NULL,
    sealed       BLOB    NOT NULL,
    at           INTEGER NOT NULL
) STRICT;
CREATE INDEX answers_by_time ON answers (at);
