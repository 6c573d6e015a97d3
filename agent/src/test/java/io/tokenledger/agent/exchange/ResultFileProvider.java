package io.tokenledger.agent.exchange;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.decode.StreamForm;
import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.agent.provider.UsageNote;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.List;
import java.util.Set;

/** A provider whose one API is a file of results. */
final class ResultFileProvider implements Provider {
  private final Surface surface = new Results();

  @Override
  public String name() {
    return "files";
  }

  @Override
  public boolean servesHost(String host) {
    return host.equals("files.test");
  }

  @Override
  public Surface surface(String method, String path) {
    return surface;
  }

  private static final class Results implements Surface {
    @Override
    public String api() {
      return "files.results";
    }

    @Override
    public String requestType(boolean stream) {
      return "batch";
    }

    @Override
    public SurfaceFields fields() {
      return new SurfaceFields(
          List.of(),
          List.of(
              FieldPath.last("custom_id", "custom_id"),
              FieldPath.usage("usage", "response.body.usage", "input_tokens")),
          Set.of(),
          Set.of("x-request-id"),
          new SurfaceFields.StreamEnd(null, Set.of()),
          StreamForm.RECORDS);
    }

    @Override
    public boolean isResult(Captured line) {
      return line.response("custom_id") != null;
    }

    @Override
    public void normalise(Captured captured, UsageRecord.Builder record) {
      RecordDraft draft = new RecordDraft(captured, record);
      if ("\"breaks\"".equals(captured.response("custom_id"))) {
        throw new IllegalStateException("a bug in a surface");
      }
      draft.answered(this);
      draft.set(UsageField.CUSTOM_ID, draft.responseText("custom_id"));
      draft.set(UsageField.REQUEST_ID, captured.responseHeader("x-request-id"));
      draft.usage(captured.response("usage"));
      if (captured.response("usage") == null) {
        draft.explainMissingUsage(UsageNote.NOT_REPORTED, "usage");
      }
      draft.outcome();
      draft.finish();
    }
  }
}
