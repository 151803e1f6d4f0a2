-- How text becomes values: each macro gives NULL for what its contract does not take, and the kit then refuses the row.
-- people's data and keys do not land, whatever column they stand in: e-mail addresses, keys, card numbers that pass the check digit; a cell of digits alone is an id
-- a card number: issuer's range and length, in one run or in its groups of four, a last one of three behind them (American Express and Diners 4-6-5 and 4-6-4), the check digit right;
-- what goes on with further digits is none; fourteen digits in one run are one only as a word of their own, for many ids are as long
CREATE OR REPLACE TEMP MACRO luhn(digits) AS list_sum(list_transform(string_split(reverse(digits), ''), lambda c, i: CASE WHEN i % 2 = 1 THEN CAST(c AS INTEGER) ELSE 2 * CAST(c AS INTEGER) - CASE WHEN CAST(c AS INTEGER) > 4 THEN 9 ELSE 0 END END)) % 10 = 0;
CREATE OR REPLACE TEMP MACRO is_card(x) AS regexp_full_match(regexp_replace(x, '[^0-9]', '', 'g'), '4[0-9]{15}([0-9]{3})?|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|35[0-9]{14}|3[068][0-9]{12}|6(011|4[4-9][0-9]|5[0-9]{2}|2[0-9]{2})[0-9]{12,15}')
  AND luhn(regexp_replace(x, '[^0-9]', '', 'g'));
CREATE OR REPLACE TEMP MACRO cards_in(x) AS list_filter(list_concat(
  regexp_extract_all(x, '(^|[^0-9])([46][0-9]{3}(?:[ .\x{00A0}-]?[0-9]{4}){3}[ .\x{00A0}-][0-9]{3,})', 2),
  regexp_extract_all(x, '(^|[^0-9])((?:[24-6][0-9]{3}|35[0-9]{2})(?:[ .\x{00A0}-]?[0-9]{4}){3}[0-9]*|3[47][0-9]{2}[ .\x{00A0}-]?[0-9]{6}[ .\x{00A0}-]?[0-9]{5,}|3[068][0-9]{2}[ .\x{00A0}-][0-9]{6}[ .\x{00A0}-][0-9]{4,})', 2),
  regexp_extract_all(x, '(^|[\s\x{00A0}:;,.(])(3[068][0-9]{12})\b', 2)), lambda c: is_card(c));
CREATE OR REPLACE TEMP MACRO without_cards(x) AS list_reduce(list_prepend(x, cards_in(x)), lambda a, c: replace(a, c, '[card]'));
-- a loose look first, then the shapes of `cards_in`: ids that Odoo mints, like __export__.account_move_line_352026_54435761, are none of them
CREATE OR REPLACE TEMP MACRO may_hold_card(x) AS strlen(x) > 14 AND regexp_matches(x, '[2-6][0-9]{3}[^0-9]?[0-9]{4,6}[^0-9]?[0-9]{4}') AND regexp_matches(x, '[^0-9]')
  AND regexp_matches(x, '(^|[^0-9])(([24-6][0-9]{3}|35[0-9]{2})([ .\x{00A0}-]?[0-9]{4}){3}[0-9]{0,3}([^0-9]|$)|3[47][0-9]{2}[ .\x{00A0}-]?[0-9]{6}[ .\x{00A0}-]?[0-9]{5}([^0-9]|$)|3[068][0-9]{2}[ .\x{00A0}-]?[0-9]{6}[ .\x{00A0}-]?[0-9]{4}([^0-9]|$))');
CREATE OR REPLACE TEMP MACRO without_keys(x) AS CASE WHEN contains(x, '@') OR contains(x, '_live_')
  THEN regexp_replace(regexp_replace(x, '("[^"]+"|[^\s@<>,;:"''()\[\]/\\|=]+)@[\pL\pN-]+([.][\pL\pN-]+)+', '[e-mail]', 'g'), '[a-z]{2,6}_live_[A-Za-z0-9]{10,}', '[key]', 'g') ELSE x END;
