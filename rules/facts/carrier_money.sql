/*
title = "Money that carriers collected and handed over"
kind = "fact"
why = "Lines of the kind `cod_remitted`, whatever their sign: one that takes back has the other one."
reads = ["carrier_charge"]
*/
SELECT entity, place, carrier, order_name, tracking_no, amount, currency, invoiced_on, file_id, row_no FROM carrier_charge WHERE charge_type = 'cod_remitted'
