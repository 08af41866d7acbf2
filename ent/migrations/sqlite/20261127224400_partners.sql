-- +goose Up
-- create index "reportevent_tenant_id_at" to table: "report_events"
CREATE INDEX `reportevent_tenant_id_at` ON `report_events` (`tenant_id`, `at`);
-- add column "partner_key_id" to table: "reports"
ALTER TABLE `reports` ADD COLUMN `partner_key_id` uuid NULL;
-- create index "report_tenant_id_partner_key_id_id" to table: "reports"
CREATE INDEX `report_tenant_id_partner_key_id_id` ON `reports` (`tenant_id`, `partner_key_id`, `id`);
-- create index "report_tenant_id_visibility_created_at" to table: "reports"
CREATE INDEX `report_tenant_id_visibility_created_at` ON `reports` (`tenant_id`, `visibility`, `created_at`);
-- create "partners" table
CREATE TABLE `partners` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `deleted_at` datetime NULL, `kind` text NOT NULL, `name` text NOT NULL, `channel` text NOT NULL DEFAULT ('http'), `url` text NOT NULL DEFAULT (''), `jurisdiction` text NOT NULL DEFAULT (''), `secret_sealed` blob NULL, `previous_sealed` blob NULL, `previous_until` datetime NULL, `events` json NOT NULL, `categories` json NOT NULL, `statuses` json NOT NULL, `division_code` text NOT NULL DEFAULT (''), `push_at` text NOT NULL DEFAULT (''), `pull` bool NOT NULL DEFAULT (false), `active` bool NOT NULL DEFAULT (true), `pulled_until` datetime NULL, `last_ok_at` datetime NULL, `last_error` text NOT NULL DEFAULT (''), `failures` integer NOT NULL DEFAULT (0), PRIMARY KEY (`tenant_id`, `id`));
-- create index "partner_tenant_id_active_kind" to table: "partners"
CREATE INDEX `partner_tenant_id_active_kind` ON `partners` (`tenant_id`, `active`, `kind`);
-- create "partner_deliveries" table
CREATE TABLE `partner_deliveries` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `partner_id` uuid NOT NULL, `message_id` text NOT NULL, `event` text NOT NULL, `payload` blob NOT NULL, `state` text NOT NULL DEFAULT ('waiting'), `attempts` integer NOT NULL DEFAULT (0), `delivered_at` datetime NULL, `log` json NOT NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "partnerdelivery_tenant_id_partner_id_id" to table: "partner_deliveries"
CREATE INDEX `partnerdelivery_tenant_id_partner_id_id` ON `partner_deliveries` (`tenant_id`, `partner_id`, `id`);
-- create index "partnerdelivery_tenant_id_created_at" to table: "partner_deliveries"
CREATE INDEX `partnerdelivery_tenant_id_created_at` ON `partner_deliveries` (`tenant_id`, `created_at`);
-- create "partner_keys" table
CREATE TABLE `partner_keys` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `name` text NOT NULL, `prefix` text NOT NULL, `hash` text NOT NULL, `scopes` json NOT NULL, `may_publish` bool NOT NULL DEFAULT (false), `daily_limit` integer NOT NULL DEFAULT (500), `partner_id` uuid NULL, `created_by` uuid NOT NULL, `last_used_at` datetime NULL, `expires_at` datetime NULL, `revoked_at` datetime NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "partnerkey_tenant_id_hash" to table: "partner_keys"
CREATE UNIQUE INDEX `partnerkey_tenant_id_hash` ON `partner_keys` (`tenant_id`, `hash`);
-- create "partner_links" table
CREATE TABLE `partner_links` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `partner_id` uuid NOT NULL, `report_id` uuid NOT NULL, `number` text NOT NULL, `direction` text NOT NULL, `remote_id` text NOT NULL DEFAULT (''), `token` text NOT NULL DEFAULT (''), `state` text NOT NULL DEFAULT ('waiting'), `remote_status` text NOT NULL DEFAULT (''), `remote_at` datetime NULL, `sent_at` datetime NULL, `attempts` integer NOT NULL DEFAULT (0), `last_error` text NOT NULL DEFAULT (''), PRIMARY KEY (`tenant_id`, `id`));
-- create index "partnerlink_tenant_id_partner_id_report_id" to table: "partner_links"
CREATE UNIQUE INDEX `partnerlink_tenant_id_partner_id_report_id` ON `partner_links` (`tenant_id`, `partner_id`, `report_id`);
-- create index "partnerlink_tenant_id_partner_id_remote_id" to table: "partner_links"
CREATE INDEX `partnerlink_tenant_id_partner_id_remote_id` ON `partner_links` (`tenant_id`, `partner_id`, `remote_id`);
-- create index "partnerlink_tenant_id_report_id" to table: "partner_links"
CREATE INDEX `partnerlink_tenant_id_report_id` ON `partner_links` (`tenant_id`, `report_id`);
-- create index "partnerlink_tenant_id_partner_id_state_id" to table: "partner_links"
CREATE INDEX `partnerlink_tenant_id_partner_id_state_id` ON `partner_links` (`tenant_id`, `partner_id`, `state`, `id`);
-- create "partner_messages" table
CREATE TABLE `partner_messages` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `partner_id` uuid NOT NULL, `link_id` uuid NOT NULL, `report_id` uuid NOT NULL, `direction` text NOT NULL, `key` text NOT NULL, `action` text NOT NULL DEFAULT (''), `status` text NOT NULL DEFAULT (''), `text` text NOT NULL DEFAULT (''), `state` text NOT NULL DEFAULT ('waiting'), `attempts` integer NOT NULL DEFAULT (0), `last_error` text NOT NULL DEFAULT (''), `at` datetime NOT NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "partnermessage_tenant_id_partner_id_direction_key" to table: "partner_messages"
CREATE UNIQUE INDEX `partnermessage_tenant_id_partner_id_direction_key` ON `partner_messages` (`tenant_id`, `partner_id`, `direction`, `key`);
-- create index "partnermessage_tenant_id_link_id_id" to table: "partner_messages"
CREATE INDEX `partnermessage_tenant_id_link_id_id` ON `partner_messages` (`tenant_id`, `link_id`, `id`);
-- create index "partnermessage_tenant_id_report_id" to table: "partner_messages"
CREATE INDEX `partnermessage_tenant_id_report_id` ON `partner_messages` (`tenant_id`, `report_id`);

