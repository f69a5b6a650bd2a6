-- A shop's orders: what support searches in when a customer calls.
CREATE TABLE customers (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email      text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE orders (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id      bigint NOT NULL REFERENCES customers (id),
    status           text NOT NULL DEFAULT 'open',
    shipping_address text NOT NULL,
    reference        text NOT NULL,
    total            numeric(10, 2) NOT NULL,
    ordered_at       timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX orders_customer_id_idx ON orders (customer_id);
