package io.tokenledger.it.overhead;

import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Usage records as the agent writes them for the common providers: what benchmarks of the forwarder
 * drain. A service uses four models for four features and has 300 users, of whom some come much
 * more often than others. The same number gives the same records, apart from their time. Not
 * thread-safe.
 */
final class TypicalRecords {
  private static final List<Shape> SHAPES =
      List.of(
          new Shape("openai", "openai.chat", "gpt-4o-mini", "gpt-4o-mini-2024-07-18", "default"),
          new Shape("openai", "openai.chat", "gpt-4o-mini", "gpt-4o-mini-2024-07-18", "default"),
          new Shape("openai", "openai.chat", "gpt-4.1", "gpt-4.1-2025-04-14", "default"),
          new Shape("openai", "openai.responses", "gpt-5-mini", "gpt-5-mini-2025-08-07", "default"),
          new Shape(
              "anthropic", "anthropic.messages", "claude-sonnet-4-5", "claude-sonnet-4-5", null),
          new Shape(
              "anthropic", "anthropic.messages", "claude-sonnet-4-5", "claude-sonnet-4-5", null),
          new Shape(
              "anthropic",
              "anthropic.messages",
              "claude-haiku-4-5",
              "claude-haiku-4-5-20251001",
              "standard"),
          new Shape("gemini", "gemini.generateContent", "gemini-2.5-flash", null, null),
          new Shape(
              "bedrock",
              "bedrock.converse",
              "anthropic.claude-3-haiku-20240307-v1:0",
              "anthropic.claude-3-haiku-20240307-v1:0",
              null),
          new Shape(
              "openai",
              "openai.embeddings",
              "text-embedding-3-small",
              "text-embedding-3-small",
              null),
          new Shape("mistral", "openai.chat", "mistral-small-latest", "mistral-small-2506", null),
          new Shape("openrouter", "openai.chat", "openai/gpt-4o-mini", "openai/gpt-4o-mini", null));

  private static final int MODELS_OF_A_SERVICE = 4;
  private static final List<String> FEATURES = List.of("search", "summary", "chat", "triage");
  private static final List<String> HEX = List.of("0123456789abcdef".split(""));

  private final SplittableRandom random;
  private final List<Shape> shapes;
  private final String service;
  private final String team;

  private record Shape(
      String provider, String api, String requested, String served, String serviceTier) {}

  /**
   * @param number of the application among those that are metered
   */
  TypicalRecords(int number) {
    this.random = new SplittableRandom(number);
    this.shapes =
        IntStream.range(0, MODELS_OF_A_SERVICE)
            .mapToObj(i -> SHAPES.get((number + 3 * i) % SHAPES.size()))
            .toList();
    this.service = "service-" + number;
    this.team = "team-" + number % 8;
  }

  String service() {
    return service;
  }

  /** A call that was sent at that time. */
  UsageRecord next(Instant sent) {
    Shape shape = shapes.get(random.nextInt(shapes.size()));
    UsageRecord.Builder record = UsageRecord.builder();
    call(record, shape, sent);
    who(record);
    int fate = random.nextInt(100);
    if (fate < 3) {
      failed(record);
    } else {
      answered(record, shape, fate < 5);
    }
    return record.build();
  }

