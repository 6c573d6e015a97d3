package io.tokenledger.forwarder.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {
  private static final String FILE =
      """
      provider: acme
      version: "2026-01-01"
      currency: USD
      sources: { page: { name: "a page", date: "2026-01-01" } }
      tiers: { standard: standard }
      models:
      - model: one
        periods:
        - source: page
          to: "2026-02-01"
          rates: { standard: { input: "1", output: "2" } }
        - source: page
          from: "2026-02-01"
          rates: { standard: { input: "3", output: "4" } }
      """;

  @Test
  void givesEachSheetAnIdOfItsOwnWithSourceAndDate() {
    Set<String> ids = new HashSet<>();
    for (PriceSheet sheet : Catalogue.builtIn().sheets()) {
      assertThat(ids.add(sheet.id())).as(sheet.id()).isTrue();
      assertThat(sheet.source().name()).isNotBlank();
      assertThat(sheet.source().date()).isNotNull();
      assertThat(sheet.rates().byUnit()).as(sheet.id()).isNotEmpty();
    }
  }

  @Test
  void namesTheSameContentTheSameAcrossReads() throws IOException {
    assertThat(ids(FILE)).isEqualTo(ids(FILE)).hasSize(2);
  }

  @Test
  void namesAChangedRateAnotherSheet() throws IOException {
    assertThat(ids(FILE.replace("\"4\"", "\"5\""))).isNotEqualTo(ids(FILE));
  }

  @Test
  void keepsTheNameOfASheetWhosePeriodIsClosed() throws IOException {
    assertThat(
            ids(
                FILE.replace(
                    "from: \"2026-02-01\"", "from: \"2026-02-01\"\n    to: \"2026-03-01\"")))
        .isEqualTo(ids(FILE));
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          input: "1" | input: 1 | one standard: input must be a quoted decimal that is not negative
          input: "1" | input: "-1" | one standard: input must be a quoted decimal that is not negative
          input: "1" | inptu: "1" | one standard has a rate for 'inptu', which is no unit
          to: "2026-02-01" | to: "2026-02-02" | one has periods that overlap or are out of order
          currency: USD | currency: Euro | currency is Euro, not three capital letters such as USD
          model: one | mdoel: one | a model lacks 'model'
          tiers: | teirs: | the file has the key 'teirs', which means nothing here
          """)
  void refusesAFileThatCouldMisprice(String right, String wrong, String complaint) {
    assertThatThrownBy(() -> ids(FILE.replace(right, wrong)))
        .isInstanceOf(CatalogueException.class)
        .hasMessage("Price catalogue acme.yml: " + complaint + ".");
  }

  private static Set<String> ids(String file) throws IOException {
    Set<String> ids = new HashSet<>();
    CatalogueReader.read(
            "acme.yml", new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)))
        .models()
        .forEach(model -> model.sheets().forEach(sheet -> ids.add(sheet.id())));
    return ids;
  }
}
