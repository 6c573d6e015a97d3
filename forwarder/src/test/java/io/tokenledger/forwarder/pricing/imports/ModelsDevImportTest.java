package io.tokenledger.forwarder.pricing.imports;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokenledger.forwarder.pricing.Bands;
import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.PriceSheet;
import io.tokenledger.forwarder.pricing.Rates;
import io.tokenledger.forwarder.pricing.Unit;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** models.dev's api.json: every kind of entry that it has, and as many as it has. */
class ModelsDevImportTest {
  private static final LocalDate FROM = LocalDate.parse("2026-11-01");
  private static final LocalDate READ = LocalDate.parse("2026-11-21");

  private static final Map<Unit, String> NAMES =
      Map.of(
          Unit.INPUT, "input",
          Unit.OUTPUT, "output",
          Unit.CACHE_READ, "cache_read",
          Unit.AUDIO_INPUT, "input_audio",
          Unit.AUDIO_OUTPUT, "output_audio");

  @Test
  void saysWhatItTookAndWhatNotAndWhy() throws IOException {
    CatalogueImport imported = fixture();

    assertThat(imported.entries()).isEqualTo(19);
    assertThat(imported.taken()).isEqualTo(14);
    assertThat(imported.skipped())
        .isEqualTo(
            Map.of(
                "no price", 1,
                "rates of zero only, which may stand for an unknown price", 2,
                "rates below zero", 1,
                "another entry has the same name", 1));
    assertThat(imported.leftOut())
        .isEqualTo(Map.of("rates by daytime", 1, "rates of modes", 1, "rates of zero", 1));
  }

  @Test
  void takesEveryRateAsItIsWritten() throws IOException {
    Map<String, String> sheets =
        fixture().file().sheets().stream()
            .collect(
                Collectors.toMap(
                    sheet -> sheet.key().toString(),
                    ModelsDevImportTest::text,
                    (one, other) -> one,
                    TreeMap::new));

    assertThat(sheets)
        .containsEntry(
            "anthropic/claude-sonnet-4-5/standard",
            "{INPUT=3, CACHE_READ=0.3, CACHE_WRITE=3.75, OUTPUT=15}")
        .containsEntry(
            "anthropic/claude-opus-4-6/standard",
            "{INPUT=5, CACHE_READ=0.5, CACHE_WRITE=6.25, OUTPUT=25}"
                + " >200000 {INPUT=10, CACHE_READ=1, CACHE_WRITE=12.5, OUTPUT=37.5}")
        .containsEntry("anthropic/claude-opus-4-6/fast", "{INPUT=30, OUTPUT=150} >200000 {}")
        .containsEntry(
            "openai/gpt-5.4/standard",
            "{INPUT=2.5, CACHE_READ=0.25, OUTPUT=15} >272000 {INPUT=5, CACHE_READ=0.5, OUTPUT=22.5}")
        .containsEntry("openai/gpt-5.4/priority", "{INPUT=5, CACHE_READ=0.5, OUTPUT=30} >272000 {}")
        .containsEntry(
            "openai/gpt-4o-audio-preview/standard",
            "{INPUT=2.5, OUTPUT=10, AUDIO_INPUT=40, AUDIO_OUTPUT=80}")
        .containsEntry("openai/text-embedding-3-small/standard", "{INPUT=0.02}")
        .containsEntry("alibaba/qwq-plus/standard", "{INPUT=0.8, OUTPUT=2.4}")
        .containsEntry(
            "alibaba/qwen-flash/standard",
            "{INPUT=0.05, OUTPUT=0.4, REASONING=4} >256000 {INPUT=0.25, OUTPUT=2} >512000 {INPUT=0.5, OUTPUT=4}")
        .containsEntry("openrouter/deepseek/deepseek-r1:free/standard", "{INPUT=0, OUTPUT=0}")
        .containsEntry("together/moonshotai/Kimi-K2-Instruct/standard", "{INPUT=1, OUTPUT=3}")
        .containsEntry("vertexai/gemini-2.5-pro/standard", "{INPUT=1.25, OUTPUT=10}")
        .containsKey("vertexai/claude-sonnet-4-5@20250929/standard")
        .doesNotContainKeys("openai/gpt-5.4/ultra", "openrouter/openrouter/auto/standard");
  }

  /** The built-in catalogue written as models.dev writes, and read again. */
  @Test
  void bringsBackAWholeCatalogue() {
    Map<String, String> written = new TreeMap<>();
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    for (PriceSheet sheet : Catalogue.builtIn().sheets()) {
      PriceSheet.Key key = sheet.key();
      Rates rates = sheet.rates();
      boolean plain =
          key.region().isEmpty()
              && key.tier().equals("standard")
              && sheet.validTo() == null
              && sheet.currency().equals("USD")
              && !sheet.bands().graduated()
              && sheet.bands().bands().stream().allMatch(band -> isPlain(band.rates()))
              && isPlain(rates);
      if (plain && written.put(key.toString(), text(sheet)) == null) {
        ObjectNode provider = root.withObjectProperty(key.provider());
        provider.put("id", key.provider());
        ObjectNode entry = provider.withObjectProperty("models").putObject(key.model());
        entry.put("id", key.model());
        ObjectNode cost = entry.putObject("cost");
        costs(cost, rates);
        ArrayNode tiers = cost.putArray("tiers");
        for (Bands.Band band : sheet.bands().bands()) {
          ObjectNode tier = tiers.addObject();
          tier.putObject("tier").put("type", "context").put("size", band.aboveTokens());
          costs(tier, band.rates());
        }
      }
    }

    CatalogueImport imported = CatalogueImport.of("models-dev", root.toString(), "all", FROM, READ);

    assertThat(written).hasSizeGreaterThan(1_500);
    assertThat(imported.entries()).isEqualTo(written.size());
    assertThat(imported.taken() + sum(imported.skipped())).isEqualTo(imported.entries());
    Map<String, String> read = new TreeMap<>();
    imported.file().sheets().forEach(sheet -> read.put(sheet.key().toString(), text(sheet)));
    // A dated name at the undated price became another name of it.
    assertThat(written).containsAllEntriesOf(read);
    assertThat(read).hasSizeGreaterThan(1_500);
  }

  private static boolean isPlain(Rates rates) {
    return NAMES.keySet().containsAll(rates.byUnit().keySet())
        && rates.byUnit().containsKey(Unit.INPUT)
        && rates.byUnit().values().stream()
            .allMatch(rate -> rate.amount().signum() > 0 && rate.perPowerOfTen() == 6);
  }

  private static void costs(ObjectNode cost, Rates rates) {
    rates.byUnit().forEach((unit, rate) -> cost.put(NAMES.get(unit), rate.amount()));
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static String text(PriceSheet sheet) {
    StringBuilder text = new StringBuilder(text(sheet.rates()));
    for (Bands.Band band : sheet.bands().bands()) {
      text.append(" >").append(band.aboveTokens()).append(' ').append(text(band.rates()));
    }
    return text.toString();
  }

  private static String text(Rates rates) {
    Map<Unit, BigDecimal> amounts = new TreeMap<>();
    rates.byUnit().forEach((unit, rate) -> amounts.put(unit, rate.amount().stripTrailingZeros()));
    return amounts.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue().toPlainString())
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static CatalogueImport fixture() throws IOException {
    try (InputStream stream =
        ModelsDevImportTest.class.getResourceAsStream("/prices/models-dev-api.json")) {
      String json = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return CatalogueImport.of("models-dev", json, "models-dev-api.json", FROM, READ);
    }
  }
}
