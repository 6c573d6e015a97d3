package io.tokenledger.forwarder.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What OpenAI and Anthropic publish, in the shapes of their API references, and out of shape. */
class ReportsTest {
  private static final LocalDate DAY = LocalDate.parse("2026-10-01");

  private static final String OPENAI =
      """
      {"object": "page", "has_more": false, "next_page": null, "data": [{"object": "bucket", "start_time": 1790812800,
        "results": [%s]}]}
      """;

  private static final String COMPLETIONS =
      """
      {"object": "organization.usage.completions.result", "input_tokens": 1000, "output_tokens": 53,
       "input_cached_tokens": 400, "input_cache_write_tokens": 100, "input_uncached_tokens": 500,
       "input_text_tokens": 493, "input_audio_tokens": 7, "output_text_tokens": 50, "output_audio_tokens": 3,
       "num_model_requests": 5, "project_id": "proj_1", "api_key_id": "key_1", "model": null}
      """;

  private static final String OLDER_COMPLETIONS =
      """
      {"input_tokens": 1000, "input_cached_tokens": 400, "output_tokens": 50, "input_audio_tokens": 7,
       "output_audio_tokens": 3, "project_id": "proj_1", "api_key_id": "key_1"}
      """;

  private static final String EMBEDDINGS =
      """
      {"object": "organization.usage.embeddings.result", "input_tokens": 16, "num_model_requests": 2}
      """;

  private static final String OPENAI_COST =
      """
      {"object": "organization.costs.result", "amount": {"value": 0.06, "currency": "usd"},
       "line_item": "gpt-5, input", "project_id": "proj_1"}
      """;

  private static final String ANTHROPIC =
      """
      {"has_more": false, "next_page": null, "data": [{"starting_at": "2026-10-01T00:00:00Z", "results": [%s]}]}
      """;

  private static final String MESSAGES =
      """
      {"uncached_input_tokens": 10, "cache_read_input_tokens": 20, "output_tokens": 5, "workspace_id": null,
       "cache_creation": {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 2},
       "server_tool_use": {"web_search_requests": 10}}
      """;

  private static final String ANTHROPIC_COST =
      """
      {"currency": "USD", "amount": "123.45", "workspace_id": "wrkspc_1", "cost_type": "tokens"}
      """;

  @Test
  void readsCompletionsOfAllModalitiesOnce() {
    assertThat(openAiUsage(COMPLETIONS)).containsExactly(openAi("500", "400", "100", "53"));
  }

  @Test
  void readsOlderCompletionsWithAudioBesideText() {
    assertThat(openAiUsage(OLDER_COMPLETIONS)).containsExactly(openAi("607", "400", "0", "53"));
  }

  @Test
  void readsEmbeddingsWhichHaveNoOutput() {
    assertThat(openAiUsage(EMBEDDINGS))
        .containsExactly(
            BillLine.usage(DAY, null, null, BillLine.Kind.FRESH_INPUT, new BigDecimal("16")));
  }

  @Test
  void readsAnthropicsClasses() {
    assertThat(anthropicUsage(MESSAGES))
        .extracting(BillLine::quantity)
        .containsExactly(
            new BigDecimal("10"), new BigDecimal("20"), new BigDecimal("3"), new BigDecimal("5"));
  }

  @Test
  void readsDollarsOfOpenAiAndCentsOfAnthropic() {
    assertThat(BillFormat.OPENAI_COSTS.parse("c.json", OPENAI.formatted(OPENAI_COST)).lines())
        .containsExactly(BillLine.money(DAY, "proj_1", new BigDecimal("0.06")));
    assertThat(
            BillFormat.ANTHROPIC_COSTS.parse("c.json", ANTHROPIC.formatted(ANTHROPIC_COST)).lines())
        .containsExactly(BillLine.money(DAY, "wrkspc_1", new BigDecimal("1.2345")));
  }

  @Test
  void takesMembersThatNobodyKnowsForNoError() {
    assertThat(openAiUsage(COMPLETIONS.replace("{", "{\"input_video_tokens\": 9, ")))
        .containsExactly(openAi("500", "400", "100", "53"));
  }

  @ParameterizedTest
  @CsvSource({
    "input_cached_tokens, 500, , 100",
    "input_cache_write_tokens, 500, 400, ",
    "input_uncached_tokens, 500, 400, 100",
  })
  void leavesOpenWhatAnOptionalMemberWouldHaveSaid(
      String member, String fresh, String read, String written) {
    for (String result : List.of(without(COMPLETIONS, member), withNull(COMPLETIONS, member))) {
      assertThat(openAiUsage(result)).containsExactly(openAi(fresh, read, written, "53"));
    }
  }

