-- +goose Up
SELECT huying_wall('desk_preferences'::regclass);

-- +goose Down
-- The table is dropped by the migration before this one, and its policies with it.
SELECT 1;
