-- A change of the catalog: a few milliseconds. The code that runs knows the old name.
ALTER TABLE users RENAME COLUMN email TO contact;
