-- random() is volatile: each row needs a value of its own, so the table and all its indexes are written anew.
ALTER TABLE users ADD COLUMN score double precision NOT NULL DEFAULT random();
