// A shop to begin with: orders with their items, customers, revenue by day and by product, with a few records to try it on.

import type { ProjectText } from './write-draft.js';

/** Orders are deliveries of their newest states; what was ordered lies in an array of each. */
export const shopProject = (name: string): ProjectText => ({
  'lake.yaml': `# A lake project: sources here, SQL in models/, files to read in data/.
# "lake settings --schema" prints everything that may stand here.
name: ${name}
sources:
  orders:
    files: "orders*.json"
    kind: extract # the newest delivery of an order decides
    key: order_id
    winner: [updated_at]
    fields:
      order_id: text required
      customer_id: text required
      ordered_at: timestamp required
      updated_at: timestamp required
      status: { type: text, case: lower, required: true, one_of: [open, paid, shipped, canceled] }
      currency: { type: text, case: upper, required: true }
      total: { type: "decimal(18,2)", required: true, min: 0 }
    dates: { ordered_on: ordered_at } # in UTC; say "zone" for another clock
    partition: month(ordered_on)
  order_items:
    parent: orders # a row for each element of "items"
    path: items
    key: [order_id, position]
    fields:
      order_id: { from: ^order_id, type: text, required: true }
      position: { from: "#", type: integer, required: true }
      ordered_on: { from: ^ordered_on, type: date, required: true }
      sku: text required
      quantity: { type: integer, required: true, min: 1 }
      price: { type: "decimal(18,2)", required: true, min: 0 }
    partition: month(ordered_on)
  customers:
    files: "customers*.csv"
    kind: extract
    key: customer_id
    fields:
      customer_id: { from: Customer No, type: text, required: true }
      country: { from: Country, type: text, case: upper }
headline:
  - { name: Revenue, sql: "SELECT SUM(revenue) FROM gold.daily_orders", about: of orders that stand, unit: EUR }
  - { name: Orders, sql: "SELECT SUM(orders) FROM gold.daily_orders", about: so far }
charts:
  - { title: Revenue by day, table: gold.daily_orders, x: date, y: revenue, kind: area, unit: EUR }
`,
  'models/gold/daily_orders.sql': `/*
description: Orders and revenue by day, without those that were canceled
key: date
partition: month(date)
reads:
  silver.orders: month(ordered_on)
columns:
  revenue: { description: Sum of totals, unit: EUR, min: 0 }
explain:
  revenue: { sum: total, of: silver.orders, where: "ordered_on = :date AND status <> 'canceled'" }
*/
SELECT
  ordered_on AS date,
  CAST(COUNT(*) AS BIGINT) AS orders,
  CAST(SUM(total) AS DECIMAL(38,2)) AS revenue
FROM silver.orders
WHERE status <> 'canceled'
GROUP BY ordered_on
`,
  'models/gold/products.sql': `/*
description: What was sold of each product
key: sku
*/
SELECT
  items.sku,
  CAST(SUM(items.quantity) AS BIGINT) AS pieces,
  CAST(SUM(items.quantity * items.price) AS DECIMAL(38,2)) AS revenue
FROM silver.order_items AS items
JOIN silver.orders AS orders ON orders.order_id = items.order_id
WHERE orders.status <> 'canceled'
GROUP BY items.sku
`,
  'models/gold/countries.sql': `/*
description: Orders and revenue by the country of the customer
key: country
*/
SELECT
  COALESCE(customers.country, 'unknown') AS country,
  CAST(COUNT(*) AS BIGINT) AS orders,
  CAST(SUM(orders.total) AS DECIMAL(38,2)) AS revenue
FROM silver.orders AS orders
LEFT JOIN silver.customers AS customers ON customers.customer_id = orders.customer_id
WHERE orders.status <> 'canceled'
GROUP BY COALESCE(customers.country, 'unknown')
`,
  'checks/totals_match_items.sql': `/*
severity: warn
reason: The total of an order is what its items come to.
*/
SELECT orders.order_id, orders.total, items.total AS of_items
FROM silver.orders AS orders
JOIN (
  SELECT order_id, SUM(quantity * price) AS total
  FROM silver.order_items
  GROUP BY order_id
) AS items ON items.order_id = orders.order_id
WHERE orders.total <> items.total
`,
  'tests/daily_orders.yaml': `name: canceled orders are no revenue
model: gold.daily_orders
given:
  silver.orders:
    - { ordered_on: 2024-03-01, status: paid, total: 10 }
    - { ordered_on: 2024-03-01, status: canceled, total: 99 }
expect:
  - { date: 2024-03-01, orders: 1, revenue: 10 }
`,
  'data/customers.csv': 'Customer No,Country\nC-1,de\nC-2,FR\n',
  'data/orders.json': `[
  {"order_id": "A-1", "customer_id": "C-1", "ordered_at": "2024-03-01T09:15:00Z", "updated_at": "2024-03-01T09:15:00Z",
   "status": "paid", "currency": "EUR", "total": 59.80,
   "items": [{"sku": "mug", "quantity": 2, "price": 9.90}, {"sku": "pot", "quantity": 1, "price": 40.00}]},
  {"order_id": "A-2", "customer_id": "C-2", "ordered_at": "2024-03-02T17:40:00Z", "updated_at": "2024-03-02T17:40:00Z",
   "status": "Shipped", "currency": "eur", "total": 9.90, "items": [{"sku": "mug", "quantity": 1, "price": 9.90}]},
  {"order_id": "A-3", "customer_id": "C-3", "ordered_at": "2024-03-02T20:05:00Z", "updated_at": "2024-03-03T08:00:00Z",
   "status": "canceled", "currency": "EUR", "total": 40.00, "items": [{"sku": "pot", "quantity": 1, "price": 40.00}]}
]
`,
});
