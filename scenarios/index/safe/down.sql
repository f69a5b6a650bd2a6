DROP INDEX CONCURRENTLY IF EXISTS orders_address_search_idx;