  @Test
  void leavesFreshInputOpenWhereNothingTellsIt() {
    String result = without(without(COMPLETIONS, "input_uncached_tokens"), "input_cached_tokens");
    assertThat(openAiUsage(result)).containsExactly(openAi(null, null, "100", "53"));
    assertThat(openAiUsage(without(OLDER_COMPLETIONS, "input_audio_tokens")))
        .containsExactly(openAi(null, "400", "0", "53"));
    assertThat(openAiUsage(with(COMPLETIONS, "input_uncached_tokens", "501")))
        .as("the parts are not the whole")
        .containsExactly(openAi(null, "400", "100", "53"));
  }

  @Test
  void showsAnUnknownCountAsUnknown() {
    Comparison comparison =
        Reconciliation.of(
            new Reconciliation.Terms(
                YearMonth.parse("2026-10"), LocalDate.parse("2026-10-30"), false, Map.of()),
            BillFormat.OPENAI_USAGE.parse(
                "usage.json",
                OPENAI.formatted(without(COMPLETIONS, "input_cached_tokens") + "," + COMPLETIONS)),
            new LedgerMonth(List.of(), Set.of()));
    StringWriter text = new StringWriter();
    StringWriter json = new StringWriter();

    WaterfallText.print(comparison, new PrintWriter(text, true));
    WaterfallText.printJson(comparison, new PrintWriter(json, true));

    assertThat(text.toString())
        .contains(
            "cache_read     bill unknown, ledger 0, missing unknown",
            "output         bill 106, ledger 0, missing 106",
            "key key_1: an unknown number of tokens");
    assertThat(json.toString()).contains("\"cache_read\" : null", "\"output\" : 106");
  }

  @ParameterizedTest
  @CsvSource({"input_tokens", "output_tokens"})
  void refusesCompletionsWithoutACountThatTheyAlwaysHave(String member) {
    refusesWithoutCount(BillFormat.OPENAI_USAGE, OPENAI, COMPLETIONS, member, member);
  }

  @Test
  void refusesEmbeddingsWithoutInput() {
    refusesWithoutCount(
        BillFormat.OPENAI_USAGE, OPENAI, EMBEDDINGS, "input_tokens", "input_tokens");
  }

  @ParameterizedTest
  @CsvSource({
    "uncached_input_tokens, uncached_input_tokens",
    "cache_read_input_tokens, cache_read_input_tokens",
    "output_tokens, output_tokens",
    "ephemeral_5m_input_tokens, cache_creation.ephemeral_5m_input_tokens",
    "ephemeral_1h_input_tokens, cache_creation.ephemeral_1h_input_tokens",
  })
  void refusesMessagesWithoutACountThatTheyAlwaysHave(String member, String path) {
    refusesWithoutCount(BillFormat.ANTHROPIC_USAGE, ANTHROPIC, MESSAGES, member, path);
  }

  @ParameterizedTest
  @CsvSource({"input_cached_tokens", "input_cache_write_tokens", "input_uncached_tokens"})
  void refusesAnOptionalCountThatIsNone(String member) {
    for (String wrong : List.of("\"5\"", "-1", "1.5", "{}")) {
      refuses(
          BillFormat.OPENAI_USAGE,
          OPENAI.formatted(with(COMPLETIONS, member, wrong)),
          "bucket of 2026-10-01, result 1: '"
              + member
              + "' is "
              + wrong
              + ", not a whole number from 0 on");
    }
  }

  @Test
  void refusesAResultWhoseCountsNobodyKnows() {
    refuses(
        BillFormat.OPENAI_USAGE,
        OPENAI.formatted(COMPLETIONS.replace("_tokens", "_units")),
        "bucket of 2026-10-01, result 1: 'input_tokens' is missing");
    refuses(
        BillFormat.ANTHROPIC_USAGE,
        ANTHROPIC.formatted(MESSAGES + "," + MESSAGES.replace("cache_creation", "cache_writes")),
        "bucket of 2026-10-01, result 2: 'cache_creation' is missing");
  }

  @Test
  void refusesMoreCachedInputThanInput() {
    refuses(
        BillFormat.OPENAI_USAGE,
        OPENAI.formatted(with(COMPLETIONS, "input_tokens", "499")),
        "bucket of 2026-10-01, result 1: 'input_tokens' is 499, less than its cached part of 500");
  }

