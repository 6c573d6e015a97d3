package io.tokenledger.forwarder.pricing.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokenledger.forwarder.pricing.CatalogueException;
import io.tokenledger.forwarder.pricing.PriceFile;
import io.tokenledger.forwarder.pricing.PriceFileReader;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Another project's price catalogue as a price file of ours.
 *
 * @param entries entries of the catalogue
 * @param taken models that were taken
 * @param skipped entries that were not, by reason; with {@code taken} they add up to {@code
 *     entries}
 * @param leftOut rates and names that a taken model goes without, by reason
 */
public record CatalogueImport(
    PriceFile file,
    int entries,
    int taken,
    Map<String, Integer> skipped,
    Map<String, Integer> leftOut) {

  private static final String SOURCE = "import";

  /** Numbers as they are written, never through binary floating point. */
  private static final JsonMapper DECIMALS =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  /** The names of the catalogues that can be imported. */
  public static List<String> formats() {
    return Arrays.stream(Importer.Format.values()).map(Importer.Format::text).toList();
  }

  /**
   * Imports a catalogue.
   *
   * @param format one of {@link #formats()}
   * @param place the file or address that it was read from, for the source of each price
   * @param validFrom since when the prices hold; null only where the catalogue has dates
   * @param readOn the day it was read
   * @throws CatalogueException when it cannot be used, with a sentence that says why
   */
  public static CatalogueImport of(
      String format, String content, String place, LocalDate validFrom, LocalDate readOn) {
    Importer.Format kind =
        Arrays.stream(Importer.Format.values())
            .filter(known -> known.text().equals(format))
            .findFirst()
            .orElseThrow(
                () ->
                    new CatalogueException(
                        "'" + format + "' is none of " + String.join(", ", formats()) + "."));
    if (validFrom == null && !kind.isDated()) {
      throw new CatalogueException(
          "The format "
              + format
              + " does not say since when its prices hold: give --valid-from, the first day.");
    }
    ImportedPrices prices = read(kind, content, place);
    List<ImportedModel> models = prices.models();
    if (validFrom != null) {
      Instant begin = validFrom.atStartOfDay().toInstant(ZoneOffset.UTC);
      models.forEach(model -> model.beginAt(begin));
    }
    String name = format + " " + (validFrom == null ? readOn : validFrom);
    String written = write(name, format + " from " + place, readOn, models);
    return new CatalogueImport(
        PriceFileReader.read("import.json", written),
        prices.entries(),
        models.size(),
        prices.skipped(),
        prices.leftOut());
  }

  static ImportedPrices read(Importer.Format format, String content, String place) {
    try {
      JsonNode root = DECIMALS.readTree(content);
      return format.importer().read(root);
    } catch (JsonProcessingException malformed) {
      throw new CatalogueException(
          place
              + " line "
              + malformed.getLocation().getLineNr()
              + " is no JSON: "
              + malformed.getOriginalMessage().lines().findFirst().orElse("malformed")
              + ".");
    }
  }

  private static String write(
      String name, String source, LocalDate readOn, List<ImportedModel> models) {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    file.put("name", name);
    file.put("layer", PriceFile.Layer.IMPORT.text());
    ArrayNode providers = file.putArray("prices");
    CatalogueWriter.byProvider(models)
        .forEach(
            (provider, theirs) -> {
              ObjectNode sources = JsonNodeFactory.instance.objectNode();
              sources.putObject(SOURCE).put("name", source).put("date", readOn.toString());
              providers.add(CatalogueWriter.provider(provider, sources, theirs));
            });
    return CatalogueWriter.text(file);
  }
}
