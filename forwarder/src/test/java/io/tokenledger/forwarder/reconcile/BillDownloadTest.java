package io.tokenledger.forwarder.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.forwarder.download.ScriptedServer;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replies have the shape of the examples in OpenAI's and Anthropic's API references. */
class BillDownloadTest {
  private static final YearMonth OCTOBER = YearMonth.parse("2026-10");
  private static final LocalDate LAST = LocalDate.parse("2026-10-30");
  private static final String KEY = "sk-admin-0123456789";

  /** 2026-10-01 until the first instant of 2026-10-31. */
  private static final String OPENAI_PERIOD =
      "?start_time=1790812800&end_time=1793404800&bucket_width=1d&limit=31&group_by%5B%5D=project_id";

  private static final String COMPLETIONS =
      "/v1/organization/usage/completions" + OPENAI_PERIOD + "&group_by%5B%5D=api_key_id";
  private static final String EMBEDDINGS =
      "/v1/organization/usage/embeddings" + OPENAI_PERIOD + "&group_by%5B%5D=api_key_id";
  private static final String COSTS = "/v1/organization/costs" + OPENAI_PERIOD;

  private static final String NOTHING =
      "{\"object\": \"page\", \"data\": [], \"has_more\": false, \"next_page\": null}";

  private static final String COST_PAGE =
      """
      {"object": "page", "data": [{"object": "bucket", "start_time": 1790812800, "end_time": 1790899200, "results": [
        {"object": "organization.costs.result", "amount": {"value": %s, "currency": "usd"},
         "line_item": null, "project_id": "proj_1", "api_key_id": null, "quantity": null}]}],
       "has_more": %s, "next_page": %s}
      """;

  private final ScriptedServer server = new ScriptedServer();
  private final List<Duration> waits = new ArrayList<>();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void readsOpenAisUsageAndCostsPageByPage() throws Exception {
    server
        .on(COMPLETIONS, ScriptedServer.Answer.ok(usage(1_790_812_800L, "1000", true)))
        .on(
            COMPLETIONS + "&page=page_AAAA%2B%3D",
            ScriptedServer.Answer.ok(usage(1_790_899_200L, "900", false)))
        .on(EMBEDDINGS, ScriptedServer.Answer.ok(NOTHING))
        .on(COSTS, ScriptedServer.Answer.ok(COST_PAGE.formatted("0.06", "false", "null")));

    Bill bill = openAi().read(OCTOBER, LAST);

    assertThat(bill.lines())
        .contains(
            BillLine.usage(
                LocalDate.parse("2026-10-01"),
                "proj_1",
                "key_1",
                BillLine.Kind.FRESH_INPUT,
                new BigDecimal("200")),
            BillLine.usage(
                LocalDate.parse("2026-10-02"),
                "proj_1",
                "key_1",
                BillLine.Kind.OUTPUT,
                new BigDecimal("500")),
            BillLine.money(LocalDate.parse("2026-10-01"), "proj_1", new BigDecimal("0.06")))
        .hasSize(9);
    assertThat(server.asked())
        .hasSize(4)
        .allSatisfy(
            asked ->
                assertThat(asked.headers())
                    .containsEntry("Authorization", List.of("Bearer " + KEY)));
  }

  @Test
  void readsAnthropicsUsageAndCosts() throws Exception {
    String period =
        "?starting_at=2026-10-01T00:00:00Z&ending_at=2026-11-01T00:00:00Z&bucket_width=1d&limit=31"
            + "&group_by%5B%5D=workspace_id";
    server
        .on(
            "/v1/organizations/usage_report/messages" + period + "&group_by%5B%5D=api_key_id",
            ScriptedServer.Answer.ok(
                """
                {"data": [{"starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-10-02T00:00:00Z", "results": [
                  {"uncached_input_tokens": 1500, "cache_creation": {"ephemeral_1h_input_tokens": 1000, "ephemeral_5m_input_tokens": 500},
                   "cache_read_input_tokens": 200, "output_tokens": 500, "server_tool_use": {"web_search_requests": 10},
                   "api_key_id": "apikey_01", "workspace_id": "wrkspc_01", "model": null, "service_tier": null,
                   "context_window": null, "inference_geo": null}]}], "has_more": false, "next_page": null}
                """))
        .on(
            "/v1/organizations/cost_report" + period,
            ScriptedServer.Answer.ok(
                """
                {"data": [{"starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-10-02T00:00:00Z", "results": [
                  {"currency": "USD", "amount": "123.78912", "workspace_id": "wrkspc_01", "description": null, "cost_type": null}]}],
                 "has_more": false, "next_page": null}
                """));

    Bill bill =
        new BillDownload(BillingApi.ANTHROPIC, server.address(), AdminKey.of(KEY), waits::add)
            .read(OCTOBER, OCTOBER.atEndOfMonth());

    assertThat(bill.lines())
        .extracting(BillLine::key, BillLine::kind)
        .contains(org.assertj.core.api.Assertions.tuple("apikey_01", BillLine.Kind.CACHE_WRITE));
    assertThat(bill.lines().get(4).amountUsd()).isEqualByComparingTo("1.2378912");
    assertThat(server.asked().get(0).headers())
        .containsEntry("X-api-key", List.of(KEY))
        .containsEntry("Anthropic-version", List.of("2023-06-01"));
  }

