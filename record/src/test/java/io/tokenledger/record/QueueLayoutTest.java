package io.tokenledger.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueueLayoutTest {
  /** As Chronicle's roll cycles name them: by day, hour and minute, some with letters. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "20261122.cq4",
        "20261122F.cq4",
        "20261122-12.cq4",
        "20261122-12F.cq4",
        "20261122-1200.cq4",
        "20261122-120000T.cq4"
      })
  void takesTheNamesOfAnyRollCycleForCycles(String name) {
    assertThat(QueueLayout.isCycle(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".cq4",
        "2026112.cq4",
        "metadata.cq4t",
        "metadata.cq4",
        "20261122-1200.cq4t",
        "20261122-1200.precreated",
        "20261122-1200.cq4.bak",
        "20261122-1200 (copy).cq4",
        "20261122-1200.old.cq4",
        "copy-of-20261122-1200.cq4"
      })
  void takesNoOtherNameForACycle(String name) {
    assertThat(QueueLayout.isCycle(name)).isFalse();
  }
}
