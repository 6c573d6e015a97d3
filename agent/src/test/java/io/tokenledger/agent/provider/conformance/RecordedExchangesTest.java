package io.tokenledger.agent.provider.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.provider.Captured;
import io.tokenledger.agent.provider.Providers;
import io.tokenledger.agent.provider.RecognisedCall;
import io.tokenledger.agent.provider.Recogniser;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every field of {@code expected.json}, for the project's own exchanges and, with {@code
 * -Dtranscripts=<dir>}, for all recorded ones. Fields are captured with a JSON library here, so a
 * failure is one of recognising or of normalising.
 */
class RecordedExchangesTest {
  private final Recogniser recogniser =
      new Recogniser(Providers.all(), Transcripts.endpoints(), true);

  @ParameterizedTest
  @MethodSource("own")
  void reportsWhatTheOwnExchangeExpects(Recording exchange) {
    assertReports(exchange);
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void reportsWhatTheRecordedExchangeExpects(Recording exchange) {
    assumeGiven(exchange);
    assertReports(exchange);
  }

  @ParameterizedTest
  @MethodSource("ownLookAlikes")
  void givesNoRowForTheOwnLookAlike(Recording exchange) {
    assertThat(recogniser.recognise(exchange.target())).isNull();
  }

  @ParameterizedTest
  @MethodSource("recordedLookAlikes")
  void givesNoRowForTheRecordedLookAlike(Recording exchange) {
    assumeGiven(exchange);
    assertThat(recogniser.recognise(exchange.target())).isNull();
  }

  static List<Recording> own() {
    return Recording.own().stream().filter(it -> !Transcripts.isLookAlike(it)).toList();
  }

  static List<Recording> ownLookAlikes() {
    return orNull(Recording.own().stream().filter(Transcripts::isLookAlike).toList());
  }

  static List<Recording> recorded() {
    return orNull(Transcripts.calls());
  }

  static List<Recording> recordedLookAlikes() {
    return orNull(Transcripts.lookAlikes());
  }

  static void assumeGiven(Recording exchange) {
    Assumptions.assumeTrue(
        exchange != null,
        Transcripts.given()
            ? "no such exchange of the providers in -Dconformance.only"
            : "-Dtranscripts=<dir> was not given: only the project's own exchanges ran");
  }

  /** A parameterized test needs at least one argument to be reported as skipped. */
  private static List<Recording> orNull(List<Recording> exchanges) {
    return exchanges.isEmpty() ? Collections.singletonList(null) : exchanges;
  }

  private void assertReports(Recording exchange) {
    RecognisedCall call = recogniser.recognise(exchange.target());
    assertThat(call).as("recognised as a model call").isNotNull();
    List<UsageRecord> records = new ArrayList<>();
    for (Captured captured : ReferenceCapture.all(exchange, call)) {
      records.add(record(captured, call));
    }
    assertReports(exchange, records, "");
  }

  /** One record, or one for each of the items that a result file has. */
  static void assertReports(Recording exchange, List<UsageRecord> records, String how) {
    List<String> differences = new ArrayList<>();
    if (exchange.items().isEmpty()) {
      assertThat(records).as(how).hasSize(1);
      differences.addAll(ExpectedRow.differences(exchange.expected(), records.get(0)));
    } else {
      assertThat(records).as(how).hasSameSizeAs(exchange.items());
      for (int i = 0; i < records.size(); i++) {
        differences.addAll(ExpectedRow.itemDifferences(exchange, i, records.get(i)));
      }
    }
    String metadata = records.get(0).get(UsageField.METADATA);
    differences.addAll(ExpectedRow.headerDifferences(exchange.responseHeaders(), metadata));
    assertThat(AllowedDifferences.unexplained(exchange, differences)).as(how).isEmpty();
  }

  private static UsageRecord record(Captured captured, RecognisedCall call) {
    UsageRecord.Builder record =
        UsageRecord.builder()
            .set(UsageField.PROVIDER, call.provider())
            .set(UsageField.API, call.surface().api());
    call.surface().normalise(captured, record);
    return record.build();
  }
}
