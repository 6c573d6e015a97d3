package io.tokenledger.forwarder.store.rollup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShardTest {
  @Test
  void aHostHasTheSameOneWheneverItStarts() {
    assertThat(Shard.of("checkout-7d9f-x2x1")).isEqualTo(Shard.of("checkout-7d9f-x2x1"));
    assertThat(Shard.ofThisHost()).isEqualTo(Shard.ofThisHost());
  }

  @Test
  void hostsUseAllOfThem() {
    assertThat(IntStream.range(0, 500).mapToObj(i -> Shard.of("host-" + i).number()).distinct())
        .hasSize(Shard.COUNT)
        .allMatch(number -> number >= 0 && number < Shard.COUNT);
  }

  @Test
  void thereAreNoOthers() {
    assertThatThrownBy(() -> new Shard(16)).isInstanceOf(IllegalArgumentException.class);
  }
}
