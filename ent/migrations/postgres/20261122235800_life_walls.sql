-- +goose Up
-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['report_followers','supervisions','report_transfers','crowd_alerts','class_proposals',
      'text_templates','sender_blocks','follow_ups','rate_exclusions','screen_words','screen_items','retention_runs'] LOOP
    PERFORM huying_wall(t::regclass);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['sms_answers','notice_preferences','consent_records','rights_requests'] LOOP
    PERFORM huying_door(t::regclass);
  END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
-- The tables are dropped by the migration before this one, and their policies with them.
SELECT 1;
