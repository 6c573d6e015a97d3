package io.tokenledger.forwarder.pricing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The price lists in this jar: one file per provider under {@code prices/}. */
final class BuiltInPrices {
  private static final String INDEX = "/prices/index";

  private BuiltInPrices() {}

  static PriceFile read() {
    List<ProviderPrices> providers = new ArrayList<>();
    for (String file : files()) {
      providers.add(CatalogueReader.readResource("/prices/" + file));
    }
    return PriceFile.ofProviders(PriceFile.Layer.BUILT_IN, "built-in", providers);
  }

  /** Names of the files, as a jar cannot be asked what is in a folder. */
  static List<String> files() {
    try (InputStream stream = BuiltInPrices.class.getResourceAsStream(INDEX)) {
      if (stream == null) {
        throw new CatalogueException("The list of price catalogues is missing in this jar.");
      }
      return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> !line.isBlank())
          .toList();
    } catch (IOException failure) {
      throw new CatalogueException("The list of price catalogues cannot be read.", failure);
    }
  }
}
