-- Reads the table twice and waits for older transactions in between, but lets reads and writes pass all the time.
-- It cannot run inside a transaction. If it fails, it leaves an invalid index behind, which the down migration drops.
CREATE INDEX CONCURRENTLY orders_address_search_idx ON orders (lower(shipping_address), lower(reference));
