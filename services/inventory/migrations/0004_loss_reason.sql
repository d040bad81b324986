-- A reason of a loss is one short line, so that a transfer of 500 lines is still one answer. The
-- ledger's note keeps what was written in full.
update transfer_line set lost_reason = left(regexp_replace(lost_reason, '[\x01-\x1f]+', ' ', 'g'), 100)
where length(lost_reason) > 100 or lost_reason ~ '[\x01-\x1f]';
