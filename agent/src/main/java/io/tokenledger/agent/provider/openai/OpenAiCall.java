package io.tokenledger.agent.provider.openai;

import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.PathSegment;
import io.tokenledger.agent.provider.RecordDraft;
import io.tokenledger.agent.provider.SdkRetries;
import io.tokenledger.record.UsageField;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** The columns of a call that every surface of the OpenAI family fills alike. */
final class OpenAiCall {
  private static final String DEPLOYMENTS = "/deployments/";

  private OpenAiCall() {}

  /** Request facts, headers and limits; {@code extra} are request fields kept as metadata. */
  static void write(RecordDraft draft, HostTraits host, List<String> extra) {
    writeModels(draft);
    draft.set(UsageField.REQUESTED_SERVICE_TIER, draft.requestText("service_tier"));
    draft.setIfAbsent(UsageField.USER_ID, draft.requestText("safety_identifier", "user"));
    draft.set(UsageField.BILLING_ACCOUNT, draft.header("openai-organization"));
    draft.set(UsageField.BILLING_PROJECT, draft.header("openai-project"));
    draft.set(UsageField.ATTEMPT, SdkRetries.attempt(draft.captured()));
    draft.set(UsageField.REGION, host.region(draft.captured().target().host()));
    writePlace(draft, host);
    writeHost(draft, host);
    draft.requestToMetadata(extra);
    draft.requestToMetadata(List.of("store"));
    draft.metadata("request_metadata", draft.requestObject("metadata"));
    Map<String, Long> tools = draft.captured().tally("tools");
    draft.metadata("request_tools", tools.isEmpty() ? null : tools);
  }

  /** Azure's path has the deployment; a body that names no model means the one deployed there. */
  private static void writeModels(RecordDraft draft) {
    String deployment = PathSegment.after(draft.captured().target().path(), DEPLOYMENTS);
    String model = draft.requestText("model");
    draft.set(UsageField.DEPLOYMENT, deployment);
    draft.set(UsageField.REQUEST_MODEL, model == null ? deployment : model);
  }

  /** Vertex AI has region and project in the path. */
  private static void writePlace(RecordDraft draft, HostTraits host) {
    if (host.placeInPath()) {
      String path = draft.captured().target().path();
      draft.set(UsageField.REGION, PathSegment.after(path, "/locations/"));
      draft.set(UsageField.BILLING_PROJECT, PathSegment.after(path, "/projects/"));
    }
  }

  private static void writeHost(RecordDraft draft, HostTraits host) {
    host.headerColumns()
        .forEach(
            (name, column) -> draft.setIfAbsent(column, draft.captured().responseHeader(name)));
    host.fieldColumns()
        .forEach((path, column) -> draft.setIfAbsent(column, draft.responseText(path)));
    draft.headersToMetadata(host.keptHeaders());
    draft.headersToMetadata(List.of("retry-after", "retry-after-ms"));
    host.keptFields().forEach((path, name) -> draft.metadata(name, draft.responseValue(path)));
    draft.metadata(
        "proxy_cost_header_usd", decimal(draft.captured().responseHeader(OpenAiFields.PROXY_COST)));
  }

  /** As a number where it is one. */
  private static Object decimal(String header) {
    Object value = JsonText.parse(header);
    return value instanceof BigDecimal || value instanceof Long ? value : header;
  }
}
