-- Rows of a shop that lived for a while: skewed, correlated, full of NULLs. Made by the server alone, so that nothing of
-- the generator under test is in them.
SELECT setseed(0.42);

-- 0, 1, 2, ... ever more rarely.
CREATE FUNCTION skewed(count bigint, power double precision) RETURNS bigint VOLATILE LANGUAGE sql
  AS 'SELECT floor(count * power(random(), power))::bigint';
-- Scatters a number over its range.
CREATE FUNCTION scattered(number bigint, count bigint) RETURNS bigint IMMUTABLE LANGUAGE sql
  AS 'SELECT (number * 7919 + 13) % count';
CREATE FUNCTION letters(number bigint, length integer) RETURNS text IMMUTABLE LANGUAGE sql
  AS 'SELECT left(translate(md5(number::text) || md5((-number)::text), ''0123456789'', ''ghijklmnop''), length)';

CREATE FUNCTION customer(n bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT 3 * n + (n % 5) / 3';

INSERT INTO customers
SELECT customer(n),
       letters(n, 5 + (n % 13)::int) || n || '@' || (ARRAY['mail.example', 'post.example', 'a.example'])[1 + skewed(3, 2)],
       md5(n::text || 'token')::uuid,
       (ARRAY['DE', 'FR', 'US', 'GB', 'IT', 'ES', 'PL', 'NL', 'SE', 'NO', 'FI', 'DK'])[1 + skewed(12, 2.5)],
       CASE WHEN random() < 0.8 THEN initcap(letters(skewed(3000, 3), 4 + (n % 9)::int)) END,
       (ARRAY['small', 'medium', 'large', 'public']::segment[])[1 + skewed(4, 2)],
       random() < 0.85,
       CASE WHEN random() < 0.9 THEN exp(2 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())) END,
       CASE WHEN random() < 0.7 THEN round((1000 * power(random(), 3))::numeric, 2) END,
       CASE WHEN random() < 0.85 THEN customer(1 + skewed(1000, 2)) END,
       date '2018-01-01' + (n / 25)::int + (10 * random())::int
FROM generate_series(1, 50000) n;

INSERT INTO products
SELECT n,
       upper(letters(n, 3)) || '-' || lpad(n::text, 6, '0'),
       'category ' || skewed(40, 2),
       round((5 + 200 * power(random(), 4))::numeric, 2),
       CASE WHEN random() < 0.9 THEN round((50 * power(random(), 2))::numeric, 1) END,
       CASE WHEN random() < 0.7 THEN repeat(letters(n, 20) || ' ', 1 + (30 * power(random(), 3))::int) END
FROM generate_series(1, 20000) n;

INSERT INTO orders
SELECT n,
       customer(1 + scattered(skewed(50000, 3), 50000)),
       (ARRAY['done', 'sent', 'paid', 'new', 'lost'])[1 + skewed(5, 4)],
       timestamptz '2020-01-01 00:00+00' + n * interval '9 minutes' + random() * interval '3 days',
       CASE WHEN random() < 0.7 THEN timestamptz '2020-01-04 00:00+00' + n * interval '9 minutes' + random() * interval '60 days' END,
       round((10 + 500 * power(random(), 5))::numeric, 2),
       CASE WHEN random() < 0.9 THEN inet '10.0.0.0' + skewed(200000, 2) END,
       CASE WHEN random() < 0.4 THEN letters(n, 10 + skewed(50, 2)::int) END,
       CASE WHEN random() < 0.95 THEN (ARRAY['web', 'shop', 'phone', 'app', 'partner'])[1 + skewed(5, 3)] END
FROM generate_series(1, 120000) n;

-- One to five lines an order, as they were written.
INSERT INTO order_lines
SELECT row_number() OVER (), n, 1 + scattered(skewed(20000, 2.5), 20000), 1 + skewed(20, 4),
       CASE WHEN random() < 0.2 THEN (5 * skewed(10, 2))::numeric END
FROM generate_series(1, 120000) n, generate_series(1, 1 + n % 5);

INSERT INTO events
SELECT n,
       'event.' || letters(skewed(60, 3), 6),
       CASE WHEN random() < 0.6 THEN customer(50000 - skewed(50000, 2)) END,
       timestamp '2024-01-01' + n * interval '20 seconds' + random() * interval '1 hour',
       n / 3 + (2000 * random())::int,
       letters(n / 12 + skewed(100, 1), 24),
       CASE WHEN random() < 0.7 THEN decode(md5(skewed(30000, 2)::text), 'hex') END
FROM generate_series(1, 150000) n;
