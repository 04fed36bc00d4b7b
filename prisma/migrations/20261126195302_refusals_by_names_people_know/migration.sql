-- What the database refuses of an order or a cancellation plan was kept under the id that it has here, which nobody finds
-- anywhere else; it is kept under the order's number and Omnitron's id. First all rows leave the old names, since one row's new
-- name may be another row's old one.
UPDATE "problem" SET "subject_key" = 'id here: ' || "subject_key"
WHERE "kind" = 'REFUSED_BY_DATABASE' AND "subject_key" ~ '^(order|cancellation plan) [0-9]{1,18}$';

UPDATE "problem" SET "subject_key" = 'order ' || orders."number"
FROM "orders"
WHERE "kind" = 'REFUSED_BY_DATABASE' AND "subject_key" = 'id here: order ' || orders."id";

UPDATE "problem" SET "subject_key" =
  CASE WHEN plan."omnitron_id" IS NULL THEN 'order ' || plan."order_number" || ' as it was changed'
  ELSE 'cancellation plan ' || plan."omnitron_id" END
FROM "cancellation_plan" plan
WHERE "kind" = 'REFUSED_BY_DATABASE' AND "subject_key" = 'id here: cancellation plan ' || plan."id"
  -- Of several of one order, which would have one name, the first: the next run closes what is left and opens what still is.
  AND (plan."omnitron_id" IS NOT NULL OR NOT EXISTS (
    SELECT FROM "cancellation_plan" other
    WHERE other."order_number" = plan."order_number" AND other."omnitron_id" IS NULL AND other."id" < plan."id"));
