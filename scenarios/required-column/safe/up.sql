-- Each statement commits by itself, so each lock is held for as long as its statement takes and no longer.

-- No default yet, so nothing is rewritten.
ALTER TABLE users ADD COLUMN score double precision;

-- From here on new rows get a value; those that stand are left alone.
ALTER TABLE users ALTER COLUMN score SET DEFAULT random();

-- The rows that stand, two thousand at a time: traffic waits for one batch at most, and only where it meets its rows.
DO $$
DECLARE
    first_id bigint := 0;
    last_id  bigint;
BEGIN
    SELECT max(id) INTO last_id FROM users;
    WHILE first_id < last_id LOOP
        UPDATE users
           SET score = random()
         WHERE id > first_id AND id <= first_id + 2000 AND score IS NULL;
        COMMIT;
        first_id := first_id + 2000;
    END LOOP;
END
$$;

-- NOT VALID looks at no row. VALIDATE reads all of them, but under a lock that lets reads and writes pass. With the
-- proven CHECK in place SET NOT NULL need not scan.
ALTER TABLE users ADD CONSTRAINT users_score_not_null CHECK (score IS NOT NULL) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_score_not_null;
ALTER TABLE users ALTER COLUMN score SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT users_score_not_null;
