-- A matter of milliseconds: it changes the catalog and touches no row. But first it must get the table for itself.
ALTER TABLE users ADD COLUMN nickname text;
