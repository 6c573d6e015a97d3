package io.tokenledger.forwarder.reconcile;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Administration APIs that publish usage and costs. Sources: OpenAI, "Administration: Usage" and
 * "Costs"; Anthropic, "Usage and Cost Admin API".
 */
public enum BillingApi {
  OPENAI("https://api.openai.com", "OPENAI_ADMIN_KEY") {
    @Override
    List<Report> reports() {
      return List.of(
          new Report("/v1/organization/usage/completions", BillFormat.OPENAI_USAGE, BY_KEY),
          new Report("/v1/organization/usage/embeddings", BillFormat.OPENAI_USAGE, BY_KEY),
          new Report("/v1/organization/costs", BillFormat.OPENAI_COSTS, "group_by[]=project_id"));
    }

    @Override
    Map<String, String> headers(AdminKey key) {
      return Map.of("Authorization", "Bearer " + key.secret());
    }

    @Override
    String period(Instant from, Instant to) {
      return "start_time=" + from.getEpochSecond() + "&end_time=" + to.getEpochSecond();
    }
  },
  ANTHROPIC("https://api.anthropic.com", "ANTHROPIC_ADMIN_KEY") {
    @Override
    List<Report> reports() {
      return List.of(
          new Report(
              "/v1/organizations/usage_report/messages",
              BillFormat.ANTHROPIC_USAGE,
              "group_by[]=workspace_id&group_by[]=api_key_id"),
          new Report(
              "/v1/organizations/cost_report",
              BillFormat.ANTHROPIC_COSTS,
              "group_by[]=workspace_id"));
    }

    @Override
    Map<String, String> headers(AdminKey key) {
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("x-api-key", key.secret());
      headers.put("anthropic-version", "2023-06-01");
      return headers;
    }

    @Override
    String period(Instant from, Instant to) {
      return "starting_at=" + from + "&ending_at=" + to;
    }
  };

  private static final String BY_KEY = "group_by[]=project_id&group_by[]=api_key_id";

  /** Costs come by the day only, so usage is asked for by the day too; 31 is the most at once. */
  private static final String BUCKETS = "bucket_width=1d&limit=31";

  /**
   * One report of an API.
   *
   * @param grouping the part of the query that asks for accounts and keys
   */
  record Report(String path, BillFormat format, String grouping) {}

  private final String defaultAddress;
  private final String keyVariable;

  BillingApi(String defaultAddress, String keyVariable) {
    this.defaultAddress = defaultAddress;
    this.keyVariable = keyVariable;
  }

  /** The API of a provider of the ledger; empty for those that have none. */
  public static Optional<BillingApi> of(String provider) {
    return Arrays.stream(values())
        .filter(api -> api.name().toLowerCase(Locale.ROOT).equals(provider))
        .findFirst();
  }

  /** Where it is, without a slash at the end. */
  public String defaultAddress() {
    return defaultAddress;
  }

  /** The environment variable that usually holds the administration key. */
  public String keyVariable() {
    return keyVariable;
  }

  abstract List<Report> reports();

  abstract Map<String, String> headers(AdminKey key);

  abstract String period(Instant from, Instant to);

  /** The query of a report, brackets not yet encoded. */
  String query(Report report, Instant from, Instant to) {
    return period(from, to) + "&" + BUCKETS + "&" + report.grouping();
  }
}
