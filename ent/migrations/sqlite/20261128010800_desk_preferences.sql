-- +goose Up
-- create "desk_preferences" table
CREATE TABLE `desk_preferences` (`tenant_id` text NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `person_id` uuid NOT NULL, `filters` json NOT NULL, `columns` json NOT NULL, `phrases` json NOT NULL, PRIMARY KEY (`tenant_id`, `id`));
-- create index "deskpreference_tenant_id_person_id" to table: "desk_preferences"
CREATE UNIQUE INDEX `deskpreference_tenant_id_person_id` ON `desk_preferences` (`tenant_id`, `person_id`);

-- +goose Down
-- reverse: create index "deskpreference_tenant_id_person_id" to table: "desk_preferences"
DROP INDEX `deskpreference_tenant_id_person_id`;
-- reverse: create "desk_preferences" table
DROP TABLE `desk_preferences`;
