CREATE EXTENSION btree_gist; CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION ltree;
CREATE SCHEMA shop;
CREATE TYPE mood AS ENUM ('sad','ok','happy');
CREATE TYPE address AS (street text, zip varchar(10), since date);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN email AS citext NOT NULL CHECK (VALUE ~ '^[a-z]+@[a-z]+\.com$');
CREATE DOMAIN us_zip AS text CHECK (VALUE ~ '^\d{5}$' OR VALUE ~ '^\d{5}-\d{4}$');
CREATE TABLE everything (
 id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
 b boolean NOT NULL, i2 smallint NOT NULL, i4 int, i8 bigint, o oid, f4 real, f8 double precision, n numeric, n2 numeric(8,3), m money,
 t text, vc varchar(12), c char(5), ci citext, nm name, ba bytea, u uuid DEFAULT gen_random_uuid(),
 d date, ti time, tz timetz, ts timestamp(3), tsz timestamptz, iv interval,
 j json, jb jsonb, x xml, inet inet, cidr cidr, mac macaddr, mac8 macaddr8, bi bit(6), vb varbit(9),
 p point, l line, ls lseg, bx box, pa path, po polygon, ci2 circle,
 r4 int4range, r8 int8range, rn numrange, rd daterange, rts tsrange, rtz tstzrange,
 tv tsvector, tq tsquery, lt ltree, hs hstore, md mood, arr int[], tarr text[] , marr mood[], ad address, varr varchar(4)[],
 pos positive, mail email, zip us_zip, g int GENERATED ALWAYS AS (i2 * 2) STORED);
CREATE TABLE shop.customers (id serial PRIMARY KEY, name text NOT NULL CHECK (length(name) BETWEEN 3 AND 20), email text UNIQUE, login text NOT NULL,
 level int NOT NULL CHECK (level IN (1,2,3)), balance numeric(10,2) NOT NULL CHECK (balance >= 0 AND balance < 1000),
 referrer int REFERENCES shop.customers, favourite int, born date CHECK (born > '1900-01-01' AND born < '2010-01-01'));
CREATE UNIQUE INDEX customers_login ON shop.customers (lower(login));
CREATE TABLE shop.products (id serial PRIMARY KEY, sku char(8) NOT NULL UNIQUE CHECK (sku ~ '^[A-Z]{3}-\d{4}$'), bestbuyer int NOT NULL REFERENCES shop.customers,
  price numeric NOT NULL CHECK (price > 0), discounted numeric CHECK (discounted > 0), CONSTRAINT cheaper CHECK (discounted < price));
ALTER TABLE shop.customers ADD CONSTRAINT fav FOREIGN KEY (favourite) REFERENCES shop.products DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE shop.orders (region text, id bigint, customer int NOT NULL REFERENCES shop.customers, starts timestamptz NOT NULL, ends timestamptz, CHECK (starts < ends), PRIMARY KEY (region, id));
CREATE TABLE shop.lines (region text NOT NULL, order_id bigint NOT NULL, product int NOT NULL REFERENCES shop.products, n int NOT NULL, note_a text, note_b text,
 CONSTRAINT one_note CHECK ((note_a IS NULL) <> (note_b IS NULL)),
 PRIMARY KEY (region, order_id, product), FOREIGN KEY (region, order_id) REFERENCES shop.orders);
CREATE TABLE by_range (id bigint, at date NOT NULL, v text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE by_range_1 PARTITION OF by_range FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE by_range_2 PARTITION OF by_range FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
CREATE TABLE by_gap (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE by_gap_1 PARTITION OF by_gap FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE by_gap_2 PARTITION OF by_gap FOR VALUES FROM ('2024-06-01') TO ('2024-07-01');
CREATE TABLE by_list (id bigint PRIMARY KEY, country text) PARTITION BY HASH (id);
CREATE TABLE by_list_0 PARTITION OF by_list FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_list_1 PARTITION OF by_list FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE listed (id bigint, country text, k int) PARTITION BY LIST (country);
CREATE TABLE listed_1 PARTITION OF listed FOR VALUES IN ('de','fr');
CREATE TABLE listed_2 PARTITION OF listed FOR VALUES IN ('us', NULL) PARTITION BY RANGE (k);
CREATE TABLE listed_2a PARTITION OF listed_2 FOR VALUES FROM (0) TO (100);
CREATE TABLE no_partition (id int) PARTITION BY LIST (id);
CREATE TABLE bookings (room int NOT NULL, during tstzrange NOT NULL, EXCLUDE USING gist (room WITH =, during WITH &&));
CREATE TABLE friends (a int NOT NULL REFERENCES shop.customers, b int NOT NULL REFERENCES shop.customers, PRIMARY KEY (a,b), CHECK (a <> b));
CREATE TABLE poly (id serial primary key, customer int REFERENCES shop.customers, product int REFERENCES shop.products, kind text NOT NULL,
  CHECK (num_nonnulls(customer, product) = 1), CHECK ((kind = 'c') = (customer IS NOT NULL)), CHECK (kind IN ('c','p')));
CREATE TABLE seeds (id int primary key, v text); INSERT INTO seeds VALUES (1,'a'),(2,NULL);
CREATE TABLE uses_seeds (id serial primary key, seed int not null references seeds);
CREATE MATERIALIZED VIEW mv AS SELECT level, count(*) FROM shop.customers GROUP BY 1;
CREATE UNIQUE INDEX ON mv(level);
COMMENT ON INDEX shop.customers_login IS 'kept';
