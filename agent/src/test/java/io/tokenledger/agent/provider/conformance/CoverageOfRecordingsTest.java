package io.tokenledger.agent.provider.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.exchange.Exchange;
import io.tokenledger.agent.ledger.CoverageProbe;
import io.tokenledger.agent.provider.JsonText;
import io.tokenledger.agent.provider.Providers;
import io.tokenledger.agent.provider.Recogniser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The alarm is silent while providers write what they wrote when they were recorded: an alarm that
 * always rings is none.
 */
class CoverageOfRecordingsTest {
  /** Old versions leave the prompt's count out when it was cached, so the input is unknown. */
  private static final Set<String> INCOMPLETE = Set.of("ollama.generate");

  private final Recogniser recogniser =
      new Recogniser(Providers.all(), Transcripts.endpoints(), true);

  @Test
  void readsTheUsageOfEveryAnswerThatIsDueToCarryIt() {
    Assumptions.assumeTrue(Transcripts.given(), "-Dtranscripts=<dir> was not given");
    List<String> unread = new ArrayList<>();
    for (Recording recording : Transcripts.calls()) {
      if (recogniser.recognise(recording.target()) == null) {
        continue; // RecordedExchangesTest says so
      }
      Map<String, Long> counts = counts(recording);
      long incomplete = counts.getOrDefault("usage_incomplete", 0L);
      long read =
          counts.getOrDefault("usage_parsed", 0L)
              + (INCOMPLETE.contains(recording.api()) ? incomplete : 0);
      if (read != counts.getOrDefault("usage_expected", 0L)) {
        unread.add(recording + " " + counts);
      }
    }
    assertThat(unread).isEmpty();
  }

  private static Map<String, Long> counts(Recording recording) {
    CoverageProbe coverage = new CoverageProbe();
    new MeterDriver(coverage::add)
        .records(
            recording,
            recording.responseBody(),
            null,
            MeterDriver.Pieces.of(4096),
            Exchange::responseEnd);
    return sums(coverage.json());
  }

  /** By the names of the counters, over providers and APIs. */
  private static Map<String, Long> sums(String report) {
    Map<String, Long> sums = new TreeMap<>();
    Map<String, Object> coverage = JsonText.asObject(JsonText.parseObject(report).get("coverage"));
    for (Object provider : coverage.values()) {
      for (Object api : JsonText.asObject(provider).values()) {
        JsonText.asObject(api).forEach((name, count) -> sums.merge(name, (Long) count, Long::sum));
      }
    }
    return sums;
  }
}