  private void call(UsageRecord.Builder record, Shape shape, Instant sent) {
    boolean streamed = random.nextInt(3) == 0 && !shape.api().endsWith("embeddings");
    record
        .set(UsageField.EVENT_ID, uuidV7(sent.toEpochMilli()))
        .set(UsageField.TIMESTAMP, sent)
        .set(UsageField.AGENT_VERSION, "0.1.0")
        .set(UsageField.CLIENT, "okhttp")
        .set(UsageField.PROVIDER, shape.provider())
        .set(UsageField.API, shape.api())
        .set(UsageField.ENDPOINT, "/v1/" + shape.api().replace('.', '/'))
        .set(UsageField.HOST, "api." + shape.provider() + ".com")
        .set(UsageField.REQUEST_TYPE, shape.api().endsWith("embeddings") ? "embedding" : "chat")
        .set(UsageField.REQUEST_MODEL, shape.requested())
        .set(UsageField.REQUEST_ID, "req_" + hex(28))
        .set(UsageField.STREAMED, streamed)
        .set(UsageField.ATTEMPT, 1)
        .set(UsageField.BILLED, true)
        .set(UsageField.DURATION_MS, 200 + random.nextInt(9_000_000) / 1e3)
        .set(UsageField.TIME_TO_FIRST_BYTE_MS, 100 + random.nextInt(100_000) / 1e3)
        .set(
            UsageField.METADATA,
            "{\"ratelimit_remaining_requests\":" + random.nextInt(9_999) + "}");
    if (streamed) {
      record.set(UsageField.TIME_TO_FIRST_TOKEN_MS, 120 + random.nextInt(100_000) / 1e3);
    }
  }

  private void who(UsageRecord.Builder record) {
    record
        .set(UsageField.APP_NAME, service)
        .set(UsageField.ENVIRONMENT, "production")
        .set(UsageField.TEAM, team)
        .set(UsageField.COST_CENTER, "cc-" + team)
        .set(UsageField.FEATURE, FEATURES.get(random.nextInt(FEATURES.size())))
        .set(UsageField.USER_ID, "user-" + random.nextInt(1 + random.nextInt(300)))
        .set(UsageField.SESSION_ID, "session-" + hex(12))
        .set(UsageField.API_KEY_FINGERPRINT, "f1a2b3c4d5e6f708")
        .set(UsageField.CALLER, "com.example." + service.replace("-", "") + ".Assistant.answer")
        .set(UsageField.TRACE_ID, new UUID(random.nextLong(), random.nextLong()))
        .set(UsageField.SPAN_ID, hex(16));
  }

  private void failed(UsageRecord.Builder record) {
    record
        .set(UsageField.HTTP_STATUS, 429)
        .set(UsageField.STATUS, "error")
        .set(UsageField.COMPLETION, "none")
        .set(UsageField.USAGE_SOURCE, "none")
        .set(UsageField.USAGE_NOTE, List.of("not_reported"))
        .set(UsageField.ERROR_TYPE, "rate_limit_error")
        .set(UsageField.ERROR_CODE, "rate_limit_exceeded")
        .set(UsageField.ERROR_MESSAGE, "Rate limit reached: try again in " + hex(2) + " seconds.");
  }

  private void answered(UsageRecord.Builder record, Shape shape, boolean cut) {
    long input = 1 + random.nextInt(20_000);
    long read = random.nextInt(3) == 0 ? input * random.nextInt(90) / 100 : 0;
    long output = shape.api().endsWith("embeddings") ? 0 : 1 + random.nextInt(2_000);
    record
        .set(UsageField.HTTP_STATUS, 200)
        .set(UsageField.STATUS, cut ? "cancelled" : "success")
        .set(UsageField.COMPLETION, cut ? "partial" : "complete")
        .set(UsageField.MODEL, shape.served() != null ? shape.served() : shape.requested())
        .set(UsageField.SERVICE_TIER, shape.serviceTier())
        .set(UsageField.RESPONSE_ID, "chatcmpl-" + hex(29))
        .set(UsageField.STOP_REASON, cut ? null : "stop")
        .set(UsageField.USAGE_SOURCE, "provider")
        .set(UsageField.INPUT_TOKENS, input)
        .set(UsageField.CACHED_TOKENS, read)
        .set(UsageField.CACHE_READ_TOKENS, read);
    if (output > 0) {
      record.set(UsageField.OUTPUT_TOKENS, output).set(UsageField.TOTAL_TOKENS, input + output);
    }
    switch (shape.provider()) {
      case "anthropic" -> anthropic(record, input, read, output);
      case "gemini" -> gemini(record, input, read, output);
      case "bedrock" ->
          record.set(
              UsageField.USAGE_RAW,
              "{\"inputTokens\":"
                  + input
                  + ",\"outputTokens\":"
                  + output
                  + ",\"totalTokens\":"
                  + (input + output)
                  + "}");
      default -> openAi(record, shape, input, read, output);
    }
  }

