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
CREATE TABLE `attempts` (
	`message_id` text NOT NULL,
	`number` integer NOT NULL,
	`part` integer NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`outcome` text,
	`detail` text,
	PRIMARY KEY(`message_id`, `number`)
);
--> statement-breakpoint
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
	`merged_into` text
);
--> statement-breakpoint
CREATE INDEX `consumers_merchant` ON `consumers` (`merchant_id`,`id`);--> statement-breakpoint
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
	`next_attempt_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `deliveries_lane` ON `deliveries` (`conversation_id`,`sequence`) WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`next_attempt_at`) WHERE state in ('queued', 'uncertain');--> statement-breakpoint
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
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `events_merchant` ON `events` (`merchant_id`,`seq`);--> statement-breakpoint
CREATE INDEX `events_message` ON `events` (`message_id`);--> statement-breakpoint
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
CREATE TABLE `questions` (
	`message_id` text PRIMARY KEY NOT NULL,
	`conversation_id` text NOT NULL,
	`question` text NOT NULL,
	`expires_at` integer NOT NULL,
	`answered_at` integer
);
--> statement-breakpoint
CREATE INDEX `questions_open` ON `questions` (`conversation_id`,`expires_at`);--> statement-breakpoint
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
CREATE TABLE `trace` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
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
CREATE INDEX `webhook_deliveries_due` ON `webhook_deliveries` (`next_attempt_at`) WHERE state = 'pending' and next_attempt_at is not null;