-- the engine unfolds a macro, and compiles its patterns, wherever one is made that names it: this holds its place, and says nothing; what it is stands at the end of this file
CREATE OR REPLACE TEMP MACRO private_text(x) AS CAST(NULL AS VARCHAR);
CREATE OR REPLACE TEMP MACRO plain_text(x) AS CASE WHEN trim(x) <> '' THEN private_text(trim(x)) END;
-- what is made of a text whose plain form is known already: a column of many shares that with others (importers/_together.py)
CREATE OR REPLACE TEMP MACRO digits_of(x, plain) AS CASE WHEN regexp_full_match(x, '''?[A-Za-z0-9_#./:-]+') THEN ltrim(plain, '''') END;
CREATE OR REPLACE TEMP MACRO digits_text(x) AS digits_of(x, plain_text(x));
CREATE OR REPLACE TEMP MACRO lower_of(x, plain) AS lower(plain);
CREATE OR REPLACE TEMP MACRO lower_text(x) AS lower_of(x, plain_text(x));
CREATE OR REPLACE TEMP MACRO upper_text(x) AS CASE WHEN regexp_full_match(trim(x), '[A-Za-z]{3}') THEN upper(trim(x)) END;
-- how a number is written: digits, a point and at most so many decimals; .11 is 0.11, what ends with its point was cut
CREATE OR REPLACE TEMP MACRO number_form(whole, places) AS concat('-?([0-9]{1,', whole, '}([.][0-9]{1,', places, '})?|[.][0-9]{1,', places, '})');
-- 1,234.56: every group whole and decimals behind its point, so that it means one thing only; 1,234 could be either and is none
CREATE OR REPLACE TEMP MACRO grouped_form(places) AS concat('-?[1-9][0-9]{0,2}(,[0-9]{3}){1,4}[.][0-9]{1,', places, '}');
CREATE OR REPLACE TEMP MACRO amount_text(x) AS CASE WHEN regexp_full_match(x, number_form(13, 4)) THEN TRY_CAST(x AS DECIMAL(18,4))
  WHEN regexp_full_match(x, grouped_form(4)) THEN TRY_CAST(replace(x, ',', '') AS DECIMAL(18,4)) END;
-- a float printed as text: quantised to four decimals where it lies within a millionth of them
CREATE OR REPLACE TEMP MACRO float_text(x) AS CASE WHEN regexp_full_match(x, number_form(13, 3)) THEN TRY_CAST(x AS DECIMAL(18,4))
  WHEN regexp_full_match(x, number_form(13, 17) || '(e-[0-9]{2})?')
  AND abs(TRY_CAST(x AS DECIMAL(38,18)) - round(TRY_CAST(x AS DECIMAL(38,18)), 3)) <= 0.000001 THEN CAST(round(TRY_CAST(x AS DECIMAL(38,18)), 3) AS DECIMAL(18,4)) END;
CREATE OR REPLACE TEMP MACRO whole_number(x) AS CASE WHEN regexp_full_match(x, '-?[0-9]{1,17}') THEN TRY_CAST(x AS BIGINT) END;
CREATE OR REPLACE TEMP MACRO iso_day(x) AS CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T].*)?') THEN TRY_CAST(left(x, 10) AS DATE) END;
CREATE OR REPLACE TEMP MACRO offset_day(x) AS CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-](0[0-9]|1[0-4])[0-5][0-9]') THEN TRY_CAST(left(x, 10) AS DATE) END;
-- local time with its offset, e.g. 2026-10-01 10:00:00 -0400, to UTC
CREATE OR REPLACE TEMP MACRO offset_moment(x) AS CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-](0[0-9]|1[0-4])[0-5][0-9]')
  THEN TRY_CAST(left(x, 19) AS TIMESTAMP) - to_minutes((CAST(x[21:23] AS INTEGER) * 60 + CASE WHEN x[21] = '-' THEN -1 ELSE 1 END * CAST(x[24:25] AS INTEGER))) END;
CREATE OR REPLACE TEMP MACRO utc_moment(x) AS CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}') THEN TRY_CAST(x AS TIMESTAMP) END;
-- local time without an offset; the zone comes from the feed
CREATE OR REPLACE TEMP MACRO zone_moment(x, zone) AS CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}')
  THEN make_timestamp(epoch_us(timezone(zone, TRY_CAST(x AS TIMESTAMP)))) END;
