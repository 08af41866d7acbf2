-- +goose Up
-- disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- create "new_assignments" table
CREATE TABLE `new_assignments` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `subject_kind` text NOT NULL, `subject_id` uuid NOT NULL, `unit_id` uuid NOT NULL, `part` text NOT NULL DEFAULT ('lead'), `state` text NOT NULL DEFAULT ('assigned'), `round` integer NOT NULL DEFAULT (1), `assigned_by` uuid NULL, `assigned_at` datetime NOT NULL, `taken_at` datetime NULL, `contacted_at` datetime NULL, `replied_at` datetime NULL, `note` text NOT NULL DEFAULT (''), `handler_id` uuid NULL, `return_reason` text NOT NULL DEFAULT (''), `proposed_unit_id` uuid NULL, `returned_at` datetime NULL, `opinion` text NOT NULL DEFAULT (''), `opinion_at` datetime NULL, `due_at` datetime NULL, PRIMARY KEY (`tenant_id`, `id`));
-- copy rows from old table "assignments" to new temporary table "new_assignments"
INSERT INTO `new_assignments` (`tenant_id`, `id`, `created_at`, `updated_at`, `version`, `subject_kind`, `subject_id`, `unit_id`, `part`, `state`, `round`, `assigned_by`, `assigned_at`, `taken_at`, `contacted_at`, `replied_at`, `note`) SELECT `tenant_id`, `id`, `created_at`, `updated_at`, `version`, `subject_kind`, `subject_id`, `unit_id`, `part`, `state`, `round`, `assigned_by`, `assigned_at`, `taken_at`, `contacted_at`, `replied_at`, `note` FROM `assignments`;
-- drop "assignments" table after copying rows
DROP TABLE `assignments`;
-- rename temporary table "new_assignments" to "assignments"
ALTER TABLE `new_assignments` RENAME TO `assignments`;
-- create index "assignment_tenant_id_unit_id_state_subject_id" to table: "assignments"
CREATE INDEX `assignment_tenant_id_unit_id_state_subject_id` ON `assignments` (`tenant_id`, `unit_id`, `state`, `subject_id`);
-- create index "assignment_tenant_id_subject_kind_subject_id" to table: "assignments"
CREATE INDEX `assignment_tenant_id_subject_kind_subject_id` ON `assignments` (`tenant_id`, `subject_kind`, `subject_id`);
-- create index "auditline_tenant_id_action_id" to table: "audit_lines"
CREATE INDEX `auditline_tenant_id_action_id` ON `audit_lines` (`tenant_id`, `action`, `id`);
-- add column "questions" to table: "categories"
ALTER TABLE `categories` ADD COLUMN `questions` json NULL;
-- create "new_deadlines" table
CREATE TABLE `new_deadlines` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `subject_kind` text NOT NULL, `subject_id` uuid NOT NULL, `kind` text NOT NULL, `owner_kind` text NOT NULL DEFAULT (''), `owner_id` uuid NULL, `amount` integer NOT NULL DEFAULT (0), `unit` text NOT NULL DEFAULT ('h'), `started_at` datetime NOT NULL, `due_at` datetime NOT NULL, `first_due_at` datetime NOT NULL, `provisional` bool NOT NULL DEFAULT (false), `stopped_at` datetime NULL, `stop_reason` text NOT NULL DEFAULT (''), `paused_at` datetime NULL, `resume_at` datetime NULL, `fired_at` datetime NULL, `next_check_at` datetime NULL, `rung` integer NOT NULL DEFAULT (0), `ladder` text NOT NULL DEFAULT (''), `round` integer NOT NULL DEFAULT (1), `pause_reason` text NOT NULL DEFAULT (''), `pauses` integer NOT NULL DEFAULT (0), `extended_at` datetime NULL, PRIMARY KEY (`tenant_id`, `id`));
-- copy rows from old table "deadlines" to new temporary table "new_deadlines"
INSERT INTO `new_deadlines` (`tenant_id`, `id`, `created_at`, `updated_at`, `version`, `subject_kind`, `subject_id`, `kind`, `owner_kind`, `owner_id`, `amount`, `unit`, `started_at`, `due_at`, `first_due_at`, `provisional`, `stopped_at`, `stop_reason`, `paused_at`, `resume_at`, `fired_at`, `next_check_at`, `rung`) SELECT `tenant_id`, `id`, `created_at`, `updated_at`, `version`, `subject_kind`, `subject_id`, `kind`, `owner_kind`, `owner_id`, `amount`, `unit`, `started_at`, `due_at`, `first_due_at`, `provisional`, `stopped_at`, `stop_reason`, `paused_at`, `resume_at`, `fired_at`, `next_check_at`, `rung` FROM `deadlines`;
-- drop "deadlines" table after copying rows
DROP TABLE `deadlines`;
-- rename temporary table "new_deadlines" to "deadlines"
ALTER TABLE `new_deadlines` RENAME TO `deadlines`;
-- create index "deadline_tenant_id_next_check_at" to table: "deadlines"
CREATE INDEX `deadline_tenant_id_next_check_at` ON `deadlines` (`tenant_id`, `next_check_at`);
-- create index "deadline_tenant_id_subject_kind_subject_id" to table: "deadlines"
CREATE INDEX `deadline_tenant_id_subject_kind_subject_id` ON `deadlines` (`tenant_id`, `subject_kind`, `subject_id`);
-- add column "leave_from" to table: "deputies"
ALTER TABLE `deputies` ADD COLUMN `leave_from` datetime NULL;
-- add column "leave_substitute_id" to table: "deputies"
ALTER TABLE `deputies` ADD COLUMN `leave_substitute_id` uuid NULL;
-- create "new_dispatch_rules" table
CREATE TABLE `new_dispatch_rules` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `category` text NOT NULL, `division_code` text NOT NULL, `is_default` bool NOT NULL DEFAULT (false), `source` text NOT NULL DEFAULT (''), `listed` bool NOT NULL DEFAULT (false), `handler_id` uuid NULL, `active` bool NOT NULL DEFAULT (true), `note` text NOT NULL DEFAULT (''), `unit_id` uuid NOT NULL, PRIMARY KEY (`tenant_id`, `id`), CONSTRAINT `dispatch_rules_handling_units_rules` FOREIGN KEY (`tenant_id`, `unit_id`) REFERENCES `handling_units` (`tenant_id`, `id`) ON DELETE NO ACTION);
-- copy rows from old table "dispatch_rules" to new temporary table "new_dispatch_rules"
INSERT INTO `new_dispatch_rules` (`tenant_id`, `id`, `created_at`, `updated_at`, `version`, `category`, `division_code`, `is_default`, `unit_id`) SELECT `tenant_id`, `id`, `created_at`, `updated_at`, `version`, `category`, `division_code`, `is_default`, `unit_id` FROM `dispatch_rules`;
-- drop "dispatch_rules" table after copying rows
DROP TABLE `dispatch_rules`;
-- rename temporary table "new_dispatch_rules" to "dispatch_rules"
ALTER TABLE `new_dispatch_rules` RENAME TO `dispatch_rules`;
-- create index "dispatchrule_tenant_id_category_division_code_source_unit_id" to table: "dispatch_rules"
CREATE UNIQUE INDEX `dispatchrule_tenant_id_category_division_code_source_unit_id` ON `dispatch_rules` (`tenant_id`, `category`, `division_code`, `source`, `unit_id`);
-- add column "digest_at" to table: "notices"
ALTER TABLE `notices` ADD COLUMN `digest_at` datetime NULL;
-- create index "notice_subject_id" to table: "notices"
CREATE INDEX `notice_subject_id` ON `notices` (`subject_id`);
-- create "new_photos" table
CREATE TABLE `new_photos` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `deleted_at` datetime NULL, `subject_kind` text NOT NULL DEFAULT ('report'), `subject_id` uuid NOT NULL, `upload_id` uuid NOT NULL, `person_id` uuid NOT NULL, `role` text NOT NULL DEFAULT ('before'), `position` integer NOT NULL DEFAULT (0), `content_type` text NOT NULL, `size` integer NOT NULL, `sha256` text NOT NULL, `width` integer NOT NULL DEFAULT (0), `height` integer NOT NULL DEFAULT (0), `original_key` text NOT NULL, `original_version` text NOT NULL DEFAULT (''), `medium_key` text NOT NULL DEFAULT (''), `medium_version` text NOT NULL DEFAULT (''), `thumb_key` text NOT NULL DEFAULT (''), `thumb_version` text NOT NULL DEFAULT (''), `captured_at` datetime NULL, `claimed_lat` real NULL, `claimed_lng` real NULL, `published` bool NOT NULL DEFAULT (false), `copies_removed_at` datetime NULL, `kind` text NOT NULL DEFAULT ('photo'), `duration_ms` integer NOT NULL DEFAULT (0), `decodable` bool NOT NULL DEFAULT (true), `companion_of` uuid NULL, `phash` integer NOT NULL DEFAULT (0), `redactions` json NULL, `redacted_at` datetime NULL, `redacted_by` uuid NULL, `lock_mode` text NOT NULL DEFAULT (''), `retain_until` datetime NULL, `original_removed_at` datetime NULL, PRIMARY KEY (`tenant_id`, `id`));
-- copy rows from old table "photos" to new temporary table "new_photos"
INSERT INTO `new_photos` (`tenant_id`, `id`, `created_at`, `updated_at`, `version`, `deleted_at`, `subject_kind`, `subject_id`, `upload_id`, `person_id`, `role`, `position`, `content_type`, `size`, `sha256`, `width`, `height`, `original_key`, `original_version`, `medium_key`, `medium_version`, `thumb_key`, `thumb_version`, `captured_at`, `claimed_lat`, `claimed_lng`, `published`, `copies_removed_at`) SELECT `tenant_id`, `id`, `created_at`, `updated_at`, `version`, `deleted_at`, `subject_kind`, `subject_id`, `upload_id`, `person_id`, `role`, `position`, `content_type`, `size`, `sha256`, `width`, `height`, `original_key`, `original_version`, `medium_key`, `medium_version`, `thumb_key`, `thumb_version`, `captured_at`, `claimed_lat`, `claimed_lng`, `published`, `copies_removed_at` FROM `photos`;
-- drop "photos" table after copying rows
DROP TABLE `photos`;
-- rename temporary table "new_photos" to "photos"
ALTER TABLE `new_photos` RENAME TO `photos`;
-- create index "photo_tenant_id_subject_kind_subject_id_position" to table: "photos"
CREATE INDEX `photo_tenant_id_subject_kind_subject_id_position` ON `photos` (`tenant_id`, `subject_kind`, `subject_id`, `position`);
-- create index "photo_tenant_id_upload_id" to table: "photos"
CREATE UNIQUE INDEX `photo_tenant_id_upload_id` ON `photos` (`tenant_id`, `upload_id`);
-- create "new_reports" table
CREATE TABLE `new_reports` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `number` text NOT NULL, `thread_id` uuid NOT NULL, `round` integer NOT NULL DEFAULT (1), `state` text NOT NULL DEFAULT ('submitted'), `close_reason` text NOT NULL DEFAULT ('none'), `category` text NOT NULL, `clock_class` text NOT NULL DEFAULT ('ordinary'), `verify_first` bool NOT NULL DEFAULT (true), `title` text NOT NULL DEFAULT (''), `description` text NOT NULL, `division_code` text NOT NULL, `place_id` uuid NULL, `address` text NOT NULL DEFAULT (''), `lat` real NULL, `lng` real NULL, `accuracy_m` real NULL, `cell_lat` integer NULL, `cell_lng` integer NULL, `source_lat` real NULL, `source_lng` real NULL, `occurs_from` datetime NULL, `occurs_to` datetime NULL, `source` text NOT NULL DEFAULT ('citizen'), `reporter_id` uuid NOT NULL, `on_behalf_sealed` blob NULL, `identity_level` text NOT NULL DEFAULT ('hidden_public'), `visibility` text NOT NULL DEFAULT ('private'), `published_at` datetime NULL, `danger` bool NOT NULL DEFAULT (false), `in_legal_process` bool NOT NULL DEFAULT (false), `respondent` text NOT NULL DEFAULT (''), `respondent_key` text NOT NULL DEFAULT (''), `preferred_deputy_id` uuid NULL, `station_id` uuid NULL, `owner_kind` text NOT NULL DEFAULT ('office'), `owner_id` uuid NULL, `owner_label` text NOT NULL DEFAULT (''), `lead_deputy_id` uuid NULL, `lead_unit_id` uuid NULL, `promised_at` datetime NULL, `due_at` datetime NULL, `closed_at` datetime NULL, `follower_count` integer NOT NULL DEFAULT (0), `detached_at` datetime NULL, `desk_check` bool NOT NULL DEFAULT (false), `answers` json NULL, `master_id` uuid NULL, `state_before_merge` text NOT NULL DEFAULT (''), `split_from_id` uuid NULL, `follows_id` uuid NULL, `came_from_tenant` text NOT NULL DEFAULT (''), `came_from_id` uuid NULL, `came_from_number` text NOT NULL DEFAULT (''), `went_to_tenant` text NOT NULL DEFAULT (''), `went_to_id` uuid NULL, `went_to_number` text NOT NULL DEFAULT (''), `appealed_at` datetime NULL, `referred_up_at` datetime NULL, `extended_at` datetime NULL, `paused_until` datetime NULL, `carried_over_at` datetime NULL, `review_at` datetime NULL, `return_disputed` bool NOT NULL DEFAULT (false), `returns` integer NOT NULL DEFAULT (0), `rung` integer NOT NULL DEFAULT (0), `supervised` bool NOT NULL DEFAULT (false), `false_closing` bool NOT NULL DEFAULT (false), `excluded_at` datetime NULL, `public_title` text NOT NULL DEFAULT (''), `public_description` text NOT NULL DEFAULT (''), `anonymised_at` datetime NULL, PRIMARY KEY (`tenant_id`, `id`));
-- copy rows from old table "reports" to new temporary table "new_reports"
INSERT INTO `new_reports` (`tenant_id`, `id`, `created_at`, `updated_at`, `version`, `number`, `thread_id`, `round`, `state`, `close_reason`, `category`, `clock_class`, `verify_first`, `title`, `description`, `division_code`, `place_id`, `address`, `lat`, `lng`, `accuracy_m`, `cell_lat`, `cell_lng`, `source_lat`, `source_lng`, `occurs_from`, `occurs_to`, `source`, `reporter_id`, `on_behalf_sealed`, `identity_level`, `visibility`, `published_at`, `danger`, `in_legal_process`, `respondent`, `respondent_key`, `preferred_deputy_id`, `station_id`, `owner_kind`, `owner_id`, `owner_label`, `lead_deputy_id`, `lead_unit_id`, `promised_at`, `due_at`, `closed_at`, `follower_count`, `detached_at`, `desk_check`) SELECT `tenant_id`, `id`, `created_at`, `updated_at`, `version`, `number`, `thread_id`, `round`, `state`, `close_reason`, `category`, `clock_class`, `verify_first`, `title`, `description`, `division_code`, `place_id`, `address`, `lat`, `lng`, `accuracy_m`, `cell_lat`, `cell_lng`, `source_lat`, `source_lng`, `occurs_from`, `occurs_to`, `source`, `reporter_id`, `on_behalf_sealed`, `identity_level`, `visibility`, `published_at`, `danger`, `in_legal_process`, `respondent`, `respondent_key`, `preferred_deputy_id`, `station_id`, `owner_kind`, `owner_id`, `owner_label`, `lead_deputy_id`, `lead_unit_id`, `promised_at`, `due_at`, `closed_at`, `follower_count`, `detached_at`, `desk_check` FROM `reports`;
-- drop "reports" table after copying rows
DROP TABLE `reports`;
-- rename temporary table "new_reports" to "reports"
ALTER TABLE `new_reports` RENAME TO `reports`;
-- create index "report_tenant_id_number" to table: "reports"
CREATE UNIQUE INDEX `report_tenant_id_number` ON `reports` (`tenant_id`, `number`);
-- create index "report_tenant_id_state_id" to table: "reports"
CREATE INDEX `report_tenant_id_state_id` ON `reports` (`tenant_id`, `state`, `id`);
-- create index "report_tenant_id_division_code_id" to table: "reports"
CREATE INDEX `report_tenant_id_division_code_id` ON `reports` (`tenant_id`, `division_code`, `id`);
-- create index "report_tenant_id_category_id" to table: "reports"
CREATE INDEX `report_tenant_id_category_id` ON `reports` (`tenant_id`, `category`, `id`);
-- create index "report_tenant_id_lead_unit_id_id" to table: "reports"
CREATE INDEX `report_tenant_id_lead_unit_id_id` ON `reports` (`tenant_id`, `lead_unit_id`, `id`);
-- create index "report_tenant_id_lead_deputy_id_id" to table: "reports"
CREATE INDEX `report_tenant_id_lead_deputy_id_id` ON `reports` (`tenant_id`, `lead_deputy_id`, `id`);
-- create index "report_tenant_id_reporter_id_id" to table: "reports"
CREATE INDEX `report_tenant_id_reporter_id_id` ON `reports` (`tenant_id`, `reporter_id`, `id`);
-- create index "report_tenant_id_due_at" to table: "reports"
CREATE INDEX `report_tenant_id_due_at` ON `reports` (`tenant_id`, `due_at`);
-- create index "report_tenant_id_owner_kind_division_code" to table: "reports"
CREATE INDEX `report_tenant_id_owner_kind_division_code` ON `reports` (`tenant_id`, `owner_kind`, `division_code`);
-- create index "report_tenant_id_cell_lat_cell_lng" to table: "reports"
CREATE INDEX `report_tenant_id_cell_lat_cell_lng` ON `reports` (`tenant_id`, `cell_lat`, `cell_lng`);
-- create index "report_tenant_id_thread_id" to table: "reports"
CREATE INDEX `report_tenant_id_thread_id` ON `reports` (`tenant_id`, `thread_id`);
-- create index "report_tenant_id_place_id_id" to table: "reports"
CREATE INDEX `report_tenant_id_place_id_id` ON `reports` (`tenant_id`, `place_id`, `id`);
-- create index "report_tenant_id_master_id_id" to table: "reports"
CREATE INDEX `report_tenant_id_master_id_id` ON `reports` (`tenant_id`, `master_id`, `id`);
-- create index "report_tenant_id_state_closed_at" to table: "reports"
CREATE INDEX `report_tenant_id_state_closed_at` ON `reports` (`tenant_id`, `state`, `closed_at`);
-- create "new_report_deputies" table
CREATE TABLE `new_report_deputies` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `deputy_id` uuid NOT NULL, `person_id` uuid NOT NULL, `part` text NOT NULL DEFAULT ('lead'), `ended_at` datetime NULL, `ended_reason` text NOT NULL DEFAULT (''), `report_id` uuid NOT NULL, PRIMARY KEY (`tenant_id`, `id`), CONSTRAINT `report_deputies_reports_deputies` FOREIGN KEY (`tenant_id`, `report_id`) REFERENCES `reports` (`tenant_id`, `id`) ON DELETE NO ACTION);
-- copy rows from old table "report_deputies" to new temporary table "new_report_deputies"
INSERT INTO `new_report_deputies` (`tenant_id`, `id`, `created_at`, `updated_at`, `version`, `deputy_id`, `person_id`, `part`, `ended_at`, `report_id`) SELECT `tenant_id`, `id`, `created_at`, `updated_at`, `version`, `deputy_id`, `person_id`, `part`, `ended_at`, `report_id` FROM `report_deputies`;
-- drop "report_deputies" table after copying rows
DROP TABLE `report_deputies`;
-- rename temporary table "new_report_deputies" to "report_deputies"
ALTER TABLE `new_report_deputies` RENAME TO `report_deputies`;
-- create index "reportdeputy_tenant_id_report_id_deputy_id" to table: "report_deputies"
CREATE UNIQUE INDEX `reportdeputy_tenant_id_report_id_deputy_id` ON `report_deputies` (`tenant_id`, `report_id`, `deputy_id`);
-- create index "reportdeputy_tenant_id_person_id_report_id" to table: "report_deputies"
CREATE INDEX `reportdeputy_tenant_id_person_id_report_id` ON `report_deputies` (`tenant_id`, `person_id`, `report_id`);
-- create "new_sms_messages" table
CREATE TABLE `new_sms_messages` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `tenant` text NOT NULL DEFAULT (''), `person_id` uuid NULL, `phone_sealed` blob NULL, `template` text NOT NULL, `params_sealed` blob NOT NULL, `status` text NOT NULL DEFAULT ('queued'), `gateway_id` text NOT NULL DEFAULT (''), `error` text NOT NULL DEFAULT (''), `sent_at` datetime NULL, `not_before` datetime NULL, `attempts` integer NOT NULL DEFAULT (0), `dedupe_key` text NULL, `subject_kind` text NOT NULL DEFAULT (''), `subject_id` uuid NULL, `answer_until` datetime NULL, `delivered_at` datetime NULL, PRIMARY KEY (`id`));
-- copy rows from old table "sms_messages" to new temporary table "new_sms_messages"
INSERT INTO `new_sms_messages` (`id`, `created_at`, `updated_at`, `tenant`, `person_id`, `phone_sealed`, `template`, `params_sealed`, `status`, `gateway_id`, `error`, `sent_at`) SELECT `id`, `created_at`, `updated_at`, `tenant`, `person_id`, `phone_sealed`, `template`, `params_sealed`, `status`, `gateway_id`, `error`, `sent_at` FROM `sms_messages`;
-- drop "sms_messages" table after copying rows
DROP TABLE `sms_messages`;
-- rename temporary table "new_sms_messages" to "sms_messages"
ALTER TABLE `new_sms_messages` RENAME TO `sms_messages`;
-- create index "sms_messages_dedupe_key_key" to table: "sms_messages"
CREATE UNIQUE INDEX `sms_messages_dedupe_key_key` ON `sms_messages` (`dedupe_key`);
-- create index "smsmessage_person_id_answer_until" to table: "sms_messages"
CREATE INDEX `smsmessage_person_id_answer_until` ON `sms_messages` (`person_id`, `answer_until`);
-- create index "smsmessage_subject_id" to table: "sms_messages"
CREATE INDEX `smsmessage_subject_id` ON `sms_messages` (`subject_id`);
-- create index "smsmessage_gateway_id" to table: "sms_messages"
CREATE INDEX `smsmessage_gateway_id` ON `sms_messages` (`gateway_id`);
-- create "new_uploads" table
CREATE TABLE `new_uploads` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `person_id` uuid NOT NULL, `file_name` text NOT NULL DEFAULT (''), `content_type` text NOT NULL, `size` integer NOT NULL, `sha256` text NOT NULL, `state` text NOT NULL DEFAULT ('ticketed'), `staging_key` text NOT NULL, `staging_version` text NOT NULL DEFAULT (''), `original_key` text NOT NULL DEFAULT (''), `original_version` text NOT NULL DEFAULT (''), `medium_key` text NOT NULL DEFAULT (''), `medium_version` text NOT NULL DEFAULT (''), `thumb_key` text NOT NULL DEFAULT (''), `thumb_version` text NOT NULL DEFAULT (''), `width` integer NOT NULL DEFAULT (0), `height` integer NOT NULL DEFAULT (0), `captured_at` datetime NULL, `claimed_lat` real NULL, `claimed_lng` real NULL, `reject_code` text NOT NULL DEFAULT (''), `expires_at` datetime NOT NULL, `kind` text NOT NULL DEFAULT ('photo'), `duration_ms` integer NOT NULL DEFAULT (0), `decodable` bool NOT NULL DEFAULT (true), `companion_of` uuid NULL, `phash` integer NOT NULL DEFAULT (0), PRIMARY KEY (`tenant_id`, `id`));
-- copy rows from old table "uploads" to new temporary table "new_uploads"
INSERT INTO `new_uploads` (`tenant_id`, `id`, `created_at`, `updated_at`, `version`, `person_id`, `file_name`, `content_type`, `size`, `sha256`, `state`, `staging_key`, `staging_version`, `original_key`, `original_version`, `medium_key`, `medium_version`, `thumb_key`, `thumb_version`, `width`, `height`, `captured_at`, `claimed_lat`, `claimed_lng`, `reject_code`, `expires_at`) SELECT `tenant_id`, `id`, `created_at`, `updated_at`, `version`, `person_id`, `file_name`, `content_type`, `size`, `sha256`, `state`, `staging_key`, `staging_version`, `original_key`, `original_version`, `medium_key`, `medium_version`, `thumb_key`, `thumb_version`, `width`, `height`, `captured_at`, `claimed_lat`, `claimed_lng`, `reject_code`, `expires_at` FROM `uploads`;
-- drop "uploads" table after copying rows
DROP TABLE `uploads`;
-- rename temporary table "new_uploads" to "uploads"
ALTER TABLE `new_uploads` RENAME TO `uploads`;
-- create index "upload_tenant_id_state_expires_at" to table: "uploads"
CREATE INDEX `upload_tenant_id_state_expires_at` ON `uploads` (`tenant_id`, `state`, `expires_at`);
-- create index "upload_tenant_id_person_id_state" to table: "uploads"
CREATE INDEX `upload_tenant_id_person_id_state` ON `uploads` (`tenant_id`, `person_id`, `state`);
-- create "class_proposals" table
CREATE TABLE `class_proposals` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `class_key` text NOT NULL, `category` text NOT NULL, `division_code` text NOT NULL, `place_id` uuid NULL, `reason` text NOT NULL, `count` integer NOT NULL, `report_ids` json NOT NULL, `state` text NOT NULL DEFAULT ('proposed'), `decided_by` uuid NULL, `decided_at` datetime NULL, `decision_reason` text NOT NULL DEFAULT (''), PRIMARY KEY (`tenant_id`, `id`));
-- create index "classproposal_tenant_id_class_key" to table: "class_proposals"
CREATE UNIQUE INDEX `classproposal_tenant_id_class_key` ON `class_proposals` (`tenant_id`, `class_key`);
-- create index "classproposal_tenant_id_state_id" to table: "class_proposals"
CREATE INDEX `classproposal_tenant_id_state_id` ON `class_proposals` (`tenant_id`, `state`, `id`);
-- create "consent_records" table
CREATE TABLE `consent_records` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `person_id` uuid NOT NULL, `purpose` text NOT NULL, `notice_version` text NOT NULL, `tenant` text NOT NULL DEFAULT (''), `subject_id` uuid NULL, `given` bool NOT NULL, `channel` text NOT NULL DEFAULT ('app'), `at` datetime NOT NULL, PRIMARY KEY (`id`));
-- create index "consentrecord_person_id_purpose_at" to table: "consent_records"
CREATE INDEX `consentrecord_person_id_purpose_at` ON `consent_records` (`person_id`, `purpose`, `at`);
-- create "crowd_alerts" table
CREATE TABLE `crowd_alerts` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `place_key` text NOT NULL, `place_id` uuid NULL, `place_name` text NOT NULL DEFAULT (''), `division_code` text NOT NULL, `people` integer NOT NULL, `first_at` datetime NOT NULL, `last_at` datetime NOT NULL, `seen_by` uuid NULL, `seen_at` datetime NULL, `note` text NOT NULL DEFAULT (''), PRIMARY KEY (`tenant_id`, `id`));
-- create index "crowdalert_tenant_id_place_key_last_at" to table: "crowd_alerts"
CREATE INDEX `crowdalert_tenant_id_place_key_last_at` ON `crowd_alerts` (`tenant_id`, `place_key`, `last_at`);
-- create index "crowdalert_tenant_id_last_at" to table: "crowd_alerts"
CREATE INDEX `crowdalert_tenant_id_last_at` ON `crowd_alerts` (`tenant_id`, `last_at`);
-- create "follow_ups" table
CREATE TABLE `follow_ups` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `subject_kind` text NOT NULL, `subject_id` uuid NOT NULL, `thread_id` uuid NOT NULL, `round` integer NOT NULL DEFAULT (1), `caller_id` uuid NOT NULL, `reached` bool NOT NULL, `contacted` bool NOT NULL DEFAULT (false), `solved` bool NOT NULL DEFAULT (false), `satisfied` integer NOT NULL DEFAULT (0), `note` text NOT NULL DEFAULT (''), `at` datetime NOT NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "followup_tenant_id_subject_id" to table: "follow_ups"
CREATE INDEX `followup_tenant_id_subject_id` ON `follow_ups` (`tenant_id`, `subject_id`);
-- create index "followup_tenant_id_at" to table: "follow_ups"
CREATE INDEX `followup_tenant_id_at` ON `follow_ups` (`tenant_id`, `at`);
-- create "notice_preferences" table
CREATE TABLE `notice_preferences` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `person_id` uuid NOT NULL, `muted` json NOT NULL, `sms` bool NOT NULL DEFAULT (true), `quiet_from` integer NOT NULL DEFAULT (1260), `quiet_to` integer NOT NULL DEFAULT (480), `digest` bool NOT NULL DEFAULT (true), `digest_minute` integer NOT NULL DEFAULT (480), `last_digest_at` datetime NULL, `large_type` bool NOT NULL DEFAULT (false), PRIMARY KEY (`id`));
-- create index "notice_preferences_person_id_key" to table: "notice_preferences"
CREATE UNIQUE INDEX `notice_preferences_person_id_key` ON `notice_preferences` (`person_id`);
-- create "rate_exclusions" table
CREATE TABLE `rate_exclusions` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `subject_kind` text NOT NULL, `subject_id` uuid NOT NULL, `kind` text NOT NULL, `reason` text NOT NULL, `proposed_by` uuid NULL, `approved_by` uuid NULL, `at` datetime NOT NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "rateexclusion_tenant_id_subject_id" to table: "rate_exclusions"
CREATE INDEX `rateexclusion_tenant_id_subject_id` ON `rate_exclusions` (`tenant_id`, `subject_id`);
-- create index "rateexclusion_tenant_id_at" to table: "rate_exclusions"
CREATE INDEX `rateexclusion_tenant_id_at` ON `rate_exclusions` (`tenant_id`, `at`);
-- create "report_followers" table
CREATE TABLE `report_followers` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `report_id` uuid NOT NULL, `person_id` uuid NOT NULL, `merged_report_id` uuid NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "reportfollower_tenant_id_report_id_person_id" to table: "report_followers"
CREATE UNIQUE INDEX `reportfollower_tenant_id_report_id_person_id` ON `report_followers` (`tenant_id`, `report_id`, `person_id`);
-- create index "reportfollower_tenant_id_person_id" to table: "report_followers"
CREATE INDEX `reportfollower_tenant_id_person_id` ON `report_followers` (`tenant_id`, `person_id`);
-- create "report_transfers" table
CREATE TABLE `report_transfers` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `transfer_id` uuid NOT NULL, `side` text NOT NULL, `from_tenant` text NOT NULL, `to_tenant` text NOT NULL, `report_id` uuid NOT NULL, `report_number` text NOT NULL, `to_division` text NOT NULL DEFAULT (''), `category` text NOT NULL, `title` text NOT NULL DEFAULT (''), `description` text NOT NULL DEFAULT (''), `reason` text NOT NULL, `asked_by` uuid NULL, `state` text NOT NULL DEFAULT ('asked'), `due_at` datetime NOT NULL, `decided_by` uuid NULL, `decided_at` datetime NULL, `decision_reason` text NOT NULL DEFAULT (''), `new_report_id` uuid NULL, `new_number` text NOT NULL DEFAULT (''), PRIMARY KEY (`tenant_id`, `id`));
-- create index "reporttransfer_tenant_id_transfer_id_side" to table: "report_transfers"
CREATE UNIQUE INDEX `reporttransfer_tenant_id_transfer_id_side` ON `report_transfers` (`tenant_id`, `transfer_id`, `side`);
-- create index "reporttransfer_tenant_id_state_due_at" to table: "report_transfers"
CREATE INDEX `reporttransfer_tenant_id_state_due_at` ON `report_transfers` (`tenant_id`, `state`, `due_at`);
-- create index "reporttransfer_tenant_id_report_id" to table: "report_transfers"
CREATE INDEX `reporttransfer_tenant_id_report_id` ON `report_transfers` (`tenant_id`, `report_id`);
-- create "retention_runs" table
CREATE TABLE `retention_runs` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `dry` bool NOT NULL, `run_by` uuid NULL, `at` datetime NOT NULL, `counts` json NOT NULL, `error` text NOT NULL DEFAULT (''), PRIMARY KEY (`tenant_id`, `id`));
-- create index "retentionrun_tenant_id_id" to table: "retention_runs"
CREATE INDEX `retentionrun_tenant_id_id` ON `retention_runs` (`tenant_id`, `id`);
-- create "rights_requests" table
CREATE TABLE `rights_requests` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `person_id` uuid NOT NULL, `kind` text NOT NULL, `state` text NOT NULL DEFAULT ('requested'), `not_before` datetime NOT NULL, `object_tenant` text NOT NULL DEFAULT (''), `object_key` text NOT NULL DEFAULT (''), `object_version` text NOT NULL DEFAULT (''), `expires_at` datetime NULL, `outcome` json NULL, `error` text NOT NULL DEFAULT (''), `ended_at` datetime NULL, PRIMARY KEY (`id`));
-- create index "rightsrequest_person_id_id" to table: "rights_requests"
CREATE INDEX `rightsrequest_person_id_id` ON `rights_requests` (`person_id`, `id`);
-- create index "rightsrequest_state_not_before" to table: "rights_requests"
CREATE INDEX `rightsrequest_state_not_before` ON `rights_requests` (`state`, `not_before`);
-- create "screen_items" table
CREATE TABLE `screen_items` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `subject_kind` text NOT NULL, `subject_id` uuid NOT NULL, `field` text NOT NULL, `division_code` text NOT NULL DEFAULT (''), `hits` json NOT NULL, `state` text NOT NULL DEFAULT ('waiting'), `decided_by` uuid NULL, `decided_at` datetime NULL, `note` text NOT NULL DEFAULT (''), PRIMARY KEY (`tenant_id`, `id`));
-- create index "screenitem_tenant_id_state_id" to table: "screen_items"
CREATE INDEX `screenitem_tenant_id_state_id` ON `screen_items` (`tenant_id`, `state`, `id`);
-- create index "screenitem_tenant_id_subject_id" to table: "screen_items"
CREATE INDEX `screenitem_tenant_id_subject_id` ON `screen_items` (`tenant_id`, `subject_id`);
-- create "screen_words" table
CREATE TABLE `screen_words` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `word` text NOT NULL, `list` text NOT NULL DEFAULT (''), `active` bool NOT NULL DEFAULT (true), PRIMARY KEY (`tenant_id`, `id`));
-- create index "screenword_tenant_id_word" to table: "screen_words"
CREATE UNIQUE INDEX `screenword_tenant_id_word` ON `screen_words` (`tenant_id`, `word`);
-- create "sender_blocks" table
CREATE TABLE `sender_blocks` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `person_id` uuid NOT NULL, `report_id` uuid NULL, `reason` text NOT NULL, `state` text NOT NULL DEFAULT ('proposed'), `proposed_by` uuid NOT NULL, `approved_by` uuid NULL, `blocked_until` datetime NOT NULL, `review_request` text NOT NULL DEFAULT (''), `review_asked_at` datetime NULL, `reviewed_by` uuid NULL, `reviewed_at` datetime NULL, `review_outcome` text NOT NULL DEFAULT (''), PRIMARY KEY (`tenant_id`, `id`));
-- create index "senderblock_tenant_id_person_id_state" to table: "sender_blocks"
CREATE INDEX `senderblock_tenant_id_person_id_state` ON `sender_blocks` (`tenant_id`, `person_id`, `state`);
-- create index "senderblock_tenant_id_state_id" to table: "sender_blocks"
CREATE INDEX `senderblock_tenant_id_state_id` ON `sender_blocks` (`tenant_id`, `state`, `id`);
-- create "sms_answers" table
CREATE TABLE `sms_answers` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `gateway_id` text NOT NULL, `phone_index` text NOT NULL, `message_id` uuid NULL, `text_sealed` blob NOT NULL, `outcome` text NOT NULL DEFAULT (''), `received_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- create index "sms_answers_gateway_id_key" to table: "sms_answers"
CREATE UNIQUE INDEX `sms_answers_gateway_id_key` ON `sms_answers` (`gateway_id`);
-- create "supervisions" table
CREATE TABLE `supervisions` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `report_id` uuid NOT NULL, `unit_id` uuid NULL, `letter` text NOT NULL, `rung` integer NOT NULL DEFAULT (0), `drafted_by` uuid NULL, `signed_by` uuid NULL, `signed_at` datetime NOT NULL, `due_at` datetime NOT NULL, `state` text NOT NULL DEFAULT ('open'), `answer` text NOT NULL DEFAULT (''), `answered_by` uuid NULL, `answered_at` datetime NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "supervision_tenant_id_report_id" to table: "supervisions"
CREATE INDEX `supervision_tenant_id_report_id` ON `supervisions` (`tenant_id`, `report_id`);
-- create index "supervision_tenant_id_state_due_at" to table: "supervisions"
CREATE INDEX `supervision_tenant_id_state_due_at` ON `supervisions` (`tenant_id`, `state`, `due_at`);
-- create "text_templates" table
CREATE TABLE `text_templates` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `kind` text NOT NULL, `category` text NOT NULL DEFAULT (''), `unit_id` uuid NULL, `title` text NOT NULL, `body` text NOT NULL, `position` integer NOT NULL DEFAULT (0), `active` bool NOT NULL DEFAULT (true), PRIMARY KEY (`tenant_id`, `id`));
-- create index "texttemplate_tenant_id_kind_category" to table: "text_templates"
CREATE INDEX `texttemplate_tenant_id_kind_category` ON `text_templates` (`tenant_id`, `kind`, `category`);
-- enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;

-- +goose Down
-- reverse: create index "texttemplate_tenant_id_kind_category" to table: "text_templates"
DROP INDEX `texttemplate_tenant_id_kind_category`;
-- reverse: create "text_templates" table
DROP TABLE `text_templates`;
-- reverse: create index "supervision_tenant_id_state_due_at" to table: "supervisions"
DROP INDEX `supervision_tenant_id_state_due_at`;
-- reverse: create index "supervision_tenant_id_report_id" to table: "supervisions"
DROP INDEX `supervision_tenant_id_report_id`;
-- reverse: create "supervisions" table
DROP TABLE `supervisions`;
-- reverse: create index "sms_answers_gateway_id_key" to table: "sms_answers"
DROP INDEX `sms_answers_gateway_id_key`;
-- reverse: create "sms_answers" table
DROP TABLE `sms_answers`;
-- reverse: create index "senderblock_tenant_id_state_id" to table: "sender_blocks"
DROP INDEX `senderblock_tenant_id_state_id`;
-- reverse: create index "senderblock_tenant_id_person_id_state" to table: "sender_blocks"
DROP INDEX `senderblock_tenant_id_person_id_state`;
-- reverse: create "sender_blocks" table
DROP TABLE `sender_blocks`;
-- reverse: create index "screenword_tenant_id_word" to table: "screen_words"
DROP INDEX `screenword_tenant_id_word`;
-- reverse: create "screen_words" table
DROP TABLE `screen_words`;
-- reverse: create index "screenitem_tenant_id_subject_id" to table: "screen_items"
DROP INDEX `screenitem_tenant_id_subject_id`;
-- reverse: create index "screenitem_tenant_id_state_id" to table: "screen_items"
DROP INDEX `screenitem_tenant_id_state_id`;
-- reverse: create "screen_items" table
DROP TABLE `screen_items`;
-- reverse: create index "rightsrequest_state_not_before" to table: "rights_requests"
DROP INDEX `rightsrequest_state_not_before`;
-- reverse: create index "rightsrequest_person_id_id" to table: "rights_requests"
DROP INDEX `rightsrequest_person_id_id`;
-- reverse: create "rights_requests" table
DROP TABLE `rights_requests`;
-- reverse: create index "retentionrun_tenant_id_id" to table: "retention_runs"
DROP INDEX `retentionrun_tenant_id_id`;
-- reverse: create "retention_runs" table
DROP TABLE `retention_runs`;
-- reverse: create index "reporttransfer_tenant_id_report_id" to table: "report_transfers"
DROP INDEX `reporttransfer_tenant_id_report_id`;
-- reverse: create index "reporttransfer_tenant_id_state_due_at" to table: "report_transfers"
DROP INDEX `reporttransfer_tenant_id_state_due_at`;
-- reverse: create index "reporttransfer_tenant_id_transfer_id_side" to table: "report_transfers"
DROP INDEX `reporttransfer_tenant_id_transfer_id_side`;
-- reverse: create "report_transfers" table
DROP TABLE `report_transfers`;
-- reverse: create index "reportfollower_tenant_id_person_id" to table: "report_followers"
DROP INDEX `reportfollower_tenant_id_person_id`;
-- reverse: create index "reportfollower_tenant_id_report_id_person_id" to table: "report_followers"
DROP INDEX `reportfollower_tenant_id_report_id_person_id`;
-- reverse: create "report_followers" table
DROP TABLE `report_followers`;
-- reverse: create index "rateexclusion_tenant_id_at" to table: "rate_exclusions"
DROP INDEX `rateexclusion_tenant_id_at`;
-- reverse: create index "rateexclusion_tenant_id_subject_id" to table: "rate_exclusions"
DROP INDEX `rateexclusion_tenant_id_subject_id`;
-- reverse: create "rate_exclusions" table
DROP TABLE `rate_exclusions`;
-- reverse: create index "notice_preferences_person_id_key" to table: "notice_preferences"
DROP INDEX `notice_preferences_person_id_key`;
-- reverse: create "notice_preferences" table
DROP TABLE `notice_preferences`;
-- reverse: create index "followup_tenant_id_at" to table: "follow_ups"
DROP INDEX `followup_tenant_id_at`;
-- reverse: create index "followup_tenant_id_subject_id" to table: "follow_ups"
DROP INDEX `followup_tenant_id_subject_id`;
-- reverse: create "follow_ups" table
DROP TABLE `follow_ups`;
-- reverse: create index "crowdalert_tenant_id_last_at" to table: "crowd_alerts"
DROP INDEX `crowdalert_tenant_id_last_at`;
-- reverse: create index "crowdalert_tenant_id_place_key_last_at" to table: "crowd_alerts"
DROP INDEX `crowdalert_tenant_id_place_key_last_at`;
-- reverse: create "crowd_alerts" table
DROP TABLE `crowd_alerts`;
-- reverse: create index "consentrecord_person_id_purpose_at" to table: "consent_records"
DROP INDEX `consentrecord_person_id_purpose_at`;
-- reverse: create "consent_records" table
DROP TABLE `consent_records`;
-- reverse: create index "classproposal_tenant_id_state_id" to table: "class_proposals"
DROP INDEX `classproposal_tenant_id_state_id`;
-- reverse: create index "classproposal_tenant_id_class_key" to table: "class_proposals"
DROP INDEX `classproposal_tenant_id_class_key`;
-- reverse: create "class_proposals" table
DROP TABLE `class_proposals`;
-- reverse: create index "upload_tenant_id_person_id_state" to table: "uploads"
DROP INDEX `upload_tenant_id_person_id_state`;
-- reverse: create index "upload_tenant_id_state_expires_at" to table: "uploads"
DROP INDEX `upload_tenant_id_state_expires_at`;
-- reverse: create "new_uploads" table
DROP TABLE `new_uploads`;
-- reverse: create index "smsmessage_gateway_id" to table: "sms_messages"
DROP INDEX `smsmessage_gateway_id`;
-- reverse: create index "smsmessage_subject_id" to table: "sms_messages"
DROP INDEX `smsmessage_subject_id`;
-- reverse: create index "smsmessage_person_id_answer_until" to table: "sms_messages"
DROP INDEX `smsmessage_person_id_answer_until`;
-- reverse: create index "sms_messages_dedupe_key_key" to table: "sms_messages"
DROP INDEX `sms_messages_dedupe_key_key`;
-- reverse: create "new_sms_messages" table
DROP TABLE `new_sms_messages`;
-- reverse: create index "reportdeputy_tenant_id_person_id_report_id" to table: "report_deputies"
DROP INDEX `reportdeputy_tenant_id_person_id_report_id`;
-- reverse: create index "reportdeputy_tenant_id_report_id_deputy_id" to table: "report_deputies"
DROP INDEX `reportdeputy_tenant_id_report_id_deputy_id`;
-- reverse: create "new_report_deputies" table
DROP TABLE `new_report_deputies`;
-- reverse: create index "report_tenant_id_state_closed_at" to table: "reports"
DROP INDEX `report_tenant_id_state_closed_at`;
-- reverse: create index "report_tenant_id_master_id_id" to table: "reports"
DROP INDEX `report_tenant_id_master_id_id`;
-- reverse: create index "report_tenant_id_place_id_id" to table: "reports"
DROP INDEX `report_tenant_id_place_id_id`;
-- reverse: create index "report_tenant_id_thread_id" to table: "reports"
DROP INDEX `report_tenant_id_thread_id`;
-- reverse: create index "report_tenant_id_cell_lat_cell_lng" to table: "reports"
DROP INDEX `report_tenant_id_cell_lat_cell_lng`;
-- reverse: create index "report_tenant_id_owner_kind_division_code" to table: "reports"
DROP INDEX `report_tenant_id_owner_kind_division_code`;
-- reverse: create index "report_tenant_id_due_at" to table: "reports"
DROP INDEX `report_tenant_id_due_at`;
-- reverse: create index "report_tenant_id_reporter_id_id" to table: "reports"
DROP INDEX `report_tenant_id_reporter_id_id`;
-- reverse: create index "report_tenant_id_lead_deputy_id_id" to table: "reports"
DROP INDEX `report_tenant_id_lead_deputy_id_id`;
-- reverse: create index "report_tenant_id_lead_unit_id_id" to table: "reports"
DROP INDEX `report_tenant_id_lead_unit_id_id`;
-- reverse: create index "report_tenant_id_category_id" to table: "reports"
DROP INDEX `report_tenant_id_category_id`;
-- reverse: create index "report_tenant_id_division_code_id" to table: "reports"
DROP INDEX `report_tenant_id_division_code_id`;
-- reverse: create index "report_tenant_id_state_id" to table: "reports"
DROP INDEX `report_tenant_id_state_id`;
-- reverse: create index "report_tenant_id_number" to table: "reports"
DROP INDEX `report_tenant_id_number`;
-- reverse: create "new_reports" table
DROP TABLE `new_reports`;
-- reverse: create index "photo_tenant_id_upload_id" to table: "photos"
DROP INDEX `photo_tenant_id_upload_id`;
-- reverse: create index "photo_tenant_id_subject_kind_subject_id_position" to table: "photos"
DROP INDEX `photo_tenant_id_subject_kind_subject_id_position`;
-- reverse: create "new_photos" table
DROP TABLE `new_photos`;
-- reverse: create index "notice_subject_id" to table: "notices"
DROP INDEX `notice_subject_id`;
-- reverse: add column "digest_at" to table: "notices"
ALTER TABLE `notices` DROP COLUMN `digest_at`;
-- reverse: create index "dispatchrule_tenant_id_category_division_code_source_unit_id" to table: "dispatch_rules"
DROP INDEX `dispatchrule_tenant_id_category_division_code_source_unit_id`;
-- reverse: create "new_dispatch_rules" table
DROP TABLE `new_dispatch_rules`;
-- reverse: add column "leave_substitute_id" to table: "deputies"
ALTER TABLE `deputies` DROP COLUMN `leave_substitute_id`;
-- reverse: add column "leave_from" to table: "deputies"
ALTER TABLE `deputies` DROP COLUMN `leave_from`;
-- reverse: create index "deadline_tenant_id_subject_kind_subject_id" to table: "deadlines"
DROP INDEX `deadline_tenant_id_subject_kind_subject_id`;
-- reverse: create index "deadline_tenant_id_next_check_at" to table: "deadlines"
DROP INDEX `deadline_tenant_id_next_check_at`;
-- reverse: create "new_deadlines" table
DROP TABLE `new_deadlines`;
-- reverse: add column "questions" to table: "categories"
ALTER TABLE `categories` DROP COLUMN `questions`;
-- reverse: create index "auditline_tenant_id_action_id" to table: "audit_lines"
DROP INDEX `auditline_tenant_id_action_id`;
-- reverse: create index "assignment_tenant_id_subject_kind_subject_id" to table: "assignments"
DROP INDEX `assignment_tenant_id_subject_kind_subject_id`;
-- reverse: create index "assignment_tenant_id_unit_id_state_subject_id" to table: "assignments"
DROP INDEX `assignment_tenant_id_unit_id_state_subject_id`;
-- reverse: create "new_assignments" table
DROP TABLE `new_assignments`;
