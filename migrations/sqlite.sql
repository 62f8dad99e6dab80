CREATE TABLE IF NOT EXISTS alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE configuration (
	"key" VARCHAR NOT NULL,
	value TEXT NOT NULL,
	CONSTRAINT pk_configuration PRIMARY KEY ("key")
);
CREATE TABLE flow (
	name VARCHAR NOT NULL,
	tags JSON NOT NULL,
	labels JSON NOT NULL,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_flow PRIMARY KEY (id),
	CONSTRAINT uq_flow_workspace_id_name UNIQUE (workspace_id, name)
);
CREATE TABLE lease (
	name VARCHAR NOT NULL,
	holder VARCHAR NOT NULL,
	expires DATETIME NOT NULL,
	CONSTRAINT pk_lease PRIMARY KEY (name)
);
CREATE TABLE workspace (
	name VARCHAR NOT NULL,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	CONSTRAINT pk_workspace PRIMARY KEY (id),
	CONSTRAINT uq_workspace_name UNIQUE (name)
);
CREATE TABLE flow_run (
	flow_id CHAR(32) NOT NULL,
	flow_version VARCHAR,
	deployment_id CHAR(32),
	deployment_version VARCHAR,
	work_queue_id CHAR(32),
	work_queue_name VARCHAR,
	parameters JSON NOT NULL,
	context JSON NOT NULL,
	job_variables JSON,
	idempotency_key VARCHAR,
	parent_task_run_id CHAR(32),
	auto_scheduled BOOLEAN NOT NULL,
	infrastructure_document_id CHAR(32),
	infrastructure_pid VARCHAR,
	created_by JSON,
	name VARCHAR NOT NULL,
	tags JSON NOT NULL,
	labels JSON NOT NULL,
	empirical_policy JSON NOT NULL,
	run_count INTEGER NOT NULL,
	expected_start_time DATETIME,
	next_scheduled_start_time DATETIME,
	start_time DATETIME,
	end_time DATETIME,
	total_run_time DOUBLE NOT NULL,
	state_id CHAR(32),
	state_type VARCHAR,
	state_name VARCHAR,
	state_timestamp DATETIME,
	state_message VARCHAR,
	state_data TEXT,
	state_details JSON,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL, skip_at DATETIME,
	CONSTRAINT pk_flow_run PRIMARY KEY (id),
	CONSTRAINT fk_flow_run_flow_id FOREIGN KEY(flow_id) REFERENCES flow (id) ON DELETE CASCADE,
	CONSTRAINT uq_flow_run_flow_id_idempotency_key UNIQUE (flow_id, idempotency_key)
);
CREATE INDEX ix_flow_run_workspace_id_state_type_expected_start_time_id ON flow_run (workspace_id, state_type, expected_start_time, id);
CREATE TABLE flow_run_state (
	flow_run_id CHAR(32) NOT NULL,
	id CHAR(32) NOT NULL,
	type VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	timestamp DATETIME NOT NULL,
	message VARCHAR,
	data TEXT,
	state_details JSON NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_flow_run_state PRIMARY KEY (id),
	CONSTRAINT fk_flow_run_state_flow_run_id FOREIGN KEY(flow_run_id) REFERENCES flow_run (id) ON DELETE CASCADE
);
CREATE INDEX ix_flow_run_state_flow_run_id_timestamp ON flow_run_state (flow_run_id, timestamp);
CREATE TABLE task_run (
	flow_run_id CHAR(32),
	task_key VARCHAR NOT NULL,
	dynamic_key VARCHAR NOT NULL,
	task_version VARCHAR,
	task_inputs JSON NOT NULL,
	cache_key VARCHAR,
	cache_expiration DATETIME,
	flow_run_run_count INTEGER NOT NULL,
	name VARCHAR NOT NULL,
	tags JSON NOT NULL,
	labels JSON NOT NULL,
	empirical_policy JSON NOT NULL,
	run_count INTEGER NOT NULL,
	expected_start_time DATETIME,
	next_scheduled_start_time DATETIME,
	start_time DATETIME,
	end_time DATETIME,
	total_run_time DOUBLE NOT NULL,
	state_id CHAR(32),
	state_type VARCHAR,
	state_name VARCHAR,
	state_timestamp DATETIME,
	state_message VARCHAR,
	state_data TEXT,
	state_details JSON,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_task_run PRIMARY KEY (id),
	CONSTRAINT fk_task_run_flow_run_id FOREIGN KEY(flow_run_id) REFERENCES flow_run (id) ON DELETE CASCADE,
	CONSTRAINT uq_task_run_flow_run_id_task_key_dynamic_key UNIQUE (flow_run_id, task_key, dynamic_key)
);
CREATE INDEX ix_task_run_workspace_id_expected_start_time_id ON task_run (workspace_id, expected_start_time, id);
CREATE TABLE task_run_state (
	task_run_id CHAR(32) NOT NULL,
	id CHAR(32) NOT NULL,
	type VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	timestamp DATETIME NOT NULL,
	message VARCHAR,
	data TEXT,
	state_details JSON NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_task_run_state PRIMARY KEY (id),
	CONSTRAINT fk_task_run_state_task_run_id FOREIGN KEY(task_run_id) REFERENCES task_run (id) ON DELETE CASCADE
);
CREATE INDEX ix_task_run_state_task_run_id_timestamp ON task_run_state (task_run_id, timestamp);
CREATE TABLE block_type (
	name VARCHAR NOT NULL,
	slug VARCHAR NOT NULL,
	logo_url VARCHAR,
	documentation_url VARCHAR,
	description VARCHAR,
	code_example VARCHAR,
	is_protected BOOLEAN NOT NULL,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_block_type PRIMARY KEY (id),
	CONSTRAINT uq_block_type_workspace_id_slug UNIQUE (workspace_id, slug)
);
CREATE TABLE block_schema (
	block_type_id CHAR(32) NOT NULL,
	checksum VARCHAR NOT NULL,
	version VARCHAR NOT NULL,
	fields JSON NOT NULL,
	capabilities JSON NOT NULL,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_block_schema PRIMARY KEY (id),
	CONSTRAINT fk_block_schema_block_type_id FOREIGN KEY(block_type_id) REFERENCES block_type (id) ON DELETE CASCADE,
	CONSTRAINT uq_block_schema_workspace_id_checksum_version UNIQUE (workspace_id, checksum, version)
);
CREATE INDEX ix_block_schema_block_type_id ON block_schema (block_type_id);
CREATE TABLE block_document (
	block_type_id CHAR(32) NOT NULL,
	block_schema_id CHAR(32) NOT NULL,
	name VARCHAR NOT NULL,
	data VARCHAR NOT NULL,
	is_anonymous BOOLEAN NOT NULL,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_block_document PRIMARY KEY (id),
	CONSTRAINT fk_block_document_block_schema_id FOREIGN KEY(block_schema_id) REFERENCES block_schema (id) ON DELETE CASCADE,
	CONSTRAINT fk_block_document_block_type_id FOREIGN KEY(block_type_id) REFERENCES block_type (id) ON DELETE CASCADE,
	CONSTRAINT uq_block_document_block_type_id_name UNIQUE (block_type_id, name)
);
CREATE INDEX ix_block_document_block_schema_id ON block_document (block_schema_id);
CREATE INDEX ix_block_document_workspace_id_name ON block_document (workspace_id, name);
CREATE TABLE block_document_reference (
	parent_block_document_id CHAR(32) NOT NULL,
	name VARCHAR NOT NULL,
	reference_block_document_id CHAR(32) NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_block_document_reference PRIMARY KEY (parent_block_document_id, name),
	CONSTRAINT fk_block_document_reference_parent_block_document_id FOREIGN KEY(parent_block_document_id) REFERENCES block_document (id) ON DELETE CASCADE,
	CONSTRAINT fk_block_document_reference_reference_block_document_id FOREIGN KEY(reference_block_document_id) REFERENCES block_document (id) ON DELETE CASCADE
);
CREATE INDEX ix_block_document_reference_reference_block_document_id ON block_document_reference (reference_block_document_id);
CREATE TABLE flow_run_notification_policy (
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	is_active BOOLEAN NOT NULL,
	state_names JSON NOT NULL,
	tags JSON NOT NULL,
	block_document_id CHAR(32) NOT NULL,
	message_template VARCHAR, name VARCHAR DEFAULT '' NOT NULL, match_all_tags BOOLEAN DEFAULT 0 NOT NULL, flow_ids JSON DEFAULT '[]' NOT NULL, deployment_ids JSON DEFAULT '[]' NOT NULL, work_pool_ids JSON DEFAULT '[]' NOT NULL, more_channel_ids JSON DEFAULT '[]' NOT NULL, fallback_channel_ids JSON DEFAULT '[]' NOT NULL, recovery BOOLEAN DEFAULT 0 NOT NULL, templating VARCHAR DEFAULT 'plain' NOT NULL, title_template VARCHAR, grouping JSON, quiet_hours JSON, fallback_after DOUBLE DEFAULT '300' NOT NULL,
	CONSTRAINT pk_flow_run_notification_policy PRIMARY KEY (id),
	CONSTRAINT fk_flow_run_notification_policy_block_document_id FOREIGN KEY(block_document_id) REFERENCES block_document (id) ON DELETE CASCADE
);
CREATE INDEX ix_flow_run_notification_policy_block_document_id ON flow_run_notification_policy (block_document_id);
CREATE INDEX ix_flow_run_notification_policy_workspace_id_is_active ON flow_run_notification_policy (workspace_id, is_active);
CREATE TABLE notification (
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	policy_id CHAR(32) NOT NULL,
	state_id CHAR(32) NOT NULL,
	flow_run_id CHAR(32) NOT NULL,
	message_template VARCHAR,
	news TEXT NOT NULL, templating VARCHAR DEFAULT 'plain' NOT NULL, title_template VARCHAR, fallback_channel_ids JSON DEFAULT '[]' NOT NULL,
	CONSTRAINT pk_notification PRIMARY KEY (id),
	CONSTRAINT uq_notification_policy_id_state_id UNIQUE (policy_id, state_id)
);
CREATE INDEX ix_notification_flow_run_id ON notification (flow_run_id);
CREATE TABLE delivery (
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	notification_id CHAR(32) NOT NULL,
	channel_id CHAR(32) NOT NULL,
	state VARCHAR NOT NULL,
	due DATETIME NOT NULL,
	claim CHAR(32),
	attempts INTEGER NOT NULL,
	failures INTEGER NOT NULL,
	reason VARCHAR, resent DATETIME, order_key CHAR(32), seq BIGINT DEFAULT '0' NOT NULL, problem VARCHAR, note VARCHAR, group_id CHAR(32), digest_id CHAR(32), fall_back DATETIME, told JSON, untold JSON,
	CONSTRAINT pk_delivery PRIMARY KEY (id),
	CONSTRAINT fk_delivery_notification_id FOREIGN KEY(notification_id) REFERENCES notification (id) ON DELETE CASCADE,
	CONSTRAINT uq_delivery_notification_id_channel_id UNIQUE (notification_id, channel_id)
);
CREATE INDEX ix_delivery_channel_id_created ON delivery (channel_id, created);
CREATE INDEX ix_delivery_workspace_id_created ON delivery (workspace_id, created);
CREATE INDEX ix_delivery_waiting ON delivery (due) WHERE state IN ('pending', 'sending');
CREATE TABLE delivery_attempt (
	workspace_id CHAR(32) NOT NULL,
	delivery_id CHAR(32) NOT NULL,
	number INTEGER NOT NULL,
	started DATETIME NOT NULL,
	outcome VARCHAR NOT NULL,
	duration DOUBLE,
	status INTEGER,
	response VARCHAR,
	error VARCHAR,
	CONSTRAINT pk_delivery_attempt PRIMARY KEY (delivery_id, number),
	CONSTRAINT fk_delivery_attempt_delivery_id FOREIGN KEY(delivery_id) REFERENCES delivery (id) ON DELETE CASCADE
);
CREATE TABLE channel_pause (
	workspace_id CHAR(32) NOT NULL,
	channel_id CHAR(32) NOT NULL,
	until DATETIME NOT NULL, refused BOOLEAN DEFAULT 0 NOT NULL,
	CONSTRAINT pk_channel_pause PRIMARY KEY (channel_id)
);
CREATE INDEX ix_channel_pause_until ON channel_pause (until);
CREATE TABLE concurrency_lease (
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	expires DATETIME,
	slots INTEGER NOT NULL,
	holder_type VARCHAR,
	holder_id CHAR(32),
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_concurrency_lease PRIMARY KEY (id)
);
CREATE INDEX ix_concurrency_lease_expires ON concurrency_lease (expires);
CREATE INDEX ix_concurrency_lease_holder_id ON concurrency_lease (holder_id);
CREATE TABLE work_pool (
	name VARCHAR NOT NULL,
	description VARCHAR,
	type VARCHAR NOT NULL,
	base_job_template JSON NOT NULL,
	is_paused BOOLEAN NOT NULL,
	status VARCHAR,
	concurrency_limit INTEGER,
	default_queue_id CHAR(32),
	storage_configuration JSON NOT NULL,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL, status_event_id CHAR(32), status_changed DATETIME,
	CONSTRAINT pk_work_pool PRIMARY KEY (id),
	CONSTRAINT uq_work_pool_workspace_id_name UNIQUE (workspace_id, name)
);
CREATE TABLE concurrency_lease_limit (
	lease_id CHAR(32) NOT NULL,
	limit_id CHAR(32) NOT NULL,
	CONSTRAINT pk_concurrency_lease_limit PRIMARY KEY (lease_id, limit_id),
	CONSTRAINT fk_concurrency_lease_limit_lease_id FOREIGN KEY(lease_id) REFERENCES concurrency_lease (id) ON DELETE CASCADE,
	CONSTRAINT fk_concurrency_lease_limit_limit_id FOREIGN KEY(limit_id) REFERENCES concurrency_limit (id) ON DELETE CASCADE
);
CREATE INDEX ix_concurrency_lease_limit_limit_id ON concurrency_lease_limit (limit_id);
CREATE TABLE work_queue (
	work_pool_id CHAR(32) NOT NULL,
	name VARCHAR NOT NULL,
	description VARCHAR,
	is_paused BOOLEAN NOT NULL,
	concurrency_limit INTEGER,
	priority INTEGER NOT NULL,
	last_polled DATETIME,
	status VARCHAR NOT NULL,
	filter JSON,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_work_queue PRIMARY KEY (id),
	CONSTRAINT fk_work_queue_work_pool_id FOREIGN KEY(work_pool_id) REFERENCES work_pool (id) ON DELETE CASCADE,
	CONSTRAINT uq_work_queue_work_pool_id_name UNIQUE (work_pool_id, name)
);
CREATE TABLE deployment (
	flow_id CHAR(32) NOT NULL,
	name VARCHAR NOT NULL,
	version VARCHAR,
	description VARCHAR,
	paused BOOLEAN NOT NULL,
	status VARCHAR NOT NULL,
	last_polled DATETIME,
	tags JSON NOT NULL,
	labels JSON NOT NULL,
	parameters JSON NOT NULL,
	parameter_openapi_schema JSON,
	enforce_parameter_schema BOOLEAN NOT NULL,
	job_variables JSON NOT NULL,
	pull_steps TEXT,
	path VARCHAR,
	entrypoint VARCHAR,
	manifest_path VARCHAR,
	storage_document_id CHAR(32),
	infrastructure_document_id CHAR(32),
	work_queue_id CHAR(32),
	work_queue_name VARCHAR,
	concurrency_limit_id CHAR(32),
	concurrency_options JSON,
	created_by JSON,
	updated_by JSON,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_deployment PRIMARY KEY (id),
	CONSTRAINT fk_deployment_concurrency_limit_id FOREIGN KEY(concurrency_limit_id) REFERENCES concurrency_limit (id) ON DELETE SET NULL,
	CONSTRAINT fk_deployment_flow_id FOREIGN KEY(flow_id) REFERENCES flow (id) ON DELETE CASCADE,
	CONSTRAINT fk_deployment_work_queue_id FOREIGN KEY(work_queue_id) REFERENCES work_queue (id) ON DELETE SET NULL,
	CONSTRAINT uq_deployment_flow_id_name UNIQUE (flow_id, name)
);
CREATE INDEX ix_deployment_work_queue_id ON deployment (work_queue_id);
CREATE TABLE flow_run_input (
	flow_run_id CHAR(32) NOT NULL,
	"key" VARCHAR NOT NULL,
	value VARCHAR NOT NULL,
	sender VARCHAR,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_flow_run_input PRIMARY KEY (id),
	CONSTRAINT fk_flow_run_input_flow_run_id FOREIGN KEY(flow_run_id) REFERENCES flow_run (id) ON DELETE CASCADE,
	CONSTRAINT uq_flow_run_input_flow_run_id_key UNIQUE (flow_run_id, "key")
);
CREATE TABLE task_run_state_cache (
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	cache_key VARCHAR NOT NULL,
	cache_expiration DATETIME,
	task_run_state_id CHAR(32) NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_task_run_state_cache PRIMARY KEY (id),
	CONSTRAINT fk_task_run_state_cache_task_run_state_id FOREIGN KEY(task_run_state_id) REFERENCES task_run_state (id) ON DELETE CASCADE
);
CREATE INDEX ix_task_run_state_cache_task_run_state_id ON task_run_state_cache (task_run_state_id);
CREATE INDEX ix_task_run_state_cache_workspace_id_cache_key_created ON task_run_state_cache (workspace_id, cache_key, created);
CREATE INDEX ix_flow_run_state_type_next_scheduled_start_time ON flow_run (state_type, next_scheduled_start_time) WHERE state_type IN ('SCHEDULED', 'PAUSED', 'CANCELLING');
CREATE INDEX ix_flow_run_state_timestamp ON flow_run (state_timestamp) WHERE state_type = 'CANCELLED';
CREATE INDEX ix_flow_run_deployment_id ON flow_run (deployment_id) WHERE deployment_id IS NOT NULL;
CREATE INDEX ix_flow_run_work_queue_id ON flow_run (work_queue_id) WHERE work_queue_id IS NOT NULL;
CREATE INDEX ix_flow_run_parent_task_run_id ON flow_run (parent_task_run_id) WHERE parent_task_run_id IS NOT NULL;
CREATE INDEX ix_flow_run_history ON flow_run (workspace_id, expected_start_time, id, state_type, state_name, start_time, total_run_time, state_timestamp);
CREATE INDEX ix_flow_run_of_flow ON flow_run (flow_id, expected_start_time, id, workspace_id, start_time);
CREATE INDEX ix_flow_run_name ON flow_run (workspace_id, id, name);
CREATE TABLE "concurrency_limit" (
	name VARCHAR NOT NULL,
	"limit" INTEGER NOT NULL,
	active BOOLEAN NOT NULL,
	loose_slots INTEGER NOT NULL,
	denied_slots INTEGER NOT NULL,
	slot_decay_per_second DOUBLE NOT NULL,
	avg_slot_occupancy_seconds DOUBLE NOT NULL,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	loose_since DATETIME NOT NULL,
	CONSTRAINT pk_concurrency_limit PRIMARY KEY (id),
	CONSTRAINT uq_concurrency_limit_workspace_id_name UNIQUE (workspace_id, name)
);
CREATE TABLE csrf_token (
	client VARCHAR NOT NULL,
	token VARCHAR NOT NULL,
	expiration DATETIME NOT NULL,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	CONSTRAINT pk_csrf_token PRIMARY KEY (id),
	CONSTRAINT uq_csrf_token_client UNIQUE (client)
);
CREATE INDEX ix_csrf_token_expiration ON csrf_token (expiration);
CREATE TABLE variable (
	name VARCHAR NOT NULL,
	value TEXT,
	tags JSON NOT NULL,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_variable PRIMARY KEY (id),
	CONSTRAINT uq_variable_workspace_id_name UNIQUE (workspace_id, name)
);
CREATE TABLE artifact (
	"key" VARCHAR,
	type VARCHAR,
	description VARCHAR,
	data TEXT,
	metadata_ JSON,
	flow_run_id CHAR(32),
	task_run_id CHAR(32),
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_artifact PRIMARY KEY (id)
);
CREATE INDEX ix_artifact_workspace_id_key_created ON artifact (workspace_id, "key", created);
CREATE INDEX ix_artifact_flow_run_id ON artifact (flow_run_id);
CREATE INDEX ix_artifact_task_run_id ON artifact (task_run_id);
CREATE TABLE artifact_collection (
	"key" VARCHAR NOT NULL,
	latest_id CHAR(32) NOT NULL,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_artifact_collection PRIMARY KEY (id),
	CONSTRAINT uq_artifact_collection_workspace_id_key UNIQUE (workspace_id, "key")
);
CREATE INDEX ix_artifact_collection_latest_id ON artifact_collection (latest_id);
CREATE TABLE saved_search (
	name VARCHAR NOT NULL,
	filters TEXT NOT NULL,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_saved_search PRIMARY KEY (id),
	CONSTRAINT uq_saved_search_workspace_id_name UNIQUE (workspace_id, name)
);
CREATE TABLE worker (
	work_pool_id CHAR(32) NOT NULL,
	name VARCHAR NOT NULL,
	last_heartbeat_time DATETIME NOT NULL,
	heartbeat_interval_seconds INTEGER,
	status VARCHAR NOT NULL,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_worker PRIMARY KEY (id),
	CONSTRAINT fk_worker_work_pool_id FOREIGN KEY(work_pool_id) REFERENCES work_pool (id) ON DELETE CASCADE,
	CONSTRAINT uq_worker_work_pool_id_name UNIQUE (work_pool_id, name)
);
CREATE INDEX ix_flow_run_due ON flow_run (work_queue_id, next_scheduled_start_time) WHERE state_type = 'SCHEDULED' AND work_queue_id IS NOT NULL;
CREATE INDEX ix_flow_run_held ON flow_run (work_queue_id, state_type) WHERE state_type IN ('PENDING', 'RUNNING', 'CANCELLING') AND work_queue_id IS NOT NULL;
CREATE INDEX ix_flow_run_named ON flow_run (work_queue_name, next_scheduled_start_time) WHERE state_type = 'SCHEDULED' AND work_queue_id IS NULL AND work_queue_name IS NOT NULL;
CREATE TABLE task_worker (
	id CHAR(32) NOT NULL,
	identifier VARCHAR NOT NULL,
	task_keys JSON NOT NULL,
	seen DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_task_worker PRIMARY KEY (id)
);
CREATE TABLE task_claim (
	task_run_id CHAR(32) NOT NULL,
	state_id CHAR(32) NOT NULL,
	holder CHAR(32) NOT NULL,
	expires DATETIME NOT NULL,
	CONSTRAINT pk_task_claim PRIMARY KEY (task_run_id),
	CONSTRAINT fk_task_claim_task_run_id FOREIGN KEY(task_run_id) REFERENCES task_run (id) ON DELETE CASCADE
);
CREATE INDEX ix_task_run_waiting ON task_run (task_key, next_scheduled_start_time) WHERE state_type = 'SCHEDULED';
CREATE TABLE deployment_schedule (
	deployment_id CHAR(32) NOT NULL,
	schedule JSON NOT NULL,
	active BOOLEAN NOT NULL,
	parameters JSON NOT NULL,
	slug VARCHAR,
	max_scheduled_runs INTEGER,
	max_active_runs INTEGER,
	catchup BOOLEAN NOT NULL,
	plan_at DATETIME,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL, late_runs VARCHAR DEFAULT 'all' NOT NULL, late_runs_max_seconds DOUBLE,
	CONSTRAINT pk_deployment_schedule PRIMARY KEY (id),
	CONSTRAINT fk_deployment_schedule_deployment_id FOREIGN KEY(deployment_id) REFERENCES deployment (id) ON DELETE CASCADE,
	CONSTRAINT uq_deployment_schedule_deployment_id_slug UNIQUE (deployment_id, slug)
);
CREATE INDEX ix_deployment_schedule_plan_at ON deployment_schedule (plan_at) WHERE plan_at IS NOT NULL;
CREATE TABLE automation (
	name VARCHAR NOT NULL,
	description VARCHAR NOT NULL,
	enabled BOOLEAN NOT NULL,
	tags JSON NOT NULL,
	"trigger" JSON NOT NULL,
	actions TEXT NOT NULL,
	actions_on_trigger TEXT NOT NULL,
	actions_on_resolve TEXT NOT NULL,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_automation PRIMARY KEY (id)
);
CREATE INDEX ix_automation_workspace_id_name ON automation (workspace_id, name);
CREATE TABLE automation_related_resource (
	automation_id CHAR(32) NOT NULL,
	resource_id VARCHAR NOT NULL,
	owns BOOLEAN NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_automation_related_resource PRIMARY KEY (automation_id, resource_id),
	CONSTRAINT fk_automation_related_resource_automation_id FOREIGN KEY(automation_id) REFERENCES automation (id) ON DELETE CASCADE
);
CREATE INDEX ix_automation_related_resource_workspace_id_resource_id ON automation_related_resource (workspace_id, resource_id);
CREATE TABLE "log" (
	position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	name VARCHAR NOT NULL,
	level INTEGER NOT NULL,
	message VARCHAR NOT NULL,
	timestamp DATETIME NOT NULL,
	flow_run_id CHAR(32),
	task_run_id CHAR(32),
	workspace_id CHAR(32) NOT NULL
);
CREATE INDEX ix_log_flow_run_id_timestamp ON log (flow_run_id, timestamp);
CREATE INDEX ix_flow_run_begun ON flow_run (workspace_id, coalesce(start_time, expected_start_time), id, state_type);
CREATE INDEX ix_flow_run_flow_id_id ON flow_run (flow_id, id);
CREATE TABLE flow_run_count (
	workspace_id CHAR(32) NOT NULL,
	state_type VARCHAR NOT NULL,
	counter INTEGER NOT NULL,
	runs BIGINT NOT NULL,
	CONSTRAINT pk_flow_run_count PRIMARY KEY (workspace_id, state_type, counter)
);
CREATE TRIGGER flow_run_count_added AFTER INSERT ON flow_run BEGIN INSERT INTO flow_run_count (workspace_id, state_type, counter, runs) VALUES (NEW.workspace_id, coalesce(NEW.state_type, ''), 0, 1) ON CONFLICT (workspace_id, state_type, counter) DO UPDATE SET runs = flow_run_count.runs + 1; END;
CREATE TRIGGER flow_run_count_moved AFTER UPDATE OF state_type ON flow_run WHEN OLD.state_type IS NOT NEW.state_type BEGIN INSERT INTO flow_run_count (workspace_id, state_type, counter, runs) VALUES (NEW.workspace_id, coalesce(NEW.state_type, ''), 0, 1) ON CONFLICT (workspace_id, state_type, counter) DO UPDATE SET runs = flow_run_count.runs + 1; INSERT INTO flow_run_count (workspace_id, state_type, counter, runs) VALUES (OLD.workspace_id, coalesce(OLD.state_type, ''), 0, -1) ON CONFLICT (workspace_id, state_type, counter) DO UPDATE SET runs = flow_run_count.runs - 1; END;
CREATE TRIGGER flow_run_count_removed AFTER DELETE ON flow_run BEGIN INSERT INTO flow_run_count (workspace_id, state_type, counter, runs) VALUES (OLD.workspace_id, coalesce(OLD.state_type, ''), 0, -1) ON CONFLICT (workspace_id, state_type, counter) DO UPDATE SET runs = flow_run_count.runs - 1; END;
CREATE INDEX ix_delivery_attempt_answered ON delivery_attempt (started) WHERE response IS NOT NULL;
CREATE INDEX ix_delivery_told ON delivery (order_key, seq) WHERE order_key IS NOT NULL;
CREATE INDEX ix_delivery_order ON delivery (channel_id, order_key, seq) WHERE order_key IS NOT NULL AND state IN ('pending', 'sending');
CREATE INDEX ix_delivery_recovery ON delivery (channel_id, order_key, seq) WHERE problem IS NOT NULL AND state IN ('pending', 'sending');
CREATE TABLE open_problem (
	policy_id CHAR(32) NOT NULL,
	subject_id CHAR(32) NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	opened DATETIME NOT NULL,
	since BIGINT NOT NULL, group_id CHAR(32), notification_id CHAR(32),
	CONSTRAINT pk_open_problem PRIMARY KEY (policy_id, subject_id),
	CONSTRAINT fk_open_problem_policy_id FOREIGN KEY(policy_id) REFERENCES flow_run_notification_policy (id) ON DELETE CASCADE
);
CREATE TRIGGER notification_policy_channel_removed BEFORE DELETE ON block_document BEGIN UPDATE flow_run_notification_policy SET more_channel_ids = (SELECT json_group_array(value) FROM json_each(more_channel_ids) WHERE replace(value, '-', '') <> OLD.id), fallback_channel_ids = (SELECT json_group_array(value) FROM json_each(fallback_channel_ids) WHERE replace(value, '-', '') <> OLD.id) WHERE workspace_id = OLD.workspace_id AND (OLD.id IN (SELECT replace(value, '-', '') FROM json_each(more_channel_ids)) OR OLD.id IN (SELECT replace(value, '-', '') FROM json_each(fallback_channel_ids))); UPDATE flow_run_notification_policy SET block_document_id = replace(json_extract(more_channel_ids, '$[0]'), '-', ''), more_channel_ids = json_remove(more_channel_ids, '$[0]') WHERE block_document_id = OLD.id AND json_array_length(more_channel_ids) > 0; UPDATE flow_run_notification_policy SET block_document_id = replace(json_extract(fallback_channel_ids, '$[0]'), '-', ''), fallback_channel_ids = json_remove(fallback_channel_ids, '$[0]') WHERE block_document_id = OLD.id AND json_array_length(fallback_channel_ids) > 0; END;
CREATE INDEX ix_delivery_held ON delivery (group_id) WHERE state = 'held';
CREATE TABLE news_group (
	id CHAR(32) NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	policy_id CHAR(32) NOT NULL,
	label VARCHAR NOT NULL,
	due DATETIME,
	told DATETIME,
	not_before DATETIME,
	CONSTRAINT pk_news_group PRIMARY KEY (id)
);
CREATE INDEX ix_news_group_due ON news_group (due);
CREATE INDEX ix_news_group_policy_id ON news_group (policy_id);
CREATE TABLE channel_health (
	workspace_id CHAR(32) NOT NULL,
	channel_id CHAR(32) NOT NULL,
	last_success DATETIME,
	failing_since DATETIME,
	failures INTEGER NOT NULL,
	denied INTEGER NOT NULL,
	denied_since DATETIME,
	reason VARCHAR,
	recent TEXT NOT NULL,
	opens INTEGER NOT NULL,
	open_until DATETIME,
	probe_until DATETIME,
	disabled DATETIME,
	off DATETIME,
	told VARCHAR,
	told_at DATETIME, meter JSON,
	CONSTRAINT pk_channel_health PRIMARY KEY (channel_id),
	CONSTRAINT fk_channel_health_channel_id FOREIGN KEY(channel_id) REFERENCES block_document (id) ON DELETE CASCADE
);
CREATE INDEX ix_channel_health_told ON channel_health (workspace_id) WHERE told IS NOT NULL;
CREATE TABLE rate_bucket (
	workspace_id CHAR(32) NOT NULL,
	"key" VARCHAR NOT NULL,
	tokens DOUBLE NOT NULL,
	at DATETIME NOT NULL,
	CONSTRAINT pk_rate_bucket PRIMARY KEY ("key")
);
CREATE INDEX ix_delivery_next ON delivery (channel_id, due, created, id) WHERE state IN ('pending', 'sending');
CREATE TABLE automation_firing (
	id CHAR(32) NOT NULL,
	automation_id CHAR(32) NOT NULL,
	trigger_id CHAR(32) NOT NULL,
	triggered DATETIME NOT NULL,
	event_id CHAR(32) NOT NULL,
	firing JSON NOT NULL,
	automation JSON NOT NULL,
	workspace_id CHAR(32) NOT NULL, resolved BOOLEAN DEFAULT 0 NOT NULL,
	CONSTRAINT pk_automation_firing PRIMARY KEY (id)
);
CREATE INDEX ix_automation_firing_triggered ON automation_firing (triggered);
CREATE TABLE automation_action (
	id CHAR(32) NOT NULL,
	firing_id CHAR(32) NOT NULL,
	automation_id CHAR(32) NOT NULL,
	number INTEGER NOT NULL,
	on_trigger BOOLEAN NOT NULL,
	action JSON NOT NULL,
	state VARCHAR NOT NULL,
	due DATETIME NOT NULL,
	claim CHAR(32),
	attempts INTEGER NOT NULL,
	ended DATETIME,
	reason VARCHAR,
	details JSON,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_automation_action PRIMARY KEY (id),
	CONSTRAINT fk_automation_action_firing_id FOREIGN KEY(firing_id) REFERENCES automation_firing (id) ON DELETE CASCADE
);
CREATE INDEX ix_automation_action_firing_id_number ON automation_action (firing_id, number);
CREATE INDEX ix_automation_action_due ON automation_action (due) WHERE state = 'pending';
CREATE TABLE automation_reader (
	name VARCHAR NOT NULL,
	position INTEGER NOT NULL,
	turn INTEGER NOT NULL,
	missing TEXT NOT NULL,
	CONSTRAINT pk_automation_reader PRIMARY KEY (name)
);
CREATE TABLE automation_memory (
	trigger_id CHAR(32) NOT NULL,
	"key" VARCHAR NOT NULL,
	automation_id CHAR(32) NOT NULL,
	state JSON NOT NULL,
	due DATETIME,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_automation_memory PRIMARY KEY (trigger_id, "key")
);
CREATE INDEX ix_automation_memory_due ON automation_memory (due);
CREATE TABLE automation_waiting (
	position INTEGER NOT NULL,
	event_id CHAR(32) NOT NULL,
	leader CHAR(32) NOT NULL,
	until DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_automation_waiting PRIMARY KEY (position)
);
CREATE INDEX ix_automation_waiting_leader ON automation_waiting (leader);
CREATE INDEX ix_automation_waiting_until ON automation_waiting (until);
CREATE TABLE webhook (
	name VARCHAR NOT NULL,
	slug VARCHAR NOT NULL,
	description VARCHAR NOT NULL,
	template VARCHAR NOT NULL,
	enabled BOOLEAN NOT NULL,
	token_digest VARCHAR NOT NULL,
	signature VARCHAR,
	signature_header VARCHAR,
	secret VARCHAR,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_webhook PRIMARY KEY (id),
	CONSTRAINT uq_webhook_slug UNIQUE (slug),
	CONSTRAINT uq_webhook_workspace_id_name UNIQUE (workspace_id, name)
);
CREATE TABLE "event" (
	position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	id CHAR(32) NOT NULL,
	occurred DATETIME NOT NULL,
	received DATETIME NOT NULL,
	event VARCHAR NOT NULL,
	resource_id VARCHAR NOT NULL,
	resource JSON NOT NULL,
	related TEXT NOT NULL,
	payload TEXT NOT NULL,
	follows CHAR(32),
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT uq_event_id UNIQUE (id)
);
CREATE INDEX ix_event_resource_id_occurred ON event (resource_id, occurred);
CREATE INDEX ix_event_workspace_id_occurred ON event (workspace_id, occurred);
CREATE INDEX ix_event_heartbeats ON event (occurred) WHERE event = 'prefect.flow-run.heartbeat';
CREATE TABLE flow_run_heartbeat (
	flow_run_id CHAR(32) NOT NULL,
	state_id CHAR(32) NOT NULL,
	occurred DATETIME NOT NULL,
	received DATETIME NOT NULL,
	gap DOUBLE,
	frequency DOUBLE,
	silent_at DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_flow_run_heartbeat PRIMARY KEY (flow_run_id)
);
CREATE INDEX ix_flow_run_heartbeat_silent_at ON flow_run_heartbeat (silent_at);
CREATE INDEX ix_flow_run_skip_at ON flow_run (skip_at) WHERE state_type = 'SCHEDULED' AND skip_at IS NOT NULL;
CREATE INDEX ix_delivery_fall_back ON delivery (channel_id, fall_back) WHERE fall_back IS NOT NULL AND state = 'pending';
CREATE TABLE incident (
	title VARCHAR NOT NULL,
	description VARCHAR NOT NULL,
	severity VARCHAR NOT NULL,
	automation_id CHAR(32),
	related TEXT NOT NULL,
	closed DATETIME,
	note VARCHAR,
	id CHAR(32) NOT NULL,
	created DATETIME NOT NULL,
	updated DATETIME NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_incident PRIMARY KEY (id)
);
CREATE INDEX ix_incident_workspace_id_created ON incident (workspace_id, created);
CREATE INDEX ix_automation_firing_of_automation ON automation_firing (workspace_id, automation_id, triggered, resolved);
CREATE INDEX ix_delivery_dead ON delivery (workspace_id, created) WHERE state IN ('dead', 'partly');
CREATE TABLE event_block (
	number INTEGER NOT NULL,
	since DATETIME NOT NULL,
	until DATETIME NOT NULL,
	CONSTRAINT pk_event_block PRIMARY KEY (number)
);
CREATE TABLE event_resource (
	resource_id VARCHAR NOT NULL,
	block INTEGER NOT NULL,
	about TEXT NOT NULL,
	related TEXT NOT NULL,
	workspace_id CHAR(32) NOT NULL,
	CONSTRAINT pk_event_resource PRIMARY KEY (block, workspace_id, resource_id)
)
 WITHOUT ROWID
;
CREATE INDEX ix_event_resource_workspace_id_resource_id_block ON event_resource (workspace_id, resource_id, block);
INSERT INTO workspace (id, name, created, updated)
VALUES ('00000000000000000000000000000001', 'default', strftime('%Y-%m-%d %H:%M:%f000', 'now'), strftime('%Y-%m-%d %H:%M:%f000', 'now'));
INSERT INTO alembic_version VALUES ('0032');