CREATE OR REPLACE TEMP MACRO truth(x) AS CASE lower(x) WHEN 'true' THEN true WHEN 'yes' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN 'no' THEN false WHEN '0' THEN false WHEN '' THEN false END;
-- a word that a feed translates; ? before it = the feed does not know it
CREATE OR REPLACE TEMP MACRO coded_of(x, plain) AS CASE WHEN NOT starts_with(x, '?') THEN plain END;
CREATE OR REPLACE TEMP MACRO coded_text(x) AS coded_of(x, plain_text(x));
CREATE OR REPLACE TEMP MACRO blank_text(x) AS CASE WHEN x IS NULL OR trim(x) = '' THEN true ELSE false END;
CREATE OR REPLACE TEMP MACRO decimals_of(currency) AS CASE
  WHEN currency IN ('AUD','CAD','CHF','EUR','GBP','USD') THEN 2 WHEN currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF') THEN 0
  WHEN currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 3 WHEN currency IN ('CLF','UYW') THEN 4 ELSE 2 END;
-- half away from zero to so many decimals, and to those of a currency; the currency's smallest unit
CREATE OR REPLACE TEMP MACRO at_places(amount, places) AS CASE places WHEN 2 THEN CAST(round(amount, 2) AS DECIMAL(38,4)) WHEN 0 THEN CAST(round(amount, 0) AS DECIMAL(38,4))
  WHEN 3 THEN CAST(round(amount, 3) AS DECIMAL(38,4)) ELSE CAST(round(amount, 4) AS DECIMAL(38,4)) END;
CREATE OR REPLACE TEMP MACRO at_unit(amount, currency) AS at_places(amount, decimals_of(currency));
CREATE OR REPLACE TEMP MACRO unit_of(currency) AS CASE decimals_of(currency) WHEN 2 THEN 0.01 WHEN 0 THEN 1.00 WHEN 3 THEN 0.001 ELSE 0.0001 END;
CREATE OR REPLACE TEMP MACRO too_fine(amount, currency) AS CASE WHEN amount IS NULL THEN false ELSE CASE decimals_of(currency)
  WHEN 0 THEN amount <> round(amount, 0) WHEN 2 THEN amount <> round(amount, 2) WHEN 3 THEN amount <> round(amount, 3) ELSE false END END;
-- a number in its declared locale: the whole text must have the pattern, then only digits and the decimal mark are kept
CREATE OR REPLACE TEMP MACRO plain_number(x, pattern, noise, mark) AS CASE WHEN regexp_full_match(trim(x), pattern)
  THEN concat(CASE WHEN regexp_matches(x, '[-(−]') THEN '-' ELSE '' END, replace(regexp_replace(x, noise, '', 'g'), mark, '.')) END;
-- whether a number has a sign or code of another currency beside it; a sign that is of no known currency says nothing
CREATE OR REPLACE TEMP MACRO sign_in(x) AS regexp_extract(x, '[$£€¥]|[A-Z]{2,3}[$]?|zł|kr|Kč');
CREATE OR REPLACE TEMP MACRO coins_of(sign) AS CASE sign
  WHEN '$' THEN ['USD','CAD','AUD','NZD','SGD','HKD','TWD','MXN','ARS','CLP','COP','UYU','DOP','CUP','BBD','BMD','BND','BSD','BZD','FJD','GYD','JMD','KYD','LRD','NAD','SBD','SRD','TTD','XCD']
  WHEN '£' THEN ['GBP','GIP','FKP','SHP','EGP','LBP','SSP','SYP'] WHEN '€' THEN ['EUR'] WHEN '¥' THEN ['JPY','CNY'] WHEN 'zł' THEN ['PLN'] WHEN 'Kč' THEN ['CZK']
  WHEN 'kr' THEN ['SEK','NOK','DKK','ISK'] WHEN 'US$' THEN ['USD'] WHEN 'CA$' THEN ['CAD'] WHEN 'AU$' THEN ['AUD'] WHEN 'NZ$' THEN ['NZD'] WHEN 'HK$' THEN ['HKD'] WHEN 'SG$' THEN ['SGD']
  WHEN 'MX$' THEN ['MXN'] WHEN 'NT$' THEN ['TWD'] ELSE CASE WHEN regexp_full_match(sign, '[A-Z]{3}[$]?') THEN [left(sign, 3)] END END;
CREATE OR REPLACE TEMP MACRO other_sign(x, currency) AS coalesce(NOT list_contains(coins_of(sign_in(x)), upper(currency)), false);
CREATE OR REPLACE TEMP MACRO local_amount(x, pattern, noise, mark) AS amount_text(plain_number(x, pattern, noise, mark));
-- up to eight decimals, for formats that state parts of a cent
CREATE OR REPLACE TEMP MACRO fine_text(x) AS CASE WHEN regexp_full_match(x, number_form(13, 8)) THEN TRY_CAST(x AS DECIMAL(24,8))
  WHEN regexp_full_match(x, grouped_form(8)) THEN TRY_CAST(replace(x, ',', '') AS DECIMAL(24,8)) END;
