-- How text becomes values: each macro gives NULL for what its contract does not take, and the kit then refuses the row.
CREATE OR REPLACE TEMP MACRO plain_text(x) AS CASE WHEN trim(x) <> '' THEN trim(x) END;
CREATE OR REPLACE TEMP MACRO digits_text(x) AS CASE WHEN regexp_full_match(x, '''?[A-Za-z0-9_#./:-]+') AND NOT regexp_full_match(x, '[0-9][.,]?[0-9]*[Ee][+][0-9]+') THEN ltrim(x, '''') END;
CREATE OR REPLACE TEMP MACRO lower_text(x) AS CASE WHEN trim(x) <> '' THEN lower(trim(x)) END;
CREATE OR REPLACE TEMP MACRO upper_text(x) AS CASE WHEN regexp_full_match(x, '[A-Za-z]{3}') THEN upper(x) END;
CREATE OR REPLACE TEMP MACRO amount_text(x) AS CASE WHEN regexp_full_match(x, '-?[0-9]{1,14}(\.[0-9]{1,4})?') THEN TRY_CAST(x AS DECIMAL(18,4)) END;
-- a float printed as text: quantised to four decimals where it lies within a millionth of them
CREATE OR REPLACE TEMP MACRO float_text(x) AS CASE WHEN regexp_full_match(x, '-?[0-9]{1,14}(\.[0-9]{1,17})?(e-[0-9]{2})?')
  AND abs(TRY_CAST(x AS DECIMAL(38,18)) - round(TRY_CAST(x AS DECIMAL(38,18)), 3)) <= 0.000001 THEN CAST(round(TRY_CAST(x AS DECIMAL(38,18)), 3) AS DECIMAL(18,4)) END;
CREATE OR REPLACE TEMP MACRO whole_number(x) AS CASE WHEN regexp_full_match(x, '-?[0-9]{1,17}') THEN TRY_CAST(x AS BIGINT) END;
CREATE OR REPLACE TEMP MACRO iso_day(x) AS CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T].*)?') THEN TRY_CAST(left(x, 10) AS DATE) END;
CREATE OR REPLACE TEMP MACRO offset_day(x) AS CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}') THEN TRY_CAST(left(x, 10) AS DATE) END;
-- local time with its offset, e.g. 2026-10-01 10:00:00 -0400, to UTC
CREATE OR REPLACE TEMP MACRO offset_moment(x) AS CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}')
  THEN TRY_CAST(left(x, 19) AS TIMESTAMP) - to_minutes((CAST(x[21:23] AS INTEGER) * 60 + CASE WHEN x[21] = '-' THEN -1 ELSE 1 END * CAST(x[24:25] AS INTEGER))) END;
CREATE OR REPLACE TEMP MACRO utc_moment(x) AS CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}') THEN TRY_CAST(x AS TIMESTAMP) END;
-- local time without an offset; the zone comes from the feed
CREATE OR REPLACE TEMP MACRO zone_moment(x, zone) AS CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}')
  THEN timezone('UTC', timezone(zone, TRY_CAST(x AS TIMESTAMP))) END;
CREATE OR REPLACE TEMP MACRO truth(x) AS CASE lower(x) WHEN 'true' THEN true WHEN 'yes' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN 'no' THEN false WHEN '0' THEN false WHEN '' THEN false END;
CREATE OR REPLACE TEMP MACRO blank_text(x) AS CASE WHEN x IS NULL OR trim(x) = '' THEN true ELSE false END;
CREATE OR REPLACE TEMP MACRO decimals_of(currency) AS CASE
  WHEN currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF') THEN 0
  WHEN currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 3 WHEN currency IN ('CLF','UYW') THEN 4 ELSE 2 END;
CREATE OR REPLACE TEMP MACRO too_fine(amount, currency) AS CASE WHEN amount IS NULL THEN false ELSE CASE decimals_of(currency)
  WHEN 0 THEN amount <> round(amount, 0) WHEN 2 THEN amount <> round(amount, 2) WHEN 3 THEN amount <> round(amount, 3) ELSE false END END;
