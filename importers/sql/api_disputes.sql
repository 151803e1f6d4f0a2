-- Disputes.
SELECT row_no, j FROM stage.lines WHERE kind = 'ShopifyPaymentsDispute'
