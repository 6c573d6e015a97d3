package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchSizeTest {
  @Test
  void takesMoreAtATimeTheLongerTheBacklogLasts() {
    BatchSize size = new BatchSize(1L << 30);
    int first = size.entries();

    size.after(true);
    assertThat(size.entries()).isEqualTo(2 * first);

    for (int i = 0; i < 10; i++) {
      size.after(true);
    }
    assertThat(size.entries()).isEqualTo(4 * first);
    assertThat(size.bytes()).isEqualTo(32L << 20);
  }

  @Test
  void isSmallAgainOnceNothingWaits() {
    BatchSize size = new BatchSize(1L << 30);
    int first = size.entries();
    size.after(true);

    size.after(false);

    assertThat(size.entries()).isEqualTo(first);
  }

  @Test
  void staysSmallInASmallHeap() {
    BatchSize size = new BatchSize(96L << 20);
    int first = size.entries();

    size.after(true);

    assertThat(size.entries()).isEqualTo(first);
  }

  @Test
  void isFullByEntriesOrByBytes() {
    BatchSize size = new BatchSize(96L << 20);

    assertThat(size.isFull(size.entries(), 0)).isTrue();
    assertThat(size.isFull(1, size.bytes())).isTrue();
    assertThat(size.isFull(size.entries() - 1, size.bytes() - 1)).isFalse();
  }
}
