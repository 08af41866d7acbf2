-- +goose Up
SELECT huying_wall('supervision_notices');
SELECT huying_wall('supervision_steps');
SELECT huying_wall('supervision_matters');
SELECT huying_wall('board_notes');

-- +goose Down
-- The tables are dropped by the migration before this one, and their policies with them.
SELECT 1;
