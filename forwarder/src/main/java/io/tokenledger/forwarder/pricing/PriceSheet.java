package io.tokenledger.forwarder.pricing;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All rates of one model in one region, tier and period. Immutable; two sheets with the same
 * content have the same id, and a changed rate is another sheet.
 *
 * @param id readable name and hash of the content, for example {@code
 *     anthropic/claude-sonnet-4-5/standard@5f0c...}; the end of the period is no part of the hash,
 *     so that closing a period does not rename what already priced rows
 * @param region the region whose surcharge is included; empty where there is none
 * @param tier {@code standard}, {@code batch}, {@code flex}, {@code priority}, {@code fast}
 * @param validFrom first instant of the period; null since the model is sold
 * @param validTo first instant after the period; null while it lasts
 * @param band the rates of requests with a long input; null when all requests cost the same
 * @param tools USD per call of a server tool, by the name of its count
 * @param source where the rates were read
 * @param sourceDate date of the source
 * @param note what a reader should know of them; null when nothing
 */
public record PriceSheet(
    String id,
    String provider,
    String model,
    String region,
    String tier,
    Instant validFrom,
    Instant validTo,
    String currency,
    Rates rates,
    LongInputBand band,
    SortedMap<String, BigDecimal> tools,
    String source,
    LocalDate sourceDate,
    String note) {

  private static final int HASH_BYTES = 6;

  /**
   * Rates of the whole request once its input, cache included, is longer than a bound.
   *
   * @param aboveInputTokens the longest input that still costs the normal rates
   */
  public record LongInputBand(long aboveInputTokens, Rates rates) {}

  public PriceSheet {
    tools = Collections.unmodifiableSortedMap(new TreeMap<>(tools));
    Objects.requireNonNull(id, "id");
  }

  /** A sheet whose id is made of its content. */
  static PriceSheet of(
      String provider,
      String model,
      String region,
      String tier,
      Instant validFrom,
      Instant validTo,
      String currency,
      Rates rates,
      LongInputBand band,
      Map<String, BigDecimal> tools,
      String source,
      LocalDate sourceDate,
      String note) {
    SortedMap<String, BigDecimal> sorted = new TreeMap<>(tools);
    StringBuilder content = new StringBuilder();
    content.append(provider).append('\n').append(model).append('\n').append(region).append('\n');
    content.append(tier).append('\n').append(validFrom).append('\n').append(currency).append('\n');
    append(content, "", rates);
    if (band != null) {
      append(content, ">" + band.aboveInputTokens() + " ", band.rates());
    }
    sorted.forEach((tool, rate) -> line(content, "tool " + tool, rate));
    String id = nameOf(provider, model, region, tier) + "@" + hash(content.toString());
    return new PriceSheet(
        id,
        provider,
        model,
        region,
        tier,
        validFrom,
        validTo,
        currency,
        rates,
        band,
        sorted,
        source,
        sourceDate,
        note);
  }

  boolean isValidAt(Instant time) {
    return (validFrom == null || !time.isBefore(validFrom))
        && (validTo == null || time.isBefore(validTo));
  }

  /** The rates for a request with so many input tokens; null (unknown) takes the normal ones. */
  Rates ratesFor(Long inputTokens) {
    boolean isLong = band != null && inputTokens != null && inputTokens > band.aboveInputTokens();
    return isLong ? band.rates() : rates;
  }

  private static String nameOf(String provider, String model, String region, String tier) {
    return provider + "/" + model + "/" + tier + (region.isEmpty() ? "" : "/" + region);
  }

  private static void append(StringBuilder content, String prefix, Rates rates) {
    rates.perMillion().forEach((unit, rate) -> line(content, prefix + unit.text(), rate));
  }

  private static void line(StringBuilder content, String name, BigDecimal rate) {
    content.append(name).append('=').append(rate.stripTrailingZeros().toPlainString()).append('\n');
  }

  private static String hash(String content) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PriceSheet sheet && id.equals(sheet.id);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(id);
  }
}
