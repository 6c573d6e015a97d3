package io.tokenledger.agent.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.record.AgentReport;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeriodicReportTest {
  @TempDir Path base;
  private final BoundedHandOff handOff = new BoundedHandOff(16);
  private final UnmeteredCalls unmetered = new UnmeteredCalls();
  private SourceDirectory source;
  private LedgerWork work;

  @BeforeEach
  void begin() {
    source = Sources.create(base);
    AgentConfig.Queue limits = Sources.roomy(base);
    Clock clock = Clock.systemUTC();
    QueueOpener opener =
        new QueueOpener(
            source.path(),
            new FileMode(limits.fileMode(), limits.directoryMode()),
            new DiskGuard(source.path(), limits),
            clock,
            ChronicleWriter.MAX_CYCLE_BYTES);
    work =
        new LedgerWork(
            handOff, OpenExchangeWatch.NONE, unmetered, opener, source, Map::of, clock, 0);
    work.begin();
  }

  @Test
  void saysNothingWhileThereIsNothingNew() {
    work.round();
    work.round();

    assertThat(running()).isEmpty();
  }

  @Test
  void reportsOnceAfterExchangesWereWritten() {
    handOff.offer(Sources.exchange(1));
    work.round();
    work.round();

    assertThat(running()).singleElement().asString().contains("\"entries_written\":2");
  }

  @Test
  void reportsCallsThatNobodyMetersThoughNothingWasWritten() {
    unmetered.add("llm.example", "/chat/completions");
    work.round();
    work.round();
    unmetered.add("llm.example", "/chat/completions");
    work.round();

    assertThat(running()).hasSize(2);
    assertThat(running().get(1)).contains("\"llm.example\":{\"/chat/completions\":2}");
  }

  private List<String> running() {
    return QueueContents.bodies(QueueContents.entries(source.path()), AgentReport.class).stream()
        .map(AgentReport::json)
        .filter(json -> json.contains("\"occasion\":\"running\""))
        .toList();
  }
}
