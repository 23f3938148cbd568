-- The field rules as macros, and the rates.
SET preserve_insertion_order = true;

CREATE TABLE rates (currency VARCHAR, rate DECIMAL(9, 4));
INSERT INTO rates VALUES ('USD', 1), ('EUR', 1.08), ('GBP', 1.27), ('CAD', 0.74), ('AUD', 0.66), ('JPY', 0.0067),
  ('BRL', 0.18), ('INR', 0.012);

-- Letters A to Z only: engines disagree on the rest.
CREATE MACRO lower_ascii(x) AS translate(x, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz');
CREATE MACRO upper_ascii(x) AS translate(x, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ');

-- The UTC instant of a trimmed timestamp, or null.
CREATE MACRO instant(x) AS CASE
  WHEN regexp_full_match(x, '20\d\d-\d\d-\d\d[T ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?Z?')
    THEN TRY_CAST(x AS TIMESTAMP)
  WHEN regexp_full_match(x, '\d{4}-\d\d-\d\d[Tt ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-](0\d|1[0-3]):?[0-5]\d|[+-]14:?00)?')
    THEN TRY_CAST(x[1:10] || ' ' || x[12:19] || regexp_extract(x, '\.\d{1,6}') AS TIMESTAMP)
      - to_minutes(CASE WHEN regexp_matches(x, '[+-]\d\d:?\d\d$') THEN
          (CASE WHEN contains(x[20:], '-') THEN -1 ELSE 1 END)
          * (60 * CAST(regexp_extract(x, '[+-](\d\d):?\d\d$', 1) AS INTEGER) + CAST(x[-2:] AS INTEGER))
        ELSE 0 END)
  END;
CREATE MACRO in_range(t) AS CASE WHEN t >= TIMESTAMP '2000-01-01' AND t < TIMESTAMP '2100-01-01' THEN t END;

CREATE MACRO day_of(x) AS CASE
  WHEN regexp_full_match(x, '20\d\d-\d\d-\d\d') THEN TRY_CAST(x AS DATE) END;

-- Money of a double: rounded from its shortest decimal text. Null if it is none.
CREATE MACRO money(x) AS CASE
  WHEN abs(x) < 1e12 THEN CAST(CAST(x AS VARCHAR) AS DECIMAL(18, 4)) END;
-- Half away from zero, exactly.
CREATE MACRO in_usd(amount, rate) AS CAST(CAST(amount AS DECIMAL(29, 4)) * CAST(rate AS DECIMAL(9, 4)) AS DECIMAL(18, 4));
