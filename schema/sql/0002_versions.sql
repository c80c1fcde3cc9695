-- Lists in versions, and contexts through their life. Rows written before keep their meaning: no time
-- at which they close by themselves, listed, and a message whose form is told from its beginning.

ALTER TABLE contexts ADD COLUMN closes_at INTEGER;
ALTER TABLE contexts ADD COLUMN reopened_at INTEGER;
ALTER TABLE travelers ADD COLUMN list_status INTEGER NOT NULL DEFAULT 1;
ALTER TABLE manifests ADD COLUMN format TEXT NOT NULL DEFAULT '';

-- What became of a crossing. A crossing is never changed and neither is a mark: the latest one holds.
CREATE TABLE crossing_marks (
    number   INTEGER PRIMARY KEY,
    crossing BLOB    NOT NULL REFERENCES crossings (id) DEFERRABLE INITIALLY DEFERRED,
    kind     INTEGER NOT NULL,
    reason   TEXT    NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX crossing_marks_by_crossing ON crossing_marks (crossing, number);

CREATE TRIGGER crossing_marks_stay BEFORE UPDATE ON crossing_marks
BEGIN
    SELECT raise(ABORT, 'a mark of a crossing is never changed');
END;
CREATE TRIGGER crossing_marks_remain BEFORE DELETE ON crossing_marks
BEGIN
    SELECT raise(ABORT, 'a mark of a crossing is never taken back');
END;
