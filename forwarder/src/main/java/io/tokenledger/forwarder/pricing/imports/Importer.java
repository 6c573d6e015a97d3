package io.tokenledger.forwarder.pricing.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** Reads somebody else's price catalogue into ours. Implementations keep no state. */
interface Importer {
  /**
   * Reads a catalogue whose numbers are exact decimals.
   *
   * @throws io.tokenledger.forwarder.pricing.CatalogueException when it has another shape
   */
  ImportedPrices read(JsonNode root);

  /** The catalogues that can be imported. */
  enum Format {
    /** {@code model_prices_and_context_window.json} of LiteLLM: USD per token, no dates. */
    LITELLM(new LiteLlmImporter(), false),
    /** {@code v2/data.json} of pydantic's genai-prices: USD per million, some dates. */
    GENAI_PRICES(new GenAiPricesImporter(), true),
    /** {@code api.json} of models.dev: USD per million, no dates. */
    MODELS_DEV(new ModelsDevImporter(), false);

    private final Importer importer;
    private final boolean dated;

    Format(Importer importer, boolean dated) {
      this.importer = importer;
      this.dated = dated;
    }

    Importer importer() {
      return importer;
    }

    /** Whether the catalogue says since when its prices hold. */
    boolean isDated() {
      return dated;
    }

    /** The name in options and files. */
    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
