package io.tokenledger.agent.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SumsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"n\":1},{\"n\":2.0},{\"m\":9},{\"n\":null},{\"n\":40}]|43",
        "[{\"n\":0}]|0",
        "[{\"n\":1},{\"n\":-1},{\"n\":5}]|-1",
        "[{\"n\":1.5}]|-1",
        "[{\"n\":\"7\"}]|-1",
        "[{\"n\":{}}]|-1",
        "[{\"n\":9223372036854775800},{\"n\":9}]|-1",
        "[{\"m\":1}]|",
      })
  void addsCountsAndGivesTheSumUpForAnythingElse(String elements, String sum) {
    assertThat(scanned(FieldPath.sum("n", "all[].n"), "{\"all\":" + elements + "}")).isEqualTo(sum);
  }

  @Test
  void listsEveryValueInItsOrder() {
    String text = "{\"all\":[{\"n\":3},{\"n\":1},{\"m\":9},{\"n\":\"x\"},{\"n\":3}]}";

    assertThat(scanned(FieldPath.each("n", "all[].n"), text)).isEqualTo("[3,1,\"x\",3]");
  }

  @Test
  void givesUpAListBeyondItsBoundAsAWhole() {
    FieldPath each = FieldPath.each("n", "all[].n");
    FieldScanner scanner = scan(each, "{\"all\":[" + "{\"n\":1234567},".repeat(2000) + "{}]}");

    assertThat(scanner.value("n")).isNull();
    assertThat(scanner.tooLarge("n")).isTrue();
  }

  private static String scanned(FieldPath field, String text) {
    return scan(field, text).value("n");
  }

  private static FieldScanner scan(FieldPath field, String text) {
    FieldScanner scanner = new FieldScanner(FieldTable.compile(List.of(field)));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    scanner.scan(bytes, 0, bytes.length);
    return scanner;
  }
}
