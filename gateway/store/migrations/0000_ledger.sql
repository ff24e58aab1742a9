CREATE TABLE `accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant_id` text NOT NULL,
	`connector` text NOT NULL,
	`channel` text NOT NULL,
	`name` text NOT NULL,
	`test` integer NOT NULL,
	`config` text NOT NULL,
	`credentials` blob NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `accounts_merchant` ON `accounts` (`merchant_id`);--> statement-breakpoint
CREATE TABLE `addresses` (
	`merchant_id` text NOT NULL,
	`address` text NOT NULL,
	`consumer_id` text NOT NULL,
	`channel` text NOT NULL,
	`account_id` text NOT NULL,
	`opted_out_at` integer,
	`opted_out_by` text,
	`promotions_refused` text,
	`last_inbound_at` integer,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`merchant_id`, `address`)
);
--> statement-breakpoint
CREATE INDEX `addresses_consumer` ON `addresses` (`consumer_id`);--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant_id` text NOT NULL,
	`hash` text NOT NULL,
	`prefix` text NOT NULL,
	`mode` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE INDEX `api_keys_merchant` ON `api_keys` (`merchant_id`);--> statement-breakpoint
CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `consumers` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant_id` text NOT NULL,
	`name` text,
	`language` text,
	`created_at` integer NOT NULL,
	`merged_into` text,
	`preferred_channel` text
);
--> statement-breakpoint
CREATE INDEX `consumers_merchant` ON `consumers` (`merchant_id`,`id`);--> statement-breakpoint
CREATE INDEX `consumers_merged` ON `consumers` (`merged_into`) WHERE merged_into is not null;--> statement-breakpoint
CREATE TABLE `conversations` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant_id` text NOT NULL,
	`consumer_id` text NOT NULL,
	`last_sequence` integer NOT NULL,
	`last_address` text,
	`last_account_id` text,
	`subject` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_pair` ON `conversations` (`merchant_id`,`consumer_id`);--> statement-breakpoint
CREATE INDEX `conversations_recent` ON `conversations` (`merchant_id`,`updated_at`);--> statement-breakpoint
CREATE TABLE `webhook_endpoints` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant_id` text NOT NULL,
	`url` text NOT NULL,
	`types` text,
	`secrets` blob NOT NULL,
	`state` text NOT NULL,
	`failing_since` integer,
	`disabled_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `webhook_endpoints_merchant` ON `webhook_endpoints` (`merchant_id`);--> statement-breakpoint
CREATE TABLE `events` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`merchant_id` text NOT NULL,
	`conversation_id` text,
	`message_id` text,
	`type` text NOT NULL,
	`subject` text NOT NULL,
	`envelope` text NOT NULL,
	`at` integer NOT NULL,
	`removed_at` integer
);
--> statement-breakpoint
CREATE INDEX `events_merchant` ON `events` (`merchant_id`,`seq`);--> statement-breakpoint
CREATE INDEX `events_message` ON `events` (`message_id`);--> statement-breakpoint
CREATE INDEX `events_conversation` ON `events` (`conversation_id`) WHERE message_id is null;--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`merchant_id` text NOT NULL,
	`route` text NOT NULL,
	`key` text NOT NULL,
	`body_hash` text NOT NULL,
	`status` integer NOT NULL,
	`response` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`merchant_id`, `route`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_age` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE TABLE `media` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant_id` text NOT NULL,
	`account_id` text,
	`message_id` text,
	`state` text NOT NULL,
	`reference` text,
	`source_url` text,
	`media_type` text,
	`bytes` integer,
	`sha256` text,
	`name` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `media_pending` ON `media` (`state`) WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX `media_merchant` ON `media` (`merchant_id`,`id`);--> statement-breakpoint
CREATE INDEX `media_message` ON `media` (`message_id`);--> statement-breakpoint
CREATE INDEX `media_bytes` ON `media` (`sha256`);--> statement-breakpoint
CREATE TABLE `merchants` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `messages` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`consumer_id` text NOT NULL,
	`sequence` integer NOT NULL,
	`direction` text NOT NULL,
	`account_id` text NOT NULL,
	`channel` text NOT NULL,
	`address` text NOT NULL,
	`content` text NOT NULL,
	`extras` text,
	`routed` text,
	`provider_id` text,
	`test` integer NOT NULL,
	`traceparent` text,
	`occurred_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_order` ON `messages` (`conversation_id`,`sequence`);--> statement-breakpoint
