DROP TRIGGER users_email_is_contact ON users;
DROP FUNCTION users_email_is_contact();
ALTER TABLE users DROP COLUMN contact;
