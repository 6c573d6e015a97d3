package io.tokenledger.record;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/**
 * The fields of a usage record: the one table that codec, forwarder columns and documentation
 * follow. A field carries the name of its column in {@code token_ledger_events}; an absent value
 * means that nobody said it, never zero.
 *
 * @param <T> the Java type of the field's values
 */
public final class UsageField<T> {
  /** How a field travels and what its column is. */
  public enum Type {
    UUID,
    /** Microseconds since the epoch. */
    INSTANT,
    TEXT,
    /** JSON as text. */
    JSON,
    LONG,
    INT,
    DOUBLE,
    BOOLEAN,
    DECIMAL,
    TEXT_LIST
  }

  private static final List<UsageField<?>> FIELDS = new ArrayList<>();

  /** Longest text of a free column, in characters; longer ones are cut. */
  public static final int MAX_TEXT = 255;

  /** Longest JSON value, in characters; a longer one is left out and noted. */
  public static final int MAX_JSON = 16 * 1024;

  // identity
  public static final UsageField<UUID> EVENT_ID = field("event_id", Type.UUID, 0);
  public static final UsageField<Instant> TIMESTAMP = field("timestamp", Type.INSTANT, 0);
  public static final UsageField<String> AGENT_VERSION = text("agent_version");
  public static final UsageField<String> CLIENT = text("client");

  // call
  public static final UsageField<String> PROVIDER = text("provider");
  public static final UsageField<String> API = text("api");
  public static final UsageField<String> ENDPOINT = text("endpoint");
  public static final UsageField<String> HOST = text("host");
  public static final UsageField<String> REQUEST_TYPE = text("request_type");
  public static final UsageField<String> REQUEST_MODEL = text("request_model");
  public static final UsageField<String> MODEL = text("model");
  public static final UsageField<String> DEPLOYMENT = text("deployment");
  public static final UsageField<String> REGION = text("region");
  public static final UsageField<String> UPSTREAM_PROVIDER = text("upstream_provider");
  public static final UsageField<String> RESPONSE_ID = text("response_id");
  public static final UsageField<String> REQUEST_ID = text("request_id");
  public static final UsageField<String> BATCH_ID = text("batch_id");
  public static final UsageField<String> CUSTOM_ID = text("custom_id");
  public static final UsageField<Integer> HTTP_STATUS = field("http_status", Type.INT, 0);
  public static final UsageField<Boolean> STREAMED = field("streamed", Type.BOOLEAN, 0);
  public static final UsageField<Integer> ATTEMPT = field("attempt", Type.INT, 0);
  public static final UsageField<String> STOP_REASON = text("stop_reason");
  public static final UsageField<String> SERVICE_TIER = text("service_tier");
  public static final UsageField<String> REQUESTED_SERVICE_TIER = text("requested_service_tier");
  public static final UsageField<String> INFERENCE_GEO = text("inference_geo");
  public static final UsageField<String> BILLING_ACCOUNT = text("billing_account");
  public static final UsageField<String> BILLING_PROJECT = text("billing_project");
  public static final UsageField<Boolean> BILLED = field("billed", Type.BOOLEAN, 0);
  public static final UsageField<String> DEDUPE_KEY = text("dedupe_key");

  // outcome
  public static final UsageField<String> STATUS = text("status");
  public static final UsageField<String> COMPLETION = text("completion");
  public static final UsageField<String> USAGE_SOURCE = text("usage_source");
  public static final UsageField<List<String>> USAGE_NOTE = field("usage_note", Type.TEXT_LIST, 0);
  public static final UsageField<String> ERROR_TYPE = text("error_type");
  public static final UsageField<String> ERROR_CODE = text("error_code");
  public static final UsageField<String> ERROR_MESSAGE = field("error_message", Type.TEXT, 1000);

