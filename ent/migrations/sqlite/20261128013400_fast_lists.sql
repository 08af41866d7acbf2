-- +goose Up
-- a term's id becomes that of its report, and its key gives a term's reports in order
CREATE TABLE `new_report_terms` (`tenant_id` text NOT NULL, `term` text NOT NULL, `id` uuid NOT NULL, PRIMARY KEY (`tenant_id`, `term`, `id`)) WITHOUT ROWID;
INSERT INTO `new_report_terms` (`tenant_id`, `term`, `id`) SELECT `tenant_id`, `term`, `report_id` FROM `report_terms` ORDER BY 1, 2, 3;
DROP TABLE `report_terms`;
ALTER TABLE `new_report_terms` RENAME TO `report_terms`;
-- create index "reportterm_tenant_id_id" to table: "report_terms"
CREATE INDEX `reportterm_tenant_id_id` ON `report_terms` (`tenant_id`, `id`);
-- create index "assignment_tenant_id_unit_id_subject_id" to table: "assignments"
CREATE INDEX `assignment_tenant_id_unit_id_subject_id` ON `assignments` (`tenant_id`, `unit_id`, `subject_id`);
-- drop indexes of table "reports" that give no order
DROP INDEX `report_tenant_id_division_code_id`;
DROP INDEX `report_tenant_id_owner_kind_division_code`;
-- modify "reports" table
ALTER TABLE `reports` ADD COLUMN `street_code` text NOT NULL DEFAULT ('');
ALTER TABLE `reports` ADD COLUMN `community_code` text NOT NULL DEFAULT ('');
ALTER TABLE `reports` ADD COLUMN `tile` integer NULL;
UPDATE `reports` SET `street_code` = substr(`division_code`, 1, 9), `community_code` = substr(`division_code`, 1, 12),
  `tile` = CASE WHEN `lat` IS NULL THEN NULL ELSE (CAST(`lat` * 50 + 4500 AS INTEGER)) * 18001 + CAST(`lng` * 50 + 9000 AS INTEGER) END;
CREATE INDEX `report_tenant_id_street_code_id` ON `reports` (`tenant_id`, `street_code`, `id`);
CREATE INDEX `report_tenant_id_community_code_id` ON `reports` (`tenant_id`, `community_code`, `id`);
CREATE INDEX `report_tenant_id_tile_id` ON `reports` (`tenant_id`, `tile`, `id`);
CREATE INDEX `report_tenant_id_owner_kind_street_code_id` ON `reports` (`tenant_id`, `owner_kind`, `street_code`, `id`);

-- +goose Down
DROP INDEX `report_tenant_id_owner_kind_street_code_id`;
DROP INDEX `report_tenant_id_tile_id`;
DROP INDEX `report_tenant_id_community_code_id`;
DROP INDEX `report_tenant_id_street_code_id`;
ALTER TABLE `reports` DROP COLUMN `tile`;
ALTER TABLE `reports` DROP COLUMN `community_code`;
ALTER TABLE `reports` DROP COLUMN `street_code`;
CREATE INDEX `report_tenant_id_division_code_id` ON `reports` (`tenant_id`, `division_code`, `id`);
CREATE INDEX `report_tenant_id_owner_kind_division_code` ON `reports` (`tenant_id`, `owner_kind`, `division_code`);
DROP INDEX `assignment_tenant_id_unit_id_subject_id`;
CREATE TABLE `new_report_terms` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `term` text NOT NULL, `report_id` uuid NOT NULL, PRIMARY KEY (`tenant_id`, `id`));
INSERT INTO `new_report_terms` SELECT `tenant_id`, lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(6))), CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, `term`, `id` FROM `report_terms`;
DROP TABLE `report_terms`;
ALTER TABLE `new_report_terms` RENAME TO `report_terms`;
CREATE UNIQUE INDEX `reportterm_tenant_id_term_report_id` ON `report_terms` (`tenant_id`, `term`, `report_id`);
CREATE INDEX `reportterm_tenant_id_report_id` ON `report_terms` (`tenant_id`, `report_id`);