CREATE OR REPLACE TEMP MACRO local_fine(x, pattern, noise, mark) AS fine_text(plain_number(x, pattern, noise, mark));
-- a text in one of the declared forms; a year of two digits under a form of four is a year of antiquity and refused
CREATE OR REPLACE TEMP MACRO form_stamp(x, forms) AS CASE WHEN year(try_strptime(trim(x), forms)) BETWEEN 1990 AND 2100 THEN try_strptime(trim(x), forms) END;
CREATE OR REPLACE TEMP MACRO form_day(x, forms) AS CAST(form_stamp(x, forms) AS DATE);
CREATE OR REPLACE TEMP MACRO head_day(x, forms) AS form_day(regexp_extract(trim(x), '^[^ T]+'), forms);
CREATE OR REPLACE TEMP MACRO form_moment(x, forms, zone) AS timezone('UTC', timezone(zone, form_stamp(x, forms)));
CREATE OR REPLACE TEMP MACRO offset_form_moment(x, forms) AS timezone('UTC', form_stamp(x, forms));
-- minutes east of Greenwich of the abbreviations that reports use; those that mean several zones are not here
-- an offset that is written out: GMT+02:00, UTC-5, +0200
CREATE OR REPLACE TEMP MACRO offset_minutes(x) AS CASE WHEN regexp_full_match(x, '(GMT|UTC)? ?[+\x{2212}-](0?[0-9]|1[0-4])(:?[0-5][0-9])?') THEN
  CASE WHEN regexp_matches(x, '[+]') THEN 1 ELSE -1 END * (60 * CAST(regexp_extract(x, '(0[0-9]|1[0-4]|[0-9])(:?[0-5][0-9])?$', 1) AS INTEGER)
    + coalesce(TRY_CAST(ltrim(regexp_extract(x, '(0[0-9]|1[0-4]|[0-9])(:?[0-5][0-9])?$', 2), ':') AS INTEGER), 0)) END;
CREATE OR REPLACE TEMP MACRO zone_minutes(name) AS CASE upper(name)
  WHEN 'UTC' THEN 0 WHEN 'GMT' THEN 0 WHEN 'Z' THEN 0 WHEN 'WET' THEN 0 WHEN 'WEST' THEN 60 WHEN 'BST' THEN 60 WHEN 'CET' THEN 60 WHEN 'CEST' THEN 120
  WHEN 'EET' THEN 120 WHEN 'EEST' THEN 180 WHEN 'EST' THEN -300 WHEN 'EDT' THEN -240 WHEN 'CST' THEN -360 WHEN 'CDT' THEN -300 WHEN 'MST' THEN -420
  WHEN 'MDT' THEN -360 WHEN 'PST' THEN -480 WHEN 'PDT' THEN -420 WHEN 'JST' THEN 540 WHEN 'SGT' THEN 480 WHEN 'HKT' THEN 480 WHEN 'AEST' THEN 600
  WHEN 'AEDT' THEN 660 WHEN 'NZST' THEN 720 WHEN 'NZDT' THEN 780 WHEN 'BRT' THEN -180 ELSE offset_minutes(upper(name)) END;
CREATE OR REPLACE TEMP MACRO zone_name(name) AS CASE name
  WHEN 'Eastern Time (US & Canada)' THEN 'America/New_York' WHEN 'Central Time (US & Canada)' THEN 'America/Chicago' WHEN 'Mountain Time (US & Canada)' THEN 'America/Denver'
  WHEN 'Pacific Time (US & Canada)' THEN 'America/Los_Angeles' WHEN 'Arizona' THEN 'America/Phoenix' WHEN 'Alaska' THEN 'America/Juneau' WHEN 'Hawaii' THEN 'Pacific/Honolulu'
  WHEN 'Atlantic Time (Canada)' THEN 'America/Halifax' WHEN 'Newfoundland' THEN 'America/St_Johns' WHEN 'London' THEN 'Europe/London' WHEN 'Dublin' THEN 'Europe/Dublin'
  WHEN 'Paris' THEN 'Europe/Paris' WHEN 'Madrid' THEN 'Europe/Madrid' WHEN 'Sydney' THEN 'Australia/Sydney' WHEN 'Melbourne' THEN 'Australia/Melbourne'
  WHEN 'Brisbane' THEN 'Australia/Brisbane' WHEN 'Adelaide' THEN 'Australia/Adelaide' WHEN 'Perth' THEN 'Australia/Perth' WHEN 'Tokyo' THEN 'Asia/Tokyo' ELSE name END;
