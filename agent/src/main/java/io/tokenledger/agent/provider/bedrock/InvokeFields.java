package io.tokenledger.agent.provider.bedrock;

import io.tokenledger.agent.decode.FieldPath;
import io.tokenledger.agent.decode.StreamForm;
import io.tokenledger.agent.provider.SurfaceFields;
import io.tokenledger.agent.provider.SurfaceFields.StreamEnd;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is kept of InvokeModel, whose bodies are the model's own. All families share one path, and
 * the id of an imported or provisioned model does not say which it is: so the fields of all are
 * looked for, and what is found says whose they are.
 */
final class InvokeFields {
  static final String METRICS = "invocation_metrics";

  /** Counts of replies that are no streams; for many models nothing else has any. */
  static final List<String> COUNT_HEADERS =
      List.of(
          "x-amzn-bedrock-input-token-count",
          "x-amzn-bedrock-output-token-count",
          "x-amzn-bedrock-cache-read-input-token-count",
          "x-amzn-bedrock-cache-write-input-token-count");

  static final List<String> REQUEST_METADATA =
      List.of("max_tokens", "thinking.budget_tokens", "inferenceConfig.maxTokens");

  private static final List<FieldPath> REQUEST =
      List.of(
          FieldPath.last("metadata.user_id", "metadata.user_id"),
          FieldPath.last("max_tokens", "max_tokens"),
          FieldPath.last("thinking.budget_tokens", "thinking.budget_tokens"),
          FieldPath.last("inferenceConfig.maxTokens", "inferenceConfig.maxTokens"),
          FieldPath.tally("tools", "tools[].type"));

  private static final List<FieldPath> RESPONSE =
      BedrockFields.concat(
          // A usage object: Anthropic, Nova (whole and streamed), or OpenAI's names.
          BedrockFields.usage(
              List.of("usage", "metadata.usage"),
              "input_tokens",
              "output_tokens",
              "inputTokens",
              "outputTokens",
              "prompt_tokens",
              "completion_tokens",
              "total_tokens"),
          // Loose counts: Titan, then Llama.
          List.of(
              FieldPath.last("inputTextTokenCount", "inputTextTokenCount"),
              FieldPath.sum("results[].tokenCount", "results[].tokenCount"),
              FieldPath.last("totalOutputTextTokenCount", "totalOutputTextTokenCount"),
              FieldPath.last("prompt_token_count", "prompt_token_count"),
              FieldPath.last("generation_token_count", "generation_token_count")),
          BedrockFields.anyOf(
              "stop_reason",
              "stop_reason",
              "delta.stop_reason",
              "stopReason",
              "messageStop.stopReason",
              "results[0].completionReason",
              "completionReason",
              "outputs[0].stop_reason",
              "choices[0].stop_reason",
              "choices[0].finish_reason",
              "generations[0].finish_reason",
              "finish_reason"),
          List.of(
              FieldPath.last("id", "id"),
              FieldPath.last("model", "model"),
              // The text of an error; or Anthropic's message of message_start, which proxies may
              // repeat: the first counts.
              new FieldPath("message", "message", FieldPath.Capture.FIRST, 16 * 1024, Set.of()),
              FieldPath.last(METRICS, "amazon-bedrock-invocationMetrics"),
              FieldPath.last("guardrail_action", "amazon-bedrock-guardrailAction")),
          BedrockFields.EXCEPTION,
          BedrockFields.content(
              "delta.text",
              "delta.thinking",
              "delta.partial_json",
              "contentBlockDelta.delta.text",
              "contentBlockDelta.delta.toolUse.input",
              "outputText",
              "generation",
              "text",
              "outputs[].text",
              "choices[].delta.content",
              "choices[].delta.tool_calls",
              "choices[].text"));

  static final SurfaceFields ALL =
      new SurfaceFields(
          REQUEST,
          RESPONSE,
          Set.of(BedrockFields.SERVICE_TIER, BedrockFields.LATENCY),
          responseHeaders(),
          StreamEnd.fields(METRICS),
          StreamForm.AWS_EVENTS);

  private InvokeFields() {}

  private static Set<String> responseHeaders() {
    Set<String> names = new HashSet<>(BedrockFields.KEPT_HEADERS);
    names.addAll(COUNT_HEADERS);
    names.add(BedrockFields.REQUEST_ID);
    names.add(BedrockFields.ERROR_TYPE);
    names.add(BedrockFields.SERVICE_TIER);
    names.add(BedrockFields.LATENCY);
    return names;
  }
}
