-- What stands on a product's first row holds for its variants; rows without a price carry a picture only, and are left out by that word.
SELECT t.* EXCLUDE (option_1, option_2, option_3), coalesce(option_1, '') AS option_1, coalesce(option_2, '') AS option_2, coalesce(option_3, '') AS option_3,
  max(first_title) OVER product AS title, max(first_vendor) OVER product AS vendor, max(first_type) OVER product AS product_type,
  bool_or(first_gift_card) OVER product AS is_gift_card, max(first_status) OVER product AS status
FROM stage.declared AS t
WINDOW product AS (PARTITION BY handle)