CREATE OR REPLACE TEMP MACRO known_zone(zone) AS CASE WHEN zone_minutes(zone) IS NOT NULL THEN true
  WHEN contains(zone_name(zone), '/') AND zone_name(zone) IN (SELECT name FROM pg_timezone_names()) THEN true ELSE false END;
CREATE OR REPLACE TEMP MACRO named_moment(x, forms, zone) AS CASE WHEN zone_minutes(zone) IS NOT NULL THEN form_stamp(x, forms) - to_minutes(zone_minutes(zone))
  WHEN contains(zone_name(zone), '/') AND zone_name(zone) IN (SELECT name FROM pg_timezone_names()) THEN timezone('UTC', timezone(zone_name(zone), form_stamp(x, forms))) END;
-- a quantity: up to six decimals; no money
CREATE OR REPLACE TEMP MACRO number_text(x) AS CASE WHEN regexp_full_match(x, number_form(11, 6)) THEN TRY_CAST(x AS DECIMAL(18,6)) END;
-- a quantity or rate printed as a float; no money
CREATE OR REPLACE TEMP MACRO float_number(x) AS CASE WHEN regexp_full_match(x, number_form(11, 17) || '(e-[0-9]{2})?')
  AND abs(TRY_CAST(x AS DECIMAL(38,18)) - round(TRY_CAST(x AS DECIMAL(38,18)), 6)) <= 0.000000001 THEN CAST(round(TRY_CAST(x AS DECIMAL(38,18)), 6) AS DECIMAL(18,6)) END;
CREATE OR REPLACE TEMP MACRO rate_number(x) AS CASE WHEN NOT starts_with(x, '-') AND regexp_full_match(x, number_form(15, 18) || '(e-[0-9]{2})?') THEN CAST(round(TRY_CAST(x AS DECIMAL(38,18)), 14) AS DECIMAL(30,14)) END;
-- HMAC-SHA-256 under the secret of the books, which the session holds as its two padded blocks: no name, e-mail or phone reaches the ledger
CREATE OR REPLACE TEMP MACRO keyed_hash(x) AS CASE WHEN x <> '' THEN left(sha256(getvariable('secret').outer || unhex(sha256(getvariable('secret').inner || encode(x)))), 32) END;
CREATE OR REPLACE TEMP MACRO keyed_text(x) AS keyed_hash(lower(trim(x)));
CREATE OR REPLACE TEMP MACRO keyed_digits(x) AS keyed_hash(regexp_replace(x, '[^0-9]', '', 'g'));
CREATE OR REPLACE TEMP MACRO hundredths(x) AS CASE WHEN regexp_full_match(x, '[0-9]{1,14}') THEN CAST(CAST(x AS DECIMAL(18,0)) * 0.01 AS DECIMAL(18,4)) END;
CREATE OR REPLACE TEMP MACRO finer(amount, decimals) AS CASE decimals
  WHEN 2 THEN amount <> round(amount, 2) WHEN 0 THEN amount <> round(amount, 0) WHEN 3 THEN amount <> round(amount, 3) ELSE false END;
-- an ISO 8601 moment with its offset
CREATE OR REPLACE TEMP MACRO instant_stamp(x) AS CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:?[0-9]{2})') THEN TRY_CAST(x AS TIMESTAMPTZ) END;
CREATE OR REPLACE TEMP MACRO instant_moment(x) AS timezone('UTC', instant_stamp(x));
CREATE OR REPLACE TEMP MACRO instant_day(x, zone) AS CAST(timezone(zone, instant_stamp(x)) AS DATE);
CREATE OR REPLACE TEMP MACRO gid_text(x) AS nullif(regexp_extract(x, '^(gid://shopify/[A-Za-z]+/)?([0-9]+)([?].*)?$', 2), '');
-- a list of one holds what `without_cards` is given: it names its text four times, and each would be planned with all patterns of `without_keys`
CREATE OR REPLACE TEMP MACRO private_text(x) AS CASE WHEN contains(x, '@') OR contains(x, '_live_') OR may_hold_card(x)
  THEN list_transform([without_keys(x)], lambda t: without_cards(t))[1] ELSE x END;
