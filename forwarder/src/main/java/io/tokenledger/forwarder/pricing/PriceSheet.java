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
 * @param id readable name and start of the hash, for example {@code
 *     anthropic/claude-sonnet-4-5/standard@5f0c...}
 * @param contentHash SHA-256 of everything that makes a cost; the end of the period is no part of
 *     it, so that closing a period does not rename what already priced rows
 * @param validFrom first instant of the period; null since the model is sold
 * @param validTo first instant after the period; null while it lasts
 * @param rates normal rates
 * @param bands rates of long requests
 * @param tools per call of a server tool, by the name of its count
 */
public record PriceSheet(
    String id,
    String contentHash,
    Key key,
    Instant validFrom,
    Instant validTo,
    String currency,
    Rates rates,
    Bands bands,
    SortedMap<String, Rate> tools,
    Source source) {

  private static final int ID_HEX_DIGITS = 12;

  /**
   * What a sheet is for.
   *
   * @param region the region whose surcharge is included; empty where there is none
   * @param tier {@code standard}, {@code batch}, {@code flex}, {@code priority}, {@code fast}
   */
  public record Key(String provider, String model, String region, String tier) {
    @Override
    public String toString() {
      return provider + "/" + model + "/" + tier + (region.isEmpty() ? "" : "/" + region);
    }
  }

  /**
   * Where the rates were read.
   *
   * @param note what a reader should know of them; null when nothing
   */
  public record Source(String name, LocalDate date, String note) {}

  public PriceSheet {
    tools = Collections.unmodifiableSortedMap(new TreeMap<>(tools));
    Objects.requireNonNull(id, "id");
  }

  /** A sheet whose id is made of its content. */
  static PriceSheet of(
      Key key,
      Instant validFrom,
      Instant validTo,
      String currency,
      Rates rates,
      Bands bands,
      Map<String, Rate> tools,
      Source source) {
    SortedMap<String, Rate> sorted = new TreeMap<>(tools);
    StringBuilder content = new StringBuilder();
    content.append(key.provider()).append('\n').append(key.model()).append('\n');
    content.append(key.region()).append('\n').append(key.tier()).append('\n');
    content.append(validFrom).append('\n').append(currency).append('\n');
    append(content, "", rates);
    for (Bands.Band band : bands.bands()) {
      String kind = bands.graduated() ? ">>" : ">";
      append(content, kind + band.aboveTokens() + " ", band.rates());
    }
    sorted.forEach((tool, rate) -> line(content, "tool " + tool, rate.content(0)));
    String hash = hash(content.toString());
    String id = key + "@" + hash.substring(0, ID_HEX_DIGITS);
    return new PriceSheet(
        id, hash, key, validFrom, validTo, currency, rates, bands, sorted, source);
  }

  boolean isValidAt(Instant time) {
    return (validFrom == null || !time.isBefore(validFrom))
        && (validTo == null || time.isBefore(validTo));
  }

  /** Whether every rate is zero: the catalogue says that the model costs nothing. */
  boolean isFree() {
    return rates.byUnit().values().stream().allMatch(rate -> rate.amount().signum() == 0);
  }

  private static void append(StringBuilder content, String prefix, Rates rates) {
    rates
        .byUnit()
        .forEach(
            (unit, rate) ->
                line(
                    content,
                    prefix + unit.text(),
                    rate.content(unit.isToken() ? Rate.PER_MILLION : 0)));
  }

  private static void line(StringBuilder content, String name, String rate) {
    content.append(name).append('=').append(rate).append('\n');
  }

  /** SHA-256 in hex. */
  static String hash(String content) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(content.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  /** When it begins; a sheet that was always valid begins before all others. */
  Instant start() {
    return validFrom == null ? Instant.MIN : validFrom;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PriceSheet sheet && id.equals(sheet.id);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(id);
  }

  /** The same sheet with what a class without a rate of its own costs. */
  PriceSheet completed(Map<Unit, BigDecimal> sharesOfInput) {
    return of(
        key,
        validFrom,
        validTo,
        currency,
        rates.completed(sharesOfInput),
        bands.completed(sharesOfInput),
        tools,
        source);
  }

  /** The same sheet at rates times a factor, for a region with a surcharge. */
  PriceSheet inRegion(String region, BigDecimal factor) {
    return of(
        new Key(key.provider(), key.model(), region, key.tier()),
        validFrom,
        validTo,
        currency,
        rates.times(factor),
        bands.times(factor),
        tools,
        source);
  }
}
