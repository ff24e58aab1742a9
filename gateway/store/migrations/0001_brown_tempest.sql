ALTER TABLE `addresses` ADD `opted_out_by` text;--> statement-breakpoint
ALTER TABLE `addresses` ADD `promotions_refused` text;