  @Test
  void waitsAsLongAsTheProviderAsks() throws Exception {
    server
        .on(COMPLETIONS, busy(429, "7"), busy(503, null), ScriptedServer.Answer.ok(NOTHING))
        .on(
            EMBEDDINGS,
            busy(429, "Sun, 06 Nov 1994 08:49:37 GMT"),
            ScriptedServer.Answer.ok(NOTHING))
        .on(COSTS, ScriptedServer.Answer.ok(NOTHING));

    assertThat(openAi().read(OCTOBER, LAST).lines()).isEmpty();

    assertThat(waits).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(2), Duration.ZERO);
  }

  @Test
  void givesUpOnAProviderThatStaysBusy() {
    server.on(COMPLETIONS, busy(429, null));

    assertThatThrownBy(() -> openAi().read(OCTOBER, LAST))
        .isInstanceOf(BillException.class)
        .hasMessage(
            server.address()
                + "/v1/organization/usage/completions cannot be read: HTTP 429, again and again; try later.");
    assertThat(server.asked()).hasSize(6);
    assertThat(waits).hasSize(5);
  }

  @Test
  void doesNotWaitForHours() {
    server.on(COMPLETIONS, busy(429, "86400"));

    assertThatThrownBy(() -> openAi().read(OCTOBER, LAST)).isInstanceOf(BillException.class);
    assertThat(waits).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "401, the key is refused; an administration key is needed",
    "302, 'a redirect, which the key does not follow'",
  })
  void saysWhatAnAnswerMeansAndNeverTheKey(int status, String meaning) {
    server.on(
        COMPLETIONS,
        new ScriptedServer.Answer(
            status, Map.of("Location", server.address() + "/elsewhere"), "no: " + KEY));

    assertThatThrownBy(() -> openAi().read(OCTOBER, LAST))
        .hasMessage(
            server.address()
                + "/v1/organization/usage/completions cannot be read: HTTP "
                + status
                + ": "
                + meaning
                + ".");
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void endsWhenPagesDoNot() {
    String endless = COST_PAGE.formatted("1", "true", "\"again\"");
    server
        .on(COMPLETIONS, ScriptedServer.Answer.ok(NOTHING))
        .on(EMBEDDINGS, ScriptedServer.Answer.ok(NOTHING))
        .on(COSTS, ScriptedServer.Answer.ok(endless))
        .on(COSTS + "&page=again", ScriptedServer.Answer.ok(endless));

    assertThatThrownBy(() -> openAi().read(OCTOBER, LAST))
        .hasMessageEndingWith("/v1/organization/costs cannot be read: its pages do not end.");
    assertThat(server.asked()).hasSize(4);
  }

  @Test
  void sendsNoKeyInTheClearToAnotherMachine() {
    assertThatThrownBy(
            () ->
                new BillDownload(
                    BillingApi.OPENAI, "http://192.0.2.1", AdminKey.of(KEY), waits::add))
        .hasMessage(
            "The address http://192.0.2.1 is not https: the key would go there in the clear.");
  }

  @Test
  void showsNoKey() {
    assertThat(AdminKey.of(" " + KEY + "\n")).hasToString("(hidden)");
    assertThatThrownBy(() -> AdminKey.of("alpha\nbeta"))
        .isInstanceOf(BillException.class)
        .hasMessageNotContaining("alpha");
  }

  private BillDownload openAi() {
    return new BillDownload(
        BillingApi.OPENAI, server.address() + "/", AdminKey.of(KEY), waits::add);
  }

  private static ScriptedServer.Answer busy(int status, String retryAfter) {
    return new ScriptedServer.Answer(
        status, retryAfter == null ? Map.of() : Map.of("Retry-After", retryAfter), "busy");
  }

  private static String usage(long begin, String input, boolean more) {
    return """
    {"object": "page", "data": [{"object": "bucket", "start_time": %d, "end_time": %d, "results": [
      {"object": "organization.usage.completions.result", "input_tokens": %s, "output_tokens": 500,
       "input_cached_tokens": 800, "input_audio_tokens": 0, "output_audio_tokens": 0, "num_model_requests": 5,
       "project_id": "proj_1", "user_id": null, "api_key_id": "key_1", "model": null, "batch": null, "service_tier": null}]}],
     "has_more": %s, "next_page": %s}
    """
        .formatted(begin, begin + 86_400, input, more, more ? "\"page_AAAA+=\"" : "null");
  }
}