  // tokens: null is "not reported"
  public static final UsageField<Long> INPUT_TOKENS = count("input_tokens");
  public static final UsageField<Long> OUTPUT_TOKENS = count("output_tokens");
  public static final UsageField<Long> TOTAL_TOKENS = count("total_tokens");
  public static final UsageField<Long> TOTAL_TOKENS_REPORTED = count("total_tokens_reported");
  public static final UsageField<Long> CACHED_TOKENS = count("cached_tokens");
  public static final UsageField<Long> CACHE_READ_TOKENS = count("cache_read_tokens");
  public static final UsageField<Long> CACHE_WRITE_TOKENS = count("cache_write_tokens");
  public static final UsageField<Long> CACHE_WRITE_5M_TOKENS = count("cache_write_5m_tokens");
  public static final UsageField<Long> CACHE_WRITE_1H_TOKENS = count("cache_write_1h_tokens");
  public static final UsageField<Long> REASONING_TOKENS = count("reasoning_tokens");
  public static final UsageField<Long> AUDIO_INPUT_TOKENS = count("audio_input_tokens");
  public static final UsageField<Long> AUDIO_OUTPUT_TOKENS = count("audio_output_tokens");
  public static final UsageField<Long> IMAGE_INPUT_TOKENS = count("image_input_tokens");
  public static final UsageField<Long> IMAGE_OUTPUT_TOKENS = count("image_output_tokens");
  public static final UsageField<Long> ACCEPTED_PREDICTION_TOKENS =
      count("accepted_prediction_tokens");
  public static final UsageField<Long> REJECTED_PREDICTION_TOKENS =
      count("rejected_prediction_tokens");

  // other counts
  public static final UsageField<String> SERVER_TOOL_REQUESTS = json("server_tool_requests");
  public static final UsageField<String> BILLABLE = json("billable");
  public static final UsageField<String> ITERATIONS = json("iterations");
  public static final UsageField<String> USAGE_RAW = json("usage_raw");

  // money that the provider itself named
  public static final UsageField<BigDecimal> REPORTED_COST_USD =
      field("reported_cost_usd", Type.DECIMAL, 0);
  public static final UsageField<String> REPORTED_COST_KIND = text("reported_cost_kind");

  // time
  public static final UsageField<Double> DURATION_MS = field("duration_ms", Type.DOUBLE, 0);
  public static final UsageField<Double> TIME_TO_FIRST_BYTE_MS =
      field("time_to_first_byte_ms", Type.DOUBLE, 0);
  public static final UsageField<Double> TIME_TO_FIRST_TOKEN_MS =
      field("time_to_first_token_ms", Type.DOUBLE, 0);

  // who
  public static final UsageField<String> APP_NAME = text("app_name");
  public static final UsageField<String> ENVIRONMENT = text("environment");
  public static final UsageField<String> USER_ID = text("user_id");
  public static final UsageField<String> SESSION_ID = text("session_id");
  public static final UsageField<String> ORGANIZATION_ID = text("organization_id");
  public static final UsageField<String> FEATURE = text("feature");
  public static final UsageField<String> PAGE = text("page");
  public static final UsageField<String> COMPONENT = text("component");
  public static final UsageField<String> TEAM = text("team");
  public static final UsageField<String> PROJECT = text("project");
  public static final UsageField<String> COST_CENTER = text("cost_center");
  public static final UsageField<String> API_KEY_FINGERPRINT = text("api_key_fingerprint");
  public static final UsageField<String> CALLER = text("caller");
  public static final UsageField<UUID> TRACE_ID = field("trace_id", Type.UUID, 0);
  public static final UsageField<String> SPAN_ID = text("span_id");
  public static final UsageField<String> PARENT_SPAN_ID = text("parent_span_id");
  public static final UsageField<String> METADATA = json("metadata");
  public static final UsageField<String> METADATA_EXTRA = json("metadata_extra");

  // text, off by default
  public static final UsageField<String> REQUEST_PREVIEW =
      field("request_preview", Type.TEXT, 4000);
  public static final UsageField<String> RESPONSE_PREVIEW =
      field("response_preview", Type.TEXT, 4000);

  /** Every field, in the order of this table. */
  public static final List<UsageField<?>> ALL = Collections.unmodifiableList(FIELDS);

  private final String name;
  private final Type type;
  private final int maxLength;
  private final int ordinal;

  private UsageField(String name, Type type, int maxLength, int ordinal) {
    this.name = name;
    this.type = type;
    this.maxLength = maxLength;
    this.ordinal = ordinal;
  }

  /** The name of the field in a record and of its column. */
  public String columnName() {
    return name;
  }

  public Type type() {
    return type;
  }

  /** Longest text in characters; 0 where the type is no text. */
  public int maxLength() {
    return maxLength;
  }

  int ordinal() {
    return ordinal;
  }

  @Override
  public String toString() {
    return name;
  }

  private static UsageField<String> text(String name) {
    return field(name, Type.TEXT, MAX_TEXT);
  }

  private static UsageField<String> json(String name) {
    return field(name, Type.JSON, MAX_JSON);
  }

  private static UsageField<Long> count(String name) {
    return field(name, Type.LONG, 0);
  }

  private static <T> UsageField<T> field(String name, Type type, int maxLength) {
    UsageField<T> field = new UsageField<>(name, type, maxLength, FIELDS.size());
    FIELDS.add(field);
    return field;
  }
}
