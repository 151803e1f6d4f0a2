-- Settlement lines whose parts do not make the stated net, the first of them with their number.
SELECT row_no, net, net_stated, currency, count(*) OVER () AS faults FROM gated WHERE net <> net_stated ORDER BY row_no LIMIT 1
