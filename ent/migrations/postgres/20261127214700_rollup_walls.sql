-- +goose Up
SELECT huying_wall('rollup_delta');
SELECT huying_wall('rollup_cells');
SELECT huying_wall('rollup_folds');

-- +goose Down
-- The tables are dropped by the migration before this one, and their policies with them.
SELECT 1;
