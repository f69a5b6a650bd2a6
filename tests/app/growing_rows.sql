-- The same shop at any size: `:size` stands for how many times as many rows it has. What grows with it are its keys, what
-- points at them, and values that most rows have to themselves; periods, amounts and categories are those of the small
-- shop. No row is left to chance: the numbers of a row spread evenly (multiples of irrational numbers, Kronecker), so
-- that a small shop has the shares of a large one.
SET session_replication_role = replica;  -- the references are right
CREATE FUNCTION spread(number bigint, prime integer) RETURNS double precision IMMUTABLE LANGUAGE sql
  AS 'SELECT number * sqrt(prime) - floor(number * sqrt(prime))';
-- 0, 1, 2, ... ever more rarely.
CREATE FUNCTION skewed(share double precision, count bigint, power double precision) RETURNS bigint IMMUTABLE
  LANGUAGE sql AS 'SELECT floor(count * power(share, power))::bigint';
CREATE FUNCTION letters(number bigint, length integer) RETURNS text IMMUTABLE LANGUAGE sql
  AS 'SELECT left(md5(number::text) || md5((-number)::text), length)';
-- Which of `count` parents: a third of the rows point at thirty of them, whatever their number.
CREATE FUNCTION parent(share double precision, chance double precision, count bigint) RETURNS bigint IMMUTABLE
  LANGUAGE sql AS 'SELECT 1 + CASE WHEN share < 0.33 THEN count / 60 + skewed(share / 0.33, 30, 2) * (count / 30)
                                   ELSE skewed(chance, count, 1.2) END';
CREATE FUNCTION customer(n bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT 3 * n + (n % 5) / 3';

INSERT INTO customers
SELECT customer(n),
       letters(n, 5 + (n % 13)::int) || lpad(n::text, 7, '0') || '@' || (ARRAY['mail.example', 'post.example', 'a.example'])[1 + skewed(spread(n, 2), 3, 2)],
       md5(n::text || 'token')::uuid,
       (ARRAY['DE', 'FR', 'US', 'GB', 'IT', 'ES', 'PL', 'NL', 'SE', 'NO', 'FI', 'DK'])[1 + skewed(spread(n, 3), 12, 2.5)],
       CASE WHEN spread(n, 5) < 0.8 THEN initcap(letters(skewed(spread(n, 7), 150, 2), 12)) END,
       (ARRAY['small', 'medium', 'large', 'public']::segment[])[1 + skewed(spread(n, 11), 4, 2)],
       spread(n, 13) < 0.85,
       CASE WHEN spread(n, 17) < 0.9
            THEN exp(2 * sqrt(-2 * ln(1 - spread(n, 19))) * cos(2 * pi() * spread(n, 23))) END,
       CASE WHEN spread(n, 29) < 0.7 THEN round((1000 * power(random(), 3))::numeric, 2) END,
       CASE WHEN spread(n, 37) < 0.85 THEN customer(parent(spread(n, 41), random(), 1000 * :size)) END,
       date '2018-01-01' + (n / (13 * :size))::int + (10 * spread(n, 43))::int
FROM generate_series(1, 20000 * :size) n;

INSERT INTO products
SELECT n,
       upper(letters(n, 3)) || '-' || lpad(n::text, 7, '0'),
       'category ' || skewed(spread(n, 2), 40, 2),
       round((5 + 200 * power(spread(n, 3), 4))::numeric, 2),
       CASE WHEN spread(n, 5) < 0.9 THEN round((50 * power(spread(n, 7), 3))::numeric) END,
       CASE WHEN spread(n, 11) < 0.7 THEN repeat(letters(n, 20) || ' ', 1 + (30 * power(spread(n, 13), 3))::int) END
FROM generate_series(1, 10000 * :size) n;

INSERT INTO orders
SELECT n,
       customer(parent(spread(n, 2), random(), 20000 * :size)),
       (ARRAY['done', 'sent', 'paid', 'new', 'lost'])[1 + skewed(spread(n, 3), 5, 4)],
       timestamptz '2020-01-01 00:00+00' + n * interval '35 minutes' / :size + spread(n, 5) * interval '3 days',
       CASE WHEN spread(n, 7) < 0.7
            THEN timestamptz '2020-01-04 00:00+00' + n * interval '35 minutes' / :size + spread(n, 11) * interval '60 days' END,
       round((10 + 500 * power(spread(n, 13), 5))::numeric, 2),
       CASE WHEN spread(n, 17) < 0.9 THEN inet '10.0.0.0' + skewed(spread(n, 19), 100, 2) END,
       CASE WHEN spread(n, 23) < 0.4 THEN letters(n, 10 + skewed(spread(n, 29), 50, 2)::int) END,
       CASE WHEN spread(n, 31) < 0.95 THEN (ARRAY['web', 'shop', 'phone', 'app', 'partner'])[1 + skewed(spread(n, 37), 5, 3)] END
FROM generate_series(1, 30000 * :size) n;

-- One to three lines an order, as they were written.
INSERT INTO order_lines
SELECT row_number() OVER (), n, parent(spread(3 * n + line, 2), random(), 10000 * :size),
       1 + skewed(spread(3 * n + line, 3), 20, 4),
       CASE WHEN spread(3 * n + line, 5) < 0.6 THEN (5 * skewed(spread(3 * n + line, 7), 10, 2))::numeric END
FROM generate_series(1, 30000 * :size) n, generate_series(1, 1 + n % 3) line;

INSERT INTO events
SELECT n,
       'event.' || letters(skewed(spread(n, 2), 40, 3), 6),
       CASE WHEN spread(n, 3) < 0.6 THEN customer(20000 * :size + 1 - parent(spread(n, 5), random(), 20000 * :size)) END,
       timestamp '2024-01-01' + n * interval '75 seconds' / :size + spread(n, 7) * interval '1 hour',
       n / 3 + (2000 * :size * random())::int,
       letters(n / 6 + (100 * random())::int, 24),
       CASE WHEN spread(n, 17) < 0.7 THEN decode(md5(skewed(spread(n, 19), 100, 2)::text), 'hex') END
FROM generate_series(1, 40000 * :size) n;
