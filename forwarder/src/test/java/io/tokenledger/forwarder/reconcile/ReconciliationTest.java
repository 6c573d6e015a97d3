package io.tokenledger.forwarder.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReconciliationTest {
  private static final YearMonth OCTOBER = YearMonth.parse("2026-10");
  private static final Reconciliation.Terms TERMS =
      new Reconciliation.Terms(OCTOBER, LocalDate.parse("2026-10-30"), false, Map.of());

  private static final String BILL =
      """
      day,account,class,tokens,amount_usd
      2026-10-01,p1,fresh_input,1000,
      2026-10-01,p1,output,100,
      2026-10-01,p1,,,10.50
      2026-10-02,p1,,,20
      2026-10-03,p1,,,30
      2026-10-04,p1,,,40
      2026-10-05,"p,2",,,5
      2026-10-31,p1,,,1000
      2026-11-01,p1,,,1000
      """;

  @Test
  void splitsTheInvoiceExactlyIntoWhereToLook() {
    LedgerMonth ledger =
        new LedgerMonth(
            List.of(
                day("2026-10-01", 1000, 100, "9", "1", 0),
                day("2026-10-02", 1, 1, "15", "0", 3),
                day("2026-10-03", 1, 1, "25", "0", 0),
                day("2026-10-04", 1, 1, "35", "0", 0),
                day("2026-10-31", 1, 1, "7", "0", 0)),
            Set.of(LocalDate.parse("2026-10-03")));

    List<Waterfall> waterfalls =
        Reconciliation.of(TERMS, BillFormat.CSV.parse("bill.csv", BILL), ledger);

    Waterfall p1 = waterfalls.get(1);
    assertThat(p1.account()).isEqualTo("p1");
    assertThat(p1.seen()).isTrue();
    assertThat(p1.invoice()).isEqualByComparingTo("100.50");
    assertThat(p1.known()).isEqualByComparingTo("84");
    assertThat(p1.assumed()).isEqualByComparingTo("1");
    assertThat(p1.difference()).isEqualByComparingTo("0.50");
    assertThat(p1.unreported()).isEqualByComparingTo("5");
    assertThat(p1.gaps()).isEqualByComparingTo("5");
    assertThat(p1.neverSeen()).isEqualByComparingTo("5");
    assertThat(p1.billTokens()).containsEntry("fresh_input", new BigDecimal("1000"));
    Waterfall p2 = waterfalls.get(0);
    assertThat(p2.account()).isEqualTo("p,2");
    assertThat(p2.seen()).isFalse();
    assertThat(p2.neverSeen()).isEqualByComparingTo("5");
    assertThat(waterfalls)
        .allSatisfy(
            waterfall ->
                assertThat(
                        waterfall
                            .known()
                            .add(waterfall.assumed())
                            .add(waterfall.unreported())
                            .add(waterfall.gaps())
                            .add(waterfall.neverSeen())
                            .add(waterfall.difference()))
                    .isEqualByComparingTo(waterfall.invoice()));
  }

  @Test
  void comparesAllAccountsAsOneOnDemand() {
    Reconciliation.Terms whole =
        new Reconciliation.Terms(OCTOBER, TERMS.lastSettled(), true, Map.of());

    List<Waterfall> waterfalls =
        Reconciliation.of(
            whole, BillFormat.CSV.parse("bill.csv", BILL), new LedgerMonth(List.of(), Set.of()));

    assertThat(waterfalls).singleElement();
    assertThat(waterfalls.get(0).invoice()).isEqualByComparingTo("105.50");
  }

  @Test
  void readsWhatOpenAiPublishes() {
    Bill usage =
        BillFormat.OPENAI_USAGE.parse(
            "usage.json",
            """
            {"object": "page", "data": [{"object": "bucket", "start_time": 1790812800, "end_time": 1790899200,
              "results": [{"input_tokens": 1000, "input_cached_tokens": 400, "output_tokens": 50,
                "input_audio_tokens": 7, "output_audio_tokens": 3, "project_id": "proj_1", "api_key_id": "key_1"}]}]}
            """);
    Bill costs =
        BillFormat.OPENAI_COSTS.parse(
            "costs.json",
            """
            {"data": [{"start_time": 1790812800, "results": [
              {"amount": {"value": 0.06, "currency": "usd"}, "line_item": "gpt-5, input", "project_id": "proj_1"}]}]}
            """);

    LocalDate day = LocalDate.parse("2026-10-01");
    assertThat(usage.lines())
        .containsExactly(
            BillLine.usage(
                day, "proj_1", "key_1", BillLine.Kind.FRESH_INPUT, new BigDecimal("607")),
            BillLine.usage(day, "proj_1", "key_1", BillLine.Kind.CACHE_READ, new BigDecimal("400")),
            BillLine.usage(day, "proj_1", "key_1", BillLine.Kind.OUTPUT, new BigDecimal("53")));
    assertThat(costs.lines())
        .containsExactly(BillLine.money(day, "proj_1", new BigDecimal("0.06")));
  }

  @Test
  void readsWhatAnthropicPublishesInCents() {
    Bill usage =
        BillFormat.ANTHROPIC_USAGE.parse(
            "usage.json",
            """
            {"data": [{"starting_at": "2026-10-01T00:00:00Z", "results": [
              {"uncached_input_tokens": 10, "cache_read_input_tokens": 20, "output_tokens": 5, "workspace_id": null,
               "cache_creation": {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 2}}]}]}
            """);
    Bill costs =
        BillFormat.ANTHROPIC_COSTS.parse(
            "costs.json",
            """
            {"data": [{"starting_at": "2026-10-01T00:00:00Z", "results": [
              {"currency": "USD", "amount": "123.45", "workspace_id": "wrkspc_1", "cost_type": "tokens"}]}]}
            """);

    assertThat(usage.lines())
        .extracting(BillLine::quantity)
        .containsExactly(
            new BigDecimal("10"), new BigDecimal("20"), new BigDecimal("3"), new BigDecimal("5"));
    assertThat(costs.lines().get(0).amountUsd()).isEqualByComparingTo("1.2345");
  }

  @Test
  void takesWhatWasUsedOfBedrockFromACostAndUsageReport() {
    Bill bill =
        BillFormat.AWS_CUR.parse(
            "cur.csv",
            """
            line_item_line_item_type,line_item_usage_start_date,line_item_product_code,product,line_item_usage_account_id,line_item_unblended_cost,line_item_usage_type,line_item_usage_amount,pricing_unit
            Usage,2026-10-01T00:00:00Z,AmazonBedrock,,111122223333,0.5,USE1-NovaLite-input-tokens,12.5,1K tokens
            Usage,2026-10-01T03:00:00Z,AmazonBedrock,,111122223333,0.1,USE1-NovaLite-cache-read-input-token-count,2,1K tokens
            Usage,2026-10-01T00:00:00Z,2u8thkm5,"{""product_name"":""Claude Sonnet 4.5 (Amazon Bedrock Edition)""}",111122223333,3,USE1-MP:USE1_OutputTokenCount-Units,0.2,1M Tokens
            Usage,2026-10-01T00:00:00Z,AmazonBedrock,,111122223333,1,USE1-Guardrail-TextUnits,7,TextUnits
            Tax,2026-10-01T00:00:00Z,AmazonBedrock,,111122223333,9,,,
            Credit,2026-10-01T00:00:00Z,AmazonBedrock,,111122223333,-9,,,
            Usage,2026-10-01T00:00:00Z,AmazonS3,,111122223333,9,,,
            """);

    LocalDate day = LocalDate.parse("2026-10-01");
    String account = "111122223333";
    assertThat(bill.lines())
        .containsExactly(
            BillLine.money(day, account, new BigDecimal("0.5")),
            BillLine.usage(day, account, null, BillLine.Kind.FRESH_INPUT, new BigDecimal("12500")),
            BillLine.money(day, account, new BigDecimal("0.1")),
            BillLine.usage(day, account, null, BillLine.Kind.CACHE_READ, new BigDecimal("2000")),
            BillLine.money(day, account, new BigDecimal("3")),
            BillLine.usage(day, account, null, BillLine.Kind.OUTPUT, new BigDecimal("200000")),
            BillLine.money(day, account, new BigDecimal("1")));
  }

  @Test
  void readsTheColumnsOfOlderCostAndUsageReports() {
    Bill bill =
        BillFormat.AWS_CUR.parse(
            "cur.csv",
            """
            lineItem/LineItemType,lineItem/UsageStartDate,lineItem/ProductCode,lineItem/UsageAccountId,lineItem/UnblendedCost
            Usage,2026-10-01T00:00:00Z,AmazonBedrock,111122223333,0.5
            """);

    assertThat(bill.lines()).extracting(BillLine::amountUsd).containsExactly(new BigDecimal("0.5"));
  }

  @Test
  void saysWhatIsWrongWithAFile() {
    assertThatThrownBy(() -> BillFormat.CSV.parse("bill.csv", "day,account\n2026-10-01,x\n"))
        .isInstanceOf(BillException.class)
        .hasMessage("bill.csv is not of the format csv (no column 'class').");
    assertThatThrownBy(() -> BillFormat.OPENAI_COSTS.parse("costs.json", "nothing"))
        .hasMessage("costs.json is not of the format openai-costs (no JSON).");
  }

  private static final String KEYS =
      """
      day,account,key,class,tokens,amount_usd
      2026-10-01,ws_1,key_a,fresh_input,1000,
      2026-10-01,ws_1,key_a,output,100,
      2026-10-01,ws_1,,,,10
      2026-10-02,ws_2,key_b,fresh_input,70,
      2026-10-02,ws_2,key_c,fresh_input,5,
      2026-10-02,ws_2,,,,7.5
      2026-10-02,ws_3,key_d,fresh_input,5,
      2026-10-02,ws_3,,,,1
      """;

  @Test
  void findsKeysByTheirTokensAndGivesTheirRowsToTheirAccounts() {
    LedgerMonth ledger =
        new LedgerMonth(
            List.of(
                day("2026-10-01", null, "f1", 1000, 100, "10", "0", 0),
                day("2026-10-02", null, "f2", 69, 0, "6.9", "0", 0)),
            Set.of());

    List<Waterfall> found =
        Reconciliation.of(TERMS, BillFormat.CSV.parse("bill.csv", KEYS), ledger);

    assertThat(found).extracting(Waterfall::account).containsExactly(null, "ws_1", "ws_2", "ws_3");
    assertThat(found.get(1).known()).isEqualByComparingTo("10");
    assertThat(found.get(1).keys())
        .containsExactly(
            new BilledKey(
                "key_a",
                "f1",
                BilledKey.Status.SEEN,
                Map.of("fresh_input", new BigDecimal("1000"), "output", new BigDecimal("100"))));
    assertThat(found.get(2).seen()).isFalse(); // f2 may be key_b or key_c: nothing tells
    assertThat(found.get(3).keys())
        .extracting(BilledKey::status)
        .containsExactly(BilledKey.Status.NEVER_SEEN);

    List<Waterfall> named =
        Reconciliation.of(
            new Reconciliation.Terms(OCTOBER, TERMS.lastSettled(), false, Map.of("key_b", "f2")),
            BillFormat.CSV.parse("bill.csv", KEYS),
            ledger);

    assertThat(named).extracting(Waterfall::account).containsExactly("ws_1", "ws_2", "ws_3");
    assertThat(named.get(1).known()).isEqualByComparingTo("6.9");
    assertThat(named.get(1).neverSeen()).isEqualByComparingTo("0.6");
    assertThat(named.get(1).keys())
        .extracting(BilledKey::key, BilledKey::status)
        .containsExactly(
            tuple("key_b", BilledKey.Status.SEEN), tuple("key_c", BilledKey.Status.NEVER_SEEN));
  }

  @Test
  void doesNotDecideBetweenKeysThatNothingTellsApart() {
    LedgerMonth ledger =
        new LedgerMonth(
            List.of(
                day("2026-10-02", "ws_2", "f1", 60, 0, "6", "0", 0),
                day("2026-10-02", "ws_2", "f2", 10, 0, "1", "0", 0)),
            Set.of());

    List<Waterfall> waterfalls =
        Reconciliation.of(TERMS, BillFormat.CSV.parse("bill.csv", KEYS), ledger);

    assertThat(waterfalls.get(1).keys())
        .extracting(BilledKey::status)
        .containsOnly(BilledKey.Status.UNMATCHED);
  }

  @Test
  void printsATableAndExactJson() {
    List<Waterfall> waterfalls =
        Reconciliation.of(
            TERMS,
            BillFormat.CSV.parse("bill.csv", BILL),
            new LedgerMonth(List.of(day("2026-10-01", 900, 100, "9", "1", 0)), Set.of()));
    StringWriter text = new StringWriter();
    StringWriter json = new StringWriter();

    WaterfallText.print(waterfalls, TERMS, new PrintWriter(text, true));
    WaterfallText.printJson(waterfalls, TERMS, new PrintWriter(json, true));

    assertThat(text.toString())
        .contains(
            "fresh_input    bill 1,000, ledger 900, missing 100",
            "invoice                100.500000",
            "Account p,2: on the bill, never seen by an agent",
            "UTC days until 2026-10-30");
    assertThat(json.toString()).contains("\"invoice\" : 100.50", "\"never_seen\"");
  }

  private static LedgerDay day(
      String day, long fresh, long output, String known, String assumed, long unreported) {
    return day(day, "p1", null, fresh, output, known, assumed, unreported);
  }

  private static LedgerDay day(
      String day,
      String project,
      String fingerprint,
      long fresh,
      long output,
      String known,
      String assumed,
      long unreported) {
    return new LedgerDay(
        LocalDate.parse(day),
        project,
        "org",
        fingerprint,
        Map.of(
            BillLine.Kind.FRESH_INPUT, BigDecimal.valueOf(fresh),
            BillLine.Kind.OUTPUT, BigDecimal.valueOf(output)),
        new BigDecimal(known),
        new BigDecimal(assumed),
        unreported);
  }
}
