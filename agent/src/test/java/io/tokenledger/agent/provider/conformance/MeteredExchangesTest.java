package io.tokenledger.agent.provider.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.exchange.BodyScan;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.exchange.HeaderSource;
import io.tokenledger.agent.exchange.ProviderMeter;
import io.tokenledger.agent.ledger.FinishedExchange;
import io.tokenledger.agent.provider.Providers;
import io.tokenledger.agent.provider.Recogniser;
import io.tokenledger.record.UsageRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The exchanges of {@link RecordedExchangesTest} through the meter as a client's tap drives it: the
 * body cut into pieces, plain and compressed. No cut may change a field.
 */
class MeteredExchangesTest {
  private static final AgentConfig CONFIG =
      new AgentConfig(
          true,
          "test",
          null,
          new AgentConfig.Queue("unused", 1, 1, 1, 0600),
          List.of(),
          true,
          Map.of(),
          Map.of(),
          null,
          new AgentConfig.Preview(false, 0),
          false,
          new AgentConfig.Log("warn", "-"),
          "test");

  private final List<UsageRecord> records = new ArrayList<>();
  private final List<Throwable> faults = new ArrayList<>();
  private final ProviderMeter meter =
      new ProviderMeter(
          new Recogniser(Providers.all(), Transcripts.endpoints(), true),
          CONFIG,
          "test",
          this::take,
          faults::add);

  @ParameterizedTest
  @MethodSource("io.tokenledger.agent.provider.conformance.RecordedExchangesTest#own")
  void readsTheOwnExchangeWhateverTheCut(Recording exchange) {
    assertReadsWhateverTheCut(exchange);
  }

  @ParameterizedTest
  @MethodSource("io.tokenledger.agent.provider.conformance.RecordedExchangesTest#recorded")
  void readsTheRecordedExchangeWhateverTheCut(Recording exchange) {
    RecordedExchangesTest.assumeGiven(exchange);
    assertReadsWhateverTheCut(exchange);
  }

  private void assertReadsWhateverTheCut(Recording exchange) {
    byte[] plain = exchange.responseBody();
    byte[] gzip = gzip(plain);
    for (int most : new int[] {1, 7, 4096}) {
      assertReads(exchange, plain, null, most, null);
      assertReads(exchange, gzip, "gzip", most, null);
    }
    for (int seed = 0; seed < 5; seed++) {
      assertReads(exchange, plain, null, 300, new Random(seed));
      assertReads(exchange, gzip, "gzip", 300, new Random(seed));
    }
  }

  /**
   * @param most length of a piece, or the most of it where a random decides
   */
  private void assertReads(
      Recording exchange, byte[] body, String encoding, int most, Random random) {
    String how = (encoding == null ? "plain" : encoding) + " in pieces of " + most;
    records.clear();
    Exchange metered = meter.begin(exchange.target(), header(exchange.requestHeaders(), null));
    assertThat(metered).as("recognised as a model call").isNotNull();
    byte[] request = exchange.requestBytes();
    BodyScan scan = request == null ? null : metered.requestBody();
    if (scan != null) {
      inPieces(request, most, random, scan::bytes);
    }
    metered.responseHead(exchange.status(), header(exchange.responseHeaders(), encoding));
    inPieces(body, most, random, metered::responseBytes);
    metered.responseEnd();

    assertThat(faults).as(how).isEmpty();
    RecordedExchangesTest.assertReports(exchange, records, how);
  }

  private boolean take(FinishedExchange finished) {
    for (FinishedExchange next = finished; next != null; next = next.next()) {
      UsageRecord record = next.toRecord();
      if (record != null) {
        records.add(record);
      }
    }
    return true;
  }

  private static void inPieces(byte[] body, int most, Random random, Pieces pieces) {
    for (int at = 0; at < body.length; ) {
      int length = Math.min(random == null ? most : 1 + random.nextInt(most), body.length - at);
      pieces.accept(body, at, length);
      at += length;
    }
  }

  private static HeaderSource header(Map<String, String> headers, String encoding) {
    return name -> {
      String lower = name.toLowerCase(Locale.ROOT);
      return lower.equals("content-encoding") ? encoding : headers.get(lower);
    };
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private interface Pieces {
    void accept(byte[] buffer, int offset, int length);
  }
}