  @Test
  void refusesUsageOfAnotherKind() {
    refuses(
        BillFormat.OPENAI_USAGE,
        OPENAI.formatted(EMBEDDINGS.replace("embeddings", "images")),
        "'object' is organization.usage.images.result, and only completions and embeddings are read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"value\": null, \"currency\": \"usd\"} | 'amount.value' is null",
        "{\"currency\": \"usd\"} | 'amount.value' is missing",
        "{\"value\": \"much\", \"currency\": \"usd\"} | 'amount.value' is \"much\", not a number",
        "{\"value\": 1} | 'amount.currency' is missing",
        "{\"value\": 1, \"currency\": \"eur\"} | 'amount.currency' is eur, not USD",
        "5 | 'amount' is 5, not an object",
        "null | 'amount' is null",
      })
  void refusesAnAmountThatIsNone(String amount, String what) {
    refuses(
        BillFormat.OPENAI_COSTS,
        OPENAI.formatted(with(OPENAI_COST, "amount", amount)),
        "bucket of 2026-10-01, result 1: " + what);
  }

  @Test
  void refusesPagesThatMayBeCut() {
    refuses(
        BillFormat.ANTHROPIC_COSTS,
        ANTHROPIC.formatted(ANTHROPIC_COST).replace("has_more", "more"),
        "no 'has_more', which says whether this is the last page");
    refuses(
        BillFormat.ANTHROPIC_COSTS,
        ANTHROPIC.formatted(ANTHROPIC_COST).replace("results", "result"),
        "bucket of 2026-10-01: no array 'results'");
    refuses(
        BillFormat.ANTHROPIC_COSTS,
        ANTHROPIC.formatted(ANTHROPIC_COST).replace("starting_at", "begin"),
        "a bucket without starting_at");
    refuses(
        BillFormat.OPENAI_COSTS,
        OPENAI.formatted(OPENAI_COST).replace("start_time", "begin"),
        "a bucket without start_time");
  }

  @Test
  void saysThatAnotherPageFollows() {
    String page = OPENAI.formatted(OPENAI_COST).replace("false", "true");
    assertThat(BillFormat.OPENAI_COSTS.parse("c.json", page).hasMore()).isTrue();
    assertThat(BillFormat.OPENAI_COSTS.parse("c.json", OPENAI.formatted("")).hasMore()).isFalse();
  }

  private static void refusesWithoutCount(
      BillFormat format, String page, String result, String member, String path) {
    String where = "bucket of 2026-10-01, result 1: '" + path + "' is ";
    String renamed = result.replace("\"" + member + "\"", "\"new_" + member + "\"");
    refuses(format, page.formatted(renamed), where + "missing");
    refuses(format, page.formatted(withNull(result, member)), where + "null");
    for (String wrong : List.of("\"5\"", "-1", "1.5", "true", "[]")) {
      refuses(
          format,
          page.formatted(with(result, member, wrong)),
          where + wrong + ", not a whole number from 0 on");
    }
  }

  private static void refuses(BillFormat format, String content, String what) {
    assertThatThrownBy(() -> format.parse("usage.json", content))
        .isInstanceOf(BillException.class)
        .hasMessageStartingWith("usage.json is not of the format " + format.text() + " (")
        .hasMessageContaining(what + ")")
        .hasMessageEndingWith(
            "Nothing is reconciled: take the report anew, unchanged, or name another format.");
  }

  private static String with(String result, String member, String value) {
    String changed =
        result.replaceFirst(
            "\"" + member + "\": (\\{[^}]*}|[^,}\\s]+)",
            "\"" + member + "\": " + value.replace("\\", "\\\\"));
    assertThat(changed).as("a changed " + member).isNotEqualTo(result);
    return changed;
  }

  private static String withNull(String result, String member) {
    return with(result, member, "null");
  }

  private static String without(String result, String member) {
    return result.replace("\"" + member + "\"", "\"something_else\"");
  }

  private static List<BillLine> openAiUsage(String result) {
    return BillFormat.OPENAI_USAGE.parse("usage.json", OPENAI.formatted(result)).lines();
  }

  private static List<BillLine> anthropicUsage(String result) {
    return BillFormat.ANTHROPIC_USAGE.parse("usage.json", ANTHROPIC.formatted(result)).lines();
  }

  private static BillLine[] openAi(String fresh, String read, String written, String output) {
    return new BillLine[] {
      line(BillLine.Kind.FRESH_INPUT, fresh),
      line(BillLine.Kind.CACHE_READ, read),
      line(BillLine.Kind.CACHE_WRITE, written),
      line(BillLine.Kind.OUTPUT, output)
    };
  }

  private static BillLine line(BillLine.Kind kind, String count) {
    return BillLine.usage(
        DAY, "proj_1", "key_1", kind, count == null ? null : new BigDecimal(count));
  }
}
