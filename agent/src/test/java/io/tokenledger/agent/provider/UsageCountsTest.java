package io.tokenledger.agent.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.provider.anthropic.AnthropicProvider;
import io.tokenledger.agent.provider.openai.OpenAiProvider;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageCountsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "28, 28",
    "28.0, 28",
    "2.8e1, 28",
    "9223372036854775807, 9223372036854775807"
  })
  void takesWholeNumbersFromZeroUp(String written, long count) {
    UsageRecord record = chat("{\"prompt_tokens\":" + written + "}");

    assertThat(record.get(UsageField.INPUT_TOKENS)).isEqualTo(count);
    assertThat(record.get(UsageField.USAGE_NOTE)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "1.5", "\"12\"", "true", "{}", "9223372036854775808", "1e400", "1e-400"})
  void leavesAnythingElseUnknownAndSaysSo(String written) {
    UsageRecord record = chat("{\"prompt_tokens\":" + written + ",\"completion_tokens\":5}");

    assertThat(record.get(UsageField.INPUT_TOKENS)).isNull();
    assertThat(record.get(UsageField.OUTPUT_TOKENS)).isEqualTo(5);
    assertThat(record.get(UsageField.TOTAL_TOKENS)).isNull();
    assertThat(record.get(UsageField.USAGE_NOTE)).containsExactly("anomaly");
    assertThat(record.get(UsageField.METADATA)).contains("\"anomalies\":[\"prompt_tokens\"]");
  }

  @ParameterizedTest
  @CsvSource({
    "prompt_tokens_details, {\"cached_tokens\":7}",
    "prompt_cache_hit_tokens, 7",
    "cached_tokens, 7",
    "num_cached_tokens, 7"
  })
  void readsCachedTokensInEverySpelling(String name, String value) {
    UsageRecord record = chat("{\"prompt_tokens\":10,\"" + name + "\":" + value + "}");

    assertThat(record.get(UsageField.CACHE_READ_TOKENS)).isEqualTo(7);
    assertThat(record.get(UsageField.CACHED_TOKENS)).isEqualTo(7);
    assertThat(record.get(UsageField.INPUT_TOKENS)).isEqualTo(10);
  }

  @Test
  void countsTokensThatAreNamedTwiceOnce() {
    UsageRecord record =
        chat(
            "{\"prompt_tokens\":10,\"prompt_tokens_details\":{\"cached_tokens\":7},"
                + "\"prompt_cache_hit_tokens\":7}");

    assertThat(record.get(UsageField.CACHE_READ_TOKENS)).isEqualTo(7);
  }

  @Test
  void keepsBothSidesOfATotalThatDoesNotAddUp() {
    UsageRecord record = chat("{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":99}");

    assertThat(record.get(UsageField.INPUT_TOKENS)).isEqualTo(10);
    assertThat(record.get(UsageField.OUTPUT_TOKENS)).isEqualTo(5);
    assertThat(record.get(UsageField.TOTAL_TOKENS)).isEqualTo(15);
    assertThat(record.get(UsageField.TOTAL_TOKENS_REPORTED)).isEqualTo(99);
    assertThat(record.get(UsageField.USAGE_NOTE)).containsExactly("sum_mismatch");
  }

  @Test
  void notesAPartThatIsLargerThanItsWhole() {
    UsageRecord record =
        chat("{\"prompt_tokens\":10,\"prompt_tokens_details\":{\"cached_tokens\":11}}");

    assertThat(record.get(UsageField.USAGE_NOTE)).containsExactly("anomaly");
  }

  @Test
  void leavesTheTotalUnknownWhenASideIs() {
    UsageRecord record = chat("{\"prompt_tokens\":10}");

    assertThat(record.get(UsageField.TOTAL_TOKENS)).isNull();
    assertThat(record.get(UsageField.CACHE_READ_TOKENS)).isNull();
  }

  @Test
  void leavesAnInputUnknownOfWhichAPartIsNoCount() {
    UsageRecord record =
        messages("{\"input_tokens\":3,\"cache_read_input_tokens\":-5,\"output_tokens\":4}");

    assertThat(record.get(UsageField.INPUT_TOKENS)).isNull();
    assertThat(record.get(UsageField.OUTPUT_TOKENS)).isEqualTo(4);
    assertThat(record.get(UsageField.USAGE_NOTE)).containsExactly("anomaly");
  }

  @Test
  void addsAnthropicsCacheToItsInput() {
    UsageRecord record =
        messages(
            "{\"input_tokens\":2,\"cache_creation_input_tokens\":327,"
                + "\"cache_read_input_tokens\":14983,\"output_tokens\":72}");

    assertThat(record.get(UsageField.INPUT_TOKENS)).isEqualTo(15_312);
    assertThat(record.get(UsageField.TOTAL_TOKENS)).isEqualTo(15_384);
    assertThat(record.get(UsageField.CACHE_WRITE_5M_TOKENS)).isNull();
  }

  @Test
  void survivesASumBeyond64Bits() {
    UsageRecord record =
        messages(
            "{\"input_tokens\":9223372036854775807,\"cache_read_input_tokens\":1,"
                + "\"output_tokens\":1}");

    assertThat(record.get(UsageField.INPUT_TOKENS)).isNull();
    assertThat(record.get(UsageField.USAGE_NOTE)).containsExactly("anomaly");
  }

  private static UsageRecord chat(String usage) {
    return read(new OpenAiProvider().surface("POST", "/v1/chat/completions"), usage);
  }

  private static UsageRecord messages(String usage) {
    return read(new AnthropicProvider().surface("POST", "/v1/messages"), usage);
  }

  private static UsageRecord read(Surface surface, String usage) {
    UsageRecord.Builder record = UsageRecord.builder();
    surface.normalise(FakeCapture.of("host", "/path").response("usage", usage), record);
    return record.build();
  }
}