CREATE UNIQUE INDEX `messages_provider` ON `messages` (`account_id`,`provider_id`) WHERE provider_id is not null;--> statement-breakpoint
CREATE TABLE `outbox` (
	`seq` integer PRIMARY KEY NOT NULL,
	`lane` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `outbox_lane` ON `outbox` (`lane`,`seq`);--> statement-breakpoint
CREATE TABLE `payments` (
	`account_id` text NOT NULL,
	`provider_id` text NOT NULL,
	`state` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `provider_id`)
);
--> statement-breakpoint
CREATE TABLE `questions` (
	`message_id` text PRIMARY KEY NOT NULL,
	`conversation_id` text NOT NULL,
	`question` text NOT NULL,
	`expires_at` integer NOT NULL,
	`answered_at` integer
);
--> statement-breakpoint
CREATE INDEX `questions_open` ON `questions` (`conversation_id`,`expires_at`);--> statement-breakpoint
CREATE TABLE `remote_connectors` (
	`name` text PRIMARY KEY NOT NULL,
	`manifest` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `trace` (
	`id` integer PRIMARY KEY NOT NULL,
	`message_id` text NOT NULL,
	`at` integer NOT NULL,
	`step` text NOT NULL,
	`detail` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `trace_message` ON `trace` (`message_id`,`id`);--> statement-breakpoint
CREATE TABLE `webhook_deliveries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`endpoint_id` text NOT NULL,
	`event_seq` integer NOT NULL,
	`lane` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_attempt_at` integer,
	`last_status` integer,
	`last_reason` text,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_deliveries_once` ON `webhook_deliveries` (`endpoint_id`,`event_seq`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_event` ON `webhook_deliveries` (`event_seq`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_lane` ON `webhook_deliveries` (`endpoint_id`,`lane`,`event_seq`) WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX `webhook_deliveries_due` ON `webhook_deliveries` (`next_attempt_at`) WHERE state = 'pending' and next_attempt_at is not null;--> statement-breakpoint
CREATE INDEX `webhook_deliveries_dead_order` ON `webhook_deliveries` (`endpoint_id`,`event_seq`) WHERE state = 'dead';--> statement-breakpoint
CREATE INDEX `webhook_deliveries_dead_endpoint` ON `webhook_deliveries` (`endpoint_id`,`state`) WHERE state = 'dead';--> statement-breakpoint
CREATE INDEX `webhook_deliveries_dead` ON `webhook_deliveries` (`state`) WHERE state = 'dead';--> statement-breakpoint
CREATE TABLE `account_conditions` (
	`account_id` text PRIMARY KEY NOT NULL,
	`setup` text,
	`probe` text,
	`health` text,
	`previous` blob
);
--> statement-breakpoint
CREATE TABLE `exchanges` (
	`id` integer PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`direction` text NOT NULL,
	`purpose` text NOT NULL,
	`message_id` text,
	`at` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`method` text NOT NULL,
	`url` text NOT NULL,
	`status` integer,
	`ended` text,
	`verdict` text,
	`reason` text,
	`code` text,
	`sent_bytes` integer NOT NULL,
	`received_bytes` integer NOT NULL,
	`failed` integer NOT NULL,
	`detail` text
);
--> statement-breakpoint
CREATE INDEX `exchanges_account` ON `exchanges` (`account_id`,`direction`,`id`);--> statement-breakpoint
CREATE INDEX `exchanges_message` ON `exchanges` (`message_id`) WHERE message_id is not null;--> statement-breakpoint
CREATE INDEX `exchanges_age` ON `exchanges` (`at`);--> statement-breakpoint
CREATE TABLE `attempts` (
	`message_id` text NOT NULL,
	`number` integer NOT NULL,
	`part` integer NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer NOT NULL,
	`outcome` text NOT NULL,
	`detail` text,
	PRIMARY KEY(`message_id`, `number`)
);
--> statement-breakpoint
CREATE TABLE `deliveries` (
	`message_id` text PRIMARY KEY NOT NULL,
	`merchant_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`sequence` integer NOT NULL,
	`account_id` text NOT NULL,
	`state` text NOT NULL,
	`failure` text,
	`parts_sent` integer NOT NULL,
	`part_count` integer NOT NULL,
	`attempts` integer NOT NULL,
	`in_flight` integer NOT NULL,
	`attempted_at` integer,
	`doubtful` integer DEFAULT false NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`bulk` integer DEFAULT false NOT NULL,
	`scheduled` integer DEFAULT false NOT NULL,
	`hold` text
);
--> statement-breakpoint
CREATE INDEX `deliveries_lane` ON `deliveries` (`conversation_id`,`sequence`) WHERE state = 'queued' and scheduled = 0;--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`account_id`,`bulk`,`next_attempt_at`,`message_id`) WHERE state = 'queued' and scheduled = 0;--> statement-breakpoint
CREATE INDEX `deliveries_scheduled` ON `deliveries` (`next_attempt_at`) WHERE state = 'queued' and scheduled = 1;--> statement-breakpoint
CREATE INDEX `deliveries_expiry` ON `deliveries` (`expires_at`) WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX `deliveries_uncertain` ON `deliveries` (`next_attempt_at`) WHERE state = 'uncertain';--> statement-breakpoint
CREATE INDEX `deliveries_dead` ON `deliveries` (`message_id`) WHERE state in ('failed', 'expired');--> statement-breakpoint
CREATE INDEX `deliveries_dead_merchant` ON `deliveries` (`merchant_id`,`message_id`) WHERE state in ('failed', 'expired');--> statement-breakpoint
CREATE TABLE `early_receipts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`account_id` text NOT NULL,
	`provider_id` text NOT NULL,
	`state` text NOT NULL,
	`failure` text,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `early_receipts_provider` ON `early_receipts` (`account_id`,`provider_id`);--> statement-breakpoint
CREATE TABLE `sent_parts` (
	`account_id` text NOT NULL,
	`provider_id` text NOT NULL,
	`message_id` text NOT NULL,
	`part` integer NOT NULL,
	`state` text NOT NULL,
	PRIMARY KEY(`account_id`, `provider_id`)
);
--> statement-breakpoint
CREATE INDEX `sent_parts_message` ON `sent_parts` (`message_id`);--> statement-breakpoint
CREATE TABLE `erasures` (
	`consumer_id` text PRIMARY KEY NOT NULL,
	`merchant_id` text NOT NULL,
	`state` text NOT NULL,
	`messages` integer NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE INDEX `erasures_running` ON `erasures` (`consumer_id`) WHERE state = 'running';--> statement-breakpoint
CREATE TABLE `media_uses` (
	`media_id` text NOT NULL,
	`consumer_id` text NOT NULL,
	`last_at` integer NOT NULL,
	PRIMARY KEY(`media_id`, `consumer_id`)
);
--> statement-breakpoint
CREATE INDEX `media_uses_consumer` ON `media_uses` (`consumer_id`);--> statement-breakpoint
CREATE TABLE `replay_marks` (
	`replay_id` text NOT NULL,
	`place` integer NOT NULL,
	PRIMARY KEY(`replay_id`, `place`)
);
--> statement-breakpoint
CREATE TABLE `replays` (
	`id` text PRIMARY KEY NOT NULL,
	`merchant_id` text NOT NULL,
	`endpoint_id` text,
	`scope` text NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`cursor` text NOT NULL,
	`total` integer,
	`done` integer NOT NULL,
	`failed` integer NOT NULL,
	`skipped` integer NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE INDEX `replays_merchant` ON `replays` (`merchant_id`,`id`);--> statement-breakpoint
CREATE INDEX `replays_unfinished` ON `replays` (`id`) WHERE state in ('counting', 'running');--> statement-breakpoint
CREATE TABLE `resends` (
	`message_id` text PRIMARY KEY NOT NULL,
	`resent_as` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `retention` (
	`merchant_id` text PRIMARY KEY NOT NULL,
	`content_days` integer,
	`event_days` integer,
	`media_days` integer
);
--> statement-breakpoint
CREATE TABLE `retention_marks` (
	`merchant_id` text NOT NULL,
	`what` text NOT NULL,
	`place` text NOT NULL,
	PRIMARY KEY(`merchant_id`, `what`)
);
--> statement-breakpoint
CREATE TABLE `suppressions` (
	`merchant_id` text NOT NULL,
	`hash` text NOT NULL,
	`opted_out` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`merchant_id`, `hash`)
);
--> statement-breakpoint
CREATE TABLE `unwanted_blobs` (
	`sha256` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `fallback_chains` (
	`message_id` text PRIMARY KEY NOT NULL,
	`merchant_id` text NOT NULL,
	`plan` text NOT NULL,
	`ways` text NOT NULL,
	`step` integer NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`since` integer NOT NULL,
	`due_at` integer,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `fallback_chains_due` ON `fallback_chains` (`due_at`) WHERE due_at is not null;--> statement-breakpoint
CREATE TABLE `routing` (
	`merchant_id` text PRIMARY KEY NOT NULL,
	`defaults` text NOT NULL
);
