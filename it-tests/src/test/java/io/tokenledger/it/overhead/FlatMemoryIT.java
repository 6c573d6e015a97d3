package io.tokenledger.it.overhead;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.EmbeddedPostgres;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code it-tests/flat-memory}; {@code -Dflat.memory=true} runs it. */
@EnabledIfSystemProperty(named = "flat.memory", matches = "true")
class FlatMemoryIT {
  @TempDir Path work;

  /** 200,000 records are some 250 MB on disk: holding on to any part of them would show. */
  @Test
  void drainsMoreThanItsHeapHolds() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.open(work.resolve("postgres"))) {
      FlatMemory.Sample last = new FlatMemory(work, postgres, "96m").run(200_000, 100_000);

      assertThat(last.rows()).isEqualTo(200_000);
      assertThat(last.heapMebibytes()).isLessThan(80);
    }
  }
}
