package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.RecordDraft;
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
 * Chat completions. In a stream the last usage object that is seen anywhere wins, wherever the host
 * puts it: at the top of the last chunk (OpenAI), beside the last choice, in {@code x_groq} (Groq)
 * or in the choice (Moonshot).
 */
final class ChatSurface implements Surface {
  private static final String[] USAGE = {"usage", "x_groq.usage", "choices[0].usage"};

  private static final List<FieldPath> REQUEST_FIELDS =
      OpenAiFields.concat(
          OpenAiFields.REQUEST,
          List.of(
              FieldPath.last("stream_options.include_usage", "stream_options.include_usage"),
              FieldPath.last("n", "n"),
              FieldPath.last("max_tokens", "max_tokens"),
              FieldPath.last("max_completion_tokens", "max_completion_tokens"),
              FieldPath.last("reasoning_effort", "reasoning_effort")));

  private static final List<FieldPath> RESPONSE_FIELDS =
      OpenAiFields.concat(
          OpenAiFields.ERROR,
          List.of(
              usage("usage"),
              usage("x_groq.usage"),
              usage("choices[0].usage"),
              FieldPath.last("id", "id"),
              FieldPath.last("model", "model"),
              FieldPath.last("service_tier", "service_tier"),
              FieldPath.tally("finish_reasons", "choices[].finish_reason"),
              FieldPath.seen("first_token.content", "choices[].delta.content"),
              FieldPath.seen("first_token.reasoning_content", "choices[].delta.reasoning_content"),
              FieldPath.seen("first_token.reasoning", "choices[].delta.reasoning"),
              FieldPath.seen("first_token.refusal", "choices[].delta.refusal"),
              FieldPath.seen("first_token.tool_calls", "choices[].delta.tool_calls")));

  private static final List<String> REQUEST_METADATA =
      List.of("n", "max_tokens", "max_completion_tokens", "reasoning_effort", "store");

  private static final StreamEnd STREAM_END = new StreamEnd("[DONE]", Set.of());

  private static final SurfaceFields FIELDS =
      new SurfaceFields(
          REQUEST_FIELDS,
          RESPONSE_FIELDS,
          OpenAiFields.REQUEST_HEADERS,
          OpenAiFields.RESPONSE_HEADERS,
          STREAM_END);

  @Override
  public String api() {
    return "openai.chat";
  }

  @Override
  public String requestType(boolean stream) {
    return stream ? "chat_stream" : "chat";
  }

  @Override
  public SurfaceFields fields() {
    return FIELDS;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    draft.answered(this);
    OpenAiCall.write(draft, REQUEST_METADATA);
    draft.set(UsageField.MODEL, draft.responseText("model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText("id"));
    draft.set(UsageField.SERVICE_TIER, draft.responseText("service_tier"));
    writeStopReasons(draft);
    writeUsage(draft);
    draft.outcome();
    draft.finish();
  }

  private static void writeUsage(RecordDraft draft) {
    Captured captured = draft.captured();
    for (String name : USAGE) {
      if (captured.response(name) != null) {
        OpenAiUsage.write(captured.response(name), draft);
        draft.totals(true);
        return;
      }
    }
    draft.usage(null);
    boolean unasked =
        Boolean.TRUE.equals(captured.streamed())
            && !captured.requestUnseen()
            && !"true".equals(captured.request("stream_options.include_usage"));
    draft.explainMissingUsage(unasked ? UsageNote.NOT_REQUESTED : UsageNote.NOT_REPORTED, USAGE);
  }

  /** The first choice's reason; all of them where several choices were asked for. */
  private static void writeStopReasons(RecordDraft draft) {
    List<Object> reasons = new ArrayList<>();
    for (Map.Entry<String, Long> reason : draft.captured().tally("finish_reasons").entrySet()) {
      if (reason.getKey().isEmpty()) {
        continue; // Snowflake sends an empty one on each chunk.
      }
      for (long i = 0; i < Math.min(reason.getValue(), 128); i++) {
        reasons.add(reason.getKey());
      }
    }
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
