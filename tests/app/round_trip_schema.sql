-- A shop.
CREATE TYPE segment AS ENUM ('small', 'medium', 'large', 'public');

CREATE TABLE customers (
  id bigint PRIMARY KEY,
  email text NOT NULL UNIQUE,
  token uuid NOT NULL UNIQUE,
  country text NOT NULL,
  city text,
  segment segment NOT NULL,
  active boolean NOT NULL,
  score double precision,
  credit numeric(12, 2),
  referrer bigint REFERENCES customers,
  signed_up date NOT NULL
);

CREATE TABLE products (
  id integer PRIMARY KEY,
  sku text NOT NULL UNIQUE,
  category text NOT NULL,
  price numeric(10, 2) NOT NULL,
  weight real,
  description text
);

CREATE TABLE orders (
  id bigint PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers,
  status text NOT NULL CHECK (status IN ('new', 'paid', 'sent', 'done', 'lost')),
  created_at timestamptz NOT NULL,
  shipped_at timestamptz,
  total numeric(12, 2) NOT NULL,
  address inet,
  note text,
  source varchar(20)
);

CREATE TABLE order_lines (
  id bigint PRIMARY KEY,
  order_id bigint NOT NULL REFERENCES orders,
  product_id integer NOT NULL REFERENCES products,
  quantity smallint NOT NULL,
  discount numeric(4, 2)
);

CREATE TABLE events (
  id bigint PRIMARY KEY,
  kind text NOT NULL,
  customer_id bigint REFERENCES customers,
  at timestamp NOT NULL,
  minute integer NOT NULL,
  session_key text NOT NULL,
  payload bytea
);
