package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.ProviderError;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.StreamReport;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.agent.provider.SurfaceFields.StreamEnd;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chat completions, and the older completions of plain text, which differ in where the text stands.
 * In a stream the last usage object that is seen anywhere wins, wherever the host puts it: at the
 * top of the last chunk (OpenAI), beside the last choice, on every chunk (Perplexity), in {@code
 * x_groq} (Groq) or in the choice (Moonshot).
 */
final class ChatSurface implements Surface {
  private static final String[] USAGE = {"usage", "x_groq.usage", "choices[0].usage"};

  /** As many as any host lets a request ask for. */
  private static final int MAX_CHOICES = 128;

  private static final List<String> CHAT_REQUEST =
      List.of("n", "max_tokens", "max_completion_tokens", "reasoning_effort", "prompt_cache_key");

  private static final List<String> COMPLETIONS_REQUEST = List.of("n", "best_of", "max_tokens");

  private static final List<FieldPath> RESPONSE_FIELDS =
      OpenAiFields.concat(
          OpenAiFields.ERROR,
          List.of(
              usage("usage"),
              usage("x_groq.usage"),
              usage("choices[0].usage"),
              FieldPath.first("id", "id"),
              FieldPath.last("model", "model"),
              FieldPath.last("service_tier", "service_tier"),
              FieldPath.tally("finish_reasons", "choices[].finish_reason"),
              FieldPath.seen("first_token.text", "choices[].text"),
              FieldPath.seen("first_token.content", "choices[].delta.content"),
              FieldPath.seen("first_token.reasoning_content", "choices[].delta.reasoning_content"),
              FieldPath.seen("first_token.reasoning", "choices[].delta.reasoning"),
              FieldPath.seen("first_token.refusal", "choices[].delta.refusal"),
              FieldPath.seen("first_token.tool_calls", "choices[].delta.tool_calls")));

  private static final StreamEnd STREAM_END = new StreamEnd("[DONE]", Set.of());

  private static final String COMPLETIONS = "openai.completions";

  private final String api;
  private final String requestType;
  private final List<String> requestMetadata;
  private final HostTraits host;
  private final SurfaceFields fields;

  private ChatSurface(
      String api, String requestType, List<String> requestMetadata, HostTraits host) {
    this.api = api;
    this.requestType = requestType;
    this.requestMetadata = requestMetadata;
    this.host = host;
    List<FieldPath> request =
        OpenAiFields.concat(
            OpenAiFields.REQUEST,
            OpenAiFields.named(requestMetadata),
            List.of(
                FieldPath.last("stream_options.include_usage", "stream_options.include_usage")));
    List<FieldPath> response = OpenAiFields.concat(RESPONSE_FIELDS, OpenAiFields.ofHost(host));
    fields = OpenAiFields.of(request, response, STREAM_END, host);
  }

  static ChatSurface chat(HostTraits host) {
    return new ChatSurface("openai.chat", "chat", CHAT_REQUEST, host);
  }

  static ChatSurface completions(HostTraits host) {
    return new ChatSurface(COMPLETIONS, "completion", COMPLETIONS_REQUEST, host);
  }

  @Override
  public String api() {
    return api;
  }

  @Override
  public String requestType(boolean stream) {
    return stream ? requestType + "_stream" : requestType;
  }

  @Override
  public SurfaceFields fields() {
    return fields;
  }

  @Override
  public StreamReport streamReport(String provider) {
    if (host.unasked()) {
      return StreamReport.AS_IT_IS;
    }
    return api.equals(COMPLETIONS)
        ? UsageOnRequest.completions(provider)
        : UsageOnRequest.chat(provider);
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    List<Object> reasons = stopReasons(captured);
    String usage = usage(captured);
    if (endsWithoutDone(captured, reasons, usage)) {
      draft.endedWhole();
    }
    draft.answered(this);
    OpenAiCall.write(draft, host, requestMetadata);
    draft.set(UsageField.MODEL, draft.responseText("model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText("id"));
    draft.set(UsageField.SERVICE_TIER, draft.responseText("service_tier"));
    writeStopReasons(draft, reasons);
    writeUsage(draft, usage);
    ModelBreakdown.write(draft, host.breakdowns());
    // OpenRouter ends a stream that failed with a reason, mostly beside an error.
    draft.outcome(
        reasons.contains("error") && draft.responseValue("error") == null
            ? new ProviderError("error", null, null)
            : null);
    draft.finish();
  }

  private void writeUsage(RecordDraft draft, String usage) {
    if (usage != null) {
      OpenAiUsage.write(usage, draft, host);
      draft.totals(true);
      return;
    }
    draft.usage(null);
    boolean unasked = !host.unasked() && isStream(draft.captured()) && !asksUsage(draft.captured());
    draft.explainMissingUsage(unasked ? UsageNote.NOT_REQUESTED : UsageNote.NOT_REPORTED, USAGE);
  }

  /**
   * Perplexity and some servers send no {@code [DONE]}: their streams are whole when a choice
   * finished and the usage is there, or nobody asked for it. A cut after the last choice, before
   * the usage, stays a cut.
   */
  private boolean endsWithoutDone(Captured captured, List<Object> reasons, String usage) {
    return isStream(captured)
        && captured.ending() == Captured.Ending.TRUNCATED
        && !reasons.isEmpty()
        && (usage != null || !host.unasked() && !asksUsage(captured));
  }

  private static boolean isStream(Captured captured) {
    return Boolean.TRUE.equals(captured.streamed());
  }

  /** True also when nobody knows, since the request was not seen. */
  private static boolean asksUsage(Captured captured) {
    return captured.requestUnseen()
        || "true".equals(captured.request("stream_options.include_usage"));
  }

  private static String usage(Captured captured) {
    for (String name : USAGE) {
      if (captured.response(name) != null) {
        return captured.response(name);
      }
    }
    return null;
  }

  private static List<Object> stopReasons(Captured captured) {
    List<Object> reasons = new ArrayList<>();
    for (Map.Entry<String, Long> reason : captured.tally("finish_reasons").entrySet()) {
      // Snowflake sends an empty one on each chunk.
      long times = reason.getKey().isEmpty() ? 0 : Math.min(reason.getValue(), MAX_CHOICES);
      for (long i = 0; i < times; i++) {
        reasons.add(reason.getKey());
      }
    }
    return reasons;
  }

  /** The first choice's reason; all of them where several choices were asked for. */
  private static void writeStopReasons(RecordDraft draft, List<Object> reasons) {
    if (reasons.isEmpty()) {
      return;
    }
    draft.set(UsageField.STOP_REASON, (String) reasons.get(0));
    String choices = draft.captured().request("n");
    if (choices != null && !choices.equals("1")) {
      draft.metadata("stop_reasons", reasons);
    }
  }

  private static FieldPath usage(String path) {
    return FieldPath.usage(path, path, "prompt_tokens", "completion_tokens", "total_tokens");
  }
}
