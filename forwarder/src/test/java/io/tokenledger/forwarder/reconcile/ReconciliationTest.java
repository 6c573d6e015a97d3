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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        Reconciliation.of(TERMS, BillFormat.CSV.parse("bill.csv", BILL), ledger).waterfalls();

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
                whole, BillFormat.CSV.parse("bill.csv", BILL), new LedgerMonth(List.of(), Set.of()))
            .waterfalls();

    assertThat(waterfalls).singleElement();
    assertThat(waterfalls.get(0).invoice()).isEqualByComparingTo("105.50");
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
        .hasMessage(
            "bill.csv is not of the format csv (no column 'class'). Nothing is reconciled:"
                + " take the report anew, unchanged, or name another format.");
    assertThatThrownBy(() -> BillFormat.OPENAI_COSTS.parse("costs.json", "nothing"))
        .hasMessageStartingWith("costs.json is not of the format openai-costs (no JSON).");
  }

  @Test
  void doesNotTakeABillOfUsageAloneForAnInvoiceOfNothing() {
    String usage = "day,account,class,tokens,amount_usd\n2026-10-01,p1,output,100,\n";
    Comparison comparison =
        Reconciliation.of(
            TERMS,
            BillFormat.CSV.parse("bill.csv", usage),
            new LedgerMonth(List.of(day("2026-10-01", 0, 100, "9", "1", 2)), Set.of()));
    StringWriter text = new StringWriter();
    StringWriter json = new StringWriter();

    WaterfallText.print(comparison, new PrintWriter(text, true));
    WaterfallText.printJson(comparison, new PrintWriter(json, true));

    assertThat(text.toString())
        .containsPattern("invoice +unknown")
        .containsPattern("= known +9.000000")
        .containsPattern("never seen +unknown")
        .contains("2 rows of the ledger have no known usage or price");
    assertThat(json.toString())
        .contains("\"invoice\" : null", "\"known\" : 9", "\"unknown_rows\" : 2");
  }

  @Test
  void comparesOnlyDaysThatTheReportsSpeakOf() {
    String page =
        """
        {"has_more": false, "next_page": null, "data": [
          {"start_time": 1790812800, "results": [{"amount": {"value": 10.5, "currency": "usd"}}]},
          {"start_time": 1790899200, "results": []}]}
        """;
    LedgerMonth ledger =
        new LedgerMonth(
            List.of(
                day("2026-10-01", 1, 1, "10.5", "0", 0),
                day("2026-10-02", 1, 1, "2", "0", 0),
                day("2026-10-03", 1, 1, "40", "0", 0)),
            Set.of());
    StringWriter text = new StringWriter();

    Comparison comparison =
        Reconciliation.of(
            new Reconciliation.Terms(OCTOBER, TERMS.lastSettled(), true, Map.of()),
            BillFormat.OPENAI_COSTS.parse("costs.json", page),
            ledger);
    WaterfallText.print(comparison, new PrintWriter(text, true));

    Waterfall all = comparison.waterfalls().get(0);
    assertThat(all.known()).isEqualByComparingTo("12.5");
    assertThat(all.difference()).isEqualByComparingTo("-2"); // a day that cost nothing
    assertThat(comparison.leftOut()).hasSize(28).startsWith(LocalDate.parse("2026-10-03"));
    assertThat(text.toString()).contains("Left out: 2026-10-03 to 2026-10-30, of which");
  }

  @Test
  void refusesABillOfAnotherTime() {
    String page = "{\"has_more\": false, \"data\": [{\"start_time\": 0, \"results\": []}]}";
    Bill bill = BillFormat.OPENAI_COSTS.parse("costs.json", page);

    assertThatThrownBy(() -> Reconciliation.of(TERMS, bill, new LedgerMonth(List.of(), Set.of())))
        .isInstanceOf(BillException.class)
        .hasMessage(
            "The bill says nothing of any settled day of 2026-10: give files that do, or another"
                + " --month.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-10-01,p1,fresh_input,,1 | line 2: 'class' and 'tokens' stand together or not at all",
        "2026-10-01,p1,,5,1 | line 2: 'class' and 'tokens' stand together or not at all",
        "2026-10-01,p1,,, | line 2: neither tokens nor an amount",
        "2026-10-01,p1,output,-1, | line 2: 'tokens' is -1, not a whole number from 0 on",
        "2026-10-01,p1,output,1.5, | line 2: 'tokens' is 1.5, not a whole number from 0 on",
        "2026-10-01,p1,output,many, | line 2: 'tokens' is 'many', not a number",
        "2026-10-01,p1,,,much | line 2: 'amount_usd' is 'much', not a number",
        "2026-10-01,p1,other,5, | line 2: no class 'other'",
        "'' | no line",
      })
  void saysWhichLineOfAPlainBillIsWrong(String line, String what) {
    assertThatThrownBy(
            () -> BillFormat.CSV.parse("bill.csv", "day,account,class,tokens,amount_usd\n" + line))
        .isInstanceOf(BillException.class)
        .hasMessageContaining("(" + what + ")");
  }

  @Test
  void saysThatACostAndUsageReportHasNothingOfBedrock() {
    String report =
        "line_item_product_code,line_item_usage_start_date,line_item_usage_account_id,line_item_unblended_cost\n"
            + "AmazonS3,2026-10-01T00:00:00Z,1,2\n";

    assertThatThrownBy(() -> BillFormat.AWS_CUR.parse("cur.csv", report))
        .hasMessageContaining("(no line of Amazon Bedrock's)");
  }

  @Test
  void doesNotCountTokensInAUnitThatItDoesNotKnow() {
    String report =
        "line_item_product_code,line_item_usage_start_date,line_item_usage_account_id,line_item_unblended_cost,"
            + "line_item_usage_type,line_item_usage_amount,pricing_unit\n"
            + "AmazonBedrock,2026-10-01T00:00:00Z,1,2,USE1-NovaLite-output-tokens,3,Dozens\n";

    assertThat(BillFormat.AWS_CUR.parse("cur.csv", report).lines())
        .contains(
            BillLine.usage(LocalDate.parse("2026-10-01"), "1", null, BillLine.Kind.OUTPUT, null));
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
        Reconciliation.of(TERMS, BillFormat.CSV.parse("bill.csv", KEYS), ledger).waterfalls();

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
                new Reconciliation.Terms(
                    OCTOBER, TERMS.lastSettled(), false, Map.of("key_b", "f2")),
                BillFormat.CSV.parse("bill.csv", KEYS),
                ledger)
            .waterfalls();

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
        Reconciliation.of(TERMS, BillFormat.CSV.parse("bill.csv", KEYS), ledger).waterfalls();

    assertThat(waterfalls.get(1).keys())
        .extracting(BilledKey::status)
        .containsOnly(BilledKey.Status.UNMATCHED);
  }

  @Test
  void printsATableAndExactJson() {
    Comparison comparison =
        Reconciliation.of(
            TERMS,
            BillFormat.CSV.parse("bill.csv", BILL),
            new LedgerMonth(List.of(day("2026-10-01", 900, 100, "9", "1", 0)), Set.of()));
    StringWriter text = new StringWriter();
    StringWriter json = new StringWriter();

    WaterfallText.print(comparison, new PrintWriter(text, true));
    WaterfallText.printJson(comparison, new PrintWriter(json, true));

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
