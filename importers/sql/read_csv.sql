-- Every record of a CSV file as text, numbered as a spreadsheet numbers its rows: the header is 1. The file is unpacked already, whatever its name ends in.
SELECT row_number() OVER () + 1 AS row_no, *
FROM read_csv($path, auto_detect = FALSE, header = TRUE, delim = $delimiter, quote = '"', escape = '"',
              columns = $columns, strict_mode = TRUE, null_padding = FALSE, max_line_size = 4194304, compression = 'none')
