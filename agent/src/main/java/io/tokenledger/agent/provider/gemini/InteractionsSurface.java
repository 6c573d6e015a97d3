package io.tokenledger.agent.provider.gemini;

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

/**
 * Interactions: a call ({@code POST}), and the read of a stored one ({@code GET}), which repeats
 * its usage or, for a background agent, brings it. Every field stands at the top of a JSON body and
 * under {@code interaction} in the events of a stream.
 */
final class InteractionsSurface implements Surface {
  private static final List<String> MEMBERS = List.of("id", "model", "status", "service_tier");

  private static final SurfaceFields FIELDS =
      new SurfaceFields(
          List.of(
              FieldPath.last("model", "model"),
              FieldPath.last("agent", "agent"),
              FieldPath.last("stream", "stream"),
              FieldPath.last("background", "background"),
              FieldPath.last("service_tier", "service_tier"),
              FieldPath.last("previous_interaction_id", "previous_interaction_id")),
          responseFields(),
          GeminiFields.REQUEST_HEADERS,
          GeminiFields.RESPONSE_HEADERS,
          StreamEnd.member("event_type", "interaction.completed", "interaction.complete"));

  @Override
  public String api() {
    return "gemini.interactions";
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
  public String repeats() {
    return "A read repeats the usage under the interaction's id, which is claimed once.";
  }

  @Override
  public void normalise(Captured captured, UsageRecord.Builder record) {
    RecordDraft draft = new RecordDraft(captured, record);
    String status = draft.responseText("interaction.status", "status");
    draft.answered(this);
    GeminiCall.write(draft);
    draft.requestToMetadata(List.of("agent", "background", "previous_interaction_id"));
    draft.set(UsageField.MODEL, draft.responseText("interaction.model", "model"));
    draft.set(UsageField.RESPONSE_ID, draft.responseText("interaction.id", "id"));
    draft.set(
        UsageField.SERVICE_TIER, draft.responseText("interaction.service_tier", "service_tier"));
    draft.set(UsageField.STOP_REASON, status);
    writeUsage(draft, status);
    draft.outcome();
    draft.finish();
  }

  private static void writeUsage(RecordDraft draft, String status) {
    String usage = draft.captured().response("usage");
    boolean running = "in_progress".equals(status);
    // Counts of one that still runs are not its last: claimed now, the last would be its repeat.
    if (usage == null || running) {
      draft.usage(null);
      draft.explainMissingUsage(running ? UsageNote.LATER : UsageNote.NOT_REPORTED, "usage");
      return;
    }
    GeminiUsage.INTERACTION.write(usage, draft);
    draft.totals(true);
    draft.repeatable("gemini.interactions", draft.get(UsageField.RESPONSE_ID));
  }

  private static List<FieldPath> responseFields() {
    List<FieldPath> fields = new ArrayList<>();
    for (String prefix : List.of("", "interaction.")) {
      fields.add(
          FieldPath.usage(
              "usage",
              prefix + "usage",
              "total_input_tokens",
              "total_output_tokens",
              "total_tokens"));
      for (String member : MEMBERS) {
        fields.add(FieldPath.last(prefix + member, prefix + member));
      }
    }
    fields.add(GeminiFields.ERROR);
    fields.add(FieldPath.seen("first_token.text", "delta.text"));
    fields.add(FieldPath.seen("first_token.arguments", "delta.arguments"));
    return List.copyOf(fields);
  }
}
