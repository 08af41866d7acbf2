-- +goose Up
-- create "assignments" table
CREATE TABLE `assignments` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `subject_kind` text NOT NULL, `subject_id` uuid NOT NULL, `unit_id` uuid NOT NULL, `part` text NOT NULL DEFAULT ('lead'), `state` text NOT NULL DEFAULT ('assigned'), `round` integer NOT NULL DEFAULT (1), `assigned_by` uuid NULL, `assigned_at` datetime NOT NULL, `taken_at` datetime NULL, `contacted_at` datetime NULL, `replied_at` datetime NULL, `note` text NOT NULL DEFAULT (''), PRIMARY KEY (`tenant_id`, `id`));
-- create index "assignment_tenant_id_unit_id_state_subject_id" to table: "assignments"
CREATE INDEX `assignment_tenant_id_unit_id_state_subject_id` ON `assignments` (`tenant_id`, `unit_id`, `state`, `subject_id`);
-- create index "assignment_tenant_id_subject_kind_subject_id" to table: "assignments"
CREATE INDEX `assignment_tenant_id_subject_kind_subject_id` ON `assignments` (`tenant_id`, `subject_kind`, `subject_id`);
-- create "audit_heads" table
CREATE TABLE `audit_heads` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `seq` integer NOT NULL DEFAULT (0), `hash` text NOT NULL DEFAULT (''), `sealed_at` datetime NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "audithead_tenant_id" to table: "audit_heads"
CREATE UNIQUE INDEX `audithead_tenant_id` ON `audit_heads` (`tenant_id`);
-- create "audit_lines" table
CREATE TABLE `audit_lines` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `actor_id` uuid NULL, `actor_kind` text NOT NULL DEFAULT (''), `actor_role` text NOT NULL DEFAULT (''), `actor_tenant` text NOT NULL DEFAULT (''), `address` text NOT NULL DEFAULT (''), `request_id` text NOT NULL DEFAULT (''), `action` text NOT NULL, `subject_kind` text NOT NULL DEFAULT (''), `subject_id` text NOT NULL DEFAULT (''), `reason` text NOT NULL DEFAULT (''), `facts` json NULL, `seq` integer NULL, `prev_hash` text NOT NULL DEFAULT (''), `hash` text NOT NULL DEFAULT (''), PRIMARY KEY (`tenant_id`, `id`));
-- create index "auditline_tenant_id_subject_kind_subject_id" to table: "audit_lines"
CREATE INDEX `auditline_tenant_id_subject_kind_subject_id` ON `audit_lines` (`tenant_id`, `subject_kind`, `subject_id`);
-- create index "auditline_tenant_id_actor_id" to table: "audit_lines"
CREATE INDEX `auditline_tenant_id_actor_id` ON `audit_lines` (`tenant_id`, `actor_id`);
-- create index "auditline_tenant_id_seq" to table: "audit_lines"
CREATE UNIQUE INDEX `auditline_tenant_id_seq` ON `audit_lines` (`tenant_id`, `seq`) WHERE seq IS NOT NULL;
-- create index "auditline_tenant_id_id" to table: "audit_lines"
CREATE INDEX `auditline_tenant_id_id` ON `audit_lines` (`tenant_id`, `id`) WHERE seq IS NULL;
-- create "calendar_days" table
CREATE TABLE `calendar_days` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `day` text NOT NULL, `working` bool NOT NULL, `name` text NOT NULL DEFAULT (''), `source` text NOT NULL DEFAULT (''), PRIMARY KEY (`id`));
-- create index "calendar_days_day_key" to table: "calendar_days"
CREATE UNIQUE INDEX `calendar_days_day_key` ON `calendar_days` (`day`);
-- create "calendar_years" table
CREATE TABLE `calendar_years` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `year` integer NOT NULL, `source` text NOT NULL DEFAULT (''), PRIMARY KEY (`id`));
-- create index "calendar_years_year_key" to table: "calendar_years"
CREATE UNIQUE INDEX `calendar_years_year_key` ON `calendar_years` (`year`);
-- create "categories" table
CREATE TABLE `categories` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `code` text NOT NULL, `name` text NOT NULL, `icon` text NOT NULL DEFAULT (''), `hint` text NOT NULL DEFAULT (''), `position` integer NOT NULL DEFAULT (0), `verify_first` bool NOT NULL DEFAULT (true), `clock_class` text NOT NULL DEFAULT ('ordinary'), `private_default` bool NOT NULL DEFAULT (false), `danger_hint` bool NOT NULL DEFAULT (false), `professions` json NULL, `active` bool NOT NULL DEFAULT (true), PRIMARY KEY (`id`));
-- create index "categories_code_key" to table: "categories"
CREATE UNIQUE INDEX `categories_code_key` ON `categories` (`code`);
-- create "category_codes" table
CREATE TABLE `category_codes` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `kind` text NOT NULL, `code` text NOT NULL, `name` text NOT NULL, `group` text NOT NULL, `standard_ref` text NOT NULL, `category` text NOT NULL DEFAULT ('other'), PRIMARY KEY (`id`));
-- create index "categorycode_kind_code_standard_ref" to table: "category_codes"
CREATE UNIQUE INDEX `categorycode_kind_code_standard_ref` ON `category_codes` (`kind`, `code`, `standard_ref`);
-- create index "categorycode_category" to table: "category_codes"
CREATE INDEX `categorycode_category` ON `category_codes` (`category`);
-- create "congresses" table
CREATE TABLE `congresses` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `deleted_at` datetime NULL, `level` text NOT NULL, `division_code` text NOT NULL, `name` text NOT NULL, `term` integer NOT NULL, `term_from` datetime NULL, `term_to` datetime NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "congress_tenant_id_level_division_code_term" to table: "congresses"
CREATE UNIQUE INDEX `congress_tenant_id_level_division_code_term` ON `congresses` (`tenant_id`, `level`, `division_code`, `term`);
-- create "credentials" table
CREATE TABLE `credentials` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `person_id` uuid NOT NULL, `username` text NULL, `password_hash` text NOT NULL DEFAULT (''), `password_history` json NULL, `must_change` bool NOT NULL DEFAULT (false), `totp_sealed` blob NULL, `totp_confirmed` bool NOT NULL DEFAULT (false), `totp_last_step` integer NOT NULL DEFAULT (0), `recovery_hashes` json NULL, `password_changed_at` datetime NULL, PRIMARY KEY (`id`));
-- create index "credentials_person_id_key" to table: "credentials"
CREATE UNIQUE INDEX `credentials_person_id_key` ON `credentials` (`person_id`);
-- create index "credentials_username_key" to table: "credentials"
CREATE UNIQUE INDEX `credentials_username_key` ON `credentials` (`username`);
-- create "deadlines" table
CREATE TABLE `deadlines` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `subject_kind` text NOT NULL, `subject_id` uuid NOT NULL, `kind` text NOT NULL, `owner_kind` text NOT NULL DEFAULT (''), `owner_id` uuid NULL, `amount` integer NOT NULL DEFAULT (0), `unit` text NOT NULL DEFAULT ('h'), `started_at` datetime NOT NULL, `due_at` datetime NOT NULL, `first_due_at` datetime NOT NULL, `provisional` bool NOT NULL DEFAULT (false), `stopped_at` datetime NULL, `stop_reason` text NOT NULL DEFAULT (''), `paused_at` datetime NULL, `resume_at` datetime NULL, `fired_at` datetime NULL, `next_check_at` datetime NULL, `rung` integer NOT NULL DEFAULT (0), PRIMARY KEY (`tenant_id`, `id`));
-- create index "deadline_tenant_id_next_check_at" to table: "deadlines"
CREATE INDEX `deadline_tenant_id_next_check_at` ON `deadlines` (`tenant_id`, `next_check_at`);
-- create index "deadline_tenant_id_subject_kind_subject_id" to table: "deadlines"
CREATE INDEX `deadline_tenant_id_subject_kind_subject_id` ON `deadlines` (`tenant_id`, `subject_kind`, `subject_id`);
-- create "deputies" table
CREATE TABLE `deputies` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `deleted_at` datetime NULL, `person_id` uuid NOT NULL, `name` text NOT NULL, `gender` text NOT NULL DEFAULT (''), `home_division` text NOT NULL, `lat` real NULL, `lng` real NULL, `profession` text NOT NULL DEFAULT (''), `employer` text NOT NULL DEFAULT (''), `photo_key` text NOT NULL DEFAULT (''), `introduction` text NOT NULL DEFAULT (''), `takes_reports` bool NOT NULL DEFAULT (true), `leave_until` datetime NULL, `live_reports` integer NOT NULL DEFAULT (0), PRIMARY KEY (`tenant_id`, `id`));
-- create index "deputy_tenant_id_person_id" to table: "deputies"
CREATE UNIQUE INDEX `deputy_tenant_id_person_id` ON `deputies` (`tenant_id`, `person_id`);
-- create index "deputy_tenant_id_home_division" to table: "deputies"
CREATE INDEX `deputy_tenant_id_home_division` ON `deputies` (`tenant_id`, `home_division`);
-- create "deputy_seats" table
CREATE TABLE `deputy_seats` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `level` text NOT NULL, `term` integer NOT NULL, `electing_unit` text NOT NULL DEFAULT (''), `constituency` json NOT NULL, `ended_at` datetime NULL, `congress_id` uuid NOT NULL, `deputy_id` uuid NOT NULL, PRIMARY KEY (`tenant_id`, `id`), CONSTRAINT `deputy_seats_congresses_seats` FOREIGN KEY (`tenant_id`, `congress_id`) REFERENCES `congresses` (`tenant_id`, `id`) ON DELETE NO ACTION, CONSTRAINT `deputy_seats_deputies_seats` FOREIGN KEY (`tenant_id`, `deputy_id`) REFERENCES `deputies` (`tenant_id`, `id`) ON DELETE NO ACTION);
-- create index "deputyseat_tenant_id_deputy_id" to table: "deputy_seats"
CREATE INDEX `deputyseat_tenant_id_deputy_id` ON `deputy_seats` (`tenant_id`, `deputy_id`);
-- create "dispatch_rules" table
CREATE TABLE `dispatch_rules` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `category` text NOT NULL, `division_code` text NOT NULL, `is_default` bool NOT NULL DEFAULT (false), `unit_id` uuid NOT NULL, PRIMARY KEY (`tenant_id`, `id`), CONSTRAINT `dispatch_rules_handling_units_rules` FOREIGN KEY (`tenant_id`, `unit_id`) REFERENCES `handling_units` (`tenant_id`, `id`) ON DELETE NO ACTION);
-- create index "dispatchrule_tenant_id_category_division_code_unit_id" to table: "dispatch_rules"
CREATE UNIQUE INDEX `dispatchrule_tenant_id_category_division_code_unit_id` ON `dispatch_rules` (`tenant_id`, `category`, `division_code`, `unit_id`);
-- create "divisions" table
CREATE TABLE `divisions` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `code` text NOT NULL, `parent_code` text NOT NULL DEFAULT (''), `level` text NOT NULL, `kind` text NOT NULL DEFAULT (''), `name` text NOT NULL, `short_name` text NOT NULL DEFAULT (''), `valid_from` datetime NOT NULL, `valid_to` datetime NULL, `successors` json NULL, `population` json NULL, `lat` real NULL, `lng` real NULL, PRIMARY KEY (`id`));
-- create index "division_code_valid_from" to table: "divisions"
CREATE UNIQUE INDEX `division_code_valid_from` ON `divisions` (`code`, `valid_from`);
-- create index "division_parent_code_code" to table: "divisions"
CREATE INDEX `division_parent_code_code` ON `divisions` (`parent_code`, `code`);
-- create "division_boundaries" table
CREATE TABLE `division_boundaries` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `division_code` text NOT NULL, `min_lat` real NOT NULL, `max_lat` real NOT NULL, `min_lng` real NOT NULL, `max_lng` real NOT NULL, `polygons` json NOT NULL, `source` text NOT NULL DEFAULT (''), PRIMARY KEY (`id`));
-- create index "division_boundaries_division_code_key" to table: "division_boundaries"
CREATE UNIQUE INDEX `division_boundaries_division_code_key` ON `division_boundaries` (`division_code`);
-- create "grants" table
CREATE TABLE `grants` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `person_id` uuid NOT NULL, `tenant` text NOT NULL, `role` text NOT NULL, `division_code` text NOT NULL, `unit_id` uuid NULL, `station_id` uuid NULL, `deputy_id` uuid NULL, `granted_by` uuid NULL, `valid_to` datetime NULL, `revoked_at` datetime NULL, PRIMARY KEY (`id`));
-- create index "grant_person_id_revoked_at" to table: "grants"
CREATE INDEX `grant_person_id_revoked_at` ON `grants` (`person_id`, `revoked_at`);
-- create index "grant_tenant_role_division_code" to table: "grants"
CREATE INDEX `grant_tenant_role_division_code` ON `grants` (`tenant`, `role`, `division_code`);
-- create index "grant_tenant_unit_id" to table: "grants"
CREATE INDEX `grant_tenant_unit_id` ON `grants` (`tenant`, `unit_id`);
-- create "handling_units" table
CREATE TABLE `handling_units` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `deleted_at` datetime NULL, `code` text NOT NULL, `name` text NOT NULL, `kind` text NOT NULL DEFAULT ('administrative'), `level` text NOT NULL DEFAULT ('district'), `division_code` text NOT NULL, `head_name` text NOT NULL DEFAULT (''), `head_person_id` uuid NULL, `phone` text NOT NULL DEFAULT (''), `active` bool NOT NULL DEFAULT (true), `parent_id` uuid NULL, PRIMARY KEY (`tenant_id`, `id`), CONSTRAINT `handling_units_handling_units_departments` FOREIGN KEY (`tenant_id`, `parent_id`) REFERENCES `handling_units` (`tenant_id`, `id`) ON DELETE NO ACTION);
-- create index "handlingunit_tenant_id_code" to table: "handling_units"
CREATE UNIQUE INDEX `handlingunit_tenant_id_code` ON `handling_units` (`tenant_id`, `code`);
-- create index "handlingunit_tenant_id_division_code" to table: "handling_units"
CREATE INDEX `handlingunit_tenant_id_division_code` ON `handling_units` (`tenant_id`, `division_code`);
-- create "idempotency_keys" table
CREATE TABLE `idempotency_keys` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `person_id` uuid NOT NULL, `route` text NOT NULL, `key` text NOT NULL, `body_hash` text NOT NULL, `result_id` uuid NULL, `answer` blob NULL, `expires_at` datetime NOT NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "idempotencykey_tenant_id_person_id_route_key" to table: "idempotency_keys"
CREATE UNIQUE INDEX `idempotencykey_tenant_id_person_id_route_key` ON `idempotency_keys` (`tenant_id`, `person_id`, `route`, `key`);
-- create index "idempotencykey_tenant_id_expires_at" to table: "idempotency_keys"
CREATE INDEX `idempotencykey_tenant_id_expires_at` ON `idempotency_keys` (`tenant_id`, `expires_at`);
-- create "notices" table
CREATE TABLE `notices` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `person_id` uuid NOT NULL, `tenant` text NOT NULL, `template` text NOT NULL, `params` json NOT NULL, `subject_kind` text NOT NULL DEFAULT (''), `subject_id` uuid NULL, `read_at` datetime NULL, PRIMARY KEY (`id`));
-- create index "notice_person_id_id" to table: "notices"
CREATE INDEX `notice_person_id_id` ON `notices` (`person_id`, `id`);
-- create "number_sequences" table
CREATE TABLE `number_sequences` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `kind` text NOT NULL, `year` integer NOT NULL, `last` integer NOT NULL DEFAULT (0), PRIMARY KEY (`tenant_id`, `id`));
-- create index "numbersequence_tenant_id_kind_year" to table: "number_sequences"
CREATE UNIQUE INDEX `numbersequence_tenant_id_kind_year` ON `number_sequences` (`tenant_id`, `kind`, `year`);
-- create "persons" table
CREATE TABLE `persons` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `kind` text NOT NULL DEFAULT ('citizen'), `name` text NOT NULL DEFAULT (''), `phone_sealed` blob NULL, `phone_index` text NULL, `grant_version` integer NOT NULL DEFAULT (1), `last_seen_at` datetime NULL, `closed_at` datetime NULL, PRIMARY KEY (`id`));
-- create index "persons_phone_index_key" to table: "persons"
CREATE UNIQUE INDEX `persons_phone_index_key` ON `persons` (`phone_index`);
-- create "person_reports" table
CREATE TABLE `person_reports` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `person_id` uuid NOT NULL, `tenant` text NOT NULL, `report_id` uuid NOT NULL, `relation` text NOT NULL DEFAULT ('reporter'), PRIMARY KEY (`id`));
-- create index "personreport_person_id_report_id" to table: "person_reports"
CREATE UNIQUE INDEX `personreport_person_id_report_id` ON `person_reports` (`person_id`, `report_id`);
-- create "photos" table
CREATE TABLE `photos` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `deleted_at` datetime NULL, `subject_kind` text NOT NULL DEFAULT ('report'), `subject_id` uuid NOT NULL, `upload_id` uuid NOT NULL, `person_id` uuid NOT NULL, `role` text NOT NULL DEFAULT ('before'), `position` integer NOT NULL DEFAULT (0), `content_type` text NOT NULL, `size` integer NOT NULL, `sha256` text NOT NULL, `width` integer NOT NULL DEFAULT (0), `height` integer NOT NULL DEFAULT (0), `original_key` text NOT NULL, `original_version` text NOT NULL DEFAULT (''), `medium_key` text NOT NULL DEFAULT (''), `medium_version` text NOT NULL DEFAULT (''), `thumb_key` text NOT NULL DEFAULT (''), `thumb_version` text NOT NULL DEFAULT (''), `captured_at` datetime NULL, `claimed_lat` real NULL, `claimed_lng` real NULL, `published` bool NOT NULL DEFAULT (false), `copies_removed_at` datetime NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "photo_tenant_id_subject_kind_subject_id_position" to table: "photos"
CREATE INDEX `photo_tenant_id_subject_kind_subject_id_position` ON `photos` (`tenant_id`, `subject_kind`, `subject_id`, `position`);
-- create index "photo_tenant_id_upload_id" to table: "photos"
CREATE UNIQUE INDEX `photo_tenant_id_upload_id` ON `photos` (`tenant_id`, `upload_id`);
-- create "places" table
CREATE TABLE `places` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `deleted_at` datetime NULL, `kind` text NOT NULL DEFAULT ('compound'), `name` text NOT NULL, `aliases` json NOT NULL, `division_code` text NOT NULL, `address` text NOT NULL DEFAULT (''), `lat` real NULL, `lng` real NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "place_tenant_id_division_code_name" to table: "places"
CREATE INDEX `place_tenant_id_division_code_name` ON `places` (`tenant_id`, `division_code`, `name`);
-- create "place_terms" table
CREATE TABLE `place_terms` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `term` text NOT NULL, `place_id` uuid NOT NULL, PRIMARY KEY (`tenant_id`, `id`), CONSTRAINT `place_terms_places_terms` FOREIGN KEY (`tenant_id`, `place_id`) REFERENCES `places` (`tenant_id`, `id`) ON DELETE NO ACTION);
-- create index "placeterm_tenant_id_term_place_id" to table: "place_terms"
CREATE UNIQUE INDEX `placeterm_tenant_id_term_place_id` ON `place_terms` (`tenant_id`, `term`, `place_id`);
-- create index "placeterm_tenant_id_place_id" to table: "place_terms"
CREATE INDEX `placeterm_tenant_id_place_id` ON `place_terms` (`tenant_id`, `place_id`);
-- create "rate_limits" table
CREATE TABLE `rate_limits` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `key` text NOT NULL, `window_start` datetime NOT NULL, `count` integer NOT NULL DEFAULT (0), `expires_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- create index "ratelimit_key_window_start" to table: "rate_limits"
CREATE UNIQUE INDEX `ratelimit_key_window_start` ON `rate_limits` (`key`, `window_start`);
-- create index "ratelimit_expires_at" to table: "rate_limits"
CREATE INDEX `ratelimit_expires_at` ON `rate_limits` (`expires_at`);
-- create "ratings" table
CREATE TABLE `ratings` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `subject_kind` text NOT NULL, `subject_id` uuid NOT NULL, `thread_id` uuid NOT NULL, `round` integer NOT NULL DEFAULT (1), `person_id` uuid NOT NULL, `result` integer NOT NULL, `attitude` integer NULL, `comment` text NOT NULL DEFAULT (''), `channel` text NOT NULL DEFAULT ('app'), PRIMARY KEY (`tenant_id`, `id`));
-- create index "rating_tenant_id_subject_id_round_person_id" to table: "ratings"
CREATE UNIQUE INDEX `rating_tenant_id_subject_id_round_person_id` ON `ratings` (`tenant_id`, `subject_id`, `round`, `person_id`);
-- create "recusals" table
CREATE TABLE `recusals` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `person_id` uuid NOT NULL, `subject_kind` text NOT NULL, `subject_key` text NOT NULL, `reason` text NOT NULL DEFAULT (''), `ended_at` datetime NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "recusal_tenant_id_person_id" to table: "recusals"
CREATE INDEX `recusal_tenant_id_person_id` ON `recusals` (`tenant_id`, `person_id`);
-- create index "recusal_tenant_id_subject_kind_subject_key" to table: "recusals"
CREATE INDEX `recusal_tenant_id_subject_kind_subject_key` ON `recusals` (`tenant_id`, `subject_kind`, `subject_key`);
-- create "reports" table
CREATE TABLE `reports` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `number` text NOT NULL, `thread_id` uuid NOT NULL, `round` integer NOT NULL DEFAULT (1), `state` text NOT NULL DEFAULT ('submitted'), `close_reason` text NOT NULL DEFAULT ('none'), `category` text NOT NULL, `clock_class` text NOT NULL DEFAULT ('ordinary'), `verify_first` bool NOT NULL DEFAULT (true), `title` text NOT NULL DEFAULT (''), `description` text NOT NULL, `division_code` text NOT NULL, `place_id` uuid NULL, `address` text NOT NULL DEFAULT (''), `lat` real NULL, `lng` real NULL, `accuracy_m` real NULL, `cell_lat` integer NULL, `cell_lng` integer NULL, `source_lat` real NULL, `source_lng` real NULL, `occurs_from` datetime NULL, `occurs_to` datetime NULL, `source` text NOT NULL DEFAULT ('citizen'), `reporter_id` uuid NOT NULL, `on_behalf_sealed` blob NULL, `identity_level` text NOT NULL DEFAULT ('hidden_public'), `visibility` text NOT NULL DEFAULT ('private'), `published_at` datetime NULL, `danger` bool NOT NULL DEFAULT (false), `in_legal_process` bool NOT NULL DEFAULT (false), `respondent` text NOT NULL DEFAULT (''), `respondent_key` text NOT NULL DEFAULT (''), `preferred_deputy_id` uuid NULL, `station_id` uuid NULL, `owner_kind` text NOT NULL DEFAULT ('office'), `owner_id` uuid NULL, `owner_label` text NOT NULL DEFAULT (''), `lead_deputy_id` uuid NULL, `lead_unit_id` uuid NULL, `promised_at` datetime NULL, `due_at` datetime NULL, `closed_at` datetime NULL, `follower_count` integer NOT NULL DEFAULT (0), `detached_at` datetime NULL, `desk_check` bool NOT NULL DEFAULT (false), PRIMARY KEY (`tenant_id`, `id`));
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
-- create "report_deputies" table
CREATE TABLE `report_deputies` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `deputy_id` uuid NOT NULL, `person_id` uuid NOT NULL, `part` text NOT NULL DEFAULT ('lead'), `ended_at` datetime NULL, `report_id` uuid NOT NULL, PRIMARY KEY (`tenant_id`, `id`), CONSTRAINT `report_deputies_reports_deputies` FOREIGN KEY (`tenant_id`, `report_id`) REFERENCES `reports` (`tenant_id`, `id`) ON DELETE NO ACTION);
-- create index "reportdeputy_tenant_id_report_id_deputy_id" to table: "report_deputies"
CREATE UNIQUE INDEX `reportdeputy_tenant_id_report_id_deputy_id` ON `report_deputies` (`tenant_id`, `report_id`, `deputy_id`);
-- create index "reportdeputy_tenant_id_person_id_report_id" to table: "report_deputies"
CREATE INDEX `reportdeputy_tenant_id_person_id_report_id` ON `report_deputies` (`tenant_id`, `person_id`, `report_id`);
-- create "report_events" table
CREATE TABLE `report_events` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `row` integer NOT NULL DEFAULT (0), `action` text NOT NULL, `from_state` text NOT NULL DEFAULT (''), `to_state` text NOT NULL, `round` integer NOT NULL DEFAULT (1), `actor_id` uuid NULL, `actor_part` text NOT NULL DEFAULT (''), `actor_label` text NOT NULL DEFAULT (''), `public_text` text NOT NULL DEFAULT (''), `internal_note` text NOT NULL DEFAULT (''), `data` json NULL, `at` datetime NOT NULL, `report_id` uuid NOT NULL, PRIMARY KEY (`tenant_id`, `id`), CONSTRAINT `report_events_reports_events` FOREIGN KEY (`tenant_id`, `report_id`) REFERENCES `reports` (`tenant_id`, `id`) ON DELETE NO ACTION);
-- create index "reportevent_tenant_id_report_id_id" to table: "report_events"
CREATE INDEX `reportevent_tenant_id_report_id_id` ON `report_events` (`tenant_id`, `report_id`, `id`);
-- create "report_offers" table
CREATE TABLE `report_offers` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `deputy_id` uuid NOT NULL, `person_id` uuid NOT NULL, `state` text NOT NULL DEFAULT ('offered'), `score` integer NOT NULL DEFAULT (0), `reasons` json NOT NULL, `answered_at` datetime NULL, `report_id` uuid NOT NULL, PRIMARY KEY (`tenant_id`, `id`), CONSTRAINT `report_offers_reports_offers` FOREIGN KEY (`tenant_id`, `report_id`) REFERENCES `reports` (`tenant_id`, `id`) ON DELETE NO ACTION);
-- create index "reportoffer_tenant_id_report_id_deputy_id" to table: "report_offers"
CREATE UNIQUE INDEX `reportoffer_tenant_id_report_id_deputy_id` ON `report_offers` (`tenant_id`, `report_id`, `deputy_id`);
-- create index "reportoffer_tenant_id_person_id_state_report_id" to table: "report_offers"
CREATE INDEX `reportoffer_tenant_id_person_id_state_report_id` ON `report_offers` (`tenant_id`, `person_id`, `state`, `report_id`);
-- create "report_proposals" table
CREATE TABLE `report_proposals` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `report_id` uuid NOT NULL, `action` text NOT NULL, `proposer_id` uuid NOT NULL, `proposer_part` text NOT NULL, `unit_id` uuid NULL, `body` blob NOT NULL, `state` text NOT NULL DEFAULT ('pending'), `decided_by` uuid NULL, `decided_at` datetime NULL, `reason` text NOT NULL DEFAULT (''), PRIMARY KEY (`tenant_id`, `id`));
-- create index "reportproposal_tenant_id_report_id_state" to table: "report_proposals"
CREATE INDEX `reportproposal_tenant_id_report_id_state` ON `report_proposals` (`tenant_id`, `report_id`, `state`);
-- create "report_recusals" table
CREATE TABLE `report_recusals` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `person_id` uuid NOT NULL, `reason` text NOT NULL DEFAULT (''), `report_id` uuid NOT NULL, PRIMARY KEY (`tenant_id`, `id`), CONSTRAINT `report_recusals_reports_recusals` FOREIGN KEY (`tenant_id`, `report_id`) REFERENCES `reports` (`tenant_id`, `id`) ON DELETE NO ACTION);
-- create index "reportrecusal_tenant_id_person_id_report_id" to table: "report_recusals"
CREATE UNIQUE INDEX `reportrecusal_tenant_id_person_id_report_id` ON `report_recusals` (`tenant_id`, `person_id`, `report_id`);
-- create "report_terms" table
CREATE TABLE `report_terms` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `term` text NOT NULL, `report_id` uuid NOT NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "reportterm_tenant_id_term_report_id" to table: "report_terms"
CREATE UNIQUE INDEX `reportterm_tenant_id_term_report_id` ON `report_terms` (`tenant_id`, `term`, `report_id`);
-- create index "reportterm_tenant_id_report_id" to table: "report_terms"
CREATE INDEX `reportterm_tenant_id_report_id` ON `report_terms` (`tenant_id`, `report_id`);
-- create "sessions" table
CREATE TABLE `sessions` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `person_id` uuid NOT NULL, `kind` text NOT NULL DEFAULT ('citizen'), `grant_version` integer NOT NULL DEFAULT (1), `generation` integer NOT NULL DEFAULT (1), `second_factor` bool NOT NULL DEFAULT (false), `must_change` bool NOT NULL DEFAULT (false), `device` text NOT NULL DEFAULT (''), `address` text NOT NULL DEFAULT (''), `last_used_at` datetime NOT NULL, `expires_at` datetime NOT NULL, `revoked_at` datetime NULL, `revoked_reason` text NOT NULL DEFAULT (''), PRIMARY KEY (`id`));
-- create index "session_person_id_revoked_at" to table: "sessions"
CREATE INDEX `session_person_id_revoked_at` ON `sessions` (`person_id`, `revoked_at`);
-- create "sms_codes" table
CREATE TABLE `sms_codes` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `phone_index` text NOT NULL, `code_hash` text NOT NULL, `tries` integer NOT NULL DEFAULT (0), `expires_at` datetime NOT NULL, `used_at` datetime NULL, PRIMARY KEY (`id`));
-- create index "smscode_phone_index_created_at" to table: "sms_codes"
CREATE INDEX `smscode_phone_index_created_at` ON `sms_codes` (`phone_index`, `created_at`);
-- create "sms_messages" table
CREATE TABLE `sms_messages` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `tenant` text NOT NULL DEFAULT (''), `person_id` uuid NULL, `phone_sealed` blob NULL, `template` text NOT NULL, `params_sealed` blob NOT NULL, `status` text NOT NULL DEFAULT ('queued'), `gateway_id` text NOT NULL DEFAULT (''), `error` text NOT NULL DEFAULT (''), `sent_at` datetime NULL, PRIMARY KEY (`id`));
-- create "stations" table
CREATE TABLE `stations` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `deleted_at` datetime NULL, `name` text NOT NULL, `kind` text NOT NULL DEFAULT ('comprehensive'), `division_code` text NOT NULL, `address` text NOT NULL DEFAULT (''), `lat` real NULL, `lng` real NULL, `opening_hours` text NOT NULL DEFAULT (''), `phone` text NOT NULL DEFAULT (''), `feature` text NOT NULL DEFAULT (''), PRIMARY KEY (`tenant_id`, `id`));
-- create index "station_tenant_id_division_code" to table: "stations"
CREATE INDEX `station_tenant_id_division_code` ON `stations` (`tenant_id`, `division_code`);
-- create "station_deputies" table
CREATE TABLE `station_deputies` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `deputy_id` uuid NOT NULL, `station_id` uuid NOT NULL, PRIMARY KEY (`tenant_id`, `id`), CONSTRAINT `station_deputies_deputies_stations` FOREIGN KEY (`tenant_id`, `deputy_id`) REFERENCES `deputies` (`tenant_id`, `id`) ON DELETE NO ACTION, CONSTRAINT `station_deputies_stations_deputies` FOREIGN KEY (`tenant_id`, `station_id`) REFERENCES `stations` (`tenant_id`, `id`) ON DELETE NO ACTION);
-- create index "stationdeputy_tenant_id_station_id_deputy_id" to table: "station_deputies"
CREATE UNIQUE INDEX `stationdeputy_tenant_id_station_id_deputy_id` ON `station_deputies` (`tenant_id`, `station_id`, `deputy_id`);
-- create index "stationdeputy_tenant_id_deputy_id" to table: "station_deputies"
CREATE INDEX `stationdeputy_tenant_id_deputy_id` ON `station_deputies` (`tenant_id`, `deputy_id`);
-- create "tenants" table
CREATE TABLE `tenants` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `code` text NOT NULL, `division_code` text NOT NULL, `name` text NOT NULL, `brand_name` text NOT NULL DEFAULT (''), `color` text NOT NULL DEFAULT ('#b3261e'), `logo_key` text NOT NULL DEFAULT (''), `hosts` json NOT NULL, `modules` json NOT NULL, `clocks` json NOT NULL, `settings` json NOT NULL, `reserved` bool NOT NULL DEFAULT (false), `open` bool NOT NULL DEFAULT (true), PRIMARY KEY (`id`));
-- create index "tenants_code_key" to table: "tenants"
CREATE UNIQUE INDEX `tenants_code_key` ON `tenants` (`code`);
-- create "uploads" table
CREATE TABLE `uploads` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `person_id` uuid NOT NULL, `file_name` text NOT NULL DEFAULT (''), `content_type` text NOT NULL, `size` integer NOT NULL, `sha256` text NOT NULL, `state` text NOT NULL DEFAULT ('ticketed'), `staging_key` text NOT NULL, `staging_version` text NOT NULL DEFAULT (''), `original_key` text NOT NULL DEFAULT (''), `original_version` text NOT NULL DEFAULT (''), `medium_key` text NOT NULL DEFAULT (''), `medium_version` text NOT NULL DEFAULT (''), `thumb_key` text NOT NULL DEFAULT (''), `thumb_version` text NOT NULL DEFAULT (''), `width` integer NOT NULL DEFAULT (0), `height` integer NOT NULL DEFAULT (0), `captured_at` datetime NULL, `claimed_lat` real NULL, `claimed_lng` real NULL, `reject_code` text NOT NULL DEFAULT (''), `expires_at` datetime NOT NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "upload_tenant_id_state_expires_at" to table: "uploads"
CREATE INDEX `upload_tenant_id_state_expires_at` ON `uploads` (`tenant_id`, `state`, `expires_at`);
-- create index "upload_tenant_id_person_id_state" to table: "uploads"
CREATE INDEX `upload_tenant_id_person_id_state` ON `uploads` (`tenant_id`, `person_id`, `state`);

-- +goose Down
-- reverse: create index "upload_tenant_id_person_id_state" to table: "uploads"
DROP INDEX `upload_tenant_id_person_id_state`;
-- reverse: create index "upload_tenant_id_state_expires_at" to table: "uploads"
DROP INDEX `upload_tenant_id_state_expires_at`;
-- reverse: create "uploads" table
DROP TABLE `uploads`;
-- reverse: create index "tenants_code_key" to table: "tenants"
DROP INDEX `tenants_code_key`;
-- reverse: create "tenants" table
DROP TABLE `tenants`;
-- reverse: create index "stationdeputy_tenant_id_deputy_id" to table: "station_deputies"
DROP INDEX `stationdeputy_tenant_id_deputy_id`;
-- reverse: create index "stationdeputy_tenant_id_station_id_deputy_id" to table: "station_deputies"
DROP INDEX `stationdeputy_tenant_id_station_id_deputy_id`;
-- reverse: create "station_deputies" table
DROP TABLE `station_deputies`;
-- reverse: create index "station_tenant_id_division_code" to table: "stations"
DROP INDEX `station_tenant_id_division_code`;
-- reverse: create "stations" table
DROP TABLE `stations`;
-- reverse: create "sms_messages" table
DROP TABLE `sms_messages`;
-- reverse: create index "smscode_phone_index_created_at" to table: "sms_codes"
DROP INDEX `smscode_phone_index_created_at`;
-- reverse: create "sms_codes" table
DROP TABLE `sms_codes`;
-- reverse: create index "session_person_id_revoked_at" to table: "sessions"
DROP INDEX `session_person_id_revoked_at`;
-- reverse: create "sessions" table
DROP TABLE `sessions`;
-- reverse: create index "reportterm_tenant_id_report_id" to table: "report_terms"
DROP INDEX `reportterm_tenant_id_report_id`;
-- reverse: create index "reportterm_tenant_id_term_report_id" to table: "report_terms"
DROP INDEX `reportterm_tenant_id_term_report_id`;
-- reverse: create "report_terms" table
DROP TABLE `report_terms`;
-- reverse: create index "reportrecusal_tenant_id_person_id_report_id" to table: "report_recusals"
DROP INDEX `reportrecusal_tenant_id_person_id_report_id`;
-- reverse: create "report_recusals" table
DROP TABLE `report_recusals`;
-- reverse: create index "reportproposal_tenant_id_report_id_state" to table: "report_proposals"
DROP INDEX `reportproposal_tenant_id_report_id_state`;
-- reverse: create "report_proposals" table
DROP TABLE `report_proposals`;
-- reverse: create index "reportoffer_tenant_id_person_id_state_report_id" to table: "report_offers"
DROP INDEX `reportoffer_tenant_id_person_id_state_report_id`;
-- reverse: create index "reportoffer_tenant_id_report_id_deputy_id" to table: "report_offers"
DROP INDEX `reportoffer_tenant_id_report_id_deputy_id`;
-- reverse: create "report_offers" table
DROP TABLE `report_offers`;
-- reverse: create index "reportevent_tenant_id_report_id_id" to table: "report_events"
DROP INDEX `reportevent_tenant_id_report_id_id`;
-- reverse: create "report_events" table
DROP TABLE `report_events`;
-- reverse: create index "reportdeputy_tenant_id_person_id_report_id" to table: "report_deputies"
DROP INDEX `reportdeputy_tenant_id_person_id_report_id`;
-- reverse: create index "reportdeputy_tenant_id_report_id_deputy_id" to table: "report_deputies"
DROP INDEX `reportdeputy_tenant_id_report_id_deputy_id`;
-- reverse: create "report_deputies" table
DROP TABLE `report_deputies`;
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
-- reverse: create "reports" table
DROP TABLE `reports`;
-- reverse: create index "recusal_tenant_id_subject_kind_subject_key" to table: "recusals"
DROP INDEX `recusal_tenant_id_subject_kind_subject_key`;
-- reverse: create index "recusal_tenant_id_person_id" to table: "recusals"
DROP INDEX `recusal_tenant_id_person_id`;
-- reverse: create "recusals" table
DROP TABLE `recusals`;
-- reverse: create index "rating_tenant_id_subject_id_round_person_id" to table: "ratings"
DROP INDEX `rating_tenant_id_subject_id_round_person_id`;
-- reverse: create "ratings" table
DROP TABLE `ratings`;
-- reverse: create index "ratelimit_expires_at" to table: "rate_limits"
DROP INDEX `ratelimit_expires_at`;
-- reverse: create index "ratelimit_key_window_start" to table: "rate_limits"
DROP INDEX `ratelimit_key_window_start`;
-- reverse: create "rate_limits" table
DROP TABLE `rate_limits`;
-- reverse: create index "placeterm_tenant_id_place_id" to table: "place_terms"
DROP INDEX `placeterm_tenant_id_place_id`;
-- reverse: create index "placeterm_tenant_id_term_place_id" to table: "place_terms"
DROP INDEX `placeterm_tenant_id_term_place_id`;
-- reverse: create "place_terms" table
DROP TABLE `place_terms`;
-- reverse: create index "place_tenant_id_division_code_name" to table: "places"
DROP INDEX `place_tenant_id_division_code_name`;
-- reverse: create "places" table
DROP TABLE `places`;
-- reverse: create index "photo_tenant_id_upload_id" to table: "photos"
DROP INDEX `photo_tenant_id_upload_id`;
-- reverse: create index "photo_tenant_id_subject_kind_subject_id_position" to table: "photos"
DROP INDEX `photo_tenant_id_subject_kind_subject_id_position`;
-- reverse: create "photos" table
DROP TABLE `photos`;
-- reverse: create index "personreport_person_id_report_id" to table: "person_reports"
DROP INDEX `personreport_person_id_report_id`;
-- reverse: create "person_reports" table
DROP TABLE `person_reports`;
-- reverse: create index "persons_phone_index_key" to table: "persons"
DROP INDEX `persons_phone_index_key`;
-- reverse: create "persons" table
DROP TABLE `persons`;
-- reverse: create index "numbersequence_tenant_id_kind_year" to table: "number_sequences"
DROP INDEX `numbersequence_tenant_id_kind_year`;
-- reverse: create "number_sequences" table
DROP TABLE `number_sequences`;
-- reverse: create index "notice_person_id_id" to table: "notices"
DROP INDEX `notice_person_id_id`;
-- reverse: create "notices" table
DROP TABLE `notices`;
-- reverse: create index "idempotencykey_tenant_id_expires_at" to table: "idempotency_keys"
DROP INDEX `idempotencykey_tenant_id_expires_at`;
-- reverse: create index "idempotencykey_tenant_id_person_id_route_key" to table: "idempotency_keys"
DROP INDEX `idempotencykey_tenant_id_person_id_route_key`;
-- reverse: create "idempotency_keys" table
DROP TABLE `idempotency_keys`;
-- reverse: create index "handlingunit_tenant_id_division_code" to table: "handling_units"
DROP INDEX `handlingunit_tenant_id_division_code`;
-- reverse: create index "handlingunit_tenant_id_code" to table: "handling_units"
DROP INDEX `handlingunit_tenant_id_code`;
-- reverse: create "handling_units" table
DROP TABLE `handling_units`;
-- reverse: create index "grant_tenant_unit_id" to table: "grants"
DROP INDEX `grant_tenant_unit_id`;
-- reverse: create index "grant_tenant_role_division_code" to table: "grants"
DROP INDEX `grant_tenant_role_division_code`;
-- reverse: create index "grant_person_id_revoked_at" to table: "grants"
DROP INDEX `grant_person_id_revoked_at`;
-- reverse: create "grants" table
DROP TABLE `grants`;
-- reverse: create index "division_boundaries_division_code_key" to table: "division_boundaries"
DROP INDEX `division_boundaries_division_code_key`;
-- reverse: create "division_boundaries" table
DROP TABLE `division_boundaries`;
-- reverse: create index "division_parent_code_code" to table: "divisions"
DROP INDEX `division_parent_code_code`;
-- reverse: create index "division_code_valid_from" to table: "divisions"
DROP INDEX `division_code_valid_from`;
-- reverse: create "divisions" table
DROP TABLE `divisions`;
-- reverse: create index "dispatchrule_tenant_id_category_division_code_unit_id" to table: "dispatch_rules"
DROP INDEX `dispatchrule_tenant_id_category_division_code_unit_id`;
-- reverse: create "dispatch_rules" table
DROP TABLE `dispatch_rules`;
-- reverse: create index "deputyseat_tenant_id_deputy_id" to table: "deputy_seats"
DROP INDEX `deputyseat_tenant_id_deputy_id`;
-- reverse: create "deputy_seats" table
DROP TABLE `deputy_seats`;
-- reverse: create index "deputy_tenant_id_home_division" to table: "deputies"
DROP INDEX `deputy_tenant_id_home_division`;
-- reverse: create index "deputy_tenant_id_person_id" to table: "deputies"
DROP INDEX `deputy_tenant_id_person_id`;
-- reverse: create "deputies" table
DROP TABLE `deputies`;
-- reverse: create index "deadline_tenant_id_subject_kind_subject_id" to table: "deadlines"
DROP INDEX `deadline_tenant_id_subject_kind_subject_id`;
-- reverse: create index "deadline_tenant_id_next_check_at" to table: "deadlines"
DROP INDEX `deadline_tenant_id_next_check_at`;
-- reverse: create "deadlines" table
DROP TABLE `deadlines`;
-- reverse: create index "credentials_username_key" to table: "credentials"
DROP INDEX `credentials_username_key`;
-- reverse: create index "credentials_person_id_key" to table: "credentials"
DROP INDEX `credentials_person_id_key`;
-- reverse: create "credentials" table
DROP TABLE `credentials`;
-- reverse: create index "congress_tenant_id_level_division_code_term" to table: "congresses"
DROP INDEX `congress_tenant_id_level_division_code_term`;
-- reverse: create "congresses" table
DROP TABLE `congresses`;
-- reverse: create index "categorycode_category" to table: "category_codes"
DROP INDEX `categorycode_category`;
-- reverse: create index "categorycode_kind_code_standard_ref" to table: "category_codes"
DROP INDEX `categorycode_kind_code_standard_ref`;
-- reverse: create "category_codes" table
DROP TABLE `category_codes`;
-- reverse: create index "categories_code_key" to table: "categories"
DROP INDEX `categories_code_key`;
-- reverse: create "categories" table
DROP TABLE `categories`;
-- reverse: create index "calendar_years_year_key" to table: "calendar_years"
DROP INDEX `calendar_years_year_key`;
-- reverse: create "calendar_years" table
DROP TABLE `calendar_years`;
-- reverse: create index "calendar_days_day_key" to table: "calendar_days"
DROP INDEX `calendar_days_day_key`;
-- reverse: create "calendar_days" table
DROP TABLE `calendar_days`;
-- reverse: create index "auditline_tenant_id_id" to table: "audit_lines"
DROP INDEX `auditline_tenant_id_id`;
-- reverse: create index "auditline_tenant_id_seq" to table: "audit_lines"
DROP INDEX `auditline_tenant_id_seq`;
-- reverse: create index "auditline_tenant_id_actor_id" to table: "audit_lines"
DROP INDEX `auditline_tenant_id_actor_id`;
-- reverse: create index "auditline_tenant_id_subject_kind_subject_id" to table: "audit_lines"
DROP INDEX `auditline_tenant_id_subject_kind_subject_id`;
-- reverse: create "audit_lines" table
DROP TABLE `audit_lines`;
-- reverse: create index "audithead_tenant_id" to table: "audit_heads"
DROP INDEX `audithead_tenant_id`;
-- reverse: create "audit_heads" table
DROP TABLE `audit_heads`;
-- reverse: create index "assignment_tenant_id_subject_kind_subject_id" to table: "assignments"
DROP INDEX `assignment_tenant_id_subject_kind_subject_id`;
-- reverse: create index "assignment_tenant_id_unit_id_state_subject_id" to table: "assignments"
DROP INDEX `assignment_tenant_id_unit_id_state_subject_id`;
-- reverse: create "assignments" table
DROP TABLE `assignments`;
