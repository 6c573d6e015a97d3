package io.tokenledger.agent.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.ledger.FinishedExchange;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MeteredLinesTest {
  private static final RequestTarget FILE =
      new RequestTarget("okhttp", "GET", "https", "files.test", 443, "/f/1", null);
  private static final Map<String, String> OCTETS =
      Map.of("content-type", "application/octet-stream", "x-request-id", "r1");

  private final MeterHarness harness =
      new MeterHarness(MeterHarness.config(null), List.of(new ResultFileProvider()));

  @Test
  void givesARecordForEachLineWhateverTheCut() {
    String text = line(0) + "\r\n" + line(1) + "\n\nno json\n{\"custom_id\":\"x\",\n" + line(2);
    for (int size : new int[] {1, 2, 7, 4096}) {
      Exchange exchange = answered(200);
      byte[] body = MeterHarness.bytes(text);
      for (int at = 0; at < body.length; at += size) {
        exchange.responseBytes(body, at, Math.min(size, body.length - at));
      }
      exchange.responseEnd();

      List<UsageRecord> records = harness.records();
      assertThat(records)
          .extracting(record -> record.get(UsageField.CUSTOM_ID))
          .containsExactly("0", "1", "2");
      assertThat(records)
          .extracting(record -> record.get(UsageField.USAGE_RAW))
          .containsExactly("{\"input_tokens\":0}", "{\"input_tokens\":1}", "{\"input_tokens\":2}");
      assertThat(records)
          .extracting(record -> record.get(UsageField.EVENT_ID))
          .doesNotHaveDuplicates();
      assertThat(records).allSatisfy(MeteredLinesTest::isWhole);
    }
  }

  @Test
  void handsALineOverWhileTheFileStreams() {
    Exchange exchange = answered(200);
    MeterHarness.response(exchange, line(0));

    assertThat(harness.records()).hasSize(1);
    MeterHarness.response(exchange, "\n" + line(1));
    assertThat(harness.records()).hasSize(1);
    assertThat(exchange.ended()).isFalse();
  }

  @Test
  void keepsOnePlaceInTheHandOffHoweverManyLinesWait() {
    Exchange exchange = answered(200);
    for (int i = 0; i < 1000; i++) {
      MeterHarness.response(exchange, line(i) + "\n");
    }

    assertThat(harness.handedOver).hasSize(1);
    assertThat(harness.records()).hasSize(1000);
  }

  @Test
  void countsLinesThatFindNoRoomAsDropped() {
    AtomicInteger dropped = new AtomicInteger();
    MeterHarness full =
        new MeterHarness(
            MeterHarness.config(null), List.of(new ResultFileProvider()), dropped::incrementAndGet);
    Exchange exchange = full.begin(FILE);
    exchange.responseHead(200, OCTETS::get);
    for (int i = 0; i < MeteredLines.MAX_WAITING + 7; i++) {
      MeterHarness.response(exchange, "{\"custom_id\":\"" + i + "\"}\n");
    }

    assertThat(dropped).hasValue(7);
    assertThat(full.records()).hasSize(MeteredLines.MAX_WAITING);
    MeterHarness.response(exchange, line(1));
    assertThat(full.records()).hasSize(1);
  }

  @Test
  void readsOnBehindALineThatBreaksUs() {
    Exchange exchange = answered(200);
    MeterHarness.response(exchange, line(0) + "\n{\"custom_id\":\"breaks\"}\n");
    List<FinishedExchange> before = List.copyOf(harness.handedOver);
    List<UsageRecord> records = new ArrayList<>(harness.records());
    MeterHarness.response(exchange, line(2) + "\n");
    List<FinishedExchange> after = List.copyOf(harness.handedOver);
    records.addAll(harness.records());
    exchange.responseEnd();

    assertThat(records)
        .extracting(record -> record.get(UsageField.CUSTOM_ID))
        .containsExactly("0", null, "2");
    assertThat(records.get(1).get(UsageField.USAGE_NOTE)).containsExactly("anomaly");
    isWhole(records.get(2));
    assertThat(before).noneMatch(FinishedExchange::faulty);
    assertThat(after).singleElement().matches(line -> !line.faulty());
    assertThat(exchange).matches(file -> !((MeteredExchange) file).faulty());
    assertThat(harness.records()).as("the file itself is no row").isEmpty();
  }

  @Test
  void saysThatAFileWasCut() {
    Exchange exchange = answered(200);
    MeterHarness.response(exchange, line(0) + "\n{\"custom_id\":\"1\",\"resp");
    exchange.failed(new IOException("connection reset"));

    List<UsageRecord> records = harness.records();
    assertThat(records).hasSize(2);
    isWhole(records.get(0));
    UsageRecord file = records.get(1);
    assertThat(file.get(UsageField.CUSTOM_ID)).isNull();
    assertThat(file.get(UsageField.STATUS)).isEqualTo("error");
    assertThat(file.get(UsageField.COMPLETION)).isEqualTo("partial");
    assertThat(file.get(UsageField.USAGE_NOTE)).containsExactly("cut");
  }

  @Test
  void saysThatAFileEndedInsideALine() {
    Exchange exchange = answered(200);
    MeterHarness.response(exchange, line(0) + "\n{\"custom_id\":\"1\",\"resp");
    exchange.responseEnd();

    assertThat(harness.records())
        .extracting(record -> record.get(UsageField.COMPLETION))
        .containsExactly("complete", "partial");
  }

  @Test
  void recordsAFileThatCouldNotBeHad() {
    Exchange refused = answered(404);
    MeterHarness.response(refused, "{\"error\":{\"message\":\"no such file\"}}");
    refused.responseEnd();
    Exchange unreached = harness.begin(FILE);
    unreached.failed(new IOException("no route"));

    List<UsageRecord> records = harness.records();
    assertThat(records)
        .extracting(record -> record.get(UsageField.STATUS))
        .containsExactly("error", "error");
    assertThat(records.get(0).get(UsageField.HTTP_STATUS)).isEqualTo(404);
  }

  @Test
  void recordsAFileThatCannotBeDecoded() {
    Exchange exchange = harness.begin(FILE);
    exchange.responseHead(
        200, name -> name.equals("content-encoding") ? "compress" : OCTETS.get(name));
    MeterHarness.response(exchange, "\u001f\u009d");
    exchange.responseEnd();

    assertThat(harness.records().get(0).get(UsageField.USAGE_NOTE))
        .containsExactly("encoding_unsupported");
  }

  @Test
  void recordsNothingOfAFileThatHoldsNoResults() {
    for (String text : List.of("\u0089PNG\n", "a,b\n1,2\n", "{\"method\":\"POST\"}\n", "")) {
      Exchange exchange = answered(200);
      MeterHarness.response(exchange, text);
      exchange.responseEnd();
      assertThat(harness.records()).as(text).isEmpty();
    }
    Exchange image = answered(200);
    MeterHarness.response(image, "\u0089PNG");
    image.cancelled();
    assertThat(harness.records()).isEmpty();
  }

  @Test
  void losesNoLineToALedgerThreadThatLooksMeanwhile() throws InterruptedException {
    int lines = MeteredLines.MAX_WAITING;
    Exchange exchange = answered(200);
    Thread application =
        new Thread(
            () -> {
              for (int i = 0; i < lines; i++) {
                MeterHarness.response(exchange, "{\"custom_id\":\"" + i + "\"}\n");
                if (i % 1000 == 0) {
                  Thread.yield();
                }
              }
              exchange.responseEnd();
            });
    application.start();
    int records = 0;
    while (application.isAlive() || !harness.handedOver.isEmpty()) {
      records += harness.records().size();
    }

    assertThat(records).isEqualTo(lines);
  }

  private static void isWhole(UsageRecord record) {
    assertThat(record.get(UsageField.STATUS)).isEqualTo("success");
    assertThat(record.get(UsageField.COMPLETION)).isEqualTo("complete");
    assertThat(record.get(UsageField.REQUEST_ID)).isEqualTo("r1");
    assertThat(record.get(UsageField.STREAMED)).isFalse();
    assertThat(record.get(UsageField.DURATION_MS)).isNull();
    assertThat(record.get(UsageField.METADATA)).contains("ndjson");
  }

  private Exchange answered(int status) {
    Exchange exchange = harness.begin(FILE);
    exchange.responseHead(status, OCTETS::get);
    return exchange;
  }

  private static String line(int number) {
    return "{\"custom_id\":\""
        + number
        + "\",\"response\":{\"body\":{\"usage\":{\"input_tokens\":"
        + number
        + "}}}}";
  }
}
