package io.tokenledger.agent.provider.conformance;

import io.tokenledger.agent.decode.Encodings;
import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.provider.conformance.MeterDriver.Pieces;
import io.tokenledger.record.UsageRecord;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The exchanges of {@link RecordedExchangesTest} through the meter as a client's tap drives it: the
 * body cut into pieces, plain and compressed. No cut may change a field.
 */
class MeteredExchangesTest {
  private final MeterDriver driver = new MeterDriver();

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
    byte[] gzip = Encodings.encode("gzip", plain);
    for (int length : new int[] {1, 7, 4096}) {
      assertReads(exchange, plain, null, Pieces.of(length));
      assertReads(exchange, gzip, "gzip", Pieces.of(length));
    }
    for (int seed = 0; seed < 5; seed++) {
      assertReads(exchange, plain, null, Pieces.random(300, seed));
      assertReads(exchange, gzip, "gzip", Pieces.random(300, seed));
    }
    for (String encoding : new String[] {"br", "zstd"}) {
      assertReads(exchange, Encodings.encode(encoding, plain), encoding, Pieces.random(300, 7));
    }
  }

  private void assertReads(Recording exchange, byte[] body, String encoding, Pieces pieces) {
    String how = (encoding == null ? "plain" : encoding) + " in pieces of " + pieces.most();
    List<UsageRecord> records =
        driver.records(exchange, body, encoding, pieces, Exchange::responseEnd);

    RecordedExchangesTest.assertReports(exchange, records, how);
  }
}
