/*
title = "Fees that are not those of the schedule, line by line or from a day on"
kind = "fact"
why = "A changed rate is one row, at the first line of its run, with the sums of all of them; any other line is a row of its own."
reads = ["fee_run"]
*/
SELECT account, line_id, entity, currency, gross, first_fee, first_expected, booked_on, side, lines, expected, fee, difference, file_id, row_no
FROM fee_run WHERE line_id = first_id
