DROP INDEX orders_address_search_idx;
