ALTER TABLE users RENAME COLUMN contact TO email;