  private void openAi(UsageRecord.Builder record, Shape shape, long input, long read, long output) {
    boolean responses = shape.api().equals("openai.responses");
    long reasoning = responses ? output / 2 : 0;
    if (responses) {
      record.set(UsageField.DEDUPE_KEY, "openai.responses:api.openai.com::resp_" + hex(40));
    }
    record
        .set(UsageField.TOTAL_TOKENS_REPORTED, input + output)
        .set(UsageField.REASONING_TOKENS, reasoning)
        .set(UsageField.AUDIO_INPUT_TOKENS, 0L)
        .set(UsageField.AUDIO_OUTPUT_TOKENS, 0L)
        .set(
            UsageField.USAGE_RAW,
            "{\"prompt_tokens\":"
                + input
                + ",\"completion_tokens\":"
                + output
                + ",\"total_tokens\":"
                + (input + output)
                + ",\"prompt_tokens_details\":{\"cached_tokens\":"
                + read
                + ",\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":"
                + reasoning
                + ",\"audio_tokens\":0,\"accepted_prediction_tokens\":0,"
                + "\"rejected_prediction_tokens\":0}}");
    if (shape.provider().equals("openrouter")) {
      record
          .set(UsageField.REPORTED_COST_USD, BigDecimal.valueOf(input * 15 + output * 60, 8))
          .set(UsageField.REPORTED_COST_KIND, "charged");
    }
  }

  private void anthropic(UsageRecord.Builder record, long input, long read, long output) {
    long write = read == 0 ? input / 4 : 0;
    record
        .set(UsageField.CACHE_WRITE_TOKENS, write)
        .set(UsageField.CACHE_WRITE_5M_TOKENS, write)
        .set(UsageField.CACHE_WRITE_1H_TOKENS, 0L)
        .set(
            UsageField.USAGE_RAW,
            "{\"input_tokens\":"
                + (input - read - write)
                + ",\"cache_creation_input_tokens\":"
                + write
                + ",\"cache_read_input_tokens\":"
                + read
                + ",\"cache_creation\":{\"ephemeral_5m_input_tokens\":"
                + write
                + ",\"ephemeral_1h_input_tokens\":0},\"output_tokens\":"
                + output
                + ",\"service_tier\":\"standard\",\"inference_geo\":\"global\"}");
    if (random.nextInt(20) == 0) {
      record.set(UsageField.SERVER_TOOL_REQUESTS, "{\"web_search_requests\":1}");
    }
  }

  private void gemini(UsageRecord.Builder record, long input, long read, long output) {
    record
        .set(UsageField.TOTAL_TOKENS_REPORTED, input + output)
        .set(
            UsageField.USAGE_RAW,
            "{\"promptTokenCount\":"
                + input
                + ",\"candidatesTokenCount\":"
                + output
                + ",\"totalTokenCount\":"
                + (input + output)
                + ",\"cachedContentTokenCount\":"
                + read
                + ",\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":"
                + input
                + "}]}");
  }

  /** RFC 9562, version 7, as the agent makes them. */
  private UUID uuidV7(long millis) {
    long high = millis << 16 | 0x7000 | random.nextInt(0x1000);
    return new UUID(high, random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L);
  }

  private String hex(int digits) {
    StringBuilder text = new StringBuilder(digits);
    for (int i = 0; i < digits; i++) {
      text.append(HEX.get(random.nextInt(16)));
    }
    return text.toString();
  }
}
