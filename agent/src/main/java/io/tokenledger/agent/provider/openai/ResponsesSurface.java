package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.ProviderError;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.agent.provider.SurfaceFields.StreamEnd;
import io.tokenledger.agent.provider.UsageCounts;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The Responses API: a call ({@code POST}), and the read of a stored response ({@code GET}), which
 * repeats the usage of its call or, in background mode, brings it. Every field stands at the top of
 * a JSON body and under {@code response} in the events of a stream; an event's own value wins.
 */
final class ResponsesSurface implements Surface {
  private static final String[] USAGE = {"response.usage", "usage"};

  /** Members of a response object that are read at the top of a body and inside an event. */
  private static final List<String> MEMBERS =
      List.of("id", "model", "service_tier", "status", "incomplete_details.reason");

  private static final List<FieldPath> REQUEST_FIELDS =
      OpenAiFields.concat(
          OpenAiFields.REQUEST,
          List.of(
              FieldPath.last("max_output_tokens", "max_output_tokens"),
              FieldPath.last("reasoning.effort", "reasoning.effort"),
              FieldPath.last("previous_response_id", "previous_response_id"),
              FieldPath.last("background", "background")));

  private static final List<FieldPath> RESPONSE_FIELDS = responseFieldPaths();

  private static final List<String> REQUEST_METADATA =
      List.of("max_output_tokens", "reasoning.effort", "previous_response_id", "background");

  // An error event is not the end: response.failed may follow it, with what the call cost.
  private static final StreamEnd STREAM_END =
      new StreamEnd(null, Set.of("response.completed", "response.incomplete", "response.failed"));

  private final String api;
  private final HostTraits host;
  private final SurfaceFields fields;

  /**
   * @param api {@code openai.responses}, or the name of a surface that answers in the same shape
   */
  ResponsesSurface(String api, HostTraits host) {
    this.api = api;
    this.host = host;
    fields = OpenAiFields.of(REQUEST_FIELDS, RESPONSE_FIELDS, STREAM_END, host);
  }

  @Override
  public String api() {
    return api;
  }

  @Override
  public String requestType(boolean stream) {
    return stream ? "chat_stream" : "chat";
  }

  @Override
  public SurfaceFields fields() {
    return fields;
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    String status = draft.responseText("response.status", "status");
    String incomplete =
        draft.responseText("response.incomplete_details.reason", "incomplete_details.reason");
    draft.answered(this);
    OpenAiCall.write(draft, host, REQUEST_METADATA);
    draft.set(UsageField.MODEL, draft.responseText("response.model", "model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText("response.id", "id"));
    draft.set(UsageField.SERVICE_TIER, draft.responseText("response.service_tier", "service_tier"));
    draft.set(UsageField.STOP_REASON, incomplete == null ? status : incomplete);
    draft.metadata("response_status", status);
    writeUsage(draft, status);
    writeTools(draft);
    draft.outcome(error(draft, status));
    draft.finish();
  }

  private void writeUsage(RecordDraft draft, String status) {
    Captured captured = draft.captured();
    for (String name : USAGE) {
      if (captured.response(name) != null) {
        OpenAiUsage.write(captured.response(name), draft, host);
        draft.totals(true);
        draft.repeatable("openai.responses", draft.get(UsageField.RESPONSE_ID));
        return;
      }
    }
    draft.usage(null);
    boolean running = "queued".equals(status) || "in_progress".equals(status);
    draft.explainMissingUsage(running ? UsageNote.LATER : UsageNote.NOT_REPORTED, USAGE);
  }

  @Override
  public String repeats() {
    return "Reads of a stored response repeat its usage: counted once per host, account and id.";
  }

  /** Items that the provider bills per call, and what newer replies say about tools themselves. */
  private static void writeTools(RecordDraft draft) {
    Map<String, Object> items = new LinkedHashMap<>();
    for (String name : List.of("response.output", "output")) {
      draft
          .captured()
          .tally(name)
          .forEach(
              (type, count) -> {
                if (isServerTool(type)) {
                  items.put(type, count);
                }
              });
    }
    draft.metadata("output_tool_items", items.isEmpty() ? null : items);
    Map<String, Object> tools =
        JsonText.asObject(draft.responseValue("response.tool_usage", "tool_usage"));
    if (tools != null) {
      draft.metadata("tool_usage", tools);
      Long searches = new UsageCounts(tools, draft).count("web_search.num_requests");
      if (searches != null) {
        ServerTools.add(Map.of("web_search_requests", searches), draft);
      }
    }
  }

  /** Calls of functions that the application runs itself end in {@code _call} too. */
  private static boolean isServerTool(String type) {
    return type.endsWith("_call")
        && !type.equals("function_call")
        && !type.equals("custom_tool_call")
        && !type.equals("local_shell_call");
  }

  /** {@code response.failed} and an {@code error} event; null when neither came. */
  private static ProviderError error(RecordDraft draft, String status) {
    ProviderError error = ProviderError.ofMember(draft.responseValue("response.error", "error"));
    boolean errorEvent = "error".equals(draft.responseText("type"));
    if (error == null && (errorEvent || "failed".equals(status))) {
      return new ProviderError(null, draft.responseText("code"), draft.responseText("message"));
    }
    return error;
  }

  private static List<FieldPath> responseFieldPaths() {
    List<FieldPath> fields = new ArrayList<>(OpenAiFields.ERROR);
    for (String name : USAGE) {
      fields.add(FieldPath.usage(name, name, "input_tokens", "output_tokens", "total_tokens"));
    }
    for (String prefix : List.of("", "response.")) {
      for (String member : MEMBERS) {
        fields.add(FieldPath.last(prefix + member, prefix + member));
      }
      fields.add(
          new FieldPath(
              prefix + "tool_usage",
              prefix + "tool_usage",
              FieldPath.Capture.LAST,
              4 * 1024,
              Set.of()));
      fields.add(FieldPath.tally(prefix + "output", prefix + "output[].type"));
    }
    fields.add(OpenAiFields.error("response.error"));
    fields.add(FieldPath.seen("first_token", "delta"));
    return List.copyOf(fields);
  }
}
