package io.tokenledger.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorableJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[1,2.5e3,{\"a\":null}]",
        "\"text\"",
        "7",
        "{\"usage\":{\"n\":1e0300}}",
        " {} "
      })
  void takesWhatPostgresTakes(String json) {
    assertThat(StorableJson.isStorable(json)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"a\":1}}",
        "{} {}",
        "{\"a\":}",
        "[\"\u0001\"]",
        "{\"n\":1e99999}",
        "nul",
        "[1,"
      })
  void refusesWhatPostgresRefuses(String json) {
    assertThat(StorableJson.isStorable(json)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 5000})
  void refusesNestingBeyondReason(int depth) {
    assertThat(StorableJson.isStorable("[".repeat(depth) + "]".repeat(depth))).isFalse();
  }
}
