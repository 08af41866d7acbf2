-- +goose Up
-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['partner_keys','partners','partner_links','partner_messages','partner_deliveries'] LOOP
    PERFORM huying_wall(t::regclass);
  END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
-- The tables are dropped by the migration before this one, and their policies with them.
SELECT 1;