-- +goose Down
-- reverse: create index "partnermessage_tenant_id_report_id" to table: "partner_messages"
DROP INDEX `partnermessage_tenant_id_report_id`;
-- reverse: create index "partnermessage_tenant_id_link_id_id" to table: "partner_messages"
DROP INDEX `partnermessage_tenant_id_link_id_id`;
-- reverse: create index "partnermessage_tenant_id_partner_id_direction_key" to table: "partner_messages"
DROP INDEX `partnermessage_tenant_id_partner_id_direction_key`;
-- reverse: create "partner_messages" table
DROP TABLE `partner_messages`;
-- reverse: create index "partnerlink_tenant_id_partner_id_state_id" to table: "partner_links"
DROP INDEX `partnerlink_tenant_id_partner_id_state_id`;
-- reverse: create index "partnerlink_tenant_id_report_id" to table: "partner_links"
DROP INDEX `partnerlink_tenant_id_report_id`;
-- reverse: create index "partnerlink_tenant_id_partner_id_remote_id" to table: "partner_links"
DROP INDEX `partnerlink_tenant_id_partner_id_remote_id`;
-- reverse: create index "partnerlink_tenant_id_partner_id_report_id" to table: "partner_links"
DROP INDEX `partnerlink_tenant_id_partner_id_report_id`;
-- reverse: create "partner_links" table
DROP TABLE `partner_links`;
-- reverse: create index "partnerkey_tenant_id_hash" to table: "partner_keys"
DROP INDEX `partnerkey_tenant_id_hash`;
-- reverse: create "partner_keys" table
DROP TABLE `partner_keys`;
-- reverse: create index "partnerdelivery_tenant_id_created_at" to table: "partner_deliveries"
DROP INDEX `partnerdelivery_tenant_id_created_at`;
-- reverse: create index "partnerdelivery_tenant_id_partner_id_id" to table: "partner_deliveries"
DROP INDEX `partnerdelivery_tenant_id_partner_id_id`;
-- reverse: create "partner_deliveries" table
DROP TABLE `partner_deliveries`;
-- reverse: create index "partner_tenant_id_active_kind" to table: "partners"
DROP INDEX `partner_tenant_id_active_kind`;
-- reverse: create "partners" table
DROP TABLE `partners`;
-- reverse: create index "report_tenant_id_visibility_created_at" to table: "reports"
DROP INDEX `report_tenant_id_visibility_created_at`;
-- reverse: create index "report_tenant_id_partner_key_id_id" to table: "reports"
DROP INDEX `report_tenant_id_partner_key_id_id`;
-- reverse: add column "partner_key_id" to table: "reports"
ALTER TABLE `reports` DROP COLUMN `partner_key_id`;
-- reverse: create index "reportevent_tenant_id_at" to table: "report_events"
DROP INDEX `reportevent_tenant_id_at`;
