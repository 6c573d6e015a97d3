package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Prices that were loaded together. Immutable.
 *
 * @param name loading a file of the same name and layer again replaces it
 * @param content the file as it was loaded; null for what is built in
 */
public record PriceFile(
    String name,
    Layer layer,
    List<ProviderPrices> providers,
    List<Discount> discounts,
    List<ExchangeRate> exchangeRates,
    List<Deployment> deployments,
    List<Alias> aliases,
    String content) {

  /** Whose prices, from the one that is asked first. */
  public enum Layer {
    /** What the user negotiated: decides {@code cost_usd}, never {@code list_cost_usd}. */
    CONTRACT,
    /** The user's correction of list prices, and list prices of what only the user knows. */
    OVERRIDE,
    /** Public catalogues that the user imported. */
    IMPORT,
    /** What this version ships. */
    BUILT_IN;

    /** The name in files and in {@code token_ledger_price_files}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A discount on list prices.
   *
   * @param model a name, or the start of one with {@code *} behind it
   * @param tier null for all
   * @param from null: ever since
   * @param to null: for ever
   * @param percent what is taken off, from 0 to 100
   */
  public record Discount(
      String provider, String model, String tier, Instant from, Instant to, BigDecimal percent) {
    boolean covers(PriceSheet.Key key, Instant time) {
      boolean named =
          model.endsWith("*")
              ? key.model().startsWith(model.substring(0, model.length() - 1))
              : key.model().equals(model);
      return provider.equals(key.provider())
          && named
          && (tier == null || tier.equals(key.tier()))
          && (from == null || !time.isBefore(from))
          && (to == null || time.isBefore(to));
    }
  }

  /** What one unit of a currency is worth in USD from a time on, until the next rate. */
  public record ExchangeRate(String currency, Instant from, BigDecimal usd, String source) {}

  /**
   * What a deployment of Azure's runs.
   *
   * @param resource first label of the host name
   * @param type {@code global_standard}, {@code data_zone_us}, {@code data_zone_eu}, {@code
   *     regional}, {@code global_batch} or {@code provisioned}
   */
  public record Deployment(String resource, String deployment, String model, String type) {}

  /** Another name for a model: an inference profile's ARN, a gateway's own name. */
  public record Alias(String provider, String name, String model) {}

  public PriceFile {
    providers = List.copyOf(providers);
    discounts = List.copyOf(discounts);
    exchangeRates = List.copyOf(exchangeRates);
    deployments = List.copyOf(deployments);
    aliases = List.copyOf(aliases);
  }

  static PriceFile ofProviders(Layer layer, String name, List<ProviderPrices> providers) {
    return new PriceFile(name, layer, providers, List.of(), List.of(), List.of(), List.of(), null);
  }

  /**
   * The same with what classes without a rate of their own cost.
   *
   * @param rules of a provider, of all layers together
   */
  PriceFile completed(Function<String, ProviderRules> rules) {
    return new PriceFile(
        name,
        layer,
        providers.stream()
            .map(provider -> provider.completed(rules.apply(provider.provider()).ofInput()))
            .toList(),
        discounts,
        exchangeRates,
        deployments,
        aliases,
        content);
  }

  /** Every sheet, in the order of the file. */
  public List<PriceSheet> sheets() {
    return providers.stream()
        .flatMap(provider -> provider.models().stream())
        .flatMap(model -> model.sheets().stream())
        .toList();
  }
}
