-- +goose Up
-- modify "assignments" table
ALTER TABLE "assignments" ADD COLUMN "handler_id" uuid NULL, ADD COLUMN "return_reason" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "proposed_unit_id" uuid NULL, ADD COLUMN "returned_at" timestamptz NULL, ADD COLUMN "opinion" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "opinion_at" timestamptz NULL, ADD COLUMN "due_at" timestamptz NULL;
-- create index "auditline_tenant_id_action_id" to table: "audit_lines"
CREATE INDEX "auditline_tenant_id_action_id" ON "audit_lines" ("tenant_id", "action", "id");
-- modify "categories" table
ALTER TABLE "categories" ADD COLUMN "questions" jsonb NULL;
-- modify "deadlines" table
ALTER TABLE "deadlines" ADD COLUMN "ladder" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "round" bigint NOT NULL DEFAULT 1, ADD COLUMN "pause_reason" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "pauses" bigint NOT NULL DEFAULT 0, ADD COLUMN "extended_at" timestamptz NULL;
-- modify "deputies" table
ALTER TABLE "deputies" ADD COLUMN "leave_from" timestamptz NULL, ADD COLUMN "leave_substitute_id" uuid NULL;
-- drop index "dispatchrule_tenant_id_category_division_code_unit_id" from table: "dispatch_rules"
DROP INDEX "dispatchrule_tenant_id_category_division_code_unit_id";
-- modify "dispatch_rules" table
ALTER TABLE "dispatch_rules" ADD COLUMN "source" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "listed" boolean NOT NULL DEFAULT false, ADD COLUMN "handler_id" uuid NULL, ADD COLUMN "active" boolean NOT NULL DEFAULT true, ADD COLUMN "note" character varying NOT NULL DEFAULT '' COLLATE "C";
-- create index "dispatchrule_tenant_id_category_division_code_source_unit_id" to table: "dispatch_rules"
CREATE UNIQUE INDEX "dispatchrule_tenant_id_category_division_code_source_unit_id" ON "dispatch_rules" ("tenant_id", "category", "division_code", "source", "unit_id");
-- modify "notices" table
ALTER TABLE "notices" ADD COLUMN "digest_at" timestamptz NULL;
-- create index "notice_subject_id" to table: "notices"
CREATE INDEX "notice_subject_id" ON "notices" ("subject_id");
-- modify "photos" table
ALTER TABLE "photos" ADD COLUMN "kind" character varying NOT NULL DEFAULT 'photo' COLLATE "C", ADD COLUMN "duration_ms" bigint NOT NULL DEFAULT 0, ADD COLUMN "decodable" boolean NOT NULL DEFAULT true, ADD COLUMN "companion_of" uuid NULL, ADD COLUMN "phash" bigint NOT NULL DEFAULT 0, ADD COLUMN "redactions" jsonb NULL, ADD COLUMN "redacted_at" timestamptz NULL, ADD COLUMN "redacted_by" uuid NULL, ADD COLUMN "lock_mode" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "retain_until" timestamptz NULL, ADD COLUMN "original_removed_at" timestamptz NULL;
-- modify "report_deputies" table
ALTER TABLE "report_deputies" ADD COLUMN "ended_reason" character varying NOT NULL DEFAULT '' COLLATE "C";
-- modify "reports" table
ALTER TABLE "reports" ADD COLUMN "answers" jsonb NULL, ADD COLUMN "master_id" uuid NULL, ADD COLUMN "state_before_merge" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "split_from_id" uuid NULL, ADD COLUMN "follows_id" uuid NULL, ADD COLUMN "came_from_tenant" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "came_from_id" uuid NULL, ADD COLUMN "came_from_number" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "went_to_tenant" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "went_to_id" uuid NULL, ADD COLUMN "went_to_number" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "appealed_at" timestamptz NULL, ADD COLUMN "referred_up_at" timestamptz NULL, ADD COLUMN "extended_at" timestamptz NULL, ADD COLUMN "paused_until" timestamptz NULL, ADD COLUMN "carried_over_at" timestamptz NULL, ADD COLUMN "review_at" timestamptz NULL, ADD COLUMN "return_disputed" boolean NOT NULL DEFAULT false, ADD COLUMN "returns" bigint NOT NULL DEFAULT 0, ADD COLUMN "rung" bigint NOT NULL DEFAULT 0, ADD COLUMN "supervised" boolean NOT NULL DEFAULT false, ADD COLUMN "false_closing" boolean NOT NULL DEFAULT false, ADD COLUMN "excluded_at" timestamptz NULL, ADD COLUMN "public_title" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "public_description" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "anonymised_at" timestamptz NULL;
-- create index "report_tenant_id_master_id_id" to table: "reports"
CREATE INDEX "report_tenant_id_master_id_id" ON "reports" ("tenant_id", "master_id", "id");
-- create index "report_tenant_id_place_id_id" to table: "reports"
CREATE INDEX "report_tenant_id_place_id_id" ON "reports" ("tenant_id", "place_id", "id");
-- create index "report_tenant_id_state_closed_at" to table: "reports"
CREATE INDEX "report_tenant_id_state_closed_at" ON "reports" ("tenant_id", "state", "closed_at");
-- modify "sms_messages" table
ALTER TABLE "sms_messages" ADD COLUMN "not_before" timestamptz NULL, ADD COLUMN "attempts" bigint NOT NULL DEFAULT 0, ADD COLUMN "dedupe_key" character varying NULL COLLATE "C", ADD COLUMN "subject_kind" character varying NOT NULL DEFAULT '' COLLATE "C", ADD COLUMN "subject_id" uuid NULL, ADD COLUMN "answer_until" timestamptz NULL, ADD COLUMN "delivered_at" timestamptz NULL;
-- create index "sms_messages_dedupe_key_key" to table: "sms_messages"
CREATE UNIQUE INDEX "sms_messages_dedupe_key_key" ON "sms_messages" ("dedupe_key");
-- create index "smsmessage_gateway_id" to table: "sms_messages"
CREATE INDEX "smsmessage_gateway_id" ON "sms_messages" ("gateway_id");
-- create index "smsmessage_person_id_answer_until" to table: "sms_messages"
CREATE INDEX "smsmessage_person_id_answer_until" ON "sms_messages" ("person_id", "answer_until");
-- create index "smsmessage_subject_id" to table: "sms_messages"
CREATE INDEX "smsmessage_subject_id" ON "sms_messages" ("subject_id");
-- modify "uploads" table
ALTER TABLE "uploads" ADD COLUMN "kind" character varying NOT NULL DEFAULT 'photo' COLLATE "C", ADD COLUMN "duration_ms" bigint NOT NULL DEFAULT 0, ADD COLUMN "decodable" boolean NOT NULL DEFAULT true, ADD COLUMN "companion_of" uuid NULL, ADD COLUMN "phash" bigint NOT NULL DEFAULT 0;
-- create "class_proposals" table
CREATE TABLE "class_proposals" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "class_key" character varying NOT NULL COLLATE "C", "category" character varying NOT NULL COLLATE "C", "division_code" character varying NOT NULL COLLATE "C", "place_id" uuid NULL, "reason" character varying NOT NULL COLLATE "C", "count" bigint NOT NULL, "report_ids" jsonb NOT NULL, "state" character varying NOT NULL DEFAULT 'proposed' COLLATE "C", "decided_by" uuid NULL, "decided_at" timestamptz NULL, "decision_reason" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create index "classproposal_tenant_id_class_key" to table: "class_proposals"
CREATE UNIQUE INDEX "classproposal_tenant_id_class_key" ON "class_proposals" ("tenant_id", "class_key");
-- create index "classproposal_tenant_id_state_id" to table: "class_proposals"
CREATE INDEX "classproposal_tenant_id_state_id" ON "class_proposals" ("tenant_id", "state", "id");
-- create "consent_records" table
CREATE TABLE "consent_records" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "person_id" uuid NOT NULL, "purpose" character varying NOT NULL COLLATE "C", "notice_version" character varying NOT NULL COLLATE "C", "tenant" character varying NOT NULL DEFAULT '' COLLATE "C", "subject_id" uuid NULL, "given" boolean NOT NULL, "channel" character varying NOT NULL DEFAULT 'app' COLLATE "C", "at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- create index "consentrecord_person_id_purpose_at" to table: "consent_records"
CREATE INDEX "consentrecord_person_id_purpose_at" ON "consent_records" ("person_id", "purpose", "at");
-- create "crowd_alerts" table
CREATE TABLE "crowd_alerts" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "place_key" character varying NOT NULL COLLATE "C", "place_id" uuid NULL, "place_name" character varying NOT NULL DEFAULT '' COLLATE "C", "division_code" character varying NOT NULL COLLATE "C", "people" bigint NOT NULL, "first_at" timestamptz NOT NULL, "last_at" timestamptz NOT NULL, "seen_by" uuid NULL, "seen_at" timestamptz NULL, "note" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create index "crowdalert_tenant_id_last_at" to table: "crowd_alerts"
CREATE INDEX "crowdalert_tenant_id_last_at" ON "crowd_alerts" ("tenant_id", "last_at");
-- create index "crowdalert_tenant_id_place_key_last_at" to table: "crowd_alerts"
CREATE INDEX "crowdalert_tenant_id_place_key_last_at" ON "crowd_alerts" ("tenant_id", "place_key", "last_at");
-- create "follow_ups" table
CREATE TABLE "follow_ups" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "subject_kind" character varying NOT NULL COLLATE "C", "subject_id" uuid NOT NULL, "thread_id" uuid NOT NULL, "round" bigint NOT NULL DEFAULT 1, "caller_id" uuid NOT NULL, "reached" boolean NOT NULL, "contacted" boolean NOT NULL DEFAULT false, "solved" boolean NOT NULL DEFAULT false, "satisfied" bigint NOT NULL DEFAULT 0, "note" character varying NOT NULL DEFAULT '' COLLATE "C", "at" timestamptz NOT NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "followup_tenant_id_at" to table: "follow_ups"
CREATE INDEX "followup_tenant_id_at" ON "follow_ups" ("tenant_id", "at");
-- create index "followup_tenant_id_subject_id" to table: "follow_ups"
CREATE INDEX "followup_tenant_id_subject_id" ON "follow_ups" ("tenant_id", "subject_id");
-- create "notice_preferences" table
CREATE TABLE "notice_preferences" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "person_id" uuid NOT NULL, "muted" jsonb NOT NULL, "sms" boolean NOT NULL DEFAULT true, "quiet_from" bigint NOT NULL DEFAULT 1260, "quiet_to" bigint NOT NULL DEFAULT 480, "digest" boolean NOT NULL DEFAULT true, "digest_minute" bigint NOT NULL DEFAULT 480, "last_digest_at" timestamptz NULL, "large_type" boolean NOT NULL DEFAULT false, PRIMARY KEY ("id"));
-- create index "notice_preferences_person_id_key" to table: "notice_preferences"
CREATE UNIQUE INDEX "notice_preferences_person_id_key" ON "notice_preferences" ("person_id");
-- create "rate_exclusions" table
CREATE TABLE "rate_exclusions" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "subject_kind" character varying NOT NULL COLLATE "C", "subject_id" uuid NOT NULL, "kind" character varying NOT NULL COLLATE "C", "reason" character varying NOT NULL COLLATE "C", "proposed_by" uuid NULL, "approved_by" uuid NULL, "at" timestamptz NOT NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "rateexclusion_tenant_id_at" to table: "rate_exclusions"
CREATE INDEX "rateexclusion_tenant_id_at" ON "rate_exclusions" ("tenant_id", "at");
-- create index "rateexclusion_tenant_id_subject_id" to table: "rate_exclusions"
CREATE INDEX "rateexclusion_tenant_id_subject_id" ON "rate_exclusions" ("tenant_id", "subject_id");
-- create "report_followers" table
CREATE TABLE "report_followers" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "report_id" uuid NOT NULL, "person_id" uuid NOT NULL, "merged_report_id" uuid NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "reportfollower_tenant_id_person_id" to table: "report_followers"
CREATE INDEX "reportfollower_tenant_id_person_id" ON "report_followers" ("tenant_id", "person_id");
-- create index "reportfollower_tenant_id_report_id_person_id" to table: "report_followers"
CREATE UNIQUE INDEX "reportfollower_tenant_id_report_id_person_id" ON "report_followers" ("tenant_id", "report_id", "person_id");
-- create "report_transfers" table
CREATE TABLE "report_transfers" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "transfer_id" uuid NOT NULL, "side" character varying NOT NULL COLLATE "C", "from_tenant" character varying NOT NULL COLLATE "C", "to_tenant" character varying NOT NULL COLLATE "C", "report_id" uuid NOT NULL, "report_number" character varying NOT NULL COLLATE "C", "to_division" character varying NOT NULL DEFAULT '' COLLATE "C", "category" character varying NOT NULL COLLATE "C", "title" character varying NOT NULL DEFAULT '' COLLATE "C", "description" character varying NOT NULL DEFAULT '' COLLATE "C", "reason" character varying NOT NULL COLLATE "C", "asked_by" uuid NULL, "state" character varying NOT NULL DEFAULT 'asked' COLLATE "C", "due_at" timestamptz NOT NULL, "decided_by" uuid NULL, "decided_at" timestamptz NULL, "decision_reason" character varying NOT NULL DEFAULT '' COLLATE "C", "new_report_id" uuid NULL, "new_number" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create index "reporttransfer_tenant_id_report_id" to table: "report_transfers"
CREATE INDEX "reporttransfer_tenant_id_report_id" ON "report_transfers" ("tenant_id", "report_id");
-- create index "reporttransfer_tenant_id_state_due_at" to table: "report_transfers"
CREATE INDEX "reporttransfer_tenant_id_state_due_at" ON "report_transfers" ("tenant_id", "state", "due_at");
-- create index "reporttransfer_tenant_id_transfer_id_side" to table: "report_transfers"
CREATE UNIQUE INDEX "reporttransfer_tenant_id_transfer_id_side" ON "report_transfers" ("tenant_id", "transfer_id", "side");
-- create "retention_runs" table
CREATE TABLE "retention_runs" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "dry" boolean NOT NULL, "run_by" uuid NULL, "at" timestamptz NOT NULL, "counts" jsonb NOT NULL, "error" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create index "retentionrun_tenant_id_id" to table: "retention_runs"
CREATE INDEX "retentionrun_tenant_id_id" ON "retention_runs" ("tenant_id", "id");
-- create "rights_requests" table
CREATE TABLE "rights_requests" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "person_id" uuid NOT NULL, "kind" character varying NOT NULL COLLATE "C", "state" character varying NOT NULL DEFAULT 'requested' COLLATE "C", "not_before" timestamptz NOT NULL, "object_tenant" character varying NOT NULL DEFAULT '' COLLATE "C", "object_key" character varying NOT NULL DEFAULT '' COLLATE "C", "object_version" character varying NOT NULL DEFAULT '' COLLATE "C", "expires_at" timestamptz NULL, "outcome" jsonb NULL, "error" character varying NOT NULL DEFAULT '' COLLATE "C", "ended_at" timestamptz NULL, PRIMARY KEY ("id"));
-- create index "rightsrequest_person_id_id" to table: "rights_requests"
CREATE INDEX "rightsrequest_person_id_id" ON "rights_requests" ("person_id", "id");
-- create index "rightsrequest_state_not_before" to table: "rights_requests"
CREATE INDEX "rightsrequest_state_not_before" ON "rights_requests" ("state", "not_before");
-- create "screen_items" table
CREATE TABLE "screen_items" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "subject_kind" character varying NOT NULL COLLATE "C", "subject_id" uuid NOT NULL, "field" character varying NOT NULL COLLATE "C", "division_code" character varying NOT NULL DEFAULT '' COLLATE "C", "hits" jsonb NOT NULL, "state" character varying NOT NULL DEFAULT 'waiting' COLLATE "C", "decided_by" uuid NULL, "decided_at" timestamptz NULL, "note" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create index "screenitem_tenant_id_state_id" to table: "screen_items"
CREATE INDEX "screenitem_tenant_id_state_id" ON "screen_items" ("tenant_id", "state", "id");
-- create index "screenitem_tenant_id_subject_id" to table: "screen_items"
CREATE INDEX "screenitem_tenant_id_subject_id" ON "screen_items" ("tenant_id", "subject_id");
-- create "screen_words" table
CREATE TABLE "screen_words" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "word" character varying NOT NULL COLLATE "C", "list" character varying NOT NULL DEFAULT '' COLLATE "C", "active" boolean NOT NULL DEFAULT true, PRIMARY KEY ("tenant_id", "id"));
-- create index "screenword_tenant_id_word" to table: "screen_words"
CREATE UNIQUE INDEX "screenword_tenant_id_word" ON "screen_words" ("tenant_id", "word");
-- create "sender_blocks" table
CREATE TABLE "sender_blocks" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "person_id" uuid NOT NULL, "report_id" uuid NULL, "reason" character varying NOT NULL COLLATE "C", "state" character varying NOT NULL DEFAULT 'proposed' COLLATE "C", "proposed_by" uuid NOT NULL, "approved_by" uuid NULL, "blocked_until" timestamptz NOT NULL, "review_request" character varying NOT NULL DEFAULT '' COLLATE "C", "review_asked_at" timestamptz NULL, "reviewed_by" uuid NULL, "reviewed_at" timestamptz NULL, "review_outcome" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("tenant_id", "id"));
-- create index "senderblock_tenant_id_person_id_state" to table: "sender_blocks"
CREATE INDEX "senderblock_tenant_id_person_id_state" ON "sender_blocks" ("tenant_id", "person_id", "state");
-- create index "senderblock_tenant_id_state_id" to table: "sender_blocks"
CREATE INDEX "senderblock_tenant_id_state_id" ON "sender_blocks" ("tenant_id", "state", "id");
-- create "sms_answers" table
CREATE TABLE "sms_answers" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "gateway_id" character varying NOT NULL COLLATE "C", "phone_index" character varying NOT NULL COLLATE "C", "message_id" uuid NULL, "text_sealed" bytea NOT NULL, "outcome" character varying NOT NULL DEFAULT '' COLLATE "C", "received_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- create index "sms_answers_gateway_id_key" to table: "sms_answers"
CREATE UNIQUE INDEX "sms_answers_gateway_id_key" ON "sms_answers" ("gateway_id");
-- create "supervisions" table
CREATE TABLE "supervisions" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "report_id" uuid NOT NULL, "unit_id" uuid NULL, "letter" character varying NOT NULL COLLATE "C", "rung" bigint NOT NULL DEFAULT 0, "drafted_by" uuid NULL, "signed_by" uuid NULL, "signed_at" timestamptz NOT NULL, "due_at" timestamptz NOT NULL, "state" character varying NOT NULL DEFAULT 'open' COLLATE "C", "answer" character varying NOT NULL DEFAULT '' COLLATE "C", "answered_by" uuid NULL, "answered_at" timestamptz NULL, PRIMARY KEY ("tenant_id", "id"));
-- create index "supervision_tenant_id_report_id" to table: "supervisions"
CREATE INDEX "supervision_tenant_id_report_id" ON "supervisions" ("tenant_id", "report_id");
-- create index "supervision_tenant_id_state_due_at" to table: "supervisions"
CREATE INDEX "supervision_tenant_id_state_due_at" ON "supervisions" ("tenant_id", "state", "due_at");
-- create "text_templates" table
CREATE TABLE "text_templates" ("tenant_id" character varying NOT NULL COLLATE "C", "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "kind" character varying NOT NULL COLLATE "C", "category" character varying NOT NULL DEFAULT '' COLLATE "C", "unit_id" uuid NULL, "title" character varying NOT NULL COLLATE "C", "body" character varying NOT NULL COLLATE "C", "position" bigint NOT NULL DEFAULT 0, "active" boolean NOT NULL DEFAULT true, PRIMARY KEY ("tenant_id", "id"));
-- create index "texttemplate_tenant_id_kind_category" to table: "text_templates"
CREATE INDEX "texttemplate_tenant_id_kind_category" ON "text_templates" ("tenant_id", "kind", "category");

-- +goose Down
-- reverse: create index "texttemplate_tenant_id_kind_category" to table: "text_templates"
DROP INDEX "texttemplate_tenant_id_kind_category";
-- reverse: create "text_templates" table
DROP TABLE "text_templates";
-- reverse: create index "supervision_tenant_id_state_due_at" to table: "supervisions"
DROP INDEX "supervision_tenant_id_state_due_at";
-- reverse: create index "supervision_tenant_id_report_id" to table: "supervisions"
DROP INDEX "supervision_tenant_id_report_id";
-- reverse: create "supervisions" table
DROP TABLE "supervisions";
-- reverse: create index "sms_answers_gateway_id_key" to table: "sms_answers"
DROP INDEX "sms_answers_gateway_id_key";
-- reverse: create "sms_answers" table
DROP TABLE "sms_answers";
-- reverse: create index "senderblock_tenant_id_state_id" to table: "sender_blocks"
DROP INDEX "senderblock_tenant_id_state_id";
-- reverse: create index "senderblock_tenant_id_person_id_state" to table: "sender_blocks"
DROP INDEX "senderblock_tenant_id_person_id_state";
-- reverse: create "sender_blocks" table
DROP TABLE "sender_blocks";
-- reverse: create index "screenword_tenant_id_word" to table: "screen_words"
DROP INDEX "screenword_tenant_id_word";
-- reverse: create "screen_words" table
DROP TABLE "screen_words";
-- reverse: create index "screenitem_tenant_id_subject_id" to table: "screen_items"
DROP INDEX "screenitem_tenant_id_subject_id";
-- reverse: create index "screenitem_tenant_id_state_id" to table: "screen_items"
DROP INDEX "screenitem_tenant_id_state_id";
-- reverse: create "screen_items" table
DROP TABLE "screen_items";
-- reverse: create index "rightsrequest_state_not_before" to table: "rights_requests"
DROP INDEX "rightsrequest_state_not_before";
-- reverse: create index "rightsrequest_person_id_id" to table: "rights_requests"
DROP INDEX "rightsrequest_person_id_id";
-- reverse: create "rights_requests" table
DROP TABLE "rights_requests";
-- reverse: create index "retentionrun_tenant_id_id" to table: "retention_runs"
DROP INDEX "retentionrun_tenant_id_id";
-- reverse: create "retention_runs" table
DROP TABLE "retention_runs";
-- reverse: create index "reporttransfer_tenant_id_transfer_id_side" to table: "report_transfers"
DROP INDEX "reporttransfer_tenant_id_transfer_id_side";
-- reverse: create index "reporttransfer_tenant_id_state_due_at" to table: "report_transfers"
DROP INDEX "reporttransfer_tenant_id_state_due_at";
-- reverse: create index "reporttransfer_tenant_id_report_id" to table: "report_transfers"
DROP INDEX "reporttransfer_tenant_id_report_id";
-- reverse: create "report_transfers" table
DROP TABLE "report_transfers";
-- reverse: create index "reportfollower_tenant_id_report_id_person_id" to table: "report_followers"
DROP INDEX "reportfollower_tenant_id_report_id_person_id";
-- reverse: create index "reportfollower_tenant_id_person_id" to table: "report_followers"
DROP INDEX "reportfollower_tenant_id_person_id";
-- reverse: create "report_followers" table
DROP TABLE "report_followers";
-- reverse: create index "rateexclusion_tenant_id_subject_id" to table: "rate_exclusions"
DROP INDEX "rateexclusion_tenant_id_subject_id";
-- reverse: create index "rateexclusion_tenant_id_at" to table: "rate_exclusions"
DROP INDEX "rateexclusion_tenant_id_at";
-- reverse: create "rate_exclusions" table
DROP TABLE "rate_exclusions";
-- reverse: create index "notice_preferences_person_id_key" to table: "notice_preferences"
DROP INDEX "notice_preferences_person_id_key";
-- reverse: create "notice_preferences" table
DROP TABLE "notice_preferences";
-- reverse: create index "followup_tenant_id_subject_id" to table: "follow_ups"
DROP INDEX "followup_tenant_id_subject_id";
-- reverse: create index "followup_tenant_id_at" to table: "follow_ups"
DROP INDEX "followup_tenant_id_at";
-- reverse: create "follow_ups" table
DROP TABLE "follow_ups";
-- reverse: create index "crowdalert_tenant_id_place_key_last_at" to table: "crowd_alerts"
DROP INDEX "crowdalert_tenant_id_place_key_last_at";
-- reverse: create index "crowdalert_tenant_id_last_at" to table: "crowd_alerts"
DROP INDEX "crowdalert_tenant_id_last_at";
-- reverse: create "crowd_alerts" table
DROP TABLE "crowd_alerts";
-- reverse: create index "consentrecord_person_id_purpose_at" to table: "consent_records"
DROP INDEX "consentrecord_person_id_purpose_at";
-- reverse: create "consent_records" table
DROP TABLE "consent_records";
-- reverse: create index "classproposal_tenant_id_state_id" to table: "class_proposals"
DROP INDEX "classproposal_tenant_id_state_id";
-- reverse: create index "classproposal_tenant_id_class_key" to table: "class_proposals"
DROP INDEX "classproposal_tenant_id_class_key";
-- reverse: create "class_proposals" table
DROP TABLE "class_proposals";
-- reverse: modify "uploads" table
ALTER TABLE "uploads" DROP COLUMN "phash", DROP COLUMN "companion_of", DROP COLUMN "decodable", DROP COLUMN "duration_ms", DROP COLUMN "kind";
-- reverse: create index "smsmessage_subject_id" to table: "sms_messages"
DROP INDEX "smsmessage_subject_id";
-- reverse: create index "smsmessage_person_id_answer_until" to table: "sms_messages"
DROP INDEX "smsmessage_person_id_answer_until";
-- reverse: create index "smsmessage_gateway_id" to table: "sms_messages"
DROP INDEX "smsmessage_gateway_id";
-- reverse: create index "sms_messages_dedupe_key_key" to table: "sms_messages"
DROP INDEX "sms_messages_dedupe_key_key";
-- reverse: modify "sms_messages" table
ALTER TABLE "sms_messages" DROP COLUMN "delivered_at", DROP COLUMN "answer_until", DROP COLUMN "subject_id", DROP COLUMN "subject_kind", DROP COLUMN "dedupe_key", DROP COLUMN "attempts", DROP COLUMN "not_before";
-- reverse: create index "report_tenant_id_state_closed_at" to table: "reports"
DROP INDEX "report_tenant_id_state_closed_at";
-- reverse: create index "report_tenant_id_place_id_id" to table: "reports"
DROP INDEX "report_tenant_id_place_id_id";
-- reverse: create index "report_tenant_id_master_id_id" to table: "reports"
DROP INDEX "report_tenant_id_master_id_id";
-- reverse: modify "reports" table
ALTER TABLE "reports" DROP COLUMN "anonymised_at", DROP COLUMN "public_description", DROP COLUMN "public_title", DROP COLUMN "excluded_at", DROP COLUMN "false_closing", DROP COLUMN "supervised", DROP COLUMN "rung", DROP COLUMN "returns", DROP COLUMN "return_disputed", DROP COLUMN "review_at", DROP COLUMN "carried_over_at", DROP COLUMN "paused_until", DROP COLUMN "extended_at", DROP COLUMN "referred_up_at", DROP COLUMN "appealed_at", DROP COLUMN "went_to_number", DROP COLUMN "went_to_id", DROP COLUMN "went_to_tenant", DROP COLUMN "came_from_number", DROP COLUMN "came_from_id", DROP COLUMN "came_from_tenant", DROP COLUMN "follows_id", DROP COLUMN "split_from_id", DROP COLUMN "state_before_merge", DROP COLUMN "master_id", DROP COLUMN "answers";
-- reverse: modify "report_deputies" table
ALTER TABLE "report_deputies" DROP COLUMN "ended_reason";
-- reverse: modify "photos" table
ALTER TABLE "photos" DROP COLUMN "original_removed_at", DROP COLUMN "retain_until", DROP COLUMN "lock_mode", DROP COLUMN "redacted_by", DROP COLUMN "redacted_at", DROP COLUMN "redactions", DROP COLUMN "phash", DROP COLUMN "companion_of", DROP COLUMN "decodable", DROP COLUMN "duration_ms", DROP COLUMN "kind";
-- reverse: create index "notice_subject_id" to table: "notices"
DROP INDEX "notice_subject_id";
-- reverse: modify "notices" table
ALTER TABLE "notices" DROP COLUMN "digest_at";
-- reverse: create index "dispatchrule_tenant_id_category_division_code_source_unit_id" to table: "dispatch_rules"
DROP INDEX "dispatchrule_tenant_id_category_division_code_source_unit_id";
-- reverse: modify "dispatch_rules" table
ALTER TABLE "dispatch_rules" DROP COLUMN "note", DROP COLUMN "active", DROP COLUMN "handler_id", DROP COLUMN "listed", DROP COLUMN "source";
-- reverse: drop index "dispatchrule_tenant_id_category_division_code_unit_id" from table: "dispatch_rules"
CREATE UNIQUE INDEX "dispatchrule_tenant_id_category_division_code_unit_id" ON "dispatch_rules" ("tenant_id", "category", "division_code", "unit_id");
-- reverse: modify "deputies" table
ALTER TABLE "deputies" DROP COLUMN "leave_substitute_id", DROP COLUMN "leave_from";
-- reverse: modify "deadlines" table
ALTER TABLE "deadlines" DROP COLUMN "extended_at", DROP COLUMN "pauses", DROP COLUMN "pause_reason", DROP COLUMN "round", DROP COLUMN "ladder";
-- reverse: modify "categories" table
ALTER TABLE "categories" DROP COLUMN "questions";
-- reverse: create index "auditline_tenant_id_action_id" to table: "audit_lines"
DROP INDEX "auditline_tenant_id_action_id";
-- reverse: modify "assignments" table
ALTER TABLE "assignments" DROP COLUMN "due_at", DROP COLUMN "opinion_at", DROP COLUMN "opinion", DROP COLUMN "returned_at", DROP COLUMN "proposed_unit_id", DROP COLUMN "return_reason", DROP COLUMN "handler_id";
