-- Reads every row and sorts the result, under a lock that stops all writes to the table.
CREATE INDEX orders_address_search_idx ON orders (lower(shipping_address), lower(reference));
