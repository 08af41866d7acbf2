-- +goose Up
-- create "board_notes" table
CREATE TABLE `board_notes` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `deleted_at` datetime NULL, `division_code` text NOT NULL, `category` text NOT NULL DEFAULT (''), `first_day` integer NOT NULL, `last_day` integer NOT NULL, `text` text NOT NULL, `written_by` uuid NOT NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "boardnote_tenant_id_first_day_last_day" to table: "board_notes"
CREATE INDEX `boardnote_tenant_id_first_day_last_day` ON `board_notes` (`tenant_id`, `first_day`, `last_day`);
-- create "supervision_matters" table
CREATE TABLE `supervision_matters` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `notice_id` uuid NOT NULL, `report_id` uuid NOT NULL, `number` text NOT NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "supervisionmatter_tenant_id_notice_id_report_id" to table: "supervision_matters"
CREATE UNIQUE INDEX `supervisionmatter_tenant_id_notice_id_report_id` ON `supervision_matters` (`tenant_id`, `notice_id`, `report_id`);
-- create index "supervisionmatter_tenant_id_report_id" to table: "supervision_matters"
CREATE INDEX `supervisionmatter_tenant_id_report_id` ON `supervision_matters` (`tenant_id`, `report_id`);
-- create "supervision_notices" table
CREATE TABLE `supervision_notices` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `from_tenant` text NOT NULL, `to_tenant` text NOT NULL, `unit_id` uuid NULL, `unit_name` text NOT NULL DEFAULT (''), `kind` text NOT NULL, `class_id` uuid NULL, `topic_month` text NOT NULL DEFAULT (''), `reference` text NOT NULL DEFAULT (''), `title` text NOT NULL, `letter` text NOT NULL, `asks` json NOT NULL, `days` integer NOT NULL, `state` text NOT NULL DEFAULT ('draft'), `round` integer NOT NULL DEFAULT (1), `rung` integer NOT NULL DEFAULT (0), `drafted_by` uuid NOT NULL, `signed_by` uuid NULL, `signed_at` datetime NULL, `due_at` datetime NULL, `answered_at` datetime NULL, `closed_at` datetime NULL, `result` text NOT NULL DEFAULT (''), PRIMARY KEY (`tenant_id`, `id`));
-- create index "supervisionnotice_tenant_id_state_due_at" to table: "supervision_notices"
CREATE INDEX `supervisionnotice_tenant_id_state_due_at` ON `supervision_notices` (`tenant_id`, `state`, `due_at`);
-- create index "supervisionnotice_tenant_id_unit_id_state" to table: "supervision_notices"
CREATE INDEX `supervisionnotice_tenant_id_unit_id_state` ON `supervision_notices` (`tenant_id`, `unit_id`, `state`);
-- create index "supervisionnotice_tenant_id_class_id" to table: "supervision_notices"
CREATE INDEX `supervisionnotice_tenant_id_class_id` ON `supervision_notices` (`tenant_id`, `class_id`);
-- create "supervision_steps" table
CREATE TABLE `supervision_steps` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `notice_id` uuid NOT NULL, `action` text NOT NULL, `by_tenant` text NOT NULL, `by` uuid NULL, `at` datetime NOT NULL, `round` integer NOT NULL, `text` text NOT NULL DEFAULT (''), `data` json NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "supervisionstep_tenant_id_notice_id" to table: "supervision_steps"
CREATE INDEX `supervisionstep_tenant_id_notice_id` ON `supervision_steps` (`tenant_id`, `notice_id`);

-- +goose Down
-- reverse: create index "supervisionstep_tenant_id_notice_id" to table: "supervision_steps"
DROP INDEX `supervisionstep_tenant_id_notice_id`;
-- reverse: create "supervision_steps" table
DROP TABLE `supervision_steps`;
-- reverse: create index "supervisionnotice_tenant_id_class_id" to table: "supervision_notices"
DROP INDEX `supervisionnotice_tenant_id_class_id`;
-- reverse: create index "supervisionnotice_tenant_id_unit_id_state" to table: "supervision_notices"
DROP INDEX `supervisionnotice_tenant_id_unit_id_state`;
-- reverse: create index "supervisionnotice_tenant_id_state_due_at" to table: "supervision_notices"
DROP INDEX `supervisionnotice_tenant_id_state_due_at`;
-- reverse: create "supervision_notices" table
DROP TABLE `supervision_notices`;
-- reverse: create index "supervisionmatter_tenant_id_report_id" to table: "supervision_matters"
DROP INDEX `supervisionmatter_tenant_id_report_id`;
-- reverse: create index "supervisionmatter_tenant_id_notice_id_report_id" to table: "supervision_matters"
DROP INDEX `supervisionmatter_tenant_id_notice_id_report_id`;
-- reverse: create "supervision_matters" table
DROP TABLE `supervision_matters`;
-- reverse: create index "boardnote_tenant_id_first_day_last_day" to table: "board_notes"
DROP INDEX `boardnote_tenant_id_first_day_last_day`;
-- reverse: create "board_notes" table
DROP TABLE `board_notes`;
