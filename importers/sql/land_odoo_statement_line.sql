-- The label is kept only where it carries a processor's name; what people wrote stays in the file.
SELECT t.*, CASE word WHEN '' THEN NULL WHEN 'shopify' THEN 'shopify_payments' ELSE word END AS processor, CASE WHEN word <> '' THEN left(full_label, 200) END AS label
FROM (
  SELECT *, coalesce(regexp_extract(lower(full_label),
    '(^|[^a-z])(shopify|stripe|paypal|adyen|klarna|mollie|checkout|square|afterpay|clearpay|affirm|braintree|amazon|ebay|etsy|sumup)([^a-z]|$)', 2), '') AS word
  FROM stage.typed
) AS t
