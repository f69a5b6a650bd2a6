-- Expand: for as long as both versions of the code run, the table has both columns, and each write keeps them equal.
ALTER TABLE users ADD COLUMN contact text;

CREATE FUNCTION users_email_is_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.contact := coalesce(NEW.contact, NEW.email);
        NEW.email := NEW.contact;
    ELSIF NEW.contact IS DISTINCT FROM OLD.contact THEN
        NEW.email := NEW.contact;
    ELSE
        NEW.contact := NEW.email;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER users_email_is_contact BEFORE INSERT OR UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION users_email_is_contact();

-- The rows that stand, a thousand at a time; the trigger fills them in.
DO $$
DECLARE
    first_id bigint := 0;
    last_id  bigint;
BEGIN
    SELECT max(id) INTO last_id FROM users;
    WHILE first_id < last_id LOOP
        UPDATE users
           SET email = email
         WHERE id > first_id AND id <= first_id + 1000 AND contact IS NULL;
        COMMIT;
        first_id := first_id + 1000;
    END LOOP;
END
$$;

-- Contract, in a later migration, when no old code runs any more: drop the trigger, its function, and email